"""The story of the Net Promoter Score."""

from __future__ import annotations

from typing import Any

from loyalty.core import Result
from loyalty.story.facts import differ, table_rows
from loyalty.story.rules import Story, always, enough, fell, few
from loyalty.texts import Message
from loyalty.words import Translator

GOOD_SCORE, FINE_SCORE = 30, 50  # ends of the reading scale in scales.py


def standard_score(result: Result) -> float:
    """The score by the standard method, whichever is in force, because the reading scale is made for it."""
    return next(row[1] for row in table_rows(result, "methods") if row[0] == "standard")


def holes(result: Result, t: Translator) -> dict[str, str]:
    """The shares of the groups."""
    answers = result.numbers["answers"]
    shares = {name: count / answers for name, count in result.numbers.items() if name != "answers"}
    if "loyal" in shares:
        shares["favourable"] = shares["loyal"] + shares["neutral"]
    return {f"{name}_share": t.percent(share, digits=0) for name, share in shares.items()}


def advice_holes(result: Result, t: Translator) -> dict[str, Any]:
    """How many comments there are."""
    counts = table_rows(result, "comment_counts")
    if not counts:
        return {}
    return {"low_comments": t.count(counts[0][1]), "comments": t.count(sum(row[1] for row in counts))}


def methods(result: Result, t: Translator) -> Message:
    """Why the two methods of the Net Promoter Score give two numbers, with the file's own numbers."""
    scores = {row[0]: row[1] for row in result.table("scores").rows}
    both = {row[0]: row for row in result.table("methods").rows}
    n = both["standard"][4]
    return Message(
        "nps.methods.why",
        {
            "standard": t.points(both["standard"][1]),
            "one_to_ten": t.points(both["one_to_ten"][1]),
            "middle_share": t.percent(sum(scores.get(score, 0) for score in (6, 7, 8)) / n, digits=0),
            "zeros": t.count(n - both["one_to_ten"][4]),
        },
    )


STORY = Story(
    variant=lambda result: result.options["method"],
    holes=holes,
    advice_holes=advice_holes,
    parts={"methods": methods},
    advice=(
        ("more_answers", few),
        ("weakest", differ),
        ("look_back", fell),
        ("call_back", lambda r: enough(r) and standard_score(r) <= GOOD_SCORE),
        ("read_comments", lambda r: any(row[1] for row in table_rows(r, "comment_counts"))),
        ("ask_ten", lambda r: not any(row[1] for row in table_rows(r, "comment_counts"))),
        ("passives", lambda r: enough(r) and 0 < standard_score(r) <= FINE_SCORE),
        ("refer", lambda r: enough(r) and standard_score(r) > 0),
        ("reward", lambda r: enough(r) and standard_score(r) > GOOD_SCORE),
        ("ask_again", always),
    ),
)
