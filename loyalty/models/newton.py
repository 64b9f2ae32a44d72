"""The highest point of a log-likelihood, by Newton's method."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Evaluate = Callable[[Numbers], tuple[float, Numbers, Numbers]]  # value, gradient and Hessian

SHARP = 0.8  # standard errors below which no other start can be hoped to end higher
CURVED = 1e-6  # a direction that bends less is flat
WIDEST = 9.25  # standard error of a direction that is flat
DECREMENT = 1e-11  # log-likelihood that the last step may still gain
NOISE = 1e-8, 1e-12  # of a log-likelihood, by rounding: in all, and as a part of it
EDGE = 1e-9  # as good as at the bound
STEPS = 100  # the longest ever needed were some forty
RADIUS = 2.0, 6.0  # of the first step, and of the longest


class Optimum(NamedTuple):
    """Where a climb ended: log-parameters, log-likelihood, Hessian, and which are at a bound."""

    theta: Numbers
    value: float
    hessian: Numbers
    low: NDArray[np.bool_]
    high: NDArray[np.bool_]

    @property
    def interior(self) -> bool:
        """Whether no bound was met."""
        return not (self.low.any() or self.high.any())

    @property
    def curved(self) -> bool:
        """Whether the log-likelihood falls off in every direction."""
        return bool(np.linalg.eigvalsh(-self.hessian).min() > CURVED)

    @property
    def covariance(self) -> Numbers:
        """Of the log-parameters; no direction wider than the box."""
        values, vectors = np.linalg.eigh(-self.hessian)
        inverse: Numbers = (vectors / np.maximum(values, WIDEST**-2.0)) @ vectors.T
        return inverse

    @property
    def errors(self) -> Numbers:
        """Standard errors of the log-parameters."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def sharp(self) -> bool:
        """Whether no other start can be hoped to end higher."""
        return self.interior and self.curved and bool(self.errors.max() < SHARP)


def climb(evaluate: Evaluate, starts: Iterable[Numbers], low: Numbers, high: Numbers) -> Optimum:
    """The highest point of a log-likelihood within bounds: from each start until one ends surely.

    Notes
    -----
    Newton's method with a trust region. Directions in which the log-likelihood bends upward are taken by
    the size of their bend, so that every step climbs; a parameter at its bound stays there as long as it is
    pushed outward. A climb ends when the next step would gain less than 1e-11, a tiny part of what any one
    customer says, or when steps gain no more than the noise of rounding; that step is still taken.
    """
    best: Optimum | None = None
    for start in starts:
        end = _climb(evaluate, _within(start, low, high), low, high)
        if best is None or end.value > best.value + 1e-7:
            best = end
        if best.sharp:
            break
    assert best is not None, "there is always a start"
    return best


def _climb(evaluate: Evaluate, theta: Numbers, low: Numbers, high: Numbers) -> Optimum:
    value, gradient, hessian = evaluate(theta)
    (radius, longest), before = RADIUS, np.inf
    for _ in range(STEPS):
        step = _step(theta, gradient, hessian, low, high, radius)
        gain = float((gradient * step).sum() + _bend(hessian, step) / 2)
        ahead = _within(theta + step, low, high)
        if gain < DECREMENT or before <= gain < NOISE[0]:
            theta, value = ahead, value + gain
            break
        before = gain
        found = evaluate(ahead)
        rise, length = found[0] - value, float(np.sqrt((step**2).sum()))
        noise = NOISE[0] + NOISE[1] * abs(value)
        if not rise >= 0.25 * gain - noise:
            radius = length / 4
        elif rise > 0.75 * gain and length > 0.9 * radius:
            radius = min(3 * radius, longest)
        if rise > -noise:
            theta, (value, gradient, hessian) = ahead, found
    return Optimum(theta, value, hessian, theta <= low, theta >= high)


def _within(theta: Numbers, low: Numbers, high: Numbers) -> Numbers:
    """Within the bounds, and at a bound rather than beside it by rounding."""
    theta = np.where(theta < low + EDGE, low, theta)
    return np.where(theta > high - EDGE, high, theta)


def _bend(hessian: Numbers, step: Numbers) -> float:
    return float((step * (hessian * step).sum(axis=1)).sum())


def _step(
    theta: Numbers, gradient: Numbers, hessian: Numbers, low: Numbers, high: Numbers, radius: float
) -> Numbers:
    """Newton's step, no longer than the radius and not beyond a bound."""
    step = np.zeros_like(theta)
    free = ~((theta <= low) & (gradient <= 0) | (theta >= high) & (gradient >= 0))
    while free.any():
        step[:] = 0
        step[free] = _newton(gradient[free], hessian[np.ix_(free, free)])
        outward = free & ((theta <= low) & (step < 0) | (theta >= high) & (step > 0))
        if not outward.any():
            break
        free &= ~outward
    else:
        step[:] = 0
    length = float(np.sqrt((step**2).sum()))
    room = np.where(step > 0, high - theta, theta - low)[step != 0] / np.abs(step[step != 0])
    return step * min(1.0, radius / length if length else 1.0, float(room.min(initial=1.0)))


def _newton(gradient: Numbers, hessian: Numbers) -> Numbers:
    values, vectors = np.linalg.eigh(hessian)
    along = (vectors * gradient[:, None]).sum(axis=0)
    sizes = np.maximum(np.abs(values), 1e-10 * max(1.0, float(np.abs(values).max())))
    step: Numbers = (vectors * (along / sizes)).sum(axis=1)
    return step
