"""Attitude and behaviour: by hand, and the long way in pandas, scipy and statsmodels."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

import loyalty
from loyalty import say_do
from loyalty.errors import LoyaltyError
from tests.tables import bought, dataset, draw_orders, draw_responses, table

ORDERS = """
customer date       order amount
a        2025-01-03 1     10
a        2025-02-01 2     20
a        2025-03-15 3     30
b        2025-02-01 4     40
c        2025-01-10 5     5
c        2025-03-01 6     15
d        2025-05-01 7     50
e        2025-02-02 8     8
e        2025-06-30 9     12
f        2025-03-03 10    7
g        2025-03-04 11    3
g        2025-03-05 12    -9
-        2025-06-29 13    99
"""
ANSWERS = """
customer recommend rating date       segment
a        0         1      2025-01-05 north
a        9         3      2025-02-10 north
b        10        5      2025-02-20 north
c        3         4      2025-03-01 south
d        6         1      2025-06-01 south
e        7         4      2025-04-01 south
f        8         2      2025-04-02 -
z        9         5      2025-03-01 north
-        10        5      2025-03-01 north
g        -         -      2025-03-09 north
"""
# a promotes and bought three times, b promotes and bought once; c and e bought twice, d and f once;
# z never bought; g gave no answer.


def hand(**options):
    return say_do(dataset(orders=ORDERS, responses=ANSWERS), **options)


def lines(result, name):
    return {row[0]: row[1:] for row in result.table(name).rows}


def test_the_four_types_by_hand():
    result = hand()
    assert (result.overall.value, result.overall.n, result.unit) == (1 / 6, 6, "share")
    assert (result.overall.low, result.overall.high) == pytest.approx(
        proportion_confint(1, 6, method="wilson")
    )
    assert result.table("lists").columns == (
        *("list", "customers", "share", "purchases"),
        *("amount", "revenue_share"),
    )
    assert lines(result, "lists") == {
        "true": (1, 1 / 6, 3, 60, pytest.approx(60 / 197)),
        "latent": (1, 1 / 6, 1, 40, pytest.approx(40 / 197)),
        "spurious": (2, 2 / 6, 4, 40, pytest.approx(40 / 197)),
        "none": (2, 2 / 6, 2, 57, pytest.approx(57 / 197)),
    }
    assert result.options == {"attitude": "recommend", "often": 2}


def test_how_many_answers_were_matched_by_hand():
    result = hand()  # nine answers, of which those of z and of nobody find no customer
    assert (result.numbers["answers"], result.numbers["matched"], result.numbers["customers"]) == (9, 7, 6)
    assert (result.numbers["buyers"], result.numbers["buyers_purchases"]) == (7, 11)
    assert lines(result, "matched") == {"customer": (7, 7 / 9), "email": (0, 0), "nobody": (2, 2 / 9)}
    assert result.notes == ()


def test_few_matched_answers_are_said():
    answers = "customer recommend\n a 9\n z 9\n y 3\n - 10"
    [note] = say_do(dataset(orders=ORDERS, responses=answers)).notes
    assert str(note).startswith("Only 1 of 4 answers could be matched")


def test_often_by_hand():
    types = {n: [row[0] for row in lines(hand(often=n), "lists").values()] for n in (2, 3, 5)}
    assert types == {2: [1, 1, 2, 2], 3: [1, 1, 0, 4], 5: [0, 2, 0, 4]}


def test_the_rating_by_hand():
    result = hand(attitude="rating")  # satisfied: b 5, c 4, e 4; in the middle a 3; dissatisfied d 1, f 2
    assert [row[0] for row in lines(result, "lists").values()] == [2, 1, 1, 2]
    assert [(name, row[0]) for name, row in lines(result, "attitudes").items()] == [
        ("satisfied", 3),
        ("neutral", 1),
        ("dissatisfied", 2),
    ]
    [note] = result.notes
    assert str(note).startswith("The ratings were read on a scale from 1 (worst) to 5 (best); from 4 on")


@pytest.mark.parametrize(
    ("ratings", "high", "low"),
    [
        ("1 2 3 4 5 6 7", 2, 3),  # of seven points 6 and 7, and 1 to 3
        ("0 20 40 50 75 80 100", 3, 3),
        ("1 3 5 6 8 9 10", 3, 3),  # of 1 to 10 the top quarter begins at 7¾, the lower half ends at 5½
    ],
)
def test_other_scales(ratings, high, low):
    names = [f"c{place}" for place, _ in enumerate(ratings.split())]
    orders = pl.DataFrame({"customer": names, "date": [date(2025, 1, 1)] * len(names)})
    answers = pl.DataFrame({"customer": names, "rating": [float(rating) for rating in ratings.split()]})
    found = lines(say_do(dataset(orders=orders, responses=answers)), "attitudes")
    assert (found["satisfied"][0], found["dissatisfied"][0]) == (high, low)


def test_a_scale_whose_low_end_is_best():
    answers = pl.DataFrame(
        {"customer": ["a", "b", "c", "c"], "Rating (1 = very satisfied, 5 = very dissatisfied)": [1, 5, 1, 3]}
    )
    roles = {"rating": answers.columns[1], "customer": "customer"}
    data = loyalty.Dataset.from_frames(
        orders=table(ORDERS).lazy(), responses=answers.lazy(), roles={"responses": roles}
    )
    result = say_do(data)
    assert [(name, row[0]) for name, row in lines(result, "attitudes").items()] == [
        ("satisfied", 1),  # a
        ("neutral", 1),  # c, whose worse answer counts
        ("dissatisfied", 1),  # b
    ]
    assert "from 5 (worst) to 1 (best); from 2 on" in str(result.notes[0])
    scores = loyalty.members("say_do", data).set_index("customer")["score"]
    assert dict(scores) == {"a": 1, "b": 5, "c": 3}, "as they were given"


def test_segments_and_months_by_hand():
    result = hand(by="segment")
    assert [(group.group, group.value, group.n) for group in result.groups] == [
        ("south", 0, 3),
        ("north", 0.5, 2),
        ("", 0, 1),
    ]
    assert [(month.group, month.value, month.n) for month in result.trend] == [
        ("2025-02", 0.5, 2),
        ("2025-03", 0, 1),
        ("2025-04", 0, 2),
        ("2025-06", 0, 1),
    ]


def test_attitudes_by_hand():
    found = lines(hand(), "attitudes")
    assert list(found) == ["promoters", "passives", "detractors"]
    assert {name: row[0] for name, row in found.items()} == dict.fromkeys(found, 2)
    assert {name: row[1] for name, row in found.items()} == dict.fromkeys(found, 0.5)
    assert {name: (row[4], row[7]) for name, row in found.items()} == {
        "promoters": (50, 25),  # 60 and 40 in 3 and 1 purchases
        "passives": (13.5, 9),  # 20 and 7 in 2 and 1
        "detractors": (35, pytest.approx(70 / 3)),  # 20 and 50 in 2 and 1
    }
    # 13.5 ± t(1)·6.5: the two passives' 20 and 7 have the standard deviation 6.5·√2, their mean 6.5
    assert found["passives"][5:7] == pytest.approx((0, 13.5 + stats.t.ppf(0.975, 1) * 6.5))


def test_staying_by_hand():
    # 90 days before 2025-06-30 is 2025-04-01: too late for d and f. a bought again after 33 days, e after 90;
    # c only on the day of the answer itself.
    result = hand()
    shares = {name: row[:3] for name, row in lines(result, "staying").items()}
    assert shares == {"promoters": (2, 1, 0.5), "passives": (1, 1, 1), "detractors": (1, 0, 0)}
    numbers = result.numbers
    assert numbers["difference"] == 0.5
    assert (numbers["difference_low"], numbers["difference_high"]) == pytest.approx(
        confint_proportions_2indep(1, 2, 0, 1, compare="diff", method="newcomb"), abs=1e-6
    )


def test_correlation_by_hand():
    # Ranks of the answers 9 10 3 6 7 8: 5 6 1 2 3 4; of the purchases 3 1 2 1 2 1: 6 2 4½ 2 4½ 2; mean 3½:
    # Σ dx·dy = 3.75 − 3.75 − 2.5 + 2.25 − 0.5 − 0.75; Σ dx² = 17.5, Σ dy² = 15
    assert hand().numbers["correlation"] == pytest.approx(-1.5 / math.sqrt(17.5 * 15))


def test_without_dates_of_answers_nothing_is_said_of_staying():
    result = say_do(dataset(orders=ORDERS, responses="customer recommend\n a 9\n c 3"))
    assert "difference" not in result.numbers
    assert {each.name for each in result.tables} == {"lists", "matched", "attitudes"}
    assert result.trend == ()


def test_without_amounts_purchases_are_all_there_is():
    orders = table(ORDERS).drop("amount")
    result = say_do(dataset(orders=orders, responses=ANSWERS))
    assert result.table("lists").columns == ("list", "customers", "share", "purchases")
    assert result.table("attitudes").columns == ("group", "customers", "share", "share_low", "share_high")
    assert list(loyalty.members("say_do", dataset(orders=orders, responses=ANSWERS), "none")["customer"]) == [
        *("d", "f")
    ]


DISCOUNTS = """
customer date       order amount discount
a        2025-01-03 20    10     1
a        2025-01-03 20    10     -
a        2025-01-03 19    10     -
a        2025-02-01 21    20     -2
a        2025-02-02 22    20     0
b        2025-02-01 23    40     5
b        2025-02-02 24    -40    5
c        2025-01-10 -     5      -
c        2025-03-01 -     5      1
-        2025-06-29 27    99     9
"""


def test_discounts_by_hand():
    # The first order of a is the one with the smaller number, 19, without a discount, that of b has one, of c
    # none; repeat orders are 20, 21, 22 of a and one of c, of which all but 22 have one.
    result = say_do(dataset(orders=DISCOUNTS, responses="customer recommend\n a 9"))
    found = lines(result, "discounts")
    assert {name: row[:3] for name, row in found.items()} == {"first": (3, 1, 1 / 3), "repeat": (4, 3, 0.75)}
    assert found["first"][3:] == pytest.approx(proportion_confint(1, 3, method="wilson"))
    # Two customers with 2 of 3 and 1 of 1: residuals 2 − ¾·3 and 1 − ¾·1, so the variance of the ratio is
    # 2/(2−1) · (¼² + ¼²) / 4² against ¾·¼/4 of independent orders: a design effect of 1/3, hence none.
    assert found["repeat"][3:] == pytest.approx(proportion_confint(3, 4, method="wilson"))


def test_repeat_orders_of_one_customer_resemble_each_other():
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(11)]
    each = [pl.DataFrame({"customer": name, "date": days, "discount": off}) for name, off in FAITHFUL.items()]
    result = say_do(dataset(orders=pl.concat(each), responses="customer recommend\n a 9"))
    # Ten repeat orders each, all with a discount or none: as good as one order a customer, widened n/(n−1)
    share, low, high = lines(result, "discounts")["repeat"][2:]
    assert share == 0.5
    assert (low, high) == pytest.approx(proportion_confint(1.5, 3, method="wilson"))


FAITHFUL = {"a": 1.0, "b": 1.0, "c": 0.0, "d": 0.0}


def test_orders_that_never_had_a_discount_are_not_told():
    orders = table(ORDERS).with_columns(discount=pl.lit(0.0))
    result = say_do(dataset(orders=orders, responses=ANSWERS))
    assert "discounts" not in {each.name for each in result.tables}


def test_members_by_hand():
    data = dataset(orders=ORDERS, responses=ANSWERS)
    found = loyalty.members("say_do", data, "spurious")
    assert list(found.columns) == ["list", "customer", "score", "purchases", "amount", "last"]
    assert found.drop(columns="list").to_numpy().tolist() == [
        ["c", 3.0, 2, 20.0, "2025-03-01"],
        ["e", 7.0, 2, 20.0, "2025-06-30"],
    ]
    assert list(loyalty.members("say_do", data, "none")["customer"]) == ["d", "f"], (
        "the largest spender first"
    )


def people(orders, responses, score):
    """The latest answer of each customer beside what was bought, counted in pandas."""
    purchases = bought(orders)
    given = responses.to_pandas().dropna(subset=["customer", score])
    given = given[given["customer"].isin(purchases)]
    last = given.sort_values(["date", score], ascending=[False, True]).groupby("customer").first()
    last["days"] = [[day for day, _ in purchases[name]] for name in last.index]
    last["purchases"] = last["days"].map(len)
    last["amount"] = [sum(amount for _, amount in purchases[name]) for name in last.index]
    top, middle = (8.5, 6.5) if score == "recommend" else (3.5, 2.5)
    last["place"] = (last[score] > top).astype(int) + (last[score] > middle).astype(int)
    return last, given


@pytest.mark.parametrize("often", [2, 3, 5])
@pytest.mark.parametrize("score", ["recommend", "rating"])
@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3))])
def test_the_long_way(seed, score, often):
    orders, responses = draw_orders(seed, lines=900, days=700), draw_responses(seed)
    result = say_do(dataset(orders=orders, responses=responses), attitude=score, often=often)
    last, given = people(orders, responses, score)
    high, frequent = last["place"] == 2, last["purchases"] >= often
    kinds = {"true": high & frequent, "latent": high & ~frequent, "spurious": ~high & frequent}
    kinds["none"] = ~high & ~frequent
    types = lines(result, "lists")
    for name, here in kinds.items():
        assert types[name] == pytest.approx(
            (
                here.sum(),
                here.mean(),
                last["purchases"][here].sum(),
                last["amount"][here].sum(),
                last["amount"][here].sum() / last["amount"].sum(),
            )
        )
    assert result.numbers["matched"] == len(given)
    assert result.numbers["answers"] == responses[score].count()
    assert (result.overall.low, result.overall.high) == pytest.approx(
        proportion_confint(kinds["true"].sum(), len(last), method="wilson")
    )
    _same_attitudes(lines(result, "attitudes"), last)
    _same_test(result, orders, last)
    expected = stats.spearmanr(last[score], last["purchases"])
    assert result.numbers["correlation"] == pytest.approx(expected.statistic)
    assert result.numbers["correlation_p"] == pytest.approx(expected.pvalue)


def _same_attitudes(found, last):
    for row, place in zip(found.values(), (2, 1, 0), strict=True):
        here = last[last["place"] == place]
        again = (here["purchases"] > 1).sum()
        assert row[0] == len(here)
        assert row[1] == pytest.approx(again / len(here))
        assert row[2:4] == pytest.approx(proportion_confint(again, len(here), method="wilson"))
        mean = here["amount"].mean()
        ends = stats.t.interval(0.95, len(here) - 1, mean, stats.sem(here["amount"]))
        assert row[4:7] == pytest.approx((mean, max(0, ends[0]), ends[1]))
        value = here["amount"].sum() / here["purchases"].sum()
        residual = here["amount"] - value * here["purchases"]
        error = math.sqrt((residual**2).sum() * len(here) / (len(here) - 1)) / here["purchases"].sum()
        half = stats.t.ppf(0.975, len(here) - 1) * error
        assert row[7:10] == pytest.approx((value, max(0, value - half), value + half))


def _same_test(result, orders, last):
    end = orders["date"].max().date()
    early = last[[(end - day.date()).days >= 90 for day in last["date"]]]
    stayed = pd.Series(
        [
            any(0 < (day - asked.date()).days <= 90 for day in days)
            for days, asked in zip(early["days"], early["date"], strict=True)
        ],
        index=early.index,
        dtype=bool,
    )
    groups = [stayed[early["place"] == place] for place in (2, 0)]
    (top, n_top), (bottom, n_bottom) = ((one.sum(), len(one)) for one in groups)
    numbers = result.numbers
    assert numbers["difference"] == pytest.approx(top / n_top - bottom / n_bottom)
    low, high = confint_proportions_2indep(top, n_top, bottom, n_bottom, compare="diff", method="newcomb")
    assert (numbers["difference_low"], numbers["difference_high"]) == pytest.approx((low, high), abs=1e-6)
    assert (numbers["difference_p"] < 0.05) == (low > 0 or high < 0)


@pytest.mark.parametrize("seed", range(4))
def test_the_p_value_is_near_that_of_the_classical_test(seed):
    """400 promoters and 300 detractors who stay with other chances: statsmodels' z-test of two shares."""
    draw, n = np.random.default_rng(seed), (400, 300)
    counts = [draw.binomial(n[0], 0.50), draw.binomial(n[1], 0.42)]
    score = np.repeat([10.0, 2.0], n)
    names = [f"c{place}" for place in range(sum(n))]
    again = np.concatenate([np.arange(size) < count for size, count in zip(n, counts, strict=True)])
    asked, first, second = date(2025, 2, 1), date(2025, 1, 1), date(2025, 3, 1)
    orders = pl.DataFrame(
        {
            "customer": names + [name for name, stays in zip(names, again, strict=True) if stays] + ["x"],
            "date": [first] * len(names) + [second] * int(again.sum()) + [date(2025, 12, 31)],
        }
    )
    answers = pl.DataFrame({"customer": names, "recommend": score, "date": [asked] * len(names)})
    numbers = say_do(dataset(orders=orders, responses=answers)).numbers
    assert numbers["difference"] == pytest.approx(counts[0] / n[0] - counts[1] / n[1])
    assert numbers["difference_p"] == pytest.approx(proportions_ztest(counts, n)[1], rel=0.1)


