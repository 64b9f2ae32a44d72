"""What many customers will buy and spend together, with the interval in which it will really lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loyalty.models import gamma_gamma
from loyalty.models.collapsed import columns, levels
from loyalty.models.fitting import Fit
from loyalty.models.newton import Numbers
from loyalty.models.value import Windows
from loyalty.stats import Z

Sums = Callable[[dict[str, float]], Numbers]


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """Expected totals, and how far from them what really happens may end.

    Parameters
    ----------
    expected
        One row a window, one column a group of customers.
    from_parameters
        Variance because the model's parameters are known only from these customers.
    from_chance
        Variance because customers do not buy and spend exactly what is expected of them.
    """

    expected: Numbers
    from_parameters: Numbers
    from_chance: Numbers

    def interval(self) -> tuple[Numbers, Numbers]:
        """Ends of the 95 % interval of what will really happen, from both variances, on the log scale."""
        variance = self.from_parameters + self.from_chance
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.exp(Z * np.sqrt(variance) / self.expected)
            low, high = self.expected / reach, self.expected * reach
        sure = variance <= 0
        return np.where(sure, self.expected, low), np.where(sure, self.expected, high)


@dataclass(frozen=True, eq=False)
class Spending:
    """What a purchase of each customer brings, by Gamma-Gamma.

    Parameters
    ----------
    fit
        Of :mod:`loyalty.models.gamma_gamma`.
    frequency, money
        Repeat purchases, and their mean amount; NaN where there is none.
    """

    fit: Fit
    frequency: Numbers
    money: Numbers

    @cached_property
    def mean(self) -> Numbers:
        """Expected amount of a purchase."""
        return self.mean_at(dict(self.fit.params))

    def mean_at(self, params: dict[str, float]) -> Numbers:
        """The same with other parameters."""
        return gamma_gamma.expected_money(params, self.frequency, self.money)

    @cached_property
    def square(self) -> Numbers:
        """Mean square of a customer's true mean; where the model's is infinite, as in the data."""
        square = gamma_gamma.second_moment(self.fit, self.frequency, self.money)
        paid = self.money[self.money > 0]
        uneven = float((paid**2).mean() / paid.mean() ** 2) if len(paid) else 1.0
        return np.where(np.isfinite(square), square, uneven * self.mean**2)

    @property
    def scatter(self) -> float:
        """Squared coefficient of variation of a customer's amounts."""
        return 1 / self.fit.params["p"]


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """Customers by their distinct histories and groups.

    Parameters
    ----------
    histories
        Frequency, recency and age, each distinct history once.
    place
        The history of each customer.
    groups
        Number of each customer's group, from 0.
    count
        How many groups there are.
    """

    histories: tuple[Numbers, Numbers, Numbers]
    place: NDArray[np.intp]
    groups: NDArray[np.intp]
    count: int

    def totals(self, of_histories: Numbers, times: Numbers | float = 1.0) -> Numbers:
        """Sums over the customers of each group, one row a row of numbers by distinct history."""
        rows = [np.bincount(self.groups, row[self.place] * times, self.count) for row in of_histories]
        return np.array(rows)


def people(
    frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, groups: ArrayLike | None = None
) -> People:
    """Customers by their distinct histories; in one group where there are no groups."""
    rows = columns(frequency, recency, age)
    key = np.zeros(len(rows[0]), dtype=np.int64)
    for column in rows:
        values, place = levels(column)
        key = key * len(values) + place
    _, first, where = np.unique(key, return_index=True, return_inverse=True)
    x, t, whole = (column[first] for column in rows)
    codes = np.zeros(len(where), np.intp) if groups is None else np.asarray(groups, np.intp)
    return People((x, t, whole), where, codes, int(codes.max(initial=0)) + 1)


def totals(
    model: ModuleType, fit: Fit, windows: Windows, customers: People, spending: Spending | None = None
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

    Notes
    -----
    The variance from parameters is that of a normal distribution of their logarithms with the fit's
    covariance, from the totals one standard deviation to either side along each of its axes; parameters of
    purchases and of money are independent.

    The variance from chance adds up over customers. Of X purchases it is E[X(X − 1)] + E[X] − E[X]²; the
    sum of X amounts of a customer with true mean M and scatter 1/p has the mean square
    E[X] E[M²]/p + E[X²] E[M²]. In a part of the time, or discounted, purchases keep the part of the variance
    that comes of customers' being different in proportion to the square of what is expected.
    """
    ends = windows.ends
    expected = model.expected_purchases(fit, ends, *customers.histories)
    mean = 1.0 if spending is None else spending.mean

    def bought(params: dict[str, float]) -> Numbers:
        found = model.expected_purchases(params, ends, *customers.histories)
        return _weighted(windows, customers.totals(found, mean))

    uncertain = _from_parameters(bought, fit)
    if spending is not None:

        def spent(params: dict[str, float]) -> Numbers:
            return _weighted(windows, customers.totals(expected, spending.mean_at(params)))

        uncertain = uncertain + _from_parameters(spent, spending.fit)
    return Totals(
        _weighted(windows, customers.totals(expected, mean)),
        uncertain,
        _from_chance(model, fit, windows, expected, customers, spending),
    )


def _weighted(windows: Windows, cumulative: Numbers) -> Numbers:
    """What is bought until each end, as what is bought in between, weighted and added up."""
    between = np.diff(cumulative, axis=0, prepend=0.0)
    weighted: Numbers = np.einsum("wk,kg->wg", windows.weights, between)
    return weighted


def _from_parameters(sums: Sums, fit: Fit) -> Numbers:
    values, axes = np.linalg.eigh(fit.covariance)
    variance: Numbers = np.zeros(())
    for value, axis in zip(values, axes.T, strict=True):
        step = np.sqrt(max(value, 0.0)) * axis
        variance = variance + ((sums(_moved(fit, step)) - sums(_moved(fit, -step))) / 2) ** 2
    return variance


def _moved(fit: Fit, step: Numbers) -> dict[str, float]:
    return {
        name: value * float(np.exp(by)) for (name, value), by in zip(fit.params.items(), step, strict=True)
    }


def _from_chance(
    model: ModuleType,
    fit: Fit,
    windows: Windows,
    expected: Numbers,
    customers: People,
    spending: Spending | None,
) -> Numbers:
    between, rows = np.diff(expected, axis=0, prepend=0.0), []
    ends = [int(np.flatnonzero(row).max(initial=0)) for row in windows.weights]
    pairs = {end: model.factorial_moment(fit, windows.ends[end], *customers.histories) for end in set(ends)}
    for weights, end in zip(windows.weights, ends, strict=True):
        sums = np.einsum("k,kn->n", weights, between)
        alone = np.einsum("k,kn->n", weights**2, between)
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(expected[end] > 0, sums / expected[end], 0.0)
        squares = alone + pairs[end] * part**2
        if spending is None:
            rows.append(customers.totals((squares - sums**2)[None])[0])
            continue
        square, scatter = spending.square, spending.scatter
        rows.append(
            customers.totals((scatter * alone + squares)[None], square)[0]
            - customers.totals((sums**2)[None], spending.mean**2)[0]
        )
    return np.maximum(np.array(rows), 0.0)
