"""Sentences of the simulators."""

import contextlib
import io
import re

import numpy as np
import pytest

from loyalty.core import Estimate
from loyalty.models import rehearsal, renewal_rehearsal, spending_rehearsal, terms
from loyalty.models.rehearsal import Life, Outcome
from loyalty.models.renewal_rehearsal import Term
from loyalty.models.spending_rehearsal import Purse, Tenth
from loyalty.story import rehearsal as story
from loyalty.story import rehearsal_code
from loyalty.words import Translator

EN = Translator("en")
TERMS = {"rate": 0.5, "alike": 0.8, "leaving": 0.2, "alike_leaving": 2}


def shop(model="bg_nbd", **changed):
    return rehearsal.rehearse(model, terms.params(model, TERMS | changed), 800, 12, 2)


def a_life(number, alive, likely):
    return Life(number, 0.0, 1.0, (0.0, 1.0), 1, likely, alive, 0)


def outcome(actual, expected, naive):
    return Outcome(actual, expected, naive, expected - 10, expected + 10, 5, 6, 90)


def test_letters_are_those_of_the_literature():
    assert story.letters({"r": 0.25, "alpha": 1, "beta": 3.5}, EN) == "r = 0.25, α = 1, β = 3.5"


def test_found_stands_beside_the_truth():
    found = shop()
    estimate = terms.estimates(found.fit)["leaving"]
    row = story.found(found.fit, found.truth, EN)[2]
    assert list(row.values()) == [
        EN("bg_nbd.term.leaving"),
        "20.0%",
        EN.percent(estimate.value),
        f"{EN.percent(estimate.low)} to {EN.percent(estimate.high)}",
    ]
    assert "True" not in story.found(found.fit, None, EN)[0]


def test_what_means_nothing_is_left_open():
    fit = rehearsal.rehearse("bg_nbd", terms.params("bg_nbd", TERMS | {"leaving": 0}), 3000, 24, 3).fit
    assert not fit.shown
    assert {row["Found"] for row in story.found(fit, None, EN)} == {"–"}
    assert story.held(fit, {}).id == "simulator.held.unknown"


def test_intervals_that_hold_the_truth_are_counted():
    """Against a truth far away, none does; against what was found, all do."""
    found = shop()
    far = {"r": 1e3, "alpha": 1e-3, "a": 1e3, "b": 1e-3}
    assert story.held(found.fit, far).holes["inside"] == 0
    assert story.held(found.fit, found.fit.params).id == "simulator.held.all"


@pytest.mark.parametrize(
    ("actual", "expected", "naive", "which"),
    [
        (100, 104, 101, "close"),  # within five of a hundred, whatever the naive rule says
        (100, 110, 150, "better"),
        (100, 150, 120, "worse"),
        (0, 12, 20, "nothing"),
    ],
)
def test_outcome(actual, expected, naive, which):
    message = story.outcome(outcome(actual, expected, naive), 6, EN)
    assert message.id == f"simulator.outcome.{which}"
    said = EN.say(message)
    assert f"{expected}" in said
    assert f"{expected - 10} to {expected + 10}" in said


def test_outcome_names_the_errors():
    said = EN.say(story.outcome(outcome(200, 150, 300), 6, EN))
    assert "−25.0%" in said
    assert "+50.0%" in said


@pytest.mark.parametrize(
    ("gone", "which", "mine"),
    [(set(), "none", 1), ({1, 2}, "ahead", 3), ({0, 1}, "even", 1), ({0}, "behind", 0)],
)
def test_guess(gone, which, mine):
    """Customers 1 and 2 have left; the model takes nobody but 0 and 1 to have."""
    people = [a_life(0, True, 0.2), a_life(1, False, 0.4), a_life(2, False, 0.9)]
    message = story.guess(people, gone)
    assert (message.id, message.holes["mine"]) == (f"simulator.guess.{which}", mine)
    assert message.holes["model"] == 1


def test_who_truly_spends_most():
    """Customer 2 does; the model names customer 3, the averages so far customer 1."""
    people = [Purse(0, (9.0,), 9, 6, 5), Purse(1, (7.0,), 7, 7, 8), Purse(2, (6.0,), 6, 8, 6)]
    for chosen, which in ((1, "right"), (0, "wrong"), (None, "none")):
        message = story.purse(people, chosen, EN)
        assert message.id == f"simulator.purse.{which}"
        assert [message.holes[name] for name in ("best", "model", "naive")] == [2, 3, 1]


@pytest.mark.parametrize(("observed", "actual", "which"), [(100, 55, "nearer"), (61, 70, "farther")])
def test_top_tenth(observed, actual, which):
    message = story.tenth(Tenth(10, observed, actual, 60), EN)
    assert message.id == f"simulator.tenth.{which}"


@pytest.mark.parametrize(("mine", "which"), [(16, "ahead"), (30, "behind")])
def test_renewing(mine, which):
    last = Term(12, 0.17, 0.15, 0.12, 0.18, 0.02, 0.9, 0.9)
    message = story.renewing([last], mine, EN)
    assert message.id == f"simulator.renewing.{which}"
    assert "17.0%" in EN.say(message)


@pytest.mark.parametrize(("last", "which"), [(0.95, "rises"), (0.63, "level")])
def test_the_share_who_renew_rises_or_does_not(last, which):
    first, end = (Term(n, 0.5, 0.5, 0.4, 0.6, 0.5, share, share) for n, share in ((1, 0.6), (12, last)))
    assert story.rising([first, first, end]).id == f"simulator.renewing.{which}"


def test_draws_are_counted():
    found = [Estimate(1, 0.5, 1.5, 1), Estimate(3, 2.5, 3.5, 1)]
    assert EN.say(story.drawn(found, 1, 2)) == "Of 2 intervals, 1 hold the truth."
    assert story.drawn(found, 1, 20).holes["none"] == 18


# The Python


def run(code):
    """What a program prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(code, {})
    return printed.getvalue()


def numbers(text):
    return [float(x) for x in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", text)]


@pytest.mark.parametrize("model", rehearsal.MODELS)
def test_python_of_purchases_gives_the_same(model):
    found = shop(model)
    lines = run(rehearsal_code.purchases(found)).splitlines()
    assert lines[0] == f"{found.fit.state} {dict(found.fit.params)}"
    assert numbers(lines[-1]) == pytest.approx([found.expected.sum(), found.future.sum()])


def test_python_of_amounts_gives_the_same():
    truth = terms.params("gamma_gamma", {"mean": 30, "steady": 2, "alike": 4})
    found = spending_rehearsal.rehearse(truth, 200, 1.5, 4)
    printed = run(rehearsal_code.spending(found))
    assert printed.startswith(f"{found.fit.state} {dict(found.fit.params)}\n")


def test_python_of_renewals_gives_the_same():
    truth = terms.params("shifted_beta_geometric", {"leaving": 0.4, "alike_leaving": 2})
    found = renewal_rehearsal.rehearse(truth, 500, 4, 1)
    last = renewal_rehearsal.curve(found)[-1]
    first, second = run(rehearsal_code.renewals(found)).splitlines()
    assert first == f"{found.fit.state} {dict(found.fit.params)}"
    assert numbers(second) == pytest.approx([last.expected, last.actual])
    assert np.isclose(last.actual, (found.lasted >= 12).mean())
