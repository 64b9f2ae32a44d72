"""What purchases of each customer bring, and how far amounts scatter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from loyalty.models import gamma_gamma
from loyalty.models.fitting import Fit, Params
from loyalty.models.newton import Numbers

LIGHT = 2  # purchases that stand in for what nobody has seen of the scatter of amounts


@dataclass(frozen=True, eq=False)
class Spending:
    """What a purchase of each customer brings, by Gamma-Gamma.

    Parameters
    ----------
    fit
        Of :mod:`loyalty.models.gamma_gamma`.
    frequency, money
        Repeat purchases, and their mean amount; NaN where there is none.
    deviations
        How far the amounts of these purchases lie from their mean, see
        :func:`loyalty.models.summary.deviations`; None takes the model's word for it.

    Notes
    -----
    The model sees means of amounts alone, and guesses the scatter of amounts, 1/p, by how much more these
    differ where there are fewer purchases. Where amounts are no gamma distribution's, that can be anything
    down to none. So what is expected is the model's, and the scatter is that which makes the variances of
    all repeat purchases add up to what was seen. Two purchases that scatter as in the middle of the light
    prior stand in where next to nobody has bought again twice.

    Of a mean that is guessed from x purchases, each with a share p / (px + q − 1) in it, the error has x
    times that share squared as much more variance as an amount has more than the model says: credibility's
    formula for a linear guess, whatever the distribution.

    References
    ----------
    Bühlmann & Gisler (2005), *A Course in Credibility Theory and its Applications*, chapter 3.
    """

    fit: Fit
    frequency: Numbers
    money: Numbers
    deviations: Numbers | None = None

    @cached_property
    def mean(self) -> Numbers:
        """Expected amount of a purchase."""
        return self.mean_at(self.fit)

    def mean_at(self, params: Params) -> Numbers:
        """The same with other parameters."""
        return gamma_gamma.expected_money(params, self.frequency, self.money)

    @cached_property
    def square(self) -> Numbers:
        """Mean square of a customer's true mean."""
        p, q = self.fit.params["p"], self.fit.params["q"]
        x = np.where(self.money > 0, self.frequency, 0.0)
        more: Numbers = (
            self._by_model + x * (p / (p * x + q - 1)) ** 2 * (self.scatter - 1 / p) * self._by_model
        )
        return more

    @property
    def variance(self) -> Numbers:
        """Expected variance of an amount of a customer around the true mean."""
        return self.scatter * self._by_model

    @cached_property
    def scatter(self) -> float:
        """The same in the mean squares of the true means, as the model has them."""
        again = self.frequency > 0
        if self.deviations is None or not again.any():
            return 1 / self.fit.params["p"]
        squares = self._by_model[again]
        prior = LIGHT * float(squares.mean())
        free = float(((self.frequency[again] - 1) * squares).sum())
        return (float(self.deviations.sum()) + prior / gamma_gamma.CENTRE[0]) / (free + prior)

    @cached_property
    def _by_model(self) -> Numbers:
        """Mean square of a customer's true mean by the model; where that is infinite, as in the data."""
        square = gamma_gamma.second_moment(self.fit, self.frequency, self.money)
        paid = self.money[self.money > 0]
        uneven = float((paid**2).mean() / paid.mean() ** 2) if len(paid) else 1.0
        return np.where(np.isfinite(square), square, uneven * self.mean**2)
