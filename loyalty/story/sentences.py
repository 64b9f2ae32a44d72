"""The sentences that say what a result is: the answer, the last change, the groups, the further tables."""

from __future__ import annotations

import math
from typing import Any

from loyalty import limits
from loyalty.core import Result
from loyalty.story.facts import (
    by_name,
    change_holes,
    differ,
    group_holes,
    number,
    small,
    value,
    verdict,
)
from loyalty.story.stories import STORIES
from loyalty.texts import Message
from loyalty.words import Translator


def answer(result: Result, t: Translator) -> Message:
    """The number in a sentence with its interval; with few observations the range first and no verdict.

    Examples
    --------
    >>> from loyalty.core import Estimate
    >>> numbers = {"loyal": 4, "neutral": 4, "dissatisfied": 2, "answers": 10}
    >>> estimate = Estimate(60, 1.2, 93.4, 10)
    >>> result = Result("nps", estimate, "points", options={"method": "one_to_ten"}, numbers=numbers)
    >>> answer(result, Translator("en")).id
    'nps.small.one_to_ten'
    """
    kind = "small" if small(result.overall) else "answer"
    return Message(f"{result.metric}.{kind}.{STORIES[result.metric].variant(result)}", holes(result, t))


def headline(result: Result, t: Translator) -> str:
    """The number alone, as it stands above everything else; a change has its sign.

    Examples
    --------
    >>> from loyalty.core import Estimate
    >>> change = Result("what_if", Estimate(3.25, 2.4, 4.1, 300), "money", currency="EUR")
    >>> headline(change, Translator("en"))
    '+€3.25'
    """
    write = t.signed if STORIES[result.metric].signed else t.value
    return write(result.unit, result.overall.value, result.currency)


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
        **STORIES[result.metric].holes(result, t),
    }


def change(result: Result, t: Translator) -> Message:
    """Whether the last change is real, in words, with the months named."""
    last = result.change
    if last is None or not all(map(math.isfinite, (last.difference, last.low, last.high))):
        return Message("story.no_change")
    return Message(f"{result.metric}.change.{verdict(last)}", holes(result, t) | change_holes(result, t))


def groups(result: Result, t: Translator) -> Message | None:
    """Whether the groups differ, and which stand highest and lowest; None with fewer than two groups."""
    if len(result.groups) < 2:
        return None
    known = group_holes(result, t)
    if not known:
        needed = {"by": by_name(result, t), "needed": t.count(limits.SMALL_SAMPLE)}
        return Message(f"{result.metric}.groups.small", needed)
    return Message(f"{result.metric}.groups.{'differ' if differ(result) else 'alike'}", known)


def part(result: Result, name: str, t: Translator) -> Message | None:
    """What is said of one of the tables of a result; None where it speaks for itself."""
    told = STORIES[result.metric].parts.get(name)
    return told(result, t) if told else None
