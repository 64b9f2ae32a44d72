"""Intervals and tests from sufficient statistics: plain floats in, plain floats out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import mul
from statistics import NormalDist
from typing import NamedTuple

from loyalty.core import Change, Estimate

CONFIDENCE = 0.95
Z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)


@dataclass(frozen=True, slots=True)
class Moments:
    """Count, mean and spread of a quantity; two of them add up to those of the pooled data.

    Parameters
    ----------
    n
        Number of observations.
    mean
        Their mean.
    squares
        Sum of squared deviations from the mean.

    References
    ----------
    Chan, Golub & LeVeque (1983), *Algorithms for computing the sample variance*.

    Examples
    --------
    >>> Moments.of([1, 2]) + Moments.of([3, 6]) == Moments.of([1, 2, 3, 6])
    True
    """

    n: int
    mean: float
    squares: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Moments:
        """Moments of plain values."""
        data = list(values)
        mean = sum(data) / len(data) if data else 0.0
        return cls(len(data), mean, sum((value - mean) ** 2 for value in data))

    @property
    def variance(self) -> float:
        """Sample variance (n − 1); NaN below two observations."""
        return self.squares / (self.n - 1) if self.n > 1 else math.nan

    def __add__(self, other: Moments) -> Moments:
        n = self.n + other.n
        if n == 0:
            return self
        shift = other.mean - self.mean
        mean = self.mean + shift * other.n / n
        return Moments(n, mean, self.squares + other.squares + shift**2 * self.n * other.n / n)


def t_quantile(degrees: float) -> float:
    """Two-sided 95 % quantile of Student's t.

    Examples
    --------
    >>> round(t_quantile(10), 3)
    2.228
    """
    if degrees < 1:
        return math.inf
    from scipy.special import stdtrit

    return float(stdtrit(degrees, 0.5 + CONFIDENCE / 2))


class Hits(NamedTuple):
    """So many of so many; two of them add up."""

    hits: float
    n: float

    def __add__(self, other: Hits) -> Hits:  # type: ignore[override]  # a tuple would be strung together
        return Hits(self.hits + other.hits, self.n + other.n)


def share(hits: float, n: float, group: str | None = None, design_effect: float = 1.0) -> Estimate:
    """A share with its Wilson score interval.

    Parameters
    ----------
    hits, n
        How many of how many.
    group
        Name of the segment or period.
    design_effect
        Variance of the share relative to independent observations; the interval is that of
        ``n / design_effect`` observations.

    References
    ----------
    Wilson (1927), *Probable inference, the law of succession, and statistical inference*; for clustered
    data Kish (1965), *Survey Sampling*.

    Examples
    --------
    >>> estimate = share(8, 10)
    >>> round(estimate.low, 4), round(estimate.high, 4)
    (0.4902, 0.9433)
    """
    if n == 0:
        return Estimate(math.nan, 0.0, 1.0, 0, group)
    p, effective = hits / n, n / design_effect
    centre = (p + Z**2 / (2 * effective)) / (1 + Z**2 / effective)
    half = Z / (1 + Z**2 / effective) * math.sqrt(p * (1 - p) / effective + Z**2 / (4 * effective**2))
    return Estimate(p, max(0.0, min(centre - half, p)), min(1.0, max(centre + half, p)), round(n), group)


def odds(estimate: Estimate) -> Estimate:
    """The odds p / (1 − p) of a share, interval included, because the map keeps the order.

    Examples
    --------
    >>> odds(Estimate(0.5, 0.25, 0.75, 8)).value
    1.0
    """

    def of(p: float) -> float:
        return math.inf if p >= 1 else p / (1 - p)

    return Estimate(of(estimate.value), of(estimate.low), of(estimate.high), estimate.n, estimate.group)


def net_share(
    plus: float, minus: float, n: float, group: str | None = None, design_effect: float = 1.0
) -> Estimate:
    """Difference of two shares of the same answers, in points, with the adjusted Wald interval.

    Three answers are added before the interval is taken: ¾ to each end and 1½ to the middle. The value
    itself is not adjusted.

    Parameters
    ----------
    plus, minus, n
        Counts at the upper end, at the lower end, and of all answers.
    group, design_effect
        As in :func:`share`.

    References
    ----------
    Rocks (2016), *Interval estimation for the “Net Promoter Score”*, The American Statistician 70(4).

    Examples
    --------
    >>> estimate = net_share(50, 20, 100)
    >>> estimate.value, round(estimate.low, 1), round(estimate.high, 1)
    (30.0, 14.1, 44.2)
    """
    if n == 0:
        return Estimate(math.nan, -100.0, 100.0, 0, group)
    scale = design_effect
    total = n / scale + 3
    up, down = (plus / scale + 0.75) / total, (minus / scale + 0.75) / total
    centre, half = up - down, Z * math.sqrt((up + down - (up - down) ** 2) / total)
    value = 100 * (plus - minus) / n
    low, high = max(-100.0, 100 * (centre - half)), min(100.0, 100 * (centre + half))
    return Estimate(value, min(low, value), max(high, value), round(n), group)


@dataclass(frozen=True, slots=True)
class RatioSums:
    """What a ratio of two totals over customers needs: sums that add over customers.

    Parameters
    ----------
    units
        Number of customers.
    x, y
        Totals of the numerator and of the denominator.
    xx, yy, xy
        Totals of the squares and of the product, customer by customer.
    """

    units: int
    x: float
    y: float
    xx: float
    yy: float
    xy: float

    def __add__(self, other: RatioSums) -> RatioSums:
        return RatioSums(
            self.units + other.units,
            self.x + other.x,
            self.y + other.y,
            self.xx + other.xx,
            self.yy + other.yy,
            self.xy + other.xy,
        )


def ratio(sums: RatioSums, group: str | None = None) -> Estimate:
    """A ratio of totals, the customers being the sample: delta method with Student's t.

    ``n`` of the estimate is the denominator (the number of purchases, say), while the interval rests on
    the number of customers, because purchases of one customer resemble each other.

    Parameters
    ----------
    sums
        Totals over customers.
    group
        Name of the segment or period.

    References
    ----------
    Cochran (1977), *Sampling Techniques*, 3rd ed., section 6.3; equal to the cluster-robust interval of a
    mean (Stata's and statsmodels' HC with n/(n−1)).

    Examples
    --------
    Three customers spend 10, 20, 30 in 1, 1 and 2 purchases:

    >>> sums = RatioSums(3, 60, 4, 1400, 6, 90)
    >>> ratio(sums).value
    15.0
    """
    if sums.y == 0:
        return Estimate(math.nan, math.nan, math.nan, 0, group)
    value = sums.x / sums.y
    if sums.units < 2 or not math.isfinite(value * value * sums.yy + sums.xx):
        return Estimate(value, -math.inf, math.inf, round(sums.y), group)
    residual = max(0.0, sums.xx - 2 * value * sums.xy + value * value * sums.yy)
    error = math.sqrt(residual * sums.units / (sums.units - 1)) / sums.y
    half = t_quantile(sums.units - 1) * error
    return Estimate(value, value - half, value + half, round(sums.y), group)


def mean_within(sums: RatioSums, low: float, high: float, group: str | None = None) -> Estimate:
    """A mean of answers that lie between two ends, the customers being the sample.

    The interval of :func:`ratio`, cut off at the ends, which the true mean cannot pass. Where all answers
    are alike their spread says nothing; then it is Wilson's, that of answers as far apart as the ends allow.

    Parameters
    ----------
    sums
        ``x`` the sum of a customer's answers, ``y`` their number.
    low, high
        The ends.
    group
        Name of the segment or period.

    Examples
    --------
    Twenty people all give 5 of 5; 16.11 % of them might have given a 1 (Wilson):

    >>> round(mean_within(RatioSums(20, 100, 20, 500, 20, 100), 1, 5).low, 4)
    4.3555
    """
    found = ratio(sums, group)
    if not found.n:
        return Estimate(math.nan, low, high, 0, group)
    value = min(max(found.value, low), high)
    if found.high - found.low > 1e-9 * (high - low):
        return Estimate(value, max(found.low, low), min(found.high, high), found.n, group)
    span, people = high - low, sums.y * sums.y / sums.yy
    wilson = share((value - low) / span * people, people)
    return Estimate(value, low + span * wilson.low, low + span * wilson.high, found.n, group)


def difference(before: Estimate, after: Estimate, correlation: float = 0.0) -> Change:
    """The difference of two estimates, its interval recovered from theirs.

    For two shares with Wilson intervals this is Newcombe's hybrid score interval, for two means Welch's
    with each side's own quantile. When the same customers stand on both sides the interval is wider than
    need be, so a change called real is real; unless the `correlation` of the two estimates is handed in.

    References
    ----------
    Zou & Donner (2008), *Construction of confidence limits about effect measures: a general approach*
    (MOVER); Newcombe (1998), method 10.

    Examples
    --------
    >>> change = difference(share(48, 80), share(56, 70))
    >>> round(change.difference, 4), round(change.low, 4), round(change.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    gap = after.value - before.value
    low = gap - _side(after.value - after.low, before.high - before.value, correlation)
    high = gap + _side(after.high - after.value, before.value - before.low, correlation)
    return Change(before, after, gap, low, high)


def _side(one: float, other: float, correlation: float) -> float:
    if not correlation:
        return math.hypot(one, other)
    return math.sqrt(max(0.0, one * one + other * other - 2 * correlation * one * other))


def last_change(trend: Sequence[Estimate]) -> Change | None:
    """The last point of a trend against the one before; None when there are not two with a value."""
    points = [point for point in trend if point.n and math.isfinite(point.value)]
    return difference(points[-2], points[-1]) if len(points) > 1 else None


def differ(groups: Sequence[Estimate]) -> float | None:
    """p-value of the hypothesis that all groups have the same true value.

    Cochran's Q over the groups: how far they lie from the common value that suits them best, each in
    standard errors, which are read off the side of its interval that faces it. Two groups differ at 5 %
    exactly when :func:`difference` calls their difference real.

    Parameters
    ----------
    groups
        Independent estimates; those without a finite interval are left out.

    Returns
    -------
    float or None
        None with fewer than two groups.

    References
    ----------
    Cochran (1954), *The combination of estimates from different experiments*; variances recovered from
    intervals: Zou & Donner (2008), as in :func:`difference`.

    Examples
    --------
    >>> differ([Estimate(10, 8, 12, 50), Estimate(10, 8, 12, 50)])
    1.0
    """
    known = [
        group
        for group in groups
        if math.isfinite(group.value) and math.isfinite(group.high - group.low) and group.high > group.low
    ]
    if len(known) < 2:
        return None
    from scipy.special import chdtrc

    ordered = sorted(known, key=lambda group: group.value)
    centres = (_centre(ordered[:place], ordered[place:]) for place in range(1, len(ordered)))
    q = min(sum(_deviation(group, centre) ** 2 for group in ordered) for centre in centres)
    return float(chdtrc(len(known) - 1, q))


def _centre(below: Sequence[Estimate], above: Sequence[Estimate]) -> float:
    """The common value that suits best if it lies between the two."""
    weights = [_error(group, 1) ** -2 for group in below] + [_error(group, -1) ** -2 for group in above]
    values = [group.value for group in (*below, *above)]
    return sum(map(mul, weights, values)) / sum(weights)


def _deviation(estimate: Estimate, centre: float) -> float:
    gap = centre - estimate.value
    return gap / _error(estimate, gap)


def _error(estimate: Estimate, direction: float) -> float:
    """Standard error of a value upwards or downwards, read off its interval."""
    side = estimate.high - estimate.value if direction > 0 else estimate.value - estimate.low
    return (side or (estimate.high - estimate.low) / 2) / Z


def design_effect(sums: RatioSums, variance: float) -> float:
    """How much wider than for independent answers the variance of a mean is, customers being the sample.

    Parameters
    ----------
    sums
        ``x`` the sum of an answer's score over a customer's answers, ``y`` their number.
    variance
        Variance of the score over single answers (divided by n).

    Returns
    -------
    float
        At least 1; exactly 1 when every customer answered once. Where nothing can be told of how alike the
        answers of one customer are (one customer only, or everyone gave the same answer), they are taken
        for one answer.

    References
    ----------
    Kish (1965), *Survey Sampling*, section 8.2.
    """
    if sums.units == sums.y:
        return 1.0
    if sums.units < 2 or variance <= 0:
        return sums.yy / sums.y
    mean = sums.x / sums.y
    clustered = (sums.xx - 2 * mean * sums.xy + mean**2 * sums.yy) * sums.units / (sums.units - 1)
    return max(1.0, clustered / (sums.y * variance))
