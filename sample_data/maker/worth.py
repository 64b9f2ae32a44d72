"""The right answers about what customers are worth: their histories, loyal against new, the levers."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from statistics import fmean
from typing import Any

from maker.counting import Purchase, histories
from maker.records import Line

LOYAL, LATELY, YEAR = 3, 90, 365  # purchases; days
FIRST = 6  # renewals that are written down
SPANS = {365: 1, 182: 2, 91: 4}  # days of a span: how many make a year
POINTS, HORIZON, DISCOUNT = 0.05, 3, 0.1  # more retention; years; a year


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


def subscriptions(bought: list[Purchase], last: date, term: int) -> dict[str, Any]:
    """Subscriptions that run, and how many were asked for each of their first renewals and renewed.

    A subscription ends where no payment comes until a quarter of a term after it is due; a renewal counts
    once that time is over for the payment before it.
    """
    late = timedelta(days=term + term // 4)
    asked, renewed, running = Counter(), Counter(), 0
    for its in histories(bought).values():
        days, number = sorted({each.day for each in its}), 0
        for day, after in zip(days, [*days[1:], None], strict=True):
            number += 1
            goes_on = after is not None and after - day <= late
            if day + late <= last:
                asked[number] += 1
                renewed[number] += goes_on
            if not goes_on:
                number = 0
        running += days[-1] + late > last
    first = range(1, FIRST + 1)
    return {
        "running": running,
        "asked": {str(number): asked[number] for number in first},
        "renewed": {str(number): renewed[number] for number in first},
    }


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


def what_if(bought: list[Purchase], first: date, last: date) -> dict[str, Any]:
    """What customers did in the last span of time and the one before, and what five points retention bring.

    A span is a year, or half a year or a quarter where the file does not hold two. Whoever buys in one is
    taken to come again in the next with always the same probability, and to spend as much then.
    """
    days = next(days for days in SPANS if 2 * days <= (last - first).days + 1)
    span, spans = timedelta(days=days), SPANS[days]
    people = [[each.day for each in its] for its in histories(bought).values()]
    before = {at for at, its in enumerate(people) if any(last - 2 * span < day <= last - span for day in its)}
    active = {at for at, its in enumerate(people) if its[-1] > last - span}
    late = [each for each in bought if each.customer and each.day > last - span]
    retention = len(before & active) / len(before)
    spend = sum(each.cents for each in late) / len(active) / 100
    return {
        "customers": len(people),
        "days": days,
        "before": len(before),
        "kept": len(before & active),
        "active": len(active),
        "new": sum(its[0] > last - span for its in people),
        "purchases": len(late),
        "revenue": sum(each.cents for each in late) / 100,
        "retention": retention,
        "value": lifetime(spend, retention + POINTS, spans) - lifetime(spend, retention, spans),
    }


def lifetime(spend: float, retention: float, spans: int) -> float:
    """What a customer brings who spends so much in a span, later ones being worth less."""
    worth_later = (1 + DISCOUNT) ** (-1 / spans)
    return sum(spend * (retention * worth_later) ** span for span in range(HORIZON * spans))
