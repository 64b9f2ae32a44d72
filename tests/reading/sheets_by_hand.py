"""Sheets written out by hand: rows of cells as a reader of files would deliver them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty import limits
from loyalty.reading.cells import Cells, columns_of
from loyalty.reading.plans import Plan
from loyalty.reading.recognition import recognise
from loyalty.reading.sheets import Sheet, Workbook
from loyalty.reading.tables import Tables, build

Rows = Sequence[Sequence[Any]]


def sheet(rows: Rows, name: str = "Sheet1", **more: Any) -> Sheet:
    """A sheet of one file; numbers, dates and texts keep their kind."""
    cells = Cells(rows=10_000, columns=500, cells=10**6, characters=10**7, longest=limits.CELL_CHARACTERS)
    frame = cells.frame([list(row) for row in rows])
    return Sheet("by hand.xlsx", name, columns_of(frame), len(rows), **more)


def workbook(*sheets: Sheet) -> Workbook:
    return Workbook(sheets, "0" * 64)


def lines(text: str, separator: str = "|") -> list[list[str | None]]:
    """A table written as text, one line a row, cells parted by a bar; blank cells are empty."""
    rows = [line.split(separator) for line in text.strip("\n").splitlines()]
    return [[cell.strip() or None for cell in row] for row in rows]


def plan_of(rows: Rows, name: str = "Sheet1", roles: Any = None) -> Plan:
    [plan] = recognise(workbook(sheet(rows, name)), roles)
    return plan


def read(*sheets: Sheet | Rows, roles: Any = None, **changes: Any) -> Tables:
    """The tables of a workbook; `changes` are made to every plan."""
    from dataclasses import replace

    book = workbook(*(one if isinstance(one, Sheet) else sheet(one) for one in sheets))
    plans = [replace(plan, **changes) for plan in recognise(book, roles)]
    return build(book, plans)


def notes(tables: Tables) -> dict[str, int]:
    """Id of each note (without ``note.``) to its count, summed."""
    found: dict[str, int] = {}
    for note in tables.notes:
        id = note.message.id.removeprefix("note.")
        found[id] = found.get(id, 0) + note.count
    return found
