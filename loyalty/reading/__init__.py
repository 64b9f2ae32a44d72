"""The door for data: bytes → sheets → columns → tables. The only place that knows file formats."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loyalty.reading.frames import sheet_of_frame
    from loyalty.reading.workbooks import open_workbook

__all__ = ["open_workbook", "sheet_of_frame"]

_MODULES = {"open_workbook": "workbooks", "sheet_of_frame": "frames"}


def __getattr__(name: str) -> Any:
    """Import where it is used: the package must start fast."""
    if name not in _MODULES:
        raise AttributeError(name)
    return getattr(import_module(f"loyalty.reading.{_MODULES[name]}"), name)
