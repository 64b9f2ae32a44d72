"""A loyalty programme for the customers of a file: what it costs, and what it takes to pay for itself."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import narwhals.stable.v2 as nw

from loyalty.core import Estimate, Need
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.grouping import Totals, grouped
from loyalty.models.programme import Programme, Tier, points
from loyalty.queries import rows
from loyalty.stats import t_quantile
from loyalty.texts import Message
from loyalty.views.histories import LEAST_REACH

YEAR = 365  # days
WITHIN = 2  # years in which setting it up should be paid back
MOST = 1e12  # money or points
BOUNDS: Mapping[str, tuple[float, float]] = {
    **dict.fromkeys(("margin", "joined", "redeemed", "rebate"), (0.0, 1.0)),
    **dict.fromkeys(("earned", "value", "fixed", "running", "threshold"), (0.0, MOST)),
    "uplift": (-1.0, 1e3),
}


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a loyalty programme costs in a year, and what it takes to pay.

    Parameters
    ----------
    programme
        Tiers with members and money of a year, margin and costs.
    members
        How many there would be.
    spend
        What they spend in a year without the programme.
    given
        What is given back to them if they buy as before.
    cost
        The same with what the programme takes in a year.
    break_even
        By how much more, as a share, they must buy for a year to pay for itself; infinite: never.
    needed
        The same with the set-up, which is to be paid back within :data:`WITHIN` years.
    gain
        What it brings in a year if they buy as much more as was asked.
    payback
        Months until the set-up is paid back then; infinite: never.
    """

    programme: Programme
    members: Estimate
    spend: Estimate
    given: Estimate
    cost: Estimate
    break_even: Estimate
    needed: Estimate
    gain: Estimate
    payback: Estimate


def programme(
    data: Dataset,
    *,
    margin: float,
    earned: float = 1.0,
    value: float = 0.05,
    redeemed: float = 1.0,
    tiers: Sequence[tuple[float, float]] = (),
    joined: float = 1.0,
    fixed: float = 0.0,
    running: float = 0.0,
    uplift: float = 0.0,
) -> Outlook:
    """What a loyalty programme by points or by tiers costs, and how much more its members must buy.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer``, ``date`` and ``amount``.
    margin
        Share of the money that is left after what was sold is paid for: no file says it.
    earned, value, redeemed
        Points for one unit of money, what a point is worth in money, and the share of points ever used.
    tiers
        Instead of points: from which spend in a year on a tier begins, and the share of the spend that it
        gives back.
    joined
        Share of the customers who become members; they are taken to be like the others.
    fixed, running
        Money to set it up, and money a year.
    uplift
        By how much more members will buy, as a share: a guess until it is tried.

    Returns
    -------
    Outlook
        Intervals are those of what customers spend in a year (95 %, the customers being the sample); what
        was given is taken as it is.

    Raises
    ------
    LoyaltyError
        If the columns are missing, no customer is known, the orders reach over fewer than 28 days, or a
        condition is beyond what is possible.

    Notes
    -----
    Counted are the customers of the last 365 days; of a shorter file all, and their money by the year. What
    is given back is taken at its full value, on all purchases of members.

    Examples
    --------
    >>> import pandas as pd
    >>> orders = pd.DataFrame({"customer": list("abcd"), "amount": [400, 300, 200, 100]})
    >>> orders["date"] = ["2024-03-02", "2024-09-01", "2024-12-24", "2025-03-01"]
    >>> found = programme(Dataset.from_frames(orders=orders), margin=0.3, value=0.1)
    >>> found.spend.value, found.given.value, round(found.break_even.value, 6)
    (1000.0, 100.0, 0.5)
    """
    _check(margin=margin, joined=joined, redeemed=redeemed, earned=earned, value=value)
    _check(fixed=fixed, running=running, uplift=uplift)
    for threshold, rebate in tiers:
        _check(threshold=threshold, rebate=rebate)
    people = spending(data)
    if tiers:
        sorted_in = _tiers(people, tiers, joined)
    else:
        [row] = rows(people.select(nw.len().alias("n"), nw.col("spend").sum()))
        sorted_in = (
            points(joined * row["n"], joined * row["spend"], earned=earned, value=value, redeemed=redeemed),
        )
    return _outlook(Programme(sorted_in, margin, fixed, running), _spread(people, tiers), uplift)


