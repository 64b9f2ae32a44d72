"""Pictures of what is drawn in the simulators: valid in every language and theme, and showing what is so."""

import xml.etree.ElementTree as ElementTree
from functools import cache

import pytest

from loyalty import charts
from loyalty.charts import lives, purses, rehearsals, renewing
from loyalty.charts.style import palette
from loyalty.core import Estimate
from loyalty.models import rehearsal, renewal_rehearsal, spending_rehearsal, terms
from loyalty.words import Translator

EN = Translator("en")
MOST_MARKS = 2000


@cache
def shop(model="bg_nbd"):
    truth = terms.params(model, {"rate": 1, "alike": 0.5, "leaving": 0.2, "alike_leaving": 2})
    return rehearsal.rehearse(model, truth, 500, 12, 1)


@cache
def spending():
    truth = terms.params("gamma_gamma", {"mean": 30, "steady": 2, "alike": 4})
    return spending_rehearsal.rehearse(truth, 500, 2, 1)


@cache
def curve():
    truth = terms.params("shifted_beta_geometric", {"leaving": 0.4, "alike_leaving": 2})
    return renewal_rehearsal.curve(renewal_rehearsal.rehearse(truth, 500, 4, 1))


def estimates():
    """Three intervals around 1, one of which misses it."""
    return [Estimate(1.1, 0.9, 1.3, 9), Estimate(0.7, 0.5, 0.9, 9), Estimate(1, 0.8, 1.2, 9)]


DRAWN = {
    **{f"life {model}": lambda t, dark, m=model: lives.life(m, t, dark) for model in rehearsal.MODELS},
    "hidden": lambda t, dark: lives.lives(rehearsal.lives(shop()), 12, False, t, dark),
    "revealed": lambda t, dark: lives.lives(rehearsal.lives(shop()), 12, True, t, dark),
    "rates": lambda t, dark: rehearsals.spread(rehearsal.rates(shop()), "rate", t, dark),
    "leavings": lambda t, dark: rehearsals.spread(rehearsal.leavings(shop()), "leaving", t, dark),
    "means": lambda t, dark: rehearsals.spread(spending_rehearsal.means(spending()), "mean", t, dark),
    "counts": lambda t, dark: rehearsals.counts(
        rehearsal.counts(shop().fit, shop().frequency, shop().age), t, dark
    ),
    "followed": lambda t, dark: rehearsals.followed(rehearsal.classes(shop()), t, dark),
    "draws": lambda t, dark: rehearsals.draws(estimates(), Estimate(1, 1, 1, 0, "what"), "number", t, dark),
    "purses hidden": lambda t, dark: purses.purses(spending_rehearsal.purses(spending()), False, t, dark),
    "purses": lambda t, dark: purses.purses(spending_rehearsal.purses(spending()), True, t, dark),
    "tenths": lambda t, dark: purses.tenths(spending_rehearsal.tenths(spending()), t, dark),
    "pull": lambda t, dark: purses.pull(
        spending_rehearsal.pulls(spending()), spending_rehearsal.once(spending()), t, dark
    ),
    "staying hidden": lambda t, dark: renewing.staying(curve(), 4, False, t, dark),
    "staying": lambda t, dark: renewing.staying(curve(), 4, True, t, dark),
    "renewing": lambda t, dark: renewing.renewing(curve(), t, dark),
}
FURTHER = [
    pytest.param(*pair, marks=pytest.mark.slow) for pair in (("en", True), ("zh", False), ("zh", True))
]


def data(chart):
    """Rows of the views of a chart, by the kind of their marks."""
    spec = chart.to_dict()
    for view in spec["layer"]:
        yield view["mark"]["type"], spec["datasets"][view.get("data", spec.get("data"))["name"]]


