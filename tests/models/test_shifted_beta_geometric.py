"""sBG against Fader & Hardie (2007, 2010)."""

import json
from pathlib import Path

import mpmath
import numpy as np
import pytest

from loyalty.errors import LoyaltyError
from loyalty.models import shifted_beta_geometric as sbg

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "clv.json").read_text("utf-8"))
COHORTS = ("sbg_regular", "sbg_highend")
REGULAR = VECTORS["sbg_regular"]["percent_alive_year0_12"]


def fitted(alive, customers=1000, **options):
    """The fit to years 0 to 7."""
    counts = np.array(alive[:8]) * customers / 100
    return sbg.fit(range(8), [False] * 7 + [True], [*-np.diff(counts), counts[-1]], **options)


@pytest.mark.parametrize("cohort", COHORTS)
def test_fader_hardie_2007_table_1(cohort):
    known = VECTORS[cohort]
    found = fitted(known["percent_alive_year0_12"])
    assert list(found.params.values()) == pytest.approx(known["published_alpha_beta"], abs=5e-4)
    assert found.params == pytest.approx(known["computed_mle"], rel=1e-6)
    assert found.loglik == pytest.approx(known["computed_LL_1000_customers"], abs=1e-8)
    assert sbg.survival(found, range(13)) == pytest.approx(known["computed_survival_0_12"], abs=1e-6)
    assert sbg.retention(found, range(1, 13)) == pytest.approx(known["computed_retention_1_12"], abs=1e-6)
    assert (found.state, found.n) == ("ok", 1000)


@pytest.mark.parametrize("cohort", COHORTS)
def test_curves_of_fader_hardie_2007(cohort):
    """To the last digit from the same parameters; observed shares, of years not fitted to, are near."""
    known = VECTORS[cohort]
    curve = sbg.survival(known["computed_mle"], range(13))
    assert curve == pytest.approx(known["computed_survival_0_12"], rel=1e-12)
    rates = sbg.retention(known["computed_mle"], range(1, 13))
    assert rates == pytest.approx(known["computed_retention_1_12"], rel=1e-12)
    assert np.cumprod(rates) == pytest.approx(curve[1:], rel=1e-12)
    assert curve == pytest.approx(np.array(known["percent_alive_year0_12"]) / 100, abs=0.02)


@pytest.mark.parametrize("case", ["sbg_derl_case1", "sbg_derl_case2"])
def test_fader_hardie_2010_table_3(case):
    known = VECTORS[case]
    found = sbg.expected_lifetime(known["params"], np.array(known["n"]) - 1, known["d"])
    assert found == pytest.approx(known["computed"], rel=1e-10)
    assert found == pytest.approx(known["derl"], abs=0.0101)  # printed from parameters of more digits


@pytest.mark.parametrize("alpha", [1e-4, 0.07, 0.99, 1.01, 30])
@pytest.mark.parametrize("beta", [1e-4, 0.05, 40])
@pytest.mark.parametrize("discount", [1e-3, 0.1, 5])
def test_expected_lifetime_is_the_hypergeometric_function(alpha, beta, discount):
    with mpmath.workdps(30):
        exact = [
            kept
            / (alpha + kept)
            * mpmath.hyp2f1(1, kept + 1, alpha + kept + 1, 1 / (1 + mpmath.mpf(discount)))
            for kept in (mpmath.mpf(beta) + renewals for renewals in (0, 3))
        ]
    found = sbg.expected_lifetime({"alpha": alpha, "beta": beta}, [0, 3], discount)
    assert found == pytest.approx([float(value) for value in exact], rel=1e-9)


def test_expected_lifetime_without_discount():
    assert sbg.expected_lifetime({"alpha": 3, "beta": 4}, [0, 2], 0.0) == pytest.approx([2, 3], rel=1e-15)
    assert sbg.expected_lifetime({"alpha": 1, "beta": 4}, 0, 0.0) == np.inf


def test_what_is_no_number_of_renewals_is_nan():
    params, odd = {"alpha": 0.7, "beta": 1.2}, [-1, 0.5, np.nan, np.inf]
    for found in (
        sbg.survival(params, odd),
        sbg.retention(params, [0, 0.5, np.nan, np.inf]),
        sbg.expected_lifetime(params, odd, 0.1),
        sbg.expected_lifetime(params, odd, 0.0),
        sbg.expected_terms(params, odd, 3),
        sbg.log_likelihood(params, odd, True),
    ):
        assert np.isnan(found).all()


def test_where_later_terms_count_for_more_the_lifetime_has_no_end():
    assert sbg.expected_lifetime({"alpha": 3, "beta": 4}, [0, 2], -0.05).tolist() == [np.inf, np.inf]


