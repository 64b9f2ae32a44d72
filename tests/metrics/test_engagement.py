"""Customer engagement: by hand, the long way in pandas, and intervals by statsmodels."""

from __future__ import annotations

import math
from datetime import datetime

import pandas as pd
import polars as pl
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

import loyalty
from loyalty import engagement, limits
from loyalty.core import REST
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.stats import differ, difference
from tests.tables import dataset, draw_orders, draw_visits, frame, table

DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

# January 6 of 2025 is a Monday.
VISITS = """
visitor time                duration source bought segment
ann     2025-01-06T09:00:00 10       mail   no     phone
ann     2025-01-07T09:30:00 20       mail   yes    phone
ann     2025-02-01T10:00:00 30       -      yes    desk
bob     2025-01-11T10:15:00 400      web    no     desk
bob     2025-01-12T00:00:00 -        web    no     desk
cat     2025-01-12T12:00:00 -1       web    no     -
dan     2025-01-13T09:10:00 -        web    no     phone
eve     2025-02-03T09:00:00 60       mail   -      phone
-       2025-02-03T09:59:00 -        mail   yes    desk
-       -                   -        mail   no     desk
"""

# ann bought for 80, bob for 10, cat for 20; zed never visited.
ORDERS = """
customer date                amount
ann      2025-01-07T09:40:00 30
ann      2025-02-01T00:00:00 50
bob      2025-01-12T18:00:00 10
cat      2025-01-11T12:00:00 20
zed      2025-02-02T12:00:00 99
-        2025-01-06T12:00:00 5
"""


def rows(result, name):
    """A table as its first cell to the cells that follow."""
    return {row[0]: row[1:] for row in result.table(name).rows}


def estimates(groups):
    return {group.group: (pytest.approx(group.value), group.n) for group in groups}


def names(result):
    return [table.name for table in result.tables]


def test_the_share_by_hand():
    # ten visits, of nine the outcome is known; ann bought at two, somebody unknown at one
    result = engagement(dataset(visits=VISITS))
    assert (result.overall.value, result.overall.n, result.unit) == (pytest.approx(3 / 9), 9, "share")
    assert (result.numbers["bought"], result.numbers["visits"], result.numbers["unknown"]) == (3, 9, 1)
    assert result.overall.low < 1 / 3 < result.overall.high
    assert [note.id for note in result.notes] == ["engagement.note.unknown", "engagement.note.untimed"]


def test_segments_by_hand():
    result = engagement(dataset(visits=VISITS), by="segment")
    assert estimates(result.groups) == {"desk": (2 / 5, 5), "phone": (1 / 3, 3), "": (0, 1)}
    assert [group.group for group in result.groups] == ["desk", "phone", ""]
    assert estimates(engagement(dataset(visits=VISITS), by="source").groups) == {
        "mail": (2 / 4, 4),
        "web": (0, 4),
        "": (1, 1),
    }


def test_months_by_hand():
    # January: ann twice, bob twice, cat and dan; February: ann, eve whose outcome is not known, somebody
    result = engagement(dataset(visits=VISITS))
    assert estimates(result.trend) == {"2025-01": (1 / 6, 6), "2025-02": (1, 2)}
    assert result.change.difference == pytest.approx(5 / 6)


def test_the_spectrum_by_hand():
    # ann came again and bought; bob came again and did not; cat, dan and eve came once and did not
    result = engagement(dataset(visits=VISITS))
    assert result.table("lists").rows == (("high", 1, 1 / 5), ("middle", 1, 1 / 5), ("low", 3, 3 / 5))
    assert result.numbers["visitors"] == 5


def test_who_bought_at_the_only_visit_is_in_the_middle():
    result = engagement(dataset(visits="visitor bought\n ann yes\n bob no\n cat yes\n cat no"))
    assert result.table("lists").rows == (("high", 1, 1 / 3), ("middle", 1, 1 / 3), ("low", 1, 1 / 3))


