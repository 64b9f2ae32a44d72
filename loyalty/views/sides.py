"""Loyal customers, new ones and those in between, and what each of them spent."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import narwhals.stable.v2 as nw

from loyalty.core import BLANK, REST, Estimate
from loyalty.grouping import Totals, grouped
from loyalty.stats import Moments, RatioSums, Z
from loyalty.views.fits import fitted
from loyalty.views.sampling import several_sums

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from loyalty.dataset import Dataset
    from loyalty.models.totals import Totals as ModelTotals

SIDES = ("loyal", "between", "new")
NEW_DAYS, NEW_MONTHS = 90, 3  # how recent a first purchase is that makes a customer new
YEAR_DAYS, YEAR_MONTHS = 365, 12
NEXT_MONTHS = 12
APART = "\t"  # between side and segment in one label; a segment may hold it, a side not
OPEN = math.log(100)  # half of an interval, on the logarithm, from which a ratio is not known at all
LOOKED_BACK = 13  # months: a year ago and now


@dataclass(frozen=True, slots=True)
class Sides:
    """What customers of each side spent: ``x`` the sum, ``y`` and ``units`` the customers."""

    loyal: RatioSums
    between: RatioSums
    new: RatioSums

    def __add__(self, other: Sides) -> Sides:
        parts = ((getattr(self, side), getattr(other, side)) for side in SIDES)
        return Sides(*(one + another for one, another in parts))

    @property
    def customers(self) -> int:
        """How many there are in all."""
        return sum(getattr(self, side).units for side in SIDES)

    @property
    def comparable(self) -> bool:
        """Whether there are loyal and new customers, and both spent something."""
        return self.loyal.x > 0 and self.new.x > 0


def sides(data: Dataset, by: str | None, loyal: int, new: str) -> nw.LazyFrame[Any]:
    """One row a known customer who bought.

    Parameters
    ----------
    data
        With ``customer`` and ``amount``; with dates where `new` asks for them.
    by
        Column of ``group``, the segment of the first purchase.
    loyal
        From so many purchases on a customer is loyal.
    new
        ``"once"``: who bought once is new. ``"recent"``: who first bought in the last 90 days and is not
        loyal.

    Returns
    -------
    narwhals.LazyFrame
        ``customer``, ``side`` (one of :data:`SIDES`), ``spent`` (sum of the purchases), with dates ``year``
        (of those in the last 365 days), and ``group``.
    """
    customers, purchases = data.customers(by), nw.col("purchases")
    fresh = purchases == 1 if new == "once" else nw.col("first") > last_day(data) - NEW_DAYS
    others = nw.when(fresh).then(nw.lit("new")).otherwise(nw.lit("between"))
    side = nw.when(purchases >= loyal).then(nw.lit("loyal")).otherwise(others)
    columns = ["customer", *(["group"] if by else [])]
    found = customers.select(*columns, side=side, spent=nw.col("amount"))
    if not data.has("orders", "day"):
        return found
    return found.join(_year(data), on="customer", how="left").with_columns(nw.col("year").fill_null(0.0))


def last_day(data: Dataset) -> int:
    """The last day of the orders, from which one looks back."""
    period = data.period("orders")
    return (period[1] if period else date.min).toordinal()


def _year(data: Dataset) -> nw.LazyFrame[Any]:
    """What every customer spent in the last 365 days; only those who did."""
    latest = data.known_purchases().filter(nw.col("day") > last_day(data) - YEAR_DAYS)
    return grouped(latest.select("customer", year=nw.col("amount")), ("customer",), Totals(["year"]))


def spending(people: nw.LazyFrame[Any], by: str | None) -> list[tuple[str | None, dict[str, Sides]]]:
    """What the sides of each segment spent, by ``"spent"`` and ``"year"``, as far as `people` have them."""
    ways = [way for way in ("spent", "year") if way in people.collect_schema().names()]
    flags = {side: (nw.col("side") == side).cast(nw.Float64) for side in SIDES}
    amounts = {f"{side}_{way}": flag * nw.col(way) for side, flag in flags.items() for way in ways}
    ratios = {f"{side}_{way}": (f"{side}_{way}", side) for side in SIDES for way in ways}
    key = "group" if by else None
    frame = people.select(**flags, **amounts, **({"group": nw.col("group")} if by else {}))
    return [
        (name, {way: Sides(*(sums[f"{side}_{way}"] for side in SIDES)) for way in ways})
        for name, sums in several_sums(frame, ratios, key)
    ]


def pooled(segments: Mapping[str, Sides]) -> dict[str, Sides]:
    """Segments that can be compared; those that cannot become one with the smallest that can.

    Parameters
    ----------
    segments
        Largest first.
    """
    kept = {name: each for name, each in segments.items() if each.comparable and name != REST}
    others = [each for name, each in segments.items() if name not in kept]
    if not others:
        return kept
    rest = others[0]
    for each in others[1:]:
        rest = rest + each
    while kept and not rest.comparable:
        rest = rest + kept.pop(next(reversed(kept)))
    return {**kept, REST: rest}


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the sides are expected to bring in the next year.

    Parameters
    ----------
    means
        Side to the mean of a customer, with the interval of what will really happen.
    ratio
        How many times as much the loyal are expected to bring, on average, as the new; `n` counts customers.
    """

    means: Mapping[str, Estimate]
    ratio: Estimate


