"""What the story of one metric consists of, and the conditions that the advice of several metrics shares."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from loyalty.core import Result
from loyalty.story.facts import small, verdict
from loyalty.texts import Message
from loyalty.words import Translator

Rule = tuple[str, Callable[[Result], bool]]
Holes = Callable[[Result, Translator], Mapping[str, Any]]


def nothing(result: Result, t: Translator) -> dict[str, Any]:
    """No further holes."""
    return {}


@dataclass(frozen=True, slots=True)
class Story:
    """Which sentences of a metric hold for a result.

    Parameters
    ----------
    variant
        Which of the sentences under ``<metric>.answer`` and ``<metric>.small`` fits the definitions in force.
    advice
        Ids under ``<metric>.advice``, and when each fits; the most specific first.
    holes
        What the sentences of this metric may name beside the numbers of the result.
    advice_holes
        What only its advice names.
    parts
        What is said of one of its tables, by the name of the table.
    signed
        Whether its number is a change, which is written with its sign.
    """

    variant: Callable[[Result], str]
    advice: Sequence[Rule]
    holes: Holes = nothing
    advice_holes: Holes = nothing
    parts: Mapping[str, Callable[[Result, Translator], Message | None]] = field(default_factory=dict)
    signed: bool = False


def enough(result: Result) -> bool:
    """Whether the number carries a verdict."""
    return not small(result.overall)


def few(result: Result) -> bool:
    """Whether the number rests on too few observations for a verdict."""
    return small(result.overall)


def fell(result: Result) -> bool:
    """Whether the last change is a real fall."""
    return result.change is not None and verdict(result.change) == "down"


def always(_: Result) -> bool:
    """Good advice in any case."""
    return True
