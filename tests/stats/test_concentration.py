"""Shares of the top and Gini's coefficient: published tables, mathematics, the bootstrap."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from loyalty.stats import RatioSums
from loyalty.stats.concentration import boundary, curve, customers_for, from_top, gini, top_share

# Ten earners of an answer key to Lorenz curves (scribd.com/document/227883879): quintiles of 3,500, 17,000,
# 22,000, 31,000 and 50,000 of 123,500 dollars.
EARNERS = [1500, 2000, 8000, 9000, 10000, 12000, 15000, 16000, 20000, 30000]
# Fifths of an economy, whose Gini coefficient is worked out as 0.2812 (wizedu.com/questions/80265).
FIFTHS = [8.1, 11.5, 20.0, 22.8, 37.6]
# The example of the R package ineq (Zeileis): Gini(x) prints 0.4620911.
INEQ = [541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261]


def spent(amounts):
    return np.sort(np.asarray(amounts, dtype=float))[::-1]


def test_published_quintiles():
    shares = dict(curve(spent(EARNERS), 5))
    assert list(shares.values()) == pytest.approx(
        [n / 123_500 for n in (0, 50e3, 81e3, 103e3, 120e3, 123_500)]
    )
    assert top_share(spent(EARNERS), 20).value == pytest.approx(50_000 / 123_500)


@pytest.mark.parametrize(("amounts", "published"), [(FIFTHS, 0.2812), (INEQ, 0.4620911)])
def test_published_gini(amounts, published):
    assert gini(spent(amounts)).value == pytest.approx(published, abs=5e-8)


@pytest.mark.parametrize(
    ("percent", "amount", "part", "share"),
    [
        (20, 40, 1, 0.40),  # one of five
        (10, 40, 0.5, 0.20),  # half of the first
        (5, 40, 0.25, 0.10),
        (50, 20, 0.5, 0.70),  # 40, 20 and one half of the two who spent 20, shared among both
        (60, 20, 1, 0.80),
        (70, 15, 0.5, 0.875),
    ],
)
def test_the_top_by_hand(percent, amount, part, share):
    amounts = spent([40, 20, 20, 15, 5])
    assert boundary(amounts, percent) == pytest.approx((amount, 0.75 if percent == 50 else part))
    assert top_share(amounts, percent).value == pytest.approx(share)


def test_from_how_few_customers_most_comes():
    # 40, 20, 20 are 80 of 100; 50 is the first and half of the second
    assert customers_for(spent([40, 20, 20, 15, 5]), 0.8) == pytest.approx(3 / 5)
    assert customers_for(spent([40, 20, 20, 15, 5]), 0.5) == pytest.approx(1.5 / 5)
    assert customers_for(spent([7]), 0.8) == pytest.approx(0.8)


def test_copies_of_everybody_change_nothing():
    amounts = [40, 20, 20, 15, 5, 3, 3]
    one, three = spent(amounts), spent(amounts * 3)
    for percent in (1, 5, 10, 20, 50):
        assert top_share(three, percent).value == pytest.approx(top_share(one, percent).value)
    assert gini(three).value == pytest.approx(gini(one).value)
    assert dict(curve(three)) == pytest.approx(dict(curve(one)))
    assert customers_for(three, 0.8) == pytest.approx(customers_for(one, 0.8))


def test_the_curve_is_what_the_shares_of_all_tops_are():
    amounts = spent(np.random.default_rng(4).gamma(0.7, 30, 137))
    points = dict(curve(amounts))
    for percent in range(1, 100):
        assert points[percent / 100] == pytest.approx(top_share(amounts, percent).value)


@pytest.mark.parametrize("sigma", [0.3, 1.0, 1.6])
def test_lognormal_spending_by_mathematics(sigma):
    """Lorenz curve and Gini coefficient of the lognormal distribution (Aitchison & Brown 1957)."""
    n, normal = 400_000, stats.norm
    amounts = spent(np.exp(sigma * normal.ppf((np.arange(n) + 0.5) / n)))
    for percent in (5, 10, 20):
        expected = 1 - normal.cdf(normal.ppf(1 - percent / 100) - sigma)
        assert top_share(amounts, percent).value == pytest.approx(expected, abs=1e-3)
    assert gini(amounts).value == pytest.approx(2 * normal.cdf(sigma / math.sqrt(2)) - 1, abs=1e-3)


def bootstrap(amounts, statistic):
    return stats.bootstrap(
        (amounts,),
        lambda x: statistic(spent(x)).value,
        n_resamples=1500,
        method="percentile",
        vectorized=False,
        rng=np.random.default_rng(7),
    )


@pytest.mark.parametrize(
    "statistic",
    [lambda x: top_share(x, 20), lambda x: top_share(x, 5), gini],
    ids=["top 20", "top 5", "gini"],
)
@pytest.mark.parametrize("shape", [0.7, 4.0])
def test_intervals_are_those_of_the_bootstrap(statistic, shape):
    amounts = np.random.default_rng(11).gamma(shape, 20, 1500)
    found, expected = statistic(spent(amounts)), bootstrap(amounts, statistic).confidence_interval
    width = expected.high - expected.low
    assert found.low == pytest.approx(expected.low, abs=0.12 * width)
    assert found.high == pytest.approx(expected.high, abs=0.12 * width)


def test_a_group_is_a_ratio_as_the_bootstrap_sees_it():
    amounts = np.random.default_rng(3).gamma(0.9, 20, 900)
    top = amounts * (amounts > 35)
    found = from_top(sums(top, amounts))
    expected = stats.bootstrap(
        (top, amounts),
        lambda x, y: x.sum() / y.sum(),
        paired=True,
        vectorized=False,
        n_resamples=1500,
        method="percentile",
        rng=np.random.default_rng(5),
    ).confidence_interval
    assert found.value == pytest.approx(top.sum() / amounts.sum())
    assert (found.n, found.base) == (900, pytest.approx(amounts.sum()))
    width = expected.high - expected.low
    assert found.low == pytest.approx(expected.low, abs=0.12 * width)
    assert found.high == pytest.approx(expected.high, abs=0.12 * width)


def sums(x, y):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    return RatioSums(len(x), x.sum(), y.sum(), (x * x).sum(), (y * y).sum(), (x * y).sum())


def test_a_group_of_equals_is_a_plain_share():
    """Its error is that of a mean, with n − 1."""
    found = from_top(sums([5] * 12 + [0] * 8, [5] * 20))
    low, high = proportion_confint(0.6 * 19, 19, method="wilson")
    assert (found.value, found.low, found.high) == pytest.approx((0.6, low, high))


@pytest.mark.parametrize("top", [0, 1])
def test_a_group_wholly_inside_or_outside_the_top(top):
    """Four who spent 3, 1, 1, 1 are 36 / 12 = 3 equal ones (Kish)."""
    amounts = np.array([3, 1, 1, 1])
    found = from_top(sums(top * amounts, amounts))
    low, high = proportion_confint(3 * top, 3, method="wilson")
    assert (found.value, found.low, found.high) == pytest.approx((top, low, high), abs=1e-12)


@pytest.mark.parametrize("percent", [5, 10, 20])
@pytest.mark.parametrize("n", [1, 2, 30])
def test_where_all_spend_alike_the_share_is_that_of_the_customers(percent, n):
    found = top_share(spent([9.9] * n), percent)
    upper = proportion_confint(0, n, method="wilson")[1]
    assert found.value == pytest.approx(percent / 100)
    assert found.low == pytest.approx(percent / 100)
    assert found.high == pytest.approx(percent / 100 + (1 - percent / 100) * upper)
    assert gini(spent([9.9] * n)).value == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("scale", [1e-3, 1, 1e7])
def test_another_currency_changes_nothing(scale):
    amounts = spent(INEQ)
    for statistic in (lambda x: top_share(x, 20), gini):
        one, other = statistic(amounts), statistic(amounts * scale)
        assert (other.value, other.low, other.high) == pytest.approx((one.value, one.low, one.high))


@pytest.mark.slow
@pytest.mark.parametrize("percent", [20, 5])
@pytest.mark.parametrize("n", [30, 100, 400])
@pytest.mark.parametrize(("sigma", "least"), [(0.5, 0.89), (1.0, 0.86)])
def test_intervals_cover_the_truth(percent, n, sigma, least):
    """Of 600 samples of lognormal spending: where it is very skewed, fewer than 95 in 100 do."""
    draw, normal = np.random.default_rng(17), stats.norm
    truth = 1 - normal.cdf(normal.ppf(1 - percent / 100) - sigma)
    found = [top_share(spent(draw.lognormal(0, sigma, n)), percent) for _ in range(600)]
    assert sum(one.low <= truth <= one.high for one in found) / len(found) >= least
