"""The story of customer engagement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty import limits, stats
from loyalty.core import BLANK, REST, Change, Estimate, Result
from loyalty.story.facts import (
    REAL,
    apart,
    differ,
    in_unit,
    p_value,
    record,
    segment,
    small,
    table_rows,
    verdict,
)
from loyalty.story.rules import Story, always, enough, fell, few
from loyalty.texts import Message
from loyalty.words import Translator

SKEWED = 1.25  # mean over median
MANY = 1 / 3  # of the visitors


def estimates(result: Result, table: str) -> dict[str, Estimate]:
    """The shares with a purchase in a table, by what is in its first column; those that are known."""
    rows = [record(result.table(table), row) for row in table_rows(result, table)]
    first = result.table(table).columns[0] if rows else ""
    return {
        str(row[first]): Estimate(row["value"], row["low"], row["high"], row["visits"], row[first])
        for row in rows
        if row["value"] is not None
    }


def _pair(result: Result, table: str, before: str, after: str) -> tuple[Estimate, Estimate] | None:
    found = estimates(result, table)
    return (found[before], found[after]) if {before, after} <= found.keys() else None


def coming_back(result: Result) -> Change | None:
    """The share of later visits less that of first ones; None where either is not known."""
    pair = _pair(result, "visitors", "new", "returning")
    return stats.difference(*pair) if pair else None


def week(result: Result) -> Change | None:
    """The share of weekdays less that of the weekend, by visitor."""
    return _tested(result, "weekday", _pair(result, "weekend", "weekend", "weekdays"))


def saturday(result: Result) -> Change | None:
    """The share of Saturdays less that of Sundays."""
    return _tested(result, "saturday", _pair(result, "weekdays", "sunday", "saturday"))


def _tested(result: Result, name: str, pair: tuple[Estimate, Estimate] | None) -> Change | None:
    if pair is None:
        return None
    return Change(*pair, *(result.numbers[f"{name}_{end}"] for end in ("difference", "low", "high")))


def _gap(result: Result, change: Change, t: Translator) -> dict[str, str]:
    """The ends of the interval of how far two shares lie apart."""
    low, high = (change.low, change.high) if change.difference > 0 else (-change.high, -change.low)
    return apart(result, "share", low, high, t)


def visitors(result: Result, t: Translator) -> Message | None:
    """Whether who comes again buys more often."""
    change = coming_back(result)
    if change is None:
        return None
    holes = {"n_new": t.count(change.before.n), "n_returning": t.count(change.after.n)}
    variant = {"up": "more", "down": "less"}.get(verdict(change), verdict(change))
    return Message(f"engagement.visitors.{variant}", {**holes, **_gap(result, change, t), **_came(change, t)})


def _came(change: Change, t: Translator) -> dict[str, str]:
    return {"new": t.percent(change.before.value), "returning": t.percent(change.after.value)}


def hours(result: Result, t: Translator) -> Message:
    """When most visits come."""
    rows = [record(result.table("hours"), row) for row in table_rows(result, "hours")]
    top = max(rows, key=lambda row: row["visits"])
    day = Message(f"engagement.weekday.{top['weekday']}")
    counts = {"visits": t.count(top["visits"]), "total": t.count(sum(row["visits"] for row in rows))}
    needed = t.count(limits.SMALL_SAMPLE)
    return Message(
        "engagement.hours.busiest", {"weekday": day, "hour": str(top["hour"]), "needed": needed, **counts}
    )


def weekend(result: Result, t: Translator) -> Message | None:
    """Whether weekdays and weekend differ, and Saturday and Sunday; both as in a study of others."""
    change = week(result)
    if change is None:
        return None
    told = _week(change, result, t)
    days = saturday(result)
    if days is None or small(days.before) or small(days.after):
        return told
    return Message("engagement.weekdays.both", {"week": told, "weekend": _two_days(days, result, t)})


def _week(change: Change, result: Result, t: Translator) -> Message:
    variant = {"up": "weekdays", "down": "weekend", "none": "alike"}.get(verdict(change), "small")
    shares = {"late": t.percent(change.before.value), "early": t.percent(change.after.value)}
    counts = {"n_late": t.count(change.before.n), "n_early": t.count(change.after.n)}
    p = p_value(result.numbers.get("weekday_p", 1.0), t)
    return Message(f"engagement.weekdays.{variant}", {**shares, **counts, **_gap(result, change, t), "p": p})


def _two_days(change: Change, result: Result, t: Translator) -> Message:
    variant = {"up": "saturday", "down": "sunday"}.get(verdict(change), "even")
    shares = {"sunday": t.percent(change.before.value), "saturday": t.percent(change.after.value)}
    p = p_value(result.numbers.get("saturday_p", 1.0), t)
    return Message(f"engagement.weekdays.{variant}", {**shares, **_gap(result, change, t), "p": p})


def ranked_sources(result: Result) -> list[Estimate]:
    """The sources that may be named as the best or the worst, from the best."""
    named = [each for name, each in estimates(result, "sources").items() if name not in (BLANK, REST)]
    return sorted((each for each in named if not small(each)), key=lambda each: -each.value)


def sources_differ(result: Result) -> bool:
    """Whether it matters where visitors come from."""
    ranked = ranked_sources(result)
    return len(ranked) > 1 and (stats.differ(ranked) or 1.0) < REAL


def sources(result: Result, t: Translator) -> Message | None:
    """Which sources bring buyers."""
    ranked = ranked_sources(result)
    if len(table_rows(result, "sources")) < 2:
        return None
    if len(ranked) < 2:
        return Message("engagement.sources.small", {"needed": t.count(limits.SMALL_SAMPLE)})
    variant = "differ" if sources_differ(result) else "alike"
    p = p_value(stats.differ(ranked) or 1.0, t)
    return Message(f"engagement.sources.{variant}", {**_ends(ranked, t), "p": p})


def _ends(ranked: Sequence[Estimate], t: Translator) -> dict[str, str]:
    best, worst = ranked[0], ranked[-1]
    names = {"best": segment(best.group, t), "worst": segment(worst.group, t)}
    return {**names, "best_value": t.percent(best.value), "worst_value": t.percent(worst.value)}


def durations(result: Result, t: Translator) -> Message:
    """How long a usual visit is."""
    [row] = (record(result.table("durations"), row) for row in table_rows(result, "durations"))
    variant = "skewed" if row["mean"] > SKEWED * row["median"] else "even"
    holes = {name: in_unit(result, "seconds", row[name], t) for name in row if name != "visits"}
    return Message(f"engagement.durations.{variant}", holes)


def spend(result: Result, t: Translator) -> Message:
    """Whether those who buy and return spend more."""
    high, others = (record(result.table("spend"), row) for row in table_rows(result, "spend"))
    ends = {name: result.numbers[f"spend_{name}"] for name in ("ratio", "low", "high")}
    variant = "more" if ends["low"] > 1 else "less" if ends["high"] < 1 else "none"
    if min(high["customers"], others["customers"]) < limits.SMALL_SAMPLE:
        variant = "small"
    return Message(
        f"engagement.spend.{variant}",
        {
            **{name: t.ratio(x) for name, x in ends.items()},
            "matched": t.count(result.numbers["matched"]),
            "n_high": t.count(high["customers"]),
            "n_others": t.count(others["customers"]),
            "high_spend": t.money(high["spend"], result.currency),
            "other_spend": t.money(others["spend"], result.currency),
        },
    )


def advice_holes(result: Result, t: Translator) -> dict[str, Any]:
    """Lists, sources and days that advice names."""
    lists = {row[0]: row[1:] for row in table_rows(result, "lists")}
    holes: dict[str, Any] = {}
    if lists:
        holes = {"low_share": t.percent(lists["low"][1], digits=0), "high_count": t.count(lists["high"][0])}
    ranked, back, halves = ranked_sources(result), coming_back(result), week(result)
    if len(ranked) > 1:
        holes |= _ends(ranked, t)
    if back:
        holes |= _came(back, t)
    if halves:
        worse, better = sorted((halves.before.value, halves.after.value))
        holes |= {"better": t.percent(better), "worse": t.percent(worse)}
    return holes


def _is(change: Change | None, *verdicts: str) -> bool:
    return change is not None and verdict(change) in verdicts


def _list(result: Result, name: str) -> tuple[int, float]:
    """How many visitors are in a list, and their share."""
    return next(((row[1], row[2]) for row in table_rows(result, "lists") if row[0] == name), (0, 0.0))


STORY = Story(
    variant=lambda result: "plain",
    advice_holes=advice_holes,
    parts={
        "visitors": visitors,
        "hours": hours,
        "weekend": weekend,
        "sources": sources,
        "durations": durations,
        "spend": spend,
    },
    advice=(
        ("more_visits", few),
        ("outcome", lambda r: any(note.id == "engagement.note.by_orders" for note in r.notes)),
        ("weakest", lambda r: differ(r) and r.by != "source"),
        ("look_back", fell),
        ("best_source", lambda r: enough(r) and sources_differ(r)),
        ("best_days", lambda r: _is(week(r), "up", "down")),
        ("come_back", lambda r: _is(coming_back(r), "up")),
        ("first_visit", lambda r: enough(r) and _list(r, "low")[1] >= MANY),
        ("ask_why", enough),
        ("reward", lambda r: enough(r) and _list(r, "high")[0] > 0),
        ("judge", always),
    ),
)
