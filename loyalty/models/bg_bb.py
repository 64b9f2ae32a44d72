"""BG/BB: who takes an opportunity to buy, where these come one by one: a yearly fair, a weekly market.

At each opportunity a customer first leaves with a probability of his own, or else buys with one of his own.
The latter is beta(alpha, beta) distributed among customers, the former beta(gamma, delta).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

from loyalty.models.bg_bb_likelihood import Likelihood, blocks_of, courses_of, log_betas, shares
from loyalty.models.collapsed import Simulated, collapse, columns, naturals, possible
from loyalty.models.fitting import Fit, Params, Problem, params_of, solve
from loyalty.models.newton import Numbers

NAMES = ("alpha", "beta", "gamma", "delta")
STARTS = ((1, 1, 3), (3, 0.5, 5), (0.5, 0.2, 2), (10, 5, 50))  # of alpha, gamma and delta
CERTAIN = 1e-3  # a probability below this is as good as none


def fit(
    frequency: ArrayLike,
    recency: ArrayLike,
    opportunities: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    prior: bool | None = None,
) -> Fit:
    """The parameters that make customers' histories likeliest.

    Parameters
    ----------
    frequency
        Opportunities that each customer took after the first purchase.
    recency
        Which of them he took last, counted from 1; 0 where he took none.
    opportunities
        How many there have been.
    weights
        How many customers each element stands for; one unless given.
    prior
        Whether a light prior stands in: None, where the plain fit is not ``"ok"``; True, always; False,
        never.

    Returns
    -------
    Fit
        With ``alpha`` and ``beta`` of the probabilities to buy, mean alpha / (alpha + beta), and ``gamma``
        and ``delta`` of those to leave.

    Raises
    ------
    LoyaltyError
        ``no_histories``, where no customer has a history or no time has passed for any. Histories with NaN
        or that cannot be are left out and counted in ``excluded``.

    References
    ----------
    Fader, Hardie & Shang (2010), *Customer-Base Analysis in a Discrete-Time Noncontractual Setting*,
    Marketing Science 29(6).

    Examples
    --------
    >>> params = {"alpha": 1.2, "beta": 0.75, "gamma": 0.66, "delta": 2.8}
    >>> drawn = simulate(params, np.full(5_000, 6), np.random.default_rng(1))
    >>> found = fit(drawn.frequency, drawn.recency, drawn.age)
    >>> found.n, found.state, abs(found.params["alpha"] - 1.2) < 2 * found.se["alpha"]
    (5000, 'ok', True)
    """
    x, t, n = columns(frequency, recency, opportunities)
    whole = (np.floor(t) == t) & (np.floor(n) == n) & (x <= t)
    histories = collapse(x, np.where(whole | np.isnan(x + t + n), t, -1.0), n, weights)
    rows = [column.rows for column in (histories.frequency, histories.recency, histories.age)]
    share = (histories.weights * rows[0]).sum() / max((histories.weights * rows[2]).sum(), 1.0)
    odds = 1 / np.clip(share, 0.5 / histories.n / max(rows[2].max(), 1.0), 0.95) - 1
    problem = Problem(
        model="bg_bb",
        names=NAMES,
        evaluate=Likelihood(rows[0], rows[1], rows[2], histories.weights),
        starts=[np.log([alpha, alpha * odds / 1.5, *rest]) for alpha, *rest in STARTS],
        centre=np.log([1, odds, 1, 3]),
        units=np.ones(4),
        simpler=_simpler,
        n=round(histories.n),
        excluded=histories.excluded,
    )
    return solve(problem, prior)


def _simpler(low: set[str], high: set[str], params: Mapping[str, float]) -> str:
    """The simpler model that parameters at their bounds come to."""
    buy, leave = (params[a] / (params[a] + params[b]) for a, b in (("alpha", "beta"), ("gamma", "delta")))
    if buy < CERTAIN:
        return "no_repeat"
    if {"gamma", "delta"} & (low | high):
        if min(leave, 1 - leave) < CERTAIN:
            return "no_dropout" if leave < CERTAIN else "all_dropout"
        return "same_dropout" if {"gamma", "delta"} & high else "two_kinds"
    return "same_rate" if {"alpha", "beta"} & high else "limit"


def log_likelihood(
    fit: Params, frequency: ArrayLike, recency: ArrayLike, opportunities: ArrayLike
) -> Numbers:
    """Log-likelihood of each customer's history.

    Parameters
    ----------
    fit
        A fit, or parameters by their names.
    frequency, recency, opportunities
        As in :func:`fit`; histories that cannot be give NaN.

    Examples
    --------
    With everything equally likely a single opportunity is taken with probability 1/2 · 1/2:

    >>> np.exp(log_likelihood({"alpha": 1, "beta": 1, "gamma": 1, "delta": 1}, [0, 1], [0, 1], 1))
    array([0.75, 0.25])
    """
    return _histories(fit, *possible(frequency, recency, opportunities))[0]


def probability_alive(
    fit: Params, frequency: ArrayLike, recency: ArrayLike, opportunities: ArrayLike
) -> Numbers:
    """Probability that customers with these histories had not left by the last opportunity.

    Parameters
    ----------
    fit
        A fit, or parameters by their names.
    frequency, recency, opportunities
        As in :func:`fit`; histories that cannot be give NaN.

    Examples
    --------
    With everything equally likely, who took the only opportunity is there; who did not has left before it
    with probability 1/2 : 3/4.

    >>> params = {"alpha": 1, "beta": 1, "gamma": 1, "delta": 1}
    >>> probability_alive(params, [1, 0], [1, 0], 1).round(3)
    array([1.   , 0.333])
    """
    return _histories(fit, *possible(frequency, recency, opportunities))[1]


def _histories(fit: Params, x: Numbers, t: Numbers, n: Numbers) -> tuple[Numbers, Numbers]:
    """Log-likelihood and probability of being there still."""
    params, found = np.array(params_of(fit, NAMES)), np.full((2, len(n)), np.nan)
    can = np.flatnonzero((x <= t) & (t == np.floor(t)) & (n == np.floor(n)))
    most = int(n[can].max(initial=0)) + 1
    for block in blocks_of((n - t + 1)[can]) if len(can) else []:
        rows = can[block]
        courses = courses_of(x[rows], t[rows], n[rows])
        whole, chance = shares(log_betas(params, courses, most)[0], courses)
        found[:, rows] = whole, chance[courses.left == 0]
    return found[0], found[1]


def expected_purchases(
    fit: Params, horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, opportunities: ArrayLike
) -> Numbers:
    """Expected number of the next opportunities that customers with these histories take.

    Parameters
    ----------
    fit
        A fit, or parameters by their names.
    horizon
        Number of opportunities ahead, or several; NaN where it is no number.
    frequency, recency, opportunities
        As in :func:`fit`; histories that cannot be give NaN.

    Returns
    -------
    numpy.ndarray
        One element a customer; with several horizons one row each.

    Examples
    --------
    Donors of Fader, Hardie & Shang (2010) in the next ten years, after none and four of six:

    >>> params = {"alpha": 1.203528, "beta": 0.749726, "gamma": 0.656781, "delta": 2.783796}
    >>> expected_purchases(params, 10, [0, 4], [0, 5], 6).round(4)
    array([0.1302, 3.6279])
    """
    return _ahead(fit, horizon, frequency, recency, opportunities, pairs=False)


def expected_new(fit: Params, horizon: ArrayLike) -> Numbers:
    """Expected number of the first opportunities that a new customer takes.

    Examples
    --------
    >>> params = {"alpha": 1.203528, "beta": 0.749726, "gamma": 0.656781, "delta": 2.783796}
    >>> expected_new(params, [1, 10]).round(4)
    array([0.4985, 3.1798])
    """
    return expected_purchases(fit, horizon, 0, 0, 0)[..., 0]


def factorial_moment(
    fit: Params, horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, opportunities: ArrayLike
) -> Numbers:
    """E[X (X − 1)] of the purchases X in the next `horizon`, so that Var X = that + E[X] − E[X]².

    Arguments and shapes as in :func:`expected_purchases`.
    """
    return _ahead(fit, horizon, frequency, recency, opportunities, pairs=True)


def _ahead(
    fit: Params, horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, n: ArrayLike, *, pairs: bool
) -> Numbers:
    """Purchases, or ordered pairs of them, once for each opportunity at which a customer may be there."""
    alpha, beta, gamma, delta = params_of(fit, NAMES)
    x, t, seen = possible(frequency, recency, n)
    horizons = naturals(horizon)
    known = ~np.isnan(horizons)
    there, found = np.ones(len(x)), np.zeros((int(np.max(horizons, where=known, initial=0)) + 1, len(x)))
    for ahead in range(1, len(found)):
        there = there * (delta + seen + ahead - 1) / (gamma + delta + seen + ahead - 1)
        found[ahead] = found[ahead - 1] + there * (2 * (ahead - 1) if pairs else 1)
    buy = (alpha + x) / (alpha + beta + seen)
    if pairs:
        buy = buy * (alpha + x + 1) / (alpha + beta + seen + 1)
    taken = found[np.where(known, horizons, 0).astype(np.intp)] * buy * probability_alive(fit, x, t, seen)
    return np.where(known[..., None], taken, np.nan)


def probability_of(fit: Params, n: ArrayLike, horizon: int) -> Numbers:
    """Probability that a new customer takes exactly `n` of the first `horizon` opportunities.

    Examples
    --------
    >>> probability_of({"alpha": 1, "beta": 1, "gamma": 1, "delta": 1}, [0, 1], 1)
    array([0.75, 0.25])
    """
    counts = np.atleast_1d(naturals(n)).ravel()
    found = np.where(counts > horizon, 0.0, np.nan)
    can = counts <= horizon
    if not can.any():
        return found.reshape(np.shape(n))
    courses = courses_of(counts[can], counts[can], np.full(int(can.sum()), float(horizon)))
    logs = log_betas(np.array(params_of(fit, NAMES)), courses, horizon + 1)[0]
    ways = (
        gammaln(courses.seen + 1) - gammaln(courses.bought + 1) - gammaln(courses.seen - courses.bought + 1)
    )
    found[can] = np.add.reduceat(np.exp(logs + ways), courses.first)
    return found.reshape(np.shape(n))


def simulate(fit: Params, opportunities: ArrayLike, rng: np.random.Generator, horizon: int = 0) -> Simulated:
    """Customers drawn from the model.

    Parameters
    ----------
    fit
        A fit, or parameters by their names.
    opportunities
        How many there have been, one element a customer.
    rng
        Source of chance.
    horizon
        Opportunities ahead, of which those taken are counted.

    Examples
    --------
    >>> params = {"alpha": 1.2, "beta": 0.75, "gamma": 0.66, "delta": 2.8}
    >>> simulate(params, [6, 6], np.random.default_rng(1)).age
    array([6., 6.])
    """
    alpha, beta, gamma, delta = params_of(fit, NAMES)
    [n] = columns(opportunities)
    buy, leave = rng.beta(alpha, beta, len(n)), rng.beta(gamma, delta, len(n))
    with np.errstate(divide="ignore", over="ignore"):
        there = np.floor(rng.exponential(size=len(n)) / -np.log1p(-leave))
    x, last, future = (np.zeros(len(n)) for _ in range(3))
    for place in range(1, int(n.max(initial=0)) + horizon + 1):
        bought = (rng.random(len(n)) < buy) & (place <= there)
        x += bought & (place <= n)
        last = np.where(bought & (place <= n), place, last)
        future += bought & (place > n) & (place <= n + horizon)
    return Simulated(x, last, n, future, there >= n)
