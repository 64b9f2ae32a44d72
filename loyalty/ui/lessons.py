"""The cells of the page that teaches."""

from __future__ import annotations

import streamlit as st

from loyalty.metrics import METRICS
from loyalty.stats import net_share, share
from loyalty.ui import cells, navigation
from loyalty.words import Translator

LESSONS = {
    "ask": ("short", "why", "twice", "consent", "everyone"),
    "read": ("interval", "small", "change", "benchmark"),
}
ANSWERS = (10, 30, 50, 100, 200, 350, 500, 1000, 2000, 5000)
WORKED = 350  # the worked example of the articles that the project started from


def paragraphs(t: Translator, lesson: str) -> None:
    """A heading and its paragraphs."""
    st.subheader(t(f"learn.{lesson}.title"), anchor=False)
    for paragraph in LESSONS[lesson]:
        st.markdown(t(f"learn.{lesson}.{paragraph}"))


def sample_size(t: Translator) -> None:
    """How sure a number of answers makes."""
    st.subheader(t("learn.sample.title"), anchor=False)
    n = st.select_slider(
        t("learn.sample.slider"), ANSWERS, value=WORKED, format_func=t.count, key="learn.answers"
    )
    half, score = share(n / 2, n), net_share(n * 0.4, n * 0.3, n)
    margin = {
        "share": t.number((half.high - half.low) * 50, 1),
        "points": t.points((score.high - score.low) / 2),
    }
    st.markdown(t("learn.sample.margin", **margin))
    st.markdown(t("learn.sample.caution"))


def measures(t: Translator) -> None:
    """Every metric: its question, what it is, and where the definition comes from."""
    st.subheader(t("learn.measures.title"), anchor=False)
    for metric in METRICS:
        with st.expander(t(f"{metric.id}.title"), key=f"learn.{metric.id}"):
            st.markdown(f"**{t(f'{metric.id}.question')}** {t(f'{metric.id}.what')}")
            st.caption("  \n".join(metric.references))
            cells.link(t, metric.id, "learn.measures.open")


def models(t: Translator) -> None:
    """The pages on which a model can be tried."""
    st.subheader(t("learn.models.title"), anchor=False)
    st.markdown(t("learn.models.what"))
    for id, icon in navigation.SECTIONS["models"].items():
        cells.link(t, id, f"{id}.question", icon)
