"""The Benchmarks page: what is shown, what is switched off, what the visitor adds."""

import pytest

from loyalty import benchmarks
from loyalty.ui import figures, state
from loyalty.words import Translator
from tests.screen import app, texts

FILE = "metric,industry,low,typical,high,unit,publisher,year\nnps,coffee,,{typical},,points,My chain,2024\n"


def nps(**session):
    return app("nps", **{state.OPENED: state.sample("cafe", "tidy"), **session})


def told(at):
    return "\n".join(texts(at))


def test_every_figure_carries_its_passport():
    at = app("benchmarks")
    at.button_group(key="benchmarks.trust").set_value(["high", "medium", "low"]).run()
    table = at.dataframe[0].value
    assert len(table) == len(benchmarks.bands())
    assert (table["publisher"] != "").all()
    assert (table["statistic"] != "").all()
    assert table["source_url"].str.startswith("http").all()


def test_figures_are_filtered_by_metric_trust_and_industry():
    at = app("benchmarks", industry="coffee")
    at.selectbox(key="benchmarks.metric").set_value("repurchase").run()
    assert len(at.dataframe[0].value) == sum(band.trust != "low" for band in benchmarks.bands("repurchase"))
    at.toggle(key="benchmarks.mine").set_value(True).run()
    shown = at.dataframe[0].value["industry"]
    assert set(shown) <= {"Coffee", "Cross-industry"}
    assert "Coffee" in set(shown)


def test_a_figure_that_is_switched_off_is_no_longer_compared_with():
    at = nps()
    assert "(Survicate, 2025)" in told(at)
    off = frozenset(band.key for band in benchmarks.bands("nps") if band.publisher == "Survicate")
    again = nps(**{state.BANDS_OFF: off})
    assert not again.exception
    assert "(Survicate, 2025)" not in told(again)


def test_ticking_a_figure_off_in_the_table_switches_it_off():
    at = app("benchmarks")
    first = at.dataframe[0].value.index[0]
    key = next(key for key in at.session_state if str(key).startswith("benchmarks.table."))
    at.session_state[key] = {"edited_rows": {0: {"use": False}}, "added_rows": [], "deleted_rows": []}
    at.run()
    assert at.session_state[state.BANDS_OFF] == {first}


def test_a_figure_of_one_s_own_comes_before_the_published_ones():
    at = app("benchmarks", industry="coffee", **{state.OPENED: state.sample("cafe", "tidy")})
    at.file_uploader[0].upload("mine.csv", FILE.format(typical=12).encode()).run()
    assert not at.exception
    [band] = at.session_state[state.OWN_BANDS]
    assert (band.typical, band.industry, band.publisher) == (12, "coffee", "My chain")
    own = {name: at.session_state[name] for name in (state.OWN_BANDS, state.OWN_ROWS)}
    assert "lies above the Coffee figure of 12 (My chain, 2024)" in told(nps(industry="coffee", **own))


def test_own_figures_can_be_written_into_the_table_and_switched_off():
    at = app("benchmarks")
    key = next(key for key in at.session_state if str(key).startswith("benchmarks.own."))
    row = {
        "use": True,
        "metric": "nps",
        "industry": "coffee",
        "typical": 12.0,
        "unit": "points",
        "publisher": "Me",
    }
    at.session_state[key] = {"edited_rows": {}, "added_rows": [row], "deleted_rows": []}
    save = next(each for each in at.button if each.label == "Use these figures")
    save.click().run()
    assert not at.exception
    assert [band.typical for band in at.session_state[state.OWN_BANDS]] == [12]
    key = next(key for key in at.session_state if str(key).startswith("benchmarks.own."))
    at.session_state[key] = {"edited_rows": {0: {"use": False}}, "added_rows": [], "deleted_rows": []}
    next(each for each in at.button if each.label == "Use these figures").click().run()
    assert not at.exception
    assert at.session_state[state.OWN_BANDS] == ()
    assert len(at.session_state[state.OWN_ROWS]) == 1


@pytest.mark.parametrize(
    ("content", "what"), [("no,header\n", "lack"), (FILE.format(typical="many"), "not a number")]
)
def test_figures_that_make_no_sense_are_refused_in_words(content, what):
    at = app("benchmarks")
    at.file_uploader[0].upload("mine.csv", content.encode()).run()
    assert not at.exception
    assert what in told(at)
    assert state.OWN_BANDS not in at.session_state


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_line_of_the_table_reads_as_its_figure(language):
    band = next(band for band in benchmarks.bands("repurchase") if band.industry == "coffee")
    line = figures._line(Translator(language), band)
    assert line["typical"] == "30.0%"
    assert line["publisher"] == "Metrilo"
    assert line["source_url"] == band.source_url
