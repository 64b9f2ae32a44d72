"""What a single customer will buy and spend: the interval in which it will really lie.

One customer's future is all chance: most of these intervals begin at nothing. What is not known of the
model's parameters adds so little to them that it is left out.
"""

from __future__ import annotations

from types import ModuleType
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv, nbdtrik, pdtrik

from loyalty.models.fitting import Fit, Params
from loyalty.models.newton import Numbers
from loyalty.models.spending import Spending
from loyalty.models.totals import LEVELS, Moments, moments, people
from loyalty.models.value import Windows, while_there

POISSON = 1e6  # shape from which the negative binomial is as good as Poisson


class Counts(NamedTuple):
    """Purchases in a horizon: nothing from who has left, negative binomial from who has not.

    Parameters
    ----------
    alive
        Probability of being still a customer.
    mean, shape
        Of the negative binomial, which has the model's mean and variance; with an infinite shape, Poisson.
    """

    alive: Numbers
    mean: Numbers
    shape: Numbers

    @property
    def some(self) -> Numbers:
        """Probability of any purchase."""
        shape = np.where(np.isinf(self.shape), 1.0, self.shape)
        none = np.where(np.isinf(self.shape), self.mean, shape * np.log1p(self.mean / shape))
        return -self.alive * np.expm1(-none)


def purchases(
    model: ModuleType, fit: Params, horizon: float, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> tuple[Numbers, Numbers]:
    """The interval of the number of purchases that each customer will make.

    Parameters
    ----------
    model, fit
        One of the models of purchases, as a module, and its fit or parameters.
    horizon
        From now on, in the unit of time of the histories.
    frequency, recency, age
        Histories, one element a customer.

    Returns
    -------
    low, high
        Whole numbers: fewer than `low` have a probability of 2.5 % at most, and so have more than `high`.

    Notes
    -----
    The distribution has the model's probability of having left, mean and variance, see :class:`Counts`.

    Examples
    --------
    >>> from loyalty.models import bg_nbd
    >>> params = {"r": 0.243, "alpha": 30.9, "a": 0.793, "b": 2.426}
    >>> low, high = purchases(bg_nbd, params, 365, [0, 26], [0, 216], [270, 217])
    >>> low.tolist(), bool(high[0] < high[1])
    ([0.0, 0.0], True)
    """
    customers = people(frequency, recency, age)
    mean, two = (
        while_there(model, moment, fit, horizon, *customers.few)
        for moment in ("expected_purchases", "factorial_moment")
    )
    alive = model.probability_alive(fit, *customers.histories)
    counts = _counts(alive, (mean, two), customers.place)
    low, high = (_quantile(counts, level) for level in LEVELS)
    return low, high


def value(
    model: ModuleType,
    fit: Fit,
    windows: Windows,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    spending: Spending,
    found: Moments | None = None,
) -> tuple[Numbers, Numbers]:
    """The interval of what each customer will spend in the first of the windows, weighted as it says.

    Parameters
    ----------
    model, fit, frequency, recency, age
        As in :func:`purchases`.
    windows
        See :mod:`loyalty.models.value`.
    spending
        What their purchases bring.
    found
        The :func:`loyalty.models.totals.moments` of these windows, where they are at hand.

    Returns
    -------
    low, high
        0 where nothing is bought.

    Notes
    -----
    Nothing is spent with the probability that nothing is bought; what is spent otherwise is taken for gamma
    distributed, with the mean and the variance of :func:`loyalty.models.totals.totals`.
    """
    customers = people(frequency, recency, age)
    found = found or moments(model, fit, windows, customers.few)
    alive, place = model.probability_alive(fit, *customers.histories), customers.place
    some = _counts(alive, found.until, place).some
    sums, alone, squares = (column[0][place] * alive for column in found[:3])
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = sums * spending.mean / some
        square = (alone * spending.variance + squares * spending.square) / some
    low, high = (_spent(some, mean, square, level) for level in LEVELS)
    return low, high


def _counts(alive: Numbers, until: tuple[Numbers, Numbers], place: NDArray[np.intp]) -> Counts:
    """From the moments of who is there, one for each pair of frequency and age."""
    mean, two = until
    with np.errstate(divide="ignore", invalid="ignore"):
        shape = np.where(two - mean**2 > mean**2 / POISSON, mean**2 / (two - mean**2), np.inf)
    return Counts(alive, mean[place], shape[place])


def _quantile(counts: Counts, level: float) -> Numbers:
    """The least number of purchases that is not exceeded with this probability."""
    found = np.zeros(len(counts.mean))
    rows = np.flatnonzero(1 - counts.some < level)
    alive, mean, shape = (column[rows] for column in counts)
    level_alive, even = 1 - (1 - level) / alive, np.isinf(shape)
    found[rows[even]] = pdtrik(level_alive[even], mean[even])
    level_alive, mean, shape = level_alive[~even], mean[~even], shape[~even]
    found[rows[~even]] = nbdtrik(level_alive, shape, shape / (shape + mean))
    return np.maximum(np.ceil(found - 1e-9), 0.0)


def _spent(some: Numbers, mean: Numbers, square: Numbers, level: float) -> Numbers:
    """Quantile of the spend; `mean` and `square` are of who spends anything."""
    found = np.zeros(len(some))
    rows = np.flatnonzero(1 - some < level)
    spread = np.maximum(square[rows] - mean[rows] ** 2, 0.0)
    with np.errstate(divide="ignore"):
        shape = np.minimum(mean[rows] ** 2 / spread, POISSON)
    found[rows] = gammaincinv(shape, 1 - (1 - level) / some[rows]) * mean[rows] / shape
    return found
