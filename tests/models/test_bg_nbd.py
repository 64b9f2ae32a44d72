"""BG/NBD against Fader, Hardie & Lee (2005), CLVTools, BTYD, lifetimes, pymc-marketing and integrals."""

from __future__ import annotations

import json
from pathlib import Path

import mpmath
import numpy as np
import pytest

from loyalty.errors import LoyaltyError
from loyalty.models import bg_nbd
from tests import cdnow

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "clv.json").read_text("utf-8"))
PRINTED = VECTORS["bgnbd"]["params"]
BTYD = {"r": 0.2425967, "alpha": 4.413659, "a": 0.7929869, "b": 2.426164}  # 2.4.3, walkthrough p. 20
HISTORIES = [np.array(VECTORS["customers"][name]) for name in ("frequency", "recency", "T")]


@pytest.fixture(scope="module")
def weeks():
    """Frequency, recency and age of the 2,357 customers in 39 weeks."""
    table = cdnow.published("cdnow_customers_summary.csv")
    return table["frequency"], table["recency"] / 7, table["T"] / 7


@pytest.fixture(scope="module")
def fitted(weeks):
    return bg_nbd.fit(*weeks)


# Estimates


def test_fader_hardie_and_lee_2005(fitted):
    assert list(fitted.params.values()) == pytest.approx([0.243, 4.414, 0.793, 2.426], abs=5e-4)
    assert fitted.loglik == pytest.approx(-9582.4, abs=0.05)


def test_clvtools_estimates_the_same(fitted):
    clvtools = {"r": 0.2425945, "alpha": 4.4136019, "a": 0.7929199, "b": 2.4258881}
    assert fitted.params == pytest.approx(clvtools, rel=1e-5)
    assert fitted.loglik == pytest.approx(-9582.429, abs=5e-4)


def test_btyd_estimates_the_same(fitted, weeks):
    assert fitted.params == pytest.approx(BTYD, rel=1.2e-4)  # its climb ends a little before the top
    printed = bg_nbd.log_likelihood(BTYD, *weeks).sum()
    assert printed == pytest.approx(-9582.429, abs=5e-4)
    assert printed <= fitted.loglik


def test_where_the_gradient_vanishes_to_nine_digits(fitted):
    exact = {"r": 0.2425945, "alpha": 4.413602, "a": 0.792922, "b": 2.4259068}
    assert fitted.params == pytest.approx(exact, rel=1e-6)
    assert fitted.loglik == pytest.approx(-9582.429207, abs=1e-6)
    errors = {"r": 0.012557, "alpha": 0.378224, "a": 0.185734, "b": 0.705414}
    assert fitted.se == pytest.approx(errors, rel=5e-5)
    assert (fitted.state, fitted.n, fitted.prior, dict(fitted.excluded)) == ("ok", 2357, False, {})


def test_correlations_of_the_log_estimates(fitted):
    errors = np.sqrt(np.diag(fitted.covariance))
    correlation = fitted.covariance / np.outer(errors, errors)
    assert (correlation[0, 1], correlation[2, 3]) == pytest.approx((0.78, 0.94), abs=0.005)
    assert np.abs(correlation[:2, 2:]).max() < 0.05


def test_the_log_likelihoods_of_the_customers_add_up(fitted, weeks):
    assert bg_nbd.log_likelihood(fitted, *weeks).sum() == pytest.approx(fitted.loglik, abs=1e-9)


@pytest.mark.parametrize(("x", "t", "age"), [(0, 0, 30), (1, 3, 30), (4, 29, 30), (60, 10, 30)])
def test_log_likelihood_is_the_integral_over_rates_and_probabilities(x, t, age):
    r, alpha, a, b = map(mpmath.mpf, PRINTED.values())

    def given(p):
        rate = lambda time: mpmath.gamma(r + x) / mpmath.gamma(r) * alpha**r / (alpha + time) ** (r + x)  # noqa: E731
        left = p * (1 - p) ** (x - 1) * rate(t) if x else 0
        beta = p ** (a - 1) * (1 - p) ** (b - 1) / mpmath.beta(a, b)
        return beta * ((1 - p) ** x * rate(age) + left)

    expected = float(mpmath.log(mpmath.quad(given, [0, 0.01, 0.1, 0.5, 1])))
    assert bg_nbd.log_likelihood(PRINTED, x, t, age) == pytest.approx(expected, rel=1e-7)


