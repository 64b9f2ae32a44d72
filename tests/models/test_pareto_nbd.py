"""Pareto/NBD against Fader, Hardie & Lee (2005), CLVTools, BTYD, lifetimes, pymc-marketing and mpmath."""

from __future__ import annotations

import json
from pathlib import Path

import mpmath
import numpy as np
import pytest

from loyalty.errors import LoyaltyError
from loyalty.models import pareto_nbd, pareto_nbd_likelihood
from loyalty.models.collapsed import collapse
from loyalty.models.pareto_nbd_likelihood import Likelihood, Rule
from tests import cdnow

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "clv.json").read_text("utf-8"))
PRINTED = VECTORS["pareto_nbd"]["params"]
# BTYD's walkthrough prints its estimates with three decimals and, from them, two dozen predictions with up to
# seven digits: these four numbers bring back all of those. An earlier version printed its own; the examples
# of its manual have round ones.
BTYD = {"r": 0.5533713, "alpha": 10.5795213, "s": 0.6059066, "beta": 11.6580672}
EARLIER = {"r": 0.5533971, "alpha": 10.5801985, "s": 0.6060625, "beta": 11.6562237}
MANUAL = {"r": 0.55, "alpha": 10.56, "s": 0.61, "beta": 11.64}
HISTORIES = [np.array(VECTORS["customers"][name]) for name in ("frequency", "recency", "T")]
EXTREME = 2 * 4 ** np.random.default_rng(5).normal(0, 1, (40, 4))  # parameters with time in mean ages


@pytest.fixture(scope="module")
def weeks():
    """Frequency, recency and age of the 2,357 customers in 39 weeks."""
    table = cdnow.published("cdnow_customers_summary.csv")
    return table["frequency"], table["recency"] / 7, table["T"] / 7


@pytest.fixture(scope="module")
def fitted(weeks):
    return pareto_nbd.fit(*weeks)


def exact_log_likelihood(params, x, recency, age):
    """The closed form by Gauss's hypergeometric function, from whichever side it converges."""
    r, alpha, s, beta, x, recency, age = map(mpmath.mpf, (*params, x, recency, age))
    large, small, order = (alpha, beta, s + 1) if alpha >= beta else (beta, alpha, r + x)

    def tail(time):
        found = mpmath.hyp2f1(r + s + x, order, r + s + x + 1, (large - small) / (large + time))
        return found * (large + time) ** -(r + s + x) / (r + s + x)

    there = (alpha + age) ** -(r + x) * (beta + age) ** -s
    likelihood = alpha**r * beta**s * (there + s * (tail(recency) - tail(age)))
    return mpmath.loggamma(r + x) - mpmath.loggamma(r) + mpmath.log(likelihood)


def drawn_histories(params, customers, seed, age=1.0):
    drawn = pareto_nbd.simulate(params, np.full(customers, age), np.random.default_rng(seed))
    return drawn.frequency, drawn.recency, drawn.age


# Estimates


def test_fader_hardie_and_lee_2005(fitted):
    assert list(fitted.params.values()) == pytest.approx([0.553, 10.578, 0.606, 11.669], abs=5e-4)
    assert fitted.loglik == pytest.approx(-9595.0, abs=0.05)


def test_btyd_estimates_the_same(fitted, weeks):
    for btyd in (BTYD, EARLIER):
        assert fitted.params == pytest.approx(btyd, rel=1.2e-3)  # its climb ends a little before the top
        likely = pareto_nbd.log_likelihood(btyd, *weeks).sum()
        assert likely == pytest.approx(-9594.976, abs=5e-4)
        assert likely <= fitted.loglik


def test_clvtools_finds_the_same_standard_errors(fitted):
    assert list(fitted.se.values()) == pytest.approx([0.0476264, 0.8427222, 0.1872594, 6.2105448], rel=1e-3)


def test_where_the_gradient_vanishes_to_nine_digits(fitted):
    exact = {"r": 0.553277, "alpha": 10.5776835, "s": 0.606240, "beta": 11.6687353}
    assert fitted.params == pytest.approx(exact, rel=1e-6)
    assert fitted.loglik == pytest.approx(-9594.976179, abs=1e-6)
    errors = {"r": 0.047628, "alpha": 0.842723, "s": 0.187281, "beta": 6.211114}
    assert fitted.se == pytest.approx(errors, rel=2e-5)
    assert (fitted.state, fitted.n, fitted.prior, dict(fitted.excluded)) == ("ok", 2357, False, {})


