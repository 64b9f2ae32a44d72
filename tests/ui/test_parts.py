"""Cells that only some pages have: the lists of customers, to look at and to take along."""

import csv
import io
from functools import cache

import pytest

from loyalty import METRICS, limits, members
from loyalty.texts import sentences
from loyalty.ui import state
from loyalty.words import Translator
from tests.samples import opened
from tests.screen import app, texts

SORTING = [metric for metric in METRICS if metric.members]
every_metric = pytest.mark.parametrize("metric", SORTING, ids=lambda metric: metric.id)
every_language = pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.slow)])
MANY = 250


def page(id, language="en", now=None):
    return app(id, language, **{state.OPENED: now or opened(id)})


def chosen(at, id):
    return at.selectbox(key=f"{id}.members")


def kept(at, id, name):
    """What the cell has made of a list: the rows of the screen, and the file."""
    known = at.session_state[state.RESULTS]
    lists = {key[2]: made for key, made in known.items() if key[:2] == ("members", name) and key[2][0] == id}
    [found] = [made for page, made in lists.items() if id != "clv" or 12 in page]  # not the other horizons
    return found


def shown(at, language="en"):
    """The table of a list as it stands on the screen: the only one that begins with customers."""
    first = sentences(language)["column.customer"]
    [table] = [each.value for each in at.dataframe if each.value.columns[0] == first]
    return table


def lines(file):
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))


@cache
def shop():
    """A file of many customers, some with names that a spreadsheet program would run."""
    names = ["=1+2", "@cmd", "+49 170 123", "-12.50", '"; drop', "<b>x</b>", "*star*", "$5"]
    names += [f"C{n:03}" for n in range(MANY - len(names))]
    rows = [f"{quoted(name)},2025-03-{1 + n % 28:02},{5 + n}" for n, name in enumerate(names)]
    at = app()
    file = "\n".join(["Customer,Date,Amount", *rows]).encode()
    at.file_uploader[0].upload("shop.csv", file).run()
    return at.session_state[state.OPENED]


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


@every_metric
@every_language
def test_every_list_with_somebody_in_it_can_be_chosen(metric, language):
    at, t = page(metric.id, language), Translator(language)
    assert not at.exception
    assert sentences(language)["cell.members.title"] in [each.value for each in at.subheader]
    found = members(metric.id, opened(metric.id).data)["list"].value_counts()
    wanted = {
        t("cell.members.list", name=t(f"{metric.id}.list.{name}"), n=int(n)) for name, n in found.items()
    }
    assert set(chosen(at, metric.id).options) == wanted


@every_metric
@every_language
def test_a_list_is_shown_and_its_file_holds_all_of_it(metric, language):
    at, t = page(metric.id, language), Translator(language)
    for option in [each.split("\n")[0] for each in chosen(at, metric.id).options]:
        chosen(at, metric.id).select(option).run()
        assert not at.exception
        name = chosen(at, metric.id).value
        expected = members(metric.id, opened(metric.id).data, name)
        rows, file = kept(at, metric.id, name)
        header, *body = lines(file)
        assert len(rows) == min(len(expected), limits.LISTED)
        assert len(body) == len(expected)
        assert [row[0].removeprefix("'") for row in body] == expected["customer"].tolist()
        assert header == list(rows[0])
        assert header[0] == t("column.customer")
        assert list(shown(at, language).columns) == header
        told = "\n".join(texts(at))
        if t.has(f"{metric.id}.list_help.{name}"):
            assert t(f"{metric.id}.list_help.{name}")[:20] in told
        more = t("cell.members.first", n=limits.LISTED, of=len(expected))
        assert (more in told) == (len(expected) > limits.LISTED)


def test_a_long_list_says_how_many_there_are():
    at = page("journey", now=shop())  # everybody has bought once
    assert f"The first {limits.LISTED} of {MANY} are shown; the file holds all of them." in "\n".join(
        texts(at)
    )
    rows, file = kept(at, "journey", "first")
    assert (len(rows), len(lines(file))) == (limits.LISTED, MANY + 1)


def test_names_are_harmless_in_the_file_and_as_they_are_on_the_screen():
    at = page("journey", now=shop())
    rows, file = kept(at, "journey", "first")
    written = {row[0] for row in lines(file)[1:]}
    assert {"'=1+2", "'@cmd", "+49 170 123", "-12.50"} <= written
    assert {"<b>x</b>", "*star*", "$5"} <= written
    assert not {name for name in written if name.startswith(("=", "@"))}
    listed = members("journey", shop().data, "first")["customer"].tolist()
    assert [row["Customer"] for row in rows] == listed[: limits.LISTED]


def test_numbers_in_the_file_are_numbers_and_days_are_days():
    at = page("rfm")
    name = chosen(at, "rfm").value
    _, file = kept(at, "rfm", name)
    header, first, *_ = lines(file)
    expected = members("rfm", opened("rfm").data, name).iloc[0]
    row = dict(zip(header, first, strict=True))
    assert float(row["Amount"]) == pytest.approx(expected["amount"])
    assert int(row["Purchases"]) == expected["purchases"]
    assert row["Last purchase"] == expected["last"]


def test_numbers_on_the_screen_have_their_units():
    at = page("rfm", "zh")
    amount = shown(at, "zh")[sentences("zh")["column.amount"]].iloc[0]
    last = shown(at, "zh")[sentences("zh")["column.last"]].iloc[0]
    expected = members("rfm", opened("rfm").data, chosen(at, "rfm").value).iloc[0]
    t = Translator("zh")
    assert amount == t.money(expected["amount"], opened("rfm").data.currency)
    assert last.endswith("日")


def test_the_options_of_the_page_hold_for_its_lists():
    at = page("top_customers")
    whole = len(lines(kept(at, "top_customers", "top")[1]))
    at.button_group(key="top_customers.top").set_value("5").run()
    files = [
        made[1]
        for key, made in at.session_state[state.RESULTS].items()
        if key[:2] == ("members", "top") and key[2][0] == "top_customers"
    ]
    assert len(files) == 2
    assert len(lines(files[-1])) < whole


def test_the_period_of_the_page_holds_for_its_lists():
    at = page("rfm")
    start, end = opened("rfm").data.period("orders")
    middle = start + (end - start) / 2
    at.date_input(key=next(each.key for each in at.date_input)).set_value((start, middle)).run()
    assert not at.exception
    name = chosen(at, "rfm").value
    expected = members("rfm", opened("rfm").data.between(start, middle), name)
    assert f"({len(expected)})" in next(
        each for each in chosen(at, "rfm").options if str(len(expected)) in each
    )


def test_a_list_that_is_empty_in_other_data_is_chosen_no_longer():
    at = page("rfm")
    options = chosen(at, "rfm").options
    chosen(at, "rfm").select(options[-1]).run()
    at.session_state[state.OPENED] = shop()
    at.run()
    assert not at.exception
    assert chosen(at, "rfm").value in members("rfm", shop().data)["list"].to_numpy()
