"""Intervals of single customers, against known distributions and what drawn customers do."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from scipy.stats import gamma, nbinom

from loyalty.models import bg_nbd, ranges
from loyalty.models.spending import Spending
from loyalty.models.value import MONTH, discounted, until
from tests.models.test_totals import STAYING, fit_of
from tests.shops import CDNOW_MONEY, SHOP_MONEY, shop

MODELS = {
    "bg_nbd": {"r": 0.62, "alpha": 160.0, "a": 0.7, "b": 2.8},
    "mbg_nbd": {"r": 1.5, "alpha": 20.0, "a": 0.5, "b": 9.0},
    "pareto_nbd": {"r": 0.553, "alpha": 74.0, "s": 0.606, "beta": 81.7},
}
SURE = {"p": 1e6, "q": 1e6, "v": 1.0}  # every purchase brings 1


def test_purchases_of_who_stays_are_negative_binomial():
    """Against scipy's, for customers who bought from never to forty times."""
    x = np.arange(41.0)
    low, high = ranges.purchases(bg_nbd, STAYING, 90, x, np.where(x > 0, 200.0, 0), 200)
    known = nbinom(STAYING["r"] + x, 250 / (250 + 90))
    assert low.tolist() == known.ppf(0.025).tolist()
    assert high.tolist() == known.ppf(0.975).tolist()


def test_spend_of_who_surely_buys_is_gamma():
    """A thousand purchases at a rate that is nearly known: their number is nearly gamma distributed."""
    params = {"r": 1e4, "alpha": 1e3, "a": 1e-9, "b": 1e3}  # ten a day
    spending = Spending(fit_of("gamma_gamma", SURE), np.zeros(1), np.array([np.nan]))
    low, high = ranges.value(bg_nbd, fit_of("bg_nbd", params), until(100), 0, 0, 0, spending)
    known = gamma(1000 / 1.1, scale=1.1)  # variance 1,000 · (1 + 100 / 1,000)
    assert [low[0], high[0]] == pytest.approx([known.ppf(0.025), known.ppf(0.975)], rel=1e-4)


def test_nothing_is_expected_of_who_has_left():
    history = [1000.0], [1.0], [1e5]
    spending = Spending(fit_of("gamma_gamma", SHOP_MONEY), np.array([1000.0]), np.array([20.0]))
    assert ranges.purchases(bg_nbd, MODELS["bg_nbd"], 365, *history) == ([0], [0])
    fit = fit_of("bg_nbd", MODELS["bg_nbd"])
    assert ranges.value(bg_nbd, fit, until(365), *history, spending) == ([0], [0])


@pytest.mark.parametrize("kind", MODELS)
def test_intervals_hold_what_customers_do(kind):
    """Too little and too much each for one in forty customers at most, whether they bought often or seldom.

    Numbers of purchases are whole, so fewer may lie outside.
    """
    rng, n, ahead = np.random.default_rng(6), 20_000, 12 * MONTH
    model, params = import_module(f"loyalty.models.{kind}"), MODELS[kind]
    seen = shop(kind, params, CDNOW_MONEY, rng.uniform(0, 730, n), ahead, rng)
    history = seen.frequency, seen.recency, seen.age
    bought, windows = np.bincount(seen.who, minlength=n), discounted(12, 0.01)
    weights = windows.weights[0][np.searchsorted(windows.ends, seen.when)]
    spent = np.bincount(seen.who, seen.amount * weights, n)
    spending = Spending(fit_of("gamma_gamma", CDNOW_MONEY), seen.frequency, seen.money)
    for real, (low, high) in (
        (bought, ranges.purchases(model, params, ahead, *history)),
        (spent, ranges.value(model, fit_of(kind, params), windows, *history, spending)),
    ):
        for some in (seen.frequency == 0, seen.frequency > 0, seen.frequency > 5):
            slack = 3 * np.sqrt(0.025 / some.sum())
            assert (real < low)[some].mean() < 0.027 + slack
            assert (real > high)[some].mean() < 0.027 + slack
        assert (real > high).mean() > 0.01  # nor are they far too wide
