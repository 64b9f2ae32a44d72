"""Exact copies of a row: certain where the row carries an id of its own, possible where it does not."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from loyalty.reading.findings import Findings

UNIQUE = {"orders": ("line", "order"), "responses": ("response",), "visits": (), "trials": ()}
NEARLY = 0.99  # an id column may have a few slips and still be meant to be unique


def without_copies(
    frame: pl.DataFrame, table: str, how: Mapping[int, str], findings: Findings
) -> pl.DataFrame:
    """Leave out exact copies, or only note rows that look alike.

    Parameters
    ----------
    frame
        With ``_copy``, a hash of the whole original row.
    table
        Decides which ids are meant to be unique.
    how
        Index of the sheet to ``"auto"``, ``"keep"`` or ``"drop"``.
    findings
        Gets the note.
    """
    chosen = frame["_sheet"].replace_strict(dict(how), return_dtype=pl.String)
    again = frame.select(~pl.col("_copy").is_first_distinct()).to_series() & (chosen != "keep")
    if not again.any():
        return frame
    doubtful = again & (chosen == "auto") & ~_certain(frame, again, table)
    findings.note("seen", "look_alike", frame.filter(doubtful))
    return findings.leave_out(frame, again & ~doubtful, "copies")


def _certain(frame: pl.DataFrame, again: pl.Series, table: str) -> pl.Series:
    """Rows that carry what no two real rows share."""
    never = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
    first = frame.filter(~again)
    for role in UNIQUE[table]:
        if role in frame.columns:
            known = first[role].drop_nulls()
            if len(known) and known.n_unique() >= NEARLY * len(known):
                return frame[role].is_not_null()
    if table == "responses" and {"customer", "date"} <= set(frame.columns):
        return frame["customer"].is_not_null() & frame["date"].is_not_null()
    return never
