"""What sheets are: exports by their real headers, tables that serve two kinds or none, prescribed roles."""

from __future__ import annotations

import pytest

from loyalty.errors import LoyaltyError
from loyalty.reading.plans import Plan
from loyalty.reading.recognition import recognise
from tests.reading.exports import EXPORTS, Export
from tests.reading.sheets_by_hand import lines, plan_of, sheet, workbook


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_exports_are_known_by_their_headers_and_cells(export: Export) -> None:
    plan = plan_of(lines(export.rows))
    assert tuple(plan.tables) == (export.table,), plan.reason
    found = plan.tables[export.table]
    assert {role: found.get(role) for role in export.roles} == export.roles


SUPERMARKET = """
Invoice ID|Customer|Date|Total|Rating
750|Anna|1/5/2019|548.97|9.1
226|Ben|3/28/2019|80.22|9.6
631|Anna|3/3/2019|340.52|7.4
"""


def test_a_table_may_serve_orders_and_answers_at_once() -> None:
    plan = plan_of(lines(SUPERMARKET))
    assert set(plan.tables) == {"orders", "responses"}
    assert plan.tables["responses"]["rating"] == "Rating"
    assert plan.tables["orders"]["amount"] == "Total"


def test_a_table_may_serve_orders_and_visits_at_once() -> None:
    rows = lines("""
Visitor ID|Visit time|Minutes spent|Purchased|Order Date|Amount|Customer ID
v1|2025-01-02 10:00|12|yes|2025-01-02|4.50|c1
v2|2025-01-03 10:00|3|no|||
v3|2025-01-04 10:00|9|yes|2025-01-04|8.00|c2
""")
    plan = plan_of(rows)
    assert set(plan.tables) == {"orders", "visits"}
    assert plan.tables["visits"] == {
        "visitor": "Visitor ID",
        "time": "Visit time",
        "duration": "Minutes spent",
        "bought": "Purchased",
    }


NONE = {
    "aggregate": """
Session primary channel group (Default Channel Group)|Sessions|Engaged sessions|Key events|Total revenue
Direct|1200|800|30|450.00
Organic Search|900|700|41|610.00
Referral|120|60|3|40.00
""",
    "summary": """
ID|frequency|recency|T
1|2|30.43|38.86
2|1|1.71|38.86
3|0|0.0|38.86
""",
    "by_period": """
Month|Revenue
2025-01|1200.50
2025-02|1100.00
2025-03|1400.25
2025-04|1399.00
""",
    "products": """
Item|Category|Old price
Latte|Coffee|3.10
Mocha|Coffee|3.40
Scone|Cake|2.00
""",
    "customers": """
Customer ID|Full Name|Email|Birthday|Segment
C1|Anna Berg|anna@example.com|1990-04-01|Gold
C2|Ben Low|ben@example.com|1985-11-23|Silver
C3|Eve Day|eve@example.com|1979-02-14|Gold
""",
    "returns": """
Returned|Order ID
Yes|CA-1
Yes|CA-7
Yes|CA-9
""",
    "unknown": """
Colour|Shape
red|round
blue|square
""",
    "no_rows": """
Order ID|Customer ID|Date|Amount
""",
    "no_header": """
1|2025-01-02|4.50
2|2025-01-03|3.20
3|2025-01-04|8.75
""",
    "matrix": "model|price|" + "|".join(f"customer.{i}" for i in range(1, 11)) + "\n"
    "A|10|" + "|".join("0.1" for _ in range(10)) + "\n"
    "B|20|" + "|".join("0.2" for _ in range(10)) + "\n",
}


@pytest.mark.parametrize("reason", NONE)
def test_sheets_that_serve_no_table_say_why(reason: str) -> None:
    plan = plan_of(lines(NONE[reason]))
    assert plan.tables == {}
    assert plan.reason is not None
    assert plan.reason.id == f"reason.{reason}"


def test_a_recommendation_on_another_scale_is_no_net_promoter_score() -> None:
    answers = "\n".join(f"c{i}|{i % 5 + 1}" for i in range(30))
    plan = plan_of(lines(f"Customer|Would you recommend us?\n{answers}"))
    assert plan.tables == {
        "responses": {"recommend_scaled": "Would you recommend us?", "customer": "Customer"}
    }


@pytest.mark.parametrize(
    ("answers", "reason", "said"),
    [
        (["Yes", "Maybe", "No"], "no_scores", "“Would you recommend us?” asks"),
        (["0", "70", "100"], "another_scale", "from 0 to 100"),
        (["-100", "0", "100"], "another_scale", "from -100 to 100"),
    ],
)
def test_a_recommendation_without_scores_says_so(answers: list[str], reason: str, said: str) -> None:
    rows = "\n".join(f"2025-01-{i + 1:02}|{answers[i % 3]}" for i in range(30))
    plan = plan_of(lines(f"Date|Would you recommend us?\n{rows}"))
    assert plan.tables == {}
    assert plan.reason is not None
    assert plan.reason.id == f"reason.{reason}"
    assert said in str(plan.reason)


