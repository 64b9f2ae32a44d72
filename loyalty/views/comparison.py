"""The models of purchases beside each other, judged by a part of the orders that they have not seen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.views.fits import LEAST_REPEATS, PURCHASE_MODELS, fitted
from loyalty.views.histories import Holdout, held_back, histories

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from loyalty.dataset import Dataset
    from loyalty.models.fitting import Fit

    Numbers = NDArray[np.float64]

NAIVE = "naive"  # forecast: each customer goes on at the rate so far
LEAST_HELD_BACK = 28  # days


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a model expects of the time held back, beside what was bought.

    Parameters
    ----------
    model
        One of `PURCHASE_MODELS`, or ``"naive"``: repeat purchases so far per day, times the days held back.
    state, loglik
        Of its fit to all orders; None for the naive forecast.
    expected
        Purchases of all customers of the calibration together in the time held back.
    bias
        ``expected / actual − 1``; NaN where nothing was bought.
    error
        Mean absolute error of the forecast of a single customer.
    """

    model: str
    state: str | None
    loglik: float | None
    expected: float
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
    actual
        Purchases in the time held back; NaN where nothing was held back.
    """

    forecasts: tuple[Forecast, ...]
    until: int | None
    days: int
    actual: float


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
        ``too_few_repeats`` or ``too_short``, as :func:`fitted`.
    """
    return data.remembered(("compared", until), lambda: _compared(data, until))


def _compared(data: Dataset, until: int | None) -> Comparison:
    fits = fitted(data).fits
    cut = until if until is not None else _cut(data)
    if cut is None:
        blank = tuple(_forecast(fits, name, None, None) for name in (*PURCHASE_MODELS, NAIVE))
        return Comparison(blank, None, 0, math.nan)
    holdout = held_back(data, cut)
    days, actual = holdout.days, holdout.purchases
    single = {name: fitted(data, name, cut).purchases(days) for name in PURCHASE_MODELS}
    single[NAIVE] = at_rate_so_far(holdout)
    forecasts = tuple(_forecast(fits, name, actual, expected) for name, expected in single.items())
    return Comparison(forecasts, cut, days, float(actual.sum()))


def _forecast(fits: Mapping[str, Fit], name: str, actual: Numbers | None, single: Numbers | None) -> Forecast:
    fit, expected, bias, error = fits.get(name), math.nan, math.nan, math.nan
    if actual is not None and single is not None:
        expected, error = float(single.sum()), float(abs(actual - single).mean())
        bias = expected / float(actual.sum()) - 1 if actual.any() else math.nan
    return Forecast(
        model=name,
        state=fit.state if fit else None,
        loglik=fit.loglik if fit else None,
        expected=expected,
        bias=bias,
        error=error,
    )


def at_rate_so_far(holdout: Holdout) -> Numbers:
    """The naive forecast of each customer: repeat purchases so far per day, times the days held back."""
    own = holdout.calibration
    rate: Numbers = own.frequency / own.age.clip(min=1.0)
    return rate * holdout.days


def _cut(data: Dataset) -> int | None:
    """The last day of the calibration; None where too little would be held back, or be left to learn from."""
    first, last = (day.toordinal() for day in data.period("orders") or ())
    cut = first + (last - first) * 3 // 4
    if last - cut < LEAST_HELD_BACK:
        return None
    few = int((histories(data, until=cut).frequency > 0).sum()) < LEAST_REPEATS
    return None if few else cut
