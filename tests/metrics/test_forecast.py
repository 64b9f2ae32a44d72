"""The forecast: on CDNOW as BTYD has printed it, by hand, and the long way in plain Python."""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from loyalty import clv, forecast, loyal_new
from loyalty.core import month_name
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.queries import rows as customers_of
from loyalty.story import part
from loyalty.views.fits import fitted
from loyalty.views.histories import MONTH, held_back
from loyalty.views.purchase_days import by_day, by_month
from loyalty.views.tracking import Trial, beginners, past, tracked
from loyalty.words import Translator
from tests import cdnow, retail
from tests.tables import bought, dataset, draw_orders, end_of_month

CUT = cdnow.CUT.toordinal()


@pytest.fixture(scope="module")
def sample():
    """CDNOW, to the day after the last whole week: BTYD counts weeks from the end of the first day on."""
    log = cdnow.log()
    days = [date.fromordinal(day) for day in log.day.tolist()]
    lines = pl.DataFrame({"customer": log.customer.astype(str), "date": days})
    nobody = pl.DataFrame({"customer": [None], "date": [cdnow.END + timedelta(days=1)]}, schema=lines.schema)
    return Dataset.from_frames(orders=pl.concat([lines, nobody]))


@pytest.fixture(scope="module")
def shop():
    """The drawn orders, and what was bought in them line by line: customer -> [(day, amount)]."""
    orders = draw_orders(6, lines=1200, days=600)
    return dataset(orders=orders), bought(orders)


def earlier(data, model, cut=CUT, revenue=False):
    return Trial(fitted(data, model, cut), held_back(data, cut), revenue)


def rows(result, table):
    found = result.table(table)
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


# BTYD 2.4.3, walkthrough: cumulative repeat purchases in weeks 20 to 25
TRACKED = {
    "bg_nbd": [1312.458, 1387.346, 1460.392, 1531.713, 1601.418, 1669.6],
    "pareto_nbd": [1308.856, 1385.275, 1459.923, 1532.906, 1604.32, 1674.253],
}


@pytest.mark.parametrize("model", TRACKED)
def test_tracking_is_that_of_btyd(sample, model):
    steps = list(tracked(sample, fitted(sample, model), earlier(sample, model)))
    weeks = {(step.until - cdnow.START.toordinal()) / 7: step for step in steps}
    found = [weeks[week].cumulative_expected for week in range(20, 26)]
    np.testing.assert_allclose(found, TRACKED[model], rtol=5e-5)


def test_tracked_weeks_hold_what_was_bought(sample):
    """Repeat purchases of all 2,357 customers: on a new day, and counted by week from the last day back."""
    log = cdnow.log()
    first = {}
    for customer, day in sorted(zip(log.customer.tolist(), log.day.tolist(), strict=True)):
        first.setdefault(customer, day)
    again = {
        (customer, day)
        for customer, day in zip(log.customer.tolist(), log.day.tolist(), strict=True)
        if day > first[customer]
    }
    steps = list(tracked(sample, fitted(sample, "bg_nbd"), earlier(sample, "bg_nbd")))
    for before, step in zip([None, *steps], steps, strict=False):
        start = before.until if before else 0
        assert step.actual == sum(start < day <= step.until for _, day in again)
        assert step.part == ("held_back" if step.until > CUT else "fitted")
    assert steps[-1].until - steps[-2].until == 7
    assert steps[-1].cumulative_actual == len(again)
    assert sum(step.expected for step in steps) == pytest.approx(steps[-1].cumulative_expected)


# BTYD 2.4.3, walkthrough: repeat purchases by how often customers had bought again in the first 39 weeks
ACTUAL = [0.237, 0.697, 1.393, 1.560, 2.532, 2.947, 3.862, 6.359]
CENSUS = [1411, 439, 214, 100, 62, 38, 29, 64]
EXPECTED = [0.2250893, 0.5231364, 1.044126, 1.520256, 2.163824, 2.653789, 3.503957, 6.157036]


def test_expectations_by_frequency_are_those_of_btyd(sample):
    found = list(earlier(sample, "bg_nbd").classes())
    assert [each[0] for each in found] == ["0", "1", "2", "3", "4", "5", "6", "7+"]
    assert [each[1] for each in found] == CENSUS
    np.testing.assert_allclose([each[2] for each in found], ACTUAL, atol=5e-4)
    np.testing.assert_allclose([each[3] for each in found], EXPECTED, rtol=0.008)  # 274 days of 273


