"""Customer Loyalty Index: by hand, and the long way in pandas and statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import polars as pl
import pytest
import statsmodels.api as sm
from scipy import stats as scipy_stats

from loyalty import loyalty_index, story
from loyalty.benchmarks import reading, scales
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.words import Translator
from tests.tables import dataset, draw_responses

ANSWERS = """
recommend again other customer date       segment
10        5     4     ann      2025-01-05 north
8         5     3     bob      2025-02-20 north
6         4     -     cat      2025-03-31 south
2         2     1     dan      2025-04-01 south
-         -     3     eve      2025-05-10 south
-         -     -     fay      2025-05-11 south
4         1     2     gus      2025-06-12 -
"""
# from 0 to 100:   100 100 75 → 91⅔; 80 100 50 → 76⅔; 60 75 – → 67½; 20 25 0 → 15; – – 50 → 50; 40 0 25 → 21⅔
POINTS = {"ann": 275 / 3, "bob": 230 / 3, "cat": 67.5, "dan": 15, "eve": 50, "gus": 65 / 3}
EN = Translator("en")
QUESTIONS = ("recommend", "again", "other")


def of(estimate):
    return (estimate.value, estimate.low, estimate.high, estimate.n)


def t_interval(values):
    low, high = scipy_stats.t.interval(0.95, len(values) - 1, np.mean(values), scipy_stats.sem(values))
    return (
        pytest.approx(np.mean(values)),
        pytest.approx(max(low, 0)),
        pytest.approx(min(high, 100)),
        len(values),
    )


def frame(**columns):
    """Answers as they come from a file, under headers that name the scale."""
    headers = {
        "recommend": "Would recommend (0-10)",
        "again": "Buy again (1-5)",
        "other": "Other products (1-5)",
    }
    return Dataset.from_frames(responses=pd.DataFrame({headers.get(k, k): v for k, v in columns.items()}))


def test_the_index_by_hand():
    result = loyalty_index(dataset(responses=ANSWERS))
    assert of(result.overall) == t_interval(list(POINTS.values()))
    assert (result.unit, result.overall.n) == ("score", 6), "who answers no question is no answer"
    assert result.options == {"wave": "quarter", "recommend": "0-10", "again": "1-5", "other": "1-5"}
    assert result.numbers["points"] == pytest.approx(sum(POINTS.values()))
    assert result.numbers["recommend"] == pytest.approx((100 + 80 + 60 + 20 + 40) / 5)
    assert result.numbers["again"] == pytest.approx((100 + 100 + 75 + 25 + 0) / 5)
    assert result.numbers["other"] == pytest.approx((75 + 50 + 0 + 50 + 25) / 5)


def test_questions_by_hand():
    rows = {row[0]: row[1:] for row in loyalty_index(dataset(responses=ANSWERS)).table("questions").rows}
    assert {name: row[:3] for name, row in rows.items()} == {
        "recommend": (0, 10, 5),
        "again": (1, 5, 5),
        "other": (1, 5, 5),
    }
    assert rows["again"][3:6] == t_interval([100, 100, 75, 25, 0])[:3]
    # ann, bob, dan and gus answered all three
    complete = np.array([[100, 100, 75], [80, 100, 50], [20, 25, 0], [40, 0, 25]])
    for place, name in enumerate(QUESTIONS):
        rest = np.delete(complete, place, axis=1).mean(axis=1)
        assert rows[name][6] == pytest.approx(np.corrcoef(complete[:, place], rest)[0, 1])


def test_alpha_by_hand():
    numbers = loyalty_index(dataset(responses=ANSWERS)).numbers
    # variances 1333⅓, 2656¼, 1041⅔, together 5031¼; of the sums 275, 230, 45, 65: 13622.9
    assert numbers["complete"] == 4
    variances = [np.var(x, ddof=1) for x in ((100, 80, 20, 40), (100, 100, 25, 0), (75, 50, 0, 25))]
    assert sum(variances) == pytest.approx(5031.25)
    assert numbers["alpha"] == pytest.approx(1.5 * (1 - 5031.25 / np.var([275, 230, 45, 65], ddof=1)))
    low, high = (scipy_stats.f.isf(p, 3, 6) for p in (0.025, 0.975))
    assert numbers["alpha_low"] == pytest.approx(1 - (1 - numbers["alpha"]) * low)
    assert numbers["alpha_high"] == pytest.approx(1 - (1 - numbers["alpha"]) * high)


@pytest.mark.parametrize(
    ("wave", "expected"),
    [
        ("quarter", {"2025-Q1": ["ann", "bob", "cat"], "2025-Q2": ["dan", "eve", "gus"]}),
        ("year", {"2025": list(POINTS)}),
        (
            "month",
            {f"2025-{month:02}": [name] for month, name in enumerate(POINTS, 1)},
        ),
    ],
)
def test_waves_by_hand(wave, expected):
    result = loyalty_index(dataset(responses=ANSWERS), wave=wave)
    assert {point.group: (point.value, point.n) for point in result.trend} == {
        name: (pytest.approx(np.mean([POINTS[each] for each in people])), len(people))
        for name, people in expected.items()
    }
    assert [row[0] for row in result.table("waves").rows] == list(expected)
    assert result.numbers["waves"] == len(expected)
    if wave == "quarter":
        q1, q2 = result.table("waves").rows
        assert q1[5:] == (pytest.approx(80), pytest.approx(275 / 3), pytest.approx(62.5))
        assert q2[5:] == (pytest.approx(30), pytest.approx(12.5), pytest.approx(25))
        assert result.change.difference == pytest.approx(result.trend[1].value - result.trend[0].value)


def test_segments_by_hand():
    result = loyalty_index(dataset(responses=ANSWERS), by="segment")
    assert {group.group: (group.value, group.n) for group in result.groups} == {
        "south": (pytest.approx((67.5 + 15 + 50) / 3), 3),
        "north": (pytest.approx((275 + 230) / 6), 2),
        "": (pytest.approx(65 / 3), 1),
    }


@pytest.mark.parametrize(
    ("scale", "answers", "points"),
    [
        ("1-5", [1, 3, 5], [0, 50, 100]),
        ("5-1", [1, 3, 5], [100, 50, 0]),
        ("1-7", [1, 4, 7], [0, 50, 100]),
        ("7-1", [1, 4, 7], [100, 50, 0]),
        ("0-10", [0, 5, 10], [0, 50, 100]),
        ("1-10", [1, 10], [0, 100]),
        ("1-5", [1, 5, 9], [0, 100]),
    ],
)
def test_every_question_has_a_scale_of_its_own(scale, answers, points):
    nothing = [None] * len(answers)
    columns = pl.DataFrame(
        {"recommend": nothing, "again": list(map(float, answers)), "other": nothing},
        schema=dict.fromkeys(QUESTIONS, pl.Float64),
    )
    result = loyalty_index(dataset(responses=columns), again=scale)
    assert (result.overall.value, result.overall.n) == (np.mean(points), len(points))
    assert result.options["again"] == scale
    assert math.isnan(result.numbers["recommend"]), "nobody was asked"


def test_answers_off_a_chosen_scale_are_said():
    result = loyalty_index(dataset(responses=ANSWERS), recommend="0-5")
    assert EN.say(result.notes[1]) == "Answers outside these scales were left out: 3."
    assert result.numbers["recommend"] == pytest.approx((40 + 80) / 2)


def clustered(part):
    """Mean of the rows with the interval of statsmodels' cluster-robust mean."""
    anonymous = pd.Series([f"?{i}" for i in part.index], index=part.index)
    groups = pd.factorize(part["customer"].fillna(anonymous))[0]
    fit = sm.OLS(part["points"].to_numpy(), np.ones(len(part))).fit(
        cov_type="cluster", cov_kwds={"groups": groups}, use_t=True
    )
    low, high = fit.conf_int()[0]
    return (part["points"].mean(), max(low, 0), min(high, 100), len(part))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_long_way(seed):
    drawn = draw_responses(seed, days=500)
    result = loyalty_index(dataset(responses=drawn), by="segment")
    answers = drawn.to_pandas()
    questions = pd.DataFrame(
        {
            "recommend": 10 * answers["recommend"],
            "again": 25 * (answers["again"] - 1),
            "other": 25 * (answers["other"] - 1),
        }
    )
    assert dict(result.options)["again"] == "1-5", "three random questions run against none"
    answers = answers.assign(points=questions.mean(axis=1)).dropna(subset=["points"])
    assert of(result.overall) == pytest.approx(clustered(answers))
    groups = {name: clustered(part) for name, part in answers.groupby(answers["segment"].fillna(""))}
    assert {g.group: of(g) for g in result.groups} == {n: pytest.approx(g) for n, g in groups.items()}
    quarters = answers["date"].dt.to_period("Q").map(lambda q: f"{q.year}-Q{q.quarter}")
    waves = {name: clustered(part) for name, part in answers.groupby(quarters)}
    assert {w.group: of(w) for w in result.trend} == {n: pytest.approx(w) for n, w in waves.items()}
    complete = questions.dropna()
    k, total = 3, complete.sum(axis=1).var()
    alpha = k / (k - 1) * (1 - complete.var().sum() / total)
    assert result.numbers["alpha"] == pytest.approx(alpha)
    people = answers.loc[complete.index, "customer"]
    units = people.nunique() + people.isna().sum()
    low, high = (scipy_stats.f.isf(p, units - 1, 2 * (units - 1)) for p in (0.025, 0.975))
    assert (result.numbers["alpha_low"], result.numbers["alpha_high"]) == pytest.approx(
        (1 - (1 - alpha) * low, 1 - (1 - alpha) * high)
    )
    for row in result.table("questions").rows:
        own = answers.assign(points=questions[row[0]]).dropna(subset=["points"])
        assert (*row[4:7], row[3]) == pytest.approx(clustered(own))
        rest = complete.drop(columns=row[0]).mean(axis=1)
        assert row[7] == pytest.approx(complete[row[0]].corr(rest))


