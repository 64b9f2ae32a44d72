"""Pareto/NBD: how often customers buy, and whether they are still there, if they may leave at any time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from loyalty.models import pareto_nbd_integrals as integrals
from loyalty.models.beta_geometric import mean_log
from loyalty.models.collapsed import Simulated, collapse, columns, naturals, pairs, possible, times
from loyalty.models.fitting import Fit, Params, Problem, params_of, solve
from loyalty.models.newton import Numbers
from loyalty.models.pareto_nbd_likelihood import Likelihood, mixtures

NAMES = ("r", "alpha", "s", "beta")
BLOCK = 1024  # customers at once, so that their nodes stay in the processor's cache
ROUGH = 5_000  # distinct histories that the start is found from where there are many more

# r, s, beta with time in mean ages: usual, and what unusual data need
STARTS = ((0.7, 0.6, 0.4), (0.3, 0.3, 1), (2, 1, 2), (5, 0.1, 1), (0.7, 2, 0.5), (2, 5, 10))


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
        ``s`` and ``beta`` (a time) of the rates of leaving, gamma distributed with mean s / beta. Another
        unit of time changes `alpha` and `beta` and nothing else.

    Raises
    ------
    LoyaltyError
        ``no_histories``, where no customer has a history or no time has passed for any. Histories with NaN
        or that cannot be are left out and counted in ``excluded``.

    Notes
    -----
    Supposed: while somebody is a customer he buys at random at a steady rate of his own, and leaves at random
    at a rate of his own; the two are independent; no seasons.

    References
    ----------
    Schmittlein, Morrison & Colombo (1987), *Counting Your Customers: Who Are They and What Will They Do
    Next?*, Management Science 33(1). Fader & Hardie (2005), *A Note on Deriving the Pareto/NBD Model and
    Related Expressions*, note 009 on brucehardie.com.

    Examples
    --------
    >>> params = {"r": 0.55, "alpha": 10.5, "s": 0.6, "beta": 11.5}
    >>> drawn = simulate(params, np.full(5_000, 39.0), np.random.default_rng(1))
    >>> found = fit(drawn.frequency, drawn.recency, drawn.age)
    >>> found.n, found.state, abs(found.params["r"] - 0.55) < 2 * found.se["r"]
    (5000, 'ok', True)
    """
    histories = collapse(frequency, recency, age, weights)
    scale, n = histories.mean_age, histories.n
    mean = max(histories.mean_frequency, 0.5 / n)
    step = len(histories.weights) // ROUGH
    problem = Problem(
        model="pareto_nbd",
        names=NAMES,
        evaluate=Likelihood(histories, scale),
        rough=Likelihood(histories.every(step), scale) if step > 1 else None,
        starts=[np.log([r, r / (1.5 * mean), s, beta]) for r, s, beta in STARTS],
        centre=np.log([1, 1 / mean, 1, 3]),
        units=np.array([1, scale, 1, scale]),
        simpler=_simpler,
        n=round(n),
        excluded=histories.excluded,
        shift=-mean_log(histories, scale),
    )
    return solve(problem, prior)


def _simpler(low: set[str], high: set[str], params: Mapping[str, float]) -> str:
    """The simpler model that parameters at their bounds come to."""
    if params["r"] / params["alpha"] < 1e-3 or {"r"} == low:
        return "no_repeat"
    if high & {"s", "beta"} and min(params["s"], params["beta"]) > 100:
        return "same_dropout"
    if {"s", "beta"} & (low | high):
        stay = (1 + 1 / params["beta"]) ** -params["s"]  # share of new customers still there after a mean age
        return "no_dropout" if stay > 0.99 else "all_dropout" if stay < 0.01 else "two_kinds"
    return "same_rate" if high & {"r", "alpha"} else "limit"


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
    Who buys at rate 1 and hardly leaves buys nothing for a time of 1 with probability 1 / e:

    >>> log_likelihood({"r": 1e9, "alpha": 1e9, "s": 1e-9, "beta": 1}, 0, 0, 1).round(6)
    array([-1.])
    """
    r, alpha, *_ = params_of(fit, NAMES)
    x, t, age_ = possible(frequency, recency, age)
    return gammaln(r + x) - gammaln(r) - x * np.log(alpha) + _of_mixtures(np.logaddexp, fit, x, t, age_)


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
    The customer of BTYD's manual without a repeat purchase in 39 weeks, and one who has just bought:

    >>> params = {"r": 0.5533, "alpha": 10.578, "s": 0.6062, "beta": 11.6669}
    >>> probability_alive(params, [0, 23], [0, 39], 39).round(3)
    array([0.294, 1.   ])
    """
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(_of_mixtures(np.subtract, fit, *possible(frequency, recency, age))))


