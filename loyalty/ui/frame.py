"""What stands around every page."""

from __future__ import annotations

import streamlit as st

from loyalty.texts import LANGUAGES
from loyalty.ui import cells, state
from loyalty.words import Translator, escape


def sidebar(t: Translator) -> None:
    """The choices that hold on every page: industry and language."""
    now = state.opened()
    with st.sidebar:
        if now:
            st.caption(t("loaded.title", name=escape(cells.name(t, now))))
        cells.industry(t)
        _language(t)


def _language(t: Translator) -> None:
    """The language; kept in the address where the browser itself would not ask for it."""
    if t.language != state.browser_language() and st.query_params.get("lang") != t.language:
        st.query_params["lang"] = t.language
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
