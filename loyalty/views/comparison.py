"""The models of purchases beside each other, judged by a part of the orders that they have not seen."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loyalty.core import Estimate
from loyalty.views.fits import LEAST_REPEATS, PURCHASE_MODELS, Fitted, fitted
from loyalty.views.histories import Holdout, held_back, histories

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from loyalty.dataset import Dataset

    Numbers = NDArray[np.float64]

NAIVE = "naive"  # forecast: each customer goes on at the rate so far
LEAST_HELD_BACK = 28  # days
UNKNOWN = Estimate(math.nan, math.nan, math.nan, 0)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a model expects of the time held back, beside what was bought.

    Parameters
    ----------
    model
        One of `PURCHASE_MODELS`, or ``"naive"``: repeat purchases so far per day, times the days held back.
    state, loglik
        Of its fit to all orders; None for the naive forecast.
    chosen
        Whether it answers in :func:`fitted`.
    expected, low, high
        Purchases of all customers of the calibration together in the time held back, with the interval; the
        naive forecast has none (NaN).
    bias
        ``expected / actual − 1``; NaN where nothing was bought.
    error
        Mean absolute error of the forecast of a single customer.
    """

    model: str
    state: str | None
    loglik: float | None
    chosen: bool
    expected: float
    low: float
    high: float
    bias: float
    error: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """All models of purchases, fitted to an earlier part of the orders and judged by the rest.

    Parameters
    ----------
    forecasts
        The models, then the naive forecast; their expectations are NaN where nothing was held back.
    until
        Last day of the calibration (``date.toordinal()``); None where nothing was held back.
    days
        Length of the time held back.
    customers
        Of the calibration.
    actual
        Purchases in the time held back; NaN where nothing was held back.
    why_not
        Why nothing was held back: ``"short"``, the last quarter has fewer than 28 days, or
        ``"few_repeats"``, fewer than ten customers bought again before it; None where it was.
    """

    forecasts: tuple[Forecast, ...]
    until: int | None
    days: int
    customers: int
    actual: float
    why_not: str | None


def compared(data: Dataset, until: int | None = None) -> Comparison:
    """The models of purchases beside each other: how they fit, and what each would have forecast.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer`` and ``date``.
    until
        Last day of the calibration (``date.toordinal()``); None: at three quarters of the period, if that
        leaves 28 days or more and ten customers who had bought again by then.

    Raises
    ------
    LoyaltyError
        ``too_few_repeats``, as :func:`fitted`.
    """
    return data.remembered(("compared", until), lambda: _compared(data, until))


def _compared(data: Dataset, until: int | None) -> Comparison:
    found = fitted(data)
    cut, why_not = (until, None) if until is not None else _cut(data)
    if cut is None:
        blank = tuple(_forecast(found, name, None, None, UNKNOWN) for name in (*PURCHASE_MODELS, NAIVE))
        return Comparison(blank, None, 0, 0, math.nan, why_not)
    holdout = held_back(data, cut)
    days, actual = holdout.days, holdout.purchases
    earlier = {name: fitted(data, name, cut) for name in PURCHASE_MODELS}
    forecasts = [
        _forecast(found, name, actual, fit.purchases(days), fit.total(days)) for name, fit in earlier.items()
    ]
    single = at_rate_so_far(holdout)
    naive = _forecast(found, NAIVE, actual, single, replace(UNKNOWN, value=float(single.sum())))
    return Comparison((*forecasts, naive), cut, days, len(actual), float(actual.sum()), None)


def _forecast(
    found: Fitted, name: str, actual: Numbers | None, single: Numbers | None, total: Estimate
) -> Forecast:
    fit, bias, error = found.fits.get(name), math.nan, math.nan
    if actual is not None and single is not None:
        bias = total.value / float(actual.sum()) - 1 if actual.any() else math.nan
        error = float(abs(actual - single).mean())
    return Forecast(
        model=name,
        state=fit.state if fit else None,
        loglik=fit.loglik if fit else None,
        chosen=name == found.chosen,
        expected=total.value,
        low=total.low,
        high=total.high,
        bias=bias,
        error=error,
    )


def at_rate_so_far(holdout: Holdout) -> Numbers:
    """The naive forecast of each customer: repeat purchases so far per day, times the days held back."""
    own = holdout.calibration
    rate: Numbers = own.frequency / own.age.clip(min=1.0)
    return rate * holdout.days


def _cut(data: Dataset) -> tuple[int | None, str | None]:
    """The last day of the calibration, or why nothing can be held back."""
    first, last = (day.toordinal() for day in data.period("orders") or ())
    cut = first + (last - first) * 3 // 4
    if last - cut < LEAST_HELD_BACK:
        return None, "short"
    few = int((histories(data, until=cut).frequency > 0).sum()) < LEAST_REPEATS
    return (None, "few_repeats") if few else (cut, None)
