"""Charts of a shop with known truth: how customers differ, how often they bought, and what followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from loyalty.charts.listing import tips
from loyalty.charts.style import Across, Chart, Palette, Row, data, finish, layer, palette, within, y_axis
from loyalty.core import Estimate
from loyalty.models.rehearsal import MOST, Bin, Class, Count
from loyalty.words import Translator

HEIGHT, LOW_HEIGHT, LEGEND = 240, 170, 26  # pixels; LEGEND: between it and the title of the axis
DRAW, WIDEST = 13, 6  # pixels a draw; times the truth that intervals are drawn to
HALF = 0.38  # width of a bar to either side of its number


def spread(bins: Sequence[Bin], kind: str, t: Translator, dark: bool = False) -> Chart:
    """Shares of customers by what differs among them: filled as the model found it, outlined as it is.

    Parameters
    ----------
    bins
        From :mod:`loyalty.models.rehearsal`.
    kind
        What differs: its axis is the sentence ``simulator.spread.<kind>``.
    t, dark
        Language and theme.
    """
    import altair as alt

    colours, share = palette(dark), kind == "leaving"
    ends = (bins[0].low, bins[-1].high)
    rows = [{**each._asdict(), **_bin_texts(each, share, t)} for each in bins]
    stairs = [{"at": each.low, "true": each.true} for each in bins] + [{"at": ends[1], "true": bins[-1].true}]
    across = Across(ends, ".0%" if share else ",.2~f", t(f"simulator.spread.{kind}"), grid=False)
    top = max(max(each.true, each.found or 0) for each in bins)
    scale = alt.Scale(domain=[0, 1.04 * top], nice=False)
    axis = y_axis(t("simulator.axis.customers_share"), ".0%", ticks=4)
    pointer = tips(
        between=t(f"simulator.spread.{kind}"), true_text=t("simulator.true"), found_text=t("simulator.found")
    )
    bars = alt.Chart(data(rows)).encode(x=across.x("low"), x2=alt.X2("high:Q"), tooltip=pointer)
    line = alt.Chart(data(stairs)).mark_line(interpolate="step-after", color=colours.text, strokeWidth=1.8)
    chart = layer(
        bars.mark_rect(color=colours.soft).encode(
            y=alt.Y("found:Q", scale=scale, axis=axis), y2=alt.Y2Datum(0)
        ),
        line.encode(x=across.x("at"), y=alt.Y("true:Q", scale=scale, axis=axis)),
    )
    return finish(chart, t, dark, t(f"simulator.spread.takeaway_{kind}"), height=LOW_HEIGHT)


def _bin_texts(each: Bin, share: bool, t: Translator) -> dict[str, str]:
    ends = [t.percent(end, 0) if share else t.number(end) for end in (each.low, each.high)]
    return {
        "between": t("format.interval", low=ends[0], high=ends[1]),
        "true_text": t.percent(each.true),
        "found_text": t.percent(each.found) if each.found is not None else "–",
    }


def counts(groups: Sequence[Count], t: Translator, dark: bool = False) -> Chart:
    """How many customers came back how often, as bars, and how many the model would have, as points."""
    rows = [{"at": each.frequency, "bar": each.customers, "point": each.fitted} for each in groups]
    names = {"bar": t("simulator.counts.actual"), "point": t("simulator.counts.fitted")}
    return bars_and_points(rows, names, "counts", _classes(t), t, dark)


def followed(classes: Sequence[Class], t: Translator, dark: bool = False) -> Chart:
    """What customers bought next by how often they had come back, beside the model and the naive rule."""
    rows = [
        {"at": each.frequency, "bar": each.actual, "point": each.expected, "other": each.naive}
        for each in classes
        if each.customers
    ]
    fields = {"bar": "actual", "point": "expected", "other": "naive"}
    names = {field: t(f"simulator.followed.{name}") for field, name in fields.items()}
    return bars_and_points(rows, names, "followed", _classes(t), t, dark)


def _classes(t: Translator) -> Across:
    numbers = tuple(range(MOST + 1))
    labels = (*map(str, numbers[:-1]), f"{MOST}+")
    ends = (-0.5, MOST + 0.5)
    return Across(ends, "d", t("simulator.axis.repeats"), grid=False, values=numbers, labels=labels)


def bars_and_points(
    rows: Sequence[Row], names: Mapping[str, str], id: str, across: Across, t: Translator, dark: bool
) -> Chart:
    """Bars of what was, and points of what somebody says.

    Parameters
    ----------
    rows
        Each with ``at``, its place on the axis, and a number in each of the fields of `names`.
    names
        Fields to what they are called: ``bar``, ``point`` and, where there is one, ``other``.
    id
        Of the sentences under ``simulator``.
    across
        The axis.
    t, dark
        Language and theme.
    """
    import altair as alt

    colours = palette(dark)
    scale = alt.Scale(domain=[0, 1.05 * max(row[field] for row in rows for field in names) or 1], nice=False)
    hues = (colours.middle, colours.value, colours.bottom)[: len(names)]
    colour = alt.Scale(domain=list(names.values()), range=list(hues))
    legend = alt.Legend(title=None, orient="top", columns=1, labelLimit=0, symbolOpacity=1, offset=LEGEND)
    pointer = tips(count=across.title or "", **{f"{field}_text": name for field, name in names.items()})
    base = alt.Chart(data([_named(row, names, t) for row in rows])).encode(tooltip=pointer)

    def drawn(field: str, mark: Any, **channels: Any) -> Chart:
        height = alt.Y(f"{field}:Q", scale=scale, axis=y_axis(t(f"simulator.{id}.axis"), ",.2~f"))
        return mark.encode(
            y=height, color=alt.Color(f"{field}_name:N", scale=colour, legend=legend), **channels
        )

    bars = drawn("bar", base.mark_rect(), x=across.x("from"), x2=alt.X2("to:Q"), y2=alt.Y2Datum(0))
    points = [
        drawn(field, base.mark_point(filled=True, size=70, opacity=1, shape=shape), x=across.x("at"))
        for field, shape in (("point", "circle"), ("other", "diamond"))
        if field in names
    ]
    return finish(layer(bars, *points), t, dark, t(f"simulator.{id}.takeaway"), height=HEIGHT)


def _named(row: Row, names: Mapping[str, str], t: Translator) -> dict[str, Any]:
    texts = {f"{field}_text": t.number(row[field], 0 if row[field] >= 20 else 1) for field in names}
    called = {f"{field}_name": name for field, name in names.items()}
    ends = {"from": row["at"] - HALF, "to": row["at"] + HALF, "count": str(row["at"])}
    return {**row, **ends, **texts, **called}


def draws(
    estimates: Sequence[Estimate], truth: Estimate, unit: str, t: Translator, dark: bool = False
) -> Chart:
    """The intervals of many draws one below the other, those that miss the truth in another colour.

    Parameters
    ----------
    estimates
        What was found in each draw.
    truth
        What is to be found, drawn as an upright line, and as its ``group`` what it is called.
    unit
        ``"share"`` or anything else.
    t, dark
        Language and theme.
    """
    import altair as alt

    colours, ends = palette(dark), _reach(estimates, truth.value)
    across = Across(ends, ".0%" if unit == "share" else ",.2~f", truth.group)
    rows = [_drawn(each, at, truth.value, ends, colours) for at, each in enumerate(estimates)]
    down = alt.Y("at:Q", axis=None, scale=alt.Scale(domain=[-1, len(rows)], reverse=True, nice=False))
    base = alt.Chart(data(rows)).encode(y=down, color=alt.Color("color:N", scale=None))
    line = alt.Chart(data([{"truth": truth.value}])).mark_rule(color=colours.text, strokeWidth=1.5)
    chart = layer(
        line.encode(x=across.x("truth")),
        base.mark_rule(strokeWidth=2).encode(x=across.x("low"), x2=alt.X2("high:Q")),
        base.mark_point(filled=True, size=45, opacity=1).encode(x=across.x("value")),
    )
    told = t("simulator.draws.takeaway", draws=len(rows))
    return finish(chart, t, dark, told, height=DRAW * (len(rows) + 2))


def _reach(estimates: Sequence[Estimate], truth: float) -> tuple[float, float]:
    """Ends of an axis that holds the truth and the intervals, but for the widest."""
    lows, highs = (sorted(getattr(each, end) for each in estimates) for end in ("low", "high"))
    low = min(truth, lows[len(lows) // 10])
    high = max(truth, min(highs[-1 - len(highs) // 10], WIDEST * truth))
    room = 0.15 * (high - low)
    return max(0.0, low - room), high + room


def _drawn(
    each: Estimate, at: int, truth: float, ends: tuple[float, float], colours: Palette
) -> dict[str, Any]:
    held = each.low <= truth <= each.high
    places = {name: within(getattr(each, name), ends) for name in ("value", "low", "high")}
    return {"at": at, "color": colours.value if held else colours.bottom, **places}
