"""What customers say at each stage of their journey: complaints and comments."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

import narwhals.stable.v2 as nw

from loyalty import limits
from loyalty.core import REST, Estimate, Table, by_group
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.queries import keep, rows
from loyalty.stats import RatioSums, design_effect, differ, share
from loyalty.views.answers import scale_of
from loyalty.views.matching import NEEDS, matched_answers, together
from loyalty.views.sampling import ratio_sums

DETRACTOR, MIDDLE = 6, 50  # Reichheld 2003; half way from the worst to the best of a scale
UNKNOWN, OTHERS = "unknown", "others"  # stage of answers that have none; what is left of too many stages


def voices_by_stage(data: Dataset, customers: nw.LazyFrame[Any]) -> tuple[tuple[Table, ...], float | None]:
    """Complaints and comments by stage, the stages in the order in which customers come to them.

    The stage of an answer is the one that the answers themselves name, or else the one that its customer had
    reached by the evening of the day. A complaint is a recommendation of 0 to 6, or, where only that was
    asked, a rating below the middle of its scale.

    Parameters
    ----------
    data
        Answers need a score, and a stage or both customer (or e-mail) and date.
    customers
        ``customer`` with the days ``first``, ``second`` and ``nth`` of the purchases that lead to the stages;
        null where there was none.

    Returns
    -------
    tables
        ``voices`` (stage, answers with a score, complaints, their share and its interval, comments) and
        ``comments``; none where they would be empty.
    p
        p-value of the hypothesis that complaints are equally frequent at all known stages; None with fewer
        than two.

    Notes
    -----
    The interval is Wilson's, widened by the design effect where customers answered more than once. Answers
    are matched with customers by :func:`loyalty.views.matching.matched_answers`.
    """
    complaint, placed = _complaint(data), _placed(data, customers)
    if complaint is None or (placed is None and not data.has("responses", "stage")):
        return (), None
    answers = _answers(data, placed, complaint)
    found = by_group(ratio_sums(answers.filter(~nw.col("x").is_null()), "stage"), lambda sums: sums.y)
    levels = {} if placed is None else _levels(placed)
    ordered = {stage: found[stage] for stage in sorted(found, key=lambda stage: levels.get(stage, math.inf))}
    shares = [_share(sums, OTHERS if stage == REST else stage) for stage, sums in ordered.items()]
    written = _comments(answers)
    tables = (_voice_table(shares, written), _comment_table(written))
    known = [estimate for estimate in shares if estimate.group not in (UNKNOWN, OTHERS)]
    return tuple(table for table in tables if table.rows), differ(known)


def _complaint(data: Dataset) -> nw.Expr | None:
    """1 for an answer that complains, 0 for another, null without a score; None where there are no scores."""
    scores = []
    if data.has("responses", "recommend"):
        scores.append(nw.col("recommend") <= DETRACTOR)
    if data.has("responses", "rating"):
        with suppress(LoyaltyError):  # nobody rated, or on no scale that is known
            scores.append(scale_of(data, "rating").points(nw.col("rating")) < MIDDLE)
    return nw.coalesce(*(score.cast(nw.Float64) for score in scores)) if scores else None


def _placed(data: Dataset, customers: nw.LazyFrame[Any]) -> nw.LazyFrame[Any] | None:
    """Answers with ``level``, how far their customer had come, and ``stage``; None where that is not known.

    The level is 0 before the first purchase, 1 after it, 2 after the second, 3 when loyal, and null where
    nobody is found.
    """
    if not data.has("responses", "day") or data.missing(*NEEDS):
        return None
    asked = [name for name in ("recommend", "rating", "comment", "stage") if data.has("responses", name)]
    days = customers.select("customer", "first", "second", "nth")
    answers, known = together(matched_answers(data).select("customer", "day", *asked), days)
    passed = [
        (nw.col(name) <= nw.col("day")).cast(nw.Int64).fill_null(0) for name in ("first", "second", "nth")
    ]
    level = nw.when(~nw.col("first").is_null(), ~nw.col("day").is_null()).then(nw.sum_horizontal(*passed))
    joined = answers.join(known, on="customer", how="left").with_columns(level=level)
    return keep(joined if "stage" in asked else joined.with_columns(stage=_stage(nw.col("level"))))


def _stage(level: nw.Expr) -> nw.Expr:
    named = nw.when(level == 0).then(nw.lit("before")).when(level == 1).then(nw.lit("first"))
    return named.when(level == 2).then(nw.lit("repeat")).when(level == 3).then(nw.lit("loyal"))


def _answers(data: Dataset, placed: nw.LazyFrame[Any] | None, complaint: nw.Expr) -> nw.LazyFrame[Any]:
    """``stage``, ``comment``, ``customer`` where known, and for sums ``x`` (1 for a complaint) and ``y``."""
    own = placed is None or data.has("responses", "stage")
    source = data.table("responses") if own or placed is None else placed
    customer = ["customer"] if "customer" in source.collect_schema().names() else []
    comment = nw.col("comment") if data.has("responses", "comment") else nw.lit(None, dtype=nw.String)
    stage = nw.coalesce(nw.col("stage"), nw.lit(UNKNOWN))
    return keep(source.select(*customer, stage=stage, comment=comment, x=complaint, y=nw.lit(1.0)))


def _levels(placed: nw.LazyFrame[Any]) -> dict[str, float]:
    """Stage to how far its customers had come on average."""
    known = placed.filter(~nw.col("level").is_null(), ~nw.col("stage").is_null())
    return {row["stage"]: row["level"] for row in rows(known.group_by("stage").agg(nw.col("level").mean()))}


def _share(sums: RatioSums, stage: str) -> Estimate:
    p = sums.x / sums.y
    return share(sums.x, sums.y, stage, design_effect(sums, p * (1 - p)))


def _comments(answers: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Comments with their stage, whether they complain, and how often they were given."""
    kind = nw.when(nw.col("x") == 1).then(nw.lit("complaint")).otherwise(nw.lit("comment"))
    written = answers.filter(~nw.col("comment").is_null()).with_columns(kind=kind)
    return keep(written.group_by("stage", "kind", "comment").agg(nw.len().alias("times")))


def _voice_table(shares: list[Estimate], written: nw.LazyFrame[Any]) -> Table:
    counted = written.group_by("stage").agg(nw.col("times").sum())
    comments = {row["stage"]: row["times"] for row in rows(counted)}
    comments[OTHERS] = sum(comments.values()) - sum(comments.get(e.group, 0) for e in shares)
    return Table(
        "voices",
        ("stage", "answers", "complaints", "share", "low", "high", "comments"),
        tuple(
            (e.group, e.n, round(e.value * e.n), e.value, e.low, e.high, comments.get(e.group, 0))
            for e in shares
        ),
    )


def _comment_table(written: nw.LazyFrame[Any]) -> Table:
    """Those of complaints first, of these the most frequent."""
    columns = ("stage", "kind", "comment", "times")
    ordered = written.sort("kind", "times", "stage", "comment", descending=[True, True, False, False])
    found = rows(ordered.head(limits.COMMENTS).select(*columns))
    return Table("comments", columns, tuple(tuple(row.values()) for row in found))
