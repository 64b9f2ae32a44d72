"""What a session holds: its language, its data, its results, and nobody else's."""

import pytest
from streamlit.testing.v1 import AppTest

from loyalty.texts import sentences
from loyalty.ui import navigation, state
from tests.screen import PATIENCE, ROUTER, app

CAFE = state.SAMPLE_DATA / "cafe.xlsx"


def session(script, **kwargs) -> AppTest:
    """Run a function in a session of its own."""
    at = AppTest.from_function(script, kwargs=kwargs, default_timeout=60).run()
    assert not at.exception, [each.value for each in at.exception]
    return at


@pytest.mark.parametrize(
    ("address", "before", "browser", "language"),
    [
        (None, None, None, "en"),
        (None, None, "zh-CN", "zh"),
        (None, None, "de-DE", "en"),
        (None, "en", "zh-CN", "en"),
        ("zh", "en", "en-GB", "zh"),
        ("nonsense", None, "zh-TW", "zh"),
    ],
)
def test_the_address_goes_before_the_session_before_the_browser(address, before, browser, language):
    def script():
        import streamlit as st

        from loyalty.ui import state

        st.text(state.language())

    at = AppTest.from_function(script)
    if address:
        at.query_params["lang"] = address
    if before:
        at.session_state["language"] = before
    at.context = {"locale": browser} if browser else {}
    assert at.run().text[0].value == language


def test_another_language_keeps_the_page_the_data_and_the_choices():
    at = app("nps", **{state.OPENED: state.sample("cafe", "tidy")})
    at.button_group(key="nps.method").set_value("one_to_ten").run()
    english = at.metric[0].value
    at.button_group(key=state.LANGUAGE).set_value("zh").run()
    assert at.title[0].value == sentences("zh")["nps.question"]
    assert at.metric[0].value == english
    assert at.session_state["nps.method"] == "one_to_ten"
    assert at.query_params["lang"] == "zh"
    at.switch_page(str(navigation.path("start"))).run()
    at.switch_page(str(navigation.path("nps"))).run()
    assert at.session_state["nps.method"] == "one_to_ten"


def test_what_is_made_is_remembered_up_to_a_number():
    def script():
        from loyalty.ui import state

        made = []

        def make(key):
            return state.kept(key, lambda: made.append(key) or key)

        for key in range(state.KEPT + 1):
            assert make(key) == key
        make(1)
        assert made == list(range(state.KEPT + 1))
        make(0)
        assert made[-1] == 0

    session(script)


def test_sessions_share_nothing():
    first = app("scorecard", **{state.OPENED: state.sample("cafe", "tidy")})
    second = app("scorecard")
    assert first.metric
    assert not second.metric
    assert state.OPENED not in second.session_state
    assert state.RESULTS not in second.session_state


def test_everything_is_forgotten_but_the_language():
    at = app("nps", "zh", **{state.OPENED: state.sample("cafe", "tidy")})
    at.switch_page(str(navigation.path("data"))).run()
    at.button(key="delete").click().run()
    at.button(key="delete").click()  # AppTest draws the dialog only in a run that begins with this click
    at.button(key="delete.confirm").click().run()
    assert at.session_state[state.LANGUAGE] == "zh"
    assert state.OPENED not in at.session_state
    assert not [key for key in at.session_state if str(key).startswith(("nps", state.RESULTS))]
    assert not at.dataframe


def test_a_file_that_cannot_be_read_leaves_what_was_open():
    def script(cafe, bad):
        import io

        import streamlit as st

        from loyalty.errors import LoyaltyError
        from loyalty.ui import state

        class Upload(io.BytesIO):
            name = "../a/b.xlsx"

        state.open_files([Upload(cafe.read_bytes())])
        assert state.opened().files == ("b.xlsx",)
        first = state.data()
        try:
            state.open_files([Upload(bad)])
        except LoyaltyError:
            st.text("told")
        assert state.data() is first

    assert session(script, cafe=CAFE, bad=b"%PDF-1.7 \x00\x01").text[0].value == "told"


def test_a_sample_brings_its_industry_unless_one_was_chosen():
    at = app("nps")
    at.button(key="needs.sample").click().run()
    assert at.session_state[state.INDUSTRY] == "coffee"
    at = app("nps")
    at.selectbox(key=state.INDUSTRY).set_value("retail").run()
    at.button(key="needs.sample").click().run()
    assert at.session_state[state.INDUSTRY] == "retail"


def test_data_of_one_s_own_do_not_inherit_the_industry_of_the_sample():
    at = app("nps")
    at.button(key="needs.sample").click().run()
    at.switch_page(str(navigation.path("start"))).run()
    at.file_uploader[0].upload(
        "a.csv", b"Customer,Date,Amount\nC1,2025-03-01,12.5\nC2,2025-03-02,7.5\n"
    ).run()
    assert not at.exception
    assert at.session_state[state.INDUSTRY] == "cross_industry"


def test_the_address_keeps_a_language_the_browser_would_not_ask_for():
    at = app("nps", "zh")
    assert at.query_params["lang"] == "zh"
    at = AppTest.from_file(str(ROUTER), default_timeout=PATIENCE)
    at.context = {"locale": "zh-CN"}
    at.run()
    assert "lang" not in at.query_params
    at.session_state[state.LANGUAGE] = "en"
    at.run()
    assert at.query_params["lang"] == "en"


def test_a_result_is_computed_once_for_the_same_question():
    def script():
        from dataclasses import replace

        from loyalty.metrics import nps
        from loyalty.ui import state

        asked = []

        def compute(data, by=None, **options):
            asked.append((by, options))
            return nps.nps(data, by, **options)

        metric = replace(nps.METRIC, compute=compute)
        data = state.sample("cafe", "tidy").data
        first = state.result(metric, data, None, {"method": "standard"})
        assert state.result(metric, data, None, {"method": "standard"}) is first
        assert state.result(metric, data, "segment", {"method": "standard"}).by == "segment"
        start, end = data.period("responses")
        part = state.between(data, start, start.replace(year=end.year))
        assert state.between(data, start, start.replace(year=end.year)) is part
        assert state.result(metric, part, None, {"method": "standard"}).overall.n < first.overall.n
        assert len(asked) == 3

    session(script)
