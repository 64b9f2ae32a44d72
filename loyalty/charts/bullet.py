"""The bullet graph: a number with its interval beside what is known of the industry."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from loyalty import limits
from loyalty.bands import source
from loyalty.charts.listing import dots, tips
from loyalty.charts.style import SMALL_FONT, Chart, axis_format, data, finish, palette, within
from loyalty.core import Estimate
from loyalty.words import Translator

if TYPE_CHECKING:
    from loyalty.bands import Band
    from loyalty.benchmarks import Scale

HEIGHT, TOP, BAND = 66, 24, 34  # pixels: all, where the bar begins, how thick it is


class Place(NamedTuple):
    """The horizontal axis that everything in the graph shares."""

    scale: Any
    axis: Any


WHOLE = {"points": (-100.0, 100.0), "share": (0.0, 1.0)}  # units that have two ends


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
        Drawn as a bar from zero, or as a dot where the scale has numbers below zero; its interval as a whisker.
    band
        The figure to be held against: a tick at its line, an area between its ends.
    scale
        The convention that the shades stand for; without one the shades show the band.
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
    import altair as alt

    if not math.isfinite(estimate.value) or (scale is None and (band is None or band.edges is None)):
        return None
    domain = _domain(estimate, band, scale, unit)
    place = Place(
        alt.Scale(domain=domain, nice=False, zero=False),
        alt.Axis(format=axis_format(unit, domain[1]), title=None, tickCount=5, grid=False),
    )
    chart = alt.layer(
        *_shades(scale, band, domain, t, dark, place),
        *_target(band, domain, t, dark, place),
        *_value(estimate, unit, domain, t, dark, currency, place),
    )
    description = t(
        "chart.bullet.takeaway",
        value=t.value(unit, estimate.value, currency),
        interval=t.interval(unit, estimate.low, estimate.high, currency),
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


def _shades(
    scale: Scale | None,
    band: Band | None,
    domain: tuple[float, float],
    t: Translator,
    dark: bool,
    place: Place,
) -> list[Chart]:
    """The steps of a scale, or the area of a band, with words that say what they are."""
    import altair as alt

    steps = _steps(scale, band, domain, t)
    if not steps:
        return []
    shades = palette(dark).shades
    colour = alt.Color(
        "words:N",
        scale=alt.Scale(domain=[step["words"] for step in steps], range=_spread(shades, len(steps))),
        legend=alt.Legend(
            title=None, orient="bottom", columns=2, offset=4, symbolStrokeWidth=0, labelLimit=170
        ),
    )
    base = alt.Chart(data(steps)).mark_rect()
    x = alt.X("from:Q", scale=place.scale, axis=place.axis)
    return [base.encode(x=x, x2="to:Q", color=colour, tooltip=tips(words=" "), **_box(TOP, BAND))]


def _steps(
    scale: Scale | None, band: Band | None, domain: tuple[float, float], t: Translator
) -> list[dict[str, Any]]:
    if scale:
        return [
            {
                "from": within(step.low, domain),
                "to": within(step.high, domain),
                "words": t(
                    "chart.bullet.step",
                    label=t(f"scale.{scale.metric}.{step.label}"),
                    range=t("format.interval", low=step.low, high=step.high),
                ),
            }
            for step in scale.steps
        ]
    if band is None or band.is_line:
        return []
    low, high = band.edges or (math.nan, math.nan)
    words = t(
        "chart.bullet.area",
        source=t.say(source(band.publisher, band.year)),
        range=t.interval(band.unit, low, high, band.currency),
    )
    return [{"from": within(low, domain), "to": within(high, domain), "words": words}]


def _spread(shades: tuple[str, ...], count: int) -> list[str]:
    """So many of the shades, as far from one another as they go; a scale of many steps shares the lightest."""
    last = len(shades) - 1
    return [shades[min(last, round(at * last / max(count - 1, 1)))] for at in range(count)] if count else []


def _target(
    band: Band | None, domain: tuple[float, float], t: Translator, dark: bool, place: Place
) -> list[Chart]:
    """The tick at the typical figure, or ticks at both ends, with publisher and year."""
    import altair as alt

    if band is None or band.edges is None:
        return []
    colours = palette(dark)
    figures = [band.typical] if band.typical is not None else list(band.edges)
    late = 2 * figures[0] > sum(domain)
    words = t(
        "chart.bullet.target",
        source=t.say(source(band.publisher, band.year)),
        value=" / ".join(t.value(band.unit, x, band.currency) for x in figures),
    )
    rows = [{"x": within(x, domain), "words": words} for x in figures]
    base = alt.Chart(data(rows)).encode(
        x=alt.X("x:Q", scale=place.scale, axis=place.axis), tooltip=tips(words=" ")
    )
    label = alt.Chart(data(rows[:1])).mark_text(
        align="right" if late else "left",
        dx=3 if late else -3,
        fontSize=SMALL_FONT,
        color=colours.muted,
        baseline="bottom",
    )
    return [
        base.mark_rule(color=colours.text, strokeWidth=3).encode(**_box(TOP - 4, BAND + 8)),
        label.encode(
            x=alt.X("x:Q", scale=place.scale, axis=place.axis), y=alt.value(TOP - 7), text="words:N"
        ),
    ]


def _value(
    estimate: Estimate,
    unit: str,
    domain: tuple[float, float],
    t: Translator,
    dark: bool,
    currency: str | None,
    place: Place,
) -> list[Chart]:
    """The number as a bar from zero or as a dot, its interval as a whisker."""
    import altair as alt

    colours, middle = palette(dark), TOP + BAND / 2
    row = {
        "zero": 0,
        "value": within(estimate.value, domain),
        "low": within(estimate.low, domain),
        "high": within(estimate.high, domain),
        "value_text": t.value(unit, estimate.value, currency),
        "interval_text": t.interval(unit, estimate.low, estimate.high, currency),
        "small": estimate.n < limits.SMALL_SAMPLE,
    }
    base = alt.Chart(data([row])).encode(
        tooltip=tips(value_text=t("column.value"), interval_text=t("chart.interval"))
    )
    value = alt.X("value:Q", scale=place.scale, axis=place.axis)
    low = alt.X("low:Q", scale=place.scale, axis=place.axis)
    whisker = base.mark_rule(color=colours.text, strokeWidth=2).encode(
        x=low, x2="high:Q", y=alt.value(middle)
    )
    if domain[0] < 0:
        return [whisker, dots(base.encode(x=value, y=alt.value(middle)), colours, 130)]
    bar = base.mark_rect(color=colours.value).encode(
        x=alt.X("zero:Q", scale=place.scale, axis=place.axis), x2="value:Q", **_box(middle - 6, 12)
    )
    return [bar, whisker]
