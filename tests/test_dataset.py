"""What a Dataset makes of its tables, worked out by hand."""

from __future__ import annotations

from datetime import date, datetime

import duckdb
import polars as pl
import pytest

from loyalty.core import Need
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.queries import rows
from tests.tables import bought, dataset, draw_orders, table

LINES = """
customer date       order amount segment
ann      2025-01-03 1     10     north
ann      2025-01-03 1     5      north
ann      2025-01-03 2     7      south
bob      2025-01-04 3     20     south
bob      2025-01-04 3     -20    south
bob      2025-01-05 4     -3     south
-        2025-01-05 5     4      north
cat      2025-02-06 -     2      west
cat      2025-02-06 -     3      east
cat      2025-02-28 -     6      -
-        2025-02-06 -     8      -
-        2025-02-06 -     9      -
cat      -          -     1      west
dan      2025-02-07 6     -      north
bob      2025-03-01 7     30     -
"""


def day(text):
    return date.fromisoformat(text).toordinal()


def found(frame, *columns):
    """The rows of a frame as tuples, sorted; numbers of days as dates."""
    picked = [tuple(_date(name, row[name]) for name in columns) for row in rows(frame)]
    return sorted(picked, key=lambda row: [(value is not None, value) for value in row])


def _date(name, value):
    return str(date.fromordinal(value)) if value and name in ("day", "first", "second", "last") else value


def error(call, *args, **named):
    with pytest.raises(LoyaltyError) as caught:
        call(*args, **named)
    assert str(caught.value)
    assert caught.value.in_language("zh")
    return caught.value


# Purchases and returns


def test_purchases_by_hand():
    assert found(dataset(LINES).purchases, "customer", "day", "amount") == [
        (None, "2025-01-05", 4.0),  # a walk-in with a receipt
        (None, "2025-02-06", 8.0),  # two walk-ins of one day are two purchases
        (None, "2025-02-06", 9.0),
        ("ann", "2025-01-03", 7.0),  # two orders of one day
        ("ann", "2025-01-03", 15.0),  # lines of one order
        ("bob", "2025-03-01", 30.0),
        ("cat", None, 1.0),  # without a day a line stands for itself
        ("cat", "2025-02-06", 5.0),  # without an order id one customer's day is a purchase
        ("cat", "2025-02-28", 6.0),
    ]  # order 3 came to nothing, order 4 to less, order 6 has no amount


def test_returns_by_hand():
    assert found(dataset(LINES).returns, "customer", "day", "amount") == [("bob", "2025-01-05", -3.0)]


def test_a_purchase_keeps_its_order_id():
    orders = dict(found(dataset(LINES).purchases, "amount", "order"))
    assert (orders[15.0], orders[7.0], orders[5.0]) == ("1", "2", None)


def test_a_purchase_belongs_to_the_alphabetically_first_of_its_segments():
    lines = found(dataset(LINES).purchases, "amount", "segment")
    assert (5.0, "east") in lines
    assert (7.0, "south") in lines
    assert (6.0, None) in lines


def test_without_order_ids_a_purchase_is_a_customers_day():
    lines = """
    customer date       amount
    ann      2025-01-03 10
    ann      2025-01-03 5
    ann      2025-01-04 1
    -        2025-01-03 2
    -        2025-01-03 2
    """
    assert found(dataset(lines).purchases, "customer", "amount") == [
        (None, 2.0),
        (None, 2.0),
        ("ann", 1.0),
        ("ann", 15.0),
    ]


def test_with_amounts_alone_every_row_is_a_purchase():
    assert found(dataset("amount\n 5\n 5\n -2\n 0").purchases, "amount") == [(5.0,), (5.0,)]


def test_without_amounts_every_order_is_a_purchase():
    data = dataset("customer order date\n ann 1 2025-01-03\n ann 1 2025-01-03\n ann 2 2025-01-03")
    assert found(data.purchases, "customer", "day") == [("ann", "2025-01-03")] * 2


def test_the_lines_that_count_as_bought():
    lines = found(dataset(LINES).bought, "customer", "amount")
    assert lines[:5] == [("ann", 5), ("ann", 7), ("ann", 10), ("bob", 20), ("bob", 30)]
    assert lines[5:] == [("cat", 1), ("cat", 2), ("cat", 3), ("cat", 6)]


