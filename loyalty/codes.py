"""Names as numbers: in memory a name is the number of its place in one alphabetical dictionary.

Numbers are quicker to group and to sort than names, and the least of them is the first in the alphabet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

OURS = "loyalty"  # namespace of our dictionaries: Polars' own are in the order in which the names came
WIDTH = 2**31  # above every code, every day and every month
NOBODY = WIDTH - 1  # stands for null
CALENDAR = ("day", "month")
TEXTS = ("comment",)  # columns whose values do not come again


def coded(frames: Mapping[str, pl.DataFrame | None]) -> dict[str, pl.DataFrame | None]:
    """Tables whose names are numbers with a dictionary that they share.

    Parameters
    ----------
    frames
        Tables in role names; columns of texts remain texts.
    """
    import polars as pl

    names = pl.selectors.string() - pl.selectors.by_name(*TEXTS, require_all=False)
    there = [column for frame in frames.values() if frame is not None for column in frame.select(names)]
    if not there:
        return dict(frames)
    dictionary = pl.Categorical(pl.Categories.random(OURS))
    every = pl.concat([column.unique().alias("name") for column in there]).unique().sort()
    numbered = every.cast(dictionary)  # first come, first numbered; forgotten when no column is left
    tables = {
        table: None if frame is None else frame.with_columns(names.cast(dictionary))
        for table, frame in frames.items()
    }
    del numbered
    return tables


def in_codes(frame: nw.LazyFrame[Any]) -> bool:
    """Whether a frame is in memory and has columns of our numbers."""
    if not frame.implementation.is_polars():
        return False
    return any(map(is_code, frame.to_native().collect_schema().values()))


def is_code(dtype: pl.DataType) -> bool:
    """Whether a column of this type holds our numbers.

    Examples
    --------
    >>> import polars as pl
    >>> names = pl.DataFrame({"customer": ["b", "a"]})
    >>> [is_code(frame.schema["customer"]) for frame in (names, coded({"orders": names})["orders"])]
    [False, True]
    """
    import polars as pl

    return isinstance(dtype, pl.Categorical) and dtype.categories.namespace() == OURS


def packed(table: pl.DataFrame, columns: Sequence[str]) -> NDArray[np.int64] | None:
    """One or two columns as one number a row, in the order of the columns; null comes last.

    Parameters
    ----------
    table
        A frame.
    columns
        Names, ``day`` or ``month``: of other columns nothing is known of how large they may be.

    Returns
    -------
    numpy.ndarray or None
        None where it cannot be.

    Examples
    --------
    >>> import polars as pl
    >>> table = coded({"orders": pl.DataFrame({"customer": ["b", "a", "b"], "month": [3, 4, 1]})})["orders"]
    >>> packed(table, ("customer", "month")).argsort().tolist()
    [1, 2, 0]
    """
    import polars as pl

    schema = table.schema
    if len(columns) > 2 or not all(is_code(schema[name]) or name in CALENDAR for name in columns):
        return None
    numbers = [pl.col(name).cat.physical() if is_code(schema[name]) else pl.col(name) for name in columns]
    first, *second = (number.cast(pl.Int64).fill_null(NOBODY) for number in numbers)
    return table.select(first * WIDTH + second[0] if second else first).to_series().to_numpy()


def unpacked(number: pl.Expr, columns: Sequence[str], schema: pl.Schema) -> list[pl.Expr]:
    """The columns that :func:`packed` made one of."""
    import polars as pl

    parts = [number] if len(columns) == 1 else [number // WIDTH, number % WIDTH]
    known = [pl.when(part != NOBODY).then(part) for part in parts]
    return [
        (part.cast(pl.UInt32).cat.to(schema[name]) if is_code(schema[name]) else part).alias(name)
        for name, part in zip(columns, known, strict=True)
    ]
