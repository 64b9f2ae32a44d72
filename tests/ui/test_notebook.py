"""The page of a metric: the same cells in the same order, with the file's own numbers."""

import re

import pytest

import loyalty
from loyalty import limits, story
from loyalty.metrics import METRICS, clv
from loyalty.texts import LANGUAGES, sentences
from loyalty.ui import notebook, state
from loyalty.words import Translator
from tests.samples import opened
from tests.screen import app, texts

HEADINGS = ("standing", "picture", "breakdown", "trend", "calculation", "advice", "scales", "downloads")
IDS = [metric.id for metric in METRICS]
FORECASTS = [metric for metric in METRICS if any(option.name == notebook.AHEAD for option in metric.options)]
every_forecast = pytest.mark.parametrize("metric", FORECASTS, ids=lambda metric: metric.id)


def headings(at):
    """The cells that every page shares, in the order in which they stand."""
    ids = {sentences("en")[f"cell.heading.{id}"]: id for id in HEADINGS}
    return [ids[each.value] for each in at.subheader if each.value in ids]


def page(id, **session):
    return app(id, **{state.OPENED: opened(id), **session})


@pytest.mark.parametrize("id", IDS)
def test_every_page_has_the_same_cells_in_the_same_order(id):
    found = headings(page(id))
    assert found == [each for each in HEADINGS if each in found]
    assert set(HEADINGS) - set(found) <= {"scales"}


@pytest.mark.slow
@pytest.mark.parametrize("id", IDS)
def test_the_code_on_the_page_gives_the_number_on_the_page(id, monkeypatch):
    at = page(id)
    monkeypatch.chdir(state.SAMPLE_DATA)
    names = {}
    [code] = [each.value for each in at.code if "result = " in each.value]
    exec(code.replace("print(", "("), names)
    result = names["result"]
    assert at.metric[0].value == story.headline(result, Translator("en"))
    [metric] = (metric for metric in METRICS if metric.id == id)
    assert result.by == (metric.by or ("segment" if opened(id).data.has(metric.table, "segment") else None))


@pytest.mark.parametrize("id", IDS)
def test_with_nothing_open_it_shows_what_it_needs_and_stays_with_the_sample(id):
    at = app(id)
    assert not at.metric
    assert sentences("en")["cell.needs.title"] in [each.value for each in at.subheader]
    at.button(key="needs.sample").click().run()
    assert not at.exception
    assert at.title[0].value == sentences("en")[f"{id}.question"]
    assert at.metric


@pytest.mark.parametrize(("language", "name", "files"), [("en", "café", "cafe"), ("zh", "茶叶店", "tea_zh")])
def test_the_sample_on_a_page_without_data_speaks_the_language_of_the_screen(language, name, files):
    at = app("nps", language)
    offer = at.button(key="needs.sample")
    assert name in offer.label
    offer.click().run()
    assert at.session_state[state.OPENED].files == (f"{files}.xlsx",)
    assert at.metric


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_are_typed_as_they_are_shown(language):
    at = app("nps", language, **{state.OPENED: state.sample("cafe", "tidy")})
    assert [each.proto.format for each in at.date_input] == ["YYYY-MM-DD"]


def test_with_the_wrong_columns_it_names_those_it_needs():
    at = app()
    at.file_uploader[0].upload("a.csv", b"Customer,Date,Amount\nC1,2025-03-01,12\nC2,2025-03-02,7\n").run()
    at = app("nps", **{state.OPENED: at.session_state[state.OPENED]})
    assert not at.exception
    told = "\n".join(texts(at))
    assert "Would recommend" in told
    assert sentences("en")["cell.needs.table"] in told  # there is no such sheet whose columns could be named
    assert sentences("en")["cell.needs.data"] not in told
    assert not at.metric


def test_a_choice_changes_the_number_and_the_formula():
    at = page("nps")
    standard = at.metric[0].value
    at.button_group(key="nps.method").set_value("one_to_ten").run()
    expected = loyalty.nps(state.sample("cafe", "tidy").data, method="one_to_ten").overall.value
    assert at.metric[0].value == f"{expected:.0f}" != standard
    assert "dissatisfied" in at.latex[0].value


def test_a_period_cuts_the_data():
    at = page("nps")
    data = state.sample("cafe", "tidy").data
    start, end = data.period("responses")
    middle = start + (end - start) / 2
    key = next(each.key for each in at.date_input)
    at.date_input(key=key).set_value((start, middle)).run()
    part = loyalty.nps(data.between(start, middle)).overall
    assert f"{part.n} answers" in "\n".join(texts(at))
    assert f"data.between(date({start.year}, {start.month}, {start.day})" in at.code[0].value
    at.date_input(key=key).set_value((start,)).run()  # the visitor has chosen the first day only
    assert not at.exception


def test_no_groups_is_a_choice_too():
    at = page("nps")
    at.selectbox(key="nps.by").set_value("").run()
    assert sentences("en")["cell.differ.choose"] in "\n".join(texts(at))


