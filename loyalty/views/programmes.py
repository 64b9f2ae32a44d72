"""A loyalty programme for the customers of a file: what it costs, and what it takes to pay for itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

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
        Intervals are those of what customers spend in a year (95 %, the customers being the sample, and
        those of each tier for themselves); what was given is taken as it is.

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
    edges = sorted(tiers)
    counted = _counted(spending(data), [low for low, _ in edges])
    members = [(joined * each.n, joined * each.spend) for each in counted]
    if tiers:
        given = tuple(Tier(*each, rebate) for each, (_, rebate) in zip(members, edges, strict=True))
    else:
        given = (points(*members[0], earned=earned, value=value, redeemed=redeemed),)
    return _outlook(Programme(given, margin, fixed, running), counted, uplift)


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


class _Sums(NamedTuple):
    """Of the customers whose spend belongs to a tier: how many, what they spend, and its squares."""

    n: int
    spend: float
    squares: float


def _counted(people: nw.LazyFrame[Any], edges: Sequence[float]) -> list[_Sums]:
    """One for each tier, from the lowest; without any, one of everybody."""
    spend = nw.col("spend")
    lows, found = [spend >= edge for edge in edges] or [spend == spend], []
    for low, high in zip(lows, [*lows[1:], None], strict=True):
        within = people.filter(low) if high is None else people.filter(low, ~high)
        sums = within.select(n=spend * 0 + 1, x=spend, xx=spend * spend).select(nw.all().sum())
        [row] = rows(sums)
        found.append(_Sums(int(row["n"] or 0), row["x"] or 0.0, row["xx"] or 0.0))
    return found


def _outlook(plan: Programme, counted: Sequence[_Sums], uplift: float) -> Outlook:
    """What the programme comes to; the spend of each tier varies for itself, as its customers come and go."""
    n = sum(each.n for each in counted)
    known = n > 1 and any(each.spend for each in counted)
    halves = [_half(each, n) if known else 0.0 for each in counted]

    def told(of: Callable[[Programme], float]) -> Estimate:
        low, high = (_end(of, plan, halves, side) if known else side * math.inf for side in (-1, 1))
        return Estimate(of(plan), low, high, n)

    return Outlook(
        plan,
        told(lambda p: sum(tier.members for tier in p.tiers)),
        told(lambda p: p.spend),
        told(lambda p: p.given),
        told(lambda p: p.cost),
        told(lambda p: p.break_even),
        told(lambda p: p.needed(WITHIN)),
        told(lambda p: p.gain(uplift)),
        told(lambda p: p.payback(uplift)),
    )


def _half(sums: _Sums, n: int) -> float:
    """Half the interval of what a tier spends, as a share of it."""
    return t_quantile(n - 1) * math.sqrt(sums.squares * n / (n - 1)) / sums.spend if sums.spend else 0.0


def _end(of: Callable[[Programme], float], plan: Programme, halves: Sequence[float], side: int) -> float:
    """How far something may lie to one side: where all tiers together, as likely as one alone, take it."""
    value, pulls = of(plan), []
    if math.isinf(value):
        return value
    for place, half in enumerate(halves):
        ends = ((side * (of(_spending(plan, {place: sign * half})) - value), sign) for sign in (-1, 1))
        pulls.append(max(ends))
    whole = math.hypot(*(max(0.0, pull) for pull, _ in pulls))
    if not 0 < whole < math.inf:
        return value + side * whole
    steps = (max(0.0, pull) / whole * sign * half for (pull, sign), half in zip(pulls, halves, strict=True))
    return of(_spending(plan, dict(enumerate(steps))))


def _spending(plan: Programme, more: Mapping[int, float]) -> Programme:
    """The same programme where members of some tiers spend more or less, by a share."""
    tiers = (
        replace(tier, spend=tier.spend * max(0.0, 1 + more.get(place, 0.0)))
        for place, tier in enumerate(plan.tiers)
    )
    return replace(plan, tiers=tuple(tiers))
