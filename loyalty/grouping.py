"""Totals of groups: a query on a database; in memory as little work as the order of the rows allows.

In memory, where names are numbers (:mod:`loyalty.codes`), rows of a group that stand together are added up
where they stand: the lines of an order do so in nearly every file; :func:`arranged` brings others together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from loyalty.codes import in_codes, is_code, packed, unpacked

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Numbers = NDArray[Any]
    Places = NDArray[np.intp]

KEY = "_key"
SAMPLE, MOSTLY = 10_000, 0.75  # with more stretches than this share of rows, groups do not stand together


@dataclass(frozen=True, slots=True)
class Totals:
    """What is computed of a group; each total goes by the name of its column.

    Parameters
    ----------
    sums
        Columns of numbers to add up; null counts as nothing.
    least, greatest
        Columns of numbers or names of which the least or the greatest is taken; nulls are passed over.
    size
        Name of a column for the number of rows.
    """

    sums: Sequence[str] = ()
    least: Sequence[str] = ()
    greatest: Sequence[str] = ()
    size: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are asked for."""
        return (*self.sums, *self.least, *self.greatest)

    @property
    def query(self) -> list[nw.Expr]:
        """The same as expressions of a query."""
        sums = [nw.col(*self.sums).sum()] if self.sums else []
        least = [nw.col(*self.least).min()] if self.least else []
        greatest = [nw.col(*self.greatest).max()] if self.greatest else []
        return [*sums, *least, *greatest, *([nw.len().alias(self.size)] if self.size else ())]


def grouped(frame: nw.LazyFrame[Any], keys: Sequence[str], totals: Totals) -> nw.LazyFrame[Any]:
    """One row a group, in any order.

    Parameters
    ----------
    frame
        Any.
    keys
        Columns to group by; null is a value like others.
    totals
        What to compute of each.

    Returns
    -------
    narwhals.LazyFrame
        The keys and the totals; in memory computed at once, on a database a query.

    Examples
    --------
    >>> import polars as pl
    >>> from loyalty.codes import coded
    >>> lines = pl.DataFrame({"who": ["b", "a", "b"], "what": ["tea", None, "tea"], "n": [1, 2, 3]})
    >>> lines = nw.from_native(coded({"orders": lines})["orders"].lazy())
    >>> grouped(lines, ("who", "what"), Totals(sums=["n"])).sort("n").collect().rows()
    [('a', None, 2), ('b', 'tea', 4)]
    """
    if not in_codes(frame):
        return frame.group_by(*keys).agg(*totals.query)
    table = _collected(frame.select(*dict.fromkeys((*keys, *totals.columns))))
    if not all(_is_number(table.schema[name]) for name in totals.columns):
        return nw.from_native(table.lazy()).group_by(*keys).agg(*totals.query)
    found = _sorted_out(table, keys, totals)
    found = _added_up(table, keys, totals) if found is None else found
    return _looked_up(table, keys, totals) if found is None else nw.from_native(found.lazy())


def arranged(frame: nw.LazyFrame[Any], columns: Sequence[str]) -> nw.LazyFrame[Any]:
    """A frame in memory in the order of one or two of its columns (names, days); others as they are."""
    key, table = _packed(frame, columns)
    return frame if key is None else nw.from_native(table[key.argsort()].lazy())


def with_least(frame: nw.LazyFrame[Any], key: str, columns: Mapping[str, str]) -> nw.LazyFrame[Any]:
    """A frame with the least values of each group beside all of its rows; new name to column."""
    number, table = _packed(frame, [key])
    starts = None if number is None else _starts(number)
    if starts is None:
        return frame.with_columns(**{new: nw.col(name).min().over(key) for new, name in columns.items()})
    import numpy as np

    group = np.repeat(np.arange(len(starts)), np.diff(starts, append=table.height))
    least = {new: _extreme(table[name], starts, np.minimum)[group] for new, name in columns.items()}
    return nw.from_native(table.with_columns(**least).lazy())


def in_turn(frame: nw.LazyFrame[Any], key: str, by: str) -> nw.LazyFrame[Any]:
    """A frame with the place of every row among those of its key.

    Parameters
    ----------
    frame
        Any, without nulls in the two columns.
    key
        Column of names.
    by
        Column of days, which are the order of the rows of a name.

    Returns
    -------
    narwhals.LazyFrame
        With ``rank``, 1 for the first, and ``next``, the following value of `by`, null for the last. In
        memory rows of a name stand together, in their order.
    """
    number, table = _packed(arranged(frame, (key, by)), [key])
    if number is None:
        turns = nw.col("rank").cum_sum().over(key, order_by=by), nw.col(by).shift(-1).over(key, order_by=by)
        return frame.with_columns(rank=nw.lit(1)).with_columns(rank=turns[0], next=turns[1])
    import numpy as np
    import polars as pl

    starts = np.flatnonzero(_changes(number))
    rank = np.arange(1, len(number) + 1) - np.repeat(starts, np.diff(starts, append=len(number)))
    following = table[by].shift(-1).set(pl.Series(rank).shift(-1) == 1, None)
    return nw.from_native(table.with_columns(pl.Series("rank", rank), next=following).lazy())


def _packed(frame: nw.LazyFrame[Any], columns: Sequence[str]) -> tuple[Numbers | None, pl.DataFrame]:
    """Columns of a frame in memory as one number a row, and the frame; None for any other."""
    import polars as pl

    if not in_codes(frame):
        return None, pl.DataFrame()
    table = _collected(frame)
    return packed(table, columns), table


def _collected(frame: nw.LazyFrame[Any]) -> pl.DataFrame:
    return frame.collect("polars").to_native()


