"""The story of the customer journey."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loyalty import limits
from loyalty.core import Result
from loyalty.story.facts import NAME_CHARACTERS, REAL, differ, in_unit, p_value, record, table_rows
from loyalty.story.rules import Story, always, fell, few
from loyalty.texts import Message
from loyalty.words import Translator, clean

WITHIN = (365, 180, 90)  # days of the table of steps, the longest that is known is said
NOT_COMPARED = ("unknown", "others")  # stages that are none


def stage(name: str, t: Translator) -> str | Message:
    """What a stage is called: its words in the texts, or those that the file uses."""
    id = f"journey.stage.{name}"
    return Message(id) if t.has(id) else clean(name, NAME_CHARACTERS)


def steps(result: Result) -> dict[str, dict[str, Any]]:
    """The steps that somebody could take, by name."""
    return {row[0]: record(result.table("steps"), row) for row in table_rows(result, "steps")}


def known_within(result: Result, step: Mapping[str, Any]) -> tuple[int, float, float, float]:
    """Days, the share who take a step within them and its interval, for the longest time that is known."""
    for days in WITHIN:
        if step[f"share_{days}"] is not None:
            return days, step[f"share_{days}"], step[f"low_{days}"], step[f"high_{days}"]
    last = [row for row in table_rows(result, "curve") if row[0] == step["step"]][-1]
    return last[1:]


def how_long(result: Result, t: Translator) -> Message | None:
    """How many take each step and how long it takes them."""
    told = {name: _step(result, step, t) for name, step in steps(result).items()}
    if not told:
        return None
    told["censored"] = Message("journey.steps.censored")
    return Message(f"journey.steps.{'both' if 'loyal' in told else 'one'}", told)


def _step(result: Result, step: Mapping[str, Any], t: Translator) -> Message:
    within, *shares = known_within(result, step)
    holes = {"days": in_unit(result, "days", within, t)}
    for name, share in zip(("share", "share_low", "share_high"), shares, strict=True):
        holes[name] = t.percent(share)
    end = "unreached" if step["median"] is None else "open" if step["median_high"] is None else "known"
    for name in ("median", "median_low", "median_high"):
        if step[name] is not None:
            holes[name] = in_unit(result, "days", step[name], t)
    if end == "known":
        holes["median_low"] = t.count(step["median_low"])  # the unit stands behind the other end
    return Message(f"journey.steps.{step['step']}_{end}", holes)


def compared(result: Result) -> list[dict[str, Any]]:
    """Stages with enough answers, the one with the largest share of complaints first."""
    found = [record(result.table("voices"), row) for row in table_rows(result, "voices")]
    large = [row for row in found if row["answers"] >= limits.SMALL_SAMPLE]
    named = [row for row in large if row["stage"] not in NOT_COMPARED]
    return sorted(named, key=lambda row: -row["share"])


def complaints_differ(result: Result) -> bool:
    """Whether complaints are more frequent at some stage than at another, by more than chance."""
    return len(compared(result)) > 1 and result.numbers.get("voices_p", 1.0) < REAL


def voices(result: Result, t: Translator) -> Message:
    """At which stage complaints are most frequent, and what a complaint is."""
    stages, what = compared(result), Message("journey.voices.what")
    if len(stages) < 2 or "voices_p" not in result.numbers:
        return Message("journey.voices.small", {"needed": t.count(limits.SMALL_SAMPLE), "what": what})
    said = p_value(result.numbers["voices_p"], t)
    if not complaints_differ(result):
        return Message("journey.voices.alike", {"p": said, "what": what})
    holes: dict[str, Any] = {"p": said, "what": what}
    for place, row in (("top", stages[0]), ("bottom", stages[-1])):
        holes[place] = stage(row["stage"], t)
        holes[f"{place}_share"] = t.percent(row["share"])
        holes[f"{place}_answers"] = t.count(row["answers"])
    return Message("journey.voices.differ", holes)


def advice_holes(result: Result, t: Translator) -> dict[str, Any]:
    """The stage with the most complaints, and when to remind those who have not taken a step."""
    holes: dict[str, Any] = {}
    if compared(result):
        holes["top_stage"] = stage(compared(result)[0]["stage"], t)
    for name, step in steps(result).items():
        holes[f"{name}_within"] = in_unit(result, "days", known_within(result, step)[0], t)
        holes[f"{name}_days"] = in_unit(result, "days", usual_days(result, step), t)
    return holes


def usual_days(result: Result, step: Mapping[str, Any]) -> int:
    """Days after which half of those have taken a step who take it within the longest time that is known."""
    share = known_within(result, step)[1]
    curve = (row for row in table_rows(result, "curve") if row[0] == step["step"])
    return next(days for _, days, reached, *_ in curve if reached >= share / 2)


def timed(result: Result, name: str) -> bool:
    """Whether enough customers could take a step to say when, and those who do take some days."""
    step = steps(result).get(name)
    return step is not None and step["customers"] >= limits.SMALL_SAMPLE and usual_days(result, step) > 0


STORY = Story(
    variant=lambda _: "plain",
    advice_holes=advice_holes,
    parts={"steps": how_long, "voices": voices},
    # what to do at each of the three stages is always said, so that only two may come before
    advice=(
        ("more_customers", few),
        ("complaints", complaints_differ),
        ("weakest", differ),
        ("look_back", lambda r: fell(r) and not differ(r)),
        ("at_first_timed", lambda r: timed(r, "repeat")),
        ("at_first", lambda r: not timed(r, "repeat")),
        ("at_repeat_timed", lambda r: timed(r, "loyal")),
        ("at_repeat", lambda r: not timed(r, "loyal")),
        ("at_loyal", always),
    ),
)
