"""Charts of the answers to the question whether one would recommend: scores, groups, comments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty import story
from loyalty.charts import takeaways
from loyalty.charts.estimates import group_row
from loyalty.charts.listing import bars, dots, estimate_tips, hollow_note, labels, place, rows_height, tips, y
from loyalty.charts.style import LABEL_FONT, SMALL_FONT, Chart, Palette, data, finish, palette, span
from loyalty.core import Result, Table
from loyalty.words import Translator

HEIGHT, HEADING = 270, 62  # pixels of the distribution and of the groups above it
GROUP_ROW = 62  # pixels a segment with bar and whisker
AT = {"name": 0.17, "bar": 0.5, "mark": 0.82}  # how far down in its row something stands
LABELLED = 0.09  # share from which a part of a bar has room for its number


def _colours(colours: Palette) -> tuple[tuple[str, str], ...]:
    """Colour and what can be read upon it, from the bottom group to the top one."""
    return (
        (colours.bottom, colours.on_bottom),
        (colours.middle, colours.on_middle),
        (colours.top, colours.on_top),
    )


def distribution(result: Result, t: Translator, dark: bool = False) -> Chart:
    """How many gave each score, coloured by group, with the groups' names and shares above."""
    import altair as alt

    colours, table = palette(dark), result.table("scores")
    total = sum(row[1] for row in table.rows)
    names = list(dict.fromkeys(row[2] for row in table.rows))
    colour_of = {name: colour for name, (colour, _) in zip(names, _colours(colours), strict=True)}
    rows = [
        {
            "score": score,
            "from": score - 0.42,
            "to": score + 0.42,
            "share": count / total,
            "color": colour_of[name],
            "group_text": t(f"column.{name}"),
            "score_text": str(score),
            "n_text": t.count(count),
            "share_text": _share(count, total, t),
        }
        for score, count, name in table.rows
    ]
    top = max(row["share"] for row in rows)
    ends = [rows[0]["score"] - 0.5, rows[-1]["score"] + 0.5]
    scores = [row["score"] for row in rows]
    title = t("chart.distribution.axis")
    axis = alt.Axis(values=scores, format="d", title=title, grid=False, labelColor=colours.text)
    x_scale = alt.Scale(domain=ends, nice=False, zero=False)
    height = alt.Y("share:Q", scale=alt.Scale(domain=[0, top], range=[HEIGHT, HEADING + 16]), axis=None)
    base = alt.Chart(data(rows)).encode(
        y=height,
        tooltip=tips(
            score_text=t("column.score"),
            group_text=t("column.group"),
            n_text=t("column.answers"),
            share_text=t("column.share"),
        ),
    )
    chart = alt.layer(
        base.mark_rect().encode(
            x=alt.X("from:Q", scale=x_scale, axis=axis),
            x2="to:Q",
            y2=alt.datum(0),
            color=alt.Color("color:N", scale=None),
        ),
        base.mark_text(dy=-8, fontSize=SMALL_FONT, color=colours.text).encode(
            x=alt.X("score:Q", scale=x_scale, axis=axis), text="share_text:N"
        ),
        *_headings(result, t, dark, x_scale, axis),
    )
    return finish(chart, t, dark, takeaways.distribution(result, t), height=HEIGHT)


def _share(count: int, total: int, t: Translator) -> str:
    """A share in percent that is nothing where nobody is, and never nothing where somebody is."""
    if 0 < count < 0.005 * total:
        return t("chart.below", share=t.percent(0.01, 0))
    return t.percent(count / total, 0) if count else ""


def _headings(result: Result, t: Translator, dark: bool, scale: Any, axis: Any) -> list[Chart]:
    """Name and share of each group over its scores, with a strip of its colour."""
    import altair as alt

    colours, table = palette(dark), result.table("scores")
    total = sum(row[1] for row in table.rows)
    names = list(dict.fromkeys(row[2] for row in table.rows))
    rows = []
    for name, (colour, _) in zip(names, _colours(colours), strict=True):
        scores = [row[0] for row in table.rows if row[2] == name]
        count = sum(row[1] for row in table.rows if row[2] == name)
        rows.append(
            {
                "from": scores[0] - 0.42,
                "to": scores[-1] + 0.42,
                "middle": (scores[0] + scores[-1]) / 2,
                "color": colour,
                "name": t(f"column.{name}"),
                "share_text": t.percent(count / total, 0),
            }
        )
    base = alt.Chart(data(rows))
    middle = base.encode(x=alt.X("middle:Q", scale=scale, axis=axis))
    return [
        middle.mark_text(fontSize=LABEL_FONT, color=colours.muted).encode(y=alt.value(8), text="name:N"),
        middle.mark_text(fontSize=18, fontWeight=600, color=colours.text).encode(
            y=alt.value(29), text="share_text:N"
        ),
        base.mark_rule(strokeWidth=4).encode(
            x=alt.X("from:Q", scale=scale, axis=axis),
            x2="to:Q",
            y=alt.value(46),
            color=alt.Color("color:N", scale=None),
        ),
    ]


