"""Where the header of a table stands in its sheet, and what it calls the columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

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


def find(sheet: Sheet) -> tuple[int, int] | None:
    """First and last header row, counted from 0; None where the table has no header."""
    grid = top(sheet, limits.HEADER_ROWS_SEARCHED + LOOKED_BELOW)
    machine = _machine_row(grid)
    if machine is not None:
        return machine
    first = [row for row in range(min(len(grid), limits.HEADER_ROWS_SEARCHED)) if grid[row] not in grid[:row]]
    found = [(rated(grid, row), -row) for row in first]
    best, place = max(found, default=(0.0, 0))
    if best < 1:
        return None
    row = -place
    return (_upper(grid, row), _lower(grid, row))


def top(sheet: Sheet, rows: int, start: int = 0) -> list[list[str | float | datetime | None]]:
    """Rows of the sheet, the first unless said otherwise, cell by cell; None where there is nothing."""
    size = min(rows, sheet.height - start)
    columns = [_cells(column, start, size) for column in sheet.columns]
    return [list(row) for row in zip(*columns, strict=True)] if columns else []


def _cells(column: Column, start: int, size: int) -> list[Any]:
    parts = [
        s.slice(start, size).to_list() for s in (column.text, column.number, column.moment) if s is not None
    ]
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


def rated(grid: Sequence[Sequence[Any]], row: int) -> float:
    """How much a row looks like the header of what stands below it: 1 perhaps, 4 surely."""
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
