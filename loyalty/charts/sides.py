"""Loyal customers against new ones: what each brings, what they are of all, how many times as much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty import story
from loyalty.charts.estimates import reference, whiskers
from loyalty.charts.listing import HEAD, estimate_row, labels, place, rows_height, tips, y
from loyalty.charts.panels import Panel, panels
from loyalty.charts.style import (
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
)
from loyalty.core import Estimate, Result
from loyalty.story.loyal_new import CLAIM, shares
from loyalty.story.loyal_new import ways as ways_of
from loyalty.words import Translator

THIN = 7  # pixels a bar is thick where two stand below each other
CLAIMED = 0.17  # of a row: half the height of what is shaded behind a mark


def sides(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """What a customer of each side brings on average, with intervals, on one scale from zero."""
    named = [
        Estimate(e.value, e.low, e.high, e.n, t(f"loyal_new.side.{e.group}"))
        for e in story.estimates(result, "sides", "mean").values()
    ]
    heading = t(f"chart.sides.{result.options['measure']}")
    return panels([Panel(heading, "money", named)], result, t, dark)


def portions(result: Result, t: Translator, dark: bool = False) -> Chart:
    """Of each side two bars: its share of the customers, and of the money."""
    import altair as alt

    lines = [story.record(result.table("shares"), row) for row in story.table_rows(result, "shares")]
    rows = place([_share(line, t) for line in lines], customers=0.58, money=0.82)
    colours, count = palette(dark), len(rows)
    pointer = tips(
        name=t("column.side"),
        customers_text=t("column.customers_share"),
        money_text=t("column.revenue_share"),
    )
    base = alt.Chart(data(rows)).encode(tooltip=pointer)
    scale = alt.Scale(domain=[0, 1], nice=False)
    bar: dict[str, Any] = {"orient": "horizontal", "size": THIN, "cornerRadius": 2}

    def drawn(name: str, colour: str) -> list[Chart]:
        here = base.encode(y=y(f"{name}_y", count))
        whole = here.mark_bar(**bar, color=colours.grid).encode(x=alt.XValue(0), x2=alt.X2Value("width"))
        part = here.mark_bar(**bar, color=colour).encode(x=alt.X(f"{name}:Q", scale=scale, axis=None))
        return [whole, part]

    chart = layer(*drawn("customers", colours.middle), *drawn("money", colours.value), *labels(rows, dark)[1])
    notes = [t("chart.portions.bars")]
    told = t.say(shares(result, t))
    return finish(chart, t, dark, told, height=rows_height(count), notes=notes)


def _share(line: Row, t: Translator) -> dict[str, Any]:
    customers, money = (t.percent(line[name]) for name in ("customers_share", "revenue_share"))
    return {
        "name": t(f"loyal_new.side.{line['side']}"),
        "numbers": t("chart.portions.numbers", customers=customers, money=money),
        "customers": line["customers_share"],
        "money": line["revenue_share"],
        "customers_text": customers,
        "money_text": money,
    }


def ways(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """How many times as much a loyal customer is worth, by every measure; shaded, what is often claimed."""
    known = list(ways_of(result).values())
    if not known:
        return None
    low, high = span(known, "ratio", 1.0, CLAIM[1])
    domain = min(low, 0.9), high
    across = Across(domain, axis_format("ratio", high), t("chart.ways.axis"))
    rows = place([_way(result, each, t, domain) for each in known])
    behind, words = labels(rows, dark, HEAD)
    line = reference(1.0, t("chart.ways.equal"), across, dark)
    marks = whiskers(
        rows, across, result, t, dark, head=HEAD, colour=palette(dark).value, named=t("column.way")
    )
    chart = layer(*_claimed(rows, across, t, dark), *line, *behind, *marks, *words)
    notes = [t("chart.whisker"), t("chart.ways.note")]
    told = t("chart.ways.takeaway", parts=t("chart.panels.and").join(_told(each, t) for each in known))
    return finish(chart, t, dark, told, height=rows_height(len(rows), HEAD), notes=notes)


def _way(result: Result, each: Estimate, t: Translator, domain: tuple[float, float]) -> dict[str, Any]:
    texts = estimate_row(result, each, t)
    return {
        "name": t(f"loyal_new.option.measure.{each.group}"),
        "numbers": t("chart.ways.numbers", value=texts["value_text"], interval=texts["interval_text"]),
        **{end: within(getattr(each, end), domain) for end in ("value", "low", "high")},
        **texts,
    }


def _claimed(rows: Sequence[Row], across: Across, t: Translator, dark: bool) -> Sequence[Chart]:
    """The stretch that the articles claim, behind every mark, with its words at the top."""
    import altair as alt

    colours, count = palette(dark), len(rows)
    ends = {"low": CLAIM[0], "high": CLAIM[1], "middle": sum(CLAIM) / 2}
    areas = [{**ends, "above": row["mark_y"] - CLAIMED, "below": row["mark_y"] + CLAIMED} for row in rows]
    area = alt.Chart(data(areas)).mark_rect(color=colours.shades[0])
    base = alt.Chart(data([{**ends, "words": t("chart.ways.claim")}]))
    label = base.mark_text(baseline="top", color=colours.muted, fontSize=SMALL_FONT)
    return [
        area.encode(x=across.x("low"), x2=alt.X2("high:Q"), y=y("above", count, HEAD), y2=alt.Y2("below:Q")),
        label.encode(x=across.x("middle"), y=alt.YValue(0), text=alt.Text("words:N")),
    ]


def _told(each: Estimate, t: Translator) -> str:
    interval = t.interval("ratio", each.low, each.high)
    return t(
        "chart.ways.part", way=t(f"loyal_new.way.{each.group}"), value=t.ratio(each.value), interval=interval
    )
