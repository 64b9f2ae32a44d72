"""From rows of unlike cells to columns of like cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice, zip_longest
from typing import TYPE_CHECKING, Any

from loyalty import limits
from loyalty.errors import LoyaltyError
from loyalty.reading.sheets import Column

if TYPE_CHECKING:
    import polars as pl

BLOCK = 20_000  # rows turned at a time: the Python objects of more would fill the memory
NUMBERS = frozenset((float, int))
MOMENTS = frozenset((datetime, date))
TEXTS = frozenset((str, type(None)))
KINDS = {"t": "text", "n": "number", "m": "moment"}


@dataclass
class Cells:
    """What may be read of one file, and what was read so far.

    Parameters
    ----------
    rows, columns
        Limits of one sheet.
    cells, characters
        Limits of all sheets together.
    longest
        Characters kept of a cell.
    cut
        How many cells were cut to `longest`.
    cells_read, characters_read
        What was read so far.
    """

    rows: int = limits.ROWS
    columns: int = limits.COLUMNS
    cells: int = limits.CELLS
    characters: int = limits.ALL_CHARACTERS
    longest: int = limits.CELL_CHARACTERS
    cut: int = 0
    cells_read: int = 0
    characters_read: int = 0

    def frame(self, rows: Iterable[Sequence[Any]]) -> pl.DataFrame:
        """One series for each column and kind of its cells: ``"0t"`` is the text of the first column.

        Rows may be ragged. The first column, ``"row"``, only keeps the height.

        Raises
        ------
        LoyaltyError
            ``too_many_rows``, ``too_many_columns``, ``too_many_cells`` or ``too_much_text``.

        Examples
        --------
        >>> Cells().frame([["customer", "amount"], ["C1", 4.5]]).columns
        ['row', '0t', '1n', '1t']
        """
        import polars as pl

        height, blocks, source = 0, [], iter(rows)
        while block := list(islice(source, BLOCK)):
            height += len(block)
            if height > self.rows:
                raise LoyaltyError("too_many_rows", limit=self.rows)
            blocks.append(self._block(block))
        empty = pl.DataFrame({"row": pl.Series([], dtype=pl.Boolean)})
        return pl.concat([empty, *blocks], how="diagonal", rechunk=True)

    def _block(self, block: list[Sequence[Any]]) -> pl.DataFrame:
        import polars as pl

        width = max(map(len, block))
        if width > self.columns:
            block = [_trimmed(row) for row in block]
            width = max(map(len, block))
        if width > self.columns:
            raise LoyaltyError("too_many_columns", columns=width, limit=self.columns)
        self.cells_read += width * len(block)
        if self.cells_read > self.cells:
            raise LoyaltyError("too_many_cells", limit=self.cells)
        columns = {"row": pl.repeat(None, len(block), dtype=pl.Boolean, eager=True)}
        for index, cells in enumerate(zip_longest(*block, fillvalue=None)):
            columns.update({f"{index}{kind}": series for kind, series in self.kinds(cells)})
        return pl.DataFrame(columns)

    def kinds(self, cells: Sequence[Any]) -> Iterator[tuple[str, pl.Series]]:
        """The cells of one column, each kind in a series of its own (``"n"``, ``"m"``, ``"t"``)."""
        types = set(map(type, cells))
        if types <= TEXTS:
            yield from self._text(cells)
        elif types <= NUMBERS:
            yield "n", _numbers(cells)
        elif types <= MOMENTS:
            yield "m", _moments(cells)
        else:
            if types & NUMBERS:
                yield "n", _numbers([cell if type(cell) in NUMBERS else None for cell in cells])
            if types & MOMENTS:
                yield "m", _moments([cell if type(cell) in MOMENTS else None for cell in cells])
            yield from self._text([cell if type(cell) is str else _as_text(cell) for cell in cells])

    def _text(self, cells: Sequence[str | None]) -> Iterator[tuple[str, pl.Series]]:
        kept = [cell or None for cell in cells] if "" in cells else cells
        lengths = list(map(len, filter(None, kept)))
        if not lengths:
            return
        if max(lengths) > self.longest:
            self.cut += sum(length > self.longest for length in lengths)
            lengths = [min(length, self.longest) for length in lengths]
            kept = [cell and cell[: self.longest] for cell in kept]
        self.characters_read += sum(lengths)
        if self.characters_read > self.characters:
            raise LoyaltyError("too_much_text", limit=self.characters // 1_000_000)
        yield "t", _texts(kept)


def _numbers(cells: Sequence[float | None]) -> pl.Series:
    import polars as pl

    return pl.Series(cells, dtype=pl.Float64, strict=False).fill_nan(None)


def _moments(cells: Sequence[date | None]) -> pl.Series:
    import polars as pl

    return pl.Series(cells, dtype=pl.Datetime("us"), strict=False)


def _texts(cells: Sequence[str | None]) -> pl.Series:
    import polars as pl

    try:
        return pl.Series(cells, dtype=pl.String)
    except UnicodeEncodeError:  # half of a surrogate pair
        whole = [cell and cell.encode("utf-8", "replace").decode("utf-8") for cell in cells]
        return pl.Series(whole, dtype=pl.String)


def _trimmed(row: Sequence[Any]) -> Sequence[Any]:
    width = len(row)
    while width and row[width - 1] in (None, ""):
        width -= 1
    return row[:width]


def _as_text(cell: Any) -> str | None:
    """A cell that is neither number nor moment, as the spreadsheet program shows it.

    Examples
    --------
    >>> _as_text(True), _as_text(timedelta(hours=30)), _as_text(time(8, 5))
    ('TRUE', '30:00:00', '08:05:00')
    """
    if cell is None or type(cell) in NUMBERS or type(cell) in MOMENTS:
        return None
    for kind, shown in SHOWN:
        if isinstance(cell, kind):
            return shown(cell)
    return str(cell)


def _duration(cell: timedelta) -> str:
    seconds = round(abs(cell.total_seconds()))
    sign = "-" if cell < timedelta() else ""
    return f"{sign}{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"


SHOWN: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda cell: "TRUE" if cell else "FALSE"),
    (time, lambda cell: cell.isoformat("seconds")),
    (timedelta, _duration),
)


def columns_of(frame: pl.DataFrame) -> tuple[Column, ...]:
    """Columns from a frame such as :meth:`Cells.frame` makes.

    Blank columns at the right are dropped, those between others stay.
    """
    found: dict[int, dict[str, pl.Series]] = {}
    for name in frame.columns:
        if name != "row" and frame[name].null_count() < frame.height:
            found.setdefault(int(name[:-1]), {})[KINDS[name[-1]]] = frame[name].alias("")
    return tuple(Column(**found.get(index, {})) for index in range(max(found, default=-1) + 1))
