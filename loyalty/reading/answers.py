"""From rows of a survey to answers on a known scale; and rows of visits."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from loyalty.answer_scales import AnswerScale, best_low_end, find
from loyalty.columns import ROLES, SENT_OFF
from loyalty.errors import LoyaltyError
from loyalty.reading.copies import without_copies
from loyalty.reading.findings import Findings
from loyalty.synonyms import plain

SCORES = ("recommend", "recommend_scaled", "rating", "again", "other")
UNFINISHED = (
    r"preview|^survey test$|^test|incomplete|partial|unfinished|in progress|not ?started"
    r"|未完成|部分|预览|не заверш"
)


def responses(
    frame: pl.DataFrame, headers: dict[str, str], copies: Mapping[int, str], findings: Findings
) -> pl.DataFrame:
    """Answers ready to be counted (parameters as for :func:`loyalty.reading.orders.orders`)."""
    frame = without_copies(frame, "responses", copies, findings)
    frame = _finished(frame, headers, findings).with_columns(_beyond=pl.lit(False))
    for role in SCORES:
        if role in frame.columns:
            frame = _turned(frame, role, headers[role], findings)
            frame = _on_scale(frame, role, headers[role], findings)
    if "recommend_scaled" in frame.columns:
        asked = frame.filter(pl.col("recommend_scaled").is_not_null())
        findings.note("seen", "recommend_scaled", asked, headers["recommend_scaled"])
    return _answered(frame, findings)


def visits(
    frame: pl.DataFrame, headers: dict[str, str], copies: Mapping[int, str], findings: Findings
) -> pl.DataFrame:
    """Visits ready to be counted: rows without a readable time are left out."""
    frame = without_copies(frame, "visits", copies, findings)
    if "time" in frame.columns:
        frame = findings.leave_out(
            frame, frame["_unread_time"] & frame["time"].is_null(), "unread_date", headers["time"]
        )
        frame = findings.leave_out(frame, frame["time"].is_null(), "no_date", headers["time"])
    return frame


def _finished(frame: pl.DataFrame, headers: dict[str, str], findings: Findings) -> pl.DataFrame:
    """Leave out previews and answers that were never sent off."""
    if "finished" in frame.columns:
        frame = findings.leave_out(frame, ~frame["finished"], "unfinished", headers["finished"])
    if "status" in frame.columns:
        words = frame["status"].str.to_lowercase()
        frame = findings.leave_out(frame, words.str.contains(UNFINISHED), "unfinished", headers["status"])
    if "date" in frame.columns and plain(headers["date"]) in SENT_OFF:
        frame = findings.leave_out(frame, frame["date"].is_null(), "unfinished", headers["date"])
    return frame


def _scale(role: str, header: str, values: pl.Series, findings: Findings) -> AnswerScale | None:
    """0 to 10 for the recommendation, else as the words of the answers, the question or the values say."""
    declared = ROLES["responses"][role]
    if declared.low is not None and declared.high is not None:
        return AnswerScale(declared.low, declared.high)
    if role in findings.scales:
        return AnswerScale.of(findings.scales[role])
    return find(header, dict(values.drop_nulls().value_counts().iter_rows()))


def _turned(frame: pl.DataFrame, role: str, header: str, findings: Findings) -> pl.DataFrame:
    """Answers turned round where the question says that its low end is the best: 0 = very likely."""
    low = best_low_end(header) if role == "recommend" else None
    if low is None:
        return frame
    answered = frame.filter(pl.col(role).is_not_null())
    findings.note("repaired", "scale_reversed", answered, header, low=f"{low:g}")
    return frame.with_columns((10 + low - pl.col(role)).alias(role))


def _on_scale(frame: pl.DataFrame, role: str, header: str, findings: Findings) -> pl.DataFrame:
    """Take back answers beyond the scale.

    Raises
    ------
    LoyaltyError
        ``not_on_scale`` if most of them are.
    """
    scale = _scale(role, header, frame[role], findings)
    if scale is None:
        return frame
    findings.scales[role] = str(scale)
    low, high = scale.low, scale.high
    beyond = (~frame[role].is_between(low, high)).fill_null(False)
    if not beyond.any():
        return frame
    lost = frame.filter(beyond)
    first = f"{lost[role][0]:g}"
    if lost.height > 0.5 * frame[role].count():
        answers = {
            "outside": lost.height,
            "answers": frame[role].count(),
            "low": f"{low:g}",
            "high": f"{high:g}",
        }
        raise LoyaltyError("not_on_scale", findings.where(lost, header, first), column=header, **answers)
    findings.record(lost, "out_of_range", header, low=f"{low:g}", high=f"{high:g}", value=first)
    taken_back = pl.when(beyond).then(None).otherwise(pl.col(role)).alias(role)
    return frame.with_columns(taken_back, _beyond=pl.col("_beyond") | beyond)


def _answered(frame: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Leave out rows that answer nothing."""
    asked = [role for role in (*SCORES, "comment") if role in frame.columns]
    if not asked:
        return frame
    nothing = frame.select(pl.all_horizontal(pl.col(role).is_null() for role in asked)).to_series()
    frame = frame.with_columns(_nothing=nothing)
    frame = findings.leave_out(frame, frame["_nothing"] & ~frame["_beyond"], "no_answer")
    return frame.filter(~pl.col("_nothing"))  # the others are recorded as beyond the scale
