"""The story of the top customers."""

from __future__ import annotations

from typing import Any

from loyalty.core import Result
from loyalty.story.facts import differ, group_holes, number, table_rows
from loyalty.story.rules import Story, always, enough, few
from loyalty.texts import Message
from loyalty.words import Translator

MUCH, LITTLE = 2 / 3, 1 / 3  # of the revenue from the top fifth, with confidence
FIFTH = 0.2
SILENT = 90  # days, as the metric counts them


def spread(result: Result, t: Translator) -> Message:
    """From how few customers most of the revenue comes, and Gini's coefficient."""
    names = ("customers_80", "gini", "gini_low", "gini_high")
    return Message("top_customers.spread.plain", {name: number(result, name, t) for name in names})


def fifth(result: Result) -> tuple[float, float]:
    """The interval of the share that the top fifth brings, whichever top is looked at."""
    [ends] = [row[2:4] for row in table_rows(result, "tops") if row[0] == FIFTH] or [(0.0, 1.0)]
    return ends


def advice_holes(result: Result, t: Translator) -> dict[str, Any]:
    """The top in percent, how many are on the list, and the segment where it counts most."""
    groups = group_holes(result, t)
    holes = {f"top_group{end}": groups[f"top{end}"] for end in ("", "_value") if groups}
    listed = sum(row[1] for row in table_rows(result, "lists"))
    return {
        **holes,
        "top": t.count(result.options["top"]),
        "listed": t.count(listed),
        "days": t.count(SILENT),
    }


STORY = Story(
    variant=lambda _: "plain",
    advice_holes=advice_holes,
    parts={"tops": spread},
    advice=(
        ("more_customers", few),
        ("silent", lambda r: r.numbers.get("silent", 0) > 0),
        ("few_carry", lambda r: enough(r) and fifth(r)[0] > MUCH),
        ("widely_spread", lambda r: enough(r) and fifth(r)[1] < LITTLE),
        ("strongest", differ),
        ("person", always),
        ("early", always),
        ("reward", always),
        ("ask", always),
    ),
)
