"""The averages that textbook formulas take for every customer: what a purchase brings, how many a week."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import narwhals.stable.v2 as nw

from loyalty.core import Need
from loyalty.queries import rows

if TYPE_CHECKING:
    from loyalty.dataset import Dataset

YEAR, WEEK = 365, 7  # days


class Averages(NamedTuple):
    """What customers who bought in the last year did in it.

    Parameters
    ----------
    spend
        Amount of a purchase.
    visits
        Purchases a week of such a customer.
    """

    spend: float
    visits: float


def averages(data: Dataset) -> Averages | None:
    """The averages of the last 365 days, or of the whole time where the orders reach over less.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer``, ``date`` and ``amount``. Only purchases of known customers count.

    Returns
    -------
    Averages or None
        None where no known customer bought.

    Examples
    --------
    In two weeks one customer bought three times, another once, for 10 in all:

    >>> import pandas as pd
    >>> from loyalty.dataset import Dataset
    >>> days = pd.to_datetime(["2025-01-01", "2025-01-03", "2025-01-05", "2025-01-14"])
    >>> lines = pd.DataFrame({"customer": list("aaab"), "date": days, "amount": [1.0, 2.0, 3.0, 4.0]})
    >>> averages(Dataset.from_frames(orders=lines))
    Averages(spend=2.5, visits=1.0)
    """
    data.require(Need("orders", ("customer", "date", "amount")))
    period = data.period("orders")
    if period is None:
        return None
    first, last = (day.toordinal() for day in period)
    since = max(first, last - YEAR + 1)
    bought = data.purchases.drop_nulls(["customer", "day"]).filter(nw.col("day") >= since)
    counts = nw.len().alias("purchases"), nw.col("amount").sum(), nw.col("customer").n_unique()
    [row] = rows(bought.select(*counts))
    if not row["purchases"]:
        return None
    weeks = (last - since + 1) / WEEK
    return Averages(row["amount"] / row["purchases"], row["purchases"] / row["customer"] / weeks)
