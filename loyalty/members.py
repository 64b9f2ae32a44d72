"""The customers behind a number: the lists into which some metrics sort them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from loyalty.core import check_options
from loyalty.errors import LoyaltyError
from loyalty.metrics import METRICS
from loyalty.texts import sentences

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
        ``list``, ``customer`` and what the metric says of each, the first to look at first and those alike
        by name; days as ``"2025-03-14"``. This comes back to memory: as many rows as customers, for some
        metrics a few times as many.

    Raises
    ------
    LoyaltyError
        If the metric has no lists or none of this name, the columns are missing, or an option is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyalty.dataset import Dataset
    >>> lines = [("ann", 30.0), ("bob", 9.0), ("cat", 8.0), ("dan", 7.0), ("eve", 6.0)]
    >>> orders = pd.DataFrame(lines, columns=["customer", "amount"])
    >>> members("top_customers", Dataset.from_frames(orders=orders), "top")["customer"].tolist()
    ['ann']
    """
    known = {each.id: each.members for each in METRICS if each.members}
    compute = known.get(metric)
    if compute is None:
        raise LoyaltyError("no_lists", metric=metric, choices=", ".join(known))
    check_options({"list": (list, (None, *lists(metric)))})
    frame = compute(data, **options)
    if list is not None:
        frame = frame.filter(nw.col("list") == list)
    found = frame.with_columns(nw.col("list", "customer").cast(nw.String)).collect("polars")
    ordered = found.sort("list", "rank", "customer").drop("rank")
    first = ("list", "customer")
    others = [_plain(ordered, name) for name in ordered.columns if name not in first]
    return ordered.select(*first, *others).to_native().to_pandas()


def lists(metric: str) -> tuple[str, ...]:
    """The lists into which a metric sorts customers; their names are in the texts under ``<metric>.list``.

    >>> lists("top_customers")
    ('top',)
    """
    start = f"{metric}.list."
    return tuple(id.removeprefix(start) for id in sentences("en") if id.startswith(start))


def _plain(frame: nw.DataFrame[Any], name: str) -> nw.Expr:
    """A column as one reads it: days as text, whole numbers as such, whatever the engine made of them."""
    column, dtype = nw.col(name), frame.schema[name]
    if isinstance(dtype, nw.Decimal):  # DuckDB adds up whole numbers to decimals
        return column.cast(nw.Int64)
    if isinstance(dtype, (nw.Categorical, nw.Enum)):
        return column.cast(nw.String)
    if name in DAYS and dtype.is_integer():
        return (column - EPOCH).cast(nw.Int32).cast(nw.Date).dt.to_string("%Y-%m-%d").alias(name)
    return column
