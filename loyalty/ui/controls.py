"""What the visitor may choose on the page of a metric."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import streamlit as st

from loyalty.core import Metric, Option
from loyalty.dataset import Dataset
from loyalty.ui import state
from loyalty.words import Translator, clean

SEGMENTED = 3  # more choices than this go into a list that opens
LIST_WIDTH, PERIOD_WIDTH = 170, 265  # pixels
DATE_FORMAT = "YYYY-MM-DD"  # as dates are written elsewhere on the screen, and in every language
WHOLE = ""  # code of “no groups”


@dataclass(frozen=True, slots=True)
class Choices:
    """What is chosen.

    Parameters
    ----------
    data
        The open data, cut to the period.
    period
        First and last day; None where everything is taken.
    by
        The column to split by.
    options
        The definitions in force.
    """

    data: Dataset
    period: tuple[date, date] | None
    by: str | None
    options: Mapping[str, Any]


def controls(t: Translator, metric: Metric, data: Dataset) -> Choices:
    """Draw the controls of a metric; every choice holds until the session ends."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        by = _by(t, metric, data) if metric.by else None  # where groups are the point, they come first
        options = _options(t, metric, data, by)
        by = by if metric.by else _by(t, metric, data)
        period = _period(t, metric, data)
    part = state.between(data, *period) if period else data
    return Choices(part, period, by, options)


def _options(t: Translator, metric: Metric, data: Dataset, by: str | None) -> dict[str, Any]:
    """The definitions in force; those without effect are not asked for."""
    chosen: dict[str, Any] = {}
    for option in metric.options:
        idle = option.when and chosen[option.when[0]] != option.when[1]
        chosen[option.name] = option.default if idle else _option(t, metric, option, data, by)
    return chosen


def _option(t: Translator, metric: Metric, option: Option, data: Dataset, by: str | None) -> Any:
    id, key = f"{metric.id}.option.{option.name}", f"{metric.id}.{option.name}"
    choices = {str(choice): choice for choice in option.choices}
    further = _further(option, key, data, by)
    choices |= further
    if st.session_state.get(key) not in (None, *choices):
        del st.session_state[key]  # a column or group that the data no longer have
    if len(choices) == 1:
        return option.default  # nothing to choose from in these data
    settings: dict[str, Any] = {
        "label": t(f"{id}.label"),
        "options": list(choices),
        "key": state.choice(key, str(option.default)),
        "format_func": lambda code: clean(further[code]) if code in further else t(f"{id}.{code}"),
        "help": t(f"{id}.help"),
        "persist_state": "session",
    }
    if len(choices) > SEGMENTED or further:
        return choices[st.selectbox(width=LIST_WIDTH, **settings)]
    return choices[st.segmented_control(required=True, **settings)]


def _further(option: Option, key: str, data: Dataset, by: str | None) -> dict[str, str]:
    """Choices that the data hold, under codes that none of the others has."""
    find = option.further
    if find is None:
        return {}
    names = state.kept(("further", key, data.id, by), lambda: find(data, by))
    return {f"={name}": name for name in names}


def _by(t: Translator, metric: Metric, data: Dataset) -> str | None:
    table = metric.table
    choices = data.by_choices(table)
    if not choices:
        return None
    codes = choices if metric.by else (WHOLE, *choices)
    key = f"{metric.id}.by"
    if st.session_state.get(key) not in (None, *codes):
        del st.session_state[key]  # chosen for data that had this column
    by = st.selectbox(
        t("cell.controls.by"),
        codes,
        key=state.choice(key, _first_choice(metric, data)),
        format_func=lambda code: _column(t, data, table, code),
        width=LIST_WIDTH,
        persist_state="session",
    )
    return by if by else None


def _first_choice(metric: Metric, data: Dataset) -> str:
    return metric.by or ("segment" if data.has(metric.table, "segment") else WHOLE)


def _column(t: Translator, data: Dataset, table: str, code: str) -> str:
    """What the visitor calls a column."""
    if code == WHOLE:
        return t("cell.controls.whole")
    return clean(data.roles.get(table, {}).get(code, code))


def _period(t: Translator, metric: Metric, data: Dataset) -> tuple[date, date] | None:
    period = data.period(metric.table)
    if not period or period[0] == period[1]:
        return None
    key = f"{metric.id}.period.{data.id[:8]}"
    chosen = st.date_input(
        t("cell.controls.period"),
        period,
        *period,
        key=key,
        format=DATE_FORMAT,
        width=PERIOD_WIDTH,
        persist_state="session",
    )
    if len(chosen) < 2 or chosen == period:
        return None  # everything, also while only the first day is chosen
    return chosen
