"""Forecast: what today's customers can be expected to buy in the next months, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from loyalty.core import REST, Estimate, Metric, Need, Option, Result, Table, check_options, month_name
from loyalty.dataset import Dataset
from loyalty.stats import Z, differ, last_change
from loyalty.texts import Message
from loyalty.views.fits import PURCHASE_MODELS, Fitted, fitted, main_groups, no_dropout
from loyalty.views.histories import MONTH, cautions, histories
from loyalty.views.parameters import reservations
from loyalty.views.purchase_days import by_month
from loyalty.views.subscriptions import regular
from loyalty.views.tracking import Trial, beginners, past, tracked, trial

MEASURES = ("purchases", "revenue")
HORIZONS = (1, 3, 6, 12)  # months
UNIT = {"purchases": "count", "revenue": "money"}
AMOUNTS = (
    *("actual", "expected", "expected_low", "expected_high"),
    *("cumulative", "cumulative_low", "cumulative_high", "first_part", "repeat_part"),
)
MORE = 1 + 1e-9  # than equal, but for rounding
WIDE = 0.8  # of a month's total: an interval that reaches farther is not one on the logarithm
EACH = ("mae", "actual_each", "expected_each", "naive_each", "of_hundred")


def forecast(
    data: Dataset,
    by: str | None = None,
    *,
    measure: str = "purchases",
    horizon: int = 3,
    model: str | None = None,
) -> Result:
    """What the customers known today will buy in the next months, with the interval of what will happen.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer`` and ``date``, for revenue also ``amount``. Purchases of one
        customer on one day are one; returns are taken off what was spent.
    by
        Column to break the total down by; a customer belongs to the segment of the first purchase.
    measure
        ``"purchases"`` or ``"revenue"``.
    horizon
        How many months from the last day of the orders; a month has 365.25 / 12 days.
    model
        ``"bg_nbd"``, ``"mbg_nbd"`` or ``"pareto_nbd"``; None for the one that fits best, see
        :func:`loyalty.views.fits.fitted`.

    Returns
    -------
    Result
        A total; ``n`` counts customers, groups add up to the whole. Customers who have not bought yet are not
        in it. The trend is what known customers bought in each whole month so far, the new ones of that month
        included. Tables: ``months`` (each of the next months, and all up to each), ``past`` (months of the
        same length before: first purchases and repeat purchases), ``holdout`` (the last quarter of the time
        held back: what the model and the naive rule, everybody goes on at the rate so far, would have
        forecast), ``tracking`` (repeat purchases week by week beside what the model expects of customers who
        began when they did, fitted to the time before the holdout) and ``conditional`` (purchases of a
        customer in the holdout by the repeat purchases before it). Where nothing can be held back, there is
        no ``holdout`` and no ``conditional``.

    Raises
    ------
    LoyaltyError
        If the columns are missing, fewer than ten customers bought on a second day, or the orders reach over
        fewer than 28 days; for revenue also if all that was bought again was returned.

    Notes
    -----
    The interval holds the uncertainty of the parameters (delta method), the doubt which of the models is
    right, unless one was asked for, and the chance of single purchases and amounts, see
    :mod:`loyalty.models.totals`. That of a past month takes the customers as the sample, their number
    included: √Σx², on the logarithm where that is small against the total. Groups differ
    when the totals per customer do.

    A few numbers of every customer come back to memory.

    References
    ----------
    Fader, Hardie & Lee (2005), *“Counting your customers” the easy way*, Marketing Science 24(2).

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.date_range("2025-01-01", periods=30, freq="3D")
    >>> orders = pd.DataFrame({"customer": [f"c{k % 12}" for k in range(30)], "date": days})
    >>> result = forecast(Dataset.from_frames(orders=orders), horizon=1)
    >>> result.overall.n, result.overall.low < result.overall.value < result.overall.high
    (12, True)
    """
    check_options(
        {
            "measure": (measure, MEASURES),
            "horizon": (horizon, HORIZONS),
            "model": (model, (None, *PURCHASE_MODELS)),
        }
    )
    data.require(*METRIC.needs)
    data.check_by("orders", by)
    revenue = measure == "revenue"
    if revenue:
        data.require(Need("orders", ("amount",)))
    found = fitted(data, model)
    months = found.by_month(horizon, revenue=revenue)
    overall = months[1][-1]
    groups = _groups(data, by, found, horizon, revenue)
    trend = _trend(data, revenue)
    earlier = trial(data, model, revenue)
    return Result(
        metric="forecast",
        overall=overall,
        unit=UNIT[measure],
        by=by,
        header=data.header("orders", by),
        groups=groups,
        groups_differ=differ([_per_customer(group) for group in groups]),
        trend=trend,
        change=last_change(trend),
        formula=METRIC.formula,
        options={"measure": measure, "horizon": horizon, "model": model},
        numbers={
            "customers": overall.n,
            "of_hundred": 100 * overall.value / overall.n,
            "beginners": beginners(data),
            "lost": overall.n - float(found.alive.sum()),
            **({"held_back": earlier.holdout.days} if earlier else {}),
        },
        units=_units(measure),
        tables=(_months(found, *months), *_tables(data, found, earlier, horizon, revenue)),
        currency=data.currency,
        notes=(
            *_notes(found, earlier, beginners(data), revenue),
            *regular(data),
            *cautions(found.histories, horizon * MONTH),
        ),
        pool="total",
    )


def _units(measure: str) -> dict[str, str]:
    units = dict.fromkeys(AMOUNTS, UNIT[measure])
    units |= dict.fromkeys(EACH, "money" if measure == "revenue" else "number")
    units |= dict.fromkeys(
        ("repeat_purchases", "repeats_expected", "repeats_so_far", "expected_so_far"), "count"
    )
    return {**units, "held_back": "days", "until": "date", "bias": "relative"}


def _groups(
    data: Dataset, by: str | None, found: Fitted, horizon: int, revenue: bool
) -> tuple[Estimate, ...]:
    """The totals of the segments, largest first."""
    own = histories(data, by)
    if own.group is None:
        return ()
    totals = found.totals(horizon * MONTH, main_groups(own.group), revenue=revenue)
    return tuple(sorted(totals, key=lambda total: (total.group == REST, -total.n, total.group or "")))


def _per_customer(total: Estimate) -> Estimate:
    ends = {end: getattr(total, end) / total.n for end in ("value", "low", "high")}
    return replace(total, **ends)


def _trend(data: Dataset, revenue: bool) -> tuple[Estimate, ...]:
    """What known customers bought in each whole month."""
    final = data.last_whole_month(0)
    return tuple(
        _past_month(month, each.customers, each.total, each.squares)
        for month, each in by_month(data, revenue).items()
        if month <= final and each.customers
    )


def _past_month(month: int, customers: int, total: float, squares: float) -> Estimate:
    half, name = Z * math.sqrt(squares), month_name(month)
    if half >= WIDE * total:  # of few customers, or where returns took most of it, or all
        returned = total <= 0 or squares > MORE * total**2  # more than purchases alone could add up to
        least = -math.inf if returned else 0.0
        return Estimate(total, max(least, total - half), total + half, customers, name)
    factor = math.exp(half / total)
    return Estimate(total, total / factor, total * factor, customers, name)


def _tables(data: Dataset, found: Fitted, earlier: Trial | None, horizon: int, revenue: bool) -> list[Table]:
    own = [_past(data, horizon, revenue)]
    if earlier:
        own += [_holdout(earlier), _conditional(earlier)]
    columns = ("until", "part", "repeat_purchases", "repeats_expected", "repeats_so_far", "expected_so_far")
    lines = ((_day(week.until), *week[1:]) for week in tracked(data, found, earlier))
    return [*own, Table("tracking", columns, tuple(lines))]


def _day(ordinal: float) -> str:
    return date.fromordinal(round(ordinal)).isoformat()


def _months(found: Fitted, single: Sequence[Estimate], added: Sequence[Estimate]) -> Table:
    """Each of the next months, and all up to each."""
    lines = (
        (_day(found.histories.end + place * MONTH), *_ends(month), *_ends(total))
        for place, (month, total) in enumerate(zip(single, added, strict=True), 1)
    )
    names = [f"{name}{end}" for name in ("expected", "cumulative") for end in ("", "_low", "_high")]
    return Table("months", ("until", *names), tuple(lines))


def _ends(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.value, estimate.low, estimate.high


def _past(data: Dataset, horizon: int, revenue: bool) -> Table:
    """Months of the same length before the last day, the oldest first."""
    lines = ((_day(end), first, again) for end, first, again in past(data, max(horizon, 12), revenue))
    return Table("past", ("until", "first_part", "repeat_part"), tuple(lines))


def _holdout(earlier: Trial) -> Table:
    """What would have been forecast of the time held back, and what happened."""
    actual = float(earlier.actual.sum())
    total, naive = earlier.total, float(earlier.naive.sum())
    columns = ("model", "expected", "expected_low", "expected_high", "actual", "bias", "mae")
    if actual <= 0:
        return Table("holdout", columns, ())
    lines = (
        (earlier.model, *_ends(total), actual, total.value / actual - 1, earlier.error(earlier.expected)),
        ("naive", naive, None, None, actual, naive / actual - 1, earlier.error(earlier.naive)),
    )
    return Table("holdout", columns, lines)


def _conditional(earlier: Trial) -> Table:
    """What customers with as many repeat purchases before bought in the time held back, on average."""
    columns = ("repeats_before", "customers", "actual_each", "expected_each", "naive_each")
    return Table("conditional", columns, tuple(earlier.classes()))


def _notes(found: Fitted, earlier: Trial | None, new: float, revenue: bool) -> tuple[Message, ...]:
    """What is not in the forecast, and what has to be known of the fit where not all is well."""
    began = {"beginners": round(new)}
    notes = [Message("forecast.note.limits", began) if round(new) else Message("forecast.note.limits_nobody")]
    if earlier and not earlier.total.low <= float(earlier.actual.sum()) <= earlier.total.high:
        notes.append(Message("forecast.note.missed", {"days": earlier.holdout.days}))
    if no_dropout(found):
        notes.append(Message("models.no_dropout"))
    ended = () if no_dropout(found) else (found.fit,)
    return (*notes, *reservations((*ended, found.money) if revenue else ended))


METRIC = Metric(
    id="forecast",
    needs=(Need("orders", ("customer", "date")),),
    unit="count",
    formula=r"\frac{\begin{gathered}⟨customers⟩ \\ {} \cdot ⟨of_hundred⟩\end{gathered}}{100}",
    compute=forecast,
    better="neither",
    options=(
        Option("measure", MEASURES, "purchases"),
        Option("horizon", HORIZONS, 3),
        Option("model", (None, *PURCHASE_MODELS), None),
    ),
    references=(
        "Fader, Hardie & Lee (2005), “Counting your customers” the easy way: an alternative to the Pareto/NBD"
        " model, Marketing Science 24(2)",
        "Batislam, Denizel & Filiztekin (2007), Empirical validation and comparison of models for customer"
        " base analysis, International Journal of Research in Marketing 24(3)",
        "Schmittlein, Morrison & Colombo (1987), Counting your customers: who are they and what will they do"
        " next?, Management Science 33(1)",
        "Fader & Hardie (2013), The Gamma-Gamma model of monetary value",
    ),
    modelled=True,
)
