"""Charts of what customers spend: their amounts, and how far a mean so far can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty.charts.listing import labels, place, read_out, rows_height, tips, y
from loyalty.charts.rehearsals import LEGEND, bars_and_points
from loyalty.charts.style import Across, Chart, Palette, data, finish, layer, palette, within, y_axis
from loyalty.models.spending_rehearsal import TENTHS, Pull, Purse, Tenth
from loyalty.words import Translator

POINT, HEIGHT = 42, 300  # pixels: area of an amount, and of the picture of the pull
ROOM = 1.25  # how much further than the greatest mean the axis of amounts goes


def purses(people: Sequence[Purse], revealed: bool, t: Translator, dark: bool = False) -> Chart:
    """Customers one below the other, each amount a point, the mean an upright line.

    Parameters
    ----------
    people
        The customers.
    revealed
        Whether to show what the model expects of them, and what is true.
    t, dark
        Language and theme.
    """
    import altair as alt

    colours, count = palette(dark), len(people)
    end = ROOM * max(max(each.observed, each.expected, each.true) for each in people)
    rows = place([_row(each, revealed, t) for each in people])
    points = [
        {
            "x": within(amount, (0, end)),
            "mark_y": row["mark_y"],
            "name": row["name"],
            "amount": t.money(amount),
        }
        for row, each in zip(rows, people, strict=True)
        for amount in each.amounts
    ]
    across = Across((0, end), "~s" if end >= 10_000 else ",.2~f", t("simulator.axis.amount"))
    base = alt.Chart(data(rows)).encode(y=y("mark_y", count))
    pointer = tips(name=t("simulator.column.customer"), amount=t("simulator.axis.amount"))
    dots = alt.Chart(data(points)).encode(x=across.x("x"), y=y("mark_y", count), tooltip=pointer)
    chart = layer(
        base.mark_rule(color=colours.grid, strokeWidth=2).encode(x=alt.XValue(0), x2=alt.X2Value("width")),
        dots.mark_point(filled=True, size=POINT, opacity=0.55, color=colours.value),
        base.mark_tick(orient="vertical", thickness=2.5, size=20, color=colours.text).encode(
            x=across.x("observed")
        ),
        *(_truth(base, across, colours) if revealed else []),
        *labels(rows, dark)[1],
    )
    told = t("simulator.purses.takeaway", customers=count)
    return finish(chart, t, dark, f"{told} {read_out(rows, t)}", height=rows_height(count))


def _row(each: Purse, revealed: bool, t: Translator) -> dict[str, Any]:
    known = {name: t.money(getattr(each, name)) for name in ("observed", "expected", "true")}
    which = "revealed" if revealed else "hidden"
    return {
        "name": t("simulator.lives.customer", number=each.number + 1),
        "numbers": t(f"simulator.purses.{which}", **known),
        "observed": each.observed,
        "expected": each.expected,
        "true": each.true,
    }


def _truth(base: Chart, across: Across, colours: Palette) -> list[Chart]:
    ring: dict[str, Any] = {"size": 130, "strokeWidth": 2.5, "opacity": 1}
    return [
        base.mark_point(shape="circle", **ring, color=colours.value, fill=colours.background).encode(
            x=across.x("expected")
        ),
        base.mark_point(shape="diamond", filled=True, size=95, opacity=1, color=colours.bottom).encode(
            x=across.x("true")
        ),
    ]


def tenths(groups: Sequence[Tenth], t: Translator, dark: bool = False) -> Chart:
    """What tenths of the customers spent next, beside the model's expectation and their mean so far."""
    rows = [
        {"at": each.number, "bar": each.actual, "point": each.expected, "other": each.observed}
        for each in groups
    ]
    names = {"bar": "actual", "point": "expected", "other": "naive"}
    numbers = tuple(range(1, TENTHS + 1))
    across = Across((0.5, TENTHS + 0.5), "d", t("simulator.tenths.groups"), grid=False, values=numbers)
    texts = {field: t(f"simulator.tenths.{name}") for field, name in names.items()}
    return bars_and_points(rows, texts, "tenths", across, t, dark)


def pull(
    lines: Sequence[Pull], once: Sequence[tuple[float, float]], t: Translator, dark: bool = False
) -> Chart:
    """What the model expects by the mean so far: the fewer purchases, the nearer to the mean of all.

    Parameters
    ----------
    lines
        Two ends of a line for each number of purchases.
    once
        Groups of customers with one repeat purchase: its amount, and what they truly spend.
    t, dark
        Language and theme.
    """
    import altair as alt

    colours, end = palette(dark), max(each.observed for each in lines)
    counts = list(dict.fromkeys(each.purchases for each in lines))
    named = {count: t("simulator.pull.line", purchases=count) for count in counts}
    rows = [{**each._asdict(), "name": named[each.purchases]} for each in lines]
    same = [{"observed": x, "expected": x} for x in (0.0, end)]
    points = [{"observed": x, "expected": y, "name": t("simulator.pull.once")} for x, y in once]
    across = Across((0, end), ",.2~f", t("simulator.pull.observed"))
    top = max(*(each.expected for each in lines), *(y for _, y in once), 0.0)
    scale, axis = (
        alt.Scale(domain=[0, min(top, end) * 1.03], nice=False),
        y_axis(t("simulator.pull.expected"), ",.2~f"),
    )
    height = alt.Y("expected:Q", scale=scale, axis=axis)
    legend = alt.Legend(title=None, orient="top", columns=1, labelLimit=0, symbolOpacity=1, offset=LEGEND)
    hues = (colours.value, colours.middle, colours.text, colours.bottom)
    names = [*named.values(), t("simulator.pull.once")]
    colour = alt.Color("name:N", scale=alt.Scale(domain=names, range=list(hues[: len(names)])), legend=legend)
    chart = layer(
        alt.Chart(data(same))
        .mark_line(color=colours.muted, strokeDash=[4, 3], strokeWidth=1, clip=True)
        .encode(x=across.x("observed"), y=height),
        alt.Chart(data(rows))
        .mark_line(strokeWidth=2.5, clip=True)
        .encode(x=across.x("observed"), y=height, color=colour),
        alt.Chart(data(points))
        .mark_point(filled=True, shape="diamond", size=90, opacity=1)
        .encode(x=across.x("observed"), y=height, color=colour),
    )
    return finish(chart, t, dark, t("simulator.pull.takeaway"), height=HEIGHT)
