"""Intervals and tests against statsmodels, scipy, enumeration and hand-worked figures."""

from __future__ import annotations

import math
import statistics
from itertools import product

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from loyalty.core import Estimate
from loyalty.stats import (
    Hits,
    Moments,
    RatioSums,
    design_effect,
    differ,
    difference,
    last_change,
    mean_within,
    net_share,
    odds,
    ratio,
    share,
    t_quantile,
)

numbers = st.floats(-1e6, 1e6)


def close(expected, tolerance=1e-9):
    return pytest.approx(expected, rel=tolerance, abs=tolerance)


def sums_of(pairs):
    """Sums over customers, each a pair of totals, added up one by one."""
    return RatioSums(
        units=len(pairs),
        x=sum(x for x, _ in pairs),
        y=sum(y for _, y in pairs),
        xx=sum(x * x for x, _ in pairs),
        yy=sum(y * y for _, y in pairs),
        xy=sum(x * y for x, y in pairs),
    )


# Moments


@given(st.lists(st.lists(numbers, min_size=1, max_size=20), min_size=1, max_size=5))
def test_moments_of_parts_add_up_to_numpys_of_the_whole(parts):
    pooled = sum((Moments.of(part) for part in parts), Moments(0, 0.0, 0.0))
    whole = np.concatenate([np.array(part) for part in parts])
    assert pooled.n == len(whole)
    assert pooled.mean == pytest.approx(whole.mean(), rel=1e-9, abs=1e-6)
    if len(whole) > 1:
        assert pooled.variance == pytest.approx(whole.var(ddof=1), rel=1e-6, abs=1e-3)


def test_moments_keep_their_digits_far_from_zero():
    values = [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]  # variance 30 (Chan, Golub & LeVeque)
    assert (Moments.of(values[:2]) + Moments.of(values[2:])).variance == 30


def test_moments_of_nothing_and_of_one():
    nothing, one = Moments.of([]), Moments.of([5])
    assert math.isnan(nothing.variance)
    assert math.isnan(one.variance)
    assert nothing + one == one
    assert one + nothing == one


# Student's t


def test_t_quantiles_are_those_of_the_printed_tables():
    # any table of Student's t, two-sided 5 %
    printed = {1: 12.706, 2: 4.303, 5: 2.571, 10: 2.228, 30: 2.042, 60: 2.000, 120: 1.980}
    assert {degrees: round(t_quantile(degrees), 3) for degrees in printed} == printed
    assert t_quantile(10**9) == close(scipy_stats.norm.ppf(0.975), 1e-6)
    assert t_quantile(0) == math.inf


# Shares


