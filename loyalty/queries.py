"""The few steps every query takes, on whichever engine the frame is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import narwhals.stable.v2 as nw


def lazy(frame: Any) -> nw.LazyFrame[Any]:
    """A frame as a lazy one: in memory on Polars, elsewhere on its own engine.

    Parameters
    ----------
    frame
        pandas, Polars, PyArrow, DuckDB or PySpark frame, or one that narwhals already wraps.

    Examples
    --------
    >>> import pandas as pd
    >>> lazy(pd.DataFrame({"day": [1, 2]})).collect().shape
    (2, 1)
    """
    wrapped = nw.from_native(frame)
    return wrapped if isinstance(wrapped, nw.LazyFrame) else wrapped.lazy("polars")


def keep(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Compute a frame once if it is in memory; leave it a query on a database."""
    in_memory = frame.implementation.is_polars()
    return frame.collect("polars").lazy("polars") if in_memory else frame


def nothing(frame: nw.LazyFrame[Any]) -> bool:
    """Whether a frame in memory has no rows; of one on a database it is not asked."""
    return frame.implementation.is_polars() and frame.head(1).collect("polars").is_empty()


def rows(frame: nw.LazyFrame[Any]) -> list[dict[str, Any]]:
    """Run a query and bring its few rows back as dictionaries."""
    found = frame.collect()
    records = list(found.iter_rows(named=True))
    decimals = [name for name, dtype in found.schema.items() if isinstance(dtype, nw.Decimal)]
    for name in decimals:
        for record in records:
            record[name] = _plain_number(record[name])
    return records


def _plain_number(value: Decimal | None) -> int | float | None:
    """DuckDB adds up whole numbers to decimals."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
