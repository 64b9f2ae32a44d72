"""What many customers will buy and spend together, with the interval in which it will really lie."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from types import ModuleType
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv

from loyalty.models.collapsed import columns, pairs
from loyalty.models.fitting import Fit, Params
from loyalty.models.newton import Numbers
from loyalty.models.spending import Spending
from loyalty.models.value import Windows, while_there
from loyalty.stats import CONFIDENCE

LEAST_SHAPE = 0.1  # of the gamma distribution of a total; with less, nothing is known of it but its size
MOST_SHAPE = 1e8  # from which it is as good as normal
EVEN = 1e-9  # below which a negative binomial number is as good as Poisson's
PARTS = 4  # of a time, for all that need not be exact to the day
SPARSE = 8  # with more pairs and groups for each customer, going through the customers is less
LEVELS = (1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """Expected totals, and how far from them what really happens may end.

    Arrays have one row a window, one column a group of customers.

    Parameters
    ----------
    expected
        Mean of a total.
    moves
        By how much a total moves with the parameters, one standard deviation along each axis in which they
        are uncertain: one layer an axis, or another model.
    from_chance
        Variance because customers do not buy and spend exactly what is expected of them.
    squares
        Expected sum of the squares of what adds up to a total: of amounts, of purchases at one each.
    number
        How many of them are expected.
    """

    expected: Numbers
    moves: Numbers
    from_chance: Numbers
    squares: Numbers
    number: Numbers

    @property
    def from_parameters(self) -> Numbers:
        """Variance because the model's parameters are known only from these customers."""
        variance: Numbers = np.square(self.moves).sum(axis=0)
        return variance

    def pooled(self, groups: NDArray[np.intp]) -> Totals:
        """The totals of groups of these groups.

        Parameters
        ----------
        groups
            Number of the group that each group goes into, from 0.
        """

        def added(numbers: Numbers) -> Numbers:
            parts = [numbers[..., groups == group].sum(axis=-1) for group in range(groups.max() + 1)]
            return np.stack(parts, axis=-1)

        return self._each(added)

    def of(self, groups: Sequence[int]) -> Totals:
        """The totals of some of the groups, by their numbers."""
        return self._each(lambda numbers: numbers[..., groups])

    def _each(self, change: Callable[[Numbers], Numbers]) -> Totals:
        return Totals(**{each.name: change(getattr(self, each.name)) for each in fields(self)})

    def beside(self, others: Sequence[tuple[float, Numbers]]) -> Totals:
        """The same with the doubt whether another model is right.

        Parameters
        ----------
        others
            How likely each of the other models is the right one, and what it expects.

        References
        ----------
        Buckland, Burnham & Augustin (1997), *Model selection: an integral part of inference*, Biometrics
        53(2).
        """
        doubt = [np.sqrt(chance) * (expected - self.expected) for chance, expected in others]
        return replace(self, moves=np.concatenate([self.moves, *(each[None] for each in doubt)]))

    def interval(self) -> tuple[Numbers, Numbers]:
        """Ends of the 95 % interval of what will really happen.

        Where it begins at nothing, nothing can lie below it, and all 5 % lie above.

        Notes
        -----
        Pearson's third distribution with both variances and the skewness that a negative binomial number of
        equal amounts would have (a binomial one where there is less chance than in Poisson's): a gamma
        distribution's where parameters are uncertain, half of it for what is Poisson distributed.

        References
        ----------
        Pearson (1895), *Contributions to the mathematical theory of evolution II*, Philosophical
        Transactions of the Royal Society A 186.
        """
        deviation = np.sqrt(self.from_parameters + self.from_chance)
        with np.errstate(divide="ignore", invalid="ignore"):
            skewness = 2 * deviation / self.expected - self.squares / self.expected / deviation

        def at(level: float) -> Numbers:
            return self.expected + deviation * _pearson(level, skewness)

        nothing = (at(LEVELS[0]) <= 0) | (self.nothing >= LEVELS[0])
        low, high = np.where(nothing, 0.0, at(LEVELS[0])), np.where(nothing, at(CONFIDENCE), at(LEVELS[1]))
        sure = ~(deviation > 0)
        return np.where(sure, self.expected, low), np.where(sure, self.expected, high)

    @property
    def nothing(self) -> Numbers:
        """Probability that there is nothing at all, by the same distribution of the number."""
        with np.errstate(divide="ignore", invalid="ignore"):
            uneven = (self.from_chance - self.squares) / self.expected**2  # 0 by Poisson's distribution
            clustered = np.log1p(np.maximum(uneven * self.number, -1.0)) / uneven
        odds = np.where(abs(uneven) > EVEN, clustered, self.number)
        return np.exp(-odds)


