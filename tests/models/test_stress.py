"""Every fit of every model ends in a named state, whatever the customers: over two hundred odd data sets."""

from __future__ import annotations

import zlib
from functools import cache

import numpy as np
import pandas as pd
import polars as pl
import pytest

from loyalty.models import bg_nbd, gamma_gamma, mbg_nbd, pareto_nbd, shifted_beta_geometric
from loyalty.texts import LANGUAGES, say

MODELS = (bg_nbd, mbg_nbd, pareto_nbd)
STATES = {"ok", "weak", "boundary", "flat", "no_mean"}
UNITS = {"days": 1.0, "weeks": 1 / 7, "years": 1 / 365.25}
YEAR = 365.0

# Customers of a shop in days: purchase rate and probability to leave after a purchase, each drawn anew
KINDS = {
    "usual": lambda rng, n: (rng.gamma(0.3, 1 / 30, n), rng.beta(0.8, 2.5, n)),
    "unusual": lambda rng, n: (
        rng.gamma(shape := rng.uniform(0.1, 5), rng.uniform(0.002, 0.2) / shape, n),
        rng.beta(rng.uniform(0.1, 5), rng.uniform(0.1, 10), n),
    ),
    "no drop-out": lambda rng, n: (rng.gamma(0.7, 1 / 40, n), np.zeros(n)),
    "everyone alike": lambda rng, n: (np.full(n, 0.02), np.full(n, 0.1)),
    "alike, no drop-out": lambda rng, n: (np.full(n, 0.02), np.zeros(n)),
    "rare buyers": lambda rng, n: (rng.gamma(0.5, 1 / 3000, n), rng.beta(1, 3, n)),
    "heavy buyers": lambda rng, n: (rng.gamma(4, 1.0, n), rng.beta(0.5, 60, n)),
    "one-shot": lambda rng, n: (rng.gamma(1, 1 / 20, n), rng.beta(30, 0.5, n)),
}
SIZES = (30, 100, 300, 1000, 3000)
SEEDS = range(5)

# Frequency, recency and age where nothing is drawn
EDGES = {
    "one customer": ([3], [200], [300]),
    "one customer, once": ([0], [0], [300]),
    "one customer, heavy": ([5000], [299], [300]),
    "one customer, far beyond": ([10**7], [299], [300]),
    "all one-time": ([0] * 50, [0] * 50, np.arange(50) * 7),
    "identical": ([2] * 40, [120] * 40, [300] * 40),
    "identical, bought today": ([2] * 40, [300] * 40, [300] * 40),
    "identical, left at once": ([2] * 40, [1] * 40, [700] * 40),
    "two of a kind": ([0] * 20 + [5] * 20, [0] * 20 + [280] * 20, [300] * 40),
    "one came back": ([1] + [0] * 60, [3] + [0] * 60, [400] * 61),
    "all came back once": ([1] * 60, np.arange(1, 61), [400] * 60),
    "one giant": ([900] + [0] * 60, [399] + [0] * 60, [400] * 61),
    "first day of all": ([0, 1], [0, 1], [1, 1]),
}
NAMES = [f"{kind}, {n}, {seed}" for kind in KINDS for n in SIZES for seed in SEEDS] + list(EDGES)
FEW = [f"{kind}, 30, 0" for kind in KINDS] + [
    "one customer",
    "one customer, once",
    "all one-time",
    "identical",
]


@cache
def histories(name):
    """Frequency, recency and age in days, and at the end of each day at most one purchase."""
    if name in EDGES:
        return tuple(np.array(column, float) for column in EDGES[name])
    kind, n = name.rsplit(", ", 2)[0], int(name.split(", ")[-2])
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    rate, leaving = KINDS[kind](rng, n)
    age = np.floor(rng.uniform(30, 2 * YEAR, n))
    bought = rng.poisson(rate * age)
    last = rng.geometric(np.maximum(leaving, 1e-12))
    x = np.minimum(bought, last)
    share = rng.beta(np.maximum(x, 1), np.where(bought < last, 1, bought - x + 1))
    days = np.minimum(np.maximum(np.ceil(age * share), 1), age)
    x = np.minimum(x, days)
    return np.where(x > 0, x, 0.0), np.where(x > 0, days, 0.0), age


