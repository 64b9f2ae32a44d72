"""What customers are worth, asked for several groups at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loyalty.dataset import Dataset
from loyalty.views.averages import averages
from loyalty.views.worth import mean_worth, worth
from tests.tables import dataset, draw_orders


@pytest.fixture(scope="module", params=["orders", "subscription"])
def found(request):
    data = dataset(orders=draw_orders(3, lines=900, days=400))
    return worth(data, kind=request.param, term=90)


def test_several_ways_to_group_give_what_each_gives_alone(found):
    n = len(found.place)
    ways = [None, [f"g{place % 3}" for place in range(n)], np.arange(n) % 2]
    for way, together in zip(ways, found.totals(*ways), strict=True):
        [alone] = found.totals(way)
        for one, other in zip(alone, together, strict=True):
            assert (one.group, one.n) == (other.group, other.n)
            assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high))


def test_groups_add_up_and_are_surer_together(found):
    [[whole], parts] = found.totals(None, np.arange(len(found.place)) % 2)
    assert sum(part.value for part in parts) == pytest.approx(whole.value) == pytest.approx(found.value.sum())
    relative = [(each.high - each.low) / each.value for each in (whole, *parts)]
    assert relative[0] < max(relative[1:])


def test_money_that_is_worth_less_later_is_worth_less():
    data = dataset(orders=draw_orders(3, lines=900, days=400))
    now, later = (worth(data, discount=discount).value.sum() for discount in (0.0, 0.2))
    assert later < now


def test_without_amounts_nothing_is_expected():
    orders = draw_orders(3, lines=900, days=400).drop("amount")
    data = dataset(orders=orders)
    assert mean_worth(data, data.customers().select("customer", group="purchases")) == {}


def test_too_few_customers_give_nothing():
    data = dataset(orders=draw_orders(3, lines=8, days=40))
    assert mean_worth(data, data.customers().select("customer", group="purchases")) == {}


def test_averages_are_of_the_last_year():
    """One paid 100 two years ago; in the last 365 days two paid 10 in four purchases, 52 1/7 weeks long."""
    days = pd.to_datetime(["2023-01-01", "2024-06-01", "2024-09-01", "2025-01-01", "2025-05-31"])
    frame = pd.DataFrame({"customer": list("abbbc"), "date": days, "amount": [100.0, 1, 2, 3, 4]})
    found = averages(Dataset.from_frames(orders=frame))
    assert found.spend == 2.5
    assert found.visits == pytest.approx(4 / 2 / (365 / 7))
