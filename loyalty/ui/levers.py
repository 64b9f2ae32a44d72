"""The levers of what-if: sliders that start from the file's own values, and what no file says."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import streamlit as st

from loyalty import benchmarks, charts, story
from loyalty.charts.style import Chart
from loyalty.core import Estimate, Result
from loyalty.models.scenarios import OWN, SCENARIOS, Question
from loyalty.ui import passports
from loyalty.ui.controls import Choices
from loyalty.ui.notebook import Page, draw
from loyalty.views.levers import counted, span
from loyalty.words import Translator, escape

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

COUNTED = ("retention", "frequency", "order_value")
SHARES = frozenset({"retention", "margin", "word_of_mouth"})  # shown in percent
MOST = {"retention": 100.0, "margin": 100.0, "word_of_mouth": 95.0}
REACH = 3  # times its own value, as far as a slider without an end goes
PUBLISHED_YEARS = 3  # that the published worth of a customer looks at
DIGITS = 3  # that a slider's steps tell apart


@dataclass(frozen=True, slots=True)
class Lever:
    """One slider.

    Parameters
    ----------
    name
        Which lever.
    now
        Where it stands today, as the metric takes it.
    then
        Where the scenario puts it.
    """

    name: str
    now: float
    then: float

    @property
    def scale(self) -> float:
        """What one unit of the lever is on the slider."""
        return 100.0 if self.name in SHARES else 1.0

    @property
    def key(self) -> str:
        """What the slider is called: one of the visitor's own begins anew with what is said of today."""
        return f"{self.name}.{self.now * self.scale:g}" if self.name in OWN else self.name

    @property
    def step(self) -> float:
        """How far one step of the slider goes: three digits of the value today."""
        if self.name in SHARES:
            return 0.1
        return float(10.0 ** (math.floor(math.log10(self.now)) - DIGITS + 1))

    @property
    def decimals(self) -> int:
        """As many as the steps have."""
        return max(0, -round(math.log10(self.step)))

    def shown(self, value: float) -> float:
        """A value as it stands on the slider."""
        return round(round(value * self.scale / self.step) * self.step, self.decimals)

    @property
    def most(self) -> float:
        """The end of the slider."""
        return MOST.get(self.name) or self.shown(max(REACH * self.now, 1.5 * self.then))

    def taken(self, position: float, first: float) -> float | None:
        """What the metric is asked for: None where the slider was not moved, today's own value exactly."""
        if position == self.shown(self.now):
            return None if first == position else self.now
        return None if position == first else round(position / self.scale, 9)


def levers(t: Translator, chosen: Choices) -> Choices:
    """The claim, the sliders, and what the visitor says of the business; raises as the metric does."""
    scenario = chosen.options["scenario"]
    with st.container(border=True):
        st.markdown(f"**{t(f'what_if.claim.{scenario}')}**")
        st.caption(t(f"what_if.source.{scenario}"))
        found = _moved(t, chosen) | _own(t, chosen)
    return replace(chosen, options={**chosen.options, **found})


def _moved(t: Translator, chosen: Choices) -> dict[str, float | None]:
    """Retention, frequency and order value, in a row."""
    [counts] = counted(chosen.data).values()
    if not counts.enough:
        return {}
    asked = Question(dict.fromkeys(OWN), span(chosen.data).in_year, 1, 0.0)
    now = asked.now(counts.totals)
    then = asked.moved(SCENARIOS[chosen.options["scenario"]], {}, counts).then(counts.totals)
    known = [
        Lever(name, complex(getattr(now, name)).real, complex(getattr(then, name)).real) for name in COUNTED
    ]
    st.markdown(t("what_if.levers.counted"))
    positions = {}
    for place, lever in zip(_places("bottom"), known, strict=True):
        with place:
            positions[lever.name] = _slider(t, chosen, lever)
    st.button(
        t("what_if.levers.reset"),
        key="what_if.reset",
        icon=":material/restart_alt:",
        on_click=_reset,
        args=(chosen, known),
    )
    return positions


def _key(chosen: Choices, name: str) -> str:
    return f"what_if.{name}.{chosen.options['scenario']}.{chosen.data.id[:8]}"


def _slider(t: Translator, chosen: Choices, lever: Lever) -> float | None:
    first = min(lever.shown(lever.then), lever.most)
    position = st.slider(
        _label(t, chosen, lever),
        0.0 if lever.name in ("retention", "word_of_mouth") else lever.step,
        lever.most,
        first,
        lever.step,
        format=f"%.{lever.decimals}f{'%%' if lever.name in SHARES else ''}",
        key=_key(chosen, lever.key),
        help=t(f"what_if.option.{lever.name}.help"),
        persist_state="session",
    )
    return lever.taken(float(position), first)


