"""Cronbach's alpha against published tables, other implementations and the analysis of variance."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats as scipy_stats

from loyalty.stats.reliability import Comoments, alpha, opposed, with_rest

# Chatterjee & Price (1977), Regression Analysis by Example, section 3.7: shares of favourable answers to
# seven questions in 30 departments, in percent.
ATTITUDE = """
43 51 30 39 61 92 45  63 64 51 54 63 73 47  71 70 68 69 76 86 48  61 63 45 47 54 84 35  81 78 56 66 71 83 47
43 55 49 44 54 49 34  58 67 42 56 66 68 35  71 75 50 55 70 66 41  72 82 72 67 71 83 31  67 61 45 47 62 80 41
64 53 53 58 58 67 34  67 60 47 39 59 74 41  69 62 57 42 55 63 25  68 83 83 45 59 77 35  77 77 54 72 79 77 46
81 90 50 72 60 54 36  74 85 64 69 79 79 63  65 60 65 75 55 80 60  65 70 46 57 75 85 46  50 58 68 54 64 78 52
50 40 33 34 43 64 33  64 61 52 62 66 80 41  53 66 52 50 63 80 37  40 37 42 58 50 57 49  63 54 42 48 66 75 33
66 77 66 63 88 76 72  78 75 58 74 80 78 49  48 57 44 45 51 83 38  85 85 71 71 77 74 55  82 82 39 59 64 78 39
"""
ROWS = np.array(ATTITUDE.split(), dtype=float).reshape(30, 7)
QUESTIONS = ("rating", "complaints", "privileges", "learning", "raises", "critical", "advance")


def of(rows):
    return Comoments.of(np.asarray(rows, dtype=float).tolist())


def test_alpha_of_the_attitude_data_is_that_of_the_r_package_psych():
    assert alpha(of(ROWS)).value == pytest.approx(0.843, abs=5e-4)


@pytest.mark.parametrize(
    ("question", "published"),
    list(zip(QUESTIONS, (0.810, 0.797, 0.828, 0.803, 0.795, 0.864, 0.840), strict=True)),
)
def test_alpha_without_a_question_is_that_of_the_r_package_psych(question, published):
    rest = np.delete(ROWS, QUESTIONS.index(question), axis=1)
    assert alpha(of(rest)).value == pytest.approx(published, abs=5e-4)


def test_alpha_with_two_questions_turned_is_that_of_the_vignette_of_psych():
    turned = of(ROWS).turned(1, 100).turned(5, 100)
    assert alpha(turned).value == pytest.approx(0.18, abs=5e-3)


def test_alpha_is_that_of_the_analysis_of_variance():
    """Hoyt (1941): 1 − mean square of the residual / mean square between persons."""
    people, questions = np.indices(ROWS.shape)
    design = np.column_stack(
        [
            np.ones(ROWS.size),
            *(people.ravel() == i for i in range(1, 30)),
            *(questions.ravel() == i for i in range(1, 7)),
        ]
    ).astype(float)
    fit = sm.OLS(ROWS.ravel(), design).fit()
    between = 7 * ROWS.mean(axis=1).var(ddof=1)
    assert alpha(of(ROWS)).value == pytest.approx(1 - fit.mse_resid / between)


@pytest.mark.parametrize(
    ("value", "n", "questions", "low", "high"),
    [
        # the MRC Cognition and Brain Sciences Unit's worked example of Feldt's interval
        (0.913, 873, 20, 0.9044024, 0.9211588),
        # R package statpsych, ci.cronbach(.05, .85, 7, 89): its own approximation, two digits of it
        (0.85, 89, 7, 0.797, 0.893),
    ],
)
def test_the_interval_of_published_examples(value, n, questions, low, high):
    found = alpha(with_alpha(value, n, questions))
    tolerance = 1e-7 if high > 0.9 else 5e-4
    assert (found.value, found.n) == (pytest.approx(value), n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=tolerance)


def with_alpha(value, n, questions):
    """Sums of questions of mean 0 and variance 1 whose correlation gives this alpha (Spearman-Brown)."""
    r = value / (questions - value * (questions - 1))
    products = tuple(
        tuple((n - 1) * (1.0 if i == j else r) for j in range(questions)) for i in range(questions)
    )
    return Comoments(n, n, (0.0,) * questions, products)


def test_the_interval_covers_the_truth_as_often_as_it_says():
    """Three questions that correlate with 0.5 among 60 people: the true alpha is 0.75."""
    chance = np.random.default_rng(11)
    shape = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    drawn = chance.multivariate_normal(np.zeros(3), shape, size=(2000, 60))
    found = [alpha(of(rows)) for rows in drawn]
    covered = sum(each.low <= 0.75 <= each.high for each in found)
    assert scipy_stats.binomtest(covered, 2000, 0.95).pvalue > 0.01


def test_answers_of_one_person_count_once_in_the_interval():
    twice = of(np.repeat(ROWS, 2, axis=0))
    known = Comoments(twice.n, 30, twice.sums, twice.products)
    one, two = alpha(of(ROWS)), alpha(known)
    assert (two.low, two.high) == pytest.approx((one.low, one.high), abs=0.01)
    assert two.n == 60


@pytest.mark.parametrize("rows", [[[1, 2, 3]], [[4, 4, 4]] * 20, [[1, 0], [0, 1]] * 9])
def test_there_is_no_alpha_where_nothing_varies(rows):
    assert alpha(of(rows)) is None


def test_correlation_with_the_rest_is_scipys():
    for place in range(7):
        rest = np.delete(ROWS, place, axis=1).mean(axis=1)
        assert with_rest(of(ROWS), place) == pytest.approx(scipy_stats.pearsonr(ROWS[:, place], rest)[0])
    assert math.isnan(with_rest(of([[1, 2], [1, 3]]), 0))


@pytest.mark.parametrize("place", range(7))
def test_sums_of_a_turned_question_are_those_of_turned_answers(place):
    turned = ROWS.copy()
    turned[:, place] = 100 - turned[:, place]
    found, expected = of(ROWS).turned(place, 100), of(turned)
    assert found.sums == pytest.approx(expected.sums)
    assert np.array(found.products) == pytest.approx(np.array(expected.products))


def drawn(n, turned=(), r=0.5, seed=5):
    """Three questions that correlate, some of them turned round."""
    chance = np.random.default_rng(seed)
    shape = np.full((3, 3), r) + (1 - r) * np.eye(3)
    rows = chance.multivariate_normal(np.full(3, 60.0), 400 * shape, size=n)
    for place in turned:
        rows[:, place] = 100 - rows[:, place]
    return of(rows)


@pytest.mark.parametrize("place", range(3))
def test_the_question_that_runs_against_the_others_is_found(place):
    assert opposed(drawn(60, [place]), range(3)) == (place,)
    assert opposed(drawn(60, [place]).turned(place, 100), range(3)) == ()


@pytest.mark.parametrize("place", range(3))
def test_the_others_are_turned_where_the_direction_of_one_is_known(place):
    others = tuple(other for other in range(3) if other != place)
    assert opposed(drawn(60, others), others, sure=[place]) == others
    assert opposed(drawn(60, others), others) == ()
    assert opposed(drawn(60, others), others[:1], sure=[place]) == ()


def test_no_question_is_turned_by_chance_by_few_answers_or_against_its_words():
    assert opposed(drawn(60), range(3)) == ()
    assert opposed(drawn(29, [1]), range(3)) == ()
    assert opposed(drawn(60, [1]), [0]) == ()
    unrelated = [opposed(drawn(60, r=0.0, seed=seed), range(3)) for seed in range(200)]
    assert sum(place != () for place in unrelated) <= 30  # the least of three correlations, each 2.5 %
