"""What future purchases are worth today: expected purchases month by month, discounted."""

from __future__ import annotations

from types import ModuleType
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from loyalty.models.collapsed import columns, pairs
from loyalty.models.fitting import Params
from loyalty.models.newton import Numbers

MONTH = 365.25 / 12  # days


class Windows(NamedTuple):
    """Stretches of time from now on, and what a purchase in each of them counts.

    Parameters
    ----------
    ends
        When each stretch ends, in the unit of time of the histories, ascending; the first begins now.
    weights
        One row a quantity that is asked for, one column a stretch.
    """

    ends: Numbers
    weights: Numbers

    def cuts(self, parts: int) -> NDArray[np.intp]:
        """After how many stretches each of at most so many parts ends, from 0; the later, the longer."""
        return np.unique((len(self.ends) * np.linspace(0, 1, parts + 1) ** 2).round().astype(np.intp))

    def merged(self, parts: int) -> Windows:
        """The same in at most so many stretches, each with the mean weight of what it is made of.

        Examples
        --------
        >>> Windows(np.array([1.0, 2.0, 4.0]), np.array([[1.0, 0.8, 0.5]])).merged(2)
        Windows(ends=array([1., 4.]), weights=array([[1. , 0.6]]))
        """
        cuts, lengths = self.cuts(parts), np.diff(self.ends, prepend=0.0)
        whole = np.add.reduceat(lengths, cuts[:-1])
        return Windows(
            self.ends[cuts[1:] - 1], np.add.reduceat(self.weights * lengths, cuts[:-1], axis=1) / whole
        )


def until(horizon: float) -> Windows:
    """Everything that is bought within the horizon."""
    return Windows(np.array([float(horizon)]), np.ones((1, 1)))


def discounted(months: int, discount: float, *, month: float = MONTH) -> Windows:
    """What is bought within so many months, each month's purchases discounted from its end.

    Parameters
    ----------
    months
        How many.
    discount
        Interest per month: 0.01 is 1 %.
    month
        Length of a month in the unit of time of the histories.

    Examples
    --------
    >>> discounted(2, 1.0).weights
    array([[0.5 , 0.25]])
    """
    steps = np.arange(1.0, months + 1)
    return Windows(month * steps, (1 + discount) ** -steps[None])


def monthly(months: int, *, month: float = MONTH) -> Windows:
    """What is bought in each month, and after these rows what is bought until the end of each.

    Examples
    --------
    >>> monthly(2, month=1.0).weights.tolist()
    [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    """
    ends = month * np.arange(1.0, months + 1)
    return Windows(ends, np.concatenate([np.eye(months), np.tri(months)]))


def per_month(annual: float) -> float:
    """The discount rate per month that compounds to an annual one.

    Examples
    --------
    >>> round(per_month(0.1), 6)
    0.007974
    """
    return float((1 + annual) ** (1 / 12) - 1)


def discounted_purchases(
    model: ModuleType,
    fit: Params,
    months: int,
    discount: float,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    *,
    month: float = MONTH,
) -> Numbers:
    """Purchases that are expected within so many months, each discounted to today from the end of its month.

    Times the money that a purchase is expected to bring, this is the value of a customer.

    Parameters
    ----------
    model
        One of the models of purchases, as a module.
    fit
        A fit of this model, or its parameters.
    months, discount, month
        As in :func:`discounted`.
    frequency, recency, age
        Histories, one element a customer.

    Returns
    -------
    ndarray
        One number a customer; NaN of a history that cannot be.

    Notes
    -----
    The sum over months k of (E[X(k)] − E[X(k − 1)]) / (1 + d)^k, where X(k) is what the customer buys
    until the end of month k.

    References
    ----------
    Fader, Hardie & Lee (2005), *RFM and CLV: Using Iso-Value Curves for Customer Base Analysis*, JMR 42.
    """
    x, t, age_ = columns(frequency, recency, age)
    few_x, few_ages, place = pairs(x, age_)
    ends, weights = discounted(months, discount, month=month)
    expected = while_there(model, "expected_purchases", fit, ends, few_x, few_ages)
    each: Numbers = np.einsum("k,kn->n", weights[0], np.diff(expected, axis=0, prepend=0.0))
    return each[place] * model.probability_alive(fit, x, t, age_)


def while_there(
    model: ModuleType, moment: str, fit: Params, horizon: ArrayLike, frequency: Numbers, age: Numbers
) -> Numbers:
    """A moment of the purchases of customers who are still there.

    In all models it is the same whenever the last purchase was; that only tells who is still there. So it is
    taken of customers who have just bought, and divided by the probability that they are there.

    Parameters
    ----------
    model, fit
        One of the models of purchases, as a module, and its fit or parameters.
    moment
        ``"expected_purchases"`` or ``"factorial_moment"``.
    horizon, frequency, age
        As these functions take them.
    """
    recency = np.where(frequency > 0, age, 0.0)
    found = getattr(model, moment)(fit, horizon, frequency, recency, age)
    alive = model.probability_alive(fit, frequency, recency, age)
    quotient: Numbers = np.divide(found, alive, out=np.zeros_like(found), where=alive > 0)
    return quotient