def test_the_unit_of_time_changes_alpha_alone(fitted, weeks):
    x, t, age = weeks
    for unit in (7, 7 / 365.25):
        other = bg_nbd.fit(x, t * unit, age * unit)
        assert other.params["alpha"] == pytest.approx(fitted.params["alpha"] * unit, rel=1e-10)
        for name in "rab":
            assert other.params[name] == pytest.approx(fitted.params[name], rel=1e-10)
        ahead = bg_nbd.expected_purchases(other, 39 * unit, x, t * unit, age * unit)
        assert ahead.sum() == pytest.approx(bg_nbd.expected_purchases(fitted, 39, *weeks).sum(), rel=1e-11)
        assert other.loglik == pytest.approx(fitted.loglik - x.sum() * np.log(unit), abs=1e-7)


def test_weights_stand_for_customers(fitted, weeks):
    rows, counts = np.unique(np.column_stack(weeks), axis=0, return_counts=True)
    order = np.random.default_rng(1).permutation(len(rows))
    found = bg_nbd.fit(*rows[order].T, weights=counts[order])
    assert (found.n, found.loglik) == (2357, pytest.approx(fitted.loglik, abs=1e-9))
    assert found.params == pytest.approx(dict(fitted.params), rel=1e-10)


def test_the_light_prior_fades_as_there_are_more_customers(fitted, weeks):
    apart = [
        abs(bg_nbd.fit(*weeks, weights=np.full(2357, times), prior=True).params["b"] / fitted.params["b"] - 1)
        for times in (1, 100)
    ]
    assert apart[0] < 0.01
    assert apart[1] == pytest.approx(apart[0] / 100, rel=0.05)


def test_histories_that_cannot_be_are_left_out_and_counted(fitted, weeks):
    odd = [
        (np.nan, 1, 9),
        (1, np.nan, 9),
        (-1, 1, 9),
        (1, 10, 9),
        (0, 1, 9),
        (1.5, 1, 9),
        (1, 0, 9),
        (1, 1, np.inf),
    ]
    columns = [
        np.concatenate([column, extra]) for column, extra in zip(weeks, zip(*odd, strict=True), strict=True)
    ]
    found = bg_nbd.fit(*columns)
    assert dict(found.excluded) == {"missing": 2, "impossible": 6}
    assert (found.n, found.loglik) == (2357, fitted.loglik)


def test_nobody_to_fit_is_an_error():
    with pytest.raises(LoyaltyError, match="left out: 1"):
        bg_nbd.fit([np.nan], [0], [3])
    with pytest.raises(LoyaltyError, match="left out: 0"):
        bg_nbd.fit([], [], [])


def test_where_no_time_has_passed_nothing_can_be_told():
    with pytest.raises(LoyaltyError, match="could have bought again"):
        bg_nbd.fit([0, 0], [0, 0], [0, 0])


# New customers


def test_pymc_expected_purchases_of_a_new_customer():
    exact = [0.05326789117165627, 0.15086523089304896, 0.2807558935767553]
    assert bg_nbd.expected_new(PRINTED, [1, 3, 6]) == pytest.approx(exact, rel=1e-12)


def test_hardies_sheet_expected_purchases_of_a_new_customer(fitted):
    printed = [0.0078, 0.0532, 0.1506, 1.0405, 1.0437, 1.8576]
    found = bg_nbd.expected_new(fitted, [0.1429, 1, 3, 31.8571, 32, 78])
    assert found == pytest.approx(printed, abs=5e-4)


def test_btyd_expected_purchases_of_a_new_customer_in_a_year():
    assert bg_nbd.expected_new(BTYD, 52) == pytest.approx(1.444004, abs=5e-7)


def test_btyd_probabilities_of_numbers_of_purchases():
    printed = [0.0019995214, 0.0015170236, 0.0011633150, 0.0009003148, 0.0007023638]
    printed += [0.0005517902, 0.0004361913, 0.0003467171, 0.0002769613, 0.0002222260]
    assert bg_nbd.probability_of(PRINTED, np.arange(11, 21), 30) == pytest.approx(printed, abs=6e-11)
    assert bg_nbd.probability_of(PRINTED, [10, 0], [2, 39]) == pytest.approx(
        [1.07869e-07, 0.5737864], rel=1e-6
    )


@pytest.mark.parametrize(
    "params", [PRINTED, {"r": 3, "alpha": 9, "a": 1, "b": 4}, {"r": 2, "alpha": 5, "a": 3, "b": 2}]
)
def test_probabilities_add_up_to_one_and_to_the_moments(params):
    n = np.arange(3000)
    probabilities = bg_nbd.probability_of(params, n, 8)
    assert probabilities.sum() == pytest.approx(1, abs=1e-10)
    assert (n * probabilities).sum() == pytest.approx(bg_nbd.expected_new(params, 8), rel=1e-9)
    moment = bg_nbd.factorial_moment(params, 8, 0, 0, 0)
    assert (n * (n - 1) * probabilities).sum() == pytest.approx(moment[0], rel=1e-8)


