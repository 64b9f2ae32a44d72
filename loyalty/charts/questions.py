"""The questions of a questionnaire beside one another."""

from __future__ import annotations

import math

from loyalty.charts import takeaways
from loyalty.charts.estimates import group_row, overall, whiskers
from loyalty.charts.listing import HEAD, hollow_note, labels, place, rows_height
from loyalty.charts.style import Across, Chart, axis_format, finish, layer, palette, span
from loyalty.core import Estimate, Result
from loyalty.story import record
from loyalty.words import Translator


def questions(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """The mean of each question with its interval, the index of them all as a line; None without answers."""
    table = result.table("questions")
    found = [record(table, row) for row in table.rows]
    asked = [
        Estimate(row["value"], row["low"], row["high"], row["answers"], row["asked"])
        for row in found
        if math.isfinite(row["value"])
    ]
    if not asked:
        return None
    domain = span(asked, result.unit, result.overall.value)
    across = Across(domain, axis_format(result.unit, domain[1]))
    names = {each.group: t(f"{result.metric}.asked.{each.group}") for each in asked}
    rows = place([{**group_row(result, each, t, domain), "name": names[each.group]} for each in asked])
    behind, words = labels(rows, dark, HEAD)
    colour = palette(dark).value
    marks = whiskers(rows, across, result, t, dark, head=HEAD, colour=colour, named=t("column.asked"))
    chart = layer(*overall(result, across, t, dark), *behind, *marks, *words)
    notes = [t("chart.whisker"), *hollow_note(asked, t)]
    description = takeaways.questions(result, asked, t)
    return finish(chart, t, dark, description, height=rows_height(len(rows), HEAD), notes=notes)
