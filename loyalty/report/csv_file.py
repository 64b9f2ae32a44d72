"""A table as a CSV file that spreadsheet programs open as it is meant, and never run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

# What a spreadsheet program takes for the start of a formula or a command, ASCII and full width
# (OWASP ASVS 5.0, 1.2.10; CWE-1236), also behind blanks, quotes and NULs.
_TRIGGER = re.compile(r"[\s\"'\0]*[=+\-@|%＝＋－＠\t\r\n]")
_NUMBER = re.compile(
    r"[+-]?\d[\d.,\u00a0\u202f' ]*%?|\+\d[\d ()/.-]*\d"
)  # a number, a percentage, a telephone


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A table as CSV in UTF-8 with byte order mark, every text in quotes.

    Texts, column names among them, that a spreadsheet program would take for a formula get an apostrophe in
    front, unless they are plainly a number, a percentage or a telephone number. Numbers stay numbers, to
    twelve digits: what sums of cents have beyond is an error of rounding.

    Parameters
    ----------
    columns
        Names of the columns.
    rows
        Cells; None is an empty cell.

    Examples
    --------
    >>> for line in csv_bytes(["name", "paid"], [["=1+2", 0.1 + 0.2]]).decode("utf-8-sig").splitlines():
    ...     print(line)
    "name","paid"
    "'=1+2",0.3
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([harmless(name) for name in columns])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """A text that no spreadsheet program runs.

    Examples
    --------
    >>> harmless("@SUM(A1)"), harmless("-12.50"), harmless("+49 170 123"), harmless("a-b")
    ("'@SUM(A1)", '-12.50', '+49 170 123', 'a-b')
    """
    live = _TRIGGER.match(text) and not _NUMBER.fullmatch(text)
    return f"'{text}" if live else text


def _cell(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.12g}")
    if value is None or isinstance(value, int):
        return value
    return harmless(str(value))
