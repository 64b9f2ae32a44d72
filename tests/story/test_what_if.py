"""What is said of levers and of a loyalty programme, and what their pictures show, of results by hand."""

import math
from dataclasses import replace

import pytest

from loyalty import charts, story
from loyalty.core import Estimate, Result, Table
from loyalty.models.programme import Programme, Tier
from loyalty.story.programmes import sentences as programme_told
from loyalty.views.programmes import Outlook
from loyalty.words import Translator

EN, ZH = Translator("en"), Translator("zh")
EFFECT = (
    "effect",
    *(f"{part}{end}" for part in ("before", "after", "difference") for end in ("", "_low", "_high")),
)
RELATIVE = ("relative", "relative_low", "relative_high")
WORTH = ("worth", "worth_low", "worth_high")
LEVERS = ("retention", "frequency", "order_value", "margin", "acquisition_cost", "word_of_mouth")
OPTIONS = {
    "scenario": "retention",
    "horizon": 3,
    "discount": 10,
    **dict.fromkeys((*LEVERS, "margin_now", "acquisition_cost_now", "word_of_mouth_now")),
}


def effect(name, before, after, share):
    """Known to a tenth of what it is, its change to a tenth of that."""
    return (
        name,
        *(before * x for x in (1, 0.9, 1.1)),
        *(after * x for x in (1, 0.9, 1.1)),
        *((after - before) * x for x in (1, 0.9, 1.1)),
        *(share * x for x in (1, 0.9, 1.1)),
    )


def shop(*, n=500, value=10.0, claim=(0.04, 0.03, 0.05), ltv=None, options=(), **more):
    """500 customers worth 100 each, who would be worth 110; next year's revenue goes from 4,000 to 4,200."""
    effects = (effect("worth", 100.0, 110.0, 0.1), effect("revenue", 4000.0, 4200.0, 0.05))
    if dict(options).get("margin"):
        effects += (effect("profit", 1000.0, 1100.0, 0.1),)
    claims = (("retention", 0.25, *claim, 0.1, 0.09, 0.11), ("volume", None, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5))
    curve = tuple((r / 10, 50 + 10 * r, 45 + 9 * r, 55 + 11 * r) for r in range(11))
    tables = [
        Table("effects", (*EFFECT, *RELATIVE), effects),
        Table("claims", ("scenario", "claimed", *RELATIVE, *WORTH), claims),
        Table("curve", ("retention", "value", "low", "high"), curve),
    ]
    if ltv:
        columns = ("when", "ltv_cac", "ltv_cac_low", "ltv_cac_high")
        tables.append(Table("ltv", columns, (("now", *ltv), ("then", *(2 * x for x in ltv)))))
    return Result(
        **{
            "metric": "what_if",
            "overall": Estimate(value, value * 0.9, value * 1.1, n),
            "unit": "money",
            "options": OPTIONS | dict(options),
            "numbers": {
                "seen": 400,
                "spans": 1,
                "active": 300,
                "elasticity": 0.5,
                "elasticity_low": 0.45,
                "elasticity_high": 0.55,
                "retention_now": 0.5,
                "retention_then": 0.6,
                "stay_now": 1.5,
                "stay_then": 1.6,
                "years_now": 1.5,
                "years_then": 1.6,
            },
            "units": {
                **dict.fromkeys((*RELATIVE, *WORTH, "claimed"), "relative"),
                **dict.fromkeys(("elasticity", "elasticity_low", "elasticity_high"), "ratio"),
                **dict.fromkeys(("stay_now", "stay_then", "years_now", "years_then"), "number"),
                "affordable": "money",
            },
            "tables": tuple(tables),
            "currency": "EUR",
            **more,
        }
    )


def said(result, t=EN):
    return t.say(story.answer(result, t))


