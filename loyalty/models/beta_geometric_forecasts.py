"""What BG/NBD and MBG/NBD foresee, once fitted; `first` tells them apart, as in :mod:`beta_geometric`.

Of a customer who is still there after `x` purchases in time `T`, the rate is gamma(c, alpha + T) distributed
with ``c = r + x`` and the probability of leaving beta(a, b + m), with m chances to leave so far. A new
customer is one without purchases in no time.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaln, gammaln, hyp2f1

from loyalty.models.beta_geometric import NAMES
from loyalty.models.collapsed import Simulated, columns, naturals, pairs, possible, times
from loyalty.models.fitting import Params, params_of
from loyalty.models.newton import Numbers

POLE = 1e-3  # so near to a removable pole it is stepped over
NEVER = -700.0  # log-odds of what cannot be: nothing beside 1, and quicker to raise than minus infinity
NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
LONG = 30.0  # purchases in a stretch, by its logarithm, that sixteen nodes are too few for
STEPS = np.linspace(0, 1, 301)  # of the trapezoidal rule
TAIL = 40.0  # it ends where the weight has fallen by e^-40
ROUNDING = 1e-9  # of expected purchases


def log_likelihood(
    fit: Params, first: int, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> Numbers:
    """Of each customer's history."""
    r, alpha, a, b = params_of(fit, NAMES)
    x, t, age_ = possible(frequency, recency, age)
    m = x + first
    rates = gammaln(r + x) - gammaln(r) - x * np.log(alpha) - (r + x) * np.log1p(age_ / alpha)
    with np.errstate(invalid="ignore"):  # NaN stays NaN
        mixed = np.logaddexp(0, _log_odds(fit, first, x, t, age_))
    return rates + betaln(a, b + m) - betaln(a, b) + mixed


def _log_odds(fit: Params, first: int, x: Numbers, t: Numbers, age: Numbers) -> Numbers:
    """Of having left to being there still."""
    r, alpha, a, b = params_of(fit, NAMES)
    m = x + first
    odds = np.log(a / (b + np.maximum(m - 1, 0))) + (r + x) * np.log((alpha + age) / (alpha + t))
    return np.where(m == 0, NEVER, odds)


def probability_alive(
    fit: Params, first: int, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> Numbers:
    """That customers with these histories are still there."""
    x, t, age_ = possible(frequency, recency, age)
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(_log_odds(fit, first, x, t, age_)))


