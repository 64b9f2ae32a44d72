"""A café with three branches, May 2024 to June 2025.

Loyalty-card holders come as BG/NBD customers do; a fifth of the orders are walk-ins. In November 2024 the
café buys a new espresso machine and trains its baristas: scores rise. The Station branch is slow: scores are
lower there.
"""

from datetime import datetime, timedelta
from random import Random

from maker import people
from maker.records import Answer, Business, Line, Visit

START, END = datetime(2024, 5, 2), datetime(2025, 7, 1)
EVENT = datetime(2024, 11, 4)
CARD_HOLDERS, WALK_INS, ANSWERS = 860, 760, 412
HOURS = (7, 8, 8, 8, 9, 9, 10, 10, 11, 12, 12, 13, 13, 14, 15, 15, 16, 17)
BRANCHES = ("Old Town", "Riverside", "Station")
MENU = {
    "Coffee": {"Flat white": 360, "Cappuccino": 350, "Espresso": 260, "Filter coffee": 280, "Latte": 370},
    "Tea": {"Earl Grey": 290, "Jasmine green tea": 310, "Chai latte": 390},
    "Pastry": {"Butter croissant": 240, "Cinnamon bun": 320, "Carrot cake": 390, "Almond croissant": 330},
    "Lunch": {"Soup of the day": 650, "Cheese toastie": 720, "Quiche and salad": 890},
    "Beans": {"House blend 250 g": 950, "Ethiopia 250 g": 1150, "House blend 1 kg": 3200},
}
APPEAL = {"Coffee": 10, "Tea": 2.5, "Pastry": 3.5, "Lunch": 2.5, "Beans": 1.2}
CATERING = ("Catering lunch, per person", 1450)
SOURCES = ("Google Maps", "Instagram", "Friend's link", "Newsletter", "Direct")


def business(seed: int, bank: dict) -> Business:
    rng = Random(seed)
    holders = card_holders(rng)
    lines = number(orders(rng, holders))
    return Business(lines, answers(rng, holders, bank), visits(rng, lines))


def card_holders(rng: Random) -> list[people.Customer]:
    firsts = people.first_times(rng, CARD_HOLDERS, START, END - timedelta(days=2), 0.95)
    holders = []
    for index, first in enumerate(firsts):
        someone = people.customer(rng, f"{412 + index * 7:05d}", first, END, 0.27, 15, 0.5, 3.8)
        liking = people.liking(someone)
        someone.segment = rng.choices(BRANCHES, (5 + 2 * liking, 4, 4 - 2 * liking))[0]
        someone.email = people.email(rng, index) if rng.random() < 0.85 else ""
        someone.birthday = people.birthday(rng, 0.6)
        someone.consent = "yes" if someone.email and rng.random() < 0.7 else "no"
        someone.taste = taste(rng)
        holders.append(someone)
    return holders


def taste(rng: Random) -> dict[str, float]:
    """Most card holders have one favourite category; some try everything."""
    favourite = rng.choices(list(APPEAL), APPEAL.values())[0]
    openness = rng.betavariate(0.8, 1.4)
    mixed = {kind: weight * openness * 1.6 for kind, weight in APPEAL.items()}
    return mixed | {favourite: mixed[favourite] + 10}


def orders(rng: Random, holders: list[people.Customer]) -> list[Line]:
    lines = []
    for someone in holders:
        for nth, moment in enumerate(someone.times):
            branch = someone.segment if rng.random() < 0.9 else rng.choice(BRANCHES)
            lines.append(line(rng, moment, branch, someone.taste, 0.06 + 0.1 * (nth > 0), someone))
    lines += [
        line(rng, moment, rng.choice(BRANCHES), APPEAL, 0.03, None)
        for moment in people.first_times(rng, WALK_INS, START, END)
    ]
    return lines + [refund(rng, bought) for bought in rng.sample(lines, 14)]


