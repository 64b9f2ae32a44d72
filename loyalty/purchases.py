"""What counts as a purchase, and what a customer's first ones are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw

from loyalty.grouping import Totals, grouped, in_turn, with_least
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
    sums = [name for name in SUMMED if name in columns]
    least = [name for name in columns if name not in (*keys, *SUMMED)]
    if not {"day", "month"}.issubset(least):
        return grouped(lines, keys, Totals(sums, least))
    names = ["moment", *(name for name in least if name not in ("day", "month"))]
    orders = grouped(lines.with_columns(moment=_moment()), keys, Totals(sums, names))
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
    first = grouped(known, ("customer", "kind"), Totals(least=["moment"]))
    return first.with_columns(**_calendar()).drop("moment")


def _known(purchases: nw.LazyFrame[Any], needed: list[str], by: str | None) -> nw.LazyFrame[Any]:
    there = purchases.collect_schema().names()
    wanted = [name for name in ("month", "order", "amount", "discount") if name in there]
    group = {"group": nw.col(by)} if by else {}
    return purchases.drop_nulls(needed).select(*needed, *wanted, **group)


def known_purchases(purchases: nw.LazyFrame[Any], by: str | None) -> nw.LazyFrame[Any]:
    """See :meth:`loyalty.Dataset.known_purchases`."""
    known = in_turn(_known(purchases, ["customer", "day"], by), "customer", "day")
    return with_least(known, "customer", {"first": "day", "start": "month"})


def customers_on(known: nw.LazyFrame[Any], day: int) -> nw.LazyFrame[Any]:
    """See :meth:`loyalty.Dataset.customers_on`."""
    until = known.filter(nw.col("day") <= day)
    if not known.implementation.is_polars():
        return grouped(
            until.with_columns(last=nw.col("day")), ["customer"], Totals(greatest=["last"], size="purchases")
        )
    latest = until.filter((nw.col("next") > day) | nw.col("next").is_null())
    return latest.select("customer", purchases=nw.col("rank"), last=nw.col("day"))


def by_customer(known: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Known purchases by customer, see :meth:`loyalty.Dataset.customers`."""
    there = set(known.collect_schema().names())
    amount, group = ([name] if name in there else [] for name in ("amount", "group"))
    on_first = nw.col("day") == nw.col("first")
    columns = {"on_first": on_first.cast(nw.Int64), "later": nw.when(~on_first).then(nw.col("day"))}
    columns |= {name: nw.when(on_first).then(nw.col(name)) for name in group}
    marked = known.with_columns(**columns, month=nw.col("start"), last=nw.col("day"))
    totals = Totals(["on_first", *amount], ["first", "later", "month", *group], ["last"], "purchases")
    customers = grouped(marked, ["customer"], totals)
    second = nw.when(nw.col("on_first") > 1).then(nw.col("first")).otherwise(nw.col("later"))
    return customers.with_columns(second=second).drop("on_first", "later")


def undated_customers(purchases: nw.LazyFrame[Any], by: str | None) -> nw.LazyFrame[Any]:
    """The same without knowing when the purchases were."""
    known = _known(purchases, ["customer"], by)
    there = set(known.collect_schema().names())
    amount, group = ([name] if name in there else [] for name in ("amount", "group"))
    return grouped(known, ["customer"], Totals(amount, group, size="purchases"))


def by_month(known: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Known purchases by customer and month, see :attr:`loyalty.Dataset.customer_months`."""
    amount = ["amount"] if "amount" in known.collect_schema().names() else []
    return grouped(known, ("customer", "month"), Totals(amount, ["start"], size="purchases"))
