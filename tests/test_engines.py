"""The same tables give the same answers on every engine."""

from __future__ import annotations

import math
import os
import shutil
from datetime import date
from functools import cache

import duckdb
import polars as pl
import pytest

import loyalty
from loyalty import METRICS
from loyalty.dataset import Dataset
from loyalty.queries import rows
from tests.tables import bought, draw_orders, draw_responses, draw_trials, draw_visits, table

ZONE = "Asia/Shanghai"
ENGINES = [
    "pandas",
    "polars lazy",
    "duckdb",
    *(pytest.param(name, marks=pytest.mark.slow) for name in ("polars", "pyarrow")),  # in memory as pandas
    pytest.param("spark", marks=pytest.mark.spark),
]


@pytest.fixture(scope="session")
def spark():
    """A small Spark session; without pyspark or Java it skips, or fails if LOYALTY_REQUIRE_SPARK is set."""
    lacking = _lacking()
    if lacking and os.environ.get("LOYALTY_REQUIRE_SPARK"):
        pytest.fail(f"LOYALTY_REQUIRE_SPARK is set, but {lacking}")
    if lacking:
        pytest.skip(lacking)
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.default.parallelism": "1",
        "spark.sql.session.timeZone": ZONE,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
    }
    builder = SparkSession.builder.master("local[1]").appName("loyalty")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def _lacking():
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "pyspark is not installed (pip install loyalty[spark])"
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        return "there is no Java for Spark to run on"
    return ""


@pytest.fixture(scope="session")
def database():
    with duckdb.connect() as connection:
        connection.execute(f"set timezone = '{ZONE}'")
        yield connection


@pytest.fixture(params=ENGINES)
def native(request):
    """A function from a Polars frame to one of the engine."""
    if request.param == "spark":
        session = request.getfixturevalue("spark")
        return lambda frame: session.createDataFrame(frame.to_arrow())
    return {
        "pandas": pl.DataFrame.to_pandas,
        "polars": pl.DataFrame.clone,
        "polars lazy": pl.DataFrame.lazy,
        "pyarrow": pl.DataFrame.to_arrow,
        "duckdb": lambda frame: request.getfixturevalue("database").from_arrow(frame.to_arrow()),
    }[request.param]


def questions(metric):
    """Every value of every option, one at a time, for the whole and by segment."""
    defaults = {option.name: option.default for option in metric.options}
    options = [defaults] + [
        {**defaults, option.name: choice}
        for option in metric.options
        for choice in option.choices
        if choice != option.default
    ]
    return [{"by": by, **chosen} for chosen in options for by in (None, "segment")]


def same(found, expected, at=""):
    """Equal, floats up to 1e-9; says where it is not."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys(), at
        for key in expected:
            same(found[key], expected[key], f"{at}.{key}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), at
        for place, pair in enumerate(zip(found, expected, strict=True)):
            same(*pair, f"{at}[{place}]")
    elif isinstance(expected, float):
        assert math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9), f"{at}: {found} is not {expected}"
    else:
        assert found == expected, f"{at}: {found!r} is not {expected!r}"


NAMED = {"responses": {"again": "again", "other": "other"}}  # too short to be recognised


@pytest.fixture(scope="module")
def drawn():
    orders = draw_orders(11).filter(pl.col("amount").is_not_null())
    return {
        "orders": orders,
        "responses": draw_responses(12),
        "visits": draw_visits(13),
        "trials": draw_trials(14),
    }


@pytest.fixture(scope="module")
def expected(drawn):
    """What Polars answers to one of a metric's questions; what that is worth is tested metric by metric."""
    data = Dataset.from_frames(**{name: frame.lazy() for name, frame in drawn.items()}, roles=NAMED)

    @cache
    def answer(metric, place):
        return metric.compute(data, **questions(metric)[place]).to_dict()

    return answer


FIRST, FURTHER = slice(2), slice(2, None)  # of the questions: the defaults, and every other choice


@pytest.mark.parametrize(
    "asked", [FIRST, pytest.param(FURTHER, marks=pytest.mark.slow)], ids=["defaults", "choices"]
)
def test_every_metric_gives_the_same_answers(native, drawn, expected, asked):
    data = Dataset.from_frames(**{name: native(frame) for name, frame in drawn.items()}, roles=NAMED)
    for metric in METRICS:
        for place, question in [*enumerate(questions(metric))][asked]:
            found = metric.compute(data, **question).to_dict()
            same(found, expected(metric, place), f"{metric.id} {question}: ")


