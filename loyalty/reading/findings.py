"""What is noted and left out on the way from cells to tables, with the place in the user's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from loyalty import limits
from loyalty.errors import Note, Where
from loyalty.reading.plans import Plan
from loyalty.reading.sheets import Workbook
from loyalty.reading.values import take, texts
from loyalty.texts import Message

VALUE_CHARACTERS = 80  # shown of a cell
PLACE = ("file", "sheet", "row", "reason")


@dataclass(slots=True, eq=False)
class Findings:
    """A ledger: every step of reading writes into it what it repaired, left out or saw.

    Frames that come here have the columns ``_sheet`` and ``_row``, the place of each row in the workbook.

    Parameters
    ----------
    workbook, plans
        What is being read, and how.
    scales
        Question to the scale it was answered on, from worst to best.
    """

    workbook: Workbook
    plans: Sequence[Plan]
    notes: list[Note] = field(default_factory=list)
    rows: list[pl.DataFrame] = field(default_factory=list)
    scales: dict[str, str] = field(default_factory=dict)

    def note(self, kind: str, id: str, frame: pl.DataFrame, column: str | None = None, **holes: Any) -> None:
        """Note something about rows; nothing where there are none."""
        if not frame.height:
            return
        value = holes.pop("value", None)
        value = value if value is None or len(value) <= VALUE_CHARACTERS else f"{value[:VALUE_CHARACTERS]}…"
        message = Message(f"note.{id}", {"count": frame.height, **holes})
        self.notes.append(Note(kind, message, frame.height, self.where(frame, column, value)))

    def where(self, frame: pl.DataFrame, column: str | None = None, value: str | None = None) -> Where:
        """The file, the sheet and the first rows as the spreadsheet program counts them."""
        place = int(frame["_sheet"][0])
        first = frame.filter(pl.col("_sheet") == place)["_row"].head(limits.EXAMPLE_ROWS)
        sheet = self.workbook.sheets[place]
        rows = tuple(int(row) + sheet.first_row for row in first)
        several_files = len({s.file for s in self.workbook.sheets}) > 1
        several_sheets = len({s.name for s in self.workbook.sheets if s.file == sheet.file}) > 1
        return Where(
            sheet.file if several_files else None, sheet.name if several_sheets else None, column, rows, value
        )

    def leave_out(
        self, frame: pl.DataFrame, gone: pl.Series, reason: str, column: str | None = None, **holes: Any
    ) -> pl.DataFrame:
        """The frame without some rows, which are kept with the reason."""
        gone = gone.fill_null(False)
        if not gone.any():
            return frame
        self.record(frame.filter(gone), reason, column, **holes)
        return frame.filter(~gone)

    def record(self, lost: pl.DataFrame, reason: str, column: str | None = None, **holes: Any) -> None:
        """Keep rows, or rows with a lost value, with the reason."""
        self.note("left_out", reason, lost, column, **holes)
        self.rows.append(lost.select("_sheet", "_row", pl.lit(f"reason.{reason}").alias("reason")))

    def left_out(self) -> pl.DataFrame:
        """All rows that were left out: place, reason and the original cells as text."""
        nothing = pl.DataFrame(
            schema={"file": pl.String, "sheet": pl.String, "row": pl.Int64, "reason": pl.String}
        )
        if not self.rows:
            return nothing
        every = pl.concat(self.rows).unique(["_sheet", "_row"], keep="first", maintain_order=True)
        parts = [
            self._cells(place, part)
            for (place,), part in every.sort("_sheet", "_row").group_by("_sheet", maintain_order=True)
        ]
        return pl.concat([nothing, *parts], how="diagonal")

    def _cells(self, place: Any, part: pl.DataFrame) -> pl.DataFrame:
        sheet = self.workbook.sheets[place]
        plan = next(plan for plan in self.plans if plan.sheet == place)
        found = part.select(
            pl.lit(sheet.file).alias("file"),
            pl.lit(sheet.name).alias("sheet"),
            (pl.col("_row").cast(pl.Int64) + sheet.first_row).alias("row"),
            "reason",
        )
        cells: Mapping[str, pl.Series] = {
            f"{header} " if header in PLACE else header: texts(take(column, part["_row"]))
            for header, column in zip(plan.headers, sheet.columns, strict=False)
        }
        filled = [series.alias(header) for header, series in cells.items() if len(series)]
        return found.with_columns(filled)
