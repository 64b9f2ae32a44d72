"""Which column serves which role: headers, cells, neighbours."""

from __future__ import annotations

import math

import pytest

from loyalty.columns import ROLES, assign, match, may_measure, rate
from loyalty.errors import LoyaltyError
from loyalty.facts import Facts
from loyalty.synonyms import known, language, named, plain


def facts(**known_facts: float) -> Facts:
    """Facts of a filled column of words, but for what is given."""
    shares = dict.fromkeys(("numbers", "dates", "yes_no", "durations", "emails", "whole", "clock"), 0.0)
    usual = {
        "cells": 100,
        "filled": 1.0,
        "distinct": 1.0,
        "values": 50,
        "low": math.nan,
        "high": math.nan,
        "letters": 8.0,
    }
    return Facts(**(shares | usual | known_facts))


def test_headers_are_compared_without_case_width_and_punctuation() -> None:
    assert plain("*Invoice No.") == plain("ＩＮＶＯＩＣＥ　no") == plain("invoice_no") == plain("InvoiceNo")
    assert plain("Order #") == plain("order no")
    assert plain("客户 ID") == plain("客户ＩＤ")


@pytest.mark.parametrize(
    ("table", "role", "header"),
    [
        ("orders", "customer", "Customer ID"),
        ("orders", "customer", "customer.id"),
        ("orders", "customer", "会员卡号"),
        ("orders", "customer", "Kunden-Nr."),
        ("orders", "amount", "商品总价(元)"),
        ("orders", "amount", "Amount (USD)"),
        ("orders", "date", "订单创建时间"),
        ("orders", "date", "Fecha de compra"),
        ("orders", "order", "№ заказа"),
        ("orders", "order", "Customer · Order ID"),
        ("responses", "recommend", "1、您有多大可能向朋友推荐我们？"),
        ("responses", "recommend", "Q5. How likely are you to recommend us?"),
        ("responses", "recommend", "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?"),
        ("responses", "recommend", "Recommanderiez-vous notre boutique ?"),
        ("responses", "again", "How likely are you to buy from us again?"),
        ("responses", "again", "您会再次购买吗？"),
        ("responses", "other", "Would you try our other products?"),
        ("responses", "other", "您有多大可能尝试我们的其他产品？"),
        ("responses", "comment", "What could we do better?"),
        ("responses", "rating", "How satisfied were you with the service?"),
        ("visits", "time", "Date of Servce"),
        ("visits", "visitor", "Customer ID"),
    ],
)
def test_headers_name_roles(table: str, role: str, header: str) -> None:
    others = {other: rate(table, other, header) for other in ROLES[table]}
    assert others[role] == max(others.values()) >= 0.75


@pytest.mark.parametrize(
    "header",
    [
        "Shipping",
        "Tax Amount",
        "Customer Note",
        "Ship Date",
        "Due Date",
        "Previous order date",
        "Profit",
        "邮费(元)",
        "卖家服务费",
        "发货时间",
        "Average order value",
        "Last purchase date",
        "Product cost",
    ],
)
def test_headers_that_only_sound_like_a_role(header: str) -> None:
    for role in ("amount", "date", "customer", "product"):
        assert rate("orders", role, header) < 0.4, role


@pytest.mark.parametrize("header", ["推荐人", "Recommended by", "NPS Group", "nps_category"])
def test_words_of_recommendation_that_ask_nothing(header: str) -> None:
    assert named("responses", "recommend", header) < 0.4


def test_cells_overrule_headers() -> None:
    amounts = facts(numbers=1.0, low=1.5, high=90.0, letters=5.0)
    words = facts(letters=12.0)
    assert rate("orders", "amount", "Total", amounts) > 0.9
    assert rate("orders", "amount", "Total", words) == 0.0
    assert rate("orders", "date", "Date", words) == 0.0
    assert rate("orders", "date", "Date", facts(dates=1.0)) > 0.9
    assert rate("orders", "customer", "Customer ID", amounts) == 0.0
    assert rate("responses", "comment", "Why would you recommend us?", facts(numbers=1.0)) == 0.0
    assert rate("orders", "amount", "Total", facts(filled=0.0)) == 0.0


