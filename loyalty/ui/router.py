"""The frame around every page: language, navigation, industry, then the page itself.

Streamlit runs this file as the script of the app. It does not stand beside ``pages/``, because then
Streamlit's older discovery of pages would open a deep link without the frame.
"""

import streamlit as st

from loyalty.ui import frame, navigation, state


def main() -> None:
    """Draw the frame and run the page that is asked for."""
    t = state.translator()
    page = st.navigation(navigation.pages(t), expanded=True)
    icon = "💙"  # an emoji is drawn by the browser itself, a Material icon would be fetched from a server
    st.set_page_config(f"{page.title} · {t('app.name')}", icon, navigation.layout(page))
    frame.sidebar(t)
    page.run()


if __name__ == "__main__":
    main()
