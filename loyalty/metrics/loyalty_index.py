"""Customer Loyalty Index: what customers say they will do, in one number from 0 to 100."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import narwhals.stable.v2 as nw

from loyalty.answer_scales import AnswerScale, names_best
from loyalty.core import (
    Estimate,
    Metric,
    Need,
    Option,
    Result,
    Table,
    by_group,
    check_options,
    period_name,
)
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.queries import keep, rows
from loyalty.stats import RatioSums, differ, last_change, mean_within
from loyalty.stats.reliability import Comoments, alpha, opposed, with_rest
from loyalty.texts import Message
from loyalty.views.answers import plain, scale_of
from loyalty.views.sampling import ratio_sums, several_sums

QUESTIONS = ("recommend", "again", "other")
WAVES = {"month": 1, "quarter": 3, "year": 12}
SCALES = ("0-10", "1-5", "1-7", "1-10", "5-1")
NOBODY = AnswerScale(1, 5)  # of a question that nobody answered, on which nothing stands
UNITS = {
    **dict.fromkeys((*QUESTIONS, *(f"would_{name}" for name in QUESTIONS)), "score"),
    **dict.fromkeys(("alpha", "alpha_low", "alpha_high"), "ratio"),
    "points": "number",
    "waves_p": "p",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One of the three questions: the column that holds its answers, and their scale.

    Parameters
    ----------
    name
        One of :data:`QUESTIONS`.
    role
        The column; a recommendation that was not asked from 0 to 10 has a role of its own.
    scale
        In force.
    best
        Who says which end is best: ``"user"``, ``"words"`` of the question, or None.
    """

    name: str
    role: str
    scale: AnswerScale
    best: str | None


def loyalty_index(
    data: Dataset,
    by: str | None = None,
    *,
    wave: str = "quarter",
    recommend: str | None = None,
    again: str | None = None,
    other: str | None = None,
) -> Result:
    """How loyal customers say they are, from 0 to 100: they recommend, buy again, try other products.

    Parameters
    ----------
    data
        Needs ``responses`` with ``recommend`` (or ``recommend_scaled``), ``again`` and ``other``. A row
        counts with the questions that it answers, if there is one at least.
    by
        Column to break the index down by.
    wave
        ``"month"``, ``"quarter"`` or ``"year"``: how answers are gathered for the trend.
    recommend, again, other
        The scale of each question from the worst answer to the best: ``"0-10"``, ``"1-5"``, ``"1-7"``,
        ``"1-10"``, ``"5-1"`` (1 is best), or any other two ends; answers off it do not count. None takes the
        one that the header names, or else the smallest known one that holds the answers. A question that
        runs against the other two beyond chance (at least 30 complete answers), and whose best end neither
        you nor its words name, is taken for one whose low end is best; against one whose words name it, the
        other two are.

    Returns
    -------
    Result
        A score; ``n`` counts answers (rows), and the options name the scales in force. Tables ``questions``
        (scale, answers, mean from 0 to 100, correlation with the mean of the other two) and, where there
        are dates, ``waves`` (the index and its questions by wave). Among the numbers are Cronbach's alpha
        of the three questions with its interval, and the p-value of the hypothesis that all waves are alike.

    Raises
    ------
    LoyaltyError
        If one of the columns is missing, nobody answered, or no known scale holds the answers.

    Notes
    -----
    Each answer becomes 100 · (x − min) / (max − min), turned round where the low end is best; the index of a
    row is the mean of its questions, the index the mean of the rows. The interval is by customer (delta
    method, Student's t), cut off at 0 and 100; an answer without a customer stands for itself. Waves and
    segments are compared as if they had different customers. Alpha and the correlations rest on the rows
    that answer all three; the interval of alpha is Feldt's and counts customers.

    References
    ----------
    Cronbach (1951), *Coefficient alpha and the internal structure of tests*, Psychometrika 16.
    Feldt, Woodruff & Salih (1987), *Statistical inference for coefficient alpha*, Applied Psychological
    Measurement 11.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = {"recommend": [10, 5], "buy again (1-5)": [5, 3], "other products (1-5)": [5, 3]}
    >>> loyalty_index(Dataset.from_frames(responses=pd.DataFrame(answers))).overall.value
    75.0
    """
    check_options({"wave": (wave, tuple(WAVES))})
    data.require(*METRIC.needs)
    data.check_by("responses", by)
    chosen = {"recommend": recommend, "again": again, "other": other}
    asked = tuple(_question(data, name, scale) for name, scale in chosen.items())
    answers = keep(_points(data, asked, by, WAVES[wave]))
    comoments = _comoments(answers)
    turned = _against(answers, comoments, asked)
    if turned:
        asked = tuple(replace(q, scale=_turn(q.scale)) if at in turned else q for at, q in enumerate(asked))
        answers = keep(_points(data, asked, by, WAVES[wave]))
        comoments = reduce(lambda sums, place: sums.turned(place, 100.0), turned, comoments)
    people = keep(_people(answers))
    [(_, sums)] = several_sums(people, RATIOS)
    if not sums["index"].y:
        raise data.nothing("responses", "no_answers", role=Message(f"role.{asked[0].role}"))
    segments = by_group(ratio_sums(people, "group"), lambda each: each.y) if by else {}
    groups = tuple(_mean(each, name) for name, each in segments.items())
    waves = _waves(people) if data.has("responses", "month") else {}
    trend = tuple(_mean(each, period_name(first, WAVES[wave])) for first, each in waves.items())
    means = {name: _mean(sums[name]) for name in QUESTIONS}
    overall = _mean(sums["index"])
    return Result(
        metric="loyalty_index",
        overall=overall,
        unit="score",
        by=by,
        header=data.header("responses", by),
        groups=groups,
        groups_differ=differ(groups),
        trend=trend,
        change=last_change(trend),
        formula=METRIC.formula,
        options={"wave": wave} | {question.name: str(question.scale) for question in asked},
        numbers={
            "points": sums["index"].x,
            "answers": overall.n,
            **{name: mean.value for name, mean in means.items()},
            **_alpha(replace(comoments, units=sums["complete"].units)),
            **_all_waves(trend),
        },
        units=UNITS,
        tables=(
            _question_table(asked, means, comoments),
            *([_wave_table(people, waves, trend)] if waves else []),
        ),
        notes=_notes(data, asked, turned, answers),
    )


