"""The README of the folder: words from readme.md beside this file, numbers from the answers."""

from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Any

from maker.deeds import SEGMENTS as SEGMENTS_RFM
from maker.together import LISTS

HEADLINES = {
    "totals.orders.rows": ("rows with an order or order line", "d"),
    "totals.orders.orders": ("order ids", "d"),
    "totals.orders.purchases": ("purchases", "d"),
    "totals.orders.return_orders": ("return orders", "d"),
    "totals.orders.purchases_without_customer": ("purchases without a customer", "d"),
    "totals.orders.customers": ("customers with a purchase", "d"),
    "totals.orders.first_day": ("first day", "s"),
    "totals.orders.last_day": ("last day", "s"),
    "totals.orders.revenue": ("revenue, purchases only", ".2f"),
    "totals.orders.revenue_after_returns": ("revenue after returns", ".2f"),
    "totals.responses.rows": ("answers", "d"),
    "totals.responses.comments": ("answers with a comment", "d"),
    "totals.visits.rows": ("visits", "d"),
    "totals.visits.bought": ("visits that ended in a purchase", "d"),
    "totals.trials.rows": ("parties", "d"),
    "totals.trials.first_day": ("first evening", "s"),
    "totals.trials.last_day": ("last evening", "s"),
    "totals.trials.bills": ("all bills", ".2f"),
    "totals.trials.tips": ("all tips", ".2f"),
    "nps.standard.value": ("NPS", ".2f"),
    "nps.standard.promoters": ("promoters, 9-10", "d"),
    "nps.standard.passives": ("passives, 7-8", "d"),
    "nps.standard.detractors": ("detractors, 0-6", "d"),
    "nps.standard.comments.promoter": ("comments by promoters", "d"),
    "nps.standard.comments.passive": ("comments by passives", "d"),
    "nps.standard.comments.detractor": ("comments by detractors", "d"),
    "nps.one_to_ten.value": ("second method, 1-10", ".2f"),
    "nps.one_to_ten.n": ("answers on the scale 1-10", "d"),
    "nps.one_to_ten.left_out": ("answers of 0, not on that scale", "d"),
    "repurchase.any_time.value": ("bought again, any time", ".4f"),
    "repurchase.any_time.repeat": ("customers who bought again", "d"),
    "repurchase.within_90_days.value": ("bought again within 90 days", ".4f"),
    "repurchase.within_90_days.repeat": ("customers who did", "d"),
    "repurchase.within_90_days.customers": ("of customers with 90 days to do it", "d"),
    "repurchase.renewal.value": ("renewed", ".4f"),
    "repurchase.renewal.repeat": ("members who renewed", "d"),
    "repurchase.renewal.customers": ("of members who were due", "d"),
    "order_value.value": ("average order value", ".4f"),
    "order_value.median": ("median order value", ".2f"),
    "order_value.repeat_purchases": ("repeat purchases", "d"),
    "upsell.value": ("upsell ratio", ".4f"),
    "upsell.share": ("share with several kinds", ".4f"),
    "upsell.several": ("customers with several kinds", "d"),
    "upsell.one": ("customers with one kind", "d"),
    "upsell.counting_products.value": ("upsell ratio, products as kinds", ".4f"),
    "satisfaction.value": ("satisfied, 4 or 5 stars", ".4f"),
    "satisfaction.mean": ("mean of the stars", ".4f"),
    "satisfaction.low": ("answers with 1 or 2 stars", "d"),
    "loyalty_index.value": ("loyalty index", ".2f"),
    "loyalty_index.alpha.value": ("Cronbach's alpha of its three questions", ".4f"),
    "loyalty_index.alpha.n": ("answers to all three", "d"),
    "engagement.value": ("visits with a purchase", ".4f"),
    "engagement.visitors": ("visitors", "d"),
    "engagement.returning.visits": ("visits by those who had come before", "d"),
    "engagement.returning.value": ("of these with a purchase", ".4f"),
    "engagement.weekdays.value": ("visits with a purchase, Monday to Friday", ".4f"),
    "engagement.weekends.value": ("visits with a purchase, Saturday and Sunday", ".4f"),
    "engagement.seconds.median": ("median seconds of a visit", ".1f"),
    "engagement.levels.high": ("visitors who buy and return", "d"),
    "engagement.levels.middle": ("visitors between", "d"),
    "engagement.levels.low": ("visitors who looked in once", "d"),
    "engagement.spending.ratio": ("spending of those who buy and return, against other visitors", ".4f"),
    "journey.value": ("loyal customers, three purchases or more", ".4f"),
    "journey.stages.first": ("customers with one purchase", "d"),
    "journey.stages.repeat": ("customers with two", "d"),
    "journey.stages.loyal": ("customers with three or more", "d"),
    "journey.steps.first_repeat.within_90": ("second purchase within 90 days", ".4f"),
    "journey.steps.first_repeat.median": ("median days to the second purchase", "d"),
    "journey.steps.repeat_loyal.within_90": ("from the second to the third within 90 days", ".4f"),
    "journey.steps.repeat_loyal.median": ("median days from the second to the third", "d"),
    "cohorts.value": ("bought again in the month after the first", ".4f"),
    "cohorts.active": ("customers who did", "d"),
    "cohorts.customers": ("of customers whose next month has ended", "d"),
    "rfm.value": ("champions and loyal customers", ".4f"),
    **{f"rfm.segments.{name}": (f"RFM segment {name.replace('_', ' ')}", "d") for name in SEGMENTS_RFM},
    "top_customers.value": ("revenue from the fifth who spend most", ".4f"),
    "top_customers.gini": ("Gini coefficient of spending", ".4f"),
    "top_customers.for_four_fifths": ("customers who bring in four fifths", ".4f"),
    "histories.frequency": ("days with a repeat purchase", "d"),
    "histories.spent": ("spent by customers, less what they brought back", ".2f"),
    "histories.money": ("mean spend on a day with a repeat purchase, by customer", ".4f"),
    "subscriptions.running": ("subscriptions that may still run", "d"),
    "subscriptions.asked.1": ("whose first renewal is decided", "d"),
    "subscriptions.renewed.1": ("of these renewed", "d"),
    "loyal_new.value": ("mean spend of a loyal customer / of a new one", ".4f"),
    "loyal_new.year": ("the same in the last 365 days", ".4f"),
    "what_if.retention": (
        "customers who come again in the next year, or in the next half-year or quarter",
        ".4f",
    ),
    "what_if.value": ("what 5 points more would bring in 3 years, per customer", ".4f"),
    "say_do.customers": ("customers whose answer was matched", "d"),
    "say_do.value": ("true loyalty among them", ".4f"),
    "say_do.types.true": ("true loyalty", "d"),
    "say_do.types.latent": ("latent loyalty", "d"),
    "say_do.types.spurious": ("spurious loyalty", "d"),
    "say_do.types.none": ("no loyalty", "d"),
    "say_do.discounts.repeat.orders": ("repeat orders", "d"),
    "say_do.discounts.repeat.discounted": ("of these with a discount", "d"),
    "experiment.value": ("mean tip of all, % of the bill", ".4f"),
    "actions.value": ("customers on a list", ".4f"),
    **{f"actions.lists.{name}": (f"list {name.replace('_', ' ')}", "d") for name in LISTS},
}
SEGMENTS = {
    "nps.standard.by_segment": ("answers", "n", "d"),
    "nps.standard.by_segment ": ("NPS", "value", ".1f"),
    "repurchase.any_time.by_segment": ("customers", "customers", "d"),
    "repurchase.any_time.by_segment ": ("bought again", "value", ".3f"),
    "order_value.by_segment": ("purchases", "purchases", "d"),
    "order_value.by_segment ": ("average order", "value", ".2f"),
    "upsell.by_segment": ("several kinds", "share", ".3f"),
}
MONTHS = {
    "order_value.by_month": ("purchases", "purchases", "d"),
    "order_value.by_month ": ("average order", "value", ".2f"),
    "order_value.by_month  ": ("median order", "median", ".2f"),
    "order_value.by_month   ": ("repeat purchases", "repeat_purchases", "d"),
    "nps.standard.by_month": ("answers", "n", "d"),
    "nps.standard.by_month ": ("NPS", "value", ".1f"),
}


