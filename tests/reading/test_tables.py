"""From cells to typed tables: what counts, what is left out, and that nothing is lost silently."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.errors import LoyaltyError
from loyalty.reading import build, open_workbook, recognise
from loyalty.reading.tables import Tables, tables_of_frames
from loyalty.texts import LANGUAGES, say
from tests.reading.exports import EXPORTS
from tests.reading.sheets_by_hand import lines, notes, read, sheet

EXPORT = {export.name: lines(export.rows) for export in EXPORTS}


def totals(tables: Tables) -> dict[str, float]:
    """Order to the sum of its lines."""
    assert tables.orders is not None
    summed = tables.orders.group_by("order").agg(pl.col("amount").sum())
    return {order: round(amount, 6) for order, amount in summed.iter_rows()}


def reasons(tables: Tables) -> dict[str, list[int]]:
    """Reason (without ``reason.``) to the rows left out for it."""
    found: dict[str, list[int]] = {}
    for reason, row in tables.left_out.select("reason", "row").iter_rows():
        found.setdefault(reason.removeprefix("reason."), []).append(row)
    return found


def test_types() -> None:
    tables = read(
        lines("""
Order ID|Customer ID|Order Date|Amount|Product|Quantity|Accepts Marketing
0001|00412|2025-03-05 10:30|4.50|Tea|1|yes
0002|00413|2025-03-06 11:00|3.20|Cup|2|no
""")
    )
    assert tables.orders is not None
    assert dict(tables.orders.schema) == {
        "customer": pl.String,
        "date": pl.Datetime("us"),
        "amount": pl.Float64,
        "order": pl.String,
        "product": pl.String,
        "quantity": pl.Float64,
        "consent": pl.Boolean,
        "day": pl.Int64,
        "month": pl.Int64,
    }
    assert tables.orders.row(0, named=True) == {
        "customer": "00412",
        "date": datetime(2025, 3, 5, 10, 30),
        "amount": 4.5,
        "order": "0001",
        "product": "Tea",
        "quantity": 1.0,
        "consent": True,
        "day": date(2025, 3, 5).toordinal(),
        "month": 2025 * 12 + 2,
    }
    assert tables.notes == ()


# Amounts of orders, in each way that programs write them.


def test_an_amount_that_is_absent_is_price_times_quantity() -> None:
    tables = read(EXPORT["UCI Online Retail II"])
    assert totals(tables) == {"489434": 164.4, "C489449": -35.4, "489450": 14.75}
    assert notes(tables) == {"price_times_quantity": 4, "no_customer": 1}


def test_a_total_on_the_first_line_alone() -> None:
    """Shopify: 100.90 for a pot of 60.00 and two teas at 15.00; a refunded order; a voided one."""
    tables = read(EXPORT["Shopify orders"])
    assert totals(tables) == {"#1050": 100.9, "#1051": 0.0, "#1053": 69.0}
    assert tables.orders is not None
    first = tables.orders.filter(pl.col("order") == "#1050").sort("product")
    assert first["amount"].to_list() == pytest.approx([100.9 / 3, 100.9 * 2 / 3])
    assert first["customer"].to_list() == ["anna@example.com"] * 2
    assert first["day"].to_list() == [date(2026, 5, 1).toordinal()] * 2
    assert reasons(tables) == {"cancelled": [5]}
    assert tables.currency == "EUR"


def test_a_total_repeated_on_every_line() -> None:
    """JD: the order's 226.00 stands on both of its lines."""
    header, *rows = EXPORT["京东"]
    more = [
        [
            f"91000{i}",
            "1001",
            "龙井茶",
            "1",
            "在线支付",
            "2026-02-01 10:00:00",
            "98.00",
            total,
            total,
            "0",
            total,
            "完成",
            "普通",
            "jd_cha",
            "安安",
            "杭州",
            "1******6198",
        ]
        for i, total in enumerate(["150.00", "150.00", "199.00", "199.00"])
        for i in [i // 2]
    ]
    tables = read([header, *rows, *more])
    assert totals(tables) == {"900001": 226.0, "900002": 196.0, "910000": 150.0, "910001": 199.0}
    assert notes(tables)["total_repeated"] == 6


def test_a_total_that_is_the_sum_of_price_times_quantity() -> None:
    """Xero: 60.00 + 10.00 on an invoice of 70.00."""
    assert totals(read(EXPORT["Xero invoices"])) == {"INV-1": 70.0, "INV-2": 30.0}


def test_lines_with_amounts_of_their_own() -> None:
    assert totals(read(EXPORT["Etsy sold order items"])) == {"5001": 18.0, "5002": 5.0}
    assert totals(read(EXPORT["Tableau Superstore"])) == {"CA-1": 993.9, "CA-2": 14.62}


def test_lines_that_all_cost_the_same_are_no_repeated_total() -> None:
    rows = "Order ID|Date|Customer ID|Product|Amount\n" + "\n".join(
        f"{order}|2025-01-0{order}|A|{product}|5.00" for order in range(1, 8) for product in ("Tea", "Cup")
    )
    assert totals(read(lines(rows))) == {str(order): 10.0 for order in range(1, 8)}


@given(
    st.lists(st.lists(st.integers(1, 500), min_size=1, max_size=4), min_size=4, max_size=12),
    st.sampled_from(["lines", "first", "repeated"]),
)
@settings(max_examples=60, deadline=None)
def test_lines_of_an_order_sum_to_its_total(orders: list[list[int]], style: str) -> None:
    """However the file writes it; amounts differ from order to order, so a total can be told from lines."""
    rows: list[list[object]] = [["Order ID", "Date", "Customer ID", "Product", "Amount"]]
    expected = {}
    for number, worth in enumerate(orders):
        worth = [w + 1000 * number + 7 * place for place, w in enumerate(worth)]
        expected[f"A{number}"] = float(sum(worth))
        for place, own in enumerate(worth):
            amount = {"lines": own, "first": sum(worth) if not place else None, "repeated": sum(worth)}[style]
            rows.append(
                [f"A{number}", datetime(2025, 1, 1 + number), "c", f"p{place}", amount and float(amount)]
            )
    several = sum(len(worth) > 1 for worth in orders)
    if style != "lines" and several < 3:
        return
    assert totals(read(rows)) == pytest.approx(expected)


def test_header_cells_blank_on_later_lines_of_a_document() -> None:
    tables = read(
        lines("""
客户|单据编号|单据日期|名称|商品名称|数量|单价|金额
安安茶行|XS001|2026-08-01|仓|龙井茶|2|98|196
||||紫砂壶|1|128|128
合计:|||||3||324
贝贝茶行|XS002|2026-08-02|仓|龙井茶|1|98|98
合计:|||||1||98
""")
    )
    assert totals(tables) == {"XS001": 324.0, "XS002": 98.0}
    assert tables.orders is not None
    assert tables.orders["customer"].to_list() == ["安安茶行", "安安茶行", "贝贝茶行"]
    assert reasons(tables) == {"totals": [4, 6]}


def test_refunds_are_subtracted() -> None:
    tables = read(
        lines("""
Order ID|Date|Customer ID|Amount|Refunded Amount
1|2025-01-02|A|50.00|
2|2025-01-03|B|30.00|10.00
3|2025-01-04|A|20.00|-20.00
""")
    )
    assert totals(tables) == {"1": 50.0, "2": 20.0, "3": 0.0}
    assert notes(tables) == {"refunds": 2}


def test_returns_without_a_sign_become_negative() -> None:
    by_quantity = read(
        lines("""
Order ID|Date|Customer ID|Quantity|Amount
1|2025-01-02|A|2|50.00
2|2025-01-03|B|-1|25.00
3|2025-01-04|A|1|25.00
""")
    )
    assert totals(by_quantity) == {"1": 50.0, "2": -25.0, "3": 25.0}
    by_number = read(
        lines("""
Order ID|Date|Customer ID|Amount
1001|2025-01-02|A|50.00
C1002|2025-01-03|B|25.00
1003|2025-01-04|A|25.00
""")
    )
    assert totals(by_number) == {"1001": 50.0, "C1002": -25.0, "1003": 25.0}
    by_type = read(
        lines("""
Тип документа|Номер заказа|Дата|Товар|Кол-во|Сумма
Продажа|1|2025-01-02|Чай|2|500
Возврат|2|2025-01-03|Чай|1|250
Продажа|3|2025-01-04|Чай|1|250
""")
    )
    assert totals(by_type) == {"1": 500.0, "2": -250.0, "3": 250.0}
    assert notes(by_type)["returns_negative"] == 1


def test_ids_that_excel_has_rounded_tell_nobody_apart() -> None:
    tables = read(
        lines("""
订单号|客户|日期|金额
1.93068E+17|李一|2025-01-02|4
1.93068E+17|王二|2025-01-03|5
1.93068E+17|李一|2025-01-04|6
""")
    )
    assert tables.orders is not None
    assert tables.orders["order"].null_count() == 3
    assert tables.orders["customer"].to_list() == ["李一", "王二", "李一"]
    assert notes(tables)["unread_ids"] == 3


@pytest.mark.parametrize(("step", "lost"), [(1000, 3), (1, 0)])
def test_long_ids_in_number_cells_are_believed_if_their_last_digits_differ(step: int, lost: int) -> None:
    rows: list = [["会员卡号", "日期", "金额"]]
    rows += [[float(6_228_480_000_000_000 + step * i), f"2025-01-0{i}", 4.0] for i in (1, 2, 3)]
    tables = read(rows)
    assert tables.orders is not None
    assert tables.orders["customer"].null_count() == lost
    if not lost:
        assert tables.orders["customer"].to_list() == [f"622848000000000{i}" for i in (1, 2, 3)]


@pytest.mark.parametrize("sums", [{4: 7.7, 7: 9.75, 8: 17.45}, {7: 17.45}, {4: 7.7, 7: 17.45}])
@pytest.mark.parametrize("column", ["Product", "Quantity", "Till"])
def test_sums_without_a_word_are_no_purchase(column: str, sums: dict[int, float]) -> None:
    amounts = {2: 4.5, 3: 3.2, 5: 8.75, 6: 1.0}
    cell = {"Product": "", "Quantity": "4", "Till": ""}[column]
    rows = [f"Order ID|Customer ID|Date|{column}|Amount"]
    for row in range(2, 9):
        if row in amounts:
            rows.append(f"{row}|A|2025-01-0{row}|1|{amounts[row]}")
        elif row in sums:
            rows.append(f"|||{cell}|{sums[row]}")
    rows += [f"{row}|B|2025-02-{row - 10}|1|0" for row in range(20, 39)]
    rows += [f"{row}|B|2025-03-{row - 30}|1|0" for row in range(40, 59)]
    tables = read(lines("\n".join(rows)))
    assert sum(totals(tables).values()) == pytest.approx(17.45)
    assert [reason for reason, found in reasons(tables).items() for _ in found] == ["totals"] * len(sums)


def test_an_amount_without_anything_else_that_is_no_sum_stays_in_sight() -> None:
    rows = ["Order ID|Amount", *(f"{row}|{row}" for row in range(1, 30)), "|7"]
    tables = read(lines("\n".join(rows)))
    assert tables.orders is not None
    assert tables.orders["amount"].sum() == 435 + 7


# Rows that are no sales.


@pytest.mark.parametrize(
    ("header", "status", "reason"),
    [
        ("Order Status", "Cancelled", "cancelled"),
        ("Order Status", "Voided", "cancelled"),
        ("订单状态", "交易关闭", "cancelled"),
        ("订单状态", "已取消", "cancelled"),
        ("Статус", "Отменён", "cancelled"),
        ("Status", "storniert", "cancelled"),
        ("Status", "Failed", "unpaid"),
        ("Payment Status", "pending", "unpaid"),
        ("订单状态", "等待买家付款", "unpaid"),
        ("订单状态", "待付款", "unpaid"),
        ("Status", "refunded", "refunded"),
        ("订单状态", "退款成功", "refunded"),
        ("Order Status", "Pending", None),
        ("Order Status", "Shipped", None),
        ("Status", "Completed", None),
        ("订单状态", "交易成功", None),
        ("Status", "partially_refunded", None),
    ],
)
def test_states_of_orders(header: str, status: str, reason: str | None) -> None:
    tables = read(
        lines(f"""
Order ID|Customer ID|Date|Amount|{header}
1|A|2025-01-02|4.50|paid
2|B|2025-01-03|3.20|{status}
3|A|2025-01-04|8.75|paid
""")
    )
    assert reasons(tables) == ({reason: [3]} if reason else {})
    assert len(totals(tables)) == (2 if reason else 3)


def test_every_column_of_states_can_take_an_order_out() -> None:
    tables = read(
        lines("""
Número de orden|Email|Fecha|Estado de la orden|Estado del pago|Estado del envío|Total
1|a@x.es|02/01/2025|Abierta|Recibido|Enviado|10,50
2|b@x.es|03/01/2025|Cancelada|Recibido|No enviado|20,00
3|a@x.es|14/01/2025|Abierta|Pendiente|No enviado|30,00
4|b@x.es|15/01/2025|Abierta|Recibido|Enviado|40,00
""")
    )
    assert totals(tables) == {"1": 10.5, "4": 40.0}
    assert reasons(tables) == {"cancelled": [3], "unpaid": [4]}


def test_a_complaint_settled_with_money_takes_the_line_out() -> None:
    tables = read(
        lines("""
主订单编号|商品数量|商品单价|收件人|订单提交时间|订单状态|售后状态
1|1|4|刘一|2026-08-01 10:00:00|已完成|-
1|2|5|刘一|2026-08-01 10:00:00|已完成|退款成功
2|1|6|王二|2026-08-02 10:00:00|已完成|售后处理中
""")
    )
    assert totals(tables) == {"1": 4.0, "2": 6.0}
    assert reasons(tables) == {"refunded": [3]}


def test_of_deals_only_those_won_count() -> None:
    tables = read(
        lines("""
Record ID|Deal Name|Deal Stage|Amount|Close Date|Associated Company
1|One|Closed Won|1000|2026-12-01|Acme
2|Two|Closed Lost|500|2026-12-02|Bolt
3|Three|Appointment scheduled|250k|2026-12-03|Acme
""")
    )
    assert totals(tables) == {"1": 1000.0}
    assert reasons(tables) == {"not_won": [3, 4]}


def test_void_lines_and_cancelled_dates() -> None:
    toast = read(EXPORT["Toast item selection"])
    assert totals(toast) == {"400000000000000001": 14.0, "400000000000000002": 14.0}
    assert reasons(toast) == {"cancelled": [3]}
    dated = read(
        lines("""
Order ID|Customer ID|Date|Amount|Cancelled at
1|A|2025-01-02|4.50|
2|B|2025-01-03|3.20|2025-01-04 10:00
3|A|2025-01-04|8.75|
""")
    )
    assert reasons(dated) == {"cancelled": [3]}


def test_rows_marked_as_returned() -> None:
    tables = read(
        lines("""
Customer ID|Product Type|Return
1|Soap|true
2|Liquid|false
3|Bar|false
""")
    )
    assert tables.orders is not None
    assert tables.orders["customer"].to_list() == ["2", "3"]
    assert reasons(tables) == {"returned": [2]}


def test_a_log_of_events_counts_each_order_once() -> None:
    tables = read(
        lines("""
Order|Date|Customer|Status
1136|2019-01-01|Jenny|Purchased
1136|2019-01-03|Jenny|Sent
1136|2019-01-06|Jenny|Reviewed
1137|2019-01-02|Bona|Purchased
1138|2019-01-03|Craig|Purchased
1138|2019-01-07|Craig|Sent
""")
    )
    assert tables.orders is not None
    assert tables.orders["order"].to_list() == ["1136", "1137", "1138"]
    assert tables.orders["status"].unique().to_list() == ["Purchased"]
    assert reasons(tables) == {"later_event": [3, 4, 7]}


def test_other_currencies_are_left_out() -> None:
    by_column = read(
        lines("""
Order ID|Customer ID|Date|Amount|Currency
1|A|2025-01-02|4.50|eur
2|B|2025-01-03|3.20|EUR
3|A|2025-01-04|8.75|USD
""")
    )
    assert by_column.currency == "EUR"
    assert reasons(by_column) == {"other_currency": [4]}
    by_sign = read(
        lines("""
Order ID|Customer ID|Date|Amount
1|A|2025-01-02|£4.50
2|B|2025-01-03|3.20
3|A|2025-01-04|£8.75
4|A|2025-01-05|$8.75
""")
    )
    assert by_sign.currency == "GBP"
    assert reasons(by_sign) == {"other_currency": [5]}


@pytest.mark.parametrize(
    ("header", "cell", "currency"),
    [
        ("金额", "128元", "CNY"),
        ("实付金额（元）", "128", "CNY"),
        ("金额", "￥128", "CNY"),
        ("Amount (USD)", "12", "USD"),
        ("Amount", "$12", "$"),
        ("Betrag", "12,00 €", "EUR"),
        ("Сумма", "1 200 руб.", "RUB"),
        ("Amount", "12", None),
    ],
)
def test_the_currency_of_amounts(header: str, cell: str, currency: str | None) -> None:
    tables = read([["Order ID", "Date", header], ["1", "2025-01-02", cell], ["2", "2025-01-03", cell]])
    assert tables.currency == currency


def test_orders_without_a_readable_date_or_amount_are_left_out() -> None:
    tables = read(
        lines("""
Order ID|Customer ID|Date|Amount
1|A|2025-01-02|4.50
2|B||3.20
3|A|soon|8.75
4|A|2025-01-05|
5|A|2025-01-06|free
6|-|2025-01-07|2.00
7|A|2025-01-08|2.50
8|A|2025-01-09|2.75
""")
    )
    assert totals(tables) == {"1": 4.5, "6": 2.0, "7": 2.5, "8": 2.75}
    assert reasons(tables) == {"no_date": [3], "unread_date": [4], "no_amount": [5], "unread_amount": [6]}
    assert notes(tables)["no_customer"] == 1
    assert tables.orders is not None
    assert tables.orders["customer"].null_count() == 1


def test_what_is_left_out_keeps_its_place_and_its_cells() -> None:
    tables = read(
        sheet(
            lines("""
Café Berg|||
Order ID|Customer ID|Date|Amount
1|A|2025-01-02|4.50
2|B|soon|3.20
3|A|2025-01-04|8.75
Total|||16.45
"""),
            "May",
        )
    )
    assert tables.left_out.columns[:4] == ["file", "sheet", "row", "reason"]
    assert tables.left_out.rows() == [
        ("by hand.xlsx", "May", 4, "reason.unread_date", "2", "B", "soon", "3.20"),
        ("by hand.xlsx", "May", 6, "reason.totals", "Total", None, None, "16.45"),
    ]
    [note] = [note for note in tables.notes if note.message.id == "note.unread_date"]
    assert (note.kind, note.count, note.where.rows, note.where.column) == ("left_out", 1, (4,), "Date")


def test_a_note_keeps_the_first_rows_only() -> None:
    rows = "Order ID|Date|Amount\n" + "\n".join(
        f"{i}|{'' if i % 2 else '2025-01-02'}|{i}" for i in range(1, 21)
    )
    [note] = [n for n in read(lines(rows)).notes if n.message.id == "note.no_date"]
    assert note.count == 10
    assert note.where.rows == (2, 4, 6, 8, 10)


# Copies.

COPIES = """
Order ID|Customer ID|Date|Amount
1|A|2025-01-02|4.50
2|B|2025-01-03|3.20
1|A|2025-01-02|4.50
3|A|2025-01-04|8.75
"""


def test_copies_of_a_row_with_an_id_of_its_own_are_left_out() -> None:
    tables = read(lines(COPIES))
    assert totals(tables) == {"1": 4.5, "2": 3.2, "3": 8.75}
    assert reasons(tables) == {"copies": [4]}


def test_copies_can_be_kept() -> None:
    assert totals(read(lines(COPIES), copies="keep"))["1"] == 9.0


LINES = """
Order ID|Customer ID|Date|Product|Amount
1|A|2025-01-02|Tea|4.50
1|A|2025-01-02|Cup|7.00
1|A|2025-01-02|Tea|4.50
2|B|2025-01-03|Tea|3.20
2|B|2025-01-03|Pot|9.20
"""


def test_lines_that_look_alike_are_kept_with_a_note() -> None:
    tables = read(lines(LINES))
    assert totals(tables) == {"1": 16.0, "2": 12.4}
    assert notes(tables) == {"look_alike": 1}
    assert reasons(read(lines(LINES), copies="drop")) == {"copies": [4]}


def test_copies_between_two_monthly_sheets() -> None:
    one = sheet(
        lines("Order ID|Customer ID|Date|Amount\n1|A|2025-01-02|4.50\n2|B|2025-01-31|3.20\n3|B|2025-01-31|1"),
        "Jan",
    )
    two = sheet(
        lines("Order ID|Customer ID|Date|Amount\n2|B|2025-01-31|3.20\n4|A|2025-02-02|8.75\n5|C|2025-02-03|2"),
        "Feb",
    )
    tables = read(one, two)
    assert totals(tables) == {"1": 4.5, "2": 3.2, "3": 1.0, "4": 8.75, "5": 2.0}
    assert tables.left_out.select("sheet", "row").rows() == [("Feb", 2)]


def test_copies_of_answers_by_customer_and_date() -> None:
    tables = read(
        lines("""
Customer ID|Date|NPS
A|2025-01-02 10:00|9
A|2025-01-02 10:00|9
A|2025-01-05 10:00|9
B|2025-01-02 10:00|9
""")
    )
    assert tables.responses is not None
    assert tables.responses.height == 3
    assert reasons(tables) == {"copies": [3]}


# Surveys.


@pytest.mark.parametrize(
    ("scale", "answers"),
    [
        ("0 = very likely, 10 = not at all likely", [10, 8, 0]),
        ("1 = extremely likely, 10 = extremely unlikely", [11, 9, 1]),
        ("0分=非常愿意，10分=非常不愿意", [10, 8, 0]),
        ("0 = not at all likely, 10 = very likely", [0, 2, 10]),
        ("0 = very unlikely, 10 = very likely", [0, 2, 10]),
        ("0分=非常不愿意，10分=非常愿意", [0, 2, 10]),
        ("0-10, 10 = definitely", [0, 2, 10]),
    ],
)
def test_a_scale_that_its_question_turns_round(scale: str, answers: list[int]) -> None:
    tables = read(
        lines(f"""
Date|How likely are you to recommend us? 推荐 ({scale})
2025-01-02|0
2025-01-03|2
2025-01-04|10
""")
    )
    assert tables.responses is not None
    assert tables.responses["recommend"].to_list() == [answer for answer in answers if answer <= 10]
    assert ("scale_reversed" in notes(tables)) == (answers[-1] < 10)


@pytest.mark.parametrize("header", ["submitdate", "Date submitted", "Datum Abgeschickt"])
def test_answers_that_were_never_sent_off_do_not_count(header: str) -> None:
    tables = read(
        lines(f"""
Response ID|{header}|Last page|How likely are you to recommend us?
1|2025-01-02 10:00:00|3|9
2|2025-01-03 10:00:00|3|10
3||1|0
""")
    )
    assert tables.responses is not None
    assert tables.responses["recommend"].to_list() == [9.0, 10.0]
    assert reasons(tables) == {"unfinished": [4]}


def test_answers_beyond_the_scale_are_taken_back() -> None:
    tables = read(
        lines("""
Customer ID|NPS|Comment
A|9|Kind
B|11|Dear
C|-1|
D|0|
E|10|
F|8|
""")
    )
    assert tables.responses is not None
    assert tables.responses["recommend"].to_list() == [9.0, None, 0.0, 10.0, 8.0]
    assert reasons(tables) == {"out_of_range": [3, 4]}
    assert notes(tables) == {"out_of_range": 2}


def test_a_column_that_is_no_recommendation_is_refused() -> None:
    rows = lines("Customer ID|Age|NPS\nA|34|9\nB|41|8\nC|29|7")
    with pytest.raises(LoyaltyError) as caught:
        read(rows, roles={"responses": {"recommend": "Age"}})
    assert caught.value.id == "not_on_scale"
    assert "3 of 3 answers in “Age” lie outside 0 to 10" in str(caught.value)


@pytest.mark.parametrize(
    ("header", "answers", "kept"),
    [
        ("How satisfied are you? (1-5 stars)", ["5", "4", "7", "1"], [5.0, 4.0, None, 1.0]),
        ("您对服务的满意度（1-5星）", ["5", "55", "3", "1"], [5.0, None, 3.0, 1.0]),
        ("How satisfied are you?", ["5", "4", "3", "1"], [5.0, 4.0, 3.0, 1.0]),
        ("Rating", ["9.1", "9.6", "7.4", "5.0"], [9.1, 9.6, 7.4, 5.0]),
    ],
)
def test_the_scale_of_ratings(header: str, answers: list[str], kept: list[float | None]) -> None:
    rows = [["Customer ID", "NPS", header], *(["A", "9", answer] for answer in answers)]
    tables = read(rows)
    assert tables.responses is not None
    assert tables.responses["rating"].to_list() == kept


def test_words_for_no_answer_count_as_none() -> None:
    tables = read(
        lines("""
Customer ID|NPS|Buy again
A|9|5
B|8|don't know
C|7|4
""")
    )
    assert tables.responses is not None
    assert tables.responses["again"].to_list() == [5.0, None, 4.0]
    assert notes(tables) == {"unread_answers": 1}


def test_previews_and_unfinished_answers_are_left_out() -> None:
    assert reasons(read(EXPORT["Qualtrics"])) == {"unfinished": [6]}
    assert reasons(read(EXPORT["Formbricks"])) == {"unfinished": [3]}
    assert reasons(read(EXPORT["LimeSurvey"])) == {"unfinished": [3]}


def test_rows_that_answer_nothing_are_left_out() -> None:
    tables = read(lines("Customer ID|Date|NPS|Comment\nA|2025-01-02|9|\nB|2025-01-03||\nC|2025-01-04||Late"))
    assert tables.responses is not None
    assert tables.responses["customer"].to_list() == ["A", "C"]
    assert reasons(tables) == {"no_answer": [3]}


def test_two_questions_for_a_comment_become_one() -> None:
    tables = read(
        lines("""
Name|NPS|If you wouldn't, why?|If you would, why?
Anna|9||Nice soaps
Ben|3|Too slippery|
Eve|10||Great service
""")
    )
    assert tables.responses is not None
    assert tables.responses["comment"].to_list() == ["Nice soaps", "Too slippery", "Great service"]
    assert notes(tables)["comments_joined"] == 1


# Visits.


def test_visits() -> None:
    tables = read(EXPORT["到店登记"])
    assert tables.visits is not None
    assert tables.visits.select("visitor", "duration", "bought").rows() == [
        ("000188", 1200.0, True),
        ("000189", 300.0, False),
        ("000188", 2100.0, True),
    ]
    assert tables.visits["day"].to_list()[0] == date(2025, 3, 5).toordinal()


def test_visits_without_a_readable_time_are_left_out() -> None:
    tables = read(
        lines("Visitor ID|Visit time|Duration\na|2025-01-02 10:00|60\nb|noon|30\nc||20\nd|2025-01-05 9:00|10")
    )
    assert tables.visits is not None
    assert tables.visits.height == 2
    assert reasons(tables) == {"unread_date": [3], "no_date": [4]}


# The whole workbook.


def test_sheets_of_one_kind_are_put_under_each_other() -> None:
    header = "Order ID|Customer ID|Date|Amount"
    tables = read(
        sheet(lines(f"{header}\n1|A|2025-01-02|4.50\n2|B|2025-01-03|3.20"), "January"),
        sheet(lines(f"{header}|Branch\n3|A|2025-02-02|8.75|West\n4|C|2025-02-03|1.00|East"), "February"),
    )
    assert totals(tables) == {"1": 4.5, "2": 3.2, "3": 8.75, "4": 1.0}
    assert tables.orders is not None
    assert tables.orders["segment"].to_list() == [None, None, "West", "East"]
    assert tables.roles["orders"]["segment"] == "Branch"


def test_items_beside_each_other_become_lines() -> None:
    tables = read(
        lines("""
Customer|Address|Product 1|Sales|Product 2|Sales.1
Andy|1 Zen Tower|Soap-Bar|140|Glove|10
Dan|21 Dashie Road|Liquid-Soap|20||
""")
    )
    assert tables.orders is not None
    assert tables.orders.select("customer", "product", "amount").sort("customer", "amount").rows() == [
        ("Andy", "Glove", 10.0),
        ("Andy", "Soap-Bar", 140.0),
        ("Dan", "Liquid-Soap", 20.0),
    ]


def test_further_columns_with_few_values_can_group() -> None:
    rows = ["Order ID|Customer ID|Date|Amount|Branch|Payment Method|Full Name|Note|Till"]
    rows += [
        f"{i}|c{i}|2025-01-{i:02}|{i}|{'West' if i % 2 else 'East'}|{'cash' if i % 3 else 'card'}"
        f"|Anna {i % 2}|n{i}|{i % 2}"
        for i in range(1, 21)
    ]
    tables = read(lines("\n".join(rows)))
    assert tables.roles["orders"]["segment"] == "Branch"
    assert tables.groupings["orders"] == ("Payment Method",)
    assert tables.orders is not None
    assert tables.orders["Payment Method"].value_counts().sort("count").rows() == [("card", 6), ("cash", 14)]


def test_classes_derived_from_the_score_do_not_group() -> None:
    assert read(EXPORT["Qualtrics"]).groupings["responses"] == ()


def test_a_stand_in_for_the_customer_is_said() -> None:
    tables = read(
        lines(
            "Order ID|Date|Amount|Full Name\n"
            "1|2025-01-02|4.50|Anna Berg\n2|2025-01-03|3.20|ANNA  BERG\n3|2025-01-04|1|Ben"
        )
    )
    assert tables.orders is not None
    assert tables.orders["customer"].n_unique() == 2
    [note] = [note for note in tables.notes if note.message.id == "note.customer_by"]
    assert note.message.holes["header"] == "Full Name"


def test_a_short_month_follows_the_dates_of_the_others() -> None:
    header = "Order ID|Customer ID|Date|Amount"
    january = "1|A|31/01/2025|4\n2|B|02/01/2025|3\n3|C|15/01/2025|3"
    february = "4|A|03/02/2025|5\n5|B|01/02/2025|6\n6|C|09/02/2025|6"
    tables = read(
        sheet(lines(f"{header}\n{january}"), "January"), sheet(lines(f"{header}\n{february}"), "February")
    )
    assert tables.orders is not None
    assert tables.orders["date"].dt.month().to_list() == [1, 1, 1, 2, 2, 2]


DAYS = """
Date|Customer|Product|Amount
2025-01-02|A|Tea|4
{0}|B|Cake|5
2025-01-03|A|Tea|4
2025-01-07|B|Tea|4
{0}|C|Cake|6
2025-01-08|B|Tea|4
2025-01-09|A|Tea|4
"""


def test_a_day_that_is_written_once_counts_for_the_rows_below() -> None:
    tables = read(lines(DAYS.format("")))
    assert tables.orders is not None
    assert tables.orders["date"].dt.day().to_list() == [2, 2, 3, 7, 7, 8, 9]
    assert notes(tables) == {"dates_below": 2}


def test_a_date_that_cannot_be_read_is_not_that_of_the_row_above() -> None:
    assert reasons(read(lines(DAYS.format("soon")))) == {"unread_date": [3, 6]}


def test_blank_dates_in_a_list_without_order_are_no_day() -> None:
    rows = DAYS.format("").strip().split("\n")
    assert reasons(read(lines("\n".join([rows[0], *reversed(rows[1:])])))) == {"no_date": [4, 7]}


def test_a_list_of_customers_is_none_of_purchases() -> None:
    customers = sheet(lines("Customer ID|E-mail|Signup date\nA|a@x.com|2024-05-01\nB|b@x.com|2024-05-02"))
    purchases = sheet(lines("Order ID|Customer ID|Date|Amount\n1|A|2025-01-02|4\n2|B|2025-01-03|5"), "Sales")
    tables = read(customers, purchases)
    assert totals(tables) == {"1": 4.0, "2": 5.0}
    assert tables.left_out.is_empty()
    assert tables.roles["orders"]["date"] == "Date"


def test_customer_number_0_is_a_guest_where_it_is_far_too_common() -> None:
    rows = [f"{i}|{0 if i % 2 else i}|2025-01-{i:02}|4" for i in range(1, 29)]
    tables = read(lines("\n".join(["order_id|customer_id|order_date|order_total", *rows])))
    assert tables.orders is not None
    assert tables.orders["customer"].null_count() == 14
    assert notes(tables)["nobody"] == 14


def test_customer_number_0_is_a_customer_among_others() -> None:
    rows = [f"{i}|{i % 4}|2025-01-{i:02}|4" for i in range(1, 29)]
    tables = read(lines("\n".join(["order_id|customer_id|order_date|order_total", *rows])))
    assert tables.orders is not None
    assert tables.orders["customer"].value_counts()["count"].to_list() == [7, 7, 7, 7]


@pytest.mark.parametrize("items_first", [False, True])
def test_orders_and_their_items_on_two_sheets_are_joined(items_first: bool) -> None:
    orders = sheet(
        lines("Order ID|Customer ID|Order Date\n1|A|2025-01-02\n2|B|2025-01-03\n3|A|2025-02-03"), "Orders"
    )
    items = sheet(
        lines("Order ID|Product|Quantity|Unit Price\n1|Tea|2|4\n1|Cup|1|7\n2|Tea|1|4\n3|Pot|1|9"), "Items"
    )
    tables = read(*((items, orders) if items_first else (orders, items)))
    assert totals(tables) == {"1": 15.0, "2": 4.0, "3": 9.0}
    assert tables.orders is not None
    assert tables.orders.sort("order", "product")["customer"].to_list() == ["A", "A", "B", "A"]
    assert tables.left_out.is_empty()
    assert notes(tables)["joined"] == 3


@pytest.mark.parametrize(
    ("header", "amount", "currency"),
    [
        ("金额（万元）", 12_500, "CNY"),
        ("销售额(千元)", 1_250, "CNY"),
        ("Сумма, тыс. руб.", 1_250, "RUB"),
        ("Umsatz (TEUR)", 1_250, None),
        ("金额(元)", 1.25, "CNY"),
        ("Total", 1.25, None),
    ],
)
def test_amounts_in_thousands(header: str, amount: float, currency: str | None) -> None:
    tables = read(lines(f"Order ID|Customer ID|Date|{header}\n1|A|2025-01-02|1.25\n2|B|2025-01-03|2.5"))
    assert totals(tables) == {"1": amount, "2": 2 * amount}
    assert tables.currency == currency
    assert ("in_units" in notes(tables)) == (amount > 2)


@pytest.mark.parametrize(
    ("header", "cells"),
    [("Datum", ("05.03.", "06.03.")), ("日期", ("3月5日", "3月6日")), ("Date", ("week 3", "week 4"))],
)
def test_dates_without_a_year_are_said(header: str, cells: tuple[str, str]) -> None:
    tables = read(lines(f"Order ID|Customer ID|{header}|Amount\n1|A|{cells[0]}|4\n2|B|{cells[1]}|5"))
    (note,) = [note for note in tables.notes if note.message.id == "note.undated"]
    assert note.where.column == header
    assert note.where.value == cells[0]
    assert "date" not in tables.roles["orders"]


def test_money_moved_to_the_bank_is_no_return() -> None:
    tables = read(
        lines("""
Date|Type|Status|Currency|Gross|From Email Address|Transaction ID
02/01/2025|Website Payment|Completed|EUR|10.00|a@x.com|T1
13/01/2025|Payment Refund|Completed|EUR|-4.00|a@x.com|T2
14/01/2025|General Withdrawal|Completed|EUR|-6.00|shop@x.com|T3
15/01/2025|Bank Transfer|Completed|EUR|7.50|b@x.com|T4
""")
    )
    assert totals(tables) == {"T1": 10.0, "T2": -4.0, "T4": 7.5}
    assert reasons(tables) == {"transfer": [4]}


def test_one_phone_number_written_in_many_ways_is_one_customer() -> None:
    tables = read(
        lines("""
Date|Phone|Total
2025-01-02|+49 170 1000-001|4
2025-01-03|+491701000001|5
2025-01-04|+49 (170) 1000 001|6
2025-01-05|+49 170 1000-002|7
""")
    )
    assert tables.orders is not None
    assert tables.orders["customer"].value_counts(sort=True)["count"].to_list() == [3, 1]


@pytest.mark.parametrize(
    ("sign", "month"), [("£", 4), ("€", 4), ("CHF ", 4), ("$", 3), ("", 3)]
)  # in the United States alone, of these, 03/04 is the fourth of March
def test_the_currency_says_where_the_day_comes_first(sign: str, month: int) -> None:
    rows = "\n".join(f"{i}|c{i}|0{d}/04/2025|{sign}{i}.50" for i, d in enumerate((3, 1, 7, 2, 5), 1))
    tables = read(lines(f"Order ID|Customer ID|Date|Amount\n{rows}"))
    assert tables.orders is not None
    assert tables.orders["date"][0] == datetime(2025, month, 7 - month)
    assert ("day_first" if month == 4 else "month_first") in notes(tables)


def test_dates_in_doubt_are_said_and_follow_the_choice() -> None:
    rows = lines("Order ID|Customer ID|Date|Amount\n1|A|03/04/2025|4\n2|B|01/02/2025|3\n3|C|05/04/2025|2")
    guessed = read(rows)
    assert notes(guessed) == {"month_first": 3}
    chosen = read(rows, day_first=True)
    assert chosen.orders is not None
    assert chosen.orders["date"].dt.month().to_list() == [4, 2, 4]
    assert notes(chosen) == {}


def test_headers_in_a_language_that_writes_the_day_first_decide() -> None:
    german = read(lines("Bestellnummer|Kunde|Bestelldatum|Betrag\n1|A|03/04/2025|4,50\n2|B|01/02/2025|3,20"))
    assert german.orders is not None
    assert german.orders["date"].dt.month().to_list() == [4, 2]
    assert notes(german) == {"day_first": 2}


def test_odd_dates_are_seen() -> None:
    tables = read(lines("Order ID|Date|Amount\n1|1970-01-01|4\n2|2999-01-01|3\n3|2024-05-01|2"))
    assert notes(tables) == {"old_dates": 1, "future_dates": 1}
    assert len(totals(tables)) == 3


def test_a_workbook_without_a_table_says_why_for_each_sheet() -> None:
    with pytest.raises(LoyaltyError) as caught:
        read(
            sheet(lines("Item|Price\nTea|3\nCup|4"), "Menu"),
            sheet(lines("Colour|Shape\nred|round"), "Shapes"),
        )
    assert caught.value.id == "no_table"
    said = str(caught.value)
    assert "“Menu”: A list of products or prices" in said
    assert "“Shapes”: None of its columns is known" in said
    assert "roles=" in said


def test_a_table_without_a_chosen_column_is_refused() -> None:
    rows = lines("Order ID|Customer ID|Date|Amount\n1|A|2025-01-02|4.50\n2|B|2025-01-03|3")
    with pytest.raises(LoyaltyError) as caught:
        read(rows, tables={"visits": {}})
    assert caught.value.id == "no_column_chosen"


def test_a_table_without_a_usable_row_is_refused() -> None:
    rows = lines(
        "Order ID|Customer ID|Date|Amount|Status\n1|A|2025-01-02|4.50|cancelled\n2|B|2025-01-03|3|cancelled"
    )
    with pytest.raises(LoyaltyError) as caught:
        read(rows)
    assert caught.value.id == "no_rows_left"


def test_data_frames_are_read_like_sheets() -> None:
    frame = pl.DataFrame(
        {"who": ["a", "a", "b"], "Order Date": ["2025-01-03", "2025-02-01", "x"], "paid": [3, 4, 5]}
    )
    tables = tables_of_frames({"orders": frame}, {"customer": "who", "amount": "paid"})
    assert tables.roles["orders"] == {"customer": "who", "date": "Order Date", "amount": "paid"}
    assert tables.orders is not None
    assert tables.orders["amount"].to_list() == [3.0, 4.0]
    assert tables.left_out["row"].to_list() == [3]


def test_a_data_frame_without_a_known_column_is_refused() -> None:
    with pytest.raises(LoyaltyError) as caught:
        tables_of_frames({"orders": pl.DataFrame({"x": [1], "y": ["a"]})})
    assert caught.value.id == "no_roles"


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_every_row_of_an_export_is_kept_or_accounted_for(export) -> None:
    rows = lines(export.rows)
    book = read(rows)
    frame = getattr(book, export.table)
    [plan] = [book.roles[export.table]]
    assert plan
    headers = 3 if export.name == "Qualtrics" else 2 if export.name == "SurveyMonkey" else 1
    assert frame.height + book.left_out["row"].n_unique() == len(rows) - headers
    for note in book.notes:
        for language in LANGUAGES:
            assert "{" not in say(note.message, language)


# Files that no one here wrote.

CORPUS = os.environ.get("LOYALTY_CORPUS")
real = pytest.mark.skipif(not CORPUS, reason="LOYALTY_CORPUS does not name the folder of real spreadsheets")


def of_file(name: str) -> Tables:
    book = open_workbook(Path(CORPUS or "") / "real" / name)
    return build(book, recognise(book))


@real
def test_online_retail_keeps_its_credit_notes() -> None:
    tables = of_file("online_retail_40k.xlsx")
    assert tables.orders is not None
    credit = tables.orders.filter(pl.col("order").str.starts_with("C"))
    assert credit.height == 674
    assert (credit["amount"] < 0).all()
    assert tables.orders.height == 40_000
    assert tables.left_out.height == 0
    assert tables.roles["orders"]["segment"] == "Country"


@real
def test_bike_orders() -> None:
    tables = of_file("bike_orders_r.xlsx")
    assert tables.orders is not None
    assert tables.roles["orders"] == {
        "customer": "customer.id",
        "date": "order.date",
        "order": "order.id",
        "product": "product.id",
        "quantity": "quantity",
    }
    assert tables.orders.height == 15_644
    assert tables.orders["date"].min() == datetime(2011, 1, 7)


@real
def test_visits_of_the_corpus() -> None:
    tables = of_file("visits_entry.csv")
    assert tables.visits is not None
    assert tables.visits.height == 301
    assert tables.visits["visitor"].null_count() == 0


@real
@pytest.mark.parametrize("name", ["customer_product_matrix.xlsx", "cdnow_summary.csv"])
def test_tables_of_another_kind_are_refused_with_the_reason(name: str) -> None:
    with pytest.raises(LoyaltyError) as caught:
        of_file(name)
    assert caught.value.id == "no_table"
    assert ("cross table" if "matrix" in name else "already summed up") in str(caught.value)
