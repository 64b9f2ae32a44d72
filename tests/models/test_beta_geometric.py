"""The likelihood that BG/NBD and MBG/NBD share, against that of the papers in mpmath."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from loyalty.models import bg_nbd, mbg_nbd
from loyalty.models.beta_geometric import Likelihood
from loyalty.models.collapsed import collapse

HISTORIES = [(0, 0, 1), (12, 0.9, 1.3), (1, 0.1, 0.5), (300, 0.4, 2)]
WEIGHTS = [5, 2, 1, 3]
FIRST = {bg_nbd: 0, mbg_nbd: 1}


def log_likelihood(params, first, x, t, age):
    """Still there, or left after the last of the chances to leave."""
    r, alpha, a, b, t, age = map(mpmath.mpf, (*params, t, age))
    chances = x + first
    there = mpmath.beta(a, b + chances) * (alpha + age) ** -(r + x)
    left = mpmath.beta(a + 1, b + chances - 1) * (alpha + t) ** -(r + x) if chances else 0
    rates = mpmath.loggamma(r + x) - mpmath.loggamma(r) + r * mpmath.log(alpha)
    return rates + mpmath.log((there + left) / mpmath.beta(a, b))


@pytest.mark.parametrize("model", FIRST, ids=lambda model: model.__name__.split(".")[-1])
@pytest.mark.parametrize("theta", [(-0.5, -1, -0.5, -1), (2, -3, 1, 4), (5, 4, -6, 1), (-2, 1, 6, -2)])
def test_value_gradient_and_hessian_are_those_of_the_papers(model, theta):
    def whole(*logs):
        params = [mpmath.exp(log) for log in logs]
        each = (log_likelihood(params, FIRST[model], *history) for history in HISTORIES)
        return mpmath.fsum(map(mpmath.fmul, WEIGHTS, each))

    histories = collapse(*np.array(HISTORIES, float).T, WEIGHTS)
    value, gradient, hessian = Likelihood(histories, FIRST[model], 1.0)(np.array(theta, float))
    units = np.eye(4, dtype=int)
    with mpmath.workdps(40):
        slopes = [float(mpmath.diff(whole, theta, unit.tolist())) for unit in units]
        bends = [[float(mpmath.diff(whole, theta, (a + b).tolist())) for a in units] for b in units]
        assert value == pytest.approx(float(whole(*theta)), rel=1e-11)
    assert gradient == pytest.approx(slopes, rel=1e-9, abs=1e-9)
    assert hessian == pytest.approx(np.array(bends), rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("model", FIRST, ids=lambda model: model.__name__.split(".")[-1])
@pytest.mark.parametrize(
    "params", [(0.243, 4.414, 0.793, 2.426), (1e3, 1e4, 0.01, 30), (0.01, 1e-3, 50, 0.1), (3, 0.5, 0.9, 1e3)]
)
def test_log_likelihood_of_single_customers(model, params):
    named = dict(zip(model.NAMES, params, strict=True))
    with mpmath.workdps(40):
        exact = [float(log_likelihood(params, FIRST[model], *history)) for history in HISTORIES]
    found = model.log_likelihood(named, *np.array(HISTORIES, float).T)
    assert found == pytest.approx(exact, rel=1e-10, abs=1e-10)
