"""BG/BB against Fader, Hardie & Shang (2010) as BTYD and lifetimes print them, and against enumeration."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.special import betaln

from loyalty.errors import LoyaltyError
from loyalty.models import bg_bb
from loyalty.models.bg_bb_likelihood import Likelihood
from tests import cdnow

PUBLISHED = {"alpha": 1.203528, "beta": 0.749726, "gamma": 0.656781, "delta": 2.783796}


@pytest.fixture(scope="module")
def donations():
    """Frequency, recency and years of 11,104 donors, and how many have these."""
    table = cdnow.published("donations.csv")
    return table["frequency"], table["recency"] / 7, table["periods"], table["weights"]


@pytest.fixture(scope="module")
def fitted(donations):
    return bg_bb.fit(*donations)


def enumerated(params, taken):
    """Probability of a history, given which opportunities were taken, by the formula of every course."""
    alpha, beta, gamma, delta = params.values()
    x, n = sum(taken), len(taken)
    last = max((place for place, yes in enumerate(taken, 1) if yes), default=0)
    courses = [(seen, 1) for seen in range(last, n)] + [(n, 0)]
    return sum(
        np.exp(
            betaln(alpha + x, beta + seen - x)
            - betaln(alpha, beta)
            + betaln(gamma + left, delta + seen)
            - betaln(gamma, delta)
        )
        for seen, left in courses
    )


# Estimates


def test_fader_hardie_and_shang_2010(fitted):
    assert list(fitted.params.values()) == pytest.approx([1.204, 0.750, 0.657, 2.783], abs=1e-3)
    assert fitted.loglik == pytest.approx(-33225.6, abs=0.05)
    assert (fitted.state, fitted.n, dict(fitted.excluded)) == ("ok", 11104, {})


def test_btyd_estimates_the_same(fitted):
    assert fitted.params == pytest.approx(PUBLISHED, rel=2e-4)
    assert fitted.loglik == pytest.approx(-33225.58, abs=5e-3)


def test_published_estimates_are_no_likelier(donations, fitted):
    *histories, weights = donations
    published = (bg_bb.log_likelihood(PUBLISHED, *histories) * weights).sum()
    assert published == pytest.approx(-33225.58, abs=5e-3)
    assert published <= fitted.loglik


# The likelihood


def test_likelihood_is_the_sum_over_courses():
    histories = list(product((0, 1), repeat=5))
    exact = [enumerated(PUBLISHED, taken) for taken in histories]
    assert sum(exact) == pytest.approx(1, rel=1e-12)
    x = [sum(taken) for taken in histories]
    last = [max((place for place, yes in enumerate(taken, 1) if yes), default=0) for taken in histories]
    assert np.exp(bg_bb.log_likelihood(PUBLISHED, x, last, 5)) == pytest.approx(exact, rel=1e-12)


@pytest.mark.parametrize("theta", [(0.3, -0.2, 0.5, 1.0), (-3, 4, 2, -2), (6, 6, -4, 3)])
def test_gradient_and_hessian_are_differences(theta):
    likelihood = Likelihood(
        *np.array([[0, 1, 3, 6], [0, 6, 4, 6], [6, 6, 7, 6]], float), np.array([3.0, 2, 1, 2])
    )
    _, gradient, hessian = likelihood(np.array(theta, float))
    for place, step in enumerate(1e-5 * np.eye(4)):
        above, below = likelihood(theta + step), likelihood(theta - step)
        assert gradient[place] == pytest.approx((above[0] - below[0]) / 2e-5, rel=1e-6, abs=1e-8)
        assert hessian[place] == pytest.approx((above[1] - below[1]) / 2e-5, rel=1e-6, abs=1e-8)


def test_weights_stand_for_customers():
    rng = np.random.default_rng(1)
    drawn = bg_bb.simulate(PUBLISHED, np.full(2_000, 6), rng)
    rows, counts = np.unique([drawn.frequency, drawn.recency, drawn.age], axis=1, return_counts=True)
    whole = bg_bb.fit(drawn.frequency, drawn.recency, drawn.age)
    assert bg_bb.fit(*rows, counts).params == pytest.approx(dict(whole.params), rel=1e-9)


# Predictions


def test_btyd_expected_donations():
    assert bg_bb.expected_new(PUBLISHED, 10) == pytest.approx(3.179805, abs=1e-6)
    found = bg_bb.expected_purchases(PUBLISHED, 10, [0, 4], [0, 5], 6)
    assert found == pytest.approx([0.1302169, 3.627858], rel=1e-6)


def test_lifetimes_total_of_five_years(donations, fitted):
    *histories, weights = donations
    total = (bg_bb.expected_purchases(fitted, 5, *histories) * weights).sum()
    assert total == pytest.approx(12884.2, abs=0.05)


@pytest.mark.parametrize("gamma", [0.3, 1.0, 2.5])
def test_moments_are_those_of_the_distribution(gamma):
    params = {**PUBLISHED, "gamma": gamma}
    n = np.arange(13)
    chances = bg_bb.probability_of(params, n, 12)
    assert chances.sum() == pytest.approx(1, rel=1e-12)
    assert (n * chances).sum() == pytest.approx(bg_bb.expected_new(params, 12), rel=1e-12)
    squares = bg_bb.factorial_moment(params, 12, 0, 0, 0)
    assert (n * (n - 1) * chances).sum() == pytest.approx(squares[0], rel=1e-12)


def test_alive_as_courses_have_it():
    there = np.exp(
        betaln(PUBLISHED["alpha"] + 2, PUBLISHED["beta"] + 4)
        - betaln(PUBLISHED["alpha"], PUBLISHED["beta"])
        + betaln(PUBLISHED["gamma"], PUBLISHED["delta"] + 6)
        - betaln(PUBLISHED["gamma"], PUBLISHED["delta"])
    )
    found = bg_bb.probability_alive(PUBLISHED, [2, 2], [3, 6], 6)
    assert found[0] == pytest.approx(there / enumerated(PUBLISHED, (1, 0, 1, 0, 0, 0)), rel=1e-12)
    assert found[1] == pytest.approx(1, rel=1e-15)


def test_shapes_and_what_cannot_be():
    found = bg_bb.expected_purchases(PUBLISHED, [0, 1, 5], [0, 4, np.nan, 3], [0, 5, 1, 2], 6)
    assert found.shape == (3, 4)
    assert found[0, :2].tolist() == [0, 0]
    assert np.isnan(found[:, 2:]).all()
    assert bg_bb.expected_new(PUBLISHED, [1, 2]).shape == (2,)


def test_what_is_no_number_is_nan_and_more_than_there_are_is_impossible():
    for horizon in (-1, np.nan, np.inf, 2.5):
        found = bg_bb.expected_purchases(PUBLISHED, [2, horizon], 3, 4, 6)
        assert np.isnan(found[:, 0]).tolist() == [False, True]
    odd = [(1.5, 2, 3), (1, 2.5, 3), (1, 2, 3.5), (2, 1, 3), (1, 2, np.inf)]
    assert np.isnan(bg_bb.log_likelihood(PUBLISHED, *np.array(odd, float).T)).all()
    assert bg_bb.probability_of(PUBLISHED, [7, 100], 6).tolist() == [0, 0]
    assert np.isnan(bg_bb.probability_of(PUBLISHED, [-1, 0.5, np.nan], 6)).all()
    assert bg_bb.probability_of(PUBLISHED, [], 6).shape == (0,)


# Simulation and states


def test_simulated_customers_behave_as_the_model_says():
    drawn = bg_bb.simulate(PUBLISHED, np.full(100_000, 6), np.random.default_rng(2), horizon=5)
    shares = [(drawn.frequency == count).mean() for count in range(7)]
    assert shares == pytest.approx(bg_bb.probability_of(PUBLISHED, np.arange(7), 6), abs=0.005)
    histories = drawn.frequency, drawn.recency, drawn.age
    alive = bg_bb.probability_alive(PUBLISHED, *histories)
    assert alive.mean() == pytest.approx(drawn.alive.mean(), abs=0.005)
    expected = bg_bb.expected_purchases(PUBLISHED, 5, *histories)
    often = drawn.frequency >= 3
    assert drawn.future[often].mean() == pytest.approx(expected[often].mean(), rel=0.02)
    pairs = (drawn.future * (drawn.future - 1)).mean()
    assert bg_bb.factorial_moment(PUBLISHED, 5, *histories).mean() == pytest.approx(pairs, rel=0.03)


@pytest.mark.parametrize(
    ("frequency", "recency", "opportunities", "simpler"),
    [
        ([0] * 40, [0] * 40, [6] * 40, "no_repeat"),
        ([6] * 40, [6] * 40, [6] * 40, None),
        ([3] * 40, [6] * 40, [6] * 40, None),
        ([1], [1], [1], None),
        ([5_000, 0, 1], [10_000, 0, 3], [10_000, 10_000, 3], None),
    ],
)
def test_every_fit_ends_in_a_state(frequency, recency, opportunities, simpler):
    found = bg_bb.fit(frequency, recency, opportunities)
    assert found.state in ("ok", "weak", "boundary", "flat")
    assert simpler in (None, found.simpler)
    assert np.isfinite([*found.params.values(), found.loglik, *found.covariance.ravel()]).all()
    assert np.isfinite(bg_bb.expected_purchases(found, 3, frequency, recency, opportunities)).all()
    assert str(found.message)


def test_impossible_histories_are_counted():
    found = bg_bb.fit([1, 3, np.nan, 0, 1, 1], [1, 2, 1, 0, 1.5, 7], 6)
    assert (found.n, dict(found.excluded)) == (2, {"missing": 1, "impossible": 3})
    with pytest.raises(LoyaltyError, match="left out: 1"):
        bg_bb.fit([3], [2], [6])


@pytest.mark.slow
@pytest.mark.parametrize("customers", [1, 3, 30, 300, 3000])
@pytest.mark.parametrize(
    "params",
    [
        (1.2, 0.75, 0.66, 2.8),  # usual
        (100, 100, 1, 3),  # everybody buys alike
        (1, 5, 1e-5, 1),  # nobody leaves
        (1, 1, 1e4, 1e5),  # all leave alike
        (0.1, 0.1, 0.1, 0.1),  # of few kinds
        (1, 1, 20, 1),  # all leave at once
    ],
)
def test_odd_customers(params, customers):
    for seed in range(5):
        rng = np.random.default_rng(seed)
        asked = rng.integers(1, 15, customers)
        drawn = bg_bb.simulate(dict(zip(bg_bb.NAMES, params, strict=True)), asked, rng)
        histories = drawn.frequency, drawn.recency, drawn.age
        found = bg_bb.fit(*histories)
        assert (found.simpler is not None) == (found.state == "boundary")
        assert bool(found.se) == found.shown
        assert np.isfinite([*found.params.values(), found.loglik, *found.covariance.ravel()]).all()
        expected = bg_bb.expected_purchases(found, 5, *histories)
        assert ((expected >= 0) & (expected <= 5)).all()
