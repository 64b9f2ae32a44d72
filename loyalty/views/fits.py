"""Models of purchases and money fitted to the orders, each once, and what they say of customers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any

from loyalty.core import BLANK, REST, Estimate, by_group, role_names
from loyalty.errors import LoyaltyError
from loyalty.texts import Message
from loyalty.views.choice import choose
from loyalty.views.histories import Histories, check_reach, deviations, histories

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from loyalty.dataset import Dataset
    from loyalty.models.fitting import Fit
    from loyalty.models.spending import Spending
    from loyalty.models.totals import Moments, People, Totals
    from loyalty.models.value import Windows

    Numbers = NDArray[np.float64]

PURCHASE_MODELS = ("bg_nbd", "mbg_nbd", "pareto_nbd")
LEAST_REPEATS = 10  # customers who bought again; from fewer no model can be told
UNLIKELY = 0.001  # chance of a model below which it is no matter


@dataclass(frozen=True, eq=False)
class Fitted:
    """The models of purchases and money as they fit the orders, and what the chosen one expects.

    Arrays have one element a customer, in the order of `histories`. Time is in days from the last day of the
    orders, money in the currency of the file. Intervals are 95 %, of what will really happen; those of totals
    also allow for the other models being right, unless one was asked for.

    Parameters
    ----------
    histories
        Of every known customer who bought, by day.
    fits
        Model of purchases to its fit, for each of `PURCHASE_MODELS`.
    chosen
        The model that answers.
    why
        ``"asked"``, by the user; ``"likelihood"``, it fits best; ``"alike"``, the simplest of several that
        fit alike; ``"sound"``, it fits best of those whose state is ``ok``, and hardly worse than others;
        ``"only_ok"``, the others are not ``ok``; ``"none_ok"``, no model is, and it fits best;
        ``"far_likelier"``, it is not ``ok``, but those that are fit far worse.
    money
        Fit of Gamma-Gamma; None where there are no amounts of repeat purchases.
    deviations
        How far what each customer spent lies from its mean, see :func:`loyalty.views.histories.deviations`;
        None where there is no `money`, or to take it from its fit.
    """

    histories: Histories
    fits: Mapping[str, Fit]
    chosen: str
    why: str
    money: Fit | None
    deviations: Numbers | None = None

    @property
    def fit(self) -> Fit:
        """The chosen fit."""
        return self.fits[self.chosen]

    @property
    def module(self) -> ModuleType:
        """The module of the chosen model."""
        return import_module(f"loyalty.models.{self.chosen}")

    @cached_property
    def chances(self) -> Mapping[str, float]:
        """How likely each model is the right one, if one of them is: by likelihood, or the one asked for."""
        import numpy as np

        if self.why == "asked":
            return {self.chosen: 1.0}
        likelihood = np.array([fit.loglik for fit in self.fits.values()])
        weights = np.exp(likelihood - likelihood.max())
        return dict(zip(self.fits, (weights / weights.sum()).tolist(), strict=True))

    @cached_property
    def if_all_stay(self) -> Fit:
        """The fit of the model in which nobody ever leaves, :mod:`loyalty.models.nbd`."""
        from loyalty.models import nbd

        return nbd.fit(*self._history)

    @cached_property
    def alive(self) -> Numbers:
        """The probability that a customer is still one; 1 for who bought once, by BG/NBD."""
        alive: Numbers = self.module.probability_alive(self.fit, *self._history)
        return alive

    @property
    def spend(self) -> Numbers:
        """The money that a purchase day of each customer is expected to bring.

        Raises
        ------
        LoyaltyError
            ``missing_columns``, where there are no amounts; ``no_money``, where all that was bought again was
            returned.
        """
        return self._spending.mean

    def purchases(self, days: float | Sequence[float]) -> Numbers:
        """Purchase days that are expected of each customer within so many days; of several, one row each."""
        import numpy as np

        horizon = np.asarray(days, float)
        expected: Numbers = self.module.expected_purchases(self.fit, horizon, *self._history)
        return expected

    def discounted_purchases(self, months: int, discount: float) -> Numbers:
        """The same within so many months, discounted to today; `discount` per year, 0.1 is 10 %."""
        from loyalty.models.value import discounted_purchases, per_month

        return discounted_purchases(self.module, self.fit, months, per_month(discount), *self._history)

    def value(self, months: int, discount: float) -> Numbers:
        """The money that each customer is expected to bring within so many months, discounted to today."""
        return self.discounted_purchases(months, discount) * self.spend

    def total(self, days: float, *, revenue: bool = False) -> Estimate:
        """Purchases, or revenue, of all customers together within so many days; `n` counts customers."""
        return self.totals(days, None, revenue=revenue)[0]

    def totals(
        self, days: float, groups: Iterable[str | None] | None, *, revenue: bool = False
    ) -> tuple[Estimate, ...]:
        """The same for groups of customers, in the order of their names.

        Parameters
        ----------
        days
            The horizon.
        groups
            Group of each customer, None for none; see :func:`main_groups`. One estimate of all without.
        revenue
            Money instead of purchases.
        """
        from loyalty.models.value import until

        return self._totals(until(days), groups, revenue)[0]

    def total_values(
        self, months: int, discount: float, groups: Iterable[str | None] | None
    ) -> tuple[Estimate, ...]:
        """The value of groups of customers, see `totals` and `value`; divide by `n` for the mean."""
        from loyalty.models.value import discounted, per_month

        return self._totals(discounted(months, per_month(discount)), groups, True)[0]

    def value_totals(self, months: int, discount: float, groups: NDArray[np.intp]) -> Totals:
        """The same for groups by their numbers, from 0, so that they can be pooled in several ways."""
        windows, found = self._ahead(months, discount)
        return self._in_doubt(windows, self._everyone.by(groups), self._spending, found)

    def by_month(
        self, months: int, *, revenue: bool = False
    ) -> tuple[tuple[Estimate, ...], tuple[Estimate, ...]]:
        """Totals of each of the next months, and of all months up to each; a month is 365.25 / 12 days."""
        from loyalty.models.value import monthly

        found = [each for [each] in self._totals(monthly(months), None, revenue)]
        return tuple(found[:months]), tuple(found[months:])

    def interval(self, days: float) -> tuple[Numbers, Numbers]:
        """Ends of the interval of the purchases of each single customer; whole numbers."""
        from loyalty.models.ranges import purchases

        return purchases(self.module, self.fit, days, *self._history)

    def value_interval(self, months: int, discount: float) -> tuple[Numbers, Numbers]:
        """Ends of the interval of what each single customer will be worth; the low end may be nothing."""
        from loyalty.models.ranges import value

        windows, found = self._ahead(months, discount)
        return value(self.module, self.fit, windows, *self._history, self._spending, found)

    @property
    def _history(self) -> tuple[Numbers, Numbers, Numbers]:
        return self.histories.frequency, self.histories.recency, self.histories.age

    @cached_property
    def _ahead(self) -> Callable[[int, float], tuple[Windows, Moments]]:
        """The months of a horizon and what is expected in them, the latest remembered."""
        from loyalty.models.totals import moments
        from loyalty.models.value import discounted, per_month

        @lru_cache(2)
        def ahead(months: int, discount: float) -> tuple[Windows, Moments]:
            windows = discounted(months, per_month(discount))
            return windows, moments(self.module, self.fit, windows, self._everyone.few)

        return ahead

    @cached_property
    def _spending(self) -> Spending:
        from loyalty.models.spending import Spending

        own = self.histories
        if self.money is None and (own.spent == own.spent).any():  # there are amounts
            raise LoyaltyError("no_money", customers=len(own.spent), role=Message("role.amount"))
        if self.money is None:
            table = Message("table.orders")
            raise LoyaltyError("missing_columns", table=table, roles=role_names(["amount"]))
        return Spending(self.money, own.frequency, own.money, self.deviations)

    @cached_property
    def _everyone(self) -> People:
        from loyalty.models.totals import people

        return people(*self._history)

    def _people(self, groups: Iterable[str | None] | None) -> tuple[People, list[str | None]]:
        import numpy as np

        if groups is None:
            return self._everyone, [None]
        names, codes = np.unique([BLANK if name is None else name for name in groups], return_inverse=True)
        return self._everyone.by(codes), names.tolist()

    def _totals(
        self, windows: Windows, groups: Iterable[str | None] | None, revenue: bool
    ) -> list[tuple[Estimate, ...]]:
        """One row a window, one estimate a group."""
        import numpy as np

        customers, names = self._people(groups)
        found = self._in_doubt(windows, customers, self._spending if revenue else None)
        counts = np.bincount(customers.groups, minlength=customers.count).tolist()
        rows = zip(found.expected.tolist(), *(end.tolist() for end in found.interval()), strict=True)
        return [tuple(map(Estimate, *row, counts, names)) for row in rows]

    def _in_doubt(
        self,
        windows: Windows,
        customers: People,
        spending: Spending | None,
        found: Moments | None = None,
    ) -> Totals:
        """The totals of the chosen model, uncertain also because another one may be right."""
        from loyalty.models.totals import expected, totals

        others = [
            (chance, expected(_module(name), self.fits[name], windows, customers, spending))
            for name, chance in self.chances.items()
            if name != self.chosen and chance > UNLIKELY
        ]
        return totals(self.module, self.fit, windows, customers, spending, found).beside(others)


def main_groups(groups: Iterable[str | None]) -> list[str]:
    """The group of each customer, those beyond the ``limits.GROUPS`` largest together as the rest.

    Examples
    --------
    >>> main_groups(["b", None, "b"])
    ['b', '', 'b']
    """
    names = [BLANK if name is None else name for name in groups]
    kept = by_group(((name, 1) for name in names), size=float)
    return [name if name in kept else REST for name in names]


def fitted(data: Dataset, model: str | None = None, until: int | None = None) -> Fitted:
    """The models of purchases and money, fitted to the orders; each once for a Dataset.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer`` and ``date``.
    model
        One of `PURCHASE_MODELS`; None for the one that fits best, see :func:`loyalty.views.choice.choose`.
    until
        Last day that counts (``date.toordinal()``); None for the last of the orders.

    Raises
    ------
    LoyaltyError
        ``too_few_repeats``, where fewer than ten customers bought on a second day; ``too_short``, where the
        first purchase lies fewer than 28 days back.

    Notes
    -----
    A few numbers of every customer come back to memory.

    Examples
    --------
    Twenty customers who bought each four weeks for half a year, half of them only until March:

    >>> import pandas as pd
    >>> from loyalty.dataset import Dataset
    >>> days = pd.date_range("2025-01-01", "2025-06-30", freq="28D")
    >>> rows = [(str(who), day, 10.0) for who in range(20) for day in days[: 3 if who % 2 else 7]]
    >>> found = fitted(Dataset.from_frames(orders=pd.DataFrame(rows, columns=["customer", "date", "amount"])))
    >>> staying, gone = found.purchases(90)[:2]
    >>> bool(staying > 2 > gone), found.total(90).n
    (True, 20)
    """

    def make() -> Fitted:
        own = histories(data, until=until)
        fits = data.remembered(("purchase fits", until), lambda: _purchase_fits(own))
        judged = {name: (fit.state, fit.loglik) for name, fit in fits.items()}
        chosen, why = (model, "asked") if model else choose(judged)
        money = data.remembered(("money fit", until), lambda: _money_fit(own))
        return Fitted(own, fits, chosen, why, money, deviations(data, until) if money else None)

    return data.remembered(("fitted", model, until), make)


def _purchase_fits(own: Histories) -> Mapping[str, Fit]:
    check_repeats(own)
    check_reach(own)
    return MappingProxyType({name: _module(name).fit(*_history(own)) for name in PURCHASE_MODELS})


def _money_fit(own: Histories) -> Fit | None:
    from loyalty.models import gamma_gamma

    return gamma_gamma.fit(own.frequency, own.money) if has_money(own) else None


def _module(name: str) -> Any:
    return import_module(f"loyalty.models.{name}")


def _history(own: Histories) -> tuple[Numbers, Numbers, Numbers]:
    return own.frequency, own.recency, own.age


def has_money(own: Histories) -> bool:
    """Whether anything is known of what a repeat purchase brings."""
    return bool((own.money > 0).any())


def check_repeats(own: Histories) -> None:
    """Refuse to fit a model to next to nothing.

    Raises
    ------
    LoyaltyError
        ``too_few_repeats``, with the counts.
    """
    repeats = int((own.frequency > 0).sum())
    if repeats < LEAST_REPEATS:
        raise LoyaltyError(
            "too_few_repeats", repeats=repeats, customers=len(own.frequency), least=LEAST_REPEATS
        )


def no_dropout(found: Fitted) -> bool:
    """Whether the data show no sign of customers leaving: no model fits better than if nobody did.

    Then forecasts take nearly everybody for a customer for ever. Better by Akaike's criterion, see
    :func:`loyalty.models.nbd.as_good`.
    """
    from loyalty.models import nbd

    return nbd.as_good(found.if_all_stay, list(found.fits.values()))
