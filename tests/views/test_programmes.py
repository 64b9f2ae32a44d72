"""A loyalty programme for the customers of a file, counted by hand and on every engine."""

from __future__ import annotations

import math
from datetime import date, timedelta

import duckdb
import pandas as pd
import pytest

import loyalty
from loyalty import Dataset, LoyaltyError
from loyalty.views.programmes import thresholds
from tests.tables import bought, dataset, draw_orders

END = date(2024, 12, 31)


def shop():
    """Two years; in the last one a, b, e and f spent 40, 80, 60 and 20."""
    before = [(who, 500, 20.0) for who in "abcd"]
    last = [("a", 100, 40.0), ("b", 364, 40.0), ("b", 10, 40.0), ("e", 0, 60.0), ("f", 50, 20.0)]
    lines = [*before, ("f", 729, 5.0), ("g", 365, 100.0), *last]
    orders = {
        "customer": [who for who, _, _ in lines],
        "date": [END - timedelta(days=days) for _, days, _ in lines],
        "amount": [amount for _, _, amount in lines],
    }
    return Dataset.from_frames(orders=pd.DataFrame(orders))


def test_points():
    found = loyalty.programme(shop(), margin=0.3, value=0.05, running=5.0)
    assert found.members.value == 4
    assert found.spend.value == pytest.approx(200)
    assert found.given.value == pytest.approx(10)
    assert found.break_even.value == pytest.approx(15 / 50)


def test_tiers():
    found = loyalty.programme(shop(), margin=0.3, tiers=[(60.0, 0.1), (40.0, 0.05)], uplift=0.5)
    assert [(tier.members, tier.spend) for tier in found.programme.tiers] == [(1, 40), (2, 140)]
    assert found.given.value == pytest.approx(0.05 * 40 + 0.1 * 140)
    assert found.gain.value == pytest.approx(0.5 * 54 - 1.5 * 16)


def test_who_does_not_join_costs_nothing():
    found = loyalty.programme(shop(), margin=0.3, joined=0.5)
    assert (found.members.value, found.spend.value) == (2, 100)


def test_thresholds_are_those_of_the_files_customers():
    assert thresholds(shop(), (0.25, 0.5)) == [60, 40]
    assert thresholds(shop(), (0.2,)) == [80]


@pytest.mark.parametrize(
    "condition",
    [
        {"value": -1},
        {"value": float("nan")},
        {"earned": float("inf")},
        {"fixed": -5},
        {"uplift": -2},
        {"redeemed": None},
        {"tiers": [(0, 2.0)]},
        {"tiers": [(float("nan"), 0.1)]},
    ],
)
def test_what_no_programme_can_have_is_refused(condition):
    with pytest.raises(LoyaltyError) as caught:
        loyalty.programme(shop(), **{"margin": 0.3, **condition})
    assert caught.value.id == "unknown_option"


def test_a_year_is_not_told_from_a_day():
    lines = pd.DataFrame({"customer": ["a", "b"], "amount": 5.0, "date": END})
    with pytest.raises(LoyaltyError) as caught:
        loyalty.programme(Dataset.from_frames(orders=lines), margin=0.3)
    assert caught.value.id == "too_short"


def test_a_share_is_a_share():
    with pytest.raises(LoyaltyError) as caught:
        loyalty.programme(shop(), margin=40)
    assert caught.value.id == "unknown_option"
    assert "margin" in str(caught.value)


def test_the_interval_is_that_of_what_customers_spend():
    found = loyalty.programme(shop(), margin=0.3, value=0.05, running=5.0)
    low, high = found.spend.low, found.spend.high
    assert low < 200 < high
    assert found.break_even.low == pytest.approx((0.05 * high + 5) / (0.25 * high))


def test_of_several_tiers_it_depends_on_who_spends_how_much():
    """Eighty spend from 40 to 45 and twenty from 100 to 300; t(99) = 1.984217.

    By the delta method the break-even moves with either total alone; it lies between those of the tiers.
    """
    low, high = [40 + 5 * k / 79 for k in range(80)], [100 + 200 * k / 19 for k in range(20)]
    lines = pd.DataFrame({"customer": [f"c{k}" for k in range(100)], "amount": low + high})
    lines["date"] = [END - timedelta(days=364 * (k == 0)) for k in range(100)]
    data = Dataset.from_frames(orders=lines)
    found = loyalty.programme(data, margin=0.3, tiers=[(100.0, 0.1), (40.0, 0.05)]).break_even
    given, left = 0.05 * sum(low) + 0.1 * sum(high), 0.25 * sum(low) + 0.2 * sum(high)
    slopes = (0.05 * left - 0.25 * given) / left**2, (0.1 * left - 0.2 * given) / left**2
    parts = (slope * math.hypot(*paid) for slope, paid in zip(slopes, (low, high), strict=True))
    half = 1.984217 * math.sqrt(100 / 99) * math.hypot(*parts)
    assert found.value == pytest.approx(given / left)
    assert (found.high - found.low) / 2 == pytest.approx(half, rel=0.05)
    wild = loyalty.programme(shop(), margin=0.3, tiers=[(60.0, 0.1), (40.0, 0.05)]).break_even
    assert 0.199999 < wild.low < wild.value < wild.high < 0.500001


def test_less_than_a_year_is_taken_to_a_year():
    lines = pd.DataFrame({"customer": ["a", "b"], "amount": [30.0, 43.0]})
    lines["date"] = [END - timedelta(days=72), END]
    found = loyalty.programme(Dataset.from_frames(orders=lines), margin=0.3)
    assert found.spend.value == pytest.approx(5 * 73)


def test_one_member_says_nothing_about_others():
    lines = pd.DataFrame({"customer": ["a", None], "amount": [30.0, 5.0]})
    lines["date"] = [END, END - timedelta(days=60)]
    found = loyalty.programme(Dataset.from_frames(orders=lines), margin=0.3).given
    assert (found.low, found.high) == (float("-inf"), float("inf"))


@pytest.mark.parametrize("engine", ["polars", "polars lazy", "pandas", "duckdb"])
def test_every_engine_counts_alike(engine):
    drawn = draw_orders(4, days=600)
    roles = {"orders": {name: name for name in drawn.columns}}
    with duckdb.connect() as database:
        database.register("drawn", drawn.to_arrow())
        frame = {
            "polars": lambda: drawn,
            "polars lazy": drawn.lazy,
            "pandas": drawn.to_pandas,
            "duckdb": lambda: database.sql("select * from drawn"),
        }[engine]()
        data = Dataset.from_frames(orders=frame, roles=roles if engine in ("polars lazy", "duckdb") else None)
        found = loyalty.programme(data, margin=0.3, tiers=[(50.0, 0.05), (200.0, 0.1)])
    since = max(drawn["date"]).date() - timedelta(days=365)
    its = bought(drawn).values()
    spends = [sum(amount for day, amount in each if day > since) for each in its]
    silver, gold = ([x for x in spends if low <= x < high] for low, high in ((50, 200), (200, float("inf"))))
    assert [tier.members for tier in found.programme.tiers] == [len(silver), len(gold)]
    assert found.given.value == pytest.approx(0.05 * sum(silver) + 0.1 * sum(gold))
    assert dataset(orders=drawn).customers().collect().shape[0] == len(its)
