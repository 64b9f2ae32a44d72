"""Who has agreed: the latest known word counts."""

from __future__ import annotations

import pandas as pd

from loyalty import Dataset
from loyalty.queries import rows
from loyalty.views.consents import consents


def agreed(orders, answers=None):
    data = Dataset.from_frames(orders=frame(orders), responses=None if answers is None else frame(answers))
    found = consents(data)
    return None if found is None else {row["customer"]: row["agreed"] for row in rows(found)}


def frame(lines):
    return pd.DataFrame(
        [dict(zip(lines[0].split(), line.split(), strict=True)) for line in lines[1:]]
    ).replace("-", None)


def test_the_latest_word_counts():
    lines = [
        "customer date consent",
        "a 2025-01-01 no",
        "a 2025-02-01 yes",
        "b 2025-02-01 no",
        "b 2025-01-01 yes",
    ]
    assert agreed(lines) == {"a": True, "b": False}


def test_of_two_words_on_a_day_the_no_counts():
    assert agreed(["customer date consent", "a 2025-01-01 yes", "a 2025-01-01 no", "a 2024-01-01 yes"]) == {
        "a": False
    }


def test_silence_is_no_word():
    lines = ["customer date consent", "a 2025-01-01 yes", "a 2025-02-01 -", "b 2025-01-01 -"]
    assert agreed(lines) == {"a": True}


def test_a_later_answer_takes_an_earlier_word_back():
    lines = ["customer date consent", "a 2025-01-01 yes", "b 2025-03-01 yes"]
    answers = [
        "customer date recommend consent",
        "a 2025-02-01 9 no",
        "b 2025-02-01 9 no",
        "z 2025-02-01 9 no",
    ]
    assert agreed(lines, answers) == {"a": False, "b": True}


def test_who_was_asked_in_a_survey_and_did_not_say_yes_has_said_no():
    answers = ["customer date recommend consent", "a 2025-02-01 9 -", "b 2025-02-01 9 yes"]
    assert agreed(["customer date amount", "a 2025-01-01 5", "b 2025-01-01 5"], answers) == {
        "a": False,
        "b": True,
    }


def test_where_nobody_was_asked_there_is_nothing():
    assert agreed(["customer date amount", "a 2025-01-01 5"]) is None
