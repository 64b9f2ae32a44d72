"""Retention: of the customers who began at the same time, how many are still buying later."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import narwhals.stable.v2 as nw

from loyalty.core import (
    Estimate,
    Metric,
    Need,
    Option,
    Result,
    Table,
    by_group,
    check_options,
    period_name,
)
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.queries import rows
from loyalty.stats import Hits, RatioSums, differ, last_change, ratio, share
from loyalty.texts import Message

MONTHS = {"month": 1, "quarter": 3, "year": 12}  # in a period
AGES = (1, 2, 3, 6, 12)
SHOWN = 24  # cohorts and ages in the tables: a picture holds no more
COUNTED = ("customers", "active", "share", "low", "high")


class Cell(NamedTuple):
    """The customers of a cohort who bought in one period, and what they paid; two of them add up."""

    active: int = 0
    revenue: float = 0.0
    squares: float = 0.0

    def __add__(self, other: Cell) -> Cell:  # type: ignore[override]  # a tuple would be strung together
        return Cell(self.active + other.active, self.revenue + other.revenue, self.squares + other.squares)


Cells = Mapping[tuple[int, int], Cell]  # cohort and age, both in periods


def cohorts(data: Dataset, by: str | None = None, *, period: str = "month", age: int = 1) -> Result:
    """The share of customers who are still buying so many months, quarters or years after they began.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer`` and ``date``. Purchases without a customer do not count.
    by
        Column to break the share down by; a customer belongs to the segment of the first purchase.
    period
        ``"month"``, ``"quarter"`` or ``"year"`` of the calendar. Customers whose first purchase lies in the
        same period are a cohort.
    age
        How many periods after the first to look: 1, 2, 3, 6 or 12.

    Returns
    -------
    Result
        A share: customers with at least one purchase in the period `age` after that of their first, of all
        customers for whom that period has ended; ``n`` counts these. A period has ended when the orders
        reach its last day. The trend is by cohort.

        Table ``cohorts``: the latest 24 cohorts at their first 24 ages (0 is the period of the first
        purchase) with how many were active, their share and what they paid; ``ended`` tells whether the
        period is over. Table ``curve``: the same over all cohorts, ended periods only. Where there are
        amounts, table ``revenue``: what a customer paid at each age on average over the whole cohort,
        those who did not come included.

    Raises
    ------
    LoyaltyError
        If the columns are missing, no customer is known, or no cohort is that old.

    Notes
    -----
    The interval of a share is Wilson's: at one age every customer counts once. That of an average is by
    customer (Student's t). The first cohort also holds customers from before the data begin. Being active is
    not the same as not having left: who skips a period may come back, so a share may rise again.

    References
    ----------
    Croll & Yoskovitz (2013), *Lean Analytics*, chapter 2: cohort analysis.
    Wilson (1927), *Probable inference, the law of succession, and statistical inference*.

    Examples
    --------
    Two begin in January; in February, which has ended, one of them comes again:

    >>> import pandas as pd
    >>> days = ["2025-01-03", "2025-01-20", "2025-02-10", "2025-02-28"]
    >>> orders = pd.DataFrame({"customer": ["a", "b", "a", "c"], "date": days})
    >>> cohorts(Dataset.from_frames(orders=orders)).overall.value
    0.5
    """
    check_options({"period": (period, tuple(MONTHS)), "age": (age, AGES)})
    data.require(*METRIC.needs)
    data.check_by("orders", by)
    months, paid = MONTHS[period], data.has("orders", "amount")
    cells, (now, ended) = _cells(data, months, paid), _now(data, months)
    if not cells:
        raise data.nothing("orders", "no_customers", role=Message("role.customer"))
    old = {start: _hits(cells, [start], age) for start in _starts(cells, ended - age)}
    if not old:
        raise LoyaltyError("cohort_open")
    whole = _hits(cells, old, age)
    groups = tuple(share(*hits, name) for name, hits in _segments(data, by, months, age, old).items())
    trend = tuple(share(*hits, period_name(start * months, months)) for start, hits in old.items())
    return Result(
        metric="cohorts",
        overall=share(*whole),
        unit="share",
        by=by,
        header=data.header("orders", by),
        groups=groups,
        groups_differ=differ(groups),
        trend=trend,
        change=last_change(trend),
        formula=METRIC.formula,
        options={"period": period, "age": age},
        numbers={"active": whole.hits, "customers": whole.n, "cohorts": len(old)},
        units={f"per_customer{end}": "money" for end in ("", "_low", "_high")},
        tables=(
            _cohort_table(cells, months, now, ended, paid),
            _curve(cells, ended),
            *([_revenue(cells, ended)] if paid else []),
        ),
        currency=data.currency,
        notes=(Message("cohorts.first_cohort"),),
    )


def _periods(data: Dataset, months: int, paid: bool) -> nw.LazyFrame[Any]:
    """One row a customer and period with a purchase: ``start`` of the customer, ``age``, ``amount``."""
    sums = ["purchases", "amount"] if paid else ["purchases"]
    start, period = nw.col("start") // months, nw.col("month") // months
    found = data.customer_months.select("customer", *sums, start=start, age=period - start)
    if months == 1:
        return found
    return found.group_by("customer", "start", "age").agg(nw.col(*sums).sum())


def _cells(data: Dataset, months: int, paid: bool) -> dict[tuple[int, int], Cell]:
    sums = {"revenue": nw.col("amount"), "squares": nw.col("amount") * nw.col("amount")} if paid else {}
    found = _periods(data, months, paid).select("start", "age", **sums).group_by("start", "age")
    counted = rows(found.agg(nw.len().alias("active"), *(nw.col(name).sum() for name in sums)))
    return {(row.pop("start"), row.pop("age")): Cell(**row) for row in counted}


def _now(data: Dataset, months: int) -> tuple[int, int]:
    """The period of the last day of the orders, and the last period that has ended by then."""
    span = data.period("orders")
    if span is None:
        return 0, 0
    last = span[1]
    month = 12 * last.year + last.month - 1
    over = last.day == monthrange(last.year, last.month)[1]
    return month // months, (month + over) // months - 1


def _starts(cells: Cells, latest: int) -> list[int]:
    """The cohorts up to the latest, in order."""
    return sorted(start for start, age in cells if age == 0 and start <= latest)


def _pooled(cells: Cells, starts: Iterable[int], age: int) -> Cell:
    return sum((cells.get((start, age), Cell()) for start in starts), Cell())


def _hits(cells: Cells, starts: Iterable[int], age: int) -> Hits:
    """How many of these cohorts were active at an age."""
    starts = list(starts)
    return Hits(_pooled(cells, starts, age).active, _pooled(cells, starts, 0).active)


def _segments(data: Dataset, by: str | None, months: int, age: int, old: Iterable[int]) -> dict[str, Hits]:
    """The same by segment, for the cohorts that are old enough."""
    if not by:
        return {}
    there = _periods(data, months, False).filter(nw.col("age").is_in([0, age]))
    named = there.join(data.customers(by).select("customer", "group"), on="customer")
    counted = rows(named.group_by("start", "age", "group").agg(nw.len().alias("n")))
    wanted = set(old)
    hits = (
        (row["group"], Hits(row["n"] * (row["age"] == age), row["n"] * (row["age"] == 0)))
        for row in counted
        if row["start"] in wanted
    )
    return by_group(hits, lambda hits: hits.n)


def _cohort_table(cells: Cells, months: int, now: int, ended: int, paid: bool) -> Table:
    """The latest cohorts at every age they have reached, that of the running period included."""
    found = []
    for start in _starts(cells, now)[-SHOWN:]:
        name = period_name(start * months, months)
        for age in range(min(SHOWN, now - start + 1)):
            active = share(*_hits(cells, [start], age))
            cell = cells.get((start, age), Cell())
            revenue = (cell.revenue,) if paid else ()
            found.append((name, age, *_counted(active, cell), *revenue, start + age <= ended))
    columns = ("cohort", "age", *COUNTED, *(("revenue",) if paid else ()), "ended")
    return Table("cohorts", columns, tuple(found))


def _counted(active: Estimate, cell: Cell) -> tuple[float, ...]:
    return active.n, cell.active, active.value, active.low, active.high


def _ages(cells: Cells, ended: int) -> dict[int, list[int]]:
    """The ages that some cohort has completed, and the cohorts that have."""
    starts = {age: _starts(cells, ended - age) for age in range(SHOWN)}
    return {age: some for age, some in starts.items() if some}


def _curve(cells: Cells, ended: int) -> Table:
    """All cohorts together at every age, ended periods only."""
    found = (
        (age, *_counted(share(*_hits(cells, starts, age)), _pooled(cells, starts, age)))
        for age, starts in _ages(cells, ended).items()
    )
    return Table("curve", ("age", *COUNTED), tuple(found))


def _revenue(cells: Cells, ended: int) -> Table:
    """What a customer paid at every age, on average over all who began; ended periods only."""
    found = []
    for age, starts in _ages(cells, ended).items():
        cell, n = _pooled(cells, starts, age), _pooled(cells, starts, 0).active
        mean = ratio(RatioSums(n, cell.revenue, n, cell.squares, n, cell.revenue))
        found.append((age, n, cell.revenue, mean.value, mean.low, mean.high))
    columns = ("age", "customers", "revenue", "per_customer", "per_customer_low", "per_customer_high")
    return Table("revenue", columns, tuple(found))


METRIC = Metric(
    id="cohorts",
    needs=(Need("orders", ("customer", "date")),),
    unit="share",
    formula=r"\frac{⟨active⟩}{⟨customers⟩}",
    compute=cohorts,
    better="higher",
    options=(Option("period", tuple(MONTHS), "month"), Option("age", AGES, 1)),
    references=(
        "Croll & Yoskovitz (2013), Lean Analytics, chapter 2: cohort analysis",
        "Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22",
    ),
)
