"""Charts of single customers: when they bought, and whether they are still there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty.charts.listing import labels, place, read_out, rows_height, tips, y
from loyalty.charts.style import (
    LABEL_FONT,
    SMALL_FONT,
    Across,
    Chart,
    Palette,
    data,
    finish,
    layer,
    palette,
)
from loyalty.models.rehearsal import Life
from loyalty.words import Translator

TRACK, POINT = 3, 50  # pixels: how thick a life is drawn, and the area of a purchase
HEIGHT, LINE, REACH = 150, 62, (-0.04, 1.06)  # of the one life that explains the words
BOUGHT = (0.0, 0.18, 0.27, 0.46, 0.66)  # its purchases, as parts of the time watched
BRACES = {"recency": (0.66, 96), "age": (1.0, 128)}  # to where, and how far down
CHANCES = {"bg_nbd": BOUGHT[1:], "mbg_nbd": BOUGHT}  # when somebody may leave; otherwise at any time


def lives(people: Sequence[Life], months: int, revealed: bool, t: Translator, dark: bool = False) -> Chart:
    """Customers one below the other, each purchase a point; once revealed, also who has left.

    Parameters
    ----------
    people, months
        The customers, and how long the shop was watched.
    revealed
        Whether to show what the shop cannot see.
    t, dark
        Language and theme.
    """
    import altair as alt

    colours, count = palette(dark), len(people)
    people_rows = place([_row(life, at, months, revealed, t) for at, life in enumerate(people)])
    points = [
        {
            "x": when,
            "mark_y": row["mark_y"],
            "small": not nth,
            "name": row["name"],
            "at_text": t.number(when, 1),
        }
        for row, life in zip(people_rows, people, strict=True)
        for nth, when in enumerate(life.purchases)
    ]
    across = Across((-0.02 * months, 1.02 * months), "d", t("simulator.axis.months"))
    base = alt.Chart(data(people_rows)).encode(y=y("mark_y", count))
    pointer = tips(name=t("simulator.column.customer"), at_text=t("simulator.column.month"))
    dots = alt.Chart(data(points)).encode(x=across.x("x"), y=y("mark_y", count), tooltip=pointer)
    chart = layer(
        base.mark_rule(color=colours.grid, strokeWidth=TRACK).encode(x=across.x("start"), x2=alt.X2("end:Q")),
        *(_ends(base, across, colours) if revealed else []),
        dots.mark_point(filled=True, size=POINT, opacity=1, color=colours.value),
        *labels(people_rows, dark)[1],
    )
    told = t("simulator.lives.takeaway", customers=count, months=months)
    return finish(chart, t, dark, f"{told} {read_out(people_rows, t)}", height=rows_height(count))


def _row(life: Life, at: int, months: int, revealed: bool, t: Translator) -> dict[str, Any]:
    chance = t.percent(life.likely, 0)
    after = t(f"simulator.lives.{'stayed' if life.alive else 'left'}", chance=chance, future=life.future)
    return {
        "name": t("simulator.lives.customer", number=at + 1),
        "numbers": after if revealed else t("simulator.lives.bought", n=life.frequency),
        "start": life.start,
        "last": life.last,
        "end": months,
        "alive": life.alive,
    }


def _ends(base: Chart, across: Across, colours: Palette) -> list[Chart]:
    """What came after the last purchase."""
    import altair as alt

    ends = base.encode(x=across.x("last"), x2=alt.X2("end:Q"))
    gone: dict[str, Any] = {"color": colours.bottom, "strokeDash": [3, 4]}
    return [
        ends.transform_filter("datum.alive").mark_rule(strokeWidth=TRACK, color=colours.value),
        ends.transform_filter("!datum.alive").mark_rule(strokeWidth=TRACK, **gone),
    ]


def life(model: str, t: Translator, dark: bool = False) -> Chart:
    """One customer's purchases with what the models call recency and age, and when he may leave."""
    import altair as alt

    colours = palette(dark)
    across = Across(REACH, "d")
    x = alt.X("x:Q", scale=alt.Scale(domain=REACH, nice=False), axis=None)
    bought = [{"x": when, "to": 1.0, "words": ""} for when in BOUGHT]
    base = alt.Chart(data(bought)).encode(x=x, y=alt.YValue(LINE))
    line = alt.Chart(data([{"x": 0.0, "to": 1.0}])).encode(x=across.x("x").axis(None), x2=alt.X2("to:Q"))
    chart = layer(
        line.mark_rule(color=colours.grid, strokeWidth=TRACK).encode(y=alt.YValue(LINE)),
        *_chances(model, x, colours),
        base.mark_point(filled=True, size=2 * POINT, opacity=1, color=colours.value),
        *_named(x, t, colours),
        *_braces(x, t, colours),
    )
    told = t(f"simulator.life.takeaway.{model}")
    return finish(chart, t, dark, told, height=HEIGHT)


def _chances(model: str, x: Any, colours: Palette) -> list[Chart]:
    """When the customer may leave: at some purchases, or at any time."""
    import altair as alt

    if model not in CHANCES:
        band = alt.Chart(data([{"x": BOUGHT[0], "to": 1.0}])).mark_rule(
            color=colours.bottom, strokeWidth=TRACK, strokeDash=[3, 4]
        )
        return [band.encode(x=x, x2=alt.X2("to:Q"), y=alt.YValue(LINE))]
    base = alt.Chart(data([{"x": when} for when in CHANCES[model]]))
    mark = base.mark_point(shape="circle", size=6 * POINT, strokeWidth=2, color=colours.bottom)
    return [mark.encode(x=x, y=alt.YValue(LINE))]


def _named(x: Any, t: Translator, colours: Palette) -> list[Chart]:
    """The words above the first and the last purchase and today."""
    import altair as alt

    places: dict[str, tuple[float, Any]] = {
        "first": (BOUGHT[0], "left"),
        "last": (BOUGHT[-1], "center"),
        "today": (1.0, "right"),
    }
    drawn = []
    for name, (at, align) in places.items():
        base = alt.Chart(data([{"x": at, "words": t(f"simulator.life.{name}")}]))
        text = base.mark_text(
            align=align, fontSize=LABEL_FONT, color=colours.text, dx={"right": 12}.get(align, 0)
        )
        drawn.append(text.encode(x=x, y=alt.YValue(LINE - 34), text=alt.Text("words:N")))
    today = alt.Chart(data([{"x": 1.0}])).mark_rule(color=colours.muted, strokeDash=[4, 3])
    return [*drawn, today.encode(x=x, y=alt.YValue(LINE - 24), y2=alt.Y2Value(HEIGHT - 14))]


def _braces(x: Any, t: Translator, colours: Palette) -> list[Chart]:
    """How long recency and age are, as lines below the purchases."""
    import altair as alt

    drawn = []
    for name, (end, down) in BRACES.items():
        row = {"x": 0.0, "to": end, "middle": end / 2, "words": t(f"simulator.life.{name}")}
        base = alt.Chart(data([row]))
        rule = base.mark_rule(color=colours.muted, strokeWidth=1.5).encode(
            x=x, x2=alt.X2("to:Q"), y=alt.YValue(down)
        )
        middle = alt.X("middle:Q", scale=alt.Scale(domain=REACH, nice=False), axis=None)
        text = base.mark_text(baseline="bottom", dy=-4, fontSize=SMALL_FONT, color=colours.muted)
        drawn += [rule, text.encode(x=middle, y=alt.YValue(down), text=alt.Text("words:N"))]
    return drawn