def test_a_score_column_must_hold_scores() -> None:
    header = "How likely are you to recommend us?"
    answers = facts(numbers=1.0, whole=1.0, low=0.0, high=10.0, values=11, letters=1.0)
    stars = facts(numbers=1.0, whole=1.0, low=1.0, high=5.0, values=5, letters=1.0)
    amounts = facts(numbers=1.0, low=-100.0, high=100.0)
    assert rate("responses", "recommend", header, answers) > 0.8
    assert rate("responses", "recommend", header, amounts) == 0.0
    both = {"Score": answers, "Rating": stars}
    found = assign("responses", list(both), facts=both)
    assert (found["recommend"].header, found["rating"].header) == ("Score", "Rating")


def test_a_recommendation_from_1_to_5_is_none_from_0_to_10() -> None:
    header = "Would you recommend us?"
    few = {"numbers": 1.0, "whole": 1.0, "low": 1.0, "high": 5.0, "values": 5, "letters": 1.0}
    assert rate("responses", "recommend", header, facts(**few, cells=200)) == 0.0
    assert rate("responses", "recommend", header, facts(**few, cells=6)) > 0.6  # six people may be unhappy


def test_one_column_serves_one_role_and_the_best_assignment_wins() -> None:
    assert match("orders", ["Date", "Order Date"]) == {"date": "Order Date"}
    found = match("orders", ["Transaction ID", "Order ID", "Customer", "Customer ID", "Total", "Subtotal"])
    assert found == {
        "order": "Order ID",
        "line": "Transaction ID",
        "customer": "Customer ID",
        "amount": "Total",
    }


def test_name_means_what_its_neighbours_say() -> None:
    shopify = ["Name", "Email", "Financial Status", "Total", "Lineitem name", "Created at"]
    assert match("orders", shopify)["order"] == "Name"
    assert match("orders", shopify)["customer"] == "Email"
    paypal = ["Date", "Name", "Gross", "Transaction ID"]
    assert match("orders", paypal)["customer"] == "Name"


def test_stand_ins_for_the_customer_in_their_order() -> None:
    rest = ["Order ID", "Date", "Amount"]
    assert match("orders", [*rest, "Full Name", "Phone", "E-mail"])["customer"] == "E-mail"
    assert match("orders", [*rest, "Full Name", "Phone"])["customer"] == "Phone"
    assert match("orders", [*rest, "Full Name"])["customer"] == "Full Name"
    assert "customer" not in match("orders", rest)
    assert "email" not in match("orders", [*rest, "E-mail"])


def test_what_is_given_stays() -> None:
    headers = ["Order ID", "Customer ID", "Date", "Amount", "Net"]
    found = match("orders", headers, {"amount": "Net", "date": None})
    assert found["amount"] == "Net"
    assert "date" not in found


@pytest.mark.parametrize(
    ("given", "id"), [({"amount": "Betrag"}, "unknown_column"), ({"price_tag": "Net"}, "unknown_role")]
)
def test_what_is_given_must_be_there(given: dict[str, str], id: str) -> None:
    with pytest.raises(LoyaltyError) as caught:
        match("orders", ["Net"], given)
    assert caught.value.id == id


def test_languages_of_headers() -> None:
    assert language(["Datum", "Kunde", "Betrag"]) == "de"
    assert language(["订单号", "金额"]) == "zh"
    assert language(["Date", "Customer", "Total"]) == "en"


