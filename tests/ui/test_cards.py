"""The scorecard: what is answered, what waits, and where each number stands."""

from datetime import date, timedelta

import pytest

from loyalty import benchmarks, forecast, nps, repurchase
from loyalty.metrics import METRICS
from loyalty.texts import sentences
from loyalty.ui import navigation, state
from loyalty.words import Translator
from tests.screen import app, texts

EN = sentences("en")
START = ""  # the page that opens first has no name in the address


def scorecard(content=None, **session):
    if content:
        at = app()
        at.file_uploader[0].upload("mine.csv", content).run()
        session[state.OPENED] = at.session_state[state.OPENED]
    return app("scorecard", **session)


def test_every_metric_has_a_card_with_its_number_and_a_way_to_its_page():
    at = scorecard(**{state.OPENED: state.sample("cafe", "tidy")})
    data, t = state.sample("cafe", "tidy").data, Translator("en")
    answered = [metric.id for metric in METRICS if not data.missing(*metric.needs)]
    shown = {card.label: card.value for card in at.metric}
    assert list(shown) == [EN[f"{id}.card"] for id in answered]
    assert shown[EN["nps.card"]] == t.points(nps(data).overall.value)
    assert shown[EN["repurchase.card"]] == t.percent(repurchase(data).overall.value)
    pages = [link.proto.page for link in at.get("page_link") if link.proto.label == EN["scorecard.open"]]
    assert pages == answered


def test_what_is_missing_stands_greyed_with_the_columns_that_unlock_it():
    answers = b"Customer,Date,Recommend (0-10)\n" + b"".join(
        b"C%d,2025-03-01,%d\n" % (n, n % 11) for n in range(40)
    )
    at = scorecard(answers)
    assert [card.label for card in at.metric] == [EN["nps.card"]]
    told = "\n".join(texts(at))
    waiting = [metric for metric in METRICS if metric.id != "nps"]
    for metric in waiting:
        assert f":gray[{EN[f'{metric.id}.title']}]" in told
    assert EN["role.amount"] in told
    assert EN["role.customer"] in told
    unnamed = [metric for metric in waiting if metric.table == "responses" and len(metric.needs) == 1]
    assert ways(at, "cell.needs.table") == [START] * (len(waiting) - len(unnamed))
    assert ways(at, "cell.needs.data") == ["data"] * len(unnamed)


def test_a_column_that_is_not_known_is_looked_for_where_columns_are_named():
    orders = b"Date,Amount\n" + b"".join(b"2025-03-%02d,%d\n" % (1 + n % 28, 5 + n) for n in range(40))
    at = scorecard(orders)
    assert set(ways(at, "cell.needs.table")) == {START}  # of the answers; orders there are
    assert set(ways(at, "cell.needs.data")) == {"data"}


def ways(at, id):
    """The pages that the links with this label lead to."""
    return [link.proto.page for link in at.get("page_link") if link.proto.label == EN[id]]


def test_the_badge_says_where_the_whole_interval_stands():
    session = {state.OPENED: state.sample("cafe", "tidy"), state.INDUSTRY: "coffee"}
    found = nps(session[state.OPENED].data)
    position = benchmarks.place(found.overall, benchmarks.band_for(found, "coffee")).position
    at = scorecard(**session)
    badges = [each.value for each in at.markdown if "badge[" in each.value]
    assert EN[f"scorecard.place.{position}"] in badges[0]
    upsell = [card.label for card in at.metric].index(EN["upsell.card"])
    assert EN["scorecard.place.none"] in badges[upsell]  # nobody has published an upsell ratio


@pytest.mark.parametrize(
    ("before", "after", "delta", "direction"), [(10, 0, "-200 points", "DOWN"), (0, 10, "+200 points", "UP")]
)
def test_the_arrow_points_where_the_number_went(before, after, delta, direction):
    given = [(month, n, score) for month, score in ((2, before), (3, after)) for n in range(60)]
    answers = "".join(f"C{n},2025-{month:02d}-{1 + n % 28:02d},{score}\n" for month, n, score in given)
    at = scorecard(f"Customer,Date,Recommend (0-10)\n{answers}".encode())
    (card,) = (card for card in at.metric if card.label == EN["nps.card"])
    assert card.delta == delta
    assert card.proto.direction == card.proto.MetricDirection.Value(direction)
    assert card.proto.color == card.proto.MetricColor.Value("RED" if direction == "DOWN" else "GREEN")


def test_a_forecast_of_months_has_no_change_of_a_single_one_beside_it():
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(182)]
    bought = [(n, day) for n in range(60) for day in days[n % 9 :: 9] if n < 15 or day.month < 6]
    orders = "".join(f"C{n},{day},{5 + n % 7}\n" for n, day in bought).encode()
    at = scorecard(b"Customer,Date,Amount\n" + orders)
    assert forecast(at.session_state[state.OPENED].data).change.real
    (card,) = (card for card in at.metric if card.label == EN["forecast.card"])
    assert card.delta == ""


def test_with_nothing_open_the_sample_is_offered():
    at = scorecard()
    assert not at.metric
    at.button(key="needs.sample").click().run()
    assert EN["nps.card"] in [card.label for card in at.metric]
    assert at.title[0].value == EN["scorecard.question"]


def test_every_page_of_the_navigation_is_there():
    files = {path.stem for path in navigation.PAGES.glob("*.py")}
    listed = [id for members in navigation.SECTIONS.values() for id in members]
    assert sorted(listed) == sorted(files)
    assert {metric.id for metric in METRICS} <= set(listed)
