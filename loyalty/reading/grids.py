"""From rows, or from the parser's frames, to the columns of a sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from loyalty import limits
from loyalty.errors import LoyaltyError
from loyalty.reading.parser import Cells, Refusal
from loyalty.reading.sheets import Column

if TYPE_CHECKING:
    import polars as pl

LIMITS = {
    "rows": limits.ROWS,
    "columns": limits.COLUMNS,
    "cells": limits.CELLS,
    "characters": limits.ALL_CHARACTERS,
    "longest": limits.CELL_CHARACTERS,
}
KINDS = {"t": "text", "n": "number", "m": "moment"}


def grid(rows: Iterable[Sequence[Any]]) -> tuple[pl.DataFrame, int]:
    """A frame of columns named by position and kind, and how many cells were cut.

    Raises
    ------
    LoyaltyError
        ``too_many_rows``, ``too_many_columns``, ``too_many_cells`` or ``too_much_text``.
    """
    cells = Cells(**LIMITS)
    try:
        return cells.frame(rows), cells.cut
    except Refusal as refusal:
        raise LoyaltyError(refusal.reason, **refusal.holes) from None


def columns_of(frame: pl.DataFrame) -> tuple[Column, ...]:
    """Columns from a frame whose columns are named by position and kind (``"0t"``, ``"0n"``, ``"0m"``).

    Blank columns at the right are dropped, those between others stay.
    """
    found: dict[int, dict[str, pl.Series]] = {}
    for name in frame.columns:
        if name != "row" and frame[name].null_count() < frame.height:
            found.setdefault(int(name[:-1]), {})[KINDS[name[-1]]] = frame[name].alias("")
    return tuple(Column(**found.get(index, {})) for index in range(max(found, default=-1) + 1))
