"""Words for the state of an order, as shops export them."""

from __future__ import annotations

import polars as pl
import pytest

from loyalty.reading import statuses


@pytest.mark.parametrize(
    "word",
    [
        "refund",
        "Refunded",
        "Returned",
        "Retoure",
        "retourniert",
        "Rücksendung",
        "zurückgeschickt",
        "Erstattet",
        "remboursé",
        "Devuelto",
        "Возврат",
        "退货",
        "已退款",
    ],
)
def test_orders_sent_back(word: str) -> None:
    assert statuses.says(pl.Series([word]), statuses.REFUNDED).to_list() == [True]


@pytest.mark.parametrize(
    "word", ["partially_refunded", "no refund", "return requested", "Versendet", "доставлен", "已完成"]
)
def test_orders_that_stand(word: str) -> None:
    assert statuses.says(pl.Series([word]), statuses.REFUNDED).to_list() == [False]
