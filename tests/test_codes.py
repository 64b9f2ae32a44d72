"""Frames of coded names give what Polars gives for the same frames with plain names."""

from __future__ import annotations

import random
from itertools import pairwise

import narwhals.stable.v2 as nw
import polars as pl
import pytest

from loyalty.codes import coded, grouped, ordered
from loyalty.queries import lazy


def draw(seed, rows=500):
    chance = random.Random(seed)
    names = [None, "", "b", "a", "Öl", "茶", "z" * 40, "A", *(f"n{number}" for number in range(60))]
    return pl.DataFrame(
        {
            "customer": [chance.choice(names) for _ in range(rows)],
            "product": [chance.choice(names[:9]) for _ in range(rows)],
            "day": [chance.choice([None, 1, 738_000, 3_652_059]) for _ in range(rows)],
            "amount": [float(chance.randrange(100)) for _ in range(rows)],
        },
        schema_overrides={"day": pl.Int64},
    )


def records(frame):
    """Rows in an order of their own, names as texts."""
    plain = frame.collect("polars").to_native().with_columns(pl.col(pl.Categorical).cast(pl.String))
    columns = sorted(plain.columns)
    return sorted(plain.select(columns).rows(), key=str)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "keys",
    [
        ("customer",),
        ("customer", "product"),
        ("product", "customer"),
        ("customer", "day"),
        ("day", "customer"),
        ("day",),
        ("customer", "product", "day"),
        ("customer", "amount"),
    ],
)
def test_groups_are_those_of_the_plain_names(seed, keys):
    frame = draw(seed)
    rest = [name for name in ("customer", "product", "day") if name not in keys]
    totals = (nw.len().alias("n"), nw.col("amount").sum().alias("sum"), nw.col(*rest, "amount").min())
    totals = totals if "amount" not in keys else (nw.len().alias("n"),)
    with_codes = lazy(coded({"orders": frame})["orders"])
    found = grouped(with_codes, keys, *totals)
    assert records(found) == records(lazy(frame).group_by(*keys).agg(*totals))
    schema = with_codes.to_native().collect_schema()
    there = found.to_native().collect_schema()
    assert all(there[name] == schema[name] for name in there if name in ("customer", "product", "day"))


def test_plain_names_are_grouped_as_they_are():
    frame = lazy(draw(4))
    keys, size = ("customer", "product"), nw.len().alias("n")
    assert records(grouped(frame, keys, size)) == records(frame.group_by(*keys).agg(size))


def test_the_least_name_is_the_first_in_the_alphabet_whatever_came_before():
    for names in (["b", "a", "c"], ["c", "b", "a"], ["茶", "a", "Öl"]):
        table = coded({"orders": pl.DataFrame({"order": ["1"] * 3, "customer": names})})["orders"]
        [least] = grouped(lazy(table), ["order"], nw.col("customer").min()).collect()["customer"].to_list()
        assert least == min(names)
        assert table["customer"].cat.physical().to_list() == [1 + sorted(names).index(name) for name in names]


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


@pytest.mark.parametrize("seed", range(3))
def test_each_name_stands_together_with_its_numbers_in_order(seed):
    known = draw(seed).drop_nulls(["customer", "day"])
    for frame in (known, coded({"orders": known})["orders"]):
        rows = ordered(lazy(frame), "customer", "day").collect().rows()
        assert sorted(rows) == sorted(known.select("customer", "day").rows())
        customers = [customer for customer, _ in rows]
        changes = sum(one != other for one, other in pairwise(customers))
        assert changes == len(set(customers)) - 1
        assert all(a[1] <= b[1] for a, b in pairwise(rows) if a[0] == b[0])
