"""The right answers about visits."""

from collections import defaultdict
from collections.abc import Iterable
from statistics import fmean, median
from typing import Any

from maker.counting import Purchase, by, histories
from maker.records import Visit

SATURDAY = 5


def engagement(visits: list[Visit], bought: list[Purchase]) -> dict[str, Any]:
    """Visits with a purchase; visitors from those who only look in to those who buy and return."""
    people = defaultdict(list)
    for visit in sorted(visits, key=lambda each: each.time):
        people[visit.visitor].append(visit)
    firsts = [its[0] for its in people.values()]
    later = [visit for its in people.values() for visit in its[1:]]
    levels = by(people, lambda visitor: level(people[visitor]), len)
    return {
        **with_purchase(visits),
        "visitors": len(people),
        "new": with_purchase(firsts),
        "returning": with_purchase(later),
        "seconds": {
            "mean": fmean(visit.seconds for visit in visits),
            "median": median(visit.seconds for visit in visits),
        },
        "weekdays": with_purchase(visit for visit in visits if visit.time.weekday() < SATURDAY),
        "weekends": with_purchase(visit for visit in visits if visit.time.weekday() >= SATURDAY),
        "sources": by(visits, lambda visit: visit.source, with_purchase),
        "levels": levels,
        "spending": spending(people, bought),
    }


def with_purchase(visits: Iterable[Visit]) -> dict[str, Any]:
    some = list(visits)
    hits = sum(visit.bought for visit in some)
    return {"visits": len(some), "bought": hits, "value": hits / len(some)}


def level(its: list[Visit]) -> str:
    hits = sum(visit.bought for visit in its)
    if hits and len(its) >= 2:
        return "high"
    return "low" if len(its) == 1 and not hits else "middle"


def spending(people: dict[str, list[Visit]], bought: list[Purchase]) -> dict[str, Any]:
    """What visitors who are customers have spent, those of the high level against the others."""
    spent = {customer: sum(each.cents for each in its) / 100 for customer, its in histories(bought).items()}
    known = [visitor for visitor in people if visitor in spent]
    means = by(
        known, lambda one: str(level(people[one]) == "high"), lambda some: fmean(spent[x] for x in some)
    )
    counts = by(known, lambda one: str(level(people[one]) == "high"), len)
    if len(means) < 2:
        return {"customers": len(known)}
    return {
        "customers": len(known),
        "engaged": counts["True"],
        "engaged_mean": means["True"],
        "others_mean": means["False"],
        "ratio": means["True"] / means["False"],
    }
