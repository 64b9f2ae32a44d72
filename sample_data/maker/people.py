"""Customers: when they buy, how they answer, what they are called."""

import math
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

FIRST = """
    alice amir anna ben bianca carl chloe clara dan diego ella emil eva farah felix fiona george
    grace hana hugo ida ines ivan jack jana jonas julia karim kate lara leo lena lucas maja marco
    maria max mia milan mona nadia nina noah olga oscar paula peter rosa ruth sam sara simon sofia
    stella theo tim tom vera will yara zoe
""".split()  # noqa: SIM905
LAST = """
    adler baker berg brown costa cook dietz evans fischer ford garcia gray haas hill ivers jones
    keller king koch lang lee lopez marsh meyer moore nagy novak olsen park peters quinn reed rossi
    roth silva stone taylor varga vogel wagner walsh weber wood young
""".split()  # noqa: SIM905


@dataclass(slots=True)
class Customer:
    id: str
    rate: float
    leaving: float
    times: list[datetime]
    email: str = ""
    name: str = ""
    segment: str = ""
    birthday: date | None = None
    consent: str = ""
    taste: dict[str, float] = field(default_factory=dict)
    money: float = 1.0


def buying_times(rng: Random, first: datetime, end: datetime, rate: float, leaving: float) -> list[datetime]:
    """Purchases of a BG/NBD customer: exponential gaps, and after every repeat purchase the chance to leave.

    Fader, Hardie, Lee (2005), "Counting your customers the easy way".
    """
    times = [first]
    while True:
        following = times[-1] + timedelta(days=min(rng.expovariate(rate), 36_500))
        if following >= end:
            return times
        times.append(following)
        if rng.random() < leaving:
            return times


def customer(
    rng: Random, id: str, first: datetime, end: datetime, r: float, alpha: float, a: float, b: float
):
    """A customer whose rate is Gamma(r, alpha) a day and whose chance to leave is Beta(a, b)."""
    rate = max(rng.gammavariate(r, 1 / alpha), 1e-12)
    leaving = rng.betavariate(a, b)
    return Customer(id, rate, leaving, buying_times(rng, first, end, rate, leaving))


def first_times(rng: Random, n: int, start: datetime, end: datetime, growth: float = 1.0) -> list[datetime]:
    """Sorted times of first purchases; `growth` below 1 puts more of them late."""
    span = (end - start).total_seconds()
    return sorted(start + timedelta(seconds=span * rng.random() ** growth) for _ in range(n))


def opening_hour(rng: Random, moment: datetime, hours: tuple[int, ...]) -> datetime:
    """The same day, at a minute within the hours given (repeat an hour to make it busier)."""
    return moment.replace(hour=rng.choice(hours), minute=rng.randrange(60), second=0, microsecond=0)


def email(rng: Random, number: int) -> str:
    """An address in a domain that is reserved for examples (RFC 2606)."""
    return f"{rng.choice(FIRST)}.{rng.choice(LAST)}{number}@example.{rng.choice(('com', 'org', 'net'))}"


def birthday(rng: Random, known: float) -> date | None:
    born = date(1950, 1, 1) + timedelta(days=rng.randrange(20_000))
    return born if rng.random() < known else None


def liking(someone: Customer) -> float:
    """About -1.5 to 1.5: frequent buyers who seldom leave like the place more."""
    pace = (math.log(someone.rate) + 5) / 2
    return max(-1.0, min(1.0, pace)) + 0.5 - someone.leaving


def clamp(value: float, low: int, high: int) -> int:
    return max(low, min(high, round(value)))


def scores(rng: Random, feeling: float) -> tuple[int, int, int | None, int | None]:
    """Recommend 0-10; stars, again, other 1-5, from one feeling from 0 to 10. Some skip the last two."""
    if rng.random() < 0.025:  # something went badly wrong
        feeling -= 7
    recommend = clamp(feeling + rng.gauss(0, 1.9), 0, 10)
    near = (feeling + recommend) / 2

    def five(shift: float) -> int:
        return clamp(1 + 0.4 * (near + shift) + rng.gauss(0, 0.55), 1, 5)

    again = None if rng.random() < 0.03 else five(0.3)
    other = None if rng.random() < 0.05 else five(-1.2)
    return recommend, five(0.2), again, other


def group(recommend: int) -> str:
    return "promoter" if recommend >= 9 else "passive" if recommend >= 7 else "detractor"


def comment(rng: Random, bank: dict[str, list[str]], recommend: int, weak: bool, joint: str = " ") -> str:
    """One or two sentences that fit the score; empty for those who wrote nothing."""
    rng = Random(rng.getrandbits(32))  # so that a new sentence changes no number
    kind = group(recommend)
    if rng.random() > {"promoter": 0.6, "passive": 0.6, "detractor": 0.8}[kind]:
        return ""
    sentences = bank["weak"] if weak and kind != "promoter" and rng.random() < 0.6 else bank[kind]
    return joint.join(rng.sample(sentences, 2 if rng.random() < 0.3 else 1))