def rows(chart, kind):
    return [found for mark, found in data(chart) if mark == kind]


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize(("language", "dark"), [("en", False), *FURTHER])
def test_every_picture_is_drawn(name, language, dark):
    t = Translator(language)
    chart = DRAWN[name](t, dark)
    spec = chart.to_dict()  # raises where the schema of Vega-Lite is not kept
    assert spec["width"] == "container"
    assert sum(len(found) for found in spec["datasets"].values()) < MOST_MARKS
    assert chart.description.strip()
    assert charts.png(chart, t, dark, width=340, scale=1).startswith(b"\x89PNG")


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWN)
def test_nothing_is_named_by_its_id(name):
    drawn = charts.svg(DRAWN[name](EN, False), EN, width=340)
    texts = ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")
    words = [word for text in texts for word in text.itertext()]
    assert words
    assert not [word for word in words if word.startswith("simulator.") or "undefined" in word]


def test_what_is_hidden_is_not_in_the_picture():
    people = rehearsal.lives(shop())
    hidden, revealed = (str(lives.lives(people, 12, shown, EN).to_dict()) for shown in (False, True))
    assert "has left" not in hidden
    assert "has left" in revealed
    assert "truth" not in str(purses.purses(spending_rehearsal.purses(spending()), False, EN).to_dict())


def test_who_cannot_see_the_picture_is_told_of_each_customer():
    people = rehearsal.lives(shop())
    hidden, revealed = (lives.lives(people, 12, shown, EN).description for shown in (False, True))
    came = [f"Customer {at}: repeat purchases: {life.frequency}." for at, life in enumerate(people, 1)]
    assert hidden.endswith(" ".join(came))
    assert revealed.count("has left") == sum(not life.alive for life in people)
    spenders = spending_rehearsal.purses(spending())
    told = purses.purses(spenders, True, EN).description
    assert f"Customer 1: so far {EN.money(spenders[0].observed)}" in told
    assert told.count("truth") == len(spenders)


def test_each_purchase_is_a_point():
    people = rehearsal.lives(shop())
    [points] = rows(lives.lives(people, 12, False, EN), "point")
    assert len(points) == sum(len(life.purchases) for life in people)


@pytest.mark.parametrize(("model", "chances"), [("bg_nbd", 4), ("mbg_nbd", 5)])
def test_customers_may_leave_where_the_model_says(model, chances):
    """Of five purchases four are repeat purchases."""
    rings, purchases = rows(lives.life(model, EN), "point")
    assert (len(rings), len(purchases)) == (chances, 5)


def test_bars_are_the_customers():
    found = shop()
    [bars] = rows(rehearsals.counts(rehearsal.counts(found.fit, found.frequency, found.age), EN), "rect")
    assert [row["bar"] for row in bars[:3]] == [(found.frequency == n).sum() for n in range(3)]
    assert sum(row["bar"] for row in bars) == 500


def test_intervals_that_miss_have_their_own_colour():
    chart = rehearsals.draws(estimates(), Estimate(1, 1, 1, 0, "what"), "number", EN)
    [points] = rows(chart, "point")
    colours = palette(False)
    assert [row["color"] for row in points] == [colours.value, colours.bottom, colours.value]


def test_what_followed_is_hidden_until_it_is_revealed():
    seen, all_of_them = (rows(renewing.staying(curve(), 4, shown, EN), "rect")[0] for shown in (False, True))
    assert [row["renewals"] for row in seen] == [0, 1, 2, 3, 4]
    assert len(all_of_them) == 13
    assert not rows(renewing.staying(curve(), 4, False, EN), "line")
    naive, expected = rows(renewing.staying(curve(), 4, True, EN), "line")
    assert naive[-1]["naive"] == curve()[-1].naive
    assert expected[-1]["name"] == EN("simulator.renewing.expected")


def test_where_the_model_shows_nothing_only_the_truth_is_drawn():
    truth = terms.params("bg_nbd", {"rate": 0.5, "alike": 1, "leaving": 0, "alike_leaving": 3})
    found = rehearsal.rehearse("bg_nbd", truth, 3000, 24, 3)
    chart = rehearsals.spread(rehearsal.rates(found), "rate", EN)
    [bars] = rows(chart, "rect")
    assert {row["found"] for row in bars} == {None}
    [line] = rows(chart, "line")
    assert sum(row["true"] for row in line[:-1]) == pytest.approx(rehearsal.REACH)
