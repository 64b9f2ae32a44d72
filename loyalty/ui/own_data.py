"""What a model found in the visitor's own orders, below the shop in which it can be tried."""

from __future__ import annotations

from functools import partial

import streamlit as st

from loyalty.charts.rehearsals import counts as counts_chart
from loyalty.core import Need
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.models.rehearsal import counts
from loyalty.ui import cells, playground, state
from loyalty.views.fits import Fitted, fitted
from loyalty.views.parameters import monthly
from loyalty.views.subscriptions import TERMS, subscriptions
from loyalty.words import Translator

PURCHASES = Need("orders", ("customer", "date"))
MONEY = Need("orders", ("customer", "date", "amount"))


def purchases(t: Translator, id: str) -> None:
    """What a model of purchases found."""
    data = _opened(t, PURCHASES)
    if data is None:
        return
    try:
        found = fitted(data)
    except LoyaltyError as error:
        cells.problem(t, error)
        return
    fit, own = found.fits[id], found.histories
    st.markdown(t("simulator.own.customers", customers=fit.n))
    playground.parameters(t, monthly(fit))
    st.markdown(t("simulator.counts.title"))
    groups = state.kept(("counts", id, data.id), lambda: counts(fit, own.frequency, own.age))
    make = partial(counts_chart, groups, t, state.dark())
    playground.picture(id, "own", make, data.id, t)
    st.markdown(t(f"simulator.own.{_use(found, id)}", model=t(f"models.{found.chosen}.name")))
    cells.link(t, "clv", "simulator.own.clv", "payments")


def _use(found: Fitted, id: str) -> str:
    return "used" if found.chosen == id else "other"


def spending(t: Translator) -> None:
    """What Gamma-Gamma found."""
    data = _opened(t, MONEY)
    if data is None:
        return
    try:
        fit = fitted(data).money
    except LoyaltyError as error:
        cells.problem(t, error)
        return
    if fit is None:
        st.markdown(t("simulator.own.no_money"))
        return
    st.markdown(t("simulator.own.repeaters", customers=fit.n))
    playground.parameters(t, fit)
    cells.link(t, "clv", "simulator.own.clv", "payments")


def renewals(t: Translator) -> None:
    """What the shifted beta-geometric found, where customers pay by the term."""
    data = _opened(t, MONEY)
    if data is None:
        return
    st.markdown(t("simulator.own.subscription"))
    term = st.segmented_control(
        t("clv.option.term.label"),
        TERMS,
        key=state.choice("shifted_beta_geometric.own_term"),
        format_func=lambda days: t(f"clv.option.term.{days}"),
        persist_state="session",
    )
    if term is None:
        return
    try:
        found = subscriptions(data, term)
    except LoyaltyError as error:
        cells.problem(t, error)
        return
    st.markdown(t("simulator.own.subscriptions", subscriptions=found.fit.n))
    playground.parameters(t, found.fit)
    cells.link(t, "clv", "simulator.own.clv", "payments")


def _opened(t: Translator, need: Need) -> Dataset | None:
    """The open data where they have what is needed; otherwise the way to them."""
    st.subheader(t("simulator.heading.own"), anchor=False)
    data = state.data()
    if data is not None and not data.missing(need):
        return data
    st.markdown(cells.needed(t, need) if state.opened() else t("simulator.own.nothing"))
    if state.opened():
        cells.lacking(t, data, need.table)
    else:
        cells.nothing(t, (need,))
    return None
