"""The formulas on the pages of the models, written out by hand, give what the models compute."""

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import beta as B
from scipy.special import gamma as G
from scipy.special import hyp2f1

from loyalty.models import bg_nbd, gamma_gamma, mbg_nbd, pareto_nbd, shifted_beta_geometric
from loyalty.story.formulas import FORMULAS, REFERENCES

r, alpha, a, b, s, beta = 0.6, 2.0, 0.8, 2.5, 0.7, 3.0
x, t_x, T, t = 3, 5.0, 9.0, 4.0
BETA = {"r": r, "alpha": alpha, "a": a, "b": b}
PARETO = {"r": r, "alpha": alpha, "s": s, "beta": beta}


def test_bg_nbd():
    alive = 1 / (1 + a / (b + x - 1) * ((alpha + T) / (alpha + t_x)) ** (r + x))
    assert bg_nbd.probability_alive(BETA, x, t_x, T) == pytest.approx(alive)
    F = hyp2f1(r, b, a + b - 1, t / (alpha + t))
    new = (a + b - 1) / (a - 1) * (1 - (alpha / (alpha + t)) ** r * F)
    assert bg_nbd.expected_new(BETA, t) == pytest.approx(new)
    bracket = B(a, b + x) / (alpha + T) ** (r + x) + B(a + 1, b + x - 1) / (alpha + t_x) ** (r + x)
    likelihood = G(r + x) * alpha**r / (G(r) * B(a, b)) * bracket
    assert bg_nbd.log_likelihood(BETA, x, t_x, T) == pytest.approx(math.log(likelihood))


def test_mbg_nbd():
    alive = 1 / (1 + a / (b + x) * ((alpha + T) / (alpha + t_x)) ** (r + x))
    assert mbg_nbd.probability_alive(BETA, x, t_x, T) == pytest.approx(alive)
    F = hyp2f1(r, b + 1, a + b, t / (alpha + t))
    new = b / (a - 1) * (1 - (alpha / (alpha + t)) ** r * F)
    assert mbg_nbd.expected_new(BETA, t) == pytest.approx(new)
    bracket = B(a, b + x + 1) / (alpha + T) ** (r + x) + B(a + 1, b + x) / (alpha + t_x) ** (r + x)
    likelihood = G(r + x) * alpha**r / (G(r) * B(a, b)) * bracket
    assert mbg_nbd.log_likelihood(BETA, x, t_x, T) == pytest.approx(math.log(likelihood))


def test_pareto_nbd():
    new = r * beta / (alpha * (s - 1)) * (1 - (beta / (beta + t)) ** (s - 1))
    assert pareto_nbd.expected_new(PARETO, t) == pytest.approx(new)
    integral = quad(lambda u: 1 / ((alpha + u) ** (r + x) * (beta + u) ** (s + 1)), t_x, T)[0]
    bracket = 1 / ((alpha + T) ** (r + x) * (beta + T) ** s) + s * integral
    likelihood = G(r + x) * alpha**r * beta**s / G(r) * bracket
    assert pareto_nbd.log_likelihood(PARETO, x, t_x, T) == pytest.approx(math.log(likelihood))


def test_pareto_nbd_alive_averages_over_rates():
    """The formula for given rates, averaged over 400,000 rates by how well they explain the history."""
    rng = np.random.default_rng(1)
    lam, mu = rng.gamma(r, 1 / alpha, 400_000), rng.gamma(s, 1 / beta, 400_000)
    alive = 1 / (1 + mu / (lam + mu) * np.expm1((lam + mu) * (T - t_x)))
    stayed = lam**x * np.exp(-(lam + mu) * T)
    weight = stayed / alive  # of a history: stayed until today, or left since the last purchase
    assert pareto_nbd.probability_alive(PARETO, x, t_x, T) == pytest.approx(
        (weight * alive).sum() / weight.sum(), rel=0.02
    )


def test_gamma_gamma():
    p, q, v, z = 6.0, 4.0, 15.0, 22.0
    weights = (q - 1) / (p * x + q - 1), p * x / (p * x + q - 1)
    spends = weights[0] * p * v / (q - 1) + weights[1] * z
    assert gamma_gamma.expected_money({"p": p, "q": q, "v": v}, x, z) == pytest.approx(spends)
    assert gamma_gamma.population_mean({"p": p, "q": q, "v": v}) == pytest.approx(p * v / (q - 1))


def test_shifted_beta_geometric():
    params = {"alpha": 0.7, "beta": 1.2}
    assert shifted_beta_geometric.survival(params, 4) == pytest.approx(B(0.7, 1.2 + 4) / B(0.7, 1.2))
    assert shifted_beta_geometric.retention(params, 4) == pytest.approx((1.2 + 3) / (0.7 + 1.2 + 3))


@pytest.mark.parametrize("model", FORMULAS)
def test_braces_and_brackets_are_closed(model):
    for formula in FORMULAS[model].values():
        for pair in ("{}", ("\\left", "\\right"), ("\\begin", "\\end")):
            assert formula.count(pair[0]) == formula.count(pair[1])
    assert all(REFERENCES[model])
