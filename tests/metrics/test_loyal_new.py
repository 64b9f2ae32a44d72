"""Loyal against new: by hand, the long way in plain Python, and against the bootstrap and SciPy."""

from __future__ import annotations

import math
import random
from collections import Counter
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from scipy import stats as scipy_stats

from loyalty import loyal_new
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.story import answer
from loyalty.views.fits import fitted
from loyalty.words import Translator
from tests.tables import bought, dataset, draw_orders, end_of_month, frame

# ann 90 and bob 60 in three purchases, cat 20 in two, dan 10 and eve 20 in one; the last day is June 30.
ORDERS = """
customer date       order amount segment
ann      2024-01-10 1     30     north
ann      2024-06-20 2     20     south
ann      2025-06-20 3     40     south
bob      2025-02-01 4     20     north
bob      2025-02-02 5     20     north
bob      2025-02-03 6     20     north
cat      2025-01-20 7     5      south
cat      2025-02-10 8     15     south
dan      2023-01-30 9     10     north
eve      2025-05-28 10    20     south
-        2025-06-30 11    900    north
ann      2025-06-30 12    -40    north
"""


def row(result, table, first):
    found = result.table(table)
    [line] = [dict(zip(found.columns, each, strict=True)) for each in found.rows if each[0] == first]
    return line


def test_the_ratio_by_hand():
    result = loyal_new(dataset(ORDERS))
    assert result.overall.value == pytest.approx(75 / 15)
    assert result.overall.n == 5
    assert {name: result.numbers[name] for name in ("loyal_mean", "new_mean")} == {
        "loyal_mean": pytest.approx(75),
        "new_mean": pytest.approx(15),
    }
    assert [result.numbers[f"{side}_customers"] for side in ("loyal", "between", "new")] == [2, 1, 2]


@pytest.mark.parametrize(
    ("options", "ratio"),
    [
        ({"loyal": 2}, (170 / 3) / 15),  # cat is loyal, too
        ({"new": "recent"}, 75 / 20),  # eve; 90 days before June 30 is April 1
        ({"loyal": 2, "new": "recent"}, (170 / 3) / 20),
        ({"measure": "year"}, ((40 + 60) / 2) / ((0 + 20) / 2)),  # from July 1, 2024: dan's was before
        ({"measure": "year", "new": "recent"}, 50 / 20),
    ],
)
def test_other_definitions_by_hand(options, ratio):
    assert loyal_new(dataset(ORDERS), **options).overall.value == pytest.approx(ratio)


@pytest.mark.parametrize(("day", "side"), [("2025-04-01", "between"), ("2025-04-02", "new")])
def test_ninety_days_are_counted_back_from_the_last_day(day, side):
    lines = ORDERS.replace("cat      2025-01-20", f"cat {day}").replace(
        "cat      2025-02-10", "cat 2025-06-10"
    )
    numbers = loyal_new(dataset(lines), new="recent").numbers
    # eve is new, dan is in between, and cat on this side
    assert numbers[f"{side}_customers"] == 2
    assert numbers["between_customers"] + numbers["new_customers"] == 3


@pytest.mark.parametrize(("day", "spent"), [("2024-06-30", 0), ("2024-07-01", 10)])
def test_a_year_is_counted_back_from_the_last_day(day, spent):
    result = loyal_new(dataset(ORDERS.replace("dan      2023-01-30", f"dan {day}")), measure="year")
    assert result.numbers["new_mean"] == pytest.approx((20 + spent) / 2)


def test_what_each_side_is_of_all():
    result = loyal_new(dataset(ORDERS))
    assert row(result, "sides", "loyal")["mean"] == pytest.approx(75)
    assert row(result, "shares", "loyal") == {
        "side": "loyal",
        "customers_share": pytest.approx(2 / 5),
        "revenue_share": pytest.approx(150 / 200),
    }
    assert row(result, "shares", "new")["revenue_share"] == pytest.approx(30 / 200)
    assert sum(line[1] for line in result.table("shares").rows) == pytest.approx(1)


