"""The typed tables of a workbook: columns cast once, rows checked once, everything noted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from loyalty.columns import ROLES, STAND_INS, TABLES
from loyalty.errors import LoyaltyError, Note, Where
from loyalty.reading.answers import responses, visits
from loyalty.reading.casting import MAIN_DATE, Part, cast, data_rows, wide
from loyalty.reading.findings import Findings
from loyalty.reading.numbers import currencies
from loyalty.reading.orders import orders
from loyalty.reading.plans import Plan
from loyalty.reading.recognition import Roles, plan_of
from loyalty.reading.sheets import Sheet, Workbook
from loyalty.reading.values import take
from loyalty.synonyms import named
from loyalty.texts import Message

RULES: Mapping[str, Callable[..., pl.DataFrame]] = {
    "orders": orders,
    "responses": responses,
    "visits": visits,
}
_CODES = {
    "￥": "¥",
    "元": "CNY",
    "圆": "CNY",
    "块": "CNY",
    "人民币": "CNY",
    "RMB": "CNY",
    "€": "EUR",
    "£": "GBP",
    "₽": "RUB",
}
_CODES |= {
    "руб": "RUB",
    "р": "RUB",
    "₹": "INR",
    "RS": "INR",
    "₩": "KRW",
    "₺": "TRY",
    "US$": "USD",
    "R$": "BRL",
    "ZŁ": "PLN",
}
_CODES |= {
    "元整": "CNY",
    "円": "JPY",
    "ГРН": "UAH",
    "₴": "UAH",
    "FR": "CHF",
    "РУБ": "RUB",
    "Р": "RUB",
    "A$": "AUD",
    "C$": "CAD",
}
_IN_HEADER = re.compile(
    r"[(（\[,\s](元|人民币|RMB|CNY|USD|EUR|GBP|RUB|JPY|INR|BRL|CHF|CAD|AUD|[$€£¥￥₽₹]|руб\.?)[)）\]\s]*$",
    re.I,
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
EARLIEST = 1990  # years before are a spreadsheet's or a program's zero, not a purchase


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """What `build` makes of a workbook.

    Parameters
    ----------
    orders, responses, visits
        Typed frames in role names, None where there is no such table. Ids, categories and texts are String;
        money, numbers, scores and durations (seconds) Float64; yes/no Boolean; dates Datetime. The main date
        of a table comes with ``day`` (``date.toordinal()``) and ``month`` (12 · year + month − 1).
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
    """

    orders: pl.DataFrame | None = None
    responses: pl.DataFrame | None = None
    visits: pl.DataFrame | None = None
    notes: tuple[Note, ...] = ()
    left_out: pl.DataFrame = field(default_factory=pl.DataFrame)
    currency: str | None = None
    roles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    groupings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


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
    frames: dict[str, pl.DataFrame] = {}
    roles: dict[str, dict[str, str]] = {}
    groupings: dict[str, tuple[str, ...]] = {}
    currency = None
    for table in TABLES:
        mine = [plan for plan in used if table in plan.tables]
        if not mine:
            continue
        parts = [
            part for plan in mine for part in _parts(table, workbook.sheets[plan.sheet], plan, rows, findings)
        ]
        roles[table] = {
            role: header for part in reversed(parts) for role, header in part.plan.tables[table].items()
        }
        roles[table] = {role: roles[table][role] for role in ROLES[table] if role in roles[table]}
        _stand_in_note(table, roles[table], parts, findings)
        frame = pl.concat([_flagged(part) for part in parts], how="diagonal")
        if table == "orders":
            frame = _with_currency(frame, parts, workbook, rows)
        frame = RULES[table](frame, roles[table], mine[0].copies, findings)
        if table == "orders":
            currency = _currency(frame, roles[table])
        frames[table], groupings[table] = _finished(table, frame, roles[table], findings)
    return Tables(
        **frames,
        notes=tuple(findings.notes),
        left_out=findings.left_out(),
        currency=currency,
        roles=roles,
        groupings=groupings,
    )


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


def _parts(
    table: str, sheet: Sheet, plan: Plan, rows: Mapping[int, pl.Series], findings: Findings
) -> list[Part]:
    """The sheet as a table; items that stand beside each other in one row become rows under each other."""
    first = cast(table, sheet, plan, rows[plan.sheet], findings)
    blocks = wide(plan, table) if table == "orders" else []
    if not blocks:
        return [first]
    parts = [first]
    for block in blocks:
        roles = {**plan.tables[table], **block}
        part = cast(table, sheet, replace(plan, tables={table: roles}), rows[plan.sheet], findings)
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


def _with_currency(
    frame: pl.DataFrame, parts: Sequence[Part], workbook: Workbook, rows: Mapping[int, pl.Series]
) -> pl.DataFrame:
    """The currency of each row from its own column, or from the sign beside the amount or in the header."""
    if "currency" in frame.columns:
        return frame.with_columns(_standard(frame["currency"]))
    found = []
    for part in parts:
        roles = part.plan.tables["orders"]
        header = next((roles[role] for role in ("amount", "price") if role in roles), None)
        signs = pl.Series("currency", [None] * part.frame.height, dtype=pl.String)
        if header is not None and len(parts) == len({p.plan.sheet for p in parts}):
            sheet = workbook.sheets[part.plan.sheet]
            column = sheet.columns[part.plan.headers.index(header)]
            signs = _standard(currencies(take(column, rows[part.plan.sheet])).alias("currency"))
            signs = (
                signs if len(signs) else pl.Series("currency", [None] * part.frame.height, dtype=pl.String)
            )
            place = _IN_HEADER.search(header)
            named = _CODES.get(place[1].upper().rstrip("."), place[1].upper()) if place else None
            if _CHINESE.search("".join(part.plan.headers)) or named == "CNY":
                signs = signs.replace("¥", "CNY")
            signs = signs.fill_null(named) if named else signs
        found.append(signs)
    signs = pl.concat(found)
    return frame if signs.null_count() == len(signs) else frame.with_columns(currency=signs)


def _standard(signs: pl.Series) -> pl.Series:
    few = signs.drop_nulls().unique().to_list()
    codes = {sign: _CODES.get(sign.upper().rstrip("."), sign.upper()) for sign in few}
    return signs.replace(codes) if codes else signs


def _currency(frame: pl.DataFrame, roles: Mapping[str, str]) -> str | None:
    if "currency" not in frame.columns:
        return None
    counted = frame["currency"].drop_nulls().value_counts(sort=True)
    return counted.to_series(0)[0] if counted.height else None


def _finished(
    table: str, frame: pl.DataFrame, roles: Mapping[str, str], findings: Findings
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The frame without helper columns, with day and month, and the names of its groupings."""
    main = MAIN_DATE[table]
    if main in frame.columns:
        _odd_dates(frame, main, roles[main], findings)
        date = pl.col(main)
        day = (date.dt.epoch("d") + 719_163).cast(pl.Int64)  # date(1970, 1, 1).toordinal()
        month = (date.dt.year().cast(pl.Int64) * 12 + date.dt.month().cast(pl.Int64) - 1).alias("month")
        frame = frame.with_columns(day.alias("day"), month)
    if not frame.height:
        raise LoyaltyError(
            "no_rows_left", table=Message(f"table.{table}"), count=sum(len(part) for part in findings.rows)
        )
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
