"""Charts of RFM: the grid of scores with its segments, and who moved from one to another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from loyalty import story
from loyalty.charts.heat import ink, shade
from loyalty.charts.listing import bars, rows_height, tips
from loyalty.charts.style import SMALL_FONT, Across, Chart, Row, data, finish, layer, palette, y_axis
from loyalty.core import Result
from loyalty.words import Translator

CELL = 84  # pixels a cell is high
NAME_SIZE = 10.5  # the longest name just fits into a cell on a telephone
SCORES = (1, 2, 3, 4, 5)
DOMAIN = (0.5, 5.5)
EDGE = 0.015  # of a cell, between the outlines of neighbours
MOVES = 12  # at most
TIPS = {
    "list_text": "list",
    "recency_score": "recency_score",
    "frequency_score": "frequency_score",
    "customers_text": "customers",
    "share_text": "share",
    "amount_text": "amount",
}


def segments(result: Result, t: Translator, dark: bool = False) -> Chart:
    """Recency from left to right, frequency upwards: customers and money in every cell, segments outlined."""
    import altair as alt

    cells = [story.record(result.table("grid"), row) for row in result.table("grid").rows]
    rows = _cells(cells, result, t, dark)
    regions = [_region(name, rows, t) for name in dict.fromkeys(cell["list"] for cell in cells)]
    across = Across(DOMAIN, "d", t("chart.segments.recency"), grid=False, values=SCORES)
    y = _up(t(f"chart.segments.{result.options['axis']}"))
    pointer = tips(**{field: t(f"column.{column}") for field, column in TIPS.items()})
    base = alt.Chart(data(rows)).encode(tooltip=pointer)
    sides: dict[str, Any] = {"x": across.x("left"), "x2": "right:Q", "y": y("lower"), "y2": "upper:Q"}
    drawn = base.mark_rect().encode(**sides, color=alt.Color("color:N", scale=None))
    words = base.encode(
        x=across.x("recency_score"), y=y("frequency_score"), color=alt.Color("ink:N", scale=None)
    )
    chart = layer(
        drawn,
        words.mark_text(dy=6, fontSize=15, fontWeight=600).encode(text=alt.Text("customers_text:N")),
        words.mark_text(dy=25, fontSize=SMALL_FONT).encode(text=alt.Text("short_text:N")),
        *_outlines(regions, sides, dark),
        *_names(regions, across, y),
    )
    notes = [t("chart.segments.numbers"), t("chart.segments.colours")]
    return finish(chart, t, dark, _largest(result, t), height=5 * CELL, notes=notes)


def _largest(result: Result, t: Translator) -> str:
    """The largest segment of RFM, and the one that brings most of the revenue."""
    lists = [story.record(result.table("lists"), row) for row in result.table("lists").rows]
    largest = max(lists, key=lambda row: row["customers"])
    richest = max(lists, key=lambda row: row["amount"])
    return t(
        "chart.segments.takeaway",
        name=t(f"{result.metric}.list.{largest['list']}"),
        customers=t.count(largest["customers"]),
        share=t.percent(largest["share"], 0),
        richest=t(f"{result.metric}.list.{richest['list']}"),
        revenue_share=t.percent(richest["revenue_share"], 0),
    )


def _up(title: str) -> Callable[[str], Any]:
    """A place on the axis of the second score."""
    import altair as alt

    axis = y_axis(title, "d")
    axis.grid, axis.values = False, list(SCORES)
    scale = alt.Scale(domain=DOMAIN, nice=False, zero=False)
    return lambda field: alt.Y(f"{field}:Q", scale=scale, axis=axis)


def _cells(cells: Sequence[Row], result: Result, t: Translator, dark: bool) -> list[dict[str, Any]]:
    total, top = sum(cell["customers"] for cell in cells), max(cell["customers"] for cell in cells)
    rows = []
    for cell in cells:
        colour = shade(cell["customers"] / top, dark)
        texts = {
            "list_text": t(f"{result.metric}.list.{cell['list']}"),
            "customers_text": t.count(cell["customers"]),
            "share_text": t.percent(cell["customers"] / total),
            "amount_text": t.money(cell["amount"], result.currency),
            "short_text": t.number(cell["amount"], digits=0) if cell["customers"] else "",
        }
        rows.append({**cell, **_sides(cell), **texts, "color": colour, "ink": ink(colour)})
    return rows


def _sides(cell: Row) -> dict[str, float]:
    recency, often = cell["recency_score"], cell["frequency_score"]
    return {"left": recency - 0.5, "right": recency + 0.5, "lower": often - 0.5, "upper": often + 0.5}


def _region(name: str, rows: Sequence[Row], t: Translator) -> dict[str, Any]:
    """The cells of a segment as one: its sides, its name, and the colour of words upon its first cell."""
    cells = [row for row in rows if row["list"] == name]
    first = min(cells, key=lambda cell: (cell["left"], -cell["upper"]))
    left, right = first["left"], max(cell["right"] for cell in cells)
    lower, upper = min(cell["lower"] for cell in cells), first["upper"]
    label = first["list_text"]
    if right - left == 1 and " " in label:
        place = min((at for at, c in enumerate(label) if c == " "), key=lambda at: abs(2 * at - len(label)))
        label = f"{label[:place]}\n{label[place + 1 :]}"
    sides = {
        "left": left + EDGE,
        "right": right - EDGE,
        "lower": lower + EDGE,
        "upper": upper - EDGE,
    }
    return {**sides, "label": label, "columns": round(right - left), "ink": first["ink"]}


def _outlines(regions: Sequence[Row], sides: dict[str, Any], dark: bool) -> list[Chart]:
    import altair as alt

    base = alt.Chart(data(regions)).encode(**sides)
    return [
        base.mark_rect(fillOpacity=0, stroke=palette(dark).background, strokeWidth=5),
        base.mark_rect(fillOpacity=0, stroke=palette(dark).muted, strokeWidth=1.2, cornerRadius=2),
    ]


def _names(regions: Sequence[Row], across: Across, y: Callable[[str], Any]) -> list[Chart]:
    """The name of each segment at its upper left corner, cut where the segment ends."""
    import altair as alt

    drawn = []
    for columns in sorted({region["columns"] for region in regions}):
        base = alt.Chart(data([region for region in regions if region["columns"] == columns]))
        name = base.mark_text(
            align="left",
            baseline="top",
            dx=4,
            dy=6,
            fontSize=NAME_SIZE,
            fontWeight=600,
            lineBreak="\n",
            limit=alt.expr(f"{columns} * width / 5 - 2"),
        )
        colour = alt.Color("ink:N", scale=None)
        drawn.append(name.encode(x=across.x("left"), y=y("upper"), text=alt.Text("label:N"), color=colour))
    return drawn


def moves(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """Of the customers of a segment then, the share who are in another now, the largest moves first."""
    found = story.table_rows(result, "moves")
    order = [row[0] for row in result.table("lists").rows]
    sizes = {then: sum(row[2] for row in found if row[0] == then) for then in order}
    changed = sorted(
        (row for row in found if row[0] in order and row[0] != row[1]),
        key=lambda row: (-row[2], order.index(row[0]), order.index(row[1])),
    )
    if not changed:
        return None
    colours, rows = palette(dark), []
    for then, now, n in changed[:MOVES]:
        up = order.index(now) < order.index(then)
        share = n / sizes[then]
        holes = {"n": t.count(n), "size": t.count(sizes[then]), "share": t.percent(share, 0)}
        names = {"then": t(f"rfm.list.{then}"), "now": t(f"rfm.list.{now}")}
        rows.append(
            {
                "name": t("chart.moves.pair", **names),
                "numbers": t(f"chart.moves.{'up' if up else 'down'}", **holes),
                "share": share,
                "color": colours.top if up else colours.bottom,
                "told": t("chart.moves.takeaway", **names, **holes),
            }
        )
    pointer = tips(name=t("column.list"), numbers=t("column.customers"))
    chart = bars(rows, dark, pointer)
    notes = [t("chart.moves.signs")]
    return finish(chart, t, dark, rows[0]["told"], height=rows_height(len(rows)), notes=notes)
