"""What one group of a trial differs by from its control: the difference, how much that is of it, the test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

from loyalty.core import Change, Estimate
from loyalty.stats import Moments, RatioSums, Z, design_effect, difference, ratio, share, t_quantile
from loyalty.stats.contrasts import paired_difference, ratio_of_means, satterthwaite

MOST = 1e9  # observations; what takes more is no difference
POWER = 0.8  # of trials like this that shall show a difference which is there; Cohen (1988)


@dataclass(frozen=True, slots=True)
class Effect:
    """An arm of a trial against its control.

    Parameters
    ----------
    change
        From the control to the arm, with the difference of their means.
    p
        p-value of the hypothesis that there is no difference, below 0.05 exactly where the interval leaves
        out zero; None where nothing is known of the spread.
    relative
        The difference as a share of the control's mean; None where that is not above zero, or nothing is
        known of the spread.
    """

    change: Change
    p: float | None
    relative: Estimate | None


class Shared(NamedTuple):
    """Customers who are in both arms, and the sum over them of the product of their two residuals."""

    customers: int
    product: float


NOBODY = Shared(0, 0.0)


def mean_effect(control: RatioSums, arm: RatioSums, shared: Shared = NOBODY) -> Effect:
    """The difference of two means, the customers being the sample: Welch's t-test.

    Parameters
    ----------
    control, arm
        ``x`` the sum of a customer's outcomes, ``y`` their number.
    shared
        Customers who are in both arms. Where there are some, what a customer adds to both is taken together
        (:func:`loyalty.stats.contrasts.paired_difference`); where all are, that is the paired t-test.

    References
    ----------
    Welch (1947), *The generalization of “Student's” problem*, Biometrika 34.

    Examples
    --------
    Two days without music and three with it:

    >>> found = mean_effect(RatioSums(2, 8, 2, 34, 2, 8), RatioSums(3, 21, 3, 149, 3, 21))
    >>> found.change.difference, round(found.p, 3), round(found.relative.value, 2)
    (3.0, 0.144, 0.75)
    """
    before, after = ratio(control), ratio(arm)
    units = control.units + arm.units - shared.customers
    squares = _squares(control, arm, shared, (control.y, arm.y))
    if shared.customers:
        change, p = paired_difference(before, after, squares, units)
    else:
        change, p = welch(before, after, linear(control), linear(arm))
    if not math.isfinite(change.low):
        return Effect(change, None, None)
    return Effect(change, p, _relative(control, arm, shared))


def share_effect(control: RatioSums, arm: RatioSums, shared: Shared = NOBODY) -> Effect:
    """The difference of two shares: Newcombe's interval, widened by what the answers of a customer share.

    Parameters
    ----------
    control, arm
        ``x`` how often a customer's outcome was yes, ``y`` how often it is known.
    shared
        Customers who are in both arms; their correlation makes the interval narrower, as it should.

    References
    ----------
    Newcombe (1998), *Interval estimation for the difference between independent proportions*, method 10; with
    a correlation Zou & Donner (2008), *Construction of confidence limits about effect measures*.

    Examples
    --------
    56 of 70 against 48 of 80:

    >>> found = share_effect(RatioSums(80, 48, 80, 48, 80, 48), RatioSums(70, 56, 70, 56, 70, 56))
    >>> round(found.change.low, 4), round(found.change.high, 4), round(found.p, 4)
    (0.0524, 0.3339, 0.0079)
    """
    alone = _residual(control) * _residual(arm)
    correlation = shared.product / math.sqrt(alone) if alone > 0 else 0.0
    change = difference(_share(control), _share(arm), max(-1.0, min(correlation, 1.0)))
    return Effect(change, _p(change), _relative(control, arm, shared))


def _share(sums: RatioSums) -> Estimate:
    p = sums.x / sums.y
    return share(sums.x, sums.y, design_effect=design_effect(sums, p * (1 - p)))


def _p(change: Change) -> float:
    """The p-value that goes with an interval: the side that faces zero says how far away it is."""
    gap = change.difference
    side = gap - change.low if gap > 0 else change.high - gap
    return 2 * NormalDist().cdf(-Z * abs(gap) / side) if side > 0 else 1.0


def welch(before: Estimate, after: Estimate, control: Moments, arm: Moments) -> tuple[Change, float | None]:
    """The difference of two means of different people, with its p-value; endless where nothing varies.

    Parameters
    ----------
    before, after
        The means with intervals of their own.
    control, arm
        Their moments, see :func:`linear`.
    """
    gap = arm.mean - control.mean
    parts = [each.variance / each.n if each.n else math.nan for each in (control, arm)]
    if not sum(parts) > 0:
        return Change(before, after, gap, -math.inf, math.inf), None
    from scipy.special import stdtr

    degrees, error = satterthwaite(parts, (control, arm)), math.sqrt(sum(parts))
    half = t_quantile(degrees) * error
    return Change(before, after, gap, gap - half, gap + half), float(2 * stdtr(degrees, -abs(gap) / error))


def linear(sums: RatioSums) -> Moments:
    """A ratio of totals as the mean of its customers, so that the variance of one is that of the other.

    Where every customer stands for one observation these are the moments of the observations.

    References
    ----------
    Cochran (1977), *Sampling Techniques*, 3rd ed., section 6.3.
    """
    if not sums.y:
        return Moments(0, math.nan, 0.0)
    return Moments(sums.units, sums.x / sums.y, _residual(sums) * (sums.units / sums.y) ** 2)


def _residual(sums: RatioSums) -> float:
    """Sum over the customers of the square of what they have beyond the ratio."""
    value = sums.x / sums.y
    return max(0.0, sums.xx - 2 * value * sums.xy + value**2 * sums.yy)


def _squares(control: RatioSums, arm: RatioSums, shared: Shared, totals: tuple[float, float]) -> float:
    """Sum over the customers of the square of what each adds to a difference, in shares of two totals."""
    below, above = totals
    apart = _residual(control) / below**2 + _residual(arm) / above**2
    return max(0.0, apart - 2 * shared.product / (below * above))


def _relative(control: RatioSums, arm: RatioSums, shared: Shared) -> Estimate | None:
    """By what share of its mean an arm lies above the control: delta method on the logarithm, Student's t."""
    if control.x <= 0 or arm.x <= 0:
        return None
    found = ratio_of_means(linear(arm), linear(control))
    units = control.units + arm.units - shared.customers
    squares = _squares(control, arm, shared, (control.x, arm.x)) if shared.customers else 0.0
    if squares:
        factor = math.exp(t_quantile(units - 1) * math.sqrt(squares * units / (units - 1)))
        found = Estimate(found.value, found.value / factor, found.value * factor, found.n)
    if not math.isfinite(found.high):
        return None
    return Estimate(found.value - 1, found.low - 1, found.high - 1, found.n)


