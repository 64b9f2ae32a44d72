"""Top customers: by hand, and the long way in pandas."""

from __future__ import annotations

import math

import pandas as pd
import pytest

import loyalty
from loyalty import top_customers
from loyalty.errors import LoyaltyError
from tests.tables import dataset, draw_orders

# ann 50, bob 20, cat 20, dan 8, eve 2: 100 in all. The last day of the orders is June 30.
ORDERS = """
customer date       order amount segment
ann      2025-01-10 1     30     north
ann      2025-06-20 2     20     south
bob      2025-02-01 3     20     south
cat      2025-01-20 4     5      south
cat      2025-02-10 5     15     south
dan      2025-01-30 6     8      north
eve      2025-02-28 7     2      north
-        2025-06-30 8     900    north
fay      2025-06-30 9     -40    north
gus      2025-06-30 10    0      north
"""


@pytest.mark.parametrize(
    ("top", "revenue"),
    [
        (20, 50),  # ann
        (10, 25),  # half of ann
        (5, 12.5),
    ],
)
def test_the_share_by_hand(top, revenue):
    result = top_customers(dataset(ORDERS), top=top)
    assert (result.overall.value, result.overall.n) == (pytest.approx(revenue / 100), 5)
    assert result.numbers["top_revenue"] == pytest.approx(revenue)
    assert (result.numbers["revenue"], result.numbers["customers"]) == (100, 5)


def test_seven_customers_have_a_top_of_one_and_two_fifths():
    lines = "customer amount\n" + "\n".join(f"c{n} {n}" for n in range(1, 8))
    result = top_customers(dataset(lines), top=20)
    assert result.overall.value == pytest.approx((7 + 0.4 * 6) / 28)
    assert loyalty.members("top_customers", dataset(lines))["customer"].tolist() == ["c7", "c6"]


def test_equal_customers_at_the_boundary_count_in_part_and_are_all_listed():
    lines = (
        "customer amount segment\n ann 50 north\n bob 20 north\n cat 20 south\n dan 20 south\n eve 10 south"
    )
    assert loyalty.members("top_customers", dataset(lines))["customer"].tolist() == ["ann"]
    lines = lines.replace("ann 50", "ann 20")
    result = top_customers(dataset(lines), by="segment")
    assert result.overall.value == pytest.approx(0.2 * 5 * 20 / 90)  # one of the four who spent 20
    # a quarter of each of them: 5 of 20 of each
    assert {group.group: group.value for group in result.groups} == {
        "south": pytest.approx(10 / 50),
        "north": pytest.approx(10 / 40),
    }
    assert result.table("lists").rows[0][:3] == ("top", 4, 80)
    assert sorted(loyalty.members("top_customers", dataset(lines))["customer"]) == [
        "ann",
        "bob",
        "cat",
        "dan",
    ]


def test_groups_are_shares_of_their_own_revenue():
    groups = {group.group: group for group in top_customers(dataset(ORDERS), by="segment").groups}
    # ann first bought in the north: 50 of the 60 of ann, dan and eve; nobody of the south is at the top
    assert (groups["north"].value, groups["north"].n, groups["north"].base) == (pytest.approx(50 / 60), 3, 60)
    assert (groups["south"].value, groups["south"].n, groups["south"].base) == (0, 2, 40)


def test_months_have_their_own_top():
    trend = {point.group: (point.value, point.n) for point in top_customers(dataset(ORDERS)).trend}
    assert trend == {
        "2025-01": (pytest.approx(0.6 * 30 / 43), 3),  # ann 30, dan 8, cat 5: three fifths of a customer
        "2025-02": (pytest.approx(0.6 * 20 / 37), 3),
        "2025-06": (pytest.approx(0.2), 1),
    }


def test_from_how_few_most_of_the_revenue_comes():
    # ann and bob 70, half of cat 80: two and a half of five
    assert top_customers(dataset(ORDERS)).numbers["customers_80"] == pytest.approx(0.5)


