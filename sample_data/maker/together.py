"""The right answers about what customers say and do, and about whom to write to."""

from collections import Counter
from datetime import date, timedelta
from statistics import fmean
from typing import Any

from maker.counting import Purchase, by, histories
from maker.people import group
from maker.records import Answer, Line

OFTEN = 2  # purchases
PATIENCE = timedelta(days=90)
DAYS, SILENT = 30, 90
LISTS = ("thank", "refer", "recover", "win_back", "birthday", "anniversary")


def matched(answers: list[Answer], lines: list[Line], people: dict[str, Any]) -> list[tuple[str, Answer]]:
    """The answers of customers who can be found in the orders, by number or else by e-mail."""
    owner = {line.email.strip().casefold(): line.customer for line in lines if line.email and line.customer}
    named = (
        (each.customer if each.customer in people else owner.get(each.email.strip().casefold(), ""), each)
        for each in answers
    )
    return [(customer, each) for customer, each in named if customer in people]


def latest_answers(answers: list[Answer], lines: list[Line], people: dict[str, Any]) -> dict[str, Answer]:
    """The last answer of every customer who can be found; of a day's the one with the lowest score."""
    found = matched(answers, lines, people)
    return dict(sorted(found, key=lambda pair: (pair[1].time.date(), -pair[1].recommend)))


def say_do(answers: list[Answer], lines: list[Line], bought: list[Purchase], last: date) -> dict[str, Any]:
    """The four types of loyalty among the customers who answered, and whether promoters stay."""
    people = histories(bought)
    said = latest_answers(answers, lines, people)
    types = Counter(kind(said[name].recommend, len(people[name])) for name in said)
    return {
        "answers": len(answers),
        "customers": len(said),
        "value": types["true"] / len(said),
        "types": {name: types[name] for name in ("true", "latent", "spurious", "none")},
        "attitudes": by(said, lambda name: group(said[name].recommend), lambda some: spent(some, people)),
        "staying": staying(said, people, last),
        "discounts": discounts(people),
    }


def kind(recommend: int, purchases: int) -> str:
    if recommend >= 9:
        return "true" if purchases >= OFTEN else "latent"
    return "spurious" if purchases >= OFTEN else "none"


def spent(names: list[str], people: dict[str, list[Purchase]]) -> dict[str, Any]:
    bought = [people[name] for name in names]
    cents = sum(each.cents for its in bought for each in its)
    return {
        "customers": len(names),
        "repeat": fmean(len(its) >= 2 for its in bought),
        "spend": cents / len(names) / 100,
        "order_value": cents / sum(map(len, bought)) / 100,
    }


def staying(said: dict[str, Answer], people: dict[str, list[Purchase]], last: date) -> dict[str, Any]:
    """Who bought within 90 days after the answer, of those who have had that time."""
    ripe = [name for name, each in said.items() if each.time.date() + PATIENCE <= last]

    def came(name: str) -> bool:
        day = said[name].time.date()
        return any(day < each.day <= day + PATIENCE for each in people[name])

    def counted(names: list[str]) -> dict[str, int]:
        return {"customers": len(names), "stayed": sum(map(came, names))}

    return by(ripe, lambda name: group(said[name].recommend), counted)


def discounts(people: dict[str, list[Purchase]]) -> dict[str, Any]:
    """First and later purchases, and how many of them had a discount."""
    first = [its[0] for its in people.values()]
    later = [each for its in people.values() for each in its[1:]]

    def counted(some: list[Purchase]) -> dict[str, int]:
        return {
            "orders": len(some),
            "discounted": sum(any(line.discount for line in each.lines) for each in some),
        }

    return {"first": counted(first), "repeat": counted(later)}


def actions(
    answers: list[Answer], lines: list[Line], bought: list[Purchase], last: date, asked: bool
) -> dict[str, Any]:
    """Whom to write to: customers by list, and how many of them have not agreed to it.

    `asked`: the orders of the file say who agreed, and who says nothing has not. Otherwise only answers do.
    """
    people = histories(bought)
    said = latest_answers(answers, lines, people)
    spent = {name: sum(each.cents for each in its) for name, its in people.items()}
    ahead = {name: sum(other > cents for other in spent.values()) for name, cents in spent.items()}
    quiet = {name: (last - its[-1].day).days for name, its in people.items()}
    born = {line.customer: line.birthday for line in lines if line.birthday}
    wanted = {
        "thank": [name for name in people if ahead[name] < len(people) / 5 and quiet[name] <= SILENT],
        "refer": [name for name in said if said[name].recommend >= 9 and len(people[name]) >= 2],
        "recover": [name for name in said if said[name].recommend <= 6],
        "win_back": [name for name in people if ahead[name] < len(people) / 3 and quiet[name] > SILENT],
        "birthday": [name for name in people if name in born and soon(born[name], last)],
        "anniversary": [name for name, its in people.items() if soon(its[0].day, last)],
    }
    words = [(line.time.date(), line.customer, line.consent) for line in lines if asked]
    words += [(each.time.date(), name, each.consent) for name, each in matched(answers, lines, people)]
    agreed = consents(words)
    listed = {name: [one for one in some if agreed.get(one, not asked)] for name, some in wanted.items()}
    reached = {one for some in listed.values() for one in some}
    return {
        "customers": len(people),
        "value": len(reached) / len(people),
        "lists": {name: len(some) for name, some in listed.items()},
        "no_consent": {name: len(wanted[name]) - len(listed[name]) for name in wanted},
    }


def soon(day: date | None, last: date) -> bool:
    """Whether a day of the year comes in the next 30 days; not on the day itself of this year's first."""
    if day is None:
        return False
    for ahead in range(1, DAYS + 1):
        then = last + timedelta(days=ahead)
        leapless = (day.month, day.day) == (2, 29) and (then + timedelta(days=1)).day == 1
        same = (then.month, then.day) == (day.month, day.day)
        if then.year > day.year and (same or (leapless and then.month == 2)):
            return True
    return False


def consents(words: list[tuple[date, str, str]]) -> dict[str, bool]:
    """The latest known word of every customer on being written to; of a day's two words the no."""
    meaning = {"yes": True, "no": False, "是": True, "否": False}
    known = [(day, not meaning[word], name) for day, name, word in words if word]
    return {name: not refused for _, refused, name in sorted(known)}
