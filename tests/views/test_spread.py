"""Mean and quartiles against numpy."""

from __future__ import annotations

import math

import duckdb
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.queries import lazy
from loyalty.views.spread import spread

NUMBERS = {
    "few different": lambda draw, n: draw.integers(0, 3, n).astype(float),
    "all the same": lambda _, n: np.full(n, 7.0),
    "seconds": lambda draw, n: np.round(draw.lognormal(4, 1, n)),
    "skewed": lambda draw, n: draw.lognormal(4, 2, n),
    "tiny": lambda draw, n: draw.random(n) * 1e-6,
    "huge": lambda draw, n: draw.random(n) * 1e15,
}


def found(values):
    return spread(lazy(pl.DataFrame({"x": values}, schema={"x": pl.Float64})), "x")


def as_numpy(values, **tolerance):
    quartiles = np.quantile(values, [0.25, 0.5, 0.75])
    return pytest.approx((np.mean(values), *quartiles), **(tolerance or {"rel": 1e-12}))


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6, 7, 100, 1001])
def test_it_is_what_numpy_finds(kind, n):
    values = NUMBERS[kind](np.random.default_rng(n), n)
    assert found(values).n == n
    assert found(values)[1:] == as_numpy(values)


@given(st.lists(st.floats(0, 1e9, allow_subnormal=False), min_size=1, max_size=40))
def test_it_is_what_numpy_finds_for_anything(values):
    assert found(values)[1:] == as_numpy(values, rel=1e-9, abs=1e-12)


def test_around_the_edges_of_bins():
    """Numbers just below and at squares, where the root may be rounded up to the next whole number."""
    squares = np.arange(1, 2000, dtype=float) ** 2
    values = np.concatenate([np.nextafter(squares, 0), squares, np.nextafter(squares, math.inf)])
    assert found(values)[1:] == as_numpy(values)


def test_what_is_missing_or_negative_is_passed_over():
    assert found([None, -1.0, 4.0, None, 2.0]) == (2, 3.0, 2.5, 3.0, 3.5)
    assert found([]) is None
    assert found([None, -2.0]) is None


def test_on_a_database():
    values = np.random.default_rng(1).lognormal(3, 1, 500)
    with duckdb.connect() as connection:
        relation = connection.from_arrow(pl.DataFrame({"x": values}).to_arrow())
        assert spread(lazy(relation), "x")[1:] == as_numpy(values)
