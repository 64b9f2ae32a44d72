"""The right answers about what customers do: stages, cohorts, segments, the best customers."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from math import floor
from typing import Any

from maker.counting import Purchase, by, histories

LOYAL = 3  # purchases


def journey(bought: list[Purchase], last: date) -> dict[str, Any]:
    """Customers by stage today, and how long each step takes (Kaplan–Meier)."""
    people = list(histories(bought).values())
    loyal = sum(len(its) >= LOYAL for its in people)
    second = [waited(its[0].day, its, 2, last) for its in people]
    third = [waited(its[1].day, its, LOYAL, last) for its in people if len(its) >= 2]
    return {
        "customers": len(people),
        "value": loyal / len(people),
        "stages": {
            "first": sum(len(its) == 1 for its in people),
            "repeat": sum(2 <= len(its) < LOYAL for its in people),
            "loyal": loyal,
        },
        "steps": {"first_repeat": step(second), "repeat_loyal": step(third)},
        "by_segment": by(
            people,
            lambda its: its[0].segment,
            lambda some: sum(len(its) >= LOYAL for its in some) / len(some),
        ),
    }


def waited(since: date, its: list[Purchase], nth: int, last: date) -> tuple[int, bool]:
    """Days until the nth purchase and that it came; or until the last day, and that it did not."""
    came = len(its) >= nth
    return ((its[nth - 1].day if came else last) - since).days, came


def step(times: list[tuple[int, bool]]) -> dict[str, Any]:
    left = curve(times)
    return {
        "customers": len(times),
        "passed": sum(came for _, came in times),
        **{f"within_{days}": 1 - min([1.0, *(s for t, s in left if t <= days)]) for days in (90, 180, 365)},
        "median": next((t for t, s in left if s <= 0.5), None),
    }


def curve(times: list[tuple[int, bool]]) -> list[tuple[int, float]]:
    """The share that has not yet come, after each day on which somebody came."""
    found, left = [], 1.0
    for t in sorted({t for t, came in times if came}):
        here = sum(came and each == t for each, came in times)
        left *= 1 - here / sum(each >= t for each, _ in times)
        found.append((t, left))
    return found


def cohorts(bought: list[Purchase], last: date) -> dict[str, Any]:
    """Of the customers who began in a month, how many bought again in the next; ended months only.

    ``active``: customers who bought in the month they began, in the next and so on.
    """
    ended = 12 * last.year + last.month - 1 - ((last + timedelta(days=1)).day != 1)
    people = by(histories(bought).values(), lambda its: f"{its[0].day:%Y-%m}", list)
    found = {name: cohort(some, ended) for name, some in people.items() if month(some[0][0]) <= ended}
    ripe = [one for one in found.values() if len(one["active"].split()) > 1]
    customers = sum(one["customers"] for one in ripe)
    hits = sum(int(one["active"].split()[1]) for one in ripe)
    return {"customers": customers, "active": hits, "value": hits / customers, "months": found}


def cohort(people: list[list[Purchase]], ended: int) -> dict[str, Any]:
    start = month(people[0][0])
    months = [{month(each) for each in its} for its in people]
    counts = [sum(at in some for some in months) for at in range(start, ended + 1)]
    return {"customers": len(people), "active": " ".join(map(str, counts))}


def month(each: Purchase) -> int:
    return 12 * each.day.year + each.day.month - 1


# Segment: scores of recency, scores of frequency
SEGMENTS = {
    "champions": ((5,), (4, 5)),
    "loyal": ((3, 4), (4, 5)),
    "potential_loyalists": ((4, 5), (2, 3)),
    "new_customers": ((5,), (1,)),
    "promising": ((4,), (1,)),
    "need_attention": ((3,), (3,)),
    "about_to_sleep": ((3,), (1, 2)),
    "at_risk": ((1, 2), (3, 4)),
    "cant_lose": ((1, 2), (5,)),
    "hibernating": ((1, 2), (1, 2)),
}


def rfm(bought: list[Purchase], last: date) -> dict[str, Any]:
    """Customers by segment: a score is 1 + ⌊5 · share of customers who are worse⌋."""
    people = histories(bought)
    recency = scores({name: its[-1].day.toordinal() for name, its in people.items()})
    frequency = scores({name: len(its) for name, its in people.items()})
    named = Counter(segment(recency[name], frequency[name]) for name in people)
    best = named["champions"] + named["loyal"]
    return {
        "customers": len(people),
        "value": best / len(people),
        "segments": {name: named[name] for name in SEGMENTS},
    }


def scores(values: dict[str, int]) -> dict[str, int]:
    ordered = sorted(values.values())
    worse = {value: ordered.index(value) for value in set(ordered)}
    return {name: 1 + floor(5 * worse[value] / len(ordered)) for name, value in values.items()}


def segment(recency: int, frequency: int) -> str:
    [name] = [name for name, (r, f) in SEGMENTS.items() if recency in r and frequency in f]
    return name


def top_customers(bought: list[Purchase]) -> dict[str, Any]:
    """What the fifth who spend most bring in, the Gini coefficient, how many bring in four fifths."""
    spent = sorted((sum(each.cents for each in its) for its in histories(bought).values()), reverse=True)
    total, n = sum(spent), len(spent)
    gaps = sum((n - 1 - 2 * place) * cents for place, cents in enumerate(spent))
    return {
        "customers": n,
        "revenue": total / 100,
        "value": of_the_first(spent, n / 5) / total,
        "gini": gaps / (n * total),
        "for_four_fifths": first_with(spent, 0.8 * total) / n,
    }


def of_the_first(spent: list[int], many: float) -> float:
    """What the first so many bring in; the last of them may count in part."""
    whole = floor(many)
    part = (many - whole) * spent[whole] if whole < len(spent) else 0
    return sum(spent[:whole]) + part


def first_with(spent: Iterable[int], wanted: float) -> float:
    """How many of the first bring in so much; the last of them may count in part."""
    many = 0
    for cents in spent:
        if cents >= wanted:
            return many + wanted / cents
        wanted -= cents
        many += 1
    return float(many)
