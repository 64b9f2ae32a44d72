"""MBG/NBD: as BG/NBD, but customers may leave after the first purchase too."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from loyalty.models import beta_geometric
from loyalty.models import beta_geometric_forecasts as forecasts
from loyalty.models.collapsed import Simulated
from loyalty.models.fitting import Fit, Params
from loyalty.models.newton import Numbers

NAMES = beta_geometric.NAMES
FIRST = 1  # the first purchase is a chance to leave


def fit(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    prior: bool | None = None,
) -> Fit:
    """The parameters that make customers' histories likeliest.

    Parameters
    ----------
    frequency
        Repeat purchases, one element a customer.
    recency
        Time from the first purchase to the last; 0 without a repeat purchase.
    age
        Time from the first purchase to the end of the data, in the same unit.
    weights
        How many customers each element stands for; one unless given.
    prior
        Whether a light prior stands in: None, where the plain fit is not ``"ok"``; True, always; False,
        never.

    Returns
    -------
    Fit
        With ``r`` and ``alpha`` (a time) of the purchase rates, gamma distributed with mean r / alpha, and
        ``a`` and ``b`` of the probabilities to leave after a purchase, beta distributed with mean
        a / (a + b). Another unit of time changes `alpha` and nothing else.

    Raises
    ------
    LoyaltyError
        ``no_histories``, where no customer has a history or no time has passed for any. Histories with NaN
        or that cannot be are left out and counted in ``excluded``.

    Notes
    -----
    Supposed: while somebody is a customer he buys at random at a steady rate of his own; rate and probability
    to leave are independent; no seasons. Unlike in BG/NBD whoever never came back may have left, so his
    probability of being alive is below 1. The likelihood may have several peaks; it is climbed from several
    sides.

    References
    ----------
    Batislam, Denizel & Filiztekin (2007), *Empirical validation and comparison of models for customer base
    analysis*, International Journal of Research in Marketing 24(3).

    Examples
    --------
    >>> params = {"r": 0.25, "alpha": 4.5, "a": 0.8, "b": 2.5}
    >>> drawn = simulate(params, np.full(10_000, 39.0), np.random.default_rng(1))
    >>> found = fit(drawn.frequency, drawn.recency, drawn.age)
    >>> found.n, found.state, abs(found.params["r"] - 0.25) < 2 * found.se["r"]
    (10000, 'ok', True)
    """
    return beta_geometric.fit("mbg_nbd", FIRST, frequency, recency, age, weights, prior)


def log_likelihood(fit: Params, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Numbers:
    """Log-likelihood of each customer's history.

    Parameters
    ----------
    fit
        A fit, or parameters by their names.
    frequency, recency, age
        Histories, in the unit of the parameters; NaN, or what cannot be, gives NaN.

    Examples
    --------
    Half leave at once; those who stay buy at rate 1, nothing in a time of 1 with probability 1 / e:

    >>> np.exp(log_likelihood({"r": 1e9, "alpha": 1e9, "a": 1, "b": 1}, 0, 0, 1)).round(4)
    array([0.6839])
    """
    return forecasts.log_likelihood(fit, FIRST, frequency, recency, age)


def probability_alive(fit: Params, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike) -> Numbers:
    """Probability that customers with these histories are still customers.

    Parameters
    ----------
    fit
        A fit, or parameters by their names.
    frequency, recency, age
        Histories, in the unit of the parameters; NaN, or what cannot be, gives NaN.

    Returns
    -------
    numpy.ndarray
        One element a customer, from 0 to 1.

    Examples
    --------
    Right after the first purchase, with one in four leaving:

    >>> probability_alive({"r": 1, "alpha": 1, "a": 1, "b": 3}, 0, 0, 0)
    array([0.75])
    """
    return forecasts.probability_alive(fit, FIRST, frequency, recency, age)


def expected_purchases(
    fit: Params, horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> Numbers:
    """Expected number of purchases in the next `horizon` by customers with these histories.

    Parameters
    ----------
    fit
        A fit, or parameters by their names.
    horizon
        Time ahead, or several; NaN where it is below zero or endless.
    frequency, recency, age
        Histories, in the unit of the parameters; NaN, or what cannot be, gives NaN.

    Returns
    -------
    numpy.ndarray
        One element a customer; with several horizons one row each.

    Examples
    --------
    Of three purchases in 24.71 of 37.86 weeks, in the next 1 and 3:

    >>> params = {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}
    >>> expected_purchases(params, [1, 3], 3, 24.71, 37.86).round(4)
    array([[0.0475],
           [0.1405]])
    """
    return forecasts.expected_purchases(fit, FIRST, horizon, frequency, recency, age)


def expected_new(fit: Params, horizon: ArrayLike) -> Numbers:
    """Expected number of repeat purchases of a new customer, by time since the first purchase.

    Examples
    --------
    >>> params = {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}
    >>> expected_new(params, [1, 3, 6]).round(4)
    array([0.0531, 0.1509, 0.2814])
    """
    return expected_purchases(fit, horizon, 0, 0, 0)[..., 0]


def factorial_moment(
    fit: Params, horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> Numbers:
    """E[X (X − 1)] of the purchases X in the next `horizon`, so that Var X = that + E[X] − E[X]².

    Arguments and shapes as in :func:`expected_purchases`.

    Examples
    --------
    Of somebody who surely buys at rate 1 and never leaves, X is Poisson distributed:

    >>> params = {"r": 1e6, "alpha": 1e6, "a": 1e-6, "b": 1e6}
    >>> factorial_moment(params, 3, 0, 0, 0).round(4)
    array([9.])
    """
    return forecasts.factorial_moment(fit, FIRST, horizon, frequency, recency, age)


def probability_of(fit: Params, n: ArrayLike, horizon: ArrayLike) -> Numbers:
    """Probability that a new customer makes exactly `n` repeat purchases in `horizon`; the two broadcast.

    Examples
    --------
    >>> params = {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}
    >>> probability_of(params, [0, 1], 0)
    array([1., 0.])
    """
    return forecasts.probability_of(fit, FIRST, n, horizon)


def simulate(fit: Params, age: ArrayLike, rng: np.random.Generator, horizon: ArrayLike = 0.0) -> Simulated:
    """Customers drawn from the model.

    Parameters
    ----------
    fit
        A fit, or parameters by their names.
    age
        Time since the first purchase, one element a customer.
    rng
        Source of chance.
    horizon
        Time ahead in which their further purchases are counted.

    Examples
    --------
    >>> params = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
    >>> drawn = simulate(params, [10.0, 20.0], np.random.default_rng(1), horizon=5)
    >>> drawn.age
    array([10., 20.])
    """
    return forecasts.simulate(fit, FIRST, age, rng, horizon)