def test_the_day_on_which_each_kind_was_first_bought_by_hand():
    lines = """
    customer date       amount product
    ann      2025-02-03 10     tea
    ann      2025-01-31 -5     tea
    ann      2025-02-01 5      tea
    ann      2025-02-02 0      cup
    ann      2025-01-05 1      pot
    bob      2025-03-01 2      tea
    bob      2025-03-01 2      -
    -        2025-01-01 2      tea
    """
    assert found(dataset(lines).first_bought("product"), "customer", "kind", "day", "month") == [
        ("ann", "pot", "2025-01-05", 12 * 2025),
        ("ann", "tea", "2025-02-01", 12 * 2025 + 1),
        ("bob", "tea", "2025-03-01", 12 * 2025 + 2),
    ]
    undated = dataset("customer product\n ann tea\n ann tea\n ann cup")
    assert found(undated.first_bought("product"), "customer", "kind") == [("ann", "cup"), ("ann", "tea")]


# Customers


def test_customers_by_hand():
    assert found(dataset(LINES).customers(), "customer", "purchases", "first", "second", "month") == [
        ("ann", 2, "2025-01-03", "2025-01-03", 12 * 2025),  # two orders of one day are two purchases
        ("bob", 1, "2025-03-01", None, 12 * 2025 + 2),  # what was sent back is no purchase
        ("cat", 2, "2025-02-06", "2025-02-28", 12 * 2025 + 1),  # the purchase without a day does not count
    ]


def test_what_customers_spent_and_when_they_were_last_seen_by_hand():
    assert found(dataset(LINES).customers(), "customer", "last", "amount") == [
        ("ann", "2025-01-03", 22.0),
        ("bob", "2025-03-01", 30.0),
        ("cat", "2025-02-28", 11.0),
    ]


def test_customers_by_month_by_hand():
    january = 12 * 2025
    columns = ("customer", "month", "purchases", "amount", "start")
    assert found(dataset(LINES).customer_months, *columns) == [
        ("ann", january, 2, 22.0, january),
        ("bob", january + 2, 1, 30.0, january + 2),
        ("cat", january + 1, 2, 11.0, january + 1),
    ]
    later = dataset("customer date\n ann 2025-03-31\n ann 2025-01-01\n ann 2025-03-01")
    assert found(later.customer_months, "month", "purchases", "start") == [
        (january, 1, january),
        (january + 2, 2, january),
    ]


@pytest.mark.parametrize(
    ("k", "days"),
    [
        (1, ["2025-01-03", "2025-03-01", "2025-02-06"]),
        (2, ["2025-01-03", None, "2025-02-28"]),
        (3, [None, None, None]),
    ],
)
def test_the_day_of_the_nth_purchase_by_hand(k, days):
    expected = list(zip(["ann", "bob", "cat"], days, strict=True))
    assert found(dataset(LINES).nth_purchase(k), "customer", "day") == expected


def test_the_discounts_of_a_purchase_are_added_up():
    lines = table("customer order amount\n ann 1 5\n ann 1 6\n ann 2 7\n ann - 8").with_columns(
        discount=pl.Series([1.5, 0.5, None, None])
    )
    assert found(dataset(lines).purchases, "amount", "discount") == [(7.0, 0.0), (8.0, 0.0), (11.0, 2.0)]


def test_customers_belong_to_the_segment_of_the_first_purchase():
    assert found(dataset(LINES).customers("segment"), "customer", "group", "purchases") == [
        ("ann", "north", 2),  # the alphabetically first of the day
        ("bob", None, 1),
        ("cat", "east", 2),
    ]


def test_customers_without_dates():
    data = dataset("customer order amount segment\n ann 1 5 b\n ann 2 5 a\n bob 3 5 -\n - 4 5 a")
    assert found(data.customers("segment"), "customer", "purchases", "group") == [
        ("ann", 2, "a"),
        ("bob", 1, None),
    ]


def test_the_second_day_is_the_next_one_after_the_first():
    lines = "customer date amount\n" + "\n".join(f"ann 2025-{m:02}-01 1" for m in (7, 3, 12, 5))
    assert found(dataset(lines).customers(), "first", "second") == [("2025-03-01", "2025-05-01")]


