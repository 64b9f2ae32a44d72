"""Average order value: what one purchase is worth."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

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
from loyalty.queries import rows
from loyalty.stats import RatioSums, differ, last_change, ratio
from loyalty.texts import Message
from loyalty.views.sampling import ratio_sums


def order_value(data: Dataset, by: str | None = None, *, returns: str = "apart") -> Result:
    """What customers spend in one purchase, on average.

    Parameters
    ----------
    data
        Needs ``orders`` with ``amount``. What counts as a purchase is said at :attr:`Dataset.purchases`;
        purchases of unknown customers count.
    by
        Column to break the average down by; an order belongs to its (alphabetically first) segment.
    returns
        ``"apart"``: orders whose lines sum to less than nothing are counted beside the average.
        ``"net"``: their amounts are taken from the revenue, the number of purchases stays.

    Returns
    -------
    Result
        Money in the unit of the file; ``n`` counts purchases. Table ``months``: number of purchases and of
        repeat purchases, mean, quartiles and median of their amounts.

    Raises
    ------
    LoyaltyError
        If there are no amounts, or no purchase.

    Notes
    -----
    A ratio of totals, revenue over purchases. The interval is by customer (delta method, Student's t),
    because purchases of one customer resemble each other; a purchase of an unknown customer stands for
    itself. The trend's months are compared as if they had different customers.

    References
    ----------
    Cochran (1977), *Sampling Techniques*, 3rd ed., section 6.3.

    Examples
    --------
    >>> import pandas as pd
    >>> orders = pd.DataFrame({"customer": ["a", "a", "b"], "order": ["1", "2", "3"], "amount": [10, 20, 60]})
    >>> order_value(Dataset.from_frames(orders=orders)).overall.value
    30.0
    """
    check_options({"returns": (returns, ("apart", "net"))})
    data.require(*METRIC.needs)
    data.check_by("orders", by)
    sales, back = _amounts(data, data.purchases, by, 1.0), _amounts(data, data.returns, by, 0.0)
    counted = nw.concat([sales, back]) if returns == "net" else sales
    [(_, overall)] = _sums(data, counted, returns)
    if not overall.y:
        raise data.nothing("orders", "no_purchases", role=Message("role.amount"))
    dated = data.has("orders", "month")
    months = _sums(data, counted, returns, "month") if dated else []
    cohorts = totals((month_name(month), sums) for month, sums in months if month is not None)
    segments = by_group(ratio_sums(counted, "group"), lambda sums: sums.y) if by else {}
    groups = tuple(ratio(sums, name) for name, sums in segments.items() if sums.y)
    trend = tuple(ratio(sums, month) for month, sums in cohorts.items() if sums.y)
    [returned] = rows(back.select(nw.len().alias("n"), nw.col("x").sum()))
    return Result(
        metric="order_value",
        overall=ratio(overall),
        unit="money",
        by=by,
        header=data.header("orders", by),
        groups=groups,
        groups_differ=differ(groups),
        trend=trend,
        change=last_change(trend),
        formula=METRIC.formula,
        options={"returns": returns},
        numbers={
            "revenue": overall.x,
            "purchases": round(overall.y),
            "returns": returned["n"],
            "returned": -(returned["x"] or 0.0),
        },
        tables=(_months(data),) if dated else (),
        currency=data.currency,
    )


def _amounts(data: Dataset, orders: nw.LazyFrame[Any], by: str | None, weight: float) -> nw.LazyFrame[Any]:
    """Amounts as numerator and, as far as they count as purchases, `weight` as denominator."""
    keys = [name for name in ("customer", "month") if data.has("orders", name)]
    group = {"group": nw.col(by)} if by else {}
    return orders.select(*keys, x=nw.col("amount"), y=nw.lit(weight), **group)


def _sums(
    data: Dataset, counted: nw.LazyFrame[Any], returns: str, key: str | None = None
) -> list[tuple[Any, RatioSums]]:
    """Of the whole or by month; what known customers spent is at hand unless returns are taken from it."""
    if returns == "net" or not data.has("orders", "customer", "day"):
        return ratio_sums(counted, key)
    names, frame = (("month",), data.customer_months) if key else (("customer",), data.customers())
    known = frame.select(*names, x=nw.col("amount"), y=nw.col("purchases").cast(nw.Float64))
    others = counted.filter(nw.col("customer").is_null() | nw.col("month").is_null())
    return ratio_sums(nw.concat([known, others.select(*names, "x", "y")]), key)


def _months(data: Dataset) -> Table:
    dated = data.purchases.filter(~nw.col("month").is_null())
    amount = nw.col("amount")
    found = rows(
        dated.group_by("month").agg(
            nw.len().alias("purchases"),
            amount.mean().alias("mean"),
            amount.quantile(0.25, "linear").alias("low"),
            amount.median().alias("median"),
            amount.quantile(0.75, "linear").alias("high"),
        )
    )
    repeat = data.repeat_purchases
    return Table(
        "months",
        ("month", "purchases", "repeat_purchases", "mean", "quartile_1", "median", "quartile_3"),
        tuple(
            (
                month_name(row["month"]),
                row["purchases"],
                repeat.get(row["month"], (0, 0))[1],
                row["mean"],
                row["low"],
                row["median"],
                row["high"],
            )
            for row in sorted(found, key=lambda row: row["month"])
        ),
    )


METRIC = Metric(
    id="order_value",
    needs=(Need("orders", ("amount",)),),
    unit="money",
    formula=r"\frac{⟨revenue⟩}{⟨purchases⟩}",
    compute=order_value,
    better="higher",
    options=(Option("returns", ("apart", "net"), "apart"),),
    references=("Cochran (1977), Sampling Techniques, 3rd ed., section 6.3",),
)