def test_first_visits_by_hand():
    # of five first visits, that of eve is not known and nobody bought; ann bought twice when she returned
    found = rows(engagement(dataset(visits=VISITS)), "visitors")
    assert found["new"][:3] == (5, 5 / 8, 0.0)
    assert found["returning"][:3] == (3, 3 / 8, pytest.approx(2 / 3))
    assert found["new"][3] == 0.0 < found["new"][4] < 1


def test_of_several_first_visits_at_the_same_time_one_is_the_first():
    lines = (
        "visitor time bought\n ann 2025-01-06T09:00:00 no\n"
        " ann 2025-01-06T09:00:00 yes\n ann 2025-01-06T08:59:59 no"
    )
    assert rows(engagement(dataset(visits=lines)), "visitors")["new"][:3] == (1, 1 / 3, 0)
    later = lines.replace("08:59:59", "09:00:01")
    assert rows(engagement(dataset(visits=later)), "visitors")["new"][:3] == (1, 1 / 3, 1)


def test_without_times_it_is_not_known_which_visit_was_the_first():
    found = rows(engagement(dataset(visits="visitor bought\n ann yes\n ann no\n bob no")), "visitors")
    assert found["new"] == (2, 2 / 3, None, None, None)
    assert found["returning"][:2] == (1, 1 / 3)


def test_hours_by_hand():
    # bob's visit on Sunday was noted at midnight: a day without a time
    result = engagement(dataset(visits=VISITS))
    assert result.table("hours").rows == (
        ("monday", 9, 4, 1, pytest.approx(1 / 3)),
        ("tuesday", 9, 1, 1, 1.0),
        ("saturday", 10, 2, 1, 0.5),
        ("sunday", 12, 1, 0, 0.0),
    )
    assert result.numbers["untimed"] == 1


def test_a_visit_just_after_midnight_has_a_time():
    lines = "visitor time bought\n ann 2025-01-06T00:00:00 no\n ann 2025-01-06T00:00:01 yes"
    assert engagement(dataset(visits=lines)).table("hours").rows == (("monday", 0, 1, 1, 1.0),)


def test_days_without_times_have_no_hours():
    result = engagement(dataset(visits="visitor time bought\n ann 2025-01-06 no\n bob 2025-01-11 yes"))
    assert "hours" not in names(result)
    assert rows(result, "weekdays").keys() == {"monday", "saturday"}


def test_weekdays_by_hand():
    # from January 6 to February 3 there are five Mondays and four of every other day
    result = engagement(dataset(visits=VISITS))
    days, halves = rows(result, "weekdays"), rows(result, "weekend")
    assert {day: found[:3] for day, found in days.items()} == {
        "monday": (4, 4 / 5, pytest.approx(1 / 3)),
        "tuesday": (1, 1 / 4, 1.0),
        "saturday": (2, 2 / 4, 0.5),
        "sunday": (2, 2 / 4, 0.0),
    }
    assert halves["weekdays"][:4] == (5, 21, 5 / 21, 2 / 4)
    assert halves["weekend"][:4] == (4, 8, 4 / 8, 1 / 4)
    assert result.numbers["weekday_difference"] == pytest.approx(1 / 4)
    assert result.numbers["saturday_difference"] == pytest.approx(1 / 2)
    assert result.numbers["weekday_low"] < 1 / 4 < result.numbers["weekday_high"]


def test_a_week_without_a_weekend():
    lines = "visitor time bought\n ann 2025-01-06T09:00:00 no\n bob 2025-01-07T09:00:00 yes"
    result = engagement(dataset(visits=lines))
    assert rows(result, "weekend")["weekend"] == (0, 0, None, None, None, None)
    assert not {"weekday_difference", "saturday_difference"} & result.numbers.keys()


def test_sources_by_hand():
    # ann's third visit came from nobody knows where
    found = rows(engagement(dataset(visits=VISITS)), "sources")
    assert {name: some[:3] for name, some in found.items()} == {
        "mail": (5, 5 / 10, 2 / 4),
        "web": (4, 4 / 10, 0.0),
        "": (1, 1 / 10, 1.0),
    }
    assert list(found) == ["mail", "web", ""]


