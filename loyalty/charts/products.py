"""Charts of what customers bought: the kinds of product, and which leads to which."""

from __future__ import annotations

from loyalty import limits, story
from loyalty.charts import takeaways
from loyalty.charts.listing import bars, rows_height, tips
from loyalty.charts.style import LABEL_CHARACTERS, Chart, finish, palette
from loyalty.core import Result
from loyalty.words import Translator, clean

PAIRS = 12  # of products that lead to one another
NAME = LABEL_CHARACTERS // 2


def kinds(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """How many customers bought each kind, the most popular first; None without kinds."""
    table = next((table for table in result.tables if table.name == "kinds"), None)
    if table is None or not table.rows:
        return None
    customers = result.numbers["customers"]
    rows = [
        {
            "name": clean(str(kind), LABEL_CHARACTERS),
            "numbers": t("chart.count_share", count=count, share=t.percent(count / customers, 0)),
            "share": count / customers,
            "color": palette(dark).value,
        }
        for kind, count in table.rows
    ]
    first, count = table.rows[0]
    description = takeaways.first("kinds", story.segment(first, t), count, customers, t)
    chart = bars(rows, dark, tips(name=t("column.kind"), numbers=t("column.customers")))
    return finish(chart, t, dark, description, height=rows_height(len(rows)))


def leads(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """Of the customers who began with one kind, the share who later bought another, the highest first.

    Pairs whose first kind has enough customers; where there is none, all. None without pairs.
    """
    table = next((table for table in result.tables if table.name == "leads"), None)
    if table is None or not table.rows:
        return None
    pairs = [row for row in table.rows if row[3] >= limits.SMALL_SAMPLE] or list(table.rows)
    rows = [
        {
            "name": t("chart.leads.pair", start=clean(start, NAME), kind=clean(kind, NAME)),
            "numbers": t(
                "chart.leads.numbers", share=t.percent(share, 0), customers=count, starters=starters
            ),
            "share": share,
            "color": palette(dark).value,
            "start_text": clean(start),
            "kind_text": clean(kind),
        }
        for start, kind, count, starters, share in pairs[:PAIRS]
    ]
    pointer = tips(
        start_text=t("column.start"), kind_text=t("chart.leads.later"), numbers=t("column.customers")
    )
    description = takeaways.leads(pairs[0], t)
    return finish(bars(rows, dark, pointer), t, dark, description, height=rows_height(len(rows)))
