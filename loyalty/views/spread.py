"""How numbers are spread: their mean and quartiles, in two passes and without sorting them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import narwhals.stable.v2 as nw

from loyalty.queries import keep, rows

QUARTILES = (0.25, 0.5, 0.75)
FINE = 4  # times the square root: 480 bins for four hours in seconds


class Spread(NamedTuple):
    """How many numbers there are, their mean, and their quartiles with linear interpolation."""

    n: int
    mean: float
    quartile_1: float
    median: float
    quartile_3: float


def spread(numbers: nw.LazyFrame[Any], name: str) -> Spread | None:
    """Mean and quartiles of the numbers of a column that are not negative; None where there are none.

    The first pass counts numbers by the whole part of a multiple of their square root, which tells the bin
    that each quartile lies in; the second looks into these bins alone. That is exact, takes half the time of
    three quantiles of the whole column, and brings back a few hundred counts.

    Parameters
    ----------
    numbers
        Frame with the column; nulls are passed over.
    name
        Of the column.

    References
    ----------
    Quartiles as R's type 7, numpy and spreadsheet programs have them: Hyndman & Fan (1996), *Sample
    quantiles in statistical packages*, The American Statistician 50(4).

    Examples
    --------
    >>> import pandas as pd
    >>> from loyalty.queries import lazy
    >>> spread(lazy(pd.DataFrame({"seconds": [10.0, 20.0, 30.0, 400.0, -1.0]})), "seconds")
    Spread(n=4, mean=115.0, quartile_1=17.5, median=25.0, quartile_3=122.5)
    """
    known = numbers.select(x=nw.col(name)).filter(nw.col("x") >= 0)
    x = nw.col("x")
    bins = known.with_columns(bin=(FINE * x.sqrt()).floor().cast(nw.Int64)).group_by("bin")
    ends = [x.min().alias("low"), x.max().alias("high")]
    found = sorted(rows(bins.agg(nw.len().alias("n"), x.sum(), *ends)), key=lambda row: row["low"])
    n = sum(row["n"] for row in found)
    if not n:
        return None
    places = [_place(found, (n - 1) * share) for share in QUARTILES]
    inside = [x.is_between(low, high) for low, high, _ in places]
    near = keep(known.filter(nw.any_horizontal(*inside, ignore_nulls=False)))
    parts = {f"part_{at}": nw.when(part).then(x) for at, part in enumerate(inside)}
    quartiles = [
        nw.col(part).quantile(fraction, "linear")
        for part, (_, _, fraction) in zip(parts, places, strict=True)
    ]
    [row] = rows(near.select(**parts).select(*quartiles))
    return Spread(n, math.fsum(row["x"] for row in found) / n, *row.values())


def _place(bins: Sequence[Mapping[str, Any]], rank: float) -> tuple[float, float, float]:
    """Between which numbers a rank lies, which may be no whole one, and how far down among those between."""
    below, first = _bin(bins, math.floor(rank))
    before, last = _bin(bins, math.ceil(rank))
    return first["low"], last["high"], (rank - below) / max(1, before + last["n"] - below - 1)


def _bin(bins: Sequence[Mapping[str, Any]], rank: int) -> tuple[int, Mapping[str, Any]]:
    """The bin that holds a rank, and how many numbers lie below it."""
    below = 0
    for row in bins:
        if rank < below + row["n"]:
            return below, row
        below += row["n"]
    raise ValueError(f"there are no {rank + 1} numbers")
