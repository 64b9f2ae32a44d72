"""Results to test with, written out by hand, and those of random tables with every option."""

from __future__ import annotations

import math
from functools import cache
from itertools import product

from loyalty import LoyaltyError
from loyalty.core import Change, Estimate, Result, Table
from loyalty.metrics import METRICS
from tests.tables import dataset, draw_orders, draw_responses, draw_trials, draw_visits

TOO_SHORT = {"cohort_open"}  # errors of questions that need more years than are drawn

# 60 answers: 30 promoters, 18 passives, 12 detractors
SCORES = {0: 2, 1: 0, 2: 0, 3: 1, 4: 0, 5: 3, 6: 6, 7: 8, 8: 10, 9: 12, 10: 18}


def nps(low=10.0, high=48.0, n=60, value=30.0, **more):
    """The score of :data:`SCORES` by the standard method: 100 · (30 − 12) / 60."""
    group = {
        score: "detractors" if score < 7 else "passives" if score < 9 else "promoters" for score in SCORES
    }
    return Result(
        **{
            "metric": "nps",
            "overall": Estimate(value, low, high, n),
            "unit": "points",
            "formula": r"100 \cdot \frac{⟨promoters⟩ - ⟨detractors⟩}{⟨answers⟩}",
            "options": {"method": "standard"},
            "numbers": {"promoters": 30, "passives": 18, "detractors": 12, "answers": 60},
            "tables": (
                Table(
                    "scores",
                    ("score", "answers", "group"),
                    tuple((score, count, group[score]) for score, count in SCORES.items()),
                ),
                Table(
                    "methods",
                    ("method", "value", "low", "high", "answers"),
                    (("standard", value, low, high, 60), ("one_to_ten", 86.2, 70.0, 93.0, 58)),
                ),
            ),
            **more,
        }
    )


def repurchase(hits=40, n=80, low=0.392, high=0.608, **more):
    """So many of so many customers; the interval of 40 of 80 is Wilson's."""
    return Result(
        **{
            "metric": "repurchase",
            "overall": Estimate(hits / n, low, high, n),
            "unit": "share",
            "formula": r"\frac{⟨repeat⟩}{⟨customers⟩}",
            "options": {"window": None, "kind": "orders", "term": 30},
            "numbers": {"repeat": hits, "customers": n, "trend_window": 90},
            **more,
        }
    )


def order_value(value=12.5, low=10.0, high=15.0, n=40, **more):
    """Forty purchases of 12.50 each on average."""
    return Result(
        **{
            "metric": "order_value",
            "overall": Estimate(value, low, high, n),
            "unit": "money",
            "options": {"returns": "apart"},
            "numbers": {"revenue": value * n, "purchases": n, "returns": 0, "returned": 0.0},
            "currency": "EUR",
            **more,
        }
    )


def upsell(several=30, one=60, value=0.5, low=0.3, high=0.8, **more):
    """Thirty customers with several kinds, sixty with one."""
    n = several + one
    return Result(
        **{
            "metric": "upsell",
            "overall": Estimate(value, low, high, n),
            "unit": "ratio",
            "options": {"kind": "category", "measure": "ratio"},
            "numbers": {"several": several, "one": one, "customers": n, "share": several / n, "ratio": value},
            **more,
        }
    )


JOURNEY_CURVES = {
    "repeat": ((0, 0.0), (20, 0.2), (30, 0.25), (90, 0.4), (180, 0.48), (200, 0.48)),
    "loyal": ((0, 0.0), (20, 0.3), (46, 0.5), (90, 0.6), (180, 0.7), (200, 0.7)),
}


