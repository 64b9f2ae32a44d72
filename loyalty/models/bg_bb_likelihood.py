"""The likelihood of BG/BB histories: the sum over all courses that each may have taken."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from loyalty.models.newton import Numbers

BLOCK = 100_000  # courses at once


class Courses(NamedTuple):
    """What may have become of customers with some histories: one element a course, history by history.

    Parameters
    ----------
    bought, seen, left
        Opportunities taken; those there were until he left; 1 if he left, 0 if he is there still.
    first
        Where each history begins; its last course is that of being there still.
    history
        The place of a course's history.
    """

    bought: NDArray[np.intp]
    seen: NDArray[np.intp]
    left: NDArray[np.intp]
    first: NDArray[np.intp]
    history: NDArray[np.intp]


def courses_of(x: Numbers, t: Numbers, n: Numbers) -> Courses:
    """All that may have become of customers with these frequencies, recencies and opportunities."""
    counts = (n - t + 1).astype(np.intp)
    history = np.repeat(np.arange(len(x)), counts)
    first = np.cumsum(counts) - counts
    seen = t.astype(np.intp)[history] + np.arange(len(history)) - first[history]
    left = np.ones_like(seen)
    left[first + counts - 1] = 0
    return Courses(x.astype(np.intp)[history], seen, left, first, history)


class Likelihood:
    """Log-likelihood, gradient and Hessian at the logs of the parameters, from distinct histories.

    Parameters
    ----------
    frequency, recency, opportunities, weights
        Of distinct histories.
    """

    def __init__(
        self, frequency: Numbers, recency: Numbers, opportunities: Numbers, weights: Numbers
    ) -> None:
        self.most = int(opportunities.max()) + 1
        self.blocks = [
            (courses_of(frequency[rows], recency[rows], opportunities[rows]), weights[rows])
            for rows in blocks_of(opportunities - recency + 1)
        ]

    def __call__(self, theta: Numbers) -> tuple[float, Numbers, Numbers]:
        """Value, gradient and Hessian."""
        value, gradient, hessian = 0.0, np.zeros(4), np.zeros((4, 4))
        for courses, weights in self.blocks:
            more = self._block(theta, courses, weights)
            value, gradient, hessian = value + more[0], gradient + more[1], hessian + more[2]
        return value, gradient, hessian

    def _block(self, theta: Numbers, courses: Courses, weights: Numbers) -> tuple[float, Numbers, Numbers]:
        logs, slopes, bends = log_betas(np.exp(theta), courses, self.most)
        whole, chance = shares(logs, courses)
        chance *= weights[courses.history]
        hessian = np.einsum("ijk,k->ij", bends, chance) + np.einsum("ik,jk->ij", slopes * chance, slopes)
        means = np.add.reduceat(slopes * chance, courses.first, axis=1)
        hessian -= np.einsum("ik,jk->ij", means, means / np.maximum(weights, 1e-300))
        return float((weights * whole).sum()), means.sum(axis=1), hessian


def blocks_of(counts: Numbers) -> list[NDArray[np.intp]]:
    """Places of histories that have not too many courses together."""
    number = (np.cumsum(counts) // BLOCK).astype(np.intp)
    return np.split(np.arange(len(counts)), np.flatnonzero(np.diff(number)) + 1)


def shares(logs: Numbers, courses: Courses) -> tuple[Numbers, Numbers]:
    """Log-likelihood of each history, and the probability it leaves to each of its courses."""
    top = np.maximum.reduceat(logs, courses.first)
    chance = np.exp(logs - top[courses.history])
    total = np.add.reduceat(chance, courses.first)
    return top + np.log(total), chance / total[courses.history]


def log_betas(params: Numbers, courses: Courses, most: int) -> tuple[Numbers, Numbers, Numbers]:
    """B(alpha + x, beta + k − x) / B(alpha, beta) · B(gamma + left, delta + k) / B(gamma, delta), as logs.

    With gradient and Hessian in the logs of the parameters; k is what a course has seen.
    """
    bought, seen, left = courses.bought, courses.seen, courses.left
    alpha, beta, gamma, delta = (float(value) for value in params)
    buy = _beta(alpha, beta, bought, seen - bought, most)
    leave = _beta(gamma, delta, left, seen, most)
    bends = np.zeros((4, 4, len(seen)))
    bends[:2, :2], bends[2:, 2:] = buy[2], leave[2]
    return buy[0] + leave[0], np.concatenate([buy[1], leave[1]]), bends


def _beta(
    a: float, b: float, up: NDArray[np.intp], down: NDArray[np.intp], most: int
) -> tuple[Numbers, Numbers, Numbers]:
    one, other, both = _rises(a, most), _rises(b, most), _rises(a + b, most + 1)
    value, slope, bend = (one[i][up] for i in range(3))
    value_, slope_, bend_ = (other[i][down] for i in range(3))
    all_, steep, round_ = (both[i][up + down] for i in range(3))
    slopes = np.array([a * (slope - steep), b * (slope_ - steep)])
    mixed = -a * b * round_
    bends = np.array(
        [[slopes[0] + a * a * (bend - round_), mixed], [mixed, slopes[1] + b * b * (bend_ - round_)]]
    )
    return value + value_ - all_, slopes, bends


def _rises(start: float, most: int) -> Numbers:
    """Log of Γ(start + j) over Γ(start), and two derivatives, for whole j from 0."""
    steps = start + np.arange(most)
    found = np.zeros((3, most + 1))
    found[:, 1:] = np.cumsum([np.log(steps), 1 / steps, -1 / steps**2], axis=1)
    return found
