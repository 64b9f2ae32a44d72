"""Top customers: how much of the revenue comes from the most profitable ones."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from loyalty.core import Estimate, Metric, Need, Option, Result, Table, by_group, check_options, month_name
from loyalty.dataset import Dataset
from loyalty.queries import rows
from loyalty.stats import differ, last_change
from loyalty.stats.concentration import Boundary, boundary, curve, customers_for, from_top, gini, top_share
from loyalty.texts import Message
from loyalty.views.sampling import ratio_sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOPS = (5, 10, 20)  # percent of the customers
SHOWN = (1, 5, 10, 20, 50)
MOST = 0.8  # of the revenue: from how few customers does it come?
SILENT = 90  # days without a purchase after which a top customer is missed
DECIMALS = 6  # to which sums of money are told apart: what is beyond comes from adding up

UNITS = {
    **dict.fromkeys(("revenue_share", "customers_share", "customers_80", "cumulative_share"), "share"),
    **dict.fromkeys(("gini", "gini_low", "gini_high"), "ratio"),
    **dict.fromkeys(("top_revenue", "amount"), "money"),
    "last": "date",
}


def top_customers(data: Dataset, by: str | None = None, *, top: int = 20) -> Result:
    """The share of the revenue that comes from the top customers.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer`` and ``amount``. Only purchases of known customers count.
    by
        Column to break the share down by; a customer belongs to the segment of the first purchase.
    top
        How many percent of the customers are the top, by what they spent in all. A customer on the boundary,
        or several who spent alike, counts in part.

    Returns
    -------
    Result
        A share; ``n`` counts customers. A group is what the customers at the top of the whole bring of the
        group's revenue; its ``base`` is that revenue. The trend is by month: what the month's own top brought
        of its revenue. In the numbers are Gini's coefficient with its interval, ``customers_80`` (the least
        share of customers from whom 80 % of the revenue comes) and, with dates, ``silent``: how many at the
        top have not bought in the last 90 days. Tables: ``lorenz`` (share of customers from the top, share of
        revenue), ``tops`` (the same for 1, 5, 10, 20 and 50 percent, with intervals), ``lists``.

    Raises
    ------
    LoyaltyError
        If the columns are missing or no customer is known.

    Notes
    -----
    The customer is the unit. The interval of the whole and of the months is that of
    :func:`loyalty.stats.concentration.top_share`; the interval of a group, which takes the boundary as
    known, that of :func:`loyalty.stats.concentration.from_top`. With few customers at the top the share of a
    sample lies below that of the population on average; no correction is made. Months are compared as if
    they had different customers.

    Amount, segment and last day of every customer come back to memory, and for the trend the amount of every
    customer and month: two or three numbers a customer, and two a customer and month.

    References
    ----------
    Lorenz (1905), *Methods of measuring the concentration of wealth*; Beach & Davidson (1983),
    *Distribution-free statistical inference with Lorenz curves and income shares*.

    Examples
    --------
    >>> import pandas as pd
    >>> orders = pd.DataFrame({"customer": list("abcde"), "amount": [60.0, 20.0, 10.0, 5.0, 5.0]})
    >>> top_customers(Dataset.from_frames(orders=orders)).overall.value
    0.6
    """
    check_options({"top": (top, TOPS)})
    data.require(*METRIC.needs)
    data.check_by("orders", by)
    customers = _customers(data, by)
    spent = _array(customers.select("amount").sort("amount", descending=True), "amount")
    if not spent.sum():
        raise data.nothing("orders", "no_customers", role=Message("role.customer"))
    edge = boundary(spent, top)
    groups = _groups(customers, edge) if by else ()
    overall, unequal, revenue = top_share(spent, top), gini(spent), float(spent.sum())
    trend = _trend(data, top)
    return Result(
        metric="top_customers",
        overall=overall,
        unit="share",
        by=by,
        header=data.header("orders", by),
        groups=groups,
        groups_differ=differ(groups),
        trend=trend,
        change=last_change(trend),
        formula=METRIC.formula,
        options={"top": top},
        numbers={
            "top_revenue": overall.value * revenue,
            "revenue": revenue,
            "customers": overall.n,
            "gini": unequal.value,
            "gini_low": unequal.low,
            "gini_high": unequal.high,
            "customers_80": customers_for(spent, MOST),
            **({"silent": _silent(data, customers, edge)} if data.has("orders", "day") else {}),
        },
        units=UNITS,
        tables=(
            Table("lorenz", ("customers_share", "revenue_share"), tuple(curve(spent))),
            _tops(spent),
            _lists(customers, edge, revenue),
        ),
        currency=data.currency,
    )


def _amounts(customers: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    return customers.with_columns(nw.col("amount").round(DECIMALS))


def _customers(data: Dataset, by: str | None) -> nw.LazyFrame[Any]:
    """What every customer spent, in memory: added up anew, a sum may differ in its last digit."""
    customers = _amounts(data.customers(by))
    there = customers.collect_schema().names()
    wanted = [name for name in ("amount", "last", "group") if name in there]
    return customers.select(*wanted).collect("polars").lazy("polars")


def _array(frame: nw.LazyFrame[Any], name: str) -> NDArray[Any]:
    return frame.collect("polars").get_column(name).to_numpy()


def _groups(customers: nw.LazyFrame[Any], edge: Boundary) -> tuple[Estimate, ...]:
    """What each segment's customers at the top of the whole bring of its revenue."""
    amount = nw.col("amount")
    top = (
        nw.when(amount > edge.amount)
        .then(amount)
        .when(amount == edge.amount)
        .then(edge.part * amount)
        .otherwise(0.0)
    )
    sums = ratio_sums(customers.select("group", x=top, y=amount), "group")
    return tuple(from_top(each, name) for name, each in by_group(sums, lambda sums: sums.units).items())