def test_repeat_purchases_by_hand():
    month = 12 * 2025
    # January: both of ann's; February: both of cat's; March: bob's. The first of each is no repeat.
    assert dataset(LINES).repeat_purchases == {month: (2, 1), month + 1: (2, 1), month + 2: (1, 0)}


def test_questions_about_customers_need_them():
    nobody = dataset("date amount\n 2025-01-01 5")
    assert error(nobody.customers).id == "missing_columns"
    assert error(lambda: nobody.bought).id == "missing_columns"
    assert error(lambda: nobody.customer_months).id == "missing_columns"
    assert error(lambda: dataset("customer order\n ann 1").nth_purchase(3)).id == "missing_columns"
    assert error(lambda: dataset(responses="recommend\n 5").purchases).id == "no_such_table"
    assert found(dataset("customer order\n ann 1").returns, "customer") == []


def test_repeat_purchases_need_customers_and_dates():
    assert dataset("amount\n 5").repeat_purchases == {}
    assert dataset("customer order\n ann 1").repeat_purchases == {}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_customers_the_long_way(seed):
    lines = draw_orders(seed)
    days = {customer: [str(day) for day, _ in each] for customer, each in bought(lines).items()}
    expected = [(customer, len(each), each[0], [*each, None][1], each[-1]) for customer, each in days.items()]
    data = dataset(lines)
    assert found(data.customers(), "customer", "purchases", "first", "second", "last") == expected
    assert sum(n for n, _ in data.repeat_purchases.values()) == sum(map(len, days.values()))
    assert sum(again for _, again in data.repeat_purchases.values()) == sum(
        len(each) - 1 for each in days.values()
    )


# Periods


def test_the_period_goes_from_the_first_to_the_last_day():
    data = dataset(LINES, "recommend date\n 9 2025-05-05\n 8 -")
    assert data.period("orders") == (date(2025, 1, 3), date(2025, 3, 1))
    assert data.period("responses") == (date(2025, 5, 5), date(2025, 5, 5))
    assert data.period("visits") is None
    assert dataset("date amount\n - 5").period("orders") is None
    assert dataset("amount\n 5").period("orders") is None


def test_between_keeps_both_ends_and_what_has_no_dates():
    data = dataset(LINES, "recommend\n 9\n 8")
    part = data.between(date(2025, 1, 4), date(2025, 2, 6))
    assert found(part.purchases, "customer", "amount") == [(None, 4), (None, 8), (None, 9), ("cat", 5)]
    assert len(rows(part.table("responses"))) == 2
    assert part.id != data.id
    assert part.id == data.between(date(2025, 1, 4), date(2025, 2, 6)).id
    assert data.period("orders") == (date(2025, 1, 3), date(2025, 3, 1)), "the whole stays as it was"
    assert data.between(date(1999, 1, 1), date(1999, 1, 2)).period("orders") is None


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_days_and_months_are_those_of_the_calendar(engine):
    """Every first and last day of a month and every leap day, from the year 1 to the year 9999."""
    days = [
        date(y, m, d)
        for y in (*range(1, 9999, 7), 1900, 2000, 2024, 9999)
        for m in range(1, 13)
        for d in (1, 28)
    ]
    days += [date(y, 2, 29) for y in range(4, 9999, 4) if y % 100 or not y % 400]
    days += [date(y, 12, 31) for y in range(1, 10_000)]
    frame = pl.DataFrame({"date": [datetime(d.year, d.month, d.day, 23, 59) for d in days], "amount": 1.0})
    frame = frame.with_columns(pl.col("date").dt.cast_time_unit("us"))
    orders = frame.lazy() if engine == "polars" else duckdb.from_arrow(frame.to_arrow())
    lines = rows(Dataset.from_frames(orders=orders).table("orders"))
    assert [line["day"] for line in lines] == [d.toordinal() for d in days]
    assert [line["month"] for line in lines] == [12 * d.year + d.month - 1 for d in days]


# What there is


def test_tables_columns_and_roles():
    data = dataset(LINES)
    assert data.has("orders")
    assert data.has("orders", "customer", "day", "month")
    assert not data.has("orders", "product")
    assert not data.has("responses")
    assert data.columns("responses") == ()
    wanted = Need("orders", ("customer", ("product", "date"), ("product", "category"), "email"))
    assert data.missing(wanted) == (Need("orders", (("product", "category"), "email")),)


