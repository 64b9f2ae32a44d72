"""Any table, written by other programs' libraries, comes back cell by cell."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from loyalty.reading import open_workbook
from loyalty.reading.delimiters import table_of
from loyalty.reading.sheets import Column
from loyalty.reading.text import decode

LETTERS = st.characters(categories=["Lu", "Ll", "Lo", "Nd", "Po", "Sc", "Zs"], exclude_characters="_")
TEXT = st.text(LETTERS, max_size=12).map(str.strip)
NUMBER = st.floats(-1e12, 1e12).map(lambda x: float(f"{x:.15g}"))
MOMENT = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2090, 1, 1)).map(
    lambda x: x.replace(microsecond=0)
)
CELL = st.one_of(st.none(), TEXT, NUMBER, MOMENT, st.booleans())


def tables(cell: Any, low: int = 1) -> Any:
    return st.integers(low, 6).flatmap(
        lambda width: st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=12)
    )


def value(column: Column, row: int) -> Any:
    found = [
        s[row] for s in (column.text, column.number, column.moment) if s is not None and s[row] is not None
    ]
    assert len(found) < 2
    return found[0] if found else None


def as_read(cell: Any) -> Any:
    if isinstance(cell, bool):
        return str(cell).upper()
    return None if cell == "" else cell


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(table=tables(CELL), top=st.integers(0, 5), left=st.integers(0, 3))
def test_xlsx(table: list[list[Any]], top: int, left: int) -> None:
    assume(any(as_read(cell) is not None for row in table for cell in row))
    file = io.BytesIO()
    options = dict.fromkeys(("strings_to_numbers", "strings_to_formulas", "strings_to_urls"), False)
    book = xlsxwriter.Workbook(file, {"in_memory": True} | options)
    sheet, date = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for y, row in enumerate(table):
        for x, cell in enumerate(row):
            if cell is not None:
                sheet.write(top + y, left + x, cell, *([date] if isinstance(cell, dt.datetime) else []))
    book.close()
    (read,) = open_workbook(file.getvalue()).sheets
    for y, row in enumerate(table):
        for x, cell in enumerate(row):
            at = top + y + 1 - read.first_row
            inside = 0 <= at < read.height and left + x < len(read.columns)
            assert (value(read.columns[left + x], at) if inside else None) == as_read(cell)


@settings(max_examples=200, deadline=None)
@given(
    table=tables(st.text(LETTERS | st.sampled_from(',;\t|"\n\r'), max_size=8), low=2),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_quoted_text(table: list[list[str]], delimiter: str, end: str, encoding: str) -> None:
    """With the delimiter declared as Excel declares it, every cell comes back whatever is in it."""
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(table)
    text = decode(f"sep={delimiter}{end}{file.getvalue()}".encode(encoding)).text
    rows = [[cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row] for row in table]
    assert list(table_of(text).rows) == rows


WORD = st.text(st.sampled_from("abcdefghijklmnop äöüé 0123456789"), min_size=1, max_size=8).map(str.strip)


@settings(max_examples=200, deadline=None)
@given(
    table=st.integers(2, 6).flatmap(
        lambda w: st.lists(st.lists(WORD.filter(bool), min_size=w, max_size=w), min_size=2, max_size=20)
    ),
    delimiter=st.sampled_from(",;\t|"),
    commas=st.booleans(),
    titles=st.integers(0, 2),
)
def test_the_delimiter_is_found(table: list[list[str]], delimiter: str, commas: bool, titles: int) -> None:
    """Under title lines, and with decimal commas where another character separates."""
    if commas and delimiter != ",":
        table = [[*row, f"{number},50"] for number, row in enumerate(table)]
    if titles:
        table = table * 3
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(table)
    text = "Report of sales\n" * titles + file.getvalue().replace("\r\n", "\n")
    read = table_of(text)
    assert read.delimiter == delimiter
    assert list(read.rows)[titles:] == table
