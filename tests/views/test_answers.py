"""Answers to one question: their scale, their counts, the comments beside them."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest

from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.views.answers import comments, counted, scale_of
from tests.tables import dataset

ANSWERS = """
rating segment date       comment
5      north   2025-01-05 good
5      north   2025-01-06 good
4      south   2025-01-07 -
2      -       2025-02-01 slow
-      north   2025-02-02 lost
5      north   -          fine
"""


def test_the_scale_found_when_the_file_was_read_holds_in_every_part_of_it():
    answers = pd.DataFrame(
        {"Rating": [1, 3, 5] * 9 + [8, 9, 10], "Date": ["2025-01-05"] * 27 + ["2025-02-05"] * 3}
    )
    data = Dataset.from_frames(responses=answers)
    january = data.between(pd.Timestamp("2025-01-01").date(), pd.Timestamp("2025-01-31").date())
    assert str(scale_of(january, "rating")) == "1-10"


def test_the_scale_of_words_is_that_of_their_list_though_its_ends_are_missing():
    answers = pd.DataFrame(
        {"Satisfaction": ["Somewhat satisfied", "Satisfied", "Neutral"] * 9, "NPS": [9] * 27}
    )
    assert str(scale_of(Dataset.from_frames(responses=answers), "rating")) == "1-7"


def test_on_a_database_the_header_says_it_or_the_answers_do():
    frame = dataset(responses=ANSWERS).responses
    by_answers = Dataset.from_frames(responses=frame, roles={"rating": "rating"})
    by_header = Dataset.from_frames(
        responses=frame.rename({"rating": "Rating (1-7)"}), roles={"rating": "Rating (1-7)"}
    )
    assert (str(scale_of(by_answers, "rating")), str(scale_of(by_header, "rating"))) == ("1-5", "1-7")
    assert str(scale_of(by_answers, "recommend")) == "0-10"


@pytest.mark.parametrize(
    ("answers", "id"),
    [("rating\n -", "no_answers"), ("rating", "no_rows"), ("rating\n -3\n 9", "no_known_scale")],
)
def test_no_scale_can_be_found(answers, id):
    with pytest.raises(LoyaltyError) as caught:
        scale_of(dataset(responses=answers), "rating")
    assert caught.value.id == id
    assert caught.value.in_language("zh")


def test_counts_by_segment_and_month():
    answers = dataset(responses=ANSWERS).responses
    assert counted(answers, "rating") == [(None, None, Counter({5: 3, 4: 1, 2: 1}))]
    cells = {
        (group, month): dict(counts) for group, month, counts in counted(answers, "rating", "segment", True)
    }
    assert cells == {
        ("north", "2025-01"): {5: 2},
        ("north", None): {5: 1},
        ("south", "2025-01"): {4: 1},
        (None, "2025-02"): {2: 1},
    }
    assert len(counted(answers, "rating", dated=True)) == 3


def test_comments_beside_an_answer_that_counts_in_no_group_are_not_told():
    answers = dataset(responses=ANSWERS).responses
    counts, told = comments(answers, "rating", ("low", "high"), {5.0: "high", 4.0: "high"}.get)
    assert counts.rows == (("low", 0), ("high", 3))
    assert told.rows == (("high", 5, "good", 2), ("high", 5, "fine", 1))
    assert comments(answers.drop("comment"), "rating", ("low",), {}.get) == ()
