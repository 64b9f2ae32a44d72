"""The door for data: bytes → sheets → columns → tables. The only place that knows file formats."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loyalty.reading.frames import sheet_of_frame
    from loyalty.reading.layout import headers
    from loyalty.reading.recognition import recognise
    from loyalty.reading.tables import build, tables_of_frames
    from loyalty.reading.workbooks import open_workbook

__all__ = ["build", "headers", "open_workbook", "recognise", "sheet_of_frame", "tables_of_frames"]

_MODULES = {
    "build": "tables",
    "headers": "layout",
    "open_workbook": "workbooks",
    "recognise": "recognition",
    "sheet_of_frame": "frames",
    "tables_of_frames": "tables",
}


def __getattr__(name: str) -> Any:
    """Import where it is used: the package must start fast."""
    if name not in _MODULES:
        raise AttributeError(name)
    return getattr(import_module(f"loyalty.reading.{_MODULES[name]}"), name)
