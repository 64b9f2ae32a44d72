"""Frames that stay on their own engine: columns renamed to roles and cast there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import narwhals.stable.v2 as nw

from loyalty.columns import ROLES, match
from loyalty.errors import LoyaltyError
from loyalty.texts import Message

MAIN_DATE = {"orders": "date", "responses": "date", "visits": "time"}
Roles = Mapping[str, Mapping[str, str | None] | str | None]


class Remote(NamedTuple):
    """One table in role names, the headers its roles had, and its further columns that group."""

    frame: nw.LazyFrame[Any]
    roles: dict[str, str]
    groupings: tuple[str, ...]


def wrap(table: str, frame: Any) -> nw.DataFrame[Any] | nw.LazyFrame[Any]:
    """A frame of any engine under narwhals.

    Raises
    ------
    LoyaltyError
        ``not_a_frame``.
    """
    try:
        return nw.from_native(frame)
    except TypeError:
        raise LoyaltyError(
            "not_a_frame", table=Message(f"table.{table}"), type=type(frame).__name__
        ) from None


def check_roles(roles: Roles | None, headers: Mapping[str, Sequence[str]]) -> None:
    """Refuse what a user's ``roles=`` says of tables, roles or columns that are not there.

    Raises
    ------
    LoyaltyError
        ``unknown_table``, ``unknown_role`` or ``unknown_column``.
    """
    for role, header in (roles or {}).items():
        known = (
            list(headers)
            if isinstance(header, Mapping)
            else [name for table in headers for name in ROLES[table]]
        )
        if role not in known:
            id = "unknown_table" if isinstance(header, Mapping) else "unknown_role"
            raise LoyaltyError(id, role=role, choices=", ".join(dict.fromkeys(known)))
        if isinstance(header, str) and not any(header in names for names in headers.values()):
            choices = ", ".join(dict.fromkeys(str(name) for names in headers.values() for name in names))
            raise LoyaltyError("unknown_column", column=header, role=role, choices=choices)


def roles_of(table: str, roles: Roles | None, headers: Sequence[str]) -> dict[str, str | None]:
    """The part of a user's ``roles=`` that speaks of one table.

    Examples
    --------
    >>> roles_of("orders", {"orders": {"date": "When"}}, ["When"])
    {'date': 'When'}
    >>> roles_of("orders", {"date": "When", "customer": "Who", "stage": "At"}, ["When", "At"])
    {'date': 'When'}
    """
    if not roles:
        return {}
    nested = roles.get(table)
    if isinstance(nested, Mapping):
        return dict(nested)
    flat = {role: header for role, header in roles.items() if not isinstance(header, Mapping)}
    return {
        role: header for role, header in flat.items() if role in ROLES[table] and header in (None, *headers)
    }


def remote(table: str, frame: nw.LazyFrame[Any], roles: Roles | None) -> Remote:
    """A frame of DuckDB, PySpark or lazy Polars in role names, nothing computed yet.

    What is no value becomes null: blank texts, numbers that are not finite, scores off their scale.

    Raises
    ------
    LoyaltyError
        ``wrong_type`` where a column cannot be what its role needs.
    """
    schema = frame.collect_schema()
    found = match(table, schema.names(), roles_of(table, roles, schema.names()))
    extra = _groupings(table, schema, found)
    columns = [_typed(table, role, header, schema[header]) for role, header in found.items()]
    frame = frame.select(*columns, *(_text(nw.col(header)).alias(header) for header in extra))
    if MAIN_DATE[table] in found:
        frame = frame.with_columns(**calendar(nw.col(MAIN_DATE[table])))
    return Remote(frame, found, extra)


def calendar(moment: nw.Expr) -> dict[str, nw.Expr]:
    """``day`` as ``date.toordinal()`` and ``month`` as 12 · year + month − 1 of a column of dates."""
    year, before = moment.dt.year().cast(nw.Int64), moment.dt.year().cast(nw.Int64) - 1
    day = 365 * before + before // 4 - before // 100 + before // 400 + moment.dt.ordinal_day().cast(nw.Int64)
    return {"day": day, "month": 12 * year + moment.dt.month().cast(nw.Int64) - 1}


def _groupings(table: str, schema: Mapping[str, Any], found: Mapping[str, str]) -> tuple[str, ...]:
    """Columns of text without a role; not those whose name means something else inside a Dataset."""
    taken = {*ROLES[table], "day", "month"}
    return tuple(
        header
        for header, dtype in schema.items()
        if header not in found.values()
        and header.casefold() not in taken
        and isinstance(dtype, (nw.String, nw.Categorical, nw.Enum))
    )


def _typed(table: str, role: str, header: str, dtype: Any) -> nw.Expr:
    declared, column = ROLES[table][role], nw.col(header)
    wanted = {"number": "number", "money": "number", "score": "number", "duration": "number"}.get(
        declared.type, declared.type
    )
    fits = {
        "number": dtype.is_numeric(),
        "date": isinstance(dtype, (nw.Date, nw.Datetime)),
        "yes_no": isinstance(dtype, nw.Boolean) or dtype.is_integer(),
    }
    if not fits.get(wanted, True):
        raise LoyaltyError(
            "wrong_type",
            column=header,
            type=str(dtype),
            role=Message(f"role.{role}"),
            wanted=Message(f"type.{wanted}"),
        )
    if wanted == "number":
        return _number(column.cast(nw.Float64), declared.low, declared.high).alias(role)
    if wanted == "date":
        return column.cast(nw.Datetime("us")).alias(role)
    return (column.cast(nw.Boolean) if wanted == "yes_no" else _text(column)).alias(role)


def _number(column: nw.Expr, low: float | None, high: float | None) -> nw.Expr:
    honest = column.is_finite()
    if low is not None and high is not None:
        honest = honest & column.is_between(low, high) & (column == column.floor())
    return nw.when(honest).then(column)


def _text(column: nw.Expr) -> nw.Expr:
    text = column.cast(nw.String)
    return nw.when(text.str.strip_chars() != "").then(text)
