"""A shop whose customers are drawn, so that what a model finds can be held against the truth.

Time is in months. Customers begin in equal numbers at the start of each month of the first half.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gammainc, gammaincinv

from loyalty.models.fitting import Fit
from loyalty.models.newton import Numbers
from loyalty.models.terms import Values
from loyalty.models.totals import people, totals
from loyalty.models.value import until

MODELS = ("bg_nbd", "mbg_nbd", "pareto_nbd")
MOST = 7  # repeat purchases; as many or more are one class
NEVER_BACK, BACK = 2, 8  # customers looked at closely: without and with a repeat purchase
TICKS = 120  # purchases shown of one customer
BINS, REACH = 20, 0.95  # bars of a distribution, and the part of it that they cover where it has no end


class Life(NamedTuple):
    """One customer of the shop, seen and unseen.

    Parameters
    ----------
    number
        His place in the shop, from 0.
    start, last
        Months from the shop's opening to his first and to his last purchase.
    purchases
        The same of his purchases, the first among them; at most 121.
    frequency
        His repeat purchases.
    likely
        The model's probability that he is still a customer.
    alive
        Whether he is.
    future
        Purchases in the time that follows.
    """

    number: int
    start: float
    last: float
    purchases: tuple[float, ...]
    frequency: int
    likely: float
    alive: bool
    future: int


class Count(NamedTuple):
    """How many customers came back so often, and how many the model would have."""

    frequency: int
    customers: int
    fitted: float


class Class(NamedTuple):
    """Customers with equally many repeat purchases, :data:`MOST` or more together.

    Parameters
    ----------
    frequency, customers
        Repeat purchases, and how many customers made so many.
    actual, expected, naive
        Their mean purchases in the time that follows; as the model expects them; and if everyone went on
        as before. NaN where there are no customers.
    """

    frequency: int
    customers: int
    actual: float
    expected: float
    naive: float


class Bin(NamedTuple):
    """The share of customers between two values of what differs among them; `found` is None where unknown."""

    low: float
    high: float
    true: float
    found: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Rehearsal:
    """Customers drawn from a model, and what the model made of them.

    Parameters
    ----------
    model
        ``"bg_nbd"``, ``"mbg_nbd"`` or ``"pareto_nbd"``.
    truth
        Parameters that they were drawn from; times in months.
    months
        How long the shop was watched; the time that follows is as long.
    seed
        Of the draw.
    frequency, recency, age
        What the shop knows of each customer.
    alive, future
        What it does not: who is still a customer, and purchases in the time that follows.
    fit
        What the model found in the histories.
    likely, expected
        The model's probability that a customer is still one, and the purchases that it expects of him.
    """

    model: str
    truth: Values
    months: int
    seed: int
    frequency: Numbers
    recency: Numbers
    age: Numbers
    alive: NDArray[np.bool_]
    future: Numbers
    fit: Fit
    likely: Numbers
    expected: Numbers

    @property
    def naive(self) -> Numbers:
        """Purchases that follow if everyone goes on as before."""
        return self.frequency / self.age * self.months


def ages(customers: int, months: int) -> Numbers:
    """How long ago each customer began.

    Examples
    --------
    >>> ages(7, 6).tolist()
    [6.0, 5.0, 4.0, 6.0, 5.0, 4.0, 6.0]
    """
    return np.resize(np.arange(months, months // 2, -1.0), customers)


def rehearse(model: str, truth: Values, customers: int, months: int, seed: int) -> Rehearsal:
    """Draw customers, fit the model to what the shop sees of them, and forecast as long a time again.

    Parameters
    ----------
    model
        ``"bg_nbd"``, ``"mbg_nbd"`` or ``"pareto_nbd"``.
    truth
        Its parameters; times in months.
    customers, months, seed
        How many, for how long the shop is watched, and which draw.

    Returns
    -------
    Rehearsal
        The same for the same arguments.
    """
    module = import_module(f"loyalty.models.{model}")
    rng = np.random.default_rng(seed)
    drawn = module.simulate(truth, ages(customers, months), rng, horizon=float(months))
    seen = drawn.frequency, drawn.recency, drawn.age
    fit = module.fit(*seen)
    return Rehearsal(
        model,
        truth,
        months,
        seed,
        *seen,
        drawn.alive,
        drawn.future,
        fit,
        module.probability_alive(fit, *seen),
        module.expected_purchases(fit, float(months), *seen),
    )


def lives(shop: Rehearsal) -> tuple[Life, ...]:
    """Ten customers to look at closely: the first eight that came back and the first two that did not.

    When somebody bought between his first and his last purchase is drawn afresh: in these models every time
    is as likely as any other, and the histories do not hold it.
    """
    back = shop.frequency > 0
    picked = np.sort(np.r_[np.flatnonzero(back)[:BACK], np.flatnonzero(~back)[:NEVER_BACK]])
    rng = np.random.default_rng((shop.seed, 1))
    return tuple(_life(shop, int(at), rng) for at in picked)


def _life(shop: Rehearsal, at: int, rng: np.random.Generator) -> Life:
    frequency, recency = int(shop.frequency[at]), float(shop.recency[at])
    start = shop.months - float(shop.age[at])
    between = np.sort(rng.uniform(0, recency, min(max(frequency - 1, 0), TICKS - 1)))
    times = [0.0, *between.tolist(), *([recency] if frequency else [])]
    return Life(
        number=at,
        start=start,
        last=start + recency,
        purchases=tuple(start + time for time in times),
        frequency=frequency,
        likely=float(shop.likely[at]),
        alive=bool(shop.alive[at]),
        future=int(shop.future[at]),
    )


def classes(shop: Rehearsal) -> tuple[Class, ...]:
    """The customers by their repeat purchases, 0 to 6 and 7 or more: what followed."""
    members = np.minimum(shop.frequency, MOST).astype(int)
    customers = np.bincount(members, minlength=MOST + 1)

    def mean(of: Numbers) -> Numbers:
        with np.errstate(invalid="ignore"):
            means: Numbers = np.bincount(members, of, minlength=MOST + 1) / customers
        return means

    rows = zip(customers, *map(mean, (shop.future, shop.expected, shop.naive)), strict=True)
    return tuple(Class(frequency, int(n), *map(float, rest)) for frequency, (n, *rest) in enumerate(rows))


def counts(fit: Fit, frequency: Numbers, age: Numbers) -> tuple[Count, ...]:
    """How many customers made 0 to 6 repeat purchases, and 7 or more, and how many the model would have.

    Parameters
    ----------
    fit
        Of one of the three models of purchases.
    frequency, age
        Of the customers that it was fitted to.
    """
    module = import_module(f"loyalty.models.{fit.model}")
    customers = np.bincount(np.minimum(frequency, MOST).astype(int), minlength=MOST + 1)
    ages, each = np.unique(age, return_counts=True)
    below = [float((each * module.probability_of(fit, n, ages)).sum()) for n in range(MOST)]
    fitted = [*below, max(0.0, len(age) - sum(below))]
    rows = zip(customers.tolist(), fitted, strict=True)
    return tuple(Count(number, *row) for number, row in enumerate(rows))


# How customers differ


def rates(shop: Rehearsal) -> tuple[Bin, ...]:
    """Shares of customers by how often they buy in a month while they are customers."""
    return _gamma_bins(shop, "r", "alpha")


def leavings(shop: Rehearsal) -> tuple[Bin, ...]:
    """Shares of customers by how likely they are to leave: at a chance to, or a month (Pareto/NBD)."""
    if shop.model == "pareto_nbd":
        return _gamma_bins(shop, "s", "beta")
    return _bins(shop, np.linspace(0, 1, BINS + 1), lambda p, x: betainc(p["a"], p["b"], x))


def _gamma_bins(shop: Rehearsal, shape: str, rate: str) -> tuple[Bin, ...]:
    end = gammaincinv(shop.truth[shape], REACH) / shop.truth[rate]
    return _bins(shop, np.linspace(0, end, BINS + 1), lambda p, x: gammainc(p[shape], p[rate] * x))


def _bins(shop: Rehearsal, edges: Numbers, below: Any) -> tuple[Bin, ...]:
    true = np.diff(below(shop.truth, edges)).tolist()
    found = np.diff(below(shop.fit.params, edges)).tolist() if shop.fit.shown else [None] * BINS
    return tuple(map(Bin, edges[:-1].tolist(), edges[1:].tolist(), true, found))


# What came of it


class Outcome(NamedTuple):
    """Purchases of all customers in the time that follows.

    Parameters
    ----------
    actual, expected, naive
        How many there were, as the model expected them, and if everyone went on as before.
    low, high
        Ends of the 95 % interval of what the model expected.
    left, told
        Customers that have left, and those that the model takes to have left: probability below one half.
    right
        Customers whom the model takes for what they are.
    """

    actual: float
    expected: float
    naive: float
    low: float
    high: float
    left: int
    told: int
    right: int


def outcome(shop: Rehearsal) -> Outcome:
    """What followed, all customers together."""
    gone = shop.likely < 0.5
    module, seen = import_module(f"loyalty.models.{shop.model}"), (shop.frequency, shop.recency, shop.age)
    (low,), (high,) = totals(module, shop.fit, until(shop.months), people(*seen)).interval()
    return Outcome(
        actual=float(shop.future.sum()),
        expected=float(shop.expected.sum()),
        naive=float(shop.naive.sum()),
        low=float(low[0]),
        high=float(high[0]),
        left=int((~shop.alive).sum()),
        told=int(gone.sum()),
        right=int((gone == ~shop.alive).sum()),
    )


def guessed(lives: Sequence[Life], gone: Collection[int]) -> int:
    """About how many customers somebody is right who takes those with the numbers `gone` to have left."""
    return sum(life.alive != (life.number in gone) for life in lives)
