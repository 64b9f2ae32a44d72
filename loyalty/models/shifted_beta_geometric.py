"""Shifted beta-geometric (sBG): how long subscribers stay, from how many have renewed how often.

At each renewal a customer leaves with a probability of his own; the probabilities differ between customers by
a beta distribution. Those most prone to leave go first, so that the retention of those who are left rises.

References
----------
Fader & Hardie (2007), *How to project customer retention*, Journal of Interactive Marketing 21(1).
Fader & Hardie (2010), *Customer-base valuation in a contractual setting*, Marketing Science 29(1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaln

from loyalty.models.collapsed import columns, naturals
from loyalty.models.fitting import Fit, Params, Problem, left_out, params_of, solve
from loyalty.models.newton import Numbers
from loyalty.models.sums import total

NAMES = ("alpha", "beta")
CENTRE = (1.0, 3.0)  # of the prior: a quarter leave at the first renewal
STARTS = (CENTRE, (0.1, 2.0), (5.0, 20.0))
RENEWALS = 100_000  # more often nobody renews: every day for 270 years
CERTAIN = 1e-3  # a share of leavers below this is as good as nobody
POINTS = np.linspace(0.0, 1.0, 161)[:, None]  # of the trapezoidal rule


def fit(
    renewals: ArrayLike, active: ArrayLike, weights: ArrayLike | None = None, *, prior: bool | None = None
) -> Fit:
    """Fit the model to how often customers have renewed.

    Parameters
    ----------
    renewals
        How often each customer has renewed.
    active
        Whether he is a customer still; otherwise he left at the renewal after those.
    weights
        How many customers each pair stands for; one each where None.
    prior
        None: a light prior stands in where the plain fit is not ``ok``; True: in any case; False: never.

    Returns
    -------
    Fit
        ``params`` alpha and beta. Excluded are customers with anything ``missing`` or ``impossible``
        (renewals that are no whole number from 0 to 100,000).

    Raises
    ------
    LoyaltyError
        ``no_histories``, if no customer is left.

    Examples
    --------
    The high-end customers of Fader & Hardie (2007): of 1,000, 131 leave at the first renewal, and 491 are
    there after the seventh.

    >>> found = fit(range(8), [False] * 7 + [True], [131, 126, 90, 60, 42, 34, 26, 491])
    >>> {name: round(value, 3) for name, value in found.params.items()}
    {'alpha': 0.668, 'beta': 3.806}
    """
    count, stays, weight = columns(renewals, active, 1.0 if weights is None else weights)
    possible = (count >= 0) & (count <= RENEWALS) & (count == np.floor(count))
    reasons = {
        "missing": np.isnan(count) | np.isnan(stays) | np.isnan(weight),
        "impossible": ~(possible & (weight > 0) & (weight < np.inf)),
    }
    valid = ~np.logical_or.reduce(list(reasons.values()))
    reasons = {name: holds[~valid] for name, holds in reasons.items()}
    excluded = left_out(reasons, weight[~valid], everybody=not valid.any())
    left = valid & (stays == 0)
    problem = Problem(
        model="shifted_beta_geometric",
        names=NAMES,
        evaluate=Likelihood(count[valid].astype(int), left[valid], weight[valid]),
        starts=[np.log(start) for start in STARTS],
        centre=np.log(CENTRE),
        units=np.ones(2),
        simpler=_simpler,
        n=round(float(weight[valid].sum())),
        excluded=excluded,
    )
    return solve(problem, prior)


def _simpler(low: set[str], high: set[str], params: Mapping[str, float]) -> str:
    leaving = params["alpha"] / (params["alpha"] + params["beta"])
    if min(leaving, 1 - leaving) < CERTAIN:
        return "no_dropout" if leaving < CERTAIN else "all_dropout"
    return "same_dropout" if high else "two_kinds"


class Likelihood:
    """Log-likelihood of renewals, with gradient and Hessian in the logs of alpha and beta.

    Parameters
    ----------
    renewals, left, weights
        Of the customers that take part.
    """

    def __init__(self, renewals: NDArray[np.int_], left: NDArray[np.bool_], weights: Numbers) -> None:
        last = renewals.max() + 1
        leavers = np.bincount(renewals[left], weights[left], minlength=last)
        ended = np.bincount(renewals, weights, minlength=last)
        renewed = weights.sum() - np.cumsum(ended)
        self.before = np.flatnonzero(leavers + renewed).astype(float)
        self.leavers = leavers[leavers + renewed > 0].astype(float)
        self.renewed = renewed[leavers + renewed > 0].astype(float)
        self.asked = self.leavers + self.renewed

    def __call__(self, logs: Numbers) -> tuple[float, Numbers, Numbers]:
        """Value, gradient and Hessian at the logs of the parameters."""
        alpha, beta = (float(value) for value in np.exp(logs))
        all_, kept = alpha + beta + self.before, beta + self.before
        leave, stay, grown = alpha / all_, beta / all_, beta / kept
        value = total(self.leavers * np.log(leave) + self.renewed * np.log1p(-leave))
        mixed = total(self.asked * leave * stay)
        alphas = -total(self.asked * leave * (1 - leave))
        betas = total(self.renewed * grown * (1 - grown)) - total(self.asked * stay * (1 - stay))
        gradient = (
            total(self.leavers - self.asked * leave),
            total(self.renewed * grown - self.asked * stay),
        )
        return value, np.array(gradient), np.array([[alphas, mixed], [mixed, betas]])


def log_likelihood(fit: Params, renewals: ArrayLike, active: ArrayLike) -> Numbers:
    """Log-probability of each customer's renewals.

    Parameters
    ----------
    fit
        A fit, or alpha and beta.
    renewals, active
        As in :func:`fit`; NaN, or what cannot be, gives NaN.

    Examples
    --------
    With alpha = beta = 1 half of the customers leave at once and a third renew twice or more:

    >>> np.exp(log_likelihood({"alpha": 1, "beta": 1}, [0, 2], [False, True])).round(6).tolist()
    [0.5, 0.333333]
    """
    alpha, beta = params_of(fit, NAMES)
    count, gone = naturals(renewals), 1 - np.asarray(active, float)
    return betaln(alpha + gone, beta + count) - betaln(alpha, beta)


def survival(fit: Params, renewals: ArrayLike) -> Numbers:
    """Share of new customers who are there after so many renewals, 0…1.

    Parameters
    ----------
    fit
        A fit, or alpha and beta.
    renewals
        0 and more; anything else gives NaN.

    Examples
    --------
    >>> survival({"alpha": 0.668, "beta": 3.806}, [0, 1, 12]).round(3).tolist()
    [1.0, 0.851, 0.378]
    """
    alpha, beta = params_of(fit, NAMES)
    return np.exp(betaln(alpha, beta + naturals(renewals)) - betaln(alpha, beta))


def retention(fit: Params, renewal: ArrayLike) -> Numbers:
    """Share of those asked for their nth renewal who renew, 0…1.

    Parameters
    ----------
    fit
        A fit, or alpha and beta.
    renewal
        Which renewal, from 1; anything else gives NaN.

    Examples
    --------
    >>> retention({"alpha": 1, "beta": 3}, [1, 2]).tolist()
    [0.75, 0.8]
    """
    alpha, beta = params_of(fit, NAMES)
    kept = beta + naturals(np.asarray(renewal, float) - 1)
    return kept / (alpha + kept)


def expected_lifetime(fit: Params, renewals: ArrayLike, discount: float) -> Numbers:
    """Discounted number of terms that a customer will still renew for (DERL), the next renewal due now.

    Parameters
    ----------
    fit
        A fit, or alpha and beta.
    renewals
        How often he has renewed; what is no whole number gives NaN.
    discount
        Rate per term; 0.1 for 10 %.

    Returns
    -------
    ndarray
        Infinite where nothing is discounted and alpha ≤ 1: the most loyal then stay too long for a mean; and
        where later terms count for more.

    Notes
    -----
    A customer who leaves with probability θ brings (1 − θ)(1 + d) / (d + θ) terms; the mean of that over
    what his renewals leave of θ is taken by the trapezoidal rule in its log-odds.

    References
    ----------
    Fader & Hardie (2010), equation 8 and Table 3.

    Examples
    --------
    >>> expected_lifetime({"alpha": 3.8, "beta": 15.2}, [0, 4], 0.1).round(2).tolist()
    [3.31, 3.84]
    """
    alpha, beta = params_of(fit, NAMES)
    kept = beta + naturals(renewals)
    if discount <= 0:
        return kept / (alpha - 1) if discount == 0 and alpha > 1 else kept * np.inf
    next_ = (1 + discount) * kept / (alpha + kept)
    if alpha >= 1:
        return next_ * _mean_inverse(alpha, kept + 1, discount)
    leaving = alpha / (alpha + kept + 1) * _mean_inverse(alpha + 1, kept + 1, discount)
    return next_ * (1 - leaving) / discount


def _mean_inverse(alpha: float, beta: Numbers, discount: float) -> Numbers:
    """Mean of 1 / (discount + θ), θ being beta distributed with alpha and beta of 1 or more."""
    wide = np.sqrt(80 * (1 / alpha + 1 / beta))
    left, right = 40 / alpha + wide, 40 / beta + wide
    odds = np.log(alpha / beta) - left + (left + right) * POINTS.reshape(-1, *np.ones(np.ndim(beta), int))
    with np.errstate(invalid="ignore"):  # NaN stays NaN
        log_weight = alpha * odds - (alpha + beta) * np.logaddexp(0, odds)
    weight = np.exp(log_weight - log_weight.max(axis=0))
    return (weight / (discount + 1 / (1 + np.exp(-odds)))).sum(axis=0) / weight.sum(axis=0)


def expected_terms(fit: Params, renewals: ArrayLike, horizon: int, discount: float = 0.0) -> Numbers:
    """As :func:`expected_lifetime`, of the next `horizon` renewals only.

    Examples
    --------
    >>> expected_terms({"alpha": 1, "beta": 3}, 0, 2).round(2).tolist()
    1.35
    """
    alpha, beta = params_of(fit, NAMES)
    kept = beta + naturals(renewals)
    chance, terms = np.ones_like(kept), np.zeros_like(kept)
    for term in range(horizon):
        chance = chance * (kept + term) / (alpha + kept + term)
        terms = terms + chance / (1 + discount) ** term
    return terms


@dataclass(frozen=True, slots=True, eq=False)
class Renewals:
    """Renewals of drawn customers, as :func:`fit` takes them.

    Parameters
    ----------
    renewals
        How often each has renewed.
    active
        Whether he is a customer still.
    """

    renewals: Numbers
    active: NDArray[np.bool_]


def simulate(fit: Params, asked: ArrayLike, rng: np.random.Generator) -> Renewals:
    """Draw how often customers renew who stay or leave at so many renewals.

    Parameters
    ----------
    fit
        A fit, or alpha and beta.
    asked
        Renewals that have come up since each became a customer.
    rng
        Source of chance.

    Examples
    --------
    >>> drawn = simulate({"alpha": 1, "beta": 3}, [0, 5, 5], np.random.default_rng(1))
    >>> drawn.renewals[0], bool(drawn.active[0])
    (np.float64(0.0), True)
    """
    alpha, beta = params_of(fit, NAMES)
    most = np.asarray(asked, float)
    with np.errstate(divide="ignore", over="ignore"):
        lasts = np.floor(rng.exponential(size=most.shape) / -np.log1p(-rng.beta(alpha, beta, most.shape)))
    return Renewals(np.minimum(lasts, most), lasts >= most)
