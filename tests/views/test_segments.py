"""Scores and segments of RFM: by their definition, and every pair of scores in one segment."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import product
from math import floor

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from loyalty.queries import lazy, rows
from loyalty.stats import share
from loyalty.views.segments import PLACES, SCORES, Scores, cells, fifths, scored, with_money

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


@pytest.mark.parametrize(
    ("counts", "lower", "higher"),
    [
        # 100 people: the error of a share near 0.6 is 1.96 · √(0.6 · 0.4 / 100) = 0.096
        ({1: 65, 2: 35}, {1: 1, 2: 3}, {1: 1, 2: 4}),  # 0.65 below 2 may as well be 0.59; not 0.8 ± 0.078
        ({1: 75, 2: 25}, {1: 1, 2: 4}, {1: 1, 2: 5}),  # 0.75 may be 0.8, but not 0.6
        ({1: 50, 2: 50}, {1: 1, 2: 3}, {1: 1, 2: 3}),  # 0.5: neither 0.4 nor 0.6 by a hair (0.096 each)
        # 10,000 people: the error is a tenth of that
        ({1: 6500, 2: 3500}, {1: 1, 2: 4}, {1: 1, 2: 4}),
        ({1: 6050, 2: 3950}, {1: 1, 2: 3}, {1: 1, 2: 4}),
    ],
)
def test_scores_that_a_sample_leaves_open(counts, lower, higher):
    assert fifths(counts, side=-1) == lower
    assert fifths(counts, side=1) == higher


@given(some.lists(some.integers(-5, 40), min_size=1, max_size=60))
def test_open_scores_are_next_to_the_score_and_keep_the_order(values):
    counts = Counter(values)
    middle, lower, higher = fifths(counts), fifths(counts, side=-1), fifths(counts, side=1)
    for value, score in middle.items():
        assert 1 <= lower[value] <= score <= higher[value] <= 5
        assert score - lower[value] <= 1
        assert higher[value] - score <= 1
    for scores in (lower, higher):
        ordered = [scores[value] for value in sorted(scores)]
        assert ordered == sorted(ordered)


@pytest.mark.slow
@pytest.mark.parametrize("n", [100, 400])
@pytest.mark.parametrize("p", [0.2, 0.37, 0.4, 0.5])
def test_intervals_hold_the_truth_also_where_a_score_hangs_on_a_hair(p, n):
    """Of 200 samples; purchases are geometric, and with p = 0.37 60 % have at most two: the edge of a score.

    There the interval of a plain share holds the truth in about half of the samples.
    """
    draw = np.random.default_rng(23)

    def good(purchases, last, side=0):
        often, lately = (fifths(Counter(values.tolist()), side) for values in (purchases, last))
        return sum(
            often[f] >= 4 and lately[r] >= 3 for f, r in zip(purchases.tolist(), last.tolist(), strict=True)
        )

    def sample(size):
        purchases = draw.geometric(p, size)
        return purchases, -(draw.exponential(200 / np.sqrt(purchases))).astype(int)

    truth, held = good(*sample(200_000)) / 200_000, 0
    for _ in range(200):
        found = sample(n)
        held += share(good(*found, -1), n).low <= truth <= share(good(*found, 1), n).high
    assert held >= 188


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
    scores, *_ = Scores.of(counted)
    placed = rows(counted.lazy().with_columns(place=scores.place(axis)))
    assert [row["place"] for row in placed] == scores.of_cells(counted, axis).tolist()
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
