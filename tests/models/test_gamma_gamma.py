"""Gamma-Gamma against Fader & Hardie's note 025 and what must hold in any currency."""

import json
from pathlib import Path

import mpmath
import numpy as np
import pytest

from loyalty.errors import LoyaltyError
from loyalty.models import gamma_gamma
from loyalty.models.summary import summarise
from tests import cdnow

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "clv.json").read_text("utf-8"))["gamma_gamma"]
NOTE_025 = VECTORS["params"]


@pytest.fixture(scope="module")
def sample():
    """Repeat purchases and their mean amount of the 2,357 customers of the 1/10 sample, 39 weeks."""
    table = cdnow.published("cdnow_customers_summary_with_transactions.csv")
    return table["x"], table["zbar"]


@pytest.fixture(scope="module")
def note_025(sample):
    return gamma_gamma.fit(*sample)


def drawn(params, customers, seed, share=1.0):
    rng = np.random.default_rng(seed)
    frequency = rng.geometric(0.4, customers) * (rng.random(customers) < share)
    return frequency, np.nan_to_num(gamma_gamma.simulate(params, frequency, rng).money)


def test_cdnow_sample_as_computed_to_six_digits(note_025):
    assert note_025.params == pytest.approx({"p": 6.248802, "q": 3.744588, "v": 15.447748}, rel=1e-6)
    assert note_025.loglik == pytest.approx(-4055.92324, abs=1e-5)
    assert note_025.se == pytest.approx({"p": 1.1897, "q": 0.2902, "v": 4.1600}, rel=2e-4)
    assert (note_025.state, note_025.n, dict(note_025.excluded)) == ("ok", 946, {"no_repeat": 1411})


def test_cdnow_sample_as_fader_and_hardie_print_it(note_025):
    assert note_025.params == pytest.approx({"p": 6.25, "q": 3.74, "v": 15.44}, abs=0.01)
    assert note_025.loglik == pytest.approx(-4055.9177, abs=0.01)


def test_purchases_to_the_cent_as_fader_and_hardie_and_clvkit_have_them():
    log = cdnow.log()
    seen = summarise(log.customer, log.day, log.amount, end=cdnow.CUT.toordinal())
    found = gamma_gamma.fit(seen.frequency, seen.money)
    assert found.params == pytest.approx({"p": 6.25, "q": 3.74, "v": 15.44}, abs=0.005)
    assert found.loglik == pytest.approx(-4055.9177, abs=5e-5)
    clvkit = {"p": 6.249690, "q": 3.744180, "v": 15.442988}
    assert found.params == pytest.approx(clvkit, rel=5e-5)


def test_expected_money_of_note_025():
    """The sheet prints them from parameters of more digits."""
    found = gamma_gamma.expected_money(NOTE_025, VECTORS["x"], VECTORS["zbar"])
    assert found == pytest.approx(VECTORS["expected_average_profit"], abs=0.1)
    assert found == pytest.approx(VECTORS["computed_expected_average_profit"], rel=1e-12)


def test_pymc_and_lifetimes_spend_describes_as_in_hardies_paper(sample):
    """Count, mean, standard deviation, least, median and most; the mean with two digits is 35.08."""
    money = sample[1][sample[0] > 0]
    figures = money.mean(), money.std(ddof=1), money.min(), money.max()
    assert (len(money), *map(round, figures)) == (946, 35, 30, 3, 300)
    assert int(np.median(money)) == 27  # 27.5, which the paper cuts
    assert money.mean() == pytest.approx(35.08, abs=0.005)


def test_log_likelihood_is_that_of_the_fit(sample, note_025):
    assert gamma_gamma.log_likelihood(note_025, *sample).sum() == pytest.approx(note_025.loglik, abs=1e-9)


def test_log_likelihood_of_what_cannot_be():
    frequency, money = [0, 0, 2, 2, -1, np.nan, 2, np.inf, 1.5], [0, np.nan, 0, -3, 4, 4, np.nan, 4, 4]
    found = gamma_gamma.log_likelihood(NOTE_025, frequency, money)
    np.testing.assert_array_equal(found, [0, 0, -np.inf, -np.inf, *[np.nan] * 5])


