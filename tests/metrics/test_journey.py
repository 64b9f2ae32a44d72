"""Customer journey: by hand, the long way in pandas, and the steps by statsmodels."""

from __future__ import annotations

import math

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2_contingency
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

import loyalty
from loyalty import journey, limits
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from tests.tables import bought, dataset, draw_orders, draw_responses, end_of_month, table

# The last day is July 1, a walk-in's. Days between the first three purchases:
# ann 0, 28 · bob 31, 29, then a fourth · cat 60 · dan one (his other order was sent back) · eve one.
ORDERS = """
customer date       order amount segment
ann      2025-01-01 1     10     north
ann      2025-01-01 2     10     south
ann      2025-01-29 3     10     south
bob      2025-01-31 4     10     south
bob      2025-03-03 5     10     south
bob      2025-04-01 6     10     south
bob      2025-06-01 7     10     south
cat      2025-02-01 8     10     north
cat      2025-04-02 9     10     south
dan      2025-02-10 10    10     -
dan      2025-02-20 11    -10    -
eve      2025-06-21 12    10     north
fay      2025-06-30 13    -10    north
-        2025-07-01 14    10     north
"""


MEDIAN = ("median", "median_low", "median_high")


def records(result, name):
    found = result.table(name)
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def estimates(groups):
    return {group.group: (pytest.approx(group.value), group.n) for group in groups}


class TestStages:
    def test_by_hand(self):
        result = journey(dataset(ORDERS))
        assert (result.overall.value, result.overall.n) == (2 / 5, 5)
        low, high = proportion_confint(2, 5, method="wilson")
        assert (result.overall.low, result.overall.high) == (pytest.approx(low), pytest.approx(high))
        stages = records(result, "stages")
        assert [(row["stage"], row["customers"]) for row in stages] == [
            ("first", 2),
            ("repeat", 1),
            ("loyal", 2),
        ]
        for row in stages:
            low, high = proportion_confint(row["customers"], 5, method="wilson")
            expected = pytest.approx((row["customers"] / 5, low, high))
            assert (row["share"], row["low"], row["high"]) == expected

    @pytest.mark.parametrize(("loyal", "counts"), [(3, (2, 1, 2)), (5, (2, 3, 0)), (10, (2, 3, 0))])
    def test_loyal_from(self, loyal, counts):
        result = journey(dataset(ORDERS), loyal=loyal)
        assert tuple(row["customers"] for row in records(result, "stages")) == counts
        assert result.table("lists").rows == tuple(zip(("first", "repeat", "loyal"), counts, strict=True))
        assert result.numbers["loyal_customers"] == counts[-1]

    def test_segments_are_those_of_the_first_purchase(self):
        result = journey(dataset(ORDERS), by="segment")
        # ann north (the alphabetically first of the day), bob south, cat and eve north, dan none
        assert estimates(result.groups) == {"north": (1 / 3, 3), "": (0, 1), "south": (1, 1)}

    def test_the_trend_gives_every_month_180_days(self):
        # the last day is 181 days after January 1, and no month has had 180 days to its end
        assert journey(dataset(ORDERS)).trend == ()
        later = ORDERS + "zoe 2025-09-01 15 10 north"
        result = journey(dataset(later))
        # on September 1 all of January and February have: ann and bob of January, neither cat nor dan
        assert estimates(result.trend) == {"2025-01": (1, 2), "2025-02": (0, 2)}
        assert result.numbers["trend_window"] == 180
        slow = later.replace("2025-04-01 6", "2025-07-31 6").replace("2025-06-01 7", "2025-08-01 7")
        assert estimates(journey(dataset(slow)).trend)["2025-01"] == (0.5, 2)  # bob's third after 181 days
        just = slow.replace("2025-07-31 6", "2025-07-30 6")
        assert estimates(journey(dataset(just)).trend)["2025-01"] == (1, 2)


