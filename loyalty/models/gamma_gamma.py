"""Gamma-Gamma: what a customer spends in a purchase, learned from few purchases and from all customers.

Amounts of one customer scatter around a mean of his own (gamma, shape p); the means scatter around that of
all customers (q and v). How often somebody buys is taken to say nothing of how much he spends.

References
----------
Fader & Hardie (2013), *The Gamma-Gamma Model of Monetary Value*, note 025 on brucehardie.com.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln

from loyalty.models.collapsed import columns
from loyalty.models.fitting import Fit, Params, Problem, left_out, params_of, solve
from loyalty.models.gamma_gamma_likelihood import Likelihood
from loyalty.models.newton import Numbers

NAMES = ("p", "q", "v")
CENTRE = (2.0, 3.0, 1.0)  # of the prior, with money around 1: a population mean of 1
STARTS = (CENTRE, (6.0, 4.0, 0.5), (0.5, 1.5, 1.0), (40.0, 40.0, 1.0))
HELD = 2.5  # least q with the prior where the plain fit has no mean: mean and spread are finite from 2 on
ROUGH = 4_000  # customers that the start is found by where there are many more


def fit(
    frequency: ArrayLike, money: ArrayLike, weights: ArrayLike | None = None, *, prior: bool | None = None
) -> Fit:
    """Fit the model to what customers have spent in a purchase on average.

    Parameters
    ----------
    frequency
        Repeat purchases of each customer.
    money
        Mean amount of a customer's repeat purchases, in any currency.
    weights
        How many customers each pair stands for; one each where None.
    prior
        None: a light prior stands in where the plain fit is not ``ok``; True: in any case; False: never.

    Returns
    -------
    Fit
        ``params`` p, q and v (in units of money). State ``no_mean`` where the fit has q ≤ 1: amounts so
        uneven that the model knows no mean of them; q is then held at 2.5 or above. Excluded are customers
        without a repeat purchase (``no_repeat``), with a mean that is not above zero (``no_money``) and with
        anything ``missing`` or ``impossible``.

    Raises
    ------
    LoyaltyError
        ``no_histories``, if no customer is left.

    Examples
    --------
    >>> found = fit([2, 1, 0, 3, 1], [22.35, 11.77, 0, 35, 60])
    >>> found.n, dict(found.excluded), list(found.params)
    (4, {'no_repeat': 1}, ['p', 'q', 'v'])
    """
    counts, means, shares, excluded = _taken(frequency, money, weights)
    logs = np.log(means)
    scale = float(np.exp(np.average(logs, weights=shares)))
    scaled, some = means / scale, slice(None, None, len(means) // ROUGH or 1)
    problem = Problem(
        model="gamma_gamma",
        names=NAMES,
        evaluate=Likelihood(counts, scaled, shares),
        starts=[np.log(start) for start in STARTS],
        centre=np.log(CENTRE),
        units=np.array([1.0, 1.0, scale]),
        simpler=_simpler,
        n=round(float(shares.sum())),
        excluded=excluded,
        shift=-float(shares.sum()) * float(np.log(scale)),
        rough=Likelihood(counts[some], scaled[some], shares[some]) if len(means) > 4 * ROUGH else None,
        objection=lambda params: "no_mean" if params["q"] <= 1 else None,
        floor=np.array([-np.inf, np.log(HELD), -np.inf]),
    )
    return solve(problem, prior)


def _taken(
    frequency: ArrayLike, money: ArrayLike, weights: ArrayLike | None
) -> tuple[Numbers, Numbers, Numbers, dict[str, int]]:
    """Those who take part, and how many do not."""
    x, m, weight = columns(frequency, money, 1.0 if weights is None else weights)
    valid = _sound(x, m) & (weight > 0) & (weight < np.inf)
    rows, others = np.flatnonzero(valid), np.flatnonzero(~valid)
    reasons = _reasons(x[others], m[others], weight[others])
    excluded = left_out(reasons, None if weights is None else weight[others], everybody=not len(rows))
    return x[rows], m[rows], weight[rows], excluded


def _sound(x: Numbers, m: Numbers) -> NDArray[np.bool_]:
    sound: NDArray[np.bool_] = (x > 0) & (x < np.inf) & (x == np.floor(x)) & (m > 0) & (m < np.inf)
    return sound


def _reasons(x: Numbers, m: Numbers, weight: Numbers) -> dict[str, NDArray[np.bool_]]:
    """Why customers take no part."""
    none = x == 0
    return {
        "missing": np.isnan(x) | np.isnan(weight) | np.isnan(m) & ~none,
        "no_repeat": none,
        "impossible": (x < 0)
        | (x != np.floor(x))
        | (x == np.inf)
        | (m == np.inf)
        | ~((weight > 0) & (weight < np.inf)),
        "no_money": m <= 0,
    }


def _simpler(low: set[str], high: set[str], params: Mapping[str, float]) -> str:
    if "q" in high:
        return "same_spend"
    return "same_amounts" if "p" in high else "limit"


def log_likelihood(fit: Params, frequency: ArrayLike, money: ArrayLike) -> Numbers:
    """Log-density of each customer's mean spend; 0 where there is no repeat purchase.

    Parameters
    ----------
    fit
        A fit, or p, q and v.
    frequency, money
        As in :func:`fit`.

    Returns
    -------
    ndarray
        −inf where a mean is not above zero; NaN where something is NaN or cannot be.

    Examples
    --------
    With p = q = v = 1 the density of one purchase is 1 / (1 + money)²:

    >>> np.exp(log_likelihood({"p": 1, "q": 1, "v": 1}, [0, 1], [0, 3])).round(6).tolist()
    [1.0, 0.0625]
    """
    p, q, v = params_of(fit, NAMES)
    x, m = np.broadcast_arrays(np.asarray(frequency, float), np.asarray(money, float))
    sound = _sound(x, m)
    count, mean = np.where(sound, x, 1.0), np.where(sound, m, 1.0)
    shapes = -betaln(p * count, q) - np.log(mean)
    density = shapes - p * count * np.log1p(v / (count * mean)) - q * np.log1p(count * mean / v)
    return np.select([sound, x == 0, (x > 0) & (m <= 0)], [density, 0.0, -np.inf], np.nan)


def population_mean(fit: Params) -> float:
    """What a purchase of a customer who is not known yet brings on average, in the unit of money.

    Infinite where q ≤ 1, never negative.

    Examples
    --------
    >>> round(population_mean({"p": 6.25, "q": 3.74, "v": 15.44}), 2)
    35.22
    """
    p, q, v = params_of(fit, NAMES)
    return p * v / (q - 1) if q > 1 else np.inf


def expected_money(fit: Params, frequency: ArrayLike, money: ArrayLike) -> Numbers:
    """What a future purchase of each customer brings on average, in the unit of money.

    A mean of the customer's own spend and of the population's, in which his own counts the more the more
    often he has bought.

    Parameters
    ----------
    fit
        A fit, or p, q and v.
    frequency, money
        As in :func:`fit`. Who would take no part there gets the mean of the population.

    Returns
    -------
    ndarray
        Infinite where p·x + q ≤ 1.

    References
    ----------
    Fader & Hardie, note 025, equation 5.

    Examples
    --------
    >>> expected_money({"p": 6.25, "q": 3.74, "v": 15.44}, [2, 0], [22.35, 0]).round(2).tolist()
    [24.66, 35.22]
    """
    p = params_of(fit, NAMES)[0]
    shape, rate = _posterior(fit, frequency, money)
    with np.errstate(divide="ignore"):
        return p * rate / np.maximum(shape - 1, 0.0)


def second_moment(fit: Params, frequency: ArrayLike, money: ArrayLike) -> Numbers:
    """Mean square of each customer's own mean spend, given what he has spent; in money squared.

    With it the variance of k future purchases together is k·this/p + k²·(this − expected_money²).

    Parameters
    ----------
    fit, frequency, money
        As in :func:`expected_money`.

    Returns
    -------
    ndarray
        Infinite where p·x + q ≤ 2.

    Examples
    --------
    >>> second_moment({"p": 2, "q": 4, "v": 3}, [0, 1], [0, 3]).tolist()
    [6.0, 7.2]
    """
    p = params_of(fit, NAMES)[0]
    shape, rate = _posterior(fit, frequency, money)
    with np.errstate(divide="ignore"):
        return (p * rate) ** 2 / (np.maximum(shape - 1, 0.0) * np.maximum(shape - 2, 0.0))


def _posterior(fit: Params, frequency: ArrayLike, money: ArrayLike) -> tuple[Numbers, Numbers]:
    """Shape and rate of the gamma distribution that is left of a customer's scale."""
    p, q, v = params_of(fit, NAMES)
    x, m = np.broadcast_arrays(np.asarray(frequency, float), np.asarray(money, float))
    known = _sound(x, m)
    count = np.where(known, x, 0.0)
    return p * count + q, v + count * np.where(known, m, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Spend:
    """What drawn customers spend.

    Parameters
    ----------
    money
        Mean amount of the repeat purchases; NaN for who made none.
    mean
        The customer's true mean, which the model has to guess.
    amounts
        Sum over future purchases.
    """

    money: Numbers
    mean: Numbers
    amounts: Numbers


def simulate(fit: Params, frequency: ArrayLike, rng: np.random.Generator, future: ArrayLike = 0) -> Spend:
    """Draw what customers spend in so many purchases.

    Parameters
    ----------
    fit
        A fit, or p, q and v.
    frequency
        Repeat purchases of each customer.
    rng
        Source of chance.
    future
        Purchases after that, of each customer.

    Examples
    --------
    >>> drawn = simulate({"p": 6, "q": 4, "v": 15}, [0, 3], np.random.default_rng(1), future=2)
    >>> drawn.money.shape, bool(np.isnan(drawn.money[0])), bool((drawn.amounts > 0).all())
    ((2,), True, True)
    """
    p, q, v = params_of(fit, NAMES)
    x, k = np.broadcast_arrays(np.asarray(frequency, float), np.asarray(future, float))
    mean = p * v / rng.gamma(q, size=x.shape)
    with np.errstate(invalid="ignore"):
        money = mean * rng.gamma(p * x) / (p * x)
    return Spend(money, mean, mean * rng.gamma(p * k) / p)
