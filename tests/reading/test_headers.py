"""Where tables stand in their sheets: headers of one and several rows, titles, totals, footers."""

from __future__ import annotations

from datetime import datetime

import pytest

from loyalty.reading import layout
from loyalty.reading.body import body
from tests.reading.sheets_by_hand import Rows, lines, sheet

HEADER = "Order ID|Customer|Date|Amount"
DATA = "1|Anna|2025-01-02|4.50\n2|Ben|2025-01-03|3.20\n3|Anna|2025-01-04|8.75"


def names(rows: Rows) -> tuple[str, ...]:
    page = sheet(rows)
    return layout.headers(page, layout.find(page))


def kept(rows: Rows) -> list[int]:
    page = sheet(rows)
    return body(page, layout.find(page)).rows.to_list()


def gone(rows: Rows) -> dict[str, list[int]]:
    page = sheet(rows)
    left_out = body(page, layout.find(page)).left_out
    return {reason: series.to_list() for reason, series in left_out.items()}


def test_a_plain_header() -> None:
    assert layout.find(sheet(lines(f"{HEADER}\n{DATA}"))) == (0, 0)
    assert names(lines(f"{HEADER}\n{DATA}")) == ("Order ID", "Customer", "Date", "Amount")


@pytest.mark.parametrize(
    "above",
    [
        "Café Berg – sales|||",
        "Café Berg – sales|||\nExported:|2025-02-01||\n|||",
        "|||\n|||\n|||",
        "# ----------|||\n# Start date: 20260501|||\n# End date: 20260531|||\n|||",
        "合计订单明细|||\n制表人：安安|||",
    ],
)
def test_titles_and_blank_lines_above_the_header(above: str) -> None:
    rows = lines(f"{above}\n{HEADER}\n{DATA}")
    first = len(above.splitlines())
    assert layout.find(sheet(rows)) == (first, first)
    assert kept(rows) == [first + 1, first + 2, first + 3]


def test_a_quickbooks_report() -> None:
    rows = lines("""
Acme Ltd|||||||
Transaction List by Customer|||||||
January 1 - December 31, 2025|||||||
|||||||
|Date|Transaction Type|Num|Name|Memo/Description|Amount|Balance
Anna Berg|||||||
|01/15/2025|Invoice|1001|Anna Berg|Teapot|1,250.00|1,250.00
|01/25/2025|Credit Memo|1002|Anna Berg|Teapot|(420.81)|829.19
Total for Anna Berg||||||$829.19|
Ben Low|||||||
|02/15/2025|Invoice|1003|Ben Low|Cup|12.00|12.00
Total for Ben Low||||||$12.00|
TOTAL||||||$841.19|
""")
    assert layout.find(sheet(rows)) == (4, 4)
    assert kept(rows) == [6, 7, 10]
    assert gone(rows) == {"totals": [8, 11, 12], "stray": [5, 9]}


def test_totals_inside_and_below_a_chinese_document_list() -> None:
    rows = lines("""
客户|单据编号|单据日期|名称|数量|单价|金额
安安茶行|XS001|2026-08-01|龙井茶|2|98|196
|||紫砂壶|1|128|128
合计:||||3||324
贝贝茶行|XS002|2026-08-02|龙井茶|1|98|98
合计:||||1||98
总计||||4||422
""")
    assert kept(rows) == [1, 2, 4]
    assert gone(rows) == {"totals": [3, 5, 6]}


@pytest.mark.parametrize(
    "word",
    [
        "Total",
        "TOTAL",
        "Grand Total",
        "Subtotal",
        "Total for May",
        "Totals:",
        "合计",
        "小计：",
        "总计",
        "5月小计",
        "Итого",
        "Всего",
        "Summe",
        "Gesamt",
        "Somme",
        "Suma",
        "Total général",
        "合 计",
    ],
)
def test_words_for_totals(word: str) -> None:
    rows = lines(f"{HEADER}\n{DATA}\n{word}|||16.45")
    assert gone(rows) == {"totals": [4]}


def test_a_product_called_total_is_no_total() -> None:
    rows = lines("Date|Customer|Product|Amount\n2025-01-02|Anna|Total|4.50\n2025-01-03|Ben|Tea|3.20")
    assert kept(rows) == [1, 2]


def test_a_total_in_a_table_of_two_columns() -> None:
    rows = lines("Date|Amount\n2025-01-02|4.50\n2025-01-02|3.20\n2025-01-03|3.20\nTotal|10.90")
    assert kept(rows) == [1, 2, 3]


def test_a_header_repeated_on_every_printed_page() -> None:
    rows = lines(f"{HEADER}\n{DATA}\n{HEADER}\n{DATA}")
    assert kept(rows) == [1, 2, 3, 5, 6, 7]
    assert gone(rows) == {"repeated_header": [4]}


def test_footnotes_below_the_table() -> None:
    rows = lines(f"{HEADER}\n{DATA}\n|||\n3 record(s) downloaded|||\nSeller ID: anna_b|||")
    assert kept(rows) == [1, 2, 3]
    assert gone(rows) == {"stray": [5, 6]}


