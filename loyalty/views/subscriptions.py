"""Subscriptions as their payments show them: how often each was renewed, and which may still run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.errors import LoyaltyError
from loyalty.texts import Message
from loyalty.views.histories import Histories, bought_on, check_reach, histories

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from loyalty.dataset import Dataset
    from loyalty.models.fitting import Fit
    from loyalty.models.renewals import Subscribers

    Numbers = NDArray[np.float64]
    Integers = NDArray[np.int64]

TERMS = (7, 30, 90, 365)  # days that a payment lasts
GRACE = 4  # who is late by more than this part of a term, in whole days, has left, and begins anew
LEAST_LATE = 0.001  # share of renewals that may come later than any has so far
NEAR = {7: 1, 30: 3, 90: 7, 365: 7}  # term -> days by which a payment may come early or late and is regular
REGULAR = 2 / 3  # share of such payments, above which one may ask whether this is a shop
LEAST_ASKED = 10  # renewals that are decided; from fewer no model can be told


@dataclass(frozen=True, eq=False)
class Subscriptions:
    """What payments say of subscriptions, and the shifted beta-geometric model fitted to them.

    A subscription is a run of payments none of which comes later than a quarter of a term after it is due. A
    later payment begins a new one. A renewal is decided when its payment has come or that time is over; of
    payments for renewals that are not yet decided for everybody none counts in the fit, so that those who
    pay early are not taken for all.

    Parameters
    ----------
    histories
        Of all known customers who paid.
    term
        Days that a payment lasts.
    renewals, active
        One place a subscription: decided renewals, and whether it runs still as far as is decided.
    place
        Of the customers whose subscription may run today, in `histories`.
    subscribers
        The same customers, as the model takes them.
    every
        Days from a payment to its renewal, on average; the term where nobody has renewed.
    usual
        Days from a payment of a customer to the next one, in time or late: the median; 0 where nobody has
        paid again.
    fit
        Of :mod:`loyalty.models.shifted_beta_geometric`.
    """

    histories: Histories
    term: int
    renewals: Integers
    active: NDArray[np.bool_]
    place: Integers
    subscribers: Subscribers
    every: float
    usual: float
    fit: Fit

    @property
    def notes(self) -> tuple[Message, ...]:
        """That payments come less often than the term asks for: then who pays as agreed looks lost."""
        if self.usual <= _limit(self.term):
            return ()
        return (Message("clv.note.term", {"usual": round(self.usual), "term": self.term}),)


def subscriptions(data: Dataset, term: int) -> Subscriptions:
    """The subscriptions of known customers.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer``, ``date`` and ``amount``; several payments of a day are one.
    term
        Days that a payment lasts.

    Returns
    -------
    Subscriptions
        Remembered by the Dataset. A payment is expected to bring what the customer's payments after the
        first did on average, net of returns; where there is none, what the first did.

    Raises
    ------
    LoyaltyError
        ``too_few_renewals``, where fewer than ten renewals are decided; ``no_subscribers``, where none of
        the subscriptions can run today; ``too_short``, where the payments reach over fewer than 28 days;
        ``no_money``, where all that was paid was returned.

    Notes
    -----
    The days on which each customer paid come back to memory.
    """
    return data.remembered(("subscriptions", term), lambda: _subscriptions(data, term))


def _subscriptions(data: Dataset, term: int) -> Subscriptions:
    import numpy as np

    from loyalty.models import shifted_beta_geometric
    from loyalty.models.renewals import Subscribers

    known, (customer, day) = histories(data), bought_on(data)
    limit = _limit(term)
    gap: Integers = np.diff(day, prepend=day[:1])
    again = np.diff(customer, prepend=-1) == 0
    begins = ~again | (gap > limit)
    run = np.cumsum(begins) - 1
    decided = day + limit <= known.end
    last = np.append(customer[1:] != customer[:-1], True)
    renewals, active = _decided(run, begins, decided)
    running = last & ~decided
    renewed = np.sort(gap[~begins])
    since = (known.end - day[running]).astype(float)
    place = customer[running]
    _check(renewals, active, place, term, len(known.customer))
    check_reach(known)
    return Subscriptions(
        histories=known,
        term=term,
        renewals=renewals,
        active=active,
        place=place,
        subscribers=Subscribers(
            np.bincount(run)[run[running]] - 1, since, _later(renewed, since), _payment(known)[place]
        ),
        every=float(renewed.mean()) if len(renewed) else float(term),
        usual=float(np.median(gap[again])) if again.any() else 0.0,
        fit=shifted_beta_geometric.fit(renewals, active),
    )


def regular(data: Dataset) -> Iterator[Message]:
    """That purchases come a term apart, so that they may be payments of subscriptions.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer`` and ``date``.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyalty.dataset import Dataset
    >>> days = pd.date_range("2025-01-01", periods=12, freq="MS")
    >>> data = Dataset.from_frames(orders=pd.DataFrame({"customer": "ann", "date": days}))
    >>> [note.holes for note in regular(data)]
    [{'percent': 100, 'term': 30}]
    """
    import numpy as np

    customer, day = bought_on(data)
    gap = np.diff(day)[np.diff(customer) == 0]
    shares = {term: float((abs(gap - term) <= near).sum()) / max(1, len(gap)) for term, near in NEAR.items()}
    term = max(shares, key=lambda each: shares[each])
    if len(gap) >= LEAST_ASKED and shares[term] > REGULAR:
        yield Message("models.regular", {"percent": round(100 * shares[term]), "term": term})


def _limit(term: int) -> int:
    """Days after a payment until which the next one renews it."""
    return term + term // GRACE


def _decided(
    run: Integers, begins: NDArray[np.bool_], decided: NDArray[np.bool_]
) -> tuple[Integers, NDArray[np.bool_]]:
    """Decided renewals of each subscription, and whether it runs on after them.

    Of the payments of a subscription those are decided that lie long enough ago; each of them but the last
    payment of all was renewed.
    """
    import numpy as np

    paid = np.bincount(run)
    old = np.bincount(run, decided).astype(np.int64)
    return np.minimum(old, paid - 1), old < paid


def _later(gaps: Numbers, since: Numbers) -> Numbers:
    """Share of the renewals that came later than this; a little beyond all that were seen."""
    import numpy as np

    beyond = len(gaps) - np.searchsorted(gaps, since, side="right")
    return np.maximum(beyond / max(1, len(gaps)), LEAST_LATE).astype(float)


def _payment(known: Histories) -> Numbers:
    """What a payment of each customer brings; the average one where as much was returned as paid."""
    import numpy as np

    paid = np.where(known.frequency > 0, known.money, known.spent)
    good = paid > 0
    if not good.any():
        raise LoyaltyError("no_money", customers=len(paid), role=Message("role.amount"))
    payment: Numbers = np.where(good, paid, paid[good].mean())
    return payment


def _check(renewals: Integers, active: NDArray[np.bool_], place: Integers, term: int, customers: int) -> None:
    asked = int(renewals.sum() + (~active).sum())
    if asked < LEAST_ASKED:
        raise LoyaltyError("too_few_renewals", asked=asked, least=LEAST_ASKED, term=term)
    if not len(place):
        raise LoyaltyError("no_subscribers", term=term, customers=customers)