def test_what_is_missing_is_said_in_the_users_words():
    data = dataset(LINES)
    one = error(data.require, Need("orders", ("customer", ("product", "category"))))
    assert one.id == "missing_columns"
    assert "“Orders”" in str(one)
    assert "Product or Product category" in str(one)
    assert "产品或产品类别" in one.in_language("zh")
    other = error(data.require, Need("responses", ("recommend",)))
    assert other.id == "missing_table"
    assert "“Survey answers”" in str(other)
    assert error(data.table, "visits").id == "no_such_table"


def test_groupings_are_texts_without_a_role():
    frame = table(LINES).with_columns(till=pl.lit("1"), kind=pl.lit("x", pl.Categorical), number=pl.lit(3))
    data = Dataset.from_frames(orders=frame.lazy(), roles={"orders": {"product": None, "category": None}})
    assert data.by_choices("orders") == ("segment", "till", "kind")
    assert data.by_choices("visits") == ()


@pytest.mark.parametrize("header", ["day", "month", "Month", "amount", "Customer", "price"])
@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_column_that_is_called_like_one_of_ours_does_no_harm(header, engine):
    frame = table("who when paid\n ann x 5\n ann x 7\n bob x 1").with_columns(
        when=pl.lit(datetime(2025, 1, 3)), paid=pl.Series([5.0, 7.0, 1.0]), other=pl.Series(["p", "q", "r"])
    )
    frame = frame.rename({"other": header})
    orders = frame.lazy() if engine == "polars" else duckdb.from_arrow(frame.to_arrow())
    rest = dict.fromkeys(("segment", "price", "product", "category", "status"))
    roles = {"orders": {**rest, "customer": "who", "date": "when", "amount": "paid"}}
    data = Dataset.from_frames(orders=orders, roles=roles)
    assert data.by_choices("orders") == ()
    assert found(data.purchases, "customer", "day", "month", "amount") == [
        ("ann", "2025-01-03", 12 * 2025, 12.0),
        ("bob", "2025-01-03", 12 * 2025, 1.0),
    ]
    assert error(data.check_by, "orders", header).id == "no_groups"
    roles["orders"]["segment"] = header
    as_segment = Dataset.from_frames(orders=orders, roles=roles)
    assert found(as_segment.customers("segment"), "customer", "group") == [("ann", "p"), ("bob", "r")]


def test_a_breakdown_by_something_unknown_is_refused():
    one = error(dataset(LINES).check_by, "orders", "colour")
    assert one.id == "unknown_group"
    assert "“colour”" in str(one)
    assert "segment" in str(one)
    dataset(LINES).check_by("orders", None)
    dataset(LINES).check_by("orders", "segment")


TRIALS = """
group    outcome customer date       segment bill dessert
control  15      ann      2025-01-03 lunch   20   yes
mint     18      bob      2025-01-04 dinner  30   no
-        17      bob      2025-02-04 dinner  25   -
mint     -       -        -          -       28   yes
"""


def test_a_trial_has_groups_and_measures():
    data = dataset(LINES, trials=TRIALS)
    assert data.by_choices("trials") == ("group", "segment")
    assert data.measure_choices("trials") == ("outcome", "bill", "dessert")
    assert data.measures == {"trials": ("bill", "dessert")}
    assert data.measure_choices("orders") == ()
    assert data.period("trials") == (date(2025, 1, 3), date(2025, 2, 4))
    assert found(data.trials, "group", "outcome", "bill", "dessert") == [
        (None, 17.0, 25.0, None),
        ("control", 15.0, 20.0, 1.0),
        ("mint", None, 28.0, 1.0),
        ("mint", 18.0, 30.0, 0.0),
    ]


def test_a_part_of_the_time_cuts_trials_too():
    part = dataset(LINES, trials=TRIALS).between(date(2025, 1, 4), date(2025, 1, 31))
    assert found(part.trials, "group", "outcome") == [("mint", 18.0)]
    assert part.measure_choices("trials") == ("outcome", "bill", "dessert")