def test_many_sources_are_pooled_into_a_rest():
    lines = "\n".join(f"yes s{place:02}" for place in range(20) for _ in range(20 - place))
    found = rows(engagement(dataset(visits=f"bought source\n{lines}")), "sources")
    assert list(found) == [f"s{place:02}" for place in range(limits.SOURCES)] + [REST]
    assert found[REST][0] == sum(range(1, 9))  # 20 − 12 … 20 − 19
    assert sum(some[0] for some in found.values()) == 210


def test_durations_by_hand():
    # 10, 20, 30, 60, 400; the others are missing or negative
    result = engagement(dataset(visits=VISITS))
    assert result.table("durations").rows == ((5, 104.0, 20.0, 30.0, 60.0),)


def test_spending_by_hand():
    # ann is high and spent 80; bob and cat spent 10 and 20; dan, eve and zed are on one side only
    result = engagement(dataset(orders=ORDERS, visits=VISITS))
    assert result.table("spend").rows == (("high", 1, 80.0), ("others", 2, 15.0))
    assert (result.numbers["matched"], result.numbers["spend_ratio"]) == (3, pytest.approx(80 / 15))
    assert (result.numbers["spend_low"], result.numbers["spend_high"]) == (0, math.inf)
    assert "spend" not in names(engagement(dataset(visits=VISITS)))


def test_without_customers_among_the_visitors_there_is_nothing_to_compare():
    strangers = table(ORDERS).with_columns(pl.col("customer") + "!")
    assert "spend" not in names(engagement(dataset(orders=strangers, visits=VISITS)))


def test_members_by_hand():
    found = loyalty.members("engagement", dataset(visits=VISITS))
    assert list(found) == ["list", "customer", "visits", "purchases", "first_visit", "last_visit"]
    assert [tuple(row) for row in found.itertuples(index=False)] == [
        ("high", "ann", 3, 2, "2025-01-06", "2025-02-01"),
        ("low", "cat", 1, 0, "2025-01-12", "2025-01-12"),
        ("low", "dan", 1, 0, "2025-01-13", "2025-01-13"),
        ("low", "eve", 1, 0, "2025-02-03", "2025-02-03"),
        ("middle", "bob", 2, 0, "2025-01-11", "2025-01-12"),
    ]


def test_members_stand_in_the_order_of_purchases_and_visits():
    lines = "visitor bought\n" + "\n".join(
        f"{who} {'yes' if at < bought else 'no'}"
        for who, visits, bought in (("a", 9, 1), ("b", 3, 3), ("c", 8, 3))
        for at in range(visits)
    )
    found = loyalty.members("engagement", dataset(visits=lines), "high")
    assert list(found["customer"]) == ["c", "b", "a"]


def test_outcomes_by_the_orders_by_hand():
    # the orders go from January 6 to February 2: ann bought on the days of her second and third visit, bob on
    # that of his second, cat a day before; eve came after the last order, somebody cannot be looked for
    visits = table(VISITS).drop("bought")
    result = engagement(dataset(orders=ORDERS, visits=visits))
    assert (result.overall.value, result.overall.n) == (pytest.approx(3 / 7), 7)
    assert (result.numbers["bought"], result.numbers["unknown"]) == (3, 3)
    assert result.notes[0].id == "engagement.note.by_orders"
    assert result.table("lists").rows == (("high", 2, 2 / 5), ("middle", 0, 0.0), ("low", 3, 3 / 5))


def test_an_order_that_was_sent_back_is_no_purchase():
    orders = "customer date order amount\n ann 2025-01-06 1 5\n ann 2025-01-06 1 -5\n bob 2025-01-06 2 5"
    visits = "visitor time\n ann 2025-01-06T09:00:00\n bob 2025-01-06T09:00:00"
    assert engagement(dataset(orders=orders, visits=visits)).numbers["bought"] == 1


def test_two_purchases_of_a_day_are_one_outcome_of_each_visit():
    orders = "customer date order amount\n ann 2025-01-06 1 5\n ann 2025-01-06 2 5"
    visits = "visitor time\n ann 2025-01-06T09:00:00\n ann 2025-01-06T19:00:00"
    result = engagement(dataset(orders=orders, visits=visits))
    assert (result.numbers["bought"], result.numbers["visits"]) == (2, 2)


