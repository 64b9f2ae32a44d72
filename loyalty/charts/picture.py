"""A chart as a browser draws it, and as a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from loyalty.charts.style import Chart, palette
from loyalty.words import Translator

WIDTH = 760  # pixels


def drawing(make: Callable[[], Chart | None]) -> tuple[dict[str, Any], str]:
    """What a browser draws, and what it tells those who cannot see it; nothing where there is no chart.

    The chart is not held against the schema of Vega-Lite, which takes twice as long as making it: the tests
    do that for every chart.

    Parameters
    ----------
    make
        Makes the chart.
    """
    from altair.utils.schemapi import debug_mode

    with debug_mode(False):
        chart = make()
        spec = {} if chart is None else chart.to_dict(validate=False)
    return spec, spec.pop("description", "")


def png(chart: Chart, t: Translator, dark: bool = False, width: int = WIDTH, scale: float = 2) -> bytes:
    """A chart as a PNG on the background of its theme.

    Parameters
    ----------
    chart
        From one of the shapes.
    t, dark
        As the chart was drawn.
    width
        In pixels of the screen.
    scale
        Pixels of the picture for one of the screen.
    """
    import vl_convert

    return vl_convert.vegalite_to_png(_fixed(chart, dark, width), scale=scale)


def svg(chart: Chart, t: Translator, dark: bool = False, width: int = WIDTH) -> str:
    """A chart as an SVG on the background of its theme; see :func:`png`."""
    import vl_convert

    return vl_convert.vegalite_to_svg(_fixed(chart, dark, width))


def _fixed(chart: Chart, dark: bool, width: int) -> dict[str, Any]:
    """The specification for a page that is not there to ask for its width."""
    spec = chart.to_dict()
    spec["width"] = width
    spec["config"]["background"] = palette(dark).background
    return spec
