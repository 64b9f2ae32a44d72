"""Kaplan–Meier: published tables, lifelines, statsmodels, scipy, and what can be worked out by hand.

lifelines asks for an older pandas than ours, so what it found is kept in ``vectors/lifelines.json``.
"""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import CensoredData, binomtest, ecdf
from statsmodels.duration.survfunc import SurvfuncRight

from loyalty.stats import share
from loyalty.stats.survival import kaplan_meier

# Remission in weeks, 21 patients each: Freireich et al. (1963), Blood 21
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


LIFELINES = json.loads((Path(__file__).parents[1] / "vectors" / "lifelines.json").read_text("utf-8"))


def spells(text):
    """Spells from times, a plus behind those that were cut off."""
    return [(int(time.rstrip("+")), not time.endswith("+"), 1) for time in text.split()]


def draw(seed, n=300, longest=60):
    """Times with many ties, about half of them cut off."""
    chance = random.Random(seed)
    found = []
    for _ in range(n):
        event, end = int(chance.expovariate(1 / 30)), chance.randrange(longest)
        found.append((min(event, end), event <= end, 1))
    return found


def test_kleinbaum_and_klein_table_of_the_treated():
    """Survival Analysis: A Self-Learning Text (2012), chapter 2; standard errors Klein & Moeschberger (2003).

    The errors are those of table 4.1.
    """
    found = kaplan_meier(spells(TREATED))
    assert (found.n, found.events, found.last) == (21, 9, 35)
    assert found.days == (6, 7, 10, 13, 16, 22, 23)
    shares = [1 - estimate.value for estimate in found.passed]
    assert shares == pytest.approx([0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482], abs=5e-5)
    errors = [0.076, 0.087, 0.096, 0.107, 0.114, 0.128, 0.135]
    for estimate, error in zip(found.passed, errors, strict=True):
        survival = 1 - estimate.value
        half = 1.959964 * error / (survival * math.log(survival))  # on the scale log(−log)
        assert estimate.low == pytest.approx(1 - survival ** math.exp(half), abs=2e-3)
        assert estimate.high == pytest.approx(1 - survival ** math.exp(-half), abs=2e-3)
    assert found.median.days == 23


def test_kleinbaum_and_klein_table_of_the_placebo():
    found = kaplan_meier(spells(PLACEBO))
    assert found.days == (1, 2, 3, 4, 5, 8, 11, 12, 15, 17, 22, 23)
    assert [1 - estimate.value for estimate in found.passed] == pytest.approx(
        [0.9048, 0.8095, 0.7619, 0.6667, 0.5714, 0.3810, 0.2857, 0.1905, 0.1429, 0.0952, 0.0476, 0], abs=5e-5
    )
    assert found.median.days == 8


@pytest.mark.parametrize("data", [spells(TREATED), spells(PLACEBO + "+"), *map(draw, range(4))])
def test_statsmodels_and_scipy(data):
    """statsmodels for shares, errors and the median, scipy for the interval on the scale log(−log)."""
    found = kaplan_meier(data)
    times, happened = np.array([days for days, *_ in data]), np.array([event for _, event, _ in data])
    theirs = SurvfuncRight(times, happened.astype(int))
    assert found.days == tuple(theirs.surv_times)
    assert [1 - e.value for e in found.passed] == pytest.approx(theirs.surv_prob)
    curve = ecdf(CensoredData(uncensored=times[happened], right=times[~happened])).sf
    ends = curve.confidence_interval(0.95, method="log-log")
    places = np.isin(curve.quantiles, found.days)
    for side, bound in (("low", ends.high), ("high", ends.low)):
        mine = [getattr(estimate, side) for estimate in found.passed]
        assert mine == pytest.approx(1 - bound.probabilities[places])
    low, high = theirs.quantile_ci(0.5, method="cloglog")
    assert found.median.days == pytest.approx(theirs.quantile(0.5))
    assert (found.median.low, found.median.high or math.inf) == (low, high)


@pytest.mark.parametrize("theirs", LIFELINES, ids=[each["history"] for each in LIFELINES])
def test_lifelines(theirs):
    """Shares, the interval on the scale log(−log), the median and its interval.

    Two conventions differ. lifelines counts those who are left, so low and high change places. And where
    nobody is left, Greenwood's error is undefined: lifelines lets the interval shrink to nothing, we keep
    the end that the day before had, so the median may have no upper end.
    """
    mine = kaplan_meier(theirs["spells"])
    rows = list(zip(theirs["days"], theirs["survival"], theirs["high"], theirs["low"], strict=True))
    for day, survival, high, low in rows:
        found = mine.within(day)
        assert found.value == pytest.approx(1 - survival, abs=1e-9)
        if 0 < survival < 1:
            assert (found.low, found.high) == pytest.approx((1 - high, 1 - low), abs=1e-9)
    before = [1.0, *theirs["survival"]]
    assert mine.days == tuple(day for (day, left, *_), last in zip(rows, before, strict=False) if left < last)
    median, low, high = theirs["median"]
    assert (mine.median.days, mine.median.low) == (median, low)
    shrunk = not theirs["survival"][-1] and high == theirs["days"][-1]
    assert mine.median.high == high or (shrunk and mine.median.high is None)


