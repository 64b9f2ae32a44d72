"""The door for files: bytes of any kind become a Workbook of columns."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias

from loyalty import limits
from loyalty.errors import LoyaltyError, Note, Where
from loyalty.reading.sheets import Sheet, Workbook
from loyalty.texts import Message

if TYPE_CHECKING:
    from loyalty.reading.child import ParsedSheet
    from loyalty.reading.packages import Worksheet

One: TypeAlias = "str | os.PathLike[str] | bytes | IO[bytes]"
Source: TypeAlias = "One | list[One] | tuple[One, ...]"

NAME_CHARACTERS = 100
PACKAGES = ("xlsx", "xlsm", "xlsb", "ods")
WORKBOOK_NAMES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


def open_workbook(source: Source, name: str | None = None) -> Workbook:
    r"""Read one or several files into columns of raw cells.

    What a file is, is told from its bytes, not from its name. Workbooks are parsed in a process of their
    own; text files here.

    Parameters
    ----------
    source
        A path, the bytes themselves, an open binary file, or a list of those; several files become one
        workbook, their sheets in order.
    name
        What to call a single file in notes and errors, instead of its own name.

    Raises
    ------
    LoyaltyError
        The file cannot be used; it says what is the matter and what to do.

    Examples
    --------
    >>> book = open_workbook(b"customer,date\nC1,2025-03-01\n", name="visits.csv")
    >>> book.sheets[0].name, book.sheets[0].height
    ('visits', 2)
    """
    if not isinstance(source, list | tuple):
        return _open(*_loaded(source, name))
    if not source:
        raise LoyaltyError("empty_file")
    books = [_open(*_loaded(one, None)) for one in source]
    sheets = tuple(sheet for book in books for sheet in book.sheets)
    if len(sheets) > limits.SHEETS:
        raise LoyaltyError("too_many_sheets", limit=limits.SHEETS)
    digest = hashlib.sha256("".join(book.digest for book in books).encode()).hexdigest()
    return Workbook(sheets, digest, tuple(note for book in books for note in book.notes))


def _loaded(source: One, name: str | None) -> tuple[bytes, str]:
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source), display_name(name or "table")
    if isinstance(source, str | os.PathLike):
        return _from_path(Path(source)), display_name(name or os.fspath(source))
    if not hasattr(source, "read"):
        raise TypeError(f"expected a path, bytes or a binary file, not {type(source).__name__}")
    if hasattr(source, "seek"):
        source.seek(0)
    data = source.read(limits.UPLOAD_BYTES + 1)
    if not isinstance(data, bytes):
        raise TypeError('expected a binary file: open it with mode "rb"')
    return data, display_name(name or str(getattr(source, "name", "") or "table"))


def _from_path(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(limits.UPLOAD_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise LoyaltyError("file_not_found", Where(file=display_name(str(path)))) from error
    except OSError as error:
        raise LoyaltyError("file_not_opened", Where(file=display_name(str(path)))) from error


def display_name(name: str) -> str:
    """A file's name without folders and without characters that could disturb the sentence around it.

    Examples
    --------
    >>> display_name("../../shop.xlsx")
    'shop.xlsx'
    """
    base = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    kept = "".join(c for c in base if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    return kept[:NAME_CHARACTERS] or "table"


def _open(data: bytes, name: str) -> Workbook:
    try:
        if len(data) > limits.UPLOAD_BYTES:
            raise LoyaltyError("too_large", limit=limits.UPLOAD_BYTES // limits.MEGABYTE)
        sheets, notes = _sheets(data, name)
        if not any(sheet.columns for sheet in sheets):
            raise LoyaltyError("empty_file")
    except LoyaltyError as error:
        error.place = replace(error.place, file=name)
        raise
    return Workbook(sheets, hashlib.sha256(data).hexdigest(), notes)


def _sheets(data: bytes, name: str) -> tuple[tuple[Sheet, ...], tuple[Note, ...]]:
    from loyalty.reading import formats

    if name.startswith("~$"):
        raise LoyaltyError("lock_file")
    kind = formats.sniff(data)
    if kind == "text":
        from loyalty.reading.text import read_text

        sheet = read_text(data, name)
        if len(sheet.columns) < 2 and name.lower().endswith(WORKBOOK_NAMES):
            raise LoyaltyError("not_a_spreadsheet")
        return (sheet,), ()
    if kind == "html":
        from loyalty.reading.text import decode_page

        data = decode_page(data).encode("utf-8", "replace")
    return _parsed(data, kind, name)


def _parsed(data: bytes, kind: str, name: str) -> tuple[tuple[Sheet, ...], tuple[Note, ...]]:
    from loyalty.reading import child, packages

    package = packages.Package()
    check = partial(packages.inspect, data, package) if kind in PACKAGES else None
    parsed, cut = child.parse(data, kind, check)
    if parsed and all(sheet.reason for sheet in parsed):
        raise LoyaltyError(str(parsed[0].reason), Where(sheet=parsed[0].name), **(parsed[0].holes or {}))
    details = package.worksheets()
    sheets = tuple(_sheet(one, name, details.get(one.name)) for one in parsed)
    notes = []
    if kind == "xlsm":
        notes.append(Note("seen", Message("note.macros_ignored"), 1, Where(name)))
    if cut:
        notes.append(
            Note("repaired", Message("note.cells_cut", {"limit": limits.CELL_CHARACTERS}), cut, Where(name))
        )
    return sheets, tuple(notes)


def _sheet(parsed: ParsedSheet, file: str, worksheet: Worksheet | None) -> Sheet:
    from loyalty.reading.cells import columns_of

    name = display_name(parsed.name)
    if parsed.frame is None:
        reason = Message(f"error.{parsed.reason}.what", parsed.holes or {})
        note = Note("left_out", Message("note.sheet_unreadable", {"reason": reason}), 1, Where(file, name))
        return Sheet(file, name, (), 0, hidden=parsed.hidden, notes=(note,))
    columns = columns_of(parsed.frame)
    notes = _worksheet_notes(worksheet, Where(file, name)) if worksheet else []
    if parsed.hidden and columns:
        notes.append(Note("seen", Message("note.hidden_sheet"), 1, Where(file, name)))
    height = parsed.frame.height if columns else 0
    return Sheet(file, name, columns, height, parsed.first_row, parsed.hidden, tuple(notes))


def _worksheet_notes(worksheet: Worksheet, where: Where) -> list[Note]:
    notes = []
    if worksheet.errors:
        place = replace(where, rows=tuple(worksheet.error_rows))
        notes.append(Note("repaired", Message("note.excel_errors"), worksheet.errors, place))
    if worksheet.cacheless:
        place = replace(where, rows=tuple(worksheet.cacheless_rows))
        notes.append(Note("left_out", Message("note.formulas_without_values"), worksheet.cacheless, place))
    return notes