def _check(**conditions: Any) -> None:
    """Refuse what no programme can have."""
    for name, value in conditions.items():
        low, high = BOUNDS[name]
        if not (isinstance(value, (int, float)) and low <= value <= high):
            raise LoyaltyError("unknown_option", option=name, value=value, choices=f"{low:g} – {high:g}")


def spending(data: Dataset) -> nw.LazyFrame[Any]:
    """One row a customer of the last 365 days: ``customer``, ``spend`` by the year."""
    data.require(Need("orders", ("customer", "date", "amount")))
    period = data.period("orders")
    if period is None:
        raise data.nothing("orders", "no_customers", role=Message("role.customer"))
    first, last = (day.toordinal() for day in period)
    reach = last - first + 1
    if reach < LEAST_REACH:
        raise LoyaltyError("too_short", days=reach, needed=LEAST_REACH)
    days = min(YEAR, reach)
    recent = data.known_purchases().filter(nw.col("day") > last - days)
    people = grouped(recent.select("customer", "amount"), ["customer"], Totals(sums=["amount"]))
    return people.select("customer", spend=nw.col("amount") * (YEAR / days))


def thresholds(data: Dataset, shares: Sequence[float]) -> list[float]:
    """From which spend in a year on a customer belongs to these shares of the customers, from the top."""
    spends = spending(data).select("spend").sort("spend").collect("polars").get_column("spend").to_list()
    return [spends[max(0, math.ceil(len(spends) * (1 - share)) - 1)] for share in shares] if spends else []


def _tiers(
    people: nw.LazyFrame[Any], tiers: Sequence[tuple[float, float]], joined: float
) -> tuple[Tier, ...]:
    edges = sorted(tiers)
    ends = [*(edge for edge, _ in edges[1:]), math.inf]
    spend, found = nw.col("spend"), []
    for (low, rebate), high in zip(edges, ends, strict=True):
        within = (
            people.filter(spend >= low) if math.isinf(high) else people.filter(spend >= low, spend < high)
        )
        [row] = rows(within.select(nw.len().alias("n"), spend.sum()))
        found.append(Tier(joined * row["n"], joined * (row["spend"] or 0.0), rebate))
    return tuple(found)


def _spread(people: nw.LazyFrame[Any], tiers: Sequence[tuple[float, float]]) -> tuple[int, float]:
    """How many customers the money of the members rests on, and half its interval as a share of it."""
    spend = nw.col("spend")
    counted = people.filter(spend >= min(edge for edge, _ in tiers)) if tiers else people
    [row] = rows(counted.select(n=spend * 0 + 1, x=spend, xx=spend * spend).select(nw.all().sum()))
    n, total = int(row["n"] or 0), row["x"] or 0.0
    if n < 2 or not total:
        return n, math.inf
    return n, t_quantile(n - 1) * math.sqrt(row["xx"] * n / (n - 1)) / total


def _outlook(plan: Programme, sample: tuple[int, float], uplift: float) -> Outlook:
    n, half = sample
    ends = [_scaled(plan, factor) for factor in (max(0.0, 1 - half), 1 + half)]

    def known(of: Any) -> Estimate:
        value = of(plan)
        around = [value, *(of(end) for end in ends)] if math.isfinite(half) else [-math.inf, math.inf]
        return Estimate(value, min(around), max(around), n)

    return Outlook(
        plan,
        known(lambda p: sum(tier.members for tier in p.tiers)),
        known(lambda p: p.spend),
        known(lambda p: p.given),
        known(lambda p: p.cost),
        known(lambda p: p.break_even),
        known(lambda p: p.needed(WITHIN)),
        known(lambda p: p.gain(uplift)),
        known(lambda p: p.payback(uplift)),
    )


def _scaled(plan: Programme, factor: float) -> Programme:
    """The same programme where members spend more or less."""
    return replace(plan, tiers=tuple(replace(tier, spend=factor * tier.spend) for tier in plan.tiers))