def test_every_measure_of_a_trial_gives_the_same_answers(native, drawn):
    frame = drawn["trials"]
    data, plain = (Dataset.from_frames(trials=each) for each in (native(frame), frame.lazy()))
    for outcome in plain.measure_choices("trials"):
        for test in ("t", "bootstrap"):
            found, answer = (
                loyalty.experiment(each, outcome=outcome, control="two mints", test=test).to_dict()
                for each in (data, plain)
            )
            same(found, answer, f"{outcome}, {test}: ")


@pytest.mark.slow
def test_a_part_of_the_time_gives_the_same_answers(native, drawn):
    start, end = date(2024, 1, 15), date(2024, 12, 20)
    here = {name: frame.lazy() for name, frame in drawn.items()}
    there = {name: native(frame) for name, frame in drawn.items()}
    whole, data = (Dataset.from_frames(**each, roles=NAMED).between(start, end) for each in (here, there))
    assert data.period("orders") == whole.period("orders")
    for metric in METRICS:
        same(metric.compute(data).to_dict(), metric.compute(whole).to_dict(), f"{metric.id}: ")


def test_a_trial_holds_the_same_observations(native, drawn):
    """Yes and no as 1 and 0 on every engine; frames in memory leave out what belongs to no group."""
    frame = drawn["trials"]
    data = Dataset.from_frames(trials=native(frame))
    assert data.by_choices("trials") == ("group", "segment")
    assert data.measure_choices("trials") == ("outcome", "bill", "dessert")
    columns = ["group", "outcome", "customer", "segment", "bill", "dessert"]
    days = frame["date"].map_elements(lambda moment: moment.toordinal(), return_dtype=pl.Int64)
    wanted = frame.with_columns(pl.col("dessert").cast(pl.Float64)).select(*columns, days.alias("day"))
    found = [tuple(row[name] for name in (*columns, "day")) for row in rows(data.trials) if row["group"]]
    assert sorted(map(repr, found)) == sorted(map(repr, wanted.drop_nulls("group").rows()))


ORDERS = """
customer date       order amount product segment
7        2025-01-03 1     10.25  tea     north
7        2025-01-03 1     5.5    cup     north
7        2025-03-31 2     7      tea     south
8        2025-01-31 3     20     tea     -
-        2025-02-28 4     4      cup     north
8        2025-02-01 5     -3     tea     south
9        2024-12-31 6     12     pot     西区
"""


def test_types_of_a_database(native):
    """Days, decimals and numbers as ids instead of moments, floats and texts."""
    texts = table(ORDERS)
    cast = texts.with_columns(
        pl.col("date").cast(pl.Date),
        pl.col("amount").cast(pl.Decimal(12, 2)),
        pl.col("customer", "order").cast(pl.Int64),
    )
    plain, other = (Dataset.from_frames(orders=frame) for frame in (texts.lazy(), native(cast)))
    assert other.period("orders") == (date(2024, 12, 31), date(2025, 3, 31))
    for metric in METRICS:
        if not plain.missing(*metric.needs):
            found, answer = (answered(metric, data) for data in (other, plain))
            same(found, answer, f"{metric.id}: ")


def answered(metric, data):
    """What a metric finds by segment, or why it refuses: a model, for one, needs more customers."""
    try:
        return metric.compute(data, by="segment").to_dict()
    except loyalty.LoyaltyError as error:
        return {"refused": error.id}


def test_ties_go_by_the_alphabet(native):
    lines = """
    customer date       order amount product segment
    zed      2025-01-01 1     1      zimt    zeta
    zed      2025-01-01 1     2      apfel   alpha
    amy      2025-01-01 2     3      apfel   zeta
    amy      2025-01-01 3     4      zimt    beta
    bob      2025-01-01 4     5      Öl      -
    """
    data = Dataset.from_frames(orders=native(table(lines)))
    customers = {row["customer"]: row["group"] for row in rows(data.customers("segment"))}
    assert customers == {"zed": "alpha", "amy": "beta", "bob": None}
    assert loyalty.upsell(data).table("kinds").rows == (("apfel", 2), ("zimt", 2), ("Öl", 1))


