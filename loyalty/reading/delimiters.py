"""Rows of a text table: what stands between its cells, and the cells."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from loyalty import limits

DELIMITERS = (",", ";", "\t", "|")
SPACES = " "
NONE = "\x1f"  # a character no file holds: one column
SAMPLE_CHARACTERS = 1 << 16
SAMPLE_ROWS = 300
SEPARATOR_LINE = re.compile('"?sep=(.)"?[ ,;\t]*(?:\n|$)', re.IGNORECASE)  # Excel's own, in the first line
NUMBER = re.compile(r"[-+]?[\d.,]*\d[\d.,]*")
STRAY_QUOTES = 1_000  # mended one by one; with more the file does not mean them as quotes
CLEAR = 0.2  # two columns in two rows of five
LINES_IN_CELL = 200  # a longer cell is a quote that was never closed


@dataclass
class TextTable:
    """Rows of text cells, ragged as they came.

    Parameters
    ----------
    delimiter
        One character; a space for runs of spaces.
    rows
        To be gone through once.
    mended
        Numbers of the rows with a quote that is never closed; complete when `rows` is exhausted.
    """

    delimiter: str
    rows: Iterator[list[str]]
    mended: list[int] = field(default_factory=list)


def table_of(text: str) -> TextTable:
    r"""Rows of a text, by the delimiter that explains it best.

    Parameters
    ----------
    text
        Lines that end with a line feed.

    Examples
    --------
    >>> table = table_of("customer;amount\nC1;4,50\nC2;3,80\n")
    >>> table.delimiter, list(table.rows)
    (';', [['customer', 'amount'], ['C1', '4,50'], ['C2', '3,80']])
    """
    if declared := SEPARATOR_LINE.match(text):
        delimiter, text = declared[1], text[declared.end() :]
    else:
        delimiter = delimiter_of(text)
    mended: list[int] = []
    if delimiter == SPACES:
        rows: Iterator[list[str]] = (line.split() for line in io.StringIO(text))
    else:
        rows = _records(text, delimiter, mended)
    return TextTable(delimiter, rows, mended)


def delimiter_of(text: str) -> str:
    r"""The delimiter whose rows are widest, most alike and hold the fewest other delimiters.

    Examples
    --------
    >>> delimiter_of("1,5;2,5;3,5\n1,0;2,0;3,0\n")
    ';'
    """
    sample = text[:SAMPLE_CHARACTERS]
    if len(text) > SAMPLE_CHARACTERS and "\n" in sample:
        sample = sample[: sample.rindex("\n") + 1]
    scores = {delimiter: _score(sample, delimiter) for delimiter in DELIMITERS if delimiter in sample}
    best = max(scores, key=scores.__getitem__, default=None)
    if best and scores[best] >= CLEAR:
        return best
    return SPACES if _spaced(sample) else NONE


def _score(sample: str, delimiter: str) -> float:
    rows = [row for row in islice(_reader(io.StringIO(sample), delimiter), SAMPLE_ROWS) if any(row)]
    widths = Counter(len(row) for row in rows if len(row) > 1)
    if not widths:
        return 0.0
    width, alike = max(widths.items(), key=lambda item: (item[1], item[0]))
    cells = [cell.strip() for row in rows for cell in row if cell]  # TABs at the edge keep ids from Excel
    others = tuple(other for other in DELIMITERS[1:] if other != delimiter)
    clean = sum(not any(other in cell for other in others) for cell in cells) / max(len(cells), 1)
    return alike / len(rows) * (width - 1) / width * clean


def _spaced(sample: str) -> bool:
    """Whether runs of spaces stand between columns of which one at least is of numbers."""
    rows = [row for row in map(str.split, sample.split("\n")[:SAMPLE_ROWS]) if row]
    width, alike = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
    if width < 2 or len(rows) < 3 or alike < 0.95 * len(rows):
        return False
    columns = zip(*(row for row in rows if len(row) == width), strict=True)
    return any(sum(map(bool, map(NUMBER.fullmatch, column))) > 0.8 * alike for column in columns)


def _reader(lines: Iterable[str], delimiter: str, **options: Any) -> Any:
    csv.field_size_limit(2 * limits.UPLOAD_BYTES)
    return csv.reader(lines, delimiter=delimiter, **options)


def _records(text: str, delimiter: str, mended: list[int]) -> Iterator[list[str]]:
    """Rows by the csv module; a line whose quote is never closed is taken as it stands."""
    lines = list(io.StringIO(text))
    spaced = f'{delimiter} "' in text[:SAMPLE_CHARACTERS]
    line = count = 0

    def fed() -> Iterator[str]:
        at = line
        while at < len(lines) and at - line < LINES_IN_CELL:
            yield lines[at]
            at += 1

    while line < len(lines):
        quoting = csv.QUOTE_MINIMAL if len(mended) < STRAY_QUOTES else csv.QUOTE_NONE
        reader, start = _reader(fed(), delimiter, skipinitialspace=spaced, strict=True, quoting=quoting), line
        try:
            for row in reader:
                line = start + reader.line_num
                count += 1
                yield row
        except csv.Error:
            count += 1
            if lines[line].count('"') % 2:
                mended.append(count)
                yield lines[line].rstrip("\n").split(delimiter)
            else:
                yield next(_reader(lines[line : line + 1], delimiter))
            line += 1
