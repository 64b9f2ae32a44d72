"""Net Promoter Score: by hand, and the long way in pandas and statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import polars as pl
import pytest
import statsmodels.api as sm

from loyalty import limits, nps
from loyalty.errors import LoyaltyError
from loyalty.stats import Z
from tests.tables import dataset, draw_responses, frame

ANSWERS = """
recommend customer date       segment comment
10        ann      2025-01-05 north   good
9         bob      2025-01-20 north   good
8         cat      2025-01-31 south   -
6         dan      2025-02-01 south   slow
0         eve      2025-02-10 south   slow
10        fay      2025-02-11 -       good
7         gus      2025-02-12 north   -
-         hal      2025-02-13 north   lost
10        -        -          south   fine
"""


def estimates(groups):
    return {group.group: (pytest.approx(group.value), group.n) for group in groups}


def adjusted_wald(plus, minus, n, effect=1.0):
    """Rocks (2016), written out again: three more answers, of which ¾ at each end."""
    n, plus, minus = n / effect + 3, plus / effect + 0.75, minus / effect + 0.75
    net = (plus - minus) / n
    half = Z * math.sqrt(((plus + minus) / n - net**2) / n)
    return 100 * max(net - half, -1), 100 * min(net + half, 1)


def test_the_standard_method_by_hand():
    result = nps(dataset(responses=ANSWERS))
    # promoters 10, 9, 10, 10; passives 8, 7; detractors 6, 0; one did not answer: 100 · (4 − 2) / 8
    assert (result.overall.value, result.overall.n, result.unit) == (25, 8, "points")
    assert (result.overall.low, result.overall.high) == pytest.approx(adjusted_wald(4, 2, 8))
    assert dict(result.numbers) == {"detractors": 2, "passives": 2, "promoters": 4, "answers": 8}
    assert result.options == {"method": "standard"}


def test_the_one_to_ten_method_by_hand():
    result = nps(dataset(responses=ANSWERS), method="one_to_ten")
    # loyal 10, 9, 10, 10; neutral 8, 6, 7; nobody dissatisfied; 0 is off this scale: 100 · (7/7 − 0/7)
    assert (result.overall.value, result.overall.n) == (100, 7)
    assert (result.overall.low, result.overall.high) == pytest.approx(adjusted_wald(7, 0, 7))
    assert dict(result.numbers) == {"dissatisfied": 0, "neutral": 3, "loyal": 4, "answers": 7}


def test_the_printed_formula_of_the_second_method():
    # (satisfied and neutral)/all − dissatisfied/all: 3 loyal, 4 neutral, 3 dissatisfied → 70 − 30
    scores = [9, 10, 9, 6, 7, 8, 8, 1, 5, 3]
    answers = pl.DataFrame({"recommend": [float(score) for score in scores]})
    assert nps(dataset(responses=answers), method="one_to_ten").overall.value == pytest.approx(40)
    assert nps(dataset(responses=answers)).overall.value == pytest.approx(100 * (3 - 4) / 10)


@pytest.mark.parametrize("score", range(11))
def test_every_score_falls_into_its_group(score):
    answers = dataset(responses=pl.DataFrame({"recommend": [float(score)]}))
    standard = "detractors" if score <= 6 else "passives" if score <= 8 else "promoters"
    assert nps(answers).numbers[standard] == 1
    if score:
        other = "dissatisfied" if score <= 5 else "neutral" if score <= 8 else "loyal"
        assert nps(answers, method="one_to_ten").numbers[other] == 1


def test_segments_by_hand():
    result = nps(dataset(responses=ANSWERS), by="segment")
    assert [group.group for group in result.groups] == ["south", "north", ""]
    assert estimates(result.groups) == {"south": (-25, 4), "north": (200 / 3, 3), "": (100, 1)}
    assert result.table("groups").columns == (
        "group",
        "detractors",
        "passives",
        "promoters",
        "value",
        "low",
        "high",
    )
    assert [row[:4] for row in result.table("groups").rows] == [
        ("south", 2, 1, 1),
        ("north", 0, 1, 2),
        ("", 0, 0, 1),
    ]
    assert 0 < result.groups_differ < 1


def test_a_segment_without_answers_on_the_scale_is_no_group():
    answers = "recommend segment\n 0 a\n 0 a\n 9 b\n 3 b"
    result = nps(dataset(responses=answers), by="segment", method="one_to_ten")
    assert estimates(result.groups) == {"b": (0, 2)}
    assert result.groups_differ is None


def test_trend_and_change_by_hand():
    result = nps(dataset(responses=ANSWERS))
    assert estimates(result.trend) == {"2025-01": (200 / 3, 3), "2025-02": (-25, 4)}
    assert result.change.difference == pytest.approx(-25 - 200 / 3)
    assert (result.change.before, result.change.after) == result.trend
    low, high = adjusted_wald(2, 0, 3)
    assert (result.trend[0].low, result.trend[0].high) == pytest.approx((low, high))


def test_scores_table_by_hand():
    rows = nps(dataset(responses=ANSWERS)).table("scores").rows
    assert [(score, n) for score, n, _ in rows if n] == [(0, 1), (6, 1), (7, 1), (8, 1), (9, 1), (10, 3)]
    assert [score for score, _, _ in rows] == list(range(11))
    assert {
        name: sum(1 for _, _, group in rows if group == name)
        for name in ("detractors", "passives", "promoters")
    } == {
        "detractors": 7,
        "passives": 2,
        "promoters": 2,
    }
    rows = nps(dataset(responses=ANSWERS), method="one_to_ten").table("scores").rows
    assert [score for score, _, _ in rows] == list(range(1, 11))


def test_both_methods_side_by_side():
    for method in ("standard", "one_to_ten"):
        rows = nps(dataset(responses=ANSWERS), method=method).table("methods").rows
        assert [(name, value, n) for name, value, _, _, n in rows] == [
            ("standard", 25, 8),
            ("one_to_ten", 100, 7),
        ]


def test_comments_by_hand():
    result = nps(dataset(responses=ANSWERS))
    assert result.table("comment_counts").rows == (("detractors", 2), ("passives", 0), ("promoters", 4))
    assert set(result.table("comments").rows) == {
        ("promoters", 10, "good", 2),
        ("promoters", 9, "good", 1),
        ("promoters", 10, "fine", 1),
        ("detractors", 6, "slow", 1),
        ("detractors", 0, "slow", 1),
    }
    assert result.table("comments").rows[0] == ("promoters", 10, "good", 2), "the most frequent first"
    other = nps(dataset(responses=ANSWERS), method="one_to_ten").table("comments").rows
    assert ("neutral", 6, "slow", 1) in other
    assert all(score for _, score, _, _ in other), "a 0 is off this scale"


def test_many_different_comments_are_counted_in_full_and_listed_in_part():
    n = limits.COMMENTS + 50
    answers = frame({"recommend": [9.0] * n, "comment": [f"comment {i}" for i in range(n)]})
    result = nps(dataset(responses=answers))
    assert dict(result.table("comment_counts").rows)["promoters"] == n
    assert len(result.table("comments").rows) == limits.COMMENTS


def test_without_dates_segments_or_comments():
    result = nps(dataset(responses=pl.DataFrame({"recommend": [9.0, 3.0]})))
    assert (result.overall.value, result.trend, result.change, result.groups) == (0, (), None, ())
    assert {table.name for table in result.tables} == {"scores", "groups", "methods"}


def clustered(answers, method):
    """Design effect by statsmodels: cluster-robust variance of the mean against the plain one."""
    low = 0 if method == "standard" else 1
    known = answers[answers["recommend"] >= low]
    top, middle = (9, 7) if method == "standard" else (6, 6)
    x = np.where(known["recommend"] >= top, 1.0, np.where(known["recommend"] >= middle, 0.0, -1.0))
    anonymous = pd.Series([f"?{i}" for i in known.index], index=known.index)
    customer = pd.factorize(known["customer"].fillna(anonymous))[0]
    fit = sm.OLS(x, np.ones(len(x))).fit(cov_type="cluster", cov_kwds={"groups": customer})
    return max(1.0, fit.bse[0] ** 2 / (x.var() / len(x)))


@pytest.mark.parametrize("method", ["standard", "one_to_ten"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_long_way(seed, method):
    drawn = draw_responses(seed)
    result = nps(dataset(responses=drawn), by="segment", method=method)
    edges = {"standard": [-1, 6, 8, 10], "one_to_ten": [0, 5, 8, 10]}[method]
    answers = drawn.to_pandas().assign(part=lambda t: pd.cut(t["recommend"], edges, labels=[0, 1, 2]))
    effect = clustered(answers, method)

    def score(part):
        low, middle, top = part["part"].value_counts().reindex([0, 1, 2]).to_numpy()
        plus, n = top if method == "standard" else top + middle, low + middle + top
        return (100 * (plus - low) / n, *adjusted_wald(plus, low, n, effect), n)

    def of(estimate):
        return (estimate.value, estimate.low, estimate.high, estimate.n)

    assert of(result.overall) == pytest.approx(score(answers))
    groups = {name: score(part) for name, part in answers.groupby(answers["segment"].fillna(""))}
    assert {group.group: of(group) for group in result.groups} == {
        n: pytest.approx(g) for n, g in groups.items()
    }
    months = {name: score(part) for name, part in answers.groupby(answers["date"].dt.strftime("%Y-%m"))}
    assert {month.group: of(month) for month in result.trend} == {
        n: pytest.approx(g) for n, g in months.items()
    }
    assert [month.group for month in result.trend] == sorted(months)
    written = answers.dropna(subset=["part", "comment"]).groupby(["recommend", "comment"]).size()
    listed = {(score, comment): n for _, score, comment, n in result.table("comments").rows}
    assert listed == {(int(score), comment): n for (score, comment), n in written.items()}


def test_one_customer_answers_for_one():
    once = dataset(responses="recommend customer\n" + "9 ann\n" * 20)
    alone = dataset(responses="recommend\n" + "9\n" * 20)
    assert nps(once).overall.n == 20
    low, _ = adjusted_wald(1, 0, 1)
    assert (nps(once).overall.low, nps(once).overall.high) == (pytest.approx(low), 100)
    assert nps(alone).overall.low > nps(once).overall.low


def test_answers_without_a_customer_stand_for_themselves():
    many = "recommend customer\n" + "9 -\n3 -\n" * 50
    with_one = dataset(responses=many + "9 ann\n9 ann\n")
    low, high = adjusted_wald(52, 50, 102)
    overall = nps(with_one).overall
    assert (overall.low, overall.high) == pytest.approx((low, high), abs=0.5)


@pytest.mark.parametrize(
    ("answers", "options", "id"),
    [
        ("customer date\n ann 2025-01-01", {}, "missing_columns"),
        ("recommend\n -\n -", {}, "no_scores"),
        ("recommend\n 0\n 0", {"method": "one_to_ten"}, "no_scores"),
        ("recommend\n 9", {"method": "other"}, "unknown_option"),
        ("recommend\n 9", {"by": "segment"}, "no_groups"),
        ("recommend segment\n 9 a", {"by": "colour"}, "unknown_group"),
    ],
)
def test_what_cannot_be_answered_is_said(answers, options, id):
    with pytest.raises(LoyaltyError) as caught:
        nps(dataset(responses=answers), **options)
    assert caught.value.id == id
    assert str(caught.value)
    assert caught.value.in_language("zh")


def test_the_scale_is_named_where_no_score_is_on_it():
    with pytest.raises(LoyaltyError, match="from 1 to 10"):
        nps(dataset(responses="recommend\n 0"), method="one_to_ten")
    with pytest.raises(LoyaltyError, match="“Survey answers”"):
        nps(dataset(orders="amount\n 5"))
