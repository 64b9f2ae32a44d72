"""The start page: a sample, a file of one's own, and files that cannot be used."""

import pytest

from loyalty.texts import sentences
from loyalty.ui import state
from tests.screen import app, texts

ANSWERS = b"""Customer,Date,How likely are you to recommend us? (0-10)
C1,2025-03-01,10
C2,2025-03-02,9
C3,2025-03-05,3
"""
ORDERS = b"Customer,Date,Amount\nC1,2025-03-01,12.50\nC1,2025-04-01,8.00\nC2,2025-03-02,7.25\n"


def told(at):
    return "\n".join(texts(at))


@pytest.mark.parametrize("condition", ["tidy", "messy"])
def test_a_sample_opens_at_once(condition):
    at = app()
    at.selectbox(key="sample.business").set_value("studio")
    at.button_group(key="sample.condition").set_value(condition)
    at.button(key="sample.open").click().run()
    assert not at.exception
    assert "Open: Yoga studio" in told(at)
    assert at.session_state[state.OPENED].files == state.SAMPLES["studio"][condition]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_said_what_is_in_a_sample(language):
    at = app(language=language)
    for business in state.SAMPLES:
        at.selectbox(key="sample.business").set_value(business).run()
        said = [each.value for each in at.caption]
        assert sentences(language)[f"start.sample.line.{business}"] in said


@pytest.mark.parametrize(("language", "reload"), [("en", "reloading"), ("zh", "重新加载")])
def test_it_is_said_that_a_reload_loses_the_file(language, reload):
    assert reload in told(app(language=language))
    assert reload.removesuffix("ing") in told(
        app("data", language, **{state.OPENED: state.sample("cafe", "tidy")})
    )


def test_every_sample_that_is_offered_is_there():
    files = [file for states in state.SAMPLES.values() for names in states.values() for file in names]
    assert [file for file in files if not (state.SAMPLE_DATA / file).is_file()] == []


def test_a_file_is_read_and_the_uploader_emptied():
    at = app()
    at.file_uploader[0].upload("answers.csv", ANSWERS).run()
    assert not at.exception
    assert "Open: answers.csv" in told(at).replace("\\", "")
    assert "Answers: 3 rows, Mar 1, 2025 to Mar 5, 2025" in told(at)
    assert at.file_uploader[0].value in (None, [])


def test_files_chosen_together_are_read_as_one():
    at = app()
    uploader = at.file_uploader[0]
    uploader.upload("answers.csv", ANSWERS)
    uploader.upload("orders.csv", ORDERS)
    at.run()
    assert "Answers: 3 rows" in told(at)
    assert "Orders: 3 rows" in told(at)


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("shop.xlsx", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "This is a PDF document"),
        ("shop.csv", b"", "The file holds no data."),
        ("shop.xls", b"MZ\x90\x00" + bytes(200), "not a workbook"),
        ("shop.exe", b"MZ\x90\x00" + bytes(200), "not a workbook"),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_file_that_cannot_be_used_is_answered_with_a_sentence(name, content, what, language):
    at = app(language=language)
    at.file_uploader[0].upload(name, content).run()
    assert not at.exception
    [error] = at.error
    if language == "en":
        assert what in told(at)
    assert error.value  # where, and what to do
    assert state.OPENED not in at.session_state
    assert at.file_uploader[0].value  # so that it can be taken away or replaced


def test_the_ending_of_the_name_does_not_matter():
    at = app()
    at.file_uploader[0].upload("answers.dat", ANSWERS).run()
    assert "Answers: 3 rows" in told(at)


def test_a_table_that_is_not_recognised_leads_to_its_columns():
    at = app()
    at.file_uploader[0].upload("strange.csv", b"foo,bar\nx,y\nz,w\nq,r\n").run()
    assert not at.exception
    assert "it is not clear yet what its columns mean" in told(at)
    assert at.session_state[state.OPENED].data is None
