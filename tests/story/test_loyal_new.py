"""What is said of loyal and new customers."""

from __future__ import annotations

import math

import pytest

from loyalty import charts, story
from loyalty.core import Estimate, Result, Table
from loyalty.words import Translator

EN, ZH = Translator("en"), Translator("zh")


def loyal_new(value=5.0, low=4.0, high=6.0, loyal=60, new=80, expected=(3.0, 2.0, 4.0), **more):
    """60 loyal customers of 50 on average, 40 of 20 in between, 80 new ones of 10."""
    counts = {"loyal": loyal, "between": 40, "new": new}
    means = {"loyal": 50.0, "between": 20.0, "new": 10.0}
    customers, money = sum(counts.values()), sum(counts[side] * means[side] for side in counts)
    ways = [("spent", value, low, high), *([("expected", *expected)] if expected else [])]
    return Result(
        **{
            "metric": "loyal_new",
            "overall": Estimate(value, low, high, customers),
            "unit": "ratio",
            "formula": r"\frac{⟨loyal_mean⟩}{⟨new_mean⟩}",
            "options": {"measure": "spent", "loyal": 3, "new": "once"},
            "numbers": {
                "loyal_mean": 50.0,
                "new_mean": 10.0,
                **{f"{side}_customers": n for side, n in counts.items()},
                "gap": 24.0,
            },
            "units": {
                **dict.fromkeys(("loyal_mean", "new_mean", "gap", "mean_low", "mean_high"), "money"),
                **dict.fromkeys(("customers_share", "revenue_share"), "share"),
            },
            "tables": (
                Table(
                    "sides",
                    ("side", "customers", "mean", "mean_low", "mean_high"),
                    tuple(
                        (side, n, means[side], means[side] - 2, means[side] + 2) for side, n in counts.items()
                    ),
                ),
                Table(
                    "shares",
                    ("side", "customers_share", "revenue_share"),
                    tuple((side, n / customers, n * means[side] / money) for side, n in counts.items()),
                ),
                Table("ways", ("way", "value", "low", "high"), tuple(ways)),
            ),
            "currency": "EUR",
            "pool": "none",
            **more,
        }
    )


def said(message, t=EN):
    return t.say(message)


def ids(messages):
    return [message.id.rpartition(".")[2] for message in messages]


def test_the_answer():
    assert said(story.answer(loyal_new(), EN)) == (
        "A loyal customer (at least 3 purchases) has spent €50.00 on average, a new one (one purchase) "
        "€10.00: 5.00 times as much. For customers like these in general, the ratio most likely lies between "
        "4.00 and 6.00 (95% interval). Articles on customer loyalty say 8 to 10 times, without a study; "
        "here the whole interval lies below that."
    )
    assert said(story.answer(loyal_new(), ZH), ZH).startswith(
        "忠诚客户（至少购买 3 次）到目前为止平均消费 €50.00，新客户（只买过一次）为 €10.00"
    )


@pytest.mark.parametrize(
    ("low", "high", "claim"),
    [
        (4, 7.9, "below"),
        (8, 10, "within"),
        (8.1, 9.9, "within"),
        (10.1, 12, "above"),
        (7, 9, "unclear"),
        (9, 11, "unclear"),
        (5, 20, "unclear"),
    ],
)
def test_the_claim_is_judged_by_the_whole_interval(low, high, claim):
    result = loyal_new(value=(low + high) / 2, low=low, high=high)
    assert story.answer(result, EN).holes["claim"].id == f"loyal_new.claim.{claim}"


@pytest.mark.parametrize(
    ("sizes", "high", "id"),
    [((30, 30), 6.0, "spent"), ((29, 90), 6.0, "few"), ((90, 29), 6.0, "few"), ((1, 90), math.inf, "alone")],
)
def test_few_on_one_side_carry_no_verdict(sizes, high, id):
    result = loyal_new(high=high, loyal=sizes[0], new=sizes[1])
    message = story.answer(result, EN)
    assert message.id == f"loyal_new.answer.{id}"
    assert "∞" not in said(message)
    assert ("more_customers" in ids(story.advice(result, EN))) == (id != "spent")


def test_why_it_is_large_and_what_would_be_fair():
    told = said(story.part(loyal_new(), "ways", EN))
    assert "more by construction" in told
    assert told.endswith("expected of both in the next twelve months: 3.00 times (2.00 to 4.00).")
    fair = loyal_new(options={"measure": "expected", "loyal": 3, "new": "once"})
    assert said(story.part(fair, "ways", EN)).startswith("This is the fair way to compare")
    assert "5.00 times (4.00 to 6.00), which is large by construction" in said(story.part(fair, "ways", EN))
    assert "do not allow" in said(story.part(loyal_new(expected=None), "ways", EN))


def test_what_they_are_of_all():
    # 60, 40 and 80 of 180 customers; 3,000, 800 and 800 of 4,600
    assert said(story.part(loyal_new(), "shares", EN)) == (
        "Loyal customers are 33.3% of the customers and bring 65.2% of the money; new ones are 44.4% and "
        "bring 17.4%."
    )


def test_advice():
    told = story.advice(loyal_new(), EN)
    assert ids(told) == ["second_purchase", "between", "fair", "welcome", "person"]
    assert said(told[0]).startswith("A loyal customer can be expected to bring €24.00 more than a new one")
    assert "(40)" in said(told[1])


def test_no_worth_is_named_that_may_be_chance():
    alike = loyal_new(expected=(1.5, 0.9, 2.5))
    assert "second_purchase" not in ids(story.advice(alike, EN))
    assert "alike" in ids(story.advice(loyal_new(value=1.1, low=0.8, high=1.5), EN))


def test_codes_are_words_in_the_tables():
    assert [row["Side"] for row in story.table(loyal_new(), "sides", EN)] == ["Loyal", "In between", "New"]
    assert [row["衡量方式"] for row in story.table(loyal_new(), "ways", ZH)] == [
        "至今消费",
        "未来 12 个月的预期",
    ]


def test_endless_intervals_are_drawn_to_the_edge():
    result = loyal_new(high=math.inf, loyal=1)
    spec = charts.ways(result, EN).to_dict()
    assert "Infinity" not in str(spec)
    assert "inf" not in str(spec["datasets"]).replace("interval", "")


def test_the_pictures_say_what_they_show():
    assert charts.sides(loyal_new(), EN).description == (
        "Spent so far, per customer: Loyal €50.00, In between €20.00, New €10.00."
    )
    assert charts.ways(loyal_new(), EN).description == (
        "A loyal customer against a new one. Spent so far: 5.00 times (4.00 to 6.00), Expected in the next "
        "12 months: 3.00 times (2.00 to 4.00)."
    )
