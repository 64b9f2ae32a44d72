"""What counts as a purchase, and what a customer's first ones are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw

from loyalty.core import keep


def in_orders(lines: nw.LazyFrame[Any], columns: Sequence[str]) -> nw.LazyFrame[Any]:
    """Order lines summed to orders, whatever their sign.

    Lines belong together by their order id; without one, by customer and day; without either, a line
    stands for itself. What is not summed is the least of an order's values.

    Parameters
    ----------
    lines
        The orders table.
    columns
        What to keep of ``customer``, ``day``, ``month``, ``amount`` and the segments.
    """
    there, parts = set(lines.collect_schema().names()), []
    for keys in (("order",), ("customer", "day")):
        if there.issuperset(keys):
            known = nw.all_horizontal(*(~nw.col(key).is_null() for key in keys), ignore_nulls=False)
            parts.append(_summed(lines.filter(known), keys, columns))
            lines = lines.filter(~known)
    return nw.concat([part.select(*columns) for part in (*parts, lines)])


def _summed(lines: nw.LazyFrame[Any], keys: Sequence[str], columns: Sequence[str]) -> nw.LazyFrame[Any]:
    amount = [nw.col("amount").sum()] if "amount" in columns else []
    least = [name for name in columns if name not in (*keys, "amount")]
    return lines.group_by(*keys).agg(*amount, *(nw.col(name).min() for name in least))


def by_customer(purchases: nw.LazyFrame[Any], by: str | None, dated: bool) -> nw.LazyFrame[Any]:
    """Purchases of known customers, one row a customer; see :meth:`loyalty.Dataset.customers`."""
    group = {"group": nw.col(by)} if by else {}
    known = purchases.filter(~nw.col("customer").is_null())
    if not dated:
        named = known.select("customer", **group)
        return named.group_by("customer").agg(
            nw.len().alias("purchases"), *(nw.col(name).min() for name in group)
        )
    known = known.filter(~nw.col("day").is_null()).select("customer", "day", "month", **group)
    known = keep(known.with_columns(first=nw.col("day").min().over("customer")))
    on_first = nw.col("day") == nw.col("first")
    columns = {"on_first": on_first.cast(nw.Int64), "later": nw.when(~on_first).then(nw.col("day"))}
    columns |= {name: nw.when(on_first).then(nw.col(name)) for name in group}
    totals = (
        known.with_columns(**columns)
        .group_by("customer")
        .agg(
            nw.len().alias("purchases"),
            nw.col("first", "later", "month", *group).min(),
            nw.col("on_first").sum(),
        )
    )
    second = nw.when(nw.col("on_first") > 1).then(nw.col("first")).otherwise(nw.col("later"))
    return totals.with_columns(second=second).drop("on_first", "later")
