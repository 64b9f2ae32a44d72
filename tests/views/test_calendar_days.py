"""Days of the year against the calendar of the standard library, day by day."""

from __future__ import annotations

from datetime import date, timedelta

import narwhals.stable.v2 as nw
import polars as pl
import pytest

from loyalty.views.calendar_days import day_of_month, next_day

YEARS = (1900, 2000, 2023, 2024, 2100)


def the_long_way(month, day, after):
    """The first following day that bears this name; 29 February is the 28th where there is none."""
    for ahead in range(1, 367):
        then = after + timedelta(days=ahead)
        eve = (month, day) == (2, 29) and (then.month, then.day) == (2, 28)
        if (then.month, then.day) == (month, day) or (eve and (then + timedelta(days=1)).month == 3):
            return then
    raise AssertionError


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("after", ["02-27", "02-28", "03-01", "06-30", "12-31"])
def test_every_day_of_the_year_comes_back_on_its_day(year, after):
    today = date.fromisoformat(f"{year}-{after}")
    days = [date(2024, 1, 1) + timedelta(days=at) for at in range(366)]
    born = pl.DataFrame({"month": [day.month for day in days], "day": [day.day for day in days]}).lazy()
    found = nw.from_native(born).select(on=next_day(nw.col("month"), nw.col("day"), today)).collect()["on"]
    assert [date.fromordinal(on) for on in found] == [the_long_way(d.month, d.day, today) for d in days]


def test_an_unknown_day_never_comes():
    unknown = pl.DataFrame({"m": [None, 3], "d": [5, None]}, schema={"m": pl.Int64, "d": pl.Int64}).lazy()
    found = nw.from_native(unknown).select(on=next_day(nw.col("m"), nw.col("d"), date(2025, 6, 30)))
    assert found.collect()["on"].to_list() == [None, None]


def test_the_day_of_the_month_is_that_of_the_calendar():
    days = [date(year, 1, 1) + timedelta(days=at) for year in YEARS for at in range(366)]
    frame = pl.DataFrame(
        {
            "day": [day.toordinal() for day in days],
            "month": [12 * day.year + day.month - 1 for day in days],
        }
    )
    found = nw.from_native(frame.lazy()).select(of=day_of_month(nw.col("day"), nw.col("month")))
    assert found.collect()["of"].to_list() == [day.day for day in days]