def check(found, model):
    """What every fit promises."""
    assert found.state in STATES
    assert all(np.isfinite(value) and value > 0 for value in found.params.values())
    assert np.isfinite(found.loglik)
    assert np.isfinite(found.covariance).all()
    assert np.isfinite(list(found.se.values())).all()
    assert bool(found.se) == found.shown
    assert (found.simpler is not None) == (found.state == "boundary")
    assert found.prior == (found.state != "ok")
    assert all(say(found.message, language) for language in LANGUAGES)
    assert found.params.keys() == set(model.NAMES)


def ahead(model, name, unit):
    """Expected purchases of each customer in a year, from a fit in this unit of time."""
    x, t, age = histories(name)
    times = t * UNITS[unit], age * UNITS[unit]
    found = model.fit(x, *times)
    check(found, model)
    alive = model.probability_alive(found, x, *times)
    assert ((alive >= 0) & (alive <= 1)).all()
    expected = model.expected_purchases(found, YEAR * UNITS[unit], x, *times)
    moment = model.factorial_moment(found, YEAR * UNITS[unit], x, *times)
    assert np.isfinite(expected).all()
    assert np.isfinite(moment).all()
    assert (expected >= 0).all()
    assert (moment + expected - expected**2 >= -1e-6 * (1 + expected**2)).all()
    return found, expected


def same_in_any_unit(model, name):
    found, expected = ahead(model, name, "days")
    for unit in ("weeks", "years"):
        other, again = ahead(model, name, unit)
        assert (other.state, other.simpler, other.n) == (found.state, found.simpler, found.n)
        assert again.sum() == pytest.approx(expected.sum(), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", FEW)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__.split(".")[-1])
def test_few_odd_customers(model, name):
    same_in_any_unit(model, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in NAMES if name not in FEW])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__.split(".")[-1])
def test_all_odd_customers(model, name):
    same_in_any_unit(model, name)


PARAMS = {
    bg_nbd: {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426},
    mbg_nbd: {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614},
    pareto_nbd: {"r": 0.5534, "alpha": 10.58, "s": 0.6061, "beta": 11.6562},
}
CANNOT_BE = [  # after one that can
    (3, 20, 9),  # bought last after the end
    (0, 3, 9),
    (3, 0, 9),
    (-1, 1, 9),
    (1.5, 1, 9),
    (3, 2, -9),
    (3, 2, np.inf),
    (np.nan, 2, 9),
    (3, np.nan, 9),
    (3, 2, np.nan),
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__.split(".")[-1])
def test_what_cannot_be_is_nan_and_all_else_as_without_it(model):
    params, rows = PARAMS[model], np.array([(3, 2, 9), *CANNOT_BE], float).T
    for of in (
        lambda *history: model.log_likelihood(params, *history),
        lambda *history: model.probability_alive(params, *history),
        lambda *history: model.expected_purchases(params, 5, *history),
        lambda *history: model.factorial_moment(params, 5, *history),
    ):
        found = of(*rows)
        assert found[0] == pytest.approx(of(3, 2, 9)[0], rel=1e-12)
        assert np.isnan(found[1:]).all()
    ahead = model.expected_purchases(params, [5, -5, np.inf, np.nan, 0], 3, 2, 9)
    assert np.isnan(ahead[:, 0]).tolist() == [False, True, True, True, False]
    assert ahead[4] == 0
    of_new = model.probability_of(params, [0, 0, -1, 0.5, np.nan], [5, -5, 5, 5, 5])
    assert np.isnan(of_new).tolist() == [False, True, True, True, True]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__.split(".")[-1])
def test_nobody_is_foreseen_as_nothing(model):
    for function in (model.expected_purchases, model.factorial_moment):
        assert function(PARAMS[model], [1, 2], [], [], []).shape == (2, 0)
    assert model.probability_alive(PARAMS[model], [], [], []).shape == (0,)
    assert model.simulate(PARAMS[model], [], np.random.default_rng(1)).frequency.shape == (0,)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__.split(".")[-1])