def test_an_option_without_effect_is_not_asked_for():
    at = page("repurchase")
    keys = {each.key for each in at.selectbox}
    assert "repurchase.term" not in keys
    at.button_group(key="repurchase.kind").set_value("subscription").run()
    assert "repurchase.term" in {each.key for each in at.selectbox}


def test_too_little_data_is_said_in_a_sentence():
    at = app()
    lines = b"Customer,Date,Recommend (0-10),Amount\n" + b"C1,2025-03-01,,12\n" * 3
    at.file_uploader[0].upload("few.csv", lines).run()
    at = app("nps", **{state.OPENED: at.session_state[state.OPENED]})
    assert not at.exception
    assert at.error or "What this page needs" in "\n".join(texts(at))


@pytest.mark.parametrize("id", ["repurchase", "order_value", "upsell"])
def test_without_dates_there_is_no_course_of_time(id):
    at = app()
    lines = b"Order,Customer,Product,Amount\n" + b"".join(
        b"%d,C%d,P%d,%d\n" % (n, n % 11, n % 3, 5 + n % 7) for n in range(60)
    )
    at.file_uploader[0].upload("undated.csv", lines).run()
    at = app(id, **{state.OPENED: at.session_state[state.OPENED]})
    assert not at.exception
    assert at.metric
    assert sentences("en")["cell.change.none"] in "\n".join(texts(at))
    assert not at.date_input


def test_one_row_is_enough_for_a_page():
    at = app()
    at.file_uploader[0].upload(
        "one.csv", b"Customer,Date,Product,Amount,Recommend (0-10)\nC1,2025-03-01,Tea,5,9\n"
    ).run()
    now = at.session_state[state.OPENED]
    for id in IDS:
        at = app(id, **{state.OPENED: now})
        assert not at.exception, id


def test_charts_are_not_made_again():
    at = page("nps")
    before = {key: id(value) for key, value in at.session_state[state.RESULTS].items()}
    at.run()
    after = {key: id(value) for key, value in at.session_state[state.RESULTS].items()}
    assert before == after


def test_charts_tell_what_they_show():
    at = page("nps")
    charts = at.get("vega_lite_chart")
    assert len(charts) >= 4
    assert all(re.search(r"\d", chart.proto.alt) for chart in charts)


def horizons(metric):
    """First choice, and the others."""
    [option] = [option for option in metric.options if option.name == notebook.AHEAD]
    return option.default, [choice for choice in option.choices if choice != option.default]


def steady(at):
    """Texts of the screen, but for the names of files that are made when they are asked for."""
    return [each for each in texts(at) if not re.fullmatch("[0-9a-f]{32}", each)]


def ask(at, metric, horizon):
    at.session_state[f"{metric.id}.{notebook.AHEAD}"] = str(horizon)
    return at.run()


@pytest.fixture
def making(monkeypatch):
    """What had to be made, because the session did not remember it."""
    made, kept = [], state.kept

    def watched(key, make, *memory, **limit):
        return kept(key, lambda: (made.append(key[0]), make())[1], *memory, **limit)

    monkeypatch.setattr(state, "kept", watched)
    return made


@every_forecast
def test_another_horizon_is_at_hand_before_it_is_asked_for(metric, making):
    at = page(metric.id)
    assert {metric.id, "chart", "table", "csv", "json"} < set(making)
    for horizon in horizons(metric)[1]:
        making.clear()
        ask(at, metric, horizon)
        assert set(making) == {"ahead"}
        assert not at.exception


@every_forecast
@pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.slow)])
def test_what_was_made_ahead_is_what_is_made_when_it_is_asked_for(metric, language, monkeypatch):
    first, others = horizons(metric)
    at = ask(app(metric.id, language, **{state.OPENED: opened(metric.id)}), metric, first)
    monkeypatch.setattr(limits, "LOOKED_AHEAD", 0)
    for horizon in [others[0], others[-1]]:
        asked = {state.OPENED: opened(metric.id), f"{metric.id}.{notebook.AHEAD}": str(horizon)}
        assert steady(ask(at, metric, horizon)) == steady(app(metric.id, language, **asked).run())


@every_forecast
def test_with_very_many_customers_nothing_is_made_ahead(metric, making, monkeypatch):
    monkeypatch.setattr(
        limits, "LOOKED_AHEAD", opened(metric.id).data.table("orders").collect().shape[0] // 100
    )
    page(metric.id)
    assert making.count(metric.id) == 1
    assert "ahead" not in making


def test_what_goes_wrong_with_another_horizon_is_no_matter_before_it_is_asked_for(monkeypatch):
    compute = clv.METRIC.compute

    def fails(data, **options):
        if options["horizon"] == 3:
            raise ZeroDivisionError
        return compute(data, **options)

    monkeypatch.setattr(
        "loyalty.ui.state.result", lambda metric, data, by, options: fails(data, by=by, **options)
    )
    at = page("clv")
    assert not at.exception
    assert at.metric
    ask(at, clv.METRIC, 3)
    assert at.exception