def test_blank_rows_between_data_hold_nothing() -> None:
    rows = lines(f"{HEADER}\n{DATA}\n|||\n  |||\n4|Eve|2025-01-05|1.00")
    assert kept(rows) == [1, 2, 3, 6]
    assert gone(rows) == {}


def test_no_header_at_all() -> None:
    rows = lines("00004|0001|19970101|2|29.33\n00004|0001|19970118|2|29.73")
    assert layout.find(sheet(rows)) is None
    assert names(rows) == ("Column 1", "Column 2", "Column 3", "Column 4", "Column 5")


def test_no_header_over_names_and_dates() -> None:
    assert layout.find(sheet(lines("Anna|2025-01-02|4.50\nBen|2025-01-03|3.20"))) is None


def test_cells_that_are_numbers_and_dates_below_words() -> None:
    rows = [["Kunde", "Betrag", "Am"], ["A", 4.5, datetime(2025, 1, 2)], ["B", 3.2, datetime(2025, 1, 3)]]
    assert layout.find(sheet(rows)) == (0, 0)


def test_qualtrics_writes_three_rows() -> None:
    rows = lines("""
StartDate|Status|Q1|Q2_TEXT
Start Date|Response Type|How likely are you to recommend us?|Why?
{"ImportId":"startDate","timeZone":"Z"}|{"ImportId":"status"}|{"ImportId":"QID1"}|{"ImportId":"QID2_TEXT"}
2024-01-31 10:15:00|IP Address|9|Kind
""")
    assert layout.find(sheet(rows)) == (0, 2)
    assert names(rows) == (
        "StartDate",
        "Status · Response Type",
        "Q1 · How likely are you to recommend us?",
        "Q2_TEXT · Why?",
    )


def test_surveymonkey_writes_choices_below_the_question() -> None:
    rows = lines("""
Respondent ID|Start Date|How likely are you to recommend us?|Which do you use?|||What else?
||Response|Web|App|Phone|Open-Ended Response
1|01/14/2025 10:15:00 AM|9|Web||Phone|Nothing
2|01/15/2025 10:15:00 AM|3||App||Shorter queues
""")
    assert layout.find(sheet(rows)) == (0, 1)
    assert names(rows) == (
        "Respondent ID",
        "Start Date",
        "How likely are you to recommend us?",
        "Which do you use? · Web",
        "Which do you use? · App",
        "Which do you use? · Phone",
        "What else?",
    )


def test_group_names_above_complete_names_add_nothing() -> None:
    rows = lines("Who||What|\nCustomer ID|City|Date|Amount\nA|Bath|2025-01-02|3\nB|York|2025-01-03|4")
    assert names(rows) == ("Customer ID", "City", "Date", "Amount")


def test_group_names_tell_equal_names_apart() -> None:
    rows = lines("Order||Customer|\nID|Date|ID|Name\n1|2025-01-02|A|Anna\n2|2025-01-03|B|Ben")
    assert layout.find(sheet(rows)) == (0, 1)
    assert names(rows) == ("Order · ID", "Order · Date", "Customer · ID", "Customer · Name")


def test_names_are_made_unique() -> None:
    rows = lines("Date|Sales|Sales||Sales\n2025-01-02|1|2|3|4\n2025-01-03|1|2|3|4")
    assert names(rows) == ("Date", "Sales", "Sales (2)", "Column 4", "Sales (3)")


def test_names_lose_tags_and_line_breaks() -> None:
    rows = [["How likely are you\nto <strong>recommend</strong> us?", "  Date "], ["9", "2025-01-02"]]
    assert names(rows) == ("How likely are you to recommend us?", "Date")


def test_a_first_answer_without_values_is_no_second_header() -> None:
    rows = lines("Name|Date|Amount|Status\nAnna|||open\nBen|2025-01-03|3.20|paid\nEve|2025-01-04|8.75|paid")
    assert layout.find(sheet(rows)) == (0, 0)
    assert kept(rows) == [1, 2, 3]


def test_the_header_the_user_chose_is_taken() -> None:
    page = sheet(lines(f"x|y|z|w\n{HEADER}\n{DATA}"))
    assert layout.headers(page, (1, 1)) == ("Order ID", "Customer", "Date", "Amount")
    assert body(page, (1, 1)).rows.to_list() == [2, 3, 4]


def test_a_sheet_without_cells() -> None:
    page = sheet([])
    assert layout.find(page) is None
    assert layout.headers(page, None) == ()
    assert len(body(page, None).rows) == 0


def test_a_second_table_below_is_not_mixed_in() -> None:
    rows = lines("""
Customer|Date|Amount
A|2025-01-02|3
B|2025-01-03|4
||
Product|Stock|Price
Tea|4|3
Cup|5|4
""")
    assert kept(rows) == [1, 2]
    assert gone(rows) == {"second_table": [4, 5, 6]}


def test_months_parted_by_blank_rows_are_one_table() -> None:
    rows = lines(f"{HEADER}\n{DATA}\n|||\n4|Eve|2025-02-02|1.00\n|||\n{HEADER}\n5|Eve|2025-03-02|1.00")
    assert kept(rows) == [1, 2, 3, 5, 8]
    assert gone(rows) == {"repeated_header": [7]}