def divergent(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """The three groups of each segment, the middle one around zero, and below them dot and whisker.

    None where the result is not broken down.
    """
    import altair as alt

    table = next((table for table in result.tables if table.name == "groups"), None)
    if table is None or not table.rows:
        return None
    rows, parts, domain = _segments(result, table, t, dark)
    colours, count = palette(dark), len(rows)
    scale = alt.Scale(domain=domain, nice=False, zero=False)
    axis = alt.Axis(format="d", title=t(f"{result.metric}.title"), tickCount=5)
    words, hues = list(dict.fromkeys(part["part_text"] for part in parts)), _colours(colours)
    stacked = alt.Chart(data(parts)).encode(
        y=y("bar_y", count),
        tooltip=tips(
            name=story.by_name(result, t),
            part_text=t("column.group"),
            n_text=t("column.answers"),
            share_text=t("column.share"),
        ),
    )
    marks = alt.Chart(data(rows)).encode(
        y=y("mark_y", count), tooltip=estimate_tips(result, t, name=story.by_name(result, t))
    )
    behind, front = labels(rows, dark)
    chart = alt.layer(
        alt.Chart(data([{"zero": 0}]))
        .mark_rule(color=colours.muted, strokeWidth=1)
        .encode(x=alt.X("zero:Q", scale=scale, axis=axis)),
        *behind,
        stacked.mark_bar(orient="horizontal", size=20).encode(
            x=alt.X("from:Q", scale=scale, axis=axis),
            x2="to:Q",
            color=alt.Color(
                "part_text:N",
                scale=alt.Scale(domain=words, range=[colour for colour, _ in hues]),
                legend=alt.Legend(title=None, orient="top", direction="horizontal", columnPadding=14),
            ),
        ),
        stacked.transform_filter(f"datum.share >= {LABELLED}")
        .mark_text(fontSize=SMALL_FONT, fontWeight=600)
        .encode(
            x=alt.X("middle:Q", scale=scale, axis=axis),
            text="share_text:N",
            fill=alt.Fill("on:N", scale=None, legend=None),
        ),
        marks.mark_rule(strokeWidth=2.5, color=colours.text).encode(
            x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q"
        ),
        dots(marks.encode(x=alt.X("value:Q", scale=scale, axis=axis)), colours, colour=colours.text),
        *front,
    )
    notes = [t("chart.divergent.bar"), t("chart.whisker"), *hollow_note(result.groups, t)]
    return finish(chart, t, dark, takeaways.groups(result, t), height=GROUP_ROW * count, notes=notes)


def _segments(
    result: Result, table: Table, t: Translator, dark: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], tuple[float, float]]:
    """Rows with dot and whisker, the parts of their bars, and the ends of the axis that holds both."""
    kept = [
        (group, row)
        for group, row in zip(result.groups, table.rows, strict=True)
        if group.n and sum(row[1:4])
    ]
    parts = [
        part for at, (_, row) in enumerate(kept) for part in _parts(at, row, table.columns[1:4], t, dark)
    ]
    ends = [part[end] for part in parts for end in ("from", "to")]
    domain = span([group for group, _ in kept], result.unit, *ends)
    rows = place([group_row(result, group, t, domain) for group, _ in kept], **AT)
    for part in parts:
        part["name"] = rows[part["row"]]["name"]
    return rows, parts, domain


def _parts(
    at: int, row: Sequence[Any], names: Sequence[str], t: Translator, dark: bool
) -> list[dict[str, Any]]:
    """The parts of one bar in points, the middle part half on either side of zero."""
    shares = [count / sum(row[1:4]) for count in row[1:4]]
    edges = [
        -100 * (shares[0] + shares[1] / 2),
        -50 * shares[1],
        50 * shares[1],
        100 * (shares[2] + shares[1] / 2),
    ]
    return [
        {
            "row": at,
            "bar_y": at + AT["bar"],
            "from": edges[nth],
            "to": edges[nth + 1],
            "middle": (edges[nth] + edges[nth + 1]) / 2,
            "share": share,
            "share_text": t.percent(share, 0),
            "n_text": t.count(row[1 + nth]),
            "part_text": t(f"column.{name}"),
            "on": _colours(palette(dark))[nth][1],
        }
        for nth, (name, share) in enumerate(zip(names, shares, strict=True))
    ]


def comment_counts(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """How many comments came from each group; None without comments."""
    table = next((table for table in result.tables if table.name == "comment_counts"), None)
    total = sum(row[1] for row in table.rows) if table else 0
    if table is None or not total:
        return None
    rows = [
        {
            "name": t(f"column.{name}"),
            "numbers": t("chart.count_share", count=count, share=t.percent(count / total, 0)),
            "share": count / total,
            "color": colour,
        }
        for (name, count), (colour, _) in zip(table.rows, _colours(palette(dark)), strict=True)
    ]
    name, count = max(table.rows, key=lambda row: row[1])
    description = takeaways.first("comment_counts", t(f"column.{name}"), count, total, t)
    chart = bars(rows, dark, tips(name=t("column.group"), numbers=t("column.comments")))
    return finish(chart, t, dark, description, height=rows_height(len(rows)))
