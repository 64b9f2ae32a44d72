"""Service rating: how satisfied customers say they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import floor
from typing import Any

import narwhals.stable.v2 as nw

from loyalty.answer_scales import AnswerScale
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
from loyalty.stats import RatioSums, design_effect, differ, last_change, mean_within, share
from loyalty.texts import Message
from loyalty.views.answers import comments, counted, plain, scale_of
from loyalty.views.sampling import ratio_sums, several_sums

GOOD, MIDDLE = 75, 50  # of 100 points: 4 and 3 of 5
SCORES = 21  # different answers told apart: the half points from 0 to 10
LEVELS = ("dissatisfied", "neutral", "satisfied")
SCALES = ("1-5", "1-7", "0-10", "1-10", "0-100", "5-1")
FORMULAS = {
    "top_two": r"\frac{⟨top⟩}{⟨answers⟩}",
    "mean": r"\frac{⟨total⟩}{⟨answers⟩}",
}
UNITS = {
    **dict.fromkeys(("mean", "mean_low", "mean_high"), "stars"),
    **dict.fromkeys(("share_low", "share_high"), "share"),
    "total": "number",
}


def satisfaction(
    data: Dataset, by: str | None = None, *, measure: str = "top_two", scale: str | None = None
) -> Result:
    """How many customers give one of the two highest marks, or the mark they give on average.

    Parameters
    ----------
    data
        Needs ``responses`` with ``rating``. Answers that are blank or off the scale do not count.
    by
        Column to break the rating down by.
    measure
        ``"top_two"``: the share of the two highest points of the scale, 4 and 5 of 5 (of a scale with more
        than eleven points the highest fifth, from 80 of 100). ``"mean"``: the mean answer.
    scale
        The scale from the worst answer to the best: ``"1-5"``, ``"1-7"``, ``"0-10"``, ``"1-10"``,
        ``"0-100"``, ``"5-1"`` (1 is best), or any other two ends. None takes the one that the header names,
        or else the smallest of these that holds the answers.

    Returns
    -------
    Result
        A share, or stars; ``n`` counts answers, and the options name the scale in force. On a scale whose
        low end is best the mean is that of the answers turned round, so that more is better. Tables
        ``scores`` (answers by score, from the worst), ``levels`` (shares of low, middle and the two highest
        answers), ``groups`` (the same by segment) and, where there are comments, ``comments``. Among the
        numbers, ``good`` counts answers from 75 of 100 points (4 of 5) and ``low`` those below the middle (1
        and 2 of 5).

    Raises
    ------
    LoyaltyError
        If there is no such column, not a single answer on the scale, or no known scale holds the answers.

    Notes
    -----
    The intervals of shares are Wilson's, widened by the design effect where customers answered more than
    once: the customer is the unit of sampling, and an answer without a customer stands for itself. That of
    the mean is by customer (delta method, Student's t), cut off at the ends of the scale. Months and
    segments are compared as if they had different customers.

    References
    ----------
    Wilson (1927), *Probable inference, the law of succession, and statistical inference*.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = Dataset.from_frames(responses=pd.DataFrame({"rating": [5, 4, 4, 2]}))
    >>> satisfaction(answers).overall.value, satisfaction(answers, measure="mean").overall.value
    (0.75, 3.75)
    """
    check_options({"measure": (measure, tuple(FORMULAS))})
    data.require(*METRIC.needs)
    data.check_by("responses", by)
    asked = _scale(data, scale)
    answers = data.table("responses").filter(~nw.col("rating").is_null())
    given = counted(answers, "rating", by, data.has("responses", "month"))
    cells = [(name, month, kept) for name, month, each in given if (kept := _on_scale(each, asked))]
    counts = sum((count for _, _, count in cells), Counter[float]())
    if not counts:
        ends = {"low": f"{asked.low:g}", "high": f"{asked.high:g}"}
        raise data.nothing("responses", "no_scores", **ends, role=Message("role.rating"))
    rated = _rated(data, answers, asked, by)
    [(_, sums)] = several_sums(rated, {name: (name, "y") for name in ("x", *LEVELS)})
    mean, effect = mean_within(sums["x"], asked.low, asked.high), _effect(sums["satisfied"])
    segments = by_group(((name, count) for name, _, count in cells), Counter.total) if by else {}
    if measure == "mean":
        overall = mean
        groups = _means(by_group(ratio_sums(rated, "group"), lambda each: each.y), asked) if by else ()
        months = ratio_sums(rated, "month") if data.has("responses", "month") else []
        trend = _means(totals((month_name(month), each) for month, each in months if month), asked)
    else:
        overall = _top(counts, asked, effect)
        groups = tuple(_top(count, asked, effect, name) for name, count in segments.items())
        named = totals((month, count) for _, month, count in cells if month)
        trend = tuple(_top(count, asked, effect, month) for month, count in named.items())
    parts = _parts(counts, asked)
    return Result(
        metric="satisfaction",
        overall=overall,
        unit="stars" if measure == "mean" else "share",
        by=by,
        header=data.header("responses", by),
        groups=groups,
        groups_differ=differ(groups),
        trend=trend,
        change=last_change(trend),
        formula=FORMULAS[measure],
        options={"measure": measure, "scale": str(asked)},
        numbers={
            "top": parts["satisfied"],
            "good": sum(n for answer, n in counts.items() if asked.points(answer) >= GOOD),
            "low": parts["dissatisfied"],
            "answers": overall.n,
            "total": sums["x"].x,
            "mean": mean.value,
            "mean_low": mean.low,
            "mean_high": mean.high,
            "share": parts["satisfied"] / overall.n,
        },
        units=UNITS,
        tables=(
            _score_table(counts, asked),
            _level_table(parts, sums),
            _group_table(segments, groups, asked),
            *comments(answers, "rating", LEVELS, lambda answer: _level(answer, asked)),
        ),
        notes=_notes(asked, sum(each.total() for _, _, each in given) - counts.total()),
    )


def _scale(data: Dataset, name: str | None) -> AnswerScale:
    """The scale that is asked for, or else the one that was found."""
    if name is None:
        return scale_of(data, "rating")
    asked = AnswerScale.of(str(name))
    check_options({"scale": (name, SCALES if asked is None else (name,))})
    return asked or scale_of(data, "rating")


def _on_scale(counts: Counter[float], scale: AnswerScale) -> Counter[float]:
    return Counter({answer: n for answer, n in counts.items() if scale.holds(answer)})


def _level(answer: float, scale: AnswerScale) -> str | None:
    """One of the two highest points, below the middle, or between; None off the scale."""
    if not scale.holds(answer):
        return None
    if scale.upward(answer) >= scale.top:
        return "satisfied"
    return "dissatisfied" if scale.points(answer) < MIDDLE else "neutral"


def _parts(counts: Counter[float], scale: AnswerScale) -> dict[str, int]:
    """How many answers are on each level."""
    return {name: sum(n for a, n in counts.items() if _level(a, scale) == name) for name in LEVELS}


def _rated(
    data: Dataset, answers: nw.LazyFrame[Any], scale: AnswerScale, by: str | None
) -> nw.LazyFrame[Any]:
    """Answers on the scale, turned upward, with a column for each level."""
    answer = nw.col("rating")
    x, keys = scale.upward(answer), [key for key in ("customer", "month") if data.has("responses", key)]
    high, low = (x >= scale.top).cast(nw.Float64), (scale.points(answer) < MIDDLE).cast(nw.Float64)
    levels = {"dissatisfied": low, "neutral": 1.0 - high - low, "satisfied": high}
    group = {"group": nw.col(by)} if by else {}
    kept = answers.filter(answer.is_between(scale.low, scale.high))
    return kept.select(*keys, x=x, y=nw.lit(1.0), **levels, **group)


def _effect(sums: RatioSums) -> float:
    """How much the answers of one customer resemble each other; 1 where all answered once."""
    p = sums.x / sums.y
    return design_effect(sums, p * (1 - p))


def _top(counts: Counter[float], scale: AnswerScale, effect: float, group: str | None = None) -> Estimate:
    return share(_parts(counts, scale)["satisfied"], counts.total(), group, effect)


def _means(named: Mapping[str, RatioSums], scale: AnswerScale) -> tuple[Estimate, ...]:
    return tuple(mean_within(sums, scale.low, scale.high, name) for name, sums in named.items())


def _score_table(counts: Counter[float], scale: AnswerScale) -> Table:
    """Every point of the scale from worst to best; of a fine one its tenths."""
    named = _tenths(counts, scale) if scale.fine else _points(counts, scale)
    return Table("scores", ("score", "answers", "group"), tuple(named))


def _points(counts: Counter[float], scale: AnswerScale) -> list[tuple[Any, ...]]:
    """Whole points, and half ones and the like; where there are very many, with the whole one below."""
    whole = [float(point) for point in range(round(scale.low), round(scale.high) + 1)]
    many = len({*whole, *counts}) > SCORES
    found = Counter({(point, _level(point, scale)): 0 for point in whole})
    for answer, n in counts.items():
        point = scale.upward(float(floor(scale.upward(answer)))) if many else answer
        found[point, _level(answer, scale)] += n
    ordered = sorted(
        found.items(), key=lambda item: (scale.points(item[0][0]), LEVELS.index(str(item[0][1])))
    )
    return [(plain(point), n, level) for (point, level), n in ordered]


def _tenths(counts: Counter[float], scale: AnswerScale) -> list[tuple[Any, ...]]:
    places = Counter[int]()
    for answer, n in counts.items():
        places[min(9, int(scale.points(answer) // 10))] += n
    step = 1 if (scale.high - scale.low) % 10 == 0 else 0
    rows = []
    for place in range(10):
        start, end = (scale.worst + tenth * (scale.best - scale.worst) / 10 for tenth in (place, place + 1))
        inner = end if place == 9 else end + (step if scale.downward else -step)
        rows.append((f"{start:g}–{inner:g}", places[place], _level(start, scale)))
    return rows


def _level_table(parts: Mapping[str, int], sums: Mapping[str, RatioSums]) -> Table:
    shares = {name: share(n, sums[name].y, None, _effect(sums[name])) for name, n in parts.items()}
    rows = tuple((name, parts[name], e.value, e.low, e.high) for name, e in shares.items())
    return Table("levels", ("group", "answers", "share", "share_low", "share_high"), rows)


def _group_table(
    segments: Mapping[str, Counter[float]], groups: tuple[Estimate, ...], scale: AnswerScale
) -> Table:
    rows = tuple(
        (name, *_parts(count, scale).values(), estimate.value, estimate.low, estimate.high)
        for (name, count), estimate in zip(segments.items(), groups, strict=True)
    )
    return Table("groups", ("group", *LEVELS, "value", "low", "high"), rows)


def _notes(scale: AnswerScale, beyond: int) -> tuple[Message, ...]:
    """The scale in force, and how many answers lie off it."""
    ends = {"worst": f"{scale.worst:g}", "best": f"{scale.best:g}"}
    read = Message("satisfaction.note.down" if scale.downward else "satisfaction.note.up", ends)
    return (read, Message("satisfaction.note.beyond", {"count": beyond})) if beyond else (read,)


METRIC = Metric(
    id="satisfaction",
    needs=(Need("responses", ("rating",)),),
    unit="share",
    formula=FORMULAS["top_two"],
    compute=satisfaction,
    better="higher",
    options=(
        Option("measure", tuple(FORMULAS), "top_two"),
        Option("scale", (None, *SCALES), None),
    ),
    references=(
        "Wilson (1927), Probable inference, the law of succession, and statistical inference, "
        "Journal of the American Statistical Association 22",
        "Kish (1965), Survey Sampling, section 8.2",
    ),
)
