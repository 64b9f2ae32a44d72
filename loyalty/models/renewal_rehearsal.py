"""Subscribers whose renewals are drawn, so that the model can be held against what comes after it looked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from loyalty.models import shifted_beta_geometric
from loyalty.models.fitting import Fit
from loyalty.models.newton import Numbers
from loyalty.models.rehearsal import BINS, Bin
from loyalty.models.renewals import retention_curve
from loyalty.models.terms import Values

FOLLOWING = 8  # terms that come after those watched


class Term(NamedTuple):
    """How many are there after so many renewals.

    Parameters
    ----------
    renewals
        From 0, where all are there.
    actual
        Share who are there.
    expected, low, high
        The same by the model, with its 95 % interval.
    naive
        If as many left each time as on average while the subscribers were watched.
    retained, expected_retained
        Share of those there before who renewed, and the same by the model; NaN at 0 and where nobody was.
    """

    renewals: int
    actual: float
    expected: float
    low: float
    high: float
    naive: float
    retained: float
    expected_retained: float


@dataclass(frozen=True, slots=True, eq=False)
class RenewalRehearsal:
    """Subscribers drawn from the shifted beta-geometric, and what the model made of the first terms.

    Parameters
    ----------
    truth
        Parameters that they were drawn from.
    watched
        Renewals that the model has seen.
    seed
        Of the draw.
    lasted
        How often each subscriber renews before he leaves; `watched` + 8 at most.
    renewals, active
        The same as far as the model has seen.
    fit
        What it found.
    """

    truth: Values
    watched: int
    seed: int
    lasted: Numbers
    renewals: Numbers
    active: NDArray[np.bool_]
    fit: Fit


def rehearse(truth: Values, customers: int, watched: int, seed: int) -> RenewalRehearsal:
    """Draw subscribers who begin together, and fit the model to their first renewals.

    Parameters
    ----------
    truth
        alpha and beta.
    customers, watched, seed
        How many, for how many renewals, and which draw.

    Returns
    -------
    RenewalRehearsal
        The same for the same arguments.
    """
    asked = np.full(customers, watched + FOLLOWING)
    lasted = shifted_beta_geometric.simulate(truth, asked, np.random.default_rng(seed)).renewals
    renewals, active = np.minimum(lasted, watched), lasted >= watched
    fit = shifted_beta_geometric.fit(renewals, active)
    return RenewalRehearsal(truth, watched, seed, lasted, renewals, active, fit)


def curve(shop: RenewalRehearsal) -> tuple[Term, ...]:
    """The subscribers renewal by renewal, those watched and the eight that follow."""
    last = shop.watched + FOLLOWING
    found = retention_curve(shop.fit, shop.renewals.astype(int), shop.active, last)
    there = np.array([(shop.lasted >= n).sum() for n in range(last + 1)])
    with np.errstate(invalid="ignore", divide="ignore"):
        retained = there[1:] / there[:-1]
    naive = loyal(shop) ** np.arange(1, last + 1)
    expected = shifted_beta_geometric.retention(shop.fit, np.arange(1, last + 1))
    columns = (there[1:] / there[0], found.expected, found.low, found.high, naive, retained, expected)
    rows = np.column_stack(columns).tolist()
    nothing = float("nan")
    return (Term(0, 1, 1, 1, 1, 1, nothing, nothing), *(Term(n, *row) for n, row in enumerate(rows, 1)))


def loyal(shop: RenewalRehearsal) -> float:
    """The share of renewals due in the time watched that were made."""
    made = float(shop.renewals.sum())
    return made / (made + float((~shop.active).sum()))


def leavings(shop: RenewalRehearsal) -> tuple[Bin, ...]:
    """Shares of subscribers by how likely they are to leave each time."""
    edges = np.linspace(0, 1, BINS + 1)
    true, found = (
        np.diff(betainc(params["alpha"], params["beta"], edges)).tolist()
        for params in (shop.truth, shop.fit.params)
    )
    return tuple(
        map(Bin, edges[:-1].tolist(), edges[1:].tolist(), true, found if shop.fit.shown else [None] * BINS)
    )
