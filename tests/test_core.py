"""The records, and the steps every metric takes."""

from __future__ import annotations

import json
import math
import pickle
from collections import Counter
from decimal import Decimal

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from loyalty import limits
from loyalty.core import (
    BLANK,
    REST,
    Change,
    Estimate,
    Result,
    Table,
    by_group,
    check_options,
    month_name,
    role_names,
    totals,
)
from loyalty.errors import LoyaltyError
from loyalty.queries import keep, lazy, rows
from loyalty.texts import Message, say

before, after = Estimate(40.0, 30.0, 50.0, 90, "2025-01"), Estimate(55.0, 45.0, 65.0, 80, "2025-02")
result = Result(
    metric="nps",
    overall=Estimate(47.5, 40.0, 55.0, 170),
    unit="points",
    by="segment",
    groups=(Estimate(60.0, 50.0, 70.0, 100, "north"), Estimate(30.0, -math.inf, math.inf, 70, BLANK)),
    groups_differ=0.02,
    trend=(before, after),
    change=Change(before, after, 15.0, 1.0, 29.0),
    options={"method": "standard", "window": None},
    numbers={"promoters": 90, "odds": math.inf},
    tables=(Table("scores", ("score", "answers"), ((9, 4), (10, None))),),
    notes=(Message("where.sheet", {"sheet": "Survey"}),),
)


def test_a_result_can_be_pickled_and_compared():
    assert pickle.loads(pickle.dumps(result)) == result
    assert Estimate(1.0, 0.0, 2.0, 3) != Estimate(1.0, 0.0, 2.0, 4)


def test_a_result_is_json_without_infinite_numbers():
    record = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    whole = {"value": 47.5, "low": 40.0, "high": 55.0, "n": 170, "group": None, "base": None}
    assert record["overall"] == whole
    assert record["groups"][1] == whole | {
        "value": 30.0,
        "low": None,
        "high": None,
        "n": 70,
        "group": "",
    }
    assert record["change"]["after"]["group"] == "2025-02"
    assert record["numbers"] == {"promoters": 90, "odds": None}
    assert record["options"] == {"method": "standard", "window": None}
    assert record["tables"] == [
        {"name": "scores", "columns": ["score", "answers"], "rows": [[9, 4], [10, None]]}
    ]
    assert record["notes"] == ["sheet “Survey”"]


def test_a_result_without_change_is_json_too():
    plain = Result("nps", Estimate(math.nan, -100.0, 100.0, 0), "points").to_dict()
    assert plain["overall"]["value"] is None
    assert plain["change"] is None
    json.dumps(plain, allow_nan=False)


def test_a_result_as_a_pandas_frame_has_a_row_for_each_estimate():
    table = result.to_pandas()
    assert list(table.columns) == ["part", "group", "value", "low", "high", "n"]
    assert list(table["part"]) == ["overall", "group", "group", "month", "month"]
    assert list(table["value"]) == [47.5, 60.0, 30.0, 40.0, 55.0]
    assert list(table["group"])[3:] == ["2025-01", "2025-02"]


def test_a_table_is_found_by_its_name():
    assert result.table("scores").rows[0] == (9, 4)
    with pytest.raises(KeyError):
        result.table("nothing")


@pytest.mark.parametrize(
    ("low", "high", "real"),
    [(1, 2, True), (-2, -1, True), (-1, 1, False), (0, 1, False), (-math.inf, math.inf, False)],
)
def test_a_change_is_real_when_its_interval_leaves_out_zero(low, high, real):
    assert Change(before, after, 0.5, low, high).real is real


frames = {
    "pandas": lambda columns: pd.DataFrame(columns),
    "polars": lambda columns: pl.DataFrame(columns),
    "polars lazy": lambda columns: pl.LazyFrame(columns),
    "pyarrow": lambda columns: pa.table(columns),
    "duckdb": lambda columns: duckdb.from_arrow(pa.table(columns)),
}


@pytest.mark.parametrize("engine", frames)
def test_rows_of_every_engine_are_plain_python(engine):
    found = rows(lazy(frames[engine]({"day": [1, 2], "name": ["ä", None]})))
    assert found == [{"day": 1, "name": "ä"}, {"day": 2, "name": None}]
    assert [type(value) for value in found[0].values()] == [int, str]


def test_frames_in_memory_are_computed_once_and_others_stay_queries():
    assert keep(lazy(pl.LazyFrame({"a": [1]}))).implementation.is_polars()
    assert keep(lazy(frames["duckdb"]({"a": [1]}))).implementation.is_duckdb()


def test_sums_of_a_database_are_plain_numbers():
    query = duckdb.sql("select sum(i) as whole, sum(i / 4::decimal(9, 2)) as part from range(4) t(i)")
    assert rows(lazy(query)) == [{"whole": 6, "part": 1.5}]
    wide = duckdb.sql("select 12345678901234567890123::hugeint as n")
    assert rows(lazy(wide)) == [{"n": 12345678901234567890123}]
    assert rows(lazy(pl.DataFrame({"d": [Decimal("2.5")]}))) == [{"d": 2.5}]


@pytest.mark.parametrize("year", [1, 999, 1970, 2025, 9999])
def test_months_are_named_by_year_and_month(year):
    assert [month_name(12 * year + month - 1) for month in (1, 12)] == [f"{year:04}-01", f"{year:04}-12"]


def test_totals_are_in_the_order_of_names():
    assert list(totals([("b", 1), (None, 2), ("a", 3), ("b", 4)]).items()) == [(BLANK, 2), ("a", 3), ("b", 5)]
    assert totals([]) == {}


def test_groups_are_in_the_order_of_size_then_name():
    cells = [("b", Counter(x=1)), ("c", Counter(x=5)), ("a", Counter(x=1))]
    assert list(by_group(cells, Counter.total)) == ["c", "a", "b"]


def test_small_groups_become_one_and_nothing_is_lost():
    cells = [(f"s{i:03}", 1000 - i) for i in range(limits.GROUPS + 15)]
    found = by_group(cells, float)
    assert len(found) == limits.GROUPS + 1
    assert list(found)[-1] == REST
    assert sum(found.values()) == sum(n for _, n in cells)
    assert found[REST] == sum(n for _, n in cells[limits.GROUPS :])


def test_a_segment_called_like_the_rest_is_not_lost():
    cells = [(REST, 10_000), *((f"s{i:03}", 1000 - i) for i in range(limits.GROUPS + 5))]
    assert sum(by_group(cells, float).values()) == sum(n for _, n in cells)


def test_an_unknown_value_of_an_option_is_refused_in_words():
    check_options({"window": (30, (None, 30)), "kind": ("a", ("a", "b"))})
    with pytest.raises(LoyaltyError) as caught:
        check_options({"window": (31, (None, 30, 60))})
    assert caught.value.id == "unknown_option"
    assert "window" in str(caught.value)
    assert "31" in str(caught.value)
    assert "None, 30, 60" in str(caught.value)


def test_roles_are_listed_in_words():
    message = role_names(["customer", ("product", "category"), "amount"])
    assert say(message, "en") == "Customer; Product or Product category; Amount"
    assert say(message, "zh") == "客户；产品或产品类别；金额"
