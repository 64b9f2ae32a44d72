"""Net Promoter Score: whether customers would recommend us."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import narwhals.stable.v2 as nw

from loyalty.core import (
    Estimate,
    Metric,
    Need,
    Option,
    Result,
    Table,
    by_group,
    check_options,
    totals,
)
from loyalty.dataset import Dataset
from loyalty.stats import design_effect, differ, last_change, net_share
from loyalty.texts import Message
from loyalty.views.answers import comments, counted
from loyalty.views.sampling import ratio_sums

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
    cells = counted(answers, "recommend", by, data.has("responses", "month"))
    scores = sum((count for _, _, count in cells), Counter[float]())
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
            *comments(answers, "recommend", tuple(GROUPS[method]), _groups_of(method).get),
        ),
    )


def _on_scale(scores: Counter[float], method: str) -> int:
    return sum(_parts(scores, method).values())


def _parts(scores: Counter[float], method: str) -> dict[str, int]:
    return {name: sum(scores[score] for score in span) for name, span in GROUPS[method].items()}


def _score(scores: Counter[float], method: str, group: str | None, effect: float) -> Estimate:
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


def _score_table(scores: Counter[float], method: str) -> Table:
    named = [(score, scores[score], name) for name, span in GROUPS[method].items() for score in span]
    return Table("scores", ("score", "answers", "group"), tuple(named))


def _group_table(segments: dict[str, Counter[float]], groups: tuple[Estimate, ...], method: str) -> Table:
    rows_ = tuple(
        (name, *_parts(count, method).values(), estimate.value, estimate.low, estimate.high)
        for (name, count), estimate in zip(segments.items(), groups, strict=True)
    )
    return Table("groups", ("group", *GROUPS[method], "value", "low", "high"), rows_)


def _method_table(scores: Counter[float], effect: float) -> Table:
    estimates = ((method, _score(scores, method, None, effect)) for method in GROUPS)
    return Table(
        "methods",
        ("method", "value", "low", "high", "answers"),
        tuple((method, e.value, e.low, e.high, e.n) for method, e in estimates),
    )


def _groups_of(method: str) -> dict[float, str]:
    """Every score and its group."""
    return {score: name for name, span in GROUPS[method].items() for score in span}


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
