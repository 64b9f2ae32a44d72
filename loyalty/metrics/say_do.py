"""Attitude and behaviour: whether those who speak well of us also come back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import narwhals.stable.v2 as nw

from loyalty.answer_scales import AnswerScale
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
    totals,
)
from loyalty.dataset import Dataset
from loyalty.queries import keep, rows
from loyalty.stats import Hits, RatioSums, differ, difference, last_change, ratio, share
from loyalty.stats.ranks import spearman
from loyalty.texts import Message
from loyalty.views.answers import scale_of
from loyalty.views.discounts import discounted_orders, discounted_share
from loyalty.views.matching import latest_answers, matched_answers, together
from loyalty.views.sampling import ratio_sums
from loyalty.views.worth import mean_worth

# attitude -> names of its three groups, from the bottom
GROUPS = {
    "recommend": ("detractors", "passives", "promoters"),
    "rating": ("dissatisfied", "neutral", "satisfied"),
}
PASSIVE, PROMOTER = 7, 9  # from where on, of 0 to 10; Reichheld 2003
MIDDLE, GOOD = 50, 75  # from where on, of 0 to 100; 4 of 5 stars are 75
OFTEN = (2, 3, 5)
STAY = 90  # days after the answer in which those who stay buy again
# a good attitude, and bought often -> type; Dick & Basu 1994
TYPES = {(True, True): "true", (True, False): "latent", (False, True): "spurious", (False, False): "none"}
FEW_MATCHED = 0.5  # share of the answers below which those that are matched may be others than the rest

UNITS = {
    **dict.fromkeys(("difference", "difference_low", "difference_high"), "share"),
    **dict.fromkeys(("correlation", "correlation_low", "correlation_high"), "ratio"),
    **dict.fromkeys(("difference_p", "correlation_p"), "p"),
    **dict.fromkeys(("share_low", "share_high", "revenue_share"), "share"),
    **{
        f"{name}{end}": "money" for name in ("spend", "order_value", "worth") for end in ("", "_low", "_high")
    },
    "amount": "money",
    "last": "date",
}


class Question(NamedTuple):
    """The question that says how customers think, its scale, and where the upper two groups begin on it."""

    role: str
    scale: AnswerScale
    middle: float
    top: float


class Cell(NamedTuple):
    """So many customers of one attitude who bought often or not, bought again or not."""

    place: int
    often: bool
    again: bool
    sums: RatioSums


def say_do(data: Dataset, by: str | None = None, *, attitude: str | None = None, often: int = 2) -> Result:
    """The share of customers who think well of us and buy again: true loyalty, beside three other kinds.

    Parameters
    ----------
    data
        Needs ``responses`` with ``recommend`` or ``rating`` and with ``customer`` or ``email``, and
        ``orders`` with ``customer`` and ``date``. How answers find their customers is said at
        :func:`loyalty.views.matching.matched_answers`; the latest answer of a customer counts.
    by
        Column of the responses to break the share down by.
    attitude
        ``"recommend"``: promoters (9–10) think well of us. ``"rating"``: those who gave at least 4 of 5, or
        as much on another scale. None takes the recommendation where there is one.
    often
        From so many purchases on a customer buys again.

    Returns
    -------
    Result
        A share; ``n`` counts customers who answered and bought. The trend is by month of the latest answer.
        Tables ``lists`` (the four types of Dick & Basu: true, latent, spurious, no loyalty), ``matched``
        (answers by how they found their customer), ``attitudes`` (of each group the share who bought at
        least twice, the spend of a customer, the value of an order and what a customer is expected to bring
        in the next twelve months by :func:`loyalty.clv`, as far as there are amounts and enough of them),
        ``staying`` (of those who answered at least 90 days before the last order, who bought again within 90
        days after the day of the answer) and ``discounts`` (first and repeat orders of all known customers,
        and how many had a discount). Among the numbers are the difference in staying between the highest
        and the lowest group and Spearman's correlation of the answer with the number of purchases.

    Raises
    ------
    LoyaltyError
        If the columns are missing, no answer could be matched, or the scale of the rating is not known.

    Notes
    -----
    The customer is the unit. The intervals of shares are Wilson's, of their difference Newcombe's, of spend
    and order value by customer (delta method, Student's t; not below zero); that of repeat orders is widened
    by the design effect of customers who made several, that of what is expected is :func:`loyalty.clv`'s.
    For the last a few numbers of every customer come back to memory, and where answers and orders are on
    different engines the answers, one row a customer and the days of all purchases.

    References
    ----------
    Dick & Basu (1994), *Customer Loyalty: Toward an Integrated Conceptual Framework*, JAMS 22(2).
    Newcombe (1998), *Interval estimation for the difference between independent proportions*, method 10.

    Examples
    --------
    >>> import pandas as pd
    >>> days = ["2025-01-03", "2025-02-01", "2025-02-02"]
    >>> orders = pd.DataFrame({"customer": ["a", "a", "b"], "date": days})
    >>> answers = pd.DataFrame({"customer": ["a", "b"], "recommend": [9, 10]})
    >>> say_do(Dataset.from_frames(orders=orders, responses=answers)).overall.value
    0.5
    """
    check_options({"attitude": (attitude, (None, *GROUPS)), "often": (often, OFTEN)})
    data.require(*METRIC.needs)
    data.check_by("responses", by)
    question = _question(data, attitude)
    people = _people(data, question, by, often)
    cells = list(_cells(people, data.has("orders", "amount")))
    matches = _matches(data, question)
    answers = sum(matches.values())
    if not answers:
        raise data.nothing("responses", "no_answers", role=Message(f"role.{question.role}"))
    if not cells:
        raise data.nothing("responses", "no_matches", answers=answers)
    segments, months = _shares(people, by, data.has("responses", "month"))
    groups = tuple(share(*hits, name) for name, hits in segments.items())
    trend = tuple(share(*hits, month) for month, hits in months.items())
    customers = _types(cells)
    staying, test = _staying(data, people, question)
    worth = mean_worth(data, people.select("customer", group="place"))
    overall = share(customers["true"].units, sum(sums.units for sums in customers.values()))
    return Result(
        metric="say_do",
        overall=overall,
        unit="share",
        by=by,
        header=data.header("responses", by),
        groups=groups,
        groups_differ=differ(groups),
        trend=trend,
        change=last_change(trend),
        formula=METRIC.formula,
        options={"attitude": question.role, "often": often},
        numbers={
            **{name: sums.units for name, sums in customers.items()},
            "customers": overall.n,
            "answers": answers,
            "matched": answers - matches["nobody"],
            **_everyone(data),
            "stay": STAY,
            **test,
            **_correlation(people),
        },
        units=UNITS,
        tables=(
            _list_table(customers, data.has("orders", "amount")),
            _match_table(matches),
            _attitudes(cells, question, data.has("orders", "amount"), worth),
            *staying,
            *_discounts(data),
        ),
        currency=data.currency,
        notes=tuple(_notes(question, matches)),
    )


def _question(data: Dataset, attitude: str | None) -> Question:
    """The question that is asked for, or the first one there is, and the scale it was answered on."""
    role = attitude or next(role for role in GROUPS if data.has("responses", role))
    data.require(Need("responses", (role,)))
    scale = scale_of(data, role)
    middle, top = (PASSIVE, PROMOTER) if role == "recommend" else (scale.at(MIDDLE), scale.at(GOOD))
    return Question(role, scale, middle, top)


def _people(data: Dataset, question: Question, by: str | None, often: int) -> nw.LazyFrame[Any]:
    """One row a customer who answered and bought: what was said and what was done."""
    amount = ["amount"] if data.has("orders", "amount") else []
    bought = data.customers().select("customer", "purchases", "last", *amount)
    answers, bought = together(latest_answers(data, question.role, by, question.scale), bought)
    score, purchases = nw.col("score"), nw.col("purchases").cast(nw.Int64)
    place = nw.when(score >= question.top).then(2).when(score >= question.middle).then(1).otherwise(0)
    flags = {"often": (purchases >= often).cast(nw.Int64), "again": (purchases > 1).cast(nw.Int64)}
    return keep(answers.join(bought, on="customer").with_columns(purchases=purchases, place=place, **flags))


def _cells(people: nw.LazyFrame[Any], amounts: bool) -> Iterator[Cell]:
    """Sums over the customers of each attitude and behaviour, in one query."""
    cell = nw.col("place") * 4 + nw.col("often") * 2 + nw.col("again")
    amount = nw.col("amount") if amounts else nw.lit(0.0)
    for code, sums in ratio_sums(people.select(cell=cell, x=amount, y=nw.col("purchases")), "cell"):
        yield Cell(code // 4, code % 4 >= 2, code % 2 == 1, sums)


def _matches(data: Dataset, question: Question) -> dict[str, int]:
    """How many answers found their customer, and how."""
    answers = matched_answers(data).filter(~nw.col(question.role).is_null())
    counted = rows(answers.group_by("matched_by").agg(nw.len().alias("n")))
    found = {row["matched_by"] or "nobody": row["n"] for row in counted}
    return {name: found.get(name, 0) for name in ("customer", "email", "nobody")}


def _everyone(data: Dataset) -> dict[str, float]:
    """All customers and what they bought, to hold those who answered against."""
    counts = nw.len().alias("buyers"), nw.col("purchases").sum().alias("buyers_purchases")
    return rows(data.customers().select(*counts))[0]


def _shares(
    people: nw.LazyFrame[Any], by: str | None, dated: bool
) -> tuple[Mapping[str, Hits], Mapping[str, Hits]]:
    """True loyalty by segment and by month of the answer."""
    keys = (["group"] if by else []) + (["month"] if dated else [])
    if not keys:
        return {}, {}
    true = nw.when(nw.col("place") == 2).then(nw.col("often")).otherwise(0)
    counted = people.with_columns(true=true).group_by(*keys).agg(nw.len().alias("n"), nw.col("true").sum())
    cells = [(row.get("group"), row.get("month"), Hits(row["true"], row["n"])) for row in rows(counted)]
    segments = by_group(((name, hits) for name, _, hits in cells), lambda hits: hits.n) if by else {}
    return segments, totals((month_name(month), hits) for _, month, hits in cells if month is not None)


def _types(cells: list[Cell]) -> dict[str, RatioSums]:
    none = RatioSums(0, 0.0, 0.0, 0.0, 0.0, 0.0)
    return {
        name: sum((cell.sums for cell in cells if (cell.place == 2, cell.often) == kind), none)
        for kind, name in TYPES.items()
    }


def _list_table(types: Mapping[str, RatioSums], amounts: bool) -> Table:
    """The four types: customers, what they bought and what they brought."""
    n, revenue = (sum(getattr(sums, name) for sums in types.values()) for name in ("units", "x"))
    columns = ("list", "customers", "share", "purchases", *(("amount", "revenue_share") if amounts else ()))
    lines = (
        (name, sums.units, sums.units / n, round(sums.y), *((sums.x, sums.x / revenue) if amounts else ()))
        for name, sums in types.items()
    )
    return Table("lists", columns, tuple(lines))


def _match_table(matches: Mapping[str, int]) -> Table:
    answers = sum(matches.values())
    return Table(
        "matched", ("matched_by", "answers", "share"), tuple((k, n, n / answers) for k, n in matches.items())
    )


def _attitudes(cells: list[Cell], question: Question, amounts: bool, worth: Mapping[str, Estimate]) -> Table:
    """What each group of attitude does, the best attitude first."""
    lines = []
    for place, name in reversed(list(enumerate(GROUPS[question.role]))):
        here = [cell for cell in cells if cell.place == place]
        if here:
            sums = sum((cell.sums for cell in here[1:]), here[0].sums)
            again = share(sum(cell.sums.units for cell in here if cell.again), sums.units)
            each = RatioSums(sums.units, sums.x, sums.units, sums.xx, sums.units, sums.x)
            means = (ratio(each), ratio(sums)) if amounts else ()
            each_of = (again, *means, *([worth[str(place)]] if worth else []))
            lines.append((name, sums.units, *(end for e in each_of for end in _ends(e))))
    measures = ("share", *(("spend", "order_value") if amounts else ()), *(("worth",) if worth else ()))
    ends = tuple(f"{name}{end}" for name in measures for end in ("", "_low", "_high"))
    return Table("attitudes", ("group", "customers", *ends), tuple(lines))


def _ends(estimate: Estimate) -> tuple[float, float, float]:
    """An estimate of what cannot be negative."""
    return estimate.value, max(0.0, estimate.low), estimate.high


def _staying(
    data: Dataset, people: nw.LazyFrame[Any], question: Question
) -> tuple[list[Table], dict[str, float]]:
    """Who bought again soon after the answer, by attitude; and the test of the highest against the lowest."""
    period = data.period("orders")
    if not data.has("responses", "day") or period is None:
        return [], {}
    asked = people.filter(nw.col("day") + STAY <= period[1].toordinal()).select("customer", "place", "day")
    days = data.purchases.select("customer", bought=nw.col("day"))
    asked, days = together(asked, days)
    after = nw.col("bought") - nw.col("day")
    stayed = asked.join(days, on="customer").filter(after > 0, after <= STAY)
    n, hits = (_places(each) for each in (asked, stayed.select("customer", "place").unique()))
    names = GROUPS[question.role]
    found = {name: share(hits[place], n[place], name) for place, name in enumerate(names) if n[place]}
    lines = tuple((name, e.n, hits[names.index(name)], *_ends(e)) for name, e in reversed(found.items()))
    columns = ("group", "customers", "stayed", "share", "share_low", "share_high")
    return [Table("staying", columns, lines)] if lines else [], _test(
        found.get(names[0]), found.get(names[-1])
    )


def _places(people: nw.LazyFrame[Any]) -> Counter[int]:
    counted = people.group_by("place").agg(nw.len().alias("n"))
    return Counter({row["place"]: row["n"] for row in rows(counted)})


def _test(lowest: Estimate | None, highest: Estimate | None) -> dict[str, float]:
    """Whether those who think well of us stay more often than those who do not."""
    if lowest is None or highest is None:
        return {}
    gap, p = difference(lowest, highest), differ([lowest, highest])
    ends = {"difference": gap.difference, "difference_low": gap.low, "difference_high": gap.high}
    return ends if p is None else {**ends, "difference_p": p}


def _correlation(people: nw.LazyFrame[Any]) -> dict[str, float]:
    """Whether a better answer goes with more purchases."""
    counted = people.group_by("score", "purchases").agg(nw.len().alias("n"))
    found = spearman({(row["score"], row["purchases"]): row["n"] for row in rows(counted)})
    if found is None:
        return {}
    ends = {"correlation": found.value, "correlation_low": found.low, "correlation_high": found.high}
    return {**ends, "correlation_p": found.p}


def _discounts(data: Dataset) -> list[Table]:
    """First and repeat orders of known customers, and how many of them had a discount."""
    found = discounted_orders(data)
    if not sum(sums.x for sums in found.values()):
        return []
    columns = ("orders", "purchases", "discounted", "share", "share_low", "share_high")
    lines = (
        (name, round(sums.y), round(sums.x), *_ends(discounted_share(sums))) for name, sums in found.items()
    )
    return [Table("discounts", columns, tuple(lines))]


def _notes(question: Question, matches: Mapping[str, int]) -> Iterator[Message]:
    """What the reader has to know: few matched answers, and the scale that was found."""
    answers = sum(matches.values())
    if answers - matches["nobody"] < FEW_MATCHED * answers:
        yield Message("say_do.note.few", {"matched": answers - matches["nobody"], "answers": answers})
    if question.role == "rating":
        ends = {"worst": f"{question.scale.worst:g}", "best": f"{question.scale.best:g}"}
        yield Message("say_do.note.scale", {**ends, "good": f"{question.scale.upward(question.top):g}"})


def members(data: Dataset, *, attitude: str | None = None, often: int = 2) -> nw.LazyFrame[Any]:
    """The customers of each type, those who spent most first."""
    check_options({"attitude": (attitude, (None, *GROUPS)), "often": (often, OFTEN)})
    data.require(*METRIC.needs)
    question = _question(data, attitude)
    people = _people(data, question, None, often)
    kind = nw.lit(TYPES[False, False])
    for (good, frequent), name in TYPES.items():
        fits = ((nw.col("place") == 2) == good) & ((nw.col("often") == 1) == frequent)
        kind = nw.when(fits).then(nw.lit(name)).otherwise(kind)
    amount = ["amount"] if data.has("orders", "amount") else []
    rank, score = -nw.col(*amount or ["purchases"]).round(2), question.scale.upward(nw.col("score"))
    sorted_ = people.with_columns(list=kind, rank=rank, score=score)
    return sorted_.select("list", "customer", "rank", "score", "purchases", *amount, "last")


METRIC = Metric(
    id="say_do",
    needs=(
        Need("responses", (("recommend", "rating"), ("customer", "email"))),
        Need("orders", ("customer", "date")),
    ),
    unit="share",
    formula=r"\frac{⟨true⟩}{⟨customers⟩}",
    compute=say_do,
    better="higher",
    options=(Option("attitude", (None, *GROUPS), None), Option("often", OFTEN, 2)),
    references=(
        "Dick & Basu (1994), Customer Loyalty: Toward an Integrated Conceptual Framework, "
        "Journal of the Academy of Marketing Science 22(2)",
        "Jones & Sasser (1995), Why Satisfied Customers Defect, Harvard Business Review 73(6)",
        "Newcombe (1998), Interval estimation for the difference between independent proportions, "
        "Statistics in Medicine 17",
        "Bonett & Wright (2000), Sample size requirements for estimating Pearson, Kendall and Spearman "
        "correlations, Psychometrika 65(1)",
    ),
    members=members,
    modelled=True,
)
