"""The bullet graph: a number with its interval beside what is known of the industry."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loyalty import limits
from loyalty.bands import source
from loyalty.charts.listing import dots, tips
from loyalty.charts.style import (
    LABEL_FONT,
    SMALL_FONT,
    WHOLE,
    Across,
    Chart,
    Palette,
    axis_format,
    data,
    finish,
    layer,
    palette,
    text_width,
    within,
)
from loyalty.core import Estimate
from loyalty.words import Translator

if TYPE_CHECKING:
    from loyalty.bands import Band
    from loyalty.benchmarks import Scale

HEIGHT, TOP, THICKNESS, BAR = 66, 24, 34, 12  # pixels: all, where the shades begin, how thick things are
COLUMN = 145  # pixels of a column of words, so that two fit on a telephone


@dataclass(frozen=True, slots=True)
class Ground:
    """What all parts of one graph stand on."""

    unit: str
    currency: str | None
    across: Across
    t: Translator
    colours: Palette

    def value(self, x: float) -> str:
        """A number in words."""
        return self.t.value(self.unit, x, self.currency)

    def interval(self, low: float, high: float) -> str:
        """Two ends in words."""
        return self.t.interval(self.unit, low, high, self.currency)


def bullet(
    estimate: Estimate,
    band: Band | None,
    scale: Scale | None,
    unit: str,
    t: Translator,
    dark: bool = False,
    currency: str | None = None,
) -> Chart | None:
    """A number on one linear scale, with shades of one hue for how to read it and a tick to aim at.

    Parameters
    ----------
    estimate
        A bar from zero, or a dot where the scale has numbers below zero; its interval a whisker.
    band
        The figure to be held against: a tick at its line, or at both ends of its area.
    scale
        The convention that the shades stand for; without one they stand for the area of the band.
    unit, currency
        Of all of them.

    Returns
    -------
    altair.LayerChart or None
        None when there is nothing to hold the number against, or no number.

    References
    ----------
    Few (2006), *Bullet Graph Design Specification*.
    """
    known = band if band and band.edges else None
    if not math.isfinite(estimate.value) or not (scale or known):
        return None
    domain = _domain(estimate, known, scale, unit)
    across = Across(domain, axis_format(unit, domain[1]), grid=False)
    ground = Ground(unit, currency, across, t, palette(dark))
    chart = layer(*_shades(ground, known, scale), *_target(ground, known), *_value(ground, estimate))
    description = t(
        "chart.bullet.takeaway",
        value=ground.value(estimate.value),
        interval=ground.interval(estimate.low, estimate.high),
    )
    return finish(chart, t, dark, description, height=HEIGHT, currency=currency)


def _domain(estimate: Estimate, band: Band | None, scale: Scale | None, unit: str) -> tuple[float, float]:
    if unit in WHOLE:
        return WHOLE[unit]
    ends = [estimate.value, estimate.high]
    ends += [x for x in (band.low, band.typical, band.high) if x is not None] if band else []
    ends += [step.high for step in scale.steps] if scale else []
    return 0.0, 1.08 * max(x for x in ends if math.isfinite(x)) or 1.0


def _box(top: float, thickness: float) -> dict[str, Any]:
    import altair as alt

    return {"y": alt.value(top), "y2": alt.value(top + thickness)}


def _shades(ground: Ground, band: Band | None, scale: Scale | None) -> list[Chart]:
    """The steps of a scale, or the area of a band, with words that say what they are."""
    import altair as alt

    steps = _steps(ground, scale) if scale else _area(ground, band)
    if not steps:
        return []
    words = [step["words"] for step in steps]
    narrow = all(text_width(word, LABEL_FONT) < COLUMN for word in words)
    legend = alt.Legend(
        title=None,
        orient="bottom",
        columns=2 if narrow else 1,
        offset=4,
        labelLimit=0,
        symbolStrokeColor=ground.colours.muted,
        symbolStrokeWidth=0.5,
    )
    shades = alt.Scale(domain=words, range=_spread(ground.colours.shades, len(steps)))
    pointer = tips(words=ground.t("chart.bullet.reading"), range=ground.t("chart.bullet.range"))
    drawn = (
        alt.Chart(data(steps))
        .mark_rect()
        .encode(x=ground.across.x("from"), x2=alt.X2("to:Q"), **_box(TOP, THICKNESS))
    )
    return [drawn.encode(color=alt.Color("words:N", scale=shades, legend=legend), tooltip=pointer)]


def _steps(ground: Ground, scale: Scale) -> list[dict[str, Any]]:
    return [
        {
            "from": within(step.low, ground.across.domain),
            "to": within(step.high, ground.across.domain),
            "words": ground.t(f"scale.{scale.metric}.{step.label}"),
            "range": ground.interval(step.low, step.high),
        }
        for step in scale.steps
    ]


def _area(ground: Ground, band: Band | None) -> list[dict[str, Any]]:
    if band is None or band.is_line or band.edges is None:
        return []
    low, high = band.edges
    reach = ground.interval(low, high)
    publisher = ground.t.say(source(band.publisher, band.year))
    words = ground.t("chart.bullet.area", source=publisher, range=reach)
    ends = {"from": within(low, ground.across.domain), "to": within(high, ground.across.domain)}
    return [{**ends, "words": words, "range": reach}]


def _spread(shades: tuple[str, ...], count: int) -> list[str]:
    """So many of the shades, as far apart as they go; a scale of many steps shares some."""
    last = len(shades) - 1
    return [shades[round(at * last / max(count - 1, 1))] for at in range(count)]


def _target(ground: Ground, band: Band | None) -> list[Chart]:
    """The tick at the typical figure, or ticks at both ends, with publisher and year."""
    import altair as alt

    if band is None or band.edges is None:
        return []
    figures = [band.typical] if band.typical is not None else list(band.edges)
    late = ground.across.late(figures[0])
    publisher = ground.t.say(source(band.publisher, band.year))
    named = ground.value(figures[0]) if len(figures) == 1 else ground.interval(*figures)
    words = ground.t("chart.bullet.target", source=publisher, value=named)
    rows = [{"x": within(x, ground.across.domain), "words": words} for x in figures]
    ticks = alt.Chart(data(rows)).mark_rule(color=ground.colours.text, strokeWidth=3)
    label = alt.Chart(data(rows[:1])).mark_text(
        align="right" if late else "left",
        dx=3 if late else -3,
        baseline="bottom",
        fontSize=SMALL_FONT,
        color=ground.colours.muted,
    )
    pointer = tips(words=ground.t("chart.bullet.benchmark"))
    return [
        ticks.encode(x=ground.across.x("x"), tooltip=pointer, **_box(TOP - 4, THICKNESS + 8)),
        label.encode(x=ground.across.x("x"), y=alt.YValue(TOP - 7), text=alt.Text("words:N")),
    ]


def _value(ground: Ground, estimate: Estimate) -> list[Chart]:
    """The number as a bar from zero or as a dot, its interval as a whisker."""
    import altair as alt

    middle = TOP + THICKNESS / 2
    row = {
        "zero": 0,
        **{end: within(getattr(estimate, end), ground.across.domain) for end in ("value", "low", "high")},
        "value_text": ground.value(estimate.value),
        "interval_text": ground.interval(estimate.low, estimate.high),
        "small": estimate.n < limits.SMALL_SAMPLE,
    }
    base = alt.Chart(data([row])).encode(
        tooltip=tips(value_text=ground.t("column.value"), interval_text=ground.t("chart.interval"))
    )
    line = base.mark_rule(color=ground.colours.text, strokeWidth=2)
    whisker = line.encode(x=ground.across.x("low"), x2=alt.X2("high:Q"), y=alt.YValue(middle))
    if ground.across.domain[0] < 0:
        return [
            whisker,
            dots(base.encode(x=ground.across.x("value"), y=alt.YValue(middle)), ground.colours, 130),
        ]
    bar = base.mark_rect(color=ground.colours.value)
    return [
        bar.encode(x=ground.across.x("zero"), x2=alt.X2("value:Q"), **_box(middle - BAR / 2, BAR)),
        whisker,
    ]
