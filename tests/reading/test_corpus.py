"""Files that no one here wrote, hostile ones among them, against what their index says of each.

They lie outside the project, in the folder that the environment variable LOYALTY_CORPUS names.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import os
import random
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl
import pandas as pd
import psutil
import pytest

from loyalty.errors import LoyaltyError
from loyalty.reading import open_workbook
from loyalty.reading.delimiters import table_of
from loyalty.reading.sheets import Sheet, Workbook
from loyalty.reading.text import decode

CORPUS = Path(os.environ.get("LOYALTY_CORPUS", ""))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.environ.get("LOYALTY_CORPUS"),
        reason="LOYALTY_CORPUS does not name the folder of real spreadsheets",
    ),
]


def index() -> list[dict[str, str]]:
    if not (CORPUS / "index.csv").is_file():
        return []
    with (CORPUS / "index.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FILES = index()
NAMES = [record["file"] for record in FILES]
EXPECTED = {record["file"]: record["expected_behaviour"] for record in FILES}
SAID = {  # words of the index, and the errors that say it
    "password": {"encrypted"},
    "empty": {"empty_file"},
    "no data": {"empty_file"},
    "bomb": {"unsafe_file", "too_much_text", "too_much_memory", "unreadable"},
    "not a readable": {"not_a_spreadsheet", "damaged", "unreadable", "encrypted"},
}


def filled_rows(sheet: Sheet) -> int:
    filled = [False] * sheet.height
    for column in sheet.columns:
        for series in (column.text, column.number, column.moment):
            if series is not None:
                filled = [a or b for a, b in zip(filled, series.is_not_null(), strict=True)]
    return sum(filled)


def opened(name: str) -> Workbook | LoyaltyError:
    try:
        return open_workbook(CORPUS / name)
    except LoyaltyError as error:
        return error


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Workbook | LoyaltyError]:
    """Every file once through the door: anything but a workbook or a LoyaltyError fails right here."""
    with ThreadPoolExecutor(4) as sessions:
        found = dict(zip(NAMES, sessions.map(opened, NAMES), strict=True))
    assert not psutil.Process().children()
    return found


@pytest.mark.parametrize("name", NAMES)
def test_expectation(name: str, outcomes: dict[str, Workbook | LoyaltyError]) -> None:
    outcome, expected = outcomes[name], EXPECTED[name]
    if name == "wide.csv":  # 9,074 columns, more than Excel's readers of loyalty data ever need
        assert isinstance(outcome, LoyaltyError)
        assert outcome.id == "too_many_columns"
    elif isinstance(outcome, LoyaltyError):
        assert "error" in expected or "no data" in expected
        for words, ids in SAID.items():
            if words in expected and "or a clear error" not in expected:
                assert outcome.id in ids
        assert outcome.in_language("en") != outcome.in_language("zh")
    elif found := re.match(r"loads (\d+) non-blank rows from sheet '(.*?)'", expected):
        assert filled_rows(next(s for s in outcome.sheets if s.name == found[2])) == int(found[1])
    elif found := re.match(r"loads (\d+) non-blank lines, (\d+) columns", expected):
        (sheet,) = outcome.sheets
        assert filled_rows(sheet) == int(found[1])
    else:
        assert (
            "also acceptable" in expected or "never a crash" in expected or "header but no rows" in expected
        )


TEXTS = [name for name in NAMES if "(encoding" in EXPECTED[name] and name != "wide.csv"]


@pytest.mark.parametrize("name", TEXTS)
def test_encoding_and_delimiter(name: str) -> None:
    words = re.search(r"\(encoding (\S+), delimiter '(.+?)'\)", EXPECTED[name])
    assert words is not None
    data = (CORPUS / name).read_bytes()
    wanted = data.decode(words[1]).strip("\ufeff\x00").replace("\x00", "")
    decoded = decode(data)
    assert decoded.text == wanted.replace("\r\n", "\n").replace("\r", "\n")
    one_column = ", 1 columns" in EXPECTED[name]
    assert table_of(decoded.text).delimiter == ("\x1f" if one_column else words[2].replace("\\t", "\t"))


@pytest.mark.parametrize("name", [name for name in NAMES if re.match(r"real/.*\.csv$", name)])
def test_cells_of_real_text_files_are_those_of_pandas(name: str) -> None:
    theirs = pd.read_csv(
        CORPUS / name,
        header=None,
        dtype=str,
        keep_default_na=False,
        encoding="utf-8-sig",
        skip_blank_lines=False,
    )
    (ours,) = open_workbook(CORPUS / name).sheets
    assert ours.height == len(theirs)
    for column, (_, values) in zip(ours.columns, theirs.items(), strict=True):
        texts = [None] * ours.height if column.text is None else column.text.to_list()
        assert texts == [value or None for value in values]


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
@pytest.mark.parametrize("name", ["real/bike_orders_r.xlsx", "real/customer_product_matrix.xlsx"])
def test_cells_of_real_workbooks_are_those_of_openpyxl(name: str) -> None:
    theirs = openpyxl.load_workbook(CORPUS / name, data_only=True)
    ours = open_workbook(CORPUS / name)
    assert [sheet.name for sheet in ours.sheets] == theirs.sheetnames
    for sheet in ours.sheets:
        rows = list(theirs[sheet.name].iter_rows(values_only=True))
        for column, values in zip(sheet.columns, zip(*rows, strict=True), strict=True):
            for series, kind in (
                (column.text, str),
                (column.number, int | float),
                (column.moment, dt.datetime),
            ):
                wanted = [value if isinstance(value, kind) else None for value in values]
                assert (series is None and not any(wanted)) or series.to_list() == wanted


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["date_1904.xls", "any_sheets.xlsb", "SampleSS.ods", "merged_range.xlsx", "inventory-table.xlsx"]
)
def test_damaged_copies(name: str) -> None:
    """A fixed-seed fuzz: bytes changed anywhere, or a digit inside the parts of a package."""
    chance, whole = random.Random(name), (CORPUS / name).read_bytes()
    for _ in range(60):
        with contextlib.suppress(LoyaltyError):
            open_workbook(mutant(whole, chance), name=name)
    assert not psutil.Process().children()


def mutant(data: bytes, chance: random.Random) -> bytes:
    if not data.startswith(b"PK") or chance.random() < 0.3:
        changed = bytearray(data)
        for _ in range(chance.randint(1, 6)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        return bytes(changed[: chance.randint(1, len(changed))] if chance.random() < 0.2 else changed)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {entry: package.read(entry) for entry in package.namelist()}
    for _ in range(chance.randint(1, 4)):
        name = chance.choice(list(parts))
        digits = [match.span() for match in re.finditer(rb"\d+", parts[name])]
        if digits:
            start, end = chance.choice(digits)
            number = str(chance.choice((0, 65_536, 1_048_577, 2**31, 2**32 - 1, 2**64))).encode()
            parts[name] = parts[name][:start] + number + parts[name][end:]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return file.getvalue()
