"""Charts over time: the trend of a metric, the tiny line of a card, purchases month by month."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from loyalty import story
from loyalty.charts import takeaways
from loyalty.charts.listing import dots, estimate_row, estimate_tips, halo, hollow_note, tips
from loyalty.charts.style import (
    RIBBON,
    SMALL_FONT,
    Chart,
    Row,
    axis_format,
    data,
    finish,
    layer,
    palette,
    span,
    within,
    y_axis,
)
from loyalty.charts.timeline import MONTHS, NAMES, length, number, on_time, x
from loyalty.core import Estimate, Result
from loyalty.words import Translator, clean

TREND_HEIGHT, SPARKLINE_HEIGHT = 250, 44
AMOUNTS, COUNTS, GAP = 170, 110, 46  # pixels of the two panels and between them
EVENT_CHARACTERS, EVENT_LINE = 30, 14  # EVENT_LINE: pixels between the words of neighbours


def trend(
    result: Result, t: Translator, dark: bool = False, events: Sequence[tuple[str, str]] = ()
) -> Chart | None:
    """The metric by month, a line with the ribbon of its intervals.

    Points with too few observations are hollow; the line breaks where a month is missing.

    Parameters
    ----------
    result, t, dark
        What is shown, in which language, on which theme.
    events
        Months as ``"2025-03"`` or days as ``"2025-03-14"``, with what happened then.

    Returns
    -------
    altair.LayerChart or None
        None with fewer than two months.
    """
    import altair as alt

    points = _points(result)
    if len(points) < 2:
        return None
    colours, domain = palette(dark), span(points, result.unit)
    rows = on_time((_row(result, point, t, domain) for point in points), blank=("value", "low", "high"))
    scale = alt.Scale(domain=domain, nice=False, zero=False)
    axis = y_axis(_title(result, t), axis_format(result.unit, domain[1]))
    y = alt.Y("value:Q", scale=scale, axis=axis)
    across = x(rows, t, title=t(f"{result.metric}.trend.months"))
    base = alt.Chart(data(rows)).encode(x=across, y=y)
    known = base.transform_filter("isValid(datum.value)")
    pointer = estimate_tips(result, t, month_text=_period(rows, t))
    chart = layer(
        *_events(events, rows, across, t, dark),
        base.mark_area(color=colours.value, opacity=RIBBON).encode(
            y=alt.Y("low:Q", scale=scale, axis=axis), y2=alt.Y2("high:Q")
        ),
        base.mark_line(color=colours.value, strokeWidth=2.5),
        dots(known.encode(tooltip=pointer), colours, 60),
        *_last_value(rows, across, y, domain, dark),
    )
    notes = [t("chart.ribbon"), *hollow_note(points, t)]
    description = takeaways.trend(result, t, points)
    return finish(chart, t, dark, description, height=TREND_HEIGHT, notes=notes, currency=result.currency)


def _points(result: Result) -> list[Estimate]:
    return [point for point in result.trend[-MONTHS:] if math.isfinite(point.value)]


def _row(result: Result, point: Estimate, t: Translator, domain: tuple[float, float]) -> dict[str, Any]:
    month = point.group or ""
    return {
        "month": month,
        "month_text": t.month(month),
        "value": point.value,
        "low": within(point.low, domain),
        "high": within(point.high, domain),
        **estimate_row(result, point, t),
    }


def _period(rows: Sequence[Row], t: Translator) -> str:
    """What a point stands for: a month, a quarter or a year."""
    return t(f"column.{NAMES[length(rows[0]['month'])]}")


def _title(result: Result, t: Translator) -> str:
    """What the line shows: not the number itself where every month gets the same time."""
    id = f"{result.metric}.trend"
    variant = f"{id}.{result.options.get('measure', 'plain')}"
    window = t.count(result.numbers.get("trend_window", 0))
    return t(variant, **{**story.holes(result, t), "window": window})


def _last_value(
    rows: Sequence[Row], across: Any, y: Any, domain: tuple[float, float], dark: bool
) -> list[Chart]:
    """The last number, on the side of the line that is free."""
    import altair as alt

    before, last = [row["value"] for row in rows if row["value"] is not None][-2:]
    falls = last < before and last - domain[0] > 0.15 * (domain[1] - domain[0])
    base = alt.Chart(data(rows[-1:])).encode(x=across, y=y, text=alt.Text("value_text:N"))
    label: dict[str, Any] = {"align": "right", "dx": 6, "dy": 16 if falls else -14, "fontWeight": 600}
    return [base.mark_text(**label, **halo(palette(dark))), base.mark_text(**label)]


def _events(
    events: Sequence[tuple[str, str]], rows: Sequence[Row], across: Any, t: Translator, dark: bool
) -> list[Chart]:
    """What happened when, as upright lines with words at their top."""
    import altair as alt

    months = [row["month"] for row in rows]
    first, last = number(months[0]), number(months[-1]) + length(months[-1]) - 1
    seen = sorted((day, words) for day, words in events if first <= number(day) <= last)
    colours = palette(dark)
    drawn = []
    for at, (day, words) in enumerate(seen):
        time = f"{day if len(day) > 7 else f'{day}-15'}T00:00:00"
        row = {"at": time, "event": clean(words, EVENT_CHARACTERS)}
        base = alt.Chart(data([row])).encode(x=across, tooltip=tips(event=t("chart.event")))
        late = 2 * number(day) > first + last
        side: dict[str, Any] = {"align": "right", "dx": -4} if late else {"align": "left", "dx": 4}
        label = base.mark_text(**side, baseline="top", fontSize=SMALL_FONT, color=colours.muted)
        drawn += [
            base.mark_rule(color=colours.muted, strokeDash=[4, 3]),
            label.encode(y=alt.YValue(EVENT_LINE * (at % 3)), text=alt.Text("event:N")),
        ]
    return drawn


def sparkline(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """The trend as a tiny line without axes; None with fewer than two months."""
    import altair as alt

    points = _points(result)
    if len(points) < 2:
        return None
    colours = palette(dark)
    low, high = min(point.value for point in points), max(point.value for point in points)
    room = 0.15 * (high - low) or 1.0
    domain = (low - room, high + room)
    rows = on_time((_row(result, point, t, domain) for point in points), blank=("value",))
    y = alt.Y("value:Q", scale=alt.Scale(domain=domain, nice=False, zero=False), axis=None)
    across = alt.X("at:T", scale=alt.Scale(padding=6), axis=None)
    chart = layer(
        alt.Chart(data(rows)).mark_line(color=colours.value, strokeWidth=2),
        dots(alt.Chart(data(rows[-1:])), colours, 40),
    ).encode(x=across, y=y, tooltip=estimate_tips(result, t, month_text=_period(rows, t)))
    return finish(chart, t, dark, takeaways.trend(result, t, points), height=SPARKLINE_HEIGHT)


def months(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """Purchases by month with the repeat purchases darker; above them, where known, what one was worth.

    The worth is the median, with a band from the lower to the upper quartile. None without dates.
    """
    table = next((table for table in result.tables if table.name == "months"), None)
    if table is None or not table.rows:
        return None
    rows = [_month(dict(zip(table.columns, row, strict=True)), result, t) for row in table.rows[-MONTHS:]]
    money = "median" in table.columns
    above = AMOUNTS + GAP if money else 0
    panels = [layer(*_amounts(rows, result, t, dark))] if money else []
    panels.append(layer(*_counts(on_time(rows), t, dark, above)))
    chart = layer(*panels).resolve_scale(y="independent")
    notes = [*([t("chart.months.band")] if money else []), t("chart.months.dark")]
    description, height = takeaways.months(result, t), above + COUNTS
    return finish(chart, t, dark, description, height=height, notes=notes, currency=result.currency)


def _month(row: dict[str, Any], result: Result, t: Translator) -> dict[str, Any]:
    texts = {"month_text": t.month(row["month"])}
    texts |= {f"{name}_text": t.count(row[name]) for name in ("purchases", "repeat_purchases")}
    if "median" in row:
        texts |= {f"{name}_text": t.money(row[name], result.currency) for name in ("median", "mean")}
        texts["band_text"] = t.interval("money", row["quartile_1"], row["quartile_3"], result.currency)
    return {**row, **texts}


def _amounts(rows: Sequence[Row], result: Result, t: Translator, dark: bool) -> list[Chart]:
    import altair as alt

    colours, top = palette(dark), max(row["quartile_3"] for row in rows)
    scale = alt.Scale(domain=[0, 1.05 * top], range=[AMOUNTS, 0], nice=False)
    axis = y_axis(t("chart.months.amount"), axis_format("money", top))
    placed = on_time(rows, blank=("median", "quartile_1", "quartile_3"))
    base = alt.Chart(data(placed)).encode(x=x(placed, t), y=alt.Y("median:Q", scale=scale, axis=axis))
    pointer = tips(
        month_text=t("column.month"),
        median_text=t("column.median"),
        band_text=t("chart.months.half"),
        mean_text=t("column.mean"),
    )
    return [
        base.mark_area(color=colours.value, opacity=RIBBON).encode(
            y=alt.Y("quartile_1:Q", scale=scale, axis=axis), y2=alt.Y2("quartile_3:Q")
        ),
        base.mark_line(color=colours.value, strokeWidth=2.5),
        base.transform_filter("isValid(datum.median)")
        .mark_point(filled=True, size=50, opacity=1, color=colours.value)
        .encode(tooltip=pointer),
    ]


def _counts(rows: Sequence[Row], t: Translator, dark: bool, above: int) -> list[Chart]:
    import altair as alt

    colours, top = palette(dark), max(row["purchases"] for row in rows)
    scale = alt.Scale(domain=[0, 1.05 * top], range=[above + COUNTS, above], nice=False)
    axis = y_axis(t("chart.months.count"), ",.0f", above, ticks=3)
    pointer = tips(
        month_text=t("column.month"),
        purchases_text=t("column.purchases"),
        repeat_purchases_text=t("column.repeat_purchases"),
    )
    base = alt.Chart(data(rows)).encode(x=x(rows, t, "start"), x2=alt.X2("end:T"), tooltip=pointer)
    return [
        base.mark_rect(color=colour).encode(y=alt.Y(f"{name}:Q", scale=scale, axis=axis), y2=alt.Y2Datum(0))
        for name, colour in (("purchases", colours.soft), ("repeat_purchases", colours.value))
    ]
