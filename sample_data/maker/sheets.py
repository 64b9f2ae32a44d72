"""Rows of cells to workbooks and CSV files, the same bytes' worth of content at every run."""

import csv
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

MADE = datetime(2025, 7, 1)

Row = list[Any]


@dataclass(slots=True)
class Sheet:
    """Rows as they stand in the file; `header` is the number of rows above the data."""

    name: str
    rows: list[Row]
    header: int = 1
    hidden: bool = False
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)


def write_workbook(path: Path, sheets: list[Sheet]) -> None:
    """Write sheets to an xlsx; text stays text, whatever it looks like."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": False}) as book:
        book.set_properties({"created": MADE, "title": path.stem})
        formats = {
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            "head": book.add_format({"bold": True}),
        }
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet.name), sheet, formats)


def _write_sheet(target, sheet: Sheet, formats: dict) -> None:
    for index, row in enumerate(sheet.rows):
        for column, cell in enumerate(row):
            _write_cell(target, index, column, cell, formats, index < sheet.header)
    for first, left, last, right in sheet.merges:
        target.merge_range(first, left, last, right, sheet.rows[first][left], formats["head"])
    target.set_column(0, max(map(len, sheet.rows), default=1) - 1, 16)
    if sheet.hidden:
        target.hide()
    elif sheet.header == 1:
        target.freeze_panes(1, 0)


def _write_cell(target, row: int, column: int, cell, formats: dict, head: bool) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, (datetime, date)):
        target.write_datetime(row, column, cell, formats[type(cell)])
    elif isinstance(cell, (int, float)):
        target.write_number(row, column, cell)
    else:
        target.write_string(row, column, cell, formats["head"] if head else None)


def write_csv(path: Path, rows: list[Row], delimiter: str, encoding: str) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
