"""Visits: which of them led to a purchase, when they were, and what those of each visitor add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals.stable.v2 as nw

from loyalty.errors import LoyaltyError
from loyalty.queries import keep, rows
from loyalty.stats import RatioSums
from loyalty.texts import Message
from loyalty.views.matching import together

if TYPE_CHECKING:
    from loyalty.dataset import Dataset

LISTS = ("high", "middle", "low")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKEND = 5  # Saturday, counted from Monday
HALVES = ("early", "late")  # of the week
SUMS = ("known", "bought")


class Visits(NamedTuple):
    """How many visits, of how many it is known whether they led to a purchase, and how many did."""

    visits: int
    known: int
    bought: int

    def __add__(self, other: Visits) -> Visits:  # type: ignore[override]  # a tuple would be strung together
        return Visits(*(one + another for one, another in zip(self, other, strict=True)))

    def __sub__(self, other: Visits) -> Visits:
        return Visits(*(one - another for one, another in zip(self, other, strict=True)))


NOTHING = Visits(0, 0, 0)
Halves = tuple[Visits, Visits]  # from Monday to Friday, and at the weekend


def with_outcome(data: Dataset, by: str | None = None) -> nw.LazyFrame[Any]:
    """The visits with ``known`` and ``bought``, both true or false; one of unknown outcome did not buy.

    Where no column says whether a visit led to a purchase, the orders do: it did if the visitor is a customer
    who bought on the same day. Then the outcome is known of visits with a visitor and a day in the period of
    the orders; if visits and orders are on different engines, both come back to memory for that.

    Parameters
    ----------
    data
        Needs ``visits``.
    by
        A column of them, to be called ``group``.

    Returns
    -------
    narwhals.LazyFrame
        ``visitor``, ``time``, ``day`` and ``source`` as far as they are there, ``group``, and the two.

    Raises
    ------
    LoyaltyError
        ``visits_without_outcome`` where there are no such orders either.
    """
    visits = data.table("visits")
    if not data.has("visits", "bought"):
        visits = _matched(data, visits)
    bought = nw.col("bought")
    flags = {"known": ~bought.is_null(), "bought": bought.fill_null(False)}
    kept = [name for name in ("visitor", "time", "day", "source") if data.has("visits", name)]
    return visits.select(*kept, **flags, **({"group": nw.col(by)} if by else {}))


def _matched(data: Dataset, visits: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    period = data.period("orders")
    if not (period and data.has("orders", "customer") and data.has("visits", "visitor", "day")):
        holes = {role: Message(f"role.{role}") for role in ("bought", "visitor", "time", "customer", "date")}
        raise LoyaltyError("visits_without_outcome", **holes)
    bought = data.purchases.filter(~nw.col("customer").is_null(), ~nw.col("day").is_null())
    visits, days = comparable(visits, bought.select(visitor="customer", day="day").unique())
    joined = visits.join(days.with_columns(bought=nw.lit(True)), on=["visitor", "day"], how="left")
    first, last = (day.toordinal() for day in period)
    judged = ~nw.col("visitor").is_null() & nw.col("day").is_between(first, last)
    return keep(joined.with_columns(bought=nw.when(judged).then(nw.col("bought").fill_null(False))))


def comparable(
    visits: nw.LazyFrame[Any], customers: nw.LazyFrame[Any]
) -> tuple[nw.LazyFrame[Any], nw.LazyFrame[Any]]:
    """Two frames that can be joined by ``visitor``: on one engine, and of one type, as text where need be."""
    visits, customers = together(visits, customers)
    if visits.collect_schema()["visitor"] == customers.collect_schema()["visitor"]:
        return visits, customers
    text = nw.col("visitor").cast(nw.String)
    return visits.with_columns(text), customers.with_columns(text)


def counts(visits: nw.LazyFrame[Any], *keys: str) -> list[tuple[tuple[Any, ...], Visits]]:
    """Visits by the values of some columns; a single row without any."""
    sums = [nw.len().alias("visits"), nw.col(*SUMS).sum()]
    needed = visits.select(*keys, **_addable(visits, SUMS))
    found = rows(needed.group_by(*keys).agg(*sums) if keys else needed.select(*sums))
    return [_counted(row, keys) for row in found]


def _addable(frame: nw.LazyFrame[Any], flags: Mapping[str, nw.Expr] | Sequence[str]) -> dict[str, nw.Expr]:
    """Flags that can be added up: on a database as 1 and 0; Polars is faster with them as they are."""
    named = flags if isinstance(flags, Mapping) else {name: nw.col(name) for name in flags}
    if frame.implementation.is_polars():
        return dict(named)
    return {name: flag.cast(nw.Int32) for name, flag in named.items()}


def recounted(hours: nw.LazyFrame[Any], *keys: str) -> list[tuple[tuple[Any, ...], Visits]]:
    """The same from visits that are counted already, see :func:`by_hour`."""
    summed = hours.group_by(*keys).agg(*(nw.col(name).sum() for name in Visits._fields))
    return [_counted(row, keys) for row in rows(summed)]


def _counted(row: Mapping[str, Any], keys: tuple[str, ...]) -> tuple[tuple[Any, ...], Visits]:
    return tuple(row[key] for key in keys), Visits(*(int(row[name] or 0) for name in Visits._fields))


def by_hour(visits: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Visits counted by calendar hour: ``month``, ``weekday`` (0 for Monday) and ``hour`` with their counts.

    One pass over the visits; months, weekdays and hours of the day are made from this small frame. The clock
    is the one on the wall, as :func:`loyalty.remote.remote` has it. A visit without a time has null in all.
    """
    moments = visits.select("day", moment=nw.col("time").dt.truncate("1h"), **_addable(visits, SUMS))
    totals = (nw.len().alias("visits"), nw.col(*SUMS).sum(), nw.col("day").min())
    hours = moments.group_by("moment").agg(*totals)
    clock = nw.col("moment").dt
    month = 12 * clock.year().cast(nw.Int64) + clock.month().cast(nw.Int64) - 1
    placed = hours.with_columns(month=month, weekday=weekday(nw.col("day")), hour=clock.hour())
    return keep(placed.drop("moment", "day"))


