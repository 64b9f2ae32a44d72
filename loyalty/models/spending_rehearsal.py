"""Customers whose amounts are drawn, so that Gamma-Gamma can be held against what they truly spend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import gammaincc, gammainccinv

from loyalty.models import gamma_gamma
from loyalty.models.fitting import Fit, Params, params_of
from loyalty.models.newton import Numbers
from loyalty.models.rehearsal import BINS, REACH, Bin
from loyalty.models.terms import Values

PEOPLE = 10  # customers looked at closely
TENTHS = 10  # groups by what customers have spent so far
AMOUNTS = 60  # shown of one customer
COUNTS = (1, 3, 10)  # repeat purchases, for which the model's expectation is drawn
POINTS = 8  # groups of those with one repeat purchase


class Purse(NamedTuple):
    """What one customer spends.

    Parameters
    ----------
    number
        His place, from 0.
    amounts
        Of his repeat purchases; at most 60.
    observed
        Their mean.
    expected
        What the model takes his true mean to be.
    true
        What it is.
    """

    number: int
    amounts: tuple[float, ...]
    observed: float
    expected: float
    true: float


class Tenth(NamedTuple):
    """A tenth of the customers by their mean so far: the mean, what came next, what the model expected."""

    number: int
    observed: float
    actual: float
    expected: float


@dataclass(frozen=True, slots=True, eq=False)
class SpendingRehearsal:
    """Amounts drawn from Gamma-Gamma, and what the model made of them.

    Parameters
    ----------
    truth
        Parameters that they were drawn from.
    purchases
        Mean number of repeat purchases.
    seed
        Of the draw.
    frequency, money
        What the shop knows: repeat purchases, and their mean amount.
    mean
        What it does not: the customer's true mean.
    future
        Mean amount of as many purchases again.
    fit
        What the model found.
    expected
        What the model expects of each.
    """

    truth: Values
    purchases: float
    seed: int
    frequency: Numbers
    money: Numbers
    mean: Numbers
    future: Numbers
    fit: Fit
    expected: Numbers


def rehearse(truth: Values, customers: int, purchases: float, seed: int) -> SpendingRehearsal:
    """Draw what customers spend, fit the model, and let them buy as often again.

    Parameters
    ----------
    truth
        p, q and v.
    customers, purchases, seed
        How many, with how many repeat purchases on average (one at least), and which draw.

    Returns
    -------
    SpendingRehearsal
        The same for the same arguments.
    """
    rng = np.random.default_rng(seed)
    frequency = rng.geometric(1 / purchases, customers).astype(float)
    drawn = gamma_gamma.simulate(truth, frequency, rng, future=frequency)
    fit = gamma_gamma.fit(frequency, drawn.money)
    expected = gamma_gamma.expected_money(fit, frequency, drawn.money)
    future = drawn.amounts / frequency
    return SpendingRehearsal(
        truth, purchases, seed, frequency, drawn.money, drawn.mean, future, fit, expected
    )


def purses(shop: SpendingRehearsal) -> tuple[Purse, ...]:
    """The first ten customers.

    Single amounts are drawn afresh around the mean that is known: of gamma distributed amounts, the shares
    of their sum are Dirichlet distributed whatever the sum is.
    """
    rng, p = np.random.default_rng((shop.seed, 1)), shop.truth["p"]
    return tuple(_purse(shop, at, p, rng) for at in range(min(PEOPLE, len(shop.money))))


def _purse(shop: SpendingRehearsal, at: int, p: float, rng: np.random.Generator) -> Purse:
    count, mean = int(shop.frequency[at]), float(shop.money[at])
    shares = rng.dirichlet(np.full(count, p))
    amounts = tuple((mean * count * shares[:AMOUNTS]).tolist())
    return Purse(at, amounts, mean, float(shop.expected[at]), float(shop.mean[at]))


def tenths(shop: SpendingRehearsal) -> tuple[Tenth, ...]:
    """The customers in ten groups by their mean so far, the lowest first; fewer where there are fewer."""
    order = np.array_split(np.argsort(shop.money, kind="stable"), min(TENTHS, len(shop.money)))
    columns = (shop.money, shop.future, shop.expected)
    return tuple(
        Tenth(number, *(float(column[group].mean()) for column in columns))
        for number, group in enumerate(order, 1)
    )


def means(shop: SpendingRehearsal) -> tuple[Bin, ...]:
    """Shares of customers by their true means, as they are and as the model found them."""
    p, q, v = params_of(shop.truth, gamma_gamma.NAMES)
    edges = np.linspace(0, p * v / gammainccinv(q, REACH), BINS + 1)
    true = np.diff(_below(shop.truth, edges)).tolist()
    found = np.diff(_below(shop.fit, edges)).tolist() if shop.fit.shown else [None] * BINS
    return tuple(map(Bin, edges[:-1].tolist(), edges[1:].tolist(), true, found))


def _below(params: Params, edges: Numbers) -> Numbers:
    p, q, v = params_of(params, gamma_gamma.NAMES)
    with np.errstate(divide="ignore"):
        share: Numbers = gammaincc(q, p * v / edges)
    return share


class Pull(NamedTuple):
    """What the model expects of customers with so many purchases, by their mean so far."""

    purchases: int
    observed: float
    expected: float


def pulls(shop: SpendingRehearsal) -> tuple[Pull, ...]:
    """How the model's expectation depends on the mean so far; one straight line a number of purchases."""
    ends = np.array([0.001, 1]) * float(np.quantile(shop.money, 0.97))
    return tuple(
        Pull(count, *pair)
        for count in COUNTS
        for pair in zip(
            ends.tolist(), gamma_gamma.expected_money(shop.fit, count, ends).tolist(), strict=True
        )
    )


def once(shop: SpendingRehearsal) -> tuple[tuple[float, float], ...]:
    """Groups of customers with one repeat purchase: its mean amount, and their mean true mean."""
    single = np.flatnonzero((shop.frequency == 1) & (shop.money <= np.quantile(shop.money, 0.97)))
    groups = np.array_split(single[np.argsort(shop.money[single])], min(POINTS, len(single)) or 1)
    return tuple(
        (float(shop.money[group].mean()), float(shop.mean[group].mean())) for group in groups if len(group)
    )
