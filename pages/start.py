"""Start: what is open, and three doors to more."""

import streamlit as st

from loyalty.ui import cells, doors, state

t = state.translator()
st.title(t("start.question"), anchor=False)
st.markdown(t("start.intro"))
cells.loaded(t)
if state.opened():
    st.subheader(t("start.more"), anchor=False)
for column, door in zip(st.columns(3, border=True), (doors.sample, doors.upload, doors.learn), strict=True):
    with column:
        door(t)
