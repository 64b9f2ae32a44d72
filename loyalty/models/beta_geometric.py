"""What BG/NBD and MBG/NBD share: the likelihood of collapsed histories and what it takes to fit it.

Both say: a customer buys at random at a rate of his own, and at each chance to leave he leaves with a
probability of his own. Rates are gamma(r, alpha) distributed, probabilities beta(a, b). They differ in the
chances: in BG/NBD each repeat purchase is one, in MBG/NBD the first purchase too. So `chances` are
frequency + `first`, with `first` 0 or 1, and every formula here serves both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaln, zeta

from loyalty.models import fitting
from loyalty.models.collapsed import Histories, collapse
from loyalty.models.newton import Numbers
from loyalty.models.sums import dot

NAMES = ("r", "alpha", "a", "b")
BLOCK = 8192  # histories at once, so that they stay in the processor's cache
ROUGH = 20_000  # distinct histories above which the start is found from fewer

# Shape of the rates, mean probability of leaving, a + b: usual, and what unusual data need (BTYD, lifetimes)
STARTS = ((0.7, 0.25, 4), (0.3, 0.5, 2), (2, 0.1, 4), (5, 0.02, 50), (0.7, 0.9, 0.3), (2, 0.98, 0.3))


def fit(
    model: str,
    first: int,
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    weights: ArrayLike | None,
    prior: bool | None,
) -> fitting.Fit:
    """The fit of either model; see there."""
    histories = collapse(frequency, recency, age, weights)
    scale, n = histories.mean_age, histories.n
    mean = max(histories.mean_frequency, 0.5 / n)
    step = len(histories.weights) // ROUGH + 1
    problem = fitting.Problem(
        model=model,
        names=NAMES,
        evaluate=Likelihood(histories, first, scale),
        rough=Likelihood(histories.every(4 * step), first, scale) if step > 1 else None,
        starts=[np.log([r, r / (1.5 * mean), p * k, (1 - p) * k]) for r, p, k in STARTS],
        centre=np.log([1, 1 / mean, 1, 3]),
        units=np.array([1, scale, 1, 1]),
        simpler=_simpler,
        n=round(n),
        excluded=histories.excluded,
        shift=-mean_log(histories, scale),
    )
    return fitting.solve(problem, prior)


def mean_log(histories: Histories, scale: float) -> float:
    """What the unit of time adds to the log-likelihood: a density a purchase."""
    return histories.n * histories.mean_frequency * float(np.log(scale))


def _simpler(low: set[str], high: set[str], params: Mapping[str, float]) -> str:
    """The simpler model that parameters at their bounds come to."""
    r, alpha, a, b = params.values()
    if r / alpha < 1e-3 or "r" in low:
        return "no_repeat"
    if a / (a + b) < 1e-3:
        return "no_dropout"
    if b / (a + b) < 1e-3:
        return "all_dropout"
    if low & {"a", "b"}:
        return "two_kinds"
    if high & {"a", "b"}:
        return "same_dropout"
    return "same_rate" if high & {"r", "alpha"} else "limit"


class Likelihood:
    """Log-likelihood, gradient and Hessian at log-parameters, exactly, from distinct histories.

    A history of `x` purchases has likelihood ``K(x) · (alive + left)``, the two being how likely it is with a
    customer who is still there and with one who left right after the last purchase. With ``z`` the logarithm
    of their ratio and ``w = 1 / (1 + exp(−z))`` the Hessian is that of ``K(x) · alive``, plus w times that of
    z, plus w (1 − w) times the square of its gradient. Special functions are evaluated once for each
    frequency, logarithms once for each age and recency.

    Parameters
    ----------
    histories
        Distinct histories with weights.
    first
        Whether the first purchase is a chance to leave.
    scale
        Unit of time.

    References
    ----------
    Fader, Hardie & Lee (2005), *“Counting Your Customers” the Easy Way*, Marketing Science 24(2); Batislam,
    Denizel & Filiztekin (2007), International Journal of Research in Marketing 24(3).
    """

    def __init__(self, histories: Histories, first: int, scale: float) -> None:
        x, t, age, w = histories.frequency, histories.recency, histories.age, histories.weights
        self.x, self.chances = x.values, x.values + first
        self.ages, self.recencies = age.values / scale, t.values / scale
        self.by_x = np.bincount(x.place, w)
        self.by_age = np.bincount(age.place, w), np.bincount(age.place, w * x.rows)
        start = int(np.searchsorted(x.place, int(self.chances[0] == 0)))  # without a chance nobody left
        self.blocks = [
            (x.place[rows], t.place[rows], age.place[rows], w[rows])
            for rows in (slice(at, at + BLOCK) for at in range(start, len(w), BLOCK))
        ]

    def __call__(self, theta: Numbers) -> tuple[float, Numbers, Numbers]:
        """Value, gradient and Hessian."""
        r, alpha, a, b = np.exp(theta)
        counts, times = self._counts(r, alpha, a, b), self._times(r, alpha)
        value, gradient, hessian = self._mixture(r, alpha, a, b)
        gradient = gradient + counts[1] + times[1]
        return value + counts[0] + times[0], gradient, hessian + counts[2] + times[2]

    def _counts(self, r: float, alpha: float, a: float, b: float) -> tuple[float, Numbers, Numbers]:
        """Of the factor that depends on the frequency alone."""
        x, m, n = self.x, self.chances, self.by_x
        value = _rise(gammaln, r, x) - x * np.log(alpha) + _rise(gammaln, b, m) - _rise(gammaln, a + b, m)
        pairs = (r, x), (b, m), (a + b, m)
        by_r, by_b, by_both = (dot(n, _rise(digamma, base, by)) for base, by in pairs)
        bend_r, bend_b, bend_both = (dot(n, _rise(_trigamma, base, by)) for base, by in pairs)
        gradient = np.array([r * by_r, -dot(n, x), -a * by_both, b * (by_b - by_both)])
        bend = (r * r * bend_r, 0.0, -a * a * bend_both, b * b * (bend_b - bend_both))
        hessian = np.diag(gradient * (1, 0, 1, 1) + bend)
        hessian[2, 3] = hessian[3, 2] = -a * b * bend_both
        return dot(n, value), gradient, hessian

    def _times(self, r: float, alpha: float) -> tuple[float, Numbers, Numbers]:
        """Of no purchase since the last one, as if everybody were still there."""
        customers, purchases = self.by_age
        waited, passed = np.log1p(self.ages / alpha), self.ages / (alpha + self.ages)
        load = r * customers + purchases
        by_r, both = -r * dot(customers, waited), r * dot(customers, passed)
        hessian = np.zeros((4, 4))
        hessian[0, :2] = by_r, both
        hessian[1, :2] = both, -dot(load, passed * (1 - passed))
        return -dot(load, waited), np.array([by_r, dot(load, passed), 0, 0]), hessian

    def _mixture(self, r: float, alpha: float, a: float, b: float) -> tuple[float, Numbers, Numbers]:
        """Of having left instead."""
        others = np.maximum(self.chances - 1, 0)
        slope = -b / (b + others)
        value, sums, by_x = self._sums(r, alpha, np.log(a / (b + others)))
        left_g, left_p, left_h, left_hh, gg, gh, hh = sums
        left, torn, torn_g, torn_h = by_x
        gradient = np.array([r * left_g, left_h, left.sum(), dot(left, slope)])
        hessian = np.zeros((4, 4))
        hessian[0] = r * left_g + r * r * gg, r * (left_p + gh), r * torn_g.sum(), r * dot(torn_g, slope)
        hessian[1, 1:] = left_hh + hh, torn_h.sum(), dot(torn_h, slope)
        hessian[2, 2:] = torn.sum(), dot(torn, slope)
        hessian[3, 3] = dot(left, slope * others / (b + others)) + dot(torn, slope * slope)
        return value, gradient, np.triu(hessian) + np.triu(hessian, 1).T

    def _sums(self, r: float, alpha: float, odds: Numbers) -> tuple[float, Numbers, Numbers]:
        """Weighted sums over histories of what the mixture's derivatives are made of, some by frequency."""
        value, sums, by_x = 0.0, np.zeros(7), np.zeros((4, len(odds)))
        (log_t, share_t), (log_age, share_age) = (
            (np.log1p(times / alpha), alpha / (alpha + times)) for times in (self.recencies, self.ages)
        )
        power = r + self.x
        for x, t, age, w in self.blocks:
            g, p, q, c = log_age[age] - log_t[t], share_age[age], share_t[t], power[x]
            z = odds[x] + c * g
            least = np.exp(-np.abs(z))
            value += dot(w, np.maximum(z, 0) + np.log(1 + least))
            left = w * np.where(z > 0, 1, least) / (1 + least)
            torn = w * least / (1 + least) ** 2
            fall = p - q
            h, torn_g = c * fall, torn * g
            torn_h, left_h = torn * h, left * h
            sums[:4] += dot(left, g), dot(left, fall), left_h.sum(), dot(left_h, 1 - p - q)
            sums[4:] += dot(torn_g, g), dot(torn_g, h), dot(torn_h, h)
            by_x += [np.bincount(x, row, len(odds)) for row in (left, torn, torn_g, torn_h)]
        return value, sums, by_x


def _rise(function: Callable[[Any], Any], base: float, by: Numbers) -> Numbers:
    rise: Numbers = function(base + by) - function(base)
    return rise


def _trigamma(values: Any) -> Any:
    return zeta(2.0, values)
