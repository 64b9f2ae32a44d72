"""Frequency, recency, age and money: published summaries, and everything counted in plain Python."""

from __future__ import annotations

import math
import random
import statistics
from fractions import Fraction

import numpy as np
import pytest

from loyalty.models.summary import afterwards, deviations, summarise
from tests import cdnow

MONTH = Fraction(36525, 1200)


@pytest.fixture(scope="module")
def log():
    return cdnow.log()


def test_fader_hardie_and_lee_2005_cdnow_to_the_day(log):
    """Every one of the 2,357 published histories of the BG/NBD paper."""
    table = cdnow.published("cdnow_customers_summary.csv")
    found = summarise(log.customer, log.day, end=cdnow.CUT.toordinal())
    assert found.customer.tolist() == table["ID"].tolist()
    assert found.frequency.tolist() == table["frequency"].tolist()
    assert found.recency.tolist() == table["recency"].tolist()
    assert found.age.tolist() == table["T"].tolist()


def test_fader_and_hardie_note_025_mean_spend_at_cdnow(log):
    """The published means, in which purchases for nothing count: here they are for almost nothing."""
    table = cdnow.published("cdnow_customers_summary_with_transactions.csv")
    paid = np.maximum(log.amount, 1e-9)
    found = summarise(log.customer, log.day, paid, end=cdnow.CUT.toordinal())
    assert np.nan_to_num(found.money) == pytest.approx(table["zbar"], abs=0.00501)
    assert (np.isnan(found.money) == (table["x"] == 0)).all()


def test_fader_hardie_and_lee_2005_purchases_in_the_second_39_weeks(log):
    """The 1,882 purchases that the forecasts for CDNOW are held against."""
    cut = cdnow.CUT.toordinal()
    purchases, _, _ = afterwards(log.customer, log.day, known=np.arange(1, 2358), since=cut)
    assert purchases.sum() == 1882


@pytest.mark.parametrize(
    ("week", "purchases"), [(20, 1359), (21, 1414), (22, 1484), (23, 1517), (24, 1573), (25, 1672)]
)
def test_btyd_repeat_purchases_until_the_end_of_a_week(log, week, purchases):
    found = summarise(log.customer, log.day, end=cdnow.START.toordinal() + 7 * week - 1)
    assert found.frequency.sum() == purchases


def draw(seed, customers=40, rows=400, days=300):
    """Purchases, returns, rows for nothing and without a number; some customers only return something."""
    chance = random.Random(seed)
    found = []
    for _ in range(rows):
        who = int(customers * chance.random() ** 2)
        kinds = [chance.randint(1, 9999) / 100, -chance.randint(1, 9999) / 100, 0.0, math.nan]
        paid = chance.choices(kinds, [12, 3 if who % 5 else 12, 1, 1])[0]
        found.append((who, 738_000 + chance.randrange(days), paid))
    return found


def by_hand(rows, end, period):
    """One customer after the other, period by period."""
    found = {}
    for who in sorted({who for who, _, _ in rows}):
        mine = [(day, paid) for name, day, paid in rows if name == who and day <= end and paid == paid]
        bought = [day for day, paid in mine if paid > 0]
        if not bought:
            continue
        ago = sorted({math.floor((end - day) / period) for day in bought})
        spent = sum(paid for _, paid in mine)
        later = sum(paid for day, paid in mine if math.floor((end - day) / period) < ago[-1])
        money = later / (len(ago) - 1) if len(ago) > 1 else math.nan
        found[who] = (min(bought), len(ago) - 1, ago[-1] - ago[0], ago[-1], money, spent)
    return found


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("period", "end"), [(1, 299), (7, 299), (MONTH, 299), (1, 150), (7, 151), (1, 400)])
def test_every_customer_the_long_way(seed, period, end):
    rows, end = draw(seed), 738_000 + end
    wanted = by_hand(rows, end, Fraction(period))
    found = summarise(*zip(*rows, strict=True), end=end, period=float(period))
    columns = (found.first, found.frequency, found.recency, found.age, found.money, found.spent)
    assert found.customer.tolist() == list(wanted)
    for column, expected in zip(columns, zip(*wanted.values(), strict=True), strict=True):
        assert column == pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("period", [1, 7, MONTH])