class TestSteps:
    def test_from_the_first_purchase_to_the_second_by_hand(self):
        """Events after 0, 31 and 60 days; dan watched for 141 days, eve for 10."""
        [step] = [row for row in records(journey(dataset(ORDERS)), "steps") if row["step"] == "repeat"]
        assert (step["customers"], step["passed"]) == (5, 3)
        # 1 − 4/5 · 2/3 · 1/2 with eve gone after 10 days: at risk 5, then 3, then 2
        assert step["share_90"] == pytest.approx(1 - 4 / 5 * 2 / 3 * 1 / 2)
        assert (step["share_180"], step["low_180"], step["high_180"]) == (None, None, None)
        assert step["median"] == 60  # after 31 days 1 − 8/15 = 7/15, not yet half

    def test_from_the_second_purchase_to_loyalty_by_hand(self):
        """Events after 28 and 29 days; cat watched for 90 days."""
        [step] = [row for row in records(journey(dataset(ORDERS)), "steps") if row["step"] == "loyal"]
        assert (step["customers"], step["passed"]) == (3, 2)
        assert step["share_90"] == pytest.approx(2 / 3)
        assert step["median"] == 29
        variance = 1 / (3 * 2) + 1 / (2 * 1)  # Greenwood
        half = 1.959964 * math.sqrt(variance) / math.log(1 / 3)
        ends = [1 - (1 / 3) ** math.exp(sign * half) for sign in (1, -1)]
        assert (step["low_90"], step["high_90"]) == (
            pytest.approx(ends[0], 1e-6),
            pytest.approx(ends[1], 1e-6),
        )

    def test_loyalty_later_on_the_way(self):
        [step] = [
            row for row in records(journey(dataset(ORDERS), loyal=5), "steps") if row["step"] == "loyal"
        ]
        assert (step["customers"], step["passed"], step["share_90"]) == (3, 0, 0)
        assert step["median"] is None
        assert (step["low_90"], step["high_90"]) == (
            0,
            pytest.approx(proportion_confint(0, 3, method="wilson")[1]),
        )

    def test_nobody_has_come_back(self):
        lines = "customer date amount\n ann 2025-01-01 5\n bob 2025-02-01 5"
        result = journey(dataset(lines))
        assert [row["step"] for row in records(result, "steps")] == ["repeat"]
        assert result.overall.value == 0

    @pytest.mark.parametrize("loyal", [3, 5])
    @pytest.mark.parametrize("seed", [1, 2])
    def test_statsmodels(self, seed, loyal):
        drawn = draw_orders(seed)
        result = journey(dataset(drawn), loyal=loyal)
        last = drawn["date"].dt.date().max()
        days = [[day for day, _ in purchases] for purchases in bought(drawn).values()]
        ends = {
            "repeat": [(d[0], d[1] if len(d) > 1 else None) for d in days],
            "loyal": [(d[1], d[loyal - 1] if len(d) >= loyal else None) for d in days if len(d) > 1],
        }
        for step in records(result, "steps"):
            spells = [(((end or last) - start).days, end is not None) for start, end in ends[step["step"]]]
            times, happened = np.array(spells).T
            theirs = SurvfuncRight(times, happened)
            assert (step["customers"], step["passed"]) == (len(times), happened.sum())
            for within in (90, 180, 365):
                known = theirs.surv_prob[theirs.surv_times <= within][-1]
                watched = within <= times.max()  # for longer nothing is known
                assert step[f"share_{within}"] == (pytest.approx(1 - known) if watched else None)
            half = theirs.surv_times[theirs.surv_prob <= 0.5 + 1e-9]
            low, high = theirs.quantile_ci(0.5, method="cloglog")
            found = [math.inf if step[name] is None else step[name] for name in MEDIAN]
            assert found == [half[0] if len(half) else math.inf, low, high]
            curve = [row for row in records(result, "curve") if row["step"] == step["step"]]
            assert len(curve) <= limits.CURVE_POINTS
            for row in curve:
                before = theirs.surv_prob[theirs.surv_times <= row["days"]]
                assert row["share"] == pytest.approx(1 - before[-1] if len(before) else 0)


@pytest.mark.parametrize("loyal", [3, 5, 10])
@pytest.mark.parametrize("seed", [3, 4])
def test_the_long_way(seed, loyal):
    drawn = draw_orders(seed)
    result = journey(dataset(drawn), by="segment", loyal=loyal)
    last, found = drawn["date"].dt.date().max(), bought(drawn)
    counts = pd.Series({customer: len(purchases) for customer, purchases in found.items()})
    expected = {"first": (counts == 1).sum(), "repeat": counts.between(2, loyal - 1).sum()}
    expected["loyal"] = (counts >= loyal).sum()
    assert {row["stage"]: row["customers"] for row in records(result, "stages")} == expected
    assert result.overall.value == pytest.approx((counts >= loyal).mean())
    soon = {}
    for purchases in found.values():
        first = purchases[0][0]
        if (last - end_of_month(first)).days >= 180:
            reached = len(purchases) >= loyal and (purchases[loyal - 1][0] - first).days <= 180
            soon.setdefault(f"{first:%Y-%m}", []).append(reached)
    assert estimates(result.trend) == {
        month: (pytest.approx(np.mean(hits)), len(hits)) for month, hits in soon.items()
    }