@pytest.mark.parametrize("n", [1, 2, 3, 10, 47, 1000])
def test_share_is_statsmodels_wilson(n):
    for hits in {0, 1, n // 3, n // 2, n - 1, n}:
        low, high = proportion_confint(hits, n, method="wilson")
        estimate = share(hits, n)
        assert (estimate.value, estimate.n) == (hits / n, n)
        assert (estimate.low, estimate.high) == (close(low), close(high))


def test_share_is_the_worked_example_of_newcombe_1998():
    # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3: four published examples
    published = {(81, 263): (0.2553, 0.3662), (15, 148): (0.0624, 0.1605), (0, 20): (0.0, 0.1611)}
    found = {key: (round(share(*key).low, 4), round(share(*key).high, 4)) for key in published}
    assert found == published
    assert round(share(1, 29).low, 4) == 0.0061
    assert round(share(1, 29).high, 4) == 0.1718


def test_share_of_nothing_says_nothing():
    estimate = share(0, 0, "north")
    assert math.isnan(estimate.value)
    assert (estimate.low, estimate.high, estimate.n, estimate.group) == (0, 1, 0, "north")


@given(st.integers(0, 300), st.integers(1, 300), st.floats(1, 20))
def test_share_lies_within_its_interval_and_within_0_and_1(hits, n, effect):
    hits = min(hits, n)
    estimate = share(hits, n, design_effect=effect)
    assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
    assert estimate.low < estimate.high


def test_design_effect_of_a_share_is_the_interval_of_fewer_observations():
    low, high = proportion_confint(30, 50, method="wilson")
    estimate = share(60, 100, design_effect=2)
    assert (estimate.value, estimate.n) == (0.6, 100)
    assert (estimate.low, estimate.high) == (close(low), close(high))


def test_hits_add_up():
    assert Hits(1, 2) + Hits(3, 4) == Hits(4, 6)
    assert sum([Hits(1, 2), Hits(3, 4)], Hits(0, 0)) == (4, 6)


def test_odds_of_a_share_and_of_its_ends():
    estimate = odds(Estimate(0.75, 0.5, 0.8, 12, "a"))
    assert (estimate.value, estimate.low, estimate.n, estimate.group) == (3, 1, 12, "a")
    assert estimate.high == close(4)
    assert odds(Estimate(1.0, 0.5, 1.0, 3)).value == math.inf
    assert odds(Estimate(0.0, 0.0, 0.5, 3)).value == 0
    assert math.isnan(odds(share(0, 0)).value)


# Net shares (Net Promoter Score)


def test_net_share_by_hand():
    # Rocks (2016), adjusted Wald: 3/4 promoter, 3/4 detractor and 3/2 passive more than were asked.
    # 7 promoters, 2 detractors, 1 passive: p = 7.75/13, d = 2.75/13, difference 5/13 = 0.384615,
    # variance (10.5/13 - 0.147929)/13 = (0.807692 - 0.147929)/13 = 0.0507510, error 0.2252798,
    # times 1.959964 = 0.4415403; so 38.46 - 44.15 and 38.46 + 44.15; the score itself is 50.
    estimate = net_share(7, 2, 10)
    assert (estimate.value, estimate.n) == (50, 10)
    assert (round(estimate.low, 2), round(estimate.high, 2)) == (-5.69, 82.62)


def test_net_share_nears_the_plain_interval_of_large_surveys():
    # without the adjustment: 100 * (d ± 1.96 * sqrt((p + q - d²)/n)), d = p - q
    p, q, n = 0.45, 0.25, 1_000_000
    half = 100 * 1.959964 * math.sqrt((p + q - (p - q) ** 2) / n)
    estimate = net_share(p * n, q * n, n)
    assert (estimate.low, estimate.high) == (close(20 - half, 1e-3), close(20 + half, 1e-3))


def test_net_share_of_nobody_and_of_one():
    nobody, one = net_share(0, 0, 0), net_share(1, 0, 1)
    assert math.isnan(nobody.value)
    assert (nobody.low, nobody.high) == (-100, 100)
    assert (one.value, one.high) == (100, 100)
    assert one.low < 0, "one answer leaves the sign open"


@given(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200), st.floats(1, 20))
def test_net_share_lies_within_its_interval_and_turns_with_its_sign(plus, minus, rest, effect):
    n = plus + minus + rest
    if n == 0:
        return
    one = net_share(plus, minus, n, design_effect=effect)
    other = net_share(minus, plus, n, design_effect=effect)
    assert -100 <= one.low <= one.value <= one.high <= 100
    assert (other.value, other.low, other.high) == (close(-one.value), close(-one.high), close(-one.low))


@pytest.mark.parametrize("n", [5, 10, 20])
def test_net_share_covers_the_truth_as_promised(n):
    """Exact coverage by enumeration of every possible survey, over a grid of true values."""
    counts = [(up, down) for up in range(n + 1) for down in range(n + 1 - up)]
    intervals = {count: net_share(*count, n) for count in counts}
    coverage = []
    for p, q in product(np.arange(0.1, 0.9, 0.1), repeat=2):
        if p + q > 0.95:
            continue
        chances = scipy_stats.multinomial.pmf([(u, d, n - u - d) for u, d in counts], n, [p, q, 1 - p - q])
        truth = 100 * (p - q)
        coverage.append(
            sum(
                chance
                for count, chance in zip(counts, chances, strict=True)
                if intervals[count].low <= truth <= intervals[count].high
            )
        )
    assert statistics.mean(coverage) > 0.94
    assert min(coverage) > 0.88