def more_needed(gap: float, control: RatioSums, arm: RatioSums, shared: Shared = NOBODY) -> int | None:
    """How many more observations in each of two arms would show a difference in four of five trials.

    Two-sided at 5 %, from the normal distribution: the observations to come are taken to vary as those that
    are there.

    Parameters
    ----------
    gap
        The true difference, as it is supposed to be.
    control, arm, shared
        What is there so far.

    Returns
    -------
    int or None
        At least 1; None where no number would do, because there is no difference to speak of, or because
        nothing is known of the spread.

    References
    ----------
    Cohen (1988), *Statistical Power Analysis for the Behavioral Sciences*, 2nd ed.

    Examples
    --------
    With spread 1, half of it is shown by 63 in each arm (Cohen: 64, as t has longer tails):

    >>> there = RatioSums(13, 0.0, 13, 12.0, 13, 0.0)
    >>> 13 + more_needed(0.5, there, there)
    63
    """
    each = [_residual(sums) * sums.units / max(sums.units - 1, 1) / sums.y for sums in (control, arm)]
    apart = _squares(control, arm, NOBODY, (control.y, arm.y))
    if not gap or not apart:
        return None
    one, other = (variance * _squares(control, arm, shared, (control.y, arm.y)) / apart for variance in each)
    wanted = (gap / (Z + NormalDist().inv_cdf(POWER))) ** 2  # one / (n + more) + other / (m + more)
    if not max(one, other) < MOST * wanted:
        return None
    half = (one + other) / wanted - control.y - arm.y
    rest = (one * arm.y + other * control.y) / wanted - control.y * arm.y
    return max(1, math.ceil((half + math.sqrt(max(0.0, half**2 + 4 * rest))) / 2 - 1e-9))


def holm(values: Sequence[float]) -> list[float]:
    """p-values of several comparisons, so that one of them is false in one of twenty trials at most.

    References
    ----------
    Holm (1979), *A simple sequentially rejective multiple test procedure*, Scandinavian Journal of
    Statistics 6.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted, highest = [0.0] * len(values), 0.0
    for rank, place in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        highest = max(highest, min(1.0, (len(values) - rank) * values[place]))
        adjusted[place] = highest
    return adjusted
