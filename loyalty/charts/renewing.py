"""Charts of subscribers with known truth: how many are still there, and what share renews each time."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from loyalty.charts.listing import tips
from loyalty.charts.rehearsals import LEGEND
from loyalty.charts.style import Across, Chart, Palette, Row, data, finish, layer, palette, y_axis
from loyalty.models.renewal_rehearsal import Term
from loyalty.words import Translator

HEIGHT, LOW_HEIGHT = 300, 220  # pixels
HALF = 0.38  # width of a bar to either side of its number


def staying(terms: Sequence[Term], watched: int, revealed: bool, t: Translator, dark: bool = False) -> Chart:
    """Share of subscribers still there by renewal; once revealed, beside the model and an unchanging loss.

    Parameters
    ----------
    terms
        Those watched and those that follow.
    watched
        The last renewal that the model has seen.
    revealed
        Whether to show what followed, and what was foreseen.
    t, dark
        Language and theme.
    """
    import altair as alt

    names = {name: t(f"simulator.renewing.{name}") for name in ("seen", "unseen", "expected", "naive")}
    shown = [term for term in terms if revealed or term.renewals <= watched]
    rows = [_row(term, names["seen" if term.renewals <= watched else "unseen"], t) for term in shown]
    across, colour = _renewals(terms, t), _colour(names, revealed, palette(dark))
    pointer = tips(
        count=t("simulator.renewing.renewals"),
        actual_text=t("simulator.renewing.there"),
        **({"expected_text": names["expected"], "naive_text": names["naive"]} if revealed else {}),
    )
    boxes = alt.Chart(data(rows)).mark_rect().encode(x=across.x("from"), x2=alt.X2("to:Q"), tooltip=pointer)
    bars = boxes.encode(y=_share("actual", t), y2=alt.Y2Datum(0), color=colour("name"))
    lines = _foreseen(rows, names, across, colour, t, dark) if revealed else []
    told = t(
        f"simulator.renewing.takeaway{'' if revealed else '_hidden'}", watched=watched, terms=len(terms) - 1
    )
    return finish(layer(bars, *lines), t, dark, told, height=HEIGHT)


def _row(term: Term, name: str, t: Translator) -> dict[str, Any]:
    texts = {f"{field}_text": t.percent(getattr(term, field)) for field in ("actual", "expected", "naive")}
    ends = {"from": term.renewals - HALF, "to": term.renewals + HALF, "count": str(term.renewals)}
    known = {
        field: getattr(term, field) for field in ("renewals", "actual", "expected", "low", "high", "naive")
    }
    return {**known, **texts, **ends, "name": name}


def _colour(names: Mapping[str, str], revealed: bool, colours: Palette) -> Callable[[str], Any]:
    """The colour of what a field names; there are as many as are shown."""
    import altair as alt

    hues = (colours.middle, colours.soft, colours.value, colours.bottom)[: 4 if revealed else 1]
    scale = alt.Scale(domain=list(names.values())[: len(hues)], range=list(hues))
    legend = alt.Legend(title=None, orient="top", columns=1, labelLimit=0, symbolOpacity=1, offset=LEGEND)
    return lambda field: alt.Color(f"{field}:N", scale=scale, legend=legend)


def _share(field: str, t: Translator) -> Any:
    import altair as alt

    scale = alt.Scale(domain=[0, 1], nice=False)
    return alt.Y(f"{field}:Q", scale=scale, axis=y_axis(t("simulator.renewing.there"), ".0%"))


def _foreseen(
    rows: Sequence[Row],
    names: Mapping[str, str],
    across: Across,
    colour: Callable[[str], Any],
    t: Translator,
    dark: bool,
) -> list[Chart]:
    """The model's curve with its intervals, and that of an unchanging loss."""
    import altair as alt

    def line(field: str, **properties: Any) -> Chart:
        base = alt.Chart(data([{**row, "name": names[field]} for row in rows]))
        drawn = base.mark_line(**properties).encode(x=across.x("renewals"), y=_share(field, t))
        return drawn.encode(color=colour("name"))

    strokes = alt.Chart(data(rows)).mark_rule(color=palette(dark).value, strokeWidth=1.5)
    return [
        line("naive", strokeDash=[5, 4], strokeWidth=2),
        line("expected", strokeWidth=2.5),
        strokes.encode(x=across.x("renewals"), y=_share("low", t), y2=alt.Y2("high:Q")),
    ]


def _renewals(terms: Sequence[Term], t: Translator) -> Across:
    last = terms[-1].renewals
    step = 1 if last <= 12 else 2
    return Across(
        (-0.5, last + 0.5),
        "d",
        t("simulator.renewing.renewals"),
        grid=False,
        values=tuple(range(0, last + 1, step)),
    )


def renewing(terms: Sequence[Term], t: Translator, dark: bool = False) -> Chart:
    """Share of those still there who renew, renewal by renewal, and as the model expects it.

    Parameters
    ----------
    terms, t, dark
        As in :func:`staying`.
    """
    import altair as alt

    colours, rows = palette(dark), [_retained(term, t) for term in terms[1:]]
    seen = [row for row in rows if row["actual"] is not None]
    low = min([row["actual"] for row in seen] + [row["expected"] for row in rows])
    scale = alt.Scale(domain=[max(0.0, low - 0.1), 1], nice=False)
    axis, across = y_axis(t("simulator.renewing.retained"), ".0%", ticks=4), _renewals(terms, t)
    pointer = tips(
        count=t("simulator.renewing.renewals"),
        actual_text=t("simulator.renewing.retained"),
        expected_text=t("simulator.renewing.expected"),
    )
    line = alt.Chart(data(rows)).mark_line(strokeWidth=2.5, color=colours.value)
    dots = alt.Chart(data(seen)).mark_point(filled=True, size=70, opacity=1, color=colours.muted)
    chart = layer(
        line.encode(x=across.x("renewals"), y=alt.Y("expected:Q", scale=scale, axis=axis)),
        dots.encode(x=across.x("renewals"), y=alt.Y("actual:Q", scale=scale, axis=axis), tooltip=pointer),
    )
    return finish(chart, t, dark, t("simulator.renewing.takeaway_retained"), height=LOW_HEIGHT)


def _retained(term: Term, t: Translator) -> Row:
    actual = None if math.isnan(term.retained) else term.retained
    return {
        "renewals": term.renewals,
        "count": str(term.renewals),
        "actual": actual,
        "expected": term.expected_retained,
        "actual_text": t.percent(term.retained),
        "expected_text": t.percent(term.expected_retained),
    }
