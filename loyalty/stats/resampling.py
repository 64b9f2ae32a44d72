"""The bootstrap: what a difference might have been, had other customers been in the trial."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from loyalty.core import Change, Estimate
from loyalty.stats import Z
from loyalty.stats.effects import Effect

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

DRAWS = 4_999
SEED = 2002  # the year of the experiment with the mints
AT_ONCE = 500_000  # customers drawn before they are added up
DIGITS = 12  # beyond these, sums of an engine depend on the order of its rows


def bootstrap_effect(people: Numbers, before: Estimate, after: Estimate) -> Effect:
    """The difference of two means and its test, from drawing the customers again 4,999 times.

    Who is in the data is drawn with replacement, within each arm, or from both together where some customers
    are in both. Nothing is supposed of how outcomes spread, so it suits money, where a few pay much. The
    draws start from a fixed seed and do not depend on the order of the rows.

    Parameters
    ----------
    people
        One row a customer: sum and number of the outcomes in the arm, then in the control.
    before, after
        Control and arm with intervals of their own.

    Returns
    -------
    Effect
        Intervals are bias-corrected and accelerated (BCa), the p-value is that of the interval that just
        reaches zero. Endless and without a p-value where nothing varies.

    References
    ----------
    Efron (1987), *Better bootstrap confidence intervals*, JASA 82; acceleration from the influence of each
    customer: Efron & Tibshirani (1993), *An Introduction to the Bootstrap*, section 14.3.

    Examples
    --------
    >>> import numpy as np
    >>> arm, control = ([[x, 1, 0, 0] for x in (6.0, 7, 8)], [[0.0, 0, x, 1] for x in (3, 5)])
    >>> estimate = Estimate(4, 3, 5, 2)
    >>> bootstrap_effect(np.array(arm + control), estimate, estimate).change.difference
    3.0
    """
    import numpy as np

    people = _in_order(people)
    x, y, x0, y0 = people.sum(axis=0)
    gap, (value, usual) = x / y - x0 / y0, (x / y, x0 / y0)
    added = (people[:, 0] - value * people[:, 1]) / y, (people[:, 2] - usual * people[:, 3]) / y0
    with np.errstate(divide="ignore", invalid="ignore"):
        means = _totals(people)
        above, below = means[:, 0] / means[:, 1], means[:, 2] / means[:, 3]
        low, high, p = _accelerated(above - below, gap, added[0] - added[1])
        change = Change(before, after, float(gap), low, high)
        if p is None or usual <= 0 or value <= 0:
            return Effect(change, p, None)
        parts = added[0] / value - added[1] / usual
        low, high, _ = _accelerated(np.log(above / below), math.log(value / usual), parts)
    ratio = float(value / usual)
    n = before.n + after.n
    return Effect(change, p, Estimate(ratio - 1, math.exp(low) - 1, math.exp(high) - 1, n))


def _in_order(people: Numbers) -> Numbers:
    """Rounded and sorted, so that the same customers are the same rows whatever engine added them up."""
    import numpy as np

    largest = np.abs(people).max(axis=0, initial=0.0).tolist()  # huge sums must not round off the counts
    places = [DIGITS - math.ceil(math.log10(each or 1.0)) for each in largest]
    rounded: Numbers = np.column_stack([np.round(people[:, k], each) for k, each in enumerate(places)])
    return rounded[np.lexsort(rounded.T)]


def _totals(people: Numbers) -> Numbers:
    """The four totals of each draw."""
    import numpy as np

    drawn = np.zeros((DRAWS, 4))
    generator = np.random.default_rng(SEED)
    for part in _strata(people):
        varies = np.ptp(part, axis=0) > 0
        drawn[:, ~varies] += len(part) * part[0, ~varies]
        size = max(1, AT_ONCE // len(part))
        for start in range(0, DRAWS, size):
            shape = min(size, DRAWS - start), len(part)
            chosen = generator.integers(0, len(part), shape, dtype=np.int32)
            for column in np.flatnonzero(varies):
                drawn[start : start + shape[0], column] += part[chosen, column].sum(axis=1)
    return drawn


def _strata(people: Numbers) -> Sequence[Numbers]:
    """The two arms, or everybody where there is somebody in both."""
    here, there = people[:, 1] > 0, people[:, 3] > 0
    return [people] if (here & there).any() else [people[here], people[there]]


def _accelerated(draws: Numbers, observed: float, added: Numbers) -> tuple[float, float, float | None]:
    """Ends of the BCa interval, and the p-value of zero."""
    import numpy as np
    from scipy.special import ndtr, ndtri

    draws = draws[np.isfinite(draws)]
    squares = float((added**2).sum())
    below = _place(draws, observed)
    if not 0 < below < 1 or squares <= 0:
        return -math.inf, math.inf, None
    bias, acceleration = float(ndtri(below)), float((added**3).sum()) / (6 * squares**1.5)
    shifted = [bias + z for z in (-Z, Z)]
    ends = [float(ndtr(bias + z / (1 - acceleration * z))) for z in shifted]
    low, high = map(float, np.quantile(draws, ends))
    edge = 0.5 / (len(draws) + 1)
    reach = float(ndtri(min(max(_place(draws, 0.0), edge), 1 - edge))) - bias
    z = reach / max(1 + acceleration * reach, 0.1) - bias  # far beyond the draws it would turn round
    return low, high, float(2 * ndtr(-abs(z)))


def _place(draws: Numbers, value: float) -> float:
    """The share of the draws that are less, those that are equal counted half."""
    return float(((draws < value).mean() + (draws <= value).mean()) / 2)
