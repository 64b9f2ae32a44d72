"""Names as numbers of one alphabetical dictionary."""

from __future__ import annotations

import polars as pl
import pytest

from loyalty.codes import NOBODY, WIDTH, coded, packed, unpacked

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


@pytest.mark.parametrize("columns", [("customer",), ("customer", "day"), ("month", "customer")])
def test_what_is_packed_can_be_unpacked_and_is_in_order(columns):
    numbers = [None, 1, WIDTH - 2, 3_652_059, 0, 1, 5, 5, 1]
    frame = pl.DataFrame({"customer": NAMES, "day": numbers, "month": numbers[::-1]})
    table = coded({"orders": frame})["orders"]
    key = packed(table, columns)
    back = pl.DataFrame({"key": key}).select(unpacked(pl.col("key"), columns, table.schema))
    assert back.rows() == table.select(columns).rows()
    last = max(name for name in NAMES if name) + "z"
    rows = [
        tuple(
            last if one is None and name == "customer" else NOBODY if one is None else one
            for one, name in zip(row, columns, strict=True)
        )
        for row in frame.select(columns).rows()
    ]
    assert [rows[place] for place in key.argsort(kind="stable")] == sorted(rows)


def test_only_names_days_and_months_are_packed():
    table = coded({"orders": pl.DataFrame({"customer": ["a"], "score": [1], "day": [2]})})["orders"]
    assert packed(table, ("customer", "score")) is None
    assert packed(table, ("customer", "day", "customer")) is None
    plain = pl.DataFrame({"customer": ["a"]})
    assert packed(plain, ("customer",)) is None