def test_numbers_that_tell_rows_apart_are_no_measures():
    frame = pl.LazyFrame({"arm": ["a", "b"], "spend": [1.5, 2.5], "User ID": [1, 2], "clicks": [3, 4]})
    data = Dataset.from_frames(trials=frame, roles={"customer": None})
    assert data.roles["trials"] == {"group": "arm", "outcome": "spend"}
    assert data.measures == {"trials": ("clicks",)}


# Frames of other engines


def test_what_is_no_value_becomes_none():
    frame = pl.LazyFrame(
        {
            "customer": ["ann", " ", "", None, "李雷"],
            "date": [datetime(2025, 1, d) for d in range(1, 6)],
            "amount": [5.0, float("nan"), float("inf"), -float("inf"), 1.0],
        }
    )
    lines = rows(Dataset.from_frames(orders=frame).table("orders"))
    assert [line["customer"] for line in lines] == ["ann", None, None, None, "李雷"]
    assert [line["amount"] for line in lines] == [5.0, None, None, None, 1.0]


def test_scores_off_the_scale_become_none():
    scores = [0.0, 10.0, 11.0, -1.0, 9.5, float("nan"), None]
    data = Dataset.from_frames(responses=pl.LazyFrame({"recommend": scores}))
    assert [line["recommend"] for line in rows(data.table("responses"))] == [0, 10] + [None] * 5


def test_large_ids_keep_their_digits():
    frame = pl.LazyFrame({"customer": [9007199254740993, 9007199254740992], "amount": [1, 2]})
    assert found(Dataset.from_frames(orders=frame).customers(), "customer", "purchases") == [
        ("9007199254740992", 1),
        ("9007199254740993", 1),
    ]


@pytest.mark.parametrize(
    ("column", "values", "wanted"),
    [
        ("amount", ["5"], "numbers"),
        ("date", ["2025-01-03"], "dates"),
        ("date", [5], "dates"),
        ("returned", ["no"], "true"),
    ],
)
def test_a_column_of_the_wrong_type_is_refused(column, values, wanted):
    roles = {"orders": {column: "c"}}
    one = error(Dataset.from_frames, orders=pl.LazyFrame({"c": values, "customer": ["ann"]}), roles=roles)
    assert one.id == "wrong_type"
    assert "“c”" in str(one)
    assert wanted in str(one)


def test_frames_of_several_engines_make_one_dataset():
    responses = duckdb.sql("select 9.0::double as recommend union all select 3.0")
    data = Dataset.from_frames(orders=table(LINES).lazy(), responses=responses, name="both")
    assert data.name == "both"
    assert data.period("orders")
    assert len(rows(data.table("responses"))) == 2


def test_roles_are_taken_where_their_columns_are():
    orders = pl.LazyFrame({"who": ["ann"], "what": ["tea"], "paid": [5.0]})
    responses = pl.LazyFrame({"who": ["ann"], "mark": [9]})
    roles = {"customer": "who", "product": "what", "amount": "paid", "recommend": "mark"}
    data = Dataset.from_frames(orders=orders, responses=responses, roles=roles)
    assert data.roles["orders"] == {"customer": "who", "product": "what", "amount": "paid"}
    assert data.roles["responses"] == {"customer": "who", "recommend": "mark"}


@pytest.mark.parametrize(
    ("roles", "id", "words"),
    [
        ({"custmer": "customer"}, "unknown_role", "custmer"),
        ({"orders": {"custmer": "customer"}}, "unknown_role", "custmer"),
        ({"order": {"customer": "customer"}}, "unknown_kind", "order"),
        ({"customer": "Customer name"}, "unknown_column", "Customer name"),
        ({"orders": {"customer": "Customer name"}}, "unknown_column", "Customer name"),
    ],
)
def test_roles_that_fit_nothing_are_refused(roles, id, words):
    one = error(Dataset.from_frames, orders=table(LINES).lazy(), roles=roles)
    assert one.id == id
    assert words in str(one)


def test_a_header_of_none_leaves_a_role_empty():
    data = Dataset.from_frames(orders=table(LINES).lazy(), roles={"customer": None})
    assert not data.has("orders", "customer")


