"""Two numbers against each other: a difference where the same people may be on both sides, and a ratio."""

from __future__ import annotations

import math
from collections.abc import Sequence

from loyalty.core import Change, Estimate
from loyalty.stats import Moments, differ, difference, t_quantile


def paired_difference(
    before: Estimate, after: Estimate, squares: float, units: int
) -> tuple[Change, float | None]:
    """The difference of two ratios of totals whose customers may stand on both sides, with its p-value.

    Delta method with Student's t, the customers being the sample: what a customer adds to both sides is
    taken together, so that regular customers do not make the interval wider than it is.

    Parameters
    ----------
    before, after
        The two ratios. Their own intervals serve only where the customers do not vary.
    squares
        Sum over customers of the square of what each adds to the difference: for ratios p = A / M and
        q = B / N of (b − q·n) / N − (a − p·m) / M.
    units
        Number of customers.

    Returns
    -------
    Change and float
        The p-value is None where there are fewer than two customers.

    References
    ----------
    Cameron & Miller (2015), *A practitioner's guide to cluster-robust inference*, Journal of Human Resources
    50(2): equal to the test of one yes-or-no regressor with clusters.

    Examples
    --------
    Ten customers buy once in two visits of one kind and once in four of another, each a little differently:

    >>> change, p = paired_difference(Estimate(0.5, 0.3, 0.7, 20), Estimate(0.25, 0.1, 0.4, 40), 0.01, 10)
    >>> round(change.difference, 2), round(change.low, 2), round(change.high, 2), round(p, 3)
    (-0.25, -0.49, -0.01, 0.042)
    """
    if units < 2 or squares <= 0:
        return difference(before, after), differ([before, after])
    from scipy.special import stdtr

    gap = after.value - before.value
    error = math.sqrt(squares * units / (units - 1))
    half = t_quantile(units - 1) * error
    return Change(before, after, gap, gap - half, gap + half), float(2 * stdtr(units - 1, -abs(gap) / error))


def satterthwaite(variances: Sequence[float], groups: Sequence[Moments]) -> float:
    """Degrees of freedom of a sum of variances of means, as if it were one.

    References
    ----------
    Satterthwaite (1946), *An approximate distribution of estimates of variance components*, Biometrics
    Bulletin 2.

    Examples
    --------
    >>> satterthwaite([2.0, 2.0], [Moments(6, 0, 0), Moments(6, 0, 0)])  # alike: as pooled
    10.0
    """
    parts = (part**2 / (each.n - 1) for part, each in zip(variances, groups, strict=True) if part)
    return sum(variances) ** 2 / sum(parts)


def ratio_of_means(above: Moments, below: Moments, group: str | None = None) -> Estimate:
    """How many times as large the mean of one group is as that of another group of other people.

    The interval is taken on the logarithm (delta method), so it lies above zero and is that of the inverse
    ratio turned round; Student's t with the degrees of freedom of Welch and Satterthwaite.

    Parameters
    ----------
    above, below
        Count, mean and spread of positive amounts.
    group
        Name of the estimate.

    Returns
    -------
    Estimate
        ``n`` counts the people of both groups; ends 0 and infinity where a group has fewer than two.

    References
    ----------
    Hedges, Gurevitch & Curtis (1999), *The meta-analysis of response ratios in experimental ecology*,
    Ecology 80(4); Welch (1947), *The generalization of “Student's” problem*, Biometrika 34.

    Examples
    --------
    >>> found = ratio_of_means(Moments.of([30, 40, 50]), Moments.of([20, 20, 20]))
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (2.0, 1.07, 3.72)
    """
    n = above.n + below.n
    if not above.n or not below.n or not below.mean:
        return Estimate(math.nan, 0.0, math.inf, n, group)
    value = above.mean / below.mean
    if min(above.n, below.n) < 2:
        return Estimate(value, 0.0, math.inf, n, group)
    parts = [each.variance / (each.n * each.mean**2) for each in (above, below)]
    if not sum(parts):
        return Estimate(value, 0.0, math.inf, n, group)
    factor = math.exp(t_quantile(satterthwaite(parts, (above, below))) * math.sqrt(sum(parts)))
    return Estimate(value, value / factor, value * factor, n, group)
