"""The story of what-if."""

from __future__ import annotations

from typing import Any

from loyalty.core import Result
from loyalty.story.facts import differ, group_holes, in_unit, number, record, table_rows, value
from loyalty.story.rules import Story, always, enough, few
from loyalty.texts import Message
from loyalty.words import UNKNOWN, Translator

SET = ("retention", "frequency", "order_value", "margin_now", "acquisition_cost_now", "word_of_mouth_now")


def variant(result: Result) -> str:
    """Whether anything was changed, or could be, and whether what is left of the money is known."""
    if not result.overall.value and not _brings_back(result):
        return "full" if any(note.id == "what_if.note.full" for note in result.notes) else "same"
    return "revenue" if result.options["margin"] is None else "profit"


def _brings_back(result: Result) -> bool:
    """Whether what winning a customer brings back, where that is known, is another number than today."""
    return len({line[1:] for line in table_rows(result, "ltv")}) > 1


def done(result: Result) -> Message:
    """What was changed: the claim, or the visitor's own settings."""
    own = any(result.options[name] is not None for name in SET)
    told = {"step": _span(result, "step")}
    return Message(f"what_if.done.{'own' if own else result.options['scenario']}", told)


def _span(result: Result, as_: str) -> Message:
    """The span that was counted, in words: as a ``unit``, or as a ``step`` to the next one."""
    return Message(f"what_if.{as_}.{result.numbers['spans']:g}")


def holes(result: Result, t: Translator) -> dict[str, Any]:
    """What was changed, and every effect before and after."""
    overall = result.overall
    told: dict[str, Any] = {
        "done": done(result),
        "span": Message(f"what_if.option.horizon.{result.options['horizon']}"),
        "change": t.difference("money", overall.value, result.currency),
        **dict.fromkeys(("profit_before", "profit_after"), UNKNOWN),
    }
    for line in _lines(result, "effects"):
        for when in ("before", "after"):
            told[f"{line['effect']}_{when}"] = value(result, line[when], t)
        relative = line["relative"]
        told[f"{line['effect']}_relative"] = t.relative(relative) if relative is not None else ""
    return told


def _lines(result: Result, table: str) -> list[dict[str, Any]]:
    return [record(result.table(table), row) for row in table_rows(result, table)]


def claims(result: Result, t: Translator) -> Message:
    """What the best known claim says, and what it comes to here."""
    line = next(each for each in _lines(result, "claims") if each["scenario"] == "retention")
    names = ("claimed", "relative", "relative_low", "relative_high", "worth", "worth_low", "worth_high")
    told = {name: "" if line[name] is None else t.relative(line[name]) for name in names}
    told["claimed"] = t.percent(line["claimed"], 0)
    return Message(f"what_if.claims.{_reached(line)}", told)


def _reached(line: dict[str, Any]) -> str:
    """Whether the claim lies within what this file says, whole interval by whole interval."""
    if line["relative"] is None:
        return "unknown"
    if line["relative_high"] < line["claimed"]:
        return "less"
    return "more" if line["relative_low"] > line["claimed"] else "open"


def curve(result: Result, t: Translator) -> Message:
    """What one percent more retention does, beside one percent more of anything else."""
    names = ("elasticity", "elasticity_low", "elasticity_high")
    return Message("what_if.curve.plain", {name: number(result, name, t) for name in names})


def ltv(result: Result, t: Translator) -> Message:
    """What a customer is worth for what winning one costs, today and then."""
    told: dict[str, Any] = {}
    for line in _lines(result, "ltv"):
        ends = {"": "ltv_cac", "_low": "ltv_cac_low", "_high": "ltv_cac_high"}
        told |= {f"{line['when']}{end}": t.ratio(line[column]) for end, column in ends.items()}
    kind = "revenue" if result.options["margin"] is None else "profit"
    kind += "" if _brings_back(result) else "_same"
    cost = in_unit(result, "money", _cost(result), t)
    return Message(f"what_if.ltv.{kind}", {**told, "cost": cost, "span": holes(result, t)["span"]})


def _cost(result: Result) -> float:
    now = result.options["acquisition_cost_now"]
    return float(result.options["acquisition_cost"] if now is None else now)


def levers(result: Result, t: Translator) -> Message:
    """From what today's values were counted."""
    names = ("seen", "stay_now", "stay_then", "years_now", "years_then")
    brought = result.numbers["years_then"] > result.numbers["stay_then"]
    told = {name: number(result, name, t) for name in names}
    kind = "told_brought" if brought else "told"
    spans = {"span": holes(result, t)["span"], "unit": _span(result, "unit")}
    return Message(f"what_if.levers.{kind}", {**told, **spans})


def costly(result: Result) -> bool:
    """Whether a customer brings less than winning one costs, with confidence."""
    return any(line["when"] == "now" and line["ltv_cac_high"] < 1 for line in _lines(result, "ltv"))


def advice_holes(result: Result, t: Translator) -> dict[str, Any]:
    """The segment where it would bring most, and what winning a customer costs."""
    groups = group_holes(result, t)
    told: dict[str, Any] = {f"{place}_group": groups[place] for place in ("top", "bottom") if groups}
    told |= {"active": number(result, "active", t), "unit": _span(result, "unit")}
    if result.options["acquisition_cost"] is not None:
        told["cost"] = in_unit(result, "money", _cost(result), t)
    return told


STORY = Story(
    variant=variant,
    signed=True,
    holes=holes,
    advice_holes=advice_holes,
    parts={"claims": claims, "curve": curve, "ltv": ltv, "levers": levers},
    advice=(
        ("more_customers", few),
        ("costly", costly),
        ("margin", lambda r: r.options["margin"] is None),
        ("affordable", lambda r: enough(r) and r.numbers.get("affordable", 0) > 0),
        ("replace", lambda r: r.options["acquisition_cost"] is not None),
        ("begin", lambda r: differ(r) and r.overall.value > 0),
        ("trial", always),
        ("programme", always),
        ("again", always),
    ),
)
