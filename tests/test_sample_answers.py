"""The package finds every figure that is counted in answers.json, in every sample that is one file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import narwhals.stable.v2 as nw
import pytest

import loyalty
from loyalty.core import Result
from loyalty.dataset import Dataset
from loyalty.models.levers import TOTALS
from loyalty.ui import state
from loyalty.views.levers import counted, span
from loyalty.words import Translator
from tests.promises import ANSWERS, PROMISED, SAMPLE_DATA, promised
from tests.screen import app

# What is counted besides, and stands in no result: parts of months, and definitions that no option offers.
UNSAID = re.compile(
    r"nps\.standard\.by_month\..*s$|repurchase\.any_time\.by_month_of_first_purchase|order_value\.median$"
)
STAGES = {"first_repeat": "repeat", "repeat_loyal": "loyal"}  # a step is called by where it leads
# Metric: the answers that say how many customers are on each of its lists.
LISTS = {
    "engagement": "levels",
    "journey": "stages",
    "rfm": "segments",
    "say_do": "types",
    "actions": "lists",
}
FILES = [(file, metric) for file, found in ANSWERS.items() for metric in found if metric != "mess"]


@cache
def opened(file: str) -> Dataset:
    return loyalty.read(SAMPLE_DATA / file)


def rows(result: Result, table: str) -> dict[Any, dict[str, Any]]:
    """The rows of a table under what stands first in each."""
    columns = result.table(table).columns
    return {row[0]: dict(zip(columns, row, strict=True)) for row in result.table(table).rows}


def column(result: Result, table: str, name: str) -> dict[Any, Any]:
    return {first: row[name] for first, row in rows(result, table).items()}


def values(result: Result, base: str) -> dict[Any, dict[str, Any]]:
    """Value and base of every group."""
    return {each.group: {base: each.n, "value": each.value} for each in result.groups}


def only(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}


def totals(data: Dataset) -> dict[str, Any]:
    counted: dict[str, Callable[[Dataset], dict[str, Any]]] = {
        "orders": orders,
        "responses": responses,
        "visits": visits,
        "trials": trials,
    }
    return {table: count(data) for table, count in counted.items() if table in data.roles}


def days(data: Dataset, table: str) -> dict[str, str]:
    period = data.period(table)
    assert period is not None
    return dict(zip(("first_day", "last_day"), (day.isoformat() for day in period), strict=True))


def length(data: Dataset, table: str) -> int:
    return len(data.table(table).collect())


def orders(data: Dataset) -> dict[str, Any]:
    """Corrections of the stock, which come to nothing, are rows of the messy shop but no order lines."""
    numbers = loyalty.order_value(data).numbers
    lines = data.table("orders").filter(nw.col("amount") != 0).collect()
    customers = data.customers().collect()
    return {
        "rows": len(lines),
        "orders": lines["order"].n_unique(),
        "purchases": numbers["purchases"],
        "return_orders": numbers["returns"],
        "purchases_without_customer": numbers["purchases"] - customers["purchases"].sum(),
        "customers": len(customers),
        **days(data, "orders"),
        "revenue": numbers["revenue"],
        "revenue_after_returns": numbers["revenue"] - numbers["returned"],
    }


def responses(data: Dataset) -> dict[str, Any]:
    comments = column(loyalty.nps(data), "comment_counts", "comments")
    return {"rows": length(data, "responses"), "comments": sum(comments.values()), **days(data, "responses")}


def visits(data: Dataset) -> dict[str, Any]:
    return {"rows": length(data, "visits"), "bought": loyalty.engagement(data).numbers["bought"]}


def trials(data: Dataset) -> dict[str, Any]:
    sums = {name: loyalty.experiment(data, outcome=name).overall for name in ("Bill", "Tip")}
    return {
        "rows": length(data, "trials"),
        **days(data, "trials"),
        **{f"{name.lower()}s": each.value * each.n for name, each in sums.items()},
    }


def nps(data: Dataset) -> dict[str, Any]:
    standard, other = loyalty.nps(data, by="segment"), loyalty.nps(data, method="one_to_ten")
    levels = ("promoters", "passives", "detractors")
    segments = values(standard, "n")
    comments = column(standard, "comment_counts", "comments")
    return {
        "standard": {
            "n": standard.overall.n,
            "value": standard.overall.value,
            **only(standard.numbers, *levels),
            "comments": {name.removesuffix("s"): n for name, n in comments.items()},
            "by_segment": {
                name: segments[name] | only(row, *levels) for name, row in rows(standard, "groups").items()
            },
            "by_month": {each.group: {"n": each.n, "value": each.value} for each in standard.trend},
        },
        "one_to_ten": {
            "n": other.overall.n,
            "value": other.overall.value,
            **only(other.numbers, "dissatisfied", "neutral", "loyal"),
            "left_out": standard.overall.n - other.overall.n,
        },
    }


def repeat(result: Result) -> dict[str, Any]:
    return {"value": result.overall.value, **only(result.numbers, "repeat", "customers")}


def again(groups: dict[Any, dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    """With the number of those who came again, from their share."""
    return {name: each | {"repeat": each["value"] * each["customers"]} for name, each in groups.items()}


def repurchase(data: Dataset) -> dict[str, Any]:
    any_time = loyalty.repurchase(data, by="segment")
    found = {
        "any_time": repeat(any_time) | {"by_segment": again(values(any_time, "customers"))},
        "within_90_days": repeat(loyalty.repurchase(data, window=90)),
    }
    if "studio" in data.name:  # which is paid every four weeks
        renewed = loyalty.repurchase(data, kind="subscription", term=30, by="segment")
        found["renewal"] = repeat(renewed) | {
            "term_days": renewed.options["term"],
            "by_segment": again(values(renewed, "customers")),
        }
    return found


def order_value(data: Dataset) -> dict[str, Any]:
    result = loyalty.order_value(data, by="segment")
    return {
        "value": result.overall.value,
        "purchases": result.overall.n,
        "return_orders": result.numbers["returns"],
        "repeat_purchases": sum(column(result, "months", "repeat_purchases").values()),
        "by_segment": values(result, "purchases"),
        "by_month": {
            each.group: only(rows(result, "months")[each.group], "purchases", "median", "repeat_purchases")
            | {"value": each.value}
            for each in result.trend
        },
    }


def upsell(data: Dataset) -> dict[str, Any]:
    result, products = loyalty.upsell(data, by="segment"), loyalty.upsell(data, kind="product")
    kinds = ("several", "one", "share")
    return {
        "kind": result.options["kind"],
        "value": result.overall.value,
        **only(result.numbers, *kinds),
        "by_segment": {
            each.group: {
                "value": each.value,
                "share": each.value / (1 + each.value),
                "several": each.n * each.value / (1 + each.value),
                "one": each.n / (1 + each.value),
            }
            for each in result.groups
        },
        "counting_products": {"value": products.overall.value, **only(products.numbers, *kinds)},
    }


def satisfaction(data: Dataset) -> dict[str, Any]:
    result = loyalty.satisfaction(data, by="segment")
    means = loyalty.satisfaction(data, by="segment", measure="mean")
    mean = {each.group: each.value for each in means.groups}
    segments = values(result, "n")
    assert means.overall.value == result.numbers["mean"]
    return {
        "n": result.overall.n,
        "value": result.overall.value,
        **only(result.numbers, "good", "low", "mean"),
        "scores": {str(star): n for star, n in column(result, "scores", "answers").items()},
        "by_segment": {
            name: segments[name] | {"mean": mean[name], "good": row["satisfied"], "low": row["dissatisfied"]}
            for name, row in rows(result, "groups").items()
        },
    }


def loyalty_index(data: Dataset) -> dict[str, Any]:
    result = loyalty.loyalty_index(data, by="segment")
    return {
        "n": result.overall.n,
        "value": result.overall.value,
        "questions": column(result, "questions", "value"),
        "alpha": {"n": result.numbers["complete"], "value": result.numbers["alpha"]},
        "by_segment": values(result, "n"),
        "by_quarter": {each.group: {"n": each.n, "value": each.value} for each in result.trend},
    }


def engagement(data: Dataset) -> dict[str, Any]:
    result = loyalty.engagement(data)

    def with_purchase(table: str) -> dict[Any, dict[str, Any]]:
        return {
            name: only(row, "visits", "value") | {"bought": row["visits"] * row["value"]}
            for name, row in rows(result, table).items()
        }

    week = with_purchase("weekend")
    [length] = rows(result, "durations").values()
    spend = rows(result, "spend")
    return {
        "value": result.overall.value,
        **only(result.numbers, "visits", "bought", "visitors"),
        **with_purchase("visitors"),
        "seconds": only(length, "mean", "median"),
        "weekdays": week["weekdays"],
        "weekends": week["weekend"],
        "sources": with_purchase("sources"),
        "levels": column(result, "lists", "customers"),
        "spending": {
            "customers": result.numbers["matched"],
            "engaged": spend["high"]["customers"],
            "engaged_mean": spend["high"]["spend"],
            "others_mean": spend["others"]["spend"],
            "ratio": result.numbers["spend_ratio"],
        },
    }


def journey(data: Dataset) -> dict[str, Any]:
    result = loyalty.journey(data, by="segment")
    steps = rows(result, "steps")
    assert column(result, "lists", "customers") == column(result, "stages", "customers")
    return {
        "customers": result.overall.n,
        "value": result.overall.value,
        "stages": column(result, "stages", "customers"),
        "steps": {
            name: only(steps[stage], "customers", "passed", "median")
            | {f"within_{days}": steps[stage][f"share_{days}"] for days in (90, 180, 365)}
            for name, stage in STAGES.items()
        },
        "by_segment": {each.group: each.value for each in result.groups},
    }


def cohorts(data: Dataset) -> dict[str, Any]:
    result = loyalty.cohorts(data)
    found: dict[str, list[dict[str, Any]]] = {}
    for cells in result.table("cohorts").rows:
        row = dict(zip(result.table("cohorts").columns, cells, strict=True))
        if row["ended"]:
            assert row["age"] == len(found.setdefault(row["cohort"], []))
            found[row["cohort"]].append(row)
    return {
        **only(result.numbers, "customers", "active"),
        "value": result.overall.value,
        "months": {
            month: {
                "customers": its[0]["customers"],
                "active": " ".join(str(row["active"]) for row in its),
            }
            for month, its in found.items()
        },
    }


def rfm(data: Dataset) -> dict[str, Any]:
    result = loyalty.rfm(data)
    return {
        "customers": result.overall.n,
        "value": result.overall.value,
        "segments": column(result, "lists", "customers"),
    }


def top_customers(data: Dataset) -> dict[str, Any]:
    result = loyalty.top_customers(data)
    return {
        "value": result.overall.value,
        **only(result.numbers, "customers", "revenue", "gini"),
        "for_four_fifths": result.numbers["customers_80"],
    }


def histories(data: Dataset) -> dict[str, Any]:
    found = loyalty.histories(data)
    return {
        "customers": len(found),
        "repeat": found["money"].count(),
        **{name: found[name].sum() for name in ("frequency", "recency", "age", "spent")},
        "money": found["money"].mean(),
    }


def subscriptions(data: Dataset) -> dict[str, Any]:
    result = loyalty.clv(data, kind="subscription", term=30)
    first = [(str(number), row) for number, row in rows(result, "retention").items() if number <= 6]
    return {
        "running": result.overall.n,
        "asked": {number: row["decided"] for number, row in first},
        "renewed": {number: row["renewed"] for number, row in first},
    }


def loyal_new(data: Dataset) -> dict[str, Any]:
    result = loyalty.loyal_new(data)
    return {
        "customers": result.overall.n,
        "loyal": result.numbers["loyal_customers"],
        "new": result.numbers["new_customers"],
        "value": result.overall.value,
        "year": loyalty.loyal_new(data, measure="year").overall.value,
        "lately": loyalty.loyal_new(data, new="recent").overall.value,
    }


def what_if(data: Dataset) -> dict[str, Any]:
    result = loyalty.what_if(data)
    [whole] = counted(data).values()
    totals = dict(zip(TOTALS, whole.totals, strict=True))
    return {
        "customers": result.overall.n,
        "days": span(data).days,
        **totals,
        "retention": result.numbers["retention_now"],
        "value": result.overall.value,
    }


def say_do(data: Dataset) -> dict[str, Any]:
    result = loyalty.say_do(data)
    attitudes, staying = rows(result, "attitudes"), rows(result, "staying")
    return {
        "answers": result.numbers["answers"],
        "customers": result.overall.n,
        "value": result.overall.value,
        "types": column(result, "lists", "customers"),
        "attitudes": {
            name.removesuffix("s"): only(row, "customers", "spend", "order_value") | {"repeat": row["share"]}
            for name, row in attitudes.items()
        },
        "staying": {
            name.removesuffix("s"): only(row, "customers", "stayed") for name, row in staying.items()
        },
        "discounts": {
            name: {"orders": row["purchases"], "discounted": row["discounted"]}
            for name, row in rows(result, "discounts").items()
        },
    }


def actions(data: Dataset) -> dict[str, Any]:
    result = loyalty.actions(data)
    return {
        "customers": result.overall.n,
        "value": result.overall.value,
        "lists": column(result, "lists", "customers"),
        "no_consent": column(result, "lists", "no_consent"),
    }


def experiment(data: Dataset) -> dict[str, Any]:
    result = loyalty.experiment(data)
    control = str(result.options["control"])
    usual = rows(result, "groups")[control]["value"]
    differences = rows(result, "differences")
    same = {"difference": 0.0, "relative": 0.0}
    return {
        "n": result.overall.n,
        "value": result.overall.value,
        "control": control,
        "groups": {
            name: {
                "n": row["observations"],
                "mean": row["value"],
                "standard_deviation": row["deviation"],
                "difference": differences.get(name, same)["difference"],
                "ratio": row["value"] / usual,
                "effect": differences.get(name, same)["relative"],
            }
            for name, row in rows(result, "groups").items()
        },
    }


FIGURES: dict[str, Callable[[Dataset], dict[str, Any]]] = {
    "totals": totals,
    "nps": nps,
    "satisfaction": satisfaction,
    "loyalty_index": loyalty_index,
    "repurchase": repurchase,
    "order_value": order_value,
    "upsell": upsell,
    "engagement": engagement,
    "journey": journey,
    "cohorts": cohorts,
    "rfm": rfm,
    "top_customers": top_customers,
    "histories": histories,
    "subscriptions": subscriptions,
    "loyal_new": loyal_new,
    "what_if": what_if,
    "say_do": say_do,
    "experiment": experiment,
    "actions": actions,
}


def flat(found: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every figure under its dotted path; a count of nobody is as good as none."""
    if isinstance(found, dict):
        for name, part in found.items():
            yield from flat(part, f"{path}.{name}")
    elif found != 0 and not UNSAID.search(path):
        yield path, found


