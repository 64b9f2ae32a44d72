"""Upsell ratio: by hand, and the long way in pandas."""

from __future__ import annotations

import math
from datetime import timedelta
from itertools import permutations

import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from loyalty import limits, upsell
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from tests.tables import dataset, draw_orders, end_of_month, table

# The last day is July 1.
ORDERS = """
customer date       order amount product category segment
ann      2025-01-01 1     10     tea     drinks   north
ann      2025-01-01 1     10     tea     drinks   north
ann      2025-04-02 2     10     cup     things   south
bob      2025-01-05 3     10     tea     drinks   south
bob      2025-04-05 4     10     coffee  drinks   south
cat      2025-02-01 5     10     cup     things   north
cat      2025-02-02 6     10     tea     drinks   -
cat      2025-02-03 6     -10    pot     things   north
dan      2025-02-05 7     10     tea     drinks   north
dan      2025-02-06 8     10     -       -        north
dan      2025-02-07 9     0      pot     things   north
eve      2025-06-20 10    10     tea     drinks   north
eve      2025-06-20 10    10     cup     things   north
-        2025-06-20 11    10     pot     things   north
fay      2025-07-01 12    10     -       -        north
gus      2025-06-01 13    -10    tea     drinks   north
"""


def estimates(groups):
    return {group.group: (pytest.approx(group.value), group.n) for group in groups}


def test_products_by_hand():
    # several: ann, bob, cat (the tea of order 6 was paid for, whatever else was sent back), eve; one: dan
    result = upsell(dataset(ORDERS), kind="product")
    assert (result.numbers["several"], result.numbers["one"], result.numbers["customers"]) == (4, 1, 5)
    assert (result.overall.value, result.overall.n, result.unit) == (pytest.approx(4), 5, "ratio")
    low, high = proportion_confint(4, 5, method="wilson")
    assert result.overall.low == pytest.approx(low / (1 - low))
    assert result.overall.high == pytest.approx(high / (1 - high))
    assert (result.numbers["share"], result.numbers["ratio"]) == (0.8, pytest.approx(4))


def test_categories_by_hand():
    # bob drank tea and coffee: one kind; ann, cat, eve both kinds
    result = upsell(dataset(ORDERS))
    assert result.options["kind"] == "category", "where there are categories they are taken"
    assert (result.numbers["several"], result.numbers["one"]) == (3, 2)
    assert result.overall.value == pytest.approx(1.5)


def test_as_a_share():
    result = upsell(dataset(ORDERS), measure="share")
    assert (result.overall.value, result.overall.n, result.unit) == (0.6, 5, "share")
    assert (result.overall.low, result.overall.high) == pytest.approx(
        proportion_confint(3, 5, method="wilson")
    )
    assert result.formula != upsell(dataset(ORDERS)).formula


def test_segments_by_hand():
    # the segment of the first purchase: bob south, the others north
    result = upsell(dataset(ORDERS), by="segment")
    assert estimates(result.groups) == {"north": (3, 4), "south": (0, 1)}
    assert [group.group for group in result.groups] == ["north", "south"]
    assert 0 < result.groups_differ < 1
    endless = upsell(dataset(ORDERS), by="segment", kind="product")
    assert estimates(endless.groups)["south"] == (math.inf, 1)
    assert upsell(dataset(ORDERS), by="segment", measure="share").groups_differ == result.groups_differ


def test_trend_by_hand():
    # everyone gets 90 days: ann's cup came on day 91, bob's coffee on day 90; eve's time has not ended
    products = upsell(dataset(ORDERS), kind="product", measure="share")
    assert estimates(products.trend) == {"2025-01": (0.5, 2), "2025-02": (0.5, 2)}
    assert products.change.difference == 0
    ratios = upsell(dataset(ORDERS), kind="product")
    assert estimates(ratios.trend) == {"2025-01": (1, 2), "2025-02": (1, 2)}
    categories = upsell(dataset(ORDERS), measure="share")
    assert estimates(categories.trend) == {"2025-01": (0, 2), "2025-02": (0.5, 2)}


def test_kinds_by_hand():
    # how many customers bought each, most first, then by name
    assert upsell(dataset(ORDERS), kind="product").table("kinds").rows == (
        ("tea", 5),
        ("cup", 3),
        ("coffee", 1),
    )
    assert upsell(dataset(ORDERS)).table("kinds").rows == (("drinks", 5), ("things", 3))


def test_what_leads_to_what_by_hand():
    # began with tea: ann, bob, dan, eve (with cup on the same day); later cup: ann; later coffee: bob.
    # began with cup: cat, eve; later tea: cat
    rows = upsell(dataset(ORDERS), kind="product").table("leads").rows
    assert rows == (
        ("cup", "tea", 1, 2, 0.5),
        ("tea", "coffee", 1, 4, 0.25),
        ("tea", "cup", 1, 4, 0.25),
    )


def test_a_later_purchase_of_the_same_kind_leads_nowhere():
    lines = (
        "customer date amount product\n ann 2025-01-01 5 tea\n ann 2025-02-01 5 tea\n bob 2025-01-01 5 cup"
    )
    assert upsell(dataset(lines)).table("leads").rows == ()


def test_nobody_or_everybody_bought_several():
    nobody = upsell(dataset("customer product amount\n ann tea 5\n bob cup 5"))
    assert (nobody.overall.value, nobody.overall.low) == (0, 0)
    everybody = upsell(dataset("customer product amount\n ann tea 5\n ann cup 5"))
    assert (everybody.overall.value, everybody.overall.high, everybody.overall.n) == (math.inf, math.inf, 1)
    assert everybody.overall.low < 1