def test_correlation_of_s_and_beta(fitted):
    covariance = fitted.covariance
    correlation = covariance[2, 3] / np.sqrt(covariance[2, 2] * covariance[3, 3])
    assert correlation == pytest.approx(0.97, abs=0.005)


@pytest.mark.parametrize("per_week", [7, 7 / 365.25, 3600 * 24 * 7])
def test_another_unit_of_time_changes_nothing(weeks, fitted, per_week):
    frequency, recency, age = weeks
    other = pareto_nbd.fit(frequency, recency * per_week, age * per_week)
    params = {
        name: other.params[name] / (per_week if name in ("alpha", "beta") else 1) for name in other.params
    }
    assert params == pytest.approx(dict(fitted.params), rel=1e-9)
    ahead = pareto_nbd.expected_purchases(other, 39 * per_week, frequency, recency * per_week, age * per_week)
    assert ahead == pytest.approx(pareto_nbd.expected_purchases(fitted, 39, *weeks), rel=1e-9)


def test_weights_stand_for_customers(weeks):
    some = [column[:400] for column in weeks]
    weights = np.arange(400) % 3
    whole = pareto_nbd.fit(*(np.repeat(column, weights) for column in some))
    weighted = pareto_nbd.fit(*some, weights)
    assert weighted.params == pytest.approx(dict(whole.params), rel=1e-8)
    assert weighted.n == whole.n


# The likelihood


@pytest.mark.parametrize("params", EXTREME.tolist())
def test_likelihood_is_the_closed_form(params):
    frequency, recency = np.array([0, 1, 2, 30, 300]), np.array([0, 0.4, 0.99, 0.7, 0.5])
    found = pareto_nbd.log_likelihood(dict(zip(pareto_nbd.NAMES, params, strict=True)), frequency, recency, 1)
    with mpmath.workdps(60):
        exact = [exact_log_likelihood(params, x, t, 1) for x, t in zip(frequency, recency, strict=True)]
    assert found == pytest.approx([float(value) for value in exact], abs=2e-12, rel=1e-12)


@pytest.mark.parametrize(
    "theta",
    [
        (-0.5, -1, -0.5, -1),
        (1, -3, 0, -2),
        pytest.param((2, 1, -3, 2), marks=pytest.mark.slow),
        pytest.param((-1, 3, 3, 4), marks=pytest.mark.slow),
    ],
)
def test_gradient_and_hessian_are_those_of_the_closed_form(theta):
    histories = [(0, 0, 1), (12, 0.9, 1.3), (1, 0.1, 0.5)]
    weights = [5, 2, 1]

    def whole(*logs):
        params = [mpmath.exp(log) for log in logs]
        logs_ = (exact_log_likelihood(params, *history) for history in histories)
        return mpmath.fsum(map(mpmath.fmul, weights, logs_))

    value, gradient, hessian = Likelihood(collapse(*np.array(histories).T, weights), 1.0)(np.array(theta))
    units = np.eye(4, dtype=int)
    with mpmath.workdps(30):
        slopes = [float(mpmath.diff(whole, theta, unit.tolist())) for unit in units]
        bends = [[float(mpmath.diff(whole, theta, (a + b).tolist())) for a in units] for b in units]
        assert value == pytest.approx(float(whole(*theta)), abs=1e-11)
    assert gradient == pytest.approx(slopes, abs=1e-9)
    assert hessian == pytest.approx(np.array(bends), abs=1e-8)


def histories_of_all_kinds(seed, customers=10_000):
    """Parameters, and half of the customers with purchases, a few or a thousand, early or late."""
    rng = np.random.default_rng(seed)
    params = np.exp(rng.uniform(-9.25, 9.25, 4) if seed % 2 else rng.normal(0, 1.5, 4))
    age = np.exp(rng.uniform(-6, 3, customers))
    frequency = (rng.random(customers) < 0.5) * np.floor(np.exp(rng.uniform(0, 7, customers)))
    return params, (frequency, np.where(frequency > 0, age * rng.random(customers) ** 3, 0), age)


