"""Charts of cohorts: who is still buying, what they bring, and the curve of all together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty import limits, story
from loyalty.charts import takeaways
from loyalty.charts.heat import heat
from loyalty.charts.listing import dots, estimate_row, estimate_tips, hollow_note, tips
from loyalty.charts.style import (
    RIBBON,
    Chart,
    Row,
    axis_format,
    data,
    finish,
    layer,
    palette,
    span,
    within,
    y_axis,
)
from loyalty.core import Estimate, Result, Table
from loyalty.words import Translator

CELL, CURVE = 23, 230  # pixels a row of cells and the curve are high
WHOLE = "*"  # code of all cohorts together
# What is shown under the pointer beside cohort, age and customers: field to its title.
POINTERS = {
    "percent": {
        "active_text": "column.active",
        "share_text": "column.share",
        "interval_text": "chart.interval",
    },
    "money": {"revenue_text": "column.revenue", "each_text": "column.per_customer"},
}


def cohorts(result: Result, t: Translator, dark: bool = False) -> Chart:
    """Cohort by age: the stronger the colour, the more are still buying; all together at the top.

    Numbers in the cells are percentages, where a cell is wide enough. Cells of the period that is still
    running have a dashed outline, cohorts of few customers a ring before their name.
    """
    rows = [
        {
            **cell,
            "number": cell["share"],
            "text": t.number(100 * cell["share"], digits=0),
            "active_text": t.count(cell["active"]),
            "share_text": t.percent(cell["share"]),
            "interval_text": t.interval("share", cell["low"], cell["high"]),
        }
        for cell in _cells(result, "curve")
        if cell["age"]
    ]
    return _grid(rows, "percent", result, t, dark, takeaways.cohorts(result, t))


def cohort_revenue(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """Cohort by age: the stronger the colour, the more a customer who began paid. None without amounts."""
    told = story.part(result, "revenue", t)
    if told is None:
        return None
    cells = _cells(result, "revenue")
    numbers = [cell["revenue"] / cell["customers"] for cell in cells]
    digits = 0 if max(numbers) >= 100 else 1
    drawn = ("cohort", "age", "customers", "ended")  # an interval may be endless, which no browser reads
    rows = [
        {
            **{name: cell[name] for name in drawn},
            "number": number,
            "text": t.number(number, digits),
            "revenue_text": t.money(cell["revenue"], result.currency),
            "each_text": t.money(number, result.currency),
        }
        for cell, number in zip(cells, numbers, strict=True)
    ]
    return _grid(rows, "money", result, t, dark, t.say(told))


def _cells(result: Result, whole: str) -> list[dict[str, Any]]:
    """The table `whole`, which is over all cohorts, as one more cohort, and the cohorts below it."""
    first = [{**row, "cohort": WHOLE, "ended": True} for row in _records(result.table(whole))]
    return [*first, *_records(result.table("cohorts"))]


def _records(table: Table) -> list[dict[str, Any]]:
    return [story.record(table, row) for row in table.rows]


def _grid(rows: Sequence[Row], kind: str, result: Result, t: Translator, dark: bool, told: str) -> Chart:
    """Cells with a ``number``, the ``text`` of it, and what the pointer shows of this kind of number."""
    import altair as alt

    solid = [row["number"] for row in rows if row["customers"] >= limits.SMALL_SAMPLE]
    top = max(solid or [row["number"] for row in rows]) or 1.0
    placed = [
        {**row, **_names(row, t), "share": row["number"] / top, "open": not row["ended"]} for row in rows
    ]
    names = list(dict.fromkeys(row["name"] for row in placed))
    ages = alt.Axis(
        title=t(f"chart.cohorts.axis.{result.options['period']}"),
        orient="top",
        labelAngle=0,
        labelOverlap=True,
        grid=False,
    )
    first = "datum.index === 0"  # all cohorts together
    rows_axis = alt.Axis(
        title=None,
        labelLimit=160,
        grid=False,
        labelFontWeight=alt.condition(first, alt.value(600), alt.value("normal")),
        labelColor=alt.condition(first, alt.value(palette(dark).text), alt.value(palette(dark).muted)),
    )
    bands = alt.Scale(padding=0)
    x = alt.X("age:O", scale=bands, axis=ages)
    y = alt.Y("name:N", sort=names, scale=bands, axis=rows_axis)
    titles = {"cohort_text": "column.cohort", "age_text": "column.age", "customers_text": "column.customers"}
    pointer = tips(**{field: t(title) for field, title in (titles | POINTERS[kind]).items()})
    chart = layer(*heat(placed, x, y, dark, pointer))
    notes = [t(f"chart.cohorts.{kind}"), t("chart.cohorts.rows"), *_signs(placed, t)]
    return finish(chart, t, dark, told, height=CELL * len(names), notes=notes)


def _names(row: Row, t: Translator) -> dict[str, str]:
    """What a cell's row is called: the cohort and its size, after a ring where it is small."""
    texts = {"age_text": t.count(row["age"]), "customers_text": t.count(row["customers"])}
    if row["cohort"] == WHOLE:
        return {**texts, "cohort_text": t("cell.download.whole"), "name": t("cell.download.whole")}
    cohort = t.month(row["cohort"])
    few = "few" if row["customers"] < limits.SMALL_SAMPLE else "row"
    return {
        **texts,
        "cohort_text": cohort,
        "name": t(f"chart.cohorts.{few}", cohort=cohort, n=row["customers"]),
    }


