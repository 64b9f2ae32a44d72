"""Repurchase ratio: how many customers come back."""

from __future__ import annotations

import narwhals.stable.v2 as nw

from loyalty.core import (
    Metric,
    Need,
    Option,
    Result,
    Table,
    by_group,
    check_options,
    month_name,
    totals,
)
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.queries import rows
from loyalty.stats import Hits, differ, last_change, share
from loyalty.texts import Message

WINDOWS = (None, 30, 60, 90, 180, 365)
TERMS = (7, 30, 90, 365)
TREND_WINDOW = 90  # days every month gets in the trend where the ratio itself has no window


def repurchase(
    data: Dataset,
    by: str | None = None,
    *,
    window: int | None = None,
    kind: str = "orders",
    term: int = 30,
) -> Result:
    """The share of customers who bought again.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer`` and ``date`` or ``order``. Rows without a customer do not count.
    by
        Column to break the share down by; a customer belongs to the segment of the first purchase.
    window
        Days after the first purchase within which the second must come; customers whose window had not
        ended on the last day of the data are not counted. None: at any time so far.
    kind
        ``"orders"``: of everyone who bought, who bought again. ``"subscription"``: of everyone whose first
        term has ended on the last day of the data, who has paid again.
    term
        Days a payment of a subscription lasts.

    Returns
    -------
    Result
        A share; ``n`` counts customers. The trend is by month of first purchase, each month with the same
        time to come back: `window`; where there is none 90 days, or two terms of a subscription.
        Table ``months``: purchases of known customers, and how many of them were repeat purchases.

    Raises
    ------
    LoyaltyError
        If the columns are missing, no customer is known, or nobody's window has ended.

    Notes
    -----
    The interval is Wilson's; the customer is the unit. Two orders on one day are two purchases when they
    have different order ids, otherwise one.

    References
    ----------
    Wilson (1927), *Probable inference, the law of succession, and statistical inference*.

    Examples
    --------
    >>> import pandas as pd
    >>> days = ["2025-01-03", "2025-02-01", "2025-02-02"]
    >>> orders = pd.DataFrame({"customer": ["a", "a", "b"], "date": days})
    >>> repurchase(Dataset.from_frames(orders=orders)).overall.value
    0.5
    """
    check_options(
        {"window": (window, WINDOWS), "kind": (kind, ("orders", "subscription")), "term": (term, TERMS)}
    )
    data.require(*METRIC.needs)
    data.check_by("orders", by)
    dated = data.has("orders", "day")
    if not dated and (window or kind == "subscription"):
        raise LoyaltyError("needs_dates", role=Message("role.date"))
    due = max(term, window or 0) if kind == "subscription" else window
    span = window or (2 * term if kind == "subscription" else TREND_WINDOW)
    cells = _cells(data, by, due, window, span)
    hits = sum((hits for _, _, hits, _ in cells), Hits(0, 0))
    if not cells:
        raise data.nothing("orders", "no_customers", role=Message("role.customer"))
    if not hits.n:
        raise LoyaltyError("window_open", days=due)
    segments = (
        by_group(((name, hits) for name, _, hits, _ in cells if hits.n), lambda hits: hits.n) if by else {}
    )
    cohorts = totals((month, hits) for _, month, _, hits in cells if month and hits.n)
    groups = tuple(share(*hits, name) for name, hits in segments.items())
    trend = tuple(share(*hits, month) for month, hits in cohorts.items())
    return Result(
        metric="repurchase",
        overall=share(*hits),
        unit="share",
        by=by,
        header=data.header("orders", by),
        groups=groups,
        groups_differ=differ(groups),
        trend=trend,
        change=last_change(trend),
        formula=METRIC.formula,
        options={"window": window, "kind": kind, "term": term},
        numbers={"repeat": hits.hits, "customers": hits.n, "trend_window": span},
        tables=(_months(data),) if dated else (),
    )


def _cells(
    data: Dataset, by: str | None, due: int | None, window: int | None, span: int
) -> list[tuple[str | None, str | None, Hits, Hits]]:
    """Segment, month of first purchase, and those who came back: for the ratio and for the trend."""
    customers = data.customers(by)
    keys = ["group"] if by else []
    if not data.has("orders", "day"):
        again = customers.with_columns(hit=(nw.col("purchases") > 1).cast(nw.Int64), one=nw.lit(1))
        found = rows(again.group_by(*(keys or ["one"])).agg(nw.len().alias("n"), nw.col("hit").sum()))
        return [(row.get("group"), None, Hits(row["hit"], row["n"]), Hits(0, 0)) for row in found]
    period = data.period("orders")
    last = period[1].toordinal() if period else 0
    gap = nw.col("second") - nw.col("first")
    came, in_span = ~gap.is_null(), gap <= span
    flags = {
        "due": nw.lit(True) if due is None else nw.col("first") + due <= last,
        "hit": came if window is None else gap <= window,
        "in_span": in_span,
    }
    whole = data.last_whole_month(max(span, due or 0))
    flagged = customers.with_columns(**{name: flag.fill_null(False) for name, flag in flags.items()})
    counted = flagged.group_by("month", *flags, *keys).agg(nw.len().alias("n"))
    return [
        (
            row.get("group"),
            month_name(row["month"]),
            Hits(row["n"] * row["hit"], row["n"]) if row["due"] else Hits(0, 0),
            Hits(row["n"] * row["in_span"], row["n"]) if row["month"] <= whole else Hits(0, 0),
        )
        for row in rows(counted)
    ]


def _months(data: Dataset) -> Table:
    """Purchases of known customers by month; all but the first of each customer are repeat purchases."""
    counts = data.repeat_purchases
    return Table(
        "months",
        ("month", "purchases", "repeat_purchases"),
        tuple((month_name(month), *pair) for month, pair in counts.items()),
    )


METRIC = Metric(
    id="repurchase",
    needs=(Need("orders", ("customer", ("date", "order"))),),
    unit="share",
    formula=r"\frac{⟨repeat⟩}{⟨customers⟩}",
    compute=repurchase,
    better="higher",
    options=(
        Option("kind", ("orders", "subscription"), "orders"),
        Option("window", WINDOWS, None),
        Option("term", TERMS, 30, when=("kind", "subscription")),
    ),
    references=(
        "Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22",
    ),
)
