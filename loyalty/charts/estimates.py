"""Estimates beside one another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from loyalty import story
from loyalty.charts import takeaways
from loyalty.charts.listing import (
    HEAD,
    dots,
    estimate_row,
    estimate_tips,
    hollow_note,
    labels,
    place,
    rows_height,
    y,
)
from loyalty.charts.style import (
    LABEL_CHARACTERS,
    SMALL_FONT,
    Across,
    Chart,
    Row,
    axis_format,
    data,
    finish,
    layer,
    palette,
    span,
    within,
)
from loyalty.core import Estimate, Result
from loyalty.words import Translator


def groups(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """Dot and whisker by segment, largest first; None without groups.

    With the whole as a line, but for a total: that stands beside none of its parts.
    """
    value = math.nan if result.pool == "total" else result.overall.value
    words = t("chart.groups.overall", value=t.value(result.unit, value, result.currency))
    return beside(result, value, words, t, dark)


def beside(result: Result, line: float, line_words: str, t: Translator, dark: bool) -> Chart | None:
    """Dot and whisker by segment, largest first, and a line with its words where it is a number.

    None without groups.
    """
    known = [group for group in result.groups if math.isfinite(group.value)]
    if not known:
        return None
    domain = span(known, result.unit, line)
    across = Across(domain, axis_format(result.unit, domain[1]))
    rows = place([group_row(result, group, t, domain) for group in known])
    behind, words = labels(rows, dark, HEAD)
    marks = whiskers(rows, across, result, t, dark, head=HEAD, colour=palette(dark).value)
    chart = layer(*reference(line, line_words, across, dark), *behind, *marks, *words)
    notes = [t("chart.whisker"), *hollow_note(known, t)]
    description, height = takeaways.groups(result, t), rows_height(len(rows), HEAD)
    return finish(chart, t, dark, description, height=height, notes=notes, currency=result.currency)


def group_row(result: Result, group: Estimate, t: Translator, domain: tuple[float, float]) -> dict[str, Any]:
    """A segment as its name, its numbers and where its mark begins and ends."""
    texts = estimate_row(result, group, t)
    numbers = {name: texts[f"{name}_text"] for name in ("value", "interval", "n")}
    return {
        "name": story.segment(group.group, t, LABEL_CHARACTERS),
        "numbers": t("chart.groups.numbers", **numbers),
        **{end: within(getattr(group, end), domain) for end in ("value", "low", "high")},
        **texts,
    }


def whiskers(
    rows: Sequence[Row],
    across: Across,
    result: Result,
    t: Translator,
    dark: bool,
    *,
    colour: str,
    head: float = 0.0,
    named: str | None = None,
) -> list[Chart]:
    """A dot a row, and a line from ``low`` to ``high``; `named` says what the names are, if not segments."""
    import altair as alt

    pointer = estimate_tips(result, t, name=named or story.by_name(result, t))
    marks = alt.Chart(data(rows)).encode(y=y("mark_y", len(rows), head), tooltip=pointer)
    lines = marks.mark_rule(strokeWidth=2.5, color=colour).encode(x=across.x("low"), x2=alt.X2("high:Q"))
    return [lines, dots(marks.encode(x=across.x("value")), palette(dark), colour=colour)]


def overall(result: Result, across: Across, t: Translator, dark: bool) -> list[Chart]:
    """The whole as a dashed line with its number at the top."""
    value = result.overall.value
    words = t("chart.groups.overall", value=t.value(result.unit, value, result.currency))
    return reference(value, words, across, dark)


def reference(value: float, words: str, across: Across, dark: bool) -> list[Chart]:
    """A dashed line with its words at the top; nothing where its place is not known."""
    import altair as alt

    colours = palette(dark)
    if not math.isfinite(value):
        return []
    base = alt.Chart(data([{"value": value, "words": words}])).encode(x=across.x("value"))
    side: dict[str, Any] = {"align": "left", "dx": 5}
    if across.late(value):
        side = {"align": "right", "dx": -5}
    label = base.mark_text(**side, baseline="top", color=colours.muted, fontSize=SMALL_FONT)
    line = base.mark_rule(color=colours.muted, strokeDash=[4, 3])
    return [line, label.encode(y=alt.YValue(0), text=alt.Text("words:N"))]
