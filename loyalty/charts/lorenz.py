"""Lorenz's curve from the top: how much of the revenue comes from how few customers."""

from __future__ import annotations

from typing import Any

from loyalty.charts.listing import tips
from loyalty.charts.style import Across, Chart, data, finish, layer, palette, y_axis
from loyalty.core import Result
from loyalty.words import Translator

HEIGHT = 320
WHOLE = (0.0, 1.0)
EQUAL = (0.34, 0.6)  # where the line of those who all spend alike is named, away from the point


def lorenz(result: Result, t: Translator, dark: bool = False) -> Chart:
    """Share of the revenue by share of the customers, greatest first, with the top marked."""
    import altair as alt

    colours, top = palette(dark), result.options["top"] / 100
    rows = [_point(customers, revenue, t) for customers, revenue in result.table("lorenz").rows]
    across = Across(WHOLE, ".0%", t("chart.lorenz.customers"))
    scale = alt.Scale(domain=list(WHOLE), nice=False)
    axis = y_axis(t("chart.lorenz.revenue"), ".0%")

    def y(field: str) -> Any:
        return alt.Y(f"{field}:Q", scale=scale, axis=axis)

    pointer = tips(customers_text=t("column.customers_share"), revenue_text=t("column.revenue_share"))
    base = alt.Chart(data(rows)).encode(x=across.x("customers"), y=y("revenue"), tooltip=pointer)
    chart = layer(
        base.mark_area(color=colours.soft, opacity=0.45).encode(y2=alt.Y2("customers:Q")),
        base.mark_line(color=colours.muted, strokeDash=[4, 3], strokeWidth=1).encode(y=y("customers")),
        base.mark_line(color=colours.value, strokeWidth=2.5),
        *_marked(top, result.overall.value, across, y, t, dark),
    )
    holes = {
        "top": t.percent(top, 0),
        "share": t.percent(result.overall.value),
        "customers_80": t.percent(result.numbers["customers_80"]),
    }
    told = t("chart.lorenz.takeaway", **holes)
    return finish(chart, t, dark, told, height=HEIGHT)


def _point(customers: float, revenue: float, t: Translator) -> dict[str, Any]:
    texts = {"customers_text": t.percent(customers, 0), "revenue_text": t.percent(revenue)}
    return {"customers": customers, "revenue": revenue, **texts}


def _marked(top: float, share: float, across: Across, y: Any, t: Translator, dark: bool) -> list[Chart]:
    """The top with what it brings, and the words for the line of those who all spend alike."""
    import altair as alt

    colours = palette(dark)
    words = t("chart.lorenz.point", top=t.percent(top, 0), share=t.percent(share))
    base = alt.Chart(data([{**_point(top, share, t), "words": words, "zero": 0.0}]))
    rule: dict[str, Any] = {"color": colours.muted, "strokeDash": [4, 3]}
    label: dict[str, Any] = {"align": "left", "baseline": "top", "dx": 9, "dy": 6, "fontWeight": 600}
    at_point = base.encode(x=across.x("customers"), y=y("revenue"))
    line = alt.Chart(data([{"at": EQUAL[share < 0.5], "words": t("chart.lorenz.equal")}]))
    return [
        at_point.mark_rule(**rule).encode(y=y("zero"), y2=alt.Y2("revenue:Q")),
        at_point.mark_rule(**rule).encode(x=across.x("zero"), x2=alt.X2("customers:Q")),
        at_point.mark_point(filled=True, size=90, opacity=1, color=colours.value),
        at_point.mark_text(**label).encode(text=alt.Text("words:N")),
        line.mark_text(align="left", baseline="top", dx=6, dy=4, color=colours.muted).encode(
            x=across.x("at"), y=y("at"), text=alt.Text("words:N")
        ),
    ]
