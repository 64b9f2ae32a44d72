"""Differences in a trial against scipy and statsmodels."""

from __future__ import annotations

import math
import random

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats import proportion
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import NormalIndPower, TTestIndPower

from loyalty.core import Estimate
from loyalty.stats import Moments, RatioSums, differ, difference, ratio, share
from loyalty.stats.contrasts import satterthwaite
from loyalty.stats.effects import NOBODY, Shared, holm, linear, mean_effect, more_needed, share_effect


def sums(values, people=None):
    """Sums over customers of single outcomes; everybody once where no `people` are given."""
    frame = pd.DataFrame({"x": values, "y": 1.0, "who": range(len(values)) if people is None else people})
    each = frame.groupby("who")[["x", "y"]].sum()
    x, y = each["x"], each["y"]
    return RatioSums(len(each), x.sum(), y.sum(), (x * x).sum(), (y * y).sum(), (x * y).sum())


def shared(arm, arm_people, control, control_people):
    """Customers in both, and the sum of the products of what they have beyond the means, the long way."""
    both = set(arm_people) & set(control_people)

    def beyond(values, people):
        frame = pd.DataFrame({"beyond": np.asarray(values) - np.mean(values), "who": people})
        return frame.groupby("who")["beyond"].sum()

    product = beyond(arm, arm_people).mul(beyond(control, control_people), fill_value=0).sum()
    return Shared(len(both), float(product) if both else 0.0)


def drawn(seed, n, mean=10.0, spread=3.0):
    return np.random.default_rng(seed).normal(mean, spread, n)


# Means ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "m"), [(2, 2), (5, 40), (80, 60)])
def test_the_difference_of_means_is_welchs(n, m):
    control, arm = drawn(n, n), drawn(m + 100, m, 11.0, 6.0)
    found = mean_effect(sums(control), sums(arm))
    theirs = stats.ttest_ind(arm, control, equal_var=False)
    low, high = theirs.confidence_interval()
    assert found.change.difference == pytest.approx(arm.mean() - control.mean())
    assert (found.change.low, found.change.high) == (pytest.approx(low), pytest.approx(high))
    assert found.p == pytest.approx(theirs.pvalue)


def test_a_difference_by_hand():
    """Three and five against six, seven and eight: 3 ± t · √(1 + 1/3) with 1.684 degrees of freedom."""
    found = mean_effect(sums([3, 5]), sums([6, 7, 8]))
    half = stats.t.ppf(0.975, (4 / 3) ** 2 / (1 + (1 / 3) ** 2 / 2)) * math.sqrt(4 / 3)
    assert (found.change.low, found.change.high) == (pytest.approx(3 - half), pytest.approx(3 + half))


def test_everybody_in_both_arms_is_the_paired_test():
    rng = np.random.default_rng(7)
    usual = rng.normal(10, 4, 25)
    treated = usual + rng.normal(0.7, 1, 25)
    people = list(range(25))
    both = shared(treated, people, usual, people)
    found = mean_effect(sums(usual), sums(treated), both)
    theirs = stats.ttest_rel(treated, usual)
    low, high = theirs.confidence_interval()
    assert found.p == pytest.approx(theirs.pvalue)
    assert (found.change.low, found.change.high) == (pytest.approx(low), pytest.approx(high))
    assert found.p < mean_effect(sums(usual), sums(treated)).p, "pairs tell more than strangers"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_customers_who_come_again_are_clusters(seed):
    """Somebody in both arms, several times: cluster-robust least squares on the arm."""
    chance = random.Random(seed)
    rows = []
    for who in range(40):
        level = chance.gauss(10, 3)
        rows += [
            (who, arm := chance.randrange(2), level + arm + chance.gauss(0, 1)) for _ in range(1 + who % 4)
        ]
    data = pd.DataFrame(rows, columns=["who", "arm", "x"])
    control, arm = (data[data["arm"] == at] for at in (0, 1))
    both = shared(arm["x"], arm["who"], control["x"], control["who"])
    assert both.customers
    found = mean_effect(sums(control["x"], control["who"]), sums(arm["x"], arm["who"]), both)
    fit = sm.OLS(data["x"], sm.add_constant(data["arm"])).fit(
        cov_type="cluster", cov_kwds={"groups": data["who"], "use_correction": False}, use_t=True
    )
    groups = data["who"].nunique()
    error = fit.bse["arm"] * math.sqrt(groups / (groups - 1))
    half = stats.t.ppf(0.975, groups - 1) * error
    assert found.change.difference == pytest.approx(fit.params["arm"])
    assert found.change.high - found.change.difference == pytest.approx(half)
    assert found.p == pytest.approx(2 * stats.t.sf(abs(fit.params["arm"]) / error, groups - 1))


