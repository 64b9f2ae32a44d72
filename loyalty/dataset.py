"""The data of one business in role names, and the two doors that lead to it: files and frames."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from loyalty.codes import coded
from loyalty.columns import ROLES, TABLES
from loyalty.core import Need, role_names
from loyalty.errors import LoyaltyError, Note
from loyalty.history import History
from loyalty.memory import Memory
from loyalty.queries import lazy, rows
from loyalty.remote import Given, Roles, headers, prescribed, remote, wrap
from loyalty.texts import Message

if TYPE_CHECKING:
    import polars as pl

    from loyalty.reading.plans import Plan
    from loyalty.reading.sheets import Workbook
    from loyalty.reading.tables import Tables


@dataclass(frozen=True, eq=False)
class Dataset(History):
    """Orders, responses, visits and trials of one business, ready to be asked.

    Parameters
    ----------
    orders, responses, visits, trials
        Lazy frames in role names (see :data:`loyalty.columns.ROLES`); None where there is no such table.
        The main date of a table comes with ``day`` (``date.toordinal()``) and ``month``
        (``12 · year + month − 1``) as integers.
    id
        Differs whenever data, roles or settings differ.
    name
        What to call the data on a screen.
    notes
        What was repaired or left out on the way.
    left_out
        The rows that do not take part, with file, sheet, row, reason and their cells.
    roles
        Table to role to the header in the user's file.
    groupings
        Table to further columns that ``by`` may take, under their own headers.
    measures
        Table to further columns of numbers that may be compared; only trials have any.
    scales
        Question (role of ``responses``) to the scale it was answered on, from the worst answer to the best,
        as ``"1-5"``; empty where the answers are on a database.
    currency
        ISO code or sign of the amounts, where the file says so.
    """

    orders: nw.LazyFrame[Any] | None = None
    responses: nw.LazyFrame[Any] | None = None
    visits: nw.LazyFrame[Any] | None = None
    trials: nw.LazyFrame[Any] | None = None
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    name: str = ""
    notes: tuple[Note, ...] = ()
    left_out: pl.DataFrame | None = None
    roles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    groupings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    measures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scales: Mapping[str, str] = field(default_factory=dict)
    currency: str | None = None
    _memory: Memory = field(default_factory=Memory, init=False, repr=False)

    @classmethod
    def from_tables(cls, tables: Tables, id: str, name: str = "") -> Dataset:
        """What the reader made of a file, as a Dataset."""
        frames = coded({table: getattr(tables, table) for table in TABLES})
        return cls(
            **{table: None if frame is None else lazy(frame) for table, frame in frames.items()},
            id=id,
            name=name,
            notes=tables.notes,
            left_out=tables.left_out,
            roles=tables.roles,
            groupings=tables.groupings,
            measures=tables.measures,
            scales=tables.scales,
            currency=tables.currency,
        )

    @classmethod
    def from_frames(
        cls,
        orders: Any = None,
        responses: Any = None,
        visits: Any = None,
        trials: Any = None,
        roles: Roles | None = None,
        name: str = "",
    ) -> Dataset:
        """A Dataset from data frames.

        Frames in memory (pandas, Polars, PyArrow) go through the same recognition and repair as a file.
        DuckDB relations, PySpark and Polars lazy frames stay on their engine: their columns must already
        have fitting types, and rows without a date or an amount are passed over by the metrics.

        Parameters
        ----------
        orders, responses, visits, trials
            Data frames.
        roles
            Table to role to column name; what is not given is recognised by name. A flat mapping of role
            to column name is meant for every table that has the column.

        Raises
        ------
        LoyaltyError
            If a named column is not there, or no column could be recognised.

        Examples
        --------
        >>> import pandas as pd
        >>> orders = pd.DataFrame({"who": ["a", "a"], "when": ["2025-01-03", "2025-02-01"], "paid": [3, 4]})
        >>> data = Dataset.from_frames(
        ...     orders=orders, roles={"customer": "who", "date": "when", "amount": "paid"}
        ... )
        >>> data.period("orders")
        (datetime.date(2025, 1, 3), datetime.date(2025, 2, 1))
        """
        given = {"orders": orders, "responses": responses, "visits": visits, "trials": trials}
        given = {table: frame for table, frame in given.items() if frame is not None}
        if not given:
            raise LoyaltyError("no_frames")
        wrapped = {table: wrap(table, frame) for table, frame in given.items()}
        chosen = prescribed(roles, {table: headers(frame) for table, frame in wrapped.items()})
        elsewhere = {table: frame for table, frame in wrapped.items() if isinstance(frame, nw.LazyFrame)}
        here = {table: frame for table, frame in wrapped.items() if table not in elsewhere}
        parts = [_from_remote(elsewhere, chosen, name)] if elsewhere else []
        if here:
            from loyalty.reading import tables_of_frames

            tables = tables_of_frames(here, chosen)
            parts.append(cls.from_tables(tables, uuid.uuid4().hex, name))
        return parts[0] if len(parts) == 1 else _joined(*parts)

    def table(self, name: str) -> nw.LazyFrame[Any]:
        """One table by its name.

        Raises
        ------
        LoyaltyError
            ``no_such_table`` if the data hold none.
        """
        frame = getattr(self, name)
        if frame is None:
            raise LoyaltyError("no_such_table", table=Message(f"table.{name}"))
        return frame

    @property
    def in_memory(self) -> bool:
        """Whether no table is on a database."""
        frames = (getattr(self, table) for table in TABLES)
        return all(frame is None or frame.implementation.is_polars() for frame in frames)

    def has(self, table: str, *roles: str) -> bool:
        """Whether a table is there and has all these columns."""
        return getattr(self, table) is not None and set(roles) <= set(self.columns(table))

    def columns(self, table: str) -> tuple[str, ...]:
        """Names of the columns of a table; empty when it is not there."""
        return self._columns.get(table, ())

    @cached_property
    def _columns(self) -> dict[str, tuple[str, ...]]:
        frames = {table: getattr(self, table) for table in TABLES}
        return {
            table: tuple(frame.collect_schema().names())
            for table, frame in frames.items()
            if frame is not None
        }

    def missing(self, *needs: Need) -> tuple[Need, ...]:
        """What a metric needs and the data lack, with the roles that are lacking; empty when all is there."""
        lacking = (
            Need(need.table, tuple(role for role in need.roles if not self._any(need.table, role)))
            for need in needs
        )
        return tuple(need for need in lacking if need.roles)

    def _any(self, table: str, role: str | tuple[str, ...]) -> bool:
        return any(self.has(table, choice) for choice in ((role,) if isinstance(role, str) else role))

    def require(self, *needs: Need) -> None:
        """Refuse a question whose columns are not there.

        Raises
        ------
        LoyaltyError
            ``missing_table`` or ``missing_columns``, naming them.
        """
        for need in self.missing(*needs):
            id = "missing_table" if getattr(self, need.table) is None else "missing_columns"
            raise LoyaltyError(id, table=Message(f"table.{need.table}"), roles=role_names(need.roles))

    def nothing(self, table: str, id: str, **holes: Any) -> LoyaltyError:
        """The error `id`, unless there is less than that.

        Returns
        -------
        LoyaltyError
            ``no_rows`` if the table is empty, as it may be in a chosen period; ``no_purchases`` if no order
            has an amount above zero.
        """
        if not _any_row(self.table(table)):
            return LoyaltyError("no_rows", table=Message(f"table.{table}"))
        if table == "orders" and self.has(table, "amount") and not _any_row(self.purchases):
            return LoyaltyError("no_purchases", role=Message("role.amount"))
        return LoyaltyError(id, **holes)

    def by_choices(self, table: str) -> tuple[str, ...]:
        """Names that ``by`` may take for metrics of this table."""
        categories = [
            name
            for name, role in ROLES[table].items()
            if role.type == "category" and name not in ("product", "currency", "status", "category")
        ]
        return tuple(name for name in categories if self.has(table, name)) + self.groupings.get(table, ())

    def measure_choices(self, table: str) -> tuple[str, ...]:
        """Names of the columns whose values may be compared between groups, the outcome first."""
        declared = [name for name, role in ROLES[table].items() if role.type == "measure"]
        return tuple(name for name in declared if self.has(table, name)) + self.measures.get(table, ())

    def header(self, table: str, by: str | None) -> str | None:
        """What a column is called in the user's file."""
        return self.roles.get(table, {}).get(by, by) if by else None

    def check_by(self, table: str | None, by: str | None) -> None:
        """Refuse a breakdown by a column that is not there: in a table, or in none where that is None.

        Raises
        ------
        LoyaltyError
            ``unknown_group``, with the choices, or ``no_groups`` if there are none.
        """
        tables = ROLES if table is None else (table,)
        choices = dict.fromkeys(name for each in tables for name in self.by_choices(each))
        if by is not None and by not in choices:
            raise LoyaltyError("unknown_group" if choices else "no_groups", by=by, choices=", ".join(choices))

    def period(self, table: str) -> tuple[date, date] | None:
        """First and last day of a table; None when it has no dates."""
        if not self.has(table, "day"):
            return None
        return self._memory.get(("period", table), lambda: self._period(table))

    def _period(self, table: str) -> tuple[date, date] | None:
        ends = nw.col("day").min().alias("first"), nw.col("day").max().alias("last")
        [row] = rows(self.table(table).select(*ends))
        if row["first"] is None:
            return None
        return date.fromordinal(row["first"]), date.fromordinal(row["last"])

    def last_whole_month(self, days: int) -> int:
        """The last month whose every new customer has had so many days by the last day of the orders."""
        period = self.period("orders")
        if period is None:
            return 0
        reached = date.fromordinal(max(1, period[1].toordinal() - days + 1))
        return 12 * reached.year + reached.month - 2

    def between(self, start: date, end: date) -> Dataset:
        """The same data from the first to the last day, both included; rows without a date fall out."""

        def cut(table: str) -> nw.LazyFrame[Any] | None:
            frame = getattr(self, table)
            if not self.has(table, "day"):
                return frame
            return frame.filter(nw.col("day").is_between(start.toordinal(), end.toordinal()))

        frames: dict[str, Any] = {table: cut(table) for table in TABLES}
        return replace(self, id=sha256(f"{self.id}{start}{end}".encode()).hexdigest(), **frames)