RATIOS = {
    "index": ("x", "y"),
    "complete": ("complete", "complete"),
    **{name: (f"{name}_sum", f"{name}_given") for name in QUESTIONS},
}


def _question(data: Dataset, name: str, chosen: str | None) -> Question:
    scaled = name == "recommend" and not data.has("responses", "recommend")
    role = "recommend_scaled" if scaled else name
    if chosen is not None:
        scale = AnswerScale.of(str(chosen))
        check_options({name: (chosen, SCALES if scale is None else (chosen,))})
        return Question(name, role, scale or NOBODY, "user")
    worded = role == "recommend" or names_best(data.header("responses", role) or "")
    return Question(name, role, _found(data, role), "words" if worded else None)


def _found(data: Dataset, role: str) -> AnswerScale:
    try:
        return scale_of(data, role)
    except LoyaltyError as error:
        if error.id != "no_answers":
            raise
        return NOBODY


def _turn(scale: AnswerScale) -> AnswerScale:
    return AnswerScale(scale.best, scale.worst)


def _points(data: Dataset, asked: Sequence[Question], by: str | None, months: int) -> nw.LazyFrame[Any]:
    """The three questions from 0 to 100, null where they are not answered or off their scale."""
    keys = ["customer"] if data.has("responses", "customer") else []
    columns: dict[str, nw.Expr] = {"group": nw.col(by)} if by else {}
    if data.has("responses", "month"):
        columns["wave"] = nw.col("month") // months * months
    for question in asked:
        answer, scale = nw.col(question.role), question.scale
        on_scale = answer.is_between(scale.low, scale.high)
        columns[question.name] = nw.when(on_scale).then(scale.points(answer))
        columns[f"{question.name}_off"] = nw.when(~on_scale).then(1.0)
    return data.table("responses").select(*keys, **columns)


def _comoments(answers: nw.LazyFrame[Any]) -> Comoments:
    """Sums and products over the rows that answer all three, in one query."""
    pairs = [(one, other) for at, one in enumerate(QUESTIONS) for other in QUESTIONS[at:]]
    products = {f"{one}_{other}": nw.col(one) * nw.col(other) for one, other in pairs}
    kept = answers.filter(_complete()).select(*QUESTIONS, **products)
    [found] = rows(
        kept.select(nw.len().alias("n"), *(nw.col(name).sum() for name in (*QUESTIONS, *products)))
    )
    n, sums = found["n"], {name: found[name] or 0.0 for name in (*QUESTIONS, *products)}
    table = {pair: sums[f"{pair[0]}_{pair[1]}"] for pair in pairs}
    return Comoments(
        n,
        n,
        tuple(sums[name] for name in QUESTIONS),
        tuple(tuple(table.get((a, b), table.get((b, a), 0.0)) for b in QUESTIONS) for a in QUESTIONS),
    )


def _complete() -> nw.Expr:
    return nw.all_horizontal(*(~nw.col(name).is_null() for name in QUESTIONS), ignore_nulls=False)


def _against(answers: nw.LazyFrame[Any], sums: Comoments, asked: Sequence[Question]) -> tuple[int, ...]:
    """Places of the questions that run against the others, customers being the sample."""
    free = [place for place, question in enumerate(asked) if question.best is None]
    sure = [place for place, question in enumerate(asked) if question.best == "words"]
    if not opposed(sums, free, sure):
        return ()
    complete = answers.filter(_complete())
    if "customer" in complete.collect_schema().names():
        complete = complete.select("customer", x=nw.lit(1.0), y=nw.lit(1.0))
        [(_, people)] = several_sums(complete, {"": ("x", "y")})
        sums = replace(sums, units=people[""].units)
    return opposed(sums, free, sure)


