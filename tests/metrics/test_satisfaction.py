"""Service rating: by hand, and the long way in pandas and statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import polars as pl
import pytest
import statsmodels.api as sm
from scipy import stats as scipy_stats
from statsmodels.stats.proportion import proportion_confint

from loyalty import limits, satisfaction, story
from loyalty.benchmarks import band_for, measure_of
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.words import Translator
from tests.tables import dataset, draw_responses, frame

ANSWERS = """
rating customer date       segment comment
5      ann      2025-01-05 north   good
4      bob      2025-01-20 north   good
3      cat      2025-01-31 south   -
2      dan      2025-02-01 south   slow
1      eve      2025-02-10 south   slow
5      fay      2025-02-11 -       good
4      gus      2025-02-12 north   -
-      hal      2025-02-13 north   lost
5      -        -          south   fine
"""
EN = Translator("en")


def estimates(groups):
    return {group.group: (pytest.approx(group.value), group.n) for group in groups}


def of(estimate):
    return (estimate.value, estimate.low, estimate.high, estimate.n)


def wilson(hits, n, effect=1.0):
    return proportion_confint(hits / effect, n / effect, method="wilson")


def on(header, answers):
    """Answers under a header of one's own, as they come from a file."""
    return Dataset.from_frames(responses=pd.DataFrame({header: answers}), roles={"rating": header})


def test_the_two_highest_marks_by_hand():
    result = satisfaction(dataset(responses=ANSWERS))
    # 5, 4, 5, 4, 5 of eight answers; one did not answer
    assert (result.overall.value, result.overall.n, result.unit) == (5 / 8, 8, "share")
    assert (result.overall.low, result.overall.high) == pytest.approx(wilson(5, 8))
    assert result.options == {"measure": "top_two", "scale": "1-5"}
    assert (result.numbers["top"], result.numbers["good"], result.numbers["low"]) == (5, 5, 2)
    assert (result.numbers["answers"], result.numbers["total"], result.numbers["mean"]) == (8, 29, 29 / 8)


def test_the_mean_by_hand():
    result = satisfaction(dataset(responses=ANSWERS), measure="mean")
    # (5 + 4 + 3 + 2 + 1 + 5 + 4 + 5) / 8, everyone once: the t interval of a mean
    answers = [5, 4, 3, 2, 1, 5, 4, 5]
    low, high = scipy_stats.t.interval(0.95, 7, np.mean(answers), scipy_stats.sem(answers))
    assert of(result.overall) == (29 / 8, pytest.approx(low), pytest.approx(high), 8)
    assert result.unit == "stars"
    assert result.numbers["share"] == 5 / 8


def test_segments_and_months_by_hand():
    result = satisfaction(dataset(responses=ANSWERS), by="segment")
    assert [group.group for group in result.groups] == ["south", "north", ""]
    assert estimates(result.groups) == {"south": (1 / 4, 4), "north": (1, 3), "": (1, 1)}
    assert [row[:4] for row in result.table("groups").rows] == [
        ("south", 2, 1, 1),
        ("north", 0, 0, 3),
        ("", 0, 0, 1),
    ]
    assert estimates(result.trend) == {"2025-01": (2 / 3, 3), "2025-02": (2 / 4, 4)}
    assert (result.change.before, result.change.after) == result.trend
    mean = satisfaction(dataset(responses=ANSWERS), by="segment", measure="mean")
    assert estimates(mean.groups) == {"south": (11 / 4, 4), "north": (13 / 3, 3), "": (5, 1)}
    assert estimates(mean.trend) == {"2025-01": (4, 3), "2025-02": (3, 4)}


def test_tables_by_hand():
    result = satisfaction(dataset(responses=ANSWERS))
    assert result.table("scores").rows == (
        (1, 1, "dissatisfied"),
        (2, 1, "dissatisfied"),
        (3, 1, "neutral"),
        (4, 2, "satisfied"),
        (5, 3, "satisfied"),
    )
    low, middle, top = result.table("levels").rows
    assert low == ("dissatisfied", 2, 2 / 8, *map(pytest.approx, wilson(2, 8)))
    assert middle == ("neutral", 1, 1 / 8, *map(pytest.approx, wilson(1, 8)))
    assert top == ("satisfied", 5, 5 / 8, *map(pytest.approx, wilson(5, 8)))