def test_expected_terms_add_up_to_the_lifetime():
    params = {"alpha": 0.7, "beta": 1.2}
    whole = sbg.expected_lifetime(params, [0, 4], 0.1)
    assert sbg.expected_terms(params, [0, 4], 400, 0.1) == pytest.approx(whole, rel=1e-12)
    two = 1.2 / 1.9 + 1.2 / 1.9 * 2.2 / 2.9 / 1.1
    assert sbg.expected_terms(params, 0, 2, 0.1) == pytest.approx(two, rel=1e-14)


def test_log_likelihood_is_that_of_the_fit():
    found = fitted(REGULAR)
    weights = [*-np.diff(REGULAR[:8]), REGULAR[7]]
    logs = sbg.log_likelihood(found, range(8), [False] * 7 + [True])
    assert 10 * (weights * logs).sum() == pytest.approx(found.loglik, abs=1e-9)


@pytest.mark.parametrize("theta", [(0.3, -0.5), (-6.0, 4.0), (8.0, 8.0)])
def test_gradient_and_hessian_are_those_of_the_density_in_mpmath(theta):
    renewals, left, weights = (
        np.array([0, 2, 7, 7]),
        np.array([True, False, True, False]),
        np.array([3.0, 1, 2, 4]),
    )

    def density(*logs):
        alpha, beta = map(mpmath.exp, logs)
        return mpmath.fsum(
            w * mpmath.log(mpmath.beta(alpha + int(gone), beta + int(count)) / mpmath.beta(alpha, beta))
            for count, gone, w in zip(renewals, left, weights.tolist(), strict=True)
        )

    value, gradient, hessian = sbg.Likelihood(renewals, left, weights)(np.array(theta))
    with mpmath.workdps(40):
        assert value == pytest.approx(float(density(*theta)), rel=1e-10)
        assert gradient == pytest.approx(
            [float(mpmath.diff(density, theta, order)) for order in ((1, 0), (0, 1))], rel=1e-9, abs=1e-10
        )
        exact = [float(mpmath.diff(density, theta, order)) for order in ((2, 0), (1, 1), (0, 2))]
    assert hessian[[0, 0, 1], [0, 1, 1]] == pytest.approx(exact, rel=1e-8, abs=1e-10)


@pytest.mark.parametrize(
    ("renewals", "active", "simpler"),
    [
        ([5] * 40, [True] * 40, "no_dropout"),
        ([0] * 40, [False] * 40, "all_dropout"),
        ([3] * 40, [False] * 40, "same_dropout"),
        ([0, 5] * 20, [False, True] * 20, "two_kinds"),
        ([1], [True], "no_dropout"),
        ([100_000, 0, 0], [False, False, True], None),
    ],
)
def test_every_fit_ends_in_a_state(renewals, active, simpler):
    found = sbg.fit(renewals, active)
    assert found.state in ("ok", "weak", "boundary", "flat")
    assert simpler in (None, found.simpler)
    assert found.shown is not (found.state in ("boundary", "flat"))
    assert np.isfinite([*found.params.values(), found.loglik, *found.covariance.ravel()]).all()
    assert np.isfinite(sbg.expected_lifetime(found, renewals, 0.1)).all()
    assert str(found.message)


def test_who_cannot_take_part_is_counted():
    found = sbg.fit([2, np.nan, -1, 0.5, 1], [True, True, True, False, np.nan])
    assert (found.n, dict(found.excluded)) == (1, {"missing": 2, "impossible": 2})
    with pytest.raises(LoyaltyError, match="left out: 1"):
        sbg.fit([np.nan], [True])


def test_a_weight_that_cannot_be_is_one_customer_left_out():
    found = sbg.fit([2, 1, 3, 1], [True, False, True, False], [3, -2, np.inf, np.nan])
    assert (found.n, dict(found.excluded)) == (3, {"missing": 1, "impossible": 2})


def test_simulated_customers_renew_as_the_survival_curve_says():
    params = {"alpha": 0.668, "beta": 3.806}
    drawn = sbg.simulate(params, np.full(200_000, 12), np.random.default_rng(1))
    shares = [(drawn.renewals >= year).mean() for year in range(13)]
    assert shares == pytest.approx(sbg.survival(params, np.arange(13)), abs=0.005)
    assert drawn.active.mean() == pytest.approx(shares[12])
    found = sbg.fit(drawn.renewals, drawn.active)
    away = np.log([found.params[name] / params[name] for name in sbg.NAMES])
    assert np.all(np.abs(away) < 4 * np.sqrt(np.diag(found.covariance)))
