"""The typed tables of a workbook: columns cast once, rows checked once, everything noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import polars as pl

from loyalty.columns import MAIN_DATE, ROLES, STAND_INS, TABLES
from loyalty.errors import LoyaltyError, Note, Where
from loyalty.reading.answers import responses, visits
from loyalty.reading.casting import Part, cast, data_rows, wide
from loyalty.reading.dates import shown_order
from loyalty.reading.findings import Findings
from loyalty.reading.orders import orders
from loyalty.reading.plans import Plan
from loyalty.reading.recognition import Roles, plan_of
from loyalty.reading.sheets import Workbook
from loyalty.reading.trials import trials
from loyalty.reading.values import take, texts
from loyalty.synonyms import named
from loyalty.texts import Message

RULES: Mapping[str, Callable[..., pl.DataFrame]] = {
    "orders": orders,
    "responses": responses,
    "visits": visits,
    "trials": trials,
}
EARLIEST = 1990  # years before are a spreadsheet's or a program's zero, not a purchase


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """What `build` makes of a workbook.

    Parameters
    ----------
    orders, responses, visits, trials
        Typed frames in role names, None where there is no such table. Ids, categories and texts are String;
        money, numbers, scores, durations (seconds) and measures Float64; yes/no Boolean; dates Datetime. The
        main date of a table comes with ``day`` (``date.toordinal()``) and ``month`` (12 · year + month − 1).
    notes
        What was repaired, left out or seen.
    left_out
        The rows that do not take part: file, sheet, row (as the spreadsheet program counts), reason (id in
        the texts) and the original cells.
    currency
        ISO code or sign of the amounts.
    roles
        Table to role to header, as finally in force.
    groupings
        Table to further columns with few values, for ``by``.
    measures
        Table to further columns of numbers that may be compared; only trials have any.
    scales
        Question (role of ``responses``) to the scale it was answered on, from the worst answer to the best.
    """

    orders: pl.DataFrame | None = None
    responses: pl.DataFrame | None = None
    visits: pl.DataFrame | None = None
    trials: pl.DataFrame | None = None
    notes: tuple[Note, ...] = ()
    left_out: pl.DataFrame = field(default_factory=pl.DataFrame)
    currency: str | None = None
    roles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    groupings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    measures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scales: Mapping[str, str] = field(default_factory=dict)


def build(workbook: Workbook, plans: Sequence[Plan]) -> Tables:
    """Cast and check a workbook.

    Parameters
    ----------
    workbook
        As it was opened.
    plans
        For its sheets; those without tables are passed over. Sheets that serve the same table are put under
        each other.

    Returns
    -------
    Tables

    Raises
    ------
    LoyaltyError
        ``no_table`` with the reason for each sheet, if none serves a table; ``no_rows_left`` if a table has
        no usable row; ``not_on_scale`` if most answers lie beyond the scale.
    """
    used = [plan for plan in plans if plan.tables]
    if not used:
        raise _no_table(workbook, plans)
    findings = Findings(workbook, plans, [*workbook.notes])
    for plan in used:
        findings.notes += workbook.sheets[plan.sheet].notes
    rows = {plan.sheet: data_rows(workbook.sheets[plan.sheet], plan, findings) for plan in used}
    made = {
        table: _made(table, [plan for plan in used if table in plan.tables], rows, findings)
        for table in TABLES
        if any(table in plan.tables for plan in used)
    }
    return Tables(
        **{table: one.frame for table, one in made.items()},
        notes=tuple(findings.notes),
        left_out=findings.left_out(),
        currency=made["orders"].currency if "orders" in made else None,
        roles={table: one.roles for table, one in made.items()},
        groupings={table: one.groupings for table, one in made.items()},
        measures={table: one.measures for table, one in made.items() if table == "trials"},
        scales=findings.scales,
    )


class _Made(NamedTuple):
    """One finished table."""

    frame: pl.DataFrame
    roles: dict[str, str]
    groupings: tuple[str, ...]
    measures: tuple[str, ...]
    currency: str | None


def _made(table: str, plans: Sequence[Plan], rows: Mapping[int, pl.Series], findings: Findings) -> _Made:
    """The sheets that serve a table, cast, put under each other and checked by its rules."""
    plans = _dated_alike(table, plans, rows, findings.workbook)
    parts = [part for plan in plans for part in _parts(table, plan, rows[plan.sheet], findings)]
    roles = _roles_in_force(table, parts)
    _stand_in_note(table, roles, parts, findings)
    _undated_note(table, roles, parts, findings)
    frame = pl.concat([_flagged(part) for part in parts], how="diagonal_relaxed")
    frame = RULES[table](frame, roles, {plan.sheet: plan.copies for plan in plans}, findings)
    if not frame.height:
        lost = sum(map(len, findings.rows))
        raise LoyaltyError("no_rows_left", table=Message(f"table.{table}"), count=lost)
    currency = _commonest(frame["currency"]) if "currency" in frame.columns else None
    frame, further = _finished(table, frame, roles, findings)
    measures = tuple(name for name in further if frame[name].dtype == pl.Float64)
    groupings = tuple(name for name in further if name not in measures)
    return _Made(frame, roles, groupings, measures, currency)


def _dated_alike(
    table: str, plans: Sequence[Plan], rows: Mapping[int, pl.Series], workbook: Workbook
) -> Sequence[Plan]:
    """Where 03/04 may be either, a sheet follows those with the same header: the last month may be short."""
    if len(plans) < 2:
        return plans
    headers = [plan.tables[table].get(MAIN_DATE[table]) for plan in plans]
    shown = [_shown_order(plan, h, rows, workbook) for plan, h in zip(plans, headers, strict=True)]
    alike = []
    for plan, header, own in zip(plans, headers, shown, strict=True):
        others = {order for other, order in zip(headers, shown, strict=True) if other == header} - {None}
        follows = own is None and plan.day_first is None and len(others) == 1
        alike.append(replace(plan, day_first=others.pop()) if follows else plan)
    return alike


def _shown_order(
    plan: Plan, header: str | None, rows: Mapping[int, pl.Series], workbook: Workbook
) -> bool | None:
    if header is None or plan.day_first is not None:
        return plan.day_first
    column = workbook.sheets[plan.sheet].columns[plan.headers.index(header)]
    return shown_order(take(column, rows[plan.sheet]))


def _roles_in_force(table: str, parts: Sequence[Part]) -> dict[str, str]:
    """Role to header; of sheets with different headers the first that has the role."""
    found = {role: header for part in reversed(parts) for role, header in part.plan.tables[table].items()}
    return {role: found[role] for role in ROLES[table] if role in found}


def tables_of_frames(frames: Mapping[str, Any], roles: Roles | None = None) -> Tables:
    """The same for data frames in memory.

    Parameters
    ----------
    frames
        Table to eager frame (pandas, Polars, PyArrow, or wrapped by narwhals).
    roles
        As for :func:`~loyalty.reading.recognition.recognise`.

    Raises
    ------
    LoyaltyError
        As :func:`build` and :func:`~loyalty.reading.recognition.recognise`.
    """
    from loyalty.reading.frames import sheet_of_frame

    named = [sheet_of_frame(frame, table) for table, frame in frames.items()]
    plans = [plan_of(*named[place], place, table, roles) for place, table in enumerate(frames)]
    return build(Workbook(tuple(sheet for sheet, _ in named), ""), plans)


def _no_table(workbook: Workbook, plans: Sequence[Plan]) -> LoyaltyError:
    lines = [
        Message(
            "reason.line",
            {"sheet": workbook.sheets[plan.sheet].name, "reason": plan.reason or Message("reason.unknown")},
        )
        for plan in plans
    ]
    several = dict.fromkeys(sheet.file for sheet in workbook.sheets)
    where = Where(file=next(iter(several), None)) if len(several) < 2 else Where()
    return LoyaltyError("no_table", where, reasons=_listed(lines))


def _listed(messages: Sequence[Message]) -> Message:
    """Messages one after the other; holes may be messages themselves, so the list works in every language."""
    if not messages:
        return Message("reason.empty")
    head, *rest = messages
    return Message("reason.list", {"first": head, "rest": _listed(rest)}) if rest else head


def _parts(table: str, plan: Plan, rows: pl.Series, findings: Findings) -> list[Part]:
    """The sheet as a table; items that stand beside each other in one row become rows under each other."""
    sheet = findings.workbook.sheets[plan.sheet]
    first = cast(table, sheet, plan, rows, findings)
    blocks = wide(plan, table) if table == "orders" else []
    if not blocks:
        return [first]
    parts = [first]
    for block in blocks:
        roles = {**plan.tables[table], **block}
        part = cast(table, sheet, replace(plan, tables={table: roles}), rows, findings)
        there = part.frame.select(pl.any_horizontal(pl.col(role).is_not_null() for role in block)).to_series()
        salted = pl.col("_copy") + len(parts)
        taken = [h for h in plan.tables[table].values() if h in part.frame.columns and h not in ROLES[table]]
        unread = {role: flags.filter(there) for role, flags in part.unread.items()}
        parts.append(Part(plan, part.frame.filter(there).with_columns(salted).drop(taken), unread))
    names = ", ".join(name for block in blocks for name in block.values())
    findings.note("seen", "side_by_side", first.frame, columns=names, items=len(parts))
    return parts


def _flagged(part: Part) -> pl.DataFrame:
    flags = [unread.alias(f"_unread_{role}") for role, unread in part.unread.items()]
    return part.frame.with_columns(flags)


def _stand_in_note(table: str, roles: Mapping[str, str], parts: Sequence[Part], findings: Findings) -> None:
    person = "visitor" if table == "visits" else "customer"
    header = roles.get(person)
    if header is None or named(table, "customer", header) or named(table, person, header):
        return
    if any(named(table, kind, header) for kind in STAND_INS):
        findings.note("seen", "customer_by", parts[0].frame.head(1), header, header=header)


def _undated_note(table: str, roles: Mapping[str, str], parts: Sequence[Part], findings: Findings) -> None:
    """A column that is called a date but holds none, such as 5 March without a year."""
    if MAIN_DATE[table] in roles:
        return
    plan, frame = parts[0].plan, parts[0].frame
    for header in plan.headers:
        if named(table, MAIN_DATE[table], header) > 0.7 and header not in roles.values():
            column = findings.workbook.sheets[plan.sheet].columns[plan.headers.index(header)]
            cells = texts(take(column, frame["_row"])).drop_nulls()
            if len(cells):
                findings.note("seen", "undated", frame.head(1), header, header=header, value=cells[0])


def _commonest(values: pl.Series) -> str | None:
    counted = values.drop_nulls().value_counts(sort=True)
    return str(counted.to_series(0)[0]) if counted.height else None


def _finished(
    table: str, frame: pl.DataFrame, roles: Mapping[str, str], findings: Findings
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The frame without helper columns, with day and month, and the names of its further columns."""
    main = MAIN_DATE[table]
    if main in frame.columns:
        _odd_dates(frame, main, roles[main], findings)
        date = pl.col(main)
        day = (date.dt.epoch("d") + 719_163).cast(pl.Int64)  # date(1970, 1, 1).toordinal()
        month = (date.dt.year().cast(pl.Int64) * 12 + date.dt.month().cast(pl.Int64) - 1).alias("month")
        frame = frame.with_columns(day.alias("day"), month)
    frame = frame.drop([name for name in frame.columns if name.startswith("_")])
    if "currency" in frame.columns and "currency" not in roles:
        frame = frame.drop("currency")
    known = {*ROLES[table], "day", "month"}
    extra = [name for name in frame.columns if name not in known]
    frame = frame.drop([name for name in extra if frame[name].drop_nulls().n_unique() < 2])
    return frame, tuple(name for name in extra if name in frame.columns)


def _odd_dates(frame: pl.DataFrame, role: str, header: str, findings: Findings) -> None:
    date = pl.col(role)
    findings.note("seen", "future_dates", frame.filter(date > datetime.now() + timedelta(days=1)), header)
    findings.note("seen", "old_dates", frame.filter(date.dt.year() < EARLIEST), header, year=EARLIEST)
