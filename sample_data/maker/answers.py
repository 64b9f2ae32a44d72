"""The right answers, counted in plain Python from the records that the files were made of.

Nothing here knows the `loyalty` package: these numbers are what it is tested against.
"""

from datetime import date, timedelta
from statistics import fmean, median, stdev
from typing import Any

from maker.counting import Purchase, by, histories, purchases, share
from maker.deeds import cohorts, journey, rfm, top_customers
from maker.engagement import engagement
from maker.opinions import loyalty_index, satisfaction
from maker.people import group
from maker.records import Answer, Business, Line, Party
from maker.together import actions, say_do
from maker.worth import loyal_new, purchase_histories, subscriptions, what_if


def answers(business: Business, tables: tuple[str, ...], asked: bool = True) -> dict[str, Any]:
    """Everything the README promises for one file that holds these tables."""
    found: dict[str, Any] = {"totals": {}}
    if "orders" in tables:
        bought, returns = purchases(business.lines)
        last = max(line.time for line in business.lines).date()
        found["totals"]["orders"] = order_totals(business.lines, bought, returns)
        found["repurchase"] = repurchase(bought, last, business.renewal_days)
        found["order_value"] = order_value(bought, returns)
        found["upsell"] = upsell(bought, business.kind)
        found["journey"] = journey(bought, last)
        found["cohorts"] = cohorts(bought, last)
        found["rfm"] = rfm(bought, last)
        found["top_customers"] = top_customers(bought)
        found["histories"] = purchase_histories(business.lines, bought, last)
        found["loyal_new"] = loyal_new(bought, last)
        if business.renewal_days:
            found["subscriptions"] = subscriptions(bought, last, business.renewal_days)
        first = min(line.time for line in business.lines).date()
        found["what_if"] = what_if(bought, first, last)
    if "responses" in tables:
        found["totals"]["responses"] = response_totals(business.answers)
        found["nps"] = nps(business.answers)
        found["satisfaction"] = satisfaction(business.answers)
        found["loyalty_index"] = loyalty_index(business.answers)
    if "visits" in tables:
        bought_on = sum(visit.bought for visit in business.visits)
        found["totals"]["visits"] = {"rows": len(business.visits), "bought": bought_on}
        found["engagement"] = engagement(business.visits, bought if "orders" in tables else [])
    if {"orders", "responses"} <= set(tables):
        found["say_do"] = say_do(business.answers, business.lines, bought, last)
    if "orders" in tables:
        said = business.answers if "responses" in tables else []
        found["actions"] = actions(said, business.lines, bought, last, asked)
    if "trials" in tables:
        found["totals"]["trials"] = trial_totals(business.trials)
        found["experiment"] = experiment(business.trials, business.control)
    return found


def order_totals(lines: list[Line], bought: list[Purchase], returns: int) -> dict[str, Any]:
    days = [line.time.date() for line in lines]
    return {
        "rows": len(lines),
        "orders": len({line.order for line in lines}),
        "purchases": len(bought),
        "return_orders": returns,
        "purchases_without_customer": sum(not each.customer for each in bought),
        "customers": len(histories(bought)),
        "first_day": min(days).isoformat(),
        "last_day": max(days).isoformat(),
        "revenue": sum(each.cents for each in bought) / 100,
        "revenue_after_returns": sum(line.cents for line in lines) / 100,
    }


def response_totals(answers: list[Answer]) -> dict[str, Any]:
    days = [each.time.date() for each in answers]
    return {
        "rows": len(answers),
        "comments": sum(bool(each.comment) for each in answers),
        "first_day": min(days).isoformat(),
        "last_day": max(days).isoformat(),
    }


def trial_totals(trials: list[Party]) -> dict[str, Any]:
    days = [party.day for party in trials]
    return {
        "rows": len(trials),
        "first_day": min(days).isoformat(),
        "last_day": max(days).isoformat(),
        "bills": sum(party.cents for party in trials) / 100,
        "tips": sum(party.tip for party in trials) / 100,
    }


def experiment(trials: list[Party], control: str) -> dict[str, Any]:
    """Tips in percent of the bill by group, and what each group leaves beyond the control."""
    tips = by(trials, lambda party: party.group, lambda some: [party.percent for party in some])
    usual = fmean(tips[control])
    return {
        "n": len(trials),
        "value": fmean(party.percent for party in trials),
        "control": control,
        "groups": {name: arm(some, usual) for name, some in tips.items()},
    }