def _of_mixtures(
    join: Callable[[Numbers, Numbers], Numbers], fit: Params, x: Numbers, t: Numbers, age: Numbers
) -> Numbers:
    """Join the log-likelihoods of having left and of being there still, once for each distinct history."""
    params = params_of(fit, NAMES)
    few_x, few_ages, place = pairs(x, age)
    sets, few_t, place = pairs(place.astype(np.float64), t)
    few = sets.astype(np.intp)
    found = np.empty(len(few_t))
    for rows, mixed in mixtures(params, few_x[few], few_t, few_ages[few]):
        weights = mixed.log_weight
        with np.errstate(invalid="ignore"):  # NaN stays NaN
            found[rows] = join(np.logaddexp.reduce(weights[:-1]), weights[-1])
    return found[place]


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
    Customer 1516 of BTYD's walkthrough in the next 52 weeks:

    >>> params = {"r": 0.5533, "alpha": 10.578, "s": 0.6062, "beta": 11.6669}
    >>> expected_purchases(params, 52, 26, 30.857142857, 31).round(2)
    array([25.46])
    """
    r, alpha, s, beta = params_of(fit, NAMES)

    def mean(x: Numbers, age: Numbers, ahead: Numbers) -> Numbers:
        return (r + x) / (alpha + age) * integrals.time_there(s, beta + age, ahead)

    return _ahead(mean, fit, horizon, frequency, recency, age)


def factorial_moment(
    fit: Params, horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> Numbers:
    """E[X (X − 1)] of the purchases X in the next `horizon`, so that Var X = that + E[X] − E[X]².

    Arguments and shapes as in :func:`expected_purchases`.

    Examples
    --------
    Of somebody who surely buys at rate 1 and hardly leaves, X is Poisson distributed:

    >>> factorial_moment({"r": 1e6, "alpha": 1e6, "s": 1e-9, "beta": 1}, 3, 0, 0, 0).round(4)
    array([9.])
    """
    r, alpha, s, beta = params_of(fit, NAMES)

    def mean(x: Numbers, age: Numbers, ahead: Numbers) -> Numbers:
        rates = (r + x) * (r + x + 1) / (alpha + age) ** 2
        return rates * integrals.squared_time_there(s, beta + age, ahead)

    return _ahead(mean, fit, horizon, frequency, recency, age)


def _ahead(
    mean: Callable[[Numbers, Numbers, Numbers], Numbers],
    fit: Params,
    horizon: ArrayLike,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
) -> Numbers:
    """A mean of those who are there, once for each frequency and age, times how likely they are there."""
    x, t, age_ = possible(frequency, recency, age)
    few_x, few_ages, place = pairs(x, age_)
    found = mean(few_x, few_ages, times(horizon)[..., None])
    return found[..., place] * probability_alive(fit, x, t, age_)


def expected_new(fit: Params, horizon: ArrayLike) -> Numbers:
    """Expected number of repeat purchases of a new customer, by time since the first purchase.

    Examples
    --------
    >>> params = {"r": 0.5534, "alpha": 10.5802, "s": 0.6061, "beta": 11.6562}
    >>> expected_new(params, [1, 3, 6]).round(4)
    array([0.051 , 0.1461, 0.2751])
    """
    return expected_purchases(fit, horizon, 0, 0, 0)[..., 0]


def discounted_purchases(
    fit: Params, rate: float, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> Numbers:
    """Discounted expected number of all future purchases (DERT) by customers with these histories.

    Parameters
    ----------
    fit
        A fit, or parameters by their names.
    rate
        Continuous discount rate per unit of time: log(1 + yearly rate) / weeks in a year.
    frequency, recency, age
        Histories, in the unit of the parameters; NaN, or what cannot be, gives NaN.

    Returns
    -------
    numpy.ndarray
        One element a customer; infinite where nothing is discounted and s ≤ 1.

    References
    ----------
    Fader, Hardie & Lee (2005), *RFM and CLV: Using Iso-Value Curves for Customer Base Analysis*, Journal of
    Marketing Research 42(4), equation 2.

    Examples
    --------
    >>> params = {"r": 0.5629966, "alpha": 12.5590370, "s": 0.4081095, "beta": 10.5148048}
    >>> discounted_purchases(params, 0.0027, 7, 35, 77.86).round(4)
    array([1.8642])
    """
    r, alpha, s, beta = params_of(fit, NAMES)
    x, t, age_ = possible(frequency, recency, age)
    time = integrals.discounted_time_there(s, beta + age_, rate)
    return (r + x) / (alpha + age_) * time * probability_alive(fit, x, t, age_)


def probability_of(fit: Params, n: ArrayLike, horizon: ArrayLike) -> Numbers:
    """Probability that a new customer makes exactly `n` repeat purchases in `horizon`; the two broadcast.

    Examples
    --------
    >>> params = {"r": 0.5534, "alpha": 10.5802, "s": 0.6061, "beta": 11.6562}
    >>> float(probability_of(params, np.arange(200), 6).sum().round(9))
    1.0
    """
    r, alpha, s, beta = params_of(fit, NAMES)
    counts, ahead = np.broadcast_arrays(naturals(n), times(horizon))
    rows = columns(counts.ravel(), ahead.ravel(), r, alpha, beta)
    return _counted(rows, s).reshape(counts.shape)


def probability_of_next(
    fit: Params,
    n: ArrayLike,
    horizon: ArrayLike,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
) -> Numbers:
    """Probability of exactly `n` purchases in the next `horizon`, one element a customer.

    Parameters
    ----------
    fit
        A fit, or parameters by their names.
    n, horizon
        Purchases and time ahead, for all or for each customer.
    frequency, recency, age
        Histories, in the unit of the parameters.

    Examples
    --------
    >>> params = {"r": 0.5534, "alpha": 10.5802, "s": 0.6061, "beta": 11.6562}
    >>> probability_of_next(params, 1, 1, 3, 24.71, 37.86).round(6)
    array([0.047915])
    """
    r, alpha, s, beta = params_of(fit, NAMES)
    counts, ahead, x, t, age_ = columns(naturals(n), times(horizon), *possible(frequency, recency, age))
    alive = probability_alive(fit, x, t, age_)
    return (counts == 0) * (1 - alive) + alive * _counted(
        (counts, ahead, r + x, alpha + age_, beta + age_), s
    )


def _counted(rows: tuple[Numbers, ...], s: float) -> Numbers:
    n, ahead, c, alpha, beta = rows
    blocks = (slice(at, at + BLOCK) for at in range(0, len(n), BLOCK))
    found = [integrals.probability_of(n[b], ahead[b], c[b], alpha[b], s, beta[b]) for b in blocks]
    return np.concatenate([*found, n[:0]])


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
    >>> params = {"r": 0.55, "alpha": 10.5, "s": 0.6, "beta": 11.5}
    >>> drawn = simulate(params, [10.0, 20.0], np.random.default_rng(1), horizon=5)
    >>> drawn.age
    array([10., 20.])
    """
    r, alpha, s, beta = params_of(fit, NAMES)
    ages, ahead = columns(age, horizon)
    n = len(ages)
    rate, leaving = rng.gamma(r, 1 / alpha, n), rng.gamma(s, 1 / beta, n)
    with np.errstate(divide="ignore", over="ignore"):
        stays = rng.exponential(size=n) / leaving
    there = np.minimum(stays, ages)
    x = rng.poisson(rate * there).astype(float)
    last = there * rng.beta(np.maximum(x, 1), 1)  # of x purchases at random in that time
    future = rng.poisson(rate * np.clip(stays - ages, 0, ahead)).astype(float)
    return Simulated(x, np.where(x > 0, last, 0), ages, future, stays > ages)
