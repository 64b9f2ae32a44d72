"""Sheets of a workbook, as they are read in a process of their own (see :mod:`loyalty.reading.child`).

What is handed back is one Arrow stream a sheet and ``manifest.json``; a file that cannot be read ends in
a ``manifest.json`` with a ``reason`` and exit status 2.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from loyalty import limits
from loyalty.errors import LoyaltyError
from loyalty.reading.cells import Cells

Rows: TypeAlias = Iterable[Sequence[Any]]
Outcome: TypeAlias = dict[str, Any]

EXCEL_ERRORS = frozenset(
    ("#REF!", "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#VALUE!", "#GETTING_DATA", "#SPILL!", "#CALC!")
)
OF_THE_FILE = ("too_many_cells", "too_much_text")  # errors that concern more than one sheet


@dataclass(frozen=True, slots=True)
class Found:
    """One sheet before its cells are read.

    Parameters
    ----------
    name, hidden
        As in the workbook.
    read
        Gives the number the spreadsheet program gives to the first row, and the rows.
    """

    name: str
    hidden: bool
    read: Callable[[], tuple[int, Rows]]


def calamine_sheets(path: Path) -> Iterator[Found]:
    """Sheets of xlsx, xlsm, xlsb, ods and xls; charts and macro sheets are no sheets."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_path(path)

    def read(index: int) -> tuple[int, Rows]:
        sheet = book.get_sheet_by_index(index)
        if not sheet.start or not sheet.height:
            return 1, ()
        top, left = sheet.start
        rows = islice(
            sheet.iter_rows(), top, None
        )  # it begins at the first row, but at the first filled column
        blank: list[Any] = [None] * left
        return top + 1, (blank + row for row in rows) if left else rows

    for index, sheet in enumerate(book.sheets_metadata):
        if sheet.typ == SheetTypeEnum.WorkSheet:
            hidden = sheet.visible != SheetVisibleEnum.Visible
            yield Found(sheet.name, hidden, partial(read, index))


