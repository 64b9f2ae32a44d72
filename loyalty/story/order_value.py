"""The story of the average order value."""

from __future__ import annotations

import math
from typing import Any

from loyalty.core import Result
from loyalty.story.facts import differ, record, table_rows, value
from loyalty.story.rules import Story, always, enough, fell, few
from loyalty.words import Translator

MUCH_RETURNED = 0.05  # of the revenue
SKEWED = 1.25  # mean over median


def variant(result: Result) -> str:
    """What is said of returns; and one customer says nothing about others."""
    if not math.isfinite(result.overall.low):
        return "one_customer"
    return result.options["returns"] if result.numbers["returns"] else "plain"


def advice_holes(result: Result, t: Translator) -> dict[str, Any]:
    """Mean and median of the last month."""
    last = last_month(result)
    if last is None:
        return {}
    return {
        "last_month": t.month(last["month"]),
        "last_mean": value(result, last["mean"], t),
        "last_median": value(result, last["median"], t),
    }


def last_month(result: Result) -> dict[str, Any] | None:
    """The last month of purchases."""
    rows = table_rows(result, "months")
    return record(result.table("months"), rows[-1]) if rows else None


def skewed(result: Result) -> bool:
    """Whether a few large purchases lift the average."""
    last = last_month(result)
    return enough(result) and last is not None and last["mean"] > SKEWED * last["median"]


def much_returned(result: Result) -> bool:
    """Whether returns are worth a look."""
    numbers = result.numbers
    return bool(table_rows(result, "months")) and numbers["returned"] > MUCH_RETURNED * numbers["revenue"]


STORY = Story(
    variant=variant,
    advice_holes=advice_holes,
    advice=(
        ("more_purchases", few),
        ("median", skewed),
        ("returns", much_returned),
        ("look_back", fell),
        ("strongest", differ),
        ("threshold", enough),
        ("bundle", always),
        ("frequency", always),
    ),
)
