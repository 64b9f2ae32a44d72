"""Whether two quantities go together, by their order alone: rank correlation from counts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from loyalty.stats import Z


class Correlation(NamedTuple):
    """A correlation from −1 to 1 with its 95 % interval and the p-value of there being none."""

    value: float
    low: float
    high: float
    p: float
    n: int


def spearman(counts: Mapping[tuple[float, float], int]) -> Correlation | None:
    """Spearman's rank correlation; equal values share their mean rank.

    Parameters
    ----------
    counts
        Pair of values to how many had both.

    Returns
    -------
    Correlation or None
        None with fewer than four pairs, or where one of the two is always the same. The p-value is that of
        Student's t, the interval Fisher's with the variance of Bonett & Wright.

    References
    ----------
    Spearman (1904), *The proof and measurement of association between two things*; Bonett & Wright (2000),
    *Sample size requirements for estimating Pearson, Kendall and Spearman correlations*, Psychometrika 65(1).

    Examples
    --------
    Four people; the order of the first two is turned round (1 − 6 · 2 / (4 · 15)):

    >>> round(spearman({(1, 2): 1, (2, 1): 1, (3, 3): 1, (4, 4): 1}).value, 6)
    0.8
    """
    n = sum(counts.values())
    across, up = (_mean_ranks(counts, place) for place in (0, 1))
    middle = (n + 1) / 2
    xx = sum(k * (across[x] - middle) ** 2 for (x, _), k in counts.items())
    yy = sum(k * (up[y] - middle) ** 2 for (_, y), k in counts.items())
    if n < 4 or not xx or not yy:
        return None
    xy = sum(k * (across[x] - middle) * (up[y] - middle) for (x, y), k in counts.items())
    value = max(-1.0, min(xy / math.sqrt(xx * yy), 1.0))
    return Correlation(value, *_interval(value, n), _p(value, n), n)


def _mean_ranks(counts: Mapping[tuple[float, float], int], place: int) -> dict[float, float]:
    """The mean rank of those who share a value."""
    values = Counter[float]()
    for pair, k in counts.items():
        values[pair[place]] += k
    ranks, below = {}, 0
    for value, k in sorted(values.items()):
        ranks[value] = below + (k + 1) / 2
        below += k
    return ranks


def _interval(value: float, n: int) -> tuple[float, float]:
    inside = max(-1 + 1e-12, min(value, 1 - 1e-12))  # the ends of the scale are infinitely far away
    half = Z * math.sqrt((1 + inside * inside / 2) / (n - 3))
    low, high = (math.tanh(math.atanh(inside) + side) for side in (-half, half))
    return min(low, value), max(high, value)


def _p(value: float, n: int) -> float:
    from scipy.special import stdtr

    rest = 1 - value * value
    return float(2 * stdtr(n - 2, -abs(value) * math.sqrt((n - 2) / rest))) if rest > 0 else 0.0
