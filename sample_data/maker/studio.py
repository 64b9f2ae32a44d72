"""A yoga studio with two places, January 2024 to June 2025, paid every four weeks.

At each renewal a member leaves with a chance of their own, drawn from a Beta distribution: the shifted
beta-geometric model (Fader & Hardie 2007). The parameters below are the truth a model should find again. A
new timetable in September 2024 is welcomed; the Harbour studio is crowded; in January 2025 prices rise.
"""

from datetime import datetime, timedelta
from random import Random

from maker import people
from maker.records import Answer, Business, Line

START, END = datetime(2024, 1, 8), datetime(2025, 7, 1)
EVENT, DEARER = datetime(2024, 9, 2), datetime(2025, 1, 6)
MEMBERS, ANSWERS = 660, 384
SHIFTED_BETA_GEOMETRIC = {"alpha": 0.75, "beta": 2.6}
PERIOD, TERM = 28, 30  # days between payments; at most two days late, so a renewal comes within 30
PLANS = {"Basic, 4 classes": 4500, "Unlimited": 8900, "Online only": 2500, "Student unlimited": 5900}
COMPANY = ("Company pass, 10 seats", 124000)
NOW = {"Basic, 4 classes": 4800, "Unlimited": 9400, "Online only": 2500, "Student unlimited": 5900}


def business(seed: int, bank: dict) -> Business:
    rng = Random(seed)
    members = [member(rng, index, first) for index, first in enumerate(joined(rng))]
    lines = number([line for someone in members for line in payments(rng, someone)])
    return Business(lines, answers(rng, members, bank), kind="product", renewal_days=TERM)


def joined(rng: Random) -> list[datetime]:
    return people.first_times(rng, MEMBERS, START, END - timedelta(days=1), 0.9)


def member(rng: Random, index: int, first: datetime) -> people.Customer:
    leaving = rng.betavariate(*SHIFTED_BETA_GEOMETRIC.values())
    times = [first]
    while rng.random() >= leaving:
        due = first + timedelta(days=PERIOD * len(times) + rng.choices((0, 1, 2), (8, 1, 1))[0])
        if due >= END:
            break
        times.append(due)
    someone = people.Customer(f"{101 + index * 3:05d}", 1 / PERIOD, leaving, times)
    someone.segment = "Harbour" if rng.random() < min(0.9, 0.25 + leaving) else "Northside"
    someone.email, someone.birthday = people.email(rng, index), people.birthday(rng, 0.8)
    someone.consent = "yes" if rng.random() < 0.6 else "no"
    return someone


def payments(rng: Random, someone: people.Customer) -> list[Line]:
    plan = COMPANY[0] if rng.random() < 0.008 else rng.choices(list(PLANS), (5, 4, 2, 2))[0]
    lines = []
    for nth, moment in enumerate(someone.times):
        if nth and plan != COMPANY[0] and rng.random() < 0.045:
            plan = rng.choice([other for other in PLANS if other != plan])
        full = COMPANY[1] if plan == COMPANY[0] else (PLANS if moment < DEARER else NOW)[plan]
        off = full // 2 if nth == 0 and rng.random() < 0.3 else 0
        lines.append(payment(someone, moment, plan, full - off, off))
    if rng.random() < 0.016 and lines[-1].time < END - timedelta(days=6):
        lines.append(payment(someone, lines[-1].time + timedelta(days=5), plan, -lines[-1].cents, 0))
    return lines


def payment(someone: people.Customer, moment: datetime, plan: str, cents: int, off: int) -> Line:
    return Line(
        order="",
        time=moment.replace(hour=0, minute=0, second=0, microsecond=0),
        customer=someone.id,
        product=plan,
        category="",
        quantity=-1 if cents < 0 else 1,
        unit_cents=abs(cents),
        segment=someone.segment,
        discount=off,
        email=someone.email,
        birthday=someone.birthday,
        consent=someone.consent,
        cents=cents,
    )


def number(lines: list[Line]) -> list[Line]:
    lines.sort(key=lambda line: (line.time, line.customer, line.cents))
    for index, line in enumerate(lines):
        line.order = f"P{30001 + index}"
    return lines


def answers(rng: Random, members: list[people.Customer], bank: dict) -> list[Answer]:
    moments = sorted(datetime(2024, 2, 5) + timedelta(days=510 * rng.random()) for _ in range(ANSWERS))
    found = []
    for index, moment in enumerate(moments):
        moment = people.opening_hour(rng, moment, (8, 10, 12, 17, 19, 20, 21))
        someone = rng.choice([each for each in members if each.times[0] < moment])
        found.append(answer(rng, f"R_{index + 1:04d}", moment, someone, bank))
    return found


def answer(rng: Random, response: str, moment: datetime, someone: people.Customer, bank: dict) -> Answer:
    weak = someone.segment == "Harbour"
    feeling = 8.7 + 1.2 * (moment >= EVENT) - 1.3 * weak - 3 * someone.leaving
    recommend, *rest = people.scores(rng, feeling)
    before = sum(time < moment for time in someone.times)
    stage = "Trial month" if before < 2 else "Member" if before < 6 else "Long-standing member"
    words = people.comment(rng, bank, recommend, weak)
    id, email, consent = (someone.id, someone.email, someone.consent) if rng.random() < 0.88 else ("", "", "")
    return Answer(response, moment, id, email, someone.segment, recommend, *rest, words, stage, consent)
