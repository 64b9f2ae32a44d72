"""Every metric of a Dataset at once: what each found, or what it lacks."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from loyalty.core import Metric, Result
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.metrics import METRICS

THREADS = 3  # while one metric waits for Polars, another can ask it


@dataclass(frozen=True, slots=True)
class Card:
    """One metric of the scorecard.

    Parameters
    ----------
    metric
        The metric.
    result
        What it found; None where it could not be computed.
    error
        Why not.
    """

    metric: Metric
    result: Result | None = None
    error: LoyaltyError | None = None


def scorecard(data: Dataset, by: str | None = None, metrics: Iterable[Metric] = METRICS) -> tuple[Card, ...]:
    """Compute every metric with its defaults.

    Parameters
    ----------
    data
        Whatever tables there are.
    by
        Breakdown, for the metrics whose table has that column.
    metrics
        Which metrics, in which order.

    Returns
    -------
    tuple of Card
        One a metric; a metric that lacks its columns has an error instead of a result.

    Raises
    ------
    LoyaltyError
        ``unknown_group`` or ``no_groups``, if no table can be broken down by that.

    Examples
    --------
    >>> import pandas as pd
    >>> cards = scorecard(Dataset.from_frames(responses=pd.DataFrame({"recommend": [10, 9, 8, 3]})))
    >>> [card.metric.id for card in cards if card.result]
    ['nps']
    """
    data.check_by(None, by)
    if not data.in_memory:
        return tuple(_card(data, by, metric) for metric in metrics)
    with ThreadPoolExecutor(THREADS) as threads:
        return tuple(threads.map(partial(_card, data, by), metrics))


def _card(data: Dataset, by: str | None, metric: Metric) -> Card:
    options: dict[str, Any] = {"by": by} if by in data.by_choices(metric.table) else {}
    try:
        return Card(metric, result=metric.compute(data, **options))
    except LoyaltyError as error:
        return Card(metric, error=error)
