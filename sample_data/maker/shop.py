"""An online shop for things around the house, July 2023 to June 2025, some 20,000 order lines.

Customers buy exactly as BG/NBD says (the parameters below, in days, are the truth a model should find again),
and spend about as Gamma-Gamma says. Those who like the shop buy more often and stay longer. Parcels to
Ireland are slow.
"""

from datetime import datetime, timedelta
from random import Random

from maker import people
from maker.records import Answer, Business, Line

START, END = datetime(2023, 7, 1), datetime(2025, 7, 1)
EVENT = datetime(2024, 10, 1)
CUSTOMERS, GUESTS, ANSWERS = 3300, 620, 720
BG_NBD = {"r": 0.62, "alpha": 160.0, "a": 0.7, "b": 2.8}
GAMMA_GAMMA = {"p": 5.0, "q": 4.2, "gamma": 2900.0}
HOURS = (7, 8, 9, 10, 11, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 20, 21, 21, 22)
COUNTRIES = ("Germany", "France", "Netherlands", "Austria", "Ireland")
CATALOGUE = {
    "Kitchen": {
        "Enamel mug": 1290,
        "Chopping board, oak": 2450,
        "Tea towel set": 1590,
        "Stoneware bowl": 1850,
        "Bread basket": 2190,
        "Apron, linen": 3400,
        "Glass storage jar": 990,
        "Salad servers": 1450,
    },
    "Candles": {
        "Pillar candle": 790,
        "Scented candle, fig": 1690,
        "Scented candle, cedar": 1690,
        "Tea lights, 24": 590,
        "Candle holder, brass": 2290,
    },
    "Textiles": {
        "Linen towel": 2690,
        "Cushion cover": 1990,
        "Wool throw": 7900,
        "Table runner": 2490,
        "Bath mat": 2990,
    },
    "Stationery": {
        "Notebook A5": 1190,
        "Notebook A6": 790,
        "Greeting card": 350,
        "Pencil set": 890,
        "Wall calendar": 1490,
        "Washi tape": 420,
    },
    "Garden": {
        "Plant pot, small": 890,
        "Plant pot, large": 1990,
        "Watering can": 2590,
        "Seed mix, wildflowers": 490,
        "Bird feeder": 2190,
    },
}
APPEAL = {"Kitchen": 5, "Candles": 4, "Textiles": 3, "Stationery": 4, "Garden": 2.5}


def business(seed: int, bank: dict) -> Business:
    rng = Random(seed)
    customers = buyers(rng)
    return Business(number(orders(rng, customers)), answers(rng, customers, bank))


def buyers(rng: Random) -> list[people.Customer]:
    found = []
    for index, first in enumerate(people.first_times(rng, CUSTOMERS, START, END - timedelta(days=1), 0.85)):
        someone = people.customer(rng, str(14001 + index * 3), first, END, **BG_NBD)
        liking = people.liking(someone)
        abroad = 3 - 3.4 * max(-1.0, min(0.85, liking))
        someone.segment = rng.choices(COUNTRIES, (8, 4, 3.5, 2.5 + liking, abroad))[0]
        someone.email = people.email(rng, index)
        someone.consent = "yes" if rng.random() < 0.55 else "no"
        someone.money = rng.gammavariate(GAMMA_GAMMA["q"], 1 / GAMMA_GAMMA["gamma"])
        favourite = rng.choices(list(APPEAL), APPEAL.values())[0]
        someone.taste = {kind: weight * rng.betavariate(0.5, 2.5) for kind, weight in APPEAL.items()}
        someone.taste[favourite] += 8
        found.append(someone)
    return found


