"""Start: what is open, and three doors to more."""

import streamlit as st

from loyalty.ui import cells, doors, state

t = state.translator()
st.title(t("start.question"), anchor=False)
st.markdown(t("start.intro"))
cells.loaded(t)
if state.opened():
    st.subheader(t("start.more"), anchor=False)
sample, upload, learn = st.columns(3, border=True)
with sample:
    doors.sample(t)
with upload:
    problem = doors.upload(t)
with learn:
    doors.learn(t)
if problem:
    cells.problem(t, problem)
