"""The right answers about what customers say: stars and the loyalty index."""

from collections import Counter
from collections.abc import Callable
from statistics import fmean, variance
from typing import Any

from maker.counting import by
from maker.records import Answer


def satisfaction(answers: list[Answer]) -> dict[str, Any]:
    """Stars from 1 to 5: good are 4 and 5, low are 1 and 2."""
    return {
        **stars(answers),
        "scores": {str(star): n for star, n in sorted(Counter(each.rating for each in answers).items())},
        "by_segment": by(answers, lambda each: each.segment, stars),
    }


def stars(answers: list[Answer]) -> dict[str, Any]:
    ratings = [each.rating for each in answers]
    good, low = sum(rating >= 4 for rating in ratings), sum(rating <= 2 for rating in ratings)
    return {"n": len(ratings), "good": good, "low": low, "value": good / len(ratings), "mean": fmean(ratings)}


# Question: its answer from 0 to 100. The recommendation goes from 0 to 10, the others from 1 to 5.
QUESTIONS: dict[str, Callable[[Answer], float | None]] = {
    "recommend": lambda each: 10.0 * each.recommend,
    "again": lambda each: None if each.again is None else 25.0 * (each.again - 1),
    "other": lambda each: None if each.other is None else 25.0 * (each.other - 1),
}


def loyalty_index(answers: list[Answer]) -> dict[str, Any]:
    """The mean over answers of the mean of the questions that were answered."""

    def quarter(each: Answer) -> str:
        return f"{each.time.year}-Q{(each.time.month + 2) // 3}"

    means = {
        name: fmean(score for each in answers if (score := take(each)) is not None)
        for name, take in QUESTIONS.items()
    }
    return {
        **index(answers),
        "questions": means,
        "alpha": alpha(answers),
        "by_segment": by(answers, lambda each: each.segment, index),
        "by_quarter": by(answers, quarter, index),
    }


def index(answers: list[Answer]) -> dict[str, Any]:
    people = [
        fmean(score for take in QUESTIONS.values() if (score := take(each)) is not None) for each in answers
    ]
    return {"n": len(people), "value": fmean(people)}


def alpha(answers: list[Answer]) -> dict[str, Any]:
    """Cronbach's alpha of the answers to all three questions."""
    rows = [[take(each) for take in QUESTIONS.values()] for each in answers]
    full = [[score for score in row if score is not None] for row in rows if None not in row]
    items, k = list(zip(*full, strict=True)), len(QUESTIONS)
    total = variance(map(sum, full))
    return {"n": len(full), "value": k / (k - 1) * (1 - sum(map(variance, items)) / total)}
