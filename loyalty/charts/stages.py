"""Charts of the stages of customers: how many come to each and go on, and where they complain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from loyalty import story
from loyalty.charts import takeaways
from loyalty.charts.listing import bars, labels, place, rows_height, tips, y
from loyalty.charts.style import LABEL_CHARACTERS, LABEL_FONT, Chart, Row, data, finish, layer, palette
from loyalty.core import Result
from loyalty.words import Translator, clean

ROW, BAR = 86, 20  # pixels a stage with what leads on to the next, and how thick its bar is
AT = {"name": 0.14, "top": 0.26, "bottom": 0.26 + BAR / ROW, "band": 0.75}  # how far down in its row
STREAM = 0.45  # opacity of what flows from one stage to the next


def stages(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """How many have come to each stage, how many of them have gone on, and how long half of them took.

    Read from the top: the dark part of a bar flows on and is the whole of the next one.
    """
    import altair as alt

    rows = _stages(result, t)
    across, colours = alt.Scale(domain=[0, 1], nice=False), palette(dark)
    count = len(rows) - 1 + AT["bottom"]  # there is nothing below the last bar
    base = alt.Chart(data(rows)).encode(
        tooltip=tips(
            name=t("column.stage"), reached_text=t("column.customers"), here_text=t("journey.table.stages")
        )
    )

    def box(of: Chart, top: str, bottom: str, start: str, end: str) -> Chart:
        left = alt.X(f"{start}:Q", scale=across, axis=None)
        return of.encode(x=left, x2=f"{end}:Q", y=y(top, count), y2=f"{bottom}:Q")

    streams = base.transform_filter("datum.next_y != null")
    chart = layer(
        box(streams.mark_rect(color=colours.soft, opacity=STREAM), "bottom_y", "next_y", "zero", "onward"),
        box(base.mark_rect(color=colours.soft), "top_y", "bottom_y", "onward", "reached"),
        box(base.mark_rect(color=colours.value), "top_y", "bottom_y", "zero", "onward"),
        *labels(rows, dark, count=count)[1],
        _streams(rows, count, dark),
    )
    told = takeaways.stages(result, t)
    return finish(chart, t, dark, told, height=round(ROW * count), notes=[t("chart.stages.dark")])


def _streams(rows: Sequence[Row], count: float, dark: bool) -> Chart:
    """How many have gone on and how long half of them took, upon what flows."""
    import altair as alt

    colours = palette(dark)
    base = alt.Chart(data([row for row in rows if row["onward_text"]]))
    words = base.mark_text(align="left", fontSize=LABEL_FONT, color=colours.text)
    return words.encode(x=alt.XValue(10), y=y("band_y", count), text=alt.Text("onward_text:N"))


def _stages(result: Result, t: Translator) -> list[dict[str, Any]]:
    """Who has come to each stage or further, as shares of all, and who has gone on from it."""
    here = [(row[0], row[1]) for row in result.table("stages").rows]
    customers = sum(count for _, count in here)
    reached = [sum(count for _, count in here[at:]) for at in range(len(here))]
    onward = [*reached[1:], reached[-1]]  # there is nothing beyond the last stage
    steps = [*story.table_rows(result, "steps")]
    medians = [story.record(result.table("steps"), row)["median"] for row in steps]
    rows = []
    for at, (stage, count) in enumerate(here):
        last = at == len(here) - 1
        rows.append(
            {
                "name": t(f"journey.stage.{stage}"),
                "numbers": t(
                    "chart.stages.reached", customers=reached[at], share=t.percent(reached[at] / customers, 0)
                ),
                "zero": 0,
                "reached": reached[at] / customers,
                "onward": onward[at] / customers,
                "reached_text": t.count(reached[at]),
                "here_text": t.count(count),
                "onward_text": "" if last or not reached[at] else _onward(result, at, reached, medians, t),
            }
        )
    placed = place(rows, **AT)
    return [
        {**row, "next_y": None if row is placed[-1] else at + 1 + AT["top"]} for at, row in enumerate(placed)
    ]


def _onward(
    result: Result, at: int, reached: Sequence[int], medians: Sequence[int | None], t: Translator
) -> str:
    share = t.percent(reached[at + 1] / reached[at], 0)
    median = medians[at] if at < len(medians) else None
    if median is None:
        return t("chart.stages.went_on_open", share=share)
    return t("chart.stages.went_on", share=share, median=story.in_unit(result, "days", median, t))


def voices(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """The share of complaints among the answers at each stage; None without answers."""
    found = [story.record(result.table("voices"), row) for row in story.table_rows(result, "voices")]
    if not found:
        return None
    rows = [
        {
            "name": _name(row["stage"], t),
            "numbers": t(
                "chart.voices.numbers",
                complaints=row["complaints"],
                answers=row["answers"],
                share=t.percent(row["share"], 0),
                interval=t.interval("share", row["low"], row["high"]),
            ),
            "share": row["share"],
            "color": palette(dark).bottom,
        }
        for row in found
    ]
    chart = bars(rows, dark, tips(name=t("column.stage"), numbers=t("column.complaints")))
    most = max(found, key=lambda row: row["share"])
    told = takeaways.voices(most, _name(most["stage"], t), t)
    return finish(chart, t, dark, told, height=rows_height(len(rows)))


def _name(stage: str, t: Translator) -> str:
    id = f"journey.stage.{stage}"
    return t(id) if t.has(id) else clean(stage, LABEL_CHARACTERS)
