"""What counts as a purchase, and what a customer's first ones are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw

from loyalty.codes import grouped, ordered
from loyalty.queries import keep, nothing

SUMMED = ("amount", "discount")
MONTHS = 2**20  # above every number of a month: day · MONTHS + month is both in one, in the order of time


def in_orders(lines: nw.LazyFrame[Any], columns: Sequence[str]) -> nw.LazyFrame[Any]:
    """Order lines summed to orders, whatever their sign.

    Lines belong together by their order id; without one, by customer and day; without either, a line
    stands for itself. What is not summed is the least of an order's values.

    Parameters
    ----------
    lines
        The orders table.
    columns
        What to keep of ``customer``, ``day``, ``month``, ``order``, ``amount``, ``discount`` and the
        segments.
    """
    there, parts = set(lines.collect_schema().names()), []
    if "discount" in columns:
        lines = lines.with_columns(nw.col("discount").fill_null(0.0))
    for keys in (("order",), ("customer", "day")):
        if there.issuperset(keys):
            known = nw.all_horizontal(*(~nw.col(key).is_null() for key in keys), ignore_nulls=False)
            parts.append(_summed(lines.filter(known), keys, columns))
            lines = keep(lines.filter(~known))
            if nothing(lines):
                return nw.concat([part.select(*columns) for part in parts])
    return nw.concat([part.select(*columns) for part in (*parts, lines)])


def _summed(lines: nw.LazyFrame[Any], keys: Sequence[str], columns: Sequence[str]) -> nw.LazyFrame[Any]:
    sums = [nw.col(name).sum() for name in SUMMED if name in columns]
    least = [name for name in columns if name not in (*keys, *SUMMED)]
    if not {"day", "month"}.issubset(least):
        return grouped(lines, keys, *sums, *(nw.col(name).min() for name in least))
    names = ["moment", *(name for name in least if name not in ("day", "month"))]
    orders = grouped(lines.with_columns(moment=_moment()), keys, *sums, nw.col(*names).min())
    return orders.with_columns(**_calendar())


def _moment() -> nw.Expr:
    return nw.col("day") * MONTHS + nw.col("month")


def _calendar() -> dict[str, nw.Expr]:
    return {"day": nw.col("moment") // MONTHS, "month": nw.col("moment") % MONTHS}


def first_bought(lines: nw.LazyFrame[Any], kind: str, dated: bool) -> nw.LazyFrame[Any]:
    """Every customer and kind of product once, see :meth:`loyalty.Dataset.first_bought`."""
    known = lines.drop_nulls(kind)
    if not dated:
        return known.select("customer", kind=nw.col(kind)).unique()
    known = known.select("customer", kind=nw.col(kind), moment=_moment())
    first = grouped(known, ("customer", "kind"), nw.col("moment").min())
    return first.with_columns(**_calendar()).drop("moment")


def _known(purchases: nw.LazyFrame[Any], needed: list[str], by: str | None) -> nw.LazyFrame[Any]:
    there = purchases.collect_schema().names()
    wanted = [name for name in ("month", "order", "amount", "discount") if name in there]
    group = {"group": nw.col(by)} if by else {}
    return purchases.drop_nulls(needed).select(*needed, *wanted, **group)


def known_purchases(purchases: nw.LazyFrame[Any], by: str | None) -> nw.LazyFrame[Any]:
    """See :meth:`loyalty.Dataset.known_purchases`."""
    known = _known(purchases, ["customer", "day"], by)
    return known.with_columns(
        first=nw.col("day").min().over("customer"), start=nw.col("month").min().over("customer")
    )


def by_customer(known: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Known purchases by customer, see :meth:`loyalty.Dataset.customers`."""
    there = set(known.collect_schema().names())
    amount, group = ([name] if name in there else [] for name in ("amount", "group"))
    on_first = nw.col("day") == nw.col("first")
    columns = {"on_first": on_first.cast(nw.Int64), "later": nw.when(~on_first).then(nw.col("day"))}
    columns |= {name: nw.when(on_first).then(nw.col(name)) for name in group}
    totals = grouped(
        known.with_columns(**columns),
        ["customer"],
        nw.len().alias("purchases"),
        nw.col("on_first", *amount).sum(),
        nw.col("first", "later", *group).min(),
        nw.col("start").min().alias("month"),
        nw.col("day").max().alias("last"),
    )
    second = nw.when(nw.col("on_first") > 1).then(nw.col("first")).otherwise(nw.col("later"))
    return totals.with_columns(second=second).drop("on_first", "later")


def undated_customers(purchases: nw.LazyFrame[Any], by: str | None) -> nw.LazyFrame[Any]:
    """The same without knowing when the purchases were."""
    known = _known(purchases, ["customer"], by)
    there = set(known.collect_schema().names())
    amount, group = ([nw.col(name)] if name in there else [] for name in ("amount", "group"))
    totals = (*(column.sum() for column in amount), *(column.min() for column in group))
    return grouped(known, ["customer"], nw.len().alias("purchases"), *totals)


def by_month(known: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Known purchases by customer and month, see :attr:`loyalty.Dataset.customer_months`."""
    sums = [nw.col("amount").sum()] if "amount" in known.collect_schema().names() else []
    size = nw.len().alias("purchases")
    return grouped(known, ("customer", "month"), size, *sums, nw.col("start").min())


def ranked(known: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Every purchase's ``customer``, ``day`` and ``rank``: 1 for the customer's first, 2 for the second."""
    if not known.implementation.is_polars():
        one = known.select("customer", "day", rank=nw.lit(1))
        return one.with_columns(nw.col("rank").cum_sum().over("customer", order_by="day"))
    purchases = ordered(known, "customer", "day").collect("polars").with_row_index("place")
    another = nw.col("customer") != nw.col("customer").shift(1)
    start = nw.when(another).then(nw.col("place")).otherwise(nw.lit(0)).cum_max()
    return purchases.with_columns(rank=nw.col("place") - start + 1).drop("place").lazy("polars")