def journey(median=46, median_high=59, voices=(("first", 40, 20), ("loyal", 40, 4)), p=0.001, **more):
    """Of 100 customers 60 came back and 30 are loyal; the second step takes half of them so many days."""

    def share(x):
        return (x, x - 0.1, x + 0.1)

    reached = {name: dict(curve) for name, curve in JOURNEY_CURVES.items()}
    within = {name: (*share(x[90]), *share(x[180]), None, None, None) for name, x in reached.items()}
    ends = tuple(f"{name}_{days}" for days in (90, 180, 365) for name in ("share", "low", "high"))
    steps = (
        ("repeat", 100, 60, *within["repeat"], None, None, None),
        ("loyal", 60, 30, *within["loyal"], median, 35, median_high),
    )
    curve = tuple((step, day, *share(x)) for step, days in JOURNEY_CURVES.items() for day, x in days)
    said = tuple((name, n, k, k / n, k / n - 0.1, k / n + 0.1, 7) for name, n, k in voices)
    columns = ("stage", "answers", "complaints", "share", "low", "high", "comments")
    stages = (("first", 40), ("repeat", 30), ("loyal", 30))
    names = ("step", "customers", "passed", *ends, "median", "median_low", "median_high")
    return Result(
        **{
            "metric": "journey",
            "overall": Estimate(0.3, 0.22, 0.4, 100),
            "unit": "share",
            "formula": r"\frac{⟨loyal_customers⟩}{⟨customers⟩}",
            "options": {"loyal": 3},
            "numbers": {
                "first_customers": 40,
                "repeat_customers": 30,
                "loyal_customers": 30,
                "customers": 100,
                "trend_window": 180,
                "voices_p": p,
            },
            "units": {"median": "days", "median_low": "days", "median_high": "days", "voices_p": "p"},
            "tables": (
                Table(
                    "stages",
                    ("stage", "customers", "share", "low", "high"),
                    tuple((name, n, n / 100, n / 100 - 0.1, n / 100 + 0.1) for name, n in stages),
                ),
                Table("steps", names, steps),
                Table("curve", ("step", "days", "share", "low", "high"), curve),
                Table("lists", ("list", "customers"), stages),
                Table("voices", columns, said),
            ),
            **more,
        }
    )


CURVE = ("age", "customers", "active", "share", "low", "high")


def cohorts(**more):
    """January's 40, February's 20 and March's 10 customers, one month on and further; April is running."""
    ends = (0.05, 0.95)
    cells = (
        ("2025-01", 0, 40, 40, 1.0, *ends, 600.0, True),
        ("2025-01", 1, 40, 20, 0.5, *ends, 200.0, True),
        ("2025-01", 2, 40, 4, 0.1, *ends, 40.0, True),
        ("2025-01", 3, 40, 2, 0.05, *ends, 20.0, False),
        ("2025-02", 0, 20, 20, 1.0, *ends, 200.0, True),
        ("2025-02", 1, 20, 0, 0.0, *ends, 0.0, True),
        ("2025-02", 2, 20, 1, 0.05, *ends, 10.0, False),
        ("2025-03", 0, 10, 10, 1.0, *ends, 40.0, True),
        ("2025-03", 1, 10, 9, 0.9, *ends, 90.0, False),
    )
    curve = ((0, 70, 70, 1.0, 0.95, 1.0), (1, 60, 20, 1 / 3, 0.23, 0.46), (2, 40, 4, 0.1, 0.04, 0.23))
    paid = ((0, 70, 840.0, 12.0, 10.0, 14.0), (1, 60, 200.0, 10 / 3, 2.0, 4.7), (2, 40, 40.0, 1.0, 0.0, 2.0))
    names = ("age", "customers", "revenue", "per_customer", "per_customer_low", "per_customer_high")
    trend = (Estimate(0.5, 0.35, 0.65, 40, "2025-01"), Estimate(0.0, 0.0, 0.16, 20, "2025-02"))
    return Result(
        **{
            "metric": "cohorts",
            "overall": Estimate(1 / 3, 0.23, 0.46, 60),
            "unit": "share",
            "trend": trend,
            "formula": r"\frac{⟨active⟩}{⟨customers⟩}",
            "options": {"period": "month", "age": 1},
            "numbers": {"active": 20, "customers": 60, "cohorts": 2},
            "units": dict.fromkeys(names[3:], "money"),
            "tables": (
                Table("cohorts", ("cohort", *CURVE, "revenue", "ended"), cells),
                Table("curve", CURVE, curve),
                Table("revenue", names, paid),
            ),
            "currency": "EUR",
            **more,
        }
    )


