"""How many orders were bought with a discount: the first ones of customers, and those that followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from loyalty.core import Estimate
from loyalty.grouping import Totals, grouped
from loyalty.queries import keep, nothing
from loyalty.stats import RatioSums, design_effect, share
from loyalty.views.sampling import several_sums

if TYPE_CHECKING:
    from loyalty.dataset import Dataset


def discounted_orders(data: Dataset) -> dict[str, RatioSums]:
    """First and repeat orders of known customers, and how many of them had a discount.

    An order has a discount where that of its lines is not nothing. The first of several orders of one day
    is the one whose order id is the alphabetically first.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer`` and ``date``; without ``discount`` there is nothing to count.

    Returns
    -------
    dict
        ``"first"`` and ``"repeat"`` to sums over customers, ``x`` orders with a discount and ``y`` all of
        them. Empty where there is no column of discounts.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyalty.dataset import Dataset
    >>> days = ["2025-01-03", "2025-02-01", "2025-03-01"]
    >>> lines = pd.DataFrame({"customer": "a", "date": days, "amount": 5.0, "discount": [0, 0.5, 0]})
    >>> found = discounted_orders(Dataset.from_frames(orders=lines))
    >>> [(name, float(sums.x), float(sums.y)) for name, sums in found.items()]
    [('first', 0.0, 1.0), ('repeat', 1.0, 2.0)]
    """
    if not data.has("orders", "customer", "day", "discount"):
        return {}
    discounted = (nw.col("discount") != 0).cast(nw.Int64)
    on_first = (nw.col("day") == nw.col("first")).cast(nw.Int64)
    orders = data.known_purchases().with_columns(x=discounted, y=nw.lit(1), y1=on_first)
    orders = orders.with_columns(x1=nw.col("x") * nw.col("y1"))
    totals = keep(grouped(orders, ["customer"], Totals(["x", "y", "x1", "y1"])))
    [(_, sums)] = several_sums(_apart(totals, orders), {"first": ("x1", "y1"), "repeat": ("x", "y")})
    return sums


def discounted_share(sums: RatioSums) -> Estimate:
    """The share of orders that had a discount, the customers being the sample."""
    if not sums.y:
        return share(0, 0)
    p = sums.x / sums.y
    return share(sums.x, sums.y, design_effect=design_effect(sums, p * (1 - p)))


def _apart(totals: nw.LazyFrame[Any], orders: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """By customer the first order and the others, from all of them and those of the first day."""
    mixed = keep(totals.filter(nw.col("x1") > 0, nw.col("x1") < nw.col("y1")).select("customer"))
    rest = totals.with_columns(x1=(nw.col("x1") > 0).cast(nw.Int64))
    if not nothing(mixed):
        of_day = _first(orders.filter(nw.col("y1") == 1).join(mixed, on="customer"))
        ties = of_day.group_by("customer").agg(nw.col("x").max().alias("tie"))
        rest = rest.join(ties, on="customer", how="left")
        rest = rest.with_columns(x1=nw.coalesce("tie", "x1"))
    first = rest.with_columns(y1=nw.lit(1))
    return first.select("x1", "y1", x=nw.col("x") - nw.col("x1"), y=nw.col("y") - 1)


def _first(orders: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Every customer's first order, of those of one day."""
    if "order" not in orders.collect_schema().names():
        return orders
    ids = orders.with_columns(_id=nw.col("order").cast(nw.String).fill_null(""))
    return ids.filter(nw.col("_id") == nw.col("_id").min().over("customer"))
