"""Small things that several pages show."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw
import streamlit as st

from loyalty import benchmarks
from loyalty.columns import TABLES
from loyalty.core import Metric, Need, Result
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.queries import rows
from loyalty.ui import navigation, state
from loyalty.words import Translator, clean, escape


def heading(t: Translator, id: str) -> None:
    """The question a page answers, and one line on how."""
    st.title(t(f"{id}.question"), anchor=False)
    st.markdown(t(f"{id}.what"))


def link(t: Translator, page: str, label: str, icon: str = "arrow_forward") -> None:
    """One click to another page."""
    st.page_link(navigation.path(page), label=t(label), icon=f":material/{icon}:")


def problem(t: Translator, error: LoyaltyError) -> None:
    """What happened, where, and what to do."""
    what, where, fix = t.error(error, markdown=True)
    st.error("\n\n".join(filter(None, (where, fix))), title=what, icon=":material/error:")


def industry(t: Translator) -> None:
    """The visitor's industry, for every page."""
    state.take_suggestion()
    own = (band.industry for band in state.own_bands())
    st.selectbox(
        t("nav.industry"),
        tuple(dict.fromkeys((*benchmarks.industries(), *own))),
        key=state.choice(state.INDUSTRY),
        format_func=lambda code: clean(t.say(benchmarks.named("industry", code))),
        help=t("nav.industry_help"),
        persist_state="session",
    )


def name(t: Translator, now: state.Opened) -> str:
    """What to call that which is open, as plain text."""
    return t(f"start.sample.name.{now.sample}") if now.sample else clean(", ".join(now.files))


def loaded(t: Translator) -> None:
    """What is open, and the way on; nothing when nothing is."""
    now = state.opened()
    if now is None:
        return
    with st.container(border=True):
        st.subheader(t("loaded.title", name=escape(name(t, now))), anchor=False)
        if now.data is None:
            st.markdown(t("loaded.unclear"))
            link(t, "data", "loaded.choose")
            return
        st.markdown(tables(t, now.data))
        with st.container(horizontal=True, gap="medium"):
            link(t, "scorecard", "loaded.scorecard")
            link(t, "data", "loaded.data", "table_view")


def tables(t: Translator, data: Dataset) -> str:
    """One line of markdown for each table of the data: how many rows, from when to when."""

    def lines() -> str:
        return "\n".join(f"- {_table(t, data, name)}" for name in TABLES if data.columns(name))

    return state.kept(("tables", data.id, t), lines)


def _table(t: Translator, data: Dataset, name: str) -> str:
    [size] = rows(data.table(name).select(nw.len().alias("rows")))
    what, period = t(f"loaded.{name}", **size), data.period(name)
    return t("loaded.period", what=what, start=period[0], end=period[1]) if period else what


def nothing(t: Translator, needs: Sequence[Need] = ()) -> None:
    """The ways to data, where nothing is open."""
    sample = state.offered(t.language, needs)
    with st.container(horizontal=True, gap="medium", vertical_alignment="center"):
        wanted = st.button(
            t(f"cell.needs.sample_{sample}"), key="needs.sample", type="primary", icon=":material/science:"
        )
        link(t, "start", "cell.needs.start", "upload_file")
    if wanted:
        with st.spinner(t("start.sample.opening")):
            state.open_sample(sample)
        st.rerun()


def needs(t: Translator, metric: Metric) -> None:
    """What the page of a metric cannot do without, and the ways to it."""
    with st.container(border=True):
        st.subheader(t("cell.needs.title"), anchor=False)
        now = state.opened()
        missing = now.data.missing(*metric.needs) if now and now.data else metric.needs
        for need in missing:
            st.markdown(needed(t, need))
        st.markdown(t(f"{metric.id}.unlock"))
        if now:
            lacking(t, now.data, missing[0].table)
        else:
            nothing(t, metric.needs)


def lacking(t: Translator, data: Dataset | None, table: str) -> None:
    """The way to columns that are not known: the page Data, or another file where the table is not there."""
    if data and not data.columns(table):
        link(t, "start", "cell.needs.table", "upload_file")
    else:
        link(t, "data", "cell.needs.data", "table_view")


def needed(t: Translator, need: Need) -> str:
    """Columns that are wanted, in one sentence; of several roles in one place one is enough."""
    alternatives = ((role,) if isinstance(role, str) else role for role in need.roles)
    roles = t("cell.and").join(t("cell.or").join(t(f"role.{role}") for role in some) for some in alternatives)
    return t("cell.needs.what", table=t(f"table.{need.table}"), roles=roles)


def sureness(t: Translator, result: Result) -> str:
    """The interval of a number, and below it on how many it rests; as markdown."""
    overall = result.overall
    interval = t.interval(result.unit, overall.low, overall.high, result.currency)
    return f"{escape(t('cell.sureness', interval=interval))}  \n{t(f'{result.metric}.count', n=overall.n)}"
