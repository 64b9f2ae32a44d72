"""Frames that are already in memory, as one sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeAlias

from loyalty.reading.cells import KINDS, Cells
from loyalty.reading.sheets import Column, Sheet

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

WHOLE = 2**53  # beyond it floating-point numbers skip integers, and ids would fall together
Frame: TypeAlias = Any  # pandas, Polars, PyArrow, or what speaks Arrow's C stream
Named: TypeAlias = Iterator[tuple[str, Column]]


def sheet_of_frame(frame: Frame, name: str = "frame") -> tuple[Sheet, tuple[str, ...]]:
    """One sheet without a header row from a frame in memory, and its headers.

    Numbers become numbers, dates and times moments without time zone (the local clock time stays), yes and no
    the texts ``TRUE`` and ``FALSE``, everything else text. Nothing is copied where the type allows it.

    Parameters
    ----------
    frame
        A pandas, Polars or PyArrow table, or one of narwhals over them. A named index of pandas becomes
        columns.
    name
        What notes and errors call it.

    Returns
    -------
    sheet, headers
        Headers as texts; not necessarily unique.

    Raises
    ------
    TypeError
        Something else than a frame.

    Examples
    --------
    >>> import polars as pl
    >>> sheet, headers = sheet_of_frame(pl.DataFrame({"customer": ["C1"], "amount": [4.5]}))
    >>> headers, sheet.columns[1].number.to_list()
    (('customer', 'amount'), [4.5])
    """
    native = frame.to_native() if hasattr(frame, "to_native") else frame
    if type(native).__module__.partition(".")[0] == "pandas" and hasattr(native, "columns"):
        height, named = len(native), list(_pandas_columns(native))
    else:
        table = _polars(native)
        height, named = table.height, [(series.name, _polars_column(series)) for series in table]
    columns = tuple(column for _, column in named)
    return Sheet(name, name, columns, height), tuple(header for header, _ in named)


def _polars(frame: Frame) -> pl.DataFrame:
    import polars as pl

    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    if isinstance(frame, pl.DataFrame):
        return frame
    if hasattr(frame, "__arrow_c_stream__"):
        return pl.DataFrame(frame)
    raise TypeError(f"expected a data frame, not {type(frame).__name__}")


def _polars_column(series: pl.Series) -> Column:
    import polars as pl

    series, kind = series.alias(""), series.dtype
    if kind.is_integer() and series.cast(pl.Float64).abs().ge(WHOLE).any():  # of any width
        return Column(text=series.cast(pl.String))
    if kind.is_numeric():
        number = series.cast(pl.Float64, strict=False)
        return Column(number=number.set(~number.is_finite(), None))
    if kind == pl.Datetime:
        return Column(moment=series.dt.replace_time_zone(None).cast(pl.Datetime("us")))
    if kind == pl.Date:
        return Column(moment=series.cast(pl.Datetime("us")))
    if kind in (pl.String, pl.Categorical, pl.Enum):
        return Column(text=series.cast(pl.String))
    if kind == pl.Boolean:
        return Column(text=series.replace_strict({True: "TRUE", False: "FALSE"}, return_dtype=pl.String))
    return _mixed(series.to_list())


def _pandas_columns(frame: pd.DataFrame) -> Named:
    if any(name is not None for name in frame.index.names):
        frame = frame.reset_index()
    headers: list[Any] = list(frame.columns)
    for place, header in enumerate(headers):
        words = header if isinstance(header, tuple) else (header,)
        yield " ".join(map(str, words)).strip(), _pandas_column(frame.iloc[:, place])


def _pandas_column(series: pd.Series[Any]) -> Column:
    import pandas as pd
    import polars as pl

    kind = series.dtype
    if isinstance(kind, pd.CategoricalDtype) and not pd.api.types.is_string_dtype(kind.categories.dtype):
        return _mixed(_present(series))
    if pd.api.types.is_bool_dtype(kind) or pd.api.types.is_object_dtype(kind):
        return _mixed(_present(series))
    if isinstance(kind, pd.PeriodDtype):
        series = series.dt.to_timestamp()
    if isinstance(kind, pd.DatetimeTZDtype):
        series = series.dt.tz_localize(None)
    if isinstance(kind, pd.IntervalDtype):
        series = series.astype(str)
    return _polars_column(pl.from_pandas(series, nan_to_null=True))


def _present(series: pd.Series[Any]) -> list[Any]:
    missing = series.isna()
    return [None if absent else value for value, absent in zip(series.tolist(), missing, strict=True)]


def _mixed(values: Iterable[Any]) -> Column:
    kinds = Cells().kinds([_plain(value) for value in values])
    return Column(**{KINDS[kind]: series for kind, series in kinds if series.null_count() < len(series)})


def _plain(value: Any) -> Any:
    """A cell of the types that workbooks know."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Real | Decimal):
        return float(value)
    if hasattr(value, "item"):  # a scalar of numpy
        return value.item()
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime()
    return value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value
