"""Average order value: by hand, and the long way in pandas and statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats as scipy_stats

from loyalty import order_value
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from tests.tables import dataset, draw_orders, table

ORDERS = """
customer date       order amount segment
ann      2025-01-03 1     10     north
ann      2025-01-03 1     20     north
ann      2025-01-20 2     50     south
bob      2025-01-31 3     20     south
bob      2025-02-01 4     -15    south
cat      2025-02-02 5     60     -
cat      2025-02-02 5     -60    -
dan      2025-02-03 6     40     north
dan      2025-02-04 7     100    south
-        2025-02-28 8     12     north
eve      2025-03-05 9     -8     west
"""


def estimates(groups):
    return {group.group: (pytest.approx(group.value), group.n) for group in groups}


def test_the_average_by_hand():
    result = order_value(dataset(ORDERS))
    # purchases 30, 50, 20, 40, 100, 12 (order 5 came to nothing): 252 / 6
    assert (result.overall.value, result.overall.n, result.unit) == (42, 6, "money")
    # by customer: (80, 2), (20, 1), (140, 2), (12, 1); residuals −4, −22, 56, −30; 4536 · 4/3 = 6048;
    # √6048 / 6 = 12.961481; t(3) = 3.182446
    assert result.overall.low == pytest.approx(42 - 41.249, abs=0.001)
    assert result.overall.high == pytest.approx(42 + 41.249, abs=0.001)
    assert result.numbers == {"revenue": 252, "purchases": 6, "returns": 2, "returned": 23}


def test_returns_taken_from_the_revenue():
    result = order_value(dataset(ORDERS), returns="net")
    assert (result.overall.value, result.overall.n) == (pytest.approx((252 - 23) / 6), 6)
    assert result.numbers == {"revenue": 229, "purchases": 6, "returns": 2, "returned": 23}
    # February: 40 + 100 + 12 − 15 of three purchases; March has a return alone and no point
    assert estimates(result.trend) == {"2025-01": (100 / 3, 3), "2025-02": (137 / 3, 3)}
    # south: 50 + 20 + 100 − 15; west has a return alone and is no group
    by_segment = order_value(dataset(ORDERS), by="segment", returns="net")
    assert estimates(by_segment.groups) == {"south": (155 / 3, 3), "north": (82 / 3, 3)}


def test_segments_by_hand():
    result = order_value(dataset(ORDERS), by="segment")
    assert estimates(result.groups) == {"north": (82 / 3, 3), "south": (170 / 3, 3)}
    assert [group.group for group in result.groups] == ["north", "south"], (
        "equally large: in the order of names"
    )
    assert 0 < result.groups_differ < 1


def test_trend_and_change_by_hand():
    result = order_value(dataset(ORDERS))
    assert estimates(result.trend) == {"2025-01": (100 / 3, 3), "2025-02": (152 / 3, 3)}
    assert result.change.difference == pytest.approx(52 / 3)
    assert not result.change.real


def test_months_by_hand():
    rows = order_value(dataset(ORDERS)).table("months").rows
    # January 20, 30, 50, quartiles half-way, ann's second is a repeat; February 12, 40, 100, dan's second is
    assert rows == (
        ("2025-01", 3, 1, pytest.approx(100 / 3), 25, 30, 40),
        ("2025-02", 3, 1, pytest.approx(152 / 3), 26, 40, 70),
    )


def test_amounts_alone_are_enough():
    result = order_value(dataset("amount\n 10\n 20\n 60\n -5\n 0"))
    low, high = scipy_stats.t.interval(0.95, 2, 30, scipy_stats.sem([10, 20, 60]))
    assert (result.overall.value, result.overall.n) == (30, 3)
    assert (result.overall.low, result.overall.high) == (pytest.approx(low), pytest.approx(high))
    assert result.numbers["returns"] == 1
    assert (result.trend, result.tables) == ((), ())


@pytest.mark.parametrize("returns", ["apart", "net"])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_long_way(seed, returns):
    drawn = draw_orders(seed)
    result = order_value(dataset(drawn), by="segment", returns=returns)
    orders = summed(drawn.to_pandas())
    sold = orders[orders["amount"] > 0]
    back = orders[orders["amount"] < 0]
    counted = pd.concat([sold, back]) if returns == "net" else sold
    assert result.numbers["returns"] == len(back)
    assert result.numbers["returned"] == pytest.approx(-back["amount"].sum())
    assert of(result.overall) == pytest.approx(mean(counted))
    groups = {name: mean(part) for name, part in counted.groupby(counted["segment"].fillna(""))}
    assert {group.group: of(group) for group in result.groups} == {
        n: pytest.approx(g) for n, g in groups.items()
    }
    months = {name: mean(part) for name, part in counted.groupby(counted["day"].dt.strftime("%Y-%m"))}
    assert {month.group: of(month) for month in result.trend} == {
        n: pytest.approx(m) for n, m in months.items()
    }
    sold = sold.sort_values("day", kind="stable")
    sold["repeat"] = sold["customer"].notna() & sold.groupby("customer").cumcount().gt(0)
    for month, n, again, *figures in result.table("months").rows:
        part = sold[sold["day"].dt.strftime("%Y-%m") == month]
        assert (n, again) == (len(part), part["repeat"].sum())
        low, median, high = np.percentile(part["amount"], [25, 50, 75])
        assert figures == pytest.approx([part["amount"].mean(), low, median, high])


def of(estimate):
    return (estimate.value, estimate.low, estimate.high, estimate.n)


def summed(lines):
    """Orders with loops over lines: their sum, day, and alphabetically first segment."""
    orders = {}
    for place, line in enumerate(lines.to_dict("records")):
        named = isinstance(line["customer"], str)
        key = line["order"] if isinstance(line["order"], str) else (line["customer"], line["date"].date())
        key = key if named or isinstance(line["order"], str) else place
        orders.setdefault(key, []).append(line)
    return pd.DataFrame(
        {
            "customer": own[0]["customer"],
            "day": min(line["date"] for line in own),
            "amount": math.fsum(line["amount"] for line in own if line["amount"] == line["amount"]),
            "segment": min(
                (line["segment"] for line in own if isinstance(line["segment"], str)), default=None
            ),
        }
        for own in orders.values()
    )


def mean(orders):
    """Revenue over purchases; the spread by customer, residual by residual, walk-ins each by themselves."""
    bought = orders["amount"] > 0
    n, value = bought.sum(), orders["amount"].sum() / bought.sum()
    walk_in = pd.Series([f"?{place}" for place in range(len(orders))], index=orders.index)
    residuals = (orders["amount"] - value * bought).groupby(orders["customer"].fillna(walk_in)).sum()
    if len(residuals) < 2:
        return value, -math.inf, math.inf, n
    units = len(residuals)
    error = math.sqrt((residuals**2).sum() * units / (units - 1)) / n
    half = scipy_stats.t.ppf(0.975, units - 1) * error
    return value, value - half, value + half, n


def test_the_interval_is_statsmodels_by_customer():
    orders = summed(draw_orders(5).to_pandas()).query("amount > 0").reset_index(drop=True)
    customer = pd.factorize(orders["customer"].fillna(pd.Series(orders.index.map(str), index=orders.index)))[
        0
    ]
    fit = sm.OLS(orders["amount"].to_numpy(), np.ones(len(orders))).fit(
        cov_type="cluster", cov_kwds={"groups": customer}, use_t=True
    )
    overall = order_value(dataset(draw_orders(5))).overall
    assert [(overall.low, overall.high)] == [pytest.approx(tuple(ends)) for ends in fit.conf_int()]


@pytest.mark.parametrize(
    ("orders", "options", "id"),
    [
        ("customer order\n ann 1", {}, "missing_columns"),
        ("amount\n -5\n 0\n -", {}, "no_purchases"),
        ("amount\n 5", {"returns": "other"}, "unknown_option"),
        ("amount\n 5", {"by": "segment"}, "no_groups"),
        ("amount segment\n 5 a", {"by": "product"}, "unknown_group"),
    ],
)
def test_what_cannot_be_answered_is_said(orders, options, id):
    with pytest.raises(LoyaltyError) as caught:
        order_value(dataset(orders), **options)
    assert caught.value.id == id
    assert str(caught.value)
    assert caught.value.in_language("zh")


def test_one_customer_is_an_honest_answer():
    overall = order_value(dataset("customer date amount\n ann 2025-01-01 5\n ann 2025-01-02 15")).overall
    assert (overall.value, overall.low, overall.high, overall.n) == (10, -math.inf, math.inf, 2)


@pytest.mark.parametrize(
    "header", ["x", "y", "units", "group", "xx", "purchases", "first", "n", "mean", "one"]
)
def test_a_segment_called_like_one_of_our_own_columns(header):
    lines = table("customer date order amount kind\n ann 2025-01-01 1 5 p\n bob 2025-01-01 2 15 q")
    orders = lines.rename({"kind": header}).lazy()
    data = Dataset.from_frames(orders=orders, roles={"orders": {"quantity": None, "segment": None}})
    assert estimates(order_value(data, by=header).groups) == {"p": (5, 1), "q": (15, 1)}


def test_large_amounts_keep_their_digits():
    lines = "customer amount\n" + "\n".join(f"c{i} {12_345_678_000 + i}" for i in range(9))
    overall = order_value(dataset(lines)).overall
    assert overall.value == 12_345_678_004