def arm(some: list[float], usual: float) -> dict[str, Any]:
    """Mean and sample standard deviation; difference and ratio to the usual, and the ratio less 1."""
    mean = fmean(some)
    return {
        "n": len(some),
        "mean": mean,
        "standard_deviation": stdev(some),
        "difference": mean - usual,
        "ratio": mean / usual,
        "effect": mean / usual - 1,
    }


def nps(answers: list[Answer]) -> dict[str, Any]:
    standard = {
        **nps_standard(answers),
        "comments": by([each for each in answers if each.comment], lambda each: group(each.recommend), len),
        "by_segment": by(answers, lambda each: each.segment, nps_standard),
        "by_month": by(answers, lambda each: f"{each.time:%Y-%m}", nps_standard),
    }
    return {"standard": standard, "one_to_ten": nps_one_to_ten(answers)}


def nps_standard(answers: list[Answer]) -> dict[str, Any]:
    """Promoters 9-10, detractors 0-6."""
    groups = [group(each.recommend) for each in answers]
    up, down = groups.count("promoter"), groups.count("detractor")
    return {
        "n": len(groups),
        "promoters": up,
        "passives": len(groups) - up - down,
        "detractors": down,
        "value": 100 * (up - down) / len(groups),
    }


def nps_one_to_ten(answers: list[Answer]) -> dict[str, Any]:
    """Dissatisfied 1-5, neutral 6-8, loyal 9-10; a 0 is outside this scale and left out."""
    kept = [each.recommend for each in answers if each.recommend >= 1]
    low, high = sum(score <= 5 for score in kept), sum(score >= 9 for score in kept)
    return {
        "n": len(kept),
        "dissatisfied": low,
        "neutral": len(kept) - low - high,
        "loyal": high,
        "value": 100 * (len(kept) - low - low) / len(kept),
        "left_out": len(answers) - len(kept),
    }


def repurchase(bought: list[Purchase], last: date, renewal_days: int | None) -> dict[str, Any]:
    def bought_again(some: list) -> dict[str, Any]:
        return share(some, lambda its: len(its) >= 2)

    people = list(histories(bought).values())
    old_enough = [its for its in people if its[0].day + timedelta(days=90) <= last]
    found = {
        "any_time": bought_again(people)
        | {
            "by_segment": by(people, lambda its: its[0].segment, bought_again),
            "by_month_of_first_purchase": by(people, lambda its: f"{its[0].day:%Y-%m}", bought_again),
        },
        "within_90_days": share(
            old_enough, lambda its: len(its) >= 2 and its[1].day <= its[0].day + timedelta(days=90)
        ),
    }
    if renewal_days:
        due = [its for its in people if its[0].day + timedelta(days=renewal_days) <= last]
        found["renewal"] = bought_again(due) | {
            "term_days": renewal_days,
            "by_segment": by(due, lambda its: its[0].segment, bought_again),
        }
    return found


def order_value(bought: list[Purchase], returns: int) -> dict[str, Any]:
    firsts = {its[0].order for its in histories(bought).values()}

    def month(some: list[Purchase]) -> dict[str, Any]:
        again = sum(bool(each.customer) and each.order not in firsts for each in some)
        return mean(some) | {"median": median(each.cents for each in some) / 100, "repeat_purchases": again}

    return mean(bought) | {
        "median": median(each.cents for each in bought) / 100,
        "return_orders": returns,
        "repeat_purchases": month(bought)["repeat_purchases"],
        "by_segment": by(bought, lambda each: each.segment, mean),
        "by_month": by(bought, lambda each: f"{each.day:%Y-%m}", month),
    }


def mean(some: list[Purchase]) -> dict[str, Any]:
    return {"purchases": len(some), "value": sum(each.cents for each in some) / len(some) / 100}


def upsell(bought: list[Purchase], kind: str) -> dict[str, Any]:
    people = list(histories(bought).values())
    return {
        "kind": kind,
        **several(people, kind),
        "by_segment": by(people, lambda its: its[0].segment, lambda some: several(some, kind)),
        "counting_products": several(people, "product"),
    }


def several(people: list[list[Purchase]], kind: str) -> dict[str, Any]:
    """Customers with two or more kinds against those with exactly one."""
    kinds = [len({getattr(line, kind) for each in its for line in each.lines}) for its in people]
    many, one = sum(n >= 2 for n in kinds), sum(n == 1 for n in kinds)
    return {"several": many, "one": one, "value": many / one if one else None, "share": many / (many + one)}
