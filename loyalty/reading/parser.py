"""Cells of a workbook, read in a process of its own: this file is the script that process runs.

It knows nothing of the rest of the package, so that the process starts quickly and can be watched,
limited and ended from outside (see :mod:`loyalty.reading.child`). What it hands back is one Arrow stream a
sheet and ``manifest.json``; a file that cannot be read ends in ``manifest.json`` with a ``reason`` and
exit status 2.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

BLOCK = 20_000  # rows turned into columns at a time: Python objects of more rows would fill the memory
EXCEL_ERRORS = frozenset(
    ("#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!")
)


class Refusal(Exception):
    """The file is not read; `reason` is the id of an error, `holes` fill its sentences."""

    def __init__(self, reason: str, **holes: Any) -> None:
        super().__init__(reason, holes)
        self.reason, self.holes = reason, holes


@dataclass
class Cells:
    """Rows of unlike cells on their way to columns of like cells.

    Parameters
    ----------
    rows, columns, cells, characters
        Limits of one sheet (rows, columns) and of all that is read (cells, characters).
    longest
        Characters kept of a cell.
    cut
        How many cells were cut to `longest`.
    cells_read, characters_read
        What was read so far.
    """

    rows: int
    columns: int
    cells: int
    characters: int
    longest: int
    cut: int = 0
    cells_read: int = 0
    characters_read: int = 0

    def frame(self, rows: Iterable[Sequence[Any]]) -> pl.DataFrame:
        """One Arrow column for each column and kind of cell, named ``"0t"``, ``"0n"``, ``"0m"``, ``"1t"`` …

        Rows may be ragged. The first column, ``"row"``, only keeps the height.
        """
        import polars as pl

        height, blocks, source = 0, [], iter(rows)
        while block := list(islice(source, BLOCK)):
            height += len(block)
            if height > self.rows:
                raise Refusal("too_many_rows", limit=self.rows)
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
            raise Refusal("too_many_columns", columns=width, limit=self.columns)
        self.cells_read += width * len(block)
        if self.cells_read > self.cells:
            raise Refusal("too_many_cells", limit=self.cells)
        columns = {"row": pl.repeat(None, len(block), dtype=pl.Boolean, eager=True)}
        for index, cells in enumerate(zip_longest(*block, fillvalue=None)):
            columns.update({f"{index}{kind}": series for kind, series in self._kinds(cells)})
        return pl.DataFrame(columns)

    def _kinds(self, cells: tuple[Any, ...]) -> Iterator[tuple[str, pl.Series]]:
        import polars as pl

        types = set(map(type, cells))
        if types <= NUMBERS:
            yield "n", pl.Series(cells, dtype=pl.Float64, strict=False).fill_nan(None)
        elif types <= MOMENTS:
            yield "m", pl.Series(cells, dtype=pl.Datetime("us"), strict=False)
        elif types <= TEXTS:
            yield from self._text(cells)
        else:
            if types & NUMBERS:
                yield from self._kinds_only(cells, NUMBERS)
            if types & MOMENTS:
                yield from self._kinds_only(cells, MOMENTS)
            yield from self._text([cell if type(cell) is str else _as_text(cell) for cell in cells])

    def _kinds_only(self, cells: tuple[Any, ...], types: frozenset[type]) -> Iterator[tuple[str, pl.Series]]:
        import polars as pl

        kept = [cell if type(cell) in types else None for cell in cells]
        if types is NUMBERS:
            yield "n", pl.Series(kept, dtype=pl.Float64, strict=False).fill_nan(None)
        else:
            yield "m", pl.Series(kept, dtype=pl.Datetime("us"), strict=False)

    def _text(self, cells: Sequence[str | None]) -> Iterator[tuple[str, pl.Series]]:
        import polars as pl

        kept = [cell or None for cell in cells]
        lengths = [len(cell) for cell in kept if cell]
        if not lengths:
            return
        if max(lengths) > self.longest:
            self.cut += sum(length > self.longest for length in lengths)
            kept = [cell and cell[: self.longest] for cell in kept]
        self.characters_read += sum(min(length, self.longest) for length in lengths)
        if self.characters_read > self.characters:
            raise Refusal("too_much_text", limit=self.characters // 1_000_000)
        try:
            yield "t", pl.Series(kept, dtype=pl.String)
        except UnicodeEncodeError:  # half a surrogate pair
            yield "t", pl.Series([cell and _encodable(cell) for cell in kept], dtype=pl.String)


NUMBERS = frozenset((float, int))
MOMENTS = frozenset((datetime, date))
TEXTS = frozenset((str, type(None)))


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _trimmed(row: Sequence[Any]) -> Sequence[Any]:
    width = len(row)
    while width and row[width - 1] in (None, ""):
        width -= 1
    return row[:width]


def _as_text(cell: Any) -> str | None:
    """A cell that is neither number nor moment as the spreadsheet program shows it."""
    if cell is None or type(cell) in NUMBERS or type(cell) in MOMENTS:
        return None
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, time):
        return cell.isoformat("seconds")
    if isinstance(cell, timedelta):
        seconds = round(cell.total_seconds())
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        return f"{sign}{seconds // 3600}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
    return str(cell)


@dataclass
class Found:
    """One sheet of a workbook before its cells are read."""

    name: str
    hidden: bool
    read: Callable[[], tuple[int, Iterable[Sequence[Any]]]]  # first row's number in the spreadsheet, rows


@dataclass
class Parsed:
    """What is handed back: one record a sheet, in the order of the tabs."""

    folder: Path
    limits: Mapping[str, int]
    records: list[dict[str, Any]] = field(default_factory=list)

    def add(self, found: Found, cells: Cells) -> None:
        """Read one sheet; a sheet that fails does not take the others with it."""
        record: dict[str, Any] = {"name": found.name, "hidden": found.hidden}
        try:
            first_row, rows = found.read()
            frame = cells.frame(rows)
            file = f"{len(self.records)}.arrows"
            frame.write_ipc_stream(self.folder / file)
            record |= {"first_row": first_row, "file": file, "height": frame.height}
        except Refusal as refusal:
            if refusal.reason in ("too_many_cells", "too_much_text"):
                raise
            record |= {"reason": refusal.reason, "holes": refusal.holes}
        except MemoryError:
            raise
        except BaseException as error:  # calamine's panics are no Exception
            record |= {"reason": "sheet_unreadable", "holes": {}, "detail": _line(error)}
        self.records.append(record)


def calamine_sheets(path: Path) -> Iterator[Found]:
    """Sheets of xlsx, xlsm, xlsb, ods and xls; charts and macro sheets are no sheets."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_path(path)

    def reading(index: int) -> Callable[[], tuple[int, Iterable[Sequence[Any]]]]:
        def read() -> tuple[int, Iterable[Sequence[Any]]]:
            sheet = book.get_sheet_by_index(index)
            if not sheet.start or not sheet.height:
                return 1, ()
            return sheet.start[0] + 1, _shifted(sheet.iter_rows(), *sheet.start)

        return read

    for index, sheet in enumerate(book.sheets_metadata):
        if sheet.typ == SheetTypeEnum.WorkSheet:
            yield Found(sheet.name, sheet.visible != SheetVisibleEnum.Visible, reading(index))