@pytest.mark.parametrize("theta", [(1.8, 1.3, 2.7), (-3.0, 0.2, 4.0), (5.0, -2.0, -4.0), (7.0, 7.0, 0.0)])
def test_gradient_and_hessian_are_those_of_the_density_in_mpmath(theta):
    frequency, money, weights = np.array([1.0, 2, 9]), np.array([0.4, 1.0, 2.5]), np.array([1.0, 3, 2])

    def density(*logs):
        p, q, v = map(mpmath.exp, logs)
        return mpmath.fsum(
            w
            * (
                mpmath.loggamma(p * x + q)
                - mpmath.loggamma(p * x)
                - mpmath.loggamma(q)
                + q * mpmath.log(v)
                + (p * x - 1) * mpmath.log(m)
                + p * x * mpmath.log(x)
                - (p * x + q) * mpmath.log(v + x * m)
            )
            for x, m, w in zip(*map(np.ndarray.tolist, (frequency, money, weights)), strict=True)
        )

    value, gradient, hessian = gamma_gamma.Likelihood(frequency, money, weights)(np.array(theta))
    with mpmath.workdps(40):
        assert value == pytest.approx(float(density(*theta)), rel=1e-10)
        for i, unit in enumerate(np.eye(3, dtype=int).tolist()):
            assert gradient[i] == pytest.approx(float(mpmath.diff(density, theta, unit)), rel=1e-8, abs=1e-9)
            for j, other in enumerate(np.eye(3, dtype=int).tolist()):
                order = [a + b for a, b in zip(unit, other, strict=True)]
                exact = float(mpmath.diff(density, theta, order))
                assert hessian[i, j] == pytest.approx(exact, rel=1e-7, abs=1e-8)


@pytest.mark.parametrize("rate", [100.0, 0.00137])
def test_another_currency_changes_nothing(sample, note_025, rate):
    frequency, money = sample
    other = gamma_gamma.fit(frequency, money * rate)
    assert other.params == pytest.approx({**note_025.params, "v": note_025.params["v"] * rate}, rel=1e-9)
    assert other.loglik == pytest.approx(note_025.loglik - 946 * np.log(rate), abs=1e-7)
    expected = gamma_gamma.expected_money(note_025, frequency, money) * rate
    assert gamma_gamma.expected_money(other, frequency, money * rate) == pytest.approx(expected, rel=1e-9)


def test_weights_stand_for_customers(sample):
    frequency, money = (column[:300] for column in sample)
    weights = np.arange(300) % 3 + 1.0
    repeated = gamma_gamma.fit(*(np.repeat(column, weights.astype(int)) for column in (frequency, money)))
    weighted = gamma_gamma.fit(frequency, money, weights)
    assert weighted.params == pytest.approx(repeated.params, rel=1e-8)
    assert (weighted.n, dict(weighted.excluded)) == (repeated.n, dict(repeated.excluded))


def test_many_customers_as_few_with_weights():
    frequency, money = drawn(NOTE_025, 25_000, 1)
    frequency, money = np.minimum(frequency, 3), np.round(money) + 1
    pairs, weights = np.unique(np.array([frequency, money]), axis=1, return_counts=True)
    few = gamma_gamma.fit(*pairs, weights)
    assert gamma_gamma.fit(frequency, money).params == pytest.approx(few.params, rel=1e-7)


@pytest.mark.slow
def test_simulated_parameters_are_found_again():
    inside = 0
    for seed in range(100):
        found = gamma_gamma.fit(*drawn(NOTE_025, 2_000, seed))
        errors = np.sqrt(np.diag(found.covariance))
        away = [np.log(found.params[name] / NOTE_025[name]) for name in gamma_gamma.NAMES]
        inside += int((np.abs(away) < 1.959964 * errors).sum())
    assert 0.91 < inside / 300 < 0.985  # 95 %, with 100 samples


def test_simulated_spend_has_the_moments_of_the_model():
    rng = np.random.default_rng(2)
    spend = gamma_gamma.simulate({"p": 6, "q": 9, "v": 16}, np.full(200_000, 2), rng, future=3)
    mean, square = 12.0, 6**2 * 16**2 / (8 * 7)  # of a customer's own mean: p v / (q − 1), E p²/ν²
    assert spend.mean.mean() == pytest.approx(mean, rel=0.01)
    assert (spend.mean**2).mean() == pytest.approx(square, rel=0.02)
    assert spend.money.mean() == pytest.approx(mean, rel=0.01)
    assert spend.money.var() == pytest.approx(square - mean**2 + square / 6 / 2, rel=0.05)
    assert spend.amounts.mean() == pytest.approx(3 * mean, rel=0.01)
    assert gamma_gamma.expected_money({"p": 6, "q": 9, "v": 16}, 2, spend.money).mean() == pytest.approx(
        mean, rel=0.01
    )
    assert gamma_gamma.second_moment({"p": 6, "q": 9, "v": 16}, 2, spend.money).mean() == pytest.approx(
        square, rel=0.02
    )


