"""Integrals over the time that Pareto/NBD customers stay, which have no closed form or only one with poles.

All take shapes and rates of what is known of customers who are still there: the purchase rate is
gamma(c, alpha) distributed and the rate of leaving gamma(s, beta).
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from loyalty.models.newton import Numbers

NODES, WEIGHTS = np.polynomial.legendre.leggauss(20)
NODES, WEIGHTS = (NODES + 1) / 2, WEIGHTS / 2  # over 0…1
FALL = 60.0  # an integral ends where its integrand has fallen by e^-60
PANELS = 4  # of the integral over discounted time, whose two ends differ in scale


def time_there(s: float, beta: Numbers, horizon: Numbers) -> Numbers:
    """Mean time in the horizon before a customer leaves."""
    return beta * _grown(1 - s, np.log1p(horizon / beta))


def squared_time_there(s: float, beta: Numbers, horizon: Numbers) -> Numbers:
    """Mean square of the time in the horizon before a customer leaves."""
    span = np.log1p(horizon / beta)
    near = np.zeros(span.shape)
    for node, weight in zip(NODES, WEIGHTS, strict=True):  # where the closed form is a small difference
        near += weight * span * np.expm1(node * span) * np.exp(np.minimum((1 - s) * node * span, 1))
    far = _grown(2 - s, span) - _grown(1 - s, span)
    return 2 * beta**2 * np.where((1 + s) * span < 1, near, far)


def _grown(power: float, span: Numbers) -> Numbers:
    """∫ exp(power · w) dw from 0 to span."""
    return np.expm1(power * span) / power if power else span


def discounted_time_there(s: float, beta: Numbers, rate: float) -> Numbers:
    """Mean of ∫ exp(−rate·t) dt until a customer leaves: beta · U(1, 2 − s, rate·beta), U being Tricomi's.

    With t = beta (e^w − 1) the integrand is exp(−rate·beta (e^w − 1) − (s − 1) w).
    """
    if rate == 0:
        return beta / (s - 1) if s > 1 else np.full(np.shape(beta), np.inf)
    z = rate * beta
    span = np.minimum(np.log1p(FALL / z), FALL / (s - 1) if s > 1 else np.inf)
    found = np.zeros(np.shape(z))
    for panel in range(PANELS):
        for node, weight in zip((NODES + panel) / PANELS, WEIGHTS / PANELS, strict=True):
            found += weight * np.exp(-z * np.expm1(node * span) - (s - 1) * node * span)
    return beta * span * found


def probability_of(
    n: Numbers, horizon: Numbers, c: Numbers, alpha: Numbers, s: float, beta: Numbers
) -> Numbers:
    """That customers who are still there make n purchases in the horizon; columns of one length.

    The sum of staying to the end with n purchases, and of leaving at a time u after n of them. The integral
    over u is taken in log(horizon / u), close together near the horizon.
    """
    count = gammaln(c + n) - gammaln(c) - gammaln(n + 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        bought = np.where(n > 0, -n * np.log1p(alpha / horizon), 0.0)
        span = FALL / (n + 1) + np.log1p(horizon / alpha) + np.log1p(horizon / beta)
    stayed = np.exp(count + bought - c * np.log1p(horizon / alpha) - s * np.log1p(horizon / beta))
    panels = int(min(8 + 2 * np.sqrt(np.fmax.reduce(c, initial=0.0) + s), 64))
    places = (NODES + np.arange(panels)[:, None]).reshape(-1, 1) / panels
    back = span * places**4
    time = horizon * np.exp(-back)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_density = count - c * np.log1p(time / alpha) - s * np.log1p(time / beta)
        log_density += np.where(n > 0, -n * np.log1p(alpha / time), 0.0) - np.log1p(beta / time)
    steps = np.tile(WEIGHTS, panels)[:, None] * 4 * places**3 / panels
    return stayed + s * span * np.add.reduce(steps * np.exp(log_density))