def check(data: Dataset, metric: str, answers: dict[str, Any]) -> None:
    """Numbers are those of the answers, names, days and rows of numbers exactly so."""
    found, expected = dict(flat(FIGURES[metric](data), metric)), dict(flat(answers, metric))
    texts = {path: text for path, text in expected.items() if isinstance(text, str)}
    assert {path: found.pop(path) for path in texts if path in found} == texts
    numbers = {path: number for path, number in expected.items() if path not in texts}
    assert found == pytest.approx(numbers, rel=1e-9)


@pytest.mark.parametrize(("file", "metric"), FILES)
def test_every_figure(file: str, metric: str) -> None:
    check(opened(file), metric, ANSWERS[file][metric])


@pytest.mark.parametrize(("file", "metric"), [pair for pair in FILES if pair[1] in LISTS])
def test_the_lists_hold_as_many_customers(file: str, metric: str) -> None:
    members = loyalty.members(metric, opened(file))
    assert not members.duplicated(["list", "customer"]).any()
    expected = {name: n for name, n in promised(file, metric, LISTS[metric]).items() if n}
    assert members["list"].value_counts().to_dict() == expected
    for name, n in expected.items():
        assert len(loyalty.members(metric, opened(file), name)) == n


@pytest.mark.parametrize("file", [file for file, metric in FILES if metric == "top_customers"])
def test_the_best_customers_bring_in_what_is_promised(file: str) -> None:
    """Those who share the last place of the fifth are all on the list, and count in part."""
    answers, found = ANSWERS[file]["top_customers"], loyalty.members("top_customers", opened(file))
    least = found["amount"].min()
    more = found["customer"].nunique() - answers["customers"] / 5
    assert 0 <= more < (found["amount"] == least).sum()
    assert found["amount"].sum() - more * least == pytest.approx(answers["value"] * answers["revenue"])


def test_files_that_belong_together_answer_as_one() -> None:
    both = loyalty.read([SAMPLE_DATA / name for name in ("studio_messy.csv", "studio_messy_survey.csv")])
    for metric, answers in ANSWERS["studio.xlsx"].items():
        check(both, metric, answers)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("business", "language", "metric"),
    [
        (business, language, metric)
        for business, language in (("cafe", "en"), ("tea_zh", "zh"), ("mint", "en"), ("mint", "zh"))
        for metric in PROMISED
        if metric in ANSWERS[f"{business}.xlsx"]
    ],
)
def test_the_page_shows_what_is_promised(business: str, language: str, metric: str) -> None:
    unit, path, _ = PROMISED[metric]
    assert path
    at = app(metric, language, **{state.OPENED: state.sample(business, "tidy")})
    assert not at.exception
    t = Translator(language)
    written = t.signed if metric == "what_if" else t.value
    assert at.metric[0].value == written(unit, promised(f"{business}.xlsx", *path))