@pytest.mark.parametrize(
    ("answers", "options", "id"),
    [
        ("customer date\n a 2025-01-01", {}, "missing_columns"),
        ("recommend\n 9", {}, "missing_columns"),
        ("customer recommend\n a 9", {"attitude": "rating"}, "missing_columns"),
        ("customer recommend\n a -", {}, "no_answers"),
        ("customer recommend\n z 9", {}, "no_matches"),
        ("customer rating\n a -5\n a 900", {}, "no_known_scale"),
        ("customer recommend\n a 9", {"often": 4}, "unknown_option"),
        ("customer recommend\n a 9", {"attitude": "again"}, "unknown_option"),
        ("customer recommend\n a 9", {"by": "segment"}, "no_groups"),
    ],
)
def test_what_cannot_be_answered_is_said(answers, options, id):
    with pytest.raises(LoyaltyError) as caught:
        say_do(dataset(orders=ORDERS, responses=answers), **options)
    assert caught.value.id == id
    assert str(caught.value)
    assert caught.value.in_language("zh")


def test_what_is_expected_of_each_attitude_is_the_value_of_the_same_customers():
    """The values that the list of lifetime value gives these customers, averaged."""
    rows = [(f"c{who:02}", 30 * month + who, 10.0 + who) for who in range(24) for month in range(6)]
    start = date(2025, 1, 1)
    drawn = [(name, start + timedelta(days=days), amount) for name, days, amount in rows]
    frame = pl.DataFrame(drawn, schema=["customer", "date", "amount"], orient="row")
    said = pl.DataFrame({"customer": [f"c{who:02}" for who in range(20)], "recommend": [10.0, 3.0] * 10})
    data = dataset(orders=frame.with_columns(pl.col("date").cast(pl.Datetime("us"))), responses=said)
    found = lines(say_do(data), "attitudes")
    listed = loyalty.members("clv", data).set_index("customer")["value"]
    for group, first in (("promoters", 0), ("detractors", 1)):
        value, low, high = found[group][-3:]
        assert value == pytest.approx(listed[[f"c{who:02}" for who in range(first, 20, 2)]].mean())
        assert low < value < high
