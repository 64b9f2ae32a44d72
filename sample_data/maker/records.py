"""What is known about a business before any spreadsheet is made of it."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(slots=True)
class Line:
    """One order line; money in whole cents, so that sums are exact; `discount` is what was taken off."""

    order: str
    time: datetime
    customer: str
    product: str
    category: str
    quantity: int
    unit_cents: int
    segment: str
    discount: int = 0
    email: str = ""
    name: str = ""
    birthday: date | None = None
    consent: str = ""
    cents: int = 0


@dataclass(slots=True)
class Answer:
    """One filled-in survey; None where the question was skipped."""

    response: str
    time: datetime
    customer: str
    email: str
    segment: str
    recommend: int
    rating: int
    again: int | None
    other: int | None
    comment: str
    stage: str
    consent: str = ""


@dataclass(slots=True)
class Visit:
    visitor: str
    time: datetime
    seconds: int
    source: str
    bought: bool


@dataclass(slots=True)
class Party:
    """A party at a table, the bill, the tip also in percent of it, and what the trial gave them."""

    day: date
    server: str
    table: str
    size: int
    cents: int
    tip: int
    percent: float
    group: str


@dataclass(slots=True)
class Business:
    """All records of one business; `kind` is what upselling counts, `control` the group to compare with."""

    lines: list[Line]
    answers: list[Answer]
    visits: list[Visit] = field(default_factory=list)
    trials: list[Party] = field(default_factory=list)
    control: str = ""
    kind: str = "category"
    renewal_days: int | None = None