@pytest.mark.parametrize(
    "seed", [pytest.param(n, marks=pytest.mark.slow) if n > 11 else n for n in range(24)]
)
def test_every_history_gets_the_nodes_it_needs(seed, monkeypatch):
    """Ten times as many nodes say the same."""
    params, histories = histories_of_all_kinds(seed)

    def integrals():
        found = np.empty(len(histories[0]))
        for rows, mixed in pareto_nbd_likelihood.mixtures(params, *histories):
            found[rows] = np.logaddexp.reduce(mixed.log_weight[:-1])
        return found

    found = integrals()
    monkeypatch.setattr(pareto_nbd_likelihood, "RULES", [Rule.of(200, np.inf, np.inf)])
    assert found == pytest.approx(integrals(), rel=5e-13, abs=5e-13)


@pytest.mark.parametrize("seed", range(8))
def test_likelihood_of_histories_of_all_kinds(seed):
    params, histories = histories_of_all_kinds(seed, 12)
    named = dict(zip(pareto_nbd.NAMES, params, strict=True))
    with mpmath.workdps(60):
        exact = [float(exact_log_likelihood(params, *each)) for each in zip(*histories, strict=True)]
    assert pareto_nbd.log_likelihood(named, *histories) == pytest.approx(exact, abs=1e-12, rel=1e-12)


@pytest.mark.parametrize("span", [3, 5, 7.5, 9, 12, 17])
@pytest.mark.parametrize("r", [0.01, 1])
@pytest.mark.parametrize("s", [0.3, 12])
def test_long_integrals_are_exact(span, r, s):
    """Of customers who have not come again for e^span times as long as the smaller of alpha and beta."""
    params = {"r": r, "alpha": 60 / np.exp(span), "s": s, "beta": 0.6}
    with mpmath.workdps(60):
        exact = exact_log_likelihood(params.values(), 0, 0, 60)
    assert pareto_nbd.log_likelihood(params, 0, 0, 60) == pytest.approx(float(exact), abs=1e-12)


def test_likelihood_of_many_is_that_of_a_few_at_a_time():
    """A few take the finest rule, many those that they need."""
    rng = np.random.default_rng(1)
    age = np.exp(rng.uniform(-4, 1, 6_000))
    frequency = np.floor(np.exp(rng.uniform(-1, 4, len(age))))
    histories = frequency, np.where(frequency > 0, age * rng.random(len(age)) ** 0.5, 0), age
    theta = np.array([0.1, -1.5, 0.2, 0.5])
    some = ([column[at : at + 30] for column in histories] for at in range(0, len(age), 30))
    parts = [Likelihood(collapse(*each), 1)(theta) for each in some]
    for whole, part in zip(Likelihood(collapse(*histories), 1)(theta), zip(*parts, strict=True), strict=True):
        assert whole == pytest.approx(sum(part), rel=1e-12)


def test_lifetimes_overflow_set_is_finite():
    params = {"r": 10.465, "alpha": 7.98565181e-3, "s": 3.0516, "beta": 2.820}
    histories = [400, 500, 500], [5, 1, 4], [6, 37, 37]
    with mpmath.workdps(60):
        exact = [float(exact_log_likelihood(params.values(), *row)) for row in zip(*histories, strict=True)]
    assert pareto_nbd.log_likelihood(params, *histories) == pytest.approx(exact, rel=1e-12)


# Predictions


@pytest.mark.parametrize("time", [1, 3, 6])
def test_pymc_marketing_customers(time):
    printed = VECTORS["pareto_nbd"]["expected_purchases"][f"t{time}"]
    found = pareto_nbd.expected_purchases(PRINTED, time, *HISTORIES)
    assert found == pytest.approx(printed, abs=6e-11)
    new = VECTORS["pareto_nbd"]["new_customer"][f"t{time}"]
    assert pareto_nbd.expected_new(PRINTED, time) == pytest.approx(new, rel=1e-12)


def test_pymc_marketing_customers_alive():
    found = pareto_nbd.probability_alive(PRINTED, *HISTORIES)
    assert found == pytest.approx(VECTORS["pareto_nbd"]["p_alive"], abs=6e-11)


@pytest.mark.parametrize(("n", "time", "key"), [(1, 1, "P(n=1 purchase in t=1)"), (2, 2, "P(n=2 in t=2)")])
def test_pymc_marketing_purchase_probability(n, time, key):
    found = pareto_nbd.probability_of_next(PRINTED, n, time, *HISTORIES)
    assert found == pytest.approx(VECTORS["pareto_nbd"][key], abs=6e-11)