def test_customers_who_come_again_in_one_arm_only():
    """Nobody in both: each arm's clustered variance, added up."""
    chance = random.Random(5)
    arms = {}
    for at in (0, 1):
        people = [who for who in range(30) for _ in range(1 + who % 3)]
        levels = [chance.gauss(10 + at, 3) for _ in range(30)]
        arms[at] = pd.DataFrame({"x": [levels[who] + chance.gauss(0, 1) for who in people], "who": people})
    control, arm = (sums(each["x"], each["who"]) for each in arms.values())
    found = mean_effect(control, arm)
    variances, degrees = [], []
    for each in arms.values():
        fit = sm.OLS(each["x"], np.ones(len(each))).fit(
            cov_type="cluster", cov_kwds={"groups": each["who"], "use_correction": False}
        )
        variances.append(fit.bse.iloc[0] ** 2 * 30 / 29)
        degrees.append(29)
    df = sum(variances) ** 2 / sum(v**2 / d for v, d in zip(variances, degrees, strict=True))
    half = stats.t.ppf(0.975, df) * math.sqrt(sum(variances))
    assert found.change.high - found.change.difference == pytest.approx(half)
    assert ratio(arm).value - ratio(control).value == pytest.approx(found.change.difference)


@pytest.mark.parametrize(("control", "arm"), [([5], [7]), ([5, 5], [7, 7, 7])])
def test_without_any_spread_nothing_is_said(control, arm):
    found = mean_effect(sums(control), sums(arm))
    assert (found.change.difference, found.change.low, found.change.high) == (2, -math.inf, math.inf)
    assert (found.p, found.relative) == (None, None)
    assert more_needed(2, sums(control), sums(arm)) is None


def test_moments_of_single_observations_are_their_own():
    values = drawn(1, 9)
    assert linear(sums(values)).variance == pytest.approx(values.var(ddof=1))
    assert linear(sums(values)).mean == pytest.approx(values.mean())


def test_degrees_of_freedom():
    """Of equal variances and sizes they are those of the pooled test; of one variance its own."""
    six = Moments(6, 0.0, 0.0)
    assert satterthwaite([2.0, 2.0], [six, six]) == pytest.approx(10)
    assert satterthwaite([2.0, 0.0], [six, Moments(1, 0.0, 0.0)]) == pytest.approx(5)


# Shares -----------------------------------------------------------------------------------------------

COUNTS = [(48, 80, 56, 70), (9, 10, 3, 10), (0, 30, 4, 28), (120, 900, 151, 870), (5, 60, 5, 60)]


def yes(hits, n):
    return sums([1.0] * hits + [0.0] * (n - hits))


@pytest.mark.parametrize(("hits", "n", "arm_hits", "m"), COUNTS)
def test_the_difference_of_shares_is_newcombes(hits, n, arm_hits, m):
    found = share_effect(yes(hits, n), yes(arm_hits, m))
    theirs = proportion.confint_proportions_2indep(arm_hits, m, hits, n, method="newcomb")
    assert (found.change.low, found.change.high) == pytest.approx(theirs)
    assert found.change.real == (found.p < 0.05)


