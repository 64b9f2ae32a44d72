"""The door for files, against what wrote them and against other readers."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from loyalty import limits
from loyalty.errors import LoyaltyError
from loyalty.reading import open_workbook
from loyalty.reading.sheets import Sheet
from loyalty.reading.workbooks import display_name
from tests.reading.packing import row, xlsx


def cells(sheet: Sheet) -> list[list[Any]]:
    """Rows of a sheet as Python values, every cell from the one series that holds it."""
    columns = []
    for column in sheet.columns:
        cell = [None] * sheet.height
        for series in (column.text, column.number, column.moment):
            if series is not None:
                assert len(series) == sheet.height
                for index, value in enumerate(series.to_list()):
                    if value is not None:
                        assert cell[index] is None
                        cell[index] = value
        columns.append(cell)
    return [list(values) for values in zip(*columns, strict=True)]


def written(write: Any) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    write(book)
    book.close()
    return file.getvalue()


def ids(notes: Any) -> dict[str, int]:
    return {note.message.id: note.count for note in notes}


def every_kind(book: Any) -> None:
    sheet = book.add_worksheet("Orders")
    moment, clock, hours = (
        book.add_format({"num_format": f}) for f in ("yyyy-mm-dd hh:mm", "hh:mm", "[h]:mm")
    )
    sheet.write_row(0, 0, ["id", "when", "amount", "paid", "time", "spent", "mixed", "blank"])
    sheet.write_row(1, 0, ["00123"])
    sheet.write_datetime(1, 1, dt.datetime(2025, 3, 1, 12, 30), moment)
    sheet.write_number(1, 2, 4.5)
    sheet.write_boolean(1, 3, True)
    sheet.write_datetime(1, 4, dt.time(8, 5), clock)
    sheet.write_datetime(1, 5, dt.timedelta(hours=30), hours)
    sheet.write_number(1, 6, 1001)
    sheet.write_datetime(2, 1, dt.datetime(2025, 3, 2), moment)
    sheet.write_boolean(2, 3, False)
    sheet.write_string(2, 6, "C1001")


def test_every_kind_of_cell() -> None:
    book = open_workbook(written(every_kind), name="shop.xlsx")
    assert cells(book.sheets[0])[1:] == [
        ["00123", dt.datetime(2025, 3, 1, 12, 30), 4.5, "TRUE", "08:05:00", "30:00:00", 1001.0, None],
        [None, dt.datetime(2025, 3, 2), None, "FALSE", None, None, "C1001", None],
    ]


def test_rows_and_columns_keep_their_places() -> None:
    """Row numbers are the spreadsheet program's; blank columns stay, so that the third is the third."""

    def shifted(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_row(6, 2, ["a", None, "b"])
        sheet.write_row(9, 2, ["c", None, "d"])

    (sheet,) = open_workbook(written(shifted)).sheets
    assert sheet.first_row == 7
    assert cells(sheet) == [[None, None, "a", None, "b"], *[[None] * 5] * 2, [None, None, "c", None, "d"]]


def test_hidden_blank_and_chart_sheets() -> None:
    def several(book: Any) -> None:
        book.add_worksheet("Empty")
        hidden = book.add_worksheet("Prices")
        hidden.write_row(0, 0, ["a", 1])
        hidden.hide()
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=Prices!$B$1:$B$1"})
        book.add_chartsheet("Chart").set_chart(chart)
        book.add_worksheet("订单").write_row(0, 0, ["b", 2])

    sheets = open_workbook(written(several), name="shop.xlsx").sheets
    assert [(sheet.name, sheet.hidden, sheet.height, len(sheet.columns)) for sheet in sheets] == [
        ("Empty", False, 0, 0),
        ("Prices", True, 1, 2),
        ("订单", False, 1, 2),
    ]
    assert ids(sheets[1].notes) == {"note.hidden_sheet": 1}
    assert not sheets[2].notes


def test_errors_and_formulas_without_values_are_noted_where_they_are() -> None:
    sheet = b"".join((
        row(1, A=1, B=2),
        b'<row r="2"><c r="A2" t="e"><v>#REF!</v></c><c r="B2"><f>A1*2</f></c></row>',
        b'<row r="3"><c r="A3" t="e"><v>#N/A</v></c><c r="B3"><v>5</v></c></row>',
    ))  # fmt: skip
    (read,) = open_workbook(xlsx(sheet), name="x.xlsx").sheets
    assert cells(read) == [[1.0, 2.0], [None, None], [None, 5.0]]
    found = {note.message.id: (note.count, note.where.sheet, note.where.rows) for note in read.notes}
    assert found == {
        "note.excel_errors": (2, "Orders", (2, 3)),
        "note.formulas_without_values": (1, "Orders", (2,)),
    }


def test_merged_cells_hold_their_value_at_the_top_left() -> None:
    def merged(book: Any) -> None:
        book.add_worksheet().merge_range(0, 0, 1, 1, "title")
        book.worksheets()[0].write(2, 1, "x")

    (sheet,) = open_workbook(written(merged)).sheets
    assert cells(sheet) == [["title", None], [None, None], [None, "x"]]


def test_values_are_kept_to_the_last_digit() -> None:
    numbers = [0.1, 1 / 3, 1e300, -1e-300, 2**53 - 1.0, 573415.0, 20260301.0, -0.5]

    def write(book: Any) -> None:
        book.add_worksheet().write_column(0, 0, numbers)

    (sheet,) = open_workbook(written(write)).sheets
    assert [value for (value,) in cells(sheet)] == numbers


def test_more_rows_than_are_turned_at_a_time() -> None:
    """Kinds that only appear in some of the blocks stay in their rows."""

    def write(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, range(25_000))
        sheet.write(20_500, 1, "late")
        sheet.write(24_999, 0, "text")
        sheet.write(3, 2, 1.5)

    (sheet,) = open_workbook(written(write)).sheets
    a, b, c = sheet.columns
    assert a.number is not None
    assert a.text is not None
    assert a.number.to_list() == [*map(float, range(24_999)), None]
    assert a.text.drop_nulls().to_list() == ["text"]
    assert b.text is not None
    assert [index for index, value in enumerate(b.text) if value] == [20_500]
    assert c.number is not None
    assert [index for index, value in enumerate(c.number) if value] == [3]


def test_a_sheet_that_is_too_wide_does_not_take_the_others_with_it() -> None:
    def write(book: Any) -> None:
        book.add_worksheet("Matrix").write_row(0, 0, range(limits.COLUMNS + 1))
        book.add_worksheet("Orders").write_row(0, 0, ["a", "b"])

    matrix, orders = open_workbook(written(write), name="x.xlsx").sheets
    assert (matrix.columns, len(orders.columns)) == ((), 2)
    assert ids(matrix.notes) == {"note.sheet_unreadable": 1}
    assert "501" in str(matrix.notes[0].message)


def test_too_many_sheets() -> None:
    def write(book: Any) -> None:
        for number in range(limits.SHEETS + 1):
            book.add_worksheet().write(0, 0, number)

    with pytest.raises(LoyaltyError) as caught:
        open_workbook(written(write))
    assert caught.value.id == "too_many_sheets"


@pytest.mark.parametrize("kind", ["path", "string", "bytes", "file", "spent file"])
def test_sources(kind: str, tmp_path: Path) -> None:
    data = b"customer,amount\nC1,4.5\n"
    path = tmp_path / "orders.csv"
    path.write_bytes(data)
    file = path.open("rb")
    if kind == "spent file":
        file.read()
    sources = {"path": path, "string": str(path), "bytes": data, "file": file, "spent file": file}
    book = open_workbook(sources[kind], name="orders.csv" if kind == "bytes" else None)
    file.close()
    (sheet,) = book.sheets
    assert (sheet.file, sheet.name) == ("orders.csv", "orders")
    assert cells(sheet) == [["customer", "amount"], ["C1", "4.5"]]


def test_several_files_are_one_workbook(tmp_path: Path) -> None:
    for name in ("orders.csv", "survey.csv"):
        (tmp_path / name).write_text(f"{name},x\n1,2\n", encoding="utf-8")
    first, second = tmp_path / "orders.csv", tmp_path / "survey.csv"
    book = open_workbook([first, second])
    assert [sheet.file for sheet in book.sheets] == ["orders.csv", "survey.csv"]
    assert book.digest != open_workbook([second, first]).digest
    assert open_workbook(first).digest == open_workbook(first.read_bytes()).digest


def test_names_and_content_need_not_agree() -> None:
    table = written(every_kind)
    for name in ("orders.csv", "orders.xls", "orders.ods", "orders", "orders.txt"):
        assert open_workbook(table, name=name).sheets[0].name == "Orders"
    assert len(open_workbook(b"a,b\n1,2\n", name="orders.xlsx").sheets[0].columns) == 2


def test_a_page_that_is_called_xls() -> None:
    page = '<html><meta charset="gb2312"><table><tr><td>订单号<td>金额<tr><td>001<td>4.5</table>'
    (sheet,) = open_workbook(page.encode("gbk"), name="orders.xls").sheets
    assert cells(sheet) == [["订单号", "金额"], ["001", "4.5"]]


@pytest.mark.parametrize(
    ("data", "name", "id"),
    [
        (b"", "orders.csv", "empty_file"),
        (b" \r\n\r\n", "orders.csv", "empty_file"),
        (b",,,\n,,,\n", "orders.csv", "empty_file"),
        (b"Fri 18 Mar 2022 15:02:30 CET.\n", "orders.ods", "not_a_spreadsheet"),
        (b"\x05user" + b" " * 100, "~$orders.xlsx", "lock_file"),
        (b"a,b\n" * (limits.UPLOAD_BYTES // 4 + 1), "orders.csv", "too_large"),
        (b"<html><p>Please log in</p></html>", "orders.xls", "no_tables"),
        (xlsx(b""), "orders.xlsx", "empty_file"),
    ],
)
def test_files_that_cannot_be_used(data: bytes, name: str, id: str) -> None:
    with pytest.raises(LoyaltyError) as caught:
        open_workbook(data, name=name)
    assert caught.value.id == id
    assert name in str(caught.value)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    for path, id in ((tmp_path / "none.xlsx", "file_not_found"), (tmp_path, "file_not_opened")):
        with pytest.raises(LoyaltyError) as caught:
            open_workbook(path)
        assert caught.value.id == id


@pytest.mark.parametrize("source", [3, io.StringIO("a,b")])
def test_sources_that_are_no_files(source: Any) -> None:
    with pytest.raises(TypeError):
        open_workbook(source)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/shop.xlsx", "shop.xlsx"),
        ("C:\\data\\shop.xlsx", "shop.xlsx"),
        ("a\u202egnp.xlsx\n\x00", "agnp.xlsx"),
        ("x" * 300 + ".csv", "x" * 100),
        ("/", "table"),
    ],
)
def test_names_are_shown_without_folders_and_tricks(name: str, shown: str) -> None:
    assert display_name(name) == shown


def test_the_same_cells_as_openpyxl() -> None:
    data = written(every_kind)
    theirs = openpyxl.load_workbook(io.BytesIO(data), data_only=True).active
    ours = cells(open_workbook(data).sheets[0])
    for mine, row_of_theirs in zip(ours, theirs.iter_rows(values_only=True), strict=True):
        for cell, other in zip(mine, row_of_theirs, strict=True):
            if not isinstance(other, bool | dt.time | dt.timedelta):
                assert cell == other