def test_btyd_customer_1516():
    history = 26, 30.857142857, 31
    assert pareto_nbd.expected_purchases(BTYD, 52, *history) == pytest.approx(25.45647, abs=5e-6)
    assert pareto_nbd.probability_alive(BTYD, *history) == pytest.approx(0.997874, abs=5e-7)


def test_btyd_new_customer_in_a_year():
    assert pareto_nbd.expected_new(BTYD, 52) == pytest.approx(1.473434, abs=5e-7)


def test_lifetimes_expects_of_new_customers_what_btyd_does():
    btyd = [0, 0.05077821, 0.09916088, 0.14542507, 0.18979930, 0.23247466, 0.27361274, 0.31335159, 0.35181024]
    assert pareto_nbd.expected_new(MANUAL, np.arange(10)) == pytest.approx([*btyd, 0.38909211], abs=6e-9)


def test_btyd_paradox_of_more_frequent_buyers():
    found = pareto_nbd.expected_purchases(BTYD, 52, [10, 15, 20, 25], 20, 39)
    assert found == pytest.approx([0.7062289, 0.1442396, 0.02250658, 0.00309267], rel=1e-6)


def test_btyd_manual_of_being_alive():
    found = pareto_nbd.probability_alive(EARLIER, [0, 23], [0, 39], 39)
    assert found == pytest.approx([0.2941633, 1.0], abs=5e-8)
    assert pareto_nbd.probability_alive(MANUAL, 0, 0, 39) == pytest.approx(0.2924031, abs=5e-8)


def test_clvtools_issue_100_is_a_number():
    params = {"r": 0.5143, "alpha": 2.8845, "s": 0.2856, "beta": 14.1087}
    recency = [103.42857, 97.14286, 94.71429, 98.57143]
    age = [103.57143, 97.28571, 98, 99.42857]
    found = pareto_nbd.probability_alive(params, [221, 254, 161, 204], recency, age)
    assert found == pytest.approx([0.99959605, 0.99955823, 0.74948775, 0.99425508], abs=6e-9)


def test_lifetimes_underflow_set():
    params = {"r": 0.55, "alpha": 10.58, "s": 0.61, "beta": 11.67}
    found = pareto_nbd.expected_purchases(params, 10, [132, 133], 200, 200)
    assert found == pytest.approx([6.2060517889632418, 6.2528722475748113], rel=1e-12)


def test_discounted_purchases_of_fader_hardie_and_lee_2005_jmr():
    params = {"r": 0.5629966, "alpha": 12.5590370, "s": 0.4081095, "beta": 10.5148048}
    assert pareto_nbd.discounted_purchases(params, 0.0027, 7, 35, 77.86) == pytest.approx(
        1.864183328, abs=1e-9
    )
    computed = [
        2.199155,
        2.843534,
        2.867128,
        2.445410,
        1.840502,
        1.262416,
        0.809618,
        0.494804,
        0.292025,
        0.167928,
    ]
    found = pareto_nbd.discounted_purchases(params, 0.0027, np.arange(1, 11), 30, 77.86)
    assert found == pytest.approx(computed, abs=6e-7)


@pytest.mark.parametrize("params", EXTREME[:20].tolist())
@pytest.mark.parametrize("rate", [1e-4, 0.05, 1.0])
def test_discounted_purchases_are_the_confluent_function(params, rate):
    r, alpha, s, beta = params
    named = dict(zip(pareto_nbd.NAMES, params, strict=True))
    found = pareto_nbd.discounted_purchases(named, rate, 2, 0.9, 1) / pareto_nbd.probability_alive(
        named, 2, 0.9, 1
    )
    with mpmath.workdps(30):
        exact = (r + 2) / (alpha + 1) * (beta + 1) * mpmath.hyperu(1, 2 - mpmath.mpf(s), rate * (beta + 1))
    assert found == pytest.approx(float(exact), rel=1e-10)


def test_discounted_purchases_without_discount():
    params = {"r": 2, "alpha": 3, "s": 3, "beta": 4}
    expected = pareto_nbd.expected_purchases(params, 1e9, 2, 0.9, 1)
    assert pareto_nbd.discounted_purchases(params, 0.0, 2, 0.9, 1) == pytest.approx(expected, rel=1e-9)
    assert pareto_nbd.discounted_purchases({**params, "s": 0.9}, 0.0, 2, 0.9, 1) == np.inf


