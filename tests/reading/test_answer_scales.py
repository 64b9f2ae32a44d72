"""Answers on scales of their own, in numbers and in words, from the cells to the Dataset."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib.resources import files

import pandas as pd
import polars as pl
import pytest

import loyalty
from loyalty.columns import match
from loyalty.dataset import Dataset
from loyalty.reading.sheets import Column
from loyalty.reading.wording import wording
from loyalty.synonyms import plain
from tests.reading.sheets_by_hand import lines, notes, read

LISTS = [
    [[plain(word) for word in step.split("|")] for step in one["steps"]]
    for one in tomllib.loads(files("loyalty").joinpath("answer_words.toml").read_text(encoding="utf-8"))[
        "list"
    ]
]


def column(header: str, answers: list[str], questions: str = "", others: str = "") -> list[list[str]]:
    """A survey of one question, with whatever else it asks."""
    rows = [f"c{i}|{answer}{others}" for i, answer in enumerate(answers)]
    return lines("\n".join([f"Customer|{header}{questions}", *rows]))


@pytest.mark.parametrize("place", range(len(LISTS)))
def test_a_list_of_words_has_five_or_seven_steps_and_no_word_twice(place: int) -> None:
    assert len(LISTS[place]) in (5, 7)
    words = [word for step in LISTS[place] for word in step]
    assert all(words)
    assert not {word for word, count in Counter(words).items() if count > 1}


@pytest.mark.parametrize(
    ("answers", "steps"),
    [
        # the five points of Likert (1932) and what survey programs offer
        (("Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree"), (1, 2, 3, 4, 5)),
        (("very dissatisfied", "dissatisfied", "neutral", "satisfied", "very satisfied"), (1, 2, 3, 4, 5)),
        (("Extremely dissatisfied", "Somewhat dissatisfied", "Neither satisfied nor dissatisfied",
          "Somewhat satisfied", "Extremely satisfied"), (1, 2, 3, 4, 5)),
        (("Not at all satisfied", "Not so satisfied", "Somewhat satisfied", "Very satisfied",
          "Extremely satisfied"), (1, 2, 3, 4, 5)),
        (("Not at all likely", "Not so likely", "Somewhat likely", "Very likely", "Extremely likely"),
         (1, 2, 3, 4, 5)),
        (("Definitely not", "Probably not", "Might or might not", "Probably", "Definitely"), (1, 2, 3, 4, 5)),
        (("Very poor", "Poor", "Fair", "Good", "Excellent"), (1, 2, 3, 4, 5)),
        (("Poor", "Fair", "Good", "Very good", "Excellent"), (1, 2, 3, 4, 5)),
        (("Strongly disagree", "Disagree", "Somewhat disagree", "Neither agree nor disagree",
          "Somewhat agree", "Agree", "Strongly agree"), (1, 2, 3, 4, 5, 6, 7)),
        (("Extremely dissatisfied", "Moderately dissatisfied", "Slightly dissatisfied", "Neither",
          "Slightly satisfied", "Moderately satisfied", "Extremely satisfied"), (1, 2, 3, 4, 5, 6, 7)),
        (("Extremely unlikely", "Very unlikely", "Unlikely", "Neutral", "Likely", "Very likely",
          "Extremely likely"), (1, 2, 3, 4, 5, 6, 7)),
        (("非常不满意", "不满意", "一般", "满意", "非常满意"), (1, 2, 3, 4, 5)),
        (("很不满意", "不太满意", "一般", "比较满意", "很满意"), (1, 2, 3, 4, 5)),
        (("非常不满意", "不满意", "比较不满意", "一般", "比较满意", "满意", "非常满意"),
         (1, 2, 3, 4, 5, 6, 7)),
        (("肯定不会", "可能不会", "不确定", "可能会", "肯定会"), (1, 2, 3, 4, 5)),
        (("非常不同意", "不同意", "中立", "同意", "非常同意"), (1, 2, 3, 4, 5)),
        (("sehr unzufrieden", "unzufrieden", "teils, teils", "zufrieden", "sehr zufrieden"), (1, 2, 3, 4, 5)),
        (("Pas du tout d’accord", "Pas d’accord", "Neutre", "D’accord", "Tout à fait d’accord"),
         (1, 2, 3, 4, 5)),
        (("Очень недоволен", "Недоволен", "Нейтрально", "Доволен", "Очень доволен"), (1, 2, 3, 4, 5)),
    ],
)  # fmt: skip
def test_lists_in_use_are_read_from_worst_to_best(answers: tuple[str, ...], steps: tuple[int, ...]) -> None:
    found = wording(dict.fromkeys(answers, 3))
    assert found is not None
    assert tuple(found.steps[answer] for answer in answers) == steps
    assert found.size == len(steps)


@pytest.mark.parametrize("words", [["Yes", "No"], ["North", "South"], ["good coffee", "bad service"], []])
def test_other_words_are_no_answers_on_a_scale(words: list[str]) -> None:
    assert wording(dict.fromkeys(words, 5)) is None


def test_nobody_need_have_chosen_an_end() -> None:
    found = wording({"satisfied": 8, "neutral": 2})
    assert found is not None
    assert (dict(found.steps), found.size) == ({"satisfied": 4, "neutral": 3}, 5)


def test_answers_in_words_become_numbers_and_their_scale_is_known() -> None:
    answers = ["Agree", "Somewhat agree", "Strongly agree", "", "no idea"] * 6
    tables = read(column("I would buy again", answers, "|NPS", "|9"))
    assert tables.responses is not None
    assert tables.responses["again"].to_list() == [6.0, 5.0, 7.0, None, None] * 6
    assert dict(tables.scales) == {"recommend": "0-10", "again": "1-7"}
    assert notes(tables) == {"in_words": 18, "unread_answers": 6}
    said = next(note for note in tables.notes if note.message.id == "note.in_words")
    assert "Strongly agree = 7 · Agree = 6 · Somewhat agree = 5" in str(said.message)


def test_words_beside_numbers_join_them() -> None:
    answers = ["Very satisfied (5)", "4", "3", "satisfied", "2", "1"] * 5
    tables = read(column("How satisfied are you?", answers, "|NPS", "|9"))
    assert tables.responses is not None
    assert tables.responses["rating"].to_list() == [5.0, 4.0, 3.0, 4.0, 2.0, 1.0] * 5
    assert tables.scales["rating"] == "1-5"


def test_satisfaction_in_words_alone_makes_a_survey() -> None:
    answers = ["非常满意", "满意", "一般", "不满意", "非常不满意"] * 6
    tables = read(column("服务满意度", answers))
    assert tables.responses is not None
    assert tables.responses["rating"].to_list() == [5.0, 4.0, 3.0, 2.0, 1.0] * 6


@pytest.mark.parametrize(
    ("header", "answers", "scale"),
    [
        ("How satisfied are you?", [1, 3, 5], "1-5"),
        ("How satisfied are you? (1-7)", [1, 3, 5], "1-7"),
        ("How satisfied are you? (1 = very satisfied, 5 = very dissatisfied)", [1, 3, 5], "5-1"),
        ("Overall satisfaction", [10, 70, 100], "0-100"),
        ("Overall satisfaction", [1, 7, 10], "1-10"),
    ],
)
def test_the_scale_of_a_question_goes_into_the_dataset(header: str, answers: list[int], scale: str) -> None:
    frame = pd.DataFrame({"Customer": [f"c{i}" for i in range(30)], header: answers * 10})
    data = Dataset.from_frames(responses=frame)
    assert data.scales == {"rating": scale}
    day = pd.Timestamp("2025-03-01").date()
    assert data.between(day, day).scales == {"rating": scale}


# A recommendation that is not asked from 0 to 10


@pytest.mark.parametrize(
    ("header", "answers", "scale"),
    [
        ("Would you recommend us?", ["1", "3", "5"], "1-5"),
        ("Would you recommend us?", ["1", "4", "7"], "1-7"),
        ("您愿意推荐我们吗？", ["1", "3", "5"], "1-5"),
        ("How likely are you to recommend us? (0-100)", ["0", "70", "100"], "0-100"),
        ("Would you recommend us? (1 = definitely)", ["1", "2", "5"], "5-1"),
        ("Would you recommend us?", ["Definitely", "Probably", "Probably not"], "1-5"),
    ],
)
def test_a_recommendation_on_a_scale_of_its_own_is_a_question_of_its_own(
    header: str, answers: list[str], scale: str
) -> None:
    tables = read(column(header, answers * 10))
    assert tables.roles["responses"] == {"recommend_scaled": header, "customer": "Customer"}
    assert tables.scales == {"recommend_scaled": scale}
    assert notes(tables)["recommend_scaled"] == 30


@pytest.mark.parametrize("header", ["Would you recommend us? (1-5)", "推荐意愿（1-5分）"])
def test_the_words_of_the_question_decide_where_answers_are_few(header: str) -> None:
    tables = read(column(header, ["5", "4", "4"]))
    assert "recommend" not in tables.roles["responses"]
    assert tables.scales == {"recommend_scaled": "1-5"}


@pytest.mark.parametrize("header", ["Would you recommend us? (0-10)", "How likely to recommend us, 1 to 10?"])
def test_a_question_from_0_to_10_is_the_recommendation_whatever_the_answers(header: str) -> None:
    tables = read(column(header, ["5", "4", "1"] * 10))
    assert "recommend" in tables.roles["responses"]


def test_no_other_column_is_taken_for_the_recommendation() -> None:
    """A column that does not speak of recommending keeps the meaning it had."""
    tables = read(column("Score", ["5", "4", "1"] * 10, "|NPS|Rating", "|9|4"))
    assert "recommend_scaled" not in tables.roles["responses"]


def test_the_net_promoter_score_says_that_it_needs_another_scale() -> None:
    frame = pd.DataFrame(
        {"Customer": [f"c{i}" for i in range(30)], "Would you recommend us?": [1, 3, 5] * 10}
    )
    with pytest.raises(loyalty.LoyaltyError, match="Would recommend \\(0–10\\)"):
        loyalty.nps(Dataset.from_frames(responses=frame))


def test_headers_alone_say_it_where_no_cell_is_seen() -> None:
    assert match("responses", ["Would you recommend us? (1-7)"]) == {
        "recommend_scaled": "Would you recommend us? (1-7)"
    }
    assert match("responses", ["Would you recommend us?"]) == {"recommend": "Would you recommend us?"}


def test_an_unread_column_of_words_stays_what_it_was() -> None:
    empty = Column(text=pl.Series(["", None], dtype=pl.String))
    from loyalty.reading.numbers import scores

    assert scores(empty).values.to_list() == [None, None]
    assert scores(empty).scale is None