def test_comments_by_hand():
    result = satisfaction(dataset(responses=ANSWERS))
    assert result.table("comment_counts").rows == (("dissatisfied", 2), ("neutral", 0), ("satisfied", 4))
    assert set(result.table("comments").rows) == {
        ("satisfied", 5, "good", 2),
        ("satisfied", 4, "good", 1),
        ("satisfied", 5, "fine", 1),
        ("dissatisfied", 2, "slow", 1),
        ("dissatisfied", 1, "slow", 1),
    }
    assert result.table("comments").rows[0] == ("satisfied", 5, "good", 2), "the most frequent first"


@pytest.mark.parametrize(
    ("scale", "top", "good", "low"),
    [
        # the two highest points; from 75 of 100 points; below 50 of 100 points
        ("1-5", {4, 5}, {4, 5}, {1, 2}),
        ("5-1", {1, 2}, {1, 2}, {4, 5}),
        ("1-7", {6, 7}, {6, 7}, {1, 2, 3}),
        ("0-10", {9, 10}, {8, 9, 10}, {0, 1, 2, 3, 4}),
        ("1-10", {9, 10}, {8, 9, 10}, {1, 2, 3, 4, 5}),
        ("0-100", {80, 90, 100}, {75, 79, 80, 90, 100}, {0, 49}),
        ("1-4", {3, 4}, {4}, {1, 2}),
        ("1-6", {5, 6}, {5, 6}, {1, 2, 3}),
    ],
)
def test_what_counts_on_every_scale(scale, top, good, low):
    answers = [0.0, 49, 50, 75, 79, 80, 90, 100] if scale == "0-100" else [float(x) for x in range(11)]
    worst, best = map(int, scale.split("-"))
    known = [x for x in answers if min(worst, best) <= x <= max(worst, best)]
    result = satisfaction(dataset(responses=pl.DataFrame({"rating": answers})), scale=scale)
    assert result.overall.n == len(known)
    assert (result.numbers["top"], result.numbers["good"], result.numbers["low"]) == (
        len(top),
        len(good),
        len(low),
    )
    if scale != "0-100":
        named = {
            level: {score for score, n, name in result.table("scores").rows if name == level and n}
            for level in ("satisfied", "dissatisfied")
        }
        assert named == {"satisfied": top, "dissatisfied": low}


def test_a_scale_whose_low_end_is_best_is_turned_for_the_mean():
    answers = dataset(responses=pl.DataFrame({"rating": [1.0, 1, 2, 5]}))
    assert satisfaction(answers, measure="mean", scale="5-1").overall.value == (5 + 5 + 4 + 1) / 4
    up = satisfaction(answers, measure="mean", scale="1-5")
    assert up.overall.value == (1 + 1 + 2 + 5) / 4
    scores = satisfaction(answers, scale="5-1").table("scores").rows
    assert [score for score, _, _ in scores] == [5, 4, 3, 2, 1], "from the worst to the best"


@pytest.mark.parametrize(
    ("header", "answers", "scale"),
    [
        ("Stars", [5, 4, 3, 1], "1-5"),
        ("Stars (1-7)", [5, 4, 3, 1], "1-7"),
        ("Rating, 1 = excellent, 5 = poor", [5, 4, 3, 1], "5-1"),
        ("Rating", [10, 4, 3, 0], "0-10"),
        ("Rating", [95, 80, 40, 70], "0-100"),
        ("How satisfied are you?", ["satisfied", "neutral"] * 2, "1-5"),
    ],
)
def test_the_scale_is_found_and_said(header, answers, scale):
    result = satisfaction(on(header, answers))
    assert result.options["scale"] == scale
    worst, best = scale.split("-")
    told = EN.say(result.notes[0])
    assert f"from {worst} to {best}, where {best} is best" in told


