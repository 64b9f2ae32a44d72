"""The story of the service rating."""

from __future__ import annotations

from typing import Any

from loyalty.answer_scales import AnswerScale
from loyalty.core import Result
from loyalty.story.facts import differ, record, small, table_rows
from loyalty.story.rules import Story, always, enough, fell, few
from loyalty.texts import Message
from loyalty.words import Translator

GOOD = 75  # of 100 points: 4 of 5
MANY = 0.1  # of the answers below the middle call for a review


def scale_of(result: Result) -> AnswerScale:
    """The scale in force."""
    return AnswerScale.of(result.options["scale"]) or AnswerScale(1, 5)


def good(result: Result) -> str:
    """Whether the average reaches 4 of 5: its whole interval does, does not, or it cannot be told."""
    mark = scale_of(result).at(GOOD)
    if result.numbers["mean_low"] >= mark:
        return "good"
    return "below" if result.numbers["mean_high"] < mark else "unclear"


def variant(result: Result) -> str:
    """The measure, and with enough answers whether the average is good."""
    measure = result.options["measure"]
    return measure if small(result.overall) else f"{measure}_{good(result)}"


def holes(result: Result, t: Translator) -> dict[str, Any]:
    """The marks that count, in the user's own scale, and the low answers."""
    scale, low = scale_of(result), lowest(result)
    ends = {"one": scale.upward(scale.top), "other": scale.best}
    return {
        "marks": Message("satisfaction.marks.span" if scale.fine else "satisfaction.marks.two", ends),
        "best": t.number(scale.high),
        "good_mark": t.number(scale.at(GOOD)),
        "low_answers": t.count(low["answers"]),
        "low_share": t.percent(low["share"]),
        "low_share_low": t.percent(low["share_low"]),
        "low_share_high": t.percent(low["share_high"]),
        "middle_answers": t.count(result.table("levels").rows[1][1]),
    }


def lowest(result: Result) -> dict[str, Any]:
    """The answers below the middle of the scale, and their share."""
    table = result.table("levels")
    return record(table, table.rows[0])


def advice_holes(result: Result, t: Translator) -> dict[str, Any]:
    """How many comments there are."""
    counts = table_rows(result, "comment_counts")
    if not counts:
        return {}
    return {"low_comments": t.count(counts[0][1]), "comments": t.count(sum(row[1] for row in counts))}


def levels(result: Result, t: Translator) -> Message:
    """Whether so many are dissatisfied that the service needs a review."""
    low = lowest(result)
    verdict = "many" if low["share_low"] > MANY else "few" if low["share_high"] <= MANY else "unclear"
    facts = holes(result, t) | {"n": t.count(result.numbers["answers"])}
    return Message(f"satisfaction.levels.{verdict}", facts)


def commented(result: Result) -> bool:
    """Whether anybody wrote anything."""
    return any(row[1] for row in table_rows(result, "comment_counts"))


STORY = Story(
    variant=variant,
    holes=holes,
    advice_holes=advice_holes,
    parts={"levels": levels},
    advice=(
        ("more_answers", few),
        ("review", lambda r: enough(r) and lowest(r)["share_low"] > MANY),
        ("weakest", differ),
        ("look_back", fell),
        ("answer_low", lambda r: lowest(r)["answers"] > 0),
        ("read_comments", commented),
        ("ask_why", lambda r: not commented(r)),
        ("middle", lambda r: enough(r) and good(r) != "good"),
        ("praise", lambda r: enough(r) and good(r) == "good"),
        ("at_once", always),
    ),
)
