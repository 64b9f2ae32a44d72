"""Where a table stands in its sheet: title rows, header rows, data, totals, footers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from loyalty import limits
from loyalty.reading.sheets import Column, Sheet
from loyalty.reading.values import EDGES
from loyalty.synonyms import known, plain

LOOKED_BELOW = 12  # rows below a header that show what the columns hold
NAME_CHARACTERS = 300

_TAG = re.compile(r"<[^<>]{1,200}>")
_VALUE = re.compile(
    r"^[^\w#]*(?:\d[\d\s.,:/'’%()+\-−]*|\d{4}年\d.*|\d{4}-\d\d-\d\dT.*"
    r"|[\d.,]+\s?(?:[元件年月日]|[A-Z]{3}|[$€£¥]))[^\w]*$"
)
_MONTH_DATE = re.compile(
    r"^\d{1,2}[-\s][A-Za-z]{3,9}[-\s]\d{2,4}|^[A-Za-z]{3,9}\.?\s\d{1,2},?\s\d{4}|^\S+@\S+\.\S+$"
)
_CODE = re.compile(r"^(?=\S*\d)(?=\S*[A-Za-z])\S{4,}$")
_ANSWER_HINTS = {
    plain(text)
    for text in ("Response", "Open-Ended Response", "Open Ended Response", "Other (please specify)")
}

TOTAL = (
    r"(?i)^\W*(?:(?:grand|sub|net|report|overall|monthly|daily|weekly|yearly|page)[\s-]*)*totals?\b"
    r"(?:\s+(?:for|of|in)\b.*|\W*$)"
    r"|^.{0,24}\b(?:sub-?\s?)?totals?\s*[:：]?$"
    r"|^.{0,16}(?:合\s*计|小\s*计|总\s*计|共\s*计|总合计|汇\s*总)\s*[:：)）]?.{0,4}$"
    r"|^\W*(?:итого|всего|общий итог|промежуточный итог)\b.{0,24}$"
    r"|^\W*(?:gesamtsumme|zwischensumme|summe|gesamt|gesamtergebnis|somme|sous-total|total g[eé]n[eé]ral"
    r"|suma|subtotal|totale?s?|soma|total geral)\b.{0,24}$"
)


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """The rows of a table, and the rows between and below them that are none.

    Parameters
    ----------
    rows
        Indices of the data rows in the sheet.
    left_out
        Reason (id under ``reason``) to indices of rows.
    """

    rows: pl.Series
    left_out: dict[str, pl.Series] = field(default_factory=dict)


def find(sheet: Sheet) -> tuple[int, int] | None:
    """First and last header row, counted from 0; None where the table has no header."""
    grid = top(sheet, limits.HEADER_ROWS_SEARCHED + LOOKED_BELOW)
    machine = _machine_row(grid)
    if machine is not None:
        return machine
    first = [row for row in range(min(len(grid), limits.HEADER_ROWS_SEARCHED)) if grid[row] not in grid[:row]]
    rated = [(_rated(grid, row), -row) for row in first]
    best, place = max(rated, default=(0.0, 0))
    if best < 1:
        return None
    row = -place
    return (_upper(grid, row), _lower(grid, row))


def top(sheet: Sheet, rows: int) -> list[list[str | float | datetime | None]]:
    """The first rows of the sheet, cell by cell; None where there is nothing."""
    size = min(rows, sheet.height)
    columns = [_cells(column, size) for column in sheet.columns]
    return [list(row) for row in zip(*columns, strict=True)] if columns else []


def _cells(column: Column, size: int) -> list[Any]:
    parts = [s.head(size).to_list() for s in (column.text, column.number, column.moment) if s is not None]
    found = (
        [next((cell for cell in cells if cell is not None), None) for cells in zip(*parts, strict=True)]
        if parts
        else [None] * size
    )
    return [(cell.strip(EDGES) or None) if isinstance(cell, str) else cell for cell in found]


def _is_word(cell: Any) -> bool:
    return isinstance(cell, str) and not _VALUE.match(cell) and not _MONTH_DATE.match(cell)


def _is_value(cell: Any) -> bool:
    return cell is not None and not _is_word(cell)


def _below(grid: Sequence[Sequence[Any]], row: int) -> list[Sequence[Any]]:
    return [cells for cells in grid[row + 1 :] if any(cell is not None for cell in cells)][:LOOKED_BELOW]


def _rated(grid: Sequence[Sequence[Any]], row: int) -> float:
    """How much a row looks like the header of what stands below it."""
    cells, below = grid[row], _below(grid, row)
    names = [cell for cell in cells if cell is not None]
    words = [cell for cell in names if _is_word(cell)]
    if not words or len(words) < 0.5 * len(names):
        return 0.0
    width = sum(
        any(other[place] is not None for other in below) or cells[place] is not None
        for place in range(len(cells))
    )
    contrast = sum(_contrast(cells[place], [other[place] for other in below]) for place in range(len(cells)))
    known_names = sum(known(word) and plain(word) not in _ANSWER_HINTS for word in words if len(word) < 100)
    repeated = len(names) - len(set(map(str, names)))
    coded = sum(bool(_CODE.match(word)) and not known(word) for word in words)
    score = 2 * len(names) / width + 3 * known_names / max(len(names), 2) + 2 * contrast / width
    score -= 4 * (len(names) - len(words)) / len(names) + repeated / len(names) + 1.5 * coded / len(names)
    return score - 0.02 * row if below or known_names else score / 2


def _contrast(name: Any, below: Sequence[Any]) -> float:
    filled = [cell for cell in below if cell is not None]
    if not filled or not _is_word(name):
        return 0.0
    return sum(map(_is_value, filled)) / len(filled)


def _machine_row(grid: Sequence[Sequence[Any]]) -> tuple[int, int] | None:
    """Qualtrics writes names, questions and import ids under each other."""
    for row, cells in enumerate(grid[: limits.HEADER_ROWS_SEARCHED]):
        if any(isinstance(cell, str) and '"ImportId"' in cell for cell in cells):
            first = row
            while first and any(cell is not None for cell in grid[first - 1]) and row - first < 2:
                first -= 1
            return first, row
    return None


def _upper(grid: Sequence[Sequence[Any]], row: int) -> int:
    """The first header row: a row of group names above, as merged cells make them, belongs to it."""
    if not row:
        return row
    above, cells = grid[row - 1], grid[row]
    names = [cell for cell in above if cell is not None]
    if len(names) < 2 or not all(map(_is_word, names)) or len(names) >= sum(c is not None for c in cells):
        return row
    counted = Counter(cell for cell in cells if cell is not None)
    needed = any(n > 1 for n in counted.values()) or any(
        u and not c for u, c in zip(above, cells, strict=True)
    )
    return row - 1 if needed or len(names) > 0.3 * len(cells) else row


def _lower(grid: Sequence[Sequence[Any]], row: int) -> int:
    """The last header row: a row of questions or choices below belongs to it."""
    if row + 1 >= len(grid):
        return row
    cells, below = grid[row + 1], _below(grid, row + 1)
    names = [cell for cell in cells if cell is not None]
    if not names or not all(map(_is_word, names)) or not below:
        return row
    if any(plain(cell) in _ANSWER_HINTS for cell in names):
        return row + 1
    columns = [[other[place] for other in below if other[place] is not None] for place in range(len(cells))]
    of_values = [
        place
        for place, column in enumerate(columns)
        if len(column) > 1 and sum(map(_is_value, column)) > 0.7 * len(column)
    ]
    again = any(cells[place] in columns[place] for place in range(len(cells)) if cells[place] is not None)
    named = sum(cells[place] is not None for place in of_values)
    fills_gaps = any(grid[row][place] is None for place in range(len(cells)) if cells[place] is not None)
    questions = named > 1 or (fills_gaps and len(names) > 1)
    return row + 1 if len(of_values) > 1 and not again and questions else row


def headers(sheet: Sheet, header: tuple[int, int] | None) -> tuple[str, ...]:
    """One name a column, unique in the sheet; ``"Column 3"`` where the header names none.

    Parameters
    ----------
    sheet
        The sheet.
    header
        First and last header row, counted from 0; None for a table without a header.
    """
    names = [""] * len(sheet.columns)
    if header is not None and sheet.columns:
        first, last = header
        grid = _needed(top(sheet, last + 1)[first:])
        names = [_joined(parts) for parts in zip(*_spread(grid), strict=True)] if grid else names
    return unique([name or f"Column {place}" for place, name in enumerate(names, 1)])


def _needed(grid: list[list[Any]]) -> list[list[Any]]:
    """Without a sparse row of group names where the names below it are complete and unique."""
    if len(grid) != 2:
        return grid
    above, names = grid
    complete = None not in names and len(set(map(str, names))) == len(names)
    return [names] if complete and None in above else grid


def _spread(grid: list[list[Any]]) -> list[list[Any]]:
    """Merged cells hold their text in the first cell alone: carry it to the right, above named cells."""
    spread = []
    for cells in grid[:-1]:
        last, row = None, []
        for place, cell in enumerate(cells):
            named_below = any(other[place] is not None for other in grid[grid.index(cells) + 1 :])
            last = cell if cell is not None else last
            row.append(cell if cell is not None or not named_below else last)
        spread.append(row if sum(c is not None for c in cells) > 1 else cells)
    return [*spread, grid[-1]]


def _joined(parts: Sequence[Any]) -> str:
    names: dict[str, str] = {}
    for part in parts:
        text = " ".join(_TAG.sub(" ", _as_name(part)).split())
        if text and '"ImportId"' not in text and not (names and plain(text) in _ANSWER_HINTS):
            names.setdefault(plain(text) or text, text)
    return " · ".join(names.values())[:NAME_CHARACTERS]


def _as_name(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.isoformat(" ").removesuffix(" 00:00:00")
    return str(cell)


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """Names of which none comes twice: ``Sales``, ``Sales (2)``."""
    found: dict[str, None] = {}
    for name in names:
        candidate, again = name, 1
        while candidate in found:
            again += 1
            candidate = f"{name} ({again})"
        found[candidate] = None
    return tuple(found)


def body(sheet: Sheet, header: tuple[int, int] | None) -> Body:
    """The data rows below the header, and which rows there are none and why."""
    start = header[1] + 1 if header else 0
    counts = _filled_cells(sheet, start)
    if not (counts > 0).any():
        return Body(pl.Series([], dtype=pl.UInt32))
    kinds = {
        "repeated_header": _repeats(sheet, header, start, counts),
        "totals": _totals(sheet, start, counts),
        "stray": _strays(sheet, start, counts),
    }
    gone = counts == 0
    left_out = {}
    for reason, mask in kinds.items():
        fresh = mask & ~gone
        gone |= fresh
        if fresh.any():
            left_out[reason] = fresh.arg_true() + start
    return Body((~gone).arg_true() + start, left_out)


def _filled_cells(sheet: Sheet, start: int) -> pl.Series:
    """How many cells of each row hold something."""
    filled = [pl.repeat(0, sheet.height - start, dtype=pl.UInt32, eager=True).alias("none")]
    for place, column in enumerate(sheet.columns):
        if column.text is not None:
            filled.append((column.text[start:].str.len_bytes() > 0).fill_null(False).alias(f"{place}t"))
        for kind, series in (("n", column.number), ("m", column.moment)):
            if series is not None:
                filled.append(series[start:].is_not_null().alias(f"{place}{kind}"))
    counts = pl.DataFrame(filled).sum_horizontal()
    few = (counts > 0) & (counts <= 2)
    if few.any():  # perhaps nothing but blanks
        rows = few.arg_true()
        texts = [
            c.text.gather(rows + start).str.strip_chars(EDGES) for c in sheet.columns if c.text is not None
        ]
        blank = sum(
            ((t == "").fill_null(False).cast(pl.UInt32) for t in texts),
            pl.repeat(0, len(rows), dtype=pl.UInt32, eager=True),
        )
        counts = counts.scatter(rows, counts.gather(rows) - blank)
    return counts


def _repeats(sheet: Sheet, header: tuple[int, int] | None, start: int, counts: pl.Series) -> pl.Series:
    never = pl.repeat(False, len(counts), dtype=pl.Boolean, eager=True)
    if header is None:
        return never
    grid = top(sheet, header[1] + 1)[header[1]]
    names = {place: cell for place, cell in enumerate(grid) if isinstance(cell, str)}
    if len(names) < 2:
        return never
    suspects = never
    for place, name in list(names.items())[:3]:
        text = sheet.columns[place].text
        if text is not None:
            suspects |= text[start:].str.contains(name, literal=True).fill_null(False)
    rows = suspects.arg_true()
    if not len(rows):
        return never
    same = [
        (column.text.gather(rows + start).str.strip_chars(EDGES) == name).fill_null(False).cast(pl.UInt32)
        for place, name in names.items()
        if (column := sheet.columns[place]).text is not None
    ]
    repeats = pl.DataFrame([s.alias(str(i)) for i, s in enumerate(same)]).sum_horizontal() >= 0.6 * len(names)
    return never.scatter(rows.filter(repeats), True)


def _totals(sheet: Sheet, start: int, counts: pl.Series) -> pl.Series:
    """Rows with a word for sum, and fewer cells than others; or with it in the first column."""
    usual = _usual(counts)
    sparse = ((counts > 0) & (counts <= 0.8 * usual)).arg_true()
    found = pl.repeat(False, len(counts), dtype=pl.Boolean, eager=True)
    texts = [column.text for column in sheet.columns if column.text is not None]
    for text in texts:
        hits = text.gather(sparse + start).str.strip_chars(EDGES).str.contains(TOTAL).fill_null(False)
        found = found.scatter(sparse.filter(hits), True)
    leading = next((column.text for column in sheet.columns if _has_cells(column)), None)
    if leading is not None:
        word = leading[start:].str.strip_chars(EDGES).str.contains(TOTAL).fill_null(False)
        rare = word.sum() <= 0.1 * len(word) + 1
        found |= word & rare & ((counts < usual) | _is_last(counts))
    return found


def _usual(counts: pl.Series) -> float:
    """How many cells a full row has; reports may have more rows of totals than of data."""
    filled = counts.filter(counts > 0).sort()
    return float(filled[len(filled) * 9 // 10]) if len(filled) else 0.0


def _has_cells(column: Column) -> bool:
    return any(s is not None for s in (column.text, column.number, column.moment))


def _is_last(counts: pl.Series) -> pl.Series:
    last = int((counts > 0).arg_true()[-1])
    return pl.int_range(len(counts), eager=True) == last


def _strays(sheet: Sheet, start: int, counts: pl.Series) -> pl.Series:
    """Lone texts: headings of groups in the first column, and footnotes below the table."""
    width = sum(_has_cells(column) for column in sheet.columns)
    never = pl.repeat(False, len(counts), dtype=pl.Boolean, eager=True)
    if width < 3:
        return never
    lone = counts == 1
    leading = next(column for column in sheet.columns if _has_cells(column))
    in_first = never if leading.text is None else (leading.text[start:].is_not_null() & lone)
    solid = (counts > max(1, 0.34 * width)).arg_true()
    end = int(solid[-1]) if len(solid) else -1
    blank = (counts[end + 1 :] == 0).arg_true()
    gap = int(blank[0]) if len(blank) and end >= 0 else None
    place = pl.Series(range(len(counts)), dtype=pl.Int64)
    below = (place > end + 1 + gap) & (counts > 0) if gap is not None else never
    trailing = (place > end) & lone if end >= 0 else never
    texts = [column.text[start:].is_not_null() for column in sheet.columns if column.text is not None]
    some_text = (
        pl.DataFrame([t.alias(str(i)) for i, t in enumerate(texts)]).sum_horizontal() > 0 if texts else never
    )
    return (in_first | below | (trailing & some_text)) if end >= 0 else never
