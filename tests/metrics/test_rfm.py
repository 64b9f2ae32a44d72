"""RFM: by hand, and the long way in pandas."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

import loyalty
from loyalty import limits, rfm
from loyalty.errors import LoyaltyError
from tests.long_way import segments
from tests.tables import dataset, draw_orders, end_of_month, frame

# Customer to amount of every purchase, segment, and the days of 2025. The last day of the orders is June 30.
BOUGHT = {
    "ann": (20, "north", "01-05 02-05 03-05 06-01 06-30"),
    "bob": (10, "south", "06-28"),
    "cat": (20, "north", "03-20 04-20 06-20"),
    "dan": (10, "south", "01-02 01-03 01-04 01-05 06-01"),
    "eve": (10, "north", "05-01 05-15"),
    "fay": (30, "south", "05-15"),
    "gus": (10, "north", "02-01 03-01 04-01"),
    "hal": (40, "south", "01-01 01-15 02-01 02-15 03-01"),
    "ida": (5, "north", "02-01"),
    "joe": (10, "south", "01-01 01-10"),
}
# A walk-in, something for nothing, something only sent back: none of them a purchase of a customer.
OTHERS = """
-   2025-06-30 90  500 north
ida 2025-06-29 91  0   north
kim 2025-06-30 92  -50 north
"""


def orders():
    lines = ["customer date order amount segment", *OTHERS.split("\n")[1:-1]]
    for customer, (amount, segment, days) in BOUGHT.items():
        lines += [
            f"{customer} 2025-{day} {len(lines) + n} {amount} {segment}" for n, day in enumerate(days.split())
        ]
    return "\n".join(lines)


# Of ten: score 1 + half of those who are worse, rounded down.
#      recency          frequency   money
# ann  5 (9 are worse)  4 (7)       5 (8)
# bob  5 (8)            1 (0)       1 (1)
# cat  4 (7)            3 (5)       4 (7)
# dan  4 (6)            4 (7)       4 (6)
# eve  3 (4)            2 (3)       2 (2)
# fay  3 (4)            1 (0)       3 (4)
# gus  2 (3)            3 (5)       3 (4)
# hal  2 (2)            4 (7)       5 (9)
# ida  1 (1)            1 (0)       1 (0)
# joe  1 (0)            2 (3)       2 (2)
TODAY = {
    "champions": ["ann"],
    "loyal": ["dan"],
    "potential_loyalists": ["cat"],
    "new_customers": ["bob"],
    "about_to_sleep": ["eve", "fay"],
    "at_risk": ["gus", "hal"],
    "hibernating": ["ida", "joe"],
}
# With the mean of frequency and money cat has 4 (3 and 4: 3.5) and hal 5 (4 and 5: 4.5).
BOTH = {
    "champions": ["ann"],
    "loyal": ["cat", "dan"],
    "new_customers": ["bob"],
    "about_to_sleep": ["eve", "fay"],
    "cant_lose": ["hal"],
    "at_risk": ["gus"],
    "hibernating": ["ida", "joe"],
}


# Of ten customers a share near 0.6 is known to within 0.30, so that every step between two scores may lie on
# the other side of the customers beside it. The lower scores of frequency are 1, 1, 2 and 3 for 1, 2, 3 and 5
# purchases: nobody is good; beside money ann and dan still are. The higher ones are 2, 3, 4 and 5, those of
# recency 3 for gus and 5 for cat: ann, cat, dan and gus.
@pytest.mark.parametrize(
    ("axis", "expected", "fewest", "most"), [("frequency", TODAY, 0, 4), ("both", BOTH, 2, 4)]
)
def test_segments_by_hand(axis, expected, fewest, most):
    data = dataset(orders())
    result = rfm(data, axis=axis)
    good = len(expected["champions"]) + len(expected["loyal"])
    assert (result.overall.value, result.overall.n) == (good / 10, 10)
    low, high = (proportion_confint(n, 10, method="wilson") for n in (fewest, most))
    assert (result.overall.low, result.overall.high) == (pytest.approx(low[0]), pytest.approx(high[1]))
    assert result.numbers["champions"] + result.numbers["loyal"] == good
    sizes = {row[0]: row[1] for row in result.table("lists").rows}
    assert list(sizes) == list(loyalty.views.segments.SEGMENTS)
    assert {name: n for name, n in sizes.items() if n} == {name: len(who) for name, who in expected.items()}
    listed = loyalty.members("rfm", data, axis=axis).groupby("list")["customer"].agg(sorted)
    assert listed.to_dict() == expected


def test_where_nothing_hangs_on_a_hair_the_interval_is_that_of_a_share():
    """Of 4,000 customers 45 % bought once, 30 % twice, and 25 % five times and lately."""
    kinds = [("01-05", 1, 1800), ("02-05", 2, 1200), ("06-30", 5, 1000)]
    rows = [
        (f"{day}{place}", datetime.fromisoformat(f"2025-{day}"), f"{day}{place}.{order}", 5.0)
        for day, times, customers in kinds
        for place in range(customers)
        for order in range(times)
    ]
    names = ("customer", "date", "order", "amount")
    result = rfm(dataset(orders=frame(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))))
    # recency: 0, 0.45 and 0.75 are worse; frequency the same: 1, 3 and 4 of both
    low, high = proportion_confint(1000, 4000, method="wilson")
    assert (result.overall.value, result.overall.low, result.overall.high) == pytest.approx((0.25, low, high))


def test_scores_by_hand():
    members = loyalty.members("rfm", dataset(orders())).set_index("customer").sort_index()
    assert members["recency_score"].tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert members["frequency_score"].tolist() == [4, 1, 3, 4, 2, 1, 3, 4, 1, 2]
    assert members["money_score"].tolist() == [5, 1, 4, 4, 2, 3, 3, 5, 1, 2]
    assert members.loc["gus", ["last", "purchases", "amount"]].tolist() == ["2025-04-01", 3, 30.0]


def test_those_who_spent_most_come_first():
    assert loyalty.members("rfm", dataset(orders()), "at_risk")["customer"].tolist() == ["hal", "gus"]
    assert loyalty.members("rfm", dataset(orders()), "hibernating")["customer"].tolist() == ["joe", "ida"]


def test_the_grid_by_hand():
    grid = {row[:2]: row[2:] for row in rfm(dataset(orders())).table("grid").rows}
    assert len(grid) == 25
    filled = {place: row for place, row in grid.items() if row[0]}
    assert filled == {
        (5, 4): (1, 100, "champions"),
        (5, 1): (1, 10, "new_customers"),
        (4, 3): (1, 60, "potential_loyalists"),
        (4, 4): (1, 50, "loyal"),
        (3, 2): (1, 20, "about_to_sleep"),
        (3, 1): (1, 30, "about_to_sleep"),
        (2, 3): (1, 30, "at_risk"),
        (2, 4): (1, 200, "at_risk"),
        (1, 1): (1, 5, "hibernating"),
        (1, 2): (1, 20, "hibernating"),
    }


def test_what_is_said_of_a_list():
    table = rfm(dataset(orders())).table("lists")
    lists = {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}
    # gus last bought 90 days before, hal 121; three and five purchases; 30 and 200 of 525
    assert lists["at_risk"] == {
        "list": "at_risk",
        "customers": 2,
        "share": 0.2,
        "amount": 230,
        "revenue_share": pytest.approx(230 / 525),
        "mean_recency": 105.5,
        "mean_purchases": 4,
    }
    assert lists["cant_lose"]["mean_recency"] is None


def test_what_a_score_means_in_this_file():
    assert rfm(dataset(orders())).table("scores").rows == (
        (5, 0, 2, None, None),
        (4, 10, 29, 5, 5),
        (3, 46, 46, 3, 3),
        (2, 90, 121, 2, 2),
        (1, 149, 171, 1, 1),
    )


def test_the_share_that_chance_would_give():
    # 6 of 10 have a recency of at least 3, 3 of 10 a frequency of at least 4
    assert rfm(dataset(orders())).numbers["by_chance"] == pytest.approx(0.18)


# On April 1 there were seven: score 1 + ⌊5 · worse / 7⌋.
#      recency  frequency  segment
# ann  3 (4)    3 (3)      need attention
# cat  4 (5)    1 (0)      promising
# dan  1 (0)    4 (5)      at risk
# gus  5 (6)    3 (3)      potential loyalist: the purchase of that day counts
# hal  3 (3)    5 (6)      loyal
# ida  2 (2)    1 (0)      hibernating
# joe  1 (1)    2 (2)      hibernating
def test_moves_by_hand():
    assert set(rfm(dataset(orders()), before=90).table("moves").rows) == {
        ("need_attention", "champions", 1),
        ("promising", "potential_loyalists", 1),
        ("at_risk", "loyal", 1),
        ("potential_loyalists", "at_risk", 1),
        ("loyal", "at_risk", 1),
        ("hibernating", "hibernating", 2),
        ("none", "new_customers", 1),
        ("none", "about_to_sleep", 2),
    }


def test_without_a_customer_at_that_time_there_are_no_moves():
    assert rfm(dataset(orders()), before=365).table("moves").rows == ()
    assert rfm(dataset(orders()), before=180).table("moves").rows != ()  # January 1: hal and joe


def test_the_trend_by_hand():
    trend = {point.group: (point.value, point.n) for point in rfm(dataset(orders())).trend}
    assert list(trend) == [f"2025-0{month}" for month in range(1, 7)]
    # the end of January: ann 1;1, dan 1;4, hal 4;2, joe 3;2. Of March: hal 3;5, dan 1;4
    assert trend["2025-01"] == (0, 4)
    assert trend["2025-03"] == (pytest.approx(1 / 7), 7)
    assert trend["2025-06"] == (0.2, 10)


def test_months_without_purchases_are_in_the_trend():
    lines = "customer date amount\n ann 2025-01-05 5\n bob 2025-01-06 5\n ann 2025-04-05 5"
    assert [point.group for point in rfm(dataset(lines)).trend] == [
        "2025-01",
        "2025-02",
        "2025-03",
        "2025-04",
    ]


def test_very_many_purchases_have_a_shorter_trend(monkeypatch):
    data = dataset(orders=draw_orders(3))
    assert len(rfm(data).trend) == 13
    purchases = len(data.purchases.filter(~loyalty.history.nw.col("customer").is_null()).collect())
    monkeypatch.setattr(limits, "SNAPSHOT_PURCHASES", 5 * purchases)
    short = rfm(data).trend
    assert len(short) == 5
    assert short == rfm(dataset(orders=draw_orders(3))).trend[-5:]


def test_segments_of_the_first_purchase():
    groups = {group.group: (group.value, group.n) for group in rfm(dataset(orders()), by="segment").groups}
    assert groups == {"north": (0.2, 5), "south": (0.2, 5)}  # ann of five, dan of five


# The long way


@pytest.fixture(scope="module", params=[5, 6])
def drawn(request):
    return draw_orders(request.param, lines=700)


def purchases(orders):
    """One row a purchase of a known customer on a known day."""
    lines = orders.to_pandas()
    lines = lines[lines["date"].notna()]
    day = lines["date"].dt.normalize()
    key = lines["order"].where(lines["order"].notna(), lines["customer"] + " " + day.astype(str))
    key = key.where(key.notna(), pd.Series(lines.index.astype(str), lines.index))
    lines = lines.assign(day=day, key=key)
    sums = lines.groupby("key").agg(
        customer=("customer", "min"), day=("day", "min"), amount=("amount", "sum")
    )
    return sums[(sums["amount"] > 0) & sums["customer"].notna()]


@pytest.mark.parametrize("axis", ["frequency", "both"])
def test_the_long_way(drawn, axis):
    bought, last = purchases(drawn), drawn["date"].max()
    expected = segments(bought, last, axis)
    data = dataset(orders=drawn)
    found = loyalty.members("rfm", data, axis=axis).set_index("customer").sort_index()
    assert found["list"].to_dict() == expected["segment"].to_dict()
    for score in ("recency", "frequency", "money"):
        assert found[f"{score}_score"].to_dict() == expected[score].to_dict()
    result = rfm(data, axis=axis)
    good = expected["segment"].isin(["champions", "loyal"])
    assert result.overall.value == pytest.approx(good.mean())
    grid = {row[4]: 0 for row in result.table("grid").rows}
    for row in result.table("grid").rows:
        grid[row[4]] += row[2]
    assert {name: n for name, n in grid.items() if n} == expected["segment"].value_counts().to_dict()


@pytest.mark.parametrize("axis", ["frequency", "both"])
@pytest.mark.parametrize("before", [90, 180, 365])
def test_moves_the_long_way(drawn, axis, before):
    bought, last = purchases(drawn), pd.Timestamp(drawn["date"].max()).normalize()
    earlier = segments(bought[bought["day"] <= last - timedelta(days=before)], last, axis)["segment"]
    now = segments(bought, last, axis)["segment"]
    pairs = pd.DataFrame({"then": earlier.reindex(now.index).fillna("none"), "now": now})
    found = {
        row[:2]: row[2] for row in rfm(dataset(orders=drawn), axis=axis, before=before).table("moves").rows
    }
    assert found == pairs.value_counts().to_dict()


@pytest.mark.parametrize("axis", ["frequency", "both"])
def test_the_trend_the_long_way(drawn, axis):
    bought = purchases(drawn)
    for point in rfm(dataset(orders=drawn), axis=axis).trend:
        end = pd.Timestamp(end_of_month(pd.Timestamp(f"{point.group}-01").date()))
        then = segments(bought[bought["day"] <= end], end, axis)["segment"]
        assert point.n == len(then)
        assert point.value == pytest.approx(then.isin(["champions", "loyal"]).mean())


@pytest.mark.parametrize(
    ("options", "id"), [({"axis": "money"}, "unknown_option"), ({"before": 30}, "unknown_option")]
)
def test_unknown_options_are_refused(options, id):
    for ask in (rfm, lambda data, **chosen: loyalty.members("rfm", data, **chosen)):
        with pytest.raises(LoyaltyError) as caught:
            ask(dataset(orders()), **options)
        assert caught.value.id == id


def test_nobody_known_is_said():
    with pytest.raises(LoyaltyError) as caught:
        rfm(dataset("customer date amount\n - 2025-01-01 5"))
    assert caught.value.id == "no_customers"
