"""What columns look like, from a sample of their rows: the ground on which headers are believed."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

import polars as pl

from loyalty import limits
from loyalty.facts import Facts
from loyalty.reading import dates, numbers, values
from loyalty.reading.sheets import Column
from loyalty.reading.wording import wording

SAMPLE = 300  # rows looked at
WINDOW = 20_000  # first rows that show whether values come again
RARE = 0.03  # share of a column's numbers at either end that do not count for its range

_NUMBER = re.compile(numbers.NUMBER)
_SCORES = tuple(map(re.compile, (numbers.SCORE_FIRST, numbers.SCORE_LAST)))
_DATES = tuple(map(re.compile, (*dates.PATTERNS, dates.EITHER)))
_DURATION = re.compile(
    r"^\d+(:\d\d){1,2}$|^(?:\d+(?:[.,]\d+)?\s*(?:h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?|小时|时|分钟?|秒钟?|ч|мин|сек)\.?\s*)+$",
    re.I,
)
_EMAIL = re.compile(r"\S+@\S+\.\S+")


def sample(rows: pl.Series) -> pl.Series:
    """Some of the rows, evenly spread."""
    if len(rows) <= SAMPLE:
        return rows
    return rows.gather(pl.int_range(0, SAMPLE, eager=True) * (len(rows) - 1) // (SAMPLE - 1))


def facts(column: Column, rows: pl.Series) -> Facts:
    """Facts of a column over some of its rows."""
    named = Counter(cell for cell in _cells(column, rows) if not _is_blank(cell, values.NO_CATEGORY))
    cells = {cell: count for cell, count in named.items() if not _is_blank(cell, values.BLANK_WORDS)}
    filled = sum(cells.values())
    if not filled:
        return Facts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, math.nan, math.nan, 0, 0)
    found = sorted(n for cell, count in cells.items() for n in [number_of(cell)] * count if n is not None)
    edge = int(RARE * len(found))
    texts = [len(cell) for cell in cells if isinstance(cell, str)]

    def share(is_one: Any) -> float:
        return sum(count for cell, count in cells.items() if is_one(cell)) / filled

    return Facts(
        cells=filled,
        filled=filled / len(rows),
        distinct=_distinct(column),
        values=len({_folded(cell) for cell in named}),
        numbers=len(found) / filled,
        dates=share(is_date),
        yes_no=share(lambda cell: str(cell).lower() in values.TRUTH),
        durations=share(lambda cell: isinstance(cell, str) and _DURATION.match(cell)),
        emails=share(lambda cell: isinstance(cell, str) and _EMAIL.fullmatch(cell)),
        whole=sum(n == round(n) for n in found) / len(found) if found else 0.0,
        low=found[edge] if found else math.nan,
        high=found[len(found) - 1 - edge] if found else math.nan,
        letters=sum(texts) / len(texts) if texts else 0.0,
        clock=share(_has_clock),
        words=_in_words(cells) / filled,
    )


def _in_words(cells: Mapping[Any, int]) -> int:
    """How many cells are answers in words."""
    counts = {cell: count for cell, count in cells.items() if isinstance(cell, str)}
    found = wording(counts) if len(counts) <= limits.GROUPING_VALUES else None
    return sum(counts[word] for word in found.steps) if found else 0


def _has_clock(cell: Any) -> bool:
    if isinstance(cell, datetime):
        return cell.time() != time()
    return bool(isinstance(cell, str) and re.search(r"\d[:时点]\d", cell) and "00:00:00" not in cell)


def _distinct(column: Column) -> float:
    """Distinct / filled cells in the first rows: an even sample would miss what comes again."""
    parts = [
        s.head(WINDOW).drop_nulls() for s in (column.text, column.number, column.moment) if s is not None
    ]
    return sum(part.n_unique() for part in parts) / max(sum(map(len, parts)), 1)


def _cells(column: Column, rows: pl.Series) -> list[Any]:
    found: list[Any] = []
    for series in (column.text, column.number, column.moment):
        if series is not None:
            found += series.gather(rows).drop_nulls().to_list()
    return [_bare(cell) if isinstance(cell, str) else cell for cell in found]


def _bare(text: str) -> str:
    text = text.strip(values.EDGES)
    if text.startswith('="') and text.endswith('"'):
        return text[2:-1].strip(values.EDGES)
    return text.removeprefix("'")


def _folded(cell: Any) -> Any:
    return " ".join(cell.casefold().split()) if isinstance(cell, str) else cell


def _is_blank(cell: Any, words: tuple[str, ...]) -> bool:
    return isinstance(cell, str) and (not cell or cell.lower() in words)


def number_of(cell: Any) -> float | None:
    """A cell as a number, as far as that can be said without its column."""
    if not isinstance(cell, str):
        return cell if isinstance(cell, float) else None
    try:
        found = float(cell)
    except ValueError:
        return _written(cell)
    return found if math.isfinite(found) else None


def _written(text: str) -> float | None:
    if place := _NUMBER.match(text):
        digits = re.sub(r"['’\s]", "", place["digits"])
        comma = digits.rfind(",") > digits.rfind(".") and not re.search(r",\d{3}$", digits)
        digits = digits.replace(".", "").replace(",", ".") if comma else digits.replace(",", "")
        negative = "-" in text or "−" in text or text.startswith("(")
        try:
            return -float(digits) if negative else float(digits)
        except ValueError:
            return None
    if "★" in text or "⭐" in text:
        return float(text.count("★") + text.count("⭐"))
    spoken = next((found for pattern in _SCORES if (found := pattern.search(text))), None)
    return float(spoken[1].replace(",", ".")) if spoken and len(text) < 60 else None


def is_date(cell: Any) -> bool:
    """Whether a cell is, or reads like, a date."""
    if isinstance(cell, datetime):
        return True
    if isinstance(cell, float):
        return any(low <= cell <= high for low, high in (dates.SERIALS, dates.COMPACT, dates.STAMPS))
    for pattern in _DATES:
        if place := pattern.match(cell):
            parts = place.groupdict()
            return "mon" not in parts or parts["mon"].lower() in dates.MONTHS
    return bool(re.fullmatch(r"[2-7]\d{4}(?:\.\d+)?", cell))