def orders(rng: Random, customers: list[people.Customer]) -> list[list[Line]]:
    baskets = []
    for someone in customers:
        for nth, moment in enumerate(someone.times):
            baskets.append(basket(rng, moment, someone, 0.18 if nth else 0.1))
    once = people.first_times(rng, GUESTS, START, END - timedelta(days=1))
    baskets += [basket(rng, moment, guest(rng), 0.05) for moment in once]
    returned = rng.sample(baskets, len(baskets) // 28)
    return baskets + [back for back in (credit(rng, bought) for bought in returned) if back[0].time < END]


def guest(rng: Random) -> people.Customer:
    nobody = people.Customer("", 0, 0, [], segment=rng.choices(COUNTRIES, (8, 4, 3.5, 2.5, 3))[0])
    nobody.taste, nobody.money = APPEAL, rng.gammavariate(GAMMA_GAMMA["q"], 1 / GAMMA_GAMMA["gamma"])
    return nobody


def basket(rng: Random, moment: datetime, someone: people.Customer, discounted: float) -> list[Line]:
    """The lines of one order, worth about the sum that Gamma-Gamma draws for this customer."""
    moment = people.opening_hour(rng, moment, HOURS)
    worth = rng.gammavariate(GAMMA_GAMMA["p"], 1 / someone.money)
    percent = rng.choice((10, 10, 15)) if rng.random() < discounted else 0
    lines: dict[str, Line] = {}
    for _ in range(wanted := min(9, 1 + int(rng.expovariate(1 / 2.8) * (0.6 + worth / 9000)))):
        kind = rng.choices(list(someone.taste), someone.taste.values())[0]
        product, price = rng.choice(list(CATALOGUE[kind].items()))
        quantity = max(1, min(24, round(worth / wanted / price)))
        off = round(price * percent / 100)
        lines[product] = Line(
            order="",
            time=moment,
            customer=someone.id,
            product=product,
            category=kind,
            quantity=quantity,
            unit_cents=price - off,
            segment=someone.segment,
            discount=quantity * off,
            email=someone.email,
            consent=someone.consent,
            cents=quantity * (price - off),
        )
    return list(lines.values())


def credit(rng: Random, bought: list[Line]) -> list[Line]:
    """A credit note for one line of an order, days later."""
    line = rng.choice(bought)
    back = Line(**{name: getattr(line, name) for name in Line.__slots__})
    back.quantity = -rng.randint(1, line.quantity)
    back.cents, back.discount = back.quantity * line.unit_cents, 0
    back.time = people.opening_hour(rng, line.time + timedelta(days=rng.randrange(4, 24)), HOURS)
    return [back]


def number(baskets: list[list[Line]]) -> list[Line]:
    baskets.sort(key=lambda lines: (lines[0].time, lines[0].customer, lines[0].cents))
    for index, lines in enumerate(baskets):
        for line in lines:
            line.order = f"{'C' if line.cents < 0 else ''}{500001 + index}"
    return [line for lines in baskets for line in lines]


def answers(rng: Random, customers: list[people.Customer], bank: dict) -> list[Answer]:
    found = []
    for index in range(ANSWERS):
        if rng.random() < 0.82:
            someone = rng.choice(customers)
            moment = rng.choice(someone.times) + timedelta(days=rng.randrange(5, 30))
        else:
            someone, moment = guest(rng), START + timedelta(days=30 + 690 * rng.random())
            someone.email = people.email(rng, 9000 + index) if rng.random() < 0.6 else ""
        moment = people.opening_hour(rng, min(moment, END - timedelta(days=1)), HOURS)
        found.append(answer(rng, moment, someone, bank))
    found.sort(key=lambda answer: (answer.time, answer.email))
    for index, each in enumerate(found):
        each.response = str(118000401 + index * 17)
    return found


def answer(rng: Random, moment: datetime, someone: people.Customer, bank: dict) -> Answer:
    away = someone.segment == "Ireland"
    feeling = 8.0 + 0.7 * (moment >= EVENT) - 1.7 * away + (0.9 * people.liking(someone) if someone.id else 0)
    recommend, *rest = people.scores(rng, feeling)
    words = people.comment(rng, bank, recommend, away)
    before = sum(time < moment for time in someone.times)
    stage = "First order" if before < 2 else "Repeat order" if before < 4 else "Regular"
    about = ("", moment, "", someone.email, someone.segment)
    return Answer(*about, recommend, *rest, words, stage, someone.consent)
