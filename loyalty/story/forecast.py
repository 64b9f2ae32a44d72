"""The story of the forecast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loyalty.core import Result
from loyalty.story.facts import differ, group_holes, in_unit, number, record, table_rows, unit_of, value
from loyalty.story.rules import Story, always, enough, few
from loyalty.texts import Message
from loyalty.words import Translator

FAR = 3  # months from which on it matters that nobody seems to leave
LOST = 0.1  # of the customers: from here on it pays to look for those who have left


def holes(result: Result, t: Translator) -> dict[str, Any]:
    """How far ahead, in words."""
    months = result.options["horizon"]
    if months == 1:
        return {"span": Message("forecast.span.one")}
    return {"span": Message("forecast.span.more", {"months": t.count(months)})}


def held_back(result: Result) -> dict[str, dict[str, Any]]:
    """The model and the naive rule in the time held back; empty where nothing was."""
    rows = table_rows(result, "holdout")
    lines = (record(result.table("holdout"), row) for row in rows)
    return {"naive" if line["model"] == "naive" else "model": line for line in lines}


def outcome(result: Result) -> str | None:
    """Where what happened in the time held back lies beside the interval of the forecast."""
    line = held_back(result).get("model")
    if line is None:
        return None
    if line["actual"] > line["expected_high"]:
        return "above"
    return "below" if line["actual"] < line["expected_low"] else "within"


def holdout(result: Result, t: Translator) -> Message | None:
    """How good the forecast of the time held back would have been, beside the naive rule."""
    found = outcome(result)
    if found is None:
        return None
    model, naive = held_back(result).values()
    told = {
        **_cells(result, model, t),
        "model": Message(f"models.{model['model']}.name"),
        "held_back": number(result, "held_back", t),
        "naive": _naive(result, model, naive, t),
    }
    return Message(f"forecast.holdout.{found}", told)


def _cells(result: Result, line: Mapping[str, Any], t: Translator) -> dict[str, str]:
    names = {"expected": "expected", "low": "expected_low", "high": "expected_high", "actual": "actual"}
    names |= {"bias": "bias", "error": "mae"}
    known = {hole: column for hole, column in names.items() if line[column] is not None}
    return {hole: in_unit(result, unit_of(result, name), line[name], t) for hole, name in known.items()}


def _naive(result: Result, model: Mapping[str, Any], naive: Mapping[str, Any], t: Translator) -> Message:
    cells, closer = _cells(result, naive, t), abs(model["bias"]) <= abs(naive["bias"])
    both = {"expected": cells["expected"], "bias": cells["bias"]}
    if closer:
        return Message("forecast.naive.closer", both)
    errors = {"error": _cells(result, model, t)["error"], "naive_error": cells["error"]}
    return Message("forecast.naive.farther", {**both, **errors})


def tracking(result: Result, t: Translator) -> Message:
    """What the two lines are, and what the model has seen."""
    seen = "held_back" if "held_back" in result.numbers else "fitted"
    return Message(f"forecast.tracking.{seen}")


def conditional(result: Result, t: Translator) -> Message:
    """How to read what customers did by what they had done before."""
    return Message("forecast.conditional.plain")


def no_dropout(result: Result) -> bool:
    """Whether nobody seems to leave, and the forecast reaches far."""
    return result.options["horizon"] >= FAR and any(note.id == "models.no_dropout" for note in result.notes)


def advice_holes(result: Result, t: Translator) -> dict[str, Any]:
    """The largest group, whose share of the total does not hang on how it is spread."""
    groups = group_holes(result, t)
    low, high = (value(result, end, t) for end in (result.overall.low, result.overall.high))
    return {**groups, "low": low, "high": high}


STORY = Story(
    variant=lambda result: str(result.options["measure"]),
    holes=holes,
    advice_holes=advice_holes,
    parts={"holdout": holdout, "tracking": tracking, "conditional": conditional},
    advice=(
        ("more_customers", few),
        ("forever", no_dropout),
        ("missed", lambda r: outcome(r) in ("above", "below")),
        ("careful", enough),
        ("newcomers", lambda r: r.numbers["beginners"] >= 1),
        ("season", always),
        ("win_back", lambda r: r.numbers["lost"] >= LOST * r.numbers["customers"]),
        ("strongest", differ),
        ("hold", always),
    ),
)
