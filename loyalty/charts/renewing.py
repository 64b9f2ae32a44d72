"""Charts of subscribers with known truth: how many are still there, and what share renews each time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from loyalty.charts.listing import tips
from loyalty.charts.rehearsals import LEGEND
from loyalty.charts.style import Across, Chart, Row, data, finish, palette, y_axis
from loyalty.models.renewal_rehearsal import Term
from loyalty.words import Translator

HEIGHT, LOW_HEIGHT = 300, 220  # pixels
HALF = 0.38  # width of a bar to either side of its number


def staying(terms: Sequence[Term], watched: int, revealed: bool, t: Translator, dark: bool = False) -> Chart:
    """Share of subscribers still there by renewal, beside the model and an unchanging loss.

    Parameters
    ----------
    terms
        Those watched and those that follow.
    watched
        The last renewal that the model has seen.
    revealed
        Whether to show what followed.
    t, dark
        Language and theme.
    """
    import altair as alt

    colours, rows = palette(dark), [_row(term, watched, t) for term in terms]
    bars = [row for row in rows if revealed or row["renewals"] <= watched]
    across, axis = _renewals(terms, t), y_axis(t("simulator.renewing.there"), ".0%")
    scale = alt.Scale(domain=[0, 1], nice=False)
    names = {name: t(f"simulator.renewing.{name}") for name in ("seen", "unseen", "expected", "naive")}
    hues = dict(
        zip(names.values(), (colours.middle, colours.soft, colours.value, colours.bottom), strict=True)
    )
    used = [name for key, name in names.items() if key != "unseen" or revealed]
    legend = alt.Legend(title=None, orient="top", columns=1, labelLimit=0, symbolOpacity=1, offset=LEGEND)
    ranged = alt.Scale(domain=used, range=[hues[name] for name in used])

    def drawn(mark: Any, field: str, **channels: Any) -> Chart:
        return mark.encode(y=alt.Y(f"{field}:Q", scale=scale, axis=axis), **channels)

    def hue(name: str) -> Any:
        return alt.Color(f"{name}:N", scale=ranged, legend=legend)

    pointer = tips(
        count=t("simulator.renewing.renewals"),
        actual_text=t("simulator.renewing.there"),
        expected_text=names["expected"],
        naive_text=names["naive"],
    )
    for row in rows:
        row |= {"expected_name": names["expected"], "naive_name": names["naive"]}
        row["bar_name"] = names["seen" if row["renewals"] <= watched else "unseen"]
    base = alt.Chart(data(rows)).encode(x=across.x("renewals"))
    boxes = alt.Chart(data(bars)).mark_rect()
    chart = alt.layer(
        drawn(boxes, "actual", x=across.x("from"), x2="to:Q", y2=alt.datum(0), color=hue("bar_name")),
        drawn(base.mark_line(strokeDash=[5, 4], strokeWidth=2), "naive", color=hue("naive_name")),
        drawn(base.mark_line(strokeWidth=2.5), "expected", color=hue("expected_name")),
        drawn(base.mark_rule(color=colours.value, strokeWidth=1.5), "low", y2="high:Q"),
        drawn(base.mark_point(size=90, opacity=0), "expected", tooltip=pointer),
    )
    told = t("simulator.renewing.takeaway", watched=watched, terms=len(terms) - 1)
    return finish(chart, t, dark, told, height=HEIGHT)


def _row(term: Term, watched: int, t: Translator) -> dict[str, Any]:
    texts = {f"{name}_text": t.percent(getattr(term, name)) for name in ("actual", "expected", "naive")}
    if term.renewals > watched:
        texts["actual_text"] = "?"
    ends = {"from": term.renewals - HALF, "to": term.renewals + HALF, "count": str(term.renewals)}
    return {**term._asdict(), **texts, **ends, "retained": None, "expected_retained": None}


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


def renewing(terms: Sequence[Term], watched: int, revealed: bool, t: Translator, dark: bool = False) -> Chart:
    """Share of those still there who renew, renewal by renewal: it rises though nobody changes.

    Parameters
    ----------
    terms, watched, revealed, t, dark
        As in :func:`staying`.
    """
    import altair as alt

    colours = palette(dark)
    rows = [_retained(term, t) for term in terms[1:]]
    seen = [row for row in rows if row["actual"] is not None and (revealed or row["renewals"] <= watched)]
    low = min([row["actual"] for row in seen] + [row["expected"] for row in rows])
    scale = alt.Scale(domain=[max(0.0, low - 0.1), 1], nice=False)
    axis = y_axis(t("simulator.renewing.retained"), ".0%", ticks=4)
    across = _renewals(terms, t)
    pointer = tips(
        count=t("simulator.renewing.renewals"),
        actual_text=t("simulator.renewing.retained"),
        expected_text=t("simulator.renewing.expected"),
    )
    line = alt.Chart(data(rows)).mark_line(strokeWidth=2.5, color=colours.value)
    dots = alt.Chart(data(seen)).mark_point(filled=True, size=70, opacity=1, color=colours.muted)
    chart = alt.layer(
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