def test_lifetimes_negative_mean_does_not_come_about():
    """lifetimes issues 146, 362 and 370: q below 1 and a negative forecast for every one-time buyer."""
    rng = np.random.default_rng(3)
    frequency = rng.geometric(0.5, 3_000)
    money = gamma_gamma.simulate({"p": 3, "q": 0.6, "v": 5}, frequency, rng).money
    found = gamma_gamma.fit(frequency, money)
    assert (found.state, found.prior, found.shown, dict(found.se)) == ("no_mean", True, False, {})
    assert found.params["q"] >= gamma_gamma.HELD * (1 - 1e-12)
    assert 0 < gamma_gamma.population_mean(found) < np.inf
    plain = gamma_gamma.fit(frequency, money, prior=False)
    assert plain.params["q"] == pytest.approx(0.6, abs=0.1)
    assert gamma_gamma.population_mean(plain) == np.inf
    assert np.all(gamma_gamma.expected_money(plain, frequency, money) > 0)


def test_uneven_spend_that_has_a_mean_is_left_alone():
    rng = np.random.default_rng(7)
    frequency = rng.geometric(0.5, 4_000)
    money = gamma_gamma.simulate({"p": 3, "q": 1.6, "v": 5}, frequency, rng).money
    found, held = gamma_gamma.fit(frequency, money), gamma_gamma.fit(frequency, money, prior=True)
    assert (found.state, found.prior, held.prior) == ("ok", False, True)
    assert held.params == pytest.approx(dict(found.params), rel=0.02)
    assert held.params["q"] < 1.8


def test_the_prior_does_not_take_a_mean_away():
    """Thirty customers' amounts from cents to thousands: by themselves they have a mean, if hardly."""
    rng = np.random.default_rng(36)
    frequency, money = 1 + rng.poisson(4, 30), np.exp(rng.normal(3, 3, 30))
    plain, found = gamma_gamma.fit(frequency, money, prior=False), gamma_gamma.fit(frequency, money)
    assert (plain.state, found.prior) == ("weak", True)
    assert plain.params["q"] > 1
    assert np.isfinite(gamma_gamma.population_mean(found))


@pytest.mark.parametrize(
    ("frequency", "money", "state", "simpler"),
    [
        ([1] * 40, [20.0] * 40, "boundary", None),
        ([3] * 40, [10.0, 20.0] * 20, "boundary", "same_amounts"),
        ([2], [35.0], "boundary", None),
        ([1_000_000, 3, 1], [35.0, 1e-9, 1e9], None, None),
        ([1, 2], [5.0, 8.0], None, None),
    ],
)
def test_every_fit_ends_in_a_state(frequency, money, state, simpler):
    found = gamma_gamma.fit(frequency, money)
    assert found.state in ("ok", "weak", "boundary", "flat", "no_mean")
    assert state in (None, found.state)
    assert simpler in (None, found.simpler)
    assert np.isfinite([*found.params.values(), found.loglik, *found.covariance.ravel()]).all()
    assert np.isfinite(gamma_gamma.expected_money(found, [0, *frequency], [0, *money])).all()
    assert str(found.message)


def test_who_cannot_take_part_is_counted():
    frequency = [2, 0, 3, np.nan, 1, -1, 1.5, 4]
    money = [10, 0, -5, 3, np.nan, 4, 4, np.inf]
    found = gamma_gamma.fit(frequency, money)
    assert found.n == 1
    assert dict(found.excluded) == {"missing": 2, "no_repeat": 1, "impossible": 3, "no_money": 1}
    with pytest.raises(LoyaltyError, match="left out: 2"):
        gamma_gamma.fit([0, 0], [0, 0])


def test_a_weight_that_cannot_be_is_one_customer_left_out():
    found = gamma_gamma.fit([2, 1, 3, 1], [10, 20, 30, 40], [3, -2, np.inf, np.nan])
    assert (found.n, dict(found.excluded)) == (3, {"missing": 1, "impossible": 2})


def test_who_took_no_part_is_expected_to_spend_as_all_do():
    frequency, money = np.array([0, 2, 2, np.nan, 1.5, 2]), np.array([50, -3, np.nan, 8, 9, 30])
    found = gamma_gamma.expected_money(NOTE_025, frequency, money)
    assert found[:5] == pytest.approx([gamma_gamma.population_mean(NOTE_025)] * 5, rel=1e-15)
    assert gamma_gamma.second_moment({"p": 1, "q": 2, "v": 1}, frequency, money)[0] == np.inf
