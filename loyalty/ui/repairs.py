"""What was repaired and left out on the way, and the way out: deleting everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from loyalty.dataset import Dataset
from loyalty.errors import Note
from loyalty.report.csv_file import csv_bytes
from loyalty.ui import state
from loyalty.words import Translator

if TYPE_CHECKING:
    import polars as pl

KINDS = {"left_out": "playlist_remove", "repaired": "build", "seen": "info"}
OURS = ("file", "sheet", "row", "reason")  # columns that the reader has put before those of the file
SHOWN = 100  # rows left out that are drawn; the download holds all of them


def notes(t: Translator, data: Dataset) -> None:
    """Every note with its place, by kind."""
    st.subheader(t("data.notes.title"), anchor=False)
    if not data.notes:
        st.markdown(t("data.notes.none"))
    for kind, icon in KINDS.items():
        told = [note for note in data.notes if note.kind == kind]
        if told:
            label = t(f"data.notes.{kind}", notes=len(told))
            with st.expander(
                label, expanded=kind == "left_out", key=f"notes.{kind}", icon=f":material/{icon}:"
            ):
                st.markdown(_lines(t, data, kind))


def _lines(t: Translator, data: Dataset, kind: str) -> str:
    told = [note for note in data.notes if note.kind == kind]
    return state.kept(("notes", data.id, kind, t), lambda: "\n".join(_line(t, note) for note in told))


def _line(t: Translator, note: Note) -> str:
    place = " · ".join(t.markdown(part) for part in note.where.messages())
    return f"- {t.markdown(note.message)}" + (f"  \n  :gray[:small[{place}]]" if place else "")


def left_out(t: Translator, data: Dataset) -> None:
    """The rows that do not take part, to look at and to download."""
    rows = data.left_out
    if rows is None or not rows.height:
        return
    shown = state.kept(("left_out", data.id, t), lambda: _told(t, rows.head(SHOWN)))
    id = "first" if rows.height > SHOWN else "all"
    st.markdown(t(f"data.left_out.{id}", shown=SHOWN, all=rows.height))
    st.dataframe(shown, hide_index=True, placeholder="", alt=t("data.left_out.alt"), key="left_out")
    st.download_button(
        t("data.left_out.download"),
        state.kept(("left_out.csv", data.id, t), lambda: _csv(_told(t, rows))),
        t("data.left_out.name"),
        "text/csv",
        key="left_out.download",
        icon=":material/download:",
        on_click="ignore",
    )


def _told(t: Translator, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with the reason in words, and the added columns named in the language of the screen."""
    import polars as pl

    reasons = {id: t(id) for id in rows["reason"].unique()}
    told = rows.with_columns(pl.col("reason").replace_strict(reasons, return_dtype=pl.String))
    names = {name: t(f"data.left_out.{name}") for name in OURS}
    theirs = set(rows.columns) - set(OURS)
    return told.rename({name: f"{ours} *" if ours in theirs else ours for name, ours in names.items()})


def _csv(rows: pl.DataFrame) -> bytes:
    return csv_bytes(rows.columns, rows.iter_rows())


def delete(t: Translator) -> None:
    """A button that deletes everything this session holds, after a question."""
    st.subheader(t("data.delete.title"), anchor=False)
    st.markdown(t("data.delete.what"))
    if st.button(t("data.delete.button"), key="delete", icon=":material/delete_forever:"):
        _sure(t)


def _sure(t: Translator) -> None:
    @st.dialog(t("data.delete.button"), icon=":material/delete_forever:")
    def ask() -> None:
        st.markdown(t("data.delete.sure"))
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button(t("data.delete.keep"), key="delete.keep"):
                st.rerun()
            if st.button(t("data.delete.confirm"), key="delete.confirm", type="primary"):
                state.forget()
                st.rerun()  # the page too, not the dialog alone

    ask()
