"""Totals of groups are those that Polars finds for the same frames with plain names, however rows stand."""

from __future__ import annotations

import random
from itertools import pairwise

import narwhals.stable.v2 as nw
import polars as pl
import pytest

from loyalty.codes import coded
from loyalty.grouping import Totals, arranged, grouped, in_turn, with_least
from loyalty.queries import lazy

MANY = [None, "", "b", "a", "Öl", "茶", "z" * 40, "A", *(f"n{number}" for number in range(60))]
FEW = MANY[:9]


def draw(seed, rows=500, nulls=True):
    chance = random.Random(seed)
    frame = pl.DataFrame(
        {
            "customer": [chance.choice(MANY) for _ in range(rows)],
            "product": [chance.choice(FEW) for _ in range(rows)],
            "day": [chance.choice([None, 1, 738_000, 3_652_059]) for _ in range(rows)],
            "number": [chance.choice([None, -5, 0, 7, 2**40]) for _ in range(rows)],
            "amount": [chance.choice([None, *range(100)]) for _ in range(rows)],
        },
        schema_overrides={"day": pl.Int64, "number": pl.Int64, "amount": pl.Float64},
    )
    return frame if nulls else frame.drop_nulls()


def shuffled(frame, keys):
    return frame


def together(frame, keys):
    """Rows of a group stand together, the groups in the order of the names."""
    return frame.sort(*keys)


def in_stretches(frame, keys):
    """The same with the groups in any order."""
    groups = frame.partition_by(*keys)
    return pl.concat(sorted(groups, key=lambda group: hash(str(group.select(keys).row(0)))))


def in_codes(frame):
    return lazy(coded({"orders": frame})["orders"])


def records(frame):
    """Rows in an order of their own, names as texts."""
    plain = frame.collect("polars").to_native().with_columns(pl.col(pl.Categorical).cast(pl.String))
    return sorted(plain.select(sorted(plain.columns)).rows(), key=str)


KEYS = [
    ("customer",),
    ("customer", "product"),
    ("product", "customer"),
    ("customer", "day"),
    ("day", "customer"),
    ("day",),
    ("customer", "product", "day"),
    ("customer", "number"),
]


@pytest.mark.parametrize("stand", [shuffled, together, in_stretches])
@pytest.mark.parametrize("keys", KEYS, ids=" ".join)
@pytest.mark.parametrize("seed", range(3))
def test_totals_are_those_of_the_plain_names(seed, keys, stand):
    frame = stand(draw(seed), list(keys))
    names = [name for name in ("customer", "product", "day", "number") if name not in keys]
    totals = [
        Totals(["amount"], names, size="n"),
        Totals(greatest=names),
        Totals(["amount"], greatest=["day"] if "day" in names else []),
        Totals(size="n"),
    ]
    for each in totals:
        found = grouped(in_codes(frame), keys, each)
        assert records(found) == records(lazy(frame).group_by(*keys).agg(*each.query))
        there = found.to_native().collect_schema()
        assert all(
            isinstance(there[name], pl.Categorical) for name in ("customer", "product") if name in there
        )


@pytest.mark.parametrize("keys", [("customer", "product"), ("product", "customer")])
@pytest.mark.parametrize("name", ["day", "number", "amount"])
@pytest.mark.parametrize("nulls", [True, False])
def test_the_least_number_of_pairs_of_names(keys, name, nulls):
    for seed in range(3):
        frame, least = draw(seed, nulls=nulls), Totals(least=[name])
        found = grouped(in_codes(frame), keys, least)
        assert records(found) == records(lazy(frame).group_by(*keys).agg(*least.query))


def test_numbers_too_far_apart_to_be_sorted_as_one_are_looked_up():
    frame = draw(1, nulls=False).with_columns(number=pl.col("number") * 2**22)
    keys, least = ("customer", "product"), Totals(least=["number"])
    expected = records(lazy(frame).group_by(*keys).agg(*least.query))
    assert records(grouped(in_codes(frame), keys, least)) == expected


@pytest.mark.parametrize("keys", KEYS, ids=" ".join)
def test_no_rows_make_no_groups(keys):
    names = [name for name in ("customer", "product", "day") if name not in keys]
    for totals in (
        Totals(["amount"], names, size="n"),
        Totals(least=["amount"]),
        Totals(greatest=["amount"]),
    ):
        assert records(grouped(in_codes(draw(1).clear()), keys, totals)) == []


def test_small_whole_numbers_add_up_to_large_ones():
    frame = pl.DataFrame({"customer": ["a"] * 3, "n": pl.Series([2_000_000_000] * 3, dtype=pl.Int32)})
    assert records(grouped(in_codes(frame), ["customer"], Totals(["n"]))) == [("a", 6_000_000_000)]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("stand", [shuffled, together, in_stretches])
def test_the_least_of_a_group_stands_beside_its_rows(seed, stand):
    frame = stand(draw(seed), ["customer"])
    columns = {"first": "day", "cheapest": "amount", "name": "product"}
    expected = frame.with_columns(
        **{new: pl.col(name).min().over("customer") for new, name in columns.items()}
    )
    assert records(with_least(in_codes(frame), "customer", columns)) == records(lazy(expected))
    assert records(with_least(lazy(frame), "customer", columns)) == records(lazy(expected))


@pytest.mark.parametrize("seed", range(3))
def test_arranged_rows_stand_together(seed):
    frame = draw(seed)
    found = arranged(in_codes(frame), ("customer", "day"))
    assert records(found) == records(lazy(frame))
    rows = found.select("customer", "day").collect().rows()
    assert sum(one[0] != other[0] for one, other in pairwise(rows)) == len({row[0] for row in rows}) - 1
    last = 2**31
    assert all((a[1] or last) <= (b[1] or last) for a, b in pairwise(rows) if a[0] == b[0])
    assert arranged(lazy(frame), ("customer", "day")).collect().rows() == frame.rows()


@pytest.mark.parametrize("kind", [in_codes, lazy])
def test_rows_of_a_name_are_counted_in_their_order(kind):
    frame = draw(5).drop_nulls(["customer", "day"]).select("customer", "day")
    expected = []
    for customer in frame["customer"].unique():
        days = sorted(frame.filter(pl.col("customer") == customer)["day"])
        turns = zip(days, range(1, len(days) + 1), [*days[1:], None], strict=True)
        expected += [(customer, *turn) for turn in turns]
    found = in_turn(kind(frame), "customer", "day").select("customer", "day", "rank", "next")
    assert sorted(found.collect().rows(), key=str) == sorted(expected, key=str)


def test_frames_on_a_database_stay_there():
    import duckdb

    table = nw.from_native(duckdb.from_arrow(draw(6).to_arrow()))
    found = grouped(table, ("customer", "product"), Totals(["amount"], ["day"], size="n"))
    assert found.implementation.is_duckdb()
    assert records(found.with_columns(nw.col("n").cast(nw.Int64))) == records(
        lazy(draw(6)).group_by("customer", "product").agg(*Totals(["amount"], ["day"], size="n").query)
    )
