"""Customers drawn purchase by purchase, as the papers tell the stories of the models."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


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
