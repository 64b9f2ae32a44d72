"""Sums over customers, the unit of sampling, in one query."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from loyalty.codes import grouped
from loyalty.queries import rows
from loyalty.stats import RatioSums

SUMS = ("units", "x", "y", "xx", "yy", "xy")


def ratio_sums(frame: nw.LazyFrame[Any], key: str | None = None) -> list[tuple[Any, RatioSums]]:
    """What a ratio of two totals needs, the customers being the sample.

    Parameters
    ----------
    frame
        Columns ``x`` and ``y``, where they are known ``customer``, and `key`. A row without a customer
        stands for a customer of its own, and so does every row where there is no such column.
    key
        Column to split by.

    Returns
    -------
    list
        Key and sums; a single pair with None where there is no `key`.
    """
    keys = [key] if key else []
    units = [frame]
    if "customer" in frame.collect_schema().names():
        known = frame.filter(~nw.col("customer").is_null())
        units = [
            frame.filter(nw.col("customer").is_null()),
            grouped(known, ("customer", *keys), nw.col("x", "y").sum()),
        ]
    products = nw.concat(
        [part.select(nw.col("x", "y").cast(nw.Float64), *keys) for part in units]
    ).with_columns(
        xx=nw.col("x") * nw.col("x"),
        yy=nw.col("y") * nw.col("y"),
        xy=nw.col("x") * nw.col("y"),
    )
    columns = [nw.len().alias("units"), nw.col(*SUMS[1:]).sum()]
    found = rows(products.group_by(*keys).agg(*columns) if keys else products.select(*columns))
    return [(row[key] if key else None, RatioSums(*(row[name] or 0 for name in SUMS))) for row in found]
