"""A forecast beside what happened: on time held back, week by week, by what customers had done before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from loyalty.core import Estimate
from loyalty.views.comparison import at_rate_so_far, compared
from loyalty.views.fits import Fitted, fitted
from loyalty.views.histories import MONTH, Holdout, held_back
from loyalty.views.purchase_days import by_day

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from loyalty.dataset import Dataset

    Numbers = NDArray[np.float64]

WEEK, WEEKS = 7, 260  # days; as many steps as a picture of five years has
MOST = 7  # repeat purchases: whoever has more is in one class
LATELY = 3  # months over which beginners are counted


@dataclass(frozen=True, eq=False)
class Trial:
    """A model fitted to the first part of the orders, and what customers did in the part held back.

    Parameters
    ----------
    found
        The model and money as fitted to the first part.
    holdout
        What happened then.
    revenue
        Whether money is forecast instead of purchases.
    """

    found: Fitted
    holdout: Holdout
    revenue: bool

    @property
    def model(self) -> str:
        """The model."""
        return self.found.chosen

    @cached_property
    def total(self) -> Estimate:
        """What was expected of all customers together."""
        return self.found.total(self.holdout.days, revenue=self.revenue)

    @property
    def actual(self) -> Numbers:
        """What each customer did."""
        return self.holdout.spent if self.revenue else self.holdout.purchases

    @cached_property
    def expected(self) -> Numbers:
        """What was expected of each customer."""
        purchases = self.found.purchases(self.holdout.days)
        return purchases * self.found.spend if self.revenue else purchases

    @cached_property
    def naive(self) -> Numbers:
        """What each customer would do at the rate so far, for as much a purchase."""
        import numpy as np

        purchases = at_rate_so_far(self.holdout)
        return purchases * np.nan_to_num(self.holdout.calibration.money) if self.revenue else purchases

    def error(self, forecast: Numbers) -> float:
        """The mean absolute error of the forecast of a single customer."""
        return float(abs(self.actual - forecast).mean())

    def classes(self) -> Iterator[tuple[str, int, float, float, float]]:
        """By repeat purchases before: how many customers, and the means of what was done and expected."""
        before = self.holdout.calibration.frequency.clip(max=MOST)
        for repeats in range(MOST + 1):
            here = before == repeats
            if here.any():
                means = (float(each[here].mean()) for each in (self.actual, self.expected, self.naive))
                name = f"{repeats}+" if repeats == MOST else str(repeats)
                yield (name, int(here.sum()), *means)  # type: ignore[misc]  # three means


def trial(data: Dataset, model: str | None, revenue: bool) -> Trial | None:
    """The forecast of a time that is held back, see :func:`loyalty.views.comparison.compared`.

    Parameters
    ----------
    data
        The data.
    model
        The model; None for the one that fits the whole best.
    revenue
        Money instead of purchases.

    Returns
    -------
    Trial or None
        Remembered by the Dataset; None where too little can be held back, or no money is known before.
    """
    whole = fitted(data, model)
    return data.remembered(("trial", whole.chosen, whole.why, revenue), lambda: _trial(data, whole, revenue))


def _trial(data: Dataset, whole: Fitted, revenue: bool) -> Trial | None:
    cut = compared(data).until
    if cut is None:
        return None
    found = replace(fitted(data, whole.chosen, cut), why=whole.why)
    return None if revenue and found.money is None else Trial(found, held_back(data, cut), revenue)


class Step(NamedTuple):
    """A week: up to which day, whether the model has seen it, repeat purchases, and all so far."""

    until: int
    part: str
    actual: float
    expected: float
    cumulative_actual: float
    cumulative_expected: float


def tracked(data: Dataset, found: Fitted, earlier: Trial | None) -> Iterator[Step]:
    """Repeat purchases week by week, beside what the model expects of customers who began when they did.

    Parameters
    ----------
    data
        The data.
    found
        The model fitted to all orders, followed where nothing was held back.
    earlier
        The model fitted to the first part: then it is followed, with the customers of that part, to the end.

    Yields
    ------
    Step
        Weeks are counted back from the last day; of more than 260 of them several are one step.

    References
    ----------
    Tracking plots as in Fader, Hardie & Lee (2005); expectations are those of new customers, E[X(t)].
    """
    followed = earlier.found if earlier else found
    cut = followed.histories.end if earlier else None
    days = by_day(data, cut)
    actual, expected = days.upto("repeats"), _expected(followed, days.first, days.last)
    ends = [days.first - 1, *_ends(days.first, days.last)]
    for start, end in pairwise(ends):
        sums = [(_at(line, start - days.first), _at(line, end - days.first)) for line in (actual, expected)]
        part = "held_back" if cut is not None and end > cut else "fitted"
        yield Step(end, part, *(high - low for low, high in sums), *(high for _, high in sums))


def _at(line: Numbers, place: int) -> float:
    return float(line[place]) if place >= 0 else 0.0


def _ends(first: int, last: int) -> list[int]:
    """The last days of the steps."""
    weeks = 1 + (last - first) // WEEK
    step = WEEK * -(-weeks // WEEKS)
    return list(range(last, first - 1, -step))[::-1]


def _expected(found: Fitted, first: int, last: int) -> Numbers:
    """Repeat purchases that are expected up to each day of customers who began when they did."""
    import numpy as np

    size = last - first + 1
    began = np.bincount(found.histories.first - first, minlength=size)
    single = found.module.expected_new(found.fit, np.arange(size, dtype=float))
    added: Numbers = np.convolve(began, single)[:size]
    return added


def past(data: Dataset, months: int, revenue: bool) -> Iterator[tuple[float, float, float]]:
    """What known customers bought in the months before the last day: end, by first purchases, by later ones.

    Parameters
    ----------
    data
        The data.
    months
        How many, of 365.25 / 12 days; only those that the orders cover.
    revenue
        Money, less returns, instead of purchases.
    """
    days = by_day(data)
    names = ("amount", "repeat_amount") if revenue else ("purchases", "repeats")
    for place in range(min(months, int(len(days.purchases) / MONTH)), 0, -1):
        ends = (round(days.last - back * MONTH) for back in (place, place - 1))
        start, end = ends
        whole, again = (days.between(name, start, end) for name in names)
        yield float(end), whole - again, again


def beginners(data: Dataset) -> float:
    """How many customers bought for the first time in a month: over the last three, or fewer if need be."""
    days = by_day(data)
    span = min(LATELY * MONTH, float(len(days.purchases)))
    start = round(days.last - span)
    new = days.between("purchases", start, days.last) - days.between("repeats", start, days.last)
    return new / (span / MONTH)