def test_columns_of_any_library_are_taken(model):
    history = [3, 0, None], [2, 0, 0], [9, 9, 9]
    expected = model.expected_purchases(PARAMS[model], 5, [3, 0, np.nan], *history[1:])
    frame = pd.DataFrame(dict(zip("xtT", history, strict=True)), index=[7, 8, 9]).astype("Int64")
    for columns in ([pl.Series(each) for each in history], [frame[name] for name in "xtT"]):
        found = model.expected_purchases(PARAMS[model], 5, *columns)
        np.testing.assert_array_equal(found, expected)
        assert dict(model.fit(*columns).excluded) == {"missing": 1}


def test_there_are_more_than_two_hundred():
    assert len(set(NAMES)) >= 200
    assert set(FEW) <= set(NAMES)
    assert len(DRAWN) * min(len(SPENDING), len(LEAVING)) >= 200


# What customers spend in a purchase, from the numbers of their purchases
SPENDING = {
    "usual": lambda rng, x: rng.gamma(6.0 * x, 1 / (x * rng.gamma(4, 1 / 15, len(x)))),
    "everyone alike": lambda rng, x: rng.gamma(6.0 * x, 1 / (0.3 * x)),
    "always the same": lambda rng, x: np.full(len(x), 20.0),
    "from pennies to fortunes": lambda rng, x: np.exp(rng.normal(3, 3, len(x))),
    "without a mean": lambda rng, x: rng.pareto(0.7, len(x)) + 0.01,
    "every day": lambda rng, x: rng.gamma(2000.0 * x, 1 / (x * rng.gamma(4, 1 / 15, len(x)))),
}
# The probability to leave at the end of each term
LEAVING = {
    "usual": lambda rng, n: rng.beta(0.7, 1.2, n),
    "everyone alike": lambda rng, n: np.full(n, 0.2),
    "nobody leaves": lambda rng, n: np.full(n, 1e-12),
    "everybody leaves": lambda rng, n: np.ones(n),
    "two kinds": lambda rng, n: np.where(rng.random(n) < 0.5, 1, 1e-12),
}
DRAWN = [
    pytest.param(n, seed, marks=pytest.mark.slow if n in (100, 1000) or seed > 2 else ())
    for n in (1, 2, 30, 100, 300, 1000, 3000)
    for seed in range(6)
]


@pytest.mark.parametrize(("n", "seed"), DRAWN)
@pytest.mark.parametrize("kind", SPENDING)
def test_odd_spending(kind, n, seed):
    rng = np.random.default_rng(seed)
    frequency = rng.geometric(0.4, n)
    money = SPENDING[kind](rng, frequency)
    found = gamma_gamma.fit(frequency, money)
    check(found, gamma_gamma)
    expected = gamma_gamma.expected_money(found, [*frequency, 0], [*money, 0])
    assert np.isfinite(expected).all()
    assert (expected > 0).all()
    for unit in (100, 0.01):
        other = gamma_gamma.fit(frequency, money * unit)
        assert (other.state, other.simpler) == (found.state, found.simpler)
        again = gamma_gamma.expected_money(other, [*frequency, 0], [*money * unit, 0])
        assert again.sum() == pytest.approx(unit * expected.sum(), rel=1e-9)


@pytest.mark.parametrize(("n", "seed"), DRAWN)
@pytest.mark.parametrize("kind", LEAVING)
def test_odd_subscribers(kind, n, seed):
    rng = np.random.default_rng(seed)
    life, watched = rng.geometric(LEAVING[kind](rng, n)) - 1, rng.integers(0, 8, n)
    found = shifted_beta_geometric.fit(np.minimum(life, watched), life >= watched)
    check(found, shifted_beta_geometric)
    survival = shifted_beta_geometric.survival(found, np.arange(50))
    assert ((survival >= 0) & (survival <= 1)).all()
    assert (np.diff(survival) <= 0).all()
