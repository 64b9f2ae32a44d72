"""Charts of estimates: beside one another, and beside what is known of the industry."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

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
    Chart,
    axis_format,
    data,
    finish,
    palette,
    span,
    within,
)
from loyalty.core import Estimate, Result
from loyalty.words import Translator

if TYPE_CHECKING:
    pass


def groups(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """Dot and whisker by segment, largest first, with the whole as a line; None without groups."""
    import altair as alt

    known = [group for group in result.groups if math.isfinite(group.value)]
    if not known:
        return None
    colours, domain = palette(dark), span(known, result.unit, result.overall.value)
    rows = place([group_row(result, group, t, domain) for group in known])
    scale = alt.Scale(domain=domain, nice=False, zero=False)
    axis = alt.Axis(format=axis_format(result.unit, domain[1]), title=None, tickCount=5)
    marks = alt.Chart(data(rows)).encode(
        y=y("mark_y", len(rows), HEAD),
        tooltip=estimate_tips(result, t, name=story.by_name(result, t)),
    )
    behind, words = labels(rows, dark, HEAD)
    chart = alt.layer(
        *_overall(result, t, dark, domain, scale, axis),
        *behind,
        marks.mark_rule(strokeWidth=2.5, color=colours.value).encode(
            x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q"
        ),
        dots(marks.encode(x=alt.X("value:Q", scale=scale, axis=axis)), colours),
        *words,
    )
    notes = [t("chart.whisker"), *hollow_note(known, t)]
    return finish(
        chart,
        t,
        dark,
        takeaways.groups(result, t),
        height=rows_height(len(rows), HEAD),
        notes=notes,
        currency=result.currency,
    )


def group_row(result: Result, group: Estimate, t: Translator, domain: tuple[float, float]) -> dict[str, Any]:
    """A segment as its name, its numbers and where its mark begins and ends."""
    texts = estimate_row(result, group, t)
    return {
        "name": story.segment(group.group, t, LABEL_CHARACTERS),
        "numbers": t(
            "chart.groups.numbers",
            value=texts["value_text"],
            interval=texts["interval_text"],
            n=texts["n_text"],
        ),
        "value": within(group.value, domain),
        "low": within(group.low, domain),
        "high": within(group.high, domain),
        **texts,
    }


def _overall(
    result: Result, t: Translator, dark: bool, domain: tuple[float, float], scale: Any, axis: Any
) -> list[Chart]:
    """The whole as a dashed line with its number at the top."""
    import altair as alt

    value = result.overall.value
    if not math.isfinite(value):
        return []
    colours, late = palette(dark), 2 * value > sum(domain)
    words = t("chart.groups.overall", value=t.value(result.unit, value, result.currency))
    base = alt.Chart(data([{"value": value, "words": words}])).encode(
        x=alt.X("value:Q", scale=scale, axis=axis)
    )
    text = base.mark_text(
        align="right" if late else "left",
        dx=-5 if late else 5,
        baseline="top",
        color=colours.muted,
        fontSize=SMALL_FONT,
    )
    return [
        base.mark_rule(color=colours.muted, strokeDash=[4, 3]),
        text.encode(y=alt.value(0), text="words:N"),
    ]
