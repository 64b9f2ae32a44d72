"""How unequally customers spend: the share of the top, Lorenz's curve, Gini's coefficient.

Amounts come as a NumPy array from the greatest to the least, one number a customer, all above zero.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from loyalty.core import Estimate
from loyalty.stats import RatioSums, share, t_quantile

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Amounts = NDArray[np.float64]

DIGITS = 9  # of the largest amount, to which amounts are told apart


class Boundary(NamedTuple):
    """Where the top begins.

    Parameters
    ----------
    amount
        What the last customer who belongs to it spent.
    part
        How far those who spent exactly as much belong to it, so that it is a share of customers exactly.
    """

    amount: float
    part: float


def boundary(spent: Amounts, percent: int) -> Boundary:
    """The boundary of the top so many percent of customers.

    Examples
    --------
    Half of five customers are two and a half:

    >>> import numpy as np
    >>> boundary(np.array([50.0, 30.0, 10.0, 10.0, 1.0]), 50)
    Boundary(amount=10.0, part=0.25)
    """
    n = len(spent)
    amount = float(spent[-(-percent * n // 100) - 1])
    above, equal = int((spent > amount).sum()), int((spent == amount).sum())
    return Boundary(amount, (percent * n / 100 - above) / equal)


def top_share(spent: Amounts, percent: int, group: str | None = None) -> Estimate:
    """The share of all spending that comes from the top so many percent of customers.

    A customer on the boundary counts in part, so copies of everybody change nothing.

    Parameters
    ----------
    spent
        Amounts, greatest first.
    percent
        How many percent of the customers are the top.
    group
        Name of the segment or period.

    Notes
    -----
    Error from the influence function of the Lorenz share, ((y − q)₊ + p·q − S·y) / μ with q the amount on the
    boundary. The share lies between p (all spend alike) and 1; the interval is taken on the log odds of its
    place between these ends. Student's t has as many degrees of freedom as there are customers at the top,
    less one, because the error rests on them. In simulations 95 of 100 intervals hold the truth where
    spending is gamma distributed, some 90 where it is as skewed as a lognormal with σ = 1 and there are a
    hundred customers. Where all spend alike their spread says nothing; then the upper end is Wilson's for
    none of n customers.

    References
    ----------
    Beach & Davidson (1983), *Distribution-free statistical inference with Lorenz curves and income shares*,
    Review of Economic Studies 50(4); Langel & Tillé (2011), *Statistical inference for the quintile share
    ratio*, Journal of Statistical Planning and Inference 141.

    Examples
    --------
    >>> import numpy as np
    >>> top_share(np.array([60.0, 20.0, 10.0, 5.0, 5.0]), 20).value
    0.6
    """
    n, p, total, q = len(spent), percent / 100, float(spent.sum()), boundary(spent, percent).amount
    excess = (spent - q).clip(0)
    value = (float(excess.sum()) + p * n * q) / total
    influence = (excess + p * q - value * spent) * (n / total)
    place, error = (value - p) / (1 - p), _error(influence) / (1 - p)
    low, high = _between(place, error, max(1.0, p * n - 1), n)
    return Estimate(value, min(p + (1 - p) * low, value), p + (1 - p) * high, n, group)


def gini(spent: Amounts) -> Estimate:
    """Gini's coefficient: 0 where all spend alike, towards 1 where one spends everything.

    Half the mean difference between two customers, divided by the mean; not corrected for small samples, so
    that copies of everybody change nothing. The interval is taken on the log odds, its error from the
    influence function. Where spending is as skewed as a lognormal with σ = 1 it is too narrow for few
    customers: in simulations 84 of 100 intervals hold the truth where there are thirty, 86 where there are a
    hundred, 92 where there are four hundred.

    References
    ----------
    Gini (1914); Langel & Tillé (2013), *Variance estimation of the Gini index: revisiting a result several
    times published*, Journal of the Royal Statistical Society A 176(2).

    Examples
    --------
    >>> import numpy as np
    >>> gini(np.array([3.0, 1.0])).value  # half the mean difference, 0.5, by the mean, 2
    0.25
    """
    import numpy as np

    n, total = len(spent), float(spent.sum())
    below = 1 - (np.arange(n) + 0.5) / n
    above = (np.cumsum(spent) - spent / 2) / n
    product, mean = float((spent * below).sum()) / n, total / n
    value = max(0.0, 2 * product / mean - 1)
    influence = (2 * (spent * below + above - 2 * product) - (1 + value) * (spent - mean)) / mean
    low, high = _between(value, _error(influence), max(1, n - 1), n)
    return Estimate(value, min(low, value), high, n)


def _error(influence: Amounts) -> float:
    n = len(influence)
    return math.sqrt(float((influence**2).sum()) / (n * (n - 1))) if n > 1 else 0.0


def _between(value: float, error: float, degrees: float, n: int) -> tuple[float, float]:
    """Interval of a number between 0 and 1 from its error, on the log odds."""
    if value < 1e-12 or error < 1e-12 or value >= 1:
        return 0.0, share(0, n).high
    odds, half = math.log(value / (1 - value)), t_quantile(degrees) * error / (value * (1 - value))
    return _expit(odds - half), _expit(odds + half)


def _expit(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def curve(spent: Amounts, points: int = 100) -> list[tuple[float, float]]:
    """Lorenz's curve from the top: which share of spending comes from the top so many of the customers.

    Parameters
    ----------
    spent
        Amounts, greatest first.
    points
        Steps from nobody to everybody.

    Examples
    --------
    >>> import numpy as np
    >>> curve(np.array([6.0, 3.0, 1.0]), 3)[1]
    (0.3333333333333333, 0.6)
    """
    import numpy as np

    ends = np.concatenate([[0.0], np.cumsum(spent)]) / (spent.sum() or 1.0)
    at = np.arange(points + 1) / points
    return list(zip(at.tolist(), np.interp(at, np.linspace(0, 1, len(ends)), ends).tolist(), strict=True))


def told_apart(values: Amounts) -> Amounts:
    """Values that differ only by what comes from adding up made the same: nine digits of the largest.

    Examples
    --------
    >>> import numpy as np
    >>> told_apart(np.array([0.1 + 0.2, 0.3, 1.0])).tolist()
    [0.3, 0.3, 1.0]
    """
    most = float(abs(values).max(initial=0.0)) or 1.0
    found: Amounts = (values / most).round(DIGITS) * most
    return found


def round_amounts(most: float, count: int) -> list[float]:
    """Edges of bins for amounts that reach far: 0, then round ones, each about twice the one before.

    Parameters
    ----------
    most
        The largest amount, above zero; the last edge is the first of 1, 2, 5, 10 … that is not below it.
    count
        How many bins.

    Examples
    --------
    >>> round_amounts(38.0, 5)
    [0.0, 2.0, 5.0, 10.0, 20.0, 50.0]
    """
    power = math.floor(math.log10(most))
    steps = (
        step * 10.0**exponent for exponent in range(power - count // 3 - 1, power + 2) for step in (1, 2, 5)
    )
    edges = [float(f"{step:.3g}") for step in steps]
    last = next(place for place, edge in enumerate(edges) if edge >= most)
    return [0.0, *edges[last - count + 1 : last + 1]]


def customers_for(spent: Amounts, part: float) -> float:
    """The least share of customers from whom so large a part of spending comes.

    Examples
    --------
    >>> import numpy as np
    >>> customers_for(np.array([6.0, 3.0, 1.0]), 0.6)
    0.3333333333333333
    """
    import numpy as np

    ends = np.concatenate([[0.0], np.cumsum(spent)]) / spent.sum()
    return float(np.interp(part, ends, np.linspace(0, 1, len(ends))))


def from_top(sums: RatioSums, group: str | None = None) -> Estimate:
    """The share of a group's spending that comes from customers at the top of the whole.

    Parameters
    ----------
    sums
        ``x`` what a customer spent as far as he belongs to the top, ``y`` what he spent.
    group
        Name of the segment.

    Notes
    -----
    A ratio of totals over the customers of the group (delta method), the boundary of the top taken as known;
    the interval is Wilson's for as many customers, all alike, as would have the same error. Where the error
    is nothing these are (Σy)² / Σy² (Kish 1965).

    Examples
    --------
    Two customers who spent 30 and 10, the first at the top:

    >>> from_top(RatioSums(2, 30, 40, 900, 1000, 900)).value
    0.75
    """
    value = min(1.0, sums.x / sums.y)
    residual = max(0.0, sums.xx - 2 * value * sums.xy + value * value * sums.yy)
    variance = residual * sums.units / max(1, sums.units - 1) / sums.y**2
    known = value * (1 - value) > 1e-12 and variance > 1e-12
    people = value * (1 - value) / variance if known else sums.y**2 / sums.yy
    wilson = share(value * people, people)
    return Estimate(value, wilson.low, wilson.high, sums.units, group, base=sums.y)
