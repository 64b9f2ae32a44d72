"""The page of a model of purchases: a shop to watch, to fit and to hold to the truth."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial

import streamlit as st

from loyalty.charts import lives as life_charts
from loyalty.charts import rehearsals as charts
from loyalty.models import rehearsal
from loyalty.models.rehearsal import Rehearsal
from loyalty.story import rehearsal as story
from loyalty.story import rehearsal_code
from loyalty.ui import cells, own_data, playground, state
from loyalty.words import Translator


def page(id: str) -> None:
    """The page of BG/NBD, MBG/NBD or Pareto/NBD.

    Parameters
    ----------
    id
        Of the model.
    """
    t = state.translator()
    cells.heading(t, id)
    playground.tale(t, id)
    playground.picture(id, "life", partial(life_charts.life, id, t, state.dark()), t)
    st.caption(t(f"simulator.life.chances.{id}"))
    st.markdown(t("simulator.life.given"))
    playground.play(
        id, partial(rehearsal.rehearse, id), rehearsal_code.purchases, (_look, _found), (_followed,)
    )
    own_data.purchases(t, id)
    playground.formulas(t, id)


# What the shop sees, and what the model makes of it


def _look(t: Translator, shop: Rehearsal) -> None:
    """A few customers: guess who has left, then see."""
    people, id = rehearsal.lives(shop), shop.model
    st.subheader(t("simulator.heading.look"), anchor=False)
    back = sum(life.frequency > 0 for life in people)
    st.markdown(t("simulator.look", customers=len(people), back=back))
    pictured = st.container()
    gone = st.pills(
        t("simulator.gone"),
        list(range(1, len(people) + 1)),
        selection_mode="multi",
        key=playground.of_draw(id, "gone", shop.seed),
        format_func=str,
        persist_state="session",
    )
    revealed = playground.reveal(t, id, shop.seed)
    with pictured:
        make = partial(life_charts.lives, people, shop.months, revealed, t, state.dark())
        playground.picture(id, "lives", make, *_key(shop), revealed, t)
        st.caption(t(f"simulator.lives.{'revealed' if revealed else 'hidden'}"))
    if revealed:
        mine = {life.number for at, life in enumerate(people, 1) if at in gone}
        st.markdown(t.markdown(story.guess(people, mine)))
        st.markdown(t.markdown(story.told(rehearsal.outcome(shop))))


def _key(shop: Rehearsal) -> tuple[Hashable, ...]:
    return (*shop.truth.values(), len(shop.age), shop.months, shop.seed)


def _found(t: Translator, shop: Rehearsal) -> None:
    """The parameters beside the truth, how customers differ, and whether the past is described."""
    id, counts = shop.model, rehearsal.counts(shop.fit, shop.frequency, shop.age)
    st.subheader(t("simulator.heading.found"), anchor=False)
    playground.parameters(t, shop.fit, shop.truth)
    leaving = "leaving_rate" if id == "pareto_nbd" else "leaving"
    spreads = {"rate": rehearsal.rates(shop), leaving: rehearsal.leavings(shop)}
    for column, (kind, bins) in zip(st.columns(2, gap="medium"), spreads.items(), strict=True):
        make = partial(charts.spread, bins, kind, t, state.dark())
        with column:
            playground.picture(id, f"spread.{kind}", make, *_key(shop), t)
    playground.spread_note(t, shop.fit)
    st.markdown(t("simulator.counts.title"))
    playground.picture(id, "counts", partial(charts.counts, counts, t, state.dark()), *_key(shop), t)


def _followed(t: Translator, shop: Rehearsal) -> None:
    """Whether the model foresees what comes."""
    classes, id = rehearsal.classes(shop), shop.model
    st.subheader(t("simulator.heading.followed"), anchor=False)
    st.markdown(t.markdown(story.outcome(rehearsal.outcome(shop), shop.months, t)))
    playground.picture(id, "followed", partial(charts.followed, classes, t, state.dark()), *_key(shop), t)