ARMS = {
    "experiment.groups": ("parties", "n", "d"),
    "experiment.groups ": ("mean tip, % of the bill", "mean", ".2f"),
    "experiment.groups  ": ("standard deviation", "standard_deviation", ".2f"),
    "experiment.groups   ": ("difference to no mint", "difference", ".2f"),
    "experiment.groups    ": ("ratio to no mint", "ratio", ".4f"),
    "experiment.groups     ": ("effect", "effect", "+.1%"),
}


def text(found: dict[str, Any]) -> str:
    """README.md for the answers found."""
    template = Template(Path(__file__).with_name("readme.md").read_text(encoding="utf-8"))
    holes = {}
    for name in ("cafe", "shop", "studio", "tea_zh"):
        answers = found[f"{name}.xlsx"]
        holes[f"{name}_answers"] = "\n".join(headlines(answers))
        holes[f"{name}_segments"] = "\n".join(grid(answers, SEGMENTS, "segment"))
        holes[f"{name}_months"] = "\n".join(grid(answers, MONTHS, "month"))
        holes[f"{name}_mess"] = "\n".join(mess(messy(found, name)))
    answers = found["mint.xlsx"]
    holes["mint_answers"] = "\n".join(headlines(answers))
    holes["mint_groups"] = "\n".join(grid(answers, ARMS, "group"))
    holes["mint_mess"] = "\n".join(mess(messy(found, "mint")))
    return template.substitute(holes)


