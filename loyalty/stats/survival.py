"""How long until something happens, when to some it has not happened yet: Kaplan–Meier from totals."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from loyalty.core import Estimate
from loyalty.stats import Z, share

HALF = 0.5 - 1e-9  # a product of fractions that makes one half may fall short of it


class Median(NamedTuple):
    """Days until it has happened to half, with the 95 % interval; None where that has not been reached."""

    days: int | None
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Survival:
    """The share to whom something has happened, day by day.

    Parameters
    ----------
    watched
        Days that a watch lasted, and how many ended after so many, in order.
    events
        To how many it happened while they were watched.
    days
        The days on which it happened to somebody, counted from the start of each watch, in order.
    passed
        The share to whom it had happened by the end of each of `days`, with its interval.
    """

    watched: tuple[tuple[int, int], ...]
    events: int
    days: tuple[int, ...]
    passed: tuple[Estimate, ...]

    @property
    def n(self) -> int:
        """How many were watched."""
        return sum(n for _, n in self.watched)

    @property
    def last(self) -> int:
        """Days that the longest watch lasted."""
        return self.watched[-1][0] if self.watched else 0

    def within(self, days: int) -> Estimate | None:
        """The share to whom it happens within so many days; None where nobody was watched for so long."""
        place = bisect_right(self.days, days)
        if not place:
            still = sum(n for day, n in self.watched if day >= days)
            return replace(share(0, still), n=self.n) if still else None
        known = self.passed[place - 1]
        return known if days <= self.last or known.value == 1 else None

    @property
    def median(self) -> Median:
        """Days until it has happened to half of them.

        The interval holds the days on which the interval of the share holds one half.

        References
        ----------
        Brookmeyer & Crowley (1982), *A confidence interval for the median survival time*, Biometrics 38.
        """
        ends = ([getattr(estimate, end) for estimate in self.passed] for end in ("value", "high", "low"))
        return Median(*map(self._half, ends))

    def _half(self, shares: list[float]) -> int | None:
        return next((day for day, reached in zip(self.days, shares, strict=True) if reached >= HALF), None)

    def curve(self, points: int) -> tuple[tuple[int, float, float, float], ...]:
        """Day, share and the ends of its interval, from the start to the last day.

        Every day on which something happens; where these make more than `points`, days at equal distances.
        """
        days = self.days
        if len(days) + 2 > points:
            days = tuple(round(self.last * at / (points - 1)) for at in range(points))
        places = {day: bisect_right(self.days, day) for day in (0, *days, self.last)}
        known = ((day, self.passed[place - 1]) for day, place in places.items() if place)
        steps = {0: (0.0, 0.0, 0.0)} | {day: (e.value, e.low, e.high) for day, e in known}
        return tuple((day, *shares) for day, shares in steps.items())


def kaplan_meier(spells: Iterable[tuple[int, bool, int]]) -> Survival:
    """The share to whom something happens in time, though not everybody could be watched to the end.

    Parameters
    ----------
    spells
        Days watched, whether it happened at the end of them, and how many had both; in any order and as
        often as it comes. Whom it has not happened to counts as long as he was watched, and on the day his
        watch ended he still counts.

    Returns
    -------
    Survival
        The Kaplan–Meier estimate turned over: ``1 − S(t)``.

    Notes
    -----
    The interval is Greenwood's on the scale log(−log S), which keeps it between 0 and 1. It is undefined
    when it has happened to everybody; then its lower end is that of the day before, or Wilson's if it
    happened to all on one day. Before it has happened to anybody the interval is Wilson's.

    References
    ----------
    Kaplan & Meier (1958), *Nonparametric estimation from incomplete observations*, JASA 53; Greenwood
    (1926); Kalbfleisch & Prentice (2002), *The Statistical Analysis of Failure Time Data*, section 1.4.

    Examples
    --------
    Of four, two come back after 3 and 5 days; one was watched for 4 days only, one for 9:

    >>> found = kaplan_meier([(3, True, 1), (4, False, 1), (5, True, 1), (9, False, 1)])
    >>> [(day, estimate.value) for day, estimate in zip(found.days, found.passed)]
    [(3, 0.25), (5, 0.625)]
    >>> found.median.days
    5
    """
    events, ends = Counter[int](), Counter[int]()
    for days, happened, n in spells:
        ends[days] += n
        events[days] += n * happened
    n = at_risk = ends.total()
    survival, greenwood, passed = 1.0, 0.0, list[Estimate]()
    for day in sorted(ends):
        if events[day]:
            left = at_risk - events[day]
            survival *= left / at_risk
            greenwood += events[day] / (at_risk * left) if left else math.inf
            passed.append(_passed(survival, greenwood, n, passed))
        at_risk -= ends[day]
    days_ = tuple(day for day in sorted(events) if events[day])
    return Survival(tuple(sorted(ends.items())), events.total(), days_, tuple(passed))


def _passed(survival: float, greenwood: float, n: int, before: list[Estimate]) -> Estimate:
    if not survival:
        return Estimate(1.0, before[-1].low if before else share(n, n).low, 1.0, n)
    spread = Z * math.sqrt(greenwood) / math.log(survival)
    low, high = (1 - survival ** math.exp(side * spread) for side in (1, -1))
    return Estimate(1 - survival, low, high, n)
