"""Whether several questions measure one thing: Cronbach's alpha, correlations, a question turned round."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from loyalty.core import Estimate
from loyalty.stats import CONFIDENCE, Z

ENOUGH = 30  # complete answers below which no direction is read off a correlation


@dataclass(frozen=True, slots=True)
class Comoments:
    """Sums over rows in which every one of several questions is answered.

    Parameters
    ----------
    n
        Number of such rows.
    units
        Number of people who gave them; at most `n`.
    sums
        Sum of each question.
    products
        ``products[i][j]``: sum of the products of the questions i and j.
    """

    n: int
    units: int
    sums: tuple[float, ...]
    products: tuple[tuple[float, ...], ...]

    @classmethod
    def of(cls, rows: Iterable[Sequence[float]]) -> Comoments:
        """Sums of plain rows, each of somebody else.

        >>> Comoments.of([(1, 2), (3, 4)]).products
        ((10, 14), (14, 20))
        """
        columns = tuple(zip(*rows, strict=True))
        products = tuple(tuple(_dot(one, other) for other in columns) for one in columns)
        return cls(len(columns[0]), len(columns[0]), tuple(map(sum, columns)), products)

    def covariance(self, i: int, j: int) -> float:
        """Sample covariance (n − 1) of two questions; NaN below two rows."""
        if self.n < 2:
            return math.nan
        return (self.products[i][j] - self.sums[i] * self.sums[j] / self.n) / (self.n - 1)

    def turned(self, place: int, span: float) -> Comoments:
        """The sums after one question is turned round: `span` minus every answer to it."""

        def sum_of(i: int) -> float:
            return span * self.n - self.sums[i] if i == place else self.sums[i]

        def product(i: int, j: int) -> float:
            if (i == place) == (j == place):
                square = span * span * self.n - 2 * span * self.sums[place] if i == place else 0.0
                return square + self.products[i][j]
            return span * self.sums[j if i == place else i] - self.products[i][j]

        places = range(len(self.sums))
        products = tuple(tuple(product(i, j) for j in places) for i in places)
        return Comoments(self.n, self.units, tuple(map(sum_of, places)), products)


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def alpha(sums: Comoments) -> Estimate | None:
    """Cronbach's alpha: how far several questions measure one thing, at most 1.

    Parameters
    ----------
    sums
        Over the rows in which every question is answered.

    Returns
    -------
    Estimate or None
        With Feldt's interval, ``n`` the rows; the interval counts people, because answers of one person
        resemble each other. None where everybody answered alike, or fewer than two people.

    References
    ----------
    Cronbach (1951), *Coefficient alpha and the internal structure of tests*, Psychometrika 16.
    Feldt, Woodruff & Salih (1987), *Statistical inference for coefficient alpha*, Applied Psychological
    Measurement 11, formulas 6 and 7; it assumes normal answers with equal covariances.

    Examples
    --------
    Two questions that vary alike and correlate with r = 0.5: 2 r / (1 + r).

    >>> round(alpha(Comoments.of([(1, 1), (2, 3), (3, 2)])).value, 4)
    0.6667
    """
    places = range(len(sums.sums))
    own = sum(sums.covariance(i, i) for i in places)
    total = own + 2 * sum(sums.covariance(i, j) for i, j in combinations(places, 2))
    if sums.units < 2 or not total > 1e-9 * own:
        return None
    from scipy.special import fdtri

    value = len(places) / (len(places) - 1) * (1 - own / total)
    degrees = sums.units - 1, (sums.units - 1) * (len(places) - 1)
    low, high = (1 - (1 - value) * float(fdtri(*degrees, 0.5 + side * CONFIDENCE / 2)) for side in (1, -1))
    return Estimate(value, min(low, value), max(high, value), sums.n)


def with_rest(sums: Comoments, place: int) -> float:
    """Correlation of one question with the mean of the others; NaN where one of them is always alike.

    Examples
    --------
    >>> with_rest(Comoments.of([(1, 1, 1), (2, 2, 2), (3, 3, 3)]), 0)
    1.0
    """
    rest = [i for i in range(len(sums.sums)) if i != place]
    shared = sum(sums.covariance(place, i) for i in rest)
    spread = sums.covariance(place, place) * sum(sums.covariance(i, j) for i in rest for j in rest)
    return shared / math.sqrt(spread) if spread > 0 else math.nan


def opposed(sums: Comoments, free: Iterable[int], sure: Iterable[int] = ()) -> tuple[int, ...]:
    """The questions that run against the others, which are taken for such whose low end is best.

    Parameters
    ----------
    sums
        Over the rows in which every question is answered.
    free
        The questions whose direction nobody has named.
    sure
        The questions whose direction is beyond doubt.

    Returns
    -------
    tuple of int
        The one that goes most against the mean of the others, if it does so beyond chance (the 95 % interval
        by Fisher's z lies below zero) over at least 30 rows; where its direction is sure, all the others.

    Examples
    --------
    >>> rows = [(x, 5 - x, x) for x in range(6)] * 6
    >>> opposed(Comoments.of(rows), [0, 1, 2]), opposed(Comoments.of(rows), [0, 2], sure=[1])
    ((1,), (0, 2))
    >>> opposed(Comoments.of(rows), [0, 2])
    ()
    """
    if sums.n < ENOUGH or sums.units < 4:
        return ()
    found = {place: with_rest(sums, place) for place in range(len(sums.sums))}
    known = {place: r for place, r in found.items() if math.isfinite(r)}
    most = min(known, key=lambda place: known[place], default=None)
    # Fisher: artanh r has the standard error 1 / √(n − 3)
    if most is None or known[most] >= -math.tanh(Z / math.sqrt(sums.units - 3)):
        return ()
    turn = tuple(place for place in found if (place != most) == (most in set(sure)))
    return turn if set(turn) <= set(free) else ()
