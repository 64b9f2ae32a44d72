"""Comparisons against statsmodels and scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from loyalty.core import Estimate
from loyalty.stats import Moments, differ, difference, share
from loyalty.stats.contrasts import paired_difference, ratio_of_means


def visits(seed, people=60):
    """Customers who visit some times on either side and buy more or less readily."""
    draw = np.random.default_rng(seed)
    who = draw.integers(0, people, 400)
    late = draw.random(400) < 0.3
    bought = draw.random(400) < 0.2 + 0.5 * (who / people) + 0.1 * late
    return who, late, bought


def squares(who, late, bought):
    """The squares of what customers add to the difference, customer by customer."""
    shares = {side: bought[late == side].mean() for side in (False, True)}
    total = 0.0
    for one in set(who):
        adds = {
            side: (bought[(who == one) & (late == side)] - shares[side]).sum() / (late == side).sum()
            for side in (False, True)
        }
        total += (adds[True] - adds[False]) ** 2
    return total


@pytest.mark.parametrize("seed", range(5))
def test_a_paired_difference_is_the_regression_with_clusters(seed):
    who, late, bought = visits(seed)
    model = sm.OLS(bought.astype(float), sm.add_constant(late.astype(float)))
    fitted = model.fit(cov_type="cluster", cov_kwds={"groups": who, "use_correction": False})
    people = len(set(who))
    error = math.sqrt(fitted.cov_params()[1, 1] * people / (people - 1))
    half = stats.t.ppf(0.975, people - 1) * error
    early_late = [share(bought[late == side].sum(), (late == side).sum()) for side in (False, True)]
    change, p = paired_difference(*early_late, squares(who, late, bought), people)
    assert change.difference == pytest.approx(fitted.params[1])
    assert (change.low, change.high) == pytest.approx((fitted.params[1] - half, fitted.params[1] + half))
    assert p == pytest.approx(2 * stats.t.sf(abs(fitted.params[1]) / error, people - 1))
    assert change.real == (p < 0.05)


def test_customers_who_do_not_vary_are_taken_from_the_intervals():
    one, other = share(5, 5), share(8, 8)
    assert paired_difference(one, other, 0.0, 4) == (difference(one, other), differ([one, other]))
    assert paired_difference(one, other, 0.3, 1)[0] == difference(one, other)


@pytest.mark.parametrize(("n", "m"), [(5, 40), (12, 12), (200, 30)])
def test_a_ratio_of_means_is_welchs_test_of_the_scaled_amounts(n, m):
    """On the logarithm a mean has the standard error of the amounts divided by that mean."""
    draw = np.random.default_rng(n)
    above, below = draw.gamma(2, 30, n), draw.gamma(1, 40, m)
    scaled = stats.ttest_ind(above / above.mean(), below / below.mean(), equal_var=False)
    factor = math.exp(scaled.confidence_interval().high)
    value = above.mean() / below.mean()
    found = ratio_of_means(Moments.of(above), Moments.of(below))
    assert (found.value, found.n) == (pytest.approx(value), n + m)
    assert (found.low, found.high) == pytest.approx((value / factor, value * factor))
    turned = ratio_of_means(Moments.of(below), Moments.of(above))
    assert (turned.low, turned.high) == pytest.approx((1 / found.high, 1 / found.low))


def test_the_interval_of_a_ratio_covers_it():
    """95 of 100 intervals hold the true ratio of 2; 3.3 standard errors of 2000 draws are 1.6 points."""
    draw = np.random.default_rng(7)
    held = 0
    for _ in range(2000):
        found = ratio_of_means(Moments.of(draw.gamma(3, 20, 50)), Moments.of(draw.gamma(3, 10, 80)))
        held += found.low <= 2 <= found.high
    assert abs(held / 2000 - 0.95) < 0.016


def test_too_few_amounts_say_nothing_of_a_ratio():
    one, more, none = Moments.of([5]), Moments.of([2, 3]), Moments.of([])
    assert ratio_of_means(one, more) == Estimate(2.0, 0.0, math.inf, 3)
    assert (ratio_of_means(more, one).low, ratio_of_means(more, one).high) == (0.0, math.inf)
    assert math.isnan(ratio_of_means(more, none).value)
    assert ratio_of_means(Moments.of([4, 4]), Moments.of([2, 2])) == Estimate(2.0, 0.0, math.inf, 4)
