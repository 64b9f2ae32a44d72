"""Purchase histories: which can be, who takes part in a fit, and each distinct history once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loyalty.models.fitting import left_out
from loyalty.models.newton import Numbers

Places = NDArray[np.intp]
PACKED = 62  # bits of one number that may hold a row


class Levels(NamedTuple):
    """A column of few values: the values in order, and the place of each row among them."""

    values: Numbers
    place: Places

    @property
    def rows(self) -> Numbers:
        """The column itself."""
        return self.values[self.place]


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """The distinct histories of the customers that take part, in the order of frequency, recency and age.

    Parameters
    ----------
    frequency
        Repeat purchases; every value occurs.
    recency, age
        Time from the first purchase to the last and to the end, in the caller's unit.
    weights
        Customers with this history.
    excluded
        Reason to number of customers that take no part.
    """

    frequency: Levels
    recency: Levels
    age: Levels
    weights: Numbers
    excluded: Mapping[str, int]

    @property
    def n(self) -> float:
        """Customers that take part."""
        return float(self.weights.sum())

    @property
    def mean_age(self) -> float:
        """Mean time since the first purchase, the unit of time of a fit."""
        return float((self.weights * self.age.rows).sum()) / self.n

    @property
    def mean_frequency(self) -> float:
        """Mean number of repeat purchases."""
        return float((self.weights * self.frequency.rows).sum()) / self.n

    def every(self, step: int) -> Histories:
        """One in so many of the distinct histories, from all over the order."""
        x, t, age = (
            _present(Levels(values, place[::step]))
            for values, place in (self.frequency, self.recency, self.age)
        )
        return Histories(x, t, age, self.weights[::step], {})


class Simulated(NamedTuple):
    """Customers drawn from a model.

    Parameters
    ----------
    frequency, recency, age
        Their histories.
    future
        Purchases in the horizon that follows.
    alive
        Whether they are still customers at `age`.
    """

    frequency: Numbers
    recency: Numbers
    age: Numbers
    future: Numbers
    alive: NDArray[np.bool_]


def collapse(
    frequency: ArrayLike, recency: ArrayLike, age: ArrayLike, weights: ArrayLike | None = None
) -> Histories:
    """Each distinct history once, with the number of customers that have it.

    Parameters
    ----------
    frequency, recency, age
        One element a customer; single values stand for all. Left out, and counted, are customers of whom
        something is ``missing`` (NaN) and whose history is ``impossible``: a number that is negative,
        infinite or, as a frequency, not whole; recency beyond age; recency without a repeat purchase or none
        with one.
    weights
        How many customers each stands for; one unless given, and one left out where that cannot be.

    Raises
    ------
    LoyaltyError
        ``no_histories``, where nobody is left, or no time has passed for anybody.

    Examples
    --------
    >>> found = collapse([0, 2, 0, 2], [0, 5, 0, 5], [9, 9, 9, 9])
    >>> found.frequency.rows, found.weights
    (array([0., 2.]), array([2., 2.]))
    """
    x, t, age_, w = columns(frequency, recency, age, 1.0 if weights is None else weights)
    valid = _can_be(x, t, age_) & (w > 0) & (w < np.inf)
    valid &= np.max(age_, where=valid, initial=0.0) > 0
    excluded: Mapping[str, int] = {}
    if not valid.all() or not len(w):
        others = [column[~valid] for column in (x, t, age_, w)]
        excluded = left_out(_reasons(*others), others[-1], everybody=not valid.any())
        x, t, age_, w = (column[valid] for column in (x, t, age_, w))
    places = [levels(column) for column in (x, t, age_)]
    (x_, t_, ages), counts = _distinct(places, None if weights is None else w)
    return Histories(_present(x_), _present(t_), _present(ages), counts, excluded)


def columns(*arrays: ArrayLike) -> tuple[Numbers, ...]:
    """Arrays as columns of the same length; a single value stands for all."""
    plain = [np.asarray(array, dtype=np.float64).ravel() for array in arrays]
    return tuple(np.broadcast_arrays(*plain))


def _can_be(x: Numbers, t: Numbers, age: Numbers) -> NDArray[np.bool_]:
    can: NDArray[np.bool_] = (x >= 0) & (t >= 0) & (t <= age) & (age < np.inf) & ((x > 0) == (t > 0))
    return can & (np.floor(x) == x) & (x < np.inf)


def possible(frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> tuple[Numbers, Numbers, Numbers]:
    """Histories as columns of the same length, all NaN where one cannot be, as :func:`collapse` has it.

    Examples
    --------
    >>> possible([2, 2], [5, 9], 8)
    (array([ 2., nan]), array([ 5., nan]), array([ 8., nan]))
    """
    x, t, age_ = columns(frequency, recency, age)
    can = _can_be(x, t, age_)
    if can.all():
        return x, t, age_
    return np.where(can, x, np.nan), np.where(can, t, np.nan), np.where(can, age_, np.nan)


def times(horizon: ArrayLike) -> Numbers:
    """Times ahead; NaN where one is below zero or has no end.

    Examples
    --------
    >>> times([3, -1, np.inf])
    array([ 3., nan, nan])
    """
    ahead = np.asarray(horizon, dtype=np.float64)
    return np.where((ahead >= 0) & (ahead < np.inf), ahead, np.nan)


def naturals(n: ArrayLike) -> Numbers:
    """Natural numbers, 0 among them; NaN for what is none.

    Examples
    --------
    >>> naturals([3, -1, 0.5])
    array([ 3., nan, nan])
    """
    of = np.asarray(n, dtype=np.float64)
    return np.where((of >= 0) & (of == np.floor(of)) & (of < np.inf), of, np.nan)


def _reasons(x: Numbers, t: Numbers, age: Numbers, w: Numbers) -> dict[str, NDArray[np.bool_]]:
    nobody = w == 0
    return {"": nobody, "missing": np.isnan(x + t + age + w), "impossible": ~nobody}


def levels(column: Numbers) -> Levels:
    """The values of a column and their places; for small whole numbers these are the numbers themselves.

    Examples
    --------
    >>> levels(np.array([2.0, 0.0, 2.0])).values
    array([0., 1., 2.])
    >>> levels(np.array([2.5, 0.0, 2.5])).values
    array([0. , 2.5])
    """
    top = column.max(initial=0.0)
    if column.min(initial=0.0) >= 0 and top <= 4 * len(column) + 1000:
        place = column.astype(np.intp)
        if (place == column).all():
            return Levels(np.arange(top + 1), place)
    values, place = np.unique(column, return_inverse=True)
    return Levels(values, place)


def _present(column: Levels) -> Levels:
    """The same column without values that do not occur."""
    occurs = np.zeros(len(column.values), bool)
    occurs[column.place] = True
    return Levels(column.values[occurs], (np.cumsum(occurs) - 1)[column.place])


def _distinct(places: list[Levels], weights: Numbers | None) -> tuple[list[Levels], Numbers]:
    """The distinct rows in order, and how often each occurs; by sorting one packed number a row."""
    widths = [len(values).bit_length() for values, _ in places]
    if sum(widths) > PACKED:
        return _distinct_long(places, weights)
    key: NDArray[Any] = places[0].place.astype(np.int32 if sum(widths) < 31 else np.int64)
    for (_, place), width in zip(places[1:], widths[1:], strict=True):
        key = (key << width) | place.astype(key.dtype)
    if weights is None:
        key.sort()
    else:
        order = key.argsort(kind="stable")
        key, weights = key[order], weights[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    key, counts, found = key[first], _counts(first, len(key), weights), []
    for (values, _), width in zip(places[::-1], widths[::-1], strict=True):
        found.append(Levels(values, (key & ((1 << width) - 1)).astype(np.intp)))
        key = key >> width
    return found[::-1], counts


def _distinct_long(places: list[Levels], weights: Numbers | None) -> tuple[list[Levels], Numbers]:
    """The same, where one number cannot hold a row."""
    order = np.lexsort([place for _, place in places[::-1]])
    ordered = [place[order] for _, place in places]
    new = np.any([np.diff(place, prepend=-1) != 0 for place in ordered], axis=0)
    first = np.flatnonzero(new)
    found = [Levels(values, place[first]) for (values, _), place in zip(places, ordered, strict=True)]
    return found, _counts(first, len(order), None if weights is None else weights[order])


def _counts(first: Places, n: int, weights: Numbers | None) -> Numbers:
    if weights is None:
        return np.diff(first, append=n).astype(np.float64)
    sums: Numbers = np.add.reduceat(weights, first)
    return sums


def pairs(first: Numbers, second: Numbers) -> tuple[Numbers, Numbers, Places]:
    """The distinct pairs of two columns, and the place of each row among them.

    Examples
    --------
    >>> pairs(np.array([1.0, 0.0, 1.0]), np.array([7.0, 7.0, 7.0]))
    (array([0., 1.]), array([7., 7.]), array([1, 0, 1]))
    """
    left, right = levels(first), levels(second)
    width = len(right.values)
    key = left.place * width + right.place
    if len(left.values) * width > 8 * len(key) + 1000:
        distinct, place = np.unique(key, return_inverse=True)
    else:
        occurs = np.zeros(len(left.values) * width, bool)
        occurs[key] = True
        distinct, place = np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[key]
    return left.values[distinct // width], right.values[distinct % width], place
