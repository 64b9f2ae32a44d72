"""The sheets of the open file: what was found in them, and how to read them otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from itertools import islice
from typing import Any

import streamlit as st

from loyalty.columns import ROLES, TABLES, match
from loyalty.errors import LoyaltyError
from loyalty.reading.plans import Plan
from loyalty.reading.sheets import Column, Sheet
from loyalty.texts import Message
from loyalty.ui import cells, state
from loyalty.words import Translator, clean

EXAMPLES, SEARCHED = 3, 200  # values shown beside the name of a column, and the rows they are taken from
LINES = 25  # columns of a sheet that are all shown at once
PREVIEW = 8  # rows
LONG = 20  # letters of a name that a column of medium width shows
AUTO = {"auto": None, "yes": True, "no": False}
COPIES = ("auto", "keep", "drop")

Meanings = Mapping[str, str]  # header to role


def found(t: Translator, now: state.Opened) -> None:
    """One line a sheet: what it was read as, or why it was not used."""
    st.subheader(t("data.found"), anchor=False)
    if now.data:
        st.markdown(cells.tables(t, now.data))
    st.dataframe(
        state.kept(("found", now.workbook.digest, repr(now.plans), t), lambda: _lines(t, now)),
        hide_index=True,
        alt=t("data.alt_found"),
        key="data.found",
    )


def _lines(t: Translator, now: state.Opened) -> list[dict[str, Any]]:
    lines = [_line(t, now.workbook.sheets[plan.sheet], plan) for plan in now.plans]
    same_file = len({line["file"] for line in lines}) == 1
    hidden = {"file"} if same_file else set()
    if not any(line["reason"] for line in lines):
        hidden.add("reason")
    return [
        {t(f"data.{name}"): value for name, value in line.items() if name not in hidden} for line in lines
    ]


def _line(t: Translator, sheet: Sheet, plan: Plan) -> dict[str, Any]:
    names = [t(f"table.{table}") for table in plan.tables]
    return {
        "file": clean(sheet.file),
        "sheet": clean(sheet.name),
        "read_as": ", ".join(names) or t("data.not_used"),
        "rows": t.count(sheet.height - _first(plan)),
        "header": str(_header_row(sheet, plan)) if plan.header else t("data.no_header"),
        "reason": t.say(plan.reason) if plan.reason and not plan.tables else "",
    }


def _first(plan: Plan) -> int:
    """Index of the first row below the header."""
    return plan.header[1] + 1 if plan.header else 0


def _header_row(sheet: Sheet, plan: Plan) -> int:
    """The header row as the spreadsheet program counts; 0 when there is none."""
    return sheet.first_row + plan.header[1] if plan.header else 0


def columns(t: Translator, now: state.Opened) -> None:
    """Choose a sheet and say what its columns mean."""
    st.subheader(t("data.columns.title"), anchor=False)
    st.markdown(t("data.columns.what"))
    index = _sheet(t, now)
    plan = now.plans[index]
    sheet = now.workbook.sheets[plan.sheet]
    key = f"{index}.{now.corrections}"  # after a correction the widgets start anew, from what is now in force
    wanted = _settings(t, sheet, plan, key)
    shown = ("examples", now.workbook.digest, plan.sheet, _first(wanted))
    values = state.kept(shown, lambda: [_examples(column, _first(wanted)) for column in sheet.columns])
    if wanted.tables:
        st.caption(t("data.columns.how"))
    chosen = _editor(t, wanted, values, key)
    if "trials" in wanted.tables:
        st.caption(t("data.columns.trial"))
    if st.button(t("data.columns.apply"), key="data.apply", type="primary", icon=":material/check:"):
        _apply(t, now, index, wanted, chosen)
    st.caption(t("data.columns.preview"))
    st.dataframe(
        state.kept(("preview", now.workbook.digest, repr(wanted)), lambda: preview(sheet, wanted, PREVIEW)),
        hide_index=True,
        alt=t("data.columns.alt_preview"),
        key="data.preview",
    )


def _apply(
    t: Translator, now: state.Opened, index: int, wanted: Plan, chosen: Mapping[str, Meanings]
) -> None:
    """Read the sheet as it was said on the screen."""
    try:
        tables = {table: _roles(table, meanings) for table, meanings in chosen.items()}
    except LoyaltyError as error:
        cells.problem(t, error)
        return
    plans = list(now.plans)
    plans[index] = replace(wanted, tables=tables)
    state.use(plans)
    st.toast(t("data.columns.applied"), icon=":material/check:")
    st.rerun()


def _sheet(t: Translator, now: state.Opened) -> int:
    """Which sheet is to be corrected; the first that is used, unless another is chosen."""
    if len(now.plans) == 1:
        return 0
    used = [index for index, plan in enumerate(now.plans) if plan.tables]
    return st.selectbox(
        t("data.columns.sheet"),
        range(len(now.plans)),
        index=used[0] if used else 0,
        key="data.sheet",
        format_func=lambda index: clean(now.workbook.sheets[now.plans[index].sheet].name),
    )


def _settings(t: Translator, sheet: Sheet, plan: Plan, key: str) -> Plan:
    """The plan with the tables, header row and settings that are chosen on the screen."""
    tables = st.pills(
        t("data.columns.tables"),
        TABLES,
        selection_mode="multi",
        format_func=lambda table: t(f"table.{table}"),
        key=state.choice(f"data.tables.{key}", list(plan.tables)),
    )
    with st.expander(t("data.columns.more"), key=f"data.more.{key}"):
        row = st.number_input(
            t("data.columns.header"),
            min_value=0,
            max_value=sheet.first_row + sheet.height - 1,
            value=_header_row(sheet, plan),
            help=t("data.columns.header_help"),
            key=f"data.header.{key}",
        )
        day_first = _three(t, "day_first", plan.day_first, key)
        decimal_comma = _three(t, "decimal_comma", plan.decimal_comma, key)
        copies = _choice(t, "copies", COPIES, plan.copies, key)
    chosen = replace(plan, day_first=day_first, decimal_comma=decimal_comma, copies=copies)
    if row != _header_row(sheet, plan):
        chosen = _with_header(sheet, chosen, row)
    known = chosen.tables if chosen.headers == plan.headers else {}
    wanted = [table for table in TABLES if table in tables]
    return replace(
        chosen, tables={table: known.get(table) or match(table, chosen.headers) for table in wanted}
    )


def _with_header(sheet: Sheet, plan: Plan, row: int) -> Plan:
    """The plan with another header row, counted as the spreadsheet program counts; 0 when there is none."""
    from loyalty.reading import layout

    header = (row - sheet.first_row, row - sheet.first_row) if row >= sheet.first_row else None
    return replace(plan, header=header, headers=layout.headers(sheet, header))


def _three(t: Translator, setting: str, now: bool | None, key: str) -> bool | None:
    code = next(code for code, value in AUTO.items() if value is now)
    return AUTO[_choice(t, setting, tuple(AUTO), code, key)]


def _choice(t: Translator, setting: str, codes: tuple[str, ...], now: str, key: str) -> str:
    chosen = st.segmented_control(
        t(f"data.columns.{setting}.label"),
        codes,
        required=True,
        format_func=lambda code: t(f"data.columns.{setting}.{code}"),
        key=state.choice(f"data.{setting}.{key}", now),
    )
    return chosen or now


def _editor(t: Translator, plan: Plan, examples: Sequence[str], key: str) -> dict[str, Meanings]:
    """The columns in an editable table; returns what they mean in each table, where they mean something."""
    import pandas as pd

    meanings = {
        table: {header: role for role, header in roles.items()} for table, roles in plan.tables.items()
    }
    frame = pd.DataFrame(
        {
            "name": plan.headers,
            "examples": examples,
            **{table: [roles.get(header) for header in plan.headers] for table, roles in meanings.items()},
        },
        dtype="string",
    )
    long = any(len(header) > LONG for header in plan.headers)  # as questions of a survey are
    edited = st.data_editor(
        frame,
        hide_index=True,
        disabled=["name", "examples"],
        column_config={
            "name": st.column_config.TextColumn(
                t("data.columns.name"), width="large" if long else "medium", pinned=True
            ),
            "examples": st.column_config.TextColumn(
                t("data.columns.examples"), width="medium" if long else None
            ),
            **{table: _roles_column(t, table) for table in meanings},
        },
        height="content" if len(frame) <= LINES else "auto",
        placeholder=t("data.columns.unused"),
        alt=t("data.columns.alt"),
        key=f"data.columns.{key}",
    )
    return {
        table: {
            header: role
            for header, role in zip(plan.headers, edited[table], strict=True)
            if isinstance(role, str)
        }
        for table in meanings
    }


def _roles_column(t: Translator, table: str) -> Any:
    return st.column_config.SelectboxColumn(
        t("data.columns.role", table=t(f"table.{table}")),
        options=list(ROLES[table]),
        format_func=lambda role: t(f"role.{role}"),
        width="medium",
    )


def preview(sheet: Sheet, plan: Plan, rows: int) -> dict[str, list[str]]:
    """The first rows below the header as texts, under the names of their columns."""
    start = _first(plan)
    return {
        header: [_text(column, row) for row in range(start, min(start + rows, sheet.height))]
        for header, column in zip(plan.headers, sheet.columns, strict=False)
    }


def _examples(column: Column, start: int) -> str:
    """The first different values of a column."""
    height = max(
        (len(cells) for cells in (column.text, column.number, column.moment) if cells is not None), default=0
    )
    values = (_text(column, row) for row in range(start, min(start + SEARCHED, height)))
    return " · ".join(islice(dict.fromkeys(filter(None, values)), EXAMPLES))


def _text(column: Column, row: int) -> str:
    for cells_of_kind in (column.text, column.number, column.moment):
        if cells_of_kind is not None and cells_of_kind[row] is not None:
            return _written(cells_of_kind[row])
    return ""


def _written(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    return clean(str(value))


def _roles(table: str, meanings: Meanings) -> dict[str, str]:
    """Role to header.

    Raises
    ------
    LoyaltyError
        ``role_twice`` if two columns were given one meaning.
    """
    roles: dict[str, str] = {}
    for header, role in meanings.items():
        if role in roles:
            both = {"one": roles[role], "other": header}
            raise LoyaltyError(
                "role_twice", role=Message(f"role.{role}"), table=Message(f"table.{table}"), **both
            )
        roles[role] = header
    return roles
