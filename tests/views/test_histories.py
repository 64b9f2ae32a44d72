"""Histories of customers: the log that lifetimes is tested with, and others by hand, on every engine."""

from __future__ import annotations

import math
from datetime import date, timedelta
from fractions import Fraction

import duckdb
import polars as pl
import pytest

import loyalty
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.views.histories import cautions, deviations, held_back, histories
from tests.tables import draw_orders, table

ENGINES = {
    "pandas": pl.DataFrame.to_pandas,
    "polars": pl.DataFrame.clone,
    "polars lazy": pl.DataFrame.lazy,
    "pyarrow": pl.DataFrame.to_arrow,
    "duckdb": lambda frame: duckdb.from_arrow(frame.to_arrow()),
}
ROLES = {"customer": "customer", "date": "date", "amount": "amount"}

# lifetimes 0.11.3, tests/test_utils.py: example_transaction_data_with_monetary_value
LIFETIMES = """
customer date       amount
1        2015-01-01 1
1        2015-02-06 2
2        2015-01-01 2
3        2015-01-01 3
3        2015-01-02 1
3        2015-01-05 5
4        2015-01-16 6
4        2015-02-02 3
4        2015-02-05 3
4        2015-02-05 6
5        2015-01-16 3
5        2015-01-17 1
5        2015-01-18 8
6        2015-02-02 5
"""


@pytest.fixture(params=ENGINES)
def native(request):
    return ENGINES[request.param]


def data_of(text, native=pl.DataFrame.lazy):
    return Dataset.from_frames(orders=native(table(text)), roles={"orders": ROLES})


def day(text):
    return date.fromisoformat(text).toordinal()


def listed(*columns):
    """Rows of several columns, NaN as None so that they compare."""
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [tuple(None if cell != cell else cell for cell in row) for row in rows]


def test_lifetimes_summary(native):
    found = histories(data_of(LIFETIMES, native), until=day("2015-02-07"))
    assert found.customer.to_list() == list("123456")
    assert listed(found.frequency, found.recency, found.age, found.money) == [
        (1, 36, 37, 2),
        (0, 0, 37, None),
        (2, 4, 37, 3),
        (2, 20, 22, 6),
        (2, 2, 22, 4.5),
        (0, 0, 5, None),
    ]
    assert found.first.tolist() == [
        day(f"2015-{on}") for on in ("01-01", "01-01", "01-01", "01-16", "01-16", "02-02")
    ]


def test_lifetimes_summary_with_the_first_order_counted(native):
    """Its purchases, days since the last one, and mean: all three are in the histories."""
    found = histories(data_of(LIFETIMES, native), until=day("2015-02-07"))
    purchases = found.frequency + 1
    rows = dict(
        zip("123456", listed(purchases, found.age - found.recency, found.spent / purchases), strict=True)
    )
    assert (rows["1"], rows["4"], rows["5"]) == ((2, 1, 1.5), (3, 2, 6), (3, 20, 4))


def test_lifetimes_calibration_and_holdout(native):
    """Customer 4 buys on two days after the first of February, for 3 and for 9: a mean of 6."""
    found = held_back(data_of(LIFETIMES + "7 2015-02-07 1", native), day("2015-02-01"))
    assert found.calibration.customer.to_list() == list("12345")
    assert found.days == 6
    assert found.calibration.frequency.tolist() == [0, 0, 2, 0, 2]
    assert listed(found.calibration.money) == [(None,), (None,), (3,), (None,), (4.5,)]
    assert found.purchases.tolist() == [1, 0, 0, 2, 0]
    assert listed(found.money) == [(2,), (None,), (None,), (6,), (None,)]
    assert found.spent.tolist() == [2, 0, 0, 12, 0]


def test_lifetimes_summary_by_week(native):
    """Its weeks end on Sundays, 8 February the last: as ours do that are counted back from that day."""
    found = histories(data_of(LIFETIMES, native), unit="week", until=day("2015-02-08"))
    assert listed(found.frequency, found.recency, found.age) == [
        (1, 5, 5),
        (0, 0, 5),
        (1, 1, 5),
        (1, 3, 3),
        (0, 0, 3),
        (0, 0, 0),
    ]


def test_lifetimes_calibration_and_holdout_by_week(native):
    """To Sunday 1 February and the week after it, in which customer 4 buys twice: one purchase."""
    found = held_back(data_of(LIFETIMES + "7 2015-02-07 1", native), day("2015-02-01"), unit="week")
    calibration = found.calibration
    assert calibration.customer.to_list() == list("12345")
    assert listed(calibration.frequency, calibration.recency, calibration.age, found.purchases) == [
        (0, 0, 4, 1),
        (0, 0, 4, 0),
        (1, 1, 4, 0),
        (0, 0, 2, 1),
        (0, 0, 2, 0),
    ]


