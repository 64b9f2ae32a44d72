"""Tables to test with: written out by hand, or drawn at random with everything real tables have."""

from __future__ import annotations

import calendar
import random
from datetime import date, datetime, timedelta

import polars as pl

from loyalty.columns import ROLES
from loyalty.dataset import Dataset

FLOATS = ("amount", "discount", "recommend", "rating", "again", "other", "duration", "outcome", "bill")
TYPES = {
    **dict.fromkeys(("date", "time"), pl.Datetime("us")),
    **dict.fromkeys(FLOATS, pl.Float64),
    **dict.fromkeys(("bought", "dessert"), pl.Boolean),
}
PARSERS = {
    **dict.fromkeys(("date", "time"), datetime.fromisoformat),
    **dict.fromkeys(FLOATS, float),
    **dict.fromkeys(("bought", "dessert"), {"yes": True, "no": False}.__getitem__),
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
    """A typed frame; columns that are no dates, numbers, scores or yes and no are text."""
    return pl.DataFrame(columns, schema={name: TYPES.get(name, pl.String) for name in columns})


def dataset(orders=None, responses=None, visits=None, trials=None):
    """A Dataset from tables in plain text or frames in role names, past the reader of files."""
    given = {"orders": orders, "responses": responses, "visits": visits, "trials": trials}
    frames = {
        name: table(one) if isinstance(one, str) else one for name, one in given.items() if one is not None
    }
    roles = {
        name: {role: role if role in one.columns else None for role in ROLES[name]}
        for name, one in frames.items()
    }
    return Dataset.from_frames(**{name: one.lazy() for name, one in frames.items()}, roles=roles)


def draw_orders(seed, lines=400, days=420):
    """Order lines: walk-ins, returns, free items, lines without an order id, several orders a day, gaps."""
    chance, further = random.Random(seed), random.Random(f"further {seed}")
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
                "discount": further.choices([0.0, round(further.uniform(0.1, 3), 2), None], [7, 2, 1])[0],
            }
        )
    return frame({name: [row[name] for row in rows] for name in rows[0]})


def draw_responses(seed, answers=300, days=200):
    """Answers: customers who answered often, nobody's answers, no score, comments that repeat."""
    chance, further = random.Random(seed), random.Random(f"further {seed}")
    rows = [
        {
            "recommend": None
            if chance.random() < 0.06
            else float(chance.choice([0, 3, 5, 6, 7, 8, 9, 9, 10, 10])),
            "customer": None if chance.random() < 0.2 else f"c{chance.randint(1, answers // 3)}",
            "date": datetime(2024, 10, 5) + timedelta(days=chance.randrange(days)),
            "comment": chance.choice(["good", "too slow", "价格太高", None, None]),
            "segment": chance.choice(["a", "b", "b", None]),
            "rating": further.choice([1.0, 2.0, 3.0, 4.0, 4.0, 5.0, 5.0, None]),
            "again": further.choice([1.0, 2.0, 3.0, 4.0, 5.0, 5.0, None]),
            "other": further.choice([1.0, 2.0, 3.0, 3.0, 4.0, 5.0, None]),
            "stage": further.choice(["first visit", "regular", "regular", None]),
        }
        for _ in range(answers)
    ]
    return frame({name: [row[name] for row in rows] for name in rows[0]})


def draw_visits(seed, visits=500, days=300):
    """Visits: some by customers of `draw_orders`, some by nobody; no duration, no source, several a day."""
    chance = random.Random(seed)
    rows = [
        {
            "visitor": chance.choices(
                [f"c{int(50 * chance.random() ** 2)}", f"v{chance.randint(1, visits // 4)}", None], [6, 5, 1]
            )[0],
            "time": datetime(2024, 1, 15)
            + timedelta(days=int(days * chance.random() ** 0.8), minutes=chance.randrange(1440)),
            "duration": None if chance.random() < 0.1 else round(chance.lognormvariate(4.5, 1), 1),
            "source": chance.choice(["search", "search", "a friend", "邮件", None]),
            "bought": chance.choices([True, False, None], [5, 12, 1])[0],
            "segment": chance.choice(["phone", "desk", "desk", None]),
        }
        for _ in range(visits)
    ]
    return frame({name: [row[name] for row in rows] for name in rows[0]})


def draw_trials(seed, observations=400, days=90):
    """A trial of four arms of unequal size and spread, the first the control.

    Customers come again, some rows have no arm, no outcome or nobody; ``bill`` and ``dessert`` are further
    measures, of money and of yes or no.
    """
    chance = random.Random(seed)
    rows = []
    for _ in range(observations):
        group = chance.choices(["control", "one mint", "two mints", "再送一颗", None], [8, 6, 5, 3, 1])[0]
        lift = {"one mint": 0.5, "two mints": 2.0, "再送一颗": 3.5}.get(group, 0.0)
        tip = round(max(0.0, chance.gauss(15 + lift, 2 + lift)), 2)
        rows.append(
            {
                "group": group,
                "outcome": None if chance.random() < 0.06 else tip,
                "customer": None
                if chance.random() < 0.15
                else f"c{int(observations / 4 * chance.random() ** 2)}",
                "date": datetime(2024, 3, 4) + timedelta(days=chance.randrange(days)),
                "segment": chance.choice(["lunch", "dinner", "dinner", None]),
                "bill": round(chance.lognormvariate(3.2, 0.5), 2),
                "dessert": chance.choices([True, False, None], [5 + int(lift), 9, 1])[0],
            }
        )
    return frame({name: [row[name] for row in rows] for name in rows[0]})


def bought(lines):
    """The purchases of known customers in drawn orders, counted line by line: customer -> [(day, amount)]."""
    orders = {}
    for place, line in enumerate(lines.iter_rows(named=True)):
        without = (line["customer"], line["date"].date()) if line["customer"] else place
        orders.setdefault(line["order"] or without, []).append(line)
    purchases = {}
    for order in orders.values():
        total = sum(line["amount"] or 0 for line in order)
        if total > 0 and order[0]["customer"]:
            day = min(line["date"] for line in order).date()
            purchases.setdefault(order[0]["customer"], []).append((day, total))
    return {customer: sorted(each) for customer, each in sorted(purchases.items())}


def end_of_month(day: date) -> date:
    """The last day of a day's month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
