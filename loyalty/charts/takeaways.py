"""What a picture shows, in one sentence made from its numbers: for those who cannot see it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from loyalty import story
from loyalty.core import Estimate, Result
from loyalty.words import Translator


def _estimate(result: Result, estimate: Estimate, t: Translator) -> dict[str, Any]:
    return {
        "value": t.value(result.unit, estimate.value, result.currency),
        "interval": t.interval(result.unit, estimate.low, estimate.high, result.currency),
    }


def distribution(result: Result, t: Translator) -> str:
    """Which score was given most, and the three groups; on a scale without a middle, two."""
    rows = result.table("scores").rows
    score, count, _ = max(rows, key=lambda row: row[1])
    total = sum(row[1] for row in rows)
    names = list(dict.fromkeys(row[2] for row in rows))
    shares = [sum(row[1] for row in rows if row[2] == name) / total for name in names]
    holes = {"score": score, "share": t.percent(count / total, 0)}
    places = ("bottom", "middle", "top") if len(names) == 3 else ("bottom", "top")
    for place, name, part in zip(places, names, shares, strict=True):
        holes |= {place: t(f"column.{name}"), f"{place}_share": t.percent(part, 0)}
    return t("chart.distribution.takeaway" if len(names) == 3 else "chart.distribution.halves", **holes)


def groups(result: Result, t: Translator) -> str:
    """The highest and the lowest group with their intervals, or the only one."""
    known = [group for group in result.groups if not math.isnan(group.value)]
    ordered = sorted(known, key=lambda group: -group.value)
    holes = {"by": story.by_name(result, t)}
    for place, group in (("top", ordered[0]), ("bottom", ordered[-1])):
        words = _estimate(result, group, t)
        holes |= {place: story.segment(group.group, t)}
        holes |= {f"{place}_value": words["value"], f"{place}_interval": words["interval"]}
    return t(f"chart.groups.takeaway{'' if len(ordered) > 1 else '_one'}", **holes)


def questions(result: Result, asked: Sequence[Estimate], t: Translator) -> str:
    """Every question with its mean and interval, from the highest."""
    ordered = sorted(asked, key=lambda each: -each.value)
    return " ".join(
        t(
            "chart.questions.takeaway",
            question=t(f"{result.metric}.asked.{each.group}"),
            **_estimate(result, each, t),
        )
        for each in ordered
    )


def trend(result: Result, t: Translator, points: Sequence[Estimate]) -> str:
    """From where to where, and the ends between."""
    named = {
        "first": points[0],
        "last": points[-1],
        "top": max(points, key=lambda point: point.value),
        "bottom": min(points, key=lambda point: point.value),
    }
    holes = {f"{place}_month": t.month(point.group or "") for place, point in named.items()}
    holes |= {place: _estimate(result, point, t)["value"] for place, point in named.items()}
    return t("chart.trend.takeaway", **holes)


def months(result: Result, t: Translator) -> str:
    """The last month: median where there is one, purchases and repeat purchases."""
    table = result.table("months")
    last = dict(zip(table.columns, table.rows[-1], strict=True))
    holes = {
        "month": t.month(last["month"]),
        "purchases": t.count(last["purchases"]),
        "repeat": t.count(last["repeat_purchases"]),
    }
    if "median" not in last:
        return t("chart.months.takeaway", **holes)
    money = {name: t.money(last[name], result.currency) for name in ("median", "quartile_1", "quartile_3")}
    return t("chart.months.takeaway_money", **holes, **money)


def leads(pair: Sequence[Any], t: Translator) -> str:
    """The pair of products with the highest share."""
    start, kind, count, starters, share = pair
    return t(
        "chart.leads.takeaway",
        start=story.segment(start, t),
        kind=story.segment(kind, t),
        share=t.percent(share, 0),
        customers=count,
        starters=starters,
    )


def first(id: str, name: str, count: float, total: float, t: Translator) -> str:
    """The largest of several bars."""
    return t(f"chart.{id}.takeaway", name=name, count=t.count(count), total=t.count(total))


def cohorts(result: Result, t: Translator) -> str:
    """The share over all cohorts, and where it is highest and lowest."""
    ordered = sorted(result.trend, key=lambda point: -point.value)
    holes = story.holes(result, t)
    for place, point in (("top", ordered[0]), ("bottom", ordered[-1])):
        holes |= {place: _estimate(result, point, t)["value"], f"{place}_cohort": t.month(point.group or "")}
    return t(f"chart.cohorts.takeaway{'' if ordered[1:] else '_one'}", **holes)


def stages(result: Result, t: Translator) -> str:
    """How many have come to the later stages."""
    here = {row[0]: row[1] for row in result.table("stages").rows}
    again = here["repeat"] + here["loyal"]
    return t("chart.stages.takeaway", customers=sum(here.values()), repeat=again, loyal=here["loyal"])


def steps(result: Result, t: Translator) -> str:
    """The share who take each step within the longest time that is known."""
    ends = {row[0]: row for row in result.table("curve").rows}
    return " ".join(
        t("chart.steps.takeaway", step=t(f"journey.step.{name}"), days=days, share=t.percent(share, 0))
        for name, days, share, *_ in ends.values()
    )


def voices(row: dict[str, Any], name: str, t: Translator) -> str:
    """The stage with the largest share of complaints."""
    counts = {"complaints": row["complaints"], "answers": row["answers"]}
    return t("chart.voices.takeaway", stage=name, share=t.percent(row["share"], 0), **counts)


def differences(control: str, known: Sequence[Any], rows: Sequence[Any], t: Translator) -> str:
    """The difference from the control that is the least like chance."""
    both = zip(known, rows, strict=True)
    _, row = min(both, key=lambda pair: 1.0 if pair[0]["p"] is None else pair[0]["p"])
    return t("chart.differences.takeaway", control=control, arm=row["name"], numbers=row["numbers"])
