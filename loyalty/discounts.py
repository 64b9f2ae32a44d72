"""How many orders were bought with a discount: the first ones of customers, and those that followed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from loyalty.queries import keep
from loyalty.sampling import ratio_sums
from loyalty.stats import RatioSums

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
    known = data.purchases.filter(~nw.col("customer").is_null(), ~nw.col("day").is_null())
    known = known.with_columns(x=(nw.col("discount") != 0).cast(nw.Float64), y=nw.lit(1.0))
    first = keep(_first(known, data.has("orders", "order")).select("customer", "x", "y"))
    taken = first.select("customer", x=-nw.col("x"), y=-nw.col("y"))
    rest = nw.concat([known.select("customer", "x", "y"), taken]).group_by("customer")
    repeat = rest.agg(nw.col("x", "y").sum()).filter(nw.col("y") > 0)
    return {name: ratio_sums(part)[0][1] for name, part in (("first", first), ("repeat", repeat))}


def _first(known: nw.LazyFrame[Any], ordered: bool) -> nw.LazyFrame[Any]:
    """Every customer's first order."""
    of_day = known.filter(nw.col("day") == nw.col("day").min().over("customer"))
    if not ordered:
        return of_day
    ids = of_day.with_columns(_id=nw.col("order").cast(nw.String).fill_null(""))
    return ids.filter(nw.col("_id") == nw.col("_id").min().over("customer"))