def attitudes(n=60, seed=3):
    """People with one attitude, who answer three questions on 1 to 7 by it."""
    chance = np.random.default_rng(seed)
    attitude = chance.normal(4.5, 1.2, n)
    return {
        name: np.clip(np.round(attitude + chance.normal(0, 0.8, n)), 1, 7)
        for name in ("first", "second", "third")
    }


def asked(answers, turned=(), headers=("Would recommend (1-7)", "Buy again (1-7)", "Other products (1-7)")):
    columns = {
        header: 8 - values if name in turned else values
        for header, (name, values) in zip(headers, answers.items(), strict=True)
    }
    return Dataset.from_frames(responses=pd.DataFrame(columns))


@pytest.mark.parametrize("turned", ["first", "second", "third"])
def test_a_question_that_runs_against_the_others_is_turned_round_and_said(turned):
    answers = attitudes()
    plain, found = loyalty_index(asked(answers)), loyalty_index(asked(answers, [turned]))
    name = dict(zip(answers, QUESTIONS, strict=True))[turned]
    assert found.options[name] == "7-1"
    assert plain.options[name] == "1-7"
    assert found.overall.value == pytest.approx(plain.overall.value)
    assert found.numbers["alpha"] == pytest.approx(plain.numbers["alpha"])
    [row] = [row for row in found.table("questions").rows if row[0] == name]
    assert row[1:3] == (7, 1)
    assert row[7] > 0
    told = EN.say(found.notes[1])
    assert "runs against the other questions" in told
    assert any(header in told for header in ("Would recommend", "Buy again", "Other products"))


