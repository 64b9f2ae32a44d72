"""Charts of what-if: what a change would bring, what the sources claim of such, and worth by retention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from loyalty import story
from loyalty.charts.estimates import reference
from loyalty.charts.listing import HEAD, dots, labels, place, read_out, rows_height, tips, y
from loyalty.charts.style import (
    RIBBON,
    SMALL_FONT,
    Across,
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
from loyalty.core import Estimate, Result
from loyalty.words import UNKNOWN, Translator

HEIGHT = 300
RELATIVE = ("relative", "relative_low", "relative_high")
WORTH = ("worth", "worth_low", "worth_high")
WHOLE = (0.0, 1.0)
ROOM = 0.03  # of the axis, before zero
FORMAT = "+~%"
ROOM_LEFT = 0.25  # retention from which words fit to the left of a point

Line = Mapping[str, Any]


def _lines(result: Result, table: str) -> list[Line]:
    return [story.record(result.table(table), row) for row in story.table_rows(result, table)]


def _around(line: Line, names: Sequence[str]) -> Estimate:
    value, low, high = (line[name] for name in names)
    return Estimate(value, low, high, 10**6)  # never one of too few: how many is said above the chart


def _axis(points: Sequence[Estimate], *more: float, title: str) -> Across:
    low, high = span(points, "number", 0.0, *more)
    return Across((min(low, -ROOM * high), max(high, -ROOM * low)), FORMAT, title)


def effects(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """By how much worth, revenue and profit would change, with today as the line at zero."""
    import altair as alt

    known = [line for line in _lines(result, "effects") if line["relative"] is not None]
    if not known:
        return None
    points = [_around(line, RELATIVE) for line in known]
    across = _axis(points, title=t("chart.effects.axis"))
    rows = place([_effect(result, line, across, t) for line in known])
    behind, words = labels(rows, dark, HEAD)
    pointer = tips(name=t("column.effect"), numbers=t("column.after"), interval_text=t("chart.interval"))
    base = alt.Chart(data(rows)).encode(y=y("mark_y", len(rows), HEAD), tooltip=pointer)
    whisker = base.mark_rule(strokeWidth=2.5, color=palette(dark).value)
    chart = layer(
        *reference(0.0, t("chart.effects.today"), across, dark),
        *behind,
        whisker.encode(x=across.x("relative_low"), x2=alt.X2("relative_high:Q")),
        dots(base.encode(x=across.x("relative")), palette(dark)),
        *words,
    )
    height = rows_height(len(rows), HEAD)
    return finish(chart, t, dark, read_out(rows, t), height=height, notes=[t("chart.whisker")])


def _effect(result: Result, line: Line, across: Across, t: Translator) -> dict[str, Any]:
    before, after = (t.money(line[end], result.currency) for end in ("before", "after"))
    holes = {"before": before, "after": after, "relative": t.relative(line["relative"])}
    return {
        "name": t(f"what_if.effect.{line['effect']}"),
        "numbers": t("chart.effects.numbers", **holes),
        "interval_text": _interval(line, RELATIVE, t),
        "small": False,
        **{name: within(line[name], across.domain) for name in RELATIVE},
    }


def _interval(line: Line, names: Sequence[str], t: Translator) -> str:
    low, high = (t.relative(line[name]) for name in names[1:])
    return t("format.interval", low=low, high=high)


def claims(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """What each claim of the sources would bring here: to next year's revenue, and to a customer's worth."""
    import altair as alt

    known = [line for line in _lines(result, "claims") if None not in (line["relative"], line["worth"])]
    if not known:
        return None
    points = [_around(line, names) for line in known for names in (RELATIVE, WORTH)]
    across = _axis(points, *(line["claimed"] or 0.0 for line in known), title=t("chart.effects.axis"))
    rows = place([_claim(line, across, t) for line in known], worth=0.86)
    colours = palette(dark)
    pointer = tips(
        name=t("column.scenario"),
        revenue_text=t("what_if.effect.revenue"),
        worth_text=t("what_if.effect.worth"),
        claimed_text=t("column.claimed"),
    )
    behind, words = labels(rows, dark)
    base = alt.Chart(data(rows)).encode(tooltip=pointer)
    upper = base.encode(y=y("mark_y", len(rows)))
    lower = base.encode(y=y("worth_y", len(rows)))
    rule: dict[str, Any] = {"strokeWidth": 2.5}
    chart = layer(
        *reference(0.0, "", across, dark),
        *behind,
        upper.mark_rule(**rule, color=colours.value).encode(
            x=across.x("relative_low"), x2=alt.X2("relative_high:Q")
        ),
        lower.mark_rule(**rule, color=colours.muted).encode(
            x=across.x("worth_low"), x2=alt.X2("worth_high:Q")
        ),
        dots(upper.encode(x=across.x("relative")), colours),
        lower.mark_point(size=70, shape="diamond", filled=True, opacity=1, color=colours.muted).encode(
            x=across.x("worth")
        ),
        upper.transform_filter("datum.claimed != null")
        .mark_tick(orient="vertical", size=22, thickness=4, color=colours.bottom)
        .encode(x=across.x("claimed")),
        *words,
    )
    notes = [t("chart.claims.marks"), t("chart.claims.claimed"), t("chart.whisker")]
    return finish(chart, t, dark, read_out(rows, t), height=rows_height(len(rows)), notes=notes)


def _claim(line: Line, across: Across, t: Translator) -> dict[str, Any]:
    texts = {"revenue": t.relative(line["relative"]), "worth": t.relative(line["worth"])}
    claimed = line["claimed"]
    return {
        "name": t(f"what_if.scenario.{line['scenario']}"),
        "numbers": t("chart.claims.numbers", **texts),
        "revenue_text": _both(texts["revenue"], line, RELATIVE, t),
        "worth_text": _both(texts["worth"], line, WORTH, t),
        "claimed_text": UNKNOWN if claimed is None else t.relative(claimed),
        "claimed": claimed,
        "small": False,
        **{name: within(line[name], across.domain) for name in (*RELATIVE, *WORTH)},
    }


def _both(value: str, line: Line, names: Sequence[str], t: Translator) -> str:
    return t("chart.claims.interval", value=value, interval=_interval(line, names, t))


def worth_curve(result: Result, t: Translator, dark: bool = False) -> Chart:
    """What a customer is worth by retention, with today's retention and the one after the change."""
    import altair as alt

    colours, lines = palette(dark), _lines(result, "curve")
    stands = {when: _stand(result, when, t) for when in ("now", "then")}
    top = max(line["high"] for line in (*lines, *stands.values()))
    axis = y_axis(t("chart.worth_curve.axis"), axis_format("money", top))
    scale = alt.Scale(domain=[0, 1.04 * top], nice=False)
    across = Across(WHOLE, ".0%", t("column.retention"))

    def level(field: str) -> Any:
        return alt.Y(f"{field}:Q", scale=scale, axis=axis)

    rows = [{**line, **_texts(result, line, t)} for line in lines]
    pointer = tips(
        retention_text=t("column.retention"),
        value_text=t("what_if.effect.worth"),
        interval_text=t("chart.interval"),
    )
    base = alt.Chart(data(rows)).encode(x=across.x("retention"))
    chart = layer(
        base.mark_area(opacity=RIBBON, color=colours.value).encode(y=level("low"), y2=alt.Y2("high:Q")),
        base.mark_line(strokeWidth=2.5, color=colours.value).encode(y=level("value")),
        base.mark_point(size=60, opacity=0).encode(y=level("value"), tooltip=pointer),
        *_stands(stands, across, level, t, dark),
    )
    holes = {
        f"{name}_{when}": row[f"{name}_text"]
        for when, row in stands.items()
        for name in ("retention", "value")
    }
    told = t("chart.worth_curve.takeaway", **holes)
    return finish(chart, t, dark, told, height=HEIGHT, notes=[t("chart.ribbon")], currency=result.currency)


