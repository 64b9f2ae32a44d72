"""The page of a model: its story, a shop to play with, exercises, and what it found in the visitor's data."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

import streamlit as st

from loyalty.charts import lives as life_charts
from loyalty.charts import rehearsals as charts
from loyalty.models import rehearsal, terms
from loyalty.models.rehearsal import Rehearsal
from loyalty.story import rehearsal as story
from loyalty.story.formulas import FORMULAS, REFERENCES
from loyalty.ui import cells, state
from loyalty.ui.exercises import CUSTOMERS, EXERCISES, KNOBS, MONTHS
from loyalty.words import Translator, escape

STEPS = 5  # at most, of a model's story


def purchases(id: str) -> None:
    """The page of a model of purchases."""
    t = state.translator()
    cells.heading(t, id)
    tale(t, id)
    picture(id, "life", lambda: life_charts.life(id, t, state.dark()), t)
    st.caption(t(f"simulator.life.chances.{id}"))
    st.markdown(t("simulator.life.given"))
    play(id)
    formulas(t, id)


def tale(t: Translator, id: str) -> None:
    """What a model assumes, in plain words."""
    st.subheader(t("simulator.heading.story"), anchor=False)
    steps = [f"{id}.story.{step}" for step in range(1, STEPS + 1)]
    st.markdown("\n".join(f"1. {t(step)}" for step in steps if t.has(step)))


def picture(id: str, name: str, make: Callable[[], Any], *parts: Hashable) -> None:
    """A chart, made once for all reruns that show the same."""

    def drawn() -> tuple[dict[str, Any], str]:
        spec = make().to_dict()
        return spec, spec.pop("description")

    spec, description = state.kept(("simulator", id, name, state.dark(), *parts), drawn)
    st.vega_lite_chart(spec, theme=None, key=f"{id}.{name}", alt=description)


# The playground


@st.fragment
def play(id: str) -> None:
    """Choose the truth, draw customers, look at them as the shop does, and hold the model to the truth."""
    t = state.translator()
    st.subheader(t("simulator.heading.play"), anchor=False)
    shop = _chosen(t, id)
    _look(t, shop)
    _found(t, shop)
    _followed(t, shop)
    with st.expander(t("simulator.heading.code"), key=f"{id}.code"):
        st.markdown(t("simulator.code"))
        st.code(story.code(shop), language="python", wrap_lines=True)


def _chosen(t: Translator, id: str) -> Rehearsal:
    """The shop that the visitor has chosen, drawn once for all that is shown of it."""
    with st.container(border=True):
        exercise(t, id)
        wanted = knobs(t, id)
        customers, months, seed = _extent(t, id)
        truth = terms.params(id, wanted)
        st.caption(t("simulator.letters", letters=story.letters(truth, t)))
    key = ("rehearsal", id, *wanted.values(), customers, months, seed)
    return state.kept(key, lambda: rehearsal.rehearse(id, truth, customers, months, seed))


def exercise(t: Translator, id: str) -> None:
    """The exercises: each sets the sliders and says what to try, and on demand what is to be seen."""
    key, choices = f"{id}.exercise", EXERCISES[id]
    if key not in st.session_state:
        _set_up(id, next(iter(choices)))
    chosen = st.pills(
        t("simulator.exercise"),
        list(choices),
        key=state.choice(key, next(iter(choices))),
        format_func=lambda code: t(f"{id}.exercise.{code}.name"),
        required=True,
        on_change=lambda: _set_up(id, st.session_state[key]),
        persist_state="session",
    )
    st.markdown(t(f"{id}.exercise.{chosen}.task"))
    with st.expander(t("simulator.answer"), key=f"{id}.answer.{chosen}", icon=":material/lightbulb:"):
        st.markdown(t(f"{id}.exercise.{chosen}.answer"))


def _set_up(id: str, exercise: str) -> None:
    for name, value in EXERCISES[id][exercise].items():
        st.session_state[f"{id}.{name}"] = value


def knobs(t: Translator, id: str) -> dict[str, float]:
    """The model's terms as sliders."""
    columns = [column for _ in range(2) for column in st.columns(2, gap="medium")]
    return {
        name: columns[at].select_slider(
            t(f"{id}.term.{name}"),
            options,
            key=f"{id}.{name}",
            format_func=_written(id, name, t),
            help=t(f"{id}.help.{name}"),
            persist_state="session",
        )
        for at, (name, options) in enumerate(KNOBS[id].items())
    }


def _written(id: str, name: str, t: Translator) -> Callable[[float], str]:
    share = terms.TERMS[id][name].unit == "share"
    return lambda x: t.percent(x, 0) if share else t.number(x)


