"""What each known customer is expected to be worth, whichever model says it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from loyalty.core import BLANK, Estimate
from loyalty.errors import LoyaltyError
from loyalty.texts import Message
from loyalty.views.fits import Fitted, fitted, no_dropout
from loyalty.views.histories import MONTH, Histories, cautions
from loyalty.views.subscriptions import Subscriptions, subscriptions

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from loyalty.dataset import Dataset
    from loyalty.models.fitting import Fit
    from loyalty.models.renewals import Plan
    from loyalty.models.totals import Totals

    Numbers = NDArray[np.float64]
    Places = NDArray[np.intp]
    Groups = Sequence[Any] | NDArray[Any] | None

LATEST = 2  # answers that are remembered


@dataclass(frozen=True, eq=False)
class Worth:
    """What customers are worth over the next months, one place a customer who may still buy.

    Money is in the currency of the file, values are discounted to today, the last day of the orders, and
    intervals are 95 %, of what will really happen.

    Parameters
    ----------
    everyone
        Histories of all known customers.
    place
        Of the customers, in these: of a shop everybody, of subscriptions those that may still run.
    fit
        Of the model of purchases, or of renewals.
    alive
        The chance that a customer is still one; of a subscriber, that he pays once more.
    purchases
        Days on which each is expected to buy, or payments.
    spend
        What each of these is expected to bring.
    value
        What each customer is expected to bring, discounted.
    newcomer
        What a new customer is worth in as many months after the first purchase, without that one.
    totals_of
        Value of groups of customers, by the number of the group of each.
    interval
        Ends of the interval of what each single customer will be worth.
    notes
        What has to be known of the data.
    """

    everyone: Histories
    place: Places
    fit: Fit
    alive: Numbers
    purchases: Numbers
    spend: Numbers
    value: Numbers
    newcomer: float
    totals_of: Callable[[Places], Totals]
    interval: Callable[[], tuple[Numbers, Numbers]]
    notes: tuple[Message, ...]

    def totals(self, *groupings: Groups) -> list[list[Estimate]]:
        """Value of groups of customers, for several ways to group them at once.

        Parameters
        ----------
        groupings
            The group of each customer: numbers or names; None where all are one.

        Returns
        -------
        list of list of Estimate
            For each way one estimate a group, in the order of the groups; `n` counts customers.
        """
        import numpy as np

        named = [_numbered(grouping, len(self.place)) for grouping in groupings]
        key = np.zeros(len(self.place), np.intp)
        for names, places in named:
            key = key * len(names) + places
        _, first, cells = np.unique(key, return_index=True, return_inverse=True)
        found = self.totals_of(cells)
        return [_estimates(found.pooled(places[first]), places, names) for names, places in named]

    def of_customers(self, column: pl.Series) -> list[str | None]:
        """What a column of the histories says of each customer."""
        return column.gather(self.place).to_list()

    @property
    def spent(self) -> Numbers:
        """What each has spent so far, net of returns."""
        return self.everyone.spent[self.place]


def worth(
    data: Dataset,
    *,
    kind: str = "orders",
    model: str | None = None,
    months: int = 12,
    discount: float = 0.1,
    term: int = 30,
) -> Worth:
    """What each known customer is expected to be worth; each model is fitted once for a Dataset.

    The latest answers are remembered, for the lists of customers ask what their metric has asked.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer``, ``date`` and ``amount``.
    kind
        ``"orders"`` for a shop, ``"subscription"`` for payments that are renewed term by term.
    model
        Of purchases, see :func:`loyalty.views.fits.fitted`.
    months
        The horizon.
    discount
        By how much money a year later is worth less, 0.1 for 10 %.
    term
        Days that a payment of a subscription lasts.

    Raises
    ------
    LoyaltyError
        Where there is too little to fit a model to.

    Notes
    -----
    A few numbers of every customer come back to memory.
    """
    make: Callable[[int, float], Worth]
    if kind == "subscription":
        asked, make = str(term), partial(_of_subscribers, subscriptions(data, term))
    else:
        asked, make = str(model), partial(_of_buyers, fitted(data, model))
    return data.remembered(("worth", kind, asked), lambda: lru_cache(LATEST)(make))(months, discount)


def _of_buyers(found: Fitted, months: int, discount: float) -> Worth:
    import numpy as np

    return Worth(
        everyone=found.histories,
        place=np.arange(len(found.histories.frequency)),
        fit=found.fit,
        alive=found.alive,
        purchases=found.purchases(MONTH * months),
        spend=found.spend,
        value=found.value(months, discount),
        newcomer=_newcomer(found, months, discount),
        totals_of=lambda groups: found.value_totals(months, discount, groups),
        interval=lambda: found.value_interval(months, discount),
        notes=(*_forever(found), *cautions(found.histories, MONTH * months)),
    )


def _forever(found: Fitted) -> Iterator[Message]:
    if no_dropout(found) and found.fit.simpler != "no_dropout":  # or its own state says so
        yield Message("models.no_dropout")


def _newcomer(found: Fitted, months: int, discount: float) -> float:
    import numpy as np

    from loyalty.models.gamma_gamma import population_mean
    from loyalty.models.value import discounted, per_month

    assert found.money is not None
    ends, [weights] = discounted(months, per_month(discount))
    bought = found.module.expected_new(found.fit, ends)
    return float((weights * np.diff(bought, prepend=0.0)).sum()) * population_mean(found.money)


def _of_subscribers(found: Subscriptions, months: int, discount: float) -> Worth:
    from loyalty.models.renewals import Plan, payments, value_totals

    plan, who = Plan(found.every, MONTH * months, discount), found.subscribers
    coming = payments(found.fit, who, plan)
    low, high = (end * who.payment for end in coming.interval)
    return Worth(
        everyone=found.histories,
        place=found.place,
        fit=found.fit,
        alive=coming.chance[:, 0],
        purchases=coming.number,
        spend=who.payment,
        value=coming.expected * who.payment,
        newcomer=_new_subscriber(found, plan),
        totals_of=lambda groups: value_totals(found.fit, who, plan, groups),
        interval=lambda: (low, high),
        notes=(*found.notes, *cautions(found.histories, MONTH * months)),
    )


def _new_subscriber(found: Subscriptions, plan: Plan) -> float:
    import numpy as np

    from loyalty.models.renewals import Subscribers, payments

    mean = found.subscribers.payment.mean(keepdims=True)
    new = Subscribers(np.zeros(1, np.intp), np.zeros(1), np.ones(1), mean)
    return float((payments(found.fit, new, plan).expected * mean)[0])


def _numbered(groups: Groups, n: int) -> tuple[list[Any], Places]:
    """The groups in their order, and the place of each customer's among them."""
    import numpy as np
    import polars as pl

    if groups is None:
        return [None], np.zeros(n, np.intp)
    given = pl.Series(groups)
    names = given.unique().sort()
    return names.to_list(), names.search_sorted(given).to_numpy().astype(np.intp)


