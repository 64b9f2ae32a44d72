"""Lists of customers to write to, each with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

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
from loyalty.queries import keep, rows
from loyalty.stats import Hits, differ, last_change, share
from loyalty.texts import Message
from loyalty.views.answers import scale_of
from loyalty.views.calendar_days import day_of_month, next_day
from loyalty.views.consents import asked_at_orders, consents
from loyalty.views.matching import NEEDS, latest_answers, matched_answers, together

LISTS = ("recover", "win_back", "thank", "refer", "birthday", "anniversary")  # the most urgent first
DAYS = (14, 30, 60)
SILENT = (60, 90, 180, 365)
THANKED, MISSED = 5, 3  # those are thanked who are among the top fifth, those missed who are of the top third
PROMOTER, DETRACTOR = 9, 6  # Reichheld 2003
REFERS = 2  # purchases
DECIMALS = 6  # to which sums of money are told apart: what is beyond comes from adding up

UNITS = {
    "amount": "money",
    "first": "date",
    "last": "date",
    "day": "date",
    "answered": "date",
    "silent": "days",
}


def actions(data: Dataset, by: str | None = None, *, days: int = 30, silent: int = 90) -> Result:
    """Whom to write to, and why: the share of customers who stand on at least one list.

    Today is the last day of the orders.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer`` and ``date``. ``amount``, ``birthday`` and the answers of
        customers (see :func:`loyalty.views.matching.matched_answers`) open further lists. Where orders have a
        column ``consent``, only customers whose latest known word is yes are listed; where only answers
        have one, customers whose latest word is no are not.
    by
        Column to break the share down by; a customer belongs to the segment of the first purchase.
    days
        How many days ahead birthdays and anniversaries are looked for.
    silent
        After so many days without a purchase a customer counts as silent.

    Returns
    -------
    Result
        A share; ``n`` counts customers. The trend is by month of the first purchase. Table ``lists``, also
        with how many more would be on each had they agreed (``no_consent``):

        - ``recover``: the latest recommendation is 6 or less; of those who gave none, the latest rating lies
          below the middle of its scale.
        - ``win_back``: fewer than a third of the customers have spent more, but silent.
        - ``thank``: fewer than a fifth of the customers have spent more, and not silent.
        - ``refer``: the latest recommendation is 9 or 10, and at least two purchases.
        - ``birthday``: in the next `days` days.
        - ``anniversary``: of the first purchase, in the next `days` days.

        Without amounts, purchases are counted instead. 29 February is kept on the 28th in other years.

    Raises
    ------
    LoyaltyError
        If the columns are missing or no customer is known.

    Notes
    -----
    The interval is Wilson's; the customer is the unit: it says how large the share would be for customers
    like these in general. Only totals leave the engine; where answers and orders are on different engines,
    the answers and a row for each customer come back to memory.

    Examples
    --------
    >>> import pandas as pd
    >>> days = ["2024-07-05", "2025-06-02", "2025-06-30", "2025-06-30"]
    >>> orders = pd.DataFrame({"customer": ["a", "b", "c", "c"], "date": days, "amount": [9, 1, 5, 5]})
    >>> data = Dataset.from_frames(orders=orders)
    >>> dict(row[:2] for row in actions(data).table("lists").rows if row[1])
    {'thank': 1, 'anniversary': 1}
    """
    _check(data, days, silent)
    data.check_by("orders", by)
    flagged = _flagged(data, days, silent).select("customer", "month", "agreed", *LISTS)
    if by:
        flagged = _joined(flagged, data.customers(by).select("customer", "group"), "inner")
    people = keep(flagged)
    cells = _cells(people, by)
    hits = sum((hits for _, _, hits in cells), Hits(0, 0))
    if not hits.n:
        raise data.nothing("orders", "no_customers", role=Message("role.customer"))
    segments = by_group(((name, hits) for name, _, hits in cells), lambda hits: hits.n) if by else {}
    groups = tuple(share(*hits, name) for name, hits in segments.items())
    cohorts = totals((month, hits) for _, month, hits in cells)
    trend = tuple(share(*hits, month) for month, hits in cohorts.items())
    lists = _lists(people)
    return Result(
        metric="actions",
        overall=share(*hits),
        unit="share",
        by=by,
        header=data.header("orders", by),
        groups=groups,
        groups_differ=differ(groups),
        trend=trend,
        change=last_change(trend),
        formula=METRIC.formula,
        options={"days": days, "silent": silent},
        numbers={
            "listed": hits.hits,
            "customers": hits.n,
            **{row[0]: row[1] for row in lists.rows},
            "no_consent": sum(row[2] for row in lists.rows),
        },
        units=UNITS,
        tables=(lists,),
        currency=data.currency,
    )


def _check(data: Dataset, days: int, silent: int) -> None:
    check_options({"days": (days, DAYS), "silent": (silent, SILENT)})
    data.require(*METRIC.needs)


def _flagged(data: Dataset, days: int, silent: int) -> nw.LazyFrame[Any]:
    """Every customer with what is known, which lists would hold him or her, and who agreed."""
    period = data.period("orders")
    today = period[1] if period else date.min
    known = _known(data)
    there = known.collect_schema().names()
    worth = _worth(there)
    ahead = (worth.rank("min", descending=True) - 1).cast(nw.Float64)
    quiet = nw.lit(today.toordinal()) - nw.col("last")
    came = {
        "came_month": nw.col("month") % 12 + 1,
        "came_day": day_of_month(nw.col("first"), nw.col("month")),
    }
    marked = known.with_columns(**came, ahead=ahead, silent=quiet).with_columns(
        thank=(nw.col("ahead") * THANKED < nw.len()) & (nw.col("silent") <= silent),
        win_back=(nw.col("ahead") * MISSED < nw.len()) & (nw.col("silent") > silent),
        anniversary_day=next_day(nw.col("came_month"), nw.col("came_day"), today),
        birthday_day=next_day(nw.col("born_month"), nw.col("born_day"), today),
        refer=(nw.col("score") >= PROMOTER) & (nw.col("purchases") >= REFERS),
        recover=(nw.col("score") <= DETRACTOR) | (nw.col("score").is_null() & nw.col("low").fill_null(False)),
    )
    until = today + timedelta(days=days)
    soon = {name: nw.col(f"{name}_day") <= until.toordinal() for name in ("birthday", "anniversary")}
    return marked.with_columns(**soon).with_columns(nw.col(*LISTS, "agreed").fill_null(False))


def _worth(there: Sequence[str]) -> nw.Expr:
    """What makes a customer valuable: the sum of the purchases, or else their number."""
    worth = nw.col("amount").round(DECIMALS) if "amount" in there else nw.col("purchases")
    return worth.cast(nw.Float64)


def _known(data: Dataset) -> nw.LazyFrame[Any]:
    """One row a customer: purchases, birthday, the latest answers, consent; null where nothing is known."""
    known = data.customers()
    known = known.select(*(name for name in known.collect_schema().names() if name != "group"))
    known = _with(known, _birthdays(data), {"born_month": nw.Int64, "born_day": nw.Int64})
    known = _with(known, _scores(data), {"score": nw.Float64, "answered": nw.Int64})
    known = _with(known, _low_ratings(data), {"low": nw.Boolean})
    agreed = consents(data)
    if agreed is None:
        return known.with_columns(agreed=nw.lit(True))
    known = _with(known, agreed, {"agreed": nw.Boolean})
    return known if asked_at_orders(data) else known.with_columns(nw.col("agreed").fill_null(True))


def _with(
    known: nw.LazyFrame[Any], further: nw.LazyFrame[Any] | None, columns: dict[str, Any]
) -> nw.LazyFrame[Any]:
    """Further columns of a customer; null where there is no such table."""
    if further is None:
        nothing = {name: nw.lit(None, dtype=dtype) for name, dtype in columns.items()}
        return known.with_columns(**nothing)
    return _joined(known, further.select("customer", *columns), "left")


def _joined(one: nw.LazyFrame[Any], other: nw.LazyFrame[Any], how: Any) -> nw.LazyFrame[Any]:
    one, other = together(one, other)
    return one.join(other, on="customer", how=how)


def _birthdays(data: Dataset) -> nw.LazyFrame[Any] | None:
    """Month and day of every birthday that is known; of several the earliest."""
    if not data.has("orders", "birthday"):
        return None
    born = nw.col("birthday")
    lines = data.table("orders").filter(~nw.col("customer").is_null(), ~born.is_null())
    days = lines.select("customer", "birthday").group_by("customer").agg(born.min())
    return days.select(
        "customer", born_month=born.dt.month().cast(nw.Int64), born_day=born.dt.day().cast(nw.Int64)
    )


def _scores(data: Dataset) -> nw.LazyFrame[Any] | None:
    """The latest recommendation of every customer, and its day."""
    if data.missing(Need("responses", ("recommend",)), *NEEDS):
        return None
    found = latest_answers(data, scale=scale_of(data, "recommend"))
    if not data.has("responses", "day"):
        found = found.with_columns(day=nw.lit(None, dtype=nw.Int64))
    return found.select("customer", "score", answered=nw.col("day").cast(nw.Int64))


def _low_ratings(data: Dataset) -> nw.LazyFrame[Any] | None:
    """Whether the latest rating of a customer lies below the middle of its scale."""
    if data.missing(Need("responses", ("rating",)), *NEEDS):
        return None
    [row] = rows(data.table("responses").select(nw.col("rating").count()))
    if not row["rating"]:
        return None
    scale = scale_of(data, "rating")
    middle = (scale.low + scale.high) / 2
    return latest_answers(data, "rating", scale=scale).select("customer", low=nw.col("score") < middle)


def _cells(people: nw.LazyFrame[Any], by: str | None) -> list[tuple[str | None, str, Hits]]:
    """Customers by segment and month of first purchase, and how many of them are on a list."""
    listed = nw.col("agreed") & nw.any_horizontal(*LISTS, ignore_nulls=True)
    keys = ["month", *(["group"] if by else [])]
    counted = people.with_columns(listed=listed.cast(nw.Int64)).group_by(*keys)
    return [
        (row.get("group"), month_name(row["month"]), Hits(row["listed"], row["n"]))
        for row in rows(counted.agg(nw.len().alias("n"), nw.col("listed").sum()))
    ]


def _lists(people: nw.LazyFrame[Any]) -> Table:
    """How many stand on each list, and how many more would, had they agreed."""
    one = {name: (nw.col("agreed") & nw.col(name)).cast(nw.Int64) for name in LISTS}
    more = {f"no_{name}": (~nw.col("agreed") & nw.col(name)).cast(nw.Int64) for name in LISTS}
    columns = [expression.sum().alias(name) for name, expression in (one | more).items()]
    [row] = rows(people.select(*columns))
    found = tuple((name, row[name] or 0, row[f"no_{name}"] or 0) for name in LISTS)
    return Table("lists", ("list", "customers", "no_consent"), found)


def members(data: Dataset, *, days: int = 30, silent: int = 90) -> nw.LazyFrame[Any]:
    """The customers on each list who agreed, the most urgent first, with what the reason is made of.

    A customer may stand on several lists. ``silent`` counts the days since the last purchase, ``day`` is
    that of the birthday or the anniversary, ``score`` and ``answered`` are of the latest recommendation,
    ``comment`` is the customer's latest. Comes with ``email`` where the orders have addresses.
    """
    _check(data, days, silent)
    people = keep(_with_words(data, _flagged(data, days, silent)))
    there = people.collect_schema().names()
    worth = _worth(there)
    ranks = {
        "recover": nw.col("score").fill_null(0),
        "refer": -nw.col("score"),
        "birthday": nw.col("birthday_day"),
        "anniversary": nw.col("anniversary_day"),
    }
    columns = (
        "customer",
        "email",
        "purchases",
        "amount",
        "first",
        "last",
        "silent",
        "score",
        "answered",
        "comment",
    )
    kept = [name for name in columns if name in there]
    lists = []
    for name in LISTS:
        chosen = people.filter(nw.col(name), nw.col("agreed"))
        day = nw.col(f"{name}_day") if f"{name}_day" in there else nw.lit(None, dtype=nw.Int64)
        rank = ranks.get(name, -worth).cast(nw.Float64)
        lists.append(chosen.select(*kept, list=nw.lit(name), day=day.cast(nw.Int64), rank=rank))
    return nw.concat(lists)


def _with_words(data: Dataset, people: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """With the address and the latest comment of each customer, where there are such columns."""
    if data.has("orders", "email"):
        lines = data.table("orders").filter(~nw.col("customer").is_null(), ~nw.col("email").is_null())
        text = lines.select("customer", email=nw.col("email").cast(nw.String))
        people = _joined(people, text.group_by("customer").agg(nw.col("email").min()), "left")
    if data.has("responses", "comment") and not data.missing(*NEEDS):
        written = matched_answers(data).filter(~nw.col("customer").is_null(), ~nw.col("comment").is_null())
        if data.has("responses", "day"):
            day = nw.col("day").fill_null(0)
            written = written.with_columns(_day=day).filter(
                nw.col("_day") == nw.col("_day").max().over("customer")
            )
        latest = written.group_by("customer").agg(nw.col("comment").min())
        people = _joined(people, latest, "left")
    return people


METRIC = Metric(
    id="actions",
    needs=(Need("orders", ("customer", "date")),),
    unit="share",
    formula=r"\frac{⟨listed⟩}{⟨customers⟩}",
    compute=actions,
    better="neither",
    options=(Option("days", DAYS, 30), Option("silent", SILENT, 90)),
    references=(
        "Reichheld (2003), The One Number You Need to Grow, Harvard Business Review 81(12)",
        "Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22",
    ),
    members=members,
)