def test_a_chosen_scale_is_not_turned():
    answers = attitudes()
    kept = loyalty_index(asked(answers, ["second"]), again="1-7")
    assert kept.options["again"] == "1-7"
    assert len(kept.notes) == 1
    assert loyalty_index(asked(answers), again="7-1").numbers["again"] == pytest.approx(kept.numbers["again"])


def test_fewer_than_thirty_complete_answers_turn_nothing():
    assert loyalty_index(asked(attitudes(29), ["second"])).options["again"] == "1-7"
    assert loyalty_index(asked(attitudes(30), ["second"])).options["again"] == "7-1"


def test_one_customer_who_answers_often_turns_nothing():
    answers = attitudes()
    columns = {
        "Customer": ["ann"] * 58 + ["bob", "cat"],
        "Would recommend (1-7)": answers["first"],
        "Buy again (1-7)": 8 - answers["second"],
        "Other products (1-7)": answers["third"],
    }
    assert loyalty_index(Dataset.from_frames(responses=pd.DataFrame(columns))).options["again"] == "1-7"


def test_what_the_words_of_the_question_say_is_not_turned():
    answers = attitudes()
    worded = (
        "Would recommend (1-7)",
        "Buy again (1 = definitely, 7 = definitely not)",
        "Other products (1-7)",
    )
    said = loyalty_index(asked(answers, ["second"], worded))
    assert said.options["again"] == "7-1"
    assert len(said.notes) == 1
    upward = (
        "Would recommend (1-7)",
        "Buy again (1 = definitely not, 7 = definitely)",
        "Other products (1-7)",
    )
    found = loyalty_index(asked(answers, ["second"], upward))
    assert (found.options["again"], found.options["recommend"], found.options["other"]) == (
        "1-7",
        "7-1",
        "7-1",
    )


