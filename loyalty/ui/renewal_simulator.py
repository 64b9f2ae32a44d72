"""The page of the shifted beta-geometric: who renews, and why the share who do rises."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial

import streamlit as st

from loyalty.charts import renewing as charts
from loyalty.charts.rehearsals import spread
from loyalty.models import renewal_rehearsal
from loyalty.models.renewal_rehearsal import FOLLOWING, RenewalRehearsal
from loyalty.story import rehearsal as story
from loyalty.story import rehearsal_code
from loyalty.ui import cells, own_data, playground, state
from loyalty.words import Translator

ID = "shifted_beta_geometric"


def page() -> None:
    """The page of the shifted beta-geometric."""
    t = state.translator()
    cells.heading(t, ID)
    playground.tale(t, ID)
    playground.play(ID, renewal_rehearsal.rehearse, rehearsal_code.renewals, (_look, _found))
    own_data.renewals(t)
    playground.formulas(t, ID)


def _look(t: Translator, shop: RenewalRehearsal) -> None:
    """The curve so far: guess how it goes on, then see."""
    terms = renewal_rehearsal.curve(shop)
    st.subheader(t("simulator.heading.look"), anchor=False)
    st.markdown(t("simulator.renewing.look", watched=shop.watched, following=FOLLOWING))
    pictured = st.container()
    mine = st.slider(
        t("simulator.renewing.guess", renewals=terms[-1].renewals),
        0,
        100,
        10,
        key=f"{ID}.guess",
        persist_state="session",
    )
    revealed = playground.reveal(t, ID, shop.seed, shop.watched)
    with pictured:
        make = partial(charts.staying, terms, shop.watched, revealed, t, state.dark())
        playground.picture(ID, "staying", make, *_key(shop), revealed, t)
        if revealed:
            st.caption(t("simulator.renewing.note"))
    if revealed:
        st.markdown(t.markdown(story.renewing(terms, mine, t)))
        st.markdown(t.say(story.rising(terms)))
        make = partial(charts.renewing, terms, t, state.dark())
        playground.picture(ID, "renewing", make, *_key(shop), t)
        st.caption(t("simulator.renewing.note_retained"))


def _key(shop: RenewalRehearsal) -> tuple[Hashable, ...]:
    return (*shop.truth.values(), len(shop.lasted), shop.watched, shop.seed)


def _found(t: Translator, shop: RenewalRehearsal) -> None:
    """The parameters beside the truth, and how subscribers differ."""
    st.subheader(t("simulator.heading.found"), anchor=False)
    playground.parameters(t, shop.fit, shop.truth)
    make = partial(spread, renewal_rehearsal.leavings(shop), "leaving", t, state.dark())
    playground.picture(ID, "spread", make, *_key(shop), t)
    playground.spread_note(t, shop.fit)