def _signs(rows: Sequence[Row], t: Translator) -> list[str]:
    """The lines that say what dashes and rings are, where there are some."""
    running = any(row["open"] for row in rows)
    few = any(row["customers"] < limits.SMALL_SAMPLE for row in rows if row["cohort"] != WHOLE)
    return [
        *([t("chart.cohorts.running")] if running else []),
        *([t("chart.hollow", n=limits.SMALL_SAMPLE)] if few else []),
    ]


def retention(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """The share still buying by age, all cohorts together, with its intervals; None with fewer than two ages.

    Age 0, at which everyone bought, is left out: it would press the others together.
    """
    import altair as alt

    table = result.table("curve")
    points = {
        row["age"]: Estimate(row["share"], row["low"], row["high"], row["customers"])
        for row in _records(table)
        if row["age"]
    }
    if len(points) < 2:
        return None
    colours, domain = palette(dark), span(list(points.values()), "share", zero=True)
    rows = [
        {
            "age": age,
            "age_text": t.count(age),
            **{end: within(getattr(point, end), domain) for end in ("value", "low", "high")},
            **estimate_row(result, point, t),
        }
        for age, point in points.items()
    ]
    scale = alt.Scale(domain=domain, nice=False, zero=False)
    axis = y_axis(t("chart.retention.share"), axis_format("share", domain[1]))
    across = alt.Axis(
        values=list(points),
        format="d",
        grid=False,
        labelOverlap=True,
        title=t(f"chart.cohorts.axis.{result.options['period']}"),
    )
    base = alt.Chart(data(rows)).encode(
        x=alt.X("age:Q", scale=alt.Scale(padding=10, zero=False, nice=False), axis=across),
        y=alt.Y("value:Q", scale=scale, axis=axis),
    )
    pointer = estimate_tips(result, t, age_text=t("column.age"))
    chart = layer(
        base.mark_area(color=colours.value, opacity=RIBBON).encode(
            y=alt.Y("low:Q", scale=scale, axis=axis), y2=alt.Y2("high:Q")
        ),
        base.mark_line(color=colours.value, strokeWidth=2.5),
        dots(base.encode(tooltip=pointer), colours, 60),
    )
    told = story.part(result, "curve", t)
    notes = [t("chart.ribbon"), *hollow_note(list(points.values()), t)]
    return finish(chart, t, dark, t.say(told) if told else "", height=CURVE, notes=notes)