class TestAnswer:
    def test_revenue_and_what_is_missing_for_profit(self):
        assert said(shop()) == (
            "If 5 percentage points more of the customers stayed from year to year, each customer who buys"
            " would bring €110.00 of revenue over 3 years instead of €100.00: +€10.00, most likely between"
            " €9.00 and €11.00 (95% interval). Next year's revenue from known customers and those still to"
            " come would be €4,200.00 instead of €4,000.00 (+5.0%). What would be left of it cannot be told"
            " from orders: say your margin above, and this becomes profit."
        )

    def test_profit(self):
        told = said(shop(options={"margin": 0.4}))
        assert "would bring €110.00 of profit over 3 years" in told
        assert told.endswith("and profit €1,100.00 instead of €1,000.00.")

    @pytest.mark.parametrize(
        ("spans", "step"),
        [(1, "year to year"), (2, "half-year to half-year"), (4, "quarter to quarter")],
    )
    def test_retention_is_that_of_the_spans_counted(self, spans, step):
        numbers = shop().numbers | {"spans": spans}
        assert f"of the customers stayed from {step}, each" in said(shop(numbers=numbers))

    def test_own_levers(self):
        assert said(shop(options={"frequency": 7.0})).startswith("With the levers as you have set them, ")

    def test_a_margin_that_is_merely_known_moves_nothing(self):
        assert said(shop(options={"margin": 0.4})).startswith("If 5 percentage points more")

    def test_a_loss_has_its_sign(self):
        assert ": −€10.00, most likely" in said(shop(value=-10.0))

    def test_nothing_changed(self):
        assert said(shop(value=0.0)).startswith("All levers stand as they do today.")

    def test_few_customers_have_the_range_first(self):
        told = said(shop(n=20))
        assert told.index("between €9.00 and €11.00") < told.index("So far it comes to +€10.00")


class TestClaims:
    @pytest.mark.parametrize(
        ("claim", "kind"),
        [
            ((0.04, 0.03, 0.05), "less"),
            ((0.3, 0.26, 0.34), "more"),
            ((0.24, 0.2, 0.28), "open"),
            ((None, None, None), "unknown"),
        ],
    )
    def test_the_whole_interval_decides(self, claim, kind):
        assert story.part(shop(claim=claim), "claims", EN).id == f"what_if.claims.{kind}"

    def test_the_claim_is_quoted_with_its_number(self):
        told = EN.say(story.part(shop(), "claims", EN))
        assert told.startswith("“5 points more retention, 25% more sales”: in your file it would be +4.0% in")

    def test_a_claim_of_which_nothing_is_known_is_not_drawn(self):
        assert "5 points more retention" not in charts.claims(shop(claim=(None,) * 3), EN).description
        assert "Purchases up by 50%: revenue +50.0%" in charts.claims(shop(), EN).description


class TestParts:
    def test_one_percent_more_retention(self):
        assert "1% more retention makes a customer 0.50% more valuable (0.45 to 0.55)" in EN.say(
            story.part(shop(), "curve", EN)
        )

    def test_worth_for_the_cost_of_winning(self):
        result = shop(ltv=(2.0, 1.5, 2.5), options={"margin": 0.4, "acquisition_cost": 50.0})
        assert EN.say(story.part(result, "ltv", EN)) == (
            "Winning a customer costs €50.00, as you say. Over 3 years a customer brings 2.00 times as much"
            " in profit (1.50 to 2.50); after the change it would be 4.00 times (3.00 to 5.00)."
        )

    def test_nothing_is_said_of_a_change_that_is_none(self):
        result = shop(ltv=(1.0, 0.9, 1.1), options={"acquisition_cost": 50.0, "margin": 0.4})
        [table] = [each for each in result.tables if each.name == "ltv"]
        still = replace(table, rows=(table.rows[0], ("then", *table.rows[0][1:])))
        result = replace(result, tables=(*(each for each in result.tables if each is not table), still))
        assert EN.say(story.part(result, "ltv", EN)).endswith("1.00 times as much in profit (0.90 to 1.10).")

    def test_a_cost_that_alone_changes_is_a_change(self):
        options = {"acquisition_cost": 40.0, "acquisition_cost_now": 50.0}
        told = said(shop(value=0.0, ltv=(2.0, 1.5, 2.5), options=options))
        assert told.startswith("With the levers as you have set them, ")

    def test_the_cost_of_today_is_said_where_it_is_to_change(self):
        options = {"acquisition_cost": 40.0, "acquisition_cost_now": 50.0}
        assert "costs €50.00" in EN.say(story.part(shop(ltv=(2.0, 1.5, 2.5), options=options), "ltv", EN))

    def test_who_is_brought_is_said_to_be_counted(self):
        plain = shop()
        brought = shop(numbers={**plain.numbers, "years_then": 1.9})
        assert story.part(plain, "levers", EN).id == "what_if.levers.told"
        assert "that makes 1.5 and 1.9" in EN.say(story.part(brought, "levers", EN))


def advised(result):
    return [each.id.removeprefix("what_if.advice.") for each in story.advice(result, EN)]