WELL_KNOWN = {
    "orders": {
        "customer": "Customer ID",
        "date": "Order Date",
        "amount": "Amount",
        "order": "Order ID",
        "product": "Product",
        "category": "Category",
        "quantity": "Quantity",
        "price": "Unit price",
        "discount": "Discount",
        "segment": "Segment",
        "currency": "Currency",
        "status": "Order status",
        "refund": "Refunded amount",
        "returned": "Returned",
        "cancelled": "Cancelled",
        "line": "Row ID",
        "email": "E-mail",
        "birthday": "Birthday",
        "consent": "Accepts marketing",
    },
    "responses": {
        "recommend": "NPS",
        "recommend_scaled": "Would recommend (1-5)",
        "rating": "Stars",
        "again": "Buy again",
        "other": "Other products",
        "customer": "Customer ID",
        "date": "Timestamp",
        "comment": "Comment",
        "segment": "Branch",
        "stage": "Stage",
        "response": "Response ID",
        "status": "Status",
        "finished": "Finished",
        "email": "E-mail",
        "consent": "Newsletter",
    },
    "visits": {
        "visitor": "Visitor ID",
        "time": "Visit date",
        "duration": "Duration",
        "source": "Referrer",
        "bought": "Purchased",
        "segment": "Branch",
    },
    "trials": {
        "group": "Treatment",
        "outcome": "Converted",
        "customer": "User ID",
        "date": "Date",
        "segment": "Branch",
    },
}


def test_all_roles_can_be_found_by_name() -> None:
    for table, roles in ROLES.items():
        assert set(WELL_KNOWN[table]) == set(roles)
        found = match(table, list(WELL_KNOWN[table].values()))
        assert found == WELL_KNOWN[table]


@pytest.mark.parametrize(
    "headers",
    [
        ("Variant", "Conversion"),
        ("test group", "Tip %"),
        ("Group", "Result"),
        ("实验组/对照组", "是否转化"),
        ("组别", "小费"),
        ("方案", "结果"),
        ("分组", "小费比例"),
        ("Versuchsgruppe", "Ergebnis"),
        ("Gruppe", "Trinkgeld"),
        ("Grupo de prueba", "Resultado"),
        ("Grupo", "Propina"),
        ("Groupe de test", "Résultat"),
        ("Groupe", "Pourboire"),
        ("Grupo de teste", "Convertido"),
        ("Condição", "Gorjeta"),
        ("Экспериментальная группа", "Результат"),
        ("Группа", "Чаевые"),
    ],
)
def test_trials_are_known_in_every_language(headers: tuple[str, str]) -> None:
    group, outcome = headers
    assert match("trials", [outcome, "x", group]) == {"group": group, "outcome": outcome}


def test_the_arm_goes_before_the_segment_and_the_percentage_before_the_amount() -> None:
    assert match("trials", ["Segment", "Group", "Tip", "Tip %"]) == {
        "group": "Group",
        "outcome": "Tip %",
        "segment": "Segment",
    }
    assert match("trials", ["门店", "分组", "小费", "小费比例"])["outcome"] == "小费比例"


def test_an_arm_has_few_values_that_come_again() -> None:
    arm, id_ = facts(values=3, distinct=0.01), facts(values=100, distinct=1.0)
    number = facts(numbers=1.0, low=0.0, high=40.0)
    seen = {"Variant": id_, "Group": arm, "Revenue": number, "Outcome": facts()}
    found = assign("trials", list(seen), facts=seen)
    assert {role: place.header for role, place in found.items()} == {"group": "Group", "outcome": "Revenue"}
    assert rate("trials", "outcome", "Converted", facts(yes_no=1.0, values=2)) > 0.9
    assert rate("trials", "outcome", "Outcome", facts(dates=1.0)) == 0.0


def test_ids_measure_nothing() -> None:
    assert not any(map(may_measure, ("Order ID", "User ID", "Phone", "会员号")))
    assert all(map(may_measure, ("Party size", "Bill", "Tip", "Clicks", "人数")))


def test_names_of_a_trial_are_parts_of_longer_names_elsewhere() -> None:
    """“Test group” is a segment of orders, although a trial knows it by its whole name."""
    assert match("orders", ["Order ID", "Amount", "Test group"])["segment"] == "Test group"
    assert not known("Test group")
    assert known("Test group", "trials")


def test_known_headers() -> None:
    assert known("Shipping")
    assert known("Order Date")
    assert not known("Colour of the box")
