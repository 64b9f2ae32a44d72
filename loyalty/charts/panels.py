"""Measures of the same groups under each other: shares of a whole, amounts each on a scale from zero."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from loyalty import limits, story
from loyalty.charts.listing import ROW, dots, hollow_note, labels, place, tips, y
from loyalty.charts.style import SMALL_FONT, Chart, Row, data, finish, layer, palette, within
from loyalty.core import Estimate, Result
from loyalty.words import Translator

HEADING = 0.62  # rows that the heading of a panel takes
ROOM = 1.05  # how much longer than the largest amount its scale is


@dataclass(frozen=True, slots=True)
class Panel:
    """One measure: its heading, its unit, and an estimate a group, named as it shall be read."""

    heading: str
    unit: str
    estimates: Sequence[Estimate]
    basis: str = "customers"


def attitudes(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """What customers of each attitude do: come back, spend, bring from now on; None without any."""
    units = {"share": "share", "spend": "money", "order_value": "money", "worth": "money"}
    headings = {"share": "again", "spend": "spend", "order_value": "order_value", "worth": "worth"}
    found = [
        Panel(t(f"chart.attitudes.{headings[measure]}"), unit, _named(result, "attitudes", measure, t))
        for measure, unit in units.items()
    ]
    return panels([panel for panel in found if panel.estimates], result, t, dark)


def staying(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """Who bought again soon after the answer, by attitude; None where nobody answered early enough."""
    heading = t("chart.stayed.heading", stay=t.count(result.numbers["stay"]))
    return panels([Panel(heading, "share", _named(result, "staying", "share", t))], result, t, dark)


def discounts(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """First and repeat orders with a discount; None without discounts."""
    estimates = story.estimates(result, "discounts", "share", "purchases").values()
    known = [e for e in estimates if e.n]
    named = [_renamed(e, t(f"say_do.orders.{e.group}")) for e in known]
    return panels([Panel(t("chart.discounts.heading"), "share", named, "purchases")], result, t, dark)


def _named(result: Result, table: str, measure: str, t: Translator) -> list[Estimate]:
    estimates = story.estimates(result, table, measure).values()
    return [_renamed(e, t(f"column.{e.group}")) for e in estimates]


def _renamed(estimate: Estimate, name: str) -> Estimate:
    return Estimate(estimate.value, estimate.low, estimate.high, estimate.n, name)


def panels(measures: Sequence[Panel], result: Result, t: Translator, dark: bool) -> Chart | None:
    """Measures under each other, dot and whisker a group, each on its own scale; None without any."""
    import altair as alt

    if not any(panel.estimates for panel in measures):
        return None
    rows, headings, count = _placed(measures, result, t)
    colours = palette(dark)
    across = alt.Scale(domain=[0, 1], nice=False)
    behind, words = labels(rows, dark, count=count)
    base = alt.Chart(data(rows)).encode(
        y=y("mark_y", count),
        tooltip=tips(
            name=t("column.group"),
            value_text=t("column.value"),
            interval_text=t("chart.interval"),
            n_text=t(f"column.{measures[0].basis}"),
        ),
    )

    def x(field: str) -> Any:
        return alt.X(f"{field}:Q", scale=across, axis=None)

    tracks = base.mark_rule(color=colours.grid, strokeWidth=2).encode(
        x=alt.XValue(0), x2=alt.X2Value("width")
    )
    lines = base.mark_rule(color=colours.value, strokeWidth=2.5).encode(x=x("low"), x2=alt.X2("high:Q"))
    titles = alt.Chart(data(headings)).mark_text(align="left", fontSize=SMALL_FONT, color=colours.muted)
    chart = layer(
        tracks,
        *behind,
        lines,
        dots(base.encode(x=x("value")), colours),
        *words,
        titles.encode(x=alt.XValue(0), y=y("head_y", count), text=alt.Text("heading:N")),
    )
    notes = [t("chart.whisker"), *hollow_note([e for panel in measures for e in panel.estimates], t)]
    told = " ".join(_told(panel, result, t) for panel in measures)
    return finish(chart, t, dark, told, height=round(ROW * count), notes=notes, currency=result.currency)


def _placed(
    measures: Sequence[Panel], result: Result, t: Translator
) -> tuple[list[dict[str, Any]], list[Row], float]:
    """The rows of all panels, their headings, and how many rows high all is."""
    rows: list[dict[str, Any]] = []
    headings: list[Row] = []
    top = 0.0
    for panel in measures:
        headings.append({"heading": panel.heading, "head_y": top + HEADING / 2})
        drawn = place([_row(estimate, panel, result, t) for estimate in panel.estimates])
        for row in drawn:
            row["name_y"] += top + HEADING
            row["mark_y"] += top + HEADING
        rows += drawn
        top += HEADING + len(drawn)
    return rows, headings, top


def _end(panel: Panel) -> float:
    """The end of a panel's scale."""
    ends = [end for e in panel.estimates for end in (e.value, e.high) if math.isfinite(end)]
    return 1.0 if panel.unit == "share" else ROOM * max(ends) or 1.0


def _row(estimate: Estimate, panel: Panel, result: Result, t: Translator) -> dict[str, Any]:
    value = t.value(panel.unit, estimate.value, result.currency)
    interval = t.interval(panel.unit, estimate.low, estimate.high, result.currency)
    ends = {end: within(getattr(estimate, end) / _end(panel), (0.0, 1.0)) for end in ("value", "low", "high")}
    return {
        **ends,
        "name": estimate.group,
        "numbers": t("chart.groups.numbers", value=value, interval=interval, n=t.count(estimate.n)),
        "value_text": value,
        "interval_text": interval,
        "n_text": t.count(estimate.n),
        "small": estimate.n < limits.SMALL_SAMPLE,
    }


def _told(panel: Panel, result: Result, t: Translator) -> str:
    parts = [
        t("chart.panels.part", name=e.group, value=t.value(panel.unit, e.value, result.currency))
        for e in panel.estimates
    ]
    return t("chart.panels.takeaway", measure=panel.heading, parts=t("chart.panels.and").join(parts))
