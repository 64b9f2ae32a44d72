"""The curves of Kaplan and Meier: how many take a step within how many days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty import story
from loyalty.charts import takeaways
from loyalty.charts.listing import tips
from loyalty.charts.style import RIBBON, Chart, Palette, Row, data, finish, layer, palette, y_axis
from loyalty.core import Result
from loyalty.words import Translator

HEIGHT = 270
TICKS = (1, 2, 5, 10, 15, 30, 60, 90, 180, 365)  # days from one label to the next
LABELS = 7  # that a telephone holds


def steps(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """The share who have taken each step by day, with the days that half of them took; None without any.

    The shading is the interval; the line is level where nobody took the step, and ends where nobody could
    be watched any longer.
    """
    import altair as alt

    rows, colours = _rows(result, t), palette(dark)
    if not rows:
        return None
    names = list(dict.fromkeys(row["name"] for row in rows))
    colour = alt.Color(
        "name:N",
        scale=alt.Scale(domain=names, range=[colours.value, colours.bottom][: len(names)]),
        legend=alt.Legend(title=None, orient="top", columns=1, labelLimit=0, symbolOpacity=1, offset=28),
    )
    base = alt.Chart(data(rows)).encode(x=_x(rows, t), color=colour)
    scale, axis = _y(t)
    level: dict[str, Any] = {"interpolate": "step-after"}
    pointer = tips(
        name=t("column.step"),
        days_text=t("column.days"),
        share_text=t("column.share"),
        interval_text=t("chart.interval"),
    )
    line = base.encode(y=alt.Y("share:Q", scale=scale, axis=axis))
    chart = layer(
        base.mark_area(opacity=RIBBON, **level).encode(
            y=alt.Y("low:Q", scale=scale, axis=axis), y2=alt.Y2("high:Q")
        ),
        line.mark_line(strokeWidth=2.5, **level),
        line.mark_point(size=60, opacity=0).encode(tooltip=pointer),
        *_halves(result, rows, t, colours),
    )
    return finish(chart, t, dark, takeaways.steps(result, t), height=HEIGHT, notes=[t("chart.ribbon")])


def _rows(result: Result, t: Translator) -> list[dict[str, Any]]:
    names = {step["step"]: _name(result, step, t) for step in _steps(result)}
    return [
        {
            **point,
            "name": names[point["step"]],
            "days_text": t.count(point["days"]),
            "share_text": t.percent(point["share"]),
            "interval_text": t.interval("share", point["low"], point["high"]),
        }
        for point in (story.record(result.table("curve"), row) for row in result.table("curve").rows)
        if point["step"] in names
    ]


def _steps(result: Result) -> list[dict[str, Any]]:
    return [story.record(result.table("steps"), row) for row in story.table_rows(result, "steps")]


def _name(result: Result, step: Row, t: Translator) -> str:
    """A step with the days that half take for it."""
    name = t(f"journey.step.{step['step']}")
    if step["median"] is None:
        return name
    return t("chart.steps.half", step=name, median=story.in_unit(result, "days", step["median"], t))


def _x(rows: Sequence[Row], t: Translator) -> Any:
    import altair as alt

    last = max(1, *(row["days"] for row in rows))
    tick = next((tick for tick in TICKS if last / tick <= LABELS), 365 * (1 + last // (365 * LABELS)))
    axis = alt.Axis(
        values=list(range(0, last + 1, tick)), format="d", title=t("chart.steps.axis"), grid=False
    )
    return alt.X("days:Q", scale=alt.Scale(domain=[0, last], nice=False), axis=axis)


def _y(t: Translator) -> tuple[Any, Any]:
    import altair as alt

    return alt.Scale(domain=[0, 1], nice=False), y_axis(t("chart.steps.title"), ".0%")


def _halves(result: Result, rows: Sequence[Row], t: Translator, colours: Palette) -> list[Chart]:
    """Where half have taken the step."""
    import altair as alt

    known = [step for step in _steps(result) if step["median"] is not None]
    marks = [{"days": step["median"], "half": 0.5, "name": _name(result, step, t)} for step in known]
    if not marks:
        return []
    scale, axis = _y(t)
    base = alt.Chart(data(marks)).encode(x=_x(rows, t), y=alt.Y("half:Q", scale=scale, axis=axis))
    dot = base.mark_point(size=80, opacity=1, filled=True, stroke=colours.background, strokeWidth=1.5)
    return [dot.encode(color=alt.Color("name:N"), tooltip=tips(name=t("column.step")))]
