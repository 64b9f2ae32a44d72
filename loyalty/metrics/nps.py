"""Net Promoter Score: would customers recommend us?"""

from __future__ import annotations

from collections import Counter
from typing import Any

import narwhals.stable.v2 as nw

from loyalty import limits
from loyalty.core import Estimate, Metric, Need, Option, Result, Table, by_group, check_options, month_name, rows, totals
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.stats import RatioSums, design_effect, differ, last_change, net_share

# method -> names of the three groups with their scores, from the bottom
GROUPS: dict[str, dict[str, range]] = {
    "standard": {"detractors": range(7), "passives": range(7, 9), "promoters": range(9, 11)},  # Reichheld 2003
    "one_to_ten": {"dissatisfied": range(1, 6), "neutral": range(6, 9), "loyal": range(9, 11)},
}

FORMULAS = {
    "standard": r"100 \cdot \frac{⟨promoters⟩ - ⟨detractors⟩}{⟨answers⟩}",
    "one_to_ten": r"100 \cdot \left(\frac{⟨loyal⟩ + ⟨neutral⟩}{⟨answers⟩} - \frac{⟨dissatisfied⟩}{⟨answers⟩}\right)",
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
    the unit of sampling: the interval is widened by the design effect. Months and segments are compared
    as if their answers were independent.

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
    check_options("nps", {"method": (method, tuple(GROUPS))})
    data.require("nps", METRIC.need)
    data.check_by("nps", "responses", by)
    answers = data.table("responses").filter(~nw.col("recommend").is_null())
    cells = _counts(answers, [name for name in (by, "month") if name and data.has("responses", name)])
    scores = sum((count for _, _, count in cells), Counter[int]())
    if not _on_scale(scores, method):
        raise LoyaltyError("no_scores", metric="nps")
    effect = _design_effect(answers, data, method)
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
        groups=groups,
        groups_differ=differ(groups),
        trend=trend,
        change=last_change(trend),
        formula=FORMULAS[method],
        options={"method": method},
        numbers={**_parts(scores, method), "answers": overall.n},
        tables=(
            _score_table(scores, method),
            _group_table(segments, groups, method),
            _method_table(scores, effect),
            *_comments(answers, data, method),
        ),
    )


def _counts(answers: nw.LazyFrame[Any], keys: list[str]) -> list[tuple[str | None, str | None, Counter[int]]]:
    """Answers by score, segment and month: all that the score is made of, in one query."""
    found = rows(answers.group_by("recommend", *keys).agg(nw.len().alias("answers")))
    return [
        (
            row[keys[0]] if keys and keys[0] != "month" else None,
            month_name(row["month"]) if row.get("month") is not None else None,
            Counter({int(row["recommend"]): row["answers"]}),
        )
        for row in found
    ]


def _on_scale(scores: Counter[int], method: str) -> int:
    return sum(_parts(scores, method).values())


def _parts(scores: Counter[int], method: str) -> dict[str, int]:
    return {name: sum(scores[score] for score in span) for name, span in GROUPS[method].items()}


def _score(scores: Counter[int], method: str, group: str | None, effect: float) -> Estimate:
    low, middle, top = _parts(scores, method).values()
    plus = top if method == "standard" else top + middle
    return net_share(plus, low, low + middle + top, group, effect)


def _design_effect(answers: nw.LazyFrame[Any], data: Dataset, method: str) -> float:
    """How much the answers of one customer resemble each other; 1 where all answered once."""
    if not data.has("responses", "customer"):
        return 1.0
    low, middle, top = GROUPS[method].values()
    score = nw.col("recommend")
    sign = (
        nw.when(score >= top[0]).then(1.0).when(score >= middle[0]).then(float(method != "standard"))
    ).otherwise(-1.0)
    known = answers.filter(~nw.col("customer").is_null(), score >= low[0]).with_columns(x=sign, y=nw.lit(1.0))
    per_customer = known.group_by("customer").agg(nw.col("x").sum(), nw.col("y").sum())
    products = per_customer.with_columns(
        xx=nw.col("x") * nw.col("x"), yy=nw.col("y") * nw.col("y"), xy=nw.col("x") * nw.col("y")
    )
    [row] = rows(
        products.select(
            nw.len().alias("units"), *(nw.col(name).sum() for name in ("x", "y", "xx", "yy", "xy"))
        )
    )
    if not row["units"]:
        return 1.0
    sums = RatioSums(**row)
    [spread] = rows(known.select((nw.col("x") * nw.col("x")).sum().alias("squares")))
    mean = sums.x / sums.y
    return design_effect(sums, spread["squares"] / sums.y - mean**2)


def _score_table(scores: Counter[int], method: str) -> Table:
    named = [
        (score, scores[score], name) for name, span in GROUPS[method].items() for score in span
    ]
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
        Table("comment_counts", ("group", "comments"), tuple((name, totals[name]) for name in GROUPS[method])),
        Table("comments", ("group", "score", "comment", "times"), tuple(listed)),
    ]


METRIC = Metric(
    id="nps",
    need=Need("responses", ("recommend",)),
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