def test_visits_alone():
    result = engagement(dataset(visits="bought segment\n yes a\n no a\n no b"), by="segment")
    assert (result.overall.value, result.overall.n) == (pytest.approx(1 / 3), 3)
    assert (result.overall.low, result.overall.high) == pytest.approx(
        proportion_confint(1, 3, method="wilson")
    )
    assert (result.trend, result.tables) == ((), ())


# The long way


def timed(seed):
    """Visits of known outcome and time, some visitors readier to buy than others: as a Dataset, in pandas."""
    drawn = draw_visits(seed, visits=900).filter(pl.col("bought").is_not_null())
    ready = pl.col("visitor").str.contains("[37]$").fill_null(False)
    drawn = drawn.with_columns(bought=pl.col("bought") | ready)
    who = pl.when(pl.col("visitor").is_null()).then(pl.lit("nobody ") + pl.row_index().cast(pl.String))
    named = drawn.with_columns(unit=who.otherwise(pl.col("visitor")))
    return dataset(visits=drawn), named.to_pandas()


def design_effect(seen):
    """Variance of the share with the visitors as clusters, over that of independent visits."""
    bought = seen["bought"].astype(float)
    fitted = sm.OLS(bought, [1.0] * len(seen)).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(seen["unit"])[0], "use_correction": False}
    )
    units, p = seen["unit"].nunique(), bought.mean()
    variance = fitted.cov_params().iloc[0, 0] * units / (units - 1)
    return max(1.0, variance * len(seen) / (p * (1 - p)))


def wilson(bought, n, effect):
    return pytest.approx(proportion_confint(bought / effect, n / effect, method="wilson"))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_visitor_is_the_unit_of_sampling(seed):
    data, seen = timed(seed)
    result, effect = engagement(data, by="segment"), design_effect(seen)
    assert effect > 1
    assert (result.overall.low, result.overall.high) == wilson(seen["bought"].sum(), len(seen), effect)
    for group in result.groups:
        part = seen[seen["segment"].fillna("") == group.group]
        assert (group.low, group.high) == wilson(part["bought"].sum(), len(part), effect)
    for name, n, _, _, low, high in result.table("sources").rows:
        part = seen[seen["source"].fillna("") == name]
        assert (n, (low, high)) == (len(part), wilson(part["bought"].sum(), n, effect))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_weekdays_and_weekend_are_compared_by_visitor(seed):
    data, seen = timed(seed)
    early = (seen["time"].dt.day_of_week < 5).astype(float)
    clusters = {"groups": pd.factorize(seen["unit"])[0], "use_correction": False}
    fitted = sm.OLS(seen["bought"].astype(float), sm.add_constant(early)).fit(
        cov_type="cluster", cov_kwds=clusters
    )
    units = seen["unit"].nunique()
    gap, error = fitted.params.iloc[1], math.sqrt(fitted.cov_params().iloc[1, 1] * units / (units - 1))
    half = stats.t.ppf(0.975, units - 1) * error
    numbers = engagement(data).numbers
    assert numbers["weekday_difference"] == pytest.approx(gap)
    assert (numbers["weekday_low"], numbers["weekday_high"]) == pytest.approx((gap - half, gap + half))
    assert numbers["weekday_p"] == pytest.approx(2 * stats.t.sf(abs(gap) / error, units - 1))


def test_a_difference_beyond_any_doubt_has_a_p_value_of_nothing():
    """Of a number this small floating point knows only zero; it must not be taken for none."""
    times = pd.date_range("2024-01-01", periods=2000, freq="7h")
    early = times.day_of_week < 5
    outcome = [day == (at % 50 > 0) for at, day in enumerate(early)]
    visits = pd.DataFrame({"visitor": range(2000), "time": times, "bought": outcome})
    numbers = engagement(Dataset.from_frames(visits=visits)).numbers
    assert numbers["weekday_low"] > 0.9
    assert numbers["weekday_p"] == 0


