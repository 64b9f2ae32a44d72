"""The story of retention by cohorts."""

from __future__ import annotations

from typing import Any

from loyalty import limits
from loyalty.core import Change, Estimate, Result
from loyalty.stats import differ as unlike
from loyalty.stats import difference
from loyalty.story.facts import REAL, apart, differ, in_unit, table_rows, value
from loyalty.story.rules import Story, always, enough, fell, few
from loyalty.texts import Message
from loyalty.words import Translator


def span(result: Result, age: int) -> Message:
    """An age in words: one month, three quarters."""
    count = "one" if age == 1 else "more"
    return Message(f"cohorts.span.{result.options['period']}_{count}", {"age": age})


def holes(result: Result, t: Translator) -> dict[str, Any]:
    """The age that is looked at, in words."""
    return {"span": t.say(span(result, result.options["age"]))}


def solid(result: Result) -> list[Estimate]:
    """The cohorts that may be named as the best or the worst, from best to worst.

    The first is not among them, because it also holds customers from before.
    """
    known = [point for point in result.trend[1:] if point.n >= limits.SMALL_SAMPLE]
    return sorted(known, key=lambda point: -point.value)


def cohorts_differ(result: Result) -> bool:
    """Whether the cohorts differ by more than chance."""
    p = unlike(solid(result))
    return p is not None and p < REAL


def course(result: Result) -> Change | None:
    """The oldest age that at least half of the customers have reached against the first; None without one."""
    ages = [
        Estimate(share, low, high, customers, str(age))
        for age, customers, _, share, low, high in table_rows(result, "curve")
        if age
    ]
    reached = [age for age in ages if age.n >= max(limits.SMALL_SAMPLE, ages[0].n / 2)]
    return difference(reached[0], reached[-1]) if len(reached) > 1 else None


def direction(result: Result) -> str:
    """Whether the share goes on: ``"falls"``, ``"rises"``, or ``"holds"`` where neither is shown."""
    way = course(result)
    if way is None or not way.real:
        return "holds"
    return "falls" if way.difference < 0 else "rises"


def curve(result: Result, t: Translator) -> Message | None:
    """The first age against the oldest, and whether the share goes on falling."""
    way = course(result)
    if way is None:
        return None
    holes = {
        "first": value(result, way.before.value, t),
        "last": value(result, way.after.value, t),
        "first_span": span(result, int(way.before.group or 0)),
        "last_span": span(result, int(way.after.group or 0)),
        **apart(result, "share", way.low, way.high, t),
    }
    return Message(f"cohorts.curve.{direction(result)}", holes)


def revenue(result: Result, t: Translator) -> Message | None:
    """What a customer pays at first, and at the age that is looked at; None without amounts."""
    ages = {row[0]: row for row in table_rows(result, "revenue")}
    if not ages:
        return None
    told = dict(holes(result, t))
    for place, age in (("first", 0), ("later", result.options["age"])):
        amount, low, high = ages[age][3:]
        told[place] = in_unit(result, "money", amount, t)
        told[f"{place}_interval"] = t.interval("money", low, high, result.currency)
    return Message(f"cohorts.first_and_later.{result.options['period']}", told)


def advice_holes(result: Result, t: Translator) -> dict[str, str]:
    """The best and the worst cohort."""
    ordered = solid(result)
    if not ordered:
        return {}
    ends = {"best": ordered[0], "worst": ordered[-1]}
    names = {name: t.month(point.group or "") for name, point in ends.items()}
    return names | {f"{name}_value": value(result, point.value, t) for name, point in ends.items()}


def most_lost_at_once(result: Result) -> bool:
    """Whether with confidence fewer than half are still buying in the period after the first."""
    ages = {row[0]: row for row in table_rows(result, "curve")}
    return enough(result) and 1 in ages and ages[1][5] < 0.5


STORY = Story(
    variant=lambda result: result.options["period"],
    holes=holes,
    advice_holes=advice_holes,
    parts={"curve": curve, "revenue": revenue},
    advice=(
        ("more_customers", few),
        ("weakest", differ),
        ("look_back", fell),
        ("best_cohort", cohorts_differ),
        ("first_return", most_lost_at_once),
        ("fading", lambda r: enough(r) and direction(r) == "falls"),
        ("stayers", lambda r: enough(r) and course(r) is not None and direction(r) == "holds"),
        ("compare", always),
    ),
)
