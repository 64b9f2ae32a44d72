"""Retention: by hand, and the long way in pandas."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from loyalty import cohorts
from loyalty.benchmarks import band_for, bands, choices
from loyalty.errors import LoyaltyError
from tests.tables import dataset, draw_orders

# April ends on the last day. ann and bob begin in January, cat and dan in February, eve in April; walk-ins
# and fay, who only brought something back, are nobody.
ORDERS = """
customer date       order amount segment
ann      2025-01-05 1     10     north
ann      2025-01-20 2     5      south
ann      2025-02-03 3     20     south
ann      2025-04-30 4     8      north
bob      2025-01-31 5     10     south
bob      2025-03-01 6     10     south
cat      2025-02-10 7     30     north
cat      2025-03-15 8     -30    north
dan      2025-02-28 9     12     -
dan      2025-03-31 10    6      north
eve      2025-04-02 11    9      south
-        2025-02-01 12    99     north
fay      2025-03-05 13    -4     south
"""

# 2022: ann, bob; 2023: cat; 2024, which ends on the last day: dan
YEARS = """
customer date       amount
ann      2022-12-31 5
ann      2023-01-01 5
ann      2024-05-05 5
bob      2022-03-01 5
bob      2024-12-31 5
cat      2023-07-07 5
cat      2024-02-29 7
cat      2024-08-01 3
dan      2024-10-10 5
"""


def counts(estimates):
    return {each.group: (each.value * each.n, each.n) for each in estimates}


def columns(table, *names):
    places = [table.columns.index(name) for name in names]
    return [tuple(row[place] for place in places) for row in table.rows]


@pytest.mark.parametrize(
    ("age", "active", "customers"),
    [
        (1, 2, 4),  # ann in February, dan in March; eve's May has not ended
        (2, 1, 4),  # bob in March; of February nobody in April
        (3, 1, 2),  # ann in April
    ],
)
def test_months_by_hand(age, active, customers):
    result = cohorts(dataset(ORDERS), age=age)
    assert (result.numbers["active"], result.numbers["customers"]) == (active, customers)
    assert (result.overall.value, result.overall.n) == (active / customers, customers)
    low, high = proportion_confint(active, customers, method="wilson")
    assert (result.overall.low, result.overall.high) == (pytest.approx(low), pytest.approx(high))


def test_trend_by_hand():
    result = cohorts(dataset(ORDERS))
    assert counts(result.trend) == {"2025-01": (1, 2), "2025-02": (1, 2)}
    assert counts(cohorts(dataset(ORDERS), age=2).trend) == {"2025-01": (1, 2), "2025-02": (0, 2)}
    assert result.change.difference == 0
    assert result.numbers["cohorts"] == 2


def test_segments_by_hand():
    # first purchases: ann and cat in the north, bob in the south, dan nowhere; eve is too young
    result = cohorts(dataset(ORDERS), by="segment")
    assert counts(result.groups) == {"north": (1, 2), "": (1, 1), "south": (0, 1)}
    assert 0 < result.groups_differ <= 1
    assert counts(cohorts(dataset(ORDERS), by="segment", age=3).groups) == {"north": (1, 1), "south": (0, 1)}


@pytest.mark.parametrize(
    ("period", "age", "expected"),
    [
        ("year", 1, {"2022": (1, 2), "2023": (1, 1)}),  # ann; cat, whose two purchases of 2024 count once
        ("year", 2, {"2022": (2, 2)}),
        ("quarter", 1, {"2022-Q1": (0, 1), "2022-Q4": (1, 1), "2023-Q3": (0, 1)}),  # ann on New Year's Day
        ("quarter", 2, {"2022-Q1": (0, 1), "2022-Q4": (0, 1), "2023-Q3": (1, 1)}),  # cat on February 29
        ("quarter", 6, {"2022-Q1": (0, 1), "2022-Q4": (1, 1)}),  # ann in May; cat's is not there yet
        ("month", 12, {"2022-03": (0, 1), "2022-12": (0, 1), "2023-07": (0, 1)}),
    ],
)
def test_longer_periods_by_hand(period, age, expected):
    result = cohorts(dataset(YEARS), period=period, age=age)
    assert counts(result.trend) == expected
    assert result.overall.n == sum(n for _, n in expected.values())


def test_the_cohorts_by_hand():
    table = cohorts(dataset(ORDERS)).table("cohorts")
    assert columns(table, "cohort", "age", "customers", "active", "revenue", "ended") == [
        ("2025-01", 0, 2, 2, 25, True),
        ("2025-01", 1, 2, 1, 20, True),
        ("2025-01", 2, 2, 1, 10, True),
        ("2025-01", 3, 2, 1, 8, True),
        ("2025-02", 0, 2, 2, 42, True),
        ("2025-02", 1, 2, 1, 6, True),
        ("2025-02", 2, 2, 0, 0, True),
        ("2025-04", 0, 1, 1, 9, True),
    ]
    for _, active, customers, share, low, high in columns(
        table, "cohort", "active", "customers", "share", "low", "high"
    ):
        assert share == active / customers
        assert (low, high) == pytest.approx(proportion_confint(active, customers, method="wilson"))


def test_the_curve_by_hand():
    table = cohorts(dataset(ORDERS)).table("curve")
    assert columns(table, "age", "customers", "active") == [(0, 5, 5), (1, 4, 2), (2, 4, 1), (3, 2, 1)]


def test_revenue_by_hand():
    """Who did not come paid nothing; intervals by scipy from the customers' own amounts."""
    table = cohorts(dataset(ORDERS)).table("revenue")
    paid = {0: [15, 10, 30, 12, 9], 1: [20, 0, 0, 6], 2: [0, 10, 0, 0], 3: [8, 0]}
    assert columns(table, "age", "customers", "revenue", "per_customer") == [
        (age, len(each), sum(each), pytest.approx(np.mean(each))) for age, each in paid.items()
    ]
    for age, low, high in columns(table, "age", "per_customer_low", "per_customer_high"):
        each = paid[age]
        expected = stats.t.interval(0.95, len(each) - 1, np.mean(each), stats.sem(each))
        assert (low, high) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("last", "ended"),
    [
        ("2025-04-29", [True, True, True, False]),
        ("2025-04-30", [True, True, True, True]),
        ("2025-05-01", [True, True, True, True, False]),
    ],
)
def test_a_period_has_ended_with_its_last_day(last, ended):
    lines = f"customer date amount\n ann 2025-01-05 5\n - {last} 5"
    result = cohorts(dataset(lines))
    assert [row[0] for row in columns(result.table("cohorts"), "ended")] == ended
    assert len(result.table("curve").rows) == sum(ended)


