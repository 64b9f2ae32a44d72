"""From rows of a trial to observations: who got what, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from loyalty.reading.copies import without_copies
from loyalty.reading.findings import Findings


def trials(
    frame: pl.DataFrame, headers: dict[str, str], copies: Mapping[int, str], findings: Findings
) -> pl.DataFrame:
    """Observations ready to be compared (parameters as for :func:`loyalty.reading.orders.orders`).

    A row without a group, or with nothing that could be compared, is left out. A row without the outcome
    stays where it has another measure: the user may compare that one.
    """
    frame = without_copies(frame, "trials", copies, findings)
    if "group" in frame.columns:
        frame = findings.leave_out(frame, frame["group"].is_null(), "no_group", headers["group"])
    measured = [name for name, dtype in frame.schema.items() if dtype == pl.Float64]
    if measured:
        nothing = frame.select(pl.all_horizontal(pl.col(name).is_null() for name in measured)).to_series()
        frame = findings.leave_out(frame, nothing, "no_outcome")
    if "outcome" in frame.columns:
        without = frame.filter(pl.col("outcome").is_null())
        findings.note("seen", "without_outcome", without, headers["outcome"])
    return frame
