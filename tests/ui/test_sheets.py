"""The Data page: correcting what a sheet was read as."""

import io
import json

import pytest
import xlsxwriter

from loyalty.texts import sentences
from loyalty.ui import state
from tests.screen import app, texts


def workbook(rows, sheet="Sheet1"):
    """The bytes of an xlsx."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return file.getvalue()


def opened(content, name="shop.xlsx", language="en"):
    """The Data page with a file uploaded through the start page."""
    at = app(language=language)
    at.file_uploader[0].upload(name, content).run()
    assert not at.exception
    now = at.session_state[state.OPENED]
    return app("data", language, **{state.OPENED: now})


def mean(at, **roles):
    """Choose meanings by column in the editor, as a visitor would, and read the sheet again."""
    now = at.session_state[state.OPENED]
    key = f"data.columns.0.{now.corrections}"
    [table] = at.button_group(key=f"data.tables.0.{now.corrections}").value
    headers = now.plans[0].headers
    edits = {headers.index(header): {table: role} for header, role in roles.items()}
    at.session_state[key] = {"edited_rows": edits, "added_rows": [], "deleted_rows": []}
    at.button(key="data.apply").click().run()
    assert not at.exception
    return at.session_state[state.OPENED]


ROWS = [
    ["Customer", "Date", "Amount", "Gross"],
    ["C1", "2025-03-01", 10, 12],
    ["C1", "2025-04-01", 20, 24],
    ["C2", "2025-03-05", 30, 36],
]


def test_another_meaning_changes_the_number():
    at = opened(workbook(ROWS))
    assert at.session_state[state.OPENED].data.roles["orders"]["amount"] == "Amount"
    now = mean(at, Amount=None, Gross="amount")
    assert now.data.roles["orders"]["amount"] == "Gross"
    assert now.data.orders.collect()["amount"].to_list() == [12, 24, 36]
    assert now.corrections == 1


@pytest.mark.parametrize(
    ("question", "width"),
    [("Score", "medium"), ("How likely are you to recommend us to a friend? (0-10)", "large")],
)
def test_a_long_question_has_room_and_the_way_to_change_its_meaning_is_said(question, width):
    at = opened(workbook([["Customer", question], *([f"C{n}", n % 11] for n in range(40))]))
    assert sentences("en")["data.columns.how"] in [each.value for each in at.caption]
    settings = json.loads(at.dataframe[1].proto.columns)
    assert settings["name"]["width"] == width


def test_a_meaning_given_twice_is_refused_in_words():
    at = opened(workbook(ROWS))
    now = mean(at, Gross="amount")
    assert now.corrections == 0
    assert "Two columns, “Amount” and “Gross”" in "\n".join(texts(at))


def test_a_file_without_headers_gets_its_roles_by_hand():
    lines = "\n".join(f"{1 + n % 7:05d} 1997010{1 + n % 9} {1 + n % 3} {10 + n}.50" for n in range(40))
    at = opened(lines.encode(), "log.txt")
    at.button_group(key="data.tables.0.0").set_value(["orders"])
    at.number_input(key="data.header.0.0").set_value(0).run()
    now = mean(at, **{"Column 1": "customer", "Column 2": "date", "Column 3": None, "Column 4": "amount"})
    assert now.problem is None
    orders = now.data.orders.collect()
    assert orders["customer"].to_list()[0] == "00001"
    assert orders["amount"].to_list() == [10.5 + n for n in range(40)]


@pytest.mark.parametrize(("order", "months"), [("yes", [3, 4]), ("no", [4, 3])])
def test_the_order_of_day_and_month_is_the_visitor_s(order, months):
    rows = [["Customer", "Date", "Amount"], ["C1", "04/03/2025", 10], ["C2", "03/04/2025", 20]]
    at = opened(workbook(rows))
    at.button_group(key="data.day_first.0.0").set_value(order).run()
    at.button(key="data.apply").click().run()
    data = at.session_state[state.OPENED].data
    assert [date.month for date in data.orders.collect()["date"].to_list()] == months


def test_the_header_row_can_be_another_one():
    rows = [
        ["Customer", "Date", "Amount"],
        ["Client", "Day", "Sum"],
        ["C1", "2025-03-04", 10],
        ["C2", "2025-03-05", 20],
    ]
    at = opened(workbook(rows))
    at.number_input(key="data.header.0.0").set_value(2).run()
    assert not at.exception
    assert "Client" in "\n".join(texts(at))
    now = mean(at, Client="customer", Day="date", Sum="amount")
    assert now.data.orders.collect()["amount"].to_list() == [10, 20]


def test_a_sheet_that_is_said_to_hold_another_table_is_matched_to_it():
    at = opened(workbook(ROWS))
    at.button_group(key="data.tables.0.0").set_value(["visits"]).run()
    at.button(key="data.apply").click().run()
    assert not at.exception
    assert at.session_state[state.OPENED].plans[0].tables == {
        "visits": {"visitor": "Customer", "time": "Date"}
    }


def test_any_sheet_can_be_said_to_be_a_trial():
    rows = [
        ["Colour", "Weight", "Sold"],
        *([f"c{n % 3}", 10 + n, "yes" if n % 2 else "no"] for n in range(12)),
    ]
    at = opened(workbook(rows))
    at.button_group(key="data.tables.0.0").set_value(["trials"]).run()
    now = mean(at, Colour="group", Weight="outcome")
    assert now.problem is None
    assert now.data.by_choices("trials") == ("group",)
    assert now.data.measure_choices("trials") == ("outcome", "Sold")


@pytest.mark.parametrize(("language", "said"), [("en", "Trials: 3,307 rows"), ("zh", "对照实验：3,307 行")])
@pytest.mark.parametrize("condition", ["tidy", "messy"])
def test_a_trial_is_said_to_be_one(language, said, condition):
    at = app("data", language, **{state.OPENED: state.sample("mint", condition)})
    assert not at.exception
    assert said in "\n".join(texts(at))
    [chosen] = at.button_group(key="data.tables.0.0").value
    assert chosen == "trials"
    assert sentences(language)["data.columns.trial"] in [each.value for each in at.caption]


def test_a_sheet_can_serve_nothing():
    at = opened(workbook(ROWS))
    at.button_group(key="data.tables.0.0").set_value([]).run()
    at.button(key="data.apply").click().run()
    assert not at.exception
    assert at.session_state[state.OPENED].data is None
    assert at.error


MALICE = [
    "![x](http://127.0.0.1:9/x)",
    "$a$ and $b$",
    ":red[x]",
    "<script>alert(1)</script>",
    "[a](http://b.c)",
]


@pytest.mark.parametrize("language", ["en", pytest.param("zh", marks=pytest.mark.slow)])
@pytest.mark.parametrize("page", ["start", "data", "scorecard", "nps", "order_value"])
def test_what_a_file_says_stays_text(page, language):
    header = ["Customer", "Date", "Recommend (0-10)", "Amount", *MALICE]
    rows = [["C1", "2025-03-04", 9 - n % 5, 10 + n, *MALICE] for n in range(40)]
    rows.append(["C2", "2025-03-05", 55, 20, *reversed(MALICE)])
    at = app(language=language)
    at.file_uploader[0].upload(
        "![x](http:__127.0.0.1_x) $a$.xlsx", workbook([header, *rows], MALICE[1])
    ).run()
    assert at.session_state[state.OPENED].data
    at = app(page, language, **{state.OPENED: at.session_state[state.OPENED]})
    assert not at.exception
    live = [
        node.proto
        for root in (at.main, at.sidebar)
        for node in root
        if node.type
        in ("markdown", "caption", "title", "header", "subheader", "error", "metric", "expander", "pills")
    ]
    said = "\n".join(map(str, live))
    for piece in ("](http", "$a$", ":red[", "<script"):
        assert piece not in said
