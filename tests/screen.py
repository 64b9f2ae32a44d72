"""Everything that stands on a screen drawn by AppTest, as texts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.ipc
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from loyalty.ui import navigation

ROUTER = Path(__file__).parents[1] / "loyalty" / "ui" / "router.py"
PAGES = [page for section in navigation.SECTIONS.values() for page in section]
PATIENCE = 60  # seconds; the first page imports the slow libraries
HIDDEN = {
    "id",
    "element_id",
    "form_id",
    "page_script_hash",
    "url",
    "anchor",
    "icon",
    "key",
    "columns",
    "language",
}


def app(page: str = "start", language: str = "en", **session: Any) -> AppTest:
    """A page of the app, drawn once."""
    at = AppTest.from_file(str(ROUTER), default_timeout=PATIENCE)
    at.query_params["lang"] = language
    for key, value in session.items():
        at.session_state[key] = value
    at.run()
    if page != "start":
        at.switch_page(str(navigation.path(page))).run()
    return at


def texts(at: AppTest) -> Iterator[str]:
    """Labels, sentences, options, cells of tables and texts in charts."""
    for root in (at.main, at.sidebar):
        for node in root:
            yield from _strings(node.proto)
            if node.type in ("dataframe", "table"):
                yield from _table(node)
            if node.type == "vega_lite_chart":
                yield from _spec(json.loads(node.proto.spec))
                for data in (*node.proto.datasets, node.proto):
                    yield from _cells(data.data.data)


def _table(node: Any) -> Iterator[str]:
    """Cells and names of columns, as they are called on the screen."""
    frame = node.value
    settings = json.loads(getattr(node.proto, "columns", "") or "{}")
    yield from (settings.get(name, {}).get("label", name) for name in map(str, frame.columns))
    for column in settings.values():
        options = column.get("type_config", {}).get("options") or []
        yield from (option["label"] for option in options if isinstance(option, dict))
    shown = frame[
        [name for name in frame if "options" not in settings.get(str(name), {}).get("type_config", {})]
    ]
    yield from (str(cell) for cell in (*frame.index, *shown.to_numpy().ravel()))


def _cells(arrow: bytes) -> Iterator[str]:
    if arrow:
        for column in pyarrow.ipc.open_stream(arrow).read_all().columns:
            yield from (cell for cell in column.to_pylist() if isinstance(cell, str))


def _strings(message: Message | None) -> Iterator[str]:
    if message is None:
        return
    for field, value in message.ListFields():
        if field.name in HIDDEN:
            continue
        for each in value if field.is_repeated else [value]:
            if isinstance(each, Message):
                yield from _strings(each)
            elif isinstance(each, str):
                yield each


def _spec(spec: Any) -> Iterator[str]:
    """Titles, texts and values of a chart; names of fields and colours are nobody's business."""
    if isinstance(spec, dict):
        for key, value in spec.items():
            if key in ("title", "text", "name", "description", "values") or isinstance(value, (dict, list)):
                yield from _spec(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from _spec(value)
    elif isinstance(spec, str):
        yield spec
