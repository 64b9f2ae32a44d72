"""Frames that stay on their own engine: columns renamed to roles and cast there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import narwhals.stable.v2 as nw
from narwhals.exceptions import DuplicateError

from loyalty.columns import MAIN_DATE, ROLES, match, may_measure
from loyalty.errors import LoyaltyError
from loyalty.synonyms import refuses
from loyalty.texts import Message

Roles = Mapping[str, Mapping[str, str | None] | str | None]
Given = dict[str, str | None]


class Remote(NamedTuple):
    """One table in role names, the headers its roles had, its further columns that group or measure."""

    frame: nw.LazyFrame[Any]
    roles: dict[str, str]
    groupings: tuple[str, ...]
    measures: tuple[str, ...] = ()


def wrap(table: str, frame: Any) -> nw.DataFrame[Any] | nw.LazyFrame[Any]:
    """A frame of any engine under narwhals.

    Raises
    ------
    LoyaltyError
        ``not_a_frame`` or ``same_names``.
    """
    try:
        return nw.from_native(frame)
    except DuplicateError:
        raise LoyaltyError("same_names", table=Message(f"table.{table}")) from None
    except TypeError:
        raise LoyaltyError(
            "not_a_frame", table=Message(f"table.{table}"), type=type(frame).__name__
        ) from None


def headers(frame: nw.DataFrame[Any] | nw.LazyFrame[Any]) -> list[str]:
    """Names of the columns as texts; those of several levels in one."""
    names: list[Any] = frame.collect_schema().names()
    return [" ".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in names]


def prescribed(roles: Roles | None, headers: Mapping[str, Sequence[str]]) -> dict[str, Given]:
    """The columns that a user's ``roles=`` names, table by table.

    What is said of no table in particular goes to every table that has the role and the column.

    Parameters
    ----------
    roles
        Table to role to column, or role to column.
    headers
        Table to its columns.

    Raises
    ------
    LoyaltyError
        ``unknown_kind``, ``unknown_role`` or ``unknown_column``.

    Examples
    --------
    >>> prescribed({"date": "When"}, {"orders": ["When"], "responses": ["Score"]})
    {'orders': {'date': 'When'}}
    """
    given: dict[str, Given] = {}
    for name, value in (roles or {}).items():
        if not isinstance(value, Mapping):
            for table in _tables_with(name, value, headers):
                given.setdefault(table, {}).setdefault(name, value)
        elif name in headers:
            given[name] = {**given.get(name, {}), **value}
        else:
            raise LoyaltyError("unknown_kind", table=name, choices=", ".join(headers))
    return given


def _tables_with(role: str, header: str | None, headers: Mapping[str, Sequence[str]]) -> list[str]:
    possible = [table for table in headers if role in ROLES[table]]
    if not possible:
        choices = dict.fromkeys(name for table in headers for name in ROLES[table])
        raise LoyaltyError("unknown_role", role=role, choices=", ".join(choices))
    found = [table for table in possible if header is None or header in headers[table]]
    if not found:
        columns = dict.fromkeys(name for table in possible for name in headers[table])
        raise LoyaltyError("unknown_column", column=header, role=role, choices=", ".join(columns))
    return found


def remote(table: str, frame: nw.LazyFrame[Any], given: Mapping[str, str | None]) -> Remote:
    """A frame of DuckDB, PySpark or lazy Polars in role names, nothing computed yet.

    What is no value becomes null: blank texts, numbers that are not finite, scores off their scale.

    Raises
    ------
    LoyaltyError
        ``no_roles`` if no column is known, ``wrong_type`` where one cannot be what its role needs.
    """
    schema = frame.collect_schema()
    found = match(table, schema.names(), given)
    if not found:
        raise LoyaltyError("no_roles", table=Message(f"table.{table}"), columns=", ".join(schema.names()))
    groupings, measures = _groupings(table, schema, found), _measures(table, schema, found)
    columns = [_typed(table, role, header, schema[header]) for role, header in found.items()]
    columns += [_text(nw.col(header)).alias(header) for header in groupings]
    columns += [_number(nw.col(header).cast(nw.Float64)).alias(header) for header in measures]
    frame = frame.select(*columns)
    if MAIN_DATE[table] in found:
        frame = frame.with_columns(**calendar(nw.col(MAIN_DATE[table])))
    return Remote(frame, found, groupings, measures)


def calendar(moment: nw.Expr) -> dict[str, nw.Expr]:
    """``day`` as ``date.toordinal()`` and ``month`` as 12 · year + month − 1 of a column of dates."""
    year, before = moment.dt.year().cast(nw.Int64), moment.dt.year().cast(nw.Int64) - 1
    day = 365 * before + before // 4 - before // 100 + before // 400 + moment.dt.ordinal_day().cast(nw.Int64)
    return {"day": day, "month": 12 * year + moment.dt.month().cast(nw.Int64) - 1}


def _groupings(table: str, schema: Mapping[str, Any], found: Mapping[str, str]) -> tuple[str, ...]:
    """Columns of text without a role."""
    free = _free(table, schema, found)
    return tuple(header for header in free if isinstance(free[header], (nw.String, nw.Categorical, nw.Enum)))


def _measures(table: str, schema: Mapping[str, Any], found: Mapping[str, str]) -> tuple[str, ...]:
    """Columns of numbers or truth without a role in a trial, but for numbers that tell rows apart."""
    free = _free(table, schema, found) if table == "trials" else {}
    return tuple(
        header
        for header, dtype in free.items()
        if isinstance(dtype, nw.Boolean)
        or (dtype.is_numeric() and (not dtype.is_integer() or may_measure(header)))
    )


def _free(table: str, schema: Mapping[str, Any], found: Mapping[str, str]) -> dict[str, Any]:
    """Columns without a role; not those whose name means something else inside a Dataset."""
    taken = {*ROLES[table], "day", "month"}
    return {
        header: dtype
        for header, dtype in schema.items()
        if header not in found.values() and header.casefold() not in taken
    }


def _typed(table: str, role: str, header: str, dtype: Any) -> nw.Expr:
    declared, column = ROLES[table][role], nw.col(header)
    wanted = {"number": "number", "money": "number", "score": "number", "duration": "number"}.get(
        declared.type, declared.type
    )
    fits = {
        "number": dtype.is_numeric(),
        "measure": dtype.is_numeric() or isinstance(dtype, nw.Boolean),
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
    if wanted in ("number", "measure"):
        return _number(column.cast(nw.Float64), declared.low, declared.high).alias(role)
    if wanted == "date":
        zoned = isinstance(dtype, nw.Datetime) and dtype.time_zone is not None
        local = column.dt.replace_time_zone(None) if zoned else column  # the clock on the wall counts
        return local.cast(nw.Datetime("us")).alias(role)
    if wanted == "yes_no":
        said = column.cast(nw.Boolean)
        return (~said if role == "consent" and refuses(header) else said).alias(role)
    return _text(column).alias(role)


def _number(column: nw.Expr, low: float | None = None, high: float | None = None) -> nw.Expr:
    honest = column.is_finite()
    if low is not None and high is not None:
        honest = honest & column.is_between(low, high) & (column == column.floor())
    return nw.when(honest).then(column)


def _text(column: nw.Expr) -> nw.Expr:
    text = column.cast(nw.String)
    return nw.when(text.str.strip_chars() != "").then(text)
