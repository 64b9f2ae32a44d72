"""The three formulas of the coffee-shop infographic."""

import math

import numpy as np
import pytest

from loyalty import LoyaltyError, textbook_clv
from loyalty.texts import LANGUAGES

STARBUCKS = {"spend": 5.90, "visits": 4.2, "margin": 0.213, "years": 20, "discount": 0.10, "retention": 0.75}


def test_the_infographic_of_kissmetrics():
    """Its inputs a = 24.30, m = 5,382.94 and its printed results."""
    found = textbook_clv(**STARBUCKS, weekly=24.30, lifetime_margin=5382.94)
    assert round(found.simple, 2) == 25272.00
    assert round(found.custom, 2) == 5489.27
    assert round(found.traditional, 2) == 11534.87
    assert round(found.average) == 14099


def test_the_margin_of_a_lifetime_is_that_of_the_simple_value():
    """The m of the infographic is p of its 52·a·t: 21.3 % of 25,272."""
    given, found = (textbook_clv(**STARBUCKS, weekly=24.30, lifetime_margin=m) for m in (5382.936, None))
    assert found == given


def test_the_week_is_made_of_visits():
    assert textbook_clv(**STARBUCKS).simple == pytest.approx(52 * 5.90 * 4.2 * 20)


def test_the_traditional_value_is_a_sum_over_the_years():
    """m·r/(1+i−r) is the sum of m·(r/(1+i))^k over k = 1, 2, …: a geometric series."""
    found = textbook_clv(**STARBUCKS, lifetime_margin=100.0)
    assert found.traditional == pytest.approx(sum(100 * (0.75 / 1.1) ** k for k in range(1, 200)))


def test_numbers_of_a_table_are_numbers():
    of_table = {name: np.float32(value) for name, value in STARBUCKS.items()} | {"years": np.int64(20)}
    assert textbook_clv(**of_table).simple == pytest.approx(textbook_clv(**STARBUCKS).simple, rel=1e-6)


def test_nobody_stays():
    assert textbook_clv(**{**STARBUCKS, "retention": 0.0}).traditional == 0


def test_it_knows_no_currency():
    one = textbook_clv(**STARBUCKS)
    seven = textbook_clv(**{**STARBUCKS, "spend": 7 * STARBUCKS["spend"]})
    for name in ("simple", "custom", "traditional", "average"):
        assert getattr(seven, name) == pytest.approx(7 * getattr(one, name))


@pytest.mark.parametrize(
    "wrong",
    [
        {"margin": 21.3},
        {"retention": 75},
        {"visits": -1},
        {"spend": math.nan},
        {"years": math.inf},
        {"weekly": -1.0},
        {"lifetime_margin": -5.0},
        {"spend": None},
        {"visits": "often"},
        {"spend": 1e308},
    ],
)
def test_what_cannot_be_is_refused_in_words(wrong):
    with pytest.raises(LoyaltyError) as caught:
        textbook_clv(**{**STARBUCKS, **wrong})
    assert caught.value.id == "textbook_input"
    for language in LANGUAGES:
        told = caught.value.in_language(language)
        assert "{" not in told
        assert math.inf in wrong.values() or "inf" not in told


def test_a_value_without_end_is_refused():
    with pytest.raises(LoyaltyError) as caught:
        textbook_clv(**{**STARBUCKS, "retention": 1.0, "discount": 0.0})
    assert caught.value.id == "textbook_forever"