@pytest.mark.parametrize("s", [1, 2])
def test_no_pole(s):
    params = {"r": 0.6, "alpha": 10.0, "s": float(s), "beta": 12.0}
    aside = {**params, "s": s + 1e-8}
    for moment in (pareto_nbd.expected_purchases, pareto_nbd.factorial_moment):
        found = moment(params, 30, 3, 20, 39)
        assert found == pytest.approx(moment(aside, 30, 3, 20, 39), rel=1e-6)
        assert np.isfinite(found).all()
    if s == 1:
        mean = 0.6 / 10 * 12 * np.log(1 + 30 / 12)
        assert pareto_nbd.expected_new(params, 30) == pytest.approx(mean, rel=1e-14)


@pytest.mark.parametrize("s", [0.3, 1.0, 2.0, 7.5])
@pytest.mark.parametrize("history", [(0, 0, 0), (3, 24.71, 37.86)])
def test_moments_are_those_of_the_distribution(s, history):
    params = {"r": 0.8, "alpha": 10.5, "s": s, "beta": 12}
    n = np.arange(400)
    chances = pareto_nbd.probability_of_next(params, n, 20, *history)
    assert chances.sum() == pytest.approx(1, abs=1e-10)
    mean = pareto_nbd.expected_purchases(params, 20, *history)
    assert (n * chances).sum() == pytest.approx(mean[0], rel=1e-9)
    squares = pareto_nbd.factorial_moment(params, 20, *history)
    assert (n * (n - 1) * chances).sum() == pytest.approx(squares[0], rel=1e-9)
    if history[0] == 0:
        assert pareto_nbd.probability_of(params, n, 20) == pytest.approx(chances, rel=1e-13)


def test_one_row_a_horizon():
    found = pareto_nbd.expected_purchases(BTYD, [1, 2, 40], *HISTORIES)
    assert found.shape == (3, 15)
    assert found[2] == pytest.approx(pareto_nbd.expected_purchases(BTYD, 40, *HISTORIES), rel=1e-15)
    assert pareto_nbd.expected_new(BTYD, [1, 52]).shape == (2,)
    assert pareto_nbd.expected_new(BTYD, 52).shape == ()


def test_nan_stays_nan():
    found = pareto_nbd.expected_purchases(BTYD, 10, [1, np.nan], [3, 3], 10)
    assert np.isnan(found).tolist() == [False, True]


def test_purchases_of_a_history_that_cannot_be_have_no_probability():
    found = pareto_nbd.probability_of_next(BTYD, [1, 1, -1], [5, -5, 5], [3, 3, 3], [2, 2, 2], 9)
    assert np.isnan(found).tolist() == [False, True, True]
    assert np.isnan(pareto_nbd.probability_of_next(BTYD, 1, 5, np.nan, 2, 9)).all()
    assert np.isnan(pareto_nbd.discounted_purchases(BTYD, 0.01, 3, 20, 9)).all()


# The holdout of CDNOW


def test_btyd_expected_by_frequency(weeks):
    btyd = [0.138, 0.600, 1.196, 1.714, 2.399, 2.907, 3.819, 6.403]
    expected = pareto_nbd.expected_purchases(BTYD, 39, *weeks)
    bins = np.minimum(weeks[0], 7)
    assert [expected[bins == count].mean() for count in range(8)] == pytest.approx(btyd, abs=6e-4)


def test_btyd_tracking_of_weeks_20_to_25(weeks):
    btyd = [1308.856, 1385.275, 1459.923, 1532.906, 1604.32, 1674.253]
    since = np.arange(20, 26)[:, None] - (weeks[2].max() - weeks[2])  # the first purchase of each customer
    expected = pareto_nbd.expected_new(BTYD, np.maximum(since, 0)).sum(axis=1)
    assert expected == pytest.approx(btyd, abs=1e-3)


def test_forecast_of_39_weeks(fitted, weeks):
    assert pareto_nbd.expected_purchases(fitted, 39, *weeks).sum() == pytest.approx(1665.5, abs=0.05)


# Simulation


