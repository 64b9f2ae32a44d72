"""Net Promoter Score: whether customers would recommend us."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import narwhals.stable.v2 as nw

from loyalty import limits
from loyalty.core import (
    Estimate,
    Metric,
    Need,
    Option,
    Result,
    Table,
    by_group,
    check_options,
    month_name,
    totals,
)
from loyalty.dataset import Dataset
from loyalty.queries import rows
from loyalty.sampling import ratio_sums
from loyalty.stats import design_effect, differ, last_change, net_share
from loyalty.texts import Message

# method -> names of the three groups with their scores, from the bottom
GROUPS: dict[str, dict[str, range]] = {
    "standard": {
        "detractors": range(7),
        "passives": range(7, 9),
        "promoters": range(9, 11),
    },  # Reichheld 2003
    "one_to_ten": {"dissatisfied": range(1, 6), "neutral": range(6, 9), "loyal": range(9, 11)},
}

FORMULAS = {
    "standard": r"100 \cdot \frac{⟨promoters⟩ - ⟨detractors⟩}{⟨answers⟩}",
    "one_to_ten": r"100 \cdot \left(\frac{⟨loyal⟩ + ⟨neutral⟩}{⟨answers⟩}"
    r" - \frac{⟨dissatisfied⟩}{⟨answers⟩}\right)",
}


def nps(data: Dataset, by: str | None = None, *, method: str = "standard") -> Result:
    """How far those who would recommend outnumber those who would not, from −100 to 100.

    Parameters
    ----------
    data
        Needs ``responses`` with ``recommend``; other values than whole numbers from 0 to 10 were left out
        when the data were read. Answers without a score do not count.
    by
        Column to break the score down by.
    method
        ``"standard"``: 100 · (promoters − detractors) / answers, with promoters 9–10, passives 7–8 and
        detractors 0–6. ``"one_to_ten"``: the variant with dissatisfied 1–5, neutral 6–8 and loyal 9–10,
        100 · ((loyal + neutral) − dissatisfied) / answers; a 0 is off its scale and not counted.

    Returns
    -------
    Result
        In points; ``n`` counts answers. Tables ``scores`` (answers by score), ``groups`` (the three groups
        by segment), ``methods`` (both methods side by side) and, where there are comments, ``comments``
        (each with its group, score and how often it was given).

    Raises
    ------
    LoyaltyError
        If there is no such column or not a single score.

    Notes
    -----
    The interval is the adjusted Wald interval. Where a customer answered more than once, the customer is
    the unit of sampling: the interval is widened by the design effect, and an answer without a customer
    stands for itself. Months and segments are compared as if they had different customers.

    References
    ----------
    Reichheld (2003), *The One Number You Need to Grow*, Harvard Business Review 81(12).
    Rocks (2016), *Interval estimation for the “Net Promoter Score”*, The American Statistician 70(4).

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"recommend": [10, 9, 8, 3]})
    >>> nps(Dataset.from_frames(responses=answers)).overall.value
    25.0
    """
    check_options({"method": (method, tuple(GROUPS))})
    data.require(*METRIC.needs)
    data.check_by("responses", by)
    answers = data.table("responses").filter(~nw.col("recommend").is_null())
    cells = _counts(answers, by, data.has("responses", "month"))
    scores = sum((count for _, _, count in cells), Counter[int]())
    if not _on_scale(scores, method):
        low, _, top = GROUPS[method].values()
        raise data.nothing("responses", "no_scores", low=low[0], high=top[-1], role=Message("role.recommend"))
    parts = _parts(scores, method)
    effect = _design_effect(answers, data, method, parts)
    cells = [cell for cell in cells if _on_scale(cell[2], method)]
    months = totals((month, count) for _, month, count in cells if month)
    segments = by_group(((name, count) for name, _, count in cells), Counter.total) if by else {}
    groups = tuple(_score(count, method, name, effect) for name, count in segments.items())
    trend = tuple(_score(count, method, month, effect) for month, count in months.items())
    overall = _score(scores, method, None, effect)
    return Result(
        metric="nps",
        overall=overall,
        unit="points",
        by=by,
        header=data.header("responses", by),
        groups=groups,
        groups_differ=differ(groups),
        trend=trend,
        change=last_change(trend),
        formula=FORMULAS[method],
        options={"method": method},
        numbers={**parts, "answers": overall.n},
        tables=(
            _score_table(scores, method),
            _group_table(segments, groups, method),
            _method_table(scores, effect),
            *_comments(answers, data, method),
        ),
    )


def _counts(
    answers: nw.LazyFrame[Any], by: str | None, dated: bool
) -> list[tuple[str | None, str | None, Counter[int]]]:
    """Answers by segment, month and score: all that the score is made of, in one query."""
    keys = {"score": "recommend"} | ({"group": by} if by else {}) | ({"month": "month"} if dated else {})
    cells = answers.select(**{key: nw.col(name) for key, name in keys.items()}).group_by(*keys)
    return [
        (
            row.get("group"),
            month_name(row["month"]) if row.get("month") is not None else None,
            Counter({int(row["score"]): row["answers"]}),
        )
        for row in rows(cells.agg(nw.len().alias("answers")))
    ]


def _on_scale(scores: Counter[int], method: str) -> int:
    return sum(_parts(scores, method).values())


def _parts(scores: Counter[int], method: str) -> dict[str, int]:
    return {name: sum(scores[score] for score in span) for name, span in GROUPS[method].items()}


def _score(scores: Counter[int], method: str, group: str | None, effect: float) -> Estimate:
    parts = _parts(scores, method)
    return net_share(*_ends(parts, method), sum(parts.values()), group, effect)


def _ends(parts: Mapping[str, int], method: str) -> tuple[int, int]:
    """Answers that count for and against."""
    low, middle, top = parts.values()
    return (top if method == "standard" else top + middle), low


def _design_effect(answers: nw.LazyFrame[Any], data: Dataset, method: str, parts: Mapping[str, int]) -> float:
    """How much the answers of one customer resemble each other; 1 where all answered once."""
    if not data.has("responses", "customer"):
        return 1.0
    low, middle, top = GROUPS[method].values()
    score = nw.col("recommend")
    sign = (
        nw.when(score >= top[0])
        .then(1.0)
        .when(score >= middle[0])
        .then(float(method != "standard"))
        .otherwise(-1.0)
    )
    on_scale = answers.filter(score >= low[0]).select("customer", x=sign, y=nw.lit(1.0))
    [(_, sums)] = ratio_sums(on_scale)
    plus, minus = _ends(parts, method)
    return design_effect(sums, (plus + minus) / sums.y - ((plus - minus) / sums.y) ** 2)


def _score_table(scores: Counter[int], method: str) -> Table:
    named = [(score, scores[score], name) for name, span in GROUPS[method].items() for score in span]
    return Table("scores", ("score", "answers", "group"), tuple(named))


def _group_table(segments: dict[str, Counter[int]], groups: tuple[Estimate, ...], method: str) -> Table:
    rows_ = tuple(
        (name, *_parts(count, method).values(), estimate.value, estimate.low, estimate.high)
        for (name, count), estimate in zip(segments.items(), groups, strict=True)
    )
    return Table("groups", ("group", *GROUPS[method], "value", "low", "high"), rows_)


def _method_table(scores: Counter[int], effect: float) -> Table:
    estimates = ((method, _score(scores, method, None, effect)) for method in GROUPS)
    return Table(
        "methods",
        ("method", "value", "low", "high", "answers"),
        tuple((method, e.value, e.low, e.high, e.n) for method, e in estimates),
    )


def _comments(answers: nw.LazyFrame[Any], data: Dataset, method: str) -> list[Table]:
    """Comments by group of the one who gave them, the most frequent first."""
    if not data.has("responses", "comment"):
        return []
    written = answers.filter(~nw.col("comment").is_null())
    counted = written.group_by("recommend", "comment").agg(nw.len().alias("times"))
    name_of = {score: name for name, span in GROUPS[method].items() for score in span}
    totals = Counter[str]()
    for row in rows(counted.group_by("recommend").agg(nw.col("times").sum())):
        totals[name_of.get(int(row["recommend"]), "")] += row["times"]
    first = rows(
        counted.sort("times", "recommend", "comment", descending=[True, False, False]).head(limits.COMMENTS)
    )
    listed = (
        (name_of[int(row["recommend"])], int(row["recommend"]), row["comment"], row["times"])
        for row in first
        if int(row["recommend"]) in name_of
    )
    return [
        Table(
            "comment_counts", ("group", "comments"), tuple((name, totals[name]) for name in GROUPS[method])
        ),
        Table("comments", ("group", "score", "comment", "times"), tuple(listed)),
    ]


METRIC = Metric(
    id="nps",
    needs=(Need("responses", ("recommend",)),),
    unit="points",
    formula=FORMULAS["standard"],
    compute=nps,
    better="higher",
    options=(Option("method", tuple(GROUPS), "standard"),),
    references=(
        "Reichheld (2003), The One Number You Need to Grow, Harvard Business Review 81(12)",
        "Rocks (2016), Interval estimation for the “Net Promoter Score”, The American Statistician 70(4)",
    ),
)
