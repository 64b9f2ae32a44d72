"""The scale on which a question was answered: its two ends, and which of them is best."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KNOWN = ((1, 5), (0, 5), (1, 7), (1, 10), (0, 10), (0, 100))  # from the smallest
FEW = 0.03  # answers beyond a scale that are slips and do not widen it
POINTS = 11  # a scale with more is one of fine steps, and its two highest points say little
_NAME = re.compile(r"(\d{1,3})-(\d{1,3})")
_ENDS = re.compile(r"(?<!\d)([01])\s*(?:[-–—~～至到]|to|bis|до|a|à)\s*(\d{1,3})(?!\d)", re.I)
_LABELLED = re.compile(r"(?<!\d)(\d{1,3})\s*分?\s*[=＝:：]")
_MEANING = re.compile(r"\d\s*分?\s*[=＝]")
_BEST_IS_LOW = re.compile(
    r"(?<!\d)([01])\s*分?\s*[=＝:：–-]\s*(?:"
    r"(?:very|extremely|highly|most|completely|totally|fully|strongly)\s+(?:likely|satisfied|agree|good|happy)"
    r"|(?:definitely|excellent|best|agree)\b(?!\s+not)"
    r"|sehr (?:wahrscheinlich|zufrieden|gut)|stimme (?:voll|völlig)|très (?:probable|satisfait)"
    r"|muy (?:probable|satisfech)|muito (?:provável|satisfeit)|очень (?:вероятно|доволен)"
    r"|(?:非常|很|十分|最|一定|肯定|完全)(?:愿意|可能|会|满意|同意|好))",
    re.I,
)


@dataclass(frozen=True, slots=True)
class AnswerScale:
    """A scale of whole or finer steps between two ends.

    Parameters
    ----------
    worst, best
        The answers at its ends; `best` is the smaller where the scale runs downwards.

    Examples
    --------
    >>> stars, grades = AnswerScale.of("1-5"), AnswerScale.of("5-1")
    >>> stars.points(4), grades.points(4)
    (75.0, 25.0)
    >>> grades.upward(1), str(grades)
    (5.0, '5-1')
    """

    worst: float
    best: float

    @classmethod
    def of(cls, name: str) -> AnswerScale | None:
        """The scale of a name that gives its ends from worst to best; None if it is no such name.

        >>> AnswerScale.of("1-7"), AnswerScale.of("7")
        (AnswerScale(worst=1.0, best=7.0), None)
        """
        place = _NAME.fullmatch(name)
        ends = (float(place[1]), float(place[2])) if place else (0.0, 0.0)
        return cls(*ends) if abs(ends[1] - ends[0]) > 1 else None

    def __str__(self) -> str:
        return f"{self.worst:g}-{self.best:g}"

    @property
    def low(self) -> float:
        """The smaller end."""
        return min(self.worst, self.best)

    @property
    def high(self) -> float:
        """The larger end."""
        return max(self.worst, self.best)

    @property
    def downward(self) -> bool:
        """Whether its low end is the best."""
        return self.best < self.worst

    @property
    def fine(self) -> bool:
        """Whether it has too many points to be told apart one by one."""
        return self.high - self.low >= POINTS

    @property
    def top(self) -> float:
        """From where, on the scale turned upward, an answer is one of the two highest; if fine, from 80 %."""
        return self.low + 0.8 * (self.high - self.low) if self.fine else self.high - 1

    def at(self, points: float) -> float:
        """The place on the scale turned upward at so many of 100 points.

        >>> AnswerScale(1, 5).at(75), AnswerScale(5, 1).at(50)
        (4.0, 3.0)
        """
        return self.low + points / 100 * (self.high - self.low)

    def upward(self, answer: Any) -> Any:
        """An answer, or a column of them, turned so that the high end is the best."""
        return self.low + self.high - answer if self.downward else answer

    def points(self, answer: Any) -> Any:
        """An answer, or a column of them, from 0 (worst) to 100 (best): 100 · (x − min) / (max − min)."""
        return 100 * (answer - self.worst) / (self.best - self.worst)

    def holds(self, answer: float) -> bool:
        """Whether an answer lies on it."""
        return self.low <= answer <= self.high


def best_low_end(header: str) -> float | None:
    """The low end of the scale where the words of a question say that it is the best.

    Examples
    --------
    >>> best_low_end("1 = definitely, 5 = definitely not"), best_low_end("1 = definitely not, 5 = definitely")
    (1.0, None)
    """
    place = _BEST_IS_LOW.search(header)
    return float(place[1]) if place else None


def names_best(header: str) -> bool:
    """Whether the words of a question say what its numbers mean, and so which end is best.

    >>> names_best("1 = definitely not, 5 = definitely"), names_best("Q1: Would you buy again? (1-5)")
    (True, False)
    """
    return bool(_MEANING.search(header)) or best_low_end(header) is not None


def declared(header: str) -> tuple[float, float] | None:
    """The ends of the scale that the words of a question name, the smaller first.

    Examples
    --------
    >>> declared("How satisfied are you? (1-7)"), declared("1 = very good … 6 = very bad"), declared("Stars")
    ((1.0, 7.0), (1.0, 6.0), None)
    """
    if place := _ENDS.search(header):
        return float(place[1]), float(place[2])
    named = {int(number) for number in _LABELLED.findall(header)}
    return (float(min(named)), float(max(named))) if len(named) > 1 and min(named) < 2 else None


def find(header: str | None, counts: Mapping[float, int]) -> AnswerScale | None:
    """The scale that the words of a question name, or else the smallest known one that holds the answers.

    Parameters
    ----------
    header
        The question, or whatever stands above the answers.
    counts
        Answer to how often it was given. Up to 3 % beyond a scale are taken for slips; but a 0 is none
        where the answers go up to 10.

    Returns
    -------
    AnswerScale or None
        None where no known scale holds the answers.

    Examples
    --------
    >>> find("Stars", {5: 40, 4: 30, 1: 2}), find("1 = very satisfied", {1: 30, 6: 10})
    (AnswerScale(worst=1, best=5), AnswerScale(worst=7, best=1))
    """
    ends = declared(header or "") or next((ends for ends in KNOWN if _holds(ends, counts)), None)
    if ends is None:
        return None
    down = best_low_end(header or "") is not None
    return AnswerScale(*reversed(ends)) if down else AnswerScale(*ends)


def _holds(ends: tuple[int, int], counts: Mapping[float, int]) -> bool:
    low, high = ends
    if ends == (1, 10) and counts.get(0):
        return False
    beyond = sum(count for answer, count in counts.items() if not low <= answer <= high)
    return sum(counts.values()) > 0 and beyond <= FEW * sum(counts.values())