def openpyxl_sheets(path: Path) -> Iterator[Found]:
    """Sheets of xlsx and xlsm that calamine cannot open."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)

    def read(sheet: Any) -> tuple[int, Rows]:
        sheet.reset_dimensions()  # what the file claims may be a lie
        return 1, map(_without_errors, sheet.iter_rows(values_only=True))

    for sheet in book.worksheets:
        yield Found(sheet.title, sheet.sheet_state != "visible", partial(read, sheet))


def _without_errors(row: Sequence[Any]) -> list[Any]:
    return [None if isinstance(cell, str) and cell in EXCEL_ERRORS else cell for cell in row]


def xlrd_sheets(path: Path) -> Iterator[Found]:
    """Sheets of xls, and of what Excel 2 to 4 wrote."""
    import xlrd

    book = xlrd.open_workbook(str(path), on_demand=True, logfile=sys.stderr)

    def value(cell: Any) -> Any:
        if cell.ctype == xlrd.XL_CELL_DATE:
            return _moment(xlrd.xldate_as_datetime(cell.value, book.datemode), cell.value)
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        return None if cell.ctype == xlrd.XL_CELL_ERROR else cell.value

    def read(index: int) -> tuple[int, Rows]:
        return 1, ([value(cell) for cell in row] for row in book.sheet_by_index(index).get_rows())

    for index, name in enumerate(book.sheet_names()):
        hidden = bool(book._sheet_visibility[index]) if index < len(book._sheet_visibility) else False
        yield Found(name, hidden, partial(read, index))


def _moment(moment: datetime, serial: float) -> datetime | time:
    return moment.time() if 0 <= serial < 1 else moment


def page_sheets(path: Path) -> Iterator[Found]:
    """Tables of a web page."""
    from loyalty.reading.pages import tables_of

    def read(rows: Rows) -> tuple[int, Rows]:
        return 1, rows

    for table in tables_of(path.read_text(encoding="utf-8")):
        yield Found(table.name, False, partial(read, table.rows))


READERS: Mapping[str, tuple[Callable[[Path], Iterator[Found]], ...]] = {
    "xlsx": (calamine_sheets, openpyxl_sheets),
    "xlsm": (calamine_sheets, openpyxl_sheets),
    "xlsb": (calamine_sheets,),
    "ods": (calamine_sheets,),
    "xls": (calamine_sheets, xlrd_sheets),
    "biff": (xlrd_sheets,),
    "html": (page_sheets,),
}


def parse(path: Path, kind: str, folder: Path) -> Outcome:
    """Read every sheet with the first reader that opens the file and reads at least one of them.

    Parameters
    ----------
    path
        The file; its extension is that of its true kind, since calamine goes by it.
    kind
        What :func:`loyalty.reading.formats.sniff` said.
    folder
        Where the Arrow streams go.

    Raises
    ------
    LoyaltyError
        ``encrypted``, ``unreadable`` or a limit.
    """
    outcomes, troubles = [], []
    for reader in READERS[kind]:
        try:
            outcome = _read_with(reader, path, folder)
        except (LoyaltyError, MemoryError):
            raise
        except BaseException as error:  # calamine's panics are no Exception
            if _is_password(error):
                raise LoyaltyError("encrypted") from error
            troubles.append(error)
            continue
        if not outcome["sheets"] or any("file" in sheet for sheet in outcome["sheets"]):
            return outcome
        outcomes.append(outcome)
    if not outcomes:
        raise _unreadable(troubles[0])
    return outcomes[0]


def _read_with(reader: Callable[[Path], Iterator[Found]], path: Path, folder: Path) -> Outcome:
    found = list(islice(reader(path), limits.SHEETS + 1))
    if len(found) > limits.SHEETS:
        raise LoyaltyError("too_many_sheets", limit=limits.SHEETS)
    cells = Cells()
    records = [_record(sheet, cells, folder / f"{index}.arrows") for index, sheet in enumerate(found)]
    return {"sheets": records, "cut": cells.cut}


def _record(found: Found, cells: Cells, file: Path) -> Outcome:
    """Read one sheet; a sheet that fails does not take the others with it."""
    record: Outcome = {"name": found.name, "hidden": found.hidden}
    try:
        first_row, rows = found.read()
        cells.frame(rows).write_ipc_stream(file)
    except LoyaltyError as error:
        if error.id in OF_THE_FILE:
            raise
        return record | {"reason": error.id, "holes": error.holes}
    except MemoryError:
        raise
    except BaseException as error:
        return record | {"reason": "sheet_unreadable", "holes": {}, "detail": _line(error)}
    return record | {"first_row": first_row, "file": file.name}


def _is_password(error: BaseException) -> bool:
    words = f"{type(error).__name__} {error}".lower()
    return "password" in words or "encrypted" in words


def _unreadable(error: BaseException) -> LoyaltyError:
    detail = _line(error)
    return LoyaltyError("too_much_memory" if "Cell limit exceeded" in detail else "unreadable", detail=detail)


def _line(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def confine(bounds: Mapping[str, int]) -> None:
    """Bound this process where the system can; elsewhere its starter watches it."""
    try:
        import resource
    except ImportError:
        return
    for name, value in (
        ("RLIMIT_CPU", bounds["cpu_seconds"]),
        ("RLIMIT_FSIZE", bounds["file_bytes"]),
        ("RLIMIT_NOFILE", bounds["open_files"]),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_AS", _address_space() + bounds["memory"]),
    ):
        try:
            # past the first of a pair of CPU seconds comes a signal that tells, past the second a mute end
            resource.setrlimit(getattr(resource, name), (value, value + (name == "RLIMIT_CPU")))
        except (ValueError, OSError):  # macOS refuses some
            continue


def _address_space() -> int:
    """Bytes of address space that interpreter and libraries have reserved, most of it never used."""
    try:
        import resource

        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def main(folder: str) -> int:
    """Do ``job.json`` of a folder, write ``manifest.json``; the exit status."""
    import polars  # noqa: F401  before the bounds are set: what it reserves is to be counted
    import python_calamine  # noqa: F401

    here = Path(folder)
    job = json.loads((here / "job.json").read_text(encoding="utf-8"))
    confine(job["bounds"])
    try:
        outcome = parse(here / job["file"], job["kind"], here)
    except LoyaltyError as error:
        outcome = {"reason": error.id, "holes": error.holes}
    except MemoryError:
        outcome = {"reason": "too_much_memory", "holes": {}}
    except BaseException as error:
        outcome = {"reason": "unreadable", "holes": {}, "detail": _line(error)}
    (here / "manifest.json").write_text(json.dumps(outcome), encoding="utf-8")
    return 2 if "reason" in outcome else 0