# Ten customers of one segment each, but for the two at risk: name, scores, customers, what they spent.
SEGMENTS = {
    "champions": ((5, 4), 1, 100.0),
    "loyal": ((4, 4), 1, 50.0),
    "potential_loyalists": ((4, 3), 1, 60.0),
    "new_customers": ((5, 1), 1, 10.0),
    "promising": ((4, 1), 0, 0.0),
    "need_attention": ((3, 3), 1, 40.0),
    "about_to_sleep": ((3, 1), 1, 30.0),
    "cant_lose": ((2, 5), 1, 200.0),
    "at_risk": ((2, 3), 2, 30.0),
    "hibernating": ((1, 1), 1, 5.0),
}


def rfm(moves=(), n=10, **more):
    """The ten customers of :data:`SEGMENTS`."""
    lists = tuple(
        (name, k, k / 10, amount, amount / 525, None, None) for name, (_, k, amount) in SEGMENTS.items()
    )
    grid = tuple((*place, k, amount, name) for name, (place, k, amount) in SEGMENTS.items())
    columns = ("list", "customers", "share", "amount", "revenue_share", "mean_recency", "mean_purchases")
    places = ("recency_score", "frequency_score", "customers", "amount", "list")
    return Result(
        **{
            "metric": "rfm",
            "overall": Estimate(0.2, 0.06, 0.51, n),
            "unit": "share",
            "options": {"axis": "frequency", "before": 90},
            "numbers": {"champions": 1, "loyal": 1, "customers": 10, "by_chance": 0.18},
            "units": {"by_chance": "share", "amount": "money", "revenue_share": "share"},
            "currency": "EUR",
            "tables": (
                Table("grid", places, grid),
                Table("lists", columns, lists),
                Table("moves", ("list_then", "list_now", "customers"), tuple(moves)),
            ),
            **more,
        }
    )


def top_customers(value=0.5, low=0.4, high=0.6, n=100, silent=0, **more):
    """A hundred customers, the top fifth of whom bring one half of the revenue."""
    tops = ((0.2, value, low, high), (0.5, 0.9, 0.8, 0.95))
    return Result(
        **{
            "metric": "top_customers",
            "overall": Estimate(value, low, high, n),
            "unit": "share",
            "options": {"top": 20},
            "numbers": {
                "top_revenue": 1000 * value,
                "revenue": 1000.0,
                "customers": n,
                "gini": 0.42,
                "gini_low": 0.3,
                "gini_high": 0.55,
                "customers_80": 0.38,
                "silent": silent,
            },
            "units": {"customers_80": "share", "top_revenue": "money"}
            | dict.fromkeys(("gini", "gini_low", "gini_high"), "ratio"),
            "currency": "EUR",
            "tables": (
                Table(
                    "lorenz",
                    ("customers_share", "revenue_share"),
                    ((0.0, 0.0), (0.2, value), (0.5, 0.9), (1.0, 1.0)),
                ),
                Table("tops", ("customers_share", "revenue_share", "low", "high"), tops),
                Table("lists", ("list", "customers", "amount", "revenue_share"), (("top", 20, 500.0, 0.5),)),
            ),
            **more,
        }
    )


ENDS = ("share", "share_low", "share_high")
MONEY = ("spend", "spend_low", "spend_high", "order_value", "order_value_low", "order_value_high")
TYPES = (
    ("true", 40, 0.4, 160, 3200.0, 0.5),
    ("latent", 10, 0.1, 10, 800.0, 0.125),
    ("spurious", 30, 0.3, 100, 1600.0, 0.25),
    ("none", 20, 0.2, 20, 800.0, 0.125),
)
MATCHED = (("customer", 120, 0.75), ("email", 30, 0.1875), ("nobody", 10, 0.0625))


