"""Subscribers whose renewals are drawn."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from loyalty.models import renewal_rehearsal as rehearsal
from loyalty.models import terms

TRUTH = terms.params("shifted_beta_geometric", {"leaving": 0.4, "alike_leaving": 2})


def shop(customers=3000, watched=4, seed=1):
    return rehearsal.rehearse(TRUTH, customers, watched, seed)


def test_the_model_sees_only_what_was_watched():
    found = shop()
    assert found.renewals.max() == 4
    assert (found.active == (found.lasted >= 4)).all()
    assert (found.renewals == np.minimum(found.lasted, 4)).all()
    assert found.lasted.max() == 4 + rehearsal.FOLLOWING


def test_curve_counts_who_is_there():
    found = shop()
    terms_of_it = rehearsal.curve(found)
    assert [each.renewals for each in terms_of_it] == list(range(13))
    for each in terms_of_it:
        assert each.actual == pytest.approx((found.lasted >= each.renewals).mean())
    for before, each in pairwise(terms_of_it):
        assert each.retained == pytest.approx(each.actual / before.actual)
        assert each.low < each.expected < each.high


def test_the_truth_is_drawn():
    """Fader & Hardie (2007): S(1) = 0.6; r₂ = (β + 1)/(α + β + 1) = 2.2/3, so S(2) = 0.44."""
    found = rehearsal.curve(shop(customers=100_000))
    assert [found[1].actual, found[2].actual] == pytest.approx([0.6, 0.44], abs=0.006)


def test_unchanging_loss_is_that_of_the_time_watched():
    """Of four subscribers one never renews, one does once, two do twice: five of seven renewals are made."""
    found = replace(
        shop(watched=2),
        renewals=np.array([0.0, 1.0, 2.0, 2.0]),
        active=np.array([False, False, True, True]),
        lasted=np.array([0.0, 1.0, 2.0, 9.0]),
    )
    assert rehearsal.loyal(found) == pytest.approx(5 / 7)
    assert rehearsal.curve(found)[3].naive == pytest.approx((5 / 7) ** 3)


def test_shares_of_probabilities_by_drawing():
    found = shop()
    drawn = np.random.default_rng(5).beta(TRUTH["alpha"], TRUTH["beta"], 200_000)
    for each in rehearsal.leavings(found):
        assert each.true == pytest.approx(((each.low <= drawn) & (drawn < each.high)).mean(), abs=0.005)


def test_all_leaving_at_once_is_no_trouble():
    truth = terms.params("shifted_beta_geometric", {"leaving": 0.8, "alike_leaving": 100})
    found = rehearsal.curve(rehearsal.rehearse(truth, 30, 12, 1))
    assert found[-1].actual == 0
    assert np.isnan(found[-1].retained)
