"""The scorecard: one card a metric."""

from __future__ import annotations

import math
from typing import Literal

import streamlit as st

from loyalty import benchmarks, story
from loyalty.core import Result
from loyalty.dataset import Dataset
from loyalty.scorecard import Card, scorecard
from loyalty.ui import cells, navigation, passports, state
from loyalty.words import MINUS, Translator

Delta = Literal["normal", "inverse", "off"]
Colour = Literal["green", "blue", "orange", "gray"]

DELTAS: dict[str, Delta] = {"higher": "normal", "lower": "inverse", "neither": "off"}
BADGES: dict[str, tuple[str, Colour]] = {  # position to icon and colour: never the colour alone
    "above": ("north_east", "green"),
    "within": ("check", "blue"),
    "below": ("south_east", "orange"),
    "unclear": ("question_mark", "gray"),
    "none": ("remove", "gray"),
}
WIDTH = 250  # pixels below which a card goes into the next row


def cards(t: Translator, data: Dataset) -> None:
    """The metrics that the data answer, and below them those that wait for a column."""
    found = state.kept(("scorecard", data.id), lambda: scorecard(data))
    for section, ids in navigation.SECTIONS.items():
        answered = [(card, card.result) for card in found if card.result and card.metric.id in ids]
        if answered:
            st.subheader(t(f"nav.{section}"), anchor=False)
            with st.grid(3, min_column_width=WIDTH, gap="small") as grid:
                for card, result in answered:
                    with grid.cell(), st.container(border=True, height="stretch"):
                        _answered(t, card, result)
    waiting = [card for card in found if card.error]
    if not waiting:
        return
    st.subheader(t("scorecard.waiting.title"), anchor=False)
    st.markdown(t("scorecard.waiting.what"))
    with st.grid(3, min_column_width=WIDTH, gap="small") as grid:
        for card in waiting:
            with grid.cell(), st.container(border=True, height="stretch"):
                _waiting(t, data, card)


def _answered(t: Translator, card: Card, result: Result) -> None:
    change = result.change
    apart = result.pool == "total"  # the number is of several months to come, its trend of single ones
    moved = change if change and change.real and not apart else None
    st.markdown(f"**{t(f'{result.metric}.title')}**")
    st.metric(
        t(f"{result.metric}.card"),
        story.headline(result, t),
        _moved(t, result, moved.difference) if moved else None,
        delta_color=DELTAS[card.metric.better],
        delta_description=t("scorecard.since", month=t.month(str(moved.before.group))) if moved else None,
        chart_data=_line(result) or None,
    )
    st.caption(cells.sureness(t, result))
    _badge(t, result)
    st.space("stretch")
    cells.link(t, result.metric, "scorecard.open")


def _moved(t: Translator, result: Result, by: float) -> str:
    """The change, its minus as a hyphen: Streamlit takes every other sign for a rise."""
    return t.difference(result.unit, by, result.currency).replace(MINUS, "-", 1)


def _line(result: Result) -> list[float]:
    """The months of the trend, without those of too few observations where these are the exception."""
    known = [point for point in result.trend if math.isfinite(point.value)]
    solid = [point for point in known if not story.small(point)]
    points = solid if 2 * len(solid) > len(known) else known
    return [point.value for point in points] if len(points) > 1 else []


def _badge(t: Translator, result: Result) -> None:
    """Where the number stands in its industry, in a word; the whole sentence when pointed at."""
    band = next(iter(passports.allowed(result).values()), None)
    if band:
        position = benchmarks.place(result.overall, band).position
        told = benchmarks.verdict(result.overall, band, t)
    else:
        position, told = "none", benchmarks.missing(result, state.industry())
    icon, colour = BADGES[position]
    st.badge(t(f"scorecard.place.{position}"), icon=f":material/{icon}:", color=colour, help=t.markdown(told))


def _waiting(t: Translator, data: Dataset, card: Card) -> None:
    st.markdown(f":gray[{t(f'{card.metric.id}.title')}]")
    missing = data.missing(*card.metric.needs)
    for need in missing:
        st.caption(cells.needed(t, need))
    if not missing and card.error:
        st.caption(t.markdown(card.error.what))
    st.space("stretch")
    if missing:
        cells.lacking(t, data, missing[0].table)
    else:
        cells.link(t, card.metric.id, "scorecard.open")
