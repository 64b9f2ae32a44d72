"""What is said of lifetime value, and what its pictures show, of results written out by hand."""

import math

import pytest

from loyalty import charts, story
from loyalty.core import Estimate, Result, Table
from loyalty.story import textbook
from loyalty.texts import Message
from loyalty.words import Translator

EN, ZH = Translator("en"), Translator("zh")
OPTIONS = {"kind": "orders", "model": None, "horizon": 12, "discount": 10, "term": 30}
NUMBERS = {
    "total": 5000.0,
    "total_low": 4000.0,
    "total_high": 6000.0,
    "customers": 100,
    "spent_mean": 80.0,
    "still": 60.0,
    "still_share": 0.6,
    "top_share": 0.55,
    "median": 12.0,
    "newcomer": 40.0,
    "held_back": 90,
}
COLUMNS = ("model", "chosen", "state", "loglik", "expected", "actual", "bias", "mae")


def models(*, bias=-0.1, states=("ok", "ok", "ok"), logliks=(-100.0, -101.0, -102.0), chosen="bg_nbd"):
    names = ("bg_nbd", "mbg_nbd", "pareto_nbd")
    rows = [
        (name, name == chosen, state, loglik, 200 * (1 + bias), 200, bias, 0.8)
        for name, state, loglik in zip(names, states, logliks, strict=True)
    ]
    return Table("models", COLUMNS, (*rows, ("naive", False, None, None, 300.0, 200, 0.5, 1.1)))


def shop(*tables, n=100, **more):
    """A hundred customers of whom 5,000 are expected."""
    return Result(
        **{
            "metric": "clv",
            "overall": Estimate(50.0, 40.0, 60.0, n),
            "unit": "money",
            "options": OPTIONS,
            "numbers": NUMBERS,
            "units": {
                **dict.fromkeys(("total", "total_low", "total_high", "spent_mean"), "money"),
                **dict.fromkeys(("median", "newcomer"), "money"),
                **dict.fromkeys(("top_share", "still_share"), "share"),
                "held_back": "days",
            },
            "tables": tables or (models(),),
            "currency": "EUR",
            **more,
        }
    )


def said(message, t=EN):
    return t.say(message)


def ids(messages):
    return [message.id.rpartition(".")[2] for message in messages]


class TestAnswer:
    def test_an_average_customer_and_all_together(self):
        told = said(story.answer(shop(), EN))
        assert told.startswith("An average customer is expected to spend €50.00 in the next 12 months")
        assert "between €4,000.00 and €6,000.00 (95% interval)" in told

    def test_few_customers_have_the_range_first(self):
        told = said(story.answer(shop(n=20), EN))
        assert told.index("€40.00") < told.index("€50.00")

    def test_subscribers_pay(self):
        told = said(story.answer(shop(options={**OPTIONS, "kind": "subscription"}), EN))
        assert told.startswith("An average subscriber is expected to pay €50.00")


class TestModels:
    @pytest.mark.parametrize(
        ("table", "options", "why"),
        [
            (models(), OPTIONS, "likelihood"),
            (models(), {**OPTIONS, "model": "bg_nbd"}, "asked"),
            (models(logliks=(-100.0, -100.0005, -102.0)), OPTIONS, "alike"),
            (models(states=("ok", "weak", "boundary")), OPTIONS, "only_ok"),
            (models(states=("boundary",) * 3), OPTIONS, "none_ok"),
            (models(states=("boundary", "ok", "ok"), logliks=(-100.0, -101.0, -102.0)), OPTIONS, "sound"),
            (
                models(states=("boundary", "ok", "ok"), logliks=(-100.0, -111.0, -112.0)),
                OPTIONS,
                "far_likelier",
            ),
        ],
    )
    def test_why_it_answers(self, table, options, why):
        told = story.part(shop(table, options=options), "models", EN)
        assert told.holes["choice"].id == f"clv.choice.{why}"

    def test_what_it_would_have_forecast_is_said_with_the_naive_forecast(self):
        told = said(story.part(shop(), "models", EN))
        assert "BG/NBD would have expected purchases to number 180" in told
        assert "it came to 200 (−10.0%)" in told
        assert "300 (+50.0%)" in told

    def test_no_check_is_said_too(self):
        nothing = Table("models", COLUMNS, tuple((*row[:4], None, None, None, None) for row in models().rows))
        assert story.part(shop(nothing), "models", EN).holes["check"].id == "clv.check.nothing"
        unchecked = {name: number for name, number in NUMBERS.items() if name != "held_back"}
        told = story.part(shop(nothing, numbers=unchecked), "models", EN)
        assert told.holes["check"].id == "clv.check.none"

    def test_only_bg_nbd_has_who_came_once_for_certain(self):
        assert "chance of 1" in said(story.part(shop(), "models", EN))
        assert "chance of 1" not in said(story.part(shop(models(chosen="mbg_nbd")), "models", EN))

    def test_a_table_says_models_and_states_in_words(self):
        first = story.table(shop(), "models", ZH)[0]
        assert list(first.values())[:3] == ["BG/NBD", "是", "吻合"]


