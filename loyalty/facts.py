"""What the cells of a column look like, and which meanings that suits."""

from __future__ import annotations

from dataclasses import dataclass

from loyalty import limits

ENOUGH = 20  # so many answers and none above 7: the scale ends there


@dataclass(frozen=True, slots=True)
class Facts:
    """What the cells of a column look like, from a sample.

    Parameters
    ----------
    cells
        Number of filled cells in the sample.
    filled
        Share of rows with a cell.
    distinct
        Distinct values / filled cells.
    values
        Number of distinct values, whatever their case and spaces; a group may be called ``None``.
    numbers, dates, yes_no, durations, emails
        Share of the filled cells that can be read as such.
    whole
        Share of the numbers without decimals.
    low, high
        Smallest and largest number but for rare outliers, NaN without numbers.
    letters
        Mean length of the texts.
    clock
        Share of the filled cells with a time of day.
    words
        Share of the filled cells that are answers in words, from one list, such as “very satisfied”.
    """

    cells: int
    filled: float
    distinct: float
    values: int
    numbers: float
    dates: float
    yes_no: float
    durations: float
    emails: float
    whole: float
    low: float
    high: float
    letters: float
    clock: float
    words: float = 0.0


def suits(type_: str, role: str, facts: Facts) -> float:
    """How well cells suit a role of some type: 0 never, 1 perfectly."""
    return _SUITS[type_](role, facts)


def _suits_id(role: str, facts: Facts) -> float:
    if facts.dates > 0.6 and facts.numbers < 0.6:
        return 0.0
    if facts.numbers > 0.6 and facts.whole < 0.95:
        return 0.0
    if role == "email":
        return 1.0 if facts.emails > 0.5 else 0.0
    if facts.letters > 80 or (facts.yes_no > 0.9 and facts.values <= 2 and facts.distinct < 0.5):
        return 0.0
    return 0.5 if facts.values < 2 and facts.distinct < 0.5 else 1.0


def _suits_number(role: str, facts: Facts) -> float:
    if role == "quantity" and facts.numbers > 0.6 and facts.whole < 0.3:
        return 0.5
    return 1.0 if facts.numbers > 0.6 else 0.0


def _suits_score(role: str, facts: Facts) -> float:
    if facts.words > 0.6 and role != "recommend":
        return 1.0
    if facts.numbers < 0.6 or facts.low < -1:
        return 0.0
    if role != "recommend":
        return 1.0 if facts.high <= 10 else (0.6 if facts.high <= 100 else 0.0)
    if is_short_scale(facts):
        return 0.0  # 1 to 5 or 1 to 7: read as 0 to 10 it would make everyone a detractor
    return 1.0 if facts.high <= 11 else 0.4


def is_short_scale(facts: Facts) -> bool:
    """Whether answers that should go from 0 to 10 stay within 1 to 7, and there are enough to say so."""
    return facts.numbers > 0.6 and facts.low >= 1 and facts.high <= 7 and facts.cells >= ENOUGH


def is_scaled(facts: Facts) -> bool:
    """Whether answers are on a scale of their own: in words, or within 1 to 7."""
    return facts.words > 0.6 or is_short_scale(facts)


def _suits_category(role: str, facts: Facts) -> float:
    if facts.dates > 0.6 and facts.numbers < 0.6:
        return 0.0
    if facts.numbers > 0.6 and facts.whole < 0.95:
        return 0.0
    if role == "group":
        many = facts.values > limits.ARMS and facts.distinct > 0.5
        return 1.0 if is_group(facts) else (0.0 if many else 0.5)
    if role == "segment":
        return 0.3 if facts.numbers > 0.9 and facts.values > 12 else (0.5 if facts.distinct > 0.9 else 1.0)
    return 0.0 if facts.letters > 200 else 1.0


def is_group(facts: Facts) -> bool:
    """Whether a column looks like the arms of a trial: a few values that come again and again."""
    return 2 <= facts.values <= limits.ARMS and facts.cells >= 2 * facts.values


def _suits_measure(role: str, facts: Facts) -> float:
    if facts.yes_no > 0.8 and facts.values <= 12:
        return 1.0
    return 1.0 if facts.numbers > 0.6 else 0.0


def _suits_text(role: str, facts: Facts) -> float:
    return 0.0 if max(facts.numbers, facts.dates) > 0.6 else 1.0


def _suits_date(role: str, facts: Facts) -> float:
    return 1.0 if facts.dates > 0.5 else 0.0


def _suits_duration(role: str, facts: Facts) -> float:
    return 1.0 if max(facts.numbers, facts.durations) > 0.6 else 0.0


def _suits_yes_no(role: str, facts: Facts) -> float:
    if role in ("cancelled", "consent") and facts.dates > 0.8:
        return 1.0
    if role == "consent" and facts.yes_no > 0.1:
        return 1.0  # whose word is neither yes nor no has not agreed; overlooking a no is worse
    return 1.0 if facts.yes_no > 0.8 and facts.values <= 12 else 0.0


_SUITS = {
    "id": _suits_id,
    "number": _suits_number,
    "money": _suits_number,
    "score": _suits_score,
    "measure": _suits_measure,
    "category": _suits_category,
    "text": _suits_text,
    "date": _suits_date,
    "duration": _suits_duration,
    "yes_no": _suits_yes_no,
}