def expected(
    data: Dataset, people: nw.LazyFrame[Any], kept: Collection[str] | None = None
) -> tuple[Outlook, dict[str, Outlook]]:
    """What the model expects of the sides in the next twelve months: of all customers, and of each segment.

    Parameters
    ----------
    data
        With dates.
    people
        As :func:`sides` gives them; two texts of every customer come back to memory.
    kept
        Segments to be told apart, all others together as the rest; None for no segments.

    Raises
    ------
    LoyaltyError
        ``too_few_repeats``, ``too_short`` or ``no_money``, see :mod:`loyalty.views.fits`.
    """
    import numpy as np

    found = fitted(data)
    labels = _labels(people, found.histories.customer, kept)
    names = sorted(labels.unique())
    codes = labels.replace_strict(names, list(range(len(names)))).to_numpy()
    totals, counts = found.value_totals(NEXT_MONTHS, 0.0, codes), np.bincount(codes)
    pairs = [name.partition(APART)[::2] for name in names]
    there = [side for side in SIDES if side in dict(pairs)]
    of_side = np.array([there.index(side) for side, _ in pairs])
    whole = outlook(totals.pooled(of_side), np.bincount(of_side, counts), there)
    segments: dict[str, Outlook] = {}
    for segment in {} if kept is None else dict.fromkeys(name for _, name in pairs):
        here = [place for place, (_, name) in enumerate(pairs) if name == segment]
        segments[segment] = outlook(totals.of(here), counts[here], [pairs[place][0] for place in here])
    return whole, segments


def outlook(totals: ModelTotals, counts: NDArray[Any], there: Sequence[str]) -> Outlook:
    """Means and ratio from the totals of the sides that are there, in their order.

    Notes
    -----
    The two totals of a ratio move together with the parameters of the model; chance is that of each side
    alone. Both variances are those of the logarithm of the ratio (delta method).
    """
    import numpy as np

    value, (low, high) = totals.expected[0], (end[0] for end in totals.interval())
    ends = zip(value / counts, low / counts, high / counts, counts, there, strict=True)
    means = {side: Estimate(float(x), float(a), float(b), int(n), side) for x, a, b, n, side in ends}
    loyal, new = there.index("loyal"), there.index("new")
    moves = totals.moves[:, 0] / value
    chance = totals.from_chance[0] / value**2
    variance = np.square(moves[:, loyal] - moves[:, new]).sum() + chance[loyal] + chance[new]
    times, spread = means["loyal"].value / means["new"].value, Z * math.sqrt(variance)
    factor = math.exp(spread) if spread < OPEN else math.inf
    return Outlook(means, Estimate(times, times / factor, times * factor, int(sum(counts))))


