"""The page of what-if: sliders from the file's own values, what only the visitor knows, a programme."""

import pytest

import loyalty
from loyalty.texts import LANGUAGES, Message, sentences
from loyalty.ui import state
from loyalty.words import Translator
from tests.promises import SAMPLE_DATA, promised
from tests.screen import app, texts

COUNTED = ("retention", "frequency", "order_value")


def page(language="en", business="cafe"):
    return app("what_if", language, **{state.OPENED: state.sample(business, "tidy")})


def slider(at, name):
    [found] = [each for each in at.slider if each.key.startswith(f"what_if.{name}.")]
    return found


def moved(at, name, position):
    slider(at, name).set_value(position).run()
    assert not at.exception
    return at


def said(at, **known):
    """What the visitor types in, in the units of the page."""
    for name, value in known.items():
        at.number_input(key=f"what_if.own.{name}").set_value(float(value))
    at.run()
    assert not at.exception
    return at


def number(at):
    return at.metric[0].value


def told(at):
    return "\n".join(each.value for each in at.markdown)


def headline(result):
    """The change with its sign."""
    return Translator("en").signed("money", result.overall.value)


def cafe(**levers):
    return loyalty.what_if(loyalty.read(SAMPLE_DATA / "cafe.xlsx"), **levers)


def test_sliders_start_from_the_files_own_values_and_the_claim():
    at, today = page(), promised("cafe.xlsx", "what_if")
    assert slider(at, "retention").value == round(100 * (today["retention"] + 0.05), 1)
    assert slider(at, "retention").label == f"Half-year retention · today {100 * today['retention']:.1f}%"
    assert slider(at, "frequency").value == round(today["purchases"] / today["active"], 2)
    assert slider(at, "order_value").value == round(today["revenue"] / today["purchases"], 2)


def test_a_slider_that_is_moved_is_answered_and_written_down():
    at = moved(page(), "retention", 40.0)
    assert number(at) == headline(cafe(retention=0.4))
    assert "retention=0.4" in at.code[0].value
    assert "With the levers as you have set them" in told(at)


@pytest.mark.slow
def test_another_claim_moves_other_sliders():
    at = moved(page(), "retention", 40.0)
    at.selectbox(key="what_if.scenario").set_value("volume").run()
    today = promised("cafe.xlsx", "what_if")
    assert slider(at, "retention").value == round(100 * today["retention"], 1)
    assert slider(at, "frequency").value == round(1.5 * today["purchases"] / today["active"], 2)
    assert number(at) == headline(cafe(scenario="volume"))


@pytest.mark.slow
def test_all_as_today_changes_nothing():
    at = page()
    at.button(key="what_if.reset").click().run()
    assert not at.exception
    assert number(at) == "0.00"
    assert "All levers stand as they do today" in told(at)


@pytest.mark.slow
def test_all_as_today_stands_where_the_slider_can_stand():
    """A third is between two steps of the slider."""
    at = moved(said(page(), margin=33.33), "margin", 50.0)
    at.button(key="what_if.reset").click().run()
    assert slider(at, "margin").value == 33.3
    assert "margin=0.3333" in at.code[-1].value
    assert "margin_now" not in at.code[-1].value


def test_nothing_is_assumed_of_what_no_file_says():
    at = page()
    assert all(each.value is None for each in at.number_input)
    assert "Profit of the next year" not in "\n".join(texts(at))
    assert sentences("en")["what_if.ltv.unknown"] in [each.value for each in at.markdown]
    assert [each.value for each in at.info] == [sentences("en")["what_if.programme.no_margin"]]
    assert "margin" not in at.code[0].value


def test_with_the_margin_it_is_profit():
    at = said(page(), margin=40)
    assert number(at) == headline(cafe(margin=0.4))
    assert "margin=0.4" in at.code[-1].value
    at = moved(at, "margin", 50.0)
    assert number(at) == headline(cafe(margin=0.5, margin_now=0.4))


