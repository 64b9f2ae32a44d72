"""Learn: how to ask, how to read, what each measure means."""

import streamlit as st

from loyalty.ui import cells, lessons, state

t = state.translator()
cells.heading(t, "learn")
lessons.paragraphs(t, "ask")
lessons.sample_size(t)
lessons.paragraphs(t, "read")
lessons.measures(t)
lessons.models(t)
st.caption(t("benchmarks.trademark"))