def test_simulated_customers_behave_as_the_model_says():
    params = {"r": 1.5, "alpha": 6, "s": 1.2, "beta": 15}
    drawn = pareto_nbd.simulate(params, np.full(200_000, 20.0), np.random.default_rng(3), horizon=10)
    for count in range(6):
        chance = pareto_nbd.probability_of(params, count, 20)
        assert (drawn.frequency == count).mean() == pytest.approx(chance, abs=0.004)
    histories = drawn.frequency, drawn.recency, drawn.age
    alive = pareto_nbd.probability_alive(params, *histories)
    assert alive.mean() == pytest.approx(drawn.alive.mean(), abs=0.003)
    likely = alive > 0.8
    assert drawn.alive[likely].mean() == pytest.approx(alive[likely].mean(), abs=0.005)
    expected = pareto_nbd.expected_purchases(params, 10, *histories)
    assert drawn.future.mean() == pytest.approx(expected.mean(), rel=0.015)
    pairs = (drawn.future * (drawn.future - 1)).mean()
    assert pareto_nbd.factorial_moment(params, 10, *histories).mean() == pytest.approx(pairs, rel=0.05)


@pytest.mark.slow
def test_intervals_hold_the_true_parameters():
    params = dict(zip(pareto_nbd.NAMES, (0.55, 0.27, 0.6, 0.3), strict=True))
    inside = 0
    for seed in range(100):
        found = pareto_nbd.fit(*drawn_histories(params, 3_000, seed), prior=False)
        away = np.log([found.params[name] / params[name] for name in pareto_nbd.NAMES])
        inside += int((np.abs(away) < 1.959964 * np.sqrt(np.diag(found.covariance))).sum())
    assert 0.91 < inside / 400 < 0.985  # 95 %, of 100 samples


def test_start_from_a_part_ends_where_the_whole_does():
    rng = np.random.default_rng(4)
    drawn = pareto_nbd.simulate(
        {"r": 0.8, "alpha": 50, "s": 0.7, "beta": 90}, rng.integers(200, 700, 40_000), rng
    )
    histories = collapse(drawn.frequency, drawn.recency, drawn.age)
    found = pareto_nbd.fit(drawn.frequency, drawn.recency, drawn.age)
    theta = np.log(list(found.params.values()))
    _, gradient, hessian = Likelihood(histories, 1.0)(theta)
    assert len(histories.weights) > 4 * pareto_nbd.ROUGH
    assert gradient @ np.linalg.solve(-hessian, gradient) == pytest.approx(0, abs=1e-10)


# States


@pytest.mark.parametrize(
    ("frequency", "recency", "age", "simpler"),
    [
        ([0] * 50, [0] * 50, [1.0] * 50, "no_repeat"),
        ([3] * 50, [0.9] * 50, [1.0] * 50, None),
        ([2], [0.5], [1.0], None),
        ([5] * 25 + [0] * 25, [0.999] * 25 + [0] * 25, [1.0] * 50, None),
        ([1_000_000, 0, 1], [1.0, 0, 0.5], [1.0, 1.0, 1.0], None),
    ],
)
def test_every_fit_ends_in_a_state(frequency, recency, age, simpler):
    found = pareto_nbd.fit(frequency, recency, age)
    assert found.state in ("ok", "weak", "boundary", "flat")
    assert simpler in (None, found.simpler)
    assert np.isfinite([*found.params.values(), found.loglik, *found.covariance.ravel()]).all()
    assert np.isfinite(pareto_nbd.expected_purchases(found, 1.0, frequency, recency, age)).all()
    assert str(found.message)


def test_nobody_leaves_where_rates_do_not_change():
    rng = np.random.default_rng(6)
    bought = rng.poisson(rng.gamma(2, 5, 2_000)).astype(float)
    last = np.where(bought > 0, rng.beta(np.maximum(bought, 1), 1), 0)
    found = pareto_nbd.fit(bought, last, np.ones(2_000))
    assert (found.state, found.simpler, found.prior, found.shown) == ("boundary", "no_dropout", True, False)


def test_impossible_histories_are_counted():
    found = pareto_nbd.fit([1, 2, np.nan, 0, 1.5], [0.5, 2, 1, 0, 0.2], [1, 1, 1, 1, 1])
    assert (found.n, dict(found.excluded)) == (2, {"missing": 1, "impossible": 2})
    with pytest.raises(LoyaltyError, match="left out: 1"):
        pareto_nbd.fit([1], [2], [1])
    with pytest.raises(LoyaltyError):
        pareto_nbd.fit([0], [0], [0])  # no time has passed
