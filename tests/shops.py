"""Customers drawn purchase by purchase, as the papers tell the stories of the models."""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from loyalty.models import gamma_gamma
from loyalty.models.spending import Spending
from loyalty.models.summary import deviations

Numbers = NDArray[np.float64]

CDNOW = {"r": 0.243, "alpha": 30.9, "a": 0.793, "b": 2.426}  # Fader, Hardie & Lee (2005), in days
CDNOW_MONEY = {"p": 6.25, "q": 3.74, "v": 15.44}  # Fader & Hardie, note 025
SHOP, SHOP_MONEY = {"r": 0.62, "alpha": 160.0, "a": 0.7, "b": 2.8}, {"p": 5.0, "q": 4.2, "v": 29.0}
CAFE, CAFE_MONEY = {"r": 1.5, "alpha": 20.0, "a": 0.5, "b": 9.0}, {"p": 8.0, "q": 6.0, "v": 5.0}
PARETO = {"r": 0.553, "alpha": 74.0, "s": 0.606, "beta": 81.7}  # Fader, Hardie & Lee (2005), in days
SMALL_PARETO = {"r": 0.8, "alpha": 40.0, "s": 0.8, "beta": 200.0}

# Model, parameters, money, customers, days since the first and since the last of them came
SHOPS = {
    "CDNOW": ("bg_nbd", CDNOW, CDNOW_MONEY, 2357, 273, 189),
    "300 customers": ("bg_nbd", SHOP, SHOP_MONEY, 300, 730, 0),
    "1,000 customers": ("bg_nbd", SHOP, SHOP_MONEY, 1000, 730, 0),
    "uneven money": ("bg_nbd", SHOP, {"p": 3.0, "q": 2.4, "v": 20.0}, 500, 500, 0),
    "150 customers": ("bg_nbd", SHOP, SHOP_MONEY, 150, 730, 0),
    "café": ("mbg_nbd", CAFE, CAFE_MONEY, 300, 365, 0),
    "Pareto": ("pareto_nbd", PARETO, CDNOW_MONEY, 1000, 400, 100),
    "small Pareto": (
        "pareto_nbd",
        {"r": 0.8, "alpha": 40.0, "s": 0.8, "beta": 200.0},
        SHOP_MONEY,
        250,
        450,
        0,
    ),
}
YEAR = 365.25


class Shop(NamedTuple):
    """What a shop has seen of its customers until today, and what they do after it.

    Parameters
    ----------
    frequency, recency, age, money
        Of each customer; money is the mean amount of the repeat purchases, NaN without one.
    who, when, amount
        Of each purchase after today, with the time since.
    log
        Customer, time since the first purchase and amount of each repeat purchase until today.
    """

    frequency: Numbers
    recency: Numbers
    age: Numbers
    money: Numbers
    who: NDArray[np.intp]
    when: Numbers
    amount: Numbers
    log: tuple[NDArray[np.intp], Numbers, Numbers]


def shop(model: str, params: dict[str, float], spending: Any, age: Any, ahead: float, rng: Any):
    """A shop whose customers came to it so long ago, and what they do within the time ahead.

    They spend by Gamma-Gamma with the parameters `spending`, or what a function of that name draws from how
    many customers there are, who buys, and chance.
    """
    n = len(age)
    rate, most, death = _lives(model, n, rng, **params)
    spend = spending(n, rng) if callable(spending) else _gamma_gamma(n, rng, **spending)
    at, going, log, nth = np.zeros(n), np.arange(n), [], 0
    while len(going):
        nth += 1
        at[going] += rng.exponential(1 / rate[going])
        there = (at <= age + ahead) & (at <= death) & (nth <= most)
        going = going[there[going]]
        log.append((going, at[going], spend(going)))
    who, when, amount = map(np.concatenate, zip(*log, strict=True))
    seen = when <= age[who]
    x, recency = np.bincount(who[seen], minlength=n).astype(float), np.zeros(n)
    np.maximum.at(recency, who[seen], when[seen])
    with np.errstate(invalid="ignore"):
        money = np.bincount(who[seen], amount[seen], n) / x
    later, log = ~seen, (who[seen], when[seen], amount[seen])
    return Shop(x, recency, age, money, who[later], (when - age[who])[later], amount[later], log)


def _gamma_gamma(n: int, rng: Any, p: float, q: float, v: float):
    mean = p * v / rng.gamma(q, size=n)
    return lambda who: mean[who] * rng.gamma(p, size=len(who)) / p


def _lives(model: str, n: int, rng: Any, r: float, alpha: float, **leaving: float):
    """Rate of purchases, the most repeat purchases, and the latest time of one."""
    rate, forever = rng.gamma(r, 1 / alpha, n), np.full(n, np.inf)
    if model == "pareto_nbd":
        return rate, forever, rng.exponential(1 / rng.gamma(leaving["s"], 1 / leaving["beta"], n))
    most = rng.geometric(np.maximum(rng.beta(leaving["a"], leaving["b"], n), 1e-12)).astype(float)
    return rate, most - (model == "mbg_nbd"), forever


def drawn(name, rng):
    """The module of the model of one of the shops, and what is seen of it and happens within a year."""
    kind, params, spending, n, first, last = SHOPS[name]
    age = rng.uniform(last, first, n)
    return import_module(f"loyalty.models.{kind}"), shop(kind, params, spending, age, YEAR, rng)


def seen_spending(seen):
    """What is known of money in a shop that was drawn, with how far its amounts scatter."""
    (who, when, amount), n = seen.log, len(seen.money)
    moments_ = np.r_[np.zeros(n, int), 1 + (1e5 * when).astype(int)]
    own = deviations(np.r_[np.arange(n), who], moments_, np.r_[np.ones(n), amount])
    return Spending(gamma_gamma.fit(seen.frequency, seen.money), seen.frequency, seen.money, own)
