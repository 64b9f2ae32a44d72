"""Sums over customers, the unit of sampling, in one query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals.stable.v2 as nw

from loyalty.grouping import Totals, grouped
from loyalty.queries import rows
from loyalty.stats import RatioSums

PLAIN = {"": ("x", "y")}


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
    return [(value, sums[""]) for value, sums in several_sums(frame, PLAIN, key)]


def several_sums(
    frame: nw.LazyFrame[Any], ratios: Mapping[str, tuple[str, str]], key: str | None = None
) -> list[tuple[Any, dict[str, RatioSums]]]:
    """The same for several ratios at once.

    Parameters
    ----------
    frame
        As for :func:`ratio_sums`, with the columns that the ratios name.
    ratios
        Name to numerator and denominator. A customer for whom both are 0 is not in the sample of the ratio.
    key
        Column to split by.

    Returns
    -------
    list
        Key, and name to sums.
    """
    keys = [key] if key else []
    names = list(dict.fromkeys(name for pair in ratios.values() for name in pair))
    units = [frame]
    if "customer" in frame.collect_schema().names():
        known = frame.filter(~nw.col("customer").is_null())
        units = [
            frame.filter(nw.col("customer").is_null()),
            grouped(known, ("customer", *keys), Totals(names)),
        ]
    people = nw.concat([part.select(nw.col(*names).cast(nw.Float64), *keys) for part in units])
    columns = {
        f"{name}_{sum_}": product
        for name, (x, y) in ratios.items()
        for sum_, product in _products(nw.col(x), nw.col(y)).items()
    }
    totals = nw.col(*columns).sum()
    products = people.select(*keys, **columns)
    found = rows(products.group_by(*keys).agg(totals) if keys else products.select(totals))
    return [(row[key] if key else None, {name: _sums(row, name) for name in ratios}) for row in found]


def _products(x: nw.Expr, y: nw.Expr) -> dict[str, nw.Expr]:
    """The fields of :class:`loyalty.stats.RatioSums`, customer by customer."""
    counts = ((x != 0) | (y != 0)).cast(nw.Int64)
    return {"units": counts, "x": x, "y": y, "xx": x * x, "yy": y * y, "xy": x * y}


def _sums(row: Mapping[str, Any], name: str) -> RatioSums:
    return RatioSums(*(row[f"{name}_{sum_}"] or 0 for sum_ in ("units", "x", "y", "xx", "yy", "xy")))