@pytest.mark.parametrize("header", ["Score|Count", "NPS|Number of answers", "推荐分数|人数", "Stars|Share"])
def test_counts_of_answers_are_no_answers(header: str) -> None:
    rows = "\n".join(f"{score}|{(score * 7) % 11 + 3}" for score in range(1, 11))
    plan = plan_of(lines(f"{header}\n{rows}"))
    assert plan.tables == {}
    assert plan.reason is not None
    assert plan.reason.id == "reason.tally"


@pytest.mark.parametrize(
    "question",
    [
        "Would you tell your friends about us? (0-10)",
        "How likely are you to refer us to others?",
        "您愿意把我们介绍给朋友吗？（0-10分）",
        "您有多大可能把本店分享给身边的亲友？",
    ],
)
def test_the_question_in_other_words(question: str) -> None:
    plan = plan_of(lines(f"Date|{question}\n2025-01-02|9\n2025-01-03|10\n2025-01-03|3"))
    assert plan.tables["responses"]["recommend"] == question


def test_sums_of_a_month_and_a_region_are_no_orders() -> None:
    plan = plan_of(lines("Month|Region|Revenue\n2025-01|North|4.5\n2025-01|South|4\n2025-02|North|3"))
    assert plan.reason is not None
    assert plan.reason.id == "reason.by_period"


def test_a_till_that_knows_nothing_but_time_and_amount() -> None:
    rows = "Date|Amount\n2025-01-02 10:01:11|4.5\n2025-01-02 11:01:11|4.5\n2025-01-03 10:01:11|4.5"
    assert plan_of(lines(rows)).tables == {"orders": {"date": "Date", "amount": "Amount"}}


def test_an_empty_sheet_says_so() -> None:
    plan = plan_of([])
    assert plan.reason is not None
    assert plan.reason.id == "reason.empty"


ORDERS = """
Order ID|Customer ID|Date|Amount
1|A|2025-01-02|4.50
2|B|2025-01-03|3.20
3|A|2025-01-04|8.75
"""


def test_a_hidden_sheet_stands_back_behind_a_visible_one() -> None:
    book = workbook(sheet(lines(ORDERS), "Old", hidden=True), sheet(lines(ORDERS), "Orders"))
    hidden, visible = recognise(book)
    assert hidden.tables == {}
    assert str(hidden.reason) == "The sheet is hidden, and a visible sheet holds such a table."
    assert "orders" in visible.tables


def test_a_hidden_sheet_is_used_where_there_is_no_other() -> None:
    [plan] = recognise(workbook(sheet(lines(ORDERS), "Orders", hidden=True)))
    assert "orders" in plan.tables


def test_orders_that_two_sheets_hold_are_read_once() -> None:
    items = """
Order ID|Product|Quantity
1|Tea|1
1|Cup|2
2|Tea|1
3|Pot|1
"""
    book = workbook(sheet(lines(items), "Items"), sheet(lines(ORDERS), "Orders"))
    first, second = recognise(book)
    assert first.tables == {}
    assert first.reason is not None
    assert first.reason.holes == {"sheet": "Orders"}
    assert "orders" in second.tables


def test_sheets_with_different_orders_are_both_read() -> None:
    later = ORDERS.replace("1|A", "4|A").replace("2|B", "5|B").replace("3|A", "6|A")
    plans = recognise(workbook(sheet(lines(ORDERS), "January"), sheet(lines(later), "February")))
    assert [tuple(plan.tables) for plan in plans] == [("orders",), ("orders",)]


NAMELESS = """
00004|0001|19970101|2|29.33
00004|0001|19970118|2|29.73
00021|0002|19970101|3|63.34
"""


def test_columns_without_names_are_named_by_their_place() -> None:
    roles = {"orders": {"customer": "Column 2", "date": "Column 3", "amount": "Column 5"}}
    plan = plan_of(lines(NAMELESS), roles=roles)
    assert plan.header is None
    assert plan.headers == ("Column 1", "Column 2", "Column 3", "Column 4", "Column 5")
    assert plan.tables == roles


def test_roles_without_a_table_find_the_table_they_fit() -> None:
    roles = {"customer": "Column 2", "date": "Column 3", "amount": "Column 5"}
    assert plan_of(lines(NAMELESS), roles=roles).tables == {"orders": roles}