def test_lifetimes_holdout_ends_with_the_data(native):
    """To 4 February: customer 1's purchase on the 6th and customer 4's on the 5th are in neither part."""
    short = "\n".join(line for line in LIFETIMES.splitlines() if "02-06" not in line and "02-05" not in line)
    found = held_back(data_of(short + "\n7 2015-02-04 1", native), day("2015-02-01"))
    assert (found.days, found.purchases.tolist()) == (3, [0, 0, 0, 1, 0])


BY_HAND = """
customer date       amount order
ann      2025-03-03 10     a1
ann      2025-03-03 4      a2
ann      2025-03-10 6      a3
ann      2025-03-12 -2     r1
bob      2025-03-04 8      b1
bob      2025-03-04 -3     r2
bob      2025-03-20 5      b2
bob      2025-03-21 -1     r3
cid      2025-03-05 -7     r4
dee      2025-03-01 -4     r5
dee      2025-03-06 9      d1
dee      2025-03-07 0      d2
dee      2025-03-09 2      d3
dee      2025-03-09 -2     d3
-        2025-03-31 50     w1
"""


def test_returns_gifts_and_walk_ins_by_hand(native):
    """A return is no purchase, on whatever day; an order of nothing is none; nobody is no customer."""
    found = histories(data_of(BY_HAND, native))
    assert found.customer.to_list() == ["ann", "bob", "dee"]  # cid only brought something back
    assert found.end == day("2025-03-31")  # the walk-in's day is the last one of the orders
    assert listed(found.frequency, found.recency, found.age) == [(1, 7, 28), (1, 16, 27), (0, 0, 25)]
    assert listed(found.money) == [(4,), (4,), (None,)]  # 6 − 2, 5 − 1
    assert found.spent.tolist() == [18, 9, 5]


def test_a_return_before_the_first_purchase_is_set_against_it(native):
    found = histories(data_of(BY_HAND + "dee 2025-03-16 3 d4", native), until=day("2025-03-16"))
    assert (found.money[2], found.spent[2]) == (3, 8)


def test_weeks_by_hand(native):
    """To Sunday 30 March: ann's 3 and 10 March are Mondays of two weeks, bob's 4 and 20 March two apart."""
    found = histories(data_of(BY_HAND, native), unit="week", until=day("2025-03-30"))
    assert listed(found.frequency, found.recency, found.age) == [(1, 1, 3), (1, 2, 3), (0, 0, 3)]
    assert listed(found.money) == [(4,), (4,), (None,)]


def test_purchases_of_one_month_are_one(native):
    """A month of 30.4375 days to 31 March begins on the first."""
    found = histories(data_of(BY_HAND, native), unit="month")
    assert listed(found.frequency, found.recency, found.age) == [(0, 0, 0)] * 3
    assert (listed(found.money), found.spent.tolist()) == ([(None,)] * 3, [18, 9, 5])


def long_way(lines, end, period):
    """Orders from lines, then one customer after the other; amounts as fractions."""
    orders = {}
    for place, line in enumerate(lines):
        who, on = line["customer"], line["date"].date().toordinal()
        order = line["order"] or ((who, on) if who else place)
        known = orders.setdefault(order, [who, on, Fraction(0)])
        known[:2] = [known[0] or who, min(known[1], on)]
        known[2] += Fraction(str(line["amount"]))
    found = {}
    for who in sorted({who for who, _, _ in orders.values() if who}):
        mine = [(on, paid) for name, on, paid in orders.values() if name == who and on <= end]
        ago = sorted({math.floor((end - on) / period) for on, paid in mine if paid > 0})
        if ago:
            later = sum(paid for on, paid in mine if math.floor((end - on) / period) < ago[-1])
            money = float(later / (len(ago) - 1)) if len(ago) > 1 else math.nan
            figures = (len(ago) - 1, ago[-1] - ago[0], ago[-1], money, float(sum(paid for _, paid in mine)))
            found[who] = figures
    return found


