"""Repurchase ratio: by hand, and the long way in pandas."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from loyalty import repurchase
from loyalty.errors import LoyaltyError
from tests.tables import dataset, draw_orders, end_of_month

# The last day is July 1. Days from first to second purchase: ann 0, bob 31, cat 60, dan never, eve never.
ORDERS = """
customer date       order amount segment
ann      2025-01-01 1     10     north
ann      2025-01-01 2     10     south
bob      2025-01-31 3     10     south
bob      2025-03-03 4     10     south
cat      2025-02-01 5     10     north
cat      2025-04-02 6     10     south
dan      2025-02-10 7     10     -
dan      2025-02-20 8     -10    -
eve      2025-06-20 9     10     north
-        2025-01-05 10    10     north
-        2025-01-06 11    10     north
fay      2025-07-01 12    -10    north
"""


def estimates(groups):
    return {group.group: (pytest.approx(group.value), group.n) for group in groups}


@pytest.mark.parametrize(
    ("window", "repeat", "customers"),
    [
        (None, 3, 5),  # ann, bob, cat of ann, bob, cat, dan, eve; walk-ins and fay's return are nobody
        (30, 1, 4),  # eve's 30 days have not ended: ann of ann, bob, cat, dan
        (60, 3, 4),  # bob after 31 days, cat on the 60th day
        (90, 3, 4),
        (180, 1, 1),  # only ann's first purchase lies 180 days back (181)
    ],
)
def test_windows_by_hand(window, repeat, customers):
    result = repurchase(dataset(ORDERS), window=window)
    assert (result.numbers["repeat"], result.numbers["customers"]) == (repeat, customers)
    assert (result.overall.value, result.overall.n) == (repeat / customers, customers)
    low, high = proportion_confint(repeat, customers, method="wilson")
    assert (result.overall.low, result.overall.high) == (pytest.approx(low), pytest.approx(high))
    assert result.options["window"] == window


def test_no_window_that_long_has_ended():
    with pytest.raises(LoyaltyError) as caught:
        repurchase(dataset(ORDERS), window=365)
    assert caught.value.id == "window_open"
    assert "365 days" in str(caught.value)


def test_a_window_ends_on_its_last_day():
    # 30 days after January 1 is January 31: the last day, and a purchase on it counts
    lines = "customer date amount\n ann 2025-01-01 5\n ann 2025-01-31 5\n bob 2025-01-02 5"
    assert estimates([repurchase(dataset(lines), window=30).overall]) == {None: (1, 1)}
    late = "customer date amount\n ann 2025-01-01 5\n ann 2025-02-01 5"
    assert repurchase(dataset(late), window=30).overall.value == 0


@pytest.mark.parametrize(
    ("term", "repeat", "customers"),
    [
        (30, 3, 4),  # eve's term has not ended
        (7, 3, 5),  # every first term has ended
        (90, 3, 4),
    ],
)
def test_subscriptions_by_hand(term, repeat, customers):
    result = repurchase(dataset(ORDERS), kind="subscription", term=term)
    assert (result.overall.value, result.overall.n) == (repeat / customers, customers)


def test_a_subscription_with_a_window_waits_for_both():
    result = repurchase(dataset(ORDERS), kind="subscription", term=7, window=30)
    assert (result.overall.value, result.overall.n) == (1 / 4, 4)
    # ann of January, nobody of February; eve's 30 days have not ended
    assert estimates(result.trend) == {"2025-01": (0.5, 2), "2025-02": (0, 2)}
    assert result.numbers["trend_window"] == 30
    longer = repurchase(dataset(ORDERS), kind="subscription", term=90, window=30)
    assert estimates(longer.trend) == {"2025-01": (0.5, 2), "2025-02": (0, 2)}


def test_segments_by_hand():
    result = repurchase(dataset(ORDERS), by="segment")
    # first purchases: ann north (the alphabetically first of the day), bob south, cat and eve north, dan none
    assert estimates(result.groups) == {"north": (2 / 3, 3), "": (0, 1), "south": (1, 1)}
    assert [group.group for group in result.groups] == ["north", "", "south"]
    assert 0 < result.groups_differ <= 1
    within = repurchase(dataset(ORDERS), by="segment", window=180)
    assert estimates(within.groups) == {"north": (1, 1)}
    assert within.groups_differ is None


def test_trend_by_hand():
    # everyone gets 90 days: ann and bob of January, cat and not dan of February; eve's have not ended
    result = repurchase(dataset(ORDERS))
    assert estimates(result.trend) == {"2025-01": (1, 2), "2025-02": (0.5, 2)}
    assert result.change.difference == -0.5
    assert result.numbers["trend_window"] == 90
    assert estimates(repurchase(dataset(ORDERS), window=30).trend) == {"2025-01": (0.5, 2), "2025-02": (0, 2)}
    two_terms = repurchase(dataset(ORDERS), kind="subscription", term=30)
    assert two_terms.numbers["trend_window"] == 60
    assert estimates(two_terms.trend) == {"2025-01": (1, 2), "2025-02": (0.5, 2)}


def test_months_by_hand():
    rows = repurchase(dataset(ORDERS)).table("months").rows
    # month, purchases of known customers, those that were not the first of theirs
    assert rows == (
        ("2025-01", 3, 1),
        ("2025-02", 2, 0),
        ("2025-03", 1, 1),
        ("2025-04", 1, 1),
        ("2025-06", 1, 0),
    )


def test_without_dates_orders_are_counted():
    lines = (
        "customer order amount segment\n ann 1 5 a\n ann 1 5 a\n ann 2 5 a\n bob 3 5 b\n cat 4 -5 b\n - 5 5 b"
    )
    result = repurchase(dataset(lines), by="segment")
    assert (result.overall.value, result.overall.n) == (0.5, 2)
    assert estimates(result.groups) == {"a": (1, 1), "b": (0, 1)}
    assert (result.trend, result.change, result.tables) == ((), None, ())


def test_without_order_ids_a_day_is_one_purchase():
    lines = "customer date amount\n ann 2025-01-01 5\n ann 2025-01-01 5\n bob 2025-01-01 5\n bob 2025-01-02 5"
    assert repurchase(dataset(lines)).overall.value == 0.5


@pytest.mark.parametrize("options", [{}, {"window": 30}, {"window": 90}, {"kind": "subscription", "term": 7}])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_long_way(seed, options):
    drawn = draw_orders(seed)
    result = repurchase(dataset(drawn), by="segment", **options)
    customers = by_customer(drawn.to_pandas())
    last = drawn["date"].dt.date().max()
    window, term = options.get("window"), options.get("term")
    wait = term or window or 0
    due = [c for c in customers if (last - c["first"]).days >= wait]
    again = [c["gap"] is not None and (window is None or c["gap"] <= window) for c in due]
    assert (result.overall.value, result.overall.n) == (pytest.approx(sum(again) / len(due)), len(due))
    assert estimates(result.groups) == shares([c["segment"] for c in due], again)
    span = 2 * term if term else window or 90
    whole = [c for c in customers if (last - end_of_month(c["first"])).days >= span]
    within = [c["gap"] is not None and c["gap"] <= span for c in whole]
    assert estimates(result.trend) == shares([f"{c['first']:%Y-%m}" for c in whole], within)


def by_customer(lines):
    """First day, days to the second purchase, and segment, customer by customer with loops."""
    found = []
    for _, mine in lines.dropna(subset=["customer"]).groupby("customer"):
        purchases = []
        keys = mine["order"].fillna(mine["date"].dt.strftime("day %Y-%m-%d"))
        for _, order in mine.groupby(keys):
            if order["amount"].sum() > 0:
                purchases.append((order["date"].min().date(), order["segment"].dropna().tolist()))
        purchases.sort(key=lambda purchase: purchase[0])
        if purchases:
            first = purchases[0][0]
            names = sorted(name for day, names in purchases if day == first for name in names)
            gap = (purchases[1][0] - first).days if len(purchases) > 1 else None
            found.append({"first": first, "gap": gap, "segment": (names or [""])[0]})
    return found


def shares(names, hits):
    table = pd.DataFrame({"name": names, "hit": hits}).groupby("name")["hit"].agg(["mean", "size"])
    return {name: (pytest.approx(row["mean"]), row["size"]) for name, row in table.iterrows()}


@pytest.mark.parametrize(
    ("orders", "options", "id"),
    [
        ("customer amount\n ann 5", {}, "missing_columns"),
        ("date amount\n 2025-01-01 5", {}, "missing_columns"),
        ("customer date amount\n - 2025-01-01 5", {}, "no_customers"),
        ("customer date amount\n ann 2025-01-01 -5", {}, "no_purchases"),
        ("customer date amount\n ann 2025-01-01 5", {"window": 30}, "window_open"),
        ("customer date amount\n ann 2025-01-01 5", {"kind": "subscription"}, "window_open"),
        ("customer date amount\n - 2025-01-01 5", {"window": 30}, "no_customers"),
        ("customer date amount\n ann - 5", {}, "no_customers"),
        ("customer order\n ann 1", {"window": 30}, "needs_dates"),
        ("customer order\n ann 1", {"kind": "subscription"}, "needs_dates"),
        ("customer order\n ann 1", {"window": 31}, "unknown_option"),
        ("customer order\n ann 1", {"kind": "other"}, "unknown_option"),
        ("customer order\n ann 1", {"term": 31}, "unknown_option"),
        ("customer order\n ann 1", {"by": "segment"}, "no_groups"),
    ],
)
def test_what_cannot_be_answered_is_said(orders, options, id):
    with pytest.raises(LoyaltyError) as caught:
        repurchase(dataset(orders), **options)
    assert caught.value.id == id
    assert str(caught.value)
    assert caught.value.in_language("zh")


def test_one_customer_is_an_honest_answer():
    result = repurchase(dataset("customer date amount\n ann 2025-01-01 5"))
    assert (result.overall.value, result.overall.n, result.change) == (0, 1, None)
    assert result.overall.high > 0.75


def test_a_customer_of_many_years():
    days = [dt.date(2000, 1, 1) + dt.timedelta(days=400 * year) for year in range(20)]
    lines = "customer date amount\n" + "\n".join(f"ann {day} 5" for day in days)
    assert repurchase(dataset(lines)).overall.value == 1
    assert repurchase(dataset(lines), window=365).overall.value == 0
