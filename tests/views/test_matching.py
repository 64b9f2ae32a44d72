"""Answers joined to customers: by hand, and the long way in pandas."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from loyalty.answer_scales import AnswerScale
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.views.matching import latest_answers, matched_answers
from tests.tables import dataset, draw_orders, draw_responses, frame, table

ORDERS = """
customer date       order amount email
007      2025-01-03 1     5      ann@example.com
007      2025-02-03 2     5      -
7        2025-01-04 3     5      BOB@example.com
8        2025-01-05 4     5      shared@example.com
9        2025-01-06 5     5      shared@example.com
back     2025-01-07 6     -5     back@example.com
-        2025-01-08 7     5      nobody@example.com
"""


def found(frame, *columns):
    """The rows of a frame as a set of tuples, with how often each stands there."""
    return sorted(frame.collect("polars").to_native().select(columns).rows(), key=str)


def answers(*rows, names=("customer", "email", "recommend")):
    return frame({name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)})


def test_by_hand():
    given = answers(
        ("007", None, 9.0),  # by number
        ("7", "ann@example.com", 8.0),  # the number comes first
        ("07", None, 7.0),  # no such number: zeros count
        ("stranger", " Ann@Example.COM ", 6.0),  # unknown number, known address
        (None, "bob@example.com", 5.0),
        ("Bob@example.com", None, 4.0),  # an address in the place of a number
        (None, "shared@example.com", 3.0),  # of two customers the first
        ("back", None, 2.0),  # has never kept anything
        (None, "back@example.com", 2.0),
        (None, "nobody@example.com", 1.0),
        (None, None, 0.0),
        (None, "no address", 0.0),
    )
    data = dataset(orders=ORDERS, responses=given)
    assert found(matched_answers(data), "recommend", "customer", "matched_by") == [
        (0.0, None, None),
        (0.0, None, None),
        (1.0, None, None),
        (2.0, None, None),
        (2.0, None, None),
        (3.0, "8", "email"),
        (4.0, "7", "email"),
        (5.0, "7", "email"),
        (6.0, "007", "email"),
        (7.0, None, None),
        (8.0, "7", "customer"),
        (9.0, "007", "customer"),
    ]


def test_customers_who_are_addresses():
    orders = "customer date\n Ann@example.com 2025-01-03\n bob@example.com 2025-01-03"
    data = dataset(orders=orders, responses="customer recommend\n ann@EXAMPLE.com 9\n bob@example.com 3")
    assert found(matched_answers(data), "recommend", "customer", "matched_by") == [
        (3.0, "bob@example.com", "customer"),
        (9.0, "Ann@example.com", "email"),
    ]


def test_further_columns_stay():
    data = dataset(orders=ORDERS, responses="email recommend comment\n bob@example.com 3 slow")
    assert found(matched_answers(data), "customer", "comment", "email") == [("7", "slow", "bob@example.com")]


def test_the_latest_answer_by_hand():
    given = """
    customer email           recommend rating date       segment
    007      -               9         5      2025-01-10 a
    007      -               3         4      2025-02-10 b
    -        ann@example.com 2         5      2025-02-10 c
    007      -               -         1      2025-03-10 d
    007      -               10        -      -          e
    7        -               8         -      -          f
    z        -               1         -      2025-03-01 f
    """
    data = dataset(orders=ORDERS, responses=given)
    day = pd.Timestamp("2025-02-10").toordinal()
    columns = ("customer", "score", "day", "month", "matched_by", "group")
    assert found(latest_answers(data, "recommend", "segment"), *columns) == [
        ("007", 2.0, day, 12 * 2025 + 1, "email", "c"),
        ("7", 8.0, None, None, "customer", "f"),
    ]
    latest = found(latest_answers(data, "rating"), "customer", "score", "day")
    assert latest == [("007", 1.0, pd.Timestamp("2025-03-10").toordinal())]


def test_without_dates_the_lowest_answer_counts():
    data = dataset(orders=ORDERS, responses="customer recommend\n 8 9\n 8 4\n 8 10")
    assert found(latest_answers(data), "customer", "score") == [("8", 4.0)]


def test_on_a_scale_whose_low_end_is_best_the_highest_answer_is_the_worst():
    data = dataset(orders=ORDERS, responses="customer rating\n 8 1\n 8 4\n 8 2")
    assert found(latest_answers(data, "rating", scale=AnswerScale(5, 1)), "score") == [(2.0,)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_latest_answer_the_long_way(seed):
    orders, responses = draw_orders(seed), draw_responses(seed)
    sums = orders.to_pandas()
    key = sums["order"].where(sums["order"].notna(), sums["customer"].str.cat(sums["date"].dt.strftime("%F")))
    key = key.where(key.notna(), "?" + sums.index.astype(str))
    bought = sums.groupby(key).agg(customer=("customer", "min"), amount=("amount", "sum"))
    buyers = set(bought[bought["amount"] > 0]["customer"].dropna())
    given = responses.to_pandas().dropna(subset=["customer", "recommend"])
    given = given[given["customer"].isin(buyers)].sort_values(["date", "recommend"], ascending=[False, True])
    last = given.groupby("customer").first()
    expected = {name: (row["recommend"], row["date"].toordinal()) for name, row in last.iterrows()}
    latest = latest_answers(dataset(orders=orders, responses=responses))
    rows = found(latest, "customer", "score", "day")
    assert {name: (score, day) for name, score, day in rows} == expected
    assert len(rows) == len(expected)


def test_tables_on_one_engine_and_on_two():
    orders, given = table(ORDERS), table("customer email recommend\n 007 - 9\n - BOB@example.com 2\n z - 1")
    relation, answered = (duckdb.from_arrow(frame.to_arrow()) for frame in (orders, given))
    for pair in (
        (relation, answered),
        (relation, given.to_pandas()),
        (orders, given.lazy()),
        (orders.lazy(), given),
    ):
        data = Dataset.from_frames(orders=pair[0], responses=pair[1])
        assert found(latest_answers(data), "customer", "score") == [("007", 9.0), ("7", 2.0)]


def test_what_is_missing_is_said():
    orders = "customer date\n a 2025-01-01"
    with pytest.raises(LoyaltyError) as caught:
        matched_answers(dataset(orders=orders, responses="recommend\n 9"))
    assert caught.value.id == "missing_columns"
    with pytest.raises(LoyaltyError) as caught:
        latest_answers(dataset(orders=orders, responses="customer recommend\n a 9"), "rating")
    assert caught.value.id == "missing_columns"