def test_segments_of_the_first_purchase_and_those_that_cannot_be_compared():
    # north: ann and bob 75 against dan 10; the south has nobody who is loyal
    result = loyal_new(dataset(ORDERS), by="segment")
    assert [(group.group, group.n, group.value) for group in result.groups] == [("*", 5, pytest.approx(5))]
    more = ORDERS + "fay 2025-03-01 13 30 south\nfay 2025-03-02 14 30 south\nfay 2025-03-03 15 30 south\n"
    found = {group.group: group for group in loyal_new(dataset(more), by="segment").groups}
    assert (found["north"].value, found["north"].n) == (pytest.approx(75 / 10), 3)
    assert (found["south"].value, found["south"].n) == (pytest.approx(90 / 20), 3)


def test_looking_back_by_hand():
    trend = {point.group: point for point in loyal_new(dataset(ORDERS)).trend}
    # At the end of January 2025 ann had two purchases, so nobody was loyal; at the end of February bob was.
    assert min(trend) == "2025-02"
    assert trend["2025-02"].value == pytest.approx(60 / 10)
    assert trend["2025-05"].value == pytest.approx(60 / 15)
    assert (trend["2025-06"].value, trend["2025-06"].n) == (pytest.approx(5), 5)
    assert (trend["2025-05"].n, trend["2025-02"].n) == (5, 4)


def test_a_month_that_has_not_ended_is_not_looked_back_from():
    assert loyal_new(dataset(ORDERS.replace("2025-06-30", "2025-06-29"))).trend[-1].group == "2025-05"


def test_without_dates():
    lines = "customer order amount\n ann 1 30\n ann 2 10\n bob 3 10\n cat 4 20"
    result = loyal_new(dataset(lines), loyal=2)
    assert result.overall.value == pytest.approx(40 / 15)
    assert result.trend == ()
    assert [line[0] for line in result.table("ways").rows] == ["spent"]
    for options in ({"measure": "year"}, {"measure": "expected"}, {"new": "recent"}):
        with pytest.raises(LoyaltyError) as caught:
            loyal_new(dataset(lines), loyal=2, **options)
        assert caught.value.id == "needs_dates"


@pytest.mark.parametrize(
    ("options", "id"),
    [({"loyal": 10}, "nobody_loyal"), ({"measure": "expected"}, "too_few_repeats")],
)
def test_what_cannot_be_answered_is_said(options, id):
    with pytest.raises(LoyaltyError) as caught:
        loyal_new(dataset(ORDERS), **options)
    assert caught.value.id == id


def test_nobody_new_and_nothing_spent_are_said():
    with pytest.raises(LoyaltyError) as caught:
        loyal_new(dataset("customer order amount\n ann 1 5\n ann 2 5\n ann 3 5"))
    assert caught.value.id == "nobody_new"
    with pytest.raises(LoyaltyError) as caught:
        loyal_new(dataset(ORDERS.replace("eve      2025-05-28", "eve 2023-05-28")), measure="year")
    assert caught.value.id == "nothing_spent"


def test_what_is_next_to_nothing_is_not_divided_by():
    """Fifty who came weekly for a year and stopped, eight who came once at its beginning; one ends it."""
    rows = [(f"c{who:02}", 7 * week) for who in range(50) for week in range(52 - who % 2)]
    rows += [(f"n{who}", who) for who in range(8)] + [("end", 1500)]
    lines = pl.DataFrame(
        [(who, date(2020, 1, 1) + timedelta(days=day), 10.0) for who, day in rows],
        schema=["customer", "date", "amount"],
        orient="row",
    )
    result = loyal_new(Dataset.from_frames(orders=lines), measure="expected")
    assert (result.overall.low, result.overall.high) == (0.0, math.inf)
    assert answer(result, Translator("en")).id == "loyal_new.answer.open"


def test_too_few_repeats_leave_out_one_way_and_say_so():
    result = loyal_new(dataset(ORDERS))
    assert [line[0] for line in result.table("ways").rows] == ["spent", "year"]
    assert [note.id for note in result.notes] == ["loyal_new.note.no_model"]
    assert "A model needs 10 to learn from" in str(result.notes[0])


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("loyal", [2, 3, 5])
def test_the_long_way(seed, loyal):
    orders = draw_orders(seed, lines=800)
    people = bought(orders)
    sums = {"loyal": [], "new": []}
    for purchases in people.values():
        side = "loyal" if len(purchases) >= loyal else "new" if len(purchases) == 1 else None
        if side:
            sums[side].append(sum(amount for _, amount in purchases))
    result = loyal_new(dataset(orders=orders), loyal=loyal)
    assert result.overall.value == pytest.approx(np.mean(sums["loyal"]) / np.mean(sums["new"]))
    assert result.overall.n == len(people)
    if loyal == 2:
        check_with_scipy(result.overall, sums)


