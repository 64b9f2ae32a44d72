"""The right answers about what customers are worth: histories for purchase models, loyal against new."""

from collections import defaultdict
from datetime import date, timedelta
from statistics import fmean
from typing import Any

from maker.counting import Purchase, histories
from maker.records import Line

LOYAL, LATELY, YEAR = 3, 90, 365  # purchases; days


def purchase_histories(lines: list[Line], bought: list[Purchase], last: date) -> dict[str, Any]:
    """Sums over customers: days with a repeat purchase, days from the first to the last and until today.

    ``spent`` is what customers paid less what they brought back; ``money`` the mean, over those with a repeat
    purchase, of what a day with one brought in, later returns taken off.
    """
    back = returns(lines)
    found = [history(its, back[name], last) for name, its in histories(bought).items()]
    repeat = [(times, cents) for times, _, _, cents, _ in found if times]
    return {
        "customers": len(found),
        "repeat": len(repeat),
        "frequency": sum(times for times, _ in repeat),
        "recency": sum(each[1] for each in found),
        "age": sum(each[2] for each in found),
        "spent": sum(each[4] for each in found) / 100,
        "money": fmean(cents / times for times, cents in repeat) / 100,
    }


def returns(lines: list[Line]) -> dict[str, list[tuple[date, int]]]:
    """Days and cents of the orders of every identified customer that add up to less than nothing."""
    orders = defaultdict(list)
    for line in lines:
        orders[line.order].append(line)
    found = defaultdict(list)
    for its in orders.values():
        cents = sum(line.cents for line in its)
        if cents < 0 and its[0].customer:
            found[its[0].customer].append((its[0].time.date(), cents))
    return found


def history(its: list[Purchase], back: list[tuple[date, int]], last: date) -> tuple[int, int, int, int, int]:
    """Repeat purchase days, days to the last and until today, cents after the first day, cents in all."""
    days = sorted({each.day for each in its})
    paid = [(each.day, each.cents) for each in its] + back
    later = sum(cents for day, cents in paid if day > days[0])
    return (
        len(days) - 1,
        (days[-1] - days[0]).days,
        (last - days[0]).days,
        later,
        sum(cents for _, cents in paid),
    )


def loyal_new(bought: list[Purchase], last: date) -> dict[str, Any]:
    """How many times as much a customer with three purchases or more spent as one with a single purchase.

    ``year``: in the last 365 days; ``lately``: against customers who came in the last 90 days and bought less
    than three times.
    """
    people = list(histories(bought).values())
    year = last - timedelta(days=YEAR)
    loyal = [its for its in people if len(its) >= LOYAL]
    once = [its for its in people if len(its) == 1]
    lately = [its for its in people if len(its) < LOYAL and (last - its[0].day).days < LATELY]
    return {
        "customers": len(people),
        "loyal": len(loyal),
        "new": len(once),
        "value": mean_spend(loyal) / mean_spend(once),
        "year": mean_spend(loyal, year) / mean_spend(once, year),
        "lately": mean_spend(loyal) / mean_spend(lately),
    }


def mean_spend(people: list[list[Purchase]], after: date = date.min) -> float:
    """What a customer spent on average after a day, in cents."""
    return fmean(sum(each.cents for each in its if each.day > after) for its in people)
