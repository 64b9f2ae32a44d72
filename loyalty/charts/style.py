"""What all charts share: colours, fonts, the language of axes, the width of the page."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from loyalty import limits
from loyalty.charts.locale import charts_locale
from loyalty.core import Estimate
from loyalty.words import Translator

if TYPE_CHECKING:
    import altair as alt

Chart = Any  # alt.Chart or alt.LayerChart: altair's own union of them names a dozen kinds
Row = Mapping[str, Any]

FONT = "'Source Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif"
SMALL_FONT, LABEL_FONT, NAME_FONT = 11, 12, 13
RIBBON = 0.18  # opacity of the intervals along a line
WHOLE = {"points": (-100.0, 100.0), "share": (0.0, 1.0), "score": (0.0, 100.0)}  # units that have two ends
NO_SIGN = "datum.value ? datum.label : slice(datum.label, 1)"  # at nothing, to which d3-format gives a plus
LABEL_CHARACTERS = 60  # of a segment or product; what the width does not hold is cut by the chart


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one theme.

    Parameters
    ----------
    text, muted, grid, background
        Of the page, see ``.streamlit/config.toml``.
    top, middle, bottom
        Promoters, passives, detractors: Okabe & Ito (2008), told apart by every kind of colour vision.
    on_top, on_middle, on_bottom
        What can be read upon these.
    value, soft
        Of a number, and of the interval around it.
    shades
        One hue, from the lowest step of a scale to the highest.
    """

    text: str
    muted: str
    grid: str
    background: str
    top: str
    middle: str
    bottom: str
    on_top: str
    on_middle: str
    on_bottom: str
    value: str
    soft: str
    shades: tuple[str, ...]


LIGHT = Palette(
    text="#1D2733",
    muted="#5B6875",
    grid="#E4E8EC",
    background="#FFFFFF",
    top="#0072B2",
    middle="#BDBDBD",
    bottom="#D55E00",
    on_top="#FFFFFF",
    on_middle="#1D2733",
    on_bottom="#000000",
    value="#0072B2",
    soft="#B4D5EB",
    shades=("#D5DAE0", "#E0E4E8", "#E9ECEF", "#F1F3F5", "#F7F8FA"),
)
DARK = Palette(
    text="#E6EAEE",
    muted="#A3AFBA",
    grid="#2A3541",
    background="#12181F",
    top="#56B4E9",
    middle="#8C959F",
    bottom="#E8853A",
    on_top="#000000",
    on_middle="#000000",
    on_bottom="#000000",
    value="#56B4E9",
    soft="#24506F",
    shades=("#3A4653", "#323D49", "#2A343F", "#232C36", "#1C242D"),
)


def palette(dark: bool) -> Palette:
    """The colours of the light or of the dark theme."""
    return DARK if dark else LIGHT


def finish(
    chart: Chart,
    t: Translator,
    dark: bool,
    description: str,
    *,
    height: int,
    notes: Iterable[str] = (),
    currency: str | None = None,
) -> Chart:
    """Language, colours, size and description of a chart; `notes` stand below it, one a line."""
    import altair as alt

    colours = palette(dark)
    chart.width, chart.height, chart.description = "container", height, description
    chart.autosize = {"type": "fit-x", "contains": "padding"}
    if notes:
        chart.title = _below(list(notes), colours)
    chart.config = alt.Config(
        locale=charts_locale(t.language, currency),
        background="transparent",
        font=FONT,
        padding={"left": 2, "right": 6, "top": 4, "bottom": 4},
        view={"stroke": None},
        axis={
            "domain": False,
            "ticks": False,
            "grid": True,
            "gridColor": colours.grid,
            "labelColor": colours.muted,
            "labelFontSize": LABEL_FONT,
            "labelPadding": 6,
            "titleColor": colours.muted,
            "titleFontSize": LABEL_FONT,
            "titleFontWeight": "normal",
        },
        legend={
            "labelColor": colours.text,
            "labelFontSize": LABEL_FONT,
            "titleColor": colours.muted,
            "symbolType": "square",
        },
        text={"color": colours.text, "fontSize": LABEL_FONT},
    )
    return chart


def layer(*charts: Chart) -> Chart:
    """Charts upon each other."""
    import altair as alt

    layers = [chart.copy(deep=False) for chart in charts]
    if any(each.data is not layers[0].data for each in layers):
        return _layered()(layer=layers)
    data = layers[0].data
    for each in layers:
        each.data = alt.Undefined
    return _layered()(data=data, layer=layers)


@cache
def _layered() -> type[Any]:
    import altair as alt

    class Layered(alt.LayerChart):
        """Without the copies in which Altair looks for what single layers do not have here."""

        def __init__(self, **parts: Any) -> None:
            super(alt.LayerChart, self).__init__(**parts)

    return Layered


