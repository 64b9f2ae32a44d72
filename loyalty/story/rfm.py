"""The story of RFM segments."""

from __future__ import annotations

from typing import Any

from loyalty.core import Result
from loyalty.story.facts import differ, in_unit, table_rows
from loyalty.story.rules import Story, always, enough, fell, few
from loyalty.texts import Message
from loyalty.words import Translator

GOOD, NOBODY = ("champions", "loyal"), "none"
ONCE = ("new_customers", "promising")  # have bought once, and lately


def order(result: Result) -> list[str]:
    """The segments, the best first."""
    return [row[0] for row in table_rows(result, "lists")]


def size(result: Result, *segments: str) -> int:
    """How many customers are in some segments today."""
    return sum(row[1] for row in table_rows(result, "lists") if row[0] in segments)


def spent(result: Result, segment: str) -> float:
    """What the customers of a segment have spent."""
    return next(row[3] for row in table_rows(result, "lists") if row[0] == segment)


def moves(result: Result) -> dict[str, int]:
    """How many of the customers of then moved up, down or nowhere, and how many have come since."""
    place = {name: at for at, name in enumerate(order(result))}
    found = dict.fromkeys(("then", "up", "down", "same", "new", "good", "kept"), 0)
    for then, now, n in table_rows(result, "moves"):
        if then == NOBODY:
            found["new"] += n
            continue
        found["then"] += n
        found["same" if then == now else "up" if place[now] < place[then] else "down"] += n
        found["good"] += n * (then in GOOD)
        found["kept"] += n * (then in GOOD and now in GOOD)
    return found


def moved(result: Result, t: Translator) -> Message:
    """Who stands where today, of the customers of then."""
    counts = {name: t.count(n) for name, n in moves(result).items()}
    return Message("rfm.moved.plain", {**counts, "days": t.count(result.options["before"])})


def lost(result: Result) -> int:
    """How many were champions or loyal then and no longer are."""
    counts = moves(result)
    return counts["good"] - counts["kept"]


def advice_holes(result: Result, t: Translator) -> dict[str, Any]:
    """Sizes of the segments that want something done, and what their customers have spent."""
    amounts = {f"{name}_amount": spent(result, name) for name in ("cant_lose", "at_risk")}
    return {
        **{name: t.count(size(result, name)) for name in order(result)},
        **{name: in_unit(result, "money", amount, t) for name, amount in amounts.items()},
        "beginners": t.count(size(result, *ONCE)),
        "lost": t.count(lost(result)),
        "days": t.count(result.options["before"]),
    }


STORY = Story(
    variant=lambda result: result.options["axis"],
    advice_holes=advice_holes,
    parts={
        "moves": moved,
        "scores": lambda result, t: Message("rfm.meaning.plain"),
        "rules": lambda result, t: Message(f"rfm.rule.{result.options['axis']}"),
    },
    advice=(
        ("more_customers", few),
        ("cant_lose", lambda r: size(r, "cant_lose") > 0),
        ("weakest", differ),
        ("look_back", fell),
        ("slipping", lambda r: enough(r) and lost(r) > 0),
        ("at_risk", lambda r: size(r, "at_risk") > 0),
        ("second", lambda r: size(r, *ONCE) > 0),
        ("thank", lambda r: size(r, "champions") > 0),
        ("rest", always),
    ),
)
