"""The page of Gamma-Gamma: what customers spend, and how far a mean so far can be trusted."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial

import streamlit as st

from loyalty.charts import purses as charts
from loyalty.charts.rehearsals import spread
from loyalty.models import spending_rehearsal
from loyalty.models.spending_rehearsal import SpendingRehearsal
from loyalty.story import rehearsal as story
from loyalty.story import rehearsal_code
from loyalty.ui import cells, own_data, playground, state
from loyalty.words import Translator

ID = "gamma_gamma"


def page() -> None:
    """The page of Gamma-Gamma."""
    t = state.translator()
    cells.heading(t, ID)
    playground.tale(t, ID)
    playground.play(ID, spending_rehearsal.rehearse, rehearsal_code.spending, (_look, _found), (_followed,))
    own_data.spending(t)
    playground.formulas(t, ID)


def _look(t: Translator, shop: SpendingRehearsal) -> None:
    """Ten customers: guess who truly spends most, then see."""
    people = spending_rehearsal.purses(shop)
    st.subheader(t("simulator.heading.look"), anchor=False)
    st.markdown(t("simulator.purses.look"))
    pictured = st.container()
    chosen = st.pills(
        t("simulator.purses.guess"),
        [each.number for each in people],
        key=playground.of_draw(ID, "most", shop.seed),
        format_func=lambda number: str(number + 1),
        persist_state="session",
    )
    revealed = playground.reveal(t, ID, shop.seed)
    with pictured:
        make = partial(charts.purses, people, revealed, t, state.dark())
        playground.picture(ID, "purses", make, *_key(shop), revealed, t)
        st.caption(t(f"simulator.purses.note_{'revealed' if revealed else 'hidden'}"))
    if revealed:
        st.markdown(t.markdown(story.purse(people, chosen, t)))


def _key(shop: SpendingRehearsal) -> tuple[Hashable, ...]:
    return (*shop.truth.values(), len(shop.money), shop.purchases, shop.seed)


def _found(t: Translator, shop: SpendingRehearsal) -> None:
    """The parameters beside the truth, how customers differ, and how far a mean is pulled to that of all."""
    lines, once = spending_rehearsal.pulls(shop), spending_rehearsal.once(shop)
    st.subheader(t("simulator.heading.found"), anchor=False)
    playground.parameters(t, shop.fit, shop.truth)
    make = partial(spread, spending_rehearsal.means(shop), "mean", t, state.dark())
    playground.picture(ID, "spread", make, *_key(shop), t)
    playground.spread_note(t, shop.fit)
    st.markdown(t("simulator.pull.title"))
    playground.picture(ID, "pull", partial(charts.pull, lines, once, t, state.dark()), *_key(shop), t)


def _followed(t: Translator, shop: SpendingRehearsal) -> None:
    """Whether the model foresees what is spent next."""
    groups = spending_rehearsal.tenths(shop)
    st.subheader(t("simulator.heading.followed"), anchor=False)
    st.markdown(t.markdown(story.tenth(groups[-1], t)))
    playground.picture(ID, "tenths", partial(charts.tenths, groups, t, state.dark()), *_key(shop), t)
