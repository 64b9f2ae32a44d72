"""The sentences that say what a result is: the answer, the last change, the groups, the two methods."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from loyalty import limits
from loyalty.core import BLANK, REST, Change, Estimate, Result
from loyalty.texts import Message
from loyalty.words import Translator, clean

REAL = 0.05  # groups differ when their p-value is below: the other side of the 95 % interval
NAME_CHARACTERS = 40  # of a segment or product in a sentence
NUMBER_UNITS = {
    "revenue": "money",
    "returned": "money",
    "share": "share",
    "ratio": "ratio",
}  # others are counts


def small(estimate: Estimate) -> bool:
    """Whether an estimate rests on so few observations that the range comes first and no verdict follows."""
    return estimate.n < limits.SMALL_SAMPLE


def segment(name: str | None, t: Translator, limit: int = NAME_CHARACTERS) -> str:
    """What to call a group: its own name, cut to `limit`, or words for the blank one and for the rest.

    Examples
    --------
    >>> segment("", Translator("en")), segment("*", Translator("en")), segment("Old Town", Translator("en"))
    ('(blank)', 'All others', 'Old Town')
    """
    if name in (None, BLANK):
        return t("story.blank")
    return t("story.rest") if name == REST else clean(str(name), limit)


def by_name(result: Result, t: Translator) -> str:
    """What the groups are split by: the user's own header, or else the name of the role."""
    by = result.by or ""
    if result.header in (None, by) and t.has(f"role.{by}"):
        return t(f"role.{by}")
    return clean(result.header or by, NAME_CHARACTERS)


def value(result: Result, x: float, t: Translator) -> str:
    """A number in the unit and the money of a result."""
    return t.value(result.unit, x, result.currency)


def answer(result: Result, t: Translator) -> Message:
    """The number in a sentence with its interval; with few observations the range first and no verdict.

    Examples
    --------
    >>> numbers = {"loyal": 4, "neutral": 4, "dissatisfied": 2, "answers": 10}
    >>> estimate = Estimate(60, 1.2, 93.4, 10)
    >>> result = Result("nps", estimate, "points", options={"method": "one_to_ten"}, numbers=numbers)
    >>> answer(result, Translator("en")).id
    'nps.small.one_to_ten'
    """
    kind = "small" if small(result.overall) else "answer"
    return Message(f"{result.metric}.{kind}.{VARIANTS[result.metric](result)}", holes(result, t))


def _repurchase(result: Result) -> str:
    windowed = result.options["window"] is not None
    if result.options["kind"] == "subscription":
        return "subscription_window" if windowed else "subscription"
    return "window" if windowed else "any_time"


def _order_value(result: Result) -> str:
    if not math.isfinite(result.overall.low):
        return "one_customer"
    return result.options["returns"] if result.numbers["returns"] else "plain"


def _upsell(result: Result) -> str:
    form = result.options["measure"] if math.isfinite(result.overall.value) else "all"
    return f"{form}_{result.options['kind']}"


# metric -> which of its sentences fits the definitions in force
VARIANTS: Mapping[str, Callable[[Result], str]] = {
    "nps": lambda result: result.options["method"],
    "repurchase": _repurchase,
    "order_value": _order_value,
    "upsell": _upsell,
}


def holes(result: Result, t: Translator) -> dict[str, Any]:
    """Everything that the sentences of a metric may name."""
    overall = result.overall
    return {
        **{name: number(result, name, t) for name in result.numbers},
        **{name: t.count(days) for name, days in result.options.items() if isinstance(days, int)},
        "value": value(result, overall.value, t),
        "low": value(result, overall.low, t),
        "high": value(result, overall.high, t),
        "n": t.count(overall.n),
        **(EXTRAS[result.metric](result, t) if result.metric in EXTRAS else {}),
    }


def number(result: Result, name: str, t: Translator) -> str:
    """One of `Result.numbers` as it is written in sentences and formulas."""
    x = result.numbers[name]
    return t.value(NUMBER_UNITS[name], x, result.currency) if name in NUMBER_UNITS else t.count(x)


def _nps_shares(result: Result, t: Translator) -> dict[str, str]:
    answers = result.numbers["answers"]
    shares = {name: count / answers for name, count in result.numbers.items() if name != "answers"}
    if "loyal" in shares:
        shares["favourable"] = shares["loyal"] + shares["neutral"]
    return {f"{name}_share": t.percent(share, digits=0) for name, share in shares.items()}


def _per_hundred(result: Result, t: Translator) -> dict[str, str]:
    return {"per_hundred": t.count(100 * result.numbers["ratio"])}


EXTRAS: Mapping[str, Callable[[Result, Translator], dict[str, str]]] = {
    "nps": _nps_shares,
    "upsell": _per_hundred,
}


def change(result: Result, t: Translator) -> Message:
    """Whether the last change is real, in words, with the months named."""
    last = result.change
    if last is None or not all(map(math.isfinite, (last.difference, last.low, last.high))):
        return Message("story.no_change")
    return Message(f"{result.metric}.change.{verdict(last)}", holes(result, t) | change_holes(result, t))


def verdict(last: Change) -> str:
    """``"up"`` or ``"down"`` where the change is real, ``"none"`` where it may be chance, or ``"small"``."""
    if small(last.before) or small(last.after):
        return "small"
    if not last.real:
        return "none"
    return "up" if last.difference > 0 else "down"


def change_holes(result: Result, t: Translator) -> dict[str, str]:
    """What sentences on the last change may name; nothing where there is none."""
    last = result.change
    if last is None:
        return {}
    return {
        "before_month": t.month(last.before.group or ""),
        "after_month": t.month(last.after.group or ""),
        "before": value(result, last.before.value, t),
        "after": value(result, last.after.value, t),
        "n_before": t.count(last.before.n),
        "n_after": t.count(last.after.n),
        "low": t.difference(result.unit, last.low, result.currency),
        "high": t.difference(result.unit, last.high, result.currency),
    }


def groups(result: Result, t: Translator) -> Message | None:
    """Whether the groups differ, and which stand highest and lowest; None with fewer than two groups."""
    if len(result.groups) < 2:
        return None
    known = group_holes(result, t)
    if not known:
        needed = {"by": by_name(result, t), "needed": t.count(limits.SMALL_SAMPLE)}
        return Message(f"{result.metric}.groups.small", needed)
    return Message(f"{result.metric}.groups.{'differ' if differ(result) else 'alike'}", known)


def differ(result: Result) -> bool:
    """Whether the groups differ by more than chance, and there are two that may be named."""
    return result.groups_differ is not None and result.groups_differ < REAL and len(large_groups(result)) > 1


def large_groups(result: Result) -> list[Estimate]:
    """The groups that may be named as the highest or the lowest, from highest to lowest."""
    named = [group for group in result.groups if group.group not in (None, BLANK, REST)]
    known = [group for group in named if not small(group) and not math.isnan(group.value)]
    return sorted(known, key=lambda group: -group.value)


def group_holes(result: Result, t: Translator) -> dict[str, Any]:
    """What sentences on the groups may name; nothing where there are not two to be named."""
    large = large_groups(result)
    if len(large) < 2 or result.groups_differ is None:
        return {}
    top, bottom = large[0], large[-1]
    below = result.groups_differ < 0.001
    return {
        "by": by_name(result, t),
        "top": segment(top.group, t),
        "top_value": value(result, top.value, t),
        "bottom": segment(bottom.group, t),
        "bottom_value": value(result, bottom.value, t),
        "p": Message(
            "story.p_below" if below else "story.p",
            {"p": t.number(max(result.groups_differ, 0.001), digits=3)},
        ),
    }


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