def test_naming_columns_by_place_says_that_the_first_row_is_no_header() -> None:
    words = lines("Anna|tea|2\nBen|cup|3\nAnna|pot|1")
    plan = plan_of(words, roles={"orders": {"customer": "Column 1", "product": "Column 2"}})
    assert plan.header is None
    assert plan.tables["orders"] == {"customer": "Column 1", "product": "Column 2"}


def test_prescribed_roles_win() -> None:
    rows = lines(
        ORDERS.replace("Amount", "Amount|Total paid").replace(".50", ".50|1").replace(".20", ".20|2")
    )
    plan = plan_of(rows, roles={"orders": {"amount": "total PAID"}})
    assert plan.tables["orders"]["amount"] == "Total paid"
    assert plan.tables["orders"]["customer"] == "Customer ID"


def test_none_keeps_a_role_empty() -> None:
    plan = plan_of(lines(ORDERS), roles={"amount": None})
    assert "amount" not in plan.tables["orders"]


def test_prescribing_one_table_leaves_the_others_to_recognition() -> None:
    survey = """
Customer ID|Date|NPS
A|2025-02-01|9
B|2025-02-02|3
A|2025-02-03|10
"""
    book = workbook(sheet(lines(ORDERS), "Orders"), sheet(lines(survey), "Survey"))
    orders, answers = recognise(book, {"orders": {"customer": "Customer ID", "amount": "Amount"}})
    assert tuple(orders.tables) == ("orders",)
    assert answers.tables["responses"]["recommend"] == "NPS"


