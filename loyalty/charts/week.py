"""Charts of the week: visits and the share with a purchase by hour, and by day."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from loyalty import limits, story
from loyalty.charts.heat import heat
from loyalty.charts.listing import dots, hollow_note, tips
from loyalty.charts.locale import charts_locale
from loyalty.charts.style import SMALL_FONT, Chart, Row, data, finish, layer, palette, span, within, y_axis
from loyalty.core import Estimate, Result
from loyalty.words import Translator

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKEND = DAYS[5:]
CELL = 19  # pixels a row
LABELS = 3  # hours from one label to the next
SHARES, COUNTS, GAP = 170, 90, 46  # pixels of the two panels and between them


def hours(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """Weekday by hour: the stronger the colour the more visits, and below the larger the share that bought.

    The colour of a share of few visits is drawn towards the average, and its cell has a dashed outline unless
    most cells are like that. None where the time of day is not known.
    """
    import altair as alt

    cells = [story.record(result.table("hours"), row) for row in story.table_rows(result, "hours")]
    if not cells:
        return None
    rows, ends = _cells(cells, t)
    names = dict(zip(DAYS, _short(t), strict=True))
    labels = {f"{panel} {day}": name for panel in ("visits", "share") for day, name in names.items()}
    order = [f"{panel} {part}" for panel in ("visits", "share") for part in ("head", *DAYS)]
    across = list(range(min(row["hour"] for row in rows), max(row["hour"] for row in rows) + 1))
    bands = alt.Scale(domain=order, padding=0)
    label = f"{json.dumps(labels, ensure_ascii=False)}[datum.value] || ''"
    y = alt.Y("place:N", scale=bands, axis=alt.Axis(title=None, grid=False, labelExpr=label))
    clock = f"datum.value % {LABELS} == 0 ? datum.value + ':00' : ''"
    x = alt.X(
        "hour:O",
        scale=alt.Scale(domain=across, padding=0),
        axis=alt.Axis(title=None, grid=False, labelAngle=0, labelExpr=clock, labelOverlap=False),
    )
    pointer = tips(
        clock=t("column.hour"),
        visits_text=t("column.visits"),
        bought_text=t("column.bought"),
        share_text=t("chart.hours.share"),
    )
    chart = layer(*heat(rows, x, y, dark, pointer), *_heads(y, t, dark))
    few = [cell["visits"] < limits.SMALL_SAMPLE for cell in cells]
    notes = [t("chart.hours.scale", low=t.percent(ends[0], 0), high=t.percent(ends[1], 0))]
    notes += (
        [t(f"chart.hours.{'most' if _mostly(few) else 'few'}", n=limits.SMALL_SAMPLE)] if any(few) else []
    )
    return finish(chart, t, dark, _busiest(cells, t), height=CELL * len(order), notes=notes)


def _short(t: Translator) -> list[str]:
    """Short names of the days, from Monday."""
    sunday, *others = charts_locale(t.language)["time"]["shortDays"]
    return [*others, sunday]


def _cells(cells: Sequence[Row], t: Translator) -> tuple[list[Row], tuple[float, float]]:
    """The cells of both panels, and between which shares the colours of the second lie."""
    top = max(cell["visits"] for cell in cells)
    known = [cell for cell in cells if cell["value"] is not None]
    few = [cell["visits"] < limits.SMALL_SAMPLE for cell in known]
    marked, shares = not _mostly(few), _drawn(known)
    low, high = min(shares, default=0.0), max(shares, default=1.0)
    visits = [
        {
            **_texts(cell, t),
            "place": f"visits {cell['weekday']}",
            "share": cell["visits"] / top,
            "text": t.count(cell["visits"]),
            "open": False,
        }
        for cell in cells
    ]
    bought = [
        {
            **_texts(cell, t),
            "place": f"share {cell['weekday']}",
            "share": (share - low) / (high - low) if high > low else 1.0,
            "text": t.number(100 * cell["value"], digits=0),
            "open": marked and uncertain,
        }
        for cell, share, uncertain in zip(known, shares, few, strict=True)
    ]
    return [*visits, *bought], (low, high)


def _mostly(flags: Sequence[bool]) -> bool:
    return 2 * sum(flags) > len(flags)


def _drawn(cells: Sequence[Row]) -> list[float]:
    """Shares drawn towards the average, as if each cell had some average visits more: for their colours."""
    visits = sum(cell["visits"] for cell in cells)
    average = sum(cell["value"] * cell["visits"] for cell in cells) / visits if visits else 0.0
    more = limits.SMALL_SAMPLE
    return [(cell["value"] * cell["visits"] + average * more) / (cell["visits"] + more) for cell in cells]


def _texts(cell: Row, t: Translator) -> dict[str, Any]:
    day = t(f"engagement.weekday.{cell['weekday']}")
    return {
        "hour": cell["hour"],
        "clock": t("chart.hours.clock", weekday=day, hour=str(cell["hour"]), end=str(cell["hour"] + 1)),
        "visits_text": t.count(cell["visits"]),
        "bought_text": t.count(cell["bought"]),
        "share_text": "" if cell["value"] is None else t.percent(cell["value"], 0),
    }


def _heads(y: Any, t: Translator, dark: bool) -> list[Chart]:
    """What each panel shows, above it."""
    import altair as alt

    rows = [{"place": f"{panel} head", "words": t(f"chart.hours.{panel}")} for panel in ("visits", "share")]
    words = alt.Chart(data(rows)).mark_text(align="left", fontSize=SMALL_FONT, color=palette(dark).muted)
    return [words.encode(x=alt.XValue(0), y=y, text=alt.Text("words:N"))]


def _busiest(cells: Sequence[Row], t: Translator) -> str:
    most, best = (max(cells, key=lambda cell: cell[name]) for name in ("visits", "bought"))
    return t(
        "chart.hours.takeaway",
        weekday=t(f"engagement.weekday.{most['weekday']}"),
        hour=str(most["hour"]),
        visits=most["visits"],
        total=sum(cell["visits"] for cell in cells),
        best_weekday=t(f"engagement.weekday.{best['weekday']}"),
        best_hour=str(best["hour"]),
        bought=best["bought"],
    )


def weekdays(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """The share with a purchase day by day, dot and whisker, and visits a day below; None without days."""
    import altair as alt

    days = [story.record(result.table("weekdays"), row) for row in story.table_rows(result, "weekdays")]
    known = {
        day["weekday"]: Estimate(day["value"], day["low"], day["high"], day["visits"], day["weekday"])
        for day in days
        if day["value"] is not None
    }
    if not known:
        return None
    colours, domain = palette(dark), span(list(known.values()), "share")
    names = dict(zip(DAYS, _short(t), strict=True))
    rows = [_day(day, names, result, t, domain) for day in days]
    x = alt.X(
        "name:N",
        scale=alt.Scale(domain=list(names.values()), padding=0.15),
        axis=alt.Axis(title=None, grid=False, labelAngle=0),
    )
    pointer = tips(
        day=t("column.weekday"),
        value_text=t("engagement.title"),
        interval_text=t("chart.interval"),
        visits_text=t("column.visits"),
        each_text=t("column.per_day"),
    )
    base = alt.Chart(data(rows)).encode(x=x, tooltip=pointer)
    shares = _axis(t("chart.weekdays.share"), domain, (SHARES, 0), ".0%")
    most = 1.05 * max(day["per_day"] for day in days)
    counts = _axis(t("chart.weekdays.visits"), (0.0, most), (SHARES + GAP + COUNTS, SHARES + GAP), ",.2~f")
    drawn = base.transform_filter("isValid(datum.value)").encode(y=shares("value"))
    bars = base.mark_bar(color=colours.soft).encode(y=counts("per_day"), y2=alt.Y2Datum(0))
    upper = [
        drawn.mark_rule(strokeWidth=2.5, color=colours.value).encode(y=shares("low"), y2=alt.Y2("high:Q")),
        dots(drawn, colours),
    ]
    chart = layer(layer(*upper), bars).resolve_scale(y="independent")
    ranked = sorted(known.values(), key=lambda day: day.value)
    notes = [t("chart.whisker"), *hollow_note(ranked, t)]
    return finish(chart, t, dark, _ahead(ranked, t), height=SHARES + GAP + COUNTS, notes=notes)


def _axis(title: str, domain: tuple[float, float], place: tuple[int, int], number_format: str) -> Any:
    """The upright axis of one of two panels, for a field."""
    import altair as alt

    scale = alt.Scale(domain=domain, range=place, nice=False, zero=False)
    axis = y_axis(title, number_format, place[1], ticks=4)
    return lambda field: alt.Y(f"{field}:Q", scale=scale, axis=axis)


def _day(
    day: Row, names: Mapping[str, str], result: Result, t: Translator, domain: tuple[float, float]
) -> dict[str, Any]:
    row = {
        "name": names[day["weekday"]],
        "day": t(f"engagement.weekday.{day['weekday']}"),
        "per_day": day["per_day"],
        "visits_text": t.count(day["visits"]),
        "each_text": t.number(day["per_day"], digits=1),
        "small": day["visits"] < limits.SMALL_SAMPLE,
    }
    if day["value"] is None:
        return {**row, "value": None, "low": None, "high": None, "value_text": "", "interval_text": ""}
    ends = {end: within(day[end], domain) for end in ("value", "low", "high")}
    interval = t.interval("share", day["low"], day["high"])
    return {**row, **ends, "value_text": t.percent(day["value"]), "interval_text": interval}


def _ahead(ranked: Sequence[Estimate], t: Translator) -> str:
    """The days on which most and fewest visits lead to a purchase."""
    ends = {"bottom": ranked[0], "top": ranked[-1]}
    names = {place: t(f"engagement.weekday.{day.group}") for place, day in ends.items()}
    values = {f"{place}_value": t.percent(day.value) for place, day in ends.items()}
    return t("chart.weekdays.takeaway", **names, **values)
