"""On how many days known customers bought, day by day and month by month, and for how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals.stable.v2 as nw

from loyalty.grouping import Totals, grouped
from loyalty.queries import rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from loyalty.dataset import Dataset

    Numbers = NDArray[np.float64]

SUMS = ("purchases", "repeats", "amount", "repeat_amount")


@dataclass(frozen=True, eq=False)
class Days:
    """What known customers bought, one element a calendar day from the first to the last of the orders.

    Parameters
    ----------
    first
        The first day, ``date.toordinal()``.
    purchases
        Customers who bought on the day.
    repeats
        Those of them who had bought on a day before.
    amount, repeat_amount
        What they paid, less what was returned on the day; nothing where there are no amounts.
    """

    first: int
    purchases: Numbers
    repeats: Numbers
    amount: Numbers
    repeat_amount: Numbers

    @property
    def last(self) -> int:
        """The last day."""
        return self.first + len(self.purchases) - 1

    def upto(self, name: str) -> Numbers:
        """One of the totals added up: of each day with all days before."""
        import numpy as np

        added: Numbers = np.cumsum(getattr(self, name))
        return added

    def between(self, name: str, start: int, end: int) -> float:
        """One of the totals from the day after `start` to `end`."""
        low, high = (max(0, day + 1 - self.first) for day in (start, end))
        return float(getattr(self, name)[low:high].sum())


def by_day(data: Dataset, began_by: int | None = None) -> Days:
    """What known customers bought on each day.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer`` and ``date``. Several purchases of a customer on a day are one.
    began_by
        Day by which a customer must have bought for the first time; None for everybody.

    Returns
    -------
    Days
        Remembered by the Dataset; only totals by day leave the engine.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyalty.dataset import Dataset
    >>> days = pd.to_datetime(["2025-01-01", "2025-01-03", "2025-01-03", "2025-01-03"])
    >>> lines = pd.DataFrame({"customer": list("aaab"), "date": days, "amount": [9.0, 3.0, 4.0, 5.0]})
    >>> found = by_day(Dataset.from_frames(orders=lines.assign(order=range(4))))
    >>> found.purchases.tolist(), found.repeats.tolist(), found.repeat_amount.tolist()
    ([1.0, 0.0, 2.0], [0.0, 0.0, 1.0], [0.0, 0.0, 7.0])
    """
    return data.remembered(("days", began_by), lambda: _by_day(data, began_by))


def _by_day(data: Dataset, began_by: int | None) -> Days:
    import numpy as np

    first, last = (day.toordinal() for day in data.period("orders") or ())
    sums = {name: np.zeros(last - first + 1) for name in SUMS}
    for part in _parts(data, began_by):
        there = [name for name in SUMS if name in part.collect_schema().names()]
        for row in rows(part.group_by("day").agg(nw.col(*there).sum())):
            for name in there:
                sums[name][row["day"] - first] += row[name]
    return Days(first, *(sums[name] for name in SUMS))


def _parts(data: Dataset, began_by: int | None) -> list[nw.LazyFrame[Any]]:
    """Purchases and returns with what each adds to its day."""
    again = nw.col("day") > nw.col("first")
    bought = data.known_purchases().with_columns(purchases=_counted())
    parts = [bought.with_columns(repeats=nw.col("purchases") * again.cast(nw.Int64))]
    if data.has("orders", "amount"):
        later = nw.when(again).then(nw.col("amount")).otherwise(0.0)
        parts = [part.with_columns(repeat_amount=later) for part in (*parts, _returned(data))]
    return parts if began_by is None else [part.filter(nw.col("first") <= began_by) for part in parts]


def _counted() -> nw.Expr:
    """1 at a customer's last purchase of a day, 0 at the others."""
    following = nw.col("next")
    return (following.is_null() | (following > nw.col("day"))).cast(nw.Int64)


def _returned(data: Dataset) -> nw.LazyFrame[Any]:
    """Returns of customers who bought, with the day of their first purchase."""
    returns = data.returns.drop_nulls(["customer", "day"]).select("customer", "day", "month", "amount")
    return returns.join(data.customers().select("customer", "first"), on="customer")


class Month(NamedTuple):
    """A month: how many customers bought, and the sum and the sum of squares of what each did."""

    customers: int
    total: float
    squares: float


def by_month(data: Dataset, revenue: bool) -> Mapping[int, Month]:
    """Days with a purchase, or money less returns, of known customers by month; customers who bought then.

    Parameters
    ----------
    data
        As for :func:`by_day`.
    revenue
        Money instead of purchases.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyalty.dataset import Dataset
    >>> days = pd.to_datetime(["2025-01-01", "2025-01-03", "2025-01-03", "2025-01-05"])
    >>> lines = pd.DataFrame({"customer": list("aaab"), "date": days})
    >>> [*by_month(Dataset.from_frames(orders=lines), revenue=False).values()]
    [Month(customers=2, total=3.0, squares=5.0)]
    """
    return data.remembered(("months", revenue), lambda: _by_month(data, revenue))


def _by_month(data: Dataset, revenue: bool) -> dict[int, Month]:
    bought, x = data.known_purchases().with_columns(purchases=_counted()), nw.col("x")
    parts = [bought.select("customer", "month", "purchases", x=nw.col("amount" if revenue else "purchases"))]
    if revenue:
        parts.append(_returned(data).select("customer", "month", purchases=nw.lit(0), x=nw.col("amount")))
    each = nw.concat(
        [part.with_columns(x.cast(nw.Float64), nw.col("purchases").cast(nw.Int64)) for part in parts]
    )
    cells = grouped(each, ("customer", "month"), Totals(["x", "purchases"]))
    totals = cells.with_columns(xx=x * x, customers=(nw.col("purchases") > 0).cast(nw.Int64)).group_by(
        "month"
    )
    found = rows(totals.agg(nw.col("x", "xx", "customers").sum()))
    return {row["month"]: Month(row["customers"], row["x"], row["xx"]) for row in sorted(found, key=_month)}


def _month(row: Mapping[str, Any]) -> int:
    return int(row["month"])
