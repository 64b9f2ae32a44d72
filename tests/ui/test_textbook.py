"""The textbook on the page of lifetime value: what the file tells stands in its inputs, and changes count."""

import pytest

from loyalty import textbook_clv
from loyalty.ui import state
from tests.samples import opened
from tests.screen import app, texts


@pytest.fixture(scope="module")
def page():
    return app("clv", **{state.OPENED: opened("clv")})


def field(at, name):
    [found] = [each for each in at.number_input if each.key.startswith(f"textbook.{name}.")]
    return found


def average(at):
    """The visitor's own average: the last number on the page."""
    return at.metric[-1].value


def test_the_worked_example_stands_beside_the_visitors_numbers(page):
    shown = [each.value for each in page.metric]
    assert shown[-2] == "14,098.71"
    assert field(page, "margin").value == 21.3


def test_what_the_file_tells_is_filled_in(page):
    """In the café a purchase is some seven on average, and hardly anybody comes every week."""
    assert 5 < field(page, "spend").value < 10
    assert 0 < field(page, "visits").value < 1


def test_a_change_counts(page):
    field(page, "retention").set_value(50.0)
    page.run()
    assert not page.exception
    names = ("spend", "visits", "years", "margin", "discount", "retention")
    given = {name: field(page, name).value for name in names}
    for name in ("margin", "discount", "retention"):
        given[name] /= 100
    assert average(page) == f"{textbook_clv(**given).average:,.2f}"


def test_what_has_no_end_is_said_in_words(page):
    field(page, "retention").set_value(100.0)
    field(page, "discount").set_value(0.0)
    page.run()
    assert not page.exception
    assert any("has no end" in text for text in texts(page))
