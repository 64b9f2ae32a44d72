"""What the pages of the models share: the story, the choices around a drawn shop, the formulas."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import streamlit as st

from loyalty import charts
from loyalty.charts.rehearsals import draws
from loyalty.core import Estimate
from loyalty.models import terms
from loyalty.models.fitting import Fit
from loyalty.models.rehearsal import Rehearsal
from loyalty.models.renewal_rehearsal import RenewalRehearsal
from loyalty.models.spending_rehearsal import SpendingRehearsal
from loyalty.story import rehearsal as story
from loyalty.story.formulas import FORMULAS, REFERENCES
from loyalty.ui import state
from loyalty.ui.exercises import EXERCISES, EXTENT, KNOBS
from loyalty.words import Translator, escape

STEPS = 5  # at most, of a model's story
DRAWS = 20

S = TypeVar("S", bound=Rehearsal | SpendingRehearsal | RenewalRehearsal)
Show = Callable[[Translator, S], None]


def tale(t: Translator, id: str) -> None:
    """What a model assumes, in plain words."""
    st.subheader(t("simulator.heading.story"), anchor=False)
    steps = [f"{id}.story.{step}" for step in range(1, STEPS + 1)]
    st.markdown("\n".join(f"1. {t(step)}" for step in steps if t.has(step)))


@st.fragment
def play(
    id: str,
    rehearse: Callable[..., S],
    code: Callable[[S], str],
    before: Sequence[Show[S]],
    after: Sequence[Show[S]] = (),
) -> None:
    """Choose the truth, draw customers, look at them as the shop does, and hold the model to the truth.

    Parameters
    ----------
    id
        Of the model.
    rehearse
        Draws customers with what was chosen, and fits the model to what the shop sees of them.
    code
        The Python that gives the same.
    before, after
        What is shown of the shop before twenty of its kind are drawn at once, and after.
    """
    t = state.translator()
    st.subheader(t("simulator.heading.play"), anchor=False)
    truth, customers, length, seed = chosen(t, id)
    draw = partial(rehearse, truth, customers, length)
    shop = state.kept(("rehearsal", id, *truth.values(), customers, length, seed), lambda: draw(seed))
    for show in before:
        show(t, shop)
    many(t, id, truth, lambda seed: draw(seed).fit, customers, length)
    for show in after:
        show(t, shop)
    python(t, id, code(shop))


def picture(id: str, name: str, make: Callable[[], Any], *parts: Hashable) -> None:
    """A chart, made once for all reruns that show the same."""
    key = ("simulator", id, name, state.dark(), *parts)
    spec, description = state.kept(key, lambda: charts.drawing(make))
    st.vega_lite_chart(spec, theme=None, key=f"{id}.{name}", alt=description)


def chosen(t: Translator, id: str) -> tuple[dict[str, float], int, Any, int]:
    """The true parameters that the visitor has chosen, and how many customers, for how long, which draw."""
    with st.container(border=True):
        exercise(t, id)
        truth = terms.params(id, knobs(t, id))
        customers, length = extent(t, id)
        seed = draw(t, id)
        st.caption(t(f"{id}.letters", letters=story.letters(truth, t)))
    return truth, customers, length, seed


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
    rows = range(0, len(KNOBS[id]), 2)
    columns = [column for _ in rows for column in st.columns(2, gap="medium")]
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


def extent(t: Translator, id: str) -> list[Any]:
    """How many customers, and for how long."""
    columns = st.columns(2, gap="medium")
    return [
        column.select_slider(
            t(f"simulator.{name}"),
            options,
            key=f"{id}.{name}",
            format_func=t.number,
            help=t(f"simulator.help.{name}"),
            persist_state="session",
        )
        for column, (name, options) in zip(columns, EXTENT[id].items(), strict=True)
    ]


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


def reveal(t: Translator, id: str, *parts: object) -> bool:
    """Whether what the shop cannot see is shown; hidden again for every new draw."""
    return st.toggle(t("simulator.reveal"), key=of_draw(id, "reveal", *parts), persist_state="session")


def of_draw(id: str, name: str, *parts: object) -> str:
    """The key of what is guessed or revealed: it begins anew with every exercise and every draw."""
    return ".".join(map(str, (id, name, st.session_state[f"{id}.exercise"], *parts)))


def parameters(t: Translator, fit: Fit, truth: Mapping[str, float] | None = None) -> None:
    """What a model found, in words and as a table; beside the truth where that is known."""
    st.markdown(t.markdown(fit.message))
    if truth is None and not fit.shown:
        return
    rows = story.found(fit, truth, t)
    st.table(rows, border="horizontal", hide_index=True, alt=t("simulator.heading.found"))
    if truth is not None:
        st.markdown(t.markdown(story.held(fit, truth)))


def spread_note(t: Translator, fit: Fit) -> None:
    """What is what in the picture of how customers differ: nothing is shaded without parameters."""
    st.caption(t("simulator.spread.note" if fit.shown else "simulator.spread.note_alone"))


def many(
    t: Translator, id: str, truth: Mapping[str, float], draw: Callable[[int], Fit], *parts: Hashable
) -> None:
    """Twenty draws at once: how far what is found goes up and down, and how often the interval holds.

    Parameters
    ----------
    t, id, truth
        Language, model, and what is to be found.
    draw
        The fit of a draw by its number.
    parts
        What the draws depend on beside the truth.
    """
    with st.expander(t("simulator.draws.title", draws=DRAWS), key=f"{id}.draws", on_change="rerun") as fold:
        if not fold.open:
            return
        key = ("draws", id, *truth.values(), *parts)
        with st.spinner(t("simulator.draws.working")):
            fits = state.kept(key, lambda: [draw(seed) for seed in range(1, DRAWS + 1)])
        name = st.selectbox(
            t("simulator.draws.term"),
            list(terms.TERMS[id]),
            key=state.choice(f"{id}.draws.term", next(iter(terms.TERMS[id]))),
            format_func=lambda name: t(f"{id}.term.{name}"),
            persist_state="session",
        )
        _draws(t, id, truth, name, fits, key)


def _draws(
    t: Translator, id: str, truth: Mapping[str, float], name: str, fits: Sequence[Fit], key: Hashable
) -> None:
    term = terms.TERMS[id][name]
    true = term.of(truth)
    found = [terms.estimates(fit)[name] for fit in fits if fit.shown]
    st.markdown(t.markdown(story.drawn(found, true, len(fits))))
    if found:
        wanted = Estimate(true, true, true, 0, t(f"{id}.term.{name}"))
        picture(id, "draws", lambda: draws(found, wanted, term.unit, t, state.dark()), key, name, t)
        st.caption(t("simulator.draws.note"))


def python(t: Translator, id: str, code: str) -> None:
    """The Python that gives the same."""
    with st.expander(t("simulator.heading.code"), key=f"{id}.code"):
        st.markdown(t("simulator.code"))
        st.code(code, language="python", wrap_lines=True)


def formulas(t: Translator, id: str) -> None:
    """The model in formulas, and where it comes from."""
    st.subheader(t("simulator.heading.formulas"), anchor=False)
    for name, formula in FORMULAS[id].items():
        st.markdown(t(f"simulator.formula.{name}"))
        st.latex(formula)
    with st.expander(t("simulator.heading.source"), key=f"{id}.references"):
        st.markdown("\n".join(f"- {escape(source, 300)}" for source in REFERENCES[id]))