def test_nobody_cut_off_makes_it_a_plain_share():
    """Without censoring 1 − S(t) is the share of those whose time is at most t."""
    chance = random.Random(5)
    times = [chance.randrange(40) for _ in range(200)]
    found = kaplan_meier((time, True, 1) for time in times)
    for day, estimate in zip(found.days, found.passed, strict=True):
        assert estimate.value == pytest.approx(sum(time <= day for time in times) / 200)
        assert estimate.n == 200
    assert found.median.days == sorted(times)[99]


def test_totals_and_single_rows_are_the_same():
    data = draw(9)
    totals = Counter((days, event) for days, event, _ in data)
    assert kaplan_meier((*key, n) for key, n in totals.items()) == kaplan_meier(reversed(data))


class TestWithin:
    def test_between_events_the_share_stays(self):
        found = kaplan_meier(spells(TREATED))
        assert found.within(9) == found.within(7) == found.passed[1]

    def test_beyond_the_longest_watch_nothing_is_known(self):
        found = kaplan_meier(spells(TREATED))
        assert found.within(35) == found.passed[-1]
        assert found.within(36) is None

    def test_but_where_it_has_happened_to_all(self):
        assert kaplan_meier(spells(PLACEBO)).within(400).value == 1

    def test_before_the_first_event_it_is_none_of_those_still_watched(self):
        # on day 5 nine of ten are still watched; Clopper–Pearson would give an upper end of 0.336
        found = kaplan_meier([(3, False, 1), (8, True, 1), (9, False, 8)])
        early = found.within(5)
        assert (early.value, early.low, early.n) == (0, 0, 10)
        assert early.high == share(0, 9).high
        assert early.high == pytest.approx(binomtest(0, 9).proportion_ci(method="wilson").high)

    def test_nobody_watched(self):
        found = kaplan_meier([])
        assert (found.n, found.events, found.last, found.within(0)) == (0, 0, 0, None)
        assert found.median == (None, None, None)
        assert found.curve(10) == ((0, 0, 0, 0),)


class TestEnds:
    def test_all_on_one_day_is_wilsons(self):
        [estimate] = kaplan_meier([(4, True, 12)]).passed
        assert (estimate.value, estimate.high) == (1, 1)
        assert estimate.low == pytest.approx(binomtest(12, 12).proportion_ci(method="wilson").low)

    def test_the_last_one_cannot_lower_the_lower_end(self):
        found = kaplan_meier([(4, True, 6), (9, True, 6)])
        assert found.passed[-1].low == found.passed[0].low
        assert found.passed[-1].value == found.passed[-1].high == 1

    def test_a_median_that_half_reach_exactly(self):
        # 1 − 3/4 · 2/3 = 1/2, which floating point may miss
        assert kaplan_meier([(2, True, 1), (5, True, 1), (7, False, 2)]).median.days == 5


class TestCurve:
    def test_begins_at_nothing_and_goes_on_to_the_last_day(self):
        found = kaplan_meier(spells(TREATED))
        days = [row[0] for row in found.curve(200)]
        assert days == [0, 6, 7, 10, 13, 16, 22, 23, 35]
        assert found.curve(200)[0] == (0, 0, 0, 0)
        assert found.curve(200)[-1][1:] == found.curve(200)[-2][1:]

    def test_an_event_at_once_is_its_beginning(self):
        found = kaplan_meier([(0, True, 5), (9, False, 5)])
        assert [row[:2] for row in found.curve(200)] == [(0, 0.5), (9, 0.5)]

    @pytest.mark.parametrize("points", [10, 37, 200])
    def test_no_more_points_than_asked_for(self, points):
        found = kaplan_meier(draw(3, n=2000, longest=900))
        rows = found.curve(points)
        assert len(rows) <= points
        assert (rows[0][0], rows[-1][0]) == (0, found.last)
        for day, *ends in rows[1:]:
            estimate = found.within(day)
            assert ends == [estimate.value, estimate.low, estimate.high]
