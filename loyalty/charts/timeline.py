"""Months on a time axis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from loyalty.charts.style import Row
from loyalty.core import month_name

MONTHS = 240  # at most, the latest: 20 years are more than a screen can show
# Months from one label to the next for so many months: a telephone holds some eight labels.
STEPS = ((8, 1), (16, 2), (26, 3), (52, 6), (math.inf, 12))


def number(month: str) -> int:
    """Months since the year 0 of a month that is written ``"2025-03"``.

    Examples
    --------
    >>> number("2025-03") - number("2024-12")
    3
    """
    year, in_year = map(int, month[:7].split("-"))
    return 12 * year + in_year - 1


def on_time(rows: Iterable[Row], blank: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Rows with a ``month`` set on the time axis: ``at`` its middle, ``start`` and ``end`` near its ends.

    Parameters
    ----------
    rows
        In the order of their months.
    blank
        Fields that are null in the months that are missing between them, so that a line breaks there.
    """
    known = {number(row["month"]): row for row in rows}
    months = range(min(known), max(known) + 1) if blank else known
    return [{**known.get(month, dict.fromkeys(blank)), **_days(month_name(month))} for month in months]


def _days(month: str) -> dict[str, str]:
    """Local times: a day alone would be taken for a time at Greenwich, and stand in the month before."""
    days = {"at": 15, "start": 4, "end": 27}
    return {"month": month} | {name: f"{month}-{day:02d}T00:00:00" for name, day in days.items()}


def x(rows: Sequence[Row], field: str = "at", title: str | None = None) -> Any:
    """The time axis for rows that are set on it."""
    import altair as alt

    months = [number(row["month"]) for row in rows]
    step = next(step for most, step in STEPS if months[-1] - months[0] < most)
    labelled = [month for month in range(months[0], months[-1] + 1) if month % step == 0]
    values = [alt.DateTime(year=month // 12, month=month % 12 + 1, date=15) for month in labelled]
    return alt.X(
        f"{field}:T",
        scale=alt.Scale(padding=10),
        axis=alt.Axis(
            values=values, labelExpr=_label(labelled[:1]), title=title, grid=False, labelOverlap=True
        ),
    )


def _label(first: Sequence[int]) -> str:
    """The month, and below it the year where it begins and at the first label."""
    is_first = "".join(
        f" || (year(datum.value) == {m // 12} && month(datum.value) == {m % 12})" for m in first
    )
    year = f"month(datum.value) == 0{is_first} ? timeFormat(datum.value, '%Y') : ''"
    return f"[timeFormat(datum.value, '%b'), {year}]"
