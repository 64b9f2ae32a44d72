"""Collapsed histories against ``numpy.unique`` over whole rows."""

from __future__ import annotations

import numpy as np
import pytest

from loyalty.errors import LoyaltyError
from loyalty.models import bg_nbd, collapsed
from loyalty.models.collapsed import collapse, pairs


def customers(n=2000, unit=1.0, seed=3):
    rng = np.random.default_rng(seed)
    x = rng.poisson(rng.gamma(0.7, 2, n)).astype(float)
    age = rng.integers(1, 60, n).astype(float)
    recency = np.where(x > 0, np.ceil(rng.random(n) * age), 0)
    return x, recency * unit, age * unit


def rows(found):
    return np.column_stack([found.frequency.rows, found.recency.rows, found.age.rows])


@pytest.mark.parametrize("unit", [1, 1 / 7, 86_400, 1e9 + 0.5])
def test_distinct_rows_and_counts(unit):
    columns = customers(unit=unit)
    distinct, counts = np.unique(np.column_stack(columns), axis=0, return_counts=True)
    found = collapse(*columns)
    assert (rows(found) == distinct).all()
    assert (found.weights == counts).all()
    assert (found.n, found.mean_age) == (2000, pytest.approx(columns[2].mean()))
    assert found.mean_frequency == pytest.approx(columns[0].mean())
    assert set(found.frequency.values) == set(columns[0])


def test_weights_add_up():
    columns = customers()
    weights = np.random.default_rng(1).uniform(0, 3, 2000)
    distinct, place = np.unique(np.column_stack(columns), axis=0, return_inverse=True)
    found = collapse(*columns, weights)
    assert (rows(found) == distinct).all()
    assert found.weights == pytest.approx(np.bincount(place.ravel(), weights))


@pytest.mark.parametrize("weights", [None, np.arange(2000.0) + 1])
def test_where_one_number_cannot_hold_a_row(monkeypatch, weights):
    short = collapse(*customers(), weights)
    monkeypatch.setattr(collapsed, "PACKED", 0)
    long = collapse(*customers(), weights)
    assert (rows(short) == rows(long)).all()
    assert (short.weights == long.weights).all()


def test_a_customer_of_no_weight_is_no_customer():
    found = collapse([0, 3], [0, 4], [9, 9], [0, 2])
    assert (rows(found).tolist(), dict(found.excluded)) == ([[3, 4, 9]], {})


def test_left_out_by_weight():
    found = collapse([0, 3, np.nan], [1, 4, 4], [9, 9, 9], [5, 2, 7])
    assert dict(found.excluded) == {"missing": 7, "impossible": 5}


def test_a_weight_that_cannot_be_is_one_customer_left_out():
    found = collapse([0, 3, 3, 3], [0, 4, 4, 4], 9, [5, -2, np.nan, np.inf])
    assert dict(found.excluded) == {"missing": 1, "impossible": 2}
    assert found.n == 5


@pytest.mark.parametrize("odd", [(1, 1, np.nan), (1, 9, 5), (0, 0, np.inf), (1, 1, -1)])
def test_where_no_time_has_passed_for_those_who_take_part_nothing_can_be_told(odd):
    with pytest.raises(LoyaltyError) as error:
        collapse(*np.array([(0, 0, 0), (0, 0, 0), odd], float).T)
    assert error.value.id == "no_histories"


def test_a_part_of_the_histories():
    whole = collapse(*customers())
    part = whole.every(7)
    assert (rows(part) == rows(whole)[::7]).all()
    assert set(part.age.values) == set(rows(part)[:, 2])


@pytest.mark.parametrize("scale", [1, 0.37, 1e7])
def test_pairs_bring_the_columns_back(scale):
    x, _, age = customers()
    first, second, place = pairs(x, age * scale)
    assert (first[place] == x).all()
    assert (second[place] == age * scale).all()
    assert len(first) == len(np.unique(np.column_stack([x, age]), axis=0))


def test_the_start_from_a_part_of_many_histories_ends_at_the_same_optimum(monkeypatch):
    params = {"r": 0.6, "alpha": 55, "a": 0.6, "b": 2.8}
    drawn = bg_nbd.simulate(params, np.linspace(1, 700, 5000), np.random.default_rng(1))
    whole = bg_nbd.fit(*drawn[:3])
    monkeypatch.setattr("loyalty.models.beta_geometric.ROUGH", 500)
    assert bg_nbd.fit(*drawn[:3]).params == pytest.approx(dict(whole.params), rel=1e-10)
