"""Cells that only some pages of metrics have: a further table or picture, lists of customers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from loyalty import limits, story
from loyalty.charts import Picture
from loyalty.members import members as members_of
from loyalty.report.csv_file import csv_bytes
from loyalty.ui import passports, state
from loyalty.ui.notebook import Cell, Page, draw, grouped, table

Height = int | Literal["auto"]


def part(
    name: str,
    chart: Picture | None = None,
    *,
    shown: bool = False,
    height: Height = "auto",
    published: Sequence[str] = (),
) -> Cell:
    """One of the result's tables under its own heading, where there is something in it.

    Parameters
    ----------
    name
        Which table; its heading is the sentence under ``<metric>.table.<name>``.
    chart
        What it looks like; the table then waits in a fold.
    shown
        Whether the table is shown below the chart, too.
    height
        Of the table.
    published
        Measures of published figures that stand below, for comparison: they measure much the same.
    """

    def cell(page: Page) -> None:
        if not story.table_rows(page.result, name):
            return
        t, id = page.t, page.metric.id
        st.subheader(t(f"{id}.table.{name}"), anchor=False)
        told = story.part(page.result, name, t)
        if told:
            st.markdown(t.markdown(told))
        if chart:
            draw(page, chart.__name__, chart)
        if shown or not chart:
            table(page, name, height)
        else:
            with st.expander(t("cell.as_table"), key=f"{id}.{name}.table"):
                table(page, name, height)
        _published(page, published)

    return cell


def _published(page: Page, measures: Sequence[str]) -> None:
    """Published figures of these measures, each with its passport."""
    bands = passports.beside(page.metric.id, measures)
    if bands:
        st.markdown(page.t("cell.published.title"))
    for band in bands:
        st.markdown(page.t.markdown(passports.figure(page.t, band)))
        st.caption(passports.passport(page.t, band))


def members(page: Page) -> None:
    """The lists into which the metric sorts customers: one to look at, each to take along."""
    t, id = page.t, page.metric.id
    sizes = {row[0]: row[1] for row in story.table_rows(page.result, "lists") if row[1]}
    if not sizes:
        return
    st.subheader(t("cell.members.title"), anchor=False)
    key = f"{id}.members"
    if st.session_state.get(key) not in sizes:
        st.session_state[key] = next(iter(sizes))  # the list is empty in these data
    st.session_state[key] = st.session_state[key]  # set anew, or the old size stays on the screen
    chosen = st.selectbox(
        t("cell.members.which"),
        list(sizes),
        key=state.choice(key),
        format_func=lambda code: t("cell.members.list", name=t(f"{id}.list.{code}"), n=sizes[code]),
        persist_state="session",
    )
    if t.has(f"{id}.list_help.{chosen}"):
        st.markdown(t(f"{id}.list_help.{chosen}"))
    shown, file = page.kept(lambda page: _list(page, chosen), "members", chosen)
    st.dataframe(
        shown,
        hide_index=True,
        alt=t(f"{id}.list.{chosen}"),
        key=f"{id}.members.table",
        column_config=grouped(shown),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            t("cell.members.download"),
            file,
            f"{id}_{chosen}.csv",
            "text/csv",
            key=f"{id}.members.download",
            icon=":material/download:",
            on_click="ignore",
        )
        if sizes[chosen] > limits.LISTED:
            st.caption(t("cell.members.first", n=limits.LISTED, of=sizes[chosen]))


def _list(page: Page, name: str) -> tuple[list[dict[str, str | int]], bytes]:
    """The first customers of a list for the screen, and all as CSV; with the reason where there is one."""
    frame = members_of(page.metric.id, page.data, name, **page.result.options).drop(columns="list")
    frame = frame.dropna(axis="columns", how="all")
    columns, t = list(frame.columns), page.t
    rows = [tuple(row) for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False)]
    shown = [story.cells(page.result, columns, row, t) for row in rows[: limits.LISTED]]
    own = (f"{page.metric.id}.column.{column}" for column in columns)
    headers = [t(id if t.has(id) else f"column.{column}") for id, column in zip(own, columns, strict=True)]
    if t.has(f"{page.metric.id}.reason.{name}"):
        reasons = [story.reason(page.result, name, columns, row, t) for row in rows]
        headers.insert(1, t("column.reason"))
        rows = [(row[0], why, *row[1:]) for row, why in zip(rows, reasons, strict=True)]
        shown = [[row[0], why, *row[1:]] for row, why in zip(shown, reasons, strict=False)]
    return [dict(zip(headers, row, strict=True)) for row in shown], csv_bytes(headers, rows)
