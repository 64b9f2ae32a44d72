"""Order numbers that begin anew: by hand."""

from __future__ import annotations

import pandas as pd

import loyalty
from loyalty.dataset import Dataset


def receipts(days: int, numbers: int) -> pd.DataFrame:
    """A till whose receipts begin with 1 every day; each customer has another number every day."""
    return pd.DataFrame(
        {
            "order id": str(number),
            "date": f"2025-03-{day:02d}",
            "customer": f"c{(number + day) % numbers}",
            "amount": 10.0 * number,
        }
        for day in range(1, days + 1)
        for number in range(1, numbers + 1)
    )


def test_receipts_that_begin_anew_every_day_are_told_apart():
    data = Dataset.from_frames(orders=receipts(days=4, numbers=6))
    value = loyalty.order_value(data)
    assert value.overall.n == 24
    assert value.overall.value == 35.0  # (10 + 20 + … + 60) / 6
    assert loyalty.repurchase(data).numbers == {"repeat": 6, "customers": 6, "trend_window": 90}
    [note] = [note for note in data.notes if note.message.id == "note.numbers_begin_anew"]
    assert note.count == 24


def test_numbers_that_stand_for_one_customer_each_stay_orders():
    lines = pd.concat([receipts(days=1, numbers=6)] * 3)  # three lines an order
    data = Dataset.from_frames(orders=lines)
    assert loyalty.order_value(data).overall.n == 6
    assert not [note for note in data.notes if note.message.id == "note.numbers_begin_anew"]
