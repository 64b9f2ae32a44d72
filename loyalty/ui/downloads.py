"""A result as files: a table, a picture, everything."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from loyalty import charts
from loyalty.core import Estimate, Result
from loyalty.report.csv_file import csv_bytes
from loyalty.story import segment
from loyalty.words import Translator

if TYPE_CHECKING:
    from loyalty.ui.notebook import Page


def row(page: Page) -> None:
    """The download buttons of a metric's page.

    Tables are at hand, because a file that is made when it is asked for is lost to a click during a rerun;
    only pictures, which take a moment to draw, are made then.
    """
    t, result = page.t, page.result
    chart = partial(charts.PICTURES[result.metric][0], result, t, False)
    files: dict[str, tuple[Callable[[], bytes | str] | bytes, str, str]] = {
        "csv": (page.kept(lambda page: as_csv(page.t, page.result), "csv"), "text/csv", "table"),
        "png": (lambda: charts.png(chart(), t), "image/png", "image"),
        "svg": (lambda: charts.svg(chart(), t), "image/svg+xml", "shape_line"),
        "json": (page.kept(lambda page: as_json(page.result), "json"), "application/json", "data_object"),
    }
    if not has_picture(result):
        del files["png"], files["svg"]
    with st.container(horizontal=True, gap="small"):
        for ending, (make, mime, icon) in files.items():
            st.download_button(
                t(f"cell.download.{ending}"),
                make,
                f"{result.metric}.{ending}",
                mime,
                key=f"{result.metric}.download.{ending}",
                icon=f":material/{icon}:",
                on_click="ignore",
            )


def has_picture(result: Result) -> bool:
    """Whether there is anything in the first of the result's tables, which its picture shows."""
    return any(table.rows for table in result.tables[:1])


def as_csv(t: Translator, result: Result) -> bytes:
    """Whole, groups and months as CSV."""
    names = ("column.group", f"{result.metric}.title", "column.low", "column.high", f"{result.metric}.basis")
    return csv_bytes([t(name) for name in names], _rows(t, result))


def as_json(result: Result) -> bytes:
    """Everything that was found, as JSON."""
    return json.dumps(result.to_dict(), ensure_ascii=False, indent=2, allow_nan=False).encode()


def _rows(t: Translator, result: Result) -> list[tuple[Any, ...]]:
    """Whole, groups and months under each other."""
    months = [_row(t.month(point.group or ""), point) for point in result.trend]
    groups = [_row(segment(group.group, t), group) for group in result.groups]
    return [_row(t("cell.download.whole"), result.overall), *groups, *months]


def _row(name: str, estimate: Estimate) -> tuple[Any, ...]:
    return name, estimate.value, estimate.low, estimate.high, estimate.n