def _is_number(dtype: pl.DataType) -> bool:
    return dtype.is_numeric() or is_code(dtype)


def _changes(key: Numbers) -> NDArray[np.bool_]:
    """Whether a row is of another group than the row before."""
    import numpy as np

    return np.concatenate([[True], key[1:] != key[:-1]])[: len(key)]


def _starts(key: Numbers) -> Places | None:
    """Where the groups begin, if the rows of each stand together."""
    import numpy as np

    sample = key[:SAMPLE]
    if (sample[1:] < sample[:-1]).any() and _changes(sample).mean() > MOSTLY:
        return None
    starts = np.flatnonzero(_changes(key))
    heads = key[starts]
    if (heads[1:] > heads[:-1]).all():
        return starts
    heads = np.sort(heads)
    return None if (heads[1:] == heads[:-1]).any() else starts


def _added_up(table: pl.DataFrame, keys: Sequence[str], totals: Totals) -> pl.DataFrame | None:
    """Totals of groups whose rows stand together; None if they do not."""
    import numpy as np
    import polars as pl

    key = packed(table, keys)
    starts = None if key is None else _starts(key)
    if starts is None:
        return None
    found = {name: table[name][starts] for name in keys}
    for name in totals.sums:
        values = _filled(table[name], 0)
        found[name] = pl.Series(np.add.reduceat(values, starts, dtype=np.result_type(values, np.int64)))
    found |= {name: _extreme(table[name], starts, np.minimum) for name in totals.least}
    found |= {name: _extreme(table[name], starts, np.maximum) for name in totals.greatest}
    if totals.size:
        found[totals.size] = pl.Series(np.diff(starts, append=table.height))
    return pl.DataFrame(found)


def _extreme(column: pl.Series, starts: Places, choose: np.ufunc) -> pl.Series:
    """The least or the greatest value of groups whose rows stand together."""
    import numpy as np
    import polars as pl

    last, plain = choose is np.maximum, column.cat.physical() if is_code(column.dtype) else column
    number = plain.cast(pl.Int64) if last and plain.dtype.is_unsigned_integer() else plain
    none = (number.lower_bound() if last else number.upper_bound()).item()
    values = _filled(number, none)
    falls = values[1:] < values[:-1]
    falls[starts[1:] - 1] = False
    if not len(starts):
        return column
    if not falls.any():
        return column[np.append(starts[1:], len(values)) - 1 if last else starts]
    found = pl.Series(choose.reduceat(values, starts), dtype=number.dtype)
    found = found.set(found == none, None).cast(plain.dtype)
    return found.cat.to(column.dtype) if is_code(column.dtype) else found


def _filled(column: pl.Series, value: float) -> Numbers:
    return (column.fill_null(value) if column.null_count() else column).to_numpy()


def _sorted_out(table: pl.DataFrame, keys: Sequence[str], totals: Totals) -> pl.DataFrame | None:
    """The least number of every pair of names: the first of theirs when all three are sorted as one number.

    None where something else is asked for, something is null, or the number would be too large.
    """
    import numpy as np
    import polars as pl

    if totals != Totals(least=totals.least) or len(totals.least) != 1 or len(keys) != 2 or table.is_empty():
        return None
    if not all(is_code(table.schema[name]) for name in keys) or any(table.null_count().row(0)):
        return None
    names = [table[name].cat.physical().to_numpy() for name in keys]
    values = table[totals.least[0]].to_numpy()
    low, kinds = values.min(), np.flatnonzero(np.bincount(names[1]))  # kinds are few: numbered anew
    widths = [_bits(values.max() - low), _bits(len(kinds))]
    if values.dtype.kind != "i" or sum(widths) + _bits(names[0].max()) > 63:
        return None
    place = np.zeros(kinds[-1] + 1, np.int64)
    place[kinds] = np.arange(len(kinds))
    numbers = ((names[0].astype(np.int64) << widths[1] | place[names[1]]) << widths[0]) + (values - low)
    numbers.sort()
    pairs = numbers >> widths[0]
    first = np.flatnonzero(_changes(pairs))
    pairs, least = pairs[first], (numbers[first] & (1 << widths[0]) - 1) + low
    codes = (pairs >> widths[1], kinds[pairs & (1 << widths[1]) - 1])
    found = {
        name: pl.Series(code.astype(np.uint32)).cat.to(table.schema[name])
        for name, code in zip(keys, codes, strict=True)
    }
    return pl.DataFrame({**found, totals.least[0]: least})


def _bits(number: int) -> int:
    return int(number).bit_length()


def _looked_up(table: pl.DataFrame, keys: Sequence[str], totals: Totals) -> nw.LazyFrame[Any]:
    """Totals of groups whose rows stand anywhere."""
    import polars as pl

    schema, frame = table.schema, table.lazy()
    names = [name for name in (*keys, *totals.columns) if is_code(schema[name])]
    numbers = frame.with_columns(pl.col(names).cat.physical())
    pair = packed(table, keys) if len(keys) == 2 else None
    if pair is None:
        found = _native(numbers, keys, totals)
    else:
        found = _native(numbers.with_columns(pl.Series(KEY, pair)), [KEY], totals)
        found = found.select(*unpacked(pl.col(KEY), keys, schema), pl.exclude(KEY))
        names = [name for name in names if name not in keys]
    return nw.from_native(found.with_columns(pl.col(name).cat.to(schema[name]) for name in names))


def _native(frame: pl.LazyFrame, keys: Sequence[str], totals: Totals) -> pl.LazyFrame:
    grouped: nw.LazyFrame[Any] = nw.from_native(frame).group_by(*keys).agg(*totals.query)
    return grouped.to_native()
