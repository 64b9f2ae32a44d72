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
from scipy.special import betaln, digamma, gammaln, zeta

from loyalty.models.collapsed import columns
from loyalty.models.fitting import Fit, Params, Problem, left_out, params_of, solve
from loyalty.models.newton import Numbers
from loyalty.models.sums import dot

NAMES = ("p", "q", "v")
CENTRE = (2.0, 3.0, 1.0)  # of the prior, with money around 1: a population mean of 1
STARTS = (CENTRE, (6.0, 4.0, 0.5), (0.5, 1.5, 1.0), (40.0, 40.0, 1.0))
HELD = 2.5  # least q with the prior where the plain fit has no mean: mean and spread are finite from 2 on
PART = 16_384  # customers at a time: their columns stay in the processor's cache
PLAIN = 100  # p and q up to which logarithms may be added up apart
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
    valid = (x > 0) & (x < np.inf) & (x == np.floor(x)) & (m > 0) & (m < np.inf) & (weight > 0)
    rows, others = np.flatnonzero(valid), np.flatnonzero(~valid)
    reasons = _reasons(x[others], m[others], weight[others])
    excluded = left_out(reasons, None if weights is None else weight[others], everybody=not len(rows))
    return x[rows], m[rows], weight[rows], excluded


def _reasons(x: Numbers, m: Numbers, weight: Numbers) -> dict[str, NDArray[np.bool_]]:
    """Why customers take no part."""
    none = x == 0
    return {
        "missing": np.isnan(x) | np.isnan(weight) | np.isnan(m) & ~none,
        "no_repeat": none,
        "impossible": (x < 0) | (x != np.floor(x)) | (x == np.inf) | (m == np.inf) | ~(weight > 0),
        "no_money": m <= 0,
    }


def _simpler(low: set[str], high: set[str], params: Mapping[str, float]) -> str:
    if "q" in high:
        return "same_spend"
    return "same_amounts" if "p" in high else "limit"


class Likelihood:
    """Log-likelihood of mean spends, with gradient and Hessian in the logs of p, q and v.

    Parameters
    ----------
    frequency, money, weights
        Of the customers that take part.

    Notes
    -----
    The beta function and what it nearly cancels against are taken together customer by customer where p or q
    is large and everybody spends alike, so that no digits are lost; elsewhere only what depends on a
    customer's spend is.
    """

    def __init__(self, frequency: Numbers, money: Numbers, weights: Numbers) -> None:
        self.counts, self.customers = _counted(frequency, weights)
        purchases, logs = weights * frequency, np.log(money)
        self.n, self.constant = float(weights.sum()), -dot(weights, logs)
        self.spent = dot(purchases, logs) + dot(self.counts * np.log(self.counts), self.customers)
        columns = frequency, frequency * money, 1 / money, weights, purchases
        cuts = (slice(cut, cut + PART) for cut in range(0, len(money), PART))
        self.parts = [tuple(column[cut] for column in columns) for cut in cuts]

    def __call__(self, logs: Numbers) -> tuple[float, Numbers, Numbers]:
        """Value, gradient and Hessian at the logs of the parameters."""
        p, q, v = (float(value) for value in np.exp(logs))
        sums = self._apart(p, q, v) if max(p, q) <= PLAIN else self._together(p, q, v)
        (far, common, common_spread), (near, own, own_spread) = np.array([[q], [p]]) * sums
        value, gradient, hessian = self._shapes(p, q)
        gradient += (-near, -far, q * self.n - common - own)
        hessian[0, 0] -= near
        hessian[1, 1] -= far
        hessian[0, 2] = hessian[2, 0] = -own
        hessian[1, 2] = hessian[2, 1] = q * self.n - common
        hessian[2, 2] = -own_spread - common_spread
        return float(value + self.constant - near - far), gradient, hessian

    def _together(self, p: float, q: float, v: float) -> Numbers:
        return np.add.reduce([_sums(p, q, v, *part) for part in self.parts])

    def _apart(self, p: float, q: float, v: float) -> Numbers:
        """The same as :func:`_sums` of all, the logarithms of shares and of shapes each by themselves."""
        shares = np.add.reduce([_shares(v, spent, w, wx) for _, spent, _, w, wx in self.parts])
        logs, own_logs = shares[:, 0]
        own = p * self.counts
        per, purchases = np.log(own + q), self.counts * self.customers
        far = self.n * np.log(q) - dot(self.customers, per) - logs
        rest = self.spent + own_logs - float(purchases.sum()) * np.log(v)
        near = dot(purchases, np.log(own) - per) - rest
        shares[:, 0] = far, near
        return shares

    def _shapes(self, p: float, q: float) -> tuple[float, Numbers, Numbers]:
        """What is the same for all who bought as often: 1 / B(px, q), less its exponential part."""
        own, n = p * self.counts, self.customers
        both, weights = own + q, n * own
        mean, bend = digamma(both) - np.log(both), zeta(2, both)
        slope = dot(weights, mean - digamma(own) + np.log(own)), q * dot(n, mean - digamma(q) + np.log(q))
        hessian = np.zeros((3, 3))
        hessian[0, 0] = slope[0] + dot(weights * own, bend - zeta(2, own))
        hessian[1, 1] = slope[1] + q * q * dot(n, bend - zeta(2, q))
        hessian[0, 1] = hessian[1, 0] = q * dot(weights, bend)
        value = np.log(own * q / both / (2 * np.pi)) / 2 + _beyond_stirling(both)
        value -= _beyond_stirling(own) + _beyond_stirling(np.array(q))
        return dot(n, value), np.array([*slope, 0.0]), hessian