def test_gini_by_hand():
    """Half the mean difference of all pairs, by the mean."""
    spent = [50, 20, 20, 8, 2]
    pairs = sum(abs(one - other) for one in spent for other in spent) / 25
    assert top_customers(dataset(ORDERS)).numbers["gini"] == pytest.approx(pairs / 2 / 20)


def test_those_at_the_top_who_have_long_been_silent():
    # the top of half the customers of these lines: three of six; 90 days before June 30 is April 1
    days = {"ann": "04-01", "bob": "03-31", "cat": "01-01", "dan": "01-01", "eve": "06-30"}
    lines = "customer date amount\n" + "\n".join(
        f"{name} 2025-{day} {100 - 10 * at}" for at, (name, day) in enumerate(days.items())
    )
    assert top_customers(dataset(lines)).numbers["silent"] == 0  # ann: 90 days ago, not more
    assert top_customers(dataset(lines.replace("ann 2025-04-01", "ann 2025-03-31"))).numbers["silent"] == 1


def test_the_list_by_hand():
    listed = loyalty.members(
        "top_customers", dataset(ORDERS.replace("ann      2025-01-10 1     30", "ann 2025-01-10 1 1"))
    )
    # ann 21, bob 20, cat 20, dan 8, eve 2: 71
    assert listed.to_dict("records") == [
        {
            "list": "top",
            "customer": "ann",
            "amount": 21,
            "revenue_share": pytest.approx(21 / 71),
            "cumulative_share": pytest.approx(21 / 71),
            "purchases": 2,
            "last": "2025-06-20",
        }
    ]


def test_shares_add_up_down_the_list():
    orders = draw_orders(8, lines=900)
    listed = loyalty.members("top_customers", dataset(orders=orders))
    assert listed["amount"].is_monotonic_decreasing
    assert listed["cumulative_share"].to_numpy() == pytest.approx(listed["revenue_share"].cumsum().to_numpy())
    result = top_customers(dataset(orders=orders))
    assert listed["cumulative_share"].iloc[-1] == pytest.approx(result.table("lists").rows[0][3])


def test_without_dates():
    lines = "customer order amount\n ann 1 30\n bob 2 10\n ann 3 10"
    result = top_customers(dataset(lines))
    assert result.overall.value == pytest.approx(0.4 * 40 / 50)
    assert result.trend == ()
    assert "silent" not in result.numbers
    assert "last" not in loyalty.members("top_customers", dataset(lines))


@pytest.mark.parametrize("top", [5, 10, 20])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_long_way(seed, top):
    orders = draw_orders(seed, lines=800)
    spent = spending(orders)
    assert top_customers(dataset(orders=orders), top=top).overall.value == pytest.approx(from_top(spent, top))
    tops = top_customers(dataset(orders=orders), top=top).table("tops").rows
    assert [row[1] for row in tops] == pytest.approx([from_top(spent, round(100 * row[0])) for row in tops])


def spending(orders):
    """What every known customer spent in orders that come to more than nothing."""
    lines = orders.to_pandas()
    day = lines["date"].dt.strftime("%Y-%m-%d")
    key = lines["order"].where(lines["order"].notna(), lines["customer"] + day)
    key = key.where(key.notna(), pd.Series(lines.index.astype(str), lines.index))
    sums = lines.assign(key=key).groupby("key").agg(customer=("customer", "min"), amount=("amount", "sum"))
    return sums[sums["amount"] > 0].groupby("customer")["amount"].sum().sort_values(ascending=False).to_list()


def from_top(spent, percent):
    """One customer after the other, the last one in part."""
    left, total = percent / 100 * len(spent), 0.0
    for amount in spent:
        part = min(1.0, max(0.0, left))
        total, left = total + part * amount, left - 1
    return total / math.fsum(spent)


def test_an_unknown_top_is_refused():
    for ask in (top_customers, lambda data, **chosen: loyalty.members("top_customers", data, **chosen)):
        with pytest.raises(LoyaltyError) as caught:
            ask(dataset(ORDERS), top=50)
        assert caught.value.id == "unknown_option"


def test_nobody_known_is_said():
    with pytest.raises(LoyaltyError) as caught:
        top_customers(dataset("customer amount\n - 5"))
    assert caught.value.id == "no_customers"