def test_the_recommendation_from_0_to_10_is_never_turned():
    """The Net Promoter Score reads it upward, and so does this."""
    answers = attitudes()
    columns = {
        "Would recommend (0-10)": np.round((7 - answers["first"]) * 10 / 6),
        "Buy again (1-7)": answers["second"],
        "Other products (1-7)": answers["third"],
    }
    options = loyalty_index(Dataset.from_frames(responses=pd.DataFrame(columns))).options
    assert (options["recommend"], options["again"], options["other"]) == ("0-10", "7-1", "7-1")


def test_answers_in_words_and_a_recommendation_in_words():
    words = ["Very unlikely", "Unlikely", "Neutral", "Likely", "Very likely"]
    columns = {
        "Would you recommend us?": words * 6,
        "Would you buy again?": words * 6,
        "Would you try our other products?": words * 6,
    }
    result = loyalty_index(Dataset.from_frames(responses=pd.DataFrame(columns)))
    assert (result.overall.value, result.overall.n) == (50, 30)
    assert set(result.options.values()) == {"quarter", "1-5"}
    assert result.numbers["alpha"] == pytest.approx(1)


def test_what_the_worked_scale_of_the_project_says():
    index = scales("loyalty_index")[0]
    low = loyalty_index(frame(recommend=[1] * 40, again=[2, 1] * 20, other=[2, 1, 1, 2] * 10))
    high = loyalty_index(frame(recommend=[9, 10] * 20, again=[5, 5, 4, 5] * 10, other=[4, 5] * 20))
    assert str(reading(low.overall, index)) == "By this reading the whole interval means: below average."
    assert str(reading(high.overall, index)) == "By this reading the whole interval means: above average."


@pytest.mark.parametrize(
    ("answers", "options", "id"),
    [
        ("recommend again\n 9 5", {}, "missing_columns"),
        ("again other\n 5 5", {}, "missing_columns"),
        ("recommend again other\n - - -", {}, "no_answers"),
        ("recommend again other\n 9 -5 3\n 9 400 3", {}, "no_known_scale"),
        ("recommend again other\n 9 5 5", {"wave": "week"}, "unknown_option"),
        ("recommend again other\n 9 5 5", {"again": "nonsense"}, "unknown_option"),
        ("recommend again other\n 9 5 5", {"by": "segment"}, "no_groups"),
    ],
)
def test_what_cannot_be_answered_is_said(answers, options, id):
    with pytest.raises(LoyaltyError) as caught:
        loyalty_index(dataset(responses=answers), **options)
    assert caught.value.id == id
    assert str(caught.value)
    assert caught.value.in_language("zh")