def _pearson(level: float, skewness: Numbers) -> Numbers:
    """Quantile of Pearson's third distribution with mean 0 and variance 1."""
    shape = 4 / np.clip(skewness**2, 4 / MOST_SHAPE, 4 / LEAST_SHAPE)
    side = np.where(skewness > 0, 1, -1)
    quantile = gammaincinv(shape, np.where(skewness > 0, level, 1 - level))
    found: Numbers = side * (quantile - shape) / np.sqrt(shape)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Customers by their histories and groups.

    Parameters
    ----------
    histories
        Frequency, recency and age of each customer.
    few
        The distinct pairs of frequency and age.
    place
        The pair of each customer.
    groups
        Number of each customer's group, from 0.
    count
        How many groups there are.
    """

    histories: tuple[Numbers, Numbers, Numbers]
    few: tuple[Numbers, Numbers]
    place: NDArray[np.intp]
    groups: NDArray[np.intp]
    count: int

    def by(self, groups: ArrayLike) -> People:
        """The same customers in other groups, by their numbers."""
        codes = np.asarray(groups, np.intp)
        return replace(self, groups=codes, count=int(codes.max(initial=0)) + 1)

    def totals(self, of_pairs: Numbers, times: Numbers) -> Numbers:
        """Sums over the customers of each group: of a number by pair, times one of each customer.

        One row a row of numbers by pair.
        """
        width = of_pairs.shape[-1]
        if self.count * width > SPARSE * len(self.place):
            rows = [np.bincount(self.groups, row[self.place] * times, self.count) for row in of_pairs]
            return np.stack(rows)
        cells = np.bincount(self.groups * width + self.place, times, self.count * width)
        found: Numbers = np.einsum("kp,gp->kg", of_pairs, cells.reshape(self.count, width))
        return found


def people(
    frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, groups: ArrayLike | None = None
) -> People:
    """Customers as :func:`totals` takes them; in one group where there are no groups.

    Examples
    --------
    >>> people([0, 2, 0], [0, 30, 0], [90, 90, 90]).place.tolist()
    [0, 1, 0]
    """
    x, t, age_ = columns(frequency, recency, age)
    *few, place = pairs(x, age_)
    everyone = People((x, t, age_), (few[0], few[1]), place, np.zeros(len(x), np.intp), 1)
    return everyone if groups is None else everyone.by(groups)


class Moments(NamedTuple):
    """What customers who are still there will buy in windows, each purchase weighted; one row a window.

    Parameters
    ----------
    sums
        Expected sum of the weights of the purchases.
    alone
        Expected sum of their squares.
    squares
        Expected square of the sum.
    until
        Expected purchases until the last window ends, and those times one less; whatever they weigh.
    """

    sums: Numbers
    alone: Numbers
    squares: Numbers
    until: tuple[Numbers, Numbers]


def moments(model: ModuleType, fit: Params, windows: Windows, few: tuple[Numbers, Numbers]) -> Moments:
    """The moments for pairs of frequency and age, see :func:`totals`."""
    ends, weights = windows
    expected = while_there(model, "expected_purchases", fit, ends, *few)
    between = np.diff(expected, axis=0, prepend=0.0)
    sums, alone = (np.einsum("wk,kp->wp", power, between) for power in (weights, weights**2))
    lengths = weights * np.diff(ends, prepend=0.0)
    earlier = np.cumsum(lengths, axis=1) - lengths
    twos = while_there(model, "factorial_moment", fit, ends[windows.cuts(PARTS)[1:] - 1], *few)
    two = np.einsum("wk,kp->wp", lengths * (lengths + 2 * earlier), _density(twos, windows))
    return Moments(sums, alone, alone + two, (expected[-1], twos[-1]))


def _density(twos: Numbers, windows: Windows) -> Numbers:
    """How likely purchases at two moments are, by the stretch of time of the later one."""
    cuts = windows.cuts(PARTS)
    squares = np.diff(windows.ends[cuts[1:] - 1] ** 2, prepend=0.0)
    return np.repeat(np.diff(twos, axis=0, prepend=0.0) / squares[:, None], np.diff(cuts), axis=0)


def totals(
    model: ModuleType,
    fit: Fit,
    windows: Windows,
    customers: People,
    spending: Spending | None = None,
    found: Moments | None = None,
) -> Totals:
    """What groups of customers will buy, or spend, in windows of time.

    Parameters
    ----------
    model, fit
        One of the models of purchases, as a module, and a fit of it.
    windows
        Stretches of time and their weights, see :mod:`loyalty.models.value`.
    customers
        See :func:`people`.
    spending
        What their purchases bring, in the order of the customers; None counts purchases.
    found
        The :func:`moments`, where they are at hand.

    Notes
    -----
    The variance from parameters is that of a normal distribution of their logarithms with the fit's
    covariance, from the totals one standard deviation to either side along each of its axes; parameters of
    purchases and of money are independent. Weights are taken as constant within each of four parts for it.

    The variance from chance adds up over customers. Of X purchases it is E[X(X − 1)] + E[X] − E[X]²; the
    sum of X amounts of a customer with true mean M and variance S around it has the mean square
    E[X] E[S] + E[X²] E[M²]. How likely a customer is to buy at two given moments depends on the later one
    alone in all models, for he has to be there until then; it is held constant within each of the parts.

    Examples
    --------
    A hundred customers in two groups who bought twice in ninety days, and the next thirty days:

    >>> from loyalty.models import bg_nbd
    >>> from loyalty.models.value import until
    >>> fit = bg_nbd.fit([2, 0], [80, 0], 90, weights=[50, 50])
    >>> found = totals(bg_nbd, fit, until(30), people([2] * 100, 80, 90, [0] * 60 + [1] * 40))
    >>> bool(abs(found.expected[0, 0] / found.expected[0, 1] - 1.5) < 1e-12)
    True
    >>> low, high = found.interval()
    >>> bool((low < found.expected).all() and (found.expected < high).all())
    True
    """
    worth = 1.0 if spending is None else spending.mean
    alive = model.probability_alive(fit, *customers.histories)
    found = found or moments(model, fit, windows, customers.few)
    sums, coarse = found.sums, windows.merged(PARTS)
    uncertain = moves(lambda params: expected(model, params, coarse, customers, spending), fit)
    if spending is not None:

        def spent(params: Params) -> Numbers:
            return customers.totals(sums, alive * spending.mean_at(params))

        uncertain = np.concatenate([uncertain, moves(spent, spending.fit)])
    one_square = 1.0 if spending is None else spending.square + spending.variance
    return Totals(
        customers.totals(sums, alive * worth),
        uncertain,
        _from_chance(found, customers, alive, spending),
        customers.totals(found.alone, alive * one_square),
        number(customers.totals(sums, alive), customers.totals(found.alone, alive)),
    )


def number(sums: Numbers, squares: Numbers) -> Numbers:
    """How many equal parts have this sum, and this sum of squares (Kish's effective number)."""
    return np.divide(sums**2, squares, out=np.zeros_like(sums), where=squares > 0)


def expected(
    model: ModuleType, params: Params, windows: Windows, customers: People, spending: Spending | None = None
) -> Numbers:
    """The totals alone, see :func:`totals`: one row a window, one column a group."""
    worth = 1.0 if spending is None else spending.mean
    bought = while_there(model, "expected_purchases", params, windows.ends, *customers.few)
    alive = model.probability_alive(params, *customers.histories)
    between = np.diff(customers.totals(bought, alive * worth), axis=0, prepend=0.0)
    found: Numbers = np.einsum("wk,kg->wg", windows.weights, between)
    return found


def moves(numbers: Callable[[Params], Numbers], fit: Fit) -> Numbers:
    """By how much numbers move with the parameters of a fit, see :class:`Totals`."""
    values, axes = np.linalg.eigh(fit.covariance)
    steps = (np.sqrt(np.maximum(values, 0.0)) * axes).T
    return np.array([(numbers(_moved(fit, step)) - numbers(_moved(fit, -step))) / 2 for step in steps])


def _moved(fit: Fit, step: Numbers) -> dict[str, float]:
    """Parameters with their logarithms moved; the q of Gamma-Gamma stays above 1, as a mean needs."""
    moved = {}
    for (name, value), by in zip(fit.params.items(), step.tolist(), strict=True):
        least = 1.0 if name == "q" and value > 1 else 0.0
        moved[name] = least + (value - least) * float(np.exp(by * value / (value - least)))
    return moved


def _from_chance(found: Moments, customers: People, alive: Numbers, spending: Spending | None) -> Numbers:
    if spending is None:
        squares = customers.totals(found.squares, alive)
        return np.maximum(squares - customers.totals(found.sums**2, alive**2), 0.0)
    squares = customers.totals(found.squares, alive * spending.square)
    squares += customers.totals(found.alone, alive * spending.variance)
    return np.maximum(squares - customers.totals(found.sums**2, (alive * spending.mean) ** 2), 0.0)