def test_without_dates():
    result = upsell(dataset("customer product segment\n ann tea a\n ann cup a\n bob tea b"), by="segment")
    assert result.overall.value == 1
    assert estimates(result.groups) == {"a": (math.inf, 1), "b": (0, 1)}
    assert (result.trend, [table.name for table in result.tables]) == ((), ["kinds"])


@pytest.mark.parametrize("kind", ["product", "category"])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_long_way(seed, kind):
    drawn = draw_orders(seed)
    customers = by_customer(drawn.to_pandas(), kind)
    last = drawn["date"].max().date()
    whole = [one for one in customers if end_of_month(one["began"]) + timedelta(days=90) <= last]
    segments = [one["segment"] for one in customers]
    months = [f"{one['began']:%Y-%m}" for one in whole]
    for measure in ("ratio", "share"):
        result = upsell(dataset(drawn), by="segment", kind=kind, measure=measure)
        assert estimates([result.overall]) == shares([None for _ in customers], customers, "several", measure)
        assert estimates(result.groups) == shares(segments, customers, "several", measure)
        assert estimates(result.trend) == shares(months, whole, "in_window", measure)
    counted = pd.Series([name for one in customers for name in one["days"]]).value_counts()
    assert dict(result.table("kinds").rows) == counted.to_dict()
    expected = set()
    for start, later in permutations(counted.index, 2):
        began = [one["days"] for one in customers if one["days"].get(start) == one["began"]]
        went_on = [days for days in began if later in days and days[later] > min(days.values())]
        if went_on:
            expected.add((start, later, len(went_on), len(began), len(went_on) / len(began)))
    rows = result.table("leads").rows
    assert set(rows) == expected
    assert [row[4] for row in rows] == sorted((row[4] for row in rows), reverse=True)


def by_customer(lines, kind):
    """What each customer bought first on which day, with loops, and where and when the first purchase was."""
    without_id = lines["customer"].fillna("?") + lines["date"].dt.strftime(" %Y-%m-%d")
    lines = lines.dropna(subset=["customer"]).assign(key=lines["order"].fillna(without_id))
    found = []
    for _, mine in lines.groupby("customer"):
        orders = [order for _, order in mine.groupby("key") if order["amount"].sum() > 0]
        paid = mine[(mine["amount"] > 0) & mine[kind].notna()]
        if paid.empty:
            continue
        days = {name: part["date"].min().date() for name, part in paid.groupby(kind)}
        first = min((order["date"].min().date() for order in orders), default=None)
        segments = [
            order["segment"].dropna().min() for order in orders if order["date"].min().date() == first
        ]
        began = min(days.values())
        found.append(
            {
                "days": days,
                "began": began,
                "segment": min((name for name in segments if isinstance(name, str)), default=""),
                "several": len(days) > 1,
                "in_window": sum(day <= began + timedelta(days=90) for day in days.values()) > 1,
            }
        )
    return found


def shares(names, customers, hit, measure):
    counts: dict[object, list[int]] = {}
    for name, one in zip(names, customers, strict=True):
        several, n = counts.setdefault(name, [0, 0])
        counts[name] = [several + one[hit], n + 1]
    if measure == "share":
        return {name: (pytest.approx(several / n), n) for name, (several, n) in counts.items()}
    ratio = {
        name: several / (n - several) if n > several else math.inf for name, (several, n) in counts.items()
    }
    return {name: (pytest.approx(ratio[name]), n) for name, (_, n) in counts.items()}


def test_many_products_are_counted_in_full_and_listed_in_part():
    lines = "\n".join(f"c{i} 2025-01-{1 + j % 28:02} 5 p{j}" for i in range(3) for j in range(40))
    result = upsell(dataset(f"customer date amount product\n{lines}"))
    assert result.numbers["several"] == 3
    assert len(result.table("kinds").rows) == limits.PRODUCTS


@pytest.mark.parametrize(
    "header", ["kind", "kinds", "start", "later", "several", "whole", "bit", "age", "group", "first"]
)
def test_a_segment_called_like_one_of_our_own_columns(header):
    lines = table(ORDERS).drop("segment", "category").with_columns(table(ORDERS)["segment"].alias(header))
    data = Dataset.from_frames(orders=lines.lazy(), roles={"orders": {"category": None, "segment": None}})
    expected = upsell(dataset(table(ORDERS).drop("category")), by="segment")
    assert upsell(data, by=header).groups == expected.groups


@pytest.mark.parametrize(
    ("orders", "options", "id"),
    [
        ("customer amount\n ann 5", {}, "missing_columns"),
        ("product amount\n tea 5", {}, "missing_columns"),
        ("customer product\n ann tea", {"kind": "category"}, "missing_columns"),
        ("customer product\n ann -\n - tea", {}, "no_products"),
        ("customer product amount\n ann tea -5\n bob tea 0\n cat tea -", {}, "no_purchases"),
        ("customer product\n ann tea", {"kind": "colour"}, "unknown_option"),
        ("customer product\n ann tea", {"measure": "percent"}, "unknown_option"),
        ("customer product\n ann tea", {"by": "product"}, "no_groups"),
    ],
)
def test_what_cannot_be_answered_is_said(orders, options, id):
    with pytest.raises(LoyaltyError) as caught:
        upsell(dataset(orders), **options)
    assert caught.value.id == id
    assert str(caught.value)
    assert caught.value.in_language("zh")