def at_midnight(visits: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Visits at midnight to the second, with ``weekday``: days that were noted without a time."""
    time = nw.col("time")
    return visits.filter(time == time.dt.truncate("1d")).with_columns(weekday=weekday(nw.col("day")))


def weekday(day: nw.Expr) -> nw.Expr:
    """0 for Monday to 6 for Sunday of a ``date.toordinal()``; the year 1 began with a Monday."""
    return (day + 6) % 7


def by_visitor(visits: nw.LazyFrame[Any], *, timed: bool, sure: bool) -> nw.LazyFrame[Any]:
    """One row a known visitor: ``visits``, ``known`` and ``bought``.

    Parameters
    ----------
    visits
        See :func:`with_outcome`.
    timed
        Whether there is a ``time``: then ``first`` is that of the first visit, ``first_known`` that of the
        first of known outcome, ``first_bought`` that of the first that led to a purchase; ``late_known`` and
        ``late_bought`` are the counts of the weekend, ``early_known`` and ``early_bought`` those of weekdays.
    sure
        Whether outcome and time of every visit are known, which spares counting.
    """
    time, known, bought = nw.col("time"), nw.col("known"), nw.col("bought")
    flags, firsts = {"bought": bought} | ({} if sure else {"known": known}), {}
    if timed:
        late = weekday(nw.col("day")) >= WEEKEND
        flags |= {"late_known": late if sure else late & known, "late_bought": late & bought}
        firsts = {"first": time, "first_bought": nw.when(bought).then(time)}
    if timed and not sure:
        early = weekday(nw.col("day")) < WEEKEND
        flags |= {"early_known": early & known, "early_bought": early & bought}
        firsts |= {"first_known": nw.when(known).then(time)}
    sums = _addable(visits, flags)
    named = visits.filter(~nw.col("visitor").is_null()).select("visitor", **sums, **firsts)
    least = [nw.col(name).min() for name in firsts]
    found = keep(named.group_by("visitor").agg(nw.len().alias("visits"), nw.col(*sums).sum(), *least))
    return _completed(found, timed) if sure else found


def _completed(found: nw.LazyFrame[Any], timed: bool) -> nw.LazyFrame[Any]:
    """What follows from the rest where outcome and time of every visit are known."""
    visits = nw.col("visits").cast(nw.Int64)
    if not timed:
        return found.with_columns(known=visits)
    early = {"known": visits, "bought": nw.col("bought").cast(nw.Int64)}
    return found.with_columns(
        known=visits,
        first_known=nw.col("first"),
        **{f"early_{name}": all_ - nw.col(f"late_{name}").cast(nw.Int64) for name, all_ in early.items()},
    )


def spectrum(bought: str = "bought") -> dict[str, nw.Expr]:
    """Whether a visitor belongs to each of the :data:`LISTS`, by ``visits`` and `bought`: always to one.

    ``high`` came at least twice and bought at least once, ``low`` came once and did not buy; ``middle`` are
    all others.
    """
    again, purchased = nw.col("visits") > 1, nw.col(bought) > 0
    low, high = ~again & ~purchased, again & purchased
    return {"high": high, "middle": ~low & ~high, "low": low}


@dataclass(frozen=True, slots=True)
class Visitors:
    """What the visitors add up to.

    Parameters
    ----------
    frame
        One row a known visitor, see :func:`by_visitor`; None where visitors are not told apart.
    sums
        Over visitors, a visit by nobody known standing for one: visits that bought as ``x``, visits of known
        outcome as ``y``.
    squares
        Over visitors: the sum of the squares of what each adds to the difference of weekdays and weekend.
    lists
        How many visitors are in each list of the spectrum.
    visits
        All visits of known visitors.
    first
        The first visit of each.
    """

    frame: nw.LazyFrame[Any] | None
    sums: RatioSums
    squares: float
    lists: Mapping[str, int] = field(default_factory=dict)
    visits: Visits = NOTHING
    first: Visits = NOTHING

    @property
    def count(self) -> int:
        """How many known visitors there are."""
        return sum(self.lists.values())


def visitors(data: Dataset, visits: nw.LazyFrame[Any], whole: Visits, halves: Halves) -> Visitors:
    """What the visitors add up to, in one pass over the visits and one over the visitors.

    Parameters
    ----------
    data
        Where the visits are from.
    visits
        See :func:`with_outcome`.
    whole
        All of them, counted.
    halves
        Those from Monday to Friday and those of the weekend, counted.
    """
    if not data.has("visits", "visitor"):
        return Visitors(None, _alone(whole), _alone_squares(halves, halves))
    timed = data.has("visits", "time")
    sure = whole.known == whole.visits and (not timed or sum(halves, NOTHING).visits == whole.visits)
    frame = by_visitor(visits, timed=timed, sure=sure)
    row = _totals(frame, timed, halves)
    seen = Visits(row["visits"], row["known"], row["bought"])
    those = (Visits(0, row[f"{half}_known"], row[f"{half}_bought"]) for half in HALVES)
    alone = tuple(half - some for half, some in zip(halves, those, strict=True))
    everyone = RatioSums(row["units"], seen.bought, seen.known, row["xx"], row["yy"], row["xy"])
    return Visitors(
        frame=frame,
        lists={name: row[name] for name in LISTS},
        visits=seen,
        first=Visits(sum(row[name] for name in LISTS), row["first_known"], row["first_bought"]),
        sums=everyone + _alone(whole - seen),
        squares=row["squares"] + _alone_squares(halves, alone),
    )


def _alone(visits: Visits) -> RatioSums:
    """Visits of which each stands for a visitor of its own."""
    return RatioSums(visits.known, visits.bought, visits.known, visits.bought, visits.known, visits.bought)


def _alone_squares(halves: Halves, alone: Sequence[Visits]) -> float:
    """The squares of what visits add to the difference that each stand for a visitor of its own."""
    if not all(half.known for half in halves):
        return 0.0
    shares = [half.bought / half.known for half in halves]
    return sum(
        (some.bought * (1 - p) ** 2 + (some.known - some.bought) * p**2) / half.known**2
        for half, some, p in zip(halves, alone, shares, strict=True)
    )


def _totals(frame: nw.LazyFrame[Any], timed: bool, halves: Halves) -> dict[str, Any]:
    """Sums over the visitors: all that is wanted of them, as one row."""
    visits, known, bought = (nw.col(name).cast(nw.Int64) for name in Visits._fields)
    columns = {name: belongs.cast(nw.Int64) for name, belongs in spectrum().items()}
    columns |= {"visits": visits, "known": known, "bought": bought, "units": (known > 0).cast(nw.Int64)}
    columns |= {"xx": bought * bought, "yy": known * known, "xy": bought * known}
    for name in ("first_known", "first_bought"):
        same = (nw.col(name) == nw.col("first")).fill_null(False) if timed else nw.lit(False)
        columns[name] = same.cast(nw.Int64)
    for name in (f"{half}_{part}" for half in HALVES for part in SUMS):
        columns[name] = nw.col(name) if timed else nw.lit(0)
    columns["squares"] = _adds(halves) * _adds(halves)
    [row] = rows(frame.select(**columns).select(nw.col(*columns).sum()))
    return {name: value or 0 for name, value in row.items()}


def _adds(halves: Halves) -> nw.Expr:
    """What a visitor adds to the share of weekdays less that of the weekend, see ``paired_difference``."""
    if not all(half.known for half in halves):
        return nw.lit(0.0)
    early, late = (
        (nw.col(f"{name}_bought") - nw.col(f"{name}_known") * (half.bought / half.known)) / half.known
        for name, half in zip(HALVES, halves, strict=True)
    )
    return early - late