def say_do(staying=((60, 30, 0.4), (50, 10, 0.1)), discounts=((0.1, 300), (0.3, 200)), spend=80.0, **more):
    """100 customers, 50 of them promoters, of the four :data:`TYPES`.

    `staying` is for promoters and detractors how many answered early, how many of these stayed, and the low
    end of the interval; `discounts` the share and number of first and repeat orders; `spend` that of a
    promoter, where a detractor spends 40, each plus or minus 10.
    """
    rich, poor = ((each, each - 10, each + 10, 20.0, 18.0, 22.0) for each in (spend, 40.0))
    attitudes = (
        ("promoters", 50, 0.8, 0.7, 0.9, *rich),
        ("passives", 10, 0.6, 0.3, 0.9, *rich),
        ("detractors", 40, 0.5, 0.4, 0.6, *poor),
    )
    early = zip(("promoters", "detractors"), staying, strict=True)
    ordered = zip(("first", "repeat"), discounts, strict=True)
    tables = {
        "lists": (("list", "customers", "share", "purchases", "amount", "revenue_share"), TYPES),
        "matched": (("matched_by", "answers", "share"), MATCHED),
        "attitudes": (("group", "customers", *ENDS, *MONEY), attitudes),
        "staying": (
            ("group", "customers", "stayed", *ENDS),
            tuple((name, n, k, k / n, low, k / n + 0.1) for name, (n, k, low) in early),
        ),
        "discounts": (
            ("orders", "purchases", "discounted", *ENDS),
            tuple((name, n, round(n * x), x, x - 0.05, x + 0.05) for name, (x, n) in ordered),
        ),
    }
    return Result(
        **{
            "metric": "say_do",
            "overall": Estimate(0.4, 0.31, 0.5, 100),
            "unit": "share",
            "formula": r"\frac{⟨true⟩}{⟨customers⟩}",
            "options": {"attitude": "recommend", "often": 2},
            "numbers": {
                **{row[0]: row[1] for row in TYPES},
                "customers": 100,
                "answers": 160,
                "matched": 150,
                "buyers": 400,
                "buyers_purchases": 800,
                "stay": 90,
                "difference_p": 0.004,
                "correlation": 0.2,
                "correlation_low": 0.01,
                "correlation_high": 0.38,
                "correlation_p": 0.04,
            },
            "units": dict.fromkeys((*MONEY, "amount"), "money")
            | dict.fromkeys((*ENDS[1:], "revenue_share"), "share"),
            "tables": tuple(Table(name, *table) for name, table in tables.items()),
            "currency": "EUR",
            **more,
        }
    )


DIFFERENCES = (
    "arm",
    "observations",
    *("difference", "difference_low", "difference_high"),
    *("relative", "relative_low", "relative_high"),
    *("p", "p_holm", "needed", "needed_least"),
)
# Four arms against a control of 100 observations with a mean of 10, one for each thing that can be said.
ARMS = (
    ("real", 100, 3.0, 2.0, 4.0, 0.3, 0.2, 0.41, 0.0001, 0.0004, None, None),
    ("alone", 100, 1.5, 0.1, 2.9, 0.15, 0.01, 0.31, 0.03, 0.09, None, None),
    ("open", 100, -0.5, -2.5, 1.5, -0.05, -0.24, 0.16, 0.6, 1.0, 1234, 51),
    ("unknown", 2, 1.0, -math.inf, math.inf, None, None, None, None, None, None, None),
)


def experiment(*arms, unit="number", **more):
    """The control and some of :data:`ARMS`, all where none is named."""
    rows = tuple(row for row in ARMS if not arms or row[0] in arms)
    groups = (Estimate(10, 9, 11, 100, "control"), *(Estimate(10 + r[2], 9, 14, r[1], r[0]) for r in rows))
    return Result(
        **{
            "metric": "experiment",
            "overall": Estimate(11, 10, 12, 302),
            "unit": unit,
            "by": "group",
            "groups": groups,
            "options": {"outcome": "outcome", "control": "control", "test": "t"},
            "numbers": {"observations": 302, "comparisons": len(rows), "total": 3322, "shared": 0},
            "tables": (Table("differences", DIFFERENCES, rows),) if rows else (),
            **more,
        }
    )


