"""Months, quarters or years on a time axis."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from typing import Any

from loyalty.charts.style import Row
from loyalty.core import month_name, period_name
from loyalty.words import Translator

MONTHS = 240  # at most, the latest: 20 years are more than a screen can show
NAMES = {1: "month", 3: "quarter", 12: "year"}  # of a period so many months long, as under column
# Months from one label to the next for so many months: a telephone holds some eight labels.
STEPS = ((8, 1), (16, 2), (26, 3), (52, 6), (math.inf, 12))


def number(month: str) -> int:
    """Months since the year 0 of a month that is written ``"2025-03"``; of a longer period its first month.

    Examples
    --------
    >>> number("2025-03") - number("2024-12"), number("2025-Q2") - number("2025")
    (3, 3)
    """
    year, _, rest = month[:7].partition("-")
    in_year = 3 * int(rest[1:]) - 2 if rest.startswith("Q") else int(rest or 1)
    return 12 * int(year) + in_year - 1


def length(month: str) -> int:
    """How many months a period has.

    >>> length("2025-03"), length("2025-Q2"), length("2025")
    (1, 3, 12)
    """
    return 12 if len(month) == 4 else 3 if "Q" in month else 1


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
    span = max((length(row["month"]) for row in known.values()), default=1)
    months = range(min(known), max(known) + 1, span) if blank else known
    return [{**known.get(month, dict.fromkeys(blank)), **_days(month, span)} for month in months]


def _days(month: int, span: int) -> dict[str, str]:
    """Local times: a day alone would be taken for a time at Greenwich, and stand in the month before."""
    days = {"at": (month + span // 2, 15), "start": (month, 4), "end": (month + span - 1, 27)}
    times = {name: f"{month_name(of)}-{day:02d}T00:00:00" for name, (of, day) in days.items()}
    return {"month": period_name(month, span), **times}


def x(rows: Sequence[Row], t: Translator, field: str = "at", title: str | None = None) -> Any:
    """The time axis for rows that are set on it."""
    import altair as alt

    months, span = [number(row["month"]) for row in rows], length(rows[0]["month"])
    room = months[-1] - months[0]
    step = next(step for most, step in STEPS if room < most and step % span == 0)
    labelled = [month for month in range(months[0], months[-1] + 1, span) if month % step == 0]
    middles = [month + span // 2 for month in labelled]
    values = [alt.DateTime(year=month // 12, month=month % 12 + 1, date=15) for month in middles]
    return alt.X(
        f"{field}:T",
        scale=alt.Scale(padding=10),
        axis=alt.Axis(
            values=values,
            labelExpr=_label(middles[:1], span, t),
            title=title,
            grid=False,
            labelOverlap=True,
        ),
    )


def _label(first: Sequence[int], span: int, t: Translator) -> str:
    """The month or quarter, and below it the year where it begins and at the first label; or the year."""
    if span == 12:
        return "timeFormat(datum.value, '%Y')"
    is_first = "".join(
        f" || (year(datum.value) == {m // 12} && month(datum.value) == {m % 12})" for m in first
    )
    year = f"month(datum.value) == {span // 2}{is_first} ? timeFormat(datum.value, '%Y') : ''"
    name = f"{_quarters(t)}[floor(month(datum.value) / 3)]" if span == 3 else "timeFormat(datum.value, '%b')"
    return f"[{name}, {year}]"


def _quarters(t: Translator) -> str:
    """Short names of the four quarters as a list that Vega understands."""
    from babel import Locale

    names = Locale.parse(t.language).quarters["format"]["abbreviated"]
    return json.dumps([names[quarter] for quarter in range(1, 5)])
