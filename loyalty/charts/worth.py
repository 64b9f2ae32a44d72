"""Charts of what customers are worth: with whom value lies, how it is spread, how long subscribers stay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty import story
from loyalty.charts.listing import halo, tips
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
    y_axis,
)
from loyalty.core import Result
from loyalty.words import Translator

HEIGHT, CURVE = 320, 270
WHOLE = (0.0, 1.0)
TOP = 0.2  # of the customers, where the curve is marked
KINDS = {"value": "value_share", "spent": "spent_share"}
LABELS = 7  # that a telephone holds


def value_curve(result: Result, t: Translator, dark: bool = False) -> Chart:
    """Share of the value to come by share of the customers, and beside it that of what was spent so far."""
    import altair as alt

    colours = palette(dark)
    table = result.table("lorenz")
    points = [story.record(table, row) for row in table.rows]
    rows = [
        {**_point(point["customers_share"], min(1.0, point[column]), t), "kind": t(f"chart.worth.{kind}")}
        for kind, column in KINDS.items()
        for point in points
    ]
    across = Across(WHOLE, ".0%", t("chart.worth.customers"))
    scale = alt.Scale(domain=list(WHOLE), nice=False)
    y = alt.Y("share:Q", scale=scale, axis=y_axis(t("chart.worth.share"), ".0%"))
    pointer = tips(
        kind=t("column.kind"), customers_text=t("column.customers_share"), share_text=t("column.share")
    )
    top = {**_point(TOP, result.numbers["top_share"], t), "zero": 0.0}
    holes = {"top": top["customers_text"], "share": top["share_text"]}
    mark = alt.Chart(data([{**top, "words": t("chart.lorenz.point", **holes)}])).encode(
        x=across.x("customers"), y=y
    )
    label: dict[str, Any] = {"align": "left", "baseline": "top", "dx": 9, "dy": 8, "fontWeight": 600}
    chart = layer(
        alt.Chart(data(rows))
        .mark_line(strokeWidth=2.5)
        .encode(x=across.x("customers"), y=y, tooltip=pointer, **_kinds(t, dark)),
        mark.mark_rule(color=colours.muted, strokeDash=[4, 3]).encode(
            y=alt.Y("zero:Q", scale=scale), y2=alt.Y2("share:Q")
        ),
        mark.mark_point(filled=True, size=90, opacity=1, color=colours.value),
        mark.mark_text(**label, **halo(colours)).encode(text=alt.Text("words:N")),
        mark.mark_text(**label, color=colours.text).encode(text=alt.Text("words:N")),
    )
    told = t("chart.worth.takeaway", **holes)
    return finish(chart, t, dark, told, height=HEIGHT)


def _point(customers: float, share: float, t: Translator) -> dict[str, Any]:
    texts = {"customers_text": t.percent(customers, 0), "share_text": t.percent(share)}
    return {"customers": customers, "share": share, **texts}


def _kinds(t: Translator, dark: bool) -> dict[str, Any]:
    """What is expected as a full line in the colour of numbers, what was spent as a grey one with gaps."""
    import altair as alt

    colours, names = palette(dark), [t(f"chart.worth.{kind}") for kind in KINDS]
    legend = alt.Legend(title=None, orient="top", symbolType="stroke", offset=22, labelLimit=0, columns=1)
    colour = alt.Scale(domain=names, range=[colours.value, colours.muted])
    dash = alt.Scale(domain=names, range=[[1, 0], [5, 4]])
    return {
        "color": alt.Color("kind:N", scale=colour, legend=legend),
        "strokeDash": alt.StrokeDash("kind:N", scale=dash, legend=legend),
    }


def value_bins(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """How many customers are worth how much, as bars, and how many have spent as much so far, as a line.

    Each bar is about twice as far along as the one before, so that small and large amounts are both seen.
    """
    import altair as alt

    rows = _bins(result, t)
    if len(rows) < 2:
        return None
    colours = palette(dark)
    domain = [rows[0]["start"], rows[-1]["end"]]
    ticks = [row["end"] for row in rows if f"{row['end']:e}"[0] == "1"]
    across = alt.X(
        "start:Q",
        scale=alt.Scale(type="log", domain=domain, nice=False),
        axis=alt.Axis(
            title=t("chart.worth.amount"),
            values=ticks or domain,
            format=axis_format("money", domain[1]),
            grid=False,
        ),
    )
    base = alt.Chart(data(rows)).encode(x=across)
    pointer = tips(range_text=t("chart.worth.amount"), customers_text=t("chart.worth.value"))
    pointer += tips(spenders_text=t("chart.worth.spent"))
    y = {
        name: alt.Y(f"{name}:Q", axis=y_axis(t("column.customers"), ",d"))
        for name in ("customers", "spenders")
    }
    line = alt.Chart(data([*rows, rows[-1] | {"start": rows[-1]["end"]}])).encode(x=across)  # to the very end
    line = line.mark_line(interpolate="step-after", color=colours.muted, strokeWidth=2, strokeDash=[5, 4])
    chart = layer(
        base.mark_rect(color=colours.value, opacity=0.85, stroke=colours.background, strokeWidth=1).encode(
            x2=alt.X2("end:Q"), y=y["customers"], y2=alt.Y2Datum(0), tooltip=pointer
        ),
        line.encode(y=y["spenders"]),
        *_marked(result, across, t, dark),
    )
    told = story.part(result, "distribution", t)
    notes = [t("chart.worth.bars"), t("chart.worth.line"), t("chart.worth.steps")]
    return finish(
        chart, t, dark, t.say(told) if told else "", height=CURVE, notes=notes, currency=result.currency
    )


def _bins(result: Result, t: Translator) -> list[dict[str, Any]]:
    """The bins from the first to the last in which somebody is."""
    table = result.table("distribution")
    bins = [story.record(table, row) for row in table.rows]
    filled = [place for place, each in enumerate(bins) if each["customers"] or each["spenders"]]
    if not filled:
        return []
    return [_bin(each, result, t) for each in bins[filled[0] : filled[-1] + 1]]


def _bin(each: Row, result: Result, t: Translator) -> dict[str, Any]:
    low, high = each["amount_from"], each["amount_to"]
    return {
        "start": low or high / 2,  # zero is nowhere on such an axis
        "end": high,
        "customers": each["customers"],
        "spenders": each["spenders"],
        "range_text": t.interval("money", low, high, result.currency),
        "customers_text": t.count(each["customers"]),
        "spenders_text": t.count(each["spenders"]),
    }


def _marked(result: Result, across: Any, t: Translator, dark: bool) -> list[Chart]:
    """The mean as a line with its words."""
    import altair as alt

    colours, mean = palette(dark), result.overall.value
    words = t("chart.worth.mean", value=t.money(mean, result.currency))
    base = alt.Chart(data([{"start": mean, "words": words}])).encode(x=across)
    text: dict[str, Any] = {"align": "left", "baseline": "top", "dx": 5, "fontSize": SMALL_FONT}
    words_at = base.encode(y=alt.YValue(0), text=alt.Text("words:N"))
    return [
        base.mark_rule(color=colours.text, strokeDash=[4, 3]),
        words_at.mark_text(**text, **halo(colours)),
        words_at.mark_text(**text, color=colours.text),
    ]


def subscribers(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """The share of subscribers who are there after each renewal: as seen, as points, and by the model."""
    import altair as alt

    rows = _renewals(result, t)
    if not rows:
        return None
    colours, last = palette(dark), rows[-1]["number"]
    step = max(1, -(-last // LABELS))
    x = alt.X(
        "number:Q",
        scale=alt.Scale(domain=[0, last], nice=False),
        axis=alt.Axis(
            title=t("chart.worth.renewals"), values=list(range(0, last + 1, step)), format="d", grid=False
        ),
    )
    scale, axis = alt.Scale(domain=list(WHOLE), nice=False), y_axis(t("chart.worth.there"), ".0%")
    pointer = tips(
        number_text=t("column.renewal_number"),
        observed_text=t("column.observed"),
        modelled_text=t("column.modelled"),
        interval_text=t("chart.interval"),
    )

    def y(field: str) -> Any:
        return alt.Y(f"{field}:Q", scale=scale, axis=axis)

    base = alt.Chart(data(rows)).encode(x=x)
    chart = layer(
        base.mark_area(color=colours.value, opacity=RIBBON).encode(
            y=y("share_low"), y2=alt.Y2("share_high:Q")
        ),
        base.mark_line(color=colours.value, strokeWidth=2.5).encode(y=y("modelled")),
        base.mark_point(color=colours.bottom, filled=True, size=45, opacity=1).encode(
            y=y("observed"), tooltip=pointer
        ),
    )
    told = story.part(result, "retention", t)
    notes = [t("chart.worth.points"), t("chart.ribbon")]
    return finish(chart, t, dark, t.say(told) if told else "", height=CURVE, notes=notes)


def _renewals(result: Result, t: Translator) -> list[dict[str, Any]]:
    """The rows of the curve after the beginning, at which everybody is there."""
    lines = story.table_rows(result, "retention")
    if not lines:
        return []
    rows: Sequence[Row] = [story.record(result.table("retention"), row) for row in lines]
    sure = {"modelled": 1.0, "share_low": 1.0, "share_high": 1.0, "observed": 1.0}
    return [
        {
            **{name: row[name] for name in sure},
            "number": row["renewal_number"],
            "number_text": t.count(row["renewal_number"]),
            "observed_text": "" if row["observed"] is None else t.percent(row["observed"]),
            "modelled_text": t.percent(row["modelled"]),
            "interval_text": t.interval("share", row["share_low"], row["share_high"]),
        }
        for row in [{"renewal_number": 0, **sure}, *rows]
    ]
