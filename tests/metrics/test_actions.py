"""Lists of customers to write to, worked out by hand."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from loyalty import LoyaltyError, actions, members
from loyalty.dataset import Dataset
from loyalty.stats import share
from loyalty.story import reason
from loyalty.words import Translator

# Today is 30 June 2025, the last day of the orders. Spending: a 100, b 60, c 50, d 40, e 30, f 20, g 10,
# h 5, i 4, j 1. Of ten customers the top fifth are those whom fewer than two have outspent: a and b; the
# top third those whom fewer than 3⅓ have outspent: a, b, c, d.
ORDERS = """
a 2024-06-01 70 yes
a 2025-06-20 30 yes
b 2024-07-15 60 yes
c 2024-03-01 50 yes
d 2025-05-01 40 yes
e 2024-07-30 30 yes
f 2024-07-31 20 yes
g 2024-06-30 10 no
h 2025-06-30  5 yes
i 2025-06-29  4 -
j 2025-01-01  1 yes
"""


def orders(text=ORDERS, **more):
    lines = [line.split() for line in text.strip().splitlines()]
    frame = pl.DataFrame(
        {
            "customer": [line[0] for line in lines],
            "date": [datetime.fromisoformat(line[1]) for line in lines],
            "amount": [float(line[2]) for line in lines],
            "consent": [{"yes": True, "no": False}.get(line[3]) for line in lines],
        }
    )
    return frame.with_columns(**more)


def answers(*given):
    """Customer, day, recommendation and stars of each answer."""
    return pl.DataFrame(
        [(who, datetime.fromisoformat(day), score, stars) for who, day, score, stars in given],
        schema={
            "customer": pl.String,
            "date": pl.Datetime("us"),
            "recommend": pl.Float64,
            "rating": pl.Float64,
        },
        orient="row",
    )


def dataset(lines=None, responses=None):
    frames = {"orders": orders() if lines is None else lines, "responses": responses}
    return Dataset.from_frames(**{name: frame.lazy() for name, frame in frames.items() if frame is not None})


def listed(data, **options):
    """List to the customers on it, the most urgent first."""
    found = members("actions", data, **options)
    return {name: its["customer"].to_list() for name, its in found.groupby("list")}


def sizes(result):
    return {row[0]: row[1] for row in result.table("lists").rows if row[1]}


AGREED = orders().with_columns(consent=pl.lit(None, dtype=pl.Boolean)).drop("consent")


def test_the_best_are_thanked_and_those_of_the_top_third_who_are_silent_are_missed():
    """b and c have not come for more than 90 days, a and d have."""
    data = dataset(AGREED)
    found = listed(data)
    assert found["thank"] == ["a"]
    assert found["win_back"] == ["b", "c"]
    assert listed(data, silent=60)["win_back"] == ["b", "c"]  # d came exactly 60 days ago: not longer
    assert listed(data, silent=365)["thank"] == ["a", "b"]
    assert listed(data, silent=365)["win_back"] == ["c"]


def test_the_anniversary_of_the_first_purchase_comes_round_in_the_days_ahead():
    """From 1 to 30 July: b on the 15th, e on the 30th; f is a day too late, g has it today."""
    found = listed(dataset(AGREED))
    assert found["anniversary"] == ["b", "e"]
    assert "anniversary" not in listed(dataset(AGREED.filter(pl.col("customer") != "b")), days=14)
    assert listed(dataset(AGREED), days=60)["anniversary"] == ["b", "e", "f"]


def test_birthdays_come_in_the_days_ahead_even_over_new_year_and_on_29_february():
    born = {"a": "1980-01-02", "b": "1990-12-31", "c": "1996-02-29", "d": "2000-01-01"}
    birthday = (
        pl.col("customer").replace_strict(born, default=None).str.to_datetime("%Y-%m-%d", time_unit="us")
    )
    eve = pl.when(pl.col("customer") == "h").then(pl.lit(datetime(2025, 12, 31))).otherwise(pl.col("date"))
    lines = AGREED.with_columns(birthday=birthday, date=eve)
    assert listed(dataset(lines))["birthday"] == ["d", "a"]
    later = lines.with_columns(
        date=pl.when(pl.col("customer") == "h").then(pl.lit(datetime(2026, 1, 30))).otherwise(pl.col("date"))
    )
    found = members("actions", dataset(later), "birthday")
    assert found["customer"].to_list() == ["c"]
    assert found["day"].to_list() == ["2026-02-28"]


def test_promoters_who_came_again_are_asked_and_the_disappointed_come_first():
    said = answers(
        ("a", "2025-05-01", 9, 5),
        ("b", "2025-05-01", 10, 5),  # bought once only
        ("c", "2025-05-01", 6, 5),
        ("d", "2025-05-01", 2, 5),
        ("e", "2025-04-01", 1, 1),
        ("e", "2025-05-01", 7, 1),  # the latest counts, and the stars only where nothing else was said
        ("f", "2025-05-01", None, 2),
        ("h", "2025-05-01", None, 3),  # the middle of 1 to 5
        ("z", "2025-05-01", 0, 1),  # no customer
    )
    found = listed(dataset(AGREED, said))
    assert found["refer"] == ["a"]
    assert found["recover"] == ["f", "d", "c"]


def test_only_stars_are_enough_to_put_things_right():
    said = answers(("c", "2025-05-01", None, 1), ("d", "2025-05-01", None, 5)).drop("recommend")
    assert listed(dataset(AGREED, said))["recover"] == ["c"]


def test_who_has_not_agreed_is_counted_and_not_listed():
    """g said no; let g have spent most, so that there is a list to be left out of."""
    rich = orders(ORDERS.replace("g 2024-06-30 10 no", "g 2024-06-30 200 no"))
    result = actions(dataset(rich))
    rows = {row[0]: row[1:] for row in result.table("lists").rows}
    assert rows["win_back"] == (2, 1)
    assert "g" not in listed(dataset(rich))["win_back"]
    assert result.numbers["no_consent"] == 1


def test_where_orders_ask_silence_is_no_consent_and_where_only_answers_ask_it_is_no_refusal():
    silent = ORDERS.replace("b 2024-07-15 60 yes", "b 2024-07-15 60 -")
    assert listed(dataset(orders(silent)))["win_back"] == ["c"]
    said = answers(("c", "2025-05-01", 8, 5)).with_columns(consent=pl.lit(False))
    assert listed(dataset(AGREED, said))["win_back"] == ["b"]


def test_the_number_is_the_share_of_customers_on_any_list():
    """a is thanked, b missed and a year here, c missed, e a year here: four of ten."""
    result = actions(dataset(AGREED))
    assert sizes(result) == {"thank": 1, "win_back": 2, "anniversary": 2}
    assert result.overall == share(4, 10)
    assert result.numbers["listed"] == 4


def test_groups_are_the_segments_of_the_first_purchase():
    town = pl.when(pl.col("customer").is_in(["a", "b", "c"])).then(pl.lit("north")).otherwise(pl.lit("south"))
    result = actions(dataset(AGREED.with_columns(segment=town)), by="segment")
    assert result.groups == (share(1, 7, "south"), share(3, 3, "north"))


def test_without_amounts_purchases_are_counted():
    """a bought twice and nobody more; all others once, which only one has outdone."""
    found = listed(dataset(AGREED.drop("amount")))
    assert found["thank"] == ["a", "d", "h", "i"]
    assert found["win_back"] == ["b", "c", "e", "f", "g", "j"]


def test_customers_who_spent_alike_stand_or_fall_together():
    """Of five, two spent most: nobody has outspent either, so both are thanked."""
    text = "\n".join(
        f"{who} 2025-06-30 {cents} yes" for who, cents in zip("abcde", (9, 9, 5, 4, 3), strict=True)
    )
    assert listed(dataset(orders(text)))["thank"] == ["a", "b"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Silent for 350 days; last purchase Jul 15, 2024; purchases: 1."),
        ("zh", "已沉默 350 天；最近购买 2024年7月15日；购买 1 次。"),
    ],
)
def test_every_line_says_its_reason(language, expected):
    data = dataset(AGREED)
    found = members("actions", data, "win_back").drop(columns="list")
    said = reason(actions(data), "win_back", list(found.columns), tuple(found.iloc[0]), Translator(language))
    assert said == expected


def test_addresses_and_the_latest_comment_come_along():
    mail = pl.when(pl.col("customer") == "c").then(pl.lit("c@example.com"))
    said = answers(("c", "2025-05-01", 3, 1), ("c", "2025-04-01", 9, 5)).with_columns(
        comment=pl.Series(["too late", "fine"])
    )
    row = members("actions", dataset(AGREED.with_columns(email=mail), said), "recover").iloc[0]
    assert (row["email"], row["comment"], row["score"], row["answered"]) == (
        "c@example.com",
        "too late",
        3,
        "2025-05-01",
    )


def test_dates_are_needed():
    with pytest.raises(LoyaltyError) as caught:
        actions(dataset(AGREED.drop("date")))
    assert caught.value.id == "missing_columns"


WORDS = [
    ("Consent", "yes", ["no", "only by mail", "no calls please"]),
    ("Email Marketing Consent", "SUBSCRIBED", ["UNSUBSCRIBED", "NEVER_SUBSCRIBED"]),
    ("营销许可", "愿意", ["拒绝"]),
]


@pytest.mark.parametrize(("header", "yes", "others"), WORDS)
def test_whose_word_is_not_a_yes_is_on_no_list(header, yes, others):
    said = [yes, *others] * 5
    columns = {"customer": [f"{word} {place}" for place, word in enumerate(said)], header: said}
    orders = pl.DataFrame(columns).with_columns(date=pl.lit("2024-03-01"), amount=pl.lit(9.0))
    found = members("actions", Dataset.from_frames(orders=orders))
    assert {name.rsplit(" ", 1)[0].casefold() for name in found["customer"]} == {yes.casefold()}


REFUSALS = [
    ("Unsubscribed", "no", "yes"),
    ("Do not contact", "0", "1"),
    ("Opt-out", "opted in", "opted out"),
    ("不同意联系", "否", "是"),
    ("Consent withdrawn", "no", "2024-02-01"),
]


@pytest.mark.parametrize(("header", "fine", "refused"), REFUSALS)
def test_who_does_not_want_to_hear_is_on_no_list(header, fine, refused):
    columns = {"customer": ["in", "out"] * 9, header: [fine, refused] * 9}
    orders = pl.DataFrame(columns).with_columns(
        customer=pl.concat_str("customer", pl.int_range(18).cast(pl.String), separator=" "),
        date=pl.lit("2024-03-01"),
        amount=pl.lit(9.0),
    )
    found = members("actions", Dataset.from_frames(orders=orders))
    assert {name.split()[0] for name in found["customer"]} == {"in"}


def test_refusals_on_an_engine_are_no_consent():
    orders = pl.LazyFrame(
        {
            "customer": ["in", "out"],
            "date": [datetime(2024, 3, 1)] * 2,
            "amount": [9.0, 9.0],
            "unsubscribed": [False, True],
        }
    )
    found = members("actions", Dataset.from_frames(orders=orders))
    assert set(found["customer"]) == {"in"}


def test_a_day_on_which_somebody_left_is_a_refusal():
    columns = {"customer": ["in", "out"], "date": ["2024-03-01"] * 2, "amount": [9.0, 9.0]}
    orders = pl.DataFrame({**columns, "Unsubscribed at": [None, "2024-02-01"]})
    found = members("actions", Dataset.from_frames(orders=orders))
    assert not len(found)  # of the other nothing is known
