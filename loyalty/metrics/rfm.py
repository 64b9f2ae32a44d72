"""RFM: who bought lately, often and for much, and to which segment that makes a customer belong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals.stable.v2 as nw

from loyalty import limits
from loyalty.core import Estimate, Metric, Need, Option, Result, Table, by_group, check_options, month_name
from loyalty.dataset import Dataset
from loyalty.grouping import Totals, grouped
from loyalty.queries import keep, rows
from loyalty.stats import differ, last_change, share
from loyalty.texts import Message
from loyalty.views.segments import (
    AXES,
    GOOD,
    PLACES,
    SCORES,
    SEGMENTS,
    Scores,
    cells,
    reach,
    scored,
    with_money,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BEFORE = (90, 180, 365)
LEAST, MOST = 3, 13  # months of the trend
NOBODY = "none"  # where a customer stood who was not one yet

UNITS = {
    **dict.fromkeys(("by_chance", "revenue_share"), "share"),
    **dict.fromkeys(("recency", "recency_from", "recency_to", "mean_recency"), "days"),
    "amount": "money",
    "last": "date",
}


def rfm(data: Dataset, by: str | None = None, *, axis: str = "frequency", before: int = 90) -> Result:
    """The share of customers who are champions or loyal: who bought lately and often, as customers go.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer``, ``date`` and ``amount``. Purchases without a customer do not
        count.
    by
        Column to break the share down by; a customer belongs to the segment of the first purchase. The
        scores stay those among all customers.
    axis
        What stands beside recency: ``"frequency"``, the number of purchases; ``"both"``, the mean of the
        scores of frequency and money, halves rounded up.
    before
        Days back to the day that today is compared with.

    Returns
    -------
    Result
        A share; ``n`` counts customers. Today is the last day of the orders. Recency is the days since the
        last purchase, frequency the number of purchases, money their sum; each gets a score from 1 to 5:
        1 + ⌊5 · share of the customers who are strictly worse⌋, so that equals have equal scores. Tables:
        ``grid`` (customers and money by pair of scores), ``lists`` (the ten segments), ``moves`` (customers
        by segment `before` days ago, scored as of then, and by segment today; empty if there was nobody
        then), ``scores`` (what each score means in this file) and ``rules`` (which scores make which
        segment). The trend is the same share at the end of each of the last months, from the orders up to
        then: 13 months, fewer where there are very many purchases (``limits.SNAPSHOT_PURCHASES``).

    Raises
    ------
    LoyaltyError
        If the columns are missing or no customer is known.

    Notes
    -----
    The interval is Wilson's; the customer is the unit. Where many customers have the same number of
    purchases, one more or less may change the score of all of them: the interval then reaches from the lower
    end with the lower score to the upper end with the higher one, see
    :func:`loyalty.views.segments.fifths`. Scores compare customers with one another: the share cannot pass
    2 in 5, and would be ``by_chance`` (in the numbers) if recency and frequency had nothing to do with each
    other. Months are compared as if they had
    different customers, though most are the same: a change called real is real.

    Only counts of customers with the same last day and number of purchases (and score of money) leave the
    engine, in one query for each month of the trend: at most as many as there are days times different
    numbers of purchases, and never more than customers.

    References
    ----------
    Hughes (1994), *Strategic Database Marketing*: scores by fifths. Bult & Wansbeek (1995), *Optimal
    selection for direct mail*, Marketing Science 14(4). Wilson (1927), *Probable inference, the law of
    succession, and statistical inference*.

    Examples
    --------
    Of four customers a and b bought last, and a twice: recency 3 and frequency 4, which is loyal.

    >>> import pandas as pd
    >>> bought = {"a": "2025-06-01 2025-06-30", "b": "2025-06-30", "c": "2025-03-01", "d": "2025-02-01"}
    >>> lines = [(customer, day, 5.0) for customer, days in bought.items() for day in days.split()]
    >>> orders = pd.DataFrame(lines, columns=["customer", "date", "amount"])
    >>> rfm(Dataset.from_frames(orders=orders)).overall.value
    0.25
    """
    check_options({"axis": (axis, AXES), "before": (before, BEFORE)})
    data.require(*METRIC.needs)
    data.check_by("orders", by)
    today, customers = _last_day(data), with_money(data.customers(by), axis)
    scores, found = _scored(cells(customers), axis)
    if not found:
        raise data.nothing("orders", "no_customers", role=Message("role.customer"))
    segments = by_group(((one.group, one.good) for one in found), lambda good: good.n) if by else {}
    groups = tuple(_estimate(good, name) for name, good in segments.items())
    trend = tuple(_estimate(_good(then), month) for month, then in _months(data, axis, found))
    places = {at: _added(one for one in found if one.place == at) for at in PLACES}
    lists = {name: _added(one for one in found if PLACES[one.place] == name) for name in SEGMENTS}
    return Result(
        metric="rfm",
        overall=_estimate(_good(found)),
        unit="share",
        by=by,
        header=data.header("orders", by),
        groups=groups,
        groups_differ=differ(groups),
        trend=trend,
        change=last_change(trend),
        formula=METRIC.formula,
        options={"axis": axis, "before": before},
        numbers={
            "champions": lists["champions"].n,
            "loyal": lists["loyal"].n,
            "customers": _good(found).n,
            "by_chance": _by_chance(found),
        },
        units=UNITS,
        tables=(
            _grid(places),
            _lists(lists, today),
            _moves(data, customers, scores, axis, today - before),
            _score_table(scores, today),
            _rules(),
        ),
        currency=data.currency,
        notes=(Message("rfm.reference", {"day": date.fromordinal(today)}),),
    )


class Good(NamedTuple):
    """How many are champions or loyal, the fewest and the most that a sample leaves open, and of how many."""

    hits: int
    least: int
    most: int
    n: int

    def __add__(self, other: Good) -> Good:  # type: ignore[override]  # a tuple would be strung together
        return Good(*map(sum, zip(self, other, strict=True)))


class Tally(NamedTuple):
    """Customers of one place on the grid: how many, what they spent, the sums of last days and purchases."""

    n: int = 0
    amount: float = 0.0
    last: int = 0
    purchases: int = 0
    place: int = 0
    least: int = 0
    most: int = 0
    group: str | None = None

    @property
    def good(self) -> Good:
        """How many of them are champions or loyal, by these scores and by those that may be as right."""
        hits, least, most = (
            self.n * (PLACES[place] in GOOD) for place in (self.place, self.least, self.most)
        )
        return Good(hits, least, most, self.n)


def _good(found: Iterable[Tally]) -> Good:
    return sum((one.good for one in found), Good(0, 0, 0, 0))


def _estimate(good: Good, group: str | None = None) -> Estimate:
    """The share, its interval from that of the fewest to that of the most."""
    estimate, fewest, most = (share(hits, good.n, group) for hits in good[:3])
    return replace(estimate, low=min(estimate.low, fewest.low), high=max(estimate.high, most.high))


def _last_day(data: Dataset) -> int:
    period = data.period("orders")
    return (period[1] if period else date.min).toordinal()


def _until(data: Dataset, day: int, axis: str) -> nw.LazyFrame[Any]:
    """Customers as they were at the end of a day."""
    if axis == "frequency":
        return data.customers_on(day)
    known = data.known_purchases().filter(nw.col("day") <= day).with_columns(last=nw.col("day"))
    totals = Totals(["amount"], greatest=["last"], size="purchases")
    return with_money(grouped(known, ["customer"], totals), axis)


def _scored(counted: nw.DataFrame[Any], axis: str) -> tuple[Scores, list[Tally]]:
    """What days and numbers of purchases score among these customers, and who stands where."""
    kinds = Scores.of(counted)
    if counted.is_empty():
        return kinds[0], []
    return kinds[0], _tallied(counted, [each.of_cells(counted, axis) for each in kinds])


def _tallied(counted: nw.DataFrame[Any], kinds: Sequence[NDArray[np.int64]]) -> list[Tally]:
    """Customers by their places, the lowest and the highest among them, and by group."""
    import numpy as np

    groups = counted["group"].to_list() if "group" in counted.columns else [None] * len(counted)
    names = {name: code for code, name in enumerate(dict.fromkeys(groups))}
    n = counted["n"].to_numpy()
    money = counted["amount"].to_numpy() if "amount" in counted.columns else np.zeros(len(n))
    sums = (n, money, n * counted["last"].to_numpy(), n * counted["purchases"].to_numpy())
    shape = (*[1 + max(PLACES)] * len(kinds), len(names))
    keys = np.ravel_multi_index((*kinds, [names[name] for name in groups]), shape)
    found, where = np.unique(keys, return_inverse=True)
    totals = zip(*(np.bincount(where, each).tolist() for each in sums), strict=True)
    places = zip(*(each.tolist() for each in np.unravel_index(found, shape)), strict=True)
    listed = list(names)
    return [
        Tally(int(people), amount, int(last), int(bought), place, low, high, listed[group])
        for (people, amount, last, bought), (place, low, high, group) in zip(totals, places, strict=True)
    ]


def _months(data: Dataset, axis: str, today: list[Tally]) -> Iterator[tuple[str, list[Tally]]]:
    """Who stood where at the end of each month; at the end of the last, who stands there today."""
    period = data.period("orders")
    if period is None:
        return
    first, last = (12 * day.year + day.month - 1 for day in period)
    points = min(MOST, max(LEAST, limits.SNAPSHOT_PURCHASES // sum(one.purchases for one in today)))
    for month in range(max(first, last - points + 1), last):
        _, then = _scored(cells(_until(data, _end(month), axis)), axis)
        if then:
            yield month_name(month), then
    yield month_name(last), today


def _end(month: int) -> int:
    """The last day of a month."""
    year, place = divmod(month + 1, 12)
    return date(year, place + 1, 1).toordinal() - 1


def _added(found: Iterable[Tally]) -> Tally:
    n, amount, last, purchases = map(sum, zip((0, 0.0, 0, 0), *(one[:4] for one in found), strict=True))
    return Tally(int(n), amount, int(last), int(purchases))


def _by_chance(found: Sequence[Tally]) -> float:
    """The share of champions and loyal customers if recency had nothing to do with frequency."""
    n = sum(one.n for one in found)
    lately = sum(one.n for one in found if one.place // 10 >= 3)
    often = sum(one.n for one in found if one.place % 10 >= 4)
    return lately / n * often / n


def _grid(places: Mapping[int, Tally]) -> Table:
    lines = (
        (*divmod(at, 10), places[at].n, places[at].amount, PLACES[at]) for at in sorted(PLACES, reverse=True)
    )
    columns = ("recency_score", "frequency_score", "customers", "amount", "list")
    return Table("grid", columns, tuple(lines))


def _lists(lists: Mapping[str, Tally], today: int) -> Table:
    n, revenue = sum(each.n for each in lists.values()), sum(each.amount for each in lists.values())
    lines = (
        (
            name,
            each.n,
            each.n / n,
            each.amount,
            each.amount / revenue if revenue else 0.0,  # amounts below what is told apart
            today - each.last / each.n if each.n else None,
            each.purchases / each.n if each.n else None,
        )
        for name, each in lists.items()
    )
    columns = ("list", "customers", "share", "amount", "revenue_share", "mean_recency", "mean_purchases")
    return Table("lists", columns, tuple(lines))


def _moves(data: Dataset, now: nw.LazyFrame[Any], scores: Scores, axis: str, day: int) -> Table:
    """Customers by their segment on that day, scored as of then, and by that of today."""
    then = keep(_until(data, day, axis))
    counts: Counter[tuple[str, str]] = Counter()
    before, *_ = Scores.of(cells(then))
    if before.last:
        today = now.select("customer", today=scores.place(axis))
        earlier = then.select("customer", then=before.place(axis))
        pairs = today.join(earlier, on="customer", how="left").group_by("today", "then")
        for row in rows(pairs.agg(nw.len().alias("n"))):
            counts[_segment(row["then"]), _segment(row["today"])] += row["n"]
    order = (*SEGMENTS, NOBODY)
    lines = sorted(counts.items(), key=lambda line: [order.index(name) for name in line[0]])
    return Table("moves", ("list_then", "list_now", "customers"), tuple((*pair, n) for pair, n in lines))


def _segment(place: int | None) -> str:
    return NOBODY if place is None else PLACES[int(place)]


def _score_table(scores: Scores, today: int) -> Table:
    """From which to which value each score reaches; None for a score that nobody has."""

    def reached(values: Mapping[int, int], score: int) -> list[int]:
        return sorted(value for value, given in values.items() if given == score)

    def ends(values: Sequence[int]) -> tuple[int | None, int | None]:
        return (values[0], values[-1]) if values else (None, None)

    lines = []
    for score in reversed(SCORES):
        days = [today - day for day in reversed(reached(scores.last, score))]
        lines.append((score, *ends(days), *ends(reached(scores.purchases, score))))
    columns = ("score", "recency_from", "recency_to", "purchases_from", "purchases_to")
    return Table("scores", columns, tuple(lines))


def _rules() -> Table:
    lines = ((name, reach(recency), reach(often)) for name, (recency, often) in SEGMENTS.items())
    return Table("rules", ("list", "recency_scores", "frequency_scores"), tuple(lines))


def members(data: Dataset, *, axis: str = "frequency", before: int = 90) -> nw.LazyFrame[Any]:
    """The customers in each segment, those who spent most first, with their three scores."""
    check_options({"axis": (axis, AXES), "before": (before, BEFORE)})
    data.require(*METRIC.needs)
    return scored(data.customers(), axis).select(
        "list",
        "customer",
        "last",
        "purchases",
        "amount",
        "recency_score",
        "frequency_score",
        "money_score",
        rank=-nw.col("amount"),
    )


METRIC = Metric(
    id="rfm",
    needs=(Need("orders", ("customer", "date", "amount")),),
    unit="share",
    formula=r"\frac{⟨champions⟩ + ⟨loyal⟩}{⟨customers⟩}",
    compute=rfm,
    better="higher",
    options=(Option("axis", AXES, "frequency"), Option("before", BEFORE, 90)),
    references=(
        "Hughes (1994), Strategic Database Marketing",
        "Bult & Wansbeek (1995), Optimal selection for direct mail, Marketing Science 14(4)",
        "Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22",
    ),
    members=members,
)