def expected_purchases(
    fit: Params, first: int, horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> Numbers:
    """In the horizon, by customers with these histories."""
    return _ahead(_while_there, fit, first, horizon, frequency, recency, age)


def factorial_moment(
    fit: Params, first: int, horizon: ArrayLike, frequency: ArrayLike, recency: ArrayLike, age: ArrayLike
) -> Numbers:
    """E[X (X − 1)] of the purchases X in the horizon."""
    return _ahead(_pairs_while_there, fit, first, horizon, frequency, recency, age)


def _ahead(
    moment: Callable[[Numbers, float, Numbers, Numbers], Numbers],
    fit: Params,
    first: int,
    horizon: ArrayLike,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
) -> Numbers:
    """A moment of those who are there, once for each frequency and age, times how likely they are there."""
    r, alpha, a, b = params_of(fit, NAMES)
    x, t, age_ = possible(frequency, recency, age)
    few_x, few_ages, place = pairs(x, age_)
    share = times(horizon)[..., None] / (alpha + few_ages)
    found = moment(r + few_x, a, b + few_x + first, share)
    return found[..., place] * probability_alive(fit, first, x, t, age_)


def _while_there(c: Numbers, a: float, b: Numbers, share: Numbers) -> Numbers:
    """E[(1 − (1 + p·share)^−c) / p], p ~ beta(a, b).

    The closed form has poles at a = 1 and a + b = 1 that are none, and its special function is wrong for
    large parameters. It is believed between its value at the mean of p (Jensen: it is convex in p) and the
    purchases of who never leaves, or all that are ever made.
    """
    if min(abs(a - 1), np.abs(a + b - 1).min(initial=1.0)) < POLE:
        sides = [_closed(c, a + POLE * by, b, share) for by in (-6, -2, 2, 6)]
        found = (9 * (sides[1] + sides[2]) - sides[0] - sides[3]) / 16
    else:
        found = _closed(c, a, b, share)
    least = _bought(a / (a + b), c, share)
    most = np.minimum(c * share, (a + b - 1) / (a - 1) if a > 1 else np.inf)
    doubt = ~((found >= least * (1 - ROUNDING)) & (found <= most * (1 + ROUNDING)))
    return _instead(found, doubt, _bought, a, b, c, share)


def _closed(c: Numbers, a: float, b: Numbers, share: Numbers) -> Numbers:
    total = a + b - 1
    return total / (a - 1) * (1 - _hypergeometric(c, a - 1, total, share))


def _pairs_while_there(c: Numbers, a: float, b: Numbers, share: Numbers) -> Numbers:
    """2 ∫ c (c + 1) y E[(1 − p) (1 + p·y)^−(c + 2)] dy up to share, p ~ beta(a, b).

    By log(1 + y), in steps that are close together at the start, where most happens.
    """
    found, whole = np.zeros(share.shape), np.log1p(share)
    for node, weight in zip((NODES + 1) / 2, WEIGHTS / 2, strict=True):
        y = np.expm1(node**2 * whole)
        found += 2 * node * weight * y * (1 + y) * _hypergeometric(c + 2, a, a + b + 1, y)
    stay = 2 * b / (a + b)  # twice the mean of 1 − p
    found *= stay * c * (c + 1) * whole
    return _instead(found, ~(c * whole < LONG) | np.isnan(found), _pairs_bought, a, b + 1, c, share, stay)


def _hypergeometric(c: Numbers, a: float, total: Numbers, y: Numbers) -> Numbers:
    """2F1(c, a; total; −y) as (1 + y)^−a · 2F1(total − c, a; total; y / (1 + y)): small parameters.

    NaN where that is too large or too small for a float.
    """
    with np.errstate(all="ignore"):
        found: Numbers = (1 + y) ** -a * hyp2f1(total - c, a, total, y / (1 + y))
    return np.where(np.isfinite(found) & (found != 0), found, np.nan)


def _instead(
    found: Numbers,
    doubt: NDArray[np.bool_],
    of: Callable[[Numbers, Numbers, Numbers], Numbers],
    a: float,
    b: Numbers,
    c: Numbers,
    share: Numbers,
    stay: Numbers | float = 1.0,
) -> Numbers:
    """What was found, and where that is in doubt the mean of a function of p, times `stay`."""
    doubt = doubt & ~np.isnan(c + share)
    if doubt.any():
        b, c, share, stay = (np.broadcast_to(each, doubt.shape)[doubt] for each in (b, c, share, stay))
        found[doubt] = stay * _mean(of, a, b, c, share)
    return found


def _mean(
    of: Callable[[Numbers, Numbers, Numbers], Numbers], a: float, b: Numbers, c: Numbers, share: Numbers
) -> Numbers:
    """Mean of a function of p ~ beta(a, b), by the trapezoidal rule in the log-odds of p.

    The steps grow as a hyperbolic sine does: a tail may be thousands of times as long as the rest is wide.
    """
    middle, wide = np.log(a / b), np.sqrt(1 / a + 1 / b)
    unit = np.minimum(wide, 2.0)
    left, right = (np.arcsinh((TAIL / end + np.sqrt(2 * TAIL) * wide) / unit) for end in (a, b))
    top = (a + b) * np.logaddexp(0, middle) - a * middle
    found, whole = np.zeros(len(b)), np.zeros(len(b))
    for step in STEPS:
        at = step * (left + right) - left
        odds = middle + unit * np.sinh(at)
        weight = np.exp(top + a * odds - (a + b) * np.logaddexp(0, odds)) * np.cosh(at)
        found += weight * of(1 / (1 + np.exp(-np.maximum(odds, NEVER))), c, share)
        whole += weight
    return found / whole


def _bought(p: Numbers, c: Numbers, share: Numbers) -> Numbers:
    """Purchases that who leaves with probability p is expected to make."""
    found: Numbers = -np.expm1(-c * np.log1p(p * share)) / p
    return found


def _pairs_bought(p: Numbers, c: Numbers, share: Numbers) -> Numbers:
    """The same of pairs of purchases, over 2 (1 − p).

    With z = p·share and n = c + 1 it is (1 − (1 + n·z) (1 + z)^−n) / p²; where that is a small difference,
    the first terms of its series.
    """
    z, n = p * share, c + 1
    near = c * n / 2 * share**2 * (1 - (n + 1) * z * (2 / 3 - (n + 2) * z / 4))
    far = -np.expm1(np.log1p(n * z) - n * np.log1p(z)) / np.maximum(p, 1e-150) ** 2
    return np.where(n * z < 1e-3, near, far)


def probability_of(fit: Params, first: int, n: ArrayLike, horizon: ArrayLike) -> Numbers:
    """That a new customer makes `n` repeat purchases in the horizon."""
    r, alpha, a, b = params_of(fit, NAMES)
    n, ahead = naturals(n), times(horizon)
    m = n + first
    share = ahead / (alpha + ahead)
    with np.errstate(divide="ignore", invalid="ignore"):
        exactly = np.where(n == 0, 0, n * np.log(share)) - r * np.log1p(ahead / alpha)
        exactly += gammaln(r + n) - gammaln(r) - gammaln(n + 1) + betaln(a, b + m) - betaln(a, b)
        at_least = np.where(n == 0, 1, betainc(np.maximum(n, 1), r, share))
        leave = np.where(m == 0, 0, np.exp(betaln(a + 1, b + np.maximum(m, 1) - 1) - betaln(a, b)))
    return np.exp(exactly) + leave * at_least


def simulate(
    fit: Params, first: int, age: ArrayLike, rng: np.random.Generator, horizon: ArrayLike
) -> Simulated:
    """Customers that the model describes, watched for their ages and then for the horizon."""
    r, alpha, a, b = params_of(fit, NAMES)
    ages, ahead = columns(age, horizon)
    n = len(ages)
    rate, leaving = rng.gamma(r, 1 / alpha, n), rng.beta(a, b, n)
    with np.errstate(divide="ignore", over="ignore"):
        last = np.floor(rng.exponential(size=n) / -np.log1p(-leaving)) + 1 - first  # of his purchases
    bought, later = rng.poisson(rate * ages).astype(float), rng.poisson(rate * ahead).astype(float)
    alive: NDArray[np.bool_] = bought < last
    x = np.where(alive, bought, last)
    place = rng.beta(np.maximum(x, 1), np.where(alive, 1, bought - x + 1))  # of the last among all of them
    future = np.where(alive, np.minimum(later, last - x), 0)
    return Simulated(x, np.where(x > 0, ages * place, 0), ages, future, alive)