def test_what_follows_the_long_way(seed, period):
    rows, since = draw(seed), 738_120
    known = random.Random(seed).sample(range(45), 30)  # some of whom never bought
    found = afterwards(*zip(*rows, strict=True), known=known, since=since, period=float(period))
    for who, *figures in zip(known, *found, strict=True):
        mine = [(day, paid) for name, day, paid in rows if name == who and day > since and paid == paid]
        times = len({math.floor((day - since - 1) / Fraction(period)) for day, paid in mine if paid > 0})
        spent = sum(paid for _, paid in mine)
        expected = (times, spent / times if times else math.nan, spent)
        assert figures == pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize(
    "names", [lambda who: 10**12 + 7 * who, lambda who: who - 20, lambda who: f"c{who:03d}"]
)
def test_it_does_not_matter_how_customers_are_called(names):
    who, days, paid = zip(*draw(5), strict=True)
    plain, called = summarise(who, days, paid), summarise([names(each) for each in who], days, paid)
    assert called.customer.tolist() == [names(each) for each in plain.customer.tolist()]
    for name in ("first", "frequency", "recency", "age", "money", "spent"):
        assert getattr(called, name).tolist() == pytest.approx(getattr(plain, name).tolist(), nan_ok=True)


def test_days_too_far_apart_for_a_short_key():
    found = summarise([0, 1, 0], [1, 5, 3_000_000_000_000], end=3_000_000_000_001)
    assert (found.recency.tolist(), found.age.tolist()) == ([2_999_999_999_999, 0], [3e12, 3e12 - 4])


def test_money_that_all_came_back_is_nothing_in_any_currency():
    """0.1 + 0.2 − 0.3 leaves a trace in a computer, and its logarithm would be a figure."""
    for rate in (1.0, 1e-12, 1e12):
        paid = np.array([5.0, 0.1, 0.2, -0.3]) * rate
        found = summarise([0, 0, 0, 0], [1, 2, 3, 4], paid)
        assert (found.money.tolist(), found.spent[0]) == ([0.0], pytest.approx(5.0 * rate))


def test_nobody_asked_for_did_nothing():
    assert [each.tolist() for each in afterwards([4, 4], [10, 12], [1.0, 2.0], known=[], since=9)] == [[]] * 3


def test_nothing_bought_is_nobody():
    for rows in ([[], [], []], [[3], [7], [-2.0]], [[3], [7], [math.nan]]):
        assert not len(summarise(*(np.array(each) for each in rows), end=9).customer)
    assert not len(summarise([1], [8], end=7).customer)


def test_without_amounts_every_row_is_a_purchase_and_nothing_is_known_of_money():
    found = summarise([4, 4], [10, 12], end=14)
    assert (found.frequency.tolist(), found.recency.tolist(), found.age.tolist()) == ([1], [2], [4])
    assert np.isnan([*found.money, *found.spent]).all()
    purchases, money, spent = afterwards([4, 4], [10, 12], known=[4], since=9)
    assert purchases.tolist() == [2]
    assert np.isnan([*money, *spent]).all()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("end", [299, 150])
def test_deviations_the_long_way(seed, end):
    """Each return by itself to the last day with a purchase; the variance by the standard library."""
    rows, end = draw(seed), 738_000 + end
    known = by_hand(rows, end, 1)
    expected = []
    for who in known:
        mine = [(day, paid) for name, day, paid in rows if name == who and day <= end and paid == paid]
        bought = sorted({day for day, paid in mine if paid > 0})
        net = dict.fromkeys(bought, 0.0)
        for day, paid in mine:
            if before := [each for each in bought if each <= day]:
                net[before[-1]] += paid
        again = [net[each] for each in bought[1:]]
        expected.append(statistics.variance(again) * (len(again) - 1) if len(again) > 1 else 0.0)
    found = deviations(*zip(*rows, strict=True), end=end)
    assert found == pytest.approx(expected, abs=1e-6)
    assert len(found) == len(summarise(*zip(*rows, strict=True), end=end).customer)


def test_without_purchases_nothing_deviates():
    assert deviations([], [], []).tolist() == []
    assert deviations([1, 1], [3, 4], [-5.0, 0.0]).tolist() == []


def test_days_far_apart_are_put_in_order_too():
    """Seconds of aeons: no room beside them for the place of a row."""
    days = [2**61, 5, 2**60, 7]
    assert deviations([0, 0, 0, 0], days, [4.0, 9.0, 2.0, 3.0]) == pytest.approx([2.0])