def test_totals_of_39_weeks_and_the_naive_rule_are_as_measured_before(sample):
    """Worked out apart from this package: 1,653.4 in 273 days; here one day more is held back."""
    found = earlier(sample, "bg_nbd")
    assert found.total.value == pytest.approx(1653.4 * 274 / 273, rel=0.001)
    assert float(found.naive.sum()) / 1882 - 1 == pytest.approx(0.56, abs=0.012)
    assert found.error(found.naive) == pytest.approx(1.024, rel=0.006)
    assert found.actual.sum() == 1882


@pytest.mark.slow
@retail.needed
def test_online_retail_shows_no_drop_out_and_a_season_that_no_model_knows():
    lines = retail.lines()
    result = forecast(Dataset.from_frames(orders=lines))
    notes = [note.id for note in result.notes]
    assert notes == ["forecast.note.limits", "forecast.note.missed", "models.no_dropout"]
    # customer-days with an order above nothing after the cut, of customers who had one before it
    worth = pl.col("Quantity") * pl.col("UnitPrice")
    orders = lines.group_by("InvoiceNo").agg(
        pl.col("CustomerID", "InvoiceDate").first(), worth.sum().alias("worth")
    )
    known = orders.filter(pl.col("worth") > 0).drop_nulls("CustomerID")
    days = known.select("CustomerID", day=pl.col("InvoiceDate").dt.date()).unique()
    first, last = lines["InvoiceDate"].min().date(), lines["InvoiceDate"].max().date()
    cut = date.fromordinal(first.toordinal() + (last - first).days * 3 // 4)
    before = days.filter(pl.col("day") <= cut)["CustomerID"].unique()
    after = days.filter(pl.col("day") > cut, pl.col("CustomerID").is_in(before.implode()))
    model, rule = rows(result, "holdout")
    assert model["actual"] == after.height
    assert rule["expected"] < model["expected"] < model["expected_high"] < model["actual"]


# By hand


LINES = """
customer date       order amount
ann      2025-01-01 1     10
ann      2025-01-01 2     5
ann      2025-01-31 3     20
bob      2025-01-31 4     7
bob      2025-02-02 5     9
bob      2025-02-03 6     -4
bob      2025-01-31 7     -2
cat      2025-02-03 8     -5
-        2025-02-03 9     99
"""


def test_days_by_hand():
    """Two purchases on a day are one; returns lower the day; cat has only returned something."""
    days = by_day(dataset(LINES))
    assert (days.first, len(days.purchases)) == (date(2025, 1, 1).toordinal(), 34)
    filled = {
        name: {day: x for day, x in enumerate(getattr(days, name).tolist()) if x}
        for name in ("purchases", "repeats", "amount", "repeat_amount")
    }
    assert filled == {
        "purchases": {0: 1, 30: 2, 32: 1},
        "repeats": {30: 1, 32: 1},
        "amount": {0: 15, 30: 25, 32: 9, 33: -4},
        "repeat_amount": {30: 20, 32: 9, 33: -4},
    }
    began = by_day(dataset(LINES), date(2025, 1, 30).toordinal())
    assert (began.purchases.sum(), began.amount.sum()) == (2, 35)


def test_months_by_hand():
    january, february = by_month(dataset(LINES), revenue=False).values()
    assert (january.customers, january.total, january.squares) == (2, 3, 4 + 1)
    assert (february.customers, february.total, february.squares) == (1, 1, 1)
    january, february = by_month(dataset(LINES), revenue=True).values()
    assert (january.customers, january.total, january.squares) == (2, 40, 35**2 + 5**2)
    assert (february.customers, february.total, february.squares) == (1, 5, 25)


def test_the_months_before_by_hand():
    """One month of 30.4 days lies within these 34 days, and begins after January 4."""
    assert list(past(dataset(LINES), 12, revenue=False)) == [(date(2025, 2, 3).toordinal(), 1, 2)]
    assert list(past(dataset(LINES), 12, revenue=True)) == [(date(2025, 2, 3).toordinal(), 5, 25)]


def test_those_who_began_lately_by_hand():
    lines = "customer date\n" + "\n".join(f"c{month} 2024-{month:02}-10" for month in range(1, 13))
    # three months of 30.4 days before December 10: from September 10 on, which is not counted any more
    assert beginners(dataset(lines)) == pytest.approx(3 / 3)
    assert beginners(dataset("customer date\n a 2025-01-01\n b 2025-01-10")) == pytest.approx(
        2 / (10 / MONTH)
    )


# The long way


def test_days_and_months_the_long_way(shop):
    data, people = shop
    days = by_day(data)
    counted = Counter(day.toordinal() for each in people.values() for day in {day for day, _ in each})
    again = Counter(
        day.toordinal() for each in people.values() for day in {day for day, _ in each} if day > each[0][0]
    )
    for place, (all_, repeats) in enumerate(zip(days.purchases, days.repeats, strict=True)):
        assert (all_, repeats) == (counted[days.first + place], again[days.first + place])
    months = defaultdict(Counter)
    for name, each in people.items():
        for day in {day for day, _ in each}:
            months[12 * day.year + day.month - 1][name] += 1
    found = by_month(data, revenue=False)
    assert found.keys() == months.keys()
    for month, each in months.items():
        squares = sum(count**2 for count in each.values())
        assert found[month] == (len(each), sum(each.values()), squares)


def test_the_trend_is_what_was_bought_in_whole_months(shop):
    data, _ = shop
    found = forecast(data)
    months = by_month(data, revenue=False)
    last = data.period("orders")[1]
    assert last < end_of_month(last)
    assert {point.group for point in found.trend} == {month_name(month) for month in months} - {
        f"{last:%Y-%m}"
    }
    for point in found.trend:
        year, month = map(int, point.group.split("-"))
        each = months[12 * year + month - 1]
        half = 1.959964 * math.sqrt(each.squares) / each.total
        assert (point.value, point.n) == (each.total, each.customers)
        assert (point.low, point.high) == (
            pytest.approx(each.total * math.exp(-half)),
            pytest.approx(each.total * math.exp(half)),
        )


@pytest.mark.parametrize("model", ["bg_nbd", "mbg_nbd", "pareto_nbd"])
def test_the_total_is_the_sum_over_customers(shop, model):
    data, people = shop
    found = fitted(data, model)
    single = found.purchases(3 * MONTH)
    result = forecast(data, model=model)
    assert result.overall.value == pytest.approx(single.sum())
    assert result.overall.n == len(people) == len(single)
    revenue = forecast(data, model=model, measure="revenue").overall
    assert revenue.value == pytest.approx((single * found.spend).sum())


def test_the_months_add_up_to_the_total(shop):
    data, _ = shop
    result = forecast(data, horizon=6)
    months = rows(result, "months")
    end = data.period("orders")[1]
    assert [month["until"] for month in months] == [
        (end + timedelta(days=round(place * 365.25 / 12))).isoformat() for place in range(1, 7)
    ]
    assert np.cumsum([month["expected"] for month in months]) == pytest.approx(
        [month["cumulative"] for month in months]
    )
    last = months[-1]
    assert (last["cumulative"], last["cumulative_low"], last["cumulative_high"]) == pytest.approx(
        (result.overall.value, result.overall.low, result.overall.high)
    )


def test_segments_add_up_and_are_those_of_the_first_purchase(shop):
    data, _ = shop
    result = forecast(data, by="segment")
    assert sum(group.value for group in result.groups) == pytest.approx(result.overall.value)
    found = fitted(data)
    segments = {row["customer"]: row["group"] or "" for row in customers_of(data.customers("segment"))}
    names = np.array([segments[name] for name in found.histories.customer])
    single = found.purchases(3 * MONTH)
    for group in result.groups:
        assert group.n == (names == group.group).sum()
        assert group.value == pytest.approx(single[names == group.group].sum())


def test_the_holdout_the_long_way(shop):
    data, people = shop
    result = forecast(data, model="bg_nbd")
    first, last = (day.toordinal() for day in data.period("orders"))
    cut = first + (last - first) * 3 // 4
    assert result.numbers["held_back"] == last - cut
    purchases, naive, errors = 0, 0.0, 0.0
    for each in people.values():
        days = sorted({day.toordinal() for day, _ in each})
        known = [day for day in days if day <= cut]
        if known:
            rate = (len(known) - 1) / max(1, cut - known[0]) * (last - cut)
            purchases, naive = purchases + len(days) - len(known), naive + rate
            errors += abs(len(days) - len(known) - rate)
    model, rule = rows(result, "holdout")
    assert model["actual"] == rule["actual"] == purchases
    assert rule["expected"] == pytest.approx(naive)
    assert rule["bias"] == pytest.approx(naive / purchases - 1)
    customers = sum(line["customers"] for line in rows(result, "conditional"))
    assert rule["mae"] == pytest.approx(errors / customers)
    assert model["expected"] == pytest.approx(fitted(data, "bg_nbd", cut).purchases(last - cut).sum())
    assert model["expected_low"] < model["expected"] < model["expected_high"]


def test_money_is_held_back_net_of_returns(shop):
    data, _ = shop
    result = forecast(data, measure="revenue", model="bg_nbd")
    first, last = (day.toordinal() for day in data.period("orders"))
    cut = first + (last - first) * 3 // 4
    days = by_day(data, cut)
    model, rule = rows(result, "holdout")
    assert model["actual"] == pytest.approx(days.between("amount", cut, last))
    classes = rows(result, "conditional")
    assert sum(line["customers"] * line["actual_each"] for line in classes) == pytest.approx(model["actual"])
    assert sum(line["customers"] * line["naive_each"] for line in classes) == pytest.approx(rule["expected"])


# What is said


def daily(customers, days, gap):
    """Everybody on the first day, and again each few days: nobody ever leaves."""
    lines = [
        (str(who), date(2025, 1, 1) + timedelta(days=who % 5 + day))
        for who in range(customers)
        for day in range(0, days, gap + who % 3)
    ]
    return Dataset.from_frames(orders=pl.DataFrame(lines, schema=["customer", "date"], orient="row"))


def test_where_nobody_leaves_and_nobody_comes_it_is_said():
    """All forty began in the first five days of two hundred."""
    notes = [note.id for note in forecast(daily(40, 200, 9)).notes]
    assert notes == ["forecast.note.limits_nobody", "models.no_dropout"]


def test_what_a_purchase_brings_has_its_own_notes():
    """Fifteen who pay 10 every tenth day; all that the last one bought again came back; one came once."""
    rows = [(f"c{who:02}", 10 * k + who % 4, 10.0) for who in range(15) for k in range(12)]
    rows += [("c14", 113, -110.0), ("once", 50, 10.0)]
    frame = pl.DataFrame(rows, schema=["customer", "days", "amount"], orient="row")
    days = pl.Series([date(2025, 1, 1) + timedelta(days=days) for days in frame["days"]])
    data = Dataset.from_frames(orders=frame.select("customer", "amount", date=days))
    told = {
        measure: [note.id for note in forecast(data, measure=measure).notes]
        for measure in ("purchases", "revenue")
    }
    assert "models.note.money" in told["revenue"]  # all spend alike
    assert "models.note.no_money" in told["revenue"]
    assert not {"models.note.money", "models.note.no_money"} & set(told["purchases"])
    expected = loyal_new(data, measure="expected")
    assert "models.note.no_money" in [note.id for note in expected.notes]


@pytest.mark.parametrize("returned", [20, 30, 110, 200])
def test_a_month_in_which_returns_take_nearly_all(returned):
    """In February 12 customers pay 10 each, of whom one brings back more than that, for so much.

    The root of the sum of squares is that of 11 · 10² and one square more; on the logarithm it is of use only
    where the interval reaches over less than four fifths of the total.
    """
    rows = [(f"c{who:02}", day, 10.0) for who in range(12) for day in (0, 40, 70)]
    rows += [("c00", 41, -float(returned)), (None, 89, 1.0)]
    frame = pl.DataFrame(rows, schema=["customer", "days", "amount"], orient="row")
    days = pl.Series([date(2025, 1, 1) + timedelta(days=days) for days in frame["days"]])
    data = Dataset.from_frames(orders=frame.select("customer", "amount", date=days))
    [month] = [each for each in forecast(data, measure="revenue").trend if each.group == "2025-02"]
    total, half = 120 - returned, 1.959964 * math.sqrt(11 * 100 + (10 - returned) ** 2)
    ends = (total / math.exp(half / total), total * math.exp(half / total))
    wanted = ends if returned == 20 else (total - half, total + half)
    assert (month.value, month.n) == (pytest.approx(total), 12)
    assert (month.low, month.high) == pytest.approx(wanted)


def test_a_month_of_few_purchases_has_no_fewer_than_none():
    """Two customers come in February; the root of the sum of squares is √2."""
    rows = [(f"c{who:02}", day, 10.0) for who in range(12) for day in (0, 70)] + [
        ("c00", 40, 1.0),
        ("c01", 41, 1.0),
    ]
    frame = pl.DataFrame([*rows, (None, 89, 1.0)], schema=["customer", "days", "amount"], orient="row")
    days = pl.Series([date(2025, 1, 1) + timedelta(days=days) for days in frame["days"]])
    data = Dataset.from_frames(orders=frame.select("customer", "amount", date=days))
    for measure in ("purchases", "revenue"):
        [month] = [each for each in forecast(data, measure=measure).trend if each.group == "2025-02"]
        assert (month.value, month.low) == (2, 0)
        assert month.high == pytest.approx(2 + 1.959964 * math.sqrt(2))


def test_a_month_of_which_nothing_is_left():
    """All that was bought in February came back in it."""
    rows = [(f"c{who:02}", day, 10.0) for who in range(12) for day in (0, 40, 70)]
    rows += [*((f"c{who:02}", 45, -10.0) for who in range(12)), (None, 89, 1.0)]
    frame = pl.DataFrame(rows, schema=["customer", "days", "amount"], orient="row")
    days = pl.Series([date(2025, 1, 1) + timedelta(days=days) for days in frame["days"]])
    data = Dataset.from_frames(orders=frame.select("customer", "amount", date=days))
    [month] = [each for each in forecast(data, measure="revenue").trend if each.group == "2025-02"]
    assert (month.value, month.low, month.high, month.n) == (0, 0, 0, 12)


def restless(faster):
    """Sixty customers of one year who buy so many times as often in its last quarter as before."""
    chance, lines = random.Random(4), []
    for who in range(60):
        day, rate = chance.uniform(0, 90), chance.gammavariate(2, 1 / 60)
        while day < 365:
            lines.append((str(who), date(2025, 1, 1) + timedelta(days=int(day))))
            day += chance.expovariate(rate * (faster if day > 272 else 1))
    return Dataset.from_frames(orders=pl.DataFrame(lines, schema=["customer", "date"], orient="row"))


@pytest.mark.parametrize(("faster", "missed"), [(1, False), (3, True)])
def test_a_forecast_that_failed_its_test_says_so_beside_the_answer(faster, missed):
    result = forecast(restless(faster))
    model, _ = rows(result, "holdout")
    assert (model["actual"] > model["expected_high"]) == missed
    assert ("forecast.note.missed" in [note.id for note in result.notes]) == missed


def test_too_short_data_are_forecast_without_a_test():
    result = forecast(daily(40, 60, 9))
    assert {table.name for table in result.tables} == {"months", "past", "tracking"}
    assert {row[1] for row in result.table("tracking").rows} == {"fitted"}
    assert "held_back" not in result.numbers


@pytest.mark.parametrize(("horizon", "told"), [(1, False), (3, True)])
def test_what_lies_farther_ahead_than_behind_is_said(horizon, told):
    """Sixty days of orders: 30 days ahead are seen to happen, 91 are not."""
    notes = [note for note in forecast(daily(40, 60, 9), horizon=horizon).notes if note.id == "models.beyond"]
    assert [note.holes for note in notes] == ([{"days": 60, "ahead": 91}] if told else [])


@pytest.mark.parametrize("measure", ["purchases", "revenue"])
def test_where_nothing_came_in_the_test_nothing_is_held_against_it(measure):
    """A date of long after all others: from the three quarters before it nobody was seen again."""
    lines = [(f"c{k % 15}", date(2023, 1, 1) + timedelta(days=3 * k), 10.0) for k in range(60)]
    lines.append(("typo", date(2090, 1, 1), 9.0))
    orders = pl.DataFrame(lines, schema=["customer", "date", "amount"], orient="row")
    data = Dataset.from_frames(orders=orders)
    result = forecast(data, measure=measure)
    assert result.table("holdout").rows == ()
    [told] = [note for note in result.notes if note.id == "models.quiet"]
    assert (told.holes["seen"], told.holes["customers"], told.holes["last"]) == (1, 16, "2090-01-01")
    value = clv(data)
    assert part(value, "models", Translator("en")).holes["check"].id == "clv.check.nothing"
    assert "models.quiet" in [note.id for note in value.notes]


def test_too_few_who_come_again_are_refused():
    with pytest.raises(LoyaltyError) as caught:
        forecast(dataset(LINES))
    assert caught.value.id == "too_few_repeats"


def test_revenue_needs_amounts():
    with pytest.raises(LoyaltyError) as caught:
        forecast(daily(40, 60, 9), measure="revenue")
    assert caught.value.id == "missing_columns"


def test_twenty_years_are_tracked_in_steps_of_several_weeks():
    lines = [
        (str(who), date(2005, 1, 1) + timedelta(days=who * 30 + day * 97))
        for who in range(60)
        for day in range(60)
    ]
    data = Dataset.from_frames(orders=pl.DataFrame(lines, schema=["customer", "date"], orient="row"))
    until = [date.fromisoformat(row[0]) for row in forecast(data).table("tracking").rows]
    assert 200 < len(until) <= 260
    assert {(later - sooner).days % 7 for sooner, later in pairwise(until)} == {0}
