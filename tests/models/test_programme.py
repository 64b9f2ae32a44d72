"""What a loyalty programme costs and when it pays, worked out by hand."""

import math

import pytest

from loyalty.models.programme import Programme, Tier, points


def programme(rebate=0.05, margin=0.3, **more):
    """A hundred members who spend 10,000 in a year."""
    return Programme((Tier(100, 10_000.0, rebate),), margin, **more)


def test_points_give_back_what_is_used_of_them():
    """One point for each of 10,000, worth 5 cents, of which 8 of 10 are used: 400."""
    tier = points(100, 10_000.0, earned=1, value=0.05, redeemed=0.8)
    assert Programme((tier,), 0.3).given == pytest.approx(400)


def test_break_even():
    """500 are given away and 100 it takes; of each further 1,000 there stay 300 − 50: 600 / 250 = 2.4."""
    assert programme(running=100.0).break_even == pytest.approx(0.24)
    assert programme(running=100.0).gain(0.24) == pytest.approx(0)


def test_the_set_up_is_to_be_paid_back_too():
    """With 500 for setting it up, 250 more a year in two years: 850 / 2,500."""
    assert programme(running=100.0, fixed=500.0).needed(2) == pytest.approx(0.34)
    assert programme(running=100.0, fixed=500.0).payback(0.34) == pytest.approx(24)


def test_gain_and_payback():
    """At +50 % 1,500 more margin, 750 given back: 750 a year; 500 are back in 8 months."""
    plan = programme(fixed=500.0)
    assert plan.gain(0.5) == pytest.approx(750)
    assert plan.payback(0.5) == pytest.approx(8)


def test_nothing_more_bought_is_never_paid_back():
    assert programme(fixed=500.0).gain(0.0) == pytest.approx(-500)
    assert programme(fixed=500.0).payback(0.0) == math.inf


@pytest.mark.parametrize("rebate", [0.3, 0.4])
def test_who_gives_back_all_that_is_left_never_breaks_even(rebate):
    assert programme(rebate=rebate).break_even == math.inf


def test_tiers_add_up():
    """3 % of 6,000 and 10 % of 4,000 are 580; 3,000 − 580 stay of 10,000 more."""
    plan = Programme((Tier(80, 6000.0, 0.03), Tier(20, 4000.0, 0.1)), 0.3)
    assert plan.given == pytest.approx(580)
    assert plan.break_even == pytest.approx(580 / 2420)
