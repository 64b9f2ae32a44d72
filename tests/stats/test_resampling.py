"""The bootstrap against that of scipy, and against what is known of it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from loyalty.core import Estimate
from loyalty.stats import RatioSums
from loyalty.stats.effects import Shared, mean_effect
from loyalty.stats.resampling import bootstrap_effect

SOME = Estimate(0, -1, 1, 2)  # the estimates of the arms play no part


def apart(arm, control):
    """One row a customer who is in one arm, once."""
    nothing, once = np.zeros(len(arm)), np.ones(len(arm))
    one = np.column_stack([arm, once, nothing, nothing])
    nothing, once = np.zeros(len(control)), np.ones(len(control))
    return np.vstack([one, np.column_stack([nothing, nothing, control, once])])


def skewed(seed, n, scale=10.0):
    """Amounts of money of which a few are large."""
    return np.random.default_rng(seed).lognormal(math.log(scale), 1.1, n).round(2)


def effect(people):
    return bootstrap_effect(people, SOME, SOME)


@pytest.mark.parametrize(("n", "m"), [(40, 60), (150, 90)])
def test_the_interval_of_a_difference_is_scipys(n, m):
    control, arm = skewed(1, n), skewed(2, m, 14.0)
    found = effect(apart(arm, control))

    def gap(one, other, axis):
        return one.mean(axis=axis) - other.mean(axis=axis)

    theirs = stats.bootstrap((arm, control), gap, n_resamples=20_000, method="BCa", rng=5)
    low, high = theirs.confidence_interval
    error = 0.08 * (high - low)  # of the ends of 4,999 draws
    assert found.change.difference == pytest.approx(arm.mean() - control.mean())
    assert found.change.low == pytest.approx(low, abs=error)
    assert found.change.high == pytest.approx(high, abs=error)


def test_the_interval_of_a_relative_effect_is_scipys():
    control, arm = skewed(3, 120), skewed(4, 120, 14.0)
    found = effect(apart(arm, control)).relative

    def ratio(one, other, axis):
        return one.mean(axis=axis) / other.mean(axis=axis) - 1

    theirs = stats.bootstrap((arm, control), ratio, n_resamples=20_000, method="BCa", rng=5)
    low, high = theirs.confidence_interval
    assert found.value == pytest.approx(arm.mean() / control.mean() - 1)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.08 * (high - low))


def test_customers_in_both_arms_are_drawn_together():
    """As scipy draws pairs."""
    usual = skewed(5, 50)
    treated = (usual * np.random.default_rng(6).normal(1.1, 0.05, 50)).round(2)
    ones = np.ones(50)
    found = effect(np.column_stack([treated, ones, usual, ones])).change

    def gap(one, other, axis):
        return one.mean(axis=axis) - other.mean(axis=axis)

    theirs = stats.bootstrap((treated, usual), gap, paired=True, n_resamples=20_000, method="BCa", rng=5)
    low, high = theirs.confidence_interval
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.08 * (high - low))
    strangers = effect(apart(treated, usual)).change
    assert found.high - found.low < (strangers.high - strangers.low) / 3


def test_customers_who_come_again_are_drawn_whole():
    """The mean of all outcomes, drawn by customer: scipy draws indices of customers."""
    rng = np.random.default_rng(8)
    often = rng.integers(1, 5, 60)
    spent = rng.lognormal(2, 0.8, 60) * often
    people = np.zeros((60, 4))
    people[:30, 0], people[:30, 1] = spent[:30], often[:30]
    people[30:, 2], people[30:, 3] = spent[30:], often[30:]

    def gap(one, other, axis):
        arm = spent[one].sum(axis=axis) / often[one].sum(axis=axis)
        return arm - spent[other].sum(axis=axis) / often[other].sum(axis=axis)

    theirs = stats.bootstrap(
        (np.arange(30), np.arange(30, 60)), gap, vectorized=True, n_resamples=20_000, method="BCa", rng=5
    )
    low, high = theirs.confidence_interval
    found = effect(people).change
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.08 * (high - low))


def test_with_many_normal_outcomes_it_is_the_t_test():
    rng = np.random.default_rng(9)
    control, arm = rng.normal(10, 2, 900), rng.normal(10.22, 2, 900)
    found, theirs = effect(apart(arm, control)), stats.ttest_ind(arm, control, equal_var=False)
    low, high = theirs.confidence_interval()
    assert (found.change.low, found.change.high) == pytest.approx((low, high), abs=0.03)
    assert found.p == pytest.approx(theirs.pvalue, abs=0.015)


@pytest.mark.parametrize("shift", [-4.0, -1.5, 0.0, 1.0, 2.0, 5.0])
def test_the_p_value_is_small_where_the_interval_leaves_out_zero(shift):
    control, arm = skewed(10, 70), skewed(11, 70) + shift
    found = effect(apart(arm, control))
    assert found.change.real == (found.p < 0.05)


@pytest.mark.parametrize("shift", [0.0, 1.0, 3.0])
def test_the_p_value_is_where_the_interval_reaches_zero(shift):
    """The interval at the level of the p-value ends at zero."""
    control, arm = skewed(12, 80), skewed(13, 80) + shift
    p = effect(apart(arm, control)).p

    def gap(one, other, axis):
        return one.mean(axis=axis) - other.mean(axis=axis)

    theirs = stats.bootstrap(
        (arm, control), gap, n_resamples=20_000, confidence_level=1 - p, method="BCa", rng=5
    )
    ends = theirs.confidence_interval
    assert min(map(abs, ends)) < 0.3 * theirs.standard_error


def test_it_depends_neither_on_the_order_of_rows_nor_on_the_last_digits():
    people = apart(skewed(14, 60), skewed(15, 80))
    shuffled = np.random.default_rng(0).permutation(people)
    assert effect(people) == effect(shuffled)
    noisy = people * (1 + 1e-15)
    assert effect(noisy).change.low == pytest.approx(effect(people).change.low, rel=1e-12)


def test_other_units_of_money_change_the_amounts_alone():
    people = apart(skewed(16, 60), skewed(17, 80))
    dearer = people * [7, 1, 7, 1]
    here, there = effect(people), effect(dearer)
    assert there.change.low == pytest.approx(7 * here.change.low)
    assert there.p == pytest.approx(here.p)
    assert there.relative.high == pytest.approx(here.relative.high)


def test_alike_outcomes_say_nothing():
    found = effect(apart([5.0, 5.0, 5.0], [4.0, 4.0]))
    assert (found.change.low, found.change.high, found.p) == (-math.inf, math.inf, None)
    assert found.relative is None


def test_a_mean_below_zero_has_no_relative_effect():
    people = apart(skewed(18, 40) - 60, skewed(19, 40))
    assert effect(people).relative is None
    assert effect(people).p is not None


def test_where_customers_repeat_it_is_close_to_the_t_test():
    """The same customers by two roads, in both arms and several times."""
    rng = np.random.default_rng(20)
    often = rng.integers(1, 4, (200, 2))
    spent = rng.gamma(4.0, 3.0, (200, 1)) * often
    people = np.column_stack([spent[:, 0], often[:, 0], spent[:, 1], often[:, 1]])
    x, y, x0, y0 = people.T

    def sums(x, y):
        return RatioSums(len(x), x.sum(), y.sum(), (x * x).sum(), (y * y).sum(), (x * y).sum())

    product = ((x - x.sum() / y.sum() * y) * (x0 - x0.sum() / y0.sum() * y0)).sum()
    theirs = mean_effect(sums(x0, y0), sums(x, y), Shared(200, product)).change
    found = effect(people).change
    width = theirs.high - theirs.low
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=0.08 * width)


def test_huge_amounts_do_not_round_off_how_many_there_are():
    chance = np.random.default_rng(8)
    arm, control = chance.gamma(2, 1e12, 30), chance.gamma(2, 1e12, 30)
    found = bootstrap_effect(apart(arm, control), SOME, SOME).change
    assert found.difference == pytest.approx(arm.mean() - control.mean())
    assert found.low < found.difference < found.high
