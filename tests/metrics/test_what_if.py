"""What if: the file's own levers, and what moving them brings."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pandas as pd
import polars as pl
import pytest

from loyalty import Dataset, LoyaltyError
from loyalty.metrics.what_if import SCENARIOS, what_if
from loyalty.story import answer, formula
from loyalty.views.levers import counted, span
from loyalty.words import Translator
from tests.tables import dataset, draw_orders

END = date(2024, 12, 31)


def orders(*purchases):
    """Purchases as customer, days before the end, amount; the file begins 730 days before it ends."""
    lines = [("start", 729, 0.0), *purchases]
    return Dataset.from_frames(
        orders=pd.DataFrame(
            {
                "customer": [who for who, _, _ in lines],
                "date": [END - timedelta(days=days) for _, days, _ in lines],
                "amount": [amount for _, _, amount in lines],
            }
        )
    )


def shop():
    """Two years: of a, b, c, d only a and b come again, b twice; e is new; f comes after a pause.

    Last year 4 customers (a, b, e, f) made 5 purchases for 200.
    """
    before = [(who, 500, 20.0) for who in "abcd"]
    last = [("a", 100, 40.0), ("b", 364, 40.0), ("b", 10, 40.0), ("e", 0, 60.0), ("f", 50, 20.0)]
    return orders(*before, ("f", 729, 5.0), *last)


def regulars(customers, left=0):
    """Customers who paid 10 in each of the two years, but for those who came in the first one only."""
    lines = [
        (f"c{who:02}", days, 10.0) for who in range(customers) for days in (700, 300)[: 1 + (who >= left)]
    ]
    return orders(*lines, ("end", 0, 0.0))


def column(result, table, name):
    return {row[0]: row[result.table(table).columns.index(name)] for row in result.table(table).rows}


class TestCounted:
    def test_two_years_by_hand(self):
        data = shop()
        assert span(data).days == 365
        [whole] = counted(data).values()
        assert (whole.customers, whole.seen) == (6, 6)
        # f bought 729 days before the end, in the first of the 730 days: in the year before, and again
        assert whole.totals == (5, 3, 4, 5, 200, 1)

    def test_the_levers_are_said(self):
        result = what_if(shop())
        assert column(result, "levers", "retention")["now"] == pytest.approx(0.6)
        assert column(result, "levers", "retention")["then"] == pytest.approx(0.65)
        assert column(result, "levers", "frequency")["now"] == pytest.approx(1.25)
        assert column(result, "levers", "order_value")["now"] == pytest.approx(40)
        assert column(result, "levers", "new")["now"] == 1

    @pytest.mark.parametrize(("days", "spans"), [(400, 2), (200, 4)])
    def test_of_half_years_and_quarters_no_year_is_made(self, days, spans):
        """Three of four come again in the next span, twice each, for 10; then seven of eight."""
        length = 365 // spans
        lines = [(who, length + 3, 10.0) for who in "abcd"]
        lines += [(who, back, 10.0) for who in "abc" for back in (3, 5)] + [
            ("d", days, 10.0),
            ("end", 0, 0.0),
        ]
        dates = [END - timedelta(days=back) for _, back, _ in lines]
        table = {"customer": [who for who, *_ in lines], "date": dates, "amount": [x for *_, x in lines]}
        result = what_if(
            Dataset.from_frames(orders=pd.DataFrame(table)), retention=0.875, horizon=2, discount=0
        )
        levers = {name: column(result, "levers", name) for name in ("retention", "frequency")}
        assert (levers["retention"]["now"], levers["retention"]["then"]) == (0.75, 0.875)
        assert levers["frequency"]["now"] == 2
        before, after = (20 * sum(r**span for span in range(2 * spans)) for r in (0.75, 0.875))
        assert result.overall.value == pytest.approx(after - before)

    def test_less_than_two_quarters_are_refused(self):
        lines = pd.DataFrame({"customer": "a", "amount": 5.0, "date": [END - timedelta(days=180), END]})
        with pytest.raises(LoyaltyError) as caught:
            what_if(Dataset.from_frames(orders=lines))
        assert caught.value.id == "too_short"

    def test_nobody_came_for_a_year(self):
        lines = pd.DataFrame(
            {"customer": ["a", None], "amount": 5.0, "date": [END - timedelta(days=800), END]}
        )
        with pytest.raises(LoyaltyError) as caught:
            what_if(Dataset.from_frames(orders=lines))
        assert caught.value.id == "nobody_twice"


def test_whoever_works_out_the_printed_formula_gets_about_the_printed_change():
    """A difference of years needs more digits than the years: with two, 8.79 would come out as 8.96."""
    result = what_if(dataset(orders=draw_orders(9, days=1000)))
    line = formula(result, Translator("en"))[2].replace(",", "")
    spend, years, less, before, change = (float(x) for x in re.findall(r"[\d.]*\d", line))
    assert spend * years - less * before == pytest.approx(change, rel=0.01)


class TestWhoWasCounted:
    def test_why_the_numbers_of_customers_differ_is_said(self):
        """Of seven known customers one came before the two years, and four bought in the second."""
        lines = [("old", 729, 5.0), ("g", 800, 5.0), ("a", 500, 9.0), ("b", 400, 9.0)]
        lines += [("b", 100, 9.0), ("c", 90, 9.0), ("d", 50, 9.0), ("e", 0, 9.0)]
        result = what_if(orders(*lines))
        [note] = [note for note in result.notes if note.id == "what_if.note.who"]
        assert note.holes == {"customers": 7, "seen": 6, "active": 4}
        assert (result.overall.n, result.numbers["seen"]) == (7, 6)
        assert column(result, "levers", "active")["now"] == 4

    @pytest.mark.parametrize(
        ("last", "days", "points", "told"),
        [
            (date(2025, 12, 31), 1000, 4, False),
            (date(2025, 11, 30), 1000, 4, True),
            (date(2025, 11, 30), 741, 1, False),
        ],
    )
    def test_that_the_last_point_is_another_number_is_said(self, last, days, points, told):
        """Two years without a leap day end with a quarter, or do not; of a single point nothing is said."""
        lines = draw_orders(9, days=days)
        lines = lines.with_columns(date=pl.col("date") + (pl.lit(last) - pl.col("date").max().dt.date()))
        result = what_if(dataset(orders=lines))
        assert len(result.trend) == points
        assert (result.trend[-1].value != pytest.approx(result.overall.value)) == (last.month == 11)
        assert ("what_if.note.quarters" in [note.id for note in result.notes]) == told


class TestWhatIf:
    def test_five_points_more_retention_by_hand(self):
        """50 a year; 1 + .65/1.1 + (.65/1.1)² instead of 1 + .6/1.1 + (.6/1.1)²."""
        result = what_if(shop())
        before, after = (50 * (1 + r / 1.1 + (r / 1.1) ** 2) for r in (0.6, 0.65))
        assert result.overall.value == pytest.approx(after - before)
        assert column(result, "effects", "before")["worth"] == pytest.approx(before)
        assert column(result, "effects", "after")["worth"] == pytest.approx(after)

    def test_retention_ends_at_100_percent(self):
        """40 customers come every year for 10: nobody is left to be kept, and at most 5 points really are."""
        result = what_if(regulars(40), discount=0)
        five = 10 * (1 + 1 + 1 - (1 + 0.95 + 0.95**2))
        assert (result.overall.value, result.overall.low) == (0, 0)
        assert result.overall.high == pytest.approx(five)
        assert answer(result, Translator("en")).id == "what_if.answer.full"
        assert "what_if.note.full" in [note.id for note in result.notes]
        assert column(result, "effects", "relative_low")["worth"] == 0
        assert column(result, "effects", "relative_high")["worth"] == pytest.approx(
            3 / (1 + 0.95 + 0.95**2) - 1
        )

    def test_less_room_than_the_claim_asks_for_is_said(self):
        """39 of 40 stay: 2.5 points are left."""
        result = what_if(regulars(40, left=1), discount=0)
        worth = [1 + r + r * r for r in (0.975, 1.0, 0.95)]
        assert result.overall.value == pytest.approx(10 * (worth[1] - worth[0]))
        assert 0 <= result.overall.low < result.overall.value < result.overall.high
        assert result.overall.high <= 10 * (worth[1] - worth[2]) + 1e-9
        assert "what_if.note.full" in [note.id for note in result.notes]
        assert "what_if.note.full" not in [note.id for note in what_if(regulars(40, left=2)).notes]

    @pytest.mark.parametrize("retention", [0.0, 1e-9, 0.001])
    @pytest.mark.parametrize("days", [900, 500, 250])
    def test_nobody_who_stays_takes_away_no_more_than_there_is(self, retention, days):
        """By years, half-years and quarters: of what a customer brings, the first span is left."""
        found = what_if(dataset(orders=draw_orders(9, days=days)), retention=retention)
        before, high = (column(found, "effects", name)["worth"] for name in ("before", "before_high"))
        assert -before < found.overall.value < 0
        assert -high <= found.overall.low < found.overall.value < found.overall.high <= 0
        for effect in ("worth", "revenue"):
            assert column(found, "effects", "relative_low")[effect] >= -1

    def test_one_customer_says_nothing_about_others(self):
        with pytest.raises(LoyaltyError) as caught:
            what_if(regulars(1))
        assert caught.value.id == "one_customer"

    def test_next_year_by_hand(self):
        """4 customers, 60 % stay, 1 of the 4 had not bought in the year before and one like it will come."""
        revenue = column(what_if(shop()), "effects", "before")["revenue"]
        assert revenue == pytest.approx((0.6 * 4 + 1) * 50)

    @pytest.mark.parametrize(
        ("scenario", "factor"),
        [
            ("cross_selling", 1.22),
            ("volume", 1.5),
            ("order_size", 1.05),
            ("order_size_most", 1.5),
            ("visits", 1.44),
            ("engaged", 1.37),
        ],
    )
    def test_scenarios_that_are_factors(self, scenario, factor):
        result = what_if(shop(), scenario=scenario)
        for effect in ("worth", "revenue"):
            assert column(result, "effects", "relative")[effect] == pytest.approx(factor - 1)

    def test_thirteen_percent_by_recommendation(self):
        """One new customer a year becomes 1/0.87: each of 4 brings 0.13/0.87/4 a year, for 1 + 0.6 years."""
        result = what_if(shop(), scenario="word_of_mouth", horizon=2, discount=0)
        assert result.overall.value == pytest.approx(50 * 1.6 * 1.6 * 0.13 / 0.87 / 4)
        revenue = column(result, "effects", "difference")["revenue"]
        assert revenue == pytest.approx(50 * 0.13 / 0.87)

    def test_who_has_more_recommendations_than_the_claim_keeps_them(self):
        assert what_if(shop(), scenario="word_of_mouth", word_of_mouth=0.3).overall.value == 0

    def test_levers_set_go_before_the_scenario(self):
        data = shop()
        set_ = what_if(data, retention=0.65, frequency=1.25 * 1.5)
        both = what_if(data, scenario="volume", retention=0.65)
        assert set_.overall == both.overall

    def test_every_claim_is_the_scenario_alone(self):
        data = shop()
        claims = column(what_if(data, scenario="volume", margin=0.3), "claims", "worth")
        for scenario in SCENARIOS:
            alone = what_if(data, scenario=scenario, margin=0.3)
            assert claims[scenario] == pytest.approx(column(alone, "effects", "relative")["worth"])

    def test_profit_is_known_with_the_margin_alone(self):
        data = shop()
        assert "profit" not in column(what_if(data), "effects", "before")
        found = column(what_if(data, margin=0.4, acquisition_cost=10.0), "effects", "before")
        assert found["profit"] == pytest.approx(0.4 * 170 - 10)
        assert found["worth"] == pytest.approx(0.4 * column(what_if(data), "effects", "before")["worth"])

    def test_worth_for_the_cost_of_winning(self):
        result = what_if(
            shop(),
            margin=0.4,
            acquisition_cost=10.0,
            acquisition_cost_now=20.0,
            horizon=2,
            discount=0,
            retention=0.6,
        )
        assert column(result, "ltv", "ltv_cac") == pytest.approx({"now": 1.6, "then": 3.2})

    def test_a_margin_that_moves(self):
        """A tenth of 50 a year more, for 1 + 0.6 years."""
        levers = {"order_value": 40.0, "margin_now": 0.4, "margin": 0.5}
        result = what_if(shop(), scenario="order_size", horizon=2, discount=0, **levers)
        assert result.overall.value == pytest.approx(8.0)

    def test_the_curve_goes_through_today_and_then(self):
        result = what_if(shop(), horizon=5)
        curve = column(result, "curve", "value")
        worth = column(result, "effects", "before")["worth"], column(result, "effects", "after")["worth"]
        assert curve[result.numbers["retention_now"]] == pytest.approx(worth[0])
        assert curve[result.numbers["retention_then"]] == pytest.approx(worth[1])
        assert curve[0.0] == pytest.approx(50)
        assert curve[1.0] == pytest.approx(50 * sum(1.1**-t for t in range(5)))

    def test_what_may_be_spent_on_it(self):
        """Profit of next year is 0.4 · 0.05 · 4 · 50 higher; there are 4 customers."""
        assert what_if(shop(), margin=0.4).numbers["affordable"] == pytest.approx(1.0)

    def test_all_as_today_changes_nothing(self):
        known = {"margin": 0.3, "acquisition_cost": 20.0}
        for data in (shop(), dataset(orders=draw_orders(9, days=500))):
            now = what_if(data).numbers["retention_now"]
            result = what_if(data, retention=now, **known)
            assert (result.overall.value, result.overall.low, result.overall.high) == (0, 0, 0)
            for name in ("difference", "relative"):
                for end in ("", "_low", "_high"):
                    assert set(column(result, "effects", name + end).values()) == {0}, name + end

    def test_segments_start_from_their_own_values(self):
        data = dataset(orders=draw_orders(9, days=1000))
        whole = what_if(data, by="segment", retention=0.9)
        step = 0.9 - whole.numbers["retention_now"]
        for name, counts in counted(data, "segment").items():
            r = counts.totals[1] / counts.totals[0]
            r, spend = (r, min(r + step, 1)), counts.totals[4] / counts.totals[2]
            before, after = (spend * (1 + x / 1.1 + (x / 1.1) ** 2) for x in r)
            [group] = [each for each in whole.groups if each.group == name]
            assert group.value == pytest.approx(after - before)

    @pytest.mark.parametrize(
        "lever",
        [
            {"retention": 1.2},
            {"retention": -0.1},
            {"frequency": 0},
            {"order_value": float("nan")},
            {"margin": 0},
            {"margin_now": 1.5},
            {"acquisition_cost": -1},
            {"acquisition_cost": 1e-300},
            {"word_of_mouth": 1.0},
        ],
    )
    def test_what_no_lever_can_be_is_refused(self, lever):
        with pytest.raises(LoyaltyError) as caught:
            what_if(shop(), **lever)
        assert caught.value.id == "unknown_option"