def test_moments_with_a_time_zone_count_by_the_local_clock(native):
    """20:00 on January 31 in London is already February in Shanghai."""
    local = pl.col("date").dt.replace_time_zone("UTC").dt.convert_time_zone(ZONE)
    frame = table("customer date amount\n 7 2025-01-31T20:00:00 5\n 8 2025-01-31T10:00:00 5").with_columns(
        local
    )
    data = Dataset.from_frames(orders=native(frame))
    assert data.period("orders") == (date(2025, 1, 31), date(2025, 2, 1))


def test_purchases_are_counted_alike(native):
    """By customer, by month and one by one, as when they are counted line by line."""
    lines = draw_orders(13, lines=600).filter(pl.col("amount").is_not_null())
    counted = bought(lines)
    data = Dataset.from_frames(orders=native(lines))
    customers = {row["customer"]: row for row in rows(data.customers("segment"))}
    months = {(row["customer"], row["month"]): row for row in rows(data.customer_months)}
    assert customers.keys() == counted.keys()
    for customer, each in counted.items():
        row, days = customers[customer], [day.toordinal() for day, _ in each]
        assert (row["purchases"], row["first"], row["last"]) == (len(days), days[0], days[-1])
        assert row["second"] == [*days, None][1]
        assert row["month"] == month(each[0][0])
        assert row["amount"] == pytest.approx(sum(amount for _, amount in each))
    for (customer, when), row in months.items():
        amounts = [amount for day, amount in counted[customer] if month(day) == when]
        assert (row["purchases"], row["start"]) == (len(amounts), month(counted[customer][0][0]))
        assert row["amount"] == pytest.approx(sum(amounts))
    assert sum(row["purchases"] for row in months.values()) == sum(map(len, counted.values()))
    known = [(row["customer"], row["day"], row["first"]) for row in rows(data.known_purchases("segment"))]
    assert sorted(known) == [
        (customer, day.toordinal(), each[0][0].toordinal())
        for customer, each in counted.items()
        for day, _ in each
    ]
    for day in (date(2023, 11, 19), date(2024, 2, 1), date(2024, 6, 30), date(2026, 1, 1)):
        then = {
            row["customer"]: (row["purchases"], row["last"])
            for row in rows(data.customers_on(day.toordinal()))
        }
        until = {name: [when for when, _ in each if when <= day] for name, each in counted.items()}
        assert then == {name: (len(each), each[-1].toordinal()) for name, each in until.items() if each}
    for k in (1, 2, 3, 4, 10):
        reached = {row["customer"]: row["day"] for row in rows(data.nth_purchase(k))}
        assert reached == {
            customer: each[k - 1][0].toordinal() if len(each) >= k else None
            for customer, each in counted.items()
        }


def month(day):
    return 12 * day.year + day.month - 1


def test_hours_of_the_day_are_those_of_the_local_clock(native):
    """20:30 on Friday in London is half past four on Saturday in Shanghai."""
    local = pl.col("time").dt.replace_time_zone("UTC").dt.convert_time_zone(ZONE)
    visits = table("visitor time bought\n 7 2025-01-31T20:30:00 yes\n 8 2025-01-31T10:00:00 no")
    result = loyalty.engagement(Dataset.from_frames(visits=native(visits.with_columns(local))))
    assert result.table("hours").rows == (("friday", 18, 1, 0, 0.0), ("saturday", 4, 1, 1, 1.0))
    assert [row[0] for row in result.table("weekdays").rows] == ["friday", "saturday"]


def test_days_of_a_database_have_no_hours(native):
    visits = table("visitor time bought\n 7 2025-01-31 yes\n 8 2025-02-01 no")
    days = visits.with_columns(pl.col("time").cast(pl.Date))
    result = loyalty.engagement(Dataset.from_frames(visits=native(days)))
    assert [row[0] for row in result.table("weekdays").rows] == ["friday", "saturday"]
    assert "hours" not in [table.name for table in result.tables]


def test_visits_and_orders_may_be_on_different_engines(native, drawn):
    """Whether a visit led to a purchase, and what the visitors spent, is found across."""
    tables = {"orders": drawn["orders"], "visits": drawn["visits"].drop("bought")}
    answer = loyalty.engagement(Dataset.from_frames(**{name: frame.lazy() for name, frame in tables.items()}))
    for name in tables:
        mixed = {**{other: frame.lazy() for other, frame in tables.items()}, name: native(tables[name])}
        same(loyalty.engagement(Dataset.from_frames(**mixed)).to_dict(), answer.to_dict(), f"{name}: ")
