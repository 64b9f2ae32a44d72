import csv
import io

import pytest

from loyalty.report.csv_file import csv_bytes, harmless


@pytest.mark.parametrize("trigger", ["=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("before", ["", " ", '"', "\0", "\u00a0"])
def test_a_text_that_starts_like_a_formula_never_leaves_bare(trigger: str, before: str) -> None:
    assert harmless(f"{before}{trigger}cmd|' /C calc'!A0").startswith("'")


@pytest.mark.parametrize(
    "text", ["-5", "-1,234.50", "+7", "-12%", "+44 20 7946 0018", "3-4", "a=b", "", "o'clock"]
)
def test_what_cannot_be_a_formula_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("text", ["-2+cmd", "=1", "+SUM(1)", "-", "+", "-1-A1", "@1"])
def test_a_number_is_only_what_consists_of_digits(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_the_file_comes_back_cell_by_cell() -> None:
    columns, rows = ["姓名", "=x"], [["张伟", 1], ['say "hi", twice\nplease', -2.5], [None, 0]]
    content = csv_bytes(columns, rows)
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    assert text.count("\r\n") == len(rows) + 1
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        ["姓名", "'=x"],
        ["张伟", "1"],
        ['say "hi", twice\nplease', "-2.5"],
        ["", "0"],
    ]
