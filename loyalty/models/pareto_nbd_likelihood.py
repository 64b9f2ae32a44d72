"""The likelihood of Pareto/NBD histories, by quadrature over the time of leaving."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import digamma, gammaln, zeta

from loyalty.models.collapsed import Histories
from loyalty.models.newton import Numbers
from loyalty.models.sums import dot, total

NODES, WEIGHTS = np.polynomial.legendre.leggauss(20)
NODES, WEIGHTS = (NODES[:, None] + 1) / 2, WEIGHTS[:, None] / 2  # over 0…1, one row a node
FALL = 30.0  # the integral ends where the integrand has fallen by e^-30
BLOCK = 1024  # histories at once, so that their nodes stay in the processor's cache


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
    The logarithm of a history's likelihood is exact to 1e-12.
    """

    def __init__(self, histories: Histories, scale: float) -> None:
        x, w = histories.frequency, histories.weights
        self.x, self.by_x = x.values, np.bincount(x.place, w)
        columns = np.array([x.rows, histories.recency.rows / scale, histories.age.rows / scale, w])
        self.blocks = [columns[:, at : at + BLOCK] for at in range(0, len(w), BLOCK)]

    def __call__(self, theta: Numbers) -> tuple[float, Numbers, Numbers]:
        """Value, gradient and Hessian."""
        params = np.exp(theta)
        value, gradient, hessian = self._counts(*params[:2])
        for block in self.blocks:
            more = _moments(params, *block)
            value, gradient, hessian = value + more[0], gradient + more[1], hessian + more[2]
        return value, gradient, hessian

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


def mixture(params: Sequence[float] | Numbers, frequency: Numbers, recency: Numbers, age: Numbers) -> Mixture:
    """What a history may be: a customer who left at some time after his last purchase, or one still there.

    Parameters
    ----------
    params
        r, alpha, s, beta.
    frequency, recency, age
        Of n histories.

    Notes
    -----
    The integral over u from recency to age of (1 + u/alpha)^−(r + x) · (1 + u/beta)^−(s + 1) · s/beta is
    taken in the logarithm of u + min(alpha, beta), in which the integrand is smooth and log-concave.
    """
    r, alpha, s, beta = params
    start = min(alpha, beta) + recency
    steps = _span(params, frequency, recency, age) * NODES
    time = np.concatenate([recency + start * np.expm1(steps), age[None]])
    rates, stays = np.log1p(time / alpha), np.log1p(time / beta)
    log_weight = -(r + frequency) * rates - s * stays
    with np.errstate(divide="ignore"):  # nobody leaves in no time
        measure = np.log(start * (s / beta) * steps[-1] / NODES[-1])
    log_weight[:-1] += measure + steps + np.log(WEIGHTS) - stays[:-1]
    return Mixture(log_weight, time, rates, stays)


def _span(params: Sequence[float] | Numbers, frequency: Numbers, recency: Numbers, age: Numbers) -> Numbers:
    """How far the integral goes: to the age, or to where nothing is left of the integrand.

    The logarithm of the integrand is concave, so that Newton's steps from the right never pass that place.
    """
    r, alpha, s, beta = params
    start = min(alpha, beta) + recency
    span = np.log1p((age - recency) / start)
    far, near = start / (alpha + recency), start / (beta + recency)
    for _ in range(3):
        grown = np.expm1(span)
        fall = (r + frequency) * np.log1p(far * grown) + (s + 1) * np.log1p(near * grown) - span - FALL
        if not (fall > 0).any():
            break
        slope = (r + frequency) * far / (1 + far * grown) + (s + 1) * near / (1 + near * grown)
        span = span - np.maximum(fall, 0.0) / np.maximum(slope * (1 + grown) - 1, 1e-9)
    return span


def _moments(
    params: Numbers, frequency: Numbers, recency: Numbers, age: Numbers, weights: Numbers
) -> tuple[float, Numbers, Numbers]:
    """What the mixtures of some histories add to value, gradient and Hessian."""
    r, alpha, s, beta = params
    mixed = mixture(params, frequency, recency, age)
    top = np.maximum.reduce(mixed.log_weight)
    chance = np.exp(mixed.log_weight - top)
    whole = np.add.reduce(chance)
    chance *= weights / whole
    gone = np.ones((len(chance), 1))
    gone[-1] = 0.0
    late, later = mixed.time / (alpha + mixed.time), mixed.time / (beta + mixed.time)
    slopes = (
        -r * mixed.rates,
        (r + frequency) * late,
        gone - s * mixed.stays,
        (s + gone) * later - gone,
    )
    weighted = [chance * slope for slope in slopes]
    means = np.array([np.add.reduce(column) for column in weighted])
    bends = _squares(weighted, slopes, means, weights)
    bends += _second(params, chance, weighted, late, later)
    hessian = bends + np.tril(bends, -1).T
    return total(weights * (top + np.log(whole))), np.add.reduce(means, axis=1), hessian


def _squares(
    weighted: Sequence[Numbers], slopes: Sequence[Numbers], means: Numbers, weights: Numbers
) -> Numbers:
    """Covariances of the slopes over a history's times of leaving; the lower triangle."""
    found = -np.tril(np.einsum("in,jn->ij", means, means / np.maximum(weights, 1e-300)))
    for i, column in enumerate(weighted):
        for j in range(i + 1):
            found[i, j] += dot(column, slopes[j])
    return found


def _second(
    params: Numbers, chance: Numbers, weighted: Sequence[Numbers], late: Numbers, later: Numbers
) -> Numbers:
    """Means of the second derivatives of the log-weights; the lower triangle.

    With a = time / (alpha + time), its own derivative being −a (1 − a), and b likewise of beta.
    """
    r, _, s, _ = params
    sums, left = [total(column) for column in weighted], total(chance[:-1])
    found = np.diag([sums[0], -sums[1], sums[2] - left, -sums[3] - left])
    found[1, 0] = r * dot(chance, late)
    found[1, 1] += dot(weighted[1], late)
    found[3, 2] = s * dot(chance, later)
    found[3, 3] += dot(weighted[3], later) + dot(chance[:-1], later[:-1])
    return found
