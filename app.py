"""The door: ``streamlit run app.py`` and ``python app.py`` both open the app."""

from __future__ import annotations

import contextlib
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    # Nothing that a file holds can make the browser call another machine; Vega needs unsafe-eval.
    "Content-Security-Policy": "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}


class SecurityHeaders:
    """Sends the headers with every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and add the headers to its response."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def apologise(error: Exception) -> bool:
    """Show one sentence; Streamlit has written the traceback to the log."""
    from loyalty.ui.state import translator

    st.error(translator()("app.unexpected"))
    return True


app = st.App(
    Path(__file__).parent / "loyalty" / "ui" / "router.py",
    middleware=[Middleware(SecurityHeaders)],
    on_script_error=apologise,
)

if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        app.run()
