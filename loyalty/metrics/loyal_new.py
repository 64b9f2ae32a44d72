"""Loyal against new: how many times as much a loyal customer is worth as a new one."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import reduce
from operator import add
from typing import Any

import narwhals.stable.v2 as nw

from loyalty.core import (
    Estimate,
    Metric,
    Need,
    Option,
    Result,
    Table,
    by_group,
    check_options,
    month_name,
)
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.stats import differ, last_change, ratio
from loyalty.stats.contrasts import ratio_of_means
from loyalty.stats.effects import linear
from loyalty.texts import Message
from loyalty.views.fits import Fitted, fitted
from loyalty.views.histories import MONTH, cautions
from loyalty.views.parameters import reservations
from loyalty.views.sides import (
    NEXT_MONTHS,
    SIDES,
    Outlook,
    Sides,
    expected,
    looking_back,
    pooled,
    sides,
    spending,
)

LOYAL = (2, 3, 5, 10)  # purchases
NEW = ("once", "recent")
WAYS = ("spent", "year", "expected")

UNITS = {
    **dict.fromkeys(("mean_low", "mean_high", "loyal_mean", "new_mean", "gap"), "money"),
    **dict.fromkeys(("customers_share", "revenue_share"), "share"),
}


def loyal_new(
    data: Dataset, by: str | None = None, *, measure: str = "spent", loyal: int = 3, new: str = "once"
) -> Result:
    """How many times as much a loyal customer spends, on average, as a new one.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer`` and ``amount``. Only purchases of known customers count; returns
        are not taken off what was spent.
    by
        Column to break the ratio down by; a customer belongs to the segment of the first purchase.
    measure
        ``"spent"``: all that a customer has spent so far. ``"year"``: in the last 365 days. ``"expected"``:
        what the model expects of the next twelve months (see :mod:`loyalty.views.fits`), not discounted.
    loyal
        From so many purchases on a customer is loyal.
    new
        ``"once"``: who has bought once is new. ``"recent"``: whose first purchase was in the last 90 days,
        and who is not loyal. Everyone else is in between and on neither side.

    Returns
    -------
    Result
        A ratio of two means; ``n`` counts all known customers. A segment without a loyal or a new customer is
        among the rest. The trend looks back from the end of each of the last 13 whole months, with the
        purchases up to then: at what was spent until then, or, for the other two measures, in the twelve
        months before; recent is then who began in the last three months. Tables: ``sides`` (loyal, between,
        new: customers, mean with interval), ``shares`` (what each is of the customers and of the money),
        ``ways`` (the ratio by each measure that the data allow).

    Raises
    ------
    LoyaltyError
        If the columns are missing, nobody is loyal, nobody is new, one side spent nothing, or there are too
        few repeat purchases for a model where one is asked for.

    Notes
    -----
    The customer is the unit. The interval is taken on the logarithm of the ratio (delta method, Student's t
    with the degrees of freedom of Welch and Satterthwaite, :func:`loyalty.stats.contrasts.ratio_of_means`);
    that of a side's mean is Student's, not below zero. What the model expects has an interval that covers
    what these customers will really spend: error of the parameters, with which both sides move, and chance of
    each side (:func:`loyalty.views.sides.outlook`).

    Who is called loyal for having bought often has spent more for that very reason: ratios of what was spent
    are large by construction. What is expected of both is the fair comparison.

    References
    ----------
    Hedges, Gurevitch & Curtis (1999), *The meta-analysis of response ratios in experimental ecology*,
    Ecology 80(4).

    Examples
    --------
    >>> import pandas as pd
    >>> orders = pd.DataFrame({"customer": list("aaabbbcd"), "amount": [10, 20, 30, 10, 10, 20, 8, 12]})
    >>> orders["order"] = range(8)
    >>> loyal_new(Dataset.from_frames(orders=orders)).overall.value  # 50 on average against 10
    5.0
    """
    check_options({"measure": (measure, WAYS), "loyal": (loyal, LOYAL), "new": (new, NEW)})
    data.require(*METRIC.needs)
    data.check_by("orders", by)
    dated = data.has("orders", "day")
    if not dated and (measure != "spent" or new == "recent"):
        raise LoyaltyError("needs_dates", role=Message("role.date"))
    people = sides(data, by, loyal, new)
    found = spending(people, by)
    if not any(ways["spent"].customers for _, ways in found):
        raise data.nothing("orders", "no_customers", role=Message("role.customer"))
    basis = "spent" if measure == "expected" else measure
    segments = by_group(((name, ways[basis]) for name, ways in found), lambda each: each.customers)
    whole = _checked(reduce(add, segments.values()), loyal)
    apart = pooled(segments) if by else {}
    ahead, parts, notes = _ahead(data, people, apart, asked=measure == "expected")
    asked = ahead if measure == "expected" else None
    means = asked.means if asked else _means(whole)
    groups = tuple(
        replace(parts[name].ratio, group=name) if asked else _ratio(sums, name)
        for name, sums in apart.items()
    )
    spent = {way: reduce(add, (each[way] for _, each in found)) for way in found[0][1]}
    trend = _trend(data, measure, loyal, new)
    return Result(
        metric="loyal_new",
        overall=asked.ratio if asked else _ratio(whole),
        unit="ratio",
        by=by,
        header=data.header("orders", by),
        groups=groups,
        groups_differ=differ(groups),
        trend=trend,
        change=last_change(trend),
        formula=METRIC.formula,
        options={"measure": measure, "loyal": loyal, "new": new},
        numbers={
            "loyal_mean": means["loyal"].value,
            "new_mean": means["new"].value,
            **{f"{side}_customers": getattr(whole, side).units for side in SIDES},
            **_gap(ahead),
        },
        units=UNITS,
        tables=(_sides(means), _shares(means), _ways(spent, ahead)),
        currency=data.currency,
        notes=notes,
        pool="none",
    )


def _checked(whole: Sides, loyal: int) -> Sides:
    """All customers, if they can be compared."""
    if not whole.loyal.units:
        raise LoyaltyError("nobody_loyal", customers=whole.customers, loyal=loyal)
    if not whole.new.units:
        raise LoyaltyError("nobody_new", customers=whole.customers)
    if not whole.comparable:
        raise LoyaltyError("nothing_spent")
    return whole


def _ahead(
    data: Dataset, people: nw.LazyFrame[Any], apart: Collection[str], asked: bool
) -> tuple[Outlook | None, dict[str, Outlook], tuple[Message, ...]]:
    """What is expected of all customers and of the segments, and what to know of it; where not, why not."""
    if not data.has("orders", "day"):
        return None, {}, ()
    try:
        ahead, parts = expected(data, people, apart or None)
    except LoyaltyError as error:
        if asked:
            raise
        return None, {}, (Message("loyal_new.note.no_model", {"reason": error.what}),)
    return ahead, parts, tuple(_notes(fitted(data))) if asked else ()


def _notes(found: Fitted) -> Iterator[Message]:
    """What has to be known of the models, and of looking so far ahead."""
    yield from reservations((found.fit, found.money))
    yield from cautions(found.histories, NEXT_MONTHS * MONTH)


def _means(sums: Sides) -> dict[str, Estimate]:
    """What a customer of each side spent on average."""
    found = {side: ratio(getattr(sums, side), side) for side in SIDES}
    return {side: replace(e, low=max(0.0, e.low)) for side, e in found.items() if e.n}


def _ratio(sums: Sides, group: str | None = None) -> Estimate:
    """How many times as much the loyal spent, on average, as the new."""
    return replace(ratio_of_means(linear(sums.loyal), linear(sums.new), group), n=sums.customers)


def _gap(ahead: Outlook | None) -> dict[str, float]:
    """By how much more is expected of a loyal customer than of a new one."""
    return {"gap": ahead.means["loyal"].value - ahead.means["new"].value} if ahead else {}


def _sides(means: Mapping[str, Estimate]) -> Table:
    """What a customer of each side spent on average."""
    lines = ((side, e.n, e.value, e.low, e.high) for side, e in means.items())
    return Table("sides", ("side", "customers", "mean", "mean_low", "mean_high"), tuple(lines))


def _shares(means: Mapping[str, Estimate]) -> Table:
    """What each side is of the customers and of the money."""
    customers, money = sum(e.n for e in means.values()), sum(e.n * e.value for e in means.values())
    lines = ((side, e.n / customers, e.n * e.value / money) for side, e in means.items())
    return Table("shares", ("side", "customers_share", "revenue_share"), tuple(lines))


def _ways(spent: Mapping[str, Sides], ahead: Outlook | None) -> Table:
    """The ratio by every measure there is."""
    known = {way: _ratio(sums) for way, sums in spent.items() if sums.comparable}
    if ahead:
        known["expected"] = ahead.ratio
    lines = ((way, e.value, e.low, e.high) for way, e in known.items())
    return Table("ways", ("way", "value", "low", "high"), tuple(lines))


def _trend(data: Dataset, measure: str, loyal: int, new: str) -> tuple[Estimate, ...]:
    """The ratio as it was at the end of each of the last months."""
    if not data.has("orders", "day"):
        return ()
    way = "spent" if measure == "spent" else "year"
    return tuple(
        replace(ratio_of_means(then.loyal, then.new, month_name(then.month)), n=then.customers)
        for then in looking_back(data, loyal, new, way)
        if then.loyal.mean > 0 and then.new.mean > 0
    )


METRIC = Metric(
    id="loyal_new",
    needs=(Need("orders", ("customer", "amount")),),
    unit="ratio",
    formula=r"\frac{⟨loyal_mean⟩}{⟨new_mean⟩}",
    compute=loyal_new,
    better="neither",
    options=(Option("measure", WAYS, "spent"), Option("loyal", LOYAL, 3), Option("new", NEW, "once")),
    references=(
        "Hedges, Gurevitch & Curtis (1999), The meta-analysis of response ratios in experimental ecology,"
        " Ecology 80(4)",
        "Welch (1947), The generalization of “Student's” problem when several different population variances"
        " are involved, Biometrika 34",
        "Fader, Hardie & Lee (2005), “Counting your customers” the easy way: an alternative to the Pareto/NBD"
        " model, Marketing Science 24(2)",
    ),
    modelled=True,
)