def test_another_scale_can_be_chosen_and_answers_off_it_are_said():
    answers = on("Rating", [1, 2, 3, 4, 5, 5])
    result = satisfaction(answers, scale="1-4")
    assert (result.overall.value, result.overall.n) == (2 / 4, 4)
    assert EN.say(result.notes[1]) == "Answers outside that scale were left out: 2."
    assert satisfaction(answers, scale="0-10").overall.value == 0


def test_half_stars_stand_between_the_points():
    result = satisfaction(dataset(responses=pl.DataFrame({"rating": [4.5, 3.5, 5.0, 2.5]})))
    scores = {score: (n, name) for score, n, name in result.table("scores").rows}
    assert scores[4.5] == (1, "satisfied")
    assert scores[3.5] == (1, "neutral")
    assert scores[2.5] == (1, "dissatisfied")
    assert scores[1] == (0, "dissatisfied")


def test_averages_with_many_decimals_go_with_the_whole_point_below():
    answers = [1 + 9 * place / 199 for place in range(200)]
    rows = (
        satisfaction(dataset(responses=pl.DataFrame({"rating": answers})), scale="1-10").table("scores").rows
    )
    assert sum(n for _, n, _ in rows) == 200
    expected = {point: sum(point <= x < point + 1 for x in answers) for point in range(1, 11)}
    found = {point: sum(n for score, n, _ in rows if score == point) for point in expected}
    assert found == expected
    fives = {name: n for score, n, name in rows if score == 5}  # below 5.5 is below the middle
    assert fives == {
        "dissatisfied": sum(5 <= x < 5.5 for x in answers),
        "neutral": sum(5.5 <= x < 6 for x in answers),
    }
    down = (
        satisfaction(dataset(responses=pl.DataFrame({"rating": answers})), scale="10-1").table("scores").rows
    )
    assert [score for score, _, _ in down] == [10, 9, 8, 7, 6, 6, 5, 4, 3, 2, 1]
    assert {name for score, n, name in down if score == 2 and n} == {"satisfied"}


@pytest.mark.parametrize(
    ("scale", "answers", "expected"),
    [
        ("0-100", [0.0, 9.9, 45, 79.5, 80, 100], {"0–9": 2, "40–49": 1, "70–79": 1, "80–89": 1, "90–100": 1}),
        ("100-0", [0.0, 10, 11, 100], {"100–91": 1, "20–11": 1, "10–0": 2}),
    ],
)
def test_a_fine_scale_is_told_in_tenths(scale, answers, expected):
    result = satisfaction(dataset(responses=pl.DataFrame({"rating": answers})), scale=scale)
    rows = result.table("scores").rows
    assert len(rows) == 10
    assert {score: n for score, n, _ in rows if n} == expected
    assert [name for _, _, name in rows] == ["dissatisfied"] * 5 + ["neutral"] * 3 + ["satisfied"] * 2