# Ratios


@pytest.fixture(scope="module")
def clustered():
    """300 purchases of 60 customers, each of whom has a level of spending."""
    random = np.random.default_rng(7)
    customer = random.integers(0, 60, 300)
    amount = 20 + 8 * random.standard_normal(60)[customer] + 5 * random.standard_normal(300)
    return customer, amount


def test_ratio_is_the_cluster_robust_mean_of_statsmodels(clustered):
    customer, amount = clustered
    estimate = ratio(sums_of([(amount[customer == c].sum(), sum(customer == c)) for c in set(customer)]))
    n, clusters = len(amount), len(set(customer))
    fit = sm.OLS(amount, np.ones(n)).fit(cov_type="cluster", cov_kwds={"groups": customer}, use_t=True)
    # statsmodels multiplies by G/(G-1) · (n-1)/(n-k), and k = 1: the same factor G/(G-1) as ours
    half = scipy_stats.t.ppf(0.975, clusters - 1) * fit.bse[0]
    assert estimate.n == n
    assert estimate.value == close(amount.mean())
    assert (estimate.low, estimate.high) == (close(amount.mean() - half), close(amount.mean() + half))


def test_ratio_of_one_purchase_each_is_the_t_interval_of_a_mean():
    amounts = [12.5, 30.0, 7.25, 18.0, 22.75]
    low, high = scipy_stats.t.interval(0.95, 4, np.mean(amounts), scipy_stats.sem(amounts))
    estimate = ratio(sums_of([(amount, 1) for amount in amounts]))
    assert (estimate.value, estimate.low, estimate.high) == (close(18.1), close(low), close(high))


def test_ratio_by_hand():
    # 10, 20, 30 in 1, 1, 2 purchases: 60/4 = 15; residuals -5, 5, 0; 50 · 3/2 = 75; √75 / 4 = 2.165064;
    # t(2) = 4.302653: 15 ± 9.315516
    estimate = ratio(sums_of([(10, 1), (20, 1), (30, 2)]), "north")
    assert (estimate.value, estimate.n, estimate.group) == (15, 4, "north")
    assert (round(estimate.low, 4), round(estimate.high, 4)) == (5.6845, 24.3155)


def test_ratio_without_purchases_or_with_one_customer():
    nothing, one = ratio(RatioSums(0, 0, 0, 0, 0, 0)), ratio(sums_of([(60, 3)]))
    assert math.isnan(nothing.value)
    assert nothing.n == 0
    assert (one.value, one.low, one.high, one.n) == (20, -math.inf, math.inf, 3)


def test_ratio_of_amounts_too_large_to_square():
    estimate = ratio(sums_of([(1e200, 1), (1.0, 1)]))
    assert (estimate.value, estimate.low, estimate.high) == (5e199, -math.inf, math.inf)


def test_ratio_sums_of_parts_add_up(clustered):
    customer, amount = clustered
    pairs = [(amount[customer == c].sum(), sum(customer == c)) for c in sorted(set(customer))]
    added = sums_of(pairs[:20]) + sums_of(pairs[20:])
    assert ratio(added).high == close(ratio(sums_of(pairs)).high)


def test_a_mean_within_its_ends_is_the_ratio_where_that_stays_within():
    stars = [(5, 1), (4, 1), (9, 2), (3, 1), (2, 1), (13, 3), (4, 1)]
    plain, within = ratio(sums_of(stars)), mean_within(sums_of(stars), 1, 5)
    assert (within.low, within.high) == (plain.low, plain.high)


def test_a_mean_within_its_ends_is_cut_off_at_them():
    wide = mean_within(sums_of([(5, 1), (4, 1)]), 1, 5)  # 4.5 ± 12.7 · 0.5
    assert (wide.value, wide.low, wide.high) == (4.5, 1, 5)
    one = mean_within(sums_of([(12, 3)]), 1, 5, "north")
    assert (one.value, one.low, one.high, one.n, one.group) == (4, 1, 5, 3, "north")
    nobody = mean_within(RatioSums(0, 0, 0, 0, 0, 0), 1, 5)
    assert (math.isnan(nobody.value), nobody.low, nobody.high, nobody.n) == (True, 1, 5, 0)


