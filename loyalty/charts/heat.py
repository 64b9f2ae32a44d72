"""Cells of a table that are coloured by their number, and say it where they are wide enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty.charts.style import LIGHT, SMALL_FONT, Chart, Row, data, palette, text_width

ROOM = 6  # pixels that a number wants beside it
FAINTEST = 0.06  # of the way from the page to the full colour: a cell of nothing is still a cell


def shade(share: float, dark: bool) -> str:
    """A colour between that of the page, for nothing, and that of numbers, for the largest.

    Examples
    --------
    >>> shade(1, dark=False), shade(0, dark=False)
    ('#0072B2', '#F0F7FA')
    """
    colours = palette(dark)
    way = FAINTEST + (1 - FAINTEST) * min(max(share, 0.0), 1.0)
    ends = zip(_parts(colours.background), _parts(colours.value), strict=True)
    return "#" + "".join(f"{round(page + way * (full - page)):02X}" for page, full in ends)


def ink(colour: str) -> str:
    """Black or white, whichever can be read better upon a colour.

    >>> ink("#0072B2"), ink("#F0F7FA")
    ('#FFFFFF', '#000000')
    """
    return max((LIGHT.on_bottom, LIGHT.on_top), key=lambda one: contrast(one, colour))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21, as WCAG 2 defines it.

    >>> contrast("#000000", "#FFFFFF")
    21.0
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (part / 255 for part in _parts(colour))
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _parts(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def heat(rows: Sequence[Row], x: Any, y: Any, dark: bool, tooltip: list[Any]) -> list[Chart]:
    """One cell a row, its number upon it.

    Parameters
    ----------
    rows
        With ``share`` (of the full colour, 0 to 1), ``text``, and ``open`` where the number may yet change:
        such a cell has a dashed outline.
    x, y
        Their places, on scales of bands and axes without a grid.
    dark, tooltip
        The theme, and what is shown under the pointer.
    """
    import altair as alt

    colours = palette(dark)
    shades = [shade(row["share"], dark) for row in rows]
    drawn = [{**row, "color": colour, "ink": ink(colour)} for row, colour in zip(rows, shades, strict=True)]
    room = ROOM + max(text_width(row["text"], SMALL_FONT) for row in rows)
    base = alt.Chart(data(drawn)).encode(x=x, y=y, tooltip=tooltip)
    edge = base.transform_filter("datum.open").mark_rect(
        fillOpacity=0, stroke=colours.text, strokeDash=[3, 2], strokeWidth=1.2
    )
    number = base.mark_text(
        fontSize=SMALL_FONT, opacity=alt.expr(f"bandwidth('x') >= {room} ? 1 : 0"), clip=True
    )
    return [
        base.mark_rect(stroke=colours.background, strokeWidth=2).encode(
            color=alt.Color("color:N", scale=None)
        ),
        edge,
        number.encode(text=alt.Text("text:N"), color=alt.Color("ink:N", scale=None)),
    ]