class TestMembers:
    def test_by_hand(self):
        listed = loyalty.members("journey", dataset(ORDERS))
        # the most purchases first, then the latest to buy; days to July 1
        assert listed.to_dict("split")["data"] == [
            ["first", "eve", 1, "2025-06-21", "2025-06-21", 10, 10],
            ["first", "dan", 1, "2025-02-10", "2025-02-10", 141, 10],
            ["loyal", "bob", 4, "2025-01-31", "2025-06-01", 30, 40],
            ["loyal", "ann", 3, "2025-01-01", "2025-01-29", 153, 30],
            ["repeat", "cat", 2, "2025-02-01", "2025-04-02", 90, 20],
        ]
        assert list(listed) == ["list", "customer", "purchases", "first", "last", "since", "amount"]

    def test_by_definition(self):
        listed = loyalty.members("journey", dataset(ORDERS), "repeat", loyal=5)
        assert list(listed["customer"]) == ["bob", "ann", "cat"]

    def test_without_amounts(self):
        lines = "customer date\n ann 2025-01-01"
        assert list(loyalty.members("journey", dataset(lines)))[-1] == "since"


# ann: before any purchase, on the day of the first two, on the day of the third; bob after his first;
# cat after her second; zed never bought; nobody knows who wrote the last one
ANSWERS = """
customer date       recommend rating comment
ann      2024-12-31 10        1      curious
ann      2025-01-01 6         5      slow
ann      2025-01-29 9         5      -
bob      2025-02-01 -         2      dear
bob      2025-02-02 -         3      -
cat      2025-05-01 3         -      slow
zed      2025-05-01 0         -      never
-        2025-05-01 8         -      fine
dan      2025-03-01 -         -      hello
"""


class TestVoices:
    def test_by_the_stage_on_the_day_of_the_answer(self):
        result = journey(dataset(ORDERS, responses=ANSWERS))
        found = [
            (r["stage"], r["answers"], r["complaints"], r["comments"]) for r in records(result, "voices")
        ]
        assert found == [
            ("before", 1, 0, 1),  # ann's first: recommended by 10, though with one star
            ("first", 2, 1, 2),  # bob's: 2 of 5 stars lie below the middle, 3 do not; dan's comment
            ("repeat", 2, 2, 2),  # ann's of New Year: she bought twice that day; cat's
            ("loyal", 1, 0, 0),
            ("unknown", 2, 1, 2),  # zed's and the nameless one
        ]

    def test_comments_of_complaints_come_first_then_the_most_frequent(self):
        result = journey(dataset(ORDERS, responses=ANSWERS))
        assert result.table("comments").rows == (
            ("repeat", "complaint", "slow", 2),
            ("first", "complaint", "dear", 1),
            ("unknown", "complaint", "never", 1),
            ("before", "comment", "curious", 1),
            ("first", "comment", "hello", 1),
            ("unknown", "comment", "fine", 1),
        )

    def test_stages_that_the_file_names_stand_in_the_order_in_which_customers_come_to_them(self):
        # who answers at the third counter has bought most: bob and ann after three purchases
        answers = """
        customer date       recommend stage
        ann      2025-06-01 9         counter
        bob      2025-06-01 9         counter
        eve      2025-06-21 2         door
        eve      2025-06-22 3         door
        eve      2025-06-22 3         door
        ann      2025-01-02 9         table
        cat      2025-05-01 9         table
        -        2025-05-01 0         table
        zed      2025-05-01 9         letter
        bob      2025-05-01 9         -
        """
        result = journey(dataset(ORDERS, responses=answers))
        found = [(row["stage"], row["answers"], row["complaints"]) for row in records(result, "voices")]
        assert found == [
            ("door", 3, 3),
            ("table", 3, 1),
            ("counter", 2, 0),
            ("letter", 1, 0),
            ("unknown", 1, 0),
        ]

    @pytest.mark.parametrize(
        "columns", ["recommend stage", "recommend stage date", "customer recommend stage"]
    )
    def test_named_stages_need_neither_customer_nor_date(self, columns):
        cells = {"customer": "ann", "date": "2025-03-01", "recommend": "3", "stage": "late"}
        lines = f"{columns}\n" + " ".join(cells[name] for name in columns.split())
        assert journey(dataset(ORDERS, responses=lines)).table("voices").rows[0][:3] == ("late", 1, 1)

    @pytest.mark.parametrize(
        "answers",
        [
            "customer recommend\n ann 3",
            "date recommend\n 2025-03-01 3",
            "customer date comment\n ann 2025-03-01 good",
            "customer date rating comment\n ann 2025-03-01 - -",
        ],
    )
    def test_without_stage_or_score_there_are_none(self, answers):
        result = journey(dataset(ORDERS, responses=answers))
        assert [table.name for table in result.tables] == ["stages", "steps", "curve", "lists"]

    def test_stages_differ_or_may_be_alike(self):
        def answered(first, second):
            each = [("a", complains) for complains in first] + [("b", complains) for complains in second]
            lines = "\n".join(f"{2 if complains else 9} {stage}" for stage, complains in each)
            return journey(dataset(ORDERS, responses=f"recommend stage\n{lines}")).numbers["voices_p"]

        few, many = [True] * 60 + [False] * 240, [True] * 90 + [False] * 210
        expected = chi2_contingency([[60, 240], [90, 210]], correction=False).pvalue
        assert answered(few, many) == pytest.approx(expected, rel=0.2)
        assert answered(few, few) == pytest.approx(1)

    def test_customers_who_answer_often_widen_the_interval(self):
        once = "\n".join(f"c{n} {2 if n % 4 else 9} door" for n in range(100))
        often = "\n".join(f"c{n // 5} {2 if n // 5 % 4 else 9} door" for n in range(100))
        [one], [five] = (
            records(journey(dataset(ORDERS, responses=f"customer recommend stage\n{lines}")), "voices")
            for lines in (once, often)
        )
        assert (one["answers"], one["share"]) == (five["answers"], five["share"]) == (100, 0.75)
        low, high = proportion_confint(75, 100, method="wilson")
        assert (one["low"], one["high"]) == (pytest.approx(low), pytest.approx(high))
        # five answers of one customer say no more than one: 20 customers, and Kish's n / (n − 1)
        low, high = proportion_confint(75 / 5 * 19 / 20, 100 / 5 * 19 / 20, method="wilson")
        assert (five["low"], five["high"]) == (pytest.approx(low), pytest.approx(high))

    def test_too_many_stages_become_others(self):
        lines = "\n".join(f"{n % 11} s{n % 40}" for n in range(400))
        result = journey(dataset(ORDERS, responses=f"recommend stage\n{lines}"))
        rows = records(result, "voices")
        assert len(rows) == limits.GROUPS + 1
        assert sum(row["answers"] for row in rows) == 400
        assert [row["answers"] for row in rows if row["stage"] == "others"] == [100]

    @pytest.mark.parametrize("seed", [5, 6])
    def test_the_long_way(self, seed):
        orders, answers = draw_orders(seed), draw_responses(seed).drop("stage")
        result = journey(dataset(orders, responses=answers), loyal=5)
        found, expected = bought(orders), {}
        for answer in answers.iter_rows(named=True):
            days = [day for day, _ in found.get(answer["customer"], ())]
            by_then = sum(day <= answer["date"].date() for day in days)
            stage = (
                "before"
                if by_then == 0
                else "first"
                if by_then == 1
                else "repeat"
                if by_then < 5
                else "loyal"
            )
            counts = expected.setdefault(stage if days else "unknown", [0, 0, 0])
            score, stars = answer["recommend"], answer["rating"]
            counts[0] += score is not None or stars is not None
            counts[1] += score <= 6 if score is not None else stars is not None and stars < 3
            counts[2] += answer["comment"] is not None
        assert {
            row["stage"]: [row["answers"], row["complaints"], row["comments"]]
            for row in records(result, "voices")
        } == expected