def messy(found: dict[str, Any], name: str) -> dict[str, Any]:
    """The mess of each messy file of a business."""
    return {file: found[file]["mess"] for file in found if file.startswith(f"{name}_messy")}


def look(answers: dict[str, Any], path: str) -> Any:
    """The answer under a dotted path, or None."""
    for key in path.strip().split("."):
        answers = answers.get(key) if isinstance(answers, dict) else None  # type: ignore[assignment]
    return answers


def headlines(answers: dict[str, Any]) -> Iterator[str]:
    yield "| | answer | in answers.json |"
    yield "|---|---:|---|"
    for path, (label, style) in HEADLINES.items():
        value = look(answers, path)
        if value is not None:
            yield f"| {label} | {value:{style}} | `{path}` |"


def grid(answers: dict[str, Any], columns: dict[str, tuple[str, str, str]], corner: str) -> Iterator[str]:
    """A table with a row for each segment or month and a column for each answer."""
    names = sorted({name for path in columns for name in look(answers, path) or ()})
    yield f"| {corner} | " + " | ".join(label for label, _, _ in columns.values()) + " |"
    yield "|---|" + "---:|" * len(columns)
    for name in names:
        cells = [(look(answers, path) or {}).get(name) for path in columns]
        shown = [
            f"{cell[key]:{style}}" if cell else ""
            for cell, (_, key, style) in zip(cells, columns.values(), strict=True)
        ]
        yield f"| {name} | " + " | ".join(shown) + " |"


def mess(files: dict[str, Any]) -> Iterator[str]:
    yield "| file | table | what | rows left out | cells repaired |"
    yield "|---|---|---|---:|---:|"
    for file, tables in files.items():
        for table, kinds in tables.items():
            for what, n in kinds["left_out"].items():
                yield f"| {file} | {table} | {what.replace('_', ' ')} | {n} | |"
            for what, n in kinds["repaired"].items():
                yield f"| {file} | {table} | {what.replace('_', ' ')} | | {n} |"
