"""NBD: how often customers buy where nobody ever leaves; what the other models have to be better than."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaln, polygamma

from loyalty.models import fitting
from loyalty.models.collapsed import Histories, collapse
from loyalty.models.newton import Numbers

NAMES = ("r", "alpha")
STARTS = (0.7, 0.3, 2.0, 20.0)  # shapes of the rates
SLACK = 2.0  # log-likelihood that two more parameters have to bring, by Akaike's criterion


def fit(
    frequency: ArrayLike,
    recency: ArrayLike,
    age: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    prior: bool | None = None,
) -> fitting.Fit:
    """The gamma distribution of purchase rates that makes customers' histories likeliest.

    Parameters
    ----------
    frequency, recency, age, weights, prior
        As for :func:`loyalty.models.bg_nbd.fit`, which this is where nobody leaves. When somebody bought last
        says nothing here.

    Returns
    -------
    Fit
        With ``r`` and ``alpha`` (time); the log-likelihood compares with that of the other models.

    Raises
    ------
    LoyaltyError
        ``no_histories``, where no customer has a history or no time has passed for any.

    References
    ----------
    Ehrenberg (1959), *The Pattern of Consumer Purchases*, Applied Statistics 8(1).

    Examples
    --------
    >>> found = fit([0, 1, 3], [0, 4, 9], 10, weights=[200, 50, 50])
    >>> found.state, round(found.params["r"] / found.params["alpha"], 4)
    ('ok', 0.0667)
    """
    histories = collapse(frequency, recency, age, weights)
    scale, n = histories.mean_age, histories.n
    mean = max(histories.mean_frequency, 0.5 / n)
    return fitting.solve(
        fitting.Problem(
            model="nbd",
            names=NAMES,
            evaluate=Likelihood(histories, scale),
            starts=[np.log([r, r / mean]) for r in STARTS],
            centre=np.log([1, 1 / mean]),
            units=np.array([1, scale]),
            simpler=lambda low, high, params: "no_repeat" if "r" in low else "same_rate",
            n=round(n),
            excluded=histories.excluded,
            shift=-n * histories.mean_frequency * float(np.log(scale)),
        ),
        prior,
    )


class Likelihood:
    """Log-likelihood, gradient and Hessian at log-parameters, from distinct histories.

    Parameters
    ----------
    histories
        Distinct histories with weights.
    scale
        Unit of time.
    """

    def __init__(self, histories: Histories, scale: float) -> None:
        self.x, self.age = histories.frequency.values, histories.age.values / scale
        place, w = histories.age.place, histories.weights
        self.by_x = np.bincount(histories.frequency.place, w)
        self.customers = np.bincount(place, w)
        self.purchases = np.bincount(place, w * histories.frequency.rows)

    def __call__(self, theta: Numbers) -> tuple[float, Numbers, Numbers]:
        """Value, gradient and Hessian."""
        r, alpha = (float(each) for each in np.exp(theta))
        waited, passed = np.log1p(self.age / alpha), self.age / (alpha + self.age)
        load, total = r * self.customers + self.purchases, float(self.purchases.sum())
        rise, slope, bend = (
            float((self.by_x * (of(r + self.x) - of(r))).sum()) for of in (gammaln, digamma, _trigamma)
        )
        value = rise - total * np.log(alpha) - float((load * waited).sum())
        by_r = r * (slope - float((self.customers * waited).sum()))
        both = r * float((self.customers * passed).sum())
        gradient = np.array([by_r, float((load * passed).sum()) - total])
        curve = -float((load * passed * (1 - passed)).sum())
        return float(value), gradient, np.array([[by_r + r * r * bend, both], [both, curve]])


def _trigamma(value: ArrayLike) -> Numbers:
    return np.asarray(polygamma(1, value))


def as_good(simple: fitting.Fit, others: list[fitting.Fit]) -> bool:
    """Whether none of the other models says more than that nobody leaves.

    They have two parameters more, which have to bring a log-likelihood of 2 by Akaike's criterion.

    Parameters
    ----------
    simple
        Fit of this module.
    others
        Fits of BG/NBD, MBG/NBD or Pareto/NBD to the same histories.

    Examples
    --------
    >>> from loyalty.models import bg_nbd
    >>> shop = [0, 1, 3], [0, 4, 9], 10, [200, 50, 50]
    >>> as_good(fit(*shop), [bg_nbd.fit(*shop)])
    True
    """
    return all(other.loglik < simple.loglik + SLACK for other in others)