def _people(answers: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Rows with an answer: their mean ``x``, and each question with whether it was answered."""
    keys = [name for name in ("customer", "wave", "group") if name in answers.collect_schema().names()]
    given = {f"{name}_given": (~nw.col(name).is_null()).cast(nw.Float64) for name in QUESTIONS}
    filled = {f"{name}_sum": nw.col(name).fill_null(0.0) for name in QUESTIONS}
    people = answers.select(*keys, **given, **filled)
    count, total = (
        reduce(lambda a, b: a + b, (nw.col(f"{name}_{part}") for name in QUESTIONS))
        for part in ("given", "sum")
    )
    people = people.with_columns(count=count, total=total).filter(nw.col("count") > 0)
    complete = (nw.col("count") == len(QUESTIONS)).cast(nw.Float64)
    return people.with_columns(x=nw.col("total") / nw.col("count"), y=nw.lit(1.0), complete=complete)


def _waves(people: nw.LazyFrame[Any]) -> dict[int, RatioSums]:
    """First month of each wave to the sums of the index."""
    known = {wave: sums for wave, sums in ratio_sums(people, "wave") if wave is not None}
    return dict(sorted(known.items()))


def _mean(sums: RatioSums, group: str | None = None) -> Estimate:
    return mean_within(sums, 0.0, 100.0, group)


def _alpha(sums: Comoments) -> dict[str, float]:
    found = alpha(sums)
    if found is None:
        return {"complete": sums.n}
    return {"complete": sums.n, "alpha": found.value, "alpha_low": found.low, "alpha_high": found.high}


def _all_waves(trend: Sequence[Estimate]) -> dict[str, float]:
    p = differ(trend)
    return {"waves": len(trend)} | ({} if p is None else {"waves_p": p})


def _question_table(asked: Sequence[Question], means: Mapping[str, Estimate], sums: Comoments) -> Table:
    return Table(
        "questions",
        ("asked", "worst", "best", "answers", "value", "low", "high", "rest"),
        tuple(
            (q.name, plain(q.scale.worst), plain(q.scale.best), mean.n, mean.value, mean.low, mean.high, rest)
            for place, q in enumerate(asked)
            for mean, rest in [(means[q.name], _known(with_rest(sums, place)))]
        ),
    )


def _known(r: float) -> float | None:
    return None if r != r else r


def _wave_table(
    people: nw.LazyFrame[Any], waves: Mapping[int, RatioSums], trend: Sequence[Estimate]
) -> Table:
    """The index of each wave, and the means of its questions."""
    columns = [f"{name}_{part}" for name in QUESTIONS for part in ("sum", "given")]
    found = {row["wave"]: row for row in rows(people.group_by("wave").agg(nw.col(*columns).sum()))}
    means = {
        wave: [
            found[wave][f"{name}_sum"] / n if (n := found[wave][f"{name}_given"]) else None
            for name in QUESTIONS
        ]
        for wave in waves
    }
    return Table(
        "waves",
        ("wave", "answers", "value", "low", "high", *(f"would_{name}" for name in QUESTIONS)),
        tuple(
            (e.group, e.n, e.value, e.low, e.high, *means[wave]) for wave, e in zip(waves, trend, strict=True)
        ),
    )


def _notes(
    data: Dataset, asked: Sequence[Question], turned: Sequence[int], answers: nw.LazyFrame[Any]
) -> tuple[Message, ...]:
    """The scales in force, the questions that were turned round, and the answers off their scale."""
    scales = {
        question.name: Message(
            "loyalty_index.note.scale",
            {"worst": f"{question.scale.worst:g}", "best": f"{question.scale.best:g}"},
        )
        for question in asked
    }
    notes = [Message("loyalty_index.note.scales", scales)]
    for place in turned:
        header = data.header("responses", asked[place].role) or asked[place].role
        notes.append(Message("loyalty_index.note.turned", {"header": header}))
    [off] = rows(answers.select(*(nw.col(f"{name}_off").sum() for name in QUESTIONS)))
    beyond = round(sum(count or 0 for count in off.values()))
    return (*notes, Message("loyalty_index.note.beyond", {"count": beyond})) if beyond else tuple(notes)


METRIC = Metric(
    id="loyalty_index",
    needs=(Need("responses", (("recommend", "recommend_scaled"), "again", "other"), partly=True),),
    unit="score",
    formula=r"\frac{⟨points⟩}{⟨answers⟩}",
    compute=loyalty_index,
    better="higher",
    options=(
        Option("wave", tuple(WAVES), "quarter"),
        *(Option(name, (None, *SCALES), None) for name in QUESTIONS),
    ),
    references=(
        "Cronbach (1951), Coefficient alpha and the internal structure of tests, Psychometrika 16",
        "Feldt, Woodruff & Salih (1987), Statistical inference for coefficient alpha, "
        "Applied Psychological Measurement 11",
        "Nunnally (1978), Psychometric Theory, 2nd ed. (0.7 as the least for a measure in use)",
    ),
)
