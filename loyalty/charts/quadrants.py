"""The four types of loyalty as the four fields of a square: what customers think across what they do."""

from __future__ import annotations

from typing import Any

from loyalty import story
from loyalty.charts.listing import tips
from loyalty.charts.style import LABEL_FONT, NAME_FONT, Chart, data, finish, layer, palette
from loyalty.core import Result
from loyalty.words import Translator

# type -> its column (bought seldom, often) and its row (thinks well of us, less well)
FIELDS = {"true": (1, 0), "latent": (0, 0), "spurious": (1, 1), "none": (0, 1)}
HEAD, CAPTION, FIELD = 24, 24, 98  # pixels of the headings, of a row's caption, of a field
GAP, PAD = 0.012, 0.035  # between the fields and within them, as shares of a column
LINES = (20, 46, 66, 82)  # pixels down in a field: its name, share, customers, revenue
FAINT = 0.25  # opacity of the smallest field; that of the largest is 1


def quadrants(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """How many customers are of each type, the stronger the more; None without any."""
    import altair as alt

    rows, colours = _fields(result, t), palette(dark)
    if not rows:
        return None
    pointer = tips(name=t("column.list"), what=t("say_do.title"), customers=t("column.customers"))
    base = alt.Chart(data(rows))
    boxes = base.mark_rect(color=colours.soft, cornerRadius=4).encode(
        x=_x("from"),
        x2=alt.X2("to:Q"),
        y=_y("top"),
        y2=alt.Y2("bottom:Q"),
        fillOpacity=alt.FillOpacity("strength:Q", scale=None),
        tooltip=pointer,
    )
    chart = layer(boxes, *_words(base, colours.text), *_headings(result, t, dark))
    counts = {row["list"]: row["customers_n"] for row in rows}
    shares = {f"{name}_share": t.percent(n / sum(counts.values()), 0) for name, n in counts.items()}
    names = {name: t(f"say_do.list.{name}") for name in counts}
    told = t("chart.types.takeaway", customers=sum(counts.values()), **names, **shares)
    return finish(chart, t, dark, told, height=HEAD + 2 * (CAPTION + FIELD))


def _x(field: str) -> Any:
    import altair as alt

    return alt.X(f"{field}:Q", scale=alt.Scale(domain=[0, 2], nice=False), axis=None)


def _y(field: str) -> Any:
    import altair as alt

    height = HEAD + 2 * (CAPTION + FIELD)
    return alt.Y(f"{field}:Q", scale=alt.Scale(domain=[0, height], reverse=True, nice=False), axis=None)


def _fields(result: Result, t: Translator) -> list[dict[str, Any]]:
    table = result.table("lists")
    known = [story.record(table, row) for row in table.rows]
    most = max((row["share"] for row in known), default=0)
    return [_field(row, most, t) for row in known] if most else []


def _field(row: dict[str, Any], most: float, t: Translator) -> dict[str, Any]:
    """Where the field of a type stands and what is written in it."""
    column, line = FIELDS[row["list"]]
    top = HEAD + CAPTION + line * (CAPTION + FIELD)
    revenue = row.get("revenue_share")
    return {
        "list": row["list"],
        "customers_n": row["customers"],
        "from": column * (1 + GAP),
        "to": column + 1 - GAP * (1 - column),
        "text_at": column * (1 + GAP) + PAD,
        "top": top,
        "bottom": top + FIELD,
        **{f"line_{at}": top + down for at, down in enumerate(LINES)},
        "strength": FAINT + (1 - FAINT) * row["share"] / most,
        "name": t(f"say_do.list.{row['list']}"),
        "what": t(f"say_do.list_short.{row['list']}"),
        "share": t.percent(row["share"], 0),
        "customers": t("say_do.count", n=t.count(row["customers"])),
        "revenue": "" if revenue is None else t("chart.types.revenue", share=t.percent(revenue, 0)),
    }


def _words(base: Chart, text: str) -> list[Chart]:
    styles = (
        ("name", {"fontSize": NAME_FONT, "fontWeight": 600, "color": text}),
        ("share", {"fontSize": 20, "fontWeight": 600, "color": text}),
        ("customers", {"fontSize": LABEL_FONT, "color": text}),
        ("revenue", {"fontSize": LABEL_FONT, "color": text}),
    )
    return [
        base.mark_text(align="left", **style).encode(x=_x("text_at"), y=_y(f"line_{at}"), text=f"{name}:N")
        for at, (name, style) in enumerate(styles)
    ]


def _headings(result: Result, t: Translator, dark: bool) -> list[Chart]:
    """What the two columns and the two rows are."""
    import altair as alt

    muted, often = palette(dark).muted, t.count(result.options["often"])
    columns = [t("chart.types.seldom"), t("chart.types.often", often=often)]
    above = [
        {"at": at * (1 + GAP) + PAD, "down": HEAD / 2 - 4, "words": words} for at, words in enumerate(columns)
    ]
    beside = [
        {"at": 0, "down": HEAD + at * (CAPTION + FIELD) + CAPTION / 2 + 2, "words": t(f"chart.types.{name}")}
        for at, name in enumerate(("high", "low"))
    ]
    texts = alt.Chart(data([*above, *beside])).mark_text(align="left", fontSize=LABEL_FONT, color=muted)
    return [texts.encode(x=_x("at"), y=_y("down"), text=alt.Text("words:N"))]