@pytest.mark.parametrize(("hits", "n", "arm_hits", "m"), COUNTS)
def test_its_p_value_is_that_of_all_groups_of_two(hits, n, arm_hits, m):
    found = share_effect(yes(hits, n), yes(arm_hits, m))
    assert found.p == pytest.approx(differ([share(hits, n), share(arm_hits, m)]))


@pytest.mark.parametrize(("hits", "n", "arm_hits", "m"), [count for count in COUNTS if min(count) > 30])
def test_its_p_value_is_close_to_the_score_tests(hits, n, arm_hits, m):
    theirs = proportion.test_proportions_2indep(arm_hits, m, hits, n, method="score", correction=False).pvalue
    assert share_effect(yes(hits, n), yes(arm_hits, m)).p == pytest.approx(theirs, rel=0.1)


def test_pairs_of_answers_by_newcombe():
    """Newcombe (1998), Statistics in Medicine 17(22), method 10 for pairs: 36, 12, 2 and 0 of 50."""
    usual = [1] * 36 + [1] * 12 + [0] * 2
    treated = [1] * 36 + [0] * 12 + [1] * 2
    people = list(range(50))
    found = share_effect(sums(usual), sums(treated), shared(treated, people, usual, people)).change
    assert (found.low, found.high) == (pytest.approx(-0.3404, abs=5e-5), pytest.approx(-0.0569, abs=5e-5))


# Relative effects -------------------------------------------------------------------------------------


def test_the_relative_effect_of_shares_is_katzs():
    found = share_effect(yes(120, 900), yes(151, 870)).relative
    low, high = proportion.confint_proportions_2indep(151, 870, 120, 900, compare="ratio", method="log")
    assert found.value == pytest.approx(151 / 870 / (120 / 900) - 1)
    assert (found.low, found.high) == (pytest.approx(low - 1, abs=2e-3), pytest.approx(high - 1, abs=2e-3))


def fieller(control, arm):
    """The interval of a ratio of two means that are normal, without any approximation."""
    a, b = arm.mean(), control.mean()
    v, w, z = arm.var(ddof=1) / len(arm), control.var(ddof=1) / len(control), stats.norm.ppf(0.975)
    g = z * z * w / (b * b)
    half = z / b * math.sqrt(v + (a / b) ** 2 * w - g * v)
    return ((a / b - half) / (1 - g) - 1, (a / b + half) / (1 - g) - 1)


def test_the_relative_effect_of_means_is_close_to_fiellers():
    control, arm = drawn(1, 400), drawn(2, 300, 11.5, 4.0)
    found = mean_effect(sums(control), sums(arm)).relative
    assert found.value == pytest.approx(arm.mean() / control.mean() - 1)
    assert (found.low, found.high) == pytest.approx(fieller(control, arm), abs=2e-3)


@pytest.mark.slow
def test_the_relative_effect_covers_the_true_one():
    """Of a thousand trials with a known effect of a tenth, about 950 have it in their interval."""
    rng = np.random.default_rng(11)
    hits = 0
    for _ in range(1000):
        control, arm = rng.gamma(2.0, 5.0, 60), rng.gamma(2.0, 5.5, 60)
        found = mean_effect(sums(control), sums(arm)).relative
        hits += found.low <= 0.1 <= found.high
    assert 930 <= hits <= 970


def test_the_relative_effect_of_pairs():
    """On the logarithm the same customers' deviations cancel: their ratios hardly vary, so it is narrow."""
    rng = np.random.default_rng(3)
    usual = rng.gamma(9.0, 2.0, 40)
    treated = 1.2 * usual * rng.normal(1, 0.02, 40)
    people = list(range(40))
    found = mean_effect(sums(usual), sums(treated), shared(treated, people, usual, people)).relative
    added = treated / treated.mean() - usual / usual.mean()
    half = stats.t.ppf(0.975, 39) * added.std(ddof=1) / math.sqrt(40)
    ratio_ = treated.mean() / usual.mean()
    assert (found.low, found.high) == pytest.approx(
        (ratio_ * math.exp(-half) - 1, ratio_ * math.exp(half) - 1)
    )