def test_btyd_tracking_of_cumulative_purchases(weeks):
    _, _, age = weeks
    since = np.maximum(np.arange(20, 26)[:, None] - (age.max() - age), 0)  # weeks since the first of all
    expected = [bg_nbd.expected_new(BTYD, row).sum() for row in since]
    assert expected == pytest.approx([1312.458, 1387.346, 1460.392, 1531.713, 1601.418, 1669.6], abs=1e-3)


# Customers with histories


def test_pymc_fifteen_customers():
    expected = VECTORS["bgnbd"]["expected_purchases"]
    found = bg_nbd.expected_purchases(PRINTED, [1, 3, 6], *HISTORIES)
    assert found == pytest.approx(np.array([expected[f"t{t}"] for t in (1, 3, 6)]), abs=6e-11)
    assert bg_nbd.probability_alive(PRINTED, *HISTORIES) == pytest.approx(
        VECTORS["bgnbd"]["p_alive"], abs=6e-11
    )


def test_hardies_sheet_conditional_expectation(fitted):
    assert bg_nbd.expected_purchases(fitted, 39, 2, 30.43, 38.86) == pytest.approx(1.226, abs=5e-4)


def test_btyd_customer_1516():
    history = 26, 30.857142857, 31
    assert bg_nbd.expected_purchases(BTYD, 52, *history) == pytest.approx(25.75659, abs=5e-6)
    assert bg_nbd.probability_alive(BTYD, *history) == pytest.approx(0.9688523, abs=5e-7)


def test_btyd_paradox_of_frequency():
    """The more purchases before a long silence, the fewer after it."""
    found = bg_nbd.expected_purchases(BTYD, 52, [10, 15, 20, 25], 20, 39)
    assert found == pytest.approx([0.3474606, 0.04283391, 0.004158973, 0.0003583685], rel=2e-7)


def test_btyd_conditional_expectations_by_frequency(weeks):
    frequency = np.minimum(weeks[0], 7)
    found = bg_nbd.expected_purchases(BTYD, 39, *weeks)
    means = [found[frequency == x].mean() for x in range(8)]
    printed = [0.2250893, 0.5231364, 1.044126, 1.520256, 2.163824, 2.653789, 3.503957, 6.157036]
    assert means == pytest.approx(printed, rel=5e-7)


def test_total_of_the_next_39_weeks_and_its_error(fitted, weeks):
    """Lifetimes and clvkit forecast 1653; 1882 came. The mean absolute error of a customer is .785."""
    log, found = cdnow.log(), bg_nbd.expected_purchases(fitted, 39, *weeks)
    days = np.unique(
        np.column_stack(log[:2])[(log.day > cdnow.CUT.toordinal()) & (log.day <= cdnow.END.toordinal())],
        axis=0,
    )
    actual = np.bincount(days[:, 0], minlength=2358)[1:]
    assert actual.sum() == 1882
    assert found.sum() == pytest.approx(1653.4, abs=0.05)
    assert np.abs(actual - found).mean() == pytest.approx(0.785, abs=5e-4)


def test_lifetimes_nobody_without_a_repeat_purchase_has_left():
    assert bg_nbd.probability_alive(PRINTED, 0, 0, [0, 1, 1000]).tolist() == [1, 1, 1]


def test_lifetimes_no_warning_for_high_frequency():
    assert bg_nbd.probability_alive(PRINTED, [1000, 1e6], 10, 100) == pytest.approx([0, 0], abs=1e-12)


def once(p, c, share):
    """Purchases of somebody who leaves with probability p."""
    return -mpmath.expm1(-c * mpmath.log1p(p * share)) / p


def ordered_pairs(p, c, share):
    """X (X − 1) of them: 2 (1 − p) c (c + 1) y / (1 + p·y)^(c + 2) from 0 to the share."""
    z, n = p * share, c + 1
    whole = c * n * share**2 / 2 if n * z < 1e-15 else (1 - (1 + n * z) * (1 + z) ** -n) / p**2
    return 2 * (1 - p) * whole


def integral(of, params, x, age, horizon):
    """Its mean for somebody who is there, over his probability to leave."""
    r, alpha, a, b = (mpmath.mpf(params[name]) for name in bg_nbd.NAMES)
    c, share = r + x, horizon / (alpha + age)

    def given(y):
        p, stays = 1 / (1 + mpmath.exp(-y)), 1 / (1 + mpmath.exp(y))
        return p**a * stays ** (b + x) * of(p, c, share)

    cuts = [-9000, -3000, -1000, -300, -100, -30, -15, -8, -4, -2, 0, 2, 4, 8, 30, 100, 300, 1000, 3000]
    return float(mpmath.quad(given, cuts) / mpmath.beta(a, b + x))


