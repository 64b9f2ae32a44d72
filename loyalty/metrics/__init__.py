"""Every metric: one module each, listed here in reading order."""

from loyalty.core import Metric
from loyalty.metrics import cohorts, journey, nps, order_value, repurchase, satisfaction, say_do, upsell

METRICS: tuple[Metric, ...] = (
    nps.METRIC,
    satisfaction.METRIC,
    repurchase.METRIC,
    order_value.METRIC,
    upsell.METRIC,
    journey.METRIC,
    cohorts.METRIC,
    say_do.METRIC,
)