def _extent(t: Translator, id: str) -> tuple[int, int, int]:
    """How many customers, for how long, and which draw."""
    columns = st.columns(2, gap="medium")
    sizes = {"customers": CUSTOMERS, "months": MONTHS}
    customers, months = (
        column.select_slider(
            t(f"simulator.{name}"),
            options,
            key=f"{id}.{name}",
            format_func=t.count,
            help=t(f"simulator.help.{name}"),
            persist_state="session",
        )
        for column, (name, options) in zip(columns, sizes.items(), strict=True)
    )
    return customers, months, draw(t, id)


def draw(t: Translator, id: str) -> int:
    """The number of the draw, and a button for the next."""
    key = f"{id}.seed"

    def again() -> None:
        st.session_state[key] += 1

    with st.container(horizontal=True, vertical_alignment="bottom"):
        seed = st.number_input(t("simulator.seed"), 1, 9999, key=key, width=120, persist_state="session")
        st.button(
            t("simulator.again"), key=f"{id}.again", type="primary", icon=":material/casino:", on_click=again
        )
    return int(seed or 1)


# What the shop sees, and what the model makes of it


def _look(t: Translator, shop: Rehearsal) -> None:
    """Ten customers: guess who has left, then see."""
    people, id = rehearsal.lives(shop), shop.model
    st.subheader(t("simulator.heading.look"), anchor=False)
    st.markdown(t("simulator.look"))
    reveal = f"{id}.reveal.{shop.seed}"  # new customers are hidden again
    revealed = st.session_state.get(reveal, False)
    picture(
        id,
        "lives",
        lambda: life_charts.lives(people, shop.months, revealed, t, state.dark()),
        *_key(shop),
        revealed,
        t,
    )
    st.caption(t(f"simulator.lives.{'revealed' if revealed else 'hidden'}"))
    gone = st.pills(
        t("simulator.gone"),
        list(range(1, len(people) + 1)),
        selection_mode="multi",
        key=f"{id}.gone.{shop.seed}",
        format_func=str,
    )
    st.toggle(t("simulator.reveal"), key=reveal)
    if revealed:
        mine = {life.number for at, life in enumerate(people, 1) if at in gone}
        st.markdown(t.markdown(story.guess(people, mine)))
        st.markdown(t.markdown(story.told(rehearsal.outcome(shop))))


def _key(shop: Rehearsal) -> tuple[Hashable, ...]:
    return (*shop.truth.values(), len(shop.age), shop.months, shop.seed)


def _found(t: Translator, shop: Rehearsal) -> None:
    """The parameters beside the truth, and how customers differ."""
    st.subheader(t("simulator.heading.found"), anchor=False)
    st.markdown(t.markdown(shop.fit.message))
    rows = story.found(shop.fit, shop.truth, t)
    st.table(rows, border="horizontal", hide_index=True, alt=t("simulator.heading.found"))
    st.markdown(t.markdown(story.held(shop)))
    spreads = {"rate": rehearsal.rates(shop), _leaving(shop.model): rehearsal.leavings(shop)}
    for column, (kind, bins) in zip(st.columns(2, gap="medium"), spreads.items(), strict=True):
        make = partial(charts.spread, bins, kind, t, state.dark())
        with column:
            picture(shop.model, f"spread.{kind}", make, *_key(shop), t)
    st.caption(t("simulator.spread.note"))
    classes = rehearsal.classes(shop)
    st.markdown(t("simulator.counts.title"))
    picture(shop.model, "counts", lambda: charts.counts(classes, t, state.dark()), *_key(shop), t)


def _leaving(model: str) -> str:
    return "leaving_rate" if model == "pareto_nbd" else "leaving"


def _followed(t: Translator, shop: Rehearsal) -> None:
    """Whether the model foresees what comes."""
    classes, id = rehearsal.classes(shop), shop.model
    st.subheader(t("simulator.heading.followed"), anchor=False)
    st.markdown(t.markdown(story.outcome(rehearsal.outcome(shop), shop.months, t)))
    picture(id, "followed", lambda: charts.followed(classes, t, state.dark()), *_key(shop), t)


def formulas(t: Translator, id: str) -> None:
    """The model in formulas, and where it comes from."""
    st.subheader(t("simulator.heading.formulas"), anchor=False)
    for name, formula in FORMULAS[id].items():
        st.markdown(t(f"simulator.formula.{name}"))
        st.latex(formula)
    with st.expander(t("simulator.heading.source"), key=f"{id}.references"):
        st.markdown("\n".join(f"- {escape(source, 300)}" for source in REFERENCES[id]))
