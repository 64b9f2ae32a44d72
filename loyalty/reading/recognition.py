"""What every sheet of a workbook is: its header, the tables it serves, the meaning of its columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from loyalty.columns import ROLES, TABLES, assign
from loyalty.errors import LoyaltyError
from loyalty.facts import Facts
from loyalty.reading import layout
from loyalty.reading.body import body
from loyalty.reading.facts import facts, sample
from loyalty.reading.kinds import kinds, worth
from loyalty.reading.plans import Plan
from loyalty.reading.sheets import Sheet, Workbook
from loyalty.reading.values import ids, share, take
from loyalty.synonyms import plain
from loyalty.texts import Message

Roles = Mapping[str, Mapping[str, str | None] | str | None]
Wanted = Mapping[str, Mapping[str, str | None]]
_BY_PLACE = re.compile(r"Column \d+")


@dataclass(frozen=True, slots=True, eq=False)
class _Sight:
    """A sheet as it was looked at."""

    sheet: Sheet
    header: tuple[int, int] | None
    headers: tuple[str, ...]
    rows: pl.Series
    facts: Mapping[str, Facts]


def recognise(workbook: Workbook, roles: Roles | None = None) -> tuple[Plan, ...]:
    """A plan for every sheet.

    Parameters
    ----------
    workbook
        As it was opened.
    roles
        What is prescribed: table to role to header, or role to header for every table that has the role.
        None as header keeps a role empty. Prescribed roles win over what the headers say; a sheet that has
        all prescribed headers of a table serves this table.

    Returns
    -------
    tuple of Plan
        In the order of the sheets; a sheet that serves no table says why.

    Raises
    ------
    LoyaltyError
        ``unknown_role`` or ``unknown_column``, with what there is.
    """
    nested, flat = _split(roles or {})
    sights = [_look(sheet, layout.find(sheet)) for sheet in workbook.sheets]
    sights = _without_headers(sights, {*_headers_in(nested), *_headers_in({"": flat})})
    _check_headers(sights, nested, flat)
    plans = [_plan(index, sight, nested, flat) for index, sight in enumerate(sights)]
    return tuple(_not_twice(workbook, plans))


def plan_of(sheet: Sheet, headers: Sequence[str], index: int, table: str, roles: Roles | None = None) -> Plan:
    """The plan for a sheet whose table and headers are known, as those of a data frame are.

    Raises
    ------
    LoyaltyError
        ``unknown_role``, ``unknown_column``, or ``no_roles`` if no column is known.
    """
    nested, flat = _split(roles or {})
    given = {
        **{role: header for role, header in flat.items() if role in ROLES[table]},
        **nested.get(table, {}),
    }
    rows = pl.int_range(0, sheet.height, eager=True, dtype=pl.UInt32)
    few = sample(rows)
    seen = {name: facts(column, few) for name, column in zip(headers, sheet.columns, strict=True)}
    found = assign(table, headers, given, seen)
    if not found:
        raise LoyaltyError("no_roles", table=Message(f"table.{table}"), columns=", ".join(headers))
    return Plan(index, None, tuple(headers), {table: {role: place.header for role, place in found.items()}})


def _split(roles: Roles) -> tuple[Wanted, Mapping[str, str | None]]:
    """What is prescribed for one table, and what for every table."""
    nested = {table: dict(given) for table, given in roles.items() if isinstance(given, Mapping)}
    flat = {role: header for role, header in roles.items() if not isinstance(header, Mapping)}
    for table, given in nested.items():
        if table not in TABLES:
            raise LoyaltyError("unknown_kind", table=table, choices=", ".join(TABLES))
        for role in given:
            if role not in ROLES[table]:
                raise LoyaltyError("unknown_role", role=role, choices=", ".join(ROLES[table]))
    every = tuple(dict.fromkeys(role for table in TABLES for role in ROLES[table]))
    for role in flat:
        if role not in every:
            raise LoyaltyError("unknown_role", role=role, choices=", ".join(every))
    return nested, flat


def _look(sheet: Sheet, header: tuple[int, int] | None) -> _Sight:
    names = layout.headers(sheet, header)
    rows = body(sheet, header).rows
    few = sample(rows)
    seen = (
        {name: facts(column, few) for name, column in zip(names, sheet.columns, strict=True)}
        if len(few)
        else {}
    )
    return _Sight(sheet, header, names, rows, {name: fact for name, fact in seen.items() if fact.filled})


def _headers_in(wanted: Wanted) -> set[str]:
    return {header for given in wanted.values() for header in given.values() if header is not None}


def _without_headers(sights: list[_Sight], wanted: set[str]) -> list[_Sight]:
    """Columns named by their place, ``Column 2``, say that the first row is no header."""
    if not wanted or not all(map(_BY_PLACE.fullmatch, wanted)):
        return sights
    if any(wanted <= set(sight.headers) for sight in sights):
        return sights
    return [_look(sight.sheet, None) for sight in sights]


def _resolved(header: str, headers: Sequence[str]) -> str | None:
    """The header that is meant, whatever its case and spaces."""
    if header in headers:
        return header
    like = [name for name in headers if plain(name) == plain(header)]
    return like[0] if len(like) == 1 else None


def _given(sight: _Sight, given: Mapping[str, str | None]) -> dict[str, str | None] | None:
    """What is prescribed in the names of this sheet; None when it lacks one of them."""
    found = {role: header and _resolved(header, sight.headers) for role, header in given.items()}
    missing = any(header and not found[role] for role, header in given.items())
    return None if missing else found


def _check_headers(sights: Sequence[_Sight], nested: Wanted, flat: Mapping[str, str | None]) -> None:
    parts = [*nested.values(), *([flat] if flat else [])]
    for given in parts:
        if any(_given(sight, given) is not None for sight in sights):
            continue
        for role, header in given.items():
            if header and not any(_resolved(header, sight.headers) for sight in sights):
                raise LoyaltyError("unknown_column", role=role, column=header, choices=_all_headers(sights))
        names = ", ".join(header for header in given.values() if header)
        raise LoyaltyError("columns_apart", columns=names)


def _all_headers(sights: Sequence[_Sight]) -> str:
    return ", ".join(dict.fromkeys(header for sight in sights for header in sight.headers[:60]))


def _plan(index: int, sight: _Sight, nested: Wanted, flat: Mapping[str, str | None]) -> Plan:
    bare = Plan(index, sight.header, sight.headers)
    if not len(sight.rows):
        return replace(bare, reason=Message("reason.no_rows" if sight.header else "reason.empty"))
    given = {table: _prescribed(table, sight, nested, flat) for table in TABLES}
    found = {table: assign(table, tuple(sight.facts), given[table], sight.facts) for table in TABLES}
    tables, reason = kinds(sight.sheet.name, sight.headers, sight.facts, found)
    forced = tuple(table for table in nested if given[table]) or _flat_tables(tables, flat, given)
    tables = tuple(table for table in TABLES if table in {*tables, *forced})
    if not tables and sight.header is None and reason is not None:
        reason = Message("reason.no_header")
    chosen = {table: {role: place.header for role, place in found[table].items()} for table in tables}
    return replace(bare, tables=chosen, reason=None if chosen else reason)


def _prescribed(
    table: str, sight: _Sight, nested: Wanted, flat: Mapping[str, str | None]
) -> dict[str, str | None]:
    own = {**{role: header for role, header in flat.items() if role in ROLES[table]}, **nested.get(table, {})}
    found = _given(sight, own) or {}
    return {role: header for role, header in found.items() if header is None or header in sight.facts}


def _flat_tables(
    tables: tuple[str, ...], flat: Mapping[str, str | None], given: Mapping[str, Mapping[str, str | None]]
) -> tuple[str, ...]:
    """Where a sheet is not recognised: the first table that has all the prescribed roles."""
    named = [role for role, header in flat.items() if header]
    if tables or not named:
        return ()
    return next(((table,) for table in TABLES if all(given[table].get(role) for role in named)), ())


def _not_twice(workbook: Workbook, plans: list[Plan]) -> list[Plan]:
    """Hidden sheets stand back, and of sheets that hold the same orders the fullest is kept."""
    seen = {table for plan in plans if not workbook.sheets[plan.sheet].hidden for table in plan.tables}
    for place, plan in enumerate(plans):
        if workbook.sheets[plan.sheet].hidden and seen & set(plan.tables):
            plans[place] = replace(plan, tables={}, reason=Message("reason.hidden"))
    plans = [_without_customers(plan, plans) for plan in plans]
    with_orders = [plan for plan in plans if "order" in plan.tables.get("orders", {})]
    if len(with_orders) < 2:
        return plans
    best_first = sorted(with_orders, key=lambda plan: (-worth("orders", plan.tables["orders"]), plan.sheet))
    kept: list[tuple[Plan, pl.Series]] = []
    for plan in best_first:
        orders = _orders(workbook.sheets[plan.sheet], plan)
        same = next((other for other, known in kept if _overlap(orders, known) > 0.5), None)
        if same is None or _complements(plan, same):
            kept.append((plan, orders))
            continue
        tables = {table: roles for table, roles in plan.tables.items() if table != "orders"}
        name = workbook.sheets[same.sheet].name
        plans[plan.sheet] = replace(
            plan, tables=tables, reason=Message("reason.same_orders", {"sheet": name})
        )
    return plans


def _complements(plan: Plan, other: Plan) -> bool:
    """Whether a sheet has the items and amounts of orders that another has the dates or customers of."""
    items, heads = set(plan.tables["orders"]), set(other.tables["orders"])
    return bool({"amount", "price"} & items) and not {"amount", "price", "product"} & heads


def _without_customers(plan: Plan, plans: Sequence[Plan]) -> Plan:
    """A list of customers with a date (of signing up) is none of purchases where others have amounts."""
    said = set(plan.tables.get("orders", {}))
    money = any({"amount", "price"} & set(other.tables.get("orders", {})) for other in plans)
    if not said or not money or said & {"amount", "price", "order", "product", "quantity"}:
        return plan
    tables = {table: roles for table, roles in plan.tables.items() if table != "orders"}
    return replace(plan, tables=tables, reason=None if tables else Message("reason.customers"))


def _orders(sheet: Sheet, plan: Plan) -> pl.Series:
    column = sheet.columns[plan.headers.index(plan.tables["orders"]["order"])]
    return ids(take(column, body(sheet, plan.header).rows)).drop_nulls().unique()


def _overlap(one: pl.Series, other: pl.Series) -> float:
    smaller, larger = sorted((one, other), key=len)
    return share(smaller.is_in(larger.implode()))
