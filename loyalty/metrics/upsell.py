"""Upsell ratio: whether customers buy more than one kind of product."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import narwhals.stable.v2 as nw

from loyalty import limits
from loyalty.core import (
    Metric,
    Need,
    Option,
    Result,
    Table,
    by_group,
    check_options,
    month_name,
    role_names,
    totals,
)
from loyalty.dataset import Dataset
from loyalty.grouping import Totals, grouped, with_least
from loyalty.queries import keep, rows
from loyalty.stats import Hits, differ, last_change, odds, share

TREND_WINDOW = 90  # days every month of first purchase gets in the trend
LATER = 1 << limits.PRODUCTS  # a kind's bit is moved up by so much if it was not bought on the first day
KINDS = (None, "category", "product")


def upsell(
    data: Dataset, by: str | None = None, *, kind: str | None = None, measure: str = "ratio"
) -> Result:
    """Customers who bought several kinds of product against those who bought only one.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer`` and ``product`` or ``category``. Lines without a customer, without
        a kind, returned or free do not count.
    by
        Column to break the ratio down by; a customer belongs to the segment of the first purchase, and to
        none if every order came to nothing in the end.
    kind
        What makes two products different: ``"category"`` or ``"product"``; None takes the category where
        there is one.
    measure
        ``"ratio"``: several / one. ``"share"``: several / all.

    Returns
    -------
    Result
        A ratio (infinite when nobody bought one kind only) or a share; ``n`` counts customers. The trend
        is by month of the first of these purchases and counts what was bought within 90 days of it, so that
        every month has the same time; months whose customers have not all had it are left out. Tables:
        ``kinds`` (customers by kind) and, with dates, ``leads``: of the customers who began with one kind,
        how many bought another on a later day; the most popular kinds.

    Raises
    ------
    LoyaltyError
        If the columns are missing, or no line has both.

    Notes
    -----
    The interval is Wilson's for the share, carried over to the ratio; the customer is the unit.

    Examples
    --------
    >>> import pandas as pd
    >>> orders = pd.DataFrame({"customer": ["a", "a", "b"], "product": ["tea", "cup", "tea"]})
    >>> upsell(Dataset.from_frames(orders=orders)).overall.value
    1.0
    """
    check_options({"kind": (kind, KINDS), "measure": (measure, ("ratio", "share"))})
    data.require(*METRIC.needs)
    data.check_by("orders", by)
    chosen = kind or ("category" if data.has("orders", "category") else "product")
    data.require(Need("orders", (chosen,)))
    dated = data.has("orders", "day")
    bought = data.first_bought(chosen)
    popular = _popular(bought)
    customers = _customers(data, bought, by, [row["kind"] for row in popular])
    cells = _cells(customers, by, data.last_whole_month(TREND_WINDOW) if dated else None)
    hits = sum((cell.hits for cell in cells), Hits(0, 0))
    if not hits.n:
        raise data.nothing("orders", "no_products", roles=role_names(("customer", chosen)))
    of = odds if measure == "ratio" else (lambda estimate: estimate)
    segments = by_group(((cell.segment, cell.hits) for cell in cells), lambda hits: hits.n) if by else {}
    shares = [share(*hits, name) for name, hits in segments.items()]
    cohorts = totals((cell.month, cell.in_window) for cell in cells if cell.month and cell.in_window.n)
    trend = tuple(of(share(*hits, month)) for month, hits in cohorts.items())
    leads = [_leads(customers, [row["kind"] for row in popular])] if dated else []
    return Result(
        metric="upsell",
        overall=of(share(*hits)),
        unit=measure,
        by=by,
        header=data.header("orders", by),
        groups=tuple(of(estimate) for estimate in shares),
        groups_differ=differ(shares),
        trend=trend,
        change=last_change(trend),
        formula=FORMULAS[measure],
        options={"kind": chosen, "measure": measure},
        numbers={
            "several": hits.hits,
            "one": hits.n - hits.hits,
            "customers": hits.n,
            "share": hits.hits / hits.n,
            "ratio": odds(share(*hits)).value,
            "trend_window": TREND_WINDOW,
        },
        tables=(
            Table("kinds", ("kind", "customers"), tuple((row["kind"], row["n"]) for row in popular)),
            *leads,
        ),
    )


class Cell(NamedTuple):
    """Customers of one segment and one month of beginning: for the ratio and for the trend."""

    segment: str | None
    month: str | None
    hits: Hits
    in_window: Hits


def _popular(bought: nw.LazyFrame[Any]) -> list[dict[str, Any]]:
    """The kinds that most customers bought."""
    counted = bought.group_by("kind").agg(nw.len().alias("n")).sort("n", "kind", descending=[True, False])
    return rows(counted.head(limits.PRODUCTS))


def _customers(
    data: Dataset, bought: nw.LazyFrame[Any], by: str | None, kinds: list[str]
) -> nw.LazyFrame[Any]:
    """One row a customer: several kinds or one, and which the customer began and went on with, as bits
    of ``trace``.
    """
    if not data.has("orders", "day"):
        counted = bought.group_by("customer").agg(nw.len().alias("kinds"))
        return keep(_in_segment(data, counted.with_columns(several=nw.col("kinds") > 1), by))
    bit = nw.lit(0)
    for place, kind in enumerate(kinds):
        bit = nw.when(nw.col("kind") == kind).then(nw.lit(1 << place)).otherwise(bit)
    age = nw.col("day") - nw.col("first")
    flags = {
        "in_window": (nw.col("age") <= TREND_WINDOW).cast(nw.Int64),
        "trace": nw.when(nw.col("age") == 0).then(nw.col("bit")).otherwise(nw.col("bit") * LATER),
    }
    begun = with_least(bought, "customer", {"first": "day"})
    aged = begun.with_columns(age=age, bit=bit).with_columns(**flags)
    counted = grouped(aged, ["customer"], Totals([*flags], ["month"], size="kinds"))
    several, in_window = nw.col("kinds") > 1, nw.col("in_window") > 1
    return keep(_in_segment(data, counted.with_columns(several=several, in_window=in_window), by))


def _in_segment(data: Dataset, customers: nw.LazyFrame[Any], by: str | None) -> nw.LazyFrame[Any]:
    if by is None:
        return customers
    return customers.join(data.customers(by).select("customer", "group"), on="customer", how="left")


def _cells(customers: nw.LazyFrame[Any], by: str | None, whole: int | None) -> list[Cell]:
    """Count customers; months up to `whole` are in the trend, None when there are no dates."""
    dated = whole is not None
    keys = ["several", *(["group"] if by else []), *(["in_window", "month"] if dated else [])]
    found = []
    for row in rows(customers.group_by(*keys).agg(nw.len().alias("n"))):
        month, n = row.get("month"), row["n"]
        in_trend = dated and month is not None and month <= whole
        found.append(
            Cell(
                segment=row.get("group"),
                month=None if month is None else month_name(month),
                hits=Hits(n * row["several"], n),
                in_window=Hits(n * row["in_window"], n) if in_trend else Hits(0, 0),
            )
        )
    return found


def _leads(customers: nw.LazyFrame[Any], kinds: list[str]) -> Table:
    """Of the customers who began with a kind, how many bought another one on a later day."""
    starters, pairs = Counter[str](), Counter[tuple[str, str]]()
    for row in rows(customers.group_by("trace").agg(nw.len().alias("n"))):
        start_bits, later_bits = row["trace"] % LATER, row["trace"] // LATER
        later = [kind for place, kind in enumerate(kinds) if later_bits >> place & 1]
        for start in (kind for place, kind in enumerate(kinds) if start_bits >> place & 1):
            starters[start] += row["n"]
            for kind in later:
                pairs[start, kind] += row["n"]
    listed = [
        (start, kind, count, starters[start], count / starters[start])
        for (start, kind), count in pairs.items()
    ]
    listed.sort(key=lambda row: (-row[4], -row[2], row[0], row[1]))
    return Table("leads", ("start", "kind", "customers", "starters", "share"), tuple(listed))


FORMULAS = {"ratio": r"\frac{⟨several⟩}{⟨one⟩}", "share": r"\frac{⟨several⟩}{⟨customers⟩}"}

METRIC = Metric(
    id="upsell",
    needs=(Need("orders", ("customer", ("product", "category"))),),
    unit="ratio",
    formula=FORMULAS["ratio"],
    compute=upsell,
    better="higher",
    options=(Option("kind", KINDS, None), Option("measure", ("ratio", "share"), "ratio")),
    references=(
        "Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22",
    ),
)
