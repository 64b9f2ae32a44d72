"""The three doors of the start page: a sample, a file, and learning."""

from __future__ import annotations

import streamlit as st
from streamlit.typing import UploadedFile

from loyalty import limits
from loyalty.errors import LoyaltyError
from loyalty.ui import cells, state
from loyalty.words import Translator, escape

CONDITIONS = ("tidy", "messy")


def sample(t: Translator) -> None:
    """The first door: a made-up business, opened at once."""
    _door(t, "sample", "science")
    business = st.selectbox(
        t("start.sample.business"),
        tuple(state.SAMPLES),
        key=state.choice("sample.business"),
        format_func=lambda id: t(f"start.sample.name.{id}"),
        persist_state="session",
    )
    st.caption(t(f"start.sample.line.{business}"))
    condition = st.segmented_control(
        t("start.sample.condition"),
        CONDITIONS,
        key=state.choice("sample.condition", "tidy"),
        required=True,
        format_func=lambda id: t(f"start.sample.state.{id}"),
        persist_state="session",
        width="stretch",
    )
    st.space("stretch")
    if st.button(t("start.sample.open"), key="sample.open", type="primary", width="stretch"):
        with st.spinner(t("start.sample.opening")):
            state.open_sample(business, condition or "tidy")
        _start_over(t)


def upload(t: Translator) -> LoyaltyError | None:
    """The second door: the visitor's own file or files; returns what is the matter with them."""
    _door(t, "upload", "upload_file")
    files = st.file_uploader(  # of any ending: the reader goes by what is inside, and says what is the matter
        t("start.upload.label"),
        accept_multiple_files=True,
        key=f"upload.{state.uploads()}",
        help=t("start.upload.help"),
        max_upload_size=limits.UPLOAD_BYTES // limits.MEGABYTE,
    )
    st.caption(t("start.upload.private"))
    return _take(t, files) if files else None


def learn(t: Translator) -> None:
    """The third door."""
    _door(t, "learn", "school")
    st.space("stretch")
    cells.link(t, "learn", "start.learn.open")


def _door(t: Translator, id: str, icon: str) -> None:
    st.subheader(t(f"start.{id}.title"), anchor=False, icon=f":material/{icon}:")
    st.markdown(t(f"start.{id}.what"))


def _take(t: Translator, files: list[UploadedFile]) -> LoyaltyError | None:
    """Read what lies in the uploader; when it worked, empty the uploader and start over."""
    with st.status(t("start.upload.reading")) as status:
        error = state.kept(("upload", *(file.file_id for file in files)), lambda: _attempt(files))
        if error:
            status.update(label=t("start.upload.failed"), state="error")
    if error is None:
        state.next_upload()
        _start_over(t)
    return error


def _start_over(t: Translator) -> None:
    """Show the page anew, with what is open now."""
    now = state.opened()
    if now:
        st.toast(escape(t("loaded.title", name=cells.name(t, now))), icon=":material/check:")
    st.rerun()


def _attempt(files: list[UploadedFile]) -> LoyaltyError | None:
    try:
        state.open_files(files)
    except LoyaltyError as error:
        return error
    return None
