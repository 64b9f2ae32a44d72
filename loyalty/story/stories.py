"""The story of every metric."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty.story import (
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
from loyalty.story.rules import Story

STORIES: Mapping[str, Story] = {
    "nps": nps.STORY,
    "satisfaction": satisfaction.STORY,
    "loyalty_index": loyalty_index.STORY,
    "repurchase": repurchase.STORY,
    "order_value": order_value.STORY,
    "upsell": upsell.STORY,
    "engagement": engagement.STORY,
    "journey": journey.STORY,
    "cohorts": cohorts.STORY,
    "rfm": rfm.STORY,
    "top_customers": top_customers.STORY,
    "forecast": forecast.STORY,
    "loyal_new": loyal_new.STORY,
    "clv": clv.STORY,
    "what_if": what_if.STORY,
    "say_do": say_do.STORY,
    "experiment": experiment.STORY,
    "actions": actions.STORY,
}