@pytest.mark.parametrize(
    ("params", "x", "age", "horizon"),
    [
        ((0.3, 4.0, 1.0, 2.5), 3, 30, 39),  # a = 1: the closed form has a pole that is none
        ((0.3, 4.0, 1.0000001, 2.5), 0, 30, 39),
        ((0.3, 4.0, 0.9995, 2.5), 7, 30, 39),
        ((0.3, 4.0, 0.5, 0.5), 0, 30, 39),  # and another where a + b = 1
        ((0.3, 4.0, 0.5, 0.5), 2, 30, 39),
        ((0.55, 3.0, 0.8, 2.5), 900, 30, 300),  # overflows as the literature writes it
        ((400.0, 3.0, 0.01, 2.5), 12, 1, 60),
        ((0.25, 4.0, 30.0, 20.0), 2, 10, 400),
        ((2.0, 40.0, 5.0, 0.02), 0, 10, 40),
        # where the special function of the closed form overflows, or has no digit right
        ((1e5, 1e6, 0.01, 2.5), 0, 10, 40),
        ((3e5, 1e6, 1.01, 5.0), 0, 10, 9000),
        ((0.07, 0.01, 3.1, 464.0), 0, 0, 27),
        ((0.55, 3.0, 0.8, 2.5), 30_000, 30, 300),
    ],
)
@pytest.mark.parametrize(
    ("moment", "of"),
    [
        (bg_nbd.expected_purchases, once),
        pytest.param(bg_nbd.factorial_moment, ordered_pairs, marks=pytest.mark.slow),
    ],
)
def test_moments_are_the_integrals_over_probabilities(moment, of, params, x, age, horizon):
    params = dict(zip(bg_nbd.NAMES, params, strict=True))
    history = x, age if x else 0, age
    found = moment(params, horizon, *history)[0] / bg_nbd.probability_alive(params, *history)[0]
    with mpmath.workdps(50 if of is ordered_pairs else 30):
        assert found == pytest.approx(integral(of, params, x, age, horizon), rel=1e-9)


def test_several_horizons_are_as_one_after_the_other():
    together = bg_nbd.expected_purchases(PRINTED, [1, 3], *HISTORIES)
    assert together.shape == (2, 15)
    assert (together[1] == bg_nbd.expected_purchases(PRINTED, 3, *HISTORIES)).all()


def test_what_is_missing_stays_missing():
    found = bg_nbd.expected_purchases(PRINTED, 9, [1, np.nan], [3, 3], [9, 9])
    assert np.isnan(found).tolist() == [False, True]


def test_drawn_customers_are_as_foreseen():
    ages = np.full(200_000, 30.0)
    drawn = bg_nbd.simulate(PRINTED, ages, np.random.default_rng(5), horizon=20)
    history = drawn.frequency, drawn.recency, drawn.age
    alive = bg_nbd.probability_alive(PRINTED, *history)
    ahead = bg_nbd.expected_purchases(PRINTED, 20, *history)
    spread = bg_nbd.factorial_moment(PRINTED, 20, *history) + ahead - ahead**2
    assert drawn.alive.sum() == pytest.approx(alive.sum(), abs=4 * np.sqrt((alive * (1 - alive)).sum()))
    assert drawn.future.sum() == pytest.approx(ahead.sum(), abs=4 * np.sqrt(spread.sum()))
    assert ((drawn.future - ahead) ** 2).sum() == pytest.approx(spread.sum(), rel=0.05)
    counts = np.bincount(drawn.frequency.astype(int), minlength=9)[:9] / len(ages)
    assert counts == pytest.approx(bg_nbd.probability_of(PRINTED, np.arange(9), 30), abs=0.005)
    found = bg_nbd.fit(*history)
    assert [abs(found.params[name] - PRINTED[name]) < 4 * found.se[name] for name in bg_nbd.NAMES] == [
        True
    ] * 4


@pytest.mark.slow
def test_intervals_of_the_log_parameters_hold_the_truth_as_often_as_they_say(fitted, weeks):
    """Four hundred samples like CDNOW; by chance alone 95 % come out as 93 to 97."""
    rng, held = np.random.default_rng(11), []
    for _ in range(400):
        drawn = bg_nbd.simulate(fitted, weeks[2], rng)
        found = bg_nbd.fit(*drawn[:3], prior=False)
        errors = np.sqrt(np.diag(found.covariance))
        away = np.log([found.params[name] / fitted.params[name] for name in bg_nbd.NAMES])
        held.append(np.abs(away) < 1.96 * errors)
    assert np.mean(held, axis=0) == pytest.approx(np.full(4, 0.95), abs=0.025)