def _trend(data: Dataset, top: int) -> tuple[Estimate, ...]:
    """What the top of every month's customers brought of its revenue."""
    if not data.has("orders", "day"):
        return ()
    import numpy as np

    cells = data.customer_months.select("month", "amount").collect("polars").lazy("polars")
    months = _array(cells, "month")
    if not len(months):
        return ()
    places = months - months.min()
    order = np.argsort(places.astype(np.uint16), kind="stable")  # short integers are sorted by their digits
    parts = np.split(_array(cells, "amount")[order], np.cumsum(np.bincount(places))[:-1])
    spent = ((month, np.sort(part)[::-1]) for month, part in enumerate(parts, int(months.min())) if len(part))
    return tuple(top_share(each, top, month_name(month)) for month, each in spent)


def _tops(spent: NDArray[Any]) -> Table:
    shares = ((percent, top_share(spent, percent)) for percent in SHOWN)
    lines = ((percent / 100, e.value, e.low, e.high) for percent, e in shares)
    return Table("tops", ("customers_share", "revenue_share", "low", "high"), tuple(lines))


def _at_top(edge: Boundary) -> nw.Expr:
    return nw.col("amount") >= edge.amount


def _lists(customers: nw.LazyFrame[Any], edge: Boundary, revenue: float) -> Table:
    """The customers who belong to the top, wholly or in part."""
    top = customers.filter(_at_top(edge))
    [row] = rows(top.select(nw.len().alias("n"), nw.col("amount").sum()))
    lines = (("top", row["n"], row["amount"], row["amount"] / revenue),)
    return Table("lists", ("list", "customers", "amount", "revenue_share"), lines)


def _silent(data: Dataset, customers: nw.LazyFrame[Any], edge: Boundary) -> int:
    """How many at the top have not bought for long."""
    period = data.period("orders")
    since = (period[1] if period else date.min).toordinal() - SILENT
    [row] = rows(customers.filter(_at_top(edge), nw.col("last") < since).select(nw.len().alias("n")))
    return int(row["n"])


def members(data: Dataset, *, top: int = 20) -> nw.LazyFrame[Any]:
    """The customers at the top, who spent most first: what each and all up to each bring of the revenue."""
    check_options({"top": (top, TOPS)})
    data.require(*METRIC.needs)
    amount = nw.col("amount")
    ranked = _amounts(data.customers()).with_columns(
        rank=-amount, above=amount.rank("min", descending=True).cast(nw.Int64) - 1
    )
    shares = ranked.with_columns(
        revenue_share=amount / amount.sum(),
        cumulative_share=amount.cum_sum().over(order_by=["rank", "customer"]) / amount.sum(),
        inside=100 * nw.col("above") < top * nw.len().cast(nw.Int64),
    )
    last = ["last"] if data.has("orders", "day") else []
    columns = ("customer", "amount", "revenue_share", "cumulative_share", "purchases", *last, "rank")
    return shares.filter(nw.col("inside")).select(*columns, list=nw.lit("top"))


METRIC = Metric(
    id="top_customers",
    needs=(Need("orders", ("customer", "amount")),),
    unit="share",
    formula=r"\frac{⟨top_revenue⟩}{⟨revenue⟩}",
    compute=top_customers,
    better="neither",
    options=(Option("top", TOPS, 20),),
    references=(
        "Lorenz (1905), Methods of measuring the concentration of wealth, Publications of the American"
        " Statistical Association 9(70)",
        "Beach & Davidson (1983), Distribution-free statistical inference with Lorenz curves and income"
        " shares, Review of Economic Studies 50(4)",
        "Langel & Tillé (2013), Variance estimation of the Gini index, Journal of the Royal Statistical"
        " Society A 176(2)",
    ),
    members=members,
)
