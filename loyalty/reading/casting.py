"""One sheet as a typed table in role names: every column read once, by its role."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from loyalty import limits
from loyalty.columns import MAIN_DATE, ROLES, STAND_INS, Role, may_measure
from loyalty.errors import LoyaltyError
from loyalty.reading import currency, layout, statuses
from loyalty.reading.body import body
from loyalty.reading.dates import dates
from loyalty.reading.findings import Findings
from loyalty.reading.numbers import comma_evidence, measures, numbers, scores
from loyalty.reading.plans import Plan
from loyalty.reading.sheets import Column, Sheet
from loyalty.reading.values import (
    Parsed,
    categories,
    height,
    ids,
    refusals,
    rounded,
    seconds,
    share,
    take,
    texts,
    truths,
)
from loyalty.synonyms import language, named, plain, refuses
from loyalty.texts import Message

NUMERIC = ("number", "money", "score", "duration", "measure")
SURELY = 0.8  # of the filled cells must be numbers before a further column of a trial is a measure
_STYLE_ROWS = 5_000  # rows that show whether a sheet writes decimal commas
_WORLD = ("de", "es", "fr", "pt", "ru")  # decimal comma, and the day before the month
_DERIVED = re.compile(r"promoter|detractor|passive|nps|推荐者|贬损者|被动者", re.I)
_NUMBERED = re.compile(r"^(.*?\D)[\s._(]*1\)?$")
_AGAIN = r"[\s._(]*{}\)?$"


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """What one sheet gives to one table.

    Parameters
    ----------
    frame
        Columns in role names, groupings and measures under their headers; ``_sheet``, ``_row``, and
        ``_copy``, a hash of the whole original row.
    unread
        Role to the rows (boolean) whose cell could not be read.
    """

    plan: Plan
    frame: pl.DataFrame
    unread: Mapping[str, pl.Series]


@dataclass(frozen=True, slots=True)
class _Style:
    """How a sheet writes: what decides where a column alone does not."""

    decimal_comma: bool | None
    day_first: bool | None


def data_rows(sheet: Sheet, plan: Plan, findings: Findings) -> pl.Series:
    """The rows of the table; totals, repeated headers and strays are kept as left out."""
    found = body(sheet, plan.header)
    above = plan.header[0] if plan.header else 0
    if above:
        filled = pl.Series(
            [row for row, cells in enumerate(layout.top(sheet, above)) if any(cells)], dtype=pl.UInt32
        )
        findings.note("seen", "title_rows", _places(plan, filled))
    for reason, rows in found.left_out.items():
        findings.record(_places(plan, rows), reason)
    return found.rows


def _places(plan: Plan, rows: pl.Series) -> pl.DataFrame:
    return pl.DataFrame({"_row": rows.cast(pl.UInt32)}).with_columns(
        _sheet=pl.lit(plan.sheet, dtype=pl.UInt32)
    )


def cast(table: str, sheet: Sheet, plan: Plan, rows: pl.Series, findings: Findings) -> Part:
    """Read the columns of a table.

    Parameters
    ----------
    table
        One of those that the plan names.
    sheet, plan
        Where and how.
    rows
        The data rows.
    findings
        Gets a note for every repair and every cell that could not be read.
    """
    roles = plan.tables[table]
    if not roles:
        raise LoyaltyError("no_column_chosen", table=Message(f"table.{table}"))
    columns = {header: take(c, rows) for header, c in zip(plan.headers, sheet.columns, strict=False)}
    columns = {header: column for header, column in columns.items() if height(column)}
    style = _style(table, plan, columns)
    places = _places(plan, rows)
    found, unread = {}, {}
    for role, header in roles.items():
        column = columns.get(header, Column(text=pl.Series([None] * len(rows), dtype=pl.String)))
        parsed = _read(ROLES[table][role], header, column, plan, style)
        found[role], unread[role] = parsed.values.alias(role), parsed.unread
        _remark(table, role, header, parsed, column, places, plan, findings)
    if "comment" in found:
        found["comment"] = _with_other_comments(found["comment"], roles, columns, places, findings)
    beside = {header for block in wide(plan, table) for header in block.values()}
    free = _free(table, {*roles.values(), *beside}, columns)
    measured = _measures(free, plan, style, places, findings) if table == "trials" else []
    extra = measured + _groupings({header: c for header, c in free.items() if header not in _names(measured)})
    if table == "orders":
        found["currency"] = _currency(found, roles, columns, plan, len(rows)).alias("currency")
        found |= _further_statuses(roles, columns)
    frame = places.with_columns(*found.values(), *extra, _hash(columns.values(), len(rows)))
    return Part(plan, frame, unread)


def _style(table: str, plan: Plan, columns: Mapping[str, Column]) -> _Style:
    wanted = plan.tables[table].items()
    numeric = [columns[h] for role, h in wanted if ROLES[table][role].type in NUMERIC and h in columns]
    shown = sum(comma_evidence(_head(column)) for column in numeric)
    foreign = language(plan.headers) in _WORLD
    comma = shown > 0 if shown else (foreign or None)
    return _Style(comma, True if comma or foreign else _day_first(plan.tables[table], columns, plan))


def _day_first(roles: Mapping[str, str], columns: Mapping[str, Column], plan: Plan) -> bool | None:
    """What the currency of the first amounts says about the order of day and month."""
    few = {header: _head(column) for header, column in columns.items() if header in roles.values()}
    if "currency" in roles and roles["currency"] in few:
        return currency.writes_day_first(currency.standards(texts(few[roles["currency"]])))
    return currency.writes_day_first(_beside_amounts(roles, few, plan, 0))


def _head(column: Column) -> Column:
    return Column(
        *(None if s is None else s.head(_STYLE_ROWS) for s in (column.text, column.number, column.moment))
    )


def _read(role: Role, header: str, column: Column, plan: Plan, style: _Style) -> Parsed:
    if role.type == "date":
        return dates(column, plan.day_first, style.day_first)
    if role.type == "score":
        return scores(column, plan.decimal_comma)
    if role.type == "measure":
        return measures(column, plan.decimal_comma, style.decimal_comma)
    if role.type in ("number", "money"):
        return _in_units(role, header, numbers(column, plan.decimal_comma, style.decimal_comma))
    if role.type == "duration":
        return seconds(column, header)
    if role.type == "yes_no":
        return refusals(column) if role.name == "consent" and refuses(header) else truths(column)
    return _as_text(role, header, column)


def _in_units(role: Role, header: str, parsed: Parsed) -> Parsed:
    """Amounts that the header gives in thousands or ten thousands, in whole units."""
    unit = currency.unit(header) if role.type == "money" else 1.0
    if unit == 1:
        return parsed
    remarks = {**parsed.remarks, "in_units": len(parsed.values) - parsed.values.null_count()}
    return Parsed(parsed.values * unit, parsed.unread, remarks)


def _as_text(role: Role, header: str, column: Column) -> Parsed:
    remarks: dict[str, int] = {}
    if role.type == "category" or (role.name in ("customer", "visitor") and _are_names(column)):
        values, changed = categories(column, people=role.type == "id")
        remarks = {"spellings": changed} if changed else {}
    elif role.type == "text":
        values = texts(column, NO_COMMENT)
    else:
        values = ids(column)
        if any(named(table, "phone", header) > 0.7 for table in ROLES):
            values = values.str.replace_all(r"[\s\u00a0().\-–/]", "")
    lost = rounded(column) if role.type == "id" else pl.repeat(False, len(values), eager=True)
    return Parsed(values.set(lost, None) if lost.any() else values, lost, remarks)


NO_COMMENT = (
    "-",
    "--",
    "—",
    "/",
    "n/a",
    "none",
    "无",
    "(空)",
    "（空）",
    "(跳过)",
    "（跳过）",
    "没有",
    "暂无",
    "null",
    "nan",
    ".",
)


def _are_names(column: Column) -> bool:
    """Whether customers are told apart by names, in which case and spaces mean nothing."""
    if column.text is None:
        return False
    some = column.text.drop_nulls().head(1_000)
    return len(some) > 0 and share(~some.str.contains(r"\d|@")) > 0.8


def _remark(
    table: str,
    role: str,
    header: str,
    parsed: Parsed,
    column: Column,
    places: pl.DataFrame,
    plan: Plan,
    findings: Findings,
) -> None:
    """Notes on a column: choices that were made for it, and cells without a readable value."""
    if parsed.scale:
        findings.scales[role] = parsed.scale
    for id, count in parsed.remarks.items():
        if id == "spellings":
            changed = texts(column) != parsed.values
            findings.note("repaired", "spellings", places.filter(changed.fill_null(False)), header)
        elif plan.day_first is None or id not in ("day_first", "month_first"):
            findings.note("repaired", id, places.head(count), header, **parsed.holes)
    main = role == MAIN_DATE[table] or (table == "orders" and role in ("amount", "price"))
    if parsed.unread.any() and not (main and table in ("orders", "visits")):
        first = texts(column).filter(parsed.unread)[0]
        findings.note(
            "left_out", f"unread_{_word(table, role)}", places.filter(parsed.unread), header, value=first
        )


def _word(table: str, role: str) -> str:
    kind = ROLES[table][role].type
    words = {"date": "dates", "yes_no": "yes_no", "score": "answers", "duration": "durations", "id": "ids"}
    return words.get(kind, "numbers")


def _currency(
    found: Mapping[str, pl.Series],
    roles: Mapping[str, str],
    columns: Mapping[str, Column],
    plan: Plan,
    size: int,
) -> pl.Series:
    """The currency of each row, from its own column or from what stands beside the amounts."""
    if "currency" in found:
        return currency.standards(found["currency"])
    return _beside_amounts(roles, columns, plan, size)


def _beside_amounts(
    roles: Mapping[str, str], columns: Mapping[str, Column], plan: Plan, size: int
) -> pl.Series:
    header = roles.get("amount", roles.get("price"))
    if header is None or header not in columns:
        return pl.Series([None] * size, dtype=pl.String)
    return currency.beside(columns[header], header, plan.headers)


def _further_statuses(roles: Mapping[str, str], columns: Mapping[str, Column]) -> dict[str, pl.Series]:
    """What else says how an order stands: its payment, delivery, complaints in columns of their own."""
    free = [header for header in columns if "status" in roles and header not in roles.values()]
    further = [header for header in free if named("orders", "status", header) >= statuses.SURE]
    return {(name := f"{statuses.FURTHER}{h}"): texts(columns[h]).alias(name) for h in further}


def _with_other_comments(
    comments: pl.Series,
    roles: Mapping[str, str],
    columns: Mapping[str, Column],
    places: pl.DataFrame,
    findings: Findings,
) -> pl.Series:
    """Blank comments filled from other questions of the kind (“If you would, why?”, “If not, why?”)."""
    for header, column in columns.items():
        if header in roles.values() or column.text is None or named("responses", "comment", header) < 0.7:
            continue
        other = texts(column, NO_COMMENT)
        joined = comments.is_null() & other.is_not_null()
        if joined.any() and other.drop_nulls().n_unique() > 0.5 * (len(other) - other.null_count()):
            findings.note(
                "repaired", "comments_joined", places.filter(joined), roles["comment"], header=header
            )
            comments = comments.zip_with(~joined, other)
    return comments.alias("comment")


def _free(table: str, used: set[str], columns: Mapping[str, Column]) -> dict[str, Column]:
    """Further columns that may keep their own header."""
    reserved = {*used, *ROLES[table], "day", "month"}
    return {header: column for header, column in columns.items() if header not in reserved}


def _measures(
    free: Mapping[str, Column], plan: Plan, style: _Style, places: pl.DataFrame, findings: Findings
) -> list[pl.Series]:
    """Further columns of a trial whose values may be compared: numbers, or yes and no."""
    found = []
    for header, column in free.items():
        parsed = measures(column, plan.decimal_comma, style.decimal_comma)
        known = parsed.values.drop_nulls()
        filled = len(known) + int(parsed.unread.sum())
        names_rows = not may_measure(header) and share(known == known.round()) > SURELY
        if known.n_unique() > 1 and len(known) >= SURELY * filled and not names_rows:
            _remark("trials", "outcome", header, parsed, column, places, plan, findings)
            found.append(parsed.values.alias(header))
    return found


def _names(columns: Iterable[pl.Series]) -> set[str]:
    return {column.name for column in columns}


def _groupings(free: Mapping[str, Column]) -> list[pl.Series]:
    """Further columns with few different texts, for breakdowns."""
    found = [categories(c)[0].alias(h) for h, c in free.items() if _may_group(h, c)]
    return [values for values in found if _is_grouping(values)]


def _may_group(header: str, column: Column) -> bool:
    """Whether a column is no name, no note, nothing computed from the score, and not long to look at."""
    if column.text is None or _DERIVED.search(header) or named("responses", "comment", header) > 0.7:
        return False
    if any(named("orders", kind, header) > 0.8 for kind in STAND_INS):
        return False
    return column.text.head(1_000).n_unique() <= 2 * limits.GROUPING_VALUES


def _is_grouping(values: pl.Series) -> bool:
    """Few names of groups, neither numbers nor dates that came as text."""
    known = values.drop_nulls()
    most = min(limits.GROUPING_VALUES, max(2, len(values) // 2))
    if not 2 <= known.n_unique() <= most or (known.str.len_chars() > 80).any():
        return False
    return share(known.str.contains(r"^[^\p{L}]*$")) <= 0.5


def _hash(columns: Iterable[Column], size: int) -> pl.Series:
    parts = [s for c in columns for s in (c.text, c.number, c.moment) if s is not None]
    if not parts:
        return pl.repeat(0, size, dtype=pl.UInt64, eager=True).alias("_copy")
    return pl.DataFrame([s.alias(str(place)) for place, s in enumerate(parts)]).hash_rows().alias("_copy")


def wide(plan: Plan, table: str) -> list[dict[str, str]]:
    """Role to header for the second, third … item of a table that has several items in one row.

    ``Product 1, Sales, Product 2, Sales.1`` are two lines of an order beside each other.

    Examples
    --------
    >>> headers = ("Customer", "Product 1", "Sales", "Product 2", "Sales.1")
    >>> wide(Plan(0, (0, 0), headers, {"orders": {"product": "Product 1", "amount": "Sales"}}), "orders")
    [{'product': 'Product 2', 'amount': 'Sales.1'}]
    """
    roles = plan.tables[table]
    place = roles.get("product") and _NUMBERED.match(roles["product"])
    blocks: list[dict[str, str]] = []
    while place:
        block = {
            role: sibling
            for role in ("product", "amount", "quantity", "price", "category")
            if role in roles and (sibling := _sibling(roles[role], len(blocks) + 2, plan.headers))
        }
        if "product" not in block:
            break
        blocks.append(block)
    return blocks


def _sibling(header: str, number: int, headers: Iterable[str]) -> str | None:
    stem = _NUMBERED.match(header)
    base = stem[1] if stem else header
    numbers_ = (number,) if stem else (number, number - 1)  # a copied name gets .1 or (2)
    for wanted in numbers_:
        pattern = re.compile(re.escape(base.rstrip()) + _AGAIN.format(wanted))
        for name in headers:
            if name != header and pattern.match(name) and plain(name) != plain(header):
                return name
    return None