def clustered(x, customer):
    """Design effect by statsmodels: cluster-robust variance of the mean against the plain one."""
    anonymous = pd.Series([f"?{i}" for i in customer.index], index=customer.index)
    groups = pd.factorize(customer.fillna(anonymous))[0]
    fit = sm.OLS(x.to_numpy(float), np.ones(len(x))).fit(
        cov_type="cluster", cov_kwds={"groups": groups}, use_t=True
    )
    return max(1.0, fit.bse[0] ** 2 / (x.to_numpy(float).var() / len(x))), fit.conf_int()[0]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_share_the_long_way(seed):
    drawn = draw_responses(seed)
    result = satisfaction(dataset(responses=drawn), by="segment")
    answers = drawn.to_pandas().dropna(subset=["rating"]).reset_index(drop=True)
    effect, _ = clustered(answers["rating"] >= 4, answers["customer"])

    def rated(part):
        hits, n = (part["rating"] >= 4).sum(), len(part)
        return (hits / n, *wilson(hits, n, effect), n)

    assert of(result.overall) == pytest.approx(rated(answers))
    groups = {name: rated(part) for name, part in answers.groupby(answers["segment"].fillna(""))}
    assert {g.group: of(g) for g in result.groups} == {n: pytest.approx(g) for n, g in groups.items()}
    months = {name: rated(part) for name, part in answers.groupby(answers["date"].dt.strftime("%Y-%m"))}
    assert {m.group: of(m) for m in result.trend} == {n: pytest.approx(m) for n, m in months.items()}
    for name, test in (("dissatisfied", answers["rating"] <= 2), ("neutral", answers["rating"] == 3)):
        own, _ = clustered(test, answers["customer"])
        [row] = [row for row in result.table("levels").rows if row[0] == name]
        assert row[1:] == (test.sum(), test.mean(), *map(pytest.approx, wilson(test.sum(), len(test), own)))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_mean_the_long_way(seed):
    drawn = draw_responses(seed)
    result = satisfaction(dataset(responses=drawn), by="segment", measure="mean")
    answers = drawn.to_pandas().dropna(subset=["rating"]).reset_index(drop=True)

    def rated(part):
        _, (low, high) = clustered(part["rating"], part["customer"])
        return (part["rating"].mean(), max(low, 1), min(high, 5), len(part))

    assert of(result.overall) == pytest.approx(rated(answers))
    groups = {name: rated(part) for name, part in answers.groupby(answers["segment"].fillna(""))}
    assert {g.group: of(g) for g in result.groups} == {n: pytest.approx(g) for n, g in groups.items()}
    months = {name: rated(part) for name, part in answers.groupby(answers["date"].dt.strftime("%Y-%m"))}
    assert {m.group: of(m) for m in result.trend} == {n: pytest.approx(m) for n, m in months.items()}


def test_one_customer_answers_for_one():
    once = dataset(responses="rating customer\n" + "5 ann\n" * 20)
    assert satisfaction(once).overall.n == 20
    assert of(satisfaction(once).overall) == (1, pytest.approx(wilson(1, 1)[0]), 1, 20)
    mean = satisfaction(once, measure="mean").overall
    assert of(mean) == (5, 1, 5, 20), "one customer says nothing about others"


def test_everyone_content_is_not_beyond_doubt():
    content = dataset(responses="rating\n" + "5\n" * 20)
    low, _ = wilson(20, 20)
    assert satisfaction(content, measure="mean").overall.low == pytest.approx(1 + 4 * low)


def test_without_dates_segments_or_comments():
    result = satisfaction(dataset(responses=pl.DataFrame({"rating": [5.0, 3.0]})))
    assert (result.overall.value, result.trend, result.change, result.groups) == (0.5, (), None, ())
    assert {table.name for table in result.tables} == {"scores", "levels", "groups"}


@pytest.mark.parametrize(
    ("answers", "options", "id"),
    [
        ("customer date\n ann 2025-01-01", {}, "missing_columns"),
        ("rating\n -\n -", {}, "no_answers"),
        ("rating\n 1\n 2", {"scale": "3-9"}, "no_scores"),
        ("rating\n -5\n 300", {}, "no_known_scale"),
        ("rating\n 5", {"measure": "other"}, "unknown_option"),
        ("rating\n 5", {"scale": "nonsense"}, "unknown_option"),
        ("rating\n 5", {"scale": "5-5"}, "unknown_option"),
        ("rating\n 5", {"by": "segment"}, "no_groups"),
        ("rating segment\n 5 a", {"by": "colour"}, "unknown_group"),
    ],
)
def test_what_cannot_be_answered_is_said(answers, options, id):
    with pytest.raises(LoyaltyError) as caught:
        satisfaction(dataset(responses=answers), **options)
    assert caught.value.id == id
    assert str(caught.value)
    assert caught.value.in_language("zh")


# What is said


