"""Tables to test with: written out by hand, or drawn at random with everything real tables have."""

from __future__ import annotations

import calendar
import random
from datetime import date, datetime, timedelta

import polars as pl

from loyalty.dataset import Dataset

TYPES = {"date": pl.Datetime("us"), "time": pl.Datetime("us"), "amount": pl.Float64, "recommend": pl.Float64}
PARSERS = {
    "date": datetime.fromisoformat,
    "time": datetime.fromisoformat,
    "amount": float,
    "recommend": float,
}


def table(text):
    """A frame from a table in plain text: names in the first line, a single dash for a missing cell."""
    header, *lines = [line.split() for line in text.strip().splitlines()]
    columns = dict(zip(header, zip(*lines, strict=True), strict=True)) if lines else dict.fromkeys(header, ())
    return frame(
        {
            name: [None if cell == "-" else PARSERS.get(name, str)(cell) for cell in cells]
            for name, cells in columns.items()
        }
    )


def frame(columns):
    """A typed frame; columns that are no dates, amounts or scores are text."""
    return pl.DataFrame(columns, schema={name: TYPES.get(name, pl.String) for name in columns})


def dataset(orders=None, responses=None):
    """A Dataset from tables in plain text or frames, past the reader of files."""
    given = {"orders": orders, "responses": responses}
    frames = {name: table(one) if isinstance(one, str) else one for name, one in given.items()}
    return Dataset.from_frames(**{name: one.lazy() for name, one in frames.items() if one is not None})


def draw_orders(seed, lines=400, days=420):
    """Order lines: walk-ins, returns, free items, lines without an order id, several orders a day, gaps."""
    chance = random.Random(seed)
    orders = {}
    rows = []
    for _ in range(lines):
        order = f"o{chance.randint(1, lines // 2)}"
        if order not in orders:
            day = datetime(2023, 11, 20) + timedelta(days=int(days * chance.random() ** 1.5))
            customer = None if chance.random() < 0.1 else f"c{int(lines / 8 * chance.random() ** 2)}"
            segment = chance.choice(["north", "south", "西区", None])
            orders[order] = (customer, day + timedelta(minutes=chance.randrange(1440)), segment)
        customer, moment, segment = orders[order]
        amount = round(chance.uniform(0.5, 60), 2)
        kind = chance.choices(["sale", "return", "free", "unknown"], [16, 3, 1, 1])[0]
        rows.append(
            {
                "customer": customer,
                "date": moment,
                "order": None if chance.random() < 0.05 else order,
                "amount": {"sale": amount, "return": -amount, "free": 0.0, "unknown": None}[kind],
                "product": chance.choice(["tea", "cup", "pot", "cake", None]),
                "category": chance.choice(["drinks", "things"]),
                "segment": segment,
            }
        )
    return frame({name: [row[name] for row in rows] for name in rows[0]})


def draw_responses(seed, answers=300, days=200):
    """Answers: customers who answered often, nobody's answers, no score, comments that repeat."""
    chance = random.Random(seed)
    rows = [
        {
            "recommend": None
            if chance.random() < 0.06
            else float(chance.choice([0, 3, 5, 6, 7, 8, 9, 9, 10, 10])),
            "customer": None if chance.random() < 0.2 else f"c{chance.randint(1, answers // 3)}",
            "date": datetime(2024, 10, 5) + timedelta(days=chance.randrange(days)),
            "comment": chance.choice(["good", "too slow", "价格太高", None, None]),
            "segment": chance.choice(["a", "b", "b", None]),
        }
        for _ in range(answers)
    ]
    return frame({name: [row[name] for row in rows] for name in rows[0]})


def end_of_month(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
