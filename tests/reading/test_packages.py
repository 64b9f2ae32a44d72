"""Packages that are built to overload a reader, made here byte by byte, and honest ones that look odd."""

import zipfile

import pytest

from loyalty import limits
from loyalty.errors import LoyaltyError
from loyalty.reading.packages import Package, inspect, kind_of_package
from tests.reading.packing import lying, overlapping, parts, row, xlsx, zipped

SHEET = "xl/worksheets/sheet1.xml"


def inspected(data: bytes) -> Package:
    package = Package()
    inspect(data, package)
    return package


def refused(data: bytes) -> str:
    with pytest.raises(LoyaltyError) as caught:
        inspected(data)
    assert caught.value.id == "unsafe_file"
    reason: str = caught.value.holes["reason"].id
    return reason


@pytest.mark.parametrize(
    "far",
    [
        row(1_048_576, XFD=2),
        row(5_500, XFD=2),
        row(4_294_967_295, A=2),
        row(2, ZZZZZZZ=2),
        row(1_048_576, A=2) + row(2, XFD=2),
    ],
)
def test_a_cell_in_the_far_corner(far: bytes) -> None:
    assert refused(xlsx(row(1, A=1) + far)) == "unsafe.corner"


def test_far_cells_of_a_full_sheet_are_honest() -> None:
    tall = b"".join(row(number, A=1, B=2, F=3) for number in range(100_000, 150_000))
    assert inspected(xlsx(tall)).parts[SHEET].cells == 150_000
    wide = row(1, A=1) + row(40, AMJ=5)
    assert inspected(xlsx(wide)).parts[SHEET].cells == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities(encoding: str) -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    sheet = f'<?xml version="1.0" encoding="{encoding}"?>{laughs}<worksheet><sheetData/></worksheet>'
    assert refused(zipped(parts(b"") | {SHEET: sheet.encode(encoding)})) == "unsafe.entities"


def test_entities_behind_a_long_comment() -> None:
    noise = bytes((7919 * n >> 3) % 26 + 97 for n in range(1_500_000))
    prolog = b"<!--" + noise + b'--><!DOCTYPE x [<!ENTITY a "ha">]>'
    assert refused(xlsx(row(1, A=1), prolog=prolog)) in ("unsafe.entities", "unsafe.ratio")


def test_a_bomb_of_spaces() -> None:
    assert refused(xlsx(row(1, A=1), prolog=b"<!--" + b" " * 30_000_000 + b"-->")) == "unsafe.ratio"


def test_a_bomb_that_lies_about_its_size() -> None:
    bomb = xlsx(row(1, A=1), prolog=b"<!--" + b" " * 30_000_000 + b"-->")
    assert refused(lying(bomb, SHEET, 100)) == "unsafe.ratio"


def test_all_parts_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "INFLATED_BYTES", 1_000_000)
    noise = bytes((7919 * n >> 3) % 251 for n in range(600_000))
    content = parts(b"") | {"xl/media/1.bin": noise, "xl/media/2.bin": noise}
    assert refused(zipped(content, zipfile.ZIP_STORED)) == "unsafe.inflated"


def test_overlapping_entries() -> None:
    assert refused(overlapping(500)) == "unsafe.overlap"


def test_very_many_parts() -> None:
    crowd = {f"xl/media/{number}.bin": b"" for number in range(limits.PACKAGE_PARTS)}
    with pytest.raises(LoyaltyError) as caught:
        kind_of_package(zipped(parts(b"") | crowd))
    assert caught.value.holes["reason"].id == "unsafe.parts"


def test_a_way_of_packing_no_spreadsheet_uses() -> None:
    assert refused(xlsx(row(1, A=1), method=zipfile.ZIP_BZIP2)) == "unsafe.method"


def test_bytes_lost_on_the_way() -> None:
    whole = xlsx(b"".join(row(number, A=number) for number in range(1, 500)))
    at = whole.index(b"xl/worksheets/sheet1.xml") + 60
    with pytest.raises(LoyaltyError) as caught:
        inspected(whole[:at] + b"\xff\xff\xff\xff" * 8 + whole[at + 32 :])
    assert caught.value.id == "damaged"


def test_errors_are_counted_with_their_rows() -> None:
    wrong = b'<row r="7"><c r="A7" t="e"><v>#REF!</v></c><c r="B7" s="1" t="e"><v>#N/A</v></c></row>'
    package = inspected(xlsx(row(1, A=1) + wrong + row(9, A=3), name=b"A &amp; B"))
    sheet = package.worksheets()["A & B"]
    assert (sheet.cells, sheet.errors, sheet.error_rows) == (4, 2, [7])


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (b'<c r="B2"><f>A1*2</f></c>', [2]),
        (b'<c r="B2" s="3"><f>A1*2</f><v></v></c>', [2]),
        (b'<c r="B2"><f>A1*2</f><v/></c>', [2]),
        (b'<c r="B2"><f>A1*2</f><v>4</v></c>', []),
        (b'<c r="B2" t="str"><f>IF(A1,"","")</f><v></v></c>', []),
    ],
)
def test_formulas_that_were_never_calculated(cell: bytes, found: list[int]) -> None:
    package = inspected(xlsx(row(1, A=1) + b'<row r="2">' + cell + b"</row>"))
    assert package.parts[SHEET].cacheless_rows == found
