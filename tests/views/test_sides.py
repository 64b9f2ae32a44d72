"""What is expected of loyal and of new customers: the ratio's interval by hand, and in simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from loyalty.core import REST
from loyalty.models import bg_nbd, gamma_gamma
from loyalty.models.spending import Spending
from loyalty.models.totals import Totals, people, totals
from loyalty.models.value import discounted
from loyalty.stats import RatioSums
from loyalty.views.sides import SIDES, Sides, outlook, pooled
from tests.shops import shop


def test_what_moves_both_sides_alike_does_not_move_the_ratio():
    """Two totals of 200 and 100; the logarithm of the ratio moves by 0.1 − 0.05 and by −0.1, chance aside."""
    found = Totals(
        expected=np.array([[200.0, 100.0]]),
        moves=np.array([[[20.0, 5.0]], [[0.0, 10.0]]]),
        from_chance=np.array([[400.0, 100.0]]),
        squares=np.array([[400.0, 100.0]]),
        number=np.array([[100.0, 100.0]]),
    )
    made = outlook(found, np.array([10, 20]), ["loyal", "new"])
    variance = 0.05**2 + 0.1**2 + 400 / 200**2 + 100 / 100**2
    assert (made.ratio.value, made.ratio.n) == (20 / 5, 30)
    assert math.log(made.ratio.high / made.ratio.value) == pytest.approx(1.959964 * math.sqrt(variance))
    assert made.ratio.value / made.ratio.low == pytest.approx(made.ratio.high / made.ratio.value)
    assert [(mean.value, mean.n) for mean in made.means.values()] == [(20, 10), (5, 20)]


FREQUENT = {"r": 0.25, "alpha": 30.0, "a": 0.8, "b": 2.4}
SELDOM = {"r": 0.62, "alpha": 160.0, "a": 0.7, "b": 2.8}
SPENDING = {"p": 5.0, "q": 4.2, "v": 29.0}


@pytest.mark.slow
def test_the_ratio_of_what_customers_really_bring_lies_within():
    """95 of 100 times, give or take the two that 1,000 shops leave open."""
    chance = np.random.default_rng(8)
    shops = [(params, n) for params in (FREQUENT, SELDOM) for n in (300, 1500)] * 250
    inside = np.mean([held(params, n, chance) for params, n in shops])
    assert 0.93 <= inside <= 0.97


def held(params, n, chance):
    made = shop("bg_nbd", params, SPENDING, chance.uniform(30, 700, n), 365.25, chance)
    side = np.where(made.frequency >= 2, 0, np.where(made.frequency == 0, 2, 1))
    fit = bg_nbd.fit(made.frequency, made.recency, made.age)
    spending = Spending(gamma_gamma.fit(made.frequency, made.money), made.frequency, made.money)
    customers = people(made.frequency, made.recency, made.age, side)
    found = totals(bg_nbd, fit, discounted(12, 0.0), customers, spending)
    ratio = outlook(found, np.bincount(side, minlength=3), SIDES).ratio
    brought = np.bincount(made.who, made.amount, n)
    return ratio.low <= brought[side == 0].mean() / brought[side == 2].mean() <= ratio.high


def segment(loyal, new):
    """So many customers of 1 each."""
    loyal, between, new = (RatioSums(n, n, n, n, n, n) for n in (loyal, 1, new))
    return Sides(loyal, between, new)


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        ({"a": (9, 9), "b": (5, 5)}, {"a": 19, "b": 11}),
        (
            {"a": (9, 9), "b": (5, 0), "c": (0, 3)},
            {"a": 19, REST: 10},
        ),  # b and c make one that can be compared
        (
            {"a": (9, 9), "b": (5, 5), "c": (0, 3)},
            {"a": 19, REST: 15},
        ),  # c goes to b, the smallest that can be
        ({"a": (9, 0), "b": (0, 5)}, {REST: 16}),
    ],
)
def test_segments_that_cannot_be_compared_are_put_together(segments, expected):
    found = pooled({name: segment(*counts) for name, counts in segments.items()})
    assert {name: each.customers for name, each in found.items()} == expected
    assert all(each.comparable for each in found.values())
