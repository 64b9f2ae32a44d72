"""The story of the lists of customers to write to."""

from __future__ import annotations

from typing import Any

from loyalty.core import Result
from loyalty.story.facts import table_rows
from loyalty.story.rules import Rule, Story, always
from loyalty.words import Translator


def variant(result: Result) -> str:
    """Whether somebody had to be left out for want of consent."""
    return "consent" if result.numbers["no_consent"] else "plain"


def holes(result: Result, t: Translator) -> dict[str, Any]:
    """How many would have been listed in all."""
    wanted = sum(row[1] + row[2] for row in table_rows(result, "lists"))
    return {"wanted": t.count(wanted)}


def _some(name: str) -> Rule:
    return name, lambda result: result.numbers[name] > 0


STORY = Story(
    variant=variant,
    holes=holes,
    advice=(
        _some("recover"),
        _some("win_back"),
        _some("thank"),
        _some("refer"),
        _some("birthday"),
        ("ask_consent", lambda r: r.numbers["no_consent"] > r.numbers["listed"]),
        _some("anniversary"),
        ("once", always),
        ("measure", always),
    ),
)