def _texts(result: Result, line: Line, t: Translator) -> dict[str, str]:
    return {
        "retention_text": t.percent(line["retention"]),
        "value_text": t.money(line["value"], result.currency),
        "interval_text": t.interval("money", line["low"], line["high"], result.currency),
    }


def _stand(result: Result, when: str, t: Translator) -> Row:
    """A retention and the worth with it; today's lies off the curve where other levers move, too."""
    [worth] = (line for line in _lines(result, "effects") if line["effect"] == "worth")
    part = {"now": "before", "then": "after"}[when]
    row = {"retention": result.numbers[f"retention_{when}"], "value": worth[part]}
    row |= {end: worth[f"{part}_{end}"] for end in ("low", "high")}
    return {**row, **_texts(result, row, t)}


def _stands(stands: Mapping[str, Row], across: Across, level: Any, t: Translator, dark: bool) -> list[Chart]:
    """Where a customer stands today and then as points with their words, that of today hollow."""
    import altair as alt

    colours, drawn = palette(dark), []
    now, then = stands["now"], stands["then"]
    upper = "then" if then["value"] >= now["value"] else "now"
    for when, row in {"now": now}.items() if now == then else stands.items():
        words = t(f"chart.worth_curve.{when}", retention=row["retention_text"], value=row["value_text"])
        base = alt.Chart(data([{**row, "words": words, "small": when == "now"}])).encode(
            x=across.x("retention"), y=level("value")
        )
        side: dict[str, Any] = {"align": "left", "dx": 2, "dy": 17}
        if when == upper and now != then:
            side = {"align": "right" if row["retention"] > ROOM_LEFT else "left", "dx": -2, "dy": -17}
        elif row["retention"] > 1 - ROOM_LEFT:
            side["align"] = "right"
        drawn += [
            dots(base, colours),
            base.mark_text(**side, fontSize=SMALL_FONT + 1, fontWeight=600).encode(text=alt.Text("words:N")),
        ]
    return drawn