def test_without_dates_there_are_no_waves():
    result = loyalty_index(frame(recommend=[9, 3], again=[5, 4], other=[4, 4]))
    assert (result.trend, result.change, result.groups) == ((), None, ())
    assert [table.name for table in result.tables] == ["questions"]
    assert (result.numbers["waves"], "waves_p" in result.numbers) == (0, False)


# What is said


@pytest.mark.parametrize(
    ("n", "noise", "verdict"),
    [(200, 0.3, "good"), (200, 6.0, "poor"), (12, 0.9, "unclear"), (1, 1, "unknown")],
)
def test_whether_the_questions_belong_together_is_said_by_the_whole_interval_of_alpha(n, noise, verdict):
    chance = np.random.default_rng(8)
    attitude = chance.normal(0, 1, n)
    points = {name: np.round(50 + 10 * (attitude + noise * chance.normal(0, 1, n))) for name in QUESTIONS}
    headers = ("Would recommend (0-100)", "Buy again (0-100)", "Other products (0-100)")
    kept = {header: np.clip(values, 0, 100) for header, values in zip(headers, points.values(), strict=True)}
    result = loyalty_index(Dataset.from_frames(responses=pd.DataFrame(kept)))
    low, high = result.numbers.get("alpha_low", math.nan), result.numbers.get("alpha_high", math.nan)
    assert {"good": low >= 0.7, "poor": high < 0.7, "unclear": low < 0.7 <= high, "unknown": low != low}[
        verdict
    ]
    assert story.part(result, "questions", EN).id == f"loyalty_index.belong.{verdict}"


def test_the_scales_and_their_direction_are_said():
    told = EN.say(loyalty_index(dataset(responses=ANSWERS), other="5-1").notes[0])
    assert "would recommend 0 to 10; would buy again 1 to 5; would try other products 5 to 1" in told


def over_time(*means):
    """Forty answers a quarter whose recommendation lies around a mean."""
    dates, answers = [], []
    for quarter, mean in enumerate(means):
        for place in range(40):
            dates.append(f"202{4 + quarter // 4}-{3 * (quarter % 4) + 2:02}-{place % 27 + 1:02}")
            answers.append(max(0, min(10, mean + (-2, -1, 0, 1, 2)[place % 5])))
    again = [1 + round(answer / 2.5) for answer in answers]
    return frame(recommend=answers, again=again, other=again, Date=dates)


@pytest.mark.parametrize(
    ("means", "verdict"), [((5, 5, 5, 5), "alike"), ((4, 5, 6, 7), "differ"), ((5,), "one")]
)
def test_whether_anything_changed_over_all_waves(means, verdict):
    result = loyalty_index(over_time(*means))
    assert story.part(result, "waves", EN).id == f"loyalty_index.waves.{verdict}"
    assert result.numbers["waves"] == len(means)


def test_the_last_change_is_tested():
    rose = loyalty_index(over_time(4, 7))
    assert rose.change.real
    assert story.change(rose, EN).id == "loyalty_index.change.up"
    assert "Q2 2024" in EN.say(story.change(rose, EN))
    assert story.change(loyalty_index(over_time(5, 5)), EN).id == "loyalty_index.change.none"


def test_the_lowest_question_gets_the_advice():
    low = frame(recommend=[9, 8] * 30, again=[5, 4] * 30, other=[2, 1, 2] * 20)
    assert "loyalty_index.advice.other" in [advice.id for advice in story.advice(loyalty_index(low), EN)]
    alike = frame(recommend=[5, 10] * 30, again=[3, 5] * 30, other=[3, 5] * 30)
    advised = {advice.id.rpartition(".")[2] for advice in story.advice(loyalty_index(alike), EN)}
    assert not advised & set(QUESTIONS)
