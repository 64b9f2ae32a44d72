"""What the columns of a table can mean: the roles, their types, and which column serves which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from loyalty.assignment import best_pairs
from loyalty.errors import LoyaltyError
from loyalty.synonyms import named, plain


@dataclass(frozen=True, slots=True)
class Role:
    """One meaning a column can have.

    Parameters
    ----------
    name
        Key in ``roles=``, in the frames of a Dataset and under ``role`` in ``texts/*.toml``.
    type
        ``"id"`` (text, zeros kept), ``"text"``, ``"category"`` (text with few values), ``"number"``,
        ``"money"``, ``"score"``, ``"date"`` (with or without time), ``"duration"`` (seconds), ``"yes_no"``.
    low, high
        Limits of a score.
    like
        A role whose names this one answers to as well.
    """

    name: str
    type: str
    low: float | None = None
    high: float | None = None
    like: str | None = None


def _table(*roles: Role) -> Mapping[str, Role]:
    return MappingProxyType({role.name: role for role in roles})


ROLES: Mapping[str, Mapping[str, Role]] = MappingProxyType(
    {
        "orders": _table(
            Role("customer", "id"),
            Role("date", "date"),
            Role("amount", "money"),
            Role("order", "id"),
            Role("product", "category"),
            Role("category", "category"),
            Role("quantity", "number"),
            Role("price", "money"),
            Role("discount", "money"),
            Role("segment", "category"),
            Role("currency", "category"),
            Role("status", "category"),
            Role("refund", "money"),
            Role("returned", "yes_no"),
            Role("cancelled", "yes_no"),
            Role("line", "id"),
            Role("email", "id"),
            Role("birthday", "date"),
            Role("consent", "yes_no"),
        ),
        "responses": _table(
            Role("recommend", "score", 0, 10),
            Role("rating", "score"),
            Role("again", "score"),
            Role("other", "score"),
            Role("customer", "id"),
            Role("date", "date"),
            Role("comment", "text"),
            Role("segment", "category"),
            Role("stage", "category"),
            Role("response", "id"),
            Role("status", "category"),
            Role("finished", "yes_no"),
            Role("email", "id"),
            Role("consent", "yes_no"),
        ),
        "visits": _table(
            Role("visitor", "id", like="customer"),
            Role("time", "date"),
            Role("duration", "duration"),
            Role("source", "category"),
            Role("bought", "yes_no"),
            Role("segment", "category"),
        ),
    }
)

TABLES = tuple(ROLES)
ENOUGH = 20  # so many answers and none above 7: the scale ends there
# LimeSurvey's, blank until the answer is sent off
SENT_OFF = frozenset(["submitdate", "datesubmitted", "datumabgeschickt", "datedesoumission", "提交日期"])
STAND_INS = ("email", "phone", "name")  # what tells customers apart where nothing better does


@dataclass(frozen=True, slots=True)
class Facts:
    """What the cells of a column look like, from a sample.

    Parameters
    ----------
    cells
        Number of filled cells in the sample.
    filled
        Share of rows with a cell.
    distinct
        Distinct values / filled cells.
    values
        Number of distinct values.
    numbers, dates, yes_no, durations, emails
        Share of the filled cells that can be read as such.
    whole
        Share of the numbers without decimals.
    low, high
        Smallest and largest number but for rare outliers, NaN without numbers.
    letters
        Mean length of the texts.
    clock
        Share of the filled cells with a time of day.
    """

    cells: int
    filled: float
    distinct: float
    values: int
    numbers: float
    dates: float
    yes_no: float
    durations: float
    emails: float
    whole: float
    low: float
    high: float
    letters: float
    clock: float


class Found(NamedTuple):
    """The column that serves a role, and how sure that is (0 to 1)."""

    header: str
    score: float


def rate(table: str, role: str, header: str, facts: Facts | None = None) -> float:
    """How well a column fits a role of a table, by its header and, where given, its cells.

    Returns
    -------
    float
        0 (not at all) to 1.
    """
    like = ROLES[table][role].like if role in ROLES[table] else None
    score = named(table, role, header)
    if like:
        score = max(score, 0.95 * named(table, like, header))
    return score if facts is None or not score else score * _fit(table, role, facts)


def _fit(table: str, role: str, facts: Facts) -> float:
    """How well the cells suit: 0 never, 1 perfectly."""
    if not facts.filled:
        return 0.0
    declared = ROLES[table].get(role)
    type_ = declared.type if declared else "id"
    return _SUITS[type_](role, facts) * (0.6 + 0.4 * facts.filled)


def _suits_id(role: str, facts: Facts) -> float:
    if facts.dates > 0.6 and facts.numbers < 0.6:
        return 0.0
    if facts.numbers > 0.6 and facts.whole < 0.95:
        return 0.0
    if role == "email":
        return 1.0 if facts.emails > 0.5 else 0.0
    if facts.letters > 80 or (facts.yes_no > 0.9 and facts.values <= 2 and facts.distinct < 0.5):
        return 0.0
    return 0.5 if facts.values < 2 and facts.distinct < 0.5 else 1.0


def _suits_number(role: str, facts: Facts) -> float:
    if role == "quantity" and facts.numbers > 0.6 and facts.whole < 0.3:
        return 0.5
    return 1.0 if facts.numbers > 0.6 else 0.0


def _suits_score(role: str, facts: Facts) -> float:
    if facts.numbers < 0.6 or facts.low < -1:
        return 0.0
    if role != "recommend":
        return 1.0 if facts.high <= 10 else (0.6 if facts.high <= 100 else 0.0)
    if is_short_scale(facts):
        return 0.0  # 1 to 5 or 1 to 7: read as 0 to 10 it would make everyone a detractor
    return 1.0 if facts.high <= 11 else 0.4


def is_short_scale(facts: Facts) -> bool:
    """Whether answers that should go from 0 to 10 stay within 1 to 7, and there are enough to say so."""
    return facts.numbers > 0.6 and facts.low >= 1 and facts.high <= 7 and facts.cells >= ENOUGH


def _suits_category(role: str, facts: Facts) -> float:
    if facts.dates > 0.6 and facts.numbers < 0.6:
        return 0.0
    if facts.numbers > 0.6 and facts.whole < 0.95:
        return 0.0
    if role == "segment":
        return 0.3 if facts.numbers > 0.9 and facts.values > 12 else (0.5 if facts.distinct > 0.9 else 1.0)
    return 0.0 if facts.letters > 200 else 1.0


def _suits_text(role: str, facts: Facts) -> float:
    return 0.0 if max(facts.numbers, facts.dates) > 0.6 else 1.0


def _suits_date(role: str, facts: Facts) -> float:
    return 1.0 if facts.dates > 0.5 else 0.0


def _suits_duration(role: str, facts: Facts) -> float:
    return 1.0 if max(facts.numbers, facts.durations) > 0.6 else 0.0


def _suits_yes_no(role: str, facts: Facts) -> float:
    if role == "cancelled" and facts.dates > 0.8:
        return 1.0
    return 1.0 if facts.yes_no > 0.8 and facts.values <= 12 else 0.0


_SUITS = {
    "id": _suits_id,
    "number": _suits_number,
    "money": _suits_number,
    "score": _suits_score,
    "category": _suits_category,
    "text": _suits_text,
    "date": _suits_date,
    "duration": _suits_duration,
    "yes_no": _suits_yes_no,
}


def assign(
    table: str,
    headers: Sequence[str],
    given: Mapping[str, str | None] | None = None,
    facts: Mapping[str, Facts] | None = None,
) -> dict[str, Found]:
    """The best joint choice of columns for the roles of a table.

    What is given stays; every other column serves one role at most, so that the sum of the scores is the
    largest possible. Where no column names the customer, an e-mail address, a phone number or a name
    stands in; never the order id.

    Raises
    ------
    LoyaltyError
        ``unknown_role`` or ``unknown_column`` for what is given.
    """
    given = given or {}
    _check_given(table, headers, given)
    found = {role: Found(header, 1.0) for role, header in given.items() if header is not None}
    taken = {place.header for place in found.values()}
    free = [header for header in dict.fromkeys(headers) if header not in taken]
    roles = [role for role in ROLES[table] if role not in given]
    seen = facts or {}
    names = {header: plain(header) for header in headers}
    scores = [[_in_context(table, role, h, names, seen.get(h)) for h in free] for role in roles]
    for row, column in enumerate(best_pairs(scores)):
        if column is not None and scores[row][column] >= 0.4:
            found[roles[row]] = Found(free[column], scores[row][column])
    _stand_in(table, free, given, seen, found)
    return found


def _check_given(table: str, headers: Sequence[str], given: Mapping[str, str | None]) -> None:
    for role, header in given.items():
        if role not in ROLES[table]:
            raise LoyaltyError("unknown_role", role=role, choices=", ".join(ROLES[table]))
        if header is not None and header not in headers:
            raise LoyaltyError("unknown_column", column=header, role=role, choices=", ".join(headers))


# Names that mean one thing among these neighbours and another elsewhere: name, neighbours, its role there.
_FINGERPRINTS = (
    ("name", {"lineitemname", "financialstatus"}, "order"),  # Shopify's orders
    ("itemprice", {"amazonorderid"}, "amount"),  # Amazon's price of the whole line
    ("rating", {"npsfeedbackid", "npsfeedbackuid"}, "recommend"),  # Thanx asks 0 to 10
)


def _in_context(table: str, role: str, header: str, names: Mapping[str, str], facts: Facts | None) -> float:
    """The rating of a column among its neighbours."""
    score, name, among = rate(table, role, header, facts), names[header], set(names.values())
    for known, neighbours, meaning in _FINGERPRINTS:
        if name == known and neighbours & among and meaning in ROLES[table]:
            return float(role == meaning)
    if name == "transactionid" and role in ("order", "line"):
        lines = any(named(table, "order", other) > 0.99 for other in names)
        return score if lines == (role == "line") else 0.0  # Etsy's line, else the order
    if name in SENT_OFF and role == "date" and table == "responses":
        return 1.0
    if name == "id" and table == "orders" and role in ("order", "customer"):
        return _of_id(role, score, header, names, facts)
    return score


def _of_id(role: str, score: float, header: str, names: Mapping[str, str], facts: Facts | None) -> float:
    """A bare ``id`` that comes again beside dates is the customer, unless something else is."""
    if facts is None or facts.distinct >= 0.9:
        return score
    others = [other for other in names if other != header]
    if any(named("orders", word, other) for word in ("customer", "product") for other in others):
        return score
    return 0.9 if role == "customer" else 0.0


def _stand_in(
    table: str,
    free: Sequence[str],
    given: Mapping[str, str | None],
    facts: Mapping[str, Facts],
    found: dict[str, Found],
) -> None:
    person = "visitor" if table == "visits" else "customer"
    if person in found or person in given:
        return
    used = {place.header for role, place in found.items() if role != "email"}
    choices = [
        (rate(table, kind, header, facts.get(header)) - 0.1 * place, header)
        for place, kind in enumerate(STAND_INS)
        for header in free
        if header not in used
    ]
    score, header = max(choices, default=(0.0, ""))
    if score >= 0.5:
        found[person] = Found(header, score / 2)
        if found.get("email", Found("", 0)).header == header:
            del found["email"]


def match(
    table: str, headers: Sequence[str], given: Mapping[str, str | None] | None = None
) -> dict[str, str]:
    """Role to header by the headers alone.

    Parameters
    ----------
    table
        ``"orders"``, ``"responses"`` or ``"visits"``.
    headers
        The columns there are.
    given
        Role to header where the choice is made already; None as header keeps a role empty.

    Raises
    ------
    LoyaltyError
        ``unknown_role`` or ``unknown_column`` for what is given.

    Examples
    --------
    >>> match("orders", ["Order ID", "Customer ID", "Order Date", "Net Sales", "Shipping"])
    {'customer': 'Customer ID', 'date': 'Order Date', 'amount': 'Net Sales', 'order': 'Order ID'}
    """
    return {role: place.header for role, place in assign(table, headers, given).items()}
