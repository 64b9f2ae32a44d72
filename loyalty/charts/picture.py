"""A chart as a file."""

from __future__ import annotations

from typing import Any

from loyalty.charts.style import Chart, palette
from loyalty.words import Translator

WIDTH = 760  # pixels


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
