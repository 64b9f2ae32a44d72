"""What may be chosen on the page of a trial: the groups first, then what the data hold of each option."""

from dataclasses import replace

import pytest

from loyalty.ui import state
from tests.screen import app
from tests.tables import dataset, draw_trials


def mints():
    return app("experiment", **{state.OPENED: state.sample("mint", "tidy")})


def chosen(at, key, value):
    at.selectbox(key=key).set_value(value).run()
    assert not at.exception
    return at


def labels(at, key):
    box = at.selectbox(key=key)
    return list(box.options)


def test_the_groups_come_first_because_they_are_what_is_asked():
    order = [box.key for box in mints().main.selectbox]
    assert order[:3] == ["experiment.by", "experiment.outcome", "experiment.control"]


def test_every_measure_of_the_file_can_be_compared():
    at = mints()
    assert labels(at, "experiment.outcome") == ["Outcome column", "Party size", "Bill", "Tip"]
    assert at.metric[0].value == "20.79"
    chosen(at, "experiment.outcome", "=Tip")
    assert at.metric[0].value == "17.26", "57,070.84 left by 3,307 parties"
    assert "Compared: “Tip” by “Group”." in [each.value for each in at.caption]


def test_every_group_can_be_the_control():
    at = mints()
    names = ["A second helping", "Mints without a word", "No mint", "Two mints and a mention"]
    assert sorted(labels(at, "experiment.control")) == sorted(["Found by name", *names])
    chosen(at, "experiment.control", "=Mints without a word")
    assert 'control="Mints without a word"' in at.code[0].value
    told = "\n".join(each.value for each in at.markdown)
    assert "Held against the control “Mints without a word”, whose mean is 19\\.54:" in told


def test_another_column_of_groups_brings_its_own_controls():
    at = chosen(mints(), "experiment.control", "=No mint")
    chosen(at, "experiment.by", "Server")
    assert "No mint" not in labels(at, "experiment.control")
    assert at.selectbox(key="experiment.control").value == "None"
    assert 'by="Server"' in at.code[0].value


def test_the_bootstrap_can_be_chosen():
    at = mints()
    at.button_group(key="experiment.test").set_value("bootstrap").run()
    assert not at.exception
    assert 'test="bootstrap"' in at.code[0].value


def test_nothing_is_asked_where_there_is_one_choice():
    lines = draw_trials(1).select("group", "outcome")
    now = replace(state.sample("mint", "tidy"), data=dataset(trials=lines))
    at = app("experiment", **{state.OPENED: now})
    assert not at.exception
    assert "experiment.outcome" not in [box.key for box in at.main.selectbox]


@pytest.mark.parametrize(
    ("language", "told"), [("en", "Any sheet can be marked"), ("zh", "任何工作表都可以标为")]
)
def test_without_a_trial_the_page_says_how_a_sheet_becomes_one(language, told):
    at = app("experiment", language, **{state.OPENED: state.sample("cafe", "tidy")})
    assert not at.exception
    assert not at.metric
    assert told in "\n".join(each.value for each in at.markdown)
