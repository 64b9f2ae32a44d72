"""What a purchase model sees of customers: when each first bought, how often again, and for how much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SPARSE = 8  # numbers up to so many times the rows; beyond, customers are numbered anew
CANCELLED = 1e-9  # of what went to and fro: a sum below it is nothing, but for adding up


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """Histories of the customers who bought, one place a customer, in the order of their numbers.

    Parameters
    ----------
    customer
        The number of each, as given.
    first
        Day of the first purchase.
    frequency
        Periods with a purchase after that of the first one.
    recency
        Periods from the first purchase to the last; 0 without a repeat purchase.
    age
        Periods from the first purchase to the end of the observation.
    money
        Mean net spend of a period with a repeat purchase, NaN where there is none. Nothing or less where as
        much was returned.
    spent
        Net spend in all, the first purchase included.
    """

    customer: NDArray[Any]
    first: Integers
    frequency: Floats
    recency: Floats
    age: Floats
    money: Floats
    spent: Floats


def summarise(
    customer: ArrayLike,
    day: ArrayLike,
    amount: ArrayLike | None = None,
    *,
    end: int | None = None,
    period: float = 1.0,
) -> Summary:
    """Frequency, recency, age and money of customers, from a log of what they paid.

    Parameters
    ----------
    customer
        One a row of the log, in any order. Whole numbers are quickest that begin near 0 and have few gaps.
    day
        Whole numbers such as ``date.toordinal()``.
    amount
        What was paid; less than nothing is a return, nothing or NaN does not count. None: every row is a
        purchase.
    end
        Last day of the observation; later rows do not count. None: the last day of the log.
    period
        Length of a period in days. Purchases in one period are one; periods are counted back from `end`, so
        that the last one is whole.

    Returns
    -------
    Summary
        Only customers with a purchase by `end`. A return is never a purchase: it lowers what was spent in the
        period of its own day, or in that of the first purchase if it came before. Without amounts `money` and
        `spent` are NaN.

    References
    ----------
    Fader, Hardie & Lee (2005), *RFM and CLV: Using iso-value curves for customer base analysis*, Journal of
    Marketing Research 42(4): the first purchase is set apart, for it is what makes a customer.

    Examples
    --------
    Customer 5 buys for 10, then twice on day 9 for 8 in all, of which 2 come back on day 12.

    >>> found = summarise([5, 5, 5, 5, 7], [2, 9, 9, 12, 4], [10.0, 3.0, 5.0, -2.0, 1.0], end=20)
    >>> for name in ("customer", "frequency", "recency", "age", "money", "spent"):
    ...     print(name, getattr(found, name).tolist())
    customer [5, 7]
    frequency [1.0, 0.0]
    recency [7.0, 0.0]
    age [18.0, 16.0]
    money [6.0, nan]
    spent [16.0, 1.0]
    """
    numbers, days, paid = _columns(customer, day, amount)
    end = (int(days.max()) if days.size else 0) if end is None else end
    if days.size and days.max() > end:
        by_then = days <= end
        numbers, days, paid = numbers[by_then], days[by_then], None if paid is None else paid[by_then]
    codes, names = _numbered(numbers)
    bought = slice(None) if paid is None or paid.min(initial=1) > 0 else paid > 0
    who, on = _visits(codes[bought], days[bought], end, period)
    starts = np.flatnonzero(_changes(who))
    times = np.diff(starts, append=len(who))
    known, first, last = who[starts], on[starts].astype(np.int64), on[starts + times - 1]
    age, since = _periods(end - first, period), _periods(end - last, period)
    spent, later = _sums(codes, days, paid, known, np.floor(end - age * period).astype(np.int64))
    return Summary(
        customer=known if names is None else names[known],
        first=first,
        frequency=(times - 1).astype(float),
        recency=(age - since).astype(float),
        age=age.astype(float),
        money=_mean(later, times - 1),
        spent=spent,
    )


def afterwards(
    customer: ArrayLike,
    day: ArrayLike,
    amount: ArrayLike | None = None,
    *,
    known: ArrayLike,
    since: int,
    period: float = 1.0,
) -> tuple[Floats, Floats, Floats]:
    """What customers did after a day.

    Parameters
    ----------
    customer, day, amount
        A log as for :func:`summarise`.
    known
        The customers who are asked for, each once.
    since
        The day; only later rows count.
    period
        Length of a period in days, counted from the day on.

    Returns
    -------
    purchases, money, spent
        One place a customer of `known`: periods with a purchase, mean net spend of such a period (NaN where
        there is none), net spend. Without amounts the last two are NaN.

    Examples
    --------
    >>> log = [5, 5, 5, 7], [2, 9, 10, 12], [10.0, 3.0, 5.0, 1.0]
    >>> [each.tolist() for each in afterwards(*log, known=[5, 6], since=4)]
    [[2.0, 0.0], [4.0, nan], [8.0, 0.0]]
    """
    wanted = np.asarray(known)
    numbers, days, paid = _columns(customer, day, amount)
    later, size = days > since, len(wanted)
    place = _place(wanted, numbers[later])
    asked = place >= 0
    who, ahead = place[asked], _periods(days[later][asked] - (since + 1), period)
    counted = np.ones(len(who)) if paid is None else paid[later][asked]
    buyers, _ = _distinct(who[counted > 0], ahead[counted > 0])
    purchases = np.bincount(buyers, minlength=size).astype(float)
    spent = np.full(size, np.nan) if paid is None else np.bincount(who, counted, size).astype(float)
    return purchases, _mean(spent, purchases), spent


def bought_on(
    customer: ArrayLike, day: ArrayLike, amount: ArrayLike | None = None
) -> tuple[Integers, Integers]:
    """On which days each customer bought, every pair once.

    Parameters
    ----------
    customer, day, amount
        A log as for :func:`summarise`.

    Returns
    -------
    customer, day
        Customers as their place in :func:`summarise`; in the order of customers and days.

    Examples
    --------
    >>> [each.tolist() for each in bought_on([7, 5, 5, 5, 6], [2, 9, 4, 9, 3], [1.0, 2.0, 3.0, 4.0, -1.0])]
    [[0, 0, 1], [4, 9, 2]]
    """
    numbers, days, paid = _columns(customer, day, amount)
    codes, _ = _numbered(numbers)
    bought = slice(None) if paid is None else paid > 0
    who, on = _distinct(codes[bought], days[bought])
    return np.cumsum(_changes(who)) - 1, on.astype(np.int64)


def deviations(customer: ArrayLike, day: ArrayLike, amount: ArrayLike, *, end: int | None = None) -> Floats:
    """How far the amounts of each customer's repeat purchases lie from their mean: the sum of the squares.

    Parameters
    ----------
    customer, day, amount, end
        A log as for :func:`summarise`. Purchases of one day are one; a return lowers what was spent on its
        own day, or on the customer's last day with a purchase before it.

    Returns
    -------
    ndarray
        One number for each customer of :func:`summarise` by day, in the same order; 0 for who has not bought
        again twice. Over the repeat purchases less one it is the variance of a customer's amounts, unbiased
        whatever their distribution.

    Examples
    --------
    >>> deviations([5, 5, 5, 5, 7], [2, 9, 12, 13, 4], [99.0, 10.0, 16.0, -2.0, 1.0]).tolist()
    [8.0, 0.0]
    """
    numbers, days, paid = _columns(customer, day, amount)
    assert paid is not None
    counts = (paid != 0) if end is None else (paid != 0) & (days <= end)
    if not counts.all():
        numbers, days, paid = numbers[counts], days[counts], paid[counts]
    codes, amounts = _purchases(_numbered(numbers)[0], days, paid)
    starts = np.flatnonzero(_changes(codes))
    times = np.diff(starts, append=len(codes))
    amounts[starts] = 0.0  # first purchases do not count
    mean = _mean(np.add.reduceat(amounts, starts) if len(starts) else amounts, times - 1)
    amounts -= np.repeat(mean, times)
    amounts[starts] = 0.0
    squares: Floats = np.add.reduceat(amounts**2, starts) if len(starts) else amounts
    return squares


def _purchases(codes: Integers, days: Integers, paid: Floats) -> tuple[Integers, Floats]:
    """Customers and the net amount of each of their days with a purchase, in order."""
    if not codes.size:
        return codes, paid
    low = int(days.min())
    bits = (int(days.max()) - low).bit_length()
    key, order = _sorted(codes.astype(np.int64) << bits | days - low)
    paid = paid[order]
    starts = np.flatnonzero(_changes(key))
    who, sums = key[starts] >> bits, np.add.reduceat(paid, starts)
    if paid.min() > 0:
        return who, sums
    bought = np.logical_or.reduceat(paid > 0, starts)
    buyers, before = who[bought], np.cumsum(bought) - 1
    own = before >= 0
    own[own] = buyers[before[own]] == who[own]  # not those who return before they buy
    return buyers, np.bincount(before[own], sums[own], len(buyers)).astype(float)


def _columns(
    customer: ArrayLike, day: ArrayLike, amount: ArrayLike | None
) -> tuple[NDArray[Any], Integers, Floats | None]:
    """A log as arrays; an amount that is not known is nothing."""
    paid = None if amount is None else np.asarray(amount, float)
    if paid is not None and np.isnan(paid.min(initial=0)):
        paid = np.nan_to_num(paid)
    return np.asarray(customer), np.asarray(day), paid


def _place(wanted: NDArray[Any], customer: NDArray[Any]) -> Integers:
    """Where customers stand among those wanted; −1 for others."""
    if not len(wanted):
        return np.full(len(customer), -1)
    order = np.argsort(wanted, kind="stable")
    near = order[np.minimum(np.searchsorted(wanted, customer, sorter=order), len(wanted) - 1)]
    return np.where(wanted[near] == customer, near, -1)


def _mean(total: Floats, times: NDArray[Any]) -> Floats:
    return np.divide(total, times, out=np.full(len(total), np.nan), where=times > 0)


def _numbered(customer: NDArray[Any]) -> tuple[Integers, NDArray[Any] | None]:
    """Customers as numbers that begin near 0, and what they stand for if that is something else."""
    whole = customer.dtype.kind in "iu" and customer.size
    if whole and customer.min() >= 0 and customer.max() <= SPARSE * customer.size:
        return customer.astype(np.intp, copy=False), None
    names, codes = np.unique(customer, return_inverse=True)
    return codes, names


def _visits(codes: Integers, days: Integers, end: int, period: float) -> tuple[Integers, Integers]:
    """Customers and the first of their days in each period before the end, in order."""
    who, on = _distinct(codes, days)
    if period == 1:
        return who, on
    anew = _changes(who) | _changes(_periods(end - on, period))
    return who[anew], on[anew]


def _sorted(key: Integers) -> tuple[Integers, Integers]:
    """Numbers in order, and where each stood: as one number, which is sorted sooner, where there is room."""
    bits = len(key).bit_length()
    if int(key.max()).bit_length() + bits > 62:
        order = np.argsort(key)
        return key[order], order
    key = key << bits | np.arange(len(key))
    key.sort()
    return key >> bits, key & ((1 << bits) - 1)


def _distinct(codes: Integers, days: Integers) -> tuple[Integers, Integers]:
    """Customers and the days on which they bought, each pair once, in order."""
    if not codes.size:
        return codes, days.astype(np.int64)
    low = int(days.min())
    bits = (int(days.max()) - low).bit_length()
    narrow = bits + int(codes.max()).bit_length() < 32  # half as much to move and to sort
    key: NDArray[Any] = codes.astype(np.int32 if narrow else np.int64)
    key <<= bits
    key |= (days - low).astype(key.dtype)
    key.sort()
    key = key[_changes(key)]
    return key >> bits, (key & ((1 << bits) - 1)) + low


def _changes(values: Integers) -> NDArray[np.bool_]:
    """Whether a value differs from the one before; the first does."""
    changes = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=changes[1:])
    return changes


def _periods(days: Integers, period: float) -> Integers:
    """How many whole periods are in so many days."""
    return days if period == 1 else (days // period).astype(np.int64)


def _sums(
    codes: Integers, days: Integers, paid: Floats | None, known: Integers, border: Integers
) -> tuple[Floats, Floats]:
    """What the known customers paid, and what of it after a day that is each customer's own."""
    if paid is None:
        return np.full(len(known), np.nan), np.full(len(known), np.nan)
    size = int(codes.max(initial=-1)) + 1
    border_of = np.zeros(size, np.int64)
    border_of[known] = border
    parts = paid, (days > border_of[codes]) * paid
    spent, later = (np.bincount(codes, part, size)[known].astype(float) for part in parts)
    if paid.min(initial=0) < 0:
        gross = np.bincount(codes, np.abs(paid), size)[known]
        spent[np.abs(spent) < CANCELLED * gross] = 0.0
        later[np.abs(later) < CANCELLED * gross] = 0.0
    return spent, later
