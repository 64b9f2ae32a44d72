"""Answers in words, such as “very satisfied”: which list of words a column uses, and the step of each."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from loyalty.synonyms import plain


class Wording(NamedTuple):
    """What the words of a column stand for: word to step from 1, on a scale of so many steps."""

    steps: Mapping[str, int]
    size: int


@cache
def _lists() -> tuple[Mapping[str, int], ...]:
    """Every list as plain word to step."""
    text = files("loyalty").joinpath("answer_words.toml").read_text(encoding="utf-8")
    return tuple(
        {plain(word): step for step, words in enumerate(one["steps"], 1) for word in words.split("|")}
        for one in tomllib.loads(text)["list"]
    )


@cache
def _sizes() -> tuple[int, ...]:
    return tuple(max(one.values()) for one in _lists())


@cache
def _places() -> Mapping[str, tuple[int, ...]]:
    """Plain word to the lists that know it."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, one in enumerate(_lists()):
        for word in one:
            found[word].append(place)
    return {word: tuple(places) for word, places in found.items()}


def wording(counts: Mapping[str, int]) -> Wording | None:
    """The list that knows most of the answers.

    Parameters
    ----------
    counts
        Answer to how often it was given.

    Returns
    -------
    Wording or None
        Of several lists that know as many, the first in which no two answers share a step. None where no
        list knows any.

    Examples
    --------
    >>> wording({"Very satisfied": 9, "Satisfied": 5, "?": 1})
    Wording(steps={'Very satisfied': 5, 'Satisfied': 4}, size=5)
    >>> wording({"Agree": 3, "Somewhat agree": 2, "Strongly agree": 5}).size
    7
    """
    words = {answer: plain(answer) for answer in counts}
    known = {place for word in words.values() for place in _places().get(word, ())}
    if not known:
        return None

    def rank(place: int) -> tuple[int, int, int]:
        steps = {word: step for word in words.values() if (step := _lists()[place].get(word))}
        read = sum(count for answer, count in counts.items() if words[answer] in steps)
        return -read, len(steps) - len(set(steps.values())), place

    best = min(known, key=rank)
    steps = _lists()[best]
    return Wording({answer: steps[w] for answer, w in words.items() if w in steps}, _sizes()[best])


def said_as(steps: Mapping[str, int]) -> str:
    """Which word was taken for which number, the best first.

    >>> said_as({"Likely": 4, "Very likely": 5})
    'Very likely = 5 · Likely = 4'
    """
    return " · ".join(f"{word} = {step}" for word, step in sorted(steps.items(), key=lambda pair: -pair[1]))
