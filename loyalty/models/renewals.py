"""What subscribers will still pay: payment by payment, each as likely as its renewal, discounted to today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from loyalty.models.fitting import Fit, Params
from loyalty.models.newton import Numbers
from loyalty.models.shifted_beta_geometric import retention, survival
from loyalty.models.totals import Totals, moves, number

Integers = NDArray[np.int64]

YEAR = 365.25  # days
TAIL = 0.025  # on each side of the interval of a single customer


class Plan(NamedTuple):
    """Which payments count.

    Parameters
    ----------
    every
        Days from one payment to the next.
    days
        Days from today within which a payment counts.
    discount
        By how much money a year later is worth less, 0.1 for 10 %.
    """

    every: float
    days: float
    discount: float


@dataclass(frozen=True, slots=True, eq=False)
class Subscribers:
    """Subscribers today, one place each.

    Parameters
    ----------
    renewals
        How often each has renewed.
    since
        Days since the latest payment.
    late
        Share of renewals, from 0 to 1, that came later than this after the payment before.
    payment
        What one payment brings.
    """

    renewals: Integers
    since: Numbers
    late: Numbers
    payment: Numbers


class Payments(NamedTuple):
    """The next payments of each subscriber: one row a subscriber, one column a payment.

    Parameters
    ----------
    chance
        That it is made.
    worth
        Of a payment of 1: discounted, and 0 beyond the horizon.
    """

    chance: Numbers
    worth: Numbers

    @property
    def expected(self) -> Numbers:
        """Discounted number of payments."""
        return (self.chance * self.worth).sum(axis=1)

    @property
    def number(self) -> Numbers:
        """Number of payments."""
        return (self.chance * (self.worth > 0)).sum(axis=1)

    @property
    def variance(self) -> Numbers:
        """Variance of the discounted number: who makes a payment has made those before."""
        before = np.cumsum(self.worth, axis=1) - self.worth
        square = (self.chance * self.worth * (self.worth + 2 * before)).sum(axis=1)
        return np.maximum(square - self.expected**2, 0.0)

    @property
    def interval(self) -> tuple[Numbers, Numbers]:
        """Ends of the 95 % interval of the discounted number of a single subscriber."""
        low, high = (((self.chance >= at) * self.worth).sum(axis=1) for at in (1 - TAIL, TAIL))
        return low, high


def next_chance(fit: Params, renewals: Integers, late: Numbers) -> Numbers:
    """The chance that a subscriber pays once more, when the next payment has not come yet.

    Who waits longer than most do before they renew has probably left: of those who renew only `late` are
    still to come (Bayes).

    Parameters
    ----------
    fit
        A fit of the shifted beta-geometric, or its parameters.
    renewals, late
        See :class:`Subscribers`.

    Examples
    --------
    Three of four renew; once half of these have paid, 3/8 of 5/8 who have not will:

    >>> next_chance({"alpha": 1, "beta": 3}, np.array([0, 0]), np.array([1.0, 0.5])).tolist()
    [0.75, 0.6]
    """
    stay = retention(fit, renewals + 1)
    return stay * late / (1 - stay + stay * late)


def payments(fit: Params, who: Subscribers, plan: Plan) -> Payments:
    """The next payments of each subscriber, as far as the plan reaches.

    Notes
    -----
    The next payment is due so long after the latest as payments usually are, or today if that is over; the
    others follow in the same steps.
    """
    wait = np.maximum(plan.every - who.since, 0.0)
    steps = np.arange(int(plan.days // plan.every) + 1)
    due = wait[:, None] + plan.every * steps
    first = who.renewals + 1
    going_on = survival(fit, first[:, None] + steps) / survival(fit, first)[:, None]
    chance = next_chance(fit, who.renewals, who.late)[:, None] * going_on
    return Payments(chance, np.where(due <= plan.days, (1 + plan.discount) ** (-due / YEAR), 0.0))


def value_totals(fit: Fit, who: Subscribers, plan: Plan, groups: Integers) -> Totals:
    """What groups of subscribers will pay together, discounted, with the variances of its interval.

    Parameters
    ----------
    fit, who, plan
        As before.
    groups
        Number of each subscriber's group, from 0.
    """
    size = int(groups.max(initial=0)) + 1

    def together(params: Params) -> Numbers:
        found = payments(params, who, plan).expected * who.payment
        return np.bincount(groups, found, size)[None].astype(float)

    def added(each: Numbers) -> Numbers:
        return np.bincount(groups, each, size)[None].astype(float)

    found, expected = payments(fit, who, plan), together(fit)
    squares = (found.variance + found.expected**2) * who.payment**2
    chance = added(found.variance * who.payment**2)
    return Totals(expected, moves(together, fit), chance, added(squares), number(expected, added(squares)))


class Retention(NamedTuple):
    """How many are there after so many renewals.

    Parameters
    ----------
    asked, renewed
        Subscribers whose next renewal is decided, and how many of them renewed.
    observed
        Share who are there, from all renewals up to this one (Kaplan & Meier 1958); NaN where nobody was
        asked.
    expected, low, high
        The same by the model, with the 95 % interval of its parameters.
    """

    asked: Integers
    renewed: Integers
    observed: Numbers
    expected: Numbers
    low: Numbers
    high: Numbers


def retention_curve(fit: Fit, renewals: Integers, active: NDArray[np.bool_], last: int) -> Retention:
    """The curve of retention up to a renewal, as observed and by the model.

    Parameters
    ----------
    fit
        Of the shifted beta-geometric to `renewals` and `active`.
    renewals, active
        How often each subscription was renewed, and whether it runs still.
    last
        Number of the last renewal on the curve.

    Examples
    --------
    Of four subscriptions one ends at its first renewal and one at its second; two run still, one of them
    renewed once:

    >>> from loyalty.models import shifted_beta_geometric
    >>> renewals, active = np.array([0, 1, 1, 2]), np.array([False, False, True, True])
    >>> found = retention_curve(shifted_beta_geometric.fit(renewals, active), renewals, active, 2)
    >>> found.asked.tolist(), found.renewed.tolist(), found.observed.tolist()
    ([4, 2], [3, 1], [0.75, 0.375])
    """
    steps = np.arange(1, last + 1)
    least = np.bincount(np.minimum(renewals, last), minlength=last + 1)[::-1].cumsum()[::-1]
    renewed = least[1:]
    left = np.bincount(np.minimum(renewals[~active], last), minlength=last + 1)[:last]
    asked = renewed + left
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = np.cumprod(renewed / asked).astype(float)
    return Retention(asked, renewed, observed, *_survival_interval(fit, steps))


def _survival_interval(fit: Fit, steps: Integers) -> tuple[Numbers, Numbers, Numbers]:
    """Survival with its interval on the scale of log-odds, within 0 and 1."""
    from loyalty.stats import Z

    def odds(params: Params) -> Numbers:
        share = survival(params, steps)
        with np.errstate(divide="ignore"):
            return np.log(share) - np.log1p(-share)

    middle = odds(fit)
    reach = Z * np.sqrt(np.square(moves(odds, fit)).sum(axis=0))
    low, high = (1 / (1 + np.exp(-(middle + side * reach))) for side in (-1, 1))
    return survival(fit, steps), low, high