def check_with_scipy(found, sums):
    """The half length of the interval on the logarithm, with Welch's degrees of freedom from SciPy."""
    scaled = [np.array(sums[side]) / np.mean(sums[side]) for side in ("loyal", "new")]
    welch = scipy_stats.ttest_ind(*scaled, equal_var=False)
    error = math.sqrt(sum(np.var(each, ddof=1) / len(each) for each in scaled))
    half = scipy_stats.t.ppf(0.975, welch.df) * error
    assert math.log(found.high / found.value) == pytest.approx(half)
    assert math.log(found.value / found.low) == pytest.approx(half)


@pytest.mark.parametrize("measure", ["spent", "year"])
def test_looking_back_the_long_way(measure):
    orders = draw_orders(5, lines=900, days=500)
    people = bought(orders)
    for point in loyal_new(dataset(orders=orders), measure=measure).trend:
        year, month = map(int, point.group.split("-"))
        until = end_of_month(date(year, month, 1))
        since = date(year - 1, month, 1) + timedelta(days=31) if measure == "year" else date.min
        since = since.replace(day=1)
        known = [[each for each in purchases if each[0] <= until] for purchases in people.values()]
        spent = {1: [], 3: []}
        for purchases in known:
            kind = 3 if len(purchases) >= 3 else len(purchases)
            if kind in spent:
                spent[kind].append(sum(amount for day, amount in purchases if day >= since))
        assert point.value == pytest.approx(np.mean(spent[3]) / np.mean(spent[1]))
        assert point.n == sum(map(bool, known))


def drawn_shop(seed, customers=400):
    """Orders of one line each: skewed amounts that differ by customer, on random days of two years."""
    chance, rows = random.Random(seed), []
    for name in range(customers):
        mean, day = chance.lognormvariate(3, 0.6), chance.randrange(700)
        while day < 730:
            when = date(2023, 7, 1) + timedelta(days=day)
            rows.append((f"c{name}", when, f"o{len(rows)}", mean * chance.lognormvariate(0, 0.3)))
            day += 1 + int(chance.expovariate(1 / 120 if name % 3 else 1 / 900))
    names = ("customer", "date", "order", "amount")
    return frame(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))


def test_the_interval_is_that_of_the_bootstrap():
    """Percentiles of 4,000 draws of the customers of each side."""
    orders, sums = drawn_shop(3), {}
    for name, _, _, amount in orders.iter_rows():
        sums.setdefault(name, []).append(amount)
    loyal = np.array([sum(each) for each in sums.values() if len(each) >= 3])
    new = np.array([sum(each) for each in sums.values() if len(each) == 1])
    chance = np.random.default_rng(7)
    ratios = [
        chance.choice(loyal, len(loyal)).mean() / chance.choice(new, len(new)).mean() for _ in range(4000)
    ]
    found = loyal_new(dataset(orders=orders)).overall
    assert found.value == pytest.approx(loyal.mean() / new.mean())
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(ratios, [0.025, 0.975])), rel=0.03)


def test_what_is_expected_is_the_model_s_own_sum():
    """Expected purchases of a year times the expected money of each, customer by customer."""
    orders = drawn_shop(4)
    data, counts = dataset(orders=orders), Counter(orders["customer"])
    found = fitted(data)
    each = found.purchases(365.25) * found.spend
    kinds = np.array([counts[name] for name in found.histories.customer])
    result = loyal_new(data, measure="expected")
    assert result.overall.value == pytest.approx(each[kinds >= 3].mean() / each[kinds == 1].mean())
    assert row(result, "sides", "between")["mean"] == pytest.approx(each[kinds == 2].mean())
    assert row(result, "ways", "expected")["value"] == result.overall.value
