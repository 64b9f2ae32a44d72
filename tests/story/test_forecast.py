"""What is said of a forecast, and what its pictures show."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loyalty import charts, story
from loyalty.core import Estimate, Result, Table
from loyalty.texts import Message
from loyalty.words import Translator

EN, ZH = Translator("en"), Translator("zh")
HELD_BACK = ("model", "expected", "expected_low", "expected_high", "actual", "bias", "mae")
WEEK = ("until", "part", "repeat_purchases", "repeats_expected", "repeats_so_far", "expected_so_far")


def forecast(actual=100.0, naive=140.0, n=200, lost=0.0, measure="purchases", notes=(), **more):
    """200 customers, 90 purchases in two months; 100 were expected in the last 60 days, 90 to 111."""
    held = (
        ("bg_nbd", 100.0, 90.0, 111.0, actual, 100 / actual - 1, 0.5),
        ("naive", naive, None, None, actual, naive / actual - 1, 0.9),
    )
    unit = "count" if measure == "purchases" else "money"
    tables = (
        Table(
            "months",
            (
                "until",
                *("expected", "expected_low", "expected_high"),
                *("cumulative", "cumulative_low", "cumulative_high"),
            ),
            (
                ("2025-07-30", 48.0, 40.0, 58.0, 48.0, 40.0, 58.0),
                ("2025-08-30", 42.0, 34.0, 52.0, 90.0, 78.0, 104.0),
            ),
        ),
        Table(
            "past", ("until", "first_part", "repeat_part"), (("2025-05-31", 20, 30), ("2025-06-30", 25, 45))
        ),
        Table("holdout", HELD_BACK, held),
        Table(
            "conditional",
            ("repeats_before", "customers", "actual_each", "expected_each", "naive_each"),
            (("0", 120, 0.3, 0.25, 0.0), ("7+", 10, 4.0, 4.5, 6.0)),
        ),
        Table(
            "tracking",
            WEEK,
            (
                ("2025-06-16", "fitted", 10, 9.6, 10, 9.6),
                ("2025-06-23", "fitted", 9, 9.5, 19, 19.1),
                ("2025-06-30", "held_back", 12, 9.4, 31, 28.5),
            ),
        ),
    )
    return Result(
        **{
            "metric": "forecast",
            "overall": Estimate(90.0, 78.0, 104.0, n),
            "unit": unit,
            "formula": r"\frac{⟨customers⟩ \cdot ⟨of_hundred⟩}{100}",
            "options": {"measure": measure, "horizon": 2, "model": None},
            "numbers": {"customers": n, "of_hundred": 45.0, "beginners": 22.4, "lost": lost, "held_back": 60},
            "units": {
                **dict.fromkeys(("expected", "expected_low", "expected_high", "actual"), unit),
                "held_back": "days",
                "of_hundred": "number",
                "bias": "relative",
                "mae": "number",
                "until": "date",
            },
            "tables": tables,
            "currency": "EUR",
            "notes": notes,
            "pool": "total",
            **more,
        }
    )


def said(message, t=EN):
    return t.say(message)


def ids(messages):
    return [message.id.rpartition(".")[2] for message in messages]


def test_the_answer():
    assert said(story.answer(forecast(), EN)).startswith(
        "The purchases of your 200 known customers in the next 2 months can be expected to number 90, "
        "most likely 78 to 104 (95% interval"
    )
    assert "€90.00" in said(story.answer(forecast(measure="revenue"), EN))
    month = forecast(options={"measure": "purchases", "horizon": 1, "model": None})
    assert "in the next month can be expected to number 90," in said(story.answer(month, EN))
    assert said(story.answer(forecast(), ZH), ZH).startswith("未来 2 个月，200 位已知客户预计购买 90 次")


@pytest.mark.parametrize(
    ("actual", "id"), [(90.0, "within"), (111.0, "within"), (89.9, "below"), (111.1, "above")]
)
def test_what_happened_beside_the_interval(actual, id):
    result = forecast(actual=actual)
    assert story.part(result, "holdout", EN).id == f"forecast.holdout.{id}"
    assert ("missed" in ids(story.advice(result, EN))) == (id != "within")


def test_the_holdout_in_words():
    assert said(story.part(forecast(actual=105.0), "holdout", EN)) == (
        "The last 60 days were held back for a test. From what came before, the model BG/NBD would have "
        "forecast 100 (90 to 111); it came to 105, within the interval; the forecast was off by −4.8%. "
        "The naive rule, everybody goes on at the rate so far, would have said 140 (+33.3%): the model is "
        "closer."
    )


def test_a_naive_rule_that_is_closer_is_said_to_be():
    told = said(story.part(forecast(actual=110.0, naive=109.0), "holdout", EN))
    assert "here it comes closer by the total" in told
    assert "0.5 with the model and 0.9 with the rule" in told


def test_without_a_holdout_nothing_is_said_of_it():
    tables = tuple(table for table in forecast().tables if table.name in ("months", "past", "tracking"))
    numbers = {name: x for name, x in forecast().numbers.items() if name != "held_back"}
    bare = replace(forecast(), tables=tables, numbers=numbers)
    assert story.part(bare, "holdout", EN) is None
    assert story.part(bare, "tracking", EN).id == "forecast.tracking.fitted"
    assert charts.conditional(bare, EN) is None
    assert "missed" not in ids(story.advice(bare, EN))


def test_advice():
    told = story.advice(forecast(), EN)
    assert ids(told) == ["careful", "newcomers", "season", "hold"]
    assert "the low end (78)" in said(told[0])
    assert "about 22 began in a month" in said(told[1])
    assert "win_back" in ids(story.advice(forecast(lost=20), EN))
    assert ids(story.advice(forecast(n=20), EN))[0] == "more_customers"


def test_no_far_plans_where_nobody_seems_to_leave():
    notes = (Message("models.no_dropout"),)
    far = forecast(notes=notes, options={"measure": "purchases", "horizon": 6, "model": None})
    assert "forever" in ids(story.advice(far, EN))
    assert "forever" not in ids(story.advice(forecast(notes=notes), EN))


def test_the_formula_with_numbers():
    assert story.formula(forecast(), EN)[2] == r"= \frac{\text{200} \cdot \text{45}}{100} \approx \text{90}"


def test_codes_are_words_in_the_tables():
    assert [row["Model"] for row in story.table(forecast(), "holdout", EN)] == [
        "BG/NBD",
        "Naive: the rate so far goes on",
    ]
    assert story.table(forecast(), "tracking", ZH)[2]["对模型而言"] == "留出检验"
    assert story.table(forecast(), "months", EN)[0]["Up to"] == "Jul 30, 2025"


def test_months_that_were_and_months_to_come_stand_beside_each_other():
    spec = charts.outlook(forecast(), EN).to_dict()
    drawn = [spec["datasets"][layer["data"]["name"]] for layer in spec["layer"]]
    were, come = drawn[0], drawn[-1]
    assert [(row["top"], row["repeat"]) for row in were] == [(50, 30), (70, 45)]
    assert [(row["low"], row["value"], row["top"]) for row in come] == [(40, 48, 58), (34, 42, 52)]
    assert were[-1]["end"] < come[0]["start"] < come[0]["end"] < come[1]["start"]
    assert charts.outlook(forecast(), EN).description == (
        "Expected by Aug 30, 2025: 90 (78 to 104); in the month before the forecast it was 70, 25 of it from "
        "first purchases."
    )


def test_the_line_of_the_holdout_stands_at_its_beginning():
    chart = charts.tracking(forecast(), EN)
    spec = chart.to_dict()
    [rule] = [layer for layer in spec["layer"] if layer["mark"]["type"] == "rule"]
    assert spec["datasets"][rule["data"]["name"]][0]["at"].startswith("2025-06-23")
    assert chart.description == "By Jun 30, 2025 customers had come back 31 times; the model expects 29."


def test_classes_of_customers_have_three_lines():
    spec = charts.conditional(forecast(), EN).to_dict()
    [rows] = spec["datasets"].values()
    assert {(row["name"], row["before"]): row["value"] for row in rows} == {
        ("Actual", "0"): 0.3,
        ("Actual", "7+"): 4.0,
        ("Expected by the model", "0"): 0.25,
        ("Expected by the model", "7+"): 4.5,
        ("Naive: the rate so far", "0"): 0.0,
        ("Naive: the rate so far", "7+"): 6.0,
    }
