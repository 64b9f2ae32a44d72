"""The story of a trial."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from loyalty import limits
from loyalty.core import Result
from loyalty.story.facts import NAME_CHARACTERS, REAL, in_unit, p_value, record, table_rows, value
from loyalty.story.rules import Rule, Story, always, few
from loyalty.texts import Message
from loyalty.words import Translator, clean

Difference = dict[str, Any]  # a row of the table of differences
ENDS = {
    "difference": "difference",
    **dict.fromkeys(("difference_low", "difference_high"), "signed"),
    **dict.fromkeys(("relative", "relative_low", "relative_high"), "relative"),
}


def differences(result: Result) -> list[Difference]:
    """What every group differs by from the control."""
    return [record(result.table("differences"), row) for row in table_rows(result, "differences")]


def state(one: Difference) -> str:
    """What a difference has shown.

    ``"real"``: also among so many comparisons chance does not explain it. ``"alone"``: taken alone its
    interval leaves out zero. ``"open"``: it does not. ``"unknown"``: nothing is known of the spread.
    """
    if one["p"] is None:
        return "unknown"
    if one["p_holm"] < REAL:
        return "real"
    return "alone" if one["difference_low"] > 0 or one["difference_high"] < 0 else "open"


def among(result: Result, *states: str) -> list[Difference]:
    """The differences in one of these states, the largest first."""
    found = [one for one in differences(result) if state(one) in states]
    return sorted(found, key=lambda one: (-abs(one["difference"]), one["arm"]))


def named(result: Result) -> Difference | None:
    """The difference to speak of: the largest that is real, else the one that is the least like chance."""
    real, others = among(result, "real"), among(result, "alone", "open")
    return next(iter(real), None) or min(others, key=lambda one: one["p"], default=None)


def variant(result: Result) -> str:
    """Whether something is settled, nothing is, or there is nothing to compare."""
    if not differences(result):
        return "single"
    if named(result) is None:
        return "unknown"
    return "real" if among(result, "real") else "none"


def holes(result: Result, t: Translator) -> dict[str, Any]:
    """The control, the difference to speak of, and the mean of all groups."""
    ends = {end: value(result, getattr(result.overall, end), t) for end in ("value", "low", "high")}
    told = {
        "control": name(result.options["control"] or ""),
        "settled": t.count(len(among(result, "real"))),
        "overall": Message(f"experiment.overall.{result.unit}", {**ends, "n": t.count(result.overall.n)}),
    }
    one = named(result)
    return told if one is None else told | {"arm": name(one["arm"]), "effect": effect(result, one, t)}


def name(arm: str) -> str:
    """What a group is called in a sentence."""
    return clean(arm, NAME_CHARACTERS)


def effect(result: Result, one: Difference, t: Translator) -> Message:
    """A difference with its interval, and the same in percent where that can be said."""
    known = {end: in_unit(result, unit, one[end], t) for end, unit in ENDS.items() if one[end] is not None}
    kind = "relative" if one["relative"] is not None else "plain"
    return Message(f"experiment.effect.{kind}", known)


def each(result: Result, t: Translator) -> Message | None:
    """Every group against the control: how large the difference is, and whether that is settled."""
    found = differences(result)
    if not found:
        return None
    control = next(group for group in result.groups if group.group == result.options["control"])
    told = _lines([_told(result, one, control.n, t) for one in found[: limits.ARMS]])
    holes = {"control": name(control.group or ""), "usual": value(result, control.value, t), "lines": told}
    return Message("experiment.differences.all", holes)


def _lines(told: Sequence[Message]) -> Message:
    lines = [Message("experiment.differences.line", {"told": one}) for one in told]
    return reduce(
        lambda first, rest: Message("experiment.differences.lines", {"first": first, "rest": rest}), lines
    )


def _told(result: Result, one: Difference, n_control: int, t: Translator) -> Message:
    """One difference in words; few observations are said to be few."""
    holes: dict[str, Any] = {"arm": name(one["arm"]), "effect": effect(result, one, t)}
    holes["difference"] = in_unit(result, "difference", one["difference"], t)
    if one["p"] is not None:
        holes |= {"p": _p(result, one, t), "needed": needed(result, one, t)}
        holes["comparisons"] = t.count(result.numbers["comparisons"])
    told = Message(f"experiment.differences.{state(one)}", holes)
    if min(one["observations"], n_control) >= limits.SMALL_SAMPLE or one["p"] is None:
        return told
    counts = {"n": t.count(one["observations"]), "n_control": t.count(n_control)}
    return Message("experiment.differences.few", {"told": told, **counts})


def _p(result: Result, one: Difference, t: Translator) -> Message:
    comparisons = result.numbers["comparisons"]
    if comparisons == 1:
        return p_value(one["p"], t)
    return Message("experiment.p.holm", {"p": p_value(one["p_holm"], t), "comparisons": t.count(comparisons)})


def needed(result: Result, one: Difference, t: Translator) -> Message:
    """How many more observations would settle a difference, and how uncertain that number is."""
    if one["needed"] is None or one["needed_least"] is None:
        return Message("experiment.needed.endless")
    far = one["difference_high"] if one["difference"] > 0 else one["difference_low"]
    return Message(
        "experiment.needed.about",
        {
            "needed": about(one["needed"], t),
            "least": about(one["needed_least"], t),
            "far": in_unit(result, "difference", far, t),
        },
    )


def about(n: int, t: Translator) -> str:
    """A number that is not known exactly, rounded up to two digits.

    >>> about(1234, Translator("en")), about(63, Translator("en"))
    ('1,300', '63')
    """
    step = 10 ** max(0, len(str(n)) - 2)
    return t.count(-(-n // step) * step)


def published(result: Result, t: Translator) -> Message | None:
    """The known effects, each beside the interval of the group that comes closest."""
    found = [record(result.table("published"), row) for row in table_rows(result, "published")]
    if not found:
        return None
    lines = [_published(result, one, t) for one in found]
    return Message("experiment.published.all", {"lines": _lines(lines)})


def _published(result: Result, one: dict[str, Any], t: Translator) -> Message:
    within = one["relative_low"] <= one["published"] <= one["relative_high"]
    holes = {"treatment": Message(f"experiment.treatment.{one['treatment']}"), "arm": name(one["arm"])}
    shares = ("published", "relative", "relative_low", "relative_high")
    return Message(
        f"experiment.published.{'within' if within else 'outside'}",
        holes | {share: t.relative(one[share]) for share in shares},
    )


def advice_holes(result: Result, t: Translator) -> dict[str, Any]:
    """The groups that the advice names."""
    chosen = {
        "best": next(iter(_real(result, 1)), None),
        "worst": next(iter(_real(result, -1)), None),
        "again": next(iter(among(result, "alone")), None),
        "unsettled": unsettled(result),
    }
    told: dict[str, Any] = {}
    for place, one in chosen.items():
        if one:
            told |= {place: name(one["arm"]), f"{place}_effect": effect(result, one, t)}
            told |= {f"{place}_needed": about(one["needed"], t)} if one["needed"] else {}
    return told


def _real(result: Result, sign: int) -> list[Difference]:
    return [one for one in among(result, "real") if sign * one["difference"] > 0]


def unsettled(result: Result) -> Difference | None:
    """The open difference that takes the fewest observations to settle."""
    found = [one for one in among(result, "open") if one["needed"]]
    return min(found, key=lambda one: one["needed"], default=None)


def _any(of: Callable[[Result], Any]) -> Callable[[Result], bool]:
    return lambda result: bool(of(result))


ADVICE: tuple[Rule, ...] = (
    ("more_observations", few),
    ("adopt", _any(lambda result: _real(result, 1))),
    ("stop", _any(lambda result: _real(result, -1))),
    ("again", _any(lambda result: among(result, "alone"))),
    ("settle", _any(unsettled)),
    ("lot", always),
    ("one_thing", always),
)

STORY = Story(
    variant=variant,
    holes=holes,
    advice_holes=advice_holes,
    parts={"differences": each, "published": published},
    advice=ADVICE,
)
