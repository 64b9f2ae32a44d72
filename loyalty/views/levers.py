"""What customers did in the last two spans of time: what the levers of a business are counted from."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from loyalty.codes import coded
from loyalty.core import by_group, period_name
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.grouping import Totals, grouped
from loyalty.models.levers import PAIRS, TOTALS, Counts
from loyalty.queries import rows
from loyalty.texts import Message

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPANS = {365: 1, 182: 2, 91: 4}  # days of a span: how many make a year
QUARTER = 3  # months
MOST = 5  # quarters in the course of time


@dataclass(frozen=True, slots=True)
class Span:
    """The longest span of time that fits twice into the orders.

    Parameters
    ----------
    days
        Its length: a year where two years are there, else half a year or a quarter.
    last
        The last day of the orders (``date.toordinal()``), which ends it.
    """

    days: int
    last: int

    @property
    def in_year(self) -> int:
        """How many make a year."""
        return SPANS[self.days]


def span(data: Dataset) -> Span:
    """How far back customers are looked at.

    Raises
    ------
    LoyaltyError
        ``too_short`` if the orders do not reach over two quarters.
    """
    period = data.period("orders")
    if period is None:
        raise data.nothing("orders", "no_customers", role=Message("role.customer"))
    first, last = (day.toordinal() for day in period)
    there = last - first + 1
    fitting = [days for days in SPANS if 2 * days <= there]
    if not fitting:
        raise LoyaltyError("too_short", days=there, needed=2 * min(SPANS))
    return Span(fitting[0], last)


def counted(data: Dataset, by: str | None = None) -> Mapping[str, Counts]:
    """What the customers of each segment did, the largest segment first; one nameless segment without `by`.

    The segment is that of a customer's first purchase. Asked again, nothing is counted again.
    """
    return data.remembered(("levers", by), lambda: _counted(data, by))


def _counted(data: Dataset, by: str | None) -> Mapping[str, Counts]:
    reach, amount = span(data), nw.col("amount")
    since = reach.last - reach.days
    late = nw.col("day") > since
    recent = data.known_purchases().filter(nw.col("day") > since - reach.days)
    people = _people(
        recent.with_columns(
            late=late.cast(nw.Int64),
            early=(~late).cast(nw.Int64),
            paid=nw.when(late).then(amount).otherwise(0.0),
            began=(nw.col("first") > since).cast(nw.Int64),
        )
    )
    known = data.customers(by)
    if by is None:
        [row] = rows(known.select(nw.len().alias("n")))
        return {"": _with(row["n"], _sums(people).get(None))}
    people = people.join(known.select("customer", "group"), on="customer", how="inner")
    sums = _sums(people, "group")
    sizes = rows(known.group_by("group").agg(nw.len().alias("n")))
    cells = [(row["group"], _with(row["n"], sums.get(row["group"]))) for row in sizes]
    return by_group(cells, lambda counts: counts.customers)


def _people(marked: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """One row a customer with what :data:`loyalty.models.levers.TOTALS` names."""
    people = grouped(marked, ["customer"], Totals(sums=["late", "early", "paid", "began"]))
    before, active = (nw.col("early") > 0).cast(nw.Float64), (nw.col("late") > 0).cast(nw.Float64)
    return people.select(
        "customer",
        before=before,
        kept=before * active,
        active=active,
        purchases=nw.col("late").cast(nw.Float64),
        revenue=nw.col("paid").cast(nw.Float64),
        new=(nw.col("began") > 0).cast(nw.Float64) * active,
    )


def _sums(people: nw.LazyFrame[Any], key: str | None = None) -> dict[str | None, dict[str, Any]]:
    products = {f"product_{at}": nw.col(TOTALS[i]) * nw.col(TOTALS[j]) for at, (i, j) in enumerate(PAIRS)}
    keys = [key] if key else []
    wide = people.select(*keys, *TOTALS, **products, seen=nw.lit(1))
    totals = nw.col(*TOTALS, *products, "seen").sum()
    found = rows(wide.group_by(*keys).agg(totals) if keys else wide.select(totals))
    return {row[key] if key else None: row for row in found}


def _with(customers: int, row: Mapping[str, Any] | None) -> Counts:
    of = row or {}
    totals = tuple(float(of.get(name) or 0) for name in TOTALS)
    products = tuple(float(of.get(f"product_{at}") or 0) for at in range(len(PAIRS)))
    return Counts(int(customers), int(of.get("seen") or 0), totals, products)


def by_quarter(data: Dataset) -> Mapping[str, Counts]:
    """The same as it stood at the end of the last quarters that have ended, quarter to counts.

    Spans are whole quarters here: four for a year. Customers of later quarters are not known yet. Two numbers
    a customer and month come back to memory.
    """
    return data.remembered(("levers by quarter",), lambda: _by_quarter(data))


def _by_quarter(data: Dataset) -> Mapping[str, Counts]:
    reach, period = span(data), data.period("orders")
    assert period is not None
    length = reach.days // min(SPANS)  # in quarters
    first, last = _quarter(period[0]), _quarter(period[1]) - (not _ends_quarter(period[1]))
    ends = range(max(last - MOST + 1, first + 2 * length - 1), last + 1)
    cells, known = _cells(data, ends.start - 2 * length, last), _known(data)
    found = {end: _until(cells, end, length, known) for end in ends}
    return {period_name(QUARTER * end, QUARTER): counts for end, counts in found.items() if counts.enough}


def _quarter(day: date) -> int:
    return (12 * day.year + day.month - 1) // QUARTER


def _ends_quarter(day: date) -> bool:
    return day.month % QUARTER == 0 and day.day == calendar.monthrange(day.year, day.month)[1]


def _cells(data: Dataset, after: int, last: int) -> Mapping[str, NDArray[Any]]:
    """What customers bought in the quarters after one and up to another; customers as numbers."""
    import numpy as np
    import polars as pl

    quarter = nw.col("month") // QUARTER
    months = data.customer_months.filter(quarter > after, quarter <= last)
    columns = months.select(
        "customer", "purchases", "amount", quarter=quarter, start=nw.col("start") // QUARTER
    )
    table = coded({"cells": columns.collect("polars").to_native()})["cells"]
    assert table is not None
    code = pl.col("customer").cat.physical().cast(pl.Int64)
    numbered = table.with_columns(code, pl.col("purchases").cast(pl.Float64))
    found = {name: numbered[name].to_numpy() for name in numbered.columns}
    anew = np.cumsum(np.bincount(found["customer"]) > 0) - 1  # the dictionary holds all names there are
    found["customer"] = anew[found["customer"]]
    places = (found["quarter"] - after).astype(np.uint16)  # short integers are sorted by their digits
    order = np.argsort(places, kind="stable")
    return {name: column[order] for name, column in found.items()}


def _known(data: Dataset) -> Mapping[int, int]:
    """How many customers began in each quarter."""
    began = data.customers().select(quarter=nw.col("month") // QUARTER).group_by("quarter")
    return {row["quarter"]: row["n"] for row in rows(began.agg(nw.len().alias("n")))}


def _until(cells: Mapping[str, NDArray[Any]], end: int, length: int, known: Mapping[int, int]) -> Counts:
    """What customers did up to the end of a quarter."""
    import numpy as np

    size = int(cells["customer"].max(initial=0)) + 1
    starts = np.searchsorted(cells["quarter"], [end - 2 * length + 1, end - length + 1, end + 1])
    early, late = slice(*starts[:2]), slice(*starts[1:])

    def total(rows_: slice, of: NDArray[Any]) -> NDArray[Any]:
        return np.bincount(cells["customer"][rows_], of[rows_], size)

    purchases = total(late, cells["purchases"])
    before, active = total(early, cells["purchases"]) > 0, purchases > 0
    new = total(late, cells["start"] > end - length) > 0
    seen = before | active
    columns = (before, before & active, active, purchases, total(late, cells["amount"]), new)
    people = np.stack([column[seen].astype(np.float64) for column in columns])
    products = np.einsum("ik,jk->ij", people, people)  # no matrix product: threads would take longer
    customers = sum(n for start, n in known.items() if start <= end)
    pairs = tuple(float(products[pair]) for pair in PAIRS)
    return Counts(customers, int(seen.sum()), tuple(map(float, people.sum(axis=1))), pairs)