def _label(t: Translator, chosen: Choices, lever: Lever) -> str:
    """Name and today's value; below an input that has the name, today's value alone."""
    now, spans = _said(t, chosen, lever), span(chosen.data).in_year
    if lever.name in OWN:
        return t("what_if.levers.then", now=now)
    name = t("column.order_value") if lever.name == "order_value" else t(f"what_if.{lever.name}.{spans}")
    return t("what_if.levers.lever", name=name, now=now)


def _said(t: Translator, chosen: Choices, lever: Lever) -> str:
    """Where a lever stands today, in words."""
    if lever.name in SHARES:
        return t.percent(lever.now)
    money = lever.name in ("order_value", "acquisition_cost")
    return escape(t.money(lever.now, chosen.data.currency)) if money else t.number(lever.now)


def _reset(chosen: Choices, known: list[Lever]) -> None:
    """All sliders back to today."""
    for lever in known:
        st.session_state[_key(chosen, lever.name)] = lever.shown(lever.now)
    for name in OWN:
        now = _taken(name, st.session_state.get(f"what_if.own.{name}"))
        if now is not None:
            lever = Lever(name, now, now)
            st.session_state[_key(chosen, lever.key)] = lever.shown(now)


def _own(t: Translator, chosen: Choices) -> dict[str, float | None]:
    """What the visitor says, and once it is said, what it shall become."""
    st.markdown(t("what_if.levers.own"))
    recommended = SCENARIOS[chosen.options["scenario"]].recommended or 0.0
    found: dict[str, float | None] = {}
    for place, name in zip(_places("top"), OWN, strict=True):
        with place:
            now = _asked(t, name)
            if now is not None:
                then = max(now, recommended) if name == "word_of_mouth" else now
                become = _slider(t, chosen, Lever(name, now, then))
                found |= {name: now} if become is None else {name: become, f"{name}_now": now}
    return found


def _places(level: Literal["top", "bottom"]) -> list[DeltaGenerator]:
    """Three beside one another, or below on a telephone; a name may take two lines."""
    return st.columns(len(OWN), gap="medium", vertical_alignment=level)


def _asked(t: Translator, name: str) -> float | None:
    """A number that only the visitor knows; nothing until it is given."""
    given = st.number_input(
        t(f"what_if.levers.{name}"),
        min_value=0.0 if name == "word_of_mouth" else 0.01,
        max_value=MOST.get(name),
        value=None,
        step=1.0,
        format="%.4g",
        key=f"what_if.own.{name}",
        placeholder=t("what_if.levers.unknown"),
        help=t(f"what_if.option.{name}.help"),
        persist_state="session",
    )
    return _taken(name, given)


def _taken(name: str, given: float | None) -> float | None:
    """What was typed in, as the metric takes it."""
    return None if given is None else given / 100 if name in SHARES else given


def ltv(page: Page) -> None:
    """What a customer is worth for what winning one costs, beside the published figure."""
    t, result = page.t, page.result
    st.subheader(t("what_if.table.ltv"), anchor=False)
    rows = story.table_rows(result, "ltv")
    if not rows:
        st.markdown(t("what_if.ltv.unknown"))
        return
    told = story.part(result, "ltv", t)
    if told:
        st.markdown(t.markdown(told))
    if result.options["margin"] is not None:
        _published(page)


def _today(result: Result) -> Estimate:
    """Today's ratio: the figures of others are not those after a change."""
    _, value, low, high = story.table_rows(result, "ltv")[0]
    return Estimate(value, low, high, result.overall.n)


def _published(page: Page) -> None:
    """The published figure of the visitor's industry, or that of all."""
    t, bands = page.t, passports.beside("clv", ("ltv_cac",))
    if not bands:
        return
    band = min(bands, key=lambda each: each.industry == benchmarks.CROSS_INDUSTRY)

    def picture(result: Result, t: Translator, dark: bool) -> Chart | None:
        return charts.bullet(_today(result), band, None, "ratio", t, dark)

    draw(page, "ltv", picture, band.key)
    st.markdown(t.markdown(benchmarks.verdict(_today(page.result), band, t)))
    if page.result.options["horizon"] != PUBLISHED_YEARS:
        st.markdown(t("what_if.ltv.years"))
    st.caption(passports.passport(t, band))
