"""Charts that read like a list: a name at the left, its numbers at the right, its mark below them.

Names above the marks leave the whole width to the marks, on a telephone as on a wide screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty import limits
from loyalty.charts.style import LABEL_FONT, NAME_FONT, Chart, Palette, Row, data, layer, palette, text_width
from loyalty.core import Estimate, Result
from loyalty.words import Translator

ROW = 46  # pixels a row
HEAD = 0.4  # rows kept free above the first, where a chart needs a heading
NAME_AT, MARK_AT = 0.26, 0.68  # how far down in its row something stands
BAR = 10  # pixels a bar is thick


def rows_height(count: int, head: float = 0.0) -> int:
    """Pixels that so many rows take."""
    return round(ROW * (count + head))


def place(rows: Sequence[Row], **parts: float) -> list[dict[str, Any]]:
    """The rows with where their parts stand: ``name_y``, ``mark_y`` and, as fractions of a row, `parts`."""
    fractions = {"name": NAME_AT, "mark": MARK_AT} | parts
    return [
        {**row, **{f"{part}_y": at + fraction for part, fraction in fractions.items()}}
        for at, row in enumerate(rows)
    ]


def y(field: str, count: float, head: float = 0.0) -> Any:
    """The vertical place that a field says, in rows."""
    import altair as alt

    scale = alt.Scale(domain=[-head, count], reverse=True, nice=False, zero=False)
    return alt.Y(f"{field}:Q", scale=scale, axis=None)


def labels(
    rows: Sequence[Row], dark: bool, head: float = 0.0, count: float | None = None
) -> tuple[list[Chart], list[Chart]]:
    """The fields ``name`` at the left, cut where the numbers begin, and ``numbers`` at the right.

    Parameters
    ----------
    rows, dark, head
        As placed.
    count
        How many rows high the chart is, where not as many as there are.

    Returns
    -------
    tuple of two lists
        What keeps lines away from the words, to be drawn before the marks, and the words.
    """
    import altair as alt

    colours = palette(dark)
    room = 12 + max((text_width(row["numbers"], LABEL_FONT) for row in rows), default=0)
    base = alt.Chart(data(rows)).encode(y=y("name_y", len(rows) if count is None else count, head))
    limit = alt.expr(f"max(60, width - {room})")

    def drawn(**outline: Any) -> list[Chart]:
        name = base.mark_text(
            align="left", fontSize=NAME_FONT, fontWeight=600, color=colours.text, limit=limit, **outline
        )
        numbers = base.mark_text(align="right", fontSize=LABEL_FONT, color=colours.muted, **outline)
        return [
            name.encode(x=alt.XValue(0), text=alt.Text("name:N")),
            numbers.encode(x=alt.XValue("width"), text=alt.Text("numbers:N")),
        ]

    return drawn(**halo(colours)), drawn()


def read_out(rows: Sequence[Row], t: Translator) -> str:
    """The fields ``name`` and ``numbers`` of every row, for those who cannot see them."""
    return " ".join(t("chart.each", name=row["name"], numbers=row["numbers"]) for row in rows)


def halo(colours: Palette) -> dict[str, Any]:
    """What a text that is drawn first needs, so that the same text upon it can be read over lines."""
    return {"stroke": colours.background, "strokeWidth": 7, "strokeJoin": "round"}


def tips(**fields: str) -> list[Any]:
    """What is shown under the pointer: field to its title."""
    import altair as alt

    return [alt.Tooltip(f"{field}:N", title=title) for field, title in fields.items()]


def estimate_row(result: Result, estimate: Estimate, t: Translator) -> dict[str, Any]:
    """An estimate as the texts that a chart shows."""
    return {
        "value_text": t.value(result.unit, estimate.value, result.currency),
        "interval_text": t.interval(result.unit, estimate.low, estimate.high, result.currency),
        "n_text": t.count(estimate.n),
        "small": estimate.n < limits.SMALL_SAMPLE,
    }


def estimate_tips(result: Result, t: Translator, **first: str) -> list[Any]:
    """`first`, then value, interval and basis of an estimate."""
    return tips(
        **first,
        value_text=t(f"{result.metric}.title"),
        interval_text=t("chart.interval"),
        n_text=t(f"{result.metric}.basis"),
    )


def dots(chart: Chart, colours: Palette, size: int = 90, colour: str | None = None) -> Chart:
    """Points, hollow where the field ``small`` says so."""
    import altair as alt

    hue = colour or colours.value
    return chart.mark_point(size=size, opacity=1, strokeWidth=2, stroke=hue).encode(
        fill=alt.FillValue(hue, condition={"test": "datum.small", "value": colours.background})
    )


def hollow_note(estimates: Sequence[Estimate], t: Translator) -> list[str]:
    """The line that says what hollow points are, where there are some."""
    some = any(estimate.n < limits.SMALL_SAMPLE for estimate in estimates)
    return [t("chart.hollow", n=limits.SMALL_SAMPLE)] if some else []


def bars(rows: Sequence[Row], dark: bool, tooltip: list[Any]) -> Chart:
    """One bar a row, its length the field ``share``, its colour ``color``; the faint track is the whole."""
    import altair as alt

    colours, placed = palette(dark), place(rows)
    scale = alt.Scale(domain=[0, 1], nice=False)
    base = alt.Chart(data(placed)).encode(y=y("mark_y", len(rows)), tooltip=tooltip)
    bar: dict[str, Any] = {"orient": "horizontal", "size": BAR, "cornerRadius": 3}
    return layer(
        base.mark_bar(**bar, color=colours.grid).encode(x=alt.XValue(0), x2=alt.X2Value("width")),
        base.mark_bar(**bar).encode(
            x=alt.X("share:Q", scale=scale, axis=None), color=alt.Color("color:N", scale=None)
        ),
        *labels(placed, dark)[1],
    )
