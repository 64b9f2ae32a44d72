"""The readers behind the parsing process: the second must give what the first gives."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.styles import numbers

from loyalty.errors import LoyaltyError
from loyalty.reading import parser
from loyalty.reading.cells import Cells
from loyalty.reading.parser import Found, calamine_sheets, openpyxl_sheets


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "workbook.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet, hidden = book.add_worksheet("Orders"), book.add_worksheet("Notes")
    date, clock = (
        book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
        book.add_format({"num_format": "hh:mm"}),
    )
    sheet.write_row(0, 0, ["id", "when", "amount", "paid", "time"])
    for number in range(1, 6):
        sheet.write(number, 0, f"00{number}")
        sheet.write(number, 1, dt.datetime(2025, 3, number, 12, 30), date)
        sheet.write(number, 2, number * 1.5)
        sheet.write(number, 3, number % 2 == 0)
        sheet.write(number, 4, dt.time(8, number), clock)
    sheet.write_formula(6, 2, "=A1/0", value="#DIV/0!")
    hidden.write(0, 0, "x")
    hidden.hide()
    book.close()
    return path


def frames(found: Any) -> list[tuple[str, bool, list[tuple[Any, ...]], list[str]]]:
    read = [(sheet, Cells().frame(sheet.read()[1])) for sheet in found]
    return [
        (sheet.name, sheet.hidden, frame.select(sorted(frame.columns)).rows(), sorted(frame.columns))
        for sheet, frame in read
    ]


def test_openpyxl_gives_what_calamine_gives(shop: Path) -> None:
    assert frames(openpyxl_sheets(shop)) == frames(calamine_sheets(shop))


def test_dates_of_1904(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active["A1"] = dt.datetime(2025, 3, 1)
    book.active["A1"].number_format = numbers.FORMAT_DATE_YYYYMMDD2
    book.save(tmp_path / "mac.xlsx")
    for reader in (calamine_sheets, openpyxl_sheets):
        (sheet,) = reader(tmp_path / "mac.xlsx")
        assert Cells().frame(sheet.read()[1])["0m"].to_list() == [dt.datetime(2025, 3, 1)]


def outcome(readers: list[Any], folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr(parser, "READERS", {"xlsx": readers})
    return parser.parse(folder / "workbook.xlsx", "xlsx", folder)


class Panic(BaseException):
    """What calamine raises where its own code fails is no Exception."""


def broken(path: Path) -> Any:
    raise Panic("index out of bounds")


def one_broken_sheet(path: Path) -> Any:
    def fail() -> Any:
        raise Panic("bad cell")

    yield Found("Broken", False, fail)
    yield Found("Whole", False, lambda: (3, [["a", 1.0]]))


def all_broken(path: Path) -> Any:
    yield next(one_broken_sheet(path))


def locked(path: Path) -> Any:
    raise ValueError("Workbook is password protected")


def test_the_next_reader_takes_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for first in (broken, all_broken):
        found = outcome([first, one_broken_sheet], tmp_path, monkeypatch)
        assert [sheet["name"] for sheet in found["sheets"]] == ["Broken", "Whole"]


def test_a_sheet_that_fails_does_not_take_the_others_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost, whole = outcome([one_broken_sheet], tmp_path, monkeypatch)["sheets"]
    assert lost["reason"] == "sheet_unreadable"
    assert "bad cell" in lost["detail"]
    assert (whole["first_row"], whole["file"]) == (3, "1.arrows")


@pytest.mark.parametrize(("reader", "id"), [(broken, "unreadable"), (locked, "encrypted")])
def test_no_reader_can(reader: Any, id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LoyaltyError) as caught:
        outcome([reader, broken], tmp_path, monkeypatch)
    assert caught.value.id == id


@pytest.mark.parametrize(
    ("limits", "rows", "id"),
    [
        ({"rows": 2}, [["a"]] * 3, "too_many_rows"),
        ({"columns": 2}, [["a", "b", "c"]], "too_many_columns"),
        ({"cells": 5}, [["a", "b"]] * 3, "too_many_cells"),
        ({"characters": 5}, [["abc"]] * 2, "too_much_text"),
    ],
)
def test_limits(limits: dict[str, int], rows: list[list[str]], id: str) -> None:
    with pytest.raises(LoyaltyError) as caught:
        Cells(**limits).frame(rows)
    assert caught.value.id == id
    assert str(caught.value)


def test_limits_count_over_all_sheets() -> None:
    cells = Cells(cells=5)
    cells.frame([["a", "b"]])
    with pytest.raises(LoyaltyError):
        cells.frame([["a", "b"]] * 2)


def test_half_a_surrogate_pair_is_replaced() -> None:
    assert Cells().frame([["a\ud800"]])["0t"].to_list() == ["a?"]


def test_numbers_that_are_none_are_missing() -> None:
    assert Cells().frame([[1.0], [float("nan")]])["0n"].to_list() == [1.0, None]


def test_what_is_handed_over_is_json(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser, "confine", lambda bounds: None)
    job = {"file": "workbook.xlsx", "kind": "xlsx", "bounds": {}}
    (shop.parent / "job.json").write_text(json.dumps(job))
    assert parser.main(str(shop.parent)) == 0
    assert len(json.loads((shop.parent / "manifest.json").read_text())["sheets"]) == 2
    shop.write_bytes(b"PK\x03\x04 broken")
    assert parser.main(str(shop.parent)) == 2
    assert json.loads((shop.parent / "manifest.json").read_text())["reason"] == "unreadable"
