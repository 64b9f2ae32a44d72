"""The best joint choice, against trying everything out and against scipy."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from loyalty.assignment import best_pairs


@given(
    st.lists(st.lists(st.sampled_from([0.0, 0.0, 0.3, 0.5, 0.8, 1.0]), min_size=3, max_size=3), max_size=4)
)
@settings(max_examples=200, deadline=None)
def test_no_assignment_is_better(scores: list[list[float]]) -> None:
    """Against trying all assignments out."""
    chosen = best_pairs(scores)
    used = [column for column in chosen if column is not None]
    assert len(used) == len(set(used))
    found = sum(scores[row][column] for row, column in enumerate(chosen) if column is not None)
    choices = [(None, 0, 1, 2)] * len(scores)
    totals = [
        sum(scores[row][column] for row, column in enumerate(pick) if column is not None)
        for pick in itertools.product(*choices)
        if len({c for c in pick if c is not None}) == sum(c is not None for c in pick)
    ]
    assert found == pytest.approx(max(totals))


def total(scores: list[list[float]], chosen: list[int | None]) -> float:
    return sum(scores[row][column] for row, column in enumerate(chosen) if column is not None)


@pytest.mark.parametrize("seed", range(20))
def test_as_good_as_scipy(seed: int) -> None:
    chance = np.random.default_rng(seed)
    scores = chance.random((int(chance.integers(1, 19)), int(chance.integers(1, 40)))).round(2)
    rows, columns = linear_sum_assignment(-scores)
    assert total(scores.tolist(), best_pairs(scores.tolist())) == pytest.approx(scores[rows, columns].sum())


def test_nothing_to_choose_from() -> None:
    assert best_pairs([]) == []
    assert best_pairs([[], []]) == [None, None]