def test_some_visits_without_a_time_or_an_outcome_change_nothing_else():
    """Every number of the week, by a second road: the frame that holds only what is known."""
    drawn = draw_visits(5, visits=900)
    gaps = drawn.with_columns(time=pl.when(pl.int_range(pl.len()) % 9 > 0).then(pl.col("time")))
    known = gaps.drop_nulls(["time", "bought"])
    whole, part = engagement(dataset(visits=gaps)), engagement(dataset(visits=known))
    for name in ("weekday_difference", "saturday_difference"):
        assert whole.numbers[name] == pytest.approx(part.numbers[name])
    assert rows(whole, "weekend")["weekdays"][3] == pytest.approx(rows(part, "weekend")["weekdays"][3])
    assert estimates(whole.trend) == estimates(part.trend)
    assert whole.numbers["weekday_p"] == pytest.approx(part.numbers["weekday_p"], rel=0.05)


def test_saturday_and_sunday_are_compared_as_groups():
    result = engagement(timed(4)[0])
    days = {row[0]: row for row in result.table("weekdays").rows}
    saturday, sunday = (
        loyalty.core.Estimate(days[day][3], days[day][4], days[day][5], days[day][1])
        for day in ("saturday", "sunday")
    )
    change = difference(sunday, saturday)
    ends = (result.numbers["saturday_low"], result.numbers["saturday_high"])
    assert ends == pytest.approx((change.low, change.high))
    assert result.numbers["saturday_p"] == pytest.approx(differ([saturday, sunday]))


@pytest.mark.parametrize("seed", [1, 2])
def test_the_long_way(seed):
    drawn = draw_visits(seed, visits=700)
    seen, lines = drawn.to_pandas(), draw_orders(seed)
    result = engagement(dataset(orders=lines, visits=drawn), by="segment")
    known = seen.dropna(subset=["bought"])
    assert (result.numbers["bought"], result.overall.n) == (known["bought"].sum(), len(known))
    assert estimates(result.groups) == shares(known, known["segment"].fillna(""))
    assert estimates(result.trend) == shares(known, known["time"].dt.strftime("%Y-%m"))
    people = by_visitor(seen)
    counted = pd.Series([one["list"] for one in people.values()]).value_counts()
    assert {row[0]: row[1] for row in result.table("lists").rows} == counted.to_dict()
    first = [one["first"] for one in people.values()]
    told = [outcome for outcome in first if outcome is not None]
    later = [outcome for one in people.values() for outcome in one["later"]]
    known_later = [outcome for outcome in later if outcome is not None]
    found = rows(result, "visitors")
    assert (found["new"][0], found["new"][2]) == (len(first), pytest.approx(sum(told) / len(told)))
    share = sum(known_later) / len(known_later)
    assert (found["returning"][0], found["returning"][2]) == (len(later), pytest.approx(share))
    assert_week(result, seen)
    assert_durations(result, seen["duration"])
    assert_spending(result, people, lines.to_pandas())


def shares(known, names):
    grouped = known["bought"].astype(float).groupby(names)
    return {name: (pytest.approx(part.mean()), len(part)) for name, part in grouped}


def outcome(visit):
    return None if pd.isna(visit.bought) else bool(visit.bought)


def by_visitor(seen):
    """What each visitor did, with a loop."""
    found = {}
    for who, mine in seen.dropna(subset=["visitor"]).groupby("visitor"):
        ordered = sorted(mine.itertuples(), key=lambda visit: visit.time)
        outcomes = [outcome(visit) for visit in ordered]
        bought = any(outcomes)
        place = "high" if bought and len(mine) > 1 else "low" if len(mine) == 1 and not bought else "middle"
        found[who] = {"list": place, "first": outcomes[0], "later": outcomes[1:]}
    return found


def assert_week(result, seen):
    clock = seen[seen["time"] != seen["time"].dt.normalize()]
    cells = clock.groupby([clock["time"].dt.day_of_week, clock["time"].dt.hour])
    expected = {(DAYS[day], hour): (len(part), part["bought"].eq(True).sum()) for (day, hour), part in cells}
    assert {row[:2]: row[2:4] for row in result.table("hours").rows} == expected
    every = pd.date_range(seen["time"].min().normalize(), seen["time"].max().normalize())
    for day, visits, each, *_ in result.table("weekdays").rows:
        assert visits == (seen["time"].dt.day_of_week == DAYS.index(day)).sum()
        assert each == pytest.approx(visits / (every.day_of_week == DAYS.index(day)).sum())
    assert {row[0]: row[2] for row in result.table("weekend").rows} == {
        "weekdays": (every.day_of_week < 5).sum(),
        "weekend": (every.day_of_week >= 5).sum(),
    }


