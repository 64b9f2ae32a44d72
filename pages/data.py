"""Data: what was found, what each column means, what was repaired and left out."""

import streamlit as st

from loyalty.ui import cells, repairs, sheets, state

t = state.translator()
cells.heading(t, "data")
now = state.opened()
if now is None:
    st.markdown(t("data.nothing"))
    cells.link(t, "start", "data.start", "upload_file")
    st.stop()
if now.problem:
    cells.problem(t, now.problem)
sheets.found(t, now)
sheets.columns(t, now)
if now.data:
    repairs.notes(t, now.data)
    repairs.left_out(t, now.data)
repairs.delete(t)
