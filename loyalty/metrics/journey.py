"""Customer journey: from the first purchase to the second, and on to loyalty."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

import narwhals.stable.v2 as nw

from loyalty import limits
from loyalty.core import (
    Metric,
    Need,
    Option,
    Result,
    Table,
    by_group,
    check_options,
    month_name,
    totals,
)
from loyalty.dataset import Dataset
from loyalty.queries import keep, rows
from loyalty.stats import Hits, differ, last_change, share
from loyalty.stats.survival import Survival, kaplan_meier
from loyalty.texts import Message
from loyalty.views.voices import voices_by_stage

STAGES = ("first", "repeat", "loyal")
STEPS = ("repeat", "loyal")  # named by the stage that they lead to
LOYAL = (3, 5, 10)
WITHIN = (90, 180, 365)  # days within which the share who take a step is said
TREND_WINDOW = 180  # days that every month gets in the trend

UNITS = {
    **{f"{name}_{days}": "share" for days in WITHIN for name in ("share", "low", "high")},
    **dict.fromkeys(("median", "median_low", "median_high", "since"), "days"),
    **dict.fromkeys(("first", "last"), "date"),
    "voices_p": "p",
    "amount": "money",
}


class Cell(NamedTuple):
    """So many customers of one segment and month of first purchase, in one stage."""

    group: str | None
    month: str
    stage: str
    whole: bool
    soon: bool
    n: int


def journey(data: Dataset, by: str | None = None, *, loyal: int = 3) -> Result:
    """The share of customers who have become loyal, and how many take each step of the way and how fast.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer`` and ``date``. Purchases without a customer do not count. Answers in
        ``responses`` are sorted by stage where they can be.
    by
        Column to break the share down by; a customer belongs to the segment of the first purchase.
    loyal
        From so many purchases on a customer is loyal. The stages are the first purchase, repeat purchases
        (2 to ``loyal − 1``) and loyal.

    Returns
    -------
    Result
        A share; ``n`` counts customers. The trend is by month of first purchase: who became loyal within
        180 days, months that have all had so many. Tables ``stages`` (customers by stage today), ``steps``
        (from the first purchase to the second, and on to the one that makes loyal: the share within 90, 180
        and 365 days and the median, null where not enough time has passed), ``curve`` (the same day by day),
        ``lists`` (as ``stages``) and, where answers have a score, ``voices`` (complaints and comments by
        stage) and ``comments``.

    Raises
    ------
    LoyaltyError
        If the columns are missing or no customer is known.

    Notes
    -----
    The interval of the share is Wilson's; the customer is the unit. The steps are Kaplan–Meier estimates:
    a customer who has not taken the step by the last day of the orders may yet, so he counts as long as he
    was watched, and is no failure; interval by :func:`loyalty.stats.survival.kaplan_meier`. Two purchases on
    one day are 0 days apart.

    Only counts by day leave the engine; for the answers see :func:`loyalty.views.voices.voices_by_stage`.

    References
    ----------
    Kaplan & Meier (1958), *Nonparametric estimation from incomplete observations*, JASA 53.

    Examples
    --------
    >>> import pandas as pd
    >>> days = ["2025-01-03", "2025-02-01", "2025-03-02", "2025-01-05", "2025-01-15"]
    >>> orders = pd.DataFrame({"customer": ["a", "a", "a", "b", "b"], "date": days})
    >>> result = journey(Dataset.from_frames(orders=orders))
    >>> result.overall.value, result.table("stages").rows[1][:2]
    (0.5, ('repeat', 1))
    """
    check_options({"loyal": (loyal, LOYAL)})
    data.require(*METRIC.needs)
    data.check_by("orders", by)
    customers = _customers(data, by, loyal)
    cells = list(_cells(data, customers, by))
    if not cells:
        raise data.nothing("orders", "no_customers", role=Message("role.customer"))
    counts = {stage: sum(cell.n for cell in cells if cell.stage == stage) for stage in STAGES}
    n = sum(counts.values())
    hits = [(cell.group, Hits(cell.n * (cell.stage == "loyal"), cell.n)) for cell in cells]
    segments = by_group(hits, lambda hits: hits.n) if by else {}
    cohorts = totals((cell.month, Hits(cell.n * cell.soon, cell.n)) for cell in cells if cell.whole)
    groups = tuple(share(*hits, name) for name, hits in segments.items())
    trend = tuple(share(*hits, month) for month, hits in cohorts.items())
    voices, p = voices_by_stage(data, customers)
    return Result(
        metric="journey",
        overall=share(counts["loyal"], n),
        unit="share",
        by=by,
        header=data.header("orders", by),
        groups=groups,
        groups_differ=differ(groups),
        trend=trend,
        change=last_change(trend),
        formula=METRIC.formula,
        options={"loyal": loyal},
        numbers={
            **{f"{stage}_customers": count for stage, count in counts.items()},
            "customers": n,
            "trend_window": TREND_WINDOW,
            **({} if p is None else {"voices_p": p}),
        },
        units=UNITS,
        tables=(
            _stage_table(counts),
            *_step_tables(_steps(data, customers)),
            _list_table(counts),
            *voices,
        ),
        currency=data.currency,
    )


def _customers(data: Dataset, by: str | None, loyal: int) -> nw.LazyFrame[Any]:
    """One row a customer with the stage today and the days of the steps: ``first``, ``second``, ``nth``."""
    nth = data.nth_purchase(loyal).select("customer", nth="day")
    customers = data.customers(by).join(nth, on="customer", how="left")
    purchases = nw.col("purchases")
    stage = nw.when(purchases >= loyal).then(nw.lit("loyal")).when(purchases > 1).then(nw.lit("repeat"))
    return keep(customers.with_columns(stage=stage.otherwise(nw.lit("first"))))


def _last_day(data: Dataset) -> int:
    period = data.period("orders")
    return (period[1] if period else date.min).toordinal()


def _cells(data: Dataset, customers: nw.LazyFrame[Any], by: str | None) -> Iterator[Cell]:
    """Customers by segment, month of first purchase and stage: all that the shares are made of."""
    keys = ["group"] if by else []
    soon = (nw.col("nth") - nw.col("first") <= TREND_WINDOW).fill_null(False)
    counted = customers.with_columns(soon=soon).group_by("month", "stage", "soon", *keys)
    whole = data.last_whole_month(TREND_WINDOW)
    for row in rows(counted.agg(nw.len().alias("n"))):
        month = row["month"]
        yield Cell(
            row.get("group"), month_name(month), row["stage"], month <= whole, bool(row["soon"]), row["n"]
        )


def _steps(data: Dataset, customers: nw.LazyFrame[Any]) -> dict[str, Survival]:
    """How long customers take for each step, from how many waited so many days with and without success."""
    last = nw.lit(_last_day(data))
    found: dict[str, Survival] = {}
    for step, start, end in zip(STEPS, ("first", "second"), ("second", "nth"), strict=True):
        waiting = customers.filter(~nw.col(start).is_null())
        days = nw.coalesce(nw.col(end), last) - nw.col(start)
        spells = waiting.select(days=days, happened=~nw.col(end).is_null()).group_by("days", "happened")
        counted = rows(spells.agg(nw.len().alias("n")))
        found[step] = kaplan_meier((row["days"], bool(row["happened"]), row["n"]) for row in counted)
    return found


def _stage_table(counts: dict[str, int]) -> Table:
    n = sum(counts.values())
    shares = ((stage, share(count, n)) for stage, count in counts.items())
    return Table(
        "stages",
        ("stage", "customers", "share", "low", "high"),
        tuple((stage, counts[stage], e.value, e.low, e.high) for stage, e in shares),
    )


def _list_table(counts: dict[str, int]) -> Table:
    return Table("lists", ("list", "customers"), tuple(counts.items()))


def _step_tables(steps: dict[str, Survival]) -> tuple[Table, Table]:
    ends = tuple(f"{name}_{days}" for days in WITHIN for name in ("share", "low", "high"))
    columns = ("step", "customers", "passed", *ends, "median", "median_low", "median_high")
    curves = ((step, *point) for step, found in steps.items() for point in found.curve(limits.CURVE_POINTS))
    return (
        Table("steps", columns, tuple(_step(step, found) for step, found in steps.items() if found.n)),
        Table("curve", ("step", "days", "share", "low", "high"), tuple(curves)),
    )


def _step(step: str, found: Survival) -> tuple[Any, ...]:
    within = (found.within(days) for days in WITHIN)
    ends = (end for e in within for end in ((e.value, e.low, e.high) if e else (None, None, None)))
    return (step, found.n, found.events, *ends, *found.median)


def members(data: Dataset, *, loyal: int = 3) -> nw.LazyFrame[Any]:
    """The customers in each stage, those with the most purchases first, of these the latest to buy."""
    check_options({"loyal": (loyal, LOYAL)})
    data.require(*METRIC.needs)
    columns = ("list", "customer", "rank", "purchases", "first", "last", "since", "amount")
    found = _customers(data, None, loyal).with_columns(
        list=nw.col("stage"), since=_last_day(data) - nw.col("last")
    )
    rank = nw.col("since") - 1_000_000 * nw.col("purchases").cast(nw.Int64)
    return found.with_columns(rank=rank).select(*columns if data.has("orders", "amount") else columns[:-1])


METRIC = Metric(
    id="journey",
    needs=(Need("orders", ("customer", "date")),),
    unit="share",
    formula=r"\frac{⟨loyal_customers⟩}{⟨customers⟩}",
    compute=journey,
    better="higher",
    options=(Option("loyal", LOYAL, 3),),
    references=(
        "Kaplan & Meier (1958), Nonparametric estimation from incomplete observations, JASA 53",
        "Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22",
    ),
    members=members,
)
