"""Names as numbers of one alphabetical dictionary."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from loyalty.codes import WIDTH, coded, packed, unpacked

NAMES = [None, "", "b", "a", "Öl", "茶", "z" * 40, "A", "b"]


@pytest.mark.parametrize("names", [["b", "a", "c"], ["c", "b", "a"], ["茶", "a", "Öl"]])
def test_numbers_are_in_the_order_of_the_alphabet_whatever_came_first(names):
    table = coded({"orders": pl.DataFrame({"order": ["1"] * 3, "customer": names})})["orders"]
    assert table["customer"].cat.physical().to_list() == [1 + sorted(names).index(name) for name in names]
    assert table["customer"].to_list() == names


def test_tables_share_their_dictionary():
    orders, responses = pl.DataFrame({"customer": ["x", "y"]}), pl.DataFrame({"customer": ["z", "y"]})
    tables = coded({"orders": orders, "responses": responses, "visits": None})
    assert tables["visits"] is None
    assert tables["orders"].join(tables["responses"], on="customer")["customer"].to_list() == ["y"]


def test_texts_and_numbers_are_left_as_they_are():
    frame = pl.DataFrame({"recommend": [9.0], "comment": ["good"]})
    assert coded({"responses": frame})["responses"].equals(frame)
    named = coded({"responses": frame.with_columns(segment=pl.lit("a"))})["responses"]
    assert named.schema["comment"] == pl.String
    assert isinstance(named.schema["segment"], pl.Categorical)


NUMBERS = [None, 1, WIDTH - 2, 3_652_059, 0, 1, 5, 5, 1]


@pytest.mark.parametrize("columns", [("customer", "day"), ("month", "customer"), ("customer", "product")])
def test_two_columns_are_one_number_in_their_order(columns):
    frame = pl.DataFrame({"customer": NAMES, "product": NAMES[::-1], "day": NUMBERS, "month": NUMBERS[::-1]})
    table = coded({"orders": frame})["orders"]
    key = packed(table, columns)
    back = pl.DataFrame({"key": key}).select(unpacked(pl.col("key"), columns, table.schema))
    assert back.rows() == table.select(columns).rows()
    assert table.select(columns).with_columns(pl.Series("key", key)).sort("key").drop("key").rows() == (
        frame.select(columns).sort(columns, nulls_last=True).rows()
    )


@pytest.mark.parametrize("values", [NAMES, NUMBERS, [datetime(2025, 1, day) for day in (3, 1, 2)]])
def test_one_column_is_a_number_in_its_order(values):
    frame = pl.DataFrame({"x": values})
    table = coded({"orders": frame})["orders"]
    assert table["x"][packed(table, ["x"]).argsort(kind="stable")].to_list() == (
        frame["x"].sort(nulls_last=True).to_list()
    )


def test_other_columns_are_no_numbers():
    table = coded({"orders": pl.DataFrame({"customer": ["a"], "score": [1], "day": [2]})})["orders"]
    assert packed(table, ("customer", "score")) is None
    assert packed(table, ("customer", "day", "customer")) is None
    plain = pl.DataFrame({"customer": ["a"], "amount": [1.0]})
    assert packed(plain, ["customer"]) is None
    assert packed(plain, ["amount"]) is None
