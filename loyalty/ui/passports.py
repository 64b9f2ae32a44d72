"""Where a number stands: the published figure it is held against, and the conventions for reading it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import streamlit as st

from loyalty import benchmarks
from loyalty.bands import source
from loyalty.benchmarks import Band, Scale
from loyalty.core import Result
from loyalty.texts import Message
from loyalty.ui import state
from loyalty.words import Translator, clean, escape

FEW = 3  # figures of other industries that may stand beside a number
LABEL = 120  # characters of a figure in a list


def allowed(result: Result) -> dict[str, Band]:
    """The figures a result may be held against, by key, the default one first; without those switched off."""
    found = benchmarks.choices(result, state.industry(), state.own_bands())
    off, low_trust = state.bands_off(), state.low_trust()
    return {band.key: band for band in found if band.key not in off and (band.trust != "low" or low_trust)}


def beside(metric: str, measures: Sequence[str]) -> list[Band]:
    """Figures that stand beside a number of a metric and are no benchmark of it, without those switched off.

    Those of the visitor's industry or of all; where there are none, the others, as long as they are few.
    """
    off, low_trust = state.bands_off(), state.low_trust()
    known = [band for band in benchmarks.bands(metric) if band.measure in measures and band.key not in off]
    found = [band for band in known if band.trust != "low" or low_trust]
    wanted = (state.industry(), benchmarks.CROSS_INDUSTRY)
    return [band for band in found if band.industry in wanted] or (found if len(found) <= FEW else [])


def figure(t: Translator, band: Band) -> Message:
    """A figure in a sentence: of which industry, how large, what was measured and by whom."""
    holes = {
        "industry": benchmarks.named("industry", band.industry),
        "measure": benchmarks.named("benchmarks.measure", band.measure),
        "source": source(band.publisher, band.year),
    }
    known = t.value(band.unit, band.typical, band.currency) if band.typical is not None else ""
    span = t.interval(band.unit, *band.edges, band.currency) if band.edges else ""
    return Message("cell.published.figure", {**holes, "value": known or span})


def choose(t: Translator, metric: str, found: dict[str, Band]) -> Band:
    """One of several figures; the choice holds until the session ends."""
    if len(found) == 1:
        return next(iter(found.values()))
    key = f"{metric}.band"
    if st.session_state.get(key) not in found:
        st.session_state.pop(key, None)  # chosen for another industry
    code = st.selectbox(
        t("cell.standing.choose"),
        tuple(found),
        key=state.choice(key),
        format_func=lambda code: label(t, found[code]),
        persist_state="session",
    )
    return found[code]


def label(t: Translator, band: Band) -> str:
    """A figure on one line, as plain text."""
    industry = benchmarks.named("industry", band.industry)
    return clean(t("cell.standing.label", industry=industry, figure=benchmarks.caption(band)), LABEL)


def scales(result: Result) -> list[Scale]:
    """The conventions that are about the number as it is defined here."""
    known = benchmarks.scales(result.metric)
    if result.metric not in benchmarks.DEFINITIONS:
        return list(known)
    return [scale for scale in known if scale.measure == benchmarks.measure_of(result)]


def steps(t: Translator, scale: Scale, result: Result) -> dict[str, str]:
    """The stretches of a convention as markdown, name to range; those the interval reaches are bold."""
    low, high = result.overall.low, result.overall.high
    lines = {}
    for step in scale.steps:
        name = t(f"scale.{scale.metric}.{step.label}")
        reached = low <= step.high and high >= step.low
        span = escape(t.interval(result.unit, step.low, step.high, result.currency))
        lines[f"**{name}**" if reached else name] = f"**{span}**" if reached else span
    return lines


def passport(t: Translator, band: Band) -> str:
    """Where a figure was read and what its reader has to know, as markdown."""
    remarks = " · ".join(t.markdown(note) for note in benchmarks.notes(band))
    remarks = remarks.replace("://", "\\://")  # or an address would take in the bracket behind it
    return "  \n".join(filter(None, (link(band.source_title, band.source_url), remarks)))


def link(title: str, address: str) -> str:
    """A title that leads to an address, as markdown; the title alone where the address is none."""
    if not address.startswith(("https://", "http://")):
        return escape(title)
    return f"[{escape(title or address)}](<{quote(address, safe=':/?&=#%~+,;@')}>)"
