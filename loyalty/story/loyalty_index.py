"""The story of the Customer Loyalty Index."""

from __future__ import annotations

import math
from typing import Any

from loyalty.core import Result
from loyalty.story.facts import REAL, differ, number, p_value, table_rows
from loyalty.story.rules import Story, always, enough, fell, few
from loyalty.texts import Message
from loyalty.words import Translator

TOGETHER = 0.7  # Nunnally (1978), Psychometric Theory
LOW, HIGH = 40, 75  # ends of the reading scale in scales.py


def belong(result: Result) -> str:
    """Whether the three questions measure one thing, by the whole interval of alpha."""
    numbers = result.numbers
    if "alpha" not in numbers:
        return "unknown"
    if numbers["alpha_low"] >= TOGETHER:
        return "good"
    return "poor" if numbers["alpha_high"] < TOGETHER else "unclear"


def questions(result: Result, t: Translator) -> Message:
    """Whether the three questions belong together."""
    names = [name for name in ("complete", "alpha", "alpha_low", "alpha_high") if name in result.numbers]
    return Message(
        f"loyalty_index.belong.{belong(result)}", {name: number(result, name, t) for name in names}
    )


def waves(result: Result, t: Translator) -> Message:
    """Whether anything changed over all the waves."""
    p = result.numbers.get("waves_p")
    if p is None:
        return Message("loyalty_index.waves.one")
    told: dict[str, Any] = {"waves": number(result, "waves", t), "p": p_value(p, t)}
    return Message(f"loyalty_index.waves.{'differ' if p < REAL else 'alike'}", told)


def lowest(result: Result) -> str | None:
    """The question that clearly stands below the two others."""
    means = [(row[4], row[0]) for row in table_rows(result, "questions") if math.isfinite(row[4])]
    if len(means) < 2:
        return None
    (_, name), (above, _) = sorted(means)[:2]
    high = next(row[6] for row in table_rows(result, "questions") if row[0] == name)
    return name if high < above else None


STORY = Story(
    variant=lambda _: "plain",
    parts={"questions": questions, "waves": waves},
    advice=(
        ("more_answers", few),
        ("apart", lambda r: enough(r) and belong(r) == "poor"),
        ("weakest", differ),
        ("look_back", fell),
        ("below", lambda r: enough(r) and r.overall.high < LOW),
        ("recommend", lambda r: enough(r) and lowest(r) == "recommend"),
        ("again", lambda r: enough(r) and lowest(r) == "again"),
        ("other", lambda r: enough(r) and lowest(r) == "other"),
        ("reward", lambda r: enough(r) and r.overall.low > HIGH),
        ("second_wave", lambda r: r.numbers["waves"] < 2),
        ("same_scale", always),
    ),
)
