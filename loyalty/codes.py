"""Names as numbers: in memory a name is the number of its place in one alphabetical dictionary.

Numbers are quicker to group and to sort than names, and the least of them is the first in the alphabet.
Frames that stay on their engine keep their names; the steps here do the same for them in the plain way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

if TYPE_CHECKING:
    import polars as pl

OURS = "loyalty"  # namespace of our dictionaries: Polars' own are in the order in which the names came
WIDTH = 2**31  # above every code
NOBODY = WIDTH - 1  # stands for null
PAIR = "_pair"  # code of a name · WIDTH + code of another, or a day, or a month
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


def grouped(frame: nw.LazyFrame[Any], keys: Sequence[str], *totals: nw.Expr) -> nw.LazyFrame[Any]:
    """``frame.group_by(*keys).agg(*totals)``, on the numbers of names where the frame is in memory.

    Two keys become one number, which is cheaper to look up than a pair.

    Parameters
    ----------
    frame
        Any.
    keys
        Columns to group by: names, ``day``, ``month``.
    totals
        What to compute of each group, plain sums, counts, least values … of columns. What is computed of
        names keeps their column's name.

    Examples
    --------
    >>> import polars as pl
    >>> lines = pl.DataFrame({"who": ["b", "a", "b"], "what": ["tea", None, "tea"], "n": [1, 2, 3]})
    >>> lines = nw.from_native(coded({"orders": lines})["orders"].lazy())
    >>> grouped(lines, ("who", "what"), nw.col("n").sum()).sort("n").collect().rows()
    [('a', None, 2), ('b', 'tea', 4)]
    """
    dictionary, names = _coded_names(frame)
    if not names:
        return frame.group_by(*keys).agg(*totals)
    import polars as pl

    numbers = frame.to_native().with_columns(pl.col(names).cat.physical())
    pair = len(keys) == 2 and set(keys) <= {*names, "day", "month"}
    found = _by_pair(numbers, keys, totals) if pair else _native(nw.from_native(numbers), keys, totals)
    back = [name for name in found.collect_schema() if name in names]
    return nw.from_native(found.with_columns(pl.col(back).cat.to(dictionary)))


def _coded_names(frame: nw.LazyFrame[Any]) -> tuple[Any, list[str]]:
    """Our dictionary, and the columns of a frame in memory that are numbers of it."""
    if not frame.implementation.is_polars():
        return None, []
    import polars as pl

    schema = frame.to_native().collect_schema()
    ours = {
        name: dtype
        for name, dtype in schema.items()
        if isinstance(dtype, pl.Categorical) and dtype.categories.namespace() == OURS
    }
    return next(iter(ours.values()), None), list(ours)


def _native(frame: nw.LazyFrame[Any], keys: Sequence[str], totals: Sequence[nw.Expr]) -> pl.LazyFrame:
    return frame.group_by(*keys).agg(*totals).to_native()


def _by_pair(numbers: pl.LazyFrame, keys: Sequence[str], totals: Sequence[nw.Expr]) -> pl.LazyFrame:
    import polars as pl

    first, second = (pl.col(key).cast(pl.Int64).fill_null(NOBODY) for key in keys)
    pairs = nw.from_native(numbers.with_columns((first * WIDTH + second).alias(PAIR)))
    schema, codes = numbers.collect_schema(), (pl.col(PAIR) // WIDTH, pl.col(PAIR) % WIDTH)
    known = [
        pl.when(code != NOBODY).then(code).cast(schema[key]).alias(key)
        for key, code in zip(keys, codes, strict=True)
    ]
    return _native(pairs, [PAIR], totals).select(*known, pl.exclude(PAIR))


def ordered(frame: nw.LazyFrame[Any], name: str, number: str) -> nw.LazyFrame[Any]:
    """Two columns of a frame in memory, sorted by the one and then by the other.

    Parameters
    ----------
    frame
        In memory, on Polars.
    name
        Column of names without nulls.
    number
        Column of whole numbers from 0 to 2³¹ − 1, days for instance, without nulls.
    """
    dictionary, names = _coded_names(frame)
    if name not in names:
        return frame.select(name, number).sort(name, number)
    import polars as pl

    code = pl.col(name).cat.physical().cast(pl.Int64)
    pairs = frame.to_native().select((code * WIDTH + pl.col(number)).alias(PAIR)).sort(PAIR)
    column = (pl.col(PAIR) // WIDTH).cast(pl.UInt32).cat.to(dictionary).alias(name)
    return nw.from_native(pairs.select(column, (pl.col(PAIR) % WIDTH).alias(number)))