def _shifted(rows: Iterable[list[Any]], top: int, left: int) -> Iterator[list[Any]]:
    blank: list[Any] = [None] * left
    return (blank + row for row in rows) if left else iter(rows)


def openpyxl_sheets(path: Path) -> Iterator[Found]:
    """Sheets of xlsx and xlsm that calamine cannot open."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)

    def reading(sheet: Any) -> Callable[[], tuple[int, Iterable[Sequence[Any]]]]:
        def read() -> tuple[int, Iterable[Sequence[Any]]]:
            sheet.reset_dimensions()  # what the file claims may be a lie
            return 1, (_without_errors(row) for row in sheet.iter_rows(values_only=True))

        return read

    for sheet in book.worksheets:
        yield Found(sheet.title, sheet.sheet_state != "visible", reading(sheet))


def _without_errors(row: Sequence[Any]) -> list[Any]:
    return [None if isinstance(cell, str) and cell in EXCEL_ERRORS else cell for cell in row]


def xlrd_sheets(path: Path) -> Iterator[Found]:
    """Sheets of xls, and of what Excel 2 to 4 wrote."""
    import xlrd

    book = xlrd.open_workbook(str(path), on_demand=True, logfile=sys.stderr)

    def cell(found: Any) -> Any:
        if found.ctype == xlrd.XL_CELL_DATE:
            return _moment(xlrd.xldate_as_datetime(found.value, book.datemode), found.value)
        if found.ctype == xlrd.XL_CELL_BOOLEAN:
            return bool(found.value)
        return None if found.ctype == xlrd.XL_CELL_ERROR else found.value

    def reading(index: int) -> Callable[[], tuple[int, Iterable[Sequence[Any]]]]:
        def read() -> tuple[int, Iterable[Sequence[Any]]]:
            sheet = book.sheet_by_index(index)
            return 1, ([cell(found) for found in row] for row in sheet.get_rows())

        return read

    for index, name in enumerate(book.sheet_names()):
        hidden = bool(getattr(book, "_sheet_visibility", [0] * book.nsheets)[index])
        yield Found(name, hidden, reading(index))


def _moment(moment: datetime, serial: float) -> datetime | time:
    return moment.time() if 0 <= serial < 1 else moment


READERS: dict[str, tuple[Callable[[Path], Iterator[Found]], ...]] = {
    "xlsx": (calamine_sheets, openpyxl_sheets),
    "xlsm": (calamine_sheets, openpyxl_sheets),
    "xlsb": (calamine_sheets,),
    "ods": (calamine_sheets,),
    "xls": (calamine_sheets, xlrd_sheets),
    "biff": (xlrd_sheets,),
}


def parse(path: Path, kind: str, folder: Path, limits: Mapping[str, int]) -> dict[str, Any]:
    """Read every sheet with the first reader that can open the file and read at least one of them."""
    trouble: BaseException | None = None
    best: dict[str, Any] | None = None
    for reader in READERS[kind]:
        try:
            outcome = _read_with(reader, path, folder, limits)
        except (Refusal, MemoryError):
            raise
        except BaseException as error:
            if _is_password(error):
                raise Refusal("encrypted") from error
            trouble = trouble or error
            continue
        if not outcome["sheets"] or any("file" in sheet for sheet in outcome["sheets"]):
            return outcome
        best = best or outcome
    if best is None:
        raise Refusal("unreadable", detail=_line(trouble))
    return best


def _read_with(
    reader: Callable[[Path], Iterator[Found]], path: Path, folder: Path, limits: Mapping[str, int]
) -> dict[str, Any]:
    found = list(islice(reader(path), limits["sheets"] + 1))
    if len(found) > limits["sheets"]:
        raise Refusal("too_many_sheets", limit=limits["sheets"])
    cells = Cells(*(limits[name] for name in ("rows", "columns", "cells", "characters", "longest")))
    parsed = Parsed(folder, limits)
    for sheet in found:
        parsed.add(sheet, cells)
    return {"sheets": parsed.records, "cut": cells.cut}


def _is_password(error: BaseException) -> bool:
    words = f"{type(error).__name__} {error}".lower()
    return "password" in words or "encrypted" in words


def _line(error: BaseException | None) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def confine(limits: Mapping[str, int]) -> None:
    """Bound this process where the system can; elsewhere its starter watches it."""
    try:
        import resource
    except ImportError:
        return
    for name, value in (
        ("RLIMIT_CPU", limits["cpu_seconds"]),
        ("RLIMIT_FSIZE", limits["file_bytes"]),
        ("RLIMIT_NOFILE", limits["open_files"]),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_AS", _address_space() + limits["memory"]),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (value, value))
        except (ValueError, OSError):  # macOS refuses some
            continue


def _address_space() -> int:
    """Bytes of address space that the interpreter and the libraries have reserved, mostly unused."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
        return pages * resource.getpagesize()
    except OSError:
        return 0


def main(folder: Path) -> int:
    """Read ``job.json``, write ``manifest.json``."""
    job = json.loads((folder / "job.json").read_text(encoding="utf-8"))
    sys.path.extend(entry for entry in job["path"] if entry not in sys.path)
    import polars  # noqa: F401  its reserved address space is to be counted
    import python_calamine  # noqa: F401

    confine(job["bounds"])
    try:
        outcome = parse(folder / job["file"], job["kind"], folder, job["limits"])
    except Refusal as refusal:
        outcome = {"reason": refusal.reason, "holes": refusal.holes}
    except MemoryError:
        outcome = {"reason": "too_much_memory", "holes": {}}
    except BaseException as error:
        outcome = {"reason": "unreadable", "holes": {"detail": _line(error)}}
    (folder / "manifest.json").write_text(json.dumps(outcome), encoding="utf-8")
    return 2 if "reason" in outcome else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
