"""The model in which nobody leaves, against scipy's negative binomial and the limit of BG/NBD."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import gammaln
from scipy.stats import nbinom

from loyalty.models import bg_nbd, nbd
from loyalty.models.collapsed import collapse


@pytest.fixture(scope="module")
def histories():
    rng = np.random.default_rng(5)
    age = rng.integers(30, 700, 500).astype(float)
    x = np.minimum(rng.poisson(rng.gamma(0.8, 1 / 70, 500) * age), age)
    return x, np.where(x > 0, np.ceil(age * 0.9), 0), age


def log_likelihood(r, alpha, x, age):
    """Of counts, by scipy; and of when the purchases of a count were, each history alike likely."""
    return (nbinom.logpmf(x, r, alpha / (alpha + age)) + gammaln(x + 1) - x * np.log(age)).sum()


def test_the_fit_is_the_best_that_scipy_finds(histories):
    x, _, age = histories
    found = nbd.fit(*histories)
    by_scipy = minimize(
        lambda logs: -log_likelihood(*np.exp(logs), x, age),
        [0, 4],
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-9},
    )
    assert found.state == "ok"
    assert found.loglik == pytest.approx(-by_scipy.fun, abs=1e-6)
    assert list(found.params.values()) == pytest.approx(np.exp(by_scipy.x), rel=1e-5)


def test_it_is_the_limit_of_bg_nbd_where_nobody_leaves(histories):
    found = nbd.fit(*histories)
    limit = {**found.params, "a": 1e-9, "b": 1e3}
    assert bg_nbd.log_likelihood(limit, *histories).sum() == pytest.approx(found.loglik, abs=1e-5)


def test_gradient_and_hessian_are_those_of_the_likelihood(histories):
    at, step = np.array([0.3, -0.4]), 1e-5
    likelihood = nbd.Likelihood(collapse(*histories), 300.0)
    _, gradient, hessian = likelihood(at)
    sides = [(likelihood(at + step * axis), likelihood(at - step * axis)) for axis in np.eye(2)]
    slopes = [(up[0] - down[0]) / (2 * step) for up, down in sides]
    bends = [(up[1] - down[1]) / (2 * step) for up, down in sides]
    np.testing.assert_allclose(gradient, slopes, rtol=1e-6)
    np.testing.assert_allclose(hessian, bends, rtol=1e-6)


def test_unit_of_time_changes_nothing(histories):
    x, t, age = histories
    days, weeks = nbd.fit(x, t, age), nbd.fit(x, t / 7, age / 7)
    assert weeks.params["r"] == pytest.approx(days.params["r"])
    assert weeks.params["alpha"] == pytest.approx(days.params["alpha"] / 7)


@pytest.mark.parametrize("x", [[0], [0, 0, 0], [5], [3, 3, 3, 3]])
def test_customers_alike_end_in_a_named_state(x):
    found = nbd.fit(x, np.where(np.array(x) > 0, 50, 0), 100)
    assert found.state in ("ok", "weak", "boundary", "flat")
    assert np.isfinite([*found.params.values(), found.loglik]).all()