def _labels(people: nw.LazyFrame[Any], order: pl.Series, kept: Collection[str] | None) -> pl.Series:
    """Side and segment of every customer in one text, in the order of the names given."""
    import polars as pl

    columns = ["customer", "side", *([] if kept is None else ["group"])]
    known = people.select(nw.col(*columns).cast(nw.String)).collect("polars").to_native()
    placed = pl.DataFrame({"customer": order}).join(known, on="customer", how="left", maintain_order="left")
    if kept is None:
        return placed["side"] + APART
    name = pl.col("group").fill_null(BLANK)
    segment = pl.when(name.is_in(list(kept))).then(name).otherwise(pl.lit(REST))
    return placed.select(label=pl.col("side") + APART + segment)["label"]


class Then(NamedTuple):
    """Loyal and new customers at the end of a month, and how many customers there were in all."""

    month: int
    loyal: Moments
    new: Moments
    customers: int


@dataclass(frozen=True, slots=True)
class _Cells:
    """Customers (as numbers from 0) and months in which they bought, in the order of the months."""

    customer: NDArray[np.int64]
    month: NDArray[np.int64]
    start: NDArray[np.int64]
    purchases: NDArray[np.int64]
    amount: NDArray[np.float64]

    def summed(self, values: NDArray[Any], first: int, last: int) -> NDArray[np.float64]:
        """The sum of something by customer over some months, both included."""
        import numpy as np

        here = slice(*np.searchsorted(self.month, [first, last + 1]))
        size = int(self.customer.max()) + 1
        return np.bincount(self.customer[here], values[here], size).astype(np.float64)


def looking_back(data: Dataset, loyal: int, new: str, way: str) -> Iterator[Then]:
    """Who was loyal and who was new at the end of each of the last 13 whole months, and what they had spent.

    Parameters
    ----------
    data
        With dates. The months in which every customer bought come back to memory, four numbers each.
    loyal, new
        As for :func:`sides`, with the purchases up to then; recent is who began in the last three months.
    way
        ``"spent"``: all up to then. ``"year"``: in the twelve months up to then.
    """
    cells = _cells(data)
    if not len(cells.month):
        return
    first, final = int(cells.month[0]), data.last_whole_month(0)
    start = _starts(cells)
    for month in range(max(first, final - LOOKED_BACK + 1), final + 1):
        count = cells.summed(cells.purchases, first, month)
        since = first if way == "spent" else month - YEAR_MONTHS + 1
        spent = cells.summed(cells.amount, since, month)
        fresh = count == 1 if new == "once" else (start > month - NEW_MONTHS) & (count > 0)
        is_loyal = count >= loyal
        both = _moments(spent[is_loyal]), _moments(spent[fresh & ~is_loyal])
        yield Then(month, *both, int((count > 0).sum()))


def _cells(data: Dataset) -> _Cells:
    import numpy as np
    import polars as pl

    months = data.customer_months.select("customer", "month", "start", "purchases", "amount").collect(
        "polars"
    )
    names = months.get_column("customer").to_native().cast(pl.Categorical).to_physical()
    codes = np.unique(names.to_numpy(), return_inverse=True)[1]
    order = np.lexsort((codes, months.get_column("month").to_numpy()))
    columns = (
        months.get_column(name).to_numpy()[order] for name in ("month", "start", "purchases", "amount")
    )
    return _Cells(codes[order], *columns)


def _starts(cells: _Cells) -> NDArray[np.int64]:
    """The month of each customer's first purchase."""
    import numpy as np

    start = np.zeros(int(cells.customer.max()) + 1, dtype=np.int64)
    start[cells.customer] = cells.start
    return start


def _moments(values: NDArray[np.float64]) -> Moments:
    n = len(values)
    mean = float(values.mean()) if n else 0.0
    return Moments(n, mean, float(((values - mean) ** 2).sum()))