class TestAdvice:
    def test_say_the_margin_first(self):
        assert advised(shop())[0] == "margin"
        assert "margin" not in advised(shop(options={"margin": 0.4}))

    def test_a_customer_who_costs_more_than_comes_back(self):
        options = {"margin": 0.4, "acquisition_cost": 200.0}
        assert advised(shop(ltv=(0.5, 0.4, 0.9), options=options))[0] == "costly"
        assert "costly" not in advised(shop(ltv=(0.8, 0.5, 1.1), options=options))

    def test_what_may_be_spent_on_it(self):
        plain = shop()
        result = shop(options={"margin": 0.4}, numbers={**plain.numbers, "affordable": 3.5})
        [told] = [each for each in story.advice(result, EN) if each.id.endswith("affordable")]
        assert "next year would bring €3.50 more profit" in EN.say(told)
        assert EN.say(told).endswith(
            "for each of the 300 customers who buy within a year today. So much you may spend on each to make"
            " it happen; from then on it costs more than it brings within the year."
        )

    def test_few_customers_wait(self):
        assert advised(shop(n=20))[0] == "more_customers"


class TestPictures:
    def test_effects(self):
        assert charts.effects(shop(), EN).description == (
            "Worth of a customer: €100.00 → €110.00 · +10.0%. "
            "Revenue of the next year: €4,000.00 → €4,200.00 · +5.0%."
        )

    def test_nothing_is_drawn_where_nothing_is_earned(self):
        rows = ((*effect("worth", 0.0, 0.0, 0.0)[:-3], None, None, None),)
        tables = (Table("effects", (*EFFECT, *RELATIVE), rows),)
        assert charts.effects(shop(tables=tables), EN) is None

    def test_the_curve_says_where_one_stands(self):
        assert charts.worth_curve(shop(), ZH).description == (
            "今天的留存率为 50.0%，每位客户的价值为 €100.00；之后为 60.0%，价值为 €110.00。"
        )

    @pytest.mark.parametrize(("before", "after"), [(80.0, 110.0), (140.0, 110.0)])
    def test_today_is_what_a_customer_is_worth_today_where_other_levers_move_too(self, before, after):
        moved = (effect("worth", before, after, after / before - 1),)
        tables = [Table("effects", (*EFFECT, *RELATIVE), moved), shop().table("curve")]
        drawn = charts.worth_curve(shop(tables=tables), EN).to_json()
        assert f"today: €{before:.2f}" in drawn
        assert f"then: €{after:.2f}" in drawn


def outlook(uplift=0.1, rebate=0.05, tiers=None, **costs):
    """A hundred members who spend 10,000 in a year, with a margin of 30 %."""
    plan = Programme(tiers or (Tier(100, 10_000.0, rebate),), 0.3, **costs)

    def exactly(x):
        return Estimate(x, x, x, 100)

    return Outlook(
        plan,
        *map(exactly, (100.0, plan.spend, plan.given, plan.cost, plan.break_even, plan.needed(2))),
        exactly(plan.gain(uplift)),
        exactly(plan.payback(uplift)),
    )


def lines(found, uplift=0.1):
    return [EN.say(each) for each in programme_told(found, uplift, "EUR", EN)]


class TestProgramme:
    def test_without_costs_of_its_own(self):
        cost, even, gain = lines(outlook())
        assert cost.endswith("They would be given €500.00 back even if nobody buys more.")
        assert even == (
            "For a year to pay for itself, members must buy 20.0% more, however much they spend today."
        )
        assert gain.startswith("If members bought 10.0% more, it would lose €250.00 a year")

    def test_with_costs(self):
        cost, even, gain = lines(outlook(0.5, fixed=500.0, running=100.0), 0.5)
        assert cost.endswith("with what it takes to run, that is €600.00 a year even if nobody buys more.")
        assert "24.0% more; for setting it up to be paid back within 2 years, too, 34.0% more" in even
        assert "bring €650.00 a year" in gain
        assert gain.endswith("paid back after 9.2 months.")

    @pytest.mark.parametrize(
        ("members", "n", "told"), [(0.0, 0, "Nobody"), (0.0, 9, "Nobody"), (1.0, 1, "Only one")]
    )
    def test_of_nobody_and_of_one_nothing_follows(self, members, n, told):
        """The lowest tier may begin above what all but one spend; or nobody joins."""
        [only] = lines(replace(outlook(), members=Estimate(members, members, members, n)))
        assert only.startswith(told)

    def test_it_never_pays(self):
        assert math.isinf(outlook(rebate=0.3).break_even.value)
        assert lines(outlook(rebate=0.3))[1].startswith("It never pays")

    def test_nothing_to_pay_back(self):
        assert lines(outlook(0.5), 0.5)[2] == (
            "If members bought 50.0% more, it would bring €750.00 a year (+€750.00 to +€750.00)."
        )
