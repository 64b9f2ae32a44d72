"""Charts of a forecast: the months to come after those that were, and the forecast beside what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from loyalty import story
from loyalty.charts.listing import tips
from loyalty.charts.style import (
    SMALL_FONT,
    Chart,
    Palette,
    Row,
    axis_format,
    data,
    finish,
    layer,
    palette,
    y_axis,
)
from loyalty.charts.timeline import x as time_axis
from loyalty.core import Result
from loyalty.words import Translator

HEIGHT, UPPER, LOWER, GAP = 250, 170, 110, 46  # pixels of a picture, of two panels and between them
ROOM = 1.08  # how much longer than the largest number a scale is
EDGE = 2  # days that a bar is away from the ends of its month
POINT = 55
SINGLE = ("repeat_purchases", "repeats_expected")  # actual and expected, of a week and of all weeks so far
ADDED = ("repeats_so_far", "expected_so_far")
KINDS = ("actual", "expected", "naive")


def outlook(result: Result, t: Translator, dark: bool = False) -> Chart:
    """Months that were as bars, first purchases faint upon the repeat purchases, and the months to come.

    Of these a line for what is expected of today's customers, within the box of its interval.
    """
    import altair as alt

    were, come = _were(result, t), _come(result, t)
    colours, unit = palette(dark), result.unit
    top = max(row["top"] for row in (*were, *come))
    across = time_axis([*were, *come], t, "start")
    scale = alt.Scale(domain=[0, ROOM * top], nice=False)
    axis = y_axis(t(f"chart.outlook.{result.options['measure']}"), axis_format(unit, top))

    def y(field: str) -> Any:
        return alt.Y(f"{field}:Q", scale=scale, axis=axis)

    past = alt.Chart(data(were)).encode(x=across, x2=alt.X2("end:T"), tooltip=_past_tips(t))
    next_ = alt.Chart(data(come)).encode(x=across, x2=alt.X2("end:T"), tooltip=_next_tips(t))
    chart = layer(
        past.mark_rect(color=colours.soft).encode(y=y("top"), y2=alt.Y2Datum(0)),
        past.mark_rect(color=colours.value).encode(y=y("repeat"), y2=alt.Y2Datum(0)),
        next_.mark_rect(color=colours.bottom, opacity=0.3).encode(y=y("top"), y2=alt.Y2("low:Q")),
        next_.mark_rule(color=colours.bottom, strokeWidth=3).encode(y=y("value")),
    )
    told = _outlook_takeaway(result, come[-1], were, t)
    notes = [t("chart.outlook.bars"), t("chart.ribbon")]
    return finish(chart, t, dark, told, height=HEIGHT, notes=notes, currency=result.currency)


def _were(result: Result, t: Translator) -> list[dict[str, Any]]:
    """The months before the last day, one row each."""
    rows, start = [], None
    for until, first, again in story.table_rows(result, "past"):
        end = date.fromisoformat(until)
        begin = start or end - timedelta(days=30)
        parts = {"first_text": _text(result, first, t), "repeat_text": _text(result, again, t)}
        # returns of a month may be more than was bought
        rows.append(
            {**_month(begin, end, t), "repeat": max(0.0, again), "top": max(0.0, first + again), **parts}
        )
        start = end
    return rows


def _come(result: Result, t: Translator) -> list[dict[str, Any]]:
    """The months to come, one row each."""
    rows, table = [], result.table("months")
    start = _today(result)
    for row in table.rows:
        month = story.record(table, row)
        end = date.fromisoformat(month["until"])
        value, low, high = (month[f"expected{side}"] for side in ("", "_low", "_high"))
        texts = {
            "value_text": _text(result, value, t),
            "interval_text": t.interval(result.unit, low, high, result.currency),
            "added_text": _text(result, month["cumulative"], t),
        }
        rows.append({**_month(start, end, t), "value": value, "low": low, "top": high, **texts})
        start = end
    return rows


def _today(result: Result) -> date:
    """The last day of the orders."""
    were = story.table_rows(result, "past")
    first = date.fromisoformat(story.table_rows(result, "months")[0][0])
    return date.fromisoformat(were[-1][0]) if were else first - timedelta(days=30)


def _month(start: date, end: date, t: Translator) -> dict[str, str]:
    """Where a month stands on the axis: from the day after `start` to `end`."""
    middle, edge = start + (end - start) / 2, timedelta(days=EDGE)
    return {
        "month": f"{middle:%Y-%m}",
        "start": f"{(start + edge).isoformat()}T00:00:00",
        "end": f"{(end - edge).isoformat()}T23:59:59",
        "span_text": t("chart.outlook.from", start=start + timedelta(days=1), end=end),
    }


def _text(result: Result, x: float, t: Translator) -> str:
    return t.value(result.unit, x, result.currency)


def _past_tips(t: Translator) -> list[Any]:
    names = {"first_text": "chart.outlook.first_part", "repeat_text": "chart.outlook.repeat_part"}
    return tips(span_text=t("column.month"), **{field: t(id) for field, id in names.items()})


def _next_tips(t: Translator) -> list[Any]:
    names = {"value_text": "chart.outlook.expected", "interval_text": "chart.interval"}
    names |= {"added_text": "column.cumulative"}
    return tips(span_text=t("column.month"), **{field: t(id) for field, id in names.items()})


def _outlook_takeaway(result: Result, last: Row, were: Sequence[Row], t: Translator) -> str:
    overall, [*_, month] = result.overall, result.table("months").rows
    holes = {
        "until": date.fromisoformat(month[0]),
        "value": _text(result, overall.value, t),
        "interval": t.interval(result.unit, overall.low, overall.high, result.currency),
    }
    if not were:
        return t("chart.outlook.takeaway_alone", **holes)
    first, again = result.table("past").rows[-1][1:]
    before = {"before": _text(result, first + again, t), "first": _text(result, first, t)}
    return t("chart.outlook.takeaway", **holes, **before)


def tracking(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """Repeat purchases, actual and expected: added up, and below week by week; None with fewer than two."""
    weeks = [story.record(result.table("tracking"), row) for row in story.table_rows(result, "tracking")]
    if len(weeks) < 2:
        return None
    across, colours = time_axis([_week(week, t) for week in weeks], t, "at"), palette(dark)
    days = (date.fromisoformat(weeks[-1]["until"]) - date.fromisoformat(weeks[-2]["until"])).days
    below = "weekly" if days <= 7 else "several"
    chart = layer(
        *_cut(weeks, across, t, colours),
        *_pair(weeks, ADDED, across, (0, UPPER), t("chart.tracking.cumulative"), t, colours),
        *_pair(
            weeks,
            SINGLE,
            across,
            (UPPER + GAP, LOWER),
            t(f"chart.tracking.{below}", weeks=days // 7),
            t,
            colours,
        ),
    ).resolve_scale(y="independent")
    last = weeks[-1]
    told = t(
        "chart.tracking.takeaway",
        until=date.fromisoformat(last["until"]),
        actual=t.count(last[ADDED[0]]),
        expected=t.count(last[ADDED[1]]),
    )
    return finish(chart, t, dark, told, height=UPPER + GAP + LOWER)


def _week(week: Row, t: Translator) -> dict[str, Any]:
    until = week["until"]
    return {"month": until[:7], "at": f"{until}T00:00:00", "until_text": t.date(date.fromisoformat(until))}


def _pair(
    weeks: Sequence[Row],
    columns: tuple[str, str],
    across: Any,
    place: tuple[int, int],
    title: str,
    t: Translator,
    colours: Palette,
) -> list[Chart]:
    """What was and what is expected, as two lines in a panel that begins so far down and is so high."""
    import altair as alt

    (top, height), names = place, {kind: t(f"chart.tracking.{kind}") for kind in ("actual", "expected")}
    rows = [
        {**_week(week, t), "name": names[kind], "value": week[column], "value_text": t.count(week[column])}
        for kind, column in zip(names, columns, strict=True)
        for week in weeks
    ]
    most = max(row["value"] for row in rows) or 1.0
    scale = alt.Scale(domain=[0, ROOM * most], range=[top + height, top], nice=False)
    y = alt.Y("value:Q", scale=scale, axis=y_axis(title, ",.0f", top, ticks=4 if top == 0 else 3))
    base = alt.Chart(data(rows)).encode(x=across, y=y, color=_colour(names, colours))
    dashes = alt.StrokeDash(
        "name:N", scale=alt.Scale(domain=list(names.values()), range=[[1, 0], [5, 3]]), legend=None
    )
    pointer = tips(until_text=t("chart.tracking.week"), name=t("column.kind"), value_text=title)
    return [
        base.mark_line(strokeWidth=2.5 if top == 0 else 1.8).encode(strokeDash=dashes),
        base.mark_point(size=40, opacity=0).encode(tooltip=pointer),
    ]


def _colour(names: Mapping[str, str], colours: Palette) -> Any:
    import altair as alt

    hues = {"actual": colours.value, "expected": colours.bottom, "naive": colours.muted}
    scale = alt.Scale(domain=list(names.values()), range=[hues[kind] for kind in names])
    legend = alt.Legend(
        title=None, orient="top", columns=1, labelLimit=0, symbolType="stroke", symbolStrokeWidth=3, offset=28
    )
    return alt.Color("name:N", scale=scale, legend=legend)


def _cut(weeks: Sequence[Row], across: Any, t: Translator, colours: Palette) -> list[Chart]:
    """The line from which on the model has not seen anything."""
    import altair as alt

    seen = [week for week in weeks if week["part"] == "fitted"]
    if len(seen) == len(weeks) or not seen:
        return []
    late = 2 * len(seen) > len(weeks)
    row = {**_week(seen[-1], t), "words": t("chart.tracking.cut")}
    base = alt.Chart(data([row])).encode(x=across)
    side: dict[str, Any] = {"align": "right", "dx": -4} if late else {"align": "left", "dx": 4}
    label = base.mark_text(**side, baseline="top", fontSize=SMALL_FONT, color=colours.muted)
    return [
        base.mark_rule(color=colours.muted, strokeDash=[4, 3]),
        label.encode(y=alt.YValue(0), text=alt.Text("words:N")),
    ]


def conditional(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """What customers did in the time held back, by how often they had come back before; None without one."""
    import altair as alt

    lines = [
        story.record(result.table("conditional"), row) for row in story.table_rows(result, "conditional")
    ]
    if not lines:
        return None
    colours, names = palette(dark), {kind: t(f"chart.conditional.{kind}") for kind in KINDS}
    rows = [
        {
            "before": line["repeats_before"],
            "name": name,
            "value": line[f"{kind}_each"],
            "value_text": story.in_unit(result, _unit(result), line[f"{kind}_each"], t),
            "n_text": t.count(line["customers"]),
        }
        for kind, name in names.items()
        for line in lines
    ]
    top = max(row["value"] for row in rows) or 1.0
    axis = alt.Axis(title=t("chart.conditional.axis"), labelAngle=0, grid=False)
    title = t(f"chart.conditional.{result.options['measure']}")
    scale = alt.Scale(domain=[0, ROOM * top], nice=False)
    base = alt.Chart(data(rows)).encode(
        x=alt.X("before:O", sort=[line["repeats_before"] for line in lines], axis=axis),
        y=alt.Y("value:Q", scale=scale, axis=y_axis(title, axis_format(_unit(result), top))),
        color=_colour(names, colours),
        tooltip=tips(
            before=t("column.repeats_before"),
            name=t("column.kind"),
            value_text=title,
            n_text=t("column.customers"),
        ),
    )
    chart = layer(base.mark_line(strokeWidth=2), base.mark_point(size=POINT, opacity=1, filled=True))
    return finish(
        chart, t, dark, _conditional_takeaway(result, lines, t), height=HEIGHT, currency=result.currency
    )


def _unit(result: Result) -> str:
    return "money" if result.unit == "money" else "number"


def _conditional_takeaway(result: Result, lines: Sequence[Row], t: Translator) -> str:
    first, last = lines[0], lines[-1]

    def said(line: Row, kind: str) -> str:
        return story.in_unit(result, _unit(result), line[f"{kind}_each"], t)

    ends = {kind: said(first, kind) for kind in ("actual", "expected")}
    ends |= {f"{kind}_most": said(last, kind) for kind in ("actual", "expected")}
    return t("chart.conditional.takeaway", most=last["repeats_before"], **ends)
