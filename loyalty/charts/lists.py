"""How long the lists of customers are."""

from __future__ import annotations

from loyalty import story
from loyalty.charts import takeaways
from loyalty.charts.listing import bars, rows_height, tips
from loyalty.charts.style import Chart, finish, palette
from loyalty.core import Result
from loyalty.words import Translator


def lists(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """How many customers stand on each list, as a share of all; None where all lists are empty."""
    rows = story.table_rows(result, "lists")
    customers = result.overall.n
    if not any(count for _, count, *_ in rows):
        return None
    bars_of = [
        {
            "name": t(f"{result.metric}.list.{name}"),
            "numbers": t("chart.count_share", count=count, share=t.percent(count / customers, 0)),
            "share": count / customers,
            "color": palette(dark).value,
        }
        for name, count, *_ in rows
    ]
    longest = max(rows, key=lambda row: row[1])
    name = t(f"{result.metric}.list.{longest[0]}")
    description = takeaways.first("lists", name, longest[1], customers, t)
    chart = bars(bars_of, dark, tips(name=t("column.list"), numbers=t("column.customers")))
    return finish(
        chart, t, dark, description, height=rows_height(len(rows)), notes=[t("chart.lists.several")]
    )
