"""Cells that only one metric's page has."""

from __future__ import annotations

import streamlit as st

from loyalty import charts, story
from loyalty.ui.notebook import Page, draw, table


def heading(page: Page, name: str) -> None:
    """Heading of a cell: the name of the table it shows."""
    st.subheader(page.t(f"{page.metric.id}.table.{name}"), anchor=False)


def has(page: Page, name: str) -> bool:
    """Whether the result has such a table, and something in it."""
    return any(each.name == name and each.rows for each in page.result.tables)


def methods(page: Page) -> None:
    """Both methods of the Net Promoter Score side by side, and why they differ."""
    heading(page, "methods")
    table(page, "methods")
    st.markdown(page.t.markdown(story.methods(page.result, page.t)))


def comments(page: Page) -> None:
    """What customers would have changed: counted by group, then listed."""
    if has(page, "comments"):
        heading(page, "comments")
        draw(page, "comment_counts", lambda: charts.comment_counts(page.result, page.t, page.dark))
        table(page, "comments", height=320)


def leads(page: Page) -> None:
    """Which kind of product leads to which."""
    if has(page, "leads"):
        heading(page, "leads")
        draw(page, "leads", lambda: charts.leads(page.result, page.t, page.dark))
        with st.expander(page.t("cell.as_table"), key="upsell.leads.table"):
            table(page, "leads")
