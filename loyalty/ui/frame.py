"""What stands around every page."""

from __future__ import annotations

import streamlit as st

from loyalty.texts import LANGUAGES
from loyalty.ui import cells, state
from loyalty.words import Translator


def sidebar(t: Translator) -> None:
    """The choices that hold on every page: industry and language."""
    with st.sidebar:
        st.space("small")
        cells.industry(t)
        _language(t)


def _language(t: Translator) -> None:
    st.session_state[state.LANGUAGE] = t.language
    st.segmented_control(
        t("nav.language"),
        LANGUAGES,
        key=state.LANGUAGE,
        format_func=lambda code: Translator(code)("language.name"),
        required=True,
        on_change=state.choose_language,
        width="stretch",
    )
