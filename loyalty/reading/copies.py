"""Exact copies of a row: certain where the row carries an id of its own, possible where it does not."""

from __future__ import annotations

import polars as pl

from loyalty.reading.findings import Findings

UNIQUE = {"orders": ("line", "order"), "responses": ("response",), "visits": ()}
NEARLY = 0.99  # an id column may have a few slips and still be meant to be unique


def without_copies(frame: pl.DataFrame, table: str, how: str, findings: Findings) -> pl.DataFrame:
    """Leave out exact copies, or only note rows that look alike.

    Parameters
    ----------
    frame
        With ``_copy``, a hash of the whole original row.
    table
        Decides which ids are meant to be unique.
    how
        ``"auto"``, ``"keep"`` or ``"drop"``.
    findings
        Gets the note.
    """
    if not frame.height or how == "keep":
        return frame
    again = frame.select(~pl.col("_copy").is_first_distinct()).to_series()
    if not again.any():
        return frame
    if how == "auto":
        certain = _certain(frame, again, table)
        findings.note("seen", "look_alike", frame.filter(again & ~certain))
        again &= certain
    return findings.leave_out(frame, again, "copies")


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
