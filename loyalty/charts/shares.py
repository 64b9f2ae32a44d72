"""Charts of the three groups of answers: the scores, and the comments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty.charts import takeaways
from loyalty.charts.listing import bars, rows_height, tips
from loyalty.charts.style import (
    LABEL_FONT,
    SMALL_FONT,
    Across,
    Chart,
    Palette,
    Row,
    data,
    finish,
    layer,
    palette,
)
from loyalty.core import Result
from loyalty.words import Translator

HEIGHT, HEADING = 270, 78  # pixels of all, and of the groups above the highest bar
HALF = 0.42  # width of a bar to either side of its score


def hues(colours: Palette) -> tuple[tuple[str, str], ...]:
    """Colour and what can be read upon it, from the bottom group to the top one."""
    return (
        (colours.bottom, colours.on_bottom),
        (colours.middle, colours.on_middle),
        (colours.top, colours.on_top),
    )


def distribution(result: Result, t: Translator, dark: bool = False) -> Chart:
    """How many gave each score, coloured by group, with the groups' names and shares above."""
    import altair as alt

    rows, colours = _scores(result, t, dark), palette(dark)
    names = tuple(row["score_text"] for row in rows)
    title = t(f"{result.metric}.axis", low=names[0], high=names[-1])
    places = tuple(range(len(rows)))
    across = Across((-0.5, len(rows) - 0.5), "d", title, grid=False, values=places, labels=names)
    top = max(row["share"] for row in rows)
    height = alt.Y("share:Q", scale=alt.Scale(domain=[0, top], range=[HEIGHT, HEADING]), axis=None)
    pointer = tips(
        score_text=t("column.score"),
        group_text=t("column.group"),
        n_text=t("column.answers"),
        share_text=t("column.share"),
    )
    base = alt.Chart(data(rows)).encode(y=height, tooltip=pointer)
    colour = alt.Color("color:N", scale=None)
    drawn = base.mark_rect().encode(x=across.x("from"), x2=alt.X2("to:Q"), y2=alt.Y2Datum(0), color=colour)
    shares = base.mark_text(dy=-8, fontSize=SMALL_FONT, color=colours.text)
    chart = layer(
        drawn,
        shares.encode(x=across.x("place"), text=alt.Text("share_text:N")),
        *_headings(_groups(result, t, dark), across, dark),
    )
    return finish(chart, t, dark, takeaways.distribution(result, t), height=HEIGHT)


def _scores(result: Result, t: Translator, dark: bool) -> list[dict[str, Any]]:
    """The scores side by side from the worst to the best, as far apart whatever their numbers."""
    rows = result.table("scores").rows
    total = sum(count for _, count, _ in rows)
    colour_of = {group["group"]: group["color"] for group in _groups(result, t, dark)}
    return [
        {
            "score": score,
            "place": place,
            "from": place - HALF,
            "to": place + HALF,
            "share": count / total,
            "color": colour_of[name],
            "group_text": t(f"column.{name}"),
            "score_text": score if isinstance(score, str) else t.number(score),
            "n_text": t.count(count),
            "share_text": _share(count, total, t),
        }
        for place, (score, count, name) in enumerate(rows)
    ]


def _share(count: int, total: int, t: Translator) -> str:
    """A share in percent that is nothing where nobody is, and never nothing where somebody is."""
    if 0 < count < 0.005 * total:
        return t("chart.below", share=t.percent(0.01, 0))
    return t.percent(count / total, 0) if count else ""


def _groups(result: Result, t: Translator, dark: bool) -> list[dict[str, Any]]:
    """The three groups, from the bottom: where their scores begin and end, and their share of the answers."""
    rows = result.table("scores").rows
    total = sum(count for _, count, _ in rows)
    places: dict[str, list[int]] = {}
    for place, (_, _, name) in enumerate(rows):
        places.setdefault(name, []).append(place)
    bottom, middle, top = (colour for colour, _ in hues(palette(dark)))
    return [
        {
            "group": name,
            "from": of[0] - HALF,
            "to": of[-1] + HALF,
            "middle": (of[0] + of[-1]) / 2,
            "color": bottom if of[0] == 0 else top if of[-1] == len(rows) - 1 else middle,
            "name": t(f"column.{name}"),
            "share_text": t.percent(sum(rows[place][1] for place in of) / total, 0),
        }
        for name, of in places.items()
    ]


def _headings(groups: Sequence[Row], across: Across, dark: bool) -> list[Chart]:
    """Name and share of each group over its scores, with a strip of its colour."""
    import altair as alt

    colours, base = palette(dark), alt.Chart(data(groups))
    middle = base.encode(x=across.x("middle"))
    strips = base.mark_rule(strokeWidth=4).encode(x=across.x("from"), x2=alt.X2("to:Q"), y=alt.YValue(46))
    names = middle.mark_text(fontSize=LABEL_FONT, color=colours.muted)
    shares = middle.mark_text(fontSize=18, fontWeight=600, color=colours.text)
    return [
        names.encode(y=alt.YValue(8), text=alt.Text("name:N")),
        shares.encode(y=alt.YValue(29), text=alt.Text("share_text:N")),
        strips.encode(color=alt.Color("color:N", scale=None)),
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
        for (name, count), (colour, _) in zip(table.rows, hues(palette(dark)), strict=True)
    ]
    name, count = max(table.rows, key=lambda row: row[1])
    description = takeaways.first("comment_counts", t(f"column.{name}"), count, total, t)
    chart = bars(rows, dark, tips(name=t("column.group"), numbers=t("column.comments")))
    return finish(chart, t, dark, description, height=rows_height(len(rows)))
