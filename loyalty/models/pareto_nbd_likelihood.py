"""The likelihood of Pareto/NBD histories, by quadrature over the time of leaving."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import digamma, gammaln, zeta

from loyalty.models.collapsed import Histories, Places
from loyalty.models.newton import Numbers
from loyalty.models.sums import dot, total

FALL = 30.0  # an integral ends where its integrand has fallen by e^-30
STEPS = 100  # until that place is found; the most ever needed were thirteen
NUMBERS = 20_000  # in an array of nodes and histories, so that they stay in the processor's cache
FEW = 1_500  # numbers that are not worth an array of their own


class Rule(NamedTuple):
    """Gauss and Legendre's nodes and weights, and the integrals that they are enough for.

    Parameters
    ----------
    nodes, weights
        Over 0…1, one row each.
    fall
        How much the logarithm of the integrand may fall over the integral.
    span
        How long the integral may be.
    """

    nodes: Numbers
    weights: Numbers
    fall: float
    span: float

    @classmethod
    def of(cls, n: int, fall: float, span: float) -> Rule:
        """The rule of `n` nodes."""
        nodes, weights = np.polynomial.legendre.leggauss(n)
        return cls((nodes[:, None] + 1) / 2, weights[:, None] / 2, fall, span)


# beside 200 nodes, the logarithm of no integral of two million histories was off by more than 2e-13
ENOUGH = (
    (6, 1, 0.3),
    (8, 2, 1),
    (10, 4, 1.5),
    (12, 8, 2),
    (20, FALL + 1, 4),
    (40, FALL + 1, 8),
    (60, np.inf, np.inf),
)
RULES = tuple(Rule.of(*each) for each in ENOUGH)


class Likelihood:
    """Log-likelihood, gradient and Hessian at the logs of r, alpha, s and beta, from distinct histories.

    A history has one time of leaving for each node of the quadrature, and one possibility more: still a
    customer. Its likelihood is their mixture; gradient and Hessian are moments of theirs, under the
    probabilities that the history leaves to each.

    Parameters
    ----------
    histories
        Distinct histories with weights.
    scale
        Unit of time.

    Notes
    -----
    The logarithm of a history's likelihood is exact to 1e-12, or to so much of it.
    """

    def __init__(self, histories: Histories, scale: float) -> None:
        x, w = histories.frequency, histories.weights
        self.x, self.by_x = x.values, np.bincount(x.place, w)
        self.rows = np.array([x.rows, histories.recency.rows / scale, histories.age.rows / scale])
        self.weights = w

    def __call__(self, theta: Numbers) -> tuple[float, Numbers, Numbers]:
        """Value, gradient and Hessian."""
        params = np.exp(theta)
        value, gradient, hessian = self._counts(*params[:2])
        for rows, mixed in mixtures(params, *self.rows):
            more = _moments(params, mixed, self.rows[0, rows], self.weights[rows])
            value, gradient, hessian = value + more[0], gradient + more[1], hessian + more[2]
        return value, gradient, hessian + np.tril(hessian, -1).T

    def _counts(self, r: float, alpha: float) -> tuple[float, Numbers, Numbers]:
        """Of the factor Γ(r + x) / Γ(r) / alpha^x, which knows no time of leaving."""
        x, n = self.x, self.by_x
        slope = float(r * total(n * (digamma(r + x) - digamma(r))))
        value = total(n * (gammaln(r + x) - gammaln(r) - x * np.log(alpha)))
        hessian = np.zeros((4, 4))
        hessian[0, 0] = slope + r * r * total(n * (zeta(2, r + x) - zeta(2, r)))
        return value, np.array([slope, -total(n * x), 0.0, 0.0]), hessian


class Mixture(NamedTuple):
    """Times of leaving, one row each, and in the last row of not having left; one column a history.

    Parameters
    ----------
    log_weight
        The exponentials add up to the likelihood without Γ(r + x) / Γ(r) / alpha^x.
    time
        Time of leaving; in the last row the age.
    rates, stays
        log(1 + time/alpha) and log(1 + time/beta).
    """

    log_weight: Numbers
    time: Numbers
    rates: Numbers
    stays: Numbers


def mixtures(
    params: Sequence[float] | Numbers, frequency: Numbers, recency: Numbers, age: Numbers
) -> Iterator[tuple[Places, Mixture]]:
    """What histories may be: customers who left at some time after the last purchase, or who are still there.

    Parameters
    ----------
    params
        r, alpha, s, beta.
    frequency, recency, age
        Of n histories.

    Yields
    ------
    tuple
        Places of some histories, and their mixture; every history once.

    Notes
    -----
    The integral over u from recency to age of (1 + u/alpha)^−(r + x) · (1 + u/beta)^−(s + 1) · s/beta is
    taken in the logarithm of u + min(alpha, beta), in which the integrand is smooth and log-concave, with as
    many nodes as a history needs.
    """
    span, fall = _spans(params, frequency, recency, age)
    left = np.arange(len(span))
    for rule in RULES:
        more = (span[left] > rule.span) | (fall[left] > rule.fall)
        if rule is not RULES[-1] and np.count_nonzero(~more) * len(rule.nodes) < FEW:
            continue
        enough, left = left[~more], left[more]
        block = NUMBERS // len(rule.nodes)
        for rows in (enough[at : at + block] for at in range(0, len(enough), block)):
            yield rows, _mixture(params, frequency[rows], recency[rows], age[rows], span[rows], rule)


def _mixture(
    params: Sequence[float] | Numbers,
    frequency: Numbers,
    recency: Numbers,
    age: Numbers,
    span: Numbers,
    rule: Rule,
) -> Mixture:
    """The mixture of each of n histories, by one rule."""
    r, alpha, s, beta = params
    start = min(alpha, beta) + recency
    steps = span * rule.nodes
    time = np.concatenate([np.expm1(steps), age[None]])
    time[:-1] *= start
    time[:-1] += recency
    rates, stays = np.log1p(time / alpha), np.log1p(time / beta)
    with np.errstate(divide="ignore"):  # nobody leaves in no time
        steps += np.log(start * (s / beta) * span)
    steps += np.log(rule.weights)
    steps -= stays[:-1]
    log_weight = rates * -(r + frequency)
    log_weight -= s * stays
    log_weight[:-1] += steps
    return Mixture(log_weight, time, rates, stays)


def _spans(
    params: Sequence[float] | Numbers, frequency: Numbers, recency: Numbers, age: Numbers
) -> tuple[Numbers, Numbers]:
    """How far the integrals go, to the age or to where nothing is left of the integrand; how far that falls.

    The logarithm of the integrand is concave, so that Newton's steps from the right never pass that place.
    """
    r, alpha, s, beta = params
    start = min(alpha, beta) + recency
    span = np.log1p((age - recency) / start)
    far, near = start / (alpha + recency), start / (beta + recency)
    fall = np.empty(len(span))
    rows = np.arange(len(span))
    for _ in range(STEPS):
        grown, x, a, b = np.expm1(span[rows]), frequency[rows], far[rows], near[rows]
        fall[rows] = (r + x) * np.log1p(a * grown) + (s + 1) * np.log1p(b * grown) - span[rows]
        slope = (1 + grown) * ((r + x) * a / (1 + a * grown) + (s + 1) * b / (1 + b * grown)) - 1
        more = fall[rows] > FALL + 1
        rows = rows[more]
        if not len(rows):
            break
        span[rows] -= (fall[rows] - FALL) / slope[more]
    return span, fall


def _moments(
    params: Numbers, mixed: Mixture, frequency: Numbers, weights: Numbers
) -> tuple[float, Numbers, Numbers]:
    """What the mixtures of some histories add to value, gradient and the lower triangle of the Hessian."""
    r, alpha, s, beta = params
    top = np.maximum.reduce(mixed.log_weight)
    chance = np.exp(mixed.log_weight - top)
    whole = np.add.reduce(chance)
    chance *= weights / whole
    late, later = mixed.time / (alpha + mixed.time), mixed.time / (beta + mixed.time)
    slopes = np.array([-r * mixed.rates, (r + frequency) * late, -s * mixed.stays, s * later])
    slopes[2, :-1] += 1
    slopes[3, :-1] += later[:-1] - 1
    weighted = chance * slopes
    means = np.add.reduce(weighted, axis=1)
    gradient = np.add.reduce(means, axis=1)
    bends = -np.einsum("in,jn->ij", means, means / weights)
    for i, column in enumerate(weighted):
        bends[i, : i + 1] += np.einsum("k,jk->j", column.ravel(), slopes[: i + 1].reshape(i + 1, -1))
    second = _second(params, chance, late, later, weighted, gradient, means[1] / (r + frequency))
    return total(weights * (top + np.log(whole))), gradient, np.tril(bends + second)


def _second(
    params: Numbers,
    chance: Numbers,
    late: Numbers,
    later: Numbers,
    weighted: Numbers,
    gradient: Numbers,
    lateness: Numbers,
) -> Numbers:
    """Means of the second derivatives of the log-weights; the lower triangle.

    `late` has the derivative −late (1 − late) by the logarithm of alpha, and `later` likewise by that of
    beta; `lateness` is the mean of `late`, one element a history.
    """
    r, _, s, _ = params
    left, stayed, gone = total(chance[:-1]), dot(chance[-1], later[-1]), dot(chance[:-1], later[:-1])
    found = np.diag(gradient * (1, -1, 1, -1) - (0, 0, left, left))
    found[1, 0] = r * total(lateness)
    found[1, 1] += dot(weighted[1], late)
    found[3, 2] = s * (gone + stayed)
    found[3, 3] += dot(weighted[3], later) + gone
    return found
