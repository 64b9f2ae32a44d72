"""Customer engagement: how many visits lead to a purchase."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import narwhals.stable.v2 as nw

from loyalty import limits
from loyalty.core import (
    REST,
    Change,
    Estimate,
    Metric,
    Need,
    Result,
    Table,
    by_group,
    month_name,
    totals,
)
from loyalty.dataset import Dataset
from loyalty.queries import rows
from loyalty.stats import Moments, design_effect, differ, difference, last_change, share
from loyalty.stats.contrasts import paired_difference, ratio_of_means
from loyalty.texts import Message
from loyalty.views.spread import spread
from loyalty.views.visits import (
    LISTS,
    NOTHING,
    WEEKDAYS,
    WEEKEND,
    Halves,
    Visitors,
    Visits,
    at_midnight,
    by_hour,
    comparable,
    counts,
    recounted,
    spectrum,
    visitors,
    with_outcome,
)

Week = Mapping[tuple[int, int], Visits]  # by weekday and hour

UNITS = {
    **dict.fromkeys(("mean", "quartile_1", "median", "quartile_3"), "seconds"),
    **{f"{days}_{end}": "share" for days in ("weekday", "saturday") for end in ("difference", "low", "high")},
    **dict.fromkeys(("weekday_p", "saturday_p"), "p"),
    **dict.fromkeys(("spend_ratio", "spend_low", "spend_high"), "ratio"),
    **dict.fromkeys(("first_visit", "last_visit"), "date"),
    "visit_share": "share",
    "per_day": "number",
    "spend": "money",
}


def engagement(data: Dataset, by: str | None = None) -> Result:
    """The share of visits that led to a purchase; no other visit counts as engagement.

    Parameters
    ----------
    data
        Needs ``visits`` with ``bought``; or with ``visitor`` and ``time``, and orders with customer and date:
        then a visit led to a purchase where the visitor is a customer who bought on that day. Visits whose
        outcome is not known count in none of the shares.
    by
        Column to break the share down by.

    Returns
    -------
    Result
        A share; ``n`` counts visits of known outcome. Tables, as far as the columns are there: ``lists`` (the
        spectrum, one row a list of visitors: ``high`` came at least twice and bought at least once, ``low``
        came once and did not buy, ``middle`` are all others), ``visitors`` (first visits and later ones),
        ``hours`` (weekday by hour; visits at midnight to the second are days without a time, and left out),
        ``weekdays`` and ``weekend`` (share, and visits a calendar day), ``sources`` (the largest 12, the
        others together), ``durations`` (in seconds, negative ones left out), ``spend`` (visitors who are
        customers: the mean of what the high ones and the others spent in all their purchases).

        Numbers ``weekday_difference`` and ``saturday_difference`` are the shares of weekdays less weekend and
        of Saturday less Sunday, each with interval and p-value; ``spend_ratio`` is how many times as much
        the high ones spent.

    Raises
    ------
    LoyaltyError
        If nothing tells which visits led to a purchase, or it is known of no visit.

    Notes
    -----
    The interval is Wilson's. Visits of one visitor resemble each other, so the visitor is the unit of
    sampling: the interval is widened by the design effect; a visit by nobody known stands for itself. Months,
    segments and sources are compared as if they had different visitors. Weekdays and weekend are compared by
    visitor (:func:`loyalty.stats.contrasts.paired_difference`), spending by customer on the logarithm
    (:func:`loyalty.stats.contrasts.ratio_of_means`).

    A first visit is the earliest by time; of several at the same time one is the first.

    References
    ----------
    Wilson (1927), *Probable inference, the law of succession, and statistical inference*; Pletikosa Cvijikj &
    Michahelles (2013), *Online engagement factors on Facebook brand pages*, Social Network Analysis and
    Mining 3.

    Examples
    --------
    >>> import pandas as pd
    >>> visits = pd.DataFrame({"visitor": ["a", "a", "b", "c"], "bought": ["no", "yes", "no", "no"]})
    >>> result = engagement(Dataset.from_frames(visits=visits))
    >>> result.overall.value, result.table("lists").rows[0]
    (0.25, ('high', 1, 0.3333333333333333))
    """
    data.require(*METRIC.needs)
    data.check_by("visits", by)
    visits = with_outcome(data, by)
    months, week = _clock(visits) if data.has("visits", "time") else ([], {})
    whole = sum((some for _, some in months), NOTHING) if months else counts(visits)[0][1]
    if not whole.known:
        raise data.nothing("visits", "no_visit_outcomes", role=Message("role.bought"))
    people = visitors(data, visits, whole, _halves(week))
    p = whole.bought / whole.known
    effect = design_effect(people.sums, p * (1 - p))
    segments = by_group(((name, some) for (name,), some in counts(visits, "group")), _known) if by else {}
    groups = tuple(_share(some, effect, name) for name, some in segments.items() if some.known)
    cohorts = totals((month_name(month), some) for month, some in months if month is not None)
    trend = tuple(_share(some, effect, month) for month, some in cohorts.items() if some.known)
    week_tables, week_numbers = _week(data, week, people, effect)
    hours, untimed = _hours(visits, week)
    spend_tables, spend_numbers = _spend(data, people)
    return Result(
        metric="engagement",
        overall=_share(whole, effect),
        unit="share",
        by=by,
        header=data.header("visits", by),
        groups=groups,
        groups_differ=differ(groups),
        trend=trend,
        change=last_change(trend),
        formula=METRIC.formula,
        numbers={
            "bought": whole.bought,
            "visits": whole.known,
            "unknown": whole.visits - whole.known,
            "visitors": people.count,
            "untimed": untimed,
            **week_numbers,
            **spend_numbers,
        },
        units=UNITS,
        tables=(
            *_lists(people),
            *_visitors(people, effect),
            *hours,
            *week_tables,
            *_sources(data, visits, effect),
            *_durations(data),
            *spend_tables,
        ),
        currency=data.currency,
        notes=_notes(data, whole, untimed),
    )


def _known(visits: Visits) -> int:
    return visits.known


def _share(visits: Visits, effect: float, group: str | None = None) -> Estimate:
    return share(visits.bought, visits.known, group, effect)


def _ends(visits: Visits, effect: float) -> tuple[float | None, ...]:
    """Share with a purchase and its interval, for a table; nothing where no outcome is known."""
    found = _share(visits, effect)
    return (found.value, found.low, found.high) if found.n else (None, None, None)


def _clock(visits: nw.LazyFrame[Any]) -> tuple[list[tuple[int | None, Visits]], Week]:
    """Visits by month, and by weekday and hour, from one pass."""
    hours = by_hour(visits)
    week = {key: some for key, some in recounted(hours, "weekday", "hour") if key[0] is not None}
    return [(month, some) for (month,), some in recounted(hours, "month")], dict(sorted(week.items()))


def _days(week: Week) -> dict[int, Visits]:
    """Visits by weekday."""
    return {day: sum((week[key] for key in keys), NOTHING) for day, keys in groupby(week, lambda key: key[0])}


def _halves(week: Week) -> Halves:
    """Visits from Monday to Friday, and at the weekend."""
    days = _days(week)
    early = sum((some for day, some in days.items() if day < WEEKEND), NOTHING)
    return early, sum(days.values(), NOTHING) - early


def _lists(people: Visitors) -> list[Table]:
    """The spectrum."""
    if not people.count:
        return []
    listed = ((name, people.lists[name], people.lists[name] / people.count) for name in LISTS)
    return [Table("lists", ("list", "customers", "share"), tuple(listed))]


def _visitors(people: Visitors, effect: float) -> list[Table]:
    """First visits and later ones."""
    if not people.count:
        return []
    kinds = {"new": people.first, "returning": people.visits - people.first}
    listed = (
        (kind, some.visits, some.visits / people.visits.visits, *_ends(some, effect))
        for kind, some in kinds.items()
    )
    return [Table("visitors", ("visit", "visits", "visit_share", "value", "low", "high"), tuple(listed))]


def _hours(visits: nw.LazyFrame[Any], week: Week) -> tuple[list[Table], int]:
    """Visits by weekday and hour without those that have no time of day, and how many these are."""
    timed = dict(week)
    untimed = counts(at_midnight(visits), "weekday") if any(hour == 0 for _, hour in week) else []
    for (day,), some in untimed:
        timed[day, 0] = timed[day, 0] - some
    listed = tuple(
        (WEEKDAYS[day], hour, some.visits, some.bought, some.bought / some.known if some.known else None)
        for (day, hour), some in timed.items()
        if some.visits
    )
    columns = ("weekday", "hour", "visits", "bought", "value")
    return [Table("hours", columns, listed)] if listed else [], sum(some.visits for _, some in untimed)


def _week(data: Dataset, week: Week, people: Visitors, effect: float) -> tuple[list[Table], dict[str, float]]:
    """Weekdays one by one, and from Monday to Friday against the weekend, with the test."""
    period = data.period("visits") if week else None
    if period is None:
        return [], {}
    days, calendar = _days(week), _calendar(*period)
    halves = dict(zip(("weekdays", "weekend"), _halves(week), strict=True))
    spans = sum(calendar[:WEEKEND]), sum(calendar[WEEKEND:])
    listed = (
        (WEEKDAYS[day], some.visits, some.visits / calendar[day], *_ends(some, effect))
        for day, some in days.items()
    )
    compared = (
        (name, some.visits, span, some.visits / span if span else None, *_ends(some, effect))
        for (name, some), span in zip(halves.items(), spans, strict=True)
    )
    columns = ("per_day", "value", "low", "high")
    tables = [
        Table("weekdays", ("weekday", "visits", *columns), tuple(listed)),
        Table("weekend", ("part_of_week", "visits", "dates", *columns), tuple(compared)),
    ]
    return tables, _tests(halves, days, people, effect)


def _calendar(first: date, last: date) -> list[int]:
    """How many Mondays to Sundays there are from one day to another."""
    weeks, rest = divmod((last - first).days + 1, 7)
    more = {(first + timedelta(days=at)).weekday() for at in range(rest)}
    return [weeks + (day in more) for day in range(7)]


def _tests(
    halves: Mapping[str, Visits], days: Mapping[int, Visits], people: Visitors, effect: float
) -> dict[str, float]:
    """Weekdays less weekend, and Saturday less Sunday: difference, interval, p."""
    found: dict[str, float] = {}
    early, late = (_share(some, effect) for some in halves.values())
    if early.n and late.n:
        change, p = paired_difference(late, early, people.squares, people.sums.units)
        found |= _difference("weekday", change, p)
    saturday, sunday = (_share(days.get(day, NOTHING), effect) for day in (WEEKEND, WEEKEND + 1))
    if saturday.n and sunday.n:
        found |= _difference("saturday", difference(sunday, saturday), differ([sunday, saturday]))
    return found


def _difference(name: str, change: Change, p: float | None) -> dict[str, float]:
    numbers = {"difference": change.difference, "low": change.low, "high": change.high}
    tested = {} if p is None else {"p": p}
    return {f"{name}_{end}": number for end, number in (numbers | tested).items()}


def _sources(data: Dataset, visits: nw.LazyFrame[Any], effect: float) -> list[Table]:
    """Where visitors came from, most visits first; what is beyond the largest becomes one."""
    if not data.has("visits", "source"):
        return []
    merged = totals((name, some) for (name,), some in counts(visits, "source"))
    ordered = sorted(merged.items(), key=lambda item: -item[1].visits)
    kept, rest = ordered[: limits.SOURCES], ordered[limits.SOURCES :]
    if rest:
        kept.append((REST, sum((some for _, some in rest), NOTHING)))
    every = sum(some.visits for _, some in kept)
    listed = ((name, some.visits, some.visits / every, *_ends(some, effect)) for name, some in kept)
    return [Table("sources", ("source", "visits", "visit_share", "value", "low", "high"), tuple(listed))]


def _durations(data: Dataset) -> list[Table]:
    """How long visits were."""
    found = spread(data.table("visits"), "duration") if data.has("visits", "duration") else None
    columns = ("visits", "mean", "quartile_1", "median", "quartile_3")
    return [Table("durations", columns, (tuple(found),))] if found else []


def _spend(data: Dataset, people: Visitors) -> tuple[list[Table], dict[str, float]]:
    """What visitors who are customers spent in all their purchases: the high ones against the others."""
    if people.frame is None or not data.has("orders", "customer", "amount"):
        return [], {}
    high = spectrum()["high"].cast(nw.Int64)
    seen = people.frame.select("visitor", high=high)
    seen, buyers = comparable(seen, data.customers().select(visitor="customer", amount="amount"))
    amount = nw.col("amount")
    totals = [nw.len().alias("n"), amount.mean().alias("mean"), amount.std().alias("std")]
    grouped = seen.join(buyers, on="visitor").group_by("high")
    spent = {row["high"]: _moments(row) for row in rows(grouped.agg(*totals))}
    if len(spent) < 2:
        return [], {}
    ratio = ratio_of_means(spent[1], spent[0])
    listed = tuple((name, spent[at].n, spent[at].mean) for name, at in (("high", 1), ("others", 0)))
    ends = {"spend_low": ratio.low, "spend_high": ratio.high}
    numbers = {"matched": ratio.n, "spend_ratio": ratio.value, **ends}
    return [Table("spend", ("engaged", "customers", "spend"), listed)], numbers


def _moments(row: Mapping[str, Any]) -> Moments:
    return Moments(row["n"], row["mean"], (row["std"] or 0.0) ** 2 * (row["n"] - 1))


def _notes(data: Dataset, whole: Visits, untimed: int) -> tuple[Message, ...]:
    """What the reader of the share has to know of the visits."""
    notes = []
    if not data.has("visits", "bought"):
        notes.append(Message("engagement.note.by_orders"))
    if whole.visits > whole.known:
        notes.append(Message("engagement.note.unknown", {"count": whole.visits - whole.known}))
    if untimed:
        notes.append(Message("engagement.note.untimed", {"count": untimed}))
    return tuple(notes)


def members(data: Dataset) -> nw.LazyFrame[Any]:
    """The visitors in each list of the spectrum, those with the most purchases and visits first."""
    data.require(*METRIC.needs, Need("visits", ("visitor",)))
    visits = with_outcome(data).filter(~nw.col("visitor").is_null())
    days = {"first_visit": nw.Expr.min, "last_visit": nw.Expr.max} if data.has("visits", "day") else {}
    ends = [of(nw.col("day")).alias(name) for name, of in days.items()]
    bought = visits.with_columns(purchases=nw.col("bought").cast(nw.Int64)).group_by("visitor")
    found = bought.agg(nw.len().alias("visits"), nw.col("purchases").sum(), *ends)
    belongs, totals = spectrum(bought="purchases"), nw.col("visits", "purchases").cast(nw.Int64)
    name = nw.when(belongs["high"]).then(nw.lit("high")).when(belongs["low"]).then(nw.lit("low"))
    listed = found.with_columns(totals).with_columns(list=name.otherwise(nw.lit("middle")))
    rank = -(1_000_000 * nw.col("purchases") + nw.col("visits"))
    customer = nw.col("visitor").alias("customer")
    return listed.select("list", customer, "visits", "purchases", *days, rank=rank)


METRIC = Metric(
    id="engagement",
    needs=(Need("visits", (("bought", "visitor"),)),),
    unit="share",
    formula=r"\frac{⟨bought⟩}{⟨visits⟩}",
    compute=engagement,
    better="higher",
    references=(
        "Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22",
        "Cameron & Miller (2015), A practitioner's guide to cluster-robust inference, Journal of Human "
        "Resources 50(2)",
        "Pletikosa Cvijikj & Michahelles (2013), Online engagement factors on Facebook brand pages, Social "
        "Network Analysis and Mining 3",
    ),
    members=members,
)
