"""Models side by side on CDNOW, where BTYD has printed what they expect, and on data that are too short."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from loyalty.dataset import Dataset
from loyalty.views.comparison import compared
from loyalty.views.fits import fitted
from loyalty.views.histories import held_back
from tests import cdnow

CUT = cdnow.CUT.toordinal()


@pytest.fixture(scope="module")
def sample():
    """A tenth of CDNOW's customers; without amounts, purchases for nothing count, as in the papers."""
    log = cdnow.log()
    days = [date.fromordinal(day) for day in log.day.tolist()]
    return Dataset.from_frames(orders=pl.DataFrame({"customer": log.customer, "date": days}))


# Worked out apart from this package, with maximum-likelihood fits by scipy: mean absolute error and bias
@pytest.mark.parametrize(
    ("model", "error", "bias"),
    [
        ("bg_nbd", 0.785, -0.12),
        ("mbg_nbd", 0.765, -0.16),
        ("pareto_nbd", 0.755, -0.12),
        ("naive", 1.024, 0.56),
    ],
)
def test_holdout_of_39_weeks_is_as_measured_before(sample, model, error, bias):
    found = compared(sample, CUT)
    [forecast] = [each for each in found.forecasts if each.model == model]
    assert (found.days, found.actual) == (273, 1882)
    assert forecast.error == pytest.approx(error, abs=0.0006)
    assert forecast.bias == pytest.approx(bias, abs=0.006)
    assert forecast.expected == pytest.approx((1 + forecast.bias) * 1882)


@pytest.mark.parametrize(
    ("model", "expected"), [("bg_nbd", 1653.4), ("mbg_nbd", 1576.7), ("pareto_nbd", 1665.5)]
)
def test_totals_of_39_weeks_are_as_measured_before(sample, model, expected):
    assert fitted(sample, model, CUT).total(273).value == pytest.approx(expected, abs=0.06)


# BTYD 2.4.3, walkthrough: repeat purchases by how often customers had bought again in the first 39 weeks
ACTUAL = [0.237, 0.697, 1.393, 1.560, 2.532, 2.947, 3.862, 6.359]
CENSUS = [1411, 439, 214, 100, 62, 38, 29, 64]
EXPECTED = {
    "bg_nbd": [0.2250893, 0.5231364, 1.044126, 1.520256, 2.163824, 2.653789, 3.503957, 6.157036],
    "pareto_nbd": [0.138, 0.600, 1.196, 1.714, 2.399, 2.907, 3.819, 6.403],
}


@pytest.mark.parametrize("model", EXPECTED)
def test_expectations_by_frequency_are_those_of_btyd(sample, model):
    found, later = fitted(sample, model, CUT), held_back(sample, CUT)
    bins = np.minimum(found.histories.frequency, 7).astype(int)
    assert np.bincount(bins).tolist() == CENSUS
    np.testing.assert_allclose(np.bincount(bins, later.purchases) / CENSUS, ACTUAL, atol=5e-4)
    np.testing.assert_allclose(np.bincount(bins, found.purchases(273)) / CENSUS, EXPECTED[model], rtol=0.004)


TRACKED = {  # cumulative, weeks 20 to 25
    "bg_nbd": [1312.458, 1387.346, 1460.392, 1531.713, 1601.418, 1669.6],
    "pareto_nbd": [1308.856, 1385.275, 1459.923, 1532.906, 1604.32, 1674.253],
}


@pytest.mark.parametrize("model", TRACKED)
def test_tracking_is_that_of_btyd(sample, model):
    """Expected repeat purchases of everybody since the first purchase, by week since the first of all."""
    found = fitted(sample, model, CUT)
    born = (found.histories.age.max() - found.histories.age) / 7
    expected = [
        found.module.expected_new(found.fit, 7 * (week - born[born <= week])).sum() for week in range(20, 26)
    ]
    np.testing.assert_allclose(expected, TRACKED[model], rtol=5e-5)


def test_three_quarters_of_the_time_are_learned_from(sample):
    found = compared(sample)
    first, last = date(1997, 1, 1).toordinal(), cdnow.END.toordinal()
    assert (found.until, found.days) == (first + 408, last - first - 408)  # of 545 days
    naive = found.forecasts[-1]
    assert (naive.model, naive.state, naive.loglik) == ("naive", None, None)


def daily(customers, days, gap):
    """Everybody on the first day, and again each few days."""
    rows = [
        (str(who), date(2025, 1, 1) + timedelta(days=day))
        for who in range(customers)
        for day in range(0, days, gap)
    ]
    return Dataset.from_frames(orders=pl.DataFrame(rows, schema=["customer", "date"], orient="row"))


def test_short_data_are_not_divided():
    found = compared(daily(12, 100, 7))
    assert (found.until, found.days) == (None, 0)
    assert all(math.isnan(each.expected) and math.isnan(each.error) for each in found.forecasts)
    assert [each.model for each in found.forecasts][-1] == "naive"


def test_few_who_had_come_again_are_not_judged():
    late = [(str(who), date(2025, 11, day)) for who in range(12) for day in (1, 20)]
    early = [("early", date(2025, 1, 1))]
    data = Dataset.from_frames(orders=pl.DataFrame(early + late, schema=["customer", "date"], orient="row"))
    assert compared(data).until is None