@pytest.mark.parametrize("seed", [3, 8])
def test_every_engine_the_long_way(native, seed):
    lines = draw_orders(seed).filter(pl.col("amount").is_not_null())
    data = Dataset.from_frames(orders=native(lines))
    last = max(line["date"].date() for line in lines.iter_rows(named=True)).toordinal()
    for unit, period in (("day", 1), ("week", 7), ("month", Fraction(36525, 1200))):
        for until in (None, last - 100):
            wanted = long_way(list(lines.iter_rows(named=True)), until or last, period)
            found = histories(data, unit=unit, until=until)
            assert found.customer.to_list() == list(wanted)
            columns = (found.frequency, found.recency, found.age, found.money, found.spent)
            for column, expected in zip(columns, zip(*wanted.values(), strict=True), strict=True):
                assert column == pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True)


def test_both_sides_of_a_day_make_up_the_whole(native):
    """What was bought before and after add up; a return on a later day falls on its own side."""
    data = Dataset.from_frames(orders=native(draw_orders(4).filter(pl.col("amount").is_not_null())))
    whole = histories(data)
    found = held_back(data, whole.end - 120)
    assert found.days == 120
    known = whole.customer.is_in(found.calibration.customer.to_list()).to_numpy()
    assert found.calibration.frequency + found.purchases == pytest.approx(whole.frequency[known])
    assert found.calibration.spent + found.spent == pytest.approx(whole.spent[known])


def test_the_group_is_that_of_the_first_purchase(native):
    lines = table("""
        customer date       amount segment
        ann      2025-03-03 10     south
        ann      2025-03-03 4      north
        ann      2025-03-10 6      east
        bob      2025-03-04 8      -
        cid      2025-03-09 8      east
    """)
    data = Dataset.from_frames(orders=native(lines))
    assert histories(data, "segment").group.to_list() == ["north", None, "east"]
    assert held_back(data, day("2025-03-05"), "segment").calibration.group.to_list() == ["north", None]
    assert histories(data).group is None


def test_without_amounts_every_order_counts(native):
    lines = table(BY_HAND).select("customer", "date")
    found = histories(Dataset.from_frames(orders=native(lines)))
    assert found.customer.to_list() == ["ann", "bob", "cid", "dee"]
    assert listed(found.frequency, found.money, found.spent)[2:] == [(0, None, None), (3, None, None)]


def test_they_are_remembered():
    data = data_of(LIFETIMES)
    assert histories(data) is histories(data)
    assert histories(data).frequency is not histories(data, until=day("2015-02-01")).frequency
    cut = day("2015-02-01")
    assert held_back(data, cut) is held_back(data, cut)


def test_deviations_of_what_was_paid(native):
    """Repeat purchases of customers 3, 4 and 5: for 1 and 5, for 3 and 3 + 6, for 1 and 8."""
    data = data_of(LIFETIMES, native)
    assert deviations(data).tolist() == [0, 0, 8, 18, 24.5, 0]
    assert deviations(data, day("2015-02-04")).tolist() == [0, 0, 8, 0, 24.5, 0]


def test_what_cannot_be_told_is_said():
    data = data_of(LIFETIMES)
    with pytest.raises(LoyaltyError) as error:
        histories(data, unit="year")
    assert error.value.id == "unknown_option"
    with pytest.raises(LoyaltyError) as error:
        histories(data, "segment")
    assert error.value.id == "no_groups"
    with pytest.raises(LoyaltyError) as error:
        histories(data_of("customer date amount\n- 2025-01-01 3"))
    assert error.value.id == "no_customers"
    with pytest.raises(LoyaltyError) as error:
        histories(Dataset.from_frames(orders=table(LIFETIMES).select("customer", "amount").lazy()))
    assert error.value.id == "missing_columns"


def test_a_table_for_python():
    found = loyalty.histories(data_of(LIFETIMES), until=date(2015, 2, 7))
    assert found.columns.tolist() == ["customer", "first", "frequency", "recency", "age", "money", "spent"]
    assert found.iloc[3].tolist() == ["4", "2015-01-16", 2, 20, 22, 6, 18]
    later = loyalty.histories(data_of(LIFETIMES), until=date(2015, 2, 7) + timedelta(7))
    assert (later["age"] - found["age"]).tolist() == [7] * 6


@pytest.mark.parametrize(("others", "told"), [(0, False), (1, False), (2, True)])
def test_one_customer_alone_is_not_said_to_be_nearly_nobody(others, told):
    """One who bought until the last day, beside others who bought at the beginning only."""
    lines = [("ann", "2025-01-01"), ("ann", "2025-12-31"), *((f"c{k}", "2025-01-01") for k in range(others))]
    days = pl.DataFrame(lines, schema=["customer", "date"], orient="row").with_columns(
        pl.col("date").str.to_date()
    )
    found = cautions(histories(Dataset.from_frames(orders=days)), 30)
    assert ("models.quiet" in [note.id for note in found]) == told