@pytest.mark.parametrize(
    ("last", "reached"),
    [("2024-02-28", False), ("2024-02-29", True), ("2023-02-28", True), ("9999-12-31", True)],
)
def test_the_last_day_of_a_month(last, reached):
    day = dt.date.fromisoformat(last)
    before = (day.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    lines = f"customer date amount\n ann {before} 5\n - {last} 5"
    if reached:
        assert cohorts(dataset(lines)).overall.n == 1
        return
    with pytest.raises(LoyaltyError) as caught:
        cohorts(dataset(lines))
    assert caught.value.id == "cohort_open"


@pytest.mark.parametrize(("last", "reached"), [("2025-06-29", False), ("2025-06-30", True)])
def test_the_last_day_of_a_quarter(last, reached):
    lines = f"customer date amount\n ann 2025-01-05 5\n - {last} 5"
    ended = [row[0] for row in columns(cohorts(dataset(lines)).table("cohorts"), "ended")]
    assert ended == [True] * 5 + [reached]
    if reached:
        assert cohorts(dataset(lines), period="quarter").overall.n == 1


def test_a_return_is_no_visit_and_moves_the_last_day():
    lines = "customer date order amount\n ann 2025-01-05 1 5\n ann 2025-02-28 2 -5"
    result = cohorts(dataset(lines))
    assert (result.overall.value, result.overall.n) == (0, 1)
    assert result.table("curve").rows[1][:3] == (1, 1, 0)


def test_without_amounts_every_order_counts_and_nothing_is_said_of_money():
    lines = "customer date\n ann 2025-01-05\n bob 2025-01-06\n ann 2025-02-28"
    result = cohorts(dataset(lines))
    assert (result.overall.value, result.overall.n) == (0.5, 2)
    assert [table.name for table in result.tables] == ["cohorts", "curve"]
    assert "revenue" not in result.table("cohorts").columns


def test_the_tables_hold_the_latest_cohorts_and_their_first_ages():
    """One customer begins in each of 30 months and buys in every one after it."""
    months = [dt.date(2022 + month // 12, month % 12 + 1, 1) for month in range(30)]
    lines = [f"c{first} {day} 5" for first, start in enumerate(months) for day in months if day >= start]
    result = cohorts(dataset("customer date amount\n" + "\n".join(lines)))
    table = columns(result.table("cohorts"), "cohort", "age", "ended")
    assert len(table) == sum(range(1, 25))
    assert table[0] == ("2022-07", 0, True)
    assert table[-1] == ("2024-06", 0, False)
    assert [age for cohort, age, _ in table if cohort == "2022-07"] == list(range(24))
    # June 2024 has not ended: of 30 cohorts 29 have an age 0 that has, and 6 have an age of 23
    assert [row[:2] for row in result.table("curve").rows] == [(age, 29 - age) for age in range(24)]
    assert len(result.trend) == 28


def test_an_age_beyond_the_tables_is_no_matter():
    lines = "customer date amount\n ann 2020-01-05 5\n ann 2025-01-31 5"
    result = cohorts(dataset(lines), age=12)
    assert (result.overall.value, result.overall.n) == (0, 1)
    assert [row[:2] for row in columns(result.table("cohorts"), "cohort", "age")] == [
        ("2020-01", age) for age in range(24)
    ]


@pytest.mark.parametrize("period", ["month", "quarter", "year"])
@pytest.mark.parametrize("age", [1, 3])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_long_way(seed, period, age):
    drawn = draw_orders(seed, days=1700)
    result = cohorts(dataset(drawn), by="segment", period=period, age=age)
    customers = by_customer(drawn.to_pandas(), period)
    last = pd.Timestamp(drawn["date"].max()).normalize()
    now = last.to_period(period[0].upper())
    running = now if last < now.end_time.normalize() else now + 1
    old = [c for c in customers if c["start"] + age < running]
    assert result.overall.n == len(old)
    assert result.overall.value == pytest.approx(np.mean([c["start"] + age in c["paid"] for c in old]))
    assert counts(result.groups) == hits(old, age, lambda c: c["segment"])
    assert counts(result.trend) == hits(old, age, lambda c: named(c["start"]))
    found = columns(result.table("cohorts"), "cohort", "age", "customers", "active", "revenue", "ended")
    starts = sorted({c["start"] for c in customers})[-24:]
    expected = [
        (named(start), k, *cell([c for c in customers if c["start"] == start], k), start + k < running)
        for start in starts
        for k in range(min(24, (now - start).n + 1))
    ]
    assert found == expected


def by_customer(lines, period):
    """Period of the first purchase, amount by period, and segment, customer by customer with loops."""
    found = []
    for _, mine in lines.dropna(subset=["customer"]).groupby("customer"):
        purchases = []
        keys = mine["order"].fillna(mine["date"].dt.strftime("day %Y-%m-%d"))
        for _, order in mine.groupby(keys):
            if order["amount"].sum() > 0:
                names = order["segment"].dropna().tolist()
                purchases.append((order["date"].min().normalize(), order["amount"].sum(), names))
        if purchases:
            first = min(day for day, _, _ in purchases)
            names = sorted(name for day, _, names in purchases if day == first for name in names)
            paid = {}
            for day, amount, _ in purchases:
                at = day.to_period(period[0].upper())
                paid[at] = paid.get(at, 0) + amount
            start = first.to_period(period[0].upper())
            found.append({"start": start, "paid": paid, "segment": (names or [""])[0]})
    return found


def cell(customers, age):
    paid = [c["paid"][c["start"] + age] for c in customers if c["start"] + age in c["paid"]]
    return len(customers), len(paid), pytest.approx(sum(paid))


def hits(customers, age, name):
    names = sorted({name(c) for c in customers})
    flags = {each: [c["start"] + age in c["paid"] for c in customers if name(c) == each] for each in names}
    return {each: (pytest.approx(sum(flag)), len(flag)) for each, flag in flags.items()}


def named(period):
    """A pandas period as the house writes it: 2025-03, 2025-Q1, 2025."""
    text = str(period)
    return f"{text[:4]}-{text[4:]}" if "Q" in text else text


@pytest.mark.parametrize(
    ("orders", "options", "id"),
    [
        ("customer amount\n ann 5", {}, "missing_columns"),
        ("customer order\n ann 1", {}, "missing_columns"),
        ("date amount\n 2025-01-01 5", {}, "missing_columns"),
        ("customer date amount\n - 2025-01-01 5", {}, "no_customers"),
        ("customer date amount\n ann 2025-01-01 -5", {}, "no_purchases"),
        ("customer date amount\n ann - 5", {}, "no_customers"),
        ("customer date amount\n ann 2025-01-01 5", {}, "cohort_open"),
        (ORDERS, {"age": 6}, "cohort_open"),
        (ORDERS, {"period": "quarter"}, "cohort_open"),
        (ORDERS, {"period": "week"}, "unknown_option"),
        (ORDERS, {"age": 4}, "unknown_option"),
        (YEARS, {"by": "segment"}, "no_groups"),
    ],
)
def test_what_cannot_be_answered_is_said(orders, options, id):
    with pytest.raises(LoyaltyError) as caught:
        cohorts(dataset(orders), **options)
    assert caught.value.id == id
    assert str(caught.value)
    assert caught.value.in_language("zh")


def test_no_published_figure_measures_this():
    """They count members who stay, or churn a month: of all customers, not of those who began together."""
    result = cohorts(dataset(ORDERS))
    assert bands("cohorts")
    for industry in {band.industry for band in bands("cohorts")}:
        assert band_for(result, industry) is None
        assert choices(result, industry) == ()