def test_nothing_and_no_frame_are_refused():
    assert error(Dataset.from_frames).id == "no_frames"
    one = error(Dataset.from_frames, orders=[1, 2])
    assert one.id == "not_a_frame"
    assert "list" in str(one)
    assert error(Dataset.from_frames, responses="answers.csv").id == "not_a_frame"


def test_every_dataset_has_an_id_of_its_own():
    assert dataset(LINES).id != dataset(LINES).id


# Frames in memory

IN_MEMORY = {
    "pandas": pl.DataFrame.to_pandas,
    "polars": lambda frame: frame,
    "pyarrow": pl.DataFrame.to_arrow,
}


@pytest.mark.parametrize("engine", IN_MEMORY)
def test_frames_in_memory_are_read_and_repaired(engine):
    texts = pl.DataFrame(
        {
            "Customer": ["ann", "ann", "bob", "bob"],
            "Order Date": ["2025-01-03", "2025-02-01", "2025-02-01", "someday"],
            "Total": ["$1,000.50", "20", "(5)", "7"],
            "Branch": ["north", "north", "south", "south"],
        }
    )
    data = Dataset.from_frames(orders=IN_MEMORY[engine](texts))
    assert data.roles["orders"] == {
        "customer": "Customer",
        "date": "Order Date",
        "amount": "Total",
        "segment": "Branch",
    }
    assert found(data.purchases, "customer", "day", "amount", "segment") == [
        ("ann", "2025-01-03", 1000.5, "north"),
        ("ann", "2025-02-01", 20.0, "north"),
    ]
    assert found(data.returns, "customer", "amount") == [("bob", -5.0)]
    assert data.left_out.height == 1


@pytest.mark.parametrize("engine", IN_MEMORY)
def test_frames_in_memory_keep_large_ids(engine):
    ids = [9007199254740993, 9007199254740992, -(2**62), 2**62 + 1]
    frame = pl.DataFrame({"customer": ids, "amount": [1.0, 2.0, 3.0, 4.0], "order": [1, 2, 3, 4]})
    data = Dataset.from_frames(orders=IN_MEMORY[engine](frame))
    assert {customer for customer, _ in found(data.customers(), "customer", "purchases")} == set(
        map(str, ids)
    )


@pytest.mark.parametrize("engine", IN_MEMORY)
def test_infinite_numbers_in_memory_are_no_numbers(engine):
    frame = table("customer amount\n ann 5\n bob 7\n cat 9").with_columns(
        pl.Series("amount", [5.0, float("inf"), float("nan")])
    )
    data = Dataset.from_frames(orders=IN_MEMORY[engine](frame))
    assert found(data.purchases, "customer", "amount") == [("ann", 5.0)]
    assert data.left_out.height == 2


def test_answers_without_a_score_are_a_table_too():
    frame = table("customer date recommend\n ann 2025-01-01 -\n bob 2025-01-02 -")
    data = Dataset.from_frames(responses=frame, roles={"responses": {"recommend": None}})
    assert data.has("responses", "customer")
    assert not data.has("responses", "recommend")


@pytest.mark.parametrize("engine", IN_MEMORY)
def test_an_empty_frame_is_refused_in_words(engine):
    empty = table("customer date amount")
    assert error(Dataset.from_frames, orders=IN_MEMORY[engine](empty)).id


def test_columns_of_the_same_name_are_refused_in_words():
    frame = table("customer amount\n ann 5").to_pandas()
    frame.columns = ["customer", "customer"]
    assert error(Dataset.from_frames, orders=frame).id == "same_names"


def test_roles_are_taken_where_their_columns_are_in_memory_too():
    orders, responses = table("who paid\n ann 5"), pl.DataFrame({"mark": [9.0, 3.0]})
    roles = {"customer": "who", "amount": "paid", "recommend": "mark"}
    data = Dataset.from_frames(orders=orders, responses=responses.to_pandas(), roles=roles)
    assert data.roles == {"orders": {"customer": "who", "amount": "paid"}, "responses": {"recommend": "mark"}}


def test_frames_in_memory_and_elsewhere_make_one_dataset():
    data = Dataset.from_frames(orders=table(LINES), responses=duckdb.sql("select 9.0::double as recommend"))
    assert data.period("orders")
    assert len(rows(data.table("responses"))) == 1
    assert data.notes
