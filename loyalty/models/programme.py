"""What a loyalty programme costs, and how much more its members must buy for it to pay."""

from __future__ import annotations

import math
from dataclasses import dataclass

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Tier:
    """Members who get the same.

    Parameters
    ----------
    members
        How many.
    spend
        What they spend in a year without the programme, all together.
    rebate
        What they are given back, as a share of what they spend.
    """

    members: float
    spend: float
    rebate: float

    @property
    def given(self) -> float:
        """What is given back to them in a year if they buy as before."""
        return self.spend * self.rebate

    def break_even(self, margin: float) -> float:
        """By how much more, as a share, they must buy to pay for what they are given; infinite: never.

        Parameters
        ----------
        margin
            Share of the money that is left after what was sold is paid for.

        Examples
        --------
        >>> Tier(10, 1000.0, 0.25).break_even(0.5), Tier(10, 1000.0, 0.5).break_even(0.5)
        (1.0, inf)
        """
        return self.rebate / (margin - self.rebate) if margin > self.rebate else math.inf


@dataclass(frozen=True, slots=True)
class Programme:
    """A loyalty programme: one tier where everybody collects points alike, or several.

    Parameters
    ----------
    tiers
        Who gets what.
    margin
        Share of the money that is left after what was sold is paid for.
    fixed
        Money that setting it up takes, once.
    running
        Money that it takes in a year, whatever members buy.

    Notes
    -----
    What is given back is taken at its full value to the member, as a discount is; rewards in goods cost the
    shop less. It is given on all purchases, also on those that would have been made without it: that is why
    the break-even is far from zero.

    Examples
    --------
    Members spend 1,000; 5 of 100 are given back, and 20 of 100 are left. To pay for the 50 that go to
    purchases which would have been made anyway, 333 more must be sold, of which 20 − 5 of 100 stay:

    >>> programme = Programme((Tier(10, 1000.0, 0.05),), margin=0.2)
    >>> round(programme.break_even, 4), round(programme.gain(0.5), 2)
    (0.3333, 25.0)
    """

    tiers: tuple[Tier, ...]
    margin: float
    fixed: float = 0.0
    running: float = 0.0

    @property
    def spend(self) -> float:
        """What all members spend in a year without it."""
        return sum(tier.spend for tier in self.tiers)

    @property
    def given(self) -> float:
        """What is given back in a year if members buy as before."""
        return sum(tier.given for tier in self.tiers)

    @property
    def cost(self) -> float:
        """What it takes in a year if members buy as before, without setting it up."""
        return self.given + self.running

    @property
    def break_even(self) -> float:
        """By how much more, as a share, members must buy for a year to pay for itself; infinite: never."""
        return self.needed(math.inf)

    def needed(self, within: float) -> float:
        """By how much more, as a share, members must buy for the set-up to be paid back, too.

        Parameters
        ----------
        within
            Years.

        Returns
        -------
        float
            Infinite where more is given back than the margin leaves: then more purchases cost more.
        """
        left = self.margin * self.spend - self.given
        return (self.cost + self.fixed / within) / left if left > 0 else math.inf

    def gain(self, uplift: float) -> float:
        """What it brings in a year, costs taken off, if members buy so much more; below zero: it costs."""
        return uplift * self.margin * self.spend - (1 + uplift) * self.given - self.running

    def payback(self, uplift: float) -> float:
        """Months until the set-up is paid back if members buy so much more; infinite: never.

        Examples
        --------
        >>> Programme((Tier(10, 1000.0, 0.05),), margin=0.2, fixed=50.0).payback(0.5)
        24.0
        """
        gain = self.gain(uplift)
        if gain <= 0:
            return math.inf
        return MONTHS * self.fixed / gain


def points(members: float, spend: float, *, earned: float, value: float, redeemed: float = 1.0) -> Tier:
    """Members who collect points.

    Parameters
    ----------
    members, spend
        As in :class:`Tier`.
    earned
        Points for one unit of money spent.
    value
        What a point is worth in money.
    redeemed
        Share of the points that are ever used; 1 is the most it can cost.

    Examples
    --------
    >>> points(10, 1000.0, earned=1, value=0.05, redeemed=0.8).rebate
    0.04000000000000001
    """
    return Tier(members, spend, earned * value * redeemed)