def _estimates(found: Totals, places: Places, names: list[Any]) -> list[Estimate]:
    import numpy as np

    ends = (end[0].tolist() for end in (found.expected, *found.interval()))
    return list(map(Estimate, *ends, np.bincount(places).tolist(), names))


def mean_worth(data: Dataset, groups: nw.LazyFrame[Any]) -> dict[str, Estimate]:
    """What customers of each group are worth on average in the next twelve months, by the usual settings.

    Parameters
    ----------
    data
        Any; nothing comes of it where there are no amounts, or too little to fit a model to.
    groups
        Columns ``customer`` and ``group``, a customer once; they come back to memory.
    """
    if not data.has("orders", "customer", "day", "amount"):
        return {}
    try:
        found = worth(data)
    except LoyaltyError:
        return {}
    known = groups.select(nw.col("customer", "group").cast(nw.String)).collect("polars").to_native()
    names = found.everyone.customer.to_frame().join(known, on="customer", how="left", maintain_order="left")
    [totals] = found.totals(names["group"].fill_null(BLANK).to_list())
    return {str(total.group): mean(total, total.group) for total in totals if total.group != BLANK}


def mean(total: Estimate, name: str | None = None) -> Estimate:
    """What one of `n` customers is worth on average, from what all of them are."""
    value, low, high = (end / total.n for end in (total.value, total.low, total.high))
    return Estimate(value, low, high, total.n, name)