@pytest.mark.parametrize(("answer", "given"), [(5, [1] * 20), (3, [1] * 12), (1, [2, 2, 2, 2]), (4, [1, 3])])
def test_a_mean_of_answers_all_alike_is_as_unsure_as_answers_at_both_ends(answer, given):
    """As if of so many people some had given the one end and the others the other: Wilson's interval."""
    people = sum(given) ** 2 / sum(n * n for n in given)
    share_of_top = (answer - 1) / 4
    low, high = proportion_confint(share_of_top * people, people, method="wilson")
    found = mean_within(sums_of([(answer * n, n) for n in given]), 1, 5)
    assert (found.value, found.n) == (answer, sum(given))
    assert (found.low, found.high) == (close(1 + 4 * low), close(1 + 4 * high))


# Differences


@pytest.mark.parametrize(
    ("a", "m", "b", "n"), [(56, 70, 48, 80), (9, 10, 3, 10), (10, 10, 0, 10), (1, 5, 90, 200)]
)
def test_difference_of_shares_is_newcombes(a, m, b, n):
    low, high = confint_proportions_2indep(a, m, b, n, compare="diff", method="newcomb")
    change = difference(share(b, n), share(a, m))
    assert change.difference == close(a / m - b / n)
    assert (change.low, change.high) == (close(low), close(high))


def test_difference_of_shares_is_the_published_example():
    # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10: 56/70 - 48/80
    change = difference(share(48, 80), share(56, 70))
    assert (round(change.low, 4), round(change.high, 4)) == (0.0524, 0.3339)
    assert change.real
    # 10/10 - 0/20
    change = difference(share(0, 20), share(10, 10))
    assert (round(change.low, 4), round(change.high, 4)) == (0.6791, 1.0)


def test_difference_of_means_by_hand():
    # halves 3 and 4 of symmetric intervals: 2 ± 5
    change = difference(Estimate(10, 7, 13, 9), Estimate(12, 8, 16, 9))
    assert (change.difference, change.low, change.high, change.real) == (2, -3, 7, False)


def test_difference_of_means_nears_welchs_interval():
    random = np.random.default_rng(3)
    a, b = random.normal(10, 2, 400), random.normal(11, 5, 300)
    welch = scipy_stats.ttest_ind(b, a, equal_var=False).confidence_interval()
    change = difference(ratio(sums_of([(x, 1) for x in a])), ratio(sums_of([(x, 1) for x in b])))
    assert (change.low, change.high) == (close(welch.low, 2e-3), close(welch.high, 2e-3))


def test_a_change_is_not_real_where_one_side_is_open():
    one = ratio(sums_of([(60, 3)]))
    change = difference(one, Estimate(100, 99, 101, 50))
    assert change.difference == 80
    assert (change.low, change.high, change.real) == (-math.inf, math.inf, False)
    endless = difference(Estimate(1, 0.5, 2, 9), Estimate(3, 2.5, math.inf, 9))
    assert endless.high == math.inf
    assert endless.real


def test_last_change_takes_the_last_two_months_with_a_value():
    points = [
        share(5, 10, "2025-01"),
        share(0, 0, "2025-02"),
        share(6, 10, "2025-03"),
        share(0, 0, "2025-04"),
    ]
    change = last_change(points)
    assert (change.before.group, change.after.group) == ("2025-01", "2025-03")
    assert last_change(points[:2]) is None
    assert last_change([odds(share(3, 3)), odds(share(2, 3))]) is None, "a ratio without end has no change"


# Do groups differ?


def symmetric(value, error):
    half = 1.959963984540054 * error
    return Estimate(value, value - half, value + half, 10)


def test_groups_with_symmetric_intervals_are_tested_with_cochrans_q():
    values, errors = [10.0, 12.0, 15.0, 9.5], [1.0, 2.0, 1.5, 0.5]
    q = combine_effects(np.array(values), np.array(errors) ** 2).q
    p = differ([symmetric(*group) for group in zip(values, errors, strict=True)])
    assert p == close(scipy_stats.chi2.sf(q, 3))


