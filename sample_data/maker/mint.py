"""A restaurant that tries mints with the bill: every party is given one of four treatments by lot."""

from datetime import date, timedelta
from random import Random

from maker.records import Business, Party

# Group -> how much more of the bill is left as a tip than by those without a mint. The effects are those of
# the popular account of Strohmetz, Rind, Fisher & Lynn (2002); the README says what the paper itself found.
EFFECTS = {
    "No mint": 0.0,
    "Mints without a word": 0.03,
    "Two mints and a mention": 0.14,
    "A second helping": 0.23,
}
CONTROL, *TREATED = EFFECTS
USUAL = 19.0  # percent of the bill, about what the paper's parties without candy left
SPREAD = 0.15  # of one party's tip around that, as a share of it
FIRST, EVENINGS = date(2024, 9, 3), 104
PARTIES = {1: 24, 2: 25, 3: 27, 4: 42, 5: 44, 6: 29}  # weekday to a usual evening; Mondays are off
SERVERS = {"Ana": 1.03, "Ben": 0.97, "Chloe": 1.01, "Dev": 0.99}
SIZES = {1: 4, 2: 44, 3: 16, 4: 22, 5: 7, 6: 5, 8: 2}


def business(seed: int, bank: dict[str, list[str]]) -> Business:
    rng = Random(seed)
    day, found = FIRST, []
    while len({party.day for party in found}) < EVENINGS:
        if day.weekday():
            found += evening(rng, day)
        day += timedelta(days=1)
    return Business([], [], trials=found, control=CONTROL)


def evening(rng: Random, day: date) -> list[Party]:
    """The parties of an evening; of any four that follow each other each has another treatment."""
    n = max(12, round(rng.gauss(PARTIES[day.weekday()], 4)))
    lots = [group for _ in range(n // 4 + 1) for group in rng.sample(list(EFFECTS), len(EFFECTS))]
    return [party(rng, day, group) for group in lots[:n]]


def party(rng: Random, day: date, group: str) -> Party:
    size = rng.choices(list(SIZES), list(SIZES.values()))[0]
    server = rng.choice(list(SERVERS))
    cents = sum(round(100 * rng.lognormvariate(3.25, 0.3)) for _ in range(size))
    share = USUAL * (1 + EFFECTS[group]) * SERVERS[server] * max(0.0, rng.gauss(1, SPREAD))
    tip = tip_left(rng, cents * share / 100)
    table = f"T{rng.randrange(1, 15):02d}"
    return Party(day, server, table, size, cents, tip, round(100 * tip / cents, 1), group)


def tip_left(rng: Random, cents: float) -> int:
    """What is left in the end: some give whole or half dollars, one in 250 nothing."""
    if rng.random() < 0.004:
        return 0
    return 50 * round(cents / 50) if rng.random() < 0.45 else round(cents)
