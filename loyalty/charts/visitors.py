"""Charts of visitors: who only looked and who comes back to buy, and where they come from."""

from __future__ import annotations

from dataclasses import replace

from loyalty import story
from loyalty.charts.estimates import groups
from loyalty.charts.listing import bars, rows_height, tips
from loyalty.charts.shares import hues
from loyalty.charts.style import Chart, finish, palette
from loyalty.core import Estimate, Result
from loyalty.words import Translator


def spectrum(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """How many visitors are in each list, the high ones first; None where visitors are not told apart."""
    lists = {row[0]: (row[1], row[2]) for row in story.table_rows(result, "lists")}
    if not lists:
        return None
    rows = [
        {
            "name": t(f"engagement.list.{name}"),
            "rule": t(f"chart.spectrum.{name}"),
            "numbers": t("chart.count_share", count=count, share=t.percent(share, 0)),
            "share": share,
            "color": colour,
        }
        for (name, (count, share)), (colour, _) in zip(lists.items(), hues(palette(dark))[::-1], strict=True)
    ]
    holes = {name: t.count(count) for name, (count, _) in lists.items()}
    holes |= {f"{name}_share": t.percent(share, 0) for name, (_, share) in lists.items()}
    visitors = t.count(sum(count for count, _ in lists.values()))
    chart = bars(rows, dark, tips(rule=t("column.list"), numbers=t("column.customers")))
    description, notes = (
        t("chart.spectrum.takeaway", visitors=visitors, **holes),
        [row["rule"] for row in rows],
    )
    return finish(chart, t, dark, description, height=rows_height(len(rows)), notes=notes)


def sources(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """The share with a purchase by source, most visits first; None where no source is known."""
    rows = [story.record(result.table("sources"), row) for row in story.table_rows(result, "sources")]
    found = tuple(
        Estimate(row["value"], row["low"], row["high"], row["visits"], row["source"])
        for row in rows
        if row["value"] is not None
    )
    return groups(replace(result, by="source", header=None, groups=found), t, dark)