def _below(lines: Sequence[str], colours: Palette) -> dict[str, Any]:
    return {
        "text": list(lines),
        "orient": "bottom",
        "anchor": "start",
        "color": colours.muted,
        "fontSize": SMALL_FONT,
        "fontWeight": "normal",
        "lineHeight": 15,
        "offset": 8,
    }


def text_width(text: str, size: int) -> int:
    """About how many pixels a text takes; Chinese characters are as wide as they are high.

    Examples
    --------
    >>> text_width("推荐者", 12), text_width("abc", 12)
    (36, 19)
    """
    return round(size * sum(1 if east_asian_width(c) in "WF" else 0.52 for c in text))


def data(rows: Sequence[Row]) -> alt.InlineData:
    """Rows for a chart; strangers' texts are values in them, never names of fields."""
    import altair as alt

    return alt.InlineData(values=tuple(dict(row) for row in rows))


def axis_format(unit: str, top: float) -> str:
    """How numbers of a unit stand on an axis that ends at `top`, as d3-format writes it.

    Examples
    --------
    >>> axis_format("money", 12.5), axis_format("money", 4000)  # small amounts need their cents
    ('$,.2~f', '$,.0f')
    """
    formats = {"points": "d", "share": ".0%", "money": "$,.0f" if top >= 20 else "$,.2~f"}
    return formats.get(unit, ",.2~f" if top >= 0.1 else ",.2~r")


def span(estimates: Sequence[Estimate], unit: str, *more: float, zero: bool = False) -> tuple[float, float]:
    """Ends of an axis that holds all values, and the intervals of those that rest on enough observations.

    The interval of a handful of answers would squeeze everything else; it is cut off at the edge instead.
    """
    known = [estimate for estimate in estimates if math.isfinite(estimate.value)]
    solid = [estimate for estimate in known if estimate.n >= limits.SMALL_SAMPLE] or known
    ends = [estimate.value for estimate in known] + [end for e in solid for end in (e.low, e.high)]
    numbers = [x for x in (*ends, *more, *([0.0] if zero else [])) if math.isfinite(x)] or [0.0, 1.0]
    low, high = min(numbers), max(numbers)
    room = 0.06 * (high - low) or 0.1 * abs(high) or 1.0
    floor, ceiling = WHOLE.get(unit, (0.0, math.inf))
    if unit in ("money", "number") and low < 0:
        floor = -math.inf
    return (low if zero and low == 0 else max(floor, low - room)), min(ceiling, high + room)


@dataclass(frozen=True, slots=True)
class Across:
    """The one linear axis, from left to right, that all parts of a chart stand on.

    Parameters
    ----------
    domain
        Its two ends.
    format
        How its numbers are written, see :func:`axis_format`.
    title
        What it shows.
    grid
        Whether lines go up from its numbers.
    values
        The numbers on it; as many as fit where None.
    labels
        What is written at the numbers 0, 1, 2 … instead of them.
    """

    domain: tuple[float, float]
    format: str
    title: str | None = None
    grid: bool = True
    values: tuple[float, ...] | None = None
    labels: tuple[str, ...] | None = None

    def x(self, field: str) -> alt.X:
        """A place on it, for a field."""
        import altair as alt

        scale = alt.Scale(domain=self.domain, nice=False, zero=False)
        ticks: dict[str, Any] = {"tickCount": 5} if self.values is None else {"values": list(self.values)}
        if self.labels is not None:
            ticks |= {"labelExpr": f"{json.dumps(self.labels)}[datum.value]", "labelOverlap": True}
        elif self.format.startswith("+"):
            ticks["labelExpr"] = NO_SIGN
        axis = alt.Axis(format=self.format, title=self.title, grid=self.grid, **ticks)
        return alt.X(f"{field}:Q", scale=scale, axis=axis)

    def late(self, x: float) -> bool:
        """Whether a number stands in the right half, so that its words go to its left."""
        return 2 * x > sum(self.domain)


def within(x: float, domain: tuple[float, float]) -> float | None:
    """A number cut off at the ends of an axis; None when it is not known."""
    return None if math.isnan(x) else min(max(x, domain[0]), domain[1])


def y_axis(title: str, number_format: str, top: int = 0, ticks: int = 5) -> Any:
    """An axis whose title lies above it, where it can be read without turning the head."""
    import altair as alt

    return alt.Axis(
        title=title,
        format=number_format,
        tickCount=ticks,
        orient="left",
        titleAngle=0,
        titleAlign="left",
        titleBaseline="bottom",
        titleX=0,
        titleY=top - 10,
    )