def engagement(tables=(), numbers=(), **more):
    """1,000 visits, 400 with a purchase, by 200 visitors; of 110 customers the high ones spend twice as much.

    Newcombe's interval of later visits less first ones is 0.2 ± √(0.05² + 0.05²).
    """
    share = ("value", "low", "high")
    made = {
        "lists": (("list", "customers", "share"), (("high", 60, 0.3), ("middle", 60, 0.3), ("low", 80, 0.4))),
        "visitors": (
            ("visit", "visits", "visit_share", *share),
            (("new", 200, 0.2, 0.25, 0.2, 0.3), ("returning", 800, 0.8, 0.45, 0.4, 0.5)),
        ),
        "hours": (
            ("weekday", "hour", "visits", "bought", "value"),
            (("monday", 9, 60, 30, 0.5), ("tuesday", 9, 40, 10, 0.25), ("saturday", 18, 50, 40, 0.8)),
        ),
        "weekdays": (
            ("weekday", "visits", "per_day", *share),
            (
                ("monday", 700, 35.0, 0.42, 0.38, 0.46),
                ("saturday", 200, 50.0, 0.38, 0.31, 0.45),
                ("sunday", 100, 25.0, 0.29, 0.2, 0.39),
            ),
        ),
        "weekend": (
            ("part_of_week", "visits", "dates", "per_day", *share),
            (("weekdays", 700, 20, 35.0, 0.42, 0.38, 0.46), ("weekend", 300, 8, 37.5, 0.35, 0.3, 0.4)),
        ),
        "sources": (
            ("source", "visits", "visit_share", *share),
            (
                ("mail", 500, 0.5, 0.6, 0.55, 0.65),
                ("web", 400, 0.4, 0.2, 0.15, 0.25),
                ("", 80, 0.08, 0.1, 0.05, 0.2),
                ("*", 20, 0.02, 0.2, 0.08, 0.42),
            ),
        ),
        "durations": (
            ("visits", "mean", "quartile_1", "median", "quartile_3"),
            ((900, 120.0, 30.0, 60.0, 140.0),),
        ),
        "spend": (("engaged", "customers", "spend"), (("high", 50, 80.0), ("others", 60, 40.0))),
        **dict(tables),
    }
    return Result(
        **{
            "metric": "engagement",
            "overall": Estimate(0.4, 0.37, 0.43, 1000),
            "unit": "share",
            "formula": r"\frac{⟨bought⟩}{⟨visits⟩}",
            "numbers": {
                "bought": 400,
                "visits": 1000,
                "unknown": 0,
                "visitors": 200,
                "untimed": 0,
                "weekday_difference": 0.07,
                "weekday_low": 0.01,
                "weekday_high": 0.13,
                "weekday_p": 0.022,
                "saturday_difference": 0.09,
                "saturday_low": -0.03,
                "saturday_high": 0.21,
                "saturday_p": 0.14,
                "matched": 110,
                "spend_ratio": 2.0,
                "spend_low": 1.5,
                "spend_high": 2.7,
                **dict(numbers),
            },
            "units": {"mean": "seconds", "median": "seconds", "spend": "money"},
            "tables": tuple(Table(name, *table) for name, table in made.items() if table),
            "currency": "EUR",
            **more,
        }
    )


def change(before, after, low, high, n=50):
    """A change from March to April 2025."""
    return Change(
        Estimate(before, before - 5, before + 5, n, "2025-03"),
        Estimate(after, after - 5, after + 5, n, "2025-04"),
        after - before,
        low,
        high,
    )


@cache
def data():
    """Everything drawn at random, as messy as the reader may leave it."""
    return dataset(
        orders=draw_orders(1, lines=900, days=500),
        responses=draw_responses(1),
        visits=draw_visits(1),
        trials=draw_trials(1),
    )


MOST = 24  # combinations of options


def choices(metric):
    """Every combination of the options of a metric; of very many, every choice beside the defaults."""
    defaults = {option.name: option.default for option in metric.options}
    every = [dict(zip(defaults, each, strict=True)) for each in product(*(o.choices for o in metric.options))]
    if len(every) <= MOST:
        return every
    single = [{**defaults, option.name: choice} for option in metric.options for choice in option.choices]
    return [each for place, each in enumerate(single) if each not in single[:place]]


@cache
def computed():
    """What every metric finds in :func:`data`, with every combination of its options that it can answer."""
    found = (answered(metric, each) for metric in METRICS for each in choices(metric))
    return tuple(result for result in found if result)


def answered(metric, options):
    """What a metric finds; None where a little more than a year is too short for such options."""
    try:
        return metric.compute(data(), by="segment", **options)
    except LoyaltyError as error:
        if error.id not in TOO_SHORT:
            raise
        return None
