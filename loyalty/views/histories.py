"""Histories of customers for the purchase models: of a whole file, and of a part with the rest held back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from loyalty.codes import coded, in_codes, is_code
from loyalty.core import Need, check_options
from loyalty.errors import LoyaltyError
from loyalty.grouping import Totals, grouped
from loyalty.texts import Message

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from loyalty.dataset import Dataset

    Floats = NDArray[np.float64]
    Integers = NDArray[np.int64]

MONTH = 365.25 / 12  # days
PERIODS = {"day": 1.0, "week": 7.0, "month": MONTH}  # in days
LATE, FEW = 4, 0.02  # part of the time, and share of the customers seen in it: a date may be wrong
LEAST_REACH = 28  # days: from less nothing is said of months to come


@dataclass(frozen=True, eq=False)
class Histories:
    """When known customers bought, one place a customer, in the alphabetical order of their names.

    Parameters
    ----------
    customer
        Names.
    group
        Segment of the first purchase, null where that has none; None where nothing is broken down.
    first
        Day of the first purchase, ``date.toordinal()``.
    frequency
        Days (weeks, months) with a purchase after that of the first one.
    recency
        Days (weeks, months) from the first purchase to the last; 0 where the customer has not come again.
    age
        Days (weeks, months) from the first purchase to `end`.
    money
        Mean net spend of a day (week, month) with a repeat purchase: NaN where there is none, or no amounts.
        Nothing or less where as much was returned.
    spent
        Net spend in all, the first purchase included; NaN where there are no amounts.
    end
        Last day of the observation.
    """

    customer: pl.Series
    group: pl.Series | None
    first: Integers
    frequency: Floats
    recency: Floats
    age: Floats
    money: Floats
    spent: Floats
    end: int

    @property
    def reach(self) -> int:
        """Days from the first purchase of all to the last day, both included."""
        return int(self.end - self.first.min()) + 1


@dataclass(frozen=True, eq=False)
class Holdout:
    """Histories up to a day, and what the same customers did after it.

    Parameters
    ----------
    calibration
        The histories up to the day.
    days
        Length of the time held back.
    purchases
        Days (weeks, months) with a purchase in that time, by customer of the calibration.
    money
        Mean net spend of such a day (week, month), NaN where there is none, or no amounts.
    spent
        Net spend in that time; NaN where there are no amounts.
    """

    calibration: Histories
    days: int
    purchases: Floats
    money: Floats
    spent: Floats


def histories(data: Dataset, by: str | None = None, unit: str = "day", until: int | None = None) -> Histories:
    """The histories of all known customers who bought.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer`` and ``date``.
    by
        Column of the segment.
    unit
        ``"day"``, ``"week"`` (7 days) or ``"month"`` (365.25/12 days). Purchases in one of them are one
        purchase; weeks and months are counted back from the last day, so that the last one is whole.
    until
        Last day that counts, ``date.toordinal()``; None: the last day of the orders.

    Returns
    -------
    Histories
        Remembered by the Dataset. Purchases count where their order adds up to more than nothing; an order
        below nothing is a return and lowers what was spent in the period of its own day, or in that of the
        first purchase if it came before. Purchases and returns without a customer or a day do not count.

        One row a customer comes back to memory, on a database one a customer and day.

    Raises
    ------
    LoyaltyError
        If the columns are missing, the unit is unknown, or no customer is known.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyalty.dataset import Dataset
    >>> days = pd.to_datetime(["2025-01-01", "2025-01-05", "2025-01-05", "2025-01-11"])
    >>> lines = pd.DataFrame({"customer": list("aaab"), "date": days, "amount": [9.0, 3.0, 4.0, 5.0]})
    >>> found = histories(Dataset.from_frames(orders=lines))
    >>> found.customer.to_list(), found.frequency.tolist(), found.recency.tolist(), found.age.tolist()
    (['a', 'b'], [1.0, 0.0], [4.0, 0.0], [10.0, 0.0])
    >>> found.money.tolist(), found.spent.tolist()
    ([7.0, nan], [16.0, 5.0])
    """
    check_options({"unit": (unit, tuple(PERIODS))})
    data.require(Need("orders", ("customer", "date")))
    data.check_by("orders", by)
    found = data.remembered(("histories", unit, until), lambda: _histories(data, unit, until))
    if by is None:
        return found
    key = ("histories", unit, until, by)
    return data.remembered(key, lambda: replace(found, group=_groups(data, by, found)))


def held_back(data: Dataset, until: int, by: str | None = None, unit: str = "day") -> Holdout:
    """The histories up to a day, and what the same customers did between it and the last day of the orders.

    Purchases, returns and money are counted alike on both sides of the day; periods after it are counted
    from it, so that the last one may be cut short.

    Parameters
    ----------
    data, by, unit
        As for :func:`histories`.
    until
        Last day of the calibration, ``date.toordinal()``.

    Returns
    -------
    Holdout
        Remembered by the Dataset.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyalty.dataset import Dataset
    >>> days = pd.to_datetime(["2025-01-01", "2025-01-02", "2025-01-05", "2025-01-11"])
    >>> lines = pd.DataFrame({"customer": list("abaa"), "date": days, "amount": [9.0, 3.0, 4.0, 5.0]})
    >>> found = held_back(Dataset.from_frames(orders=lines), days[1].toordinal())
    >>> found.days, found.purchases.tolist(), found.money.tolist(), found.spent.tolist()
    (9, [2.0, 0.0], [4.5, nan], [9.0, 0.0])
    """
    calibration = histories(data, by, unit, until)
    return data.remembered(("holdout", unit, until, by), lambda: _held_back(data, calibration, unit))


def deviations(data: Dataset, until: int | None = None) -> Floats:
    """How far what each customer of the histories by day spent on repeat purchases lies from its mean.

    Sums of squares, see :func:`loyalty.models.summary.deviations`. Remembered by the Dataset.

    Parameters
    ----------
    data, until
        As for :func:`histories`; needs ``amount`` too.
    """
    from loyalty.models import summary

    end = _last_day(data) if until is None else until
    key = ("deviations", until)
    return data.remembered(key, lambda: summary.deviations(*_columns(_log(data)), end=end))


def bought_on(data: Dataset) -> tuple[Integers, Integers]:
    """Customer, as the place in the histories of all orders, and day of each purchase, in this order.

    Purchases of a customer on one day are one. Remembered by the Dataset.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyalty.dataset import Dataset
    >>> days = pd.to_datetime(["2025-01-05", "2025-01-01", "2025-01-05", "2025-01-05"])
    >>> found = bought_on(Dataset.from_frames(orders=pd.DataFrame({"customer": list("baab"), "date": days})))
    >>> found[0].tolist(), (found[1] - found[1].min()).tolist()
    ([0, 0, 1], [0, 4, 4])
    """
    from loyalty.models import summary

    return data.remembered("bought on", lambda: summary.bought_on(*_columns(_log(data))))


def check_reach(own: Histories) -> None:
    """Refuse to look ahead from next to no time.

    Raises
    ------
    LoyaltyError
        ``too_short``, with the days there are.
    """
    if own.reach < LEAST_REACH:
        raise LoyaltyError("too_short", days=own.reach, needed=LEAST_REACH)


def cautions(own: Histories, days: float) -> Iterator[Message]:
    """What has to be known of a look ahead by so many days: nobody was watched for as long, or lately."""
    late = own.reach // LATE
    seen = int((own.end - own.first - own.recency < late).sum())
    if seen <= max(1, FEW * len(own.first)) and 2 * seen < len(own.first):
        last = date.fromordinal(own.end).isoformat()
        yield Message("models.quiet", {"days": late, "seen": seen, "customers": len(own.first), "last": last})
    if days > own.reach:
        yield Message("models.beyond", {"days": own.reach, "ahead": round(days)})


def _histories(data: Dataset, unit: str, until: int | None) -> Histories:
    import polars as pl

    from loyalty.models.summary import summarise

    log, end = _log(data), _last_day(data) if until is None else until
    found = summarise(*_columns(log), end=end, period=PERIODS[unit])
    if not len(found.customer):
        raise data.nothing("orders", "no_customers", role=Message("role.customer"))
    names = pl.Series(found.customer.astype("uint32")).cat.to(log.schema["customer"])
    return Histories(
        customer=names.cast(pl.String).alias("customer"),
        group=None,
        first=found.first,
        frequency=found.frequency,
        recency=found.recency,
        age=found.age,
        money=found.money,
        spent=found.spent,
        end=end,
    )


def _held_back(data: Dataset, calibration: Histories, unit: str) -> Holdout:
    from loyalty.models.summary import afterwards

    log = _log(data)
    known = calibration.customer.cast(log.schema["customer"]).cat.physical().to_numpy()
    later = afterwards(*_columns(log), known=known, since=calibration.end, period=PERIODS[unit])
    return Holdout(calibration, _last_day(data) - calibration.end, *later)


def _last_day(data: Dataset) -> int:
    period = data.period("orders")
    return period[1].toordinal() if period else 0


def _log(data: Dataset) -> pl.DataFrame:
    """What known customers bought and returned on known days, in memory."""
    return data.remembered("log", lambda: _logged(data))


def _logged(data: Dataset) -> pl.DataFrame:
    import polars as pl

    sides = (data.purchases, data.returns) if data.has("orders", "amount") else (data.purchases,)
    log = pl.concat([_days(side) for side in sides])
    return log if is_code(log.schema["customer"]) else pl.DataFrame(coded({"log": log})["log"])


def _days(orders: nw.LazyFrame[Any]) -> pl.DataFrame:
    """Orders of known customers on known days: as they are in memory, of a database one row for each day."""
    amount = [name for name in orders.collect_schema().names() if name == "amount"]
    known = orders.drop_nulls(["customer", "day"]).select("customer", "day", *amount)
    if not in_codes(known):
        known = grouped(known, ("customer", "day"), Totals(amount)) if amount else known.unique()
    return known.collect("polars").to_native()


def _columns(log: pl.DataFrame) -> list[NDArray[Any]]:
    """Customers as numbers in the order of the alphabet, days, and amounts where there are any."""
    numbers = log["customer"].cat.physical().to_numpy()
    return [numbers, *(log[name].to_numpy() for name in ("day", "amount") if name in log.columns)]


def _groups(data: Dataset, by: str, found: Histories) -> pl.Series:
    """The segments of the first purchases, in the order of the histories."""
    import polars as pl

    segments = data.customers(by).select(nw.col("customer", "group").cast(nw.String)).collect("polars")
    names = pl.DataFrame({"customer": found.customer})
    return names.join(segments.to_native(), on="customer", how="left", maintain_order="left")["group"]
