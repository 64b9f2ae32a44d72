"""The three groups of answers, segment by segment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty import story
from loyalty.charts import takeaways
from loyalty.charts.estimates import group_row, whiskers
from loyalty.charts.listing import hollow_note, labels, place, tips, y
from loyalty.charts.shares import hues
from loyalty.charts.style import SMALL_FONT, Across, Chart, Row, data, finish, layer, palette, span
from loyalty.core import Result, Table
from loyalty.words import Translator

ROW, BAR = 62, 20  # pixels a segment with bar and whisker, and how thick its bar is
AT = {"name": 0.17, "bar": 0.5, "mark": 0.82}  # how far down in its row something stands
LABELLED = 0.09  # share from which a part of a bar has room for its number


def divergent(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """The three groups of each segment, the middle one around zero, and below them dot and whisker.

    None where the result is not broken down.
    """
    table = next((table for table in result.tables if table.name == "groups"), None)
    if table is None or not table.rows:
        return None
    rows, parts, domain = _segments(result, table, t, dark)
    across = Across(domain, "d", t(f"{result.metric}.title"))
    behind, words = labels(rows, dark)
    chart = layer(
        _zero(across, dark),
        *behind,
        *_bars(parts, len(rows), across, result, t, dark),
        *whiskers(rows, across, result, t, dark, colour=palette(dark).text),
        *words,
    )
    notes = [t("chart.divergent.bar"), t("chart.whisker"), *hollow_note(result.groups, t)]
    return finish(chart, t, dark, takeaways.groups(result, t), height=ROW * len(rows), notes=notes)


def _zero(across: Across, dark: bool) -> Chart:
    import altair as alt

    return alt.Chart(data([{"zero": 0}])).mark_rule(color=palette(dark).muted).encode(x=across.x("zero"))


def _bars(
    parts: Sequence[Row], count: int, across: Across, result: Result, t: Translator, dark: bool
) -> list[Chart]:
    """The parts of the bars with their shares, and what their colours mean."""
    import altair as alt

    words = list(dict.fromkeys(part["part_text"] for part in parts))
    colours = alt.Scale(domain=words, range=[colour for colour, _ in hues(palette(dark))])
    legend = alt.Legend(title=None, orient="top", direction="horizontal", columnPadding=14)
    pointer = tips(
        name=story.by_name(result, t),
        part_text=t("column.group"),
        n_text=t("column.answers"),
        share_text=t("column.share"),
    )
    base = alt.Chart(data(parts)).encode(y=y("bar_y", count), tooltip=pointer)
    bars = base.mark_bar(orient="horizontal", size=BAR).encode(x=across.x("from"), x2=alt.X2("to:Q"))
    shares = base.transform_filter(f"datum.share >= {LABELLED}").mark_text(
        fontSize=SMALL_FONT, fontWeight=600
    )
    readable = alt.Fill("on:N", scale=None, legend=None)
    return [
        bars.encode(color=alt.Color("part_text:N", scale=colours, legend=legend)),
        shares.encode(x=across.x("middle"), text=alt.Text("share_text:N"), fill=readable),
    ]


def _segments(
    result: Result, table: Table, t: Translator, dark: bool
) -> tuple[list[Row], list[Row], tuple[float, float]]:
    """Rows with dot and whisker, the parts of their bars, and the ends of the axis that holds both."""
    both = zip(result.groups, table.rows, strict=True)
    kept = [(group, row[1:4]) for group, row in both if sum(row[1:4])]
    names = table.columns[1:4]
    bars = [_parts(at, counts, names, t, dark) for at, (_, counts) in enumerate(kept)]
    ends = [part[end] for parts in bars for part in parts for end in ("from", "to")]
    domain = span([group for group, _ in kept], result.unit, *ends)
    rows = place([group_row(result, group, t, domain) for group, _ in kept], **AT)
    named = zip(rows, bars, strict=True)
    return list(rows), [{**part, "name": row["name"]} for row, parts in named for part in parts], domain


def _parts(
    at: int, counts: Sequence[int], names: Sequence[str], t: Translator, dark: bool
) -> list[dict[str, Any]]:
    """The parts of one bar in points, the middle part half on either side of zero."""
    low, middle, top = (100 * count / sum(counts) for count in counts)
    edges = (-low - middle / 2, -middle / 2, middle / 2, top + middle / 2)
    return [
        {
            "bar_y": at + AT["bar"],
            "from": start,
            "to": end,
            "middle": (start + end) / 2,
            "share": count / sum(counts),
            "share_text": t.percent(count / sum(counts), 0),
            "n_text": t.count(count),
            "part_text": t(f"column.{name}"),
            "on": readable,
        }
        for start, end, count, name, (_, readable) in zip(
            edges[:-1], edges[1:], counts, names, hues(palette(dark)), strict=True
        )
    ]
