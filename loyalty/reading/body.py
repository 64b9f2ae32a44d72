"""Which rows of a sheet are data: without totals, repeated headers, headings, footnotes, second tables."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from loyalty.reading.layout import LOOKED_BELOW, rated, top
from loyalty.reading.sheets import Column, Sheet
from loyalty.reading.values import EDGES

SURE = 3.5  # rating of a row that is the header of another table
GAPS = 100  # blank rows looked at for another table below


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


def body(sheet: Sheet, header: tuple[int, int] | None) -> Body:
    """The data rows below the header, and which rows there are none and why."""
    start = header[1] + 1 if header else 0
    counts = _filled_cells(sheet, start)
    if not (counts > 0).any():
        return Body(pl.Series([], dtype=pl.UInt32))
    kinds = {
        "second_table": _second_table(sheet, header, start, counts),
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


def _second_table(sheet: Sheet, header: tuple[int, int] | None, start: int, counts: pl.Series) -> pl.Series:
    """Everything from the header of another table on, which begins below a blank row."""
    never = pl.repeat(False, len(counts), dtype=pl.Boolean, eager=True)
    if header is None:
        return never
    own = {cell for cell in top(sheet, 1, header[1])[0] if cell is not None}
    begins = ((counts > 1) & (counts.shift(1) == 0)).fill_null(False).arg_true()
    for row in begins.head(GAPS):
        grid = top(sheet, LOOKED_BELOW + 1, start + row)
        names = {cell for cell in grid[0] if cell is not None}
        if all(isinstance(cell, str) for cell in names) and not names & own and rated(grid, 0) >= SURE:
            return pl.int_range(len(counts), eager=True) >= row
    return never


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
