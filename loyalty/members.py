"""The customers behind a number: the lists into which metrics sort them, and the histories of all."""

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
        ``list``, ``customer`` and what the metric says of each; lists by name, in each the first to look at
        first and those alike by name; days as ``"2025-03-14"``. This comes back to memory: as many rows as
        customers, for some metrics a few times as many.

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


def histories(
    data: Dataset, by: str | None = None, *, unit: str = "day", until: date | None = None
) -> pd.DataFrame:
    """What the purchase models see of every known customer who bought.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer`` and ``date``.
    by
        Column of segments to tell, as that of the first purchase.
    unit
        ``"day"``, ``"week"`` (7 days) or ``"month"`` (30.4375 days): purchases in one of them are one
        purchase. Weeks and months are counted back from the last day.
    until
        Last day that counts; None: the last day of the orders.

    Returns
    -------
    pandas.DataFrame
        One row a customer, by name: ``customer``, with `by` ``group``, ``first`` (day of the first purchase,
        as ``"2025-03-14"``), ``frequency`` (days with a purchase after the first one), ``recency`` (days from
        the first purchase to the last, 0 without a second), ``age`` (days from it to the end),
        ``money`` (mean net spend of a day with a repeat purchase, NaN without one or without amounts) and
        ``spent`` (net spend in all). Returns lower what was spent and are no purchases.

    Raises
    ------
    LoyaltyError
        If the columns are missing, the unit is unknown, or no customer is known.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyalty.dataset import Dataset
    >>> days = pd.to_datetime(["2025-01-01", "2025-01-15", "2025-01-31"])
    >>> orders = pd.DataFrame({"customer": list("aab"), "date": days, "amount": [9.0, 7.0, 5.0]})
    >>> histories(Dataset.from_frames(orders=orders))[["customer", "frequency", "recency", "age", "money"]]
      customer  frequency  recency   age  money
    0        a        1.0     14.0  30.0    7.0
    1        b        0.0      0.0   0.0    NaN

    A model takes them column by column, as in
    ``loyalty.models.bg_nbd.fit(found["frequency"], found["recency"], found["age"])``.
    """
    import polars as pl

    from loyalty.views import histories as views

    found = views.histories(data, by, unit, None if until is None else until.toordinal())
    group = {} if found.group is None else {"group": found.group}
    names = ("first", "frequency", "recency", "age", "money", "spent")
    table = nw.from_native(
        pl.DataFrame({"customer": found.customer, **group, **{each: getattr(found, each) for each in names}})
    )
    return table.with_columns(_plain(table, "first")).to_native().to_pandas()


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
