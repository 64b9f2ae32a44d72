"""The customers behind a number: the lists into which some metrics sort them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from loyalty.errors import LoyaltyError
from loyalty.metrics import METRICS

if TYPE_CHECKING:
    import pandas as pd

    from loyalty.dataset import Dataset

# Columns that metrics may hand over as ``date.toordinal()``
DAYS = ("first", "last", "first_visit", "last_visit", "day", "answered")
EPOCH = date(1970, 1, 1).toordinal()


def members(metric: str, data: Dataset, list: str | None = None, **options: Any) -> pd.DataFrame:
    """The customers in the lists of a metric, one row a customer and list.

    Parameters
    ----------
    metric
        Id of a metric that sorts customers: segments, stages, things to do.
    data
        The data.
    list
        One of the lists of the metric; None for all.
    options
        The options of the metric.

    Returns
    -------
    pandas.DataFrame
        ``list``, ``customer`` and what the metric says of each, the first to look at first; days as
        ``"2025-03-14"``. This comes back to memory: as many rows as customers, for some metrics a few times
        as many.

    Raises
    ------
    LoyaltyError
        If the metric has no lists, the columns are missing, or an option is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyalty.dataset import Dataset
    >>> lines = pd.DataFrame({"customer": ["a"], "date": ["2025-01-03"], "amount": [3.0]})
    >>> members("nps", Dataset.from_frames(orders=lines))
    Traceback (most recent call last):
    ...
    loyalty.errors.LoyaltyError: ...
    """
    known = {each.id: each.members for each in METRICS if each.members}
    compute = known.get(metric)
    if compute is None:
        raise LoyaltyError("no_lists", metric=metric, choices=", ".join(known))
    frame = compute(data, **options)
    if list is not None:
        frame = frame.filter(nw.col("list") == list)
    ordered = frame.sort("list", "rank", "customer").drop("rank")
    found = ordered.collect("polars")
    numbers = [name for name, dtype in found.schema.items() if dtype.is_integer()]
    days = [nw.col(name) - EPOCH for name in DAYS if name in numbers]
    texts = (day.cast(nw.Int32).cast(nw.Date).dt.to_string("%Y-%m-%d") for day in days)
    return found.with_columns(*texts).to_native().to_pandas()