class TestAdvice:
    def test_a_forecast_that_was_far_off_calls_for_care(self):
        assert "check" in ids(story.advice(shop(models(bias=-0.3)), EN))
        assert "check" not in ids(story.advice(shop(models(bias=-0.1)), EN))

    def test_part_of_what_came_is_said(self):
        [told] = [each for each in story.advice(shop(models(bias=-0.3)), EN) if each.id.endswith("check")]
        assert "would have expected 70% of what came" in said(told)

    def test_few_customers_get_no_verdict(self):
        assert ids(story.advice(shop(n=20), EN))[0] == "more_customers"
        assert "few_carry" not in ids(story.advice(shop(n=20), EN))

    @pytest.mark.parametrize(("share", "told"), [(0.51, True), (0.49, False)])
    def test_where_few_carry_the_value_one_of_them_is_worth_several_others(self, share, told):
        advice = story.advice(shop(numbers={**NUMBERS, "top_share": share}), EN)
        assert any("one of them is worth several of the others" in said(each) for each in advice) is told
        assert not told or (share / 0.2) / ((1 - share) / 0.8) > 4

    def test_those_who_left_are_to_be_won_back(self):
        assert "win_back" in ids(story.advice(shop(), EN))

    def test_subscribers_are_to_be_asked_before_they_renew(self):
        subscribers = shop(Table("lists", ("list",), ()), options={**OPTIONS, "kind": "subscription"})
        assert ids(story.advice(subscribers, EN))[:2] == ["renew", "first_renewal"]

    @pytest.mark.parametrize(("renew", "told"), [(0.9, True), (0.999, False)])
    def test_where_hardly_anybody_leaves_nobody_is_said_to_leave_first(self, renew, told):
        rows = ((1, 20, 20, 1.0, renew, 0.8, 1.0), (2, 20, 20, 1.0, renew**2, 0.7, 1.0))
        retention = Table("retention", RETENTION, rows)
        subscribers = shop(retention, options={**OPTIONS, "kind": "subscription"})
        assert ("first_renewal" in ids(story.advice(subscribers, EN))) == told

    def test_one_renewal_is_not_said_twice(self):
        rows = ((1, 20, 10, 0.5, 0.55, 0.4, 0.6), (2, 0, 0, None, 0.4, 0.3, 0.5))
        subscribers = shop(Table("retention", RETENTION, rows), options={**OPTIONS, "kind": "subscription"})
        told = said(story.part(subscribers, "retention", EN))
        assert told == "Of those who begin, 55.0% renew once by the model."


RETENTION = ("renewal_number", "decided", "renewed", "observed", "modelled", "share_low", "share_high")


class TestPictures:
    def test_the_point_is_the_upper_fifth(self):
        rows = tuple((x / 100, math.sqrt(x / 100), x / 100) for x in range(101))
        lorenz = Table("lorenz", ("customers_share", "value_share", "spent_share"), rows)
        chart = charts.value_curve(shop(lorenz), EN)
        assert (
            chart.description == "20% of the customers hold 55.0% of the value that is expected from now on."
        )

    def test_bars_stand_between_the_edges_and_empty_ends_are_left_out(self):
        columns = ("amount_from", "amount_to", "customers", "spenders")
        rows = ((0.0, 1.0, 0, 0), (1.0, 2.0, 3, 0), (2.0, 5.0, 1, 4), (5.0, 10.0, 0, 0))
        spec = charts.value_bins(shop(Table("distribution", columns, rows)), EN).to_dict()
        bars = spec["datasets"][spec["layer"][0]["data"]["name"]]
        assert [(bar["start"], bar["end"], bar["customers"]) for bar in bars] == [(1, 2, 3), (2, 5, 1)]
        line = spec["datasets"][spec["layer"][1]["data"]["name"]]
        assert [(step["start"], step["spenders"]) for step in line] == [(1, 0), (2, 4), (5, 4)], "to its end"

    def test_subscribers_begin_with_everybody(self):
        rows = ((1, 20, 10, 0.5, 0.55, 0.4, 0.6), (2, 0, 0, None, 0.4, 0.3, 0.5))
        spec = charts.subscribers(shop(Table("retention", RETENTION, rows)), EN).to_dict()
        [points] = spec["datasets"].values()
        assert [point["modelled"] for point in points] == [1, 0.55, 0.4]
        assert [point["observed"] for point in points] == [1, 0.5, None]

    def test_a_shop_has_no_curve_of_subscribers(self):
        assert charts.subscribers(shop(), EN) is None


class TestTextbook:
    @pytest.mark.parametrize("formula", textbook.FORMULAS)
    def test_the_numbers_of_the_infographic_stand_in_the_formulas(self, formula):
        """As it prints them: 52(24.30) × 20, 20(52 × 5.90 × 4.2 × .213), 5,382.94 (.75 / 1 + .1 − .75)."""
        printed = {
            "simple": ["24.30", "20"],
            "custom": ["20", "5.90", "4.2", "0.213"],
            "traditional": ["5,382.94", "0.75", "0.1", "0.75"],
        }
        latex = textbook.filled(formula, textbook.INFOGRAPHIC, 1.0, EN)
        numbers = [part.partition("}")[0] for part in latex.split(r"\text{")[1:]]
        assert numbers == [*printed[formula], "1.00"]

    def test_the_python_gives_the_same(self):
        code = textbook.python(textbook.INFOGRAPHIC)
        shown = {}
        exec(code.replace("print(", "found = ("), shown)
        assert round(shown["found"].average) == 14099


def test_every_message_can_be_said_in_both_languages():
    for t in (EN, ZH):
        for message in (story.answer(shop(), t), story.part(shop(), "models", t), *story.advice(shop(), t)):
            assert isinstance(message, Message)
            assert "{" not in said(message, t)


@pytest.mark.parametrize(("discount", "words"), [(10, "10% less"), (0, "counted like today's")])
def test_how_later_money_counts(discount, words):
    assert words in said(story.answer(shop(options=OPTIONS | {"discount": discount}), EN))