@pytest.mark.parametrize(
    ("roles", "id", "named"),
    [
        (
            {"orders": {"customer": "Kunde"}},
            "unknown_column",
            ("Kunde", "Order ID, Customer ID, Date, Amount"),
        ),
        ({"customer": "Kunde"}, "unknown_column", ("Kunde", "Customer ID")),
        ({"orders": {"buyer": "Customer ID"}}, "unknown_role", ("buyer", "customer")),
        ({"buyer": "Customer ID"}, "unknown_role", ("buyer", "recommend")),
        ({"sales": {"customer": "Customer ID"}}, "unknown_kind", ("sales", "orders, responses, visits")),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(roles: dict, id: str, named: tuple[str, ...]) -> None:
    with pytest.raises(LoyaltyError) as caught:
        plan_of(lines(ORDERS), roles=roles)
    assert caught.value.id == id
    for part in named:
        assert part in str(caught.value)


def test_columns_of_two_sheets_cannot_serve_one_table() -> None:
    book = workbook(sheet(lines(ORDERS)), sheet(lines("Colour|Shape\nred|round\nblue|square"), "Other"))
    with pytest.raises(LoyaltyError) as caught:
        recognise(book, {"orders": {"customer": "Customer ID", "product": "Colour"}})
    assert caught.value.id == "columns_apart"


@pytest.mark.parametrize("name", ["Orders 2025", "销售明细"])
def test_the_name_of_the_sheet_decides_between_orders_and_visits(name: str) -> None:
    rows = "Customer ID|Date\nA|2025-01-02\nB|2025-01-03\nA|2025-01-05"
    assert tuple(plan_of(lines(rows), name).tables) == ("orders",)
    assert tuple(plan_of(lines(rows), "Visits").tables) == ("visits",)


def test_the_order_number_is_never_the_customer() -> None:
    rows = "Order ID|Date|Amount\n1|2025-01-02|4.50\n2|2025-01-03|3.20\n3|2025-01-03|7.20"
    plan = plan_of(lines(rows))
    assert isinstance(plan, Plan)
    assert "customer" not in plan.tables["orders"]


def test_an_id_that_comes_again_beside_a_date_is_the_customer() -> None:
    rows = "date|id\n2014-03-08|0\n2014-05-21|1\n2014-03-14|1\n2014-04-09|1\n2014-05-21|0"
    assert plan_of(lines(rows)).tables == {"orders": {"customer": "id", "date": "date"}}


def trial(header: str, *rows: str) -> list[list[str | None]]:
    """A header and rows that come four times each, {n} numbered."""
    body = [row.replace("{n}", str(4 * place + n)) for n in range(4) for place, row in enumerate(rows)]
    return lines("\n".join([header, *body]))


TRIALS = {
    "bills with tips": (
        trial(
            "Date|Server|Bill|Tip|Tip %|Group",
            "2024-09-03|Ana|40.00|8|20.0|Mint",
            "2024-09-04|Ben|30.5|3|9.8|None",
        ),
        {"group": "Group", "outcome": "Tip %", "date": "Date"},
    ),
    "a web page": (
        trial(
            "user_id|timestamp|group|landing_page|converted",
            "u{n}|2017-01-21 22:11:48|control|old|0",
            "u{n}|2017-01-12 08:01:45|treatment|new|1",
        ),
        {"group": "group", "outcome": "converted", "customer": "user_id", "date": "timestamp"},
    ),
    "revenue by variant": (
        trial("USER_ID|VARIANT_NAME|REVENUE", "{n}|variant|0.0", "{n}|control|2.99"),
        {"group": "VARIANT_NAME", "outcome": "REVENUE", "customer": "USER_ID"},
    ),
    "a voucher": (
        trial("会员号|实验组/对照组|是否转化|门店", "0{n}|实验组|是|城南", "0{n}|对照组|否|城北"),
        {"group": "实验组/对照组", "outcome": "是否转化", "customer": "会员号", "segment": "门店"},
    ),
    "arms by number": (
        trial("Behandlung|Ergebnis", "0|12,5", "1|14,0", "2|13,75"),
        {"group": "Behandlung", "outcome": "Ergebnis"},
    ),
}


@pytest.mark.parametrize("name", TRIALS)
def test_trials_are_known_by_their_group_and_outcome(name: str) -> None:
    rows, roles = TRIALS[name]
    assert plan_of(rows).tables["trials"] == roles
    assert set(plan_of(rows).tables) == ({"visits", "trials"} if name == "a web page" else {"trials"})


PLAIN = {
    "orders": trial(
        "Order ID|Customer ID|Date|Group|Amount", "{n}|A|2025-01-02|Gold|4.5", "{n}|B|2025-01-03|Silver|3"
    ),
    "a beauty salon": trial(
        "Customer|Date|Treatment|Price", "Anna|2025-01-02|Nails|40", "Ben|2025-01-03|Hair|35"
    ),
    "a survey": trial("Group|Date|NPS", "A|2025-01-02|9", "B|2025-01-02|3"),
    "visits": trial(
        "Visitor ID|Visit time|Duration|Group|Purchased",
        "{n}|2025-01-02 10:00|60|A|yes",
        "{n}|2025-01-03 11:00|5|B|no",
    ),
    "book-keeping": trial("Date|Group|Amount", "2025-01-02|Food|4.5", "2025-01-03|Drinks|3"),
}


@pytest.mark.parametrize("name", PLAIN)
def test_orders_answers_and_visits_with_groups_are_no_trials(name: str) -> None:
    plan = plan_of(PLAIN[name])
    assert plan.tables
    assert "trials" not in plan.tables


def test_a_group_of_a_trial_comes_again() -> None:
    """One row a group is a table of results, and every row another group is a list."""
    assert not plan_of(lines("Variant|Conversion rate\nA|0.12\nB|0.15")).tables
    assert not plan_of(lines("Group|Result\n" + "\n".join(f"g{n}|{n}" for n in range(40)))).tables


def test_the_name_of_the_sheet_makes_a_group_one_of_a_trial() -> None:
    rows = trial("Group|Amount", "A|4.50", "B|3.20")
    assert plan_of(rows, "A/B test").tables == {"trials": {"group": "Group", "outcome": "Amount"}}
    assert "trials" not in plan_of(rows, "March").tables


def test_groups_side_by_side_are_asked_for_under_each_other() -> None:
    plan = plan_of(lines("Day|Control|Treatment\nMo|4.50|5.20\nTu|3.20|4.40\nWe|3.90|4.10"))
    assert plan.tables == {}
    assert plan.reason is not None
    assert plan.reason.id == "reason.side_by_side"
    assert plan.reason.holes == {"columns": "Control, Treatment"}


def test_any_sheet_can_be_said_to_be_a_trial() -> None:
    roles = {"trials": {"group": "Customer ID", "outcome": "Amount"}}
    tables = plan_of(lines(ORDERS), roles=roles).tables
    assert set(tables) == {"orders", "trials"}
    assert tables["trials"] == {"group": "Customer ID", "outcome": "Amount", "date": "Date"}
    assert plan_of(
        lines("Colour|Weight\nred|4\nblue|5\nred|6"), roles={"group": "Colour", "outcome": "Weight"}
    ).tables == {"trials": {"group": "Colour", "outcome": "Weight"}}


EITHER_WAY = {("Toast item selection", "order")}  # an Id and a # of the order: the left one is taken


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_recognition_does_not_depend_on_the_order_of_columns(export: Export) -> None:
    rows = lines(export.rows)
    if any(len(row) != len(rows[0]) for row in rows) or export.name == "SurveyMonkey":
        pytest.skip("the header spreads over blank cells to its right")
    plan = plan_of([row[::-1] for row in rows])
    found = plan.tables[export.table]
    wanted = {role: header for role, header in export.roles.items() if (export.name, role) not in EITHER_WAY}
    assert {role: found.get(role) for role in wanted} == wanted
