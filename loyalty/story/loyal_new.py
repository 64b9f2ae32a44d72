"""The story of loyal against new customers."""

from __future__ import annotations

import math
from typing import Any

from loyalty import limits
from loyalty.core import Estimate, Result
from loyalty.story.facts import differ, number, record, table_rows
from loyalty.story.rules import Story, always, fell
from loyalty.texts import Message
from loyalty.words import Translator

CLAIM = (8.0, 10.0)  # times as much, in the articles that the project started from


def basis(result: Result) -> float:
    """How many customers the smaller side has."""
    return min(result.numbers[f"{side}_customers"] for side in ("loyal", "new"))


def enough(result: Result) -> bool:
    """Whether both sides carry a verdict."""
    return basis(result) >= limits.SMALL_SAMPLE and math.isfinite(result.overall.high)


def variant(result: Result) -> str:
    """By which measure; or that a side has few customers or one alone, or that nothing is told of it."""
    if not math.isfinite(result.overall.high):
        return "open" if result.options["measure"] == "expected" else "alone"
    return str(result.options["measure"]) if enough(result) else "few"


def claim(result: Result) -> str:
    """Where the whole interval stands beside the claim of the articles."""
    low, high = CLAIM
    if result.overall.high < low:
        return "below"
    if result.overall.low > high:
        return "above"
    return "within" if low <= result.overall.low and result.overall.high <= high else "unclear"


def holes(result: Result, t: Translator) -> dict[str, Any]:
    """Who is new, and what the claim is worth here."""
    return {
        "who_new": Message(f"loyal_new.who.{result.options['new']}"),
        "claim": Message(f"loyal_new.claim.{claim(result)}"),
    }


def ways(result: Result) -> dict[str, Estimate]:
    """The ratio by every measure there is."""
    n = result.overall.n
    return {way: Estimate(value, low, high, n, way) for way, value, low, high in table_rows(result, "ways")}


def shares(result: Result, t: Translator) -> Message:
    """What loyal and new customers are of all, and what they bring."""
    sides = {row[0]: record(result.table("shares"), row) for row in table_rows(result, "shares")}
    parts = {
        f"{side}_{share}": t.percent(sides[side][share])
        for side in ("loyal", "new")
        for share in ("customers_share", "revenue_share")
    }
    return Message("loyal_new.shares.plain", parts)


def fair(result: Result, t: Translator) -> Message:
    """Why the measure in force is fair or not, and what the other one says."""
    measure = result.options["measure"]
    told = _other(ways(result), "spent" if measure == "expected" else "expected", t)
    return Message(f"loyal_new.fair.{measure}", {"loyal": t.count(result.options["loyal"]), "others": told})


def _other(known: dict[str, Estimate], way: str, t: Translator) -> Message:
    found = known.get(way)
    if found is None or not math.isfinite(found.high):
        return Message("loyal_new.others.none")
    ends = {name: t.ratio(getattr(found, name)) for name in ("value", "low", "high")}
    return Message(f"loyal_new.others.{way}", ends)


def advice_holes(result: Result, t: Translator) -> dict[str, str]:
    """By how much more is expected of a loyal customer."""
    return {"gap": number(result, "gap", t)} if "gap" in result.numbers else {}


def worth_more(result: Result) -> bool:
    """Whether with confidence more is to come from a loyal customer than from a new one."""
    found = ways(result).get("expected")
    return enough(result) and found is not None and found.low > 1


STORY = Story(
    variant=variant,
    holes=holes,
    advice_holes=advice_holes,
    parts={"shares": shares, "ways": fair},
    advice=(
        ("more_customers", lambda r: not enough(r)),
        ("look_back", fell),
        ("strongest", differ),
        ("second_purchase", worth_more),
        ("alike", lambda r: enough(r) and r.overall.low <= 1 <= r.overall.high),
        ("between", lambda r: r.numbers["between_customers"] > 0),
        ("fair", lambda r: r.options["measure"] != "expected" and "expected" in ways(r)),
        ("welcome", always),
        ("person", always),
    ),
)
