"""Days that come back every year, as integers that every engine can compare."""

from __future__ import annotations

from calendar import isleap, monthrange
from datetime import date
from functools import reduce
from operator import add

import narwhals.stable.v2 as nw


def next_day(month: nw.Expr, day: nw.Expr, after: date) -> nw.Expr:
    """The first day after a date on which a day of the year comes back.

    Parameters
    ----------
    month, day
        Integers, 1–12 and 1–31; 29 February is taken for the 28th where there is none.
    after
        The date.

    Returns
    -------
    narwhals.Expr
        As ``date.toordinal()``; null where `month` or `day` is.

    Examples
    --------
    >>> import polars as pl
    >>> born = nw.from_native(pl.DataFrame({"m": [7, 1, 2], "d": [1, 5, 29]}).lazy())
    >>> found = born.select(on=next_day(nw.col("m"), nw.col("d"), date(2025, 6, 30))).collect()["on"]
    >>> [date.fromordinal(on).isoformat() for on in found]
    ['2025-07-01', '2026-01-05', '2026-02-28']
    """
    this, following = (_in_year(month, day, year) for year in (after.year, after.year + 1))
    return nw.when(this > after.toordinal()).then(this).otherwise(following)


def _in_year(month: nw.Expr, day: nw.Expr, year: int) -> nw.Expr:
    if not isleap(year):
        day = nw.when((month == 2) & (day == 29)).then(nw.lit(28)).otherwise(day)
    steps = [(month > each).cast(nw.Int64) * monthrange(year, each)[1] for each in range(1, 12)]
    return reduce(add, steps) + day + (date(year, 1, 1).toordinal() - 1)


def day_of_month(day: nw.Expr, month: nw.Expr) -> nw.Expr:
    """Which day of its month a day is.

    Parameters
    ----------
    day
        ``date.toordinal()``.
    month
        The month it lies in, 12 · year + month − 1.

    Examples
    --------
    >>> import polars as pl
    >>> frame = nw.from_native(pl.DataFrame({"day": [date(2024, 3, 17).toordinal()], "month": [24290]}))
    >>> frame.select(of=day_of_month(nw.col("day"), nw.col("month")))["of"].to_list()
    [17]
    """
    year, number = month // 12, month % 12
    before = year - 1
    leap = ((year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))).cast(nw.Int64)
    lengths = [(number >= each).cast(nw.Int64) * monthrange(2023, each)[1] for each in range(1, 12)]
    ahead = reduce(add, lengths) + leap * (number >= 2).cast(nw.Int64)
    return day - (365 * before + before // 4 - before // 100 + before // 400 + ahead)
