"""The likelihood of Gamma-Gamma: of what customers have spent in a purchase on average."""

from __future__ import annotations

import numpy as np
from scipy.special import digamma, gammaln, zeta

from loyalty.models.newton import Numbers
from loyalty.models.sums import dot

PART = 16_384  # customers at a time: their columns stay in the processor's cache
PLAIN = 100  # p and q up to which logarithms may be added up apart


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
