"""Rank correlation: by hand, against scipy, and by how often its interval holds the truth."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from loyalty.stats.ranks import spearman


def test_by_hand():
    # Ranks of 9, 4, 4, 7: 4, 1½, 1½, 3; of 1, 1, 2, 5: 1½, 1½, 3, 4; mean 2½:
    # Σ dx·dy = 1½·(−1) + (−1)(−1) + (−1)·½ + ½·1½ = −0.25; Σ dx² = Σ dy² = 2.25 + 1 + 1 + 0.25 = 4.5
    found = spearman({(9, 1): 1, (4, 1): 1, (4, 2): 1, (7, 5): 1})
    assert found.value == pytest.approx(-0.25 / 4.5)
    half = 1.959964 * math.sqrt(1 + found.value**2 / 2)  # n − 3 = 1
    assert (found.low, found.high) == pytest.approx(
        (math.tanh(math.atanh(found.value) - half), math.tanh(math.atanh(found.value) + half))
    )
    assert found.n == 4


@pytest.mark.parametrize("seed", range(5))
def test_as_scipy_has_it(seed):
    draw = np.random.default_rng(seed)
    score = draw.integers(0, 11, 80)
    purchases = 1 + draw.poisson(np.exp((seed - 2) * score / 10))
    found = spearman(Counter(zip(score.tolist(), purchases.tolist(), strict=True)))
    expected = stats.spearmanr(score, purchases)
    assert (found.value, found.p) == pytest.approx((expected.statistic, expected.pvalue))
    assert found.low < found.value < found.high


def test_the_interval_holds_the_truth_as_often_as_it_says():
    """Normal variables of correlation ρ have the rank correlation 6/π · arcsin(ρ/2) (Pearson 1907)."""
    draw, rho, n = np.random.default_rng(4), 0.6, 60
    truth = 6 / math.pi * math.asin(rho / 2)
    held = 0
    for _ in range(1500):
        x = draw.normal(size=n)
        y = rho * x + math.sqrt(1 - rho**2) * draw.normal(size=n)
        found = spearman(dict.fromkeys(zip(x.tolist(), y.tolist(), strict=True), 1))
        held += found.low <= truth <= found.high
    assert 0.93 <= held / 1500 <= 0.97


@pytest.mark.parametrize(("sign", "expected"), [(1, 1.0), (-1, -1.0)])
def test_perfect_order(sign, expected):
    found = spearman({(x, sign * x): 1 for x in range(20)})
    assert found.value == pytest.approx(expected)
    assert found.low <= found.value <= found.high
    assert found.p < 1e-9


@pytest.mark.parametrize(
    "counts", [{}, {(1, 1): 1, (2, 2): 1, (3, 3): 1}, {(5, 1): 4, (5, 2): 4}, {(1, 7): 2, (2, 7): 9}]
)
def test_what_cannot_be_told(counts):
    assert spearman(counts) is None