def _from_remote(frames: Mapping[str, nw.LazyFrame[Any]], chosen: Mapping[str, Given], name: str) -> Dataset:
    found = {table: remote(table, frame, chosen.get(table, {})) for table, frame in frames.items()}
    tables: dict[str, Any] = {table: one.frame for table, one in found.items()}
    return Dataset(
        **tables,
        name=name,
        roles={table: one.roles for table, one in found.items()},
        groupings={table: one.groupings for table, one in found.items()},
        measures={table: one.measures for table, one in found.items() if table == "trials"},
    )


def _joined(one: Dataset, other: Dataset) -> Dataset:
    tables: dict[str, Any] = {
        table: getattr(other if getattr(one, table) is None else one, table) for table in TABLES
    }
    return replace(
        one,
        **tables,
        notes=one.notes + other.notes,
        left_out=other.left_out if one.left_out is None else one.left_out,
        roles={**one.roles, **other.roles},
        groupings={**one.groupings, **other.groupings},
        measures={**one.measures, **other.measures},
        scales={**one.scales, **other.scales},
        currency=one.currency or other.currency,
    )


def build(workbook: Workbook, plans: tuple[Plan, ...], name: str = "") -> Dataset:
    """A Dataset from an opened workbook and the plans for its sheets.

    The id is that of the bytes and the plans, so equal files read alike share cached results.
    """
    from loyalty.reading import build as build_tables

    id = sha256(f"{workbook.digest}{plans!r}".encode()).hexdigest()
    return Dataset.from_tables(build_tables(workbook, plans), id, name)


def _any_row(frame: nw.LazyFrame[Any]) -> bool:
    [row] = rows(frame.select(nw.len().alias("rows")))
    return bool(row["rows"])


def read(source: Any, roles: Roles | None = None, name: str | None = None) -> Dataset:
    """Read one spreadsheet or several into a Dataset.

    Parameters
    ----------
    source
        Path, bytes or binary file of an xlsx, xlsm, xls, xlsb, ods, csv, tsv or txt; or a list of these,
        whose tables are put under each other.
    roles
        Table to role to column header, where recognition shall be overruled; a header of None leaves a
        role empty. Columns of a sheet without headers are called ``"Column 1"``, ``"Column 2"`` …
    name
        What to call the data; by default the file's name.

    Returns
    -------
    Dataset
        With everything that was repaired or left out in its ``notes`` and ``left_out``.

    Raises
    ------
    LoyaltyError
        If the file cannot be read, or nothing in it is a table of orders, responses, visits or trials.
    """
    from loyalty.reading import open_workbook, recognise

    workbook = open_workbook(source, name)
    title = name or ", ".join(dict.fromkeys(sheet.file for sheet in workbook.sheets))
    return build(workbook, recognise(workbook, roles), title)