def told(*counts):
    """The result of so many answers of 1, 2, 3, 4 and 5."""
    answers = [float(mark) for mark, n in enumerate(counts, 1) for _ in range(n)]
    return satisfaction(dataset(responses=pl.DataFrame({"rating": answers})))


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ((60, 40, 0, 0, 300), "many"),  # a quarter: from 21 %
        ((1, 1, 40, 150, 200), "few"),  # half a percent: up to 1.8 %
        ((3, 3, 10, 20, 24), "unclear"),  # a tenth: 5 to 20 %
    ],
)
def test_many_low_marks_call_for_a_review(counts, verdict):
    result = told(*counts)
    low, high = wilson(sum(counts[:2]), sum(counts))
    assert {"many": low > 0.1, "few": high <= 0.1, "unclear": low <= 0.1 < high}[verdict]
    assert story.part(result, "levels", EN).id == f"satisfaction.levels.{verdict}"
    advised = [advice.id for advice in story.advice(result, EN)]
    assert ("satisfaction.advice.review" in advised) == (verdict == "many")


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [((0, 0, 5, 40, 60), "good"), ((20, 20, 20, 20, 20), "below"), ((2, 3, 5, 20, 15), "unclear")],
)
@pytest.mark.parametrize("measure", ["top_two", "mean"])
def test_good_is_from_4_of_5_on(counts, verdict, measure):
    answers = [float(mark) for mark, n in enumerate(counts, 1) for _ in range(n)]
    low, high = scipy_stats.t.interval(0.95, len(answers) - 1, np.mean(answers), scipy_stats.sem(answers))
    assert {"good": low >= 4, "below": high < 4, "unclear": low < 4 <= high}[verdict]
    result = satisfaction(dataset(responses=pl.DataFrame({"rating": answers})), measure=measure)
    assert story.answer(result, EN).id == f"satisfaction.answer.{measure}_{verdict}"
    assert " 4" in EN.say(story.answer(result, EN))


def test_few_answers_have_no_verdict():
    assert story.answer(told(0, 0, 0, 4, 25), EN).id == "satisfaction.small.top_two"
    assert story.answer(told(0, 0, 0, 5, 25), EN).id == "satisfaction.answer.top_two_good"
    assert limits.SMALL_SAMPLE == 30


@pytest.mark.parametrize(
    ("scale", "marks"),
    [("1-5", "4 or 5"), ("5-1", "2 or 1"), ("1-7", "6 or 7"), ("0-10", "9 or 10"), ("0-100", "80 to 100")],
)
def test_the_marks_that_count_are_named_in_the_user_s_scale(scale, marks):
    answers = [float(x) for x in (1, 1, 2, 5, 4)] * 8 if scale != "0-100" else [80.0, 90, 10] * 12
    result = satisfaction(dataset(responses=pl.DataFrame({"rating": answers})), scale=scale)
    assert f"({marks})" in EN.say(story.answer(result, EN))


def test_published_stars_are_held_against_the_mean_on_five_stars_alone():
    answers = dataset(responses="rating\n" + "5\n4\n3\n" * 20)
    stars = satisfaction(answers, measure="mean")
    assert band_for(stars, "local_businesses_all").publisher == "BrightLocal"
    assert band_for(stars, "local_businesses_all").typical == pytest.approx(4.42)
    assert measure_of(satisfaction(answers)) == "top_two"
    assert band_for(satisfaction(answers), "retail") is None, (
        "indices and yes-or-no ratings are something else"
    )
    assert measure_of(satisfaction(answers, measure="mean", scale="0-10")) is None


def test_many_different_comments_are_counted_in_full_and_listed_in_part():
    n = limits.COMMENTS + 50
    answers = frame({"rating": [5.0] * n, "comment": [f"comment {i}" for i in range(n)]})
    result = satisfaction(dataset(responses=answers))
    assert dict(result.table("comment_counts").rows)["satisfied"] == n
    assert len(result.table("comments").rows) == limits.COMMENTS


def test_nothing_is_infinite():
    for estimate in (told(0, 0, 0, 0, 1).overall, told(0, 0, 1, 0, 1).overall):
        assert all(map(math.isfinite, (estimate.low, estimate.high)))