def test_two_groups_by_hand():
    # 10 ± 3 and 14 ± 4 standard errors 3/1.96 and 4/1.96: z = 4 · 1.96 / 5 = 1.568, p = 0.1169
    assert round(differ([Estimate(10, 7, 13, 9), Estimate(14, 10, 18, 9)]), 4) == 0.1169


@given(st.integers(0, 30), st.integers(0, 40))
def test_two_groups_differ_exactly_when_their_difference_is_real(a, b):
    one, other = share(a, 30), share(b, 40)
    assert (differ([one, other]) < 0.05) == difference(one, other).real


@pytest.mark.parametrize(("n", "m"), [(3, 3), (5, 20), (20, 20)])
def test_equal_groups_are_seldom_called_different(n, m):
    """Exact size of the test by enumeration of both groups, whatever the common share is."""
    verdicts = np.array(
        [[differ([share(a, n), share(b, m)]) < 0.05 for b in range(m + 1)] for a in range(n + 1)]
    )
    for p in np.arange(0.05, 1, 0.05):
        chance = (
            scipy_stats.binom.pmf(range(n + 1), n, p) @ verdicts @ scipy_stats.binom.pmf(range(m + 1), m, p)
        )
        assert chance < 0.065


def test_groups_that_differ_are_found_in_any_order():
    groups = [share(10, 100), share(50, 100), share(30, 100)]
    pearson = scipy_stats.chi2_contingency([[10, 50, 30], [90, 50, 70]], correction=False).pvalue
    assert differ(groups) == differ(groups[::-1]) == differ([groups[1], groups[0], groups[2]])
    assert differ(groups) < 1e-6
    assert pearson < 1e-6


def test_groups_are_left_out_where_nothing_is_known_of_them():
    known = [share(10, 100), share(50, 100)]
    unknown = [share(0, 0), ratio(sums_of([(60, 3)])), Estimate(math.inf, 1, math.inf, 5)]
    assert differ([*known, *unknown]) == differ(known)
    assert differ(known[:1]) is None
    assert differ(unknown) is None
    assert differ([]) is None
    assert differ([Estimate(5, 5, 5, 2), Estimate(9, 9, 9, 2)]) is None


def test_alike_groups_have_p_1():
    assert differ([share(10, 100)] * 5) == close(1)


# Design effect


def test_design_effect_is_one_where_everyone_answered_once():
    answers = [1, 0, -1, 1, 1, 0]
    assert design_effect(sums_of([(x, 1) for x in answers]), np.var(answers)) == 1


def test_design_effect_by_hand():
    # two answers each: (1, 1), (-1, -1), (1, 1), (-1, -1): mean 0, variance 1, n = 8.
    # residuals 2, -2, 2, -2: 16 · 4/3 = 21.33 against 8 · 1: 2.667 = 2 · 4/3 (the factor of few customers)
    assert design_effect(sums_of([(2, 2), (-2, 2), (2, 2), (-2, 2)]), 1.0) == close(8 / 3)
    # answers that cancel within a customer would narrow the interval; that is not taken: 1
    assert design_effect(sums_of([(0, 2)] * 4), 1.0) == 1


def test_design_effect_is_the_ratio_of_statsmodels_variances(clustered):
    customer, amount = clustered
    sums = sums_of([(amount[customer == c].sum(), sum(customer == c)) for c in set(customer)])
    fit = sm.OLS(amount, np.ones(300)).fit(cov_type="cluster", cov_kwds={"groups": customer})
    expected = fit.bse[0] ** 2 / (amount.var() / 300)
    assert design_effect(sums, amount.var()) == close(expected)
    assert expected > 2


def test_design_effect_takes_alike_answers_of_one_customer_for_one():
    assert design_effect(sums_of([(5, 10)]), 0.25) == 10, "one customer, ten answers"
    assert design_effect(sums_of([(2, 2)] * 5), 0.0) == 2, "all gave the same answer"
