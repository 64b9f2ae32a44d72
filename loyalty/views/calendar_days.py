"""Days that come back every year, as integers that every engine can compare."""

from __future__ import annotations

from calendar import isleap
from datetime import date

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
    return _days_before(month, 1 if isleap(year) else 2) + day + (date(year, 1, 1).toordinal() - 1)


def _days_before(month: nw.Expr, missing: nw.Expr | int) -> nw.Expr:
    """Days of the year before a month from 1 to 12; `missing` are those that February has less than 30."""
    return (month * 367 - 362) // 12 - (month > 2).cast(nw.Int64) * missing


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
    year, number = month // 12, month % 12 + 1
    before = year - 1
    common = ~((year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0)))
    ahead = _days_before(number, common.cast(nw.Int64) + 1)
    return day - (365 * before + before // 4 - before // 100 + before // 400 + ahead)