def _beyond_stirling(z: Numbers) -> Numbers:
    """Logarithm of Γ(z) less Stirling's formula."""
    near = gammaln(z) - ((z - 0.5) * np.log(z) - z + np.log(2 * np.pi) / 2)
    return np.where(z < 30, near, (1 / 12 - (1 / 360 - 1 / (1260 * z * z)) / (z * z)) / z)


def _counted(frequency: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
    """How often customers bought again, and how many did so as often."""
    if frequency.max() > len(frequency):
        counts, place = np.unique(frequency, return_inverse=True)
        return counts, np.bincount(place, weights).astype(float)
    customers = np.bincount(frequency.astype(np.intp), weights).astype(float)
    return np.flatnonzero(customers).astype(float), customers[customers > 0]


def _sums(
    p: float,
    q: float,
    v: float,
    frequency: Numbers,
    spent: Numbers,
    inverse: Numbers,
    weights: Numbers,
    purchases: Numbers,
) -> Numbers:
    """Sums over customers that q and p multiply: a logarithm, the share the population has, and its spread.

    The logarithms are those of q / (px + q) over the share, and of px / (px + q) over the rest.
    """
    shape = p * frequency
    per = 1 / (shape + q)
    far, near = (q / v * spent - shape) * per, (v * p * inverse - q) * per
    share = v / (v + spent)
    square = share * share
    common, own = dot(weights, share), dot(purchases, share)
    return np.array(
        [
            [dot(weights, np.log1p(far)), common, common - dot(weights, square)],
            [dot(purchases, np.log1p(near)), own, own - dot(purchases, square)],
        ]
    )


def _shares(v: float, spent: Numbers, weights: Numbers, purchases: Numbers) -> Numbers:
    """Sums of the logarithm of the share the population has, of the share, and of its spread."""
    share = v / (v + spent)
    logs, square = np.log(share), share * share
    common, own = dot(weights, share), dot(purchases, share)
    return np.array(
        [
            [dot(weights, logs), common, common - dot(weights, square)],
            [dot(purchases, logs), own, own - dot(purchases, square)],
        ]
    )


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
        −inf where a mean is not above zero.

    Examples
    --------
    With p = q = v = 1 the density of one purchase is 1 / (1 + money)²:

    >>> np.exp(log_likelihood({"p": 1, "q": 1, "v": 1}, [0, 1], [0, 3])).round(6).tolist()
    [1.0, 0.0625]
    """
    p, q, v = params_of(fit, NAMES)
    x, m = np.broadcast_arrays(np.asarray(frequency, float), np.asarray(money, float))
    some, sound = x > 0, (x > 0) & (m > 0)
    count, mean = np.where(sound, x, 1.0), np.where(sound, m, 1.0)
    shapes = -betaln(p * count, q) - np.log(mean)
    density = shapes - p * count * np.log1p(v / (count * mean)) - q * np.log1p(count * mean / v)
    return np.where(sound, density, np.where(some, -np.inf, 0.0))


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
    known = (x > 0) & (m > 0) & np.isfinite(x) & np.isfinite(m)
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
