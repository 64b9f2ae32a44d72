"""Benchmarks: published figures to compare with, and the visitor's own."""

import streamlit as st

from loyalty.ui import cells, figures, state

t = state.translator()
cells.heading(t, "benchmarks")
figures.published(t)
st.caption(f"{t('benchmarks.statistic_help')} {t('benchmarks.consumer_panels')}")
figures.own(t)