def line(rng: Random, moment: datetime, branch: str, taste: dict, discounted: float, someone) -> Line:
    moment = people.opening_hour(rng, moment, HOURS)
    kind = rng.choices(list(taste), taste.values())[0]
    product, price = rng.choice(list(MENU[kind].items()))
    quantity = rng.choices((1, 2, 3, 4), (70, 22, 5, 3))[0]
    if kind == "Lunch" and rng.random() < 0.015:
        (product, price), quantity = CATERING, rng.choice((24, 30, 45, 72, 80))
    off = round(quantity * price / 10) if rng.random() < discounted else 0
    made = Line("", moment, "", product, kind, quantity, price, branch, off, cents=quantity * price - off)
    if someone:
        made.customer, made.email = someone.id, someone.email
        made.birthday, made.consent = someone.birthday, someone.consent
    return made


def refund(rng: Random, bought: Line) -> Line:
    back = Line(**{name: getattr(bought, name) for name in Line.__slots__})
    back.quantity, back.cents, back.discount = -bought.quantity, -bought.cents, 0
    back.time = min(bought.time + timedelta(minutes=rng.randrange(5, 50)), END - timedelta(minutes=1))
    return back


def number(lines: list[Line]) -> list[Line]:
    """One receipt a row, numbered in the order of time."""
    lines.sort(key=lambda line: (line.time, line.customer, line.cents))
    for index, line in enumerate(lines):
        line.order = f"R{20001 + index}"
    return lines


def answers(rng: Random, holders: list[people.Customer], bank: dict) -> list[Answer]:
    moments = sorted(datetime(2024, 6, 3) + timedelta(days=392 * rng.random()) for _ in range(ANSWERS))
    found = []
    for index, moment in enumerate(moments):
        moment = people.opening_hour(rng, moment, HOURS)
        known = [each for each in holders if each.times[0] < moment]
        someone = rng.choices(known, [len(each.times) for each in known])[0] if rng.random() < 0.75 else None
        found.append(answer(rng, f"S{index + 1:04d}", moment, someone, bank))
    return found


def answer(rng: Random, response: str, moment: datetime, someone, bank: dict) -> Answer:
    branch = someone.segment if someone else rng.choice(BRANCHES)
    before = sum(time < moment for time in someone.times) if someone else rng.choice((1, 1, 2, 5))
    stage = "First visit" if before < 2 else "Repeat visit" if before < 5 else "Regular"
    feeling = 7.7 + 1.2 * (moment >= EVENT) - 1.6 * (branch == "Station") + 0.4 * (branch == "Old Town")
    feeling += 0.6 * people.liking(someone) if someone else -0.3
    recommend, *rest = people.scores(rng, feeling)
    words = people.comment(rng, bank, recommend, branch == "Station")
    return Answer(response, moment, someone.id if someone else "", "", branch, recommend, *rest, words, stage)


def visits(rng: Random, lines: list[Line]) -> list[Visit]:
    """Visits of the café's order page: card holders by card number, others by the browser."""
    found = []
    for bought in lines:
        if bought.customer and bought.cents > 0 and rng.random() < 0.28:
            found += card_holder_visits(rng, bought)
    for _ in range(900):
        moment = START + timedelta(days=(END - START).days * rng.random())
        if moment.weekday() < 5 or rng.random() < 0.7:
            found.append(stranger_visit(rng, people.opening_hour(rng, moment, HOURS)))
    return sorted(found, key=lambda visit: (visit.time, visit.visitor))


def card_holder_visits(rng: Random, bought: Line) -> list[Visit]:
    """The visit before an order, and often an idle one some days earlier."""
    seconds = int(rng.lognormvariate(4.9, 0.6))
    found = [Visit(bought.customer, bought.time - timedelta(minutes=12), seconds, source(rng, True), True)]
    if rng.random() < 0.35:
        idle = people.opening_hour(rng, bought.time - timedelta(days=rng.randrange(1, 5)), HOURS)
        seconds = int(rng.lognormvariate(4.1, 0.8))
        found.append(Visit(bought.customer, max(idle, START), seconds, source(rng, True), False))
    return found


def stranger_visit(rng: Random, moment: datetime) -> Visit:
    bought = rng.random() < (0.09 if moment.weekday() < 5 else 0.05)
    seconds = int(rng.lognormvariate(4.6 if bought else 3.6, 0.9))
    return Visit(f"web-{rng.randrange(620):04d}", moment, seconds, source(rng, False), bought)


def source(rng: Random, known: bool) -> str:
    return rng.choices(SOURCES, (1, 2, 3, 4, 6) if known else (6, 4, 3, 0.5, 3))[0]
