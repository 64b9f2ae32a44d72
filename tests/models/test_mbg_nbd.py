"""MBG/NBD against BTYDplus as lifetimes quotes it, pymc-marketing and integrals."""

from __future__ import annotations

import json
from pathlib import Path

import mpmath
import numpy as np
import pytest

from loyalty.models import bg_nbd, mbg_nbd
from tests import cdnow

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "clv.json").read_text("utf-8"))
PRINTED = VECTORS["mbgnbd"]["params"]
HISTORIES = [np.array(VECTORS["customers"][name]) for name in ("frequency", "recency", "T")]


@pytest.fixture(scope="module")
def weeks():
    """Frequency, recency and age of the 2,357 customers in 39 weeks."""
    table = cdnow.published("cdnow_customers_summary.csv")
    return table["frequency"], table["recency"] / 7, table["T"] / 7


@pytest.fixture(scope="module")
def fitted(weeks):
    return mbg_nbd.fit(*weeks)


def test_lifetimes_parameters_close_to_btydplus(fitted):
    assert list(fitted.params.values()) == pytest.approx([0.525, 6.183, 0.891, 1.614], abs=5e-4)


def test_where_the_gradient_vanishes_to_nine_digits(fitted):
    exact = {"r": 0.5248433, "alpha": 6.1830858, "a": 0.8913592, "b": 1.6140014}
    assert fitted.params == pytest.approx(exact, rel=1e-6)
    assert fitted.loglik == pytest.approx(-9582.135716, abs=1e-6)
    errors = {"r": 0.083268, "alpha": 0.695621, "a": 0.154790, "b": 0.537494}
    assert fitted.se == pytest.approx(errors, rel=1e-5)
    assert (fitted.model, fitted.state, fitted.n) == ("mbg_nbd", "ok", 2357)


@pytest.mark.parametrize(("x", "t", "age"), [(0, 0, 30), (1, 3, 30), (4, 29, 30)])
def test_log_likelihood_is_the_integral_over_rates_and_probabilities(x, t, age):
    r, alpha, a, b = map(mpmath.mpf, PRINTED.values())

    def rate(time):
        return mpmath.gamma(r + x) / mpmath.gamma(r) * alpha**r / (alpha + time) ** (r + x)

    def given(p):
        beta = p ** (a - 1) * (1 - p) ** (b - 1) / mpmath.beta(a, b)
        return beta * ((1 - p) ** (x + 1) * rate(age) + p * (1 - p) ** x * rate(t))

    expected = float(mpmath.log(mpmath.quad(given, [0, 0.01, 0.1, 0.5, 0.9, 1])))
    assert mbg_nbd.log_likelihood(PRINTED, x, t, age) == pytest.approx(expected, rel=1e-7)


def test_pymc_expected_purchases_of_a_new_customer():
    exact = [0.053084795263698685, 0.15086328860664794, 0.28136022398301175]
    assert mbg_nbd.expected_new(PRINTED, [1, 3, 6]) == pytest.approx(exact, rel=1e-12)


def test_pymc_fifteen_customers():
    expected = VECTORS["mbgnbd"]["expected_purchases"]
    found = mbg_nbd.expected_purchases(PRINTED, [1, 3, 6], *HISTORIES)
    assert found == pytest.approx(np.array([expected[f"t{t}"] for t in (1, 3, 6)]), abs=6e-11)
    alive = mbg_nbd.probability_alive(PRINTED, *HISTORIES)
    assert alive == pytest.approx(VECTORS["mbgnbd"]["p_alive"], abs=6e-11)


def test_total_of_the_next_39_weeks(fitted, weeks):
    """As the three packages forecast it; 1882 came."""
    assert mbg_nbd.expected_purchases(fitted, 39, *weeks).sum() == pytest.approx(1576.7, abs=0.05)


def test_whoever_never_came_back_may_have_left():
    alive = mbg_nbd.probability_alive(PRINTED, 0, 0, [0, 10, 1000])
    assert alive[0] == pytest.approx(PRINTED["b"] / (PRINTED["a"] + PRINTED["b"]))
    assert (np.diff(alive) < 0).all()


@pytest.mark.parametrize("params", [PRINTED, {"r": 3, "alpha": 9, "a": 1, "b": 4}])
def test_probabilities_add_up_to_one_and_to_the_moments(params):
    n = np.arange(3000)
    probabilities = mbg_nbd.probability_of(params, n, 8)
    assert probabilities.sum() == pytest.approx(1, abs=1e-10)
    assert (n * probabilities).sum() == pytest.approx(mbg_nbd.expected_new(params, 8), rel=1e-9)
    moment = mbg_nbd.factorial_moment(params, 8, 0, 0, 0)
    assert (n * (n - 1) * probabilities).sum() == pytest.approx(moment[0], rel=1e-8)


def test_of_those_who_came_back_it_says_what_bg_says_with_one_more_chance():
    """Who has stayed for one chance more has a probability to leave that is beta(a, b + 1)."""
    x, t, age = (column[HISTORIES[0] > 0] for column in HISTORIES)
    later = PRINTED | {"b": PRINTED["b"] + 1}
    assert mbg_nbd.expected_purchases(PRINTED, 9, x, t, age) == pytest.approx(
        bg_nbd.expected_purchases(later, 9, x, t, age), rel=1e-12
    )


def test_drawn_customers_are_as_foreseen():
    drawn = mbg_nbd.simulate(PRINTED, np.full(200_000, 30.0), np.random.default_rng(5), horizon=20)
    history = drawn.frequency, drawn.recency, drawn.age
    alive = mbg_nbd.probability_alive(PRINTED, *history)
    ahead = mbg_nbd.expected_purchases(PRINTED, 20, *history)
    spread = mbg_nbd.factorial_moment(PRINTED, 20, *history) + ahead - ahead**2
    assert drawn.alive.sum() == pytest.approx(alive.sum(), abs=4 * np.sqrt((alive * (1 - alive)).sum()))
    assert drawn.future.sum() == pytest.approx(ahead.sum(), abs=4 * np.sqrt(spread.sum()))
    counts = np.bincount(drawn.frequency.astype(int), minlength=9)[:9] / 200_000
    assert counts == pytest.approx(mbg_nbd.probability_of(PRINTED, np.arange(9), 30), abs=0.005)
    found = mbg_nbd.fit(*history)
    assert [abs(found.params[name] - PRINTED[name]) < 4 * found.se[name] for name in mbg_nbd.NAMES] == [
        True
    ] * 4
