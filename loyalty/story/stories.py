"""The story of every metric."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty.story import cohorts, journey, nps, order_value, repurchase, satisfaction, say_do, upsell
from loyalty.story.rules import Story

STORIES: Mapping[str, Story] = {
    "nps": nps.STORY,
    "satisfaction": satisfaction.STORY,
    "repurchase": repurchase.STORY,
    "order_value": order_value.STORY,
    "upsell": upsell.STORY,
    "journey": journey.STORY,
    "cohorts": cohorts.STORY,
    "say_do": say_do.STORY,
}
