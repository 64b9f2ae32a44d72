"""Lists of customers: of every metric that has some, on every engine, and by hand."""

from __future__ import annotations

import re
from datetime import date

import duckdb
import polars as pl
import pytest
from pandas.testing import assert_frame_equal

import loyalty
from loyalty import METRICS, members
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.members import DAYS, lists
from loyalty.texts import LANGUAGES
from tests.tables import dataset, draw_orders, draw_responses, draw_visits

SORTING = [metric for metric in METRICS if metric.members]
every_metric = pytest.mark.parametrize("metric", SORTING, ids=lambda metric: metric.id)
DRAWN = {"orders": draw_orders(31), "responses": draw_responses(32), "visits": draw_visits(33)}
ENGINES = {
    "polars lazy": pl.DataFrame.lazy,
    "duckdb": lambda frame: duckdb.from_arrow(frame.to_arrow()),
}
IN_MEMORY = {"pandas": pl.DataFrame.to_pandas, "polars": pl.DataFrame.clone, "pyarrow": pl.DataFrame.to_arrow}

# What ann, bob, cat and dan spent: 30, 20, 20 and 5; ann and bob came last on July 1 and June 1.
ORDERS = """
customer date       order amount
ann      2025-01-02 1     10
ann      2025-07-01 2     20
bob      2025-06-01 3     20
cat      2025-02-01 4     20
dan      2025-03-01 5     5
"""


def of(metric, tables, **options):
    return members(metric.id, dataset(**tables), **options)


def test_by_hand():
    found = members("journey", dataset(ORDERS), "first")
    # bought once: bob 30 days ago, dan 122, cat 150
    assert found["customer"].tolist() == ["bob", "dan", "cat"]
    assert found["last"].tolist() == ["2025-06-01", "2025-03-01", "2025-02-01"]


def test_those_alike_come_by_name():
    lines = "customer date order amount\n" + "\n".join(f"{name} 2025-01-02 {name} 5" for name in "zyxab乙甲")
    found = members("rfm", dataset(lines))
    assert found["customer"].tolist() == ["a", "b", "x", "y", "z", "乙", "甲"]  # 乙 U+4E59, 甲 U+7532


@pytest.mark.parametrize("day", [date(1969, 12, 31), date(1970, 1, 1), date(1, 1, 1), date(2999, 12, 31)])
def test_days_of_any_century(day):
    found = members("rfm", dataset(f"customer date amount\n ann {day.isoformat()} 5"))
    assert found["last"].tolist() == [day.isoformat()]


@every_metric
def test_all_lists_are_the_single_ones_under_each_other(metric):
    whole = of(metric, DRAWN)
    assert set(whole["list"]) <= set(lists(metric.id))
    assert not whole["list"].ne(whole["list"].shift()).sum() > whole["list"].nunique(), (
        "a list is in one piece"
    )
    for name, part in whole.groupby("list"):
        assert_frame_equal(of(metric, DRAWN, list=name), part.reset_index(drop=True))


@every_metric
def test_a_list_is_plain_to_read(metric):
    found = of(metric, DRAWN)
    assert list(found.columns[:2]) == ["list", "customer"]
    assert "rank" not in found
    assert all(isinstance(name, str) for name in found["customer"])
    for name in set(DAYS) & set(found):
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in found[name].dropna())


@every_metric
def test_the_order_of_rows_does_not_matter(metric):
    turned = {name: frame.reverse() for name, frame in DRAWN.items()}
    assert_frame_equal(of(metric, turned), of(metric, DRAWN))


@every_metric
def test_who_is_listed_does_not_hang_on_names(metric):
    def renamed(name):
        person = {"visits": "visitor"}.get(name, "customer")
        return DRAWN[name].with_columns(pl.col(person).str.reverse().name.keep())

    people = {name: renamed(name) for name in DRAWN}
    one, other = of(metric, DRAWN), of(metric, people)
    assert sorted(zip(one["list"], one["customer"].str[::-1], strict=True)) == sorted(
        zip(other["list"], other["customer"], strict=True)
    )


@pytest.mark.slow
@every_metric
@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same_lists(metric, engine):
    tables = {name: ENGINES[engine](frame) for name, frame in DRAWN.items()}
    found = members(metric.id, Dataset.from_frames(**tables))
    assert_frame_equal(found, of(metric, DRAWN), check_dtype=False, rtol=1e-9)


@every_metric
@pytest.mark.parametrize("engine", IN_MEMORY)
def test_what_was_read_gives_plain_lists_too(metric, engine):
    """Names are coded in memory; nothing of it is to be seen."""
    data = Dataset.from_frames(**{name: IN_MEMORY[engine](frame) for name, frame in DRAWN.items()})
    if not data.missing(*metric.needs):
        found = members(metric.id, data)
        assert all(isinstance(name, str) for name in found["customer"])
        assert not found.duplicated(["list", "customer"]).any()


@every_metric
def test_a_list_that_does_not_exist_is_refused_with_those_that_do(metric):
    with pytest.raises(LoyaltyError) as caught:
        of(metric, DRAWN, list="vip")
    for language in LANGUAGES:
        told = caught.value.in_language(language)
        assert "vip" in told
        assert all(name in told for name in lists(metric.id))


def test_a_metric_without_lists_is_refused_with_those_that_have_some():
    for name in ("nps", "nonsense"):
        with pytest.raises(LoyaltyError) as caught:
            members(name, dataset(ORDERS))
        assert caught.value.id == "no_lists"
        for language in LANGUAGES:
            assert all(metric.id in caught.value.in_language(language) for metric in SORTING)


@every_metric
def test_what_is_missing_is_named(metric):
    with pytest.raises(LoyaltyError) as caught:
        members(metric.id, dataset(trials="group outcome\n a 1\n b 2"))
    assert caught.value.id == "missing_table"


def test_members_is_a_public_name():
    assert loyalty.members is members
    assert "members" in loyalty.__all__
