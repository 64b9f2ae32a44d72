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
    """

    frequency: Numbers
    recency: Numbers
    age: Numbers
    money: Numbers
    who: NDArray[np.intp]
    when: Numbers
    amount: Numbers


def shop(model: str, params: dict[str, float], spending: dict[str, float], age: Any, ahead: float, rng: Any):
    """A shop whose customers came to it so long ago, and what they do within the time ahead."""
    n = len(age)
    rate, most, death = _lives(model, n, rng, **params)
    mean = spending["p"] * spending["v"] / rng.gamma(spending["q"], size=n)
    at, going, log, nth = np.zeros(n), np.arange(n), [], 0
    while len(going):
        nth += 1
        at[going] += rng.exponential(1 / rate[going])
        there = (at <= age + ahead) & (at <= death) & (nth <= most)
        going = going[there[going]]
        log.append(
            (going, at[going], mean[going] * rng.gamma(spending["p"], size=len(going)) / spending["p"])
        )
    who, when, amount = map(np.concatenate, zip(*log, strict=True))
    seen = when <= age[who]
    x, recency = np.bincount(who[seen], minlength=n).astype(float), np.zeros(n)
    np.maximum.at(recency, who[seen], when[seen])
    with np.errstate(invalid="ignore"):
        money = np.bincount(who[seen], amount[seen], n) / x
    later = ~seen
    return Shop(x, recency, age, money, who[later], (when - age[who])[later], amount[later])


def _lives(model: str, n: int, rng: Any, r: float, alpha: float, **leaving: float):
    """Rate of purchases, the most repeat purchases, and the latest time of one."""
    rate, forever = rng.gamma(r, 1 / alpha, n), np.full(n, np.inf)
    if model == "pareto_nbd":
        return rate, forever, rng.exponential(1 / rng.gamma(leaving["s"], 1 / leaving["beta"], n))
    most = rng.geometric(np.maximum(rng.beta(leaving["a"], leaving["b"], n), 1e-12)).astype(float)
    return rate, most - (model == "mbg_nbd"), forever
