"""What subscribers will still pay, against mathematics, simulation and sums worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from loyalty.models import shifted_beta_geometric as sbg
from loyalty.models.renewals import (
    Plan,
    Subscribers,
    next_chance,
    payments,
    retention_curve,
    value_totals,
)

HALF = {"alpha": 1.0, "beta": 1.0}  # 1/2, 1/3, 1/4 … are there after 1, 2, 3 renewals


def subscribers(renewals, since=0.0, late=1.0, payment=1.0):
    n = len(renewals)
    return Subscribers(np.array(renewals), *(np.full(n, x) for x in (since, late, payment)))


def test_payments_are_as_likely_as_survival():
    """With alpha = beta = 1 survival is 1/(t + 1): of those who renewed once, 2/3, 2/4 and 2/5 go on."""
    found = payments(HALF, subscribers([0, 1]), Plan(30, 90, 0.0))
    assert found.chance[:, :3] == pytest.approx(np.array([[1 / 2, 1 / 3, 1 / 4], [2 / 3, 2 / 4, 2 / 5]]))
    assert found.expected == pytest.approx([1 / 2 + 1 / 3 + 1 / 4, 2 / 3 + 2 / 4 + 2 / 5])


def test_the_variance_is_that_of_the_number_of_payments():
    """Nobody pays with 1/2, once with 1/6, twice with 1/12, three times with 1/4 (alpha = beta = 1)."""
    found = payments(HALF, subscribers([0]), Plan(30, 90, 0.0))
    chances, numbers = np.array([1 / 2, 1 / 6, 1 / 12, 1 / 4]), np.arange(4)
    mean = (chances * numbers).sum()
    assert found.number == pytest.approx([mean])
    assert found.variance == pytest.approx([(chances * numbers**2).sum() - mean**2])


def test_later_payments_count_less():
    """Ten days since the last: due in 20, 50 and 80 days."""
    found = payments(HALF, subscribers([0], since=10.0), Plan(30, 90, 0.1))
    assert found.worth[0, :3] == pytest.approx([1.1 ** (-day / 365.25) for day in (20, 50, 80)])
    assert (found.worth[0, 3:] == 0).all()


def test_without_an_end_it_is_the_lifetime_of_fader_and_hardie_2010():
    """Discounted by the term, payment by payment from today on: DERL of their section 3."""
    params = {"alpha": 0.668, "beta": 3.806}
    found = payments(params, subscribers([3], since=365.25), Plan(365.25, 365.25 * 3000, 0.1))
    assert found.expected == pytest.approx(sbg.expected_lifetime(params, [3], 0.1), rel=1e-6)


def test_who_is_late_has_probably_left():
    """Of four who are asked three renew, all but a tenth of these by now: 0.3 of the 1.3 left will."""
    found = next_chance({"alpha": 1, "beta": 3}, np.array([0]), np.array([0.1]))
    assert found == pytest.approx([0.3 / 1.3])


def test_the_interval_of_one_is_where_most_end():
    """With alpha = 1 and beta = 1.5 survival is 1.5/(1.5 + t): more than 1/40 until the 58th renewal."""
    found = payments({"alpha": 1.0, "beta": 1.5}, subscribers([0]), Plan(30, 3000, 0.0))
    low, high = found.interval
    assert (low, high) == ([0], [58])


def test_observed_retention_is_kaplan_and_meier():
    """Of ten, two leave at once and three are but watched so far; of five two leave at the second renewal."""
    renewals = np.array([0] * 5 + [1] * 2 + [2] * 3)
    active = np.array([False] * 2 + [True] * 3 + [False] * 2 + [True] * 3)
    found = retention_curve(sbg.fit(renewals, active), renewals, active, 2)
    assert found.asked.tolist() == [7, 5]
    assert found.renewed.tolist() == [5, 3]
    assert found.observed == pytest.approx([5 / 7, 5 / 7 * 3 / 5])
    assert (found.low < found.expected).all()
    assert (found.expected < found.high).all()


@pytest.mark.slow
def test_the_interval_of_the_total_holds_what_really_comes():
    """The next year's payments of 600 drawn shops of 250 subscribers, watched for a year, and of segments."""
    inside, draws, rng = np.zeros(4), 600, np.random.default_rng(8)
    for _ in range(draws):
        stay = 1 - rng.beta(0.8, 3.0, 250)
        lasted = rng.geometric(1 - stay) - 1  # renewals of a customer in all
        watched = rng.integers(1, 13, 250)
        renewals, active = np.minimum(lasted, watched), lasted >= watched
        fit = sbg.fit(renewals, active)
        who = subscribers(renewals[active], payment=20.0)
        real = 20.0 * np.minimum(lasted - watched, 12)[active]
        segment = rng.choice(3, len(real), p=[0.7, 0.25, 0.05])
        segment[:3] = range(3)
        found = value_totals(fit, who, Plan(30, 360, 0.0), segment)
        for at, (totals, way) in enumerate(((found.pooled(np.zeros(3, int)), 0 * segment), (found, segment))):
            low, high = totals.interval()
            happened = np.bincount(way, real)
            inside[at : at + len(happened)] += (low[0] <= happened) & (happened <= high[0])
    assert inside.min() / draws >= 0.93
    assert inside.max() / draws <= 0.97
