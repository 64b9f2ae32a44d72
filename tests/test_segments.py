"""Scores and segments of RFM: by their definition, and every pair of scores in one segment."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import product
from math import floor

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from loyalty.queries import lazy, rows
from loyalty.segments import PLACES, SCORES, Scores, cells, fifths, scored, with_money

# Recency 5 to 1 from left to right, frequency 5 to 1 from the top, drawn by hand from the rules.
GRID = """
champions           loyal               loyal          cant_lose   cant_lose
champions           loyal               loyal          at_risk     at_risk
potential_loyalists potential_loyalists need_attention at_risk     at_risk
potential_loyalists potential_loyalists about_to_sleep hibernating hibernating
new_customers       promising           about_to_sleep hibernating hibernating
"""


def score(value, values):
    """1 + ⌊5 · share of those who are strictly worse⌋, with fractions that are never rounded."""
    return 1 + floor(5 * Fraction(sum(other < value for other in values), len(values)))


def test_every_pair_of_scores_is_in_the_segment_of_the_drawing():
    drawn = {
        10 * (5 - column) + 5 - line: name
        for line, names in enumerate(GRID.split("\n")[1:-1])
        for column, name in enumerate(names.split())
    }
    assert drawn == PLACES
    assert set(PLACES) == {10 * r + f for r, f in product(SCORES, SCORES)}


@pytest.mark.parametrize(
    ("values", "scores"),
    [
        ([7], {7: 1}),
        ([1, 2], {1: 1, 2: 3}),  # one of two is worse: 5 · ½ = 2.5
        ([1, 2, 3, 4, 5], {1: 1, 2: 2, 3: 3, 4: 4, 5: 5}),
        ([4] * 9 + [5], {4: 1, 5: 5}),  # nine of ten are worse: 4.5
        ([4] * 8 + [5, 6], {4: 1, 5: 5, 6: 5}),  # eight of ten: 4 exactly
        ([4] + [5] * 9, {4: 1, 5: 1}),  # one of ten: half a step
    ],
)
def test_scores_by_hand(values, scores):
    assert fifths(Counter(values)) == scores


@given(some.lists(some.integers(-5, 40), min_size=1, max_size=60))
def test_scores_are_those_of_the_definition(values):
    assert fifths(Counter(values)) == {value: score(value, values) for value in values}


customers = some.lists(
    some.tuples(some.integers(739_000, 739_030), some.integers(1, 9), some.integers(1, 900)),
    min_size=1,
    max_size=50,
)
ENGINES = {"polars": lambda frame: frame, "duckdb": lambda frame: duckdb.from_arrow(frame.to_arrow())}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("axis", ["frequency", "both"])
@settings(max_examples=30, deadline=None)
@given(customers)
def test_the_engine_scores_as_the_definition_does(engine, axis, people):
    names = [f"c{place}" for place in range(len(people))]
    last, purchases, amount = (list(column) for column in zip(*people, strict=True))
    frame = pl.DataFrame(
        {"customer": names, "last": last, "purchases": purchases, "amount": [a / 100 for a in amount]}
    )
    found = {row["customer"]: row for row in rows(scored(lazy(ENGINES[engine](frame)), axis))}
    for name, *mine in zip(names, *people_scores(last, purchases, amount), strict=True):
        row = found[name]
        assert [row["recency_score"], row["frequency_score"], row["money_score"]] == mine
        r, f, m = mine
        second = f if axis == "frequency" else floor(Fraction(f + m, 2) + Fraction(1, 2))
        assert row["list"] == PLACES[10 * r + second]


def people_scores(*columns):
    return [[score(value, column) for value in column] for column in columns]


@pytest.mark.parametrize("axis", ["frequency", "both"])
@settings(deadline=None)
@given(customers)
def test_counted_together_they_stand_where_each_stands_alone(axis, people):
    last, purchases, amount = (list(column) for column in zip(*people, strict=True))
    frame = pl.DataFrame({"last": last, "purchases": purchases, "amount": [a / 100 for a in amount]})
    measured = with_money(lazy(frame), axis)
    counted = cells(measured)
    placed = rows(counted.with_columns(place=Scores.of(counted).place(axis)))
    found = Counter()
    for row in placed:
        found[PLACES[row["place"]]] += row["n"]
    alone = scored(lazy(frame), axis).collect("polars").to_native()["list"]
    assert found == Counter(alone)
    assert sum(row["amount"] for row in placed) == pytest.approx(sum(amount) / 100)


def test_equal_sums_are_equal_however_they_were_added_up():
    amounts = [0.1 + 0.2, 0.3, 1.0]
    assert amounts[0] != amounts[1]
    frame = pl.DataFrame({"last": [1, 2, 3], "purchases": [1, 1, 1], "amount": amounts})
    assert scored(lazy(frame), "both").collect("polars").to_native()["money_score"].to_list() == [1, 1, 4]
