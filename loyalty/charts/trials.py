"""Charts of a trial: what each group differs by from the control, and where all of them stand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty import limits
from loyalty.charts import takeaways
from loyalty.charts.estimates import beside, groups, reference
from loyalty.charts.listing import HEAD, dots, hollow_note, labels, place, rows_height, tips, y
from loyalty.charts.style import (
    LABEL_CHARACTERS,
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
from loyalty.story.experiment import Difference, state
from loyalty.story.experiment import differences as differences_of
from loyalty.words import UNKNOWN, Translator, clean

ROOM = 0.03  # of the axis, before zero


def differences(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """Dot and whisker of the difference from the control, which is the line at zero; None without one.

    What zero lies within is grey.
    """
    known = differences_of(result)
    if not known:
        return None
    points = [_point(one, result.unit) for one in known]
    low, high = span(points, "number", 0.0)
    domain = min(low, -ROOM * high), high  # a line at the very edge would not be seen
    form = axis_format("number", max(map(abs, domain)))
    across = Across(domain, form, t(f"chart.differences.{result.unit}"))
    both = zip(known, points, strict=True)
    rows = place([_row(one, point, result.unit, domain, t) for one, point in both])
    behind, words = labels(rows, dark, HEAD)
    control = clean(str(result.options["control"]), LABEL_CHARACTERS)
    zero = reference(0.0, t("chart.differences.zero", control=control), across, dark)
    chart = layer(*zero, *behind, *_marks(rows, across, t, dark), *words)
    notes = [t("chart.whisker"), *hollow_note(points, t)]
    notes += [t("chart.differences.grey")] if any(row["grey"] for row in rows) else []
    told = takeaways.differences(control, known, rows, t)
    return finish(chart, t, dark, told, height=rows_height(len(rows), HEAD), notes=notes)


def _point(one: Difference, unit: str) -> Estimate:
    """A difference as it stands on the axis; of shares in percentage points."""
    scale = 100 if unit == "share" else 1
    value, low, high = (scale * one[f"difference{end}"] for end in ("", "_low", "_high"))
    return Estimate(value, low, high, one["observations"])


def _row(
    one: Difference, point: Estimate, unit: str, domain: tuple[float, float], t: Translator
) -> dict[str, Any]:
    """A difference as its name, its numbers and where its mark begins and ends."""
    columns = {"difference": "difference", "low": "difference_low", "high": "difference_high"}
    told = {end: t.signed(unit, one[column]) for end, column in columns.items()}
    return {
        "name": clean(one["arm"], LABEL_CHARACTERS),
        "numbers": t("chart.differences.numbers", **told),
        **{end: within(getattr(point, end), domain) for end in ("value", "low", "high")},
        "relative_text": UNKNOWN if one["relative"] is None else t.relative(one["relative"]),
        "n_text": t.count(one["observations"]),
        "grey": state(one) in ("open", "unknown"),
        "small": point.n < limits.SMALL_SAMPLE,
    }


def _marks(rows: Sequence[Row], across: Across, t: Translator, dark: bool) -> list[Chart]:
    """Whiskers and dots, those that leave out zero in full colour."""
    import altair as alt

    colours = palette(dark)
    pointer = tips(
        name=t("column.arm"),
        numbers=t("column.difference"),
        relative_text=t("column.relative"),
        n_text=t("column.observations"),
    )
    base = alt.Chart(data(rows)).encode(y=y("mark_y", len(rows), HEAD), tooltip=pointer)
    drawn = []
    for colour, test in ((colours.value, "!datum.grey"), (colours.muted, "datum.grey")):
        some = base.transform_filter(test)
        whisker = some.mark_rule(strokeWidth=2.5, color=colour)
        drawn.append(whisker.encode(x=across.x("low"), x2=alt.X2("high:Q")))
        drawn.append(dots(some.encode(x=across.x("value")), colours, colour=colour))
    return drawn


def arms(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """Dot and whisker by group, with the control's mean as a line; None without groups."""
    control = next((group for group in result.groups if group.group == result.options["control"]), None)
    if control is None:
        return groups(result, t, dark)
    name = clean(str(control.group), LABEL_CHARACTERS)
    words = t("chart.arms.control", control=name, value=t.value(result.unit, control.value, result.currency))
    return beside(result, control.value, words, t, dark)