@pytest.mark.parametrize(
    ("control", "arm"), [([-1, 1, 0], [2, 3, 4]), ([-2, -3], [1, 2]), ([2, 3], [-1, -4])]
)
def test_there_is_no_relative_effect_of_what_is_not_above_zero(control, arm):
    assert mean_effect(sums(control), sums(arm)).relative is None


# How many more ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("effect", [0.2, 0.35, 0.5])
@pytest.mark.parametrize(("n", "m"), [(10, 10), (12, 20)])
def test_as_many_more_have_four_fifths_of_power_and_one_fewer_has_not(effect, n, m):
    """Spread 1 on both sides: statsmodels' power of the normal test at the sizes that come out."""
    values = {size: np.linspace(-1, 1, size) for size in (n, m)}
    control, arm = (sums(values[size] / values[size].std(ddof=1)) for size in (n, m))
    more = more_needed(effect, control, arm)

    def power(extra):
        return NormalIndPower().power(effect, n + extra, 0.05, ratio=(m + extra) / (n + extra))

    assert power(more) >= 0.8
    assert power(more - 1) < 0.8


@pytest.mark.parametrize(("effect", "table"), [(0.2, 393), (0.5, 64), (0.8, 26)])
def test_cohens_table(effect, table):
    """Cohen (1988), table 2.4.1: 80 % at 5 %, two-sided; by t, which asks for one more."""
    there = sums(np.array([-1.0, 1.0]) / math.sqrt(2))
    assert 2 + more_needed(effect, there, there) == pytest.approx(table, abs=1)
    solved = TTestIndPower().solve_power(effect, power=0.8, alpha=0.05)
    assert 2 + more_needed(effect, there, there) == pytest.approx(math.ceil(solved), abs=1)


def test_how_many_more_for_shares():
    control, arm = yes(120, 900), yes(140, 900)
    more = more_needed(20 / 900, control, arm)
    sizes = proportion.power_proportions_2indep(20 / 900, 120 / 900, 900 + more, return_results=False)
    assert sizes == pytest.approx(0.8, abs=0.01)


def test_customers_who_come_again_take_more_observations():
    values = drawn(4, 40)
    once = more_needed(1.0, sums(values), sums(values))
    people = [at // 2 for at in range(80)]
    twice = [value for value in values for _ in range(2)]  # said twice, known once
    clustered = more_needed(1.0, sums(twice, people), sums(twice, people))
    assert 80 + clustered == pytest.approx(2 * (40 + once), abs=2)


def test_pairs_take_fewer_observations():
    rng = np.random.default_rng(9)
    usual = rng.normal(10, 4, 20)
    treated = usual + rng.normal(0.3, 1, 20)
    people = list(range(20))
    both = shared(treated, people, usual, people)
    gap = treated.mean() - usual.mean()
    alone, paired = (more_needed(gap, sums(usual), sums(treated), each) for each in (NOBODY, both))
    wanted = ((stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) / gap) ** 2 * (treated - usual).var(ddof=1)
    assert 20 + paired == pytest.approx(math.ceil(wanted), abs=1)
    assert paired < alone


@pytest.mark.parametrize("gap", [0.0, 1e-12])
def test_no_number_shows_what_is_not_there(gap):
    assert more_needed(gap, sums(drawn(1, 30)), sums(drawn(2, 30))) is None


# Several comparisons ----------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [[0.01, 0.04, 0.03], [0.5], [0.9, 0.6, 0.7], [1e-9, 0.02, 0.02, 0.04], []])
def test_holm(values):
    theirs = multipletests(values, method="holm")[1] if values else []
    assert holm(values) == pytest.approx(list(theirs))


def test_holms_steps_by_hand():
    """3 · 0.01; then 2 · 0.03 = 0.06; then 1 · 0.04, but not below the one before."""
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


def test_a_correlation_of_nothing_changes_nothing():
    one, other = Estimate(0.4, 0.3, 0.5, 90), Estimate(0.6, 0.5, math.inf, 90)
    assert difference(one, other, 0.0) == difference(one, other)
    assert difference(one, other).high == math.inf