@pytest.mark.slow
def test_worth_stands_beside_the_published_figure():
    at = said(page(), margin=40, acquisition_cost=12)
    [now, _] = cafe(margin=0.4, acquisition_cost=12).table("ltv").rows
    assert f"a customer brings {now[1]:.2f} times as much".replace(".", "\\.") in told(at)
    assert f"Your whole interval, {now[2]:.2f} to {now[3]:.2f}".replace(".", "\\.") in told(at)
    assert "First Page Sage" in told(at)


@pytest.mark.slow
def test_without_the_margin_revenue_is_not_held_against_it():
    assert "First Page Sage" not in told(said(page(), acquisition_cost=12))


@pytest.mark.slow
def test_who_is_recommended_may_become_more():
    at = moved(said(page(), word_of_mouth=10), "word_of_mouth", 20.0)
    expected = cafe(word_of_mouth=0.2, word_of_mouth_now=0.1)
    assert number(at) == headline(expected)


def test_a_programme_by_points():
    at = said(page(), margin=40)
    at.number_input(key="what_if.programme.running").set_value(500.0)
    at.number_input(key="what_if.programme.redeemed").set_value(80.0).run()
    data = loyalty.read(SAMPLE_DATA / "cafe.xlsx")
    found = loyalty.programme(data, margin=0.4, redeemed=0.8, running=500.0, uplift=0.1)
    t = Translator("en")
    shown = [t.money(found.cost.value), t.relative(found.needed.value), t.signed("money", found.gain.value)]
    assert [each.value for each in at.metric][1:] == shown
    assert "loyalty.programme(data, margin=0.4" in at.code[0].value


@pytest.mark.slow
def test_a_programme_by_tiers_begins_where_the_files_customers_stand(monkeypatch):
    at = said(page(), margin=40)
    at.button_group(key="what_if.programme.kind").set_value("tiers").run()
    assert not at.exception
    monkeypatch.chdir(SAMPLE_DATA)
    names = {}
    exec(at.code[0].value.replace("print(", "found = ("), names)
    members = [tier.members for tier in names["found"].programme.tiers]
    everybody = promised("cafe.xlsx", "totals", "orders", "customers")
    assert 0.04 * everybody < members[1] < 0.06 * everybody
    assert 0.18 * everybody < sum(members) < 0.22 * everybody
    assert at.metric[1].value == Translator("en").money(names["found"].cost.value)


def test_each_tier_keeps_its_name_whichever_begins_first():
    at = said(page(), margin=40)
    at.button_group(key="what_if.programme.kind").set_value("tiers").run()
    [silver] = [each for each in at.number_input if each.key.startswith("what_if.programme.silver.")]
    silver.set_value(1e6).run()
    assert not at.exception
    [shown] = [each.value for each in at.dataframe if "Tier" in each.value]
    tiers = shown.set_index("Tier")
    assert tiers.loc["Silver", "Members"] == "0", "nobody spends a million"
    assert tiers.loc["Silver", "Must buy more by"] == "+8.1%", "3 of 37 left"
    assert tiers.loc["Gold", "Must buy more by"] == "+14.3%", "5 of 35 left"


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["points", "tiers"])
def test_everything_is_said_in_the_language_of_the_screen(language, kind):
    at = said(page(language, {"en": "shop", "zh": "tea_zh"}[language]), margin=30, acquisition_cost=5)
    at.button_group(key="what_if.programme.kind").set_value(kind).run()
    assert not at.exception
    title = sentences(language)["what_if.programme.title"]
    assert title in [each.value for each in at.subheader]
    other = sentences("zh" if language == "en" else "en")
    foreign = {text for id, text in other.items() if id.startswith("what_if.") and len(text) > 6}
    assert not foreign & set(texts(at)) - set(sentences(language).values())


def test_a_file_that_is_too_short_is_said_to_be():
    at = app()
    rows = "\n".join(f"c{n},2025-03-{1 + n % 28:02},5" for n in range(60))
    at.file_uploader[0].upload("short.csv", f"Customer,Date,Amount\n{rows}".encode()).run()
    at = app("what_if", **{state.OPENED: at.session_state[state.OPENED]})
    assert not at.exception
    assert not at.metric
    fix = Translator("en").markdown(Message("error.too_short.fix"))
    assert [each.value for each in at.error] == [fix]
