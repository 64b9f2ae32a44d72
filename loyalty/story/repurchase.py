"""The story of the repurchase ratio."""

from __future__ import annotations

from loyalty.core import Result
from loyalty.story.facts import differ
from loyalty.story.rules import Story, always, enough, fell, few

FEW_RETURN, MANY_RETURN = 0.4, 0.6  # shares; Croll & Yoskovitz (2013), Lean Analytics


def variant(result: Result) -> str:
    """Shop or subscription, with a window or at any time."""
    windowed = result.options["window"] is not None
    if result.options["kind"] == "subscription":
        return "subscription_window" if windowed else "subscription"
    return "window" if windowed else "any_time"


STORY = Story(
    variant=variant,
    advice=(
        ("more_customers", few),
        ("weakest", differ),
        ("look_back", fell),
        ("renew", lambda r: r.options["kind"] == "subscription"),
        ("second_purchase", lambda r: enough(r) and r.overall.value < FEW_RETURN),
        ("win_back", lambda r: r.options["kind"] == "orders" and r.overall.value <= MANY_RETURN),
        ("reward", lambda r: enough(r) and r.overall.value >= FEW_RETURN),
        ("refer", lambda r: enough(r) and r.overall.value > MANY_RETURN),
        ("personal", always),
    ),
)