@pytest.mark.parametrize("both", [True, False], ids=["on a database", "answers in memory"])
def test_answers_are_placed_wherever_the_tables_are(both):
    orders, answers = table(ORDERS), table(ANSWERS)
    with duckdb.connect() as database:
        there = database.from_arrow(orders.to_arrow())
        given = database.from_arrow(answers.to_arrow()) if both else answers
        found = journey(Dataset.from_frames(orders=there, responses=given))
        assert found.tables == journey(dataset(ORDERS, responses=ANSWERS)).tables


@pytest.mark.parametrize(
    ("orders", "options", "id"),
    [
        ("customer amount\n ann 5", {}, "missing_columns"),
        ("date amount\n 2025-01-01 5", {}, "missing_columns"),
        ("customer date amount\n - 2025-01-01 5", {}, "no_customers"),
        ("customer date amount\n ann 2025-01-01 -5", {}, "no_purchases"),
        ("customer date amount\n ann - 5", {}, "no_customers"),
        ("customer date\n ann 2025-01-01", {"loyal": 2}, "unknown_option"),
        ("customer date\n ann 2025-01-01", {"by": "segment"}, "no_groups"),
    ],
)
def test_what_cannot_be_answered_is_said(orders, options, id):
    with pytest.raises(LoyaltyError) as caught:
        journey(dataset(orders), **options)
    assert caught.value.id == id
    assert str(caught.value)
    assert caught.value.in_language("zh")


def test_one_customer_is_an_honest_answer():
    result = journey(dataset("customer date amount\n ann 2025-01-01 5"))
    assert (result.overall.value, result.overall.n, result.change) == (0, 1, None)
    [step] = records(result, "steps")
    assert (step["customers"], step["passed"], step["share_90"], step["median"]) == (1, 0, None, None)
