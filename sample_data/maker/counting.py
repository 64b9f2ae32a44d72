"""What all answers are counted from: purchases, histories of customers, shares, groups."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from maker.records import Line


@dataclass(slots=True)
class Purchase:
    """One order whose lines add up to more than nothing."""

    order: str
    day: date
    customer: str
    cents: int
    segment: str
    lines: list[Line]


def purchases(lines: list[Line]) -> tuple[list[Purchase], int]:
    """Purchases by day, then by order id; and the number of orders whose total is below nothing."""
    orders = defaultdict(list)
    for line in lines:
        orders[line.order].append(line)
    found, returns = [], 0
    for order, its in orders.items():
        cents, first = sum(line.cents for line in its), its[0]
        returns += cents < 0
        if cents > 0:
            found.append(Purchase(order, first.time.date(), first.customer, cents, first.segment, its))
    return sorted(found, key=lambda each: (each.day, each.order)), returns


def histories(bought: Iterable[Purchase]) -> dict[str, list[Purchase]]:
    """The purchases of every identified customer, oldest first."""
    found = defaultdict(list)
    for each in bought:
        if each.customer:
            found[each.customer].append(each)
    return dict(found)


def by(items: Iterable, key: Callable[[Any], str], measure: Callable[[list], Any]) -> dict[str, Any]:
    """The measure of every group, groups in alphabetical order."""
    groups = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return {name: measure(groups[name]) for name in sorted(groups)}


def share(people: list, again: Callable[[Any], bool]) -> dict[str, Any]:
    repeat = sum(map(again, people))
    return {"customers": len(people), "repeat": repeat, "value": repeat / len(people)}