def assert_durations(result, seconds):
    [found] = result.table("durations").rows
    quartiles = seconds.dropna().quantile([0.25, 0.5, 0.75])
    assert found == (seconds.count(), pytest.approx(seconds.mean()), *map(pytest.approx, quartiles))


def assert_spending(result, people, lines):
    without_id = lines["customer"].fillna("?") + lines["date"].dt.strftime(" %Y-%m-%d")
    orders = lines.assign(key=lines["order"].fillna(without_id)).groupby(["customer", "key"])["amount"].sum()
    spent = orders[orders > 0].groupby("customer").sum()
    high = [amount for who, amount in spent.items() if people.get(who, {}).get("list") == "high"]
    others = [amount for who, amount in spent.items() if people.get(who, {}).get("list") in ("middle", "low")]
    assert [row[1:] for row in result.table("spend").rows] == [
        (len(high), pytest.approx(sum(high) / len(high))),
        (len(others), pytest.approx(sum(others) / len(others))),
    ]


# Whatever the file


@pytest.mark.parametrize(
    "header", ["known", "group", "visits", "moment", "hour", "weekday", "first", "late_known", "bin", "list"]
)
def test_a_segment_called_like_one_of_our_own_columns(header):
    drawn = draw_visits(3)
    renamed = drawn.drop("segment").with_columns(drawn["segment"].alias(header))
    roles = {"visits": {"segment": None, "source": "source"}}
    data = Dataset.from_frames(visits=renamed.lazy(), roles=roles)
    expected = engagement(dataset(visits=drawn), by="segment")
    assert engagement(data, by=header).groups == expected.groups
    assert engagement(data).tables == expected.tables


def test_numbers_as_visitors_and_names_as_customers_are_looked_for_as_text():
    lines = frame(
        {"visitor": ["7", "8"], "time": [datetime(2025, 1, 6, 9)] * 2, "bought": [True, False]}
    ).with_columns(pl.col("visitor").cast(pl.Int64))
    orders = table("customer date amount\n 7 2025-01-06 5\n 8 2025-01-06 5")
    mixed = Dataset.from_frames(orders=orders.to_pandas(), visits=lines.lazy())
    assert engagement(mixed).overall.n == 2
    assert (
        engagement(
            Dataset.from_frames(orders=orders.to_pandas(), visits=lines.drop("bought").lazy())
        ).numbers["bought"]
        == 2
    )


@pytest.mark.parametrize(
    ("tables", "options", "id"),
    [
        ({"visits": "time\n 2025-01-06"}, {}, "missing_columns"),
        ({"visits": "visitor time\n ann 2025-01-06"}, {}, "visits_without_outcome"),
        ({"visits": "visitor source\n ann web", "orders": ORDERS}, {}, "visits_without_outcome"),
        (
            {"visits": "visitor time\n ann 2025-01-06", "orders": "customer amount\n ann 5"},
            {},
            "visits_without_outcome",
        ),
        ({"visits": "visitor bought\n ann -\n bob -"}, {}, "no_visit_outcomes"),
        ({"visits": "visitor time\n ann 2024-01-06", "orders": ORDERS}, {}, "no_visit_outcomes"),
        ({"visits": VISITS}, {"by": "duration"}, "unknown_group"),
    ],
)
def test_what_cannot_be_answered_is_said(tables, options, id):
    with pytest.raises(LoyaltyError) as caught:
        engagement(dataset(**tables), **options)
    assert caught.value.id == id
    assert str(caught.value)
    assert caught.value.in_language("zh")


def test_lists_need_visitors():
    with pytest.raises(LoyaltyError) as caught:
        loyalty.members("engagement", dataset(visits="bought\n yes"))
    assert caught.value.id == "missing_columns"
