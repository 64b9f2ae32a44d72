"""Which scale a question was answered on: by its words, by its answers, upward or downward."""

from __future__ import annotations

import pytest

from loyalty.answer_scales import AnswerScale, best_low_end, declared, find


@pytest.mark.parametrize(
    ("header", "ends"),
    [
        ("How satisfied are you? (1-5 stars)", (1, 5)),
        ("How likely, from 0 to 10?", (0, 10)),
        ("您对我们的总体满意度（1-5星）", (1, 5)),
        ("满意度（1～7分）", (1, 7)),
        ("von 1 bis 6", (1, 6)),
        ("Оценка от 1 до 5", (1, 5)),
        ("1 = very good, 6 = very bad", (1, 6)),
        ("1分=非常满意，5分=非常不满意", (1, 5)),
        ("5: best … 1: worst", (1, 5)),
        ("How satisfied are you?", None),
        ("Q5: How satisfied are you?", None),
        ("Rating 2024-01", None),
        ("3 = good, 5 = better", None),
    ],
)
def test_ends_that_a_question_names(header, ends):
    assert declared(header) == ends


@pytest.mark.parametrize(
    ("header", "low"),
    [
        ("1 = definitely", 1),
        ("1 = Excellent, 5 = Poor", 1),
        ("0 = very likely, 10 = not at all likely", 0),
        ("1 – strongly agree, 7 – strongly disagree", 1),
        ("1 = sehr gut, 6 = ungenügend", 1),
        ("1分=非常满意", 1),
        ("1 = 完全同意", 1),
        ("1 = definitely not", None),
        ("1 = very unlikely, 5 = very likely", None),
        ("1 = very dissatisfied, 5 = very satisfied", None),
        ("1 = strongly disagree, 7 = strongly agree", None),
        ("1分=非常不满意，5分=非常满意", None),
        ("0-10, 10 = definitely", None),
        ("11 = excellent", None),
    ],
)
def test_a_low_end_that_a_question_calls_the_best(header, low):
    assert best_low_end(header) == low


@pytest.mark.parametrize(
    ("answers", "scale"),
    [
        ({1: 2, 5: 30}, "1-5"),
        ({4: 9, 5: 30}, "1-5"),  # nobody was unhappy
        ({0: 9, 5: 30}, "0-5"),
        ({1: 9, 7: 30}, "1-7"),
        ({6: 30}, "1-7"),
        ({1: 9, 10: 30}, "1-10"),
        ({0: 1, 10: 99}, "0-10"),  # a 0 is no slip where 10 is given
        ({0: 9, 80: 30}, "0-100"),
        ({3.5: 9, 4.5: 30}, "1-5"),
        ({5: 97, 55: 3}, "1-5"),  # three of a hundred slipped
        ({5: 96, 55: 4}, "0-100"),
        ({-3: 9, 3: 9}, None),
        ({500: 9}, None),
        ({}, None),
    ],
)
def test_the_smallest_known_scale_that_holds_the_answers(answers, scale):
    found = find("How was it?", answers)
    assert (str(found) if found else None) == scale


@pytest.mark.parametrize(
    ("header", "scale"),
    [
        ("Rate us (1-7)", "1-7"),
        ("Rate us (0-10)", "0-10"),
        ("Rate us, 1 = excellent", "5-1"),
        ("Rate us, 1 = excellent, 6 = terrible", "6-1"),
        ("Rate us", "1-5"),
        (None, "1-5"),
    ],
)
def test_the_words_of_a_question_come_before_its_answers(header, scale):
    assert str(find(header, {1: 20, 3: 20, 5: 20})) == scale


@pytest.mark.parametrize("name", ["1-5", "5-1", "0-10", "0-100", "1-6", "7-1"])
def test_a_scale_is_named_by_its_ends_from_worst_to_best(name):
    scale = AnswerScale.of(name)
    worst, best = map(float, name.split("-"))
    assert str(scale) == name
    assert (scale.points(worst), scale.points(best), scale.points((worst + best) / 2)) == (0, 100, 50)
    assert (scale.upward(best), scale.upward(worst)) == (max(worst, best), min(worst, best))
    assert scale.downward == (best < worst)


@pytest.mark.parametrize("name", ["nonsense", "", "5", "1-1", "0-1", "1-2-3", "-1-5", "1-5000", "1 - 5"])
def test_what_is_no_scale(name):
    assert AnswerScale.of(name) is None


@pytest.mark.parametrize(
    ("name", "top"),
    [("1-5", 4), ("5-1", 4), ("1-7", 6), ("0-10", 9), ("1-10", 9), ("0-100", 80), ("0-20", 16)],
)
def test_the_two_highest_points(name, top):
    assert AnswerScale.of(name).top == pytest.approx(top)
