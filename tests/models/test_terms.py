"""The parameters in terms that can be pictured."""

import math

import numpy as np
import pytest

from loyalty.models import bg_nbd, gamma_gamma, pareto_nbd, shifted_beta_geometric, terms
from loyalty.models.fitting import Fit
from loyalty.texts import Message
from loyalty.views import parameters

WANTED = {  # model -> terms and, worked by hand, the parameters that have them
    "bg_nbd": (
        {"rate": 2, "alike": 0.5, "leaving": 0.2, "alike_leaving": 5},
        {"r": 0.5, "alpha": 0.25, "a": 1, "b": 4},
    ),
    "pareto_nbd": (
        {"rate": 2, "alike": 0.5, "leaving": 0.1, "alike_leaving": 3},
        {"r": 0.5, "alpha": 0.25, "s": 3, "beta": 30},
    ),
    "gamma_gamma": ({"mean": 30, "steady": 6, "alike": 4}, {"p": 6, "q": 4, "v": 15}),
    "shifted_beta_geometric": ({"leaving": 0.25, "alike_leaving": 2}, {"alpha": 0.5, "beta": 1.5}),
}


def a_fit(model, params, covariance):
    """A fit as if found, to be told of."""
    return Fit(model, params, -1.0, {}, "ok", Message("models.state.ok"), {}, 10, False, covariance)


@pytest.mark.parametrize("model", WANTED)
def test_terms_and_parameters_are_worth_each_other(model):
    wanted, params = WANTED[model]
    assert terms.params(model, wanted) == pytest.approx(params)
    found = {name: term.of(params) for name, term in terms.TERMS[model].items()}
    assert found == pytest.approx(wanted)


def test_means_of_the_distributions():
    """What the terms say is the mean of what is drawn, by the models' own sources of chance."""
    rng = np.random.default_rng(1)
    params = terms.params("bg_nbd", WANTED["bg_nbd"][0])
    rates = rng.gamma(params["r"], 1 / params["alpha"], 200_000)
    chances = rng.beta(params["a"], params["b"], 200_000)
    assert rates.mean() == pytest.approx(2, rel=0.02)
    assert chances.mean() == pytest.approx(0.2, rel=0.01)
    spend = gamma_gamma.simulate(terms.params("gamma_gamma", WANTED["gamma_gamma"][0]), np.ones(200_000), rng)
    assert spend.mean.mean() == pytest.approx(30, rel=0.01)
    paid = shifted_beta_geometric.simulate(
        terms.params("shifted_beta_geometric", WANTED["shifted_beta_geometric"][0]), np.ones(200_000), rng
    )
    assert 1 - paid.active.mean() == pytest.approx(0.25, rel=0.02)


def test_nobody_leaving_can_be_drawn():
    params = terms.params("bg_nbd", {"rate": 1, "alike": 1, "leaving": 0, "alike_leaving": 3})
    drawn = bg_nbd.simulate(params, np.full(500, 12.0), np.random.default_rng(1))
    assert drawn.alive.all()


def test_interval_of_a_rate_by_hand():
    """The log of r / α has the variance 0.04 + 0.09 − 2 · 0.05 = 0.03."""
    covariance = np.zeros((4, 4))
    covariance[:2, :2] = [[0.04, 0.05], [0.05, 0.09]]
    fit = a_fit("bg_nbd", {"r": 2.0, "alpha": 4.0, "a": 1.0, "b": 3.0}, covariance)
    found = terms.estimates(fit)["rate"]
    reach = math.exp(1.959964 * math.sqrt(0.03))
    assert (found.value, found.low, found.high) == pytest.approx((0.5, 0.5 / reach, 0.5 * reach), rel=1e-6)


def test_interval_of_a_share_by_hand():
    """The log-odds of a / (a + b) are log a − log b, with the variance 0.04 + 0.16 − 2 · 0.02 = 0.16."""
    covariance = np.zeros((4, 4))
    covariance[2:, 2:] = [[0.04, 0.02], [0.02, 0.16]]
    fit = a_fit("bg_nbd", {"r": 2.0, "alpha": 4.0, "a": 1.0, "b": 3.0}, covariance)
    found = terms.estimates(fit)["leaving"]
    low, high = (math.log(1 / 3) + side * 1.959964 * 0.4 for side in (-1, 1))
    wanted = (0.25, 1 / (1 + math.exp(-low)), 1 / (1 + math.exp(-high)))
    assert (found.value, found.low, found.high) == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("q", [1.01, 1.0005, 1.000001])
def test_a_mean_that_is_hardly_one_is_not_known(q):
    """p v / (q − 1): the log of it moves q / (q − 1) times as far as that of q, beyond all numbers."""
    fit = a_fit("gamma_gamma", {"p": 5.0, "q": q, "v": 10.0}, np.diag([0.01, 0.04, 0.01]))
    found = terms.estimates(fit)["mean"]
    assert (found.low, found.value) == (pytest.approx(0, abs=1e-9), pytest.approx(50 / (q - 1)))
    assert found.high > 1e12 * found.value
    assert "mean" not in parameters.terms([fit])
    assert "mean" in parameters.terms([a_fit("gamma_gamma", {**fit.params, "q": 4.0}, fit.covariance)])


def test_letters_have_the_intervals_of_their_logarithms():
    covariance = np.diag([0.01, 0.04, 0.0, 0.09])
    found = terms.letters(a_fit("pareto_nbd", {"r": 1.0, "alpha": 2.0, "s": 3.0, "beta": 4.0}, covariance))
    assert found["alpha"].high == pytest.approx(2 * math.exp(1.959964 * 0.2), rel=1e-6)
    assert (found["s"].low, found["s"].high) == (3, 3)


def test_terms_of_a_fit_have_the_unit_of_its_time():
    rng = np.random.default_rng(2)
    drawn = pareto_nbd.simulate({"r": 1, "alpha": 2, "s": 1, "beta": 4}, np.full(400, 12.0), rng)
    months = pareto_nbd.fit(drawn.frequency, drawn.recency, drawn.age)
    days = pareto_nbd.fit(drawn.frequency, drawn.recency * 30, drawn.age * 30)
    found, other = terms.estimates(months), terms.estimates(days)
    assert found["rate"].value == pytest.approx(30 * other["rate"].value)
    assert found["rate"].high == pytest.approx(30 * other["rate"].high)
    assert found["alike"].low == pytest.approx(other["alike"].low)
