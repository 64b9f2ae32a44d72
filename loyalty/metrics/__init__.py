"""Every metric: one module each, listed here in reading order."""

from loyalty.core import Metric
from loyalty.metrics import (
    actions,
    clv,
    cohorts,
    engagement,
    experiment,
    forecast,
    journey,
    loyal_new,
    loyalty_index,
    nps,
    order_value,
    repurchase,
    rfm,
    satisfaction,
    say_do,
    top_customers,
    upsell,
    what_if,
)

METRICS: tuple[Metric, ...] = (
    nps.METRIC,
    satisfaction.METRIC,
    loyalty_index.METRIC,
    repurchase.METRIC,
    order_value.METRIC,
    upsell.METRIC,
    engagement.METRIC,
    journey.METRIC,
    cohorts.METRIC,
    rfm.METRIC,
    top_customers.METRIC,
    clv.METRIC,
    forecast.METRIC,
    loyal_new.METRIC,
    what_if.METRIC,
    say_do.METRIC,
    experiment.METRIC,
    actions.METRIC,
)
