"""Orders with a discount, counted one by one in plain Python."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import duckdb
import polars as pl
import pytest

from loyalty.dataset import Dataset
from loyalty.views.discounts import discounted_orders

ENGINES = {
    "pandas": pl.DataFrame.to_pandas,
    "polars": lambda frame: frame,
    "polars lazy": pl.DataFrame.lazy,
    "duckdb": lambda frame: duckdb.from_arrow(frame.to_arrow()),
}


def draw(seed, orders=300, days=20):
    """Orders of two lines each, several a day, some with a discount on one line."""
    chance = random.Random(seed)
    rows = []
    for number in chance.sample(range(1000, 10_000), orders):
        customer, day = f"c{chance.randrange(40)}", datetime(2025, 1, 1) + timedelta(chance.randrange(days))
        for discount in (0.0, chance.choice([0.0, None, 1.5])):
            line = {"customer": customer, "date": day, "order": str(number), "amount": 2.0}
            rows.append({**line, "discount": discount})
    return pl.DataFrame(rows)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", range(3))
def test_first_and_repeat_orders_the_long_way(engine, seed):
    lines = draw(seed)
    orders = {}
    for line in lines.iter_rows(named=True):
        key = line["customer"], line["date"], line["order"]
        orders[key] = bool(orders.get(key) or line["discount"])
    by_customer = {}
    for (customer, _, _), discounted in sorted(orders.items()):
        by_customer.setdefault(customer, []).append(discounted)
    parts = {
        "first": [each[:1] for each in by_customer.values()],
        "repeat": [each[1:] for each in by_customer.values() if each[1:]],
    }
    found = discounted_orders(Dataset.from_frames(orders=ENGINES[engine](lines)))
    for name, customers in parts.items():
        pairs = [(sum(each), len(each)) for each in customers]
        sums = found[name]
        assert sums.units == len(pairs)
        assert (sums.x, sums.y) == (sum(x for x, _ in pairs), sum(y for _, y in pairs))
        assert (sums.xx, sums.xy) == (sum(x * x for x, _ in pairs), sum(x * y for x, y in pairs))


def test_without_discounts_there_is_nothing_to_count():
    lines = draw(4)
    assert discounted_orders(Dataset.from_frames(orders=lines.drop("discount"))) == {}
    assert discounted_orders(Dataset.from_frames(orders=lines.drop("date"))) == {}
