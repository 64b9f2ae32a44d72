"""What if: what a change of retention, purchases, prices or recommendations would bring."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from loyalty.core import Estimate, Metric, Need, Option, Result, Table, check_options
from loyalty.dataset import Dataset
from loyalty.errors import LoyaltyError
from loyalty.models import levers as model
from loyalty.models.levers import TOTALS, Counts, State, Totals
from loyalty.models.scenarios import CLAIMED, OWN, SCENARIOS, Question
from loyalty.stats import differ, last_change
from loyalty.texts import Message
from loyalty.views.levers import by_quarter, counted, span

HORIZONS = (2, 3, 5, 10)  # years: within one, nobody has had to stay yet
DISCOUNTS = (0, 5, 10, 15, 20)  # percent a year
LEAST = 1e-9  # of what cannot be nothing
BOUNDS: Mapping[str, tuple[float, float]] = {
    "retention": (0.0, 1.0),
    "frequency": (LEAST, 1e4),
    "order_value": (LEAST, 1e12),
    "margin": (LEAST, 1.0),
    "acquisition_cost": (LEAST, 1e12),
    "word_of_mouth": (0.0, 0.95),
}
BESIDES = ("frequency", "order_value", "margin", "cost", "recommended")  # levers other than retention
CURVE = tuple(share / 100 for share in range(0, 101, 5))

RELATIVE = ("relative", "relative_low", "relative_high")
WORTH = ("worth", "worth_low", "worth_high")
EFFECT = tuple(f"{part}{end}" for part in ("before", "after", "difference") for end in ("", "_low", "_high"))
RATIO = ("ltv_cac", "ltv_cac_low", "ltv_cac_high")
ELASTICITY = ("elasticity", "elasticity_low", "elasticity_high")
UNITS = {
    **dict.fromkeys((*EFFECT, "order_value", "acquisition_cost", "spend_now", "spend_then"), "money"),
    **dict.fromkeys(("revenue_now", "revenue_then", "affordable"), "money"),
    **dict.fromkeys((*RELATIVE, *WORTH, "claimed"), "relative"),
    **dict.fromkeys(("retention", "retention_now", "retention_then", "margin", "word_of_mouth"), "share"),
    **dict.fromkeys(("years_now", "years_then", "stay_now", "stay_then"), "years"),
    "frequency": "number",
    **dict.fromkeys((*RATIO, *ELASTICITY), "ratio"),
}
FORMULA = r"\begin{gathered}⟨spend_then⟩ \cdot ⟨years_then⟩\\ {}-⟨spend_now⟩ \cdot ⟨years_now⟩\end{gathered}"


def what_if(
    data: Dataset,
    by: str | None = None,
    *,
    scenario: str = "retention",
    horizon: int = 3,
    discount: int = 10,
    retention: float | None = None,
    frequency: float | None = None,
    order_value: float | None = None,
    margin: float | None = None,
    acquisition_cost: float | None = None,
    word_of_mouth: float | None = None,
    margin_now: float | None = None,
    acquisition_cost_now: float | None = None,
    word_of_mouth_now: float | None = None,
) -> Result:
    """What a customer would be worth more if a lever of the business moved.

    Parameters
    ----------
    data
        Needs ``orders`` with ``customer``, ``date`` and ``amount``, over half a year at least.
    by
        Column to break it down by; a customer belongs to the segment of the first purchase. The levers of
        every segment start from its own values and move by as much.
    scenario
        Where the levers go that are not set: ``"retention"`` 5 percentage points up, ``"cross_selling"``
        orders 22 % larger, ``"volume"`` purchases half as many again, ``"order_size"`` orders 5 % larger and
        ``"order_size_most"`` 50 %, ``"visits"`` 44 % more purchases, ``"engaged"`` orders 37 % larger,
        ``"word_of_mouth"`` 13 % of the new customers by recommendation. All of them are claims of the
        sources, none a finding of this file.
    horizon
        For how many years a customer is looked at.
    discount
        What money loses in a year, in percent.
    retention, frequency, order_value
        What these become: the share of the customers of a span who buy again in the next one, purchases in
        a span of a customer who buys in it, money of a purchase. None: what `scenario` says, and where that
        says nothing, as in the file. A span is a year, or where the file is short half a year or a quarter.
    margin, acquisition_cost, word_of_mouth
        What no file of orders says: the share of the money that is left after what was sold is paid for,
        what winning a customer costs, the share of new customers who come by recommendation.
    margin_now, acquisition_cost_now, word_of_mouth_now
        What these are today, where that is something else.

    Returns
    -------
    Result
        The change of what a customer is worth, in money: profit where `margin` is given, else revenue. ``n``
        counts known customers. The trend is the same change as it stood at the end of past quarters, whole
        quarters being counted then, so that its last point may differ from the whole. Tables:
        ``effects`` (worth of a customer, revenue and profit of the next year before and after, with
        intervals), ``claims`` (every scenario), ``curve`` (worth by retention), with `acquisition_cost`
        ``ltv`` (what a customer is worth for what winning one costs), ``levers`` (now with intervals, then).

    Raises
    ------
    LoyaltyError
        If the columns are missing, a lever is set beyond what is possible, the orders reach over less than
        half a year, nobody bought in one of the halves, or only one customer in both.

    Notes
    -----
    Counted are two spans of equal length up to the last day: two years where the file has them, else two
    half-years or two quarters. A year's retention is not made of theirs: who comes now and then is missing
    in many a quarter without being lost, so that powers would promise far too little. Retention is the same
    all the time here, customers who come after a pause count as arrivals, and these go on coming as in the
    last span. That is an arithmetic of levers and no forecast, and it cannot tell whether a lever can be
    moved, nor what that costs. Money is that of purchases; what was brought back is not taken off.

    The interval is that of :func:`loyalty.models.levers.estimate`: all counted values at once, the customers
    being the sample; on the scale of logarithms, but for retention, for profit, and for changes to the
    better and to the worse at once; no change takes away more than all there is. By how much levers move is
    taken as it is. Where retention alone rises,
    the interval does not go below nothing, nor, where 100 % is nearer than that, above what the last such
    step brings. One row a segment comes back to memory.

    References
    ----------
    Berger & Nasr (1998), *Customer lifetime value: marketing models and applications*.

    Examples
    --------
    Of two customers of the first year one comes again, and pays 10 a year. If both came again, and money were
    as good in three years as now, that would be 10 · (1 + 1 + 1) instead of 10 · (1 + 1/2 + 1/4):

    >>> import pandas as pd
    >>> orders = pd.DataFrame({"customer": ["a", "b", "a", "c"], "amount": 10})
    >>> orders["date"] = ["2023-01-02", "2023-03-01", "2024-06-01", "2024-12-31"]
    >>> what_if(Dataset.from_frames(orders=orders), retention=1.0, discount=0).overall.value
    12.5
    """
    asked = {"scenario": scenario, "horizon": horizon, "discount": discount}
    levers = {"retention": retention, "frequency": frequency, "order_value": order_value}
    own = {"margin": margin, "acquisition_cost": acquisition_cost, "word_of_mouth": word_of_mouth}
    before = {
        "margin_now": margin_now,
        "acquisition_cost_now": acquisition_cost_now,
        "word_of_mouth_now": word_of_mouth_now,
    }
    check_options({option.name: (asked[option.name], option.choices) for option in CHOICES})
    _check(levers | own | before)
    data.require(*METRIC.needs)
    data.check_by("orders", by)
    reach = span(data)
    [whole] = counted(data).values()
    if not whole.enough:
        raise data.nothing("orders", "nobody_twice", days=reach.days)
    if whole.seen < 2:
        raise LoyaltyError("one_customer", days=2 * reach.days)
    known = {name: own[name] if (now := before[f"{name}_now"]) is None else now for name in OWN}
    word = None if word_of_mouth_now is None else word_of_mouth  # where it is today's, nothing was moved
    still = Question(known, reach.in_year, horizon, discount / 100)
    changed = still.moved(SCENARIOS[scenario], levers | own | {"word_of_mouth": word}, whole)
    overall = _change(changed, whole)
    groups = tuple(_change(changed, each, name) for name, each in counted(data, by).items()) if by else ()
    trend = tuple(_change(changed, each, name) for name, each in by_quarter(data).items())
    return Result(
        metric="what_if",
        overall=overall,
        unit="money",
        by=by,
        header=data.header("orders", by),
        groups=groups,
        groups_differ=differ(groups),
        trend=trend,
        change=last_change(trend),
        formula=FORMULA,
        options={**asked, **levers, **own, **before},
        numbers=_numbers(changed, whole),
        units=UNITS,
        tables=tuple(_tables(changed, whole)),
        currency=data.currency,
        notes=(*_notes(changed, whole, reach.days), *_by_quarters(overall, trend)),
        pool="none",
    )


def _check(levers: Mapping[str, Any]) -> None:
    """Refuse what no lever can be."""
    for name, value in levers.items():
        low, high = BOUNDS[name.removesuffix("_now")]
        known = isinstance(value, (int, float)) and low <= value <= high
        if value is not None and not known:
            raise LoyaltyError("unknown_option", option=name, value=value, choices=f"{low:g} – {high:g}")


def _change(question: Question, counts: Counts, group: str | None = None) -> Estimate:
    """By how much more a customer would be worth."""
    if not counts.enough:
        return Estimate(math.nan, -math.inf, math.inf, counts.customers, group)
    return replace(_more(question, counts, question.worth), group=group)


def _more(
    question: Question, counts: Counts, of: Callable[[State], complex], relative: bool = False
) -> Estimate:
    """By how much a number changes; or as a share of what it was."""
    now, then, points = question.now(counts.totals), question.then(counts.totals), question.moves.points

    def changed(now: State, then: State) -> complex:
        return of(then) / of(now) - 1 if relative else of(then) - of(now)

    if now == then and not question.full(counts.totals):  # what rounding leaves is no interval
        return Estimate(0.0, 0.0, 0.0, counts.customers)
    found = model.estimate(
        lambda totals: changed(question.now(totals), question.then(totals)),
        counts,
        sign=question.sign(counts.totals),
    )
    if of is not model.profit:  # no change takes away more than there is
        there = 1.0 if relative else model.estimate(lambda x: of(question.now(x)), counts, sign=1).high
        found = replace(found, low=max(found.low, -there))
    if points <= 0 or any(getattr(now, name) != getattr(then, name) for name in BESIDES):
        return found
    below, top = (replace(now, retention=share) for share in (1 - points, 1.0))
    most = changed(below, top).real if question.full(counts.totals) else math.inf
    return replace(found, low=max(found.low, 0.0), high=min(found.high, most))


def _notes(question: Question, counts: Counts, days: int) -> Iterator[Message]:
    """From what and from whom was counted, and whether retention has room for what is asked."""
    active = round(counts.totals[TOTALS.index("active")])
    yield Message(f"what_if.note.days_{days}")
    yield Message("what_if.note.who", {"customers": counts.customers, "seen": counts.seen, "active": active})
    if question.full(counts.totals):
        yield Message("what_if.note.full")


def _by_quarters(overall: Estimate, trend: Sequence[Estimate]) -> Iterator[Message]:
    """Why the last point of the trend is not the whole, where it is not; a single point is not shown."""
    if len(trend) > 1 and not math.isclose(trend[-1].value, overall.value, rel_tol=1e-9):
        yield Message("what_if.note.quarters")


def _numbers(question: Question, counts: Counts) -> dict[str, float]:
    now, then = question.now(counts.totals), question.then(counts.totals)
    ahead = question.horizon, question.rate
    slope = model.estimate(lambda x: model.elasticity(question.now(x), *ahead), counts)
    found = {
        "seen": counts.seen,
        "spans": now.spans,
        "active": now.active.real,
        "revenue_now": model.revenue(now).real,
        "revenue_then": model.revenue(then).real,
        **dict(zip(ELASTICITY, (slope.value, slope.low, slope.high), strict=True)),
    }
    for name, state in (("now", now), ("then", then)):
        stay = model.years(state, *ahead)
        found |= {
            f"spend_{name}": state.spend.real,
            f"retention_{name}": state.retention.real,
            f"stay_{name}": stay.real,
            f"years_{name}": (stay * (1 + state.brought * stay)).real,
        }
    if question.own["margin"] is not None:
        found["affordable"] = (model.profit(then) - model.profit(now)).real / now.active.real
    return found


def _tables(question: Question, counts: Counts) -> Iterator[Table]:
    yield Table("effects", ("effect", *EFFECT, *RELATIVE), tuple(_effects(question, counts)))
    yield Table("claims", ("scenario", "claimed", *RELATIVE, *WORTH), tuple(_claims(question, counts)))
    yield Table("curve", ("retention", "value", "low", "high"), tuple(_curve(question, counts)))
    if question.own["acquisition_cost"] is not None:
        yield Table("ltv", ("when", *RATIO), tuple(_ltv(question, counts)))
    columns = ("when", "retention", "frequency", "order_value", "active", "new", *OWN)
    yield Table("levers", columns, tuple(_levers(question, counts)))


def _ends(found: Estimate) -> tuple[float, float, float]:
    return found.value, found.low, found.high


def _effects(question: Question, counts: Counts) -> Iterator[tuple[Any, ...]]:
    """What a customer is worth, and revenue and profit of the next year: before, after, change."""
    effects: dict[str, Callable[[State], complex]] = {"worth": question.worth, "revenue": model.revenue}
    if question.own["margin"] is not None:
        effects["profit"] = model.profit
    for name, of in effects.items():
        yield name, *_effect(question, counts, of)


def _effect(question: Question, counts: Counts, of: Callable[[State], complex]) -> tuple[Any, ...]:
    def before(totals: Totals) -> complex:
        return of(question.now(totals))

    def after(totals: Totals) -> complex:
        return of(question.then(totals))

    sign = 0 if of is model.profit else 1
    ends = (model.estimate(each, counts, sign=sign) for each in (before, after))
    known = (*ends, _more(question, counts, of))
    return *(end for each in known for end in _ends(each)), *_relative(question, counts, of)


def _relative(question: Question, counts: Counts, of: Callable[[State], complex]) -> tuple[float | None, ...]:
    """The change as a share of what was before; unknown where that is not above nothing."""
    if of(question.now(counts.totals)).real <= 0:
        return (None,) * len(RELATIVE)
    return _ends(_more(question, counts, of, relative=True))


def _claims(question: Question, counts: Counts) -> Iterator[tuple[Any, ...]]:
    """What every scenario would bring by itself: to the revenue of the next year, and to the worth."""
    for name, moves in SCENARIOS.items():
        asked = question.moved(moves, {}, counts)
        effects = (_relative(asked, counts, of) for of in (model.revenue, question.worth))
        yield name, CLAIMED.get(name), *(end for effect in effects for end in effect)


def _curve(question: Question, counts: Counts) -> Iterator[tuple[float, ...]]:
    """What a customer would be worth at other retentions, the other levers as after the change."""
    states = question.now(counts.totals), question.then(counts.totals)
    for share in sorted({*CURVE, *(state.retention.real for state in states)}):

        def at(totals: Totals, share: float = share) -> complex:
            return question.worth(replace(question.then(totals), retention=share))

        yield share, *_ends(model.estimate(at, counts, sign=1))


def _ltv(question: Question, counts: Counts) -> Iterator[tuple[Any, ...]]:
    """What a customer is worth for each unit of money that winning one costs."""
    for when, state in (("now", question.now), ("then", question.then)):

        def of(totals: Totals, state: Callable[[Totals], State] = state) -> complex:
            here = state(totals)
            return question.worth(here) / (here.cost or math.nan)

        yield when, *_ends(model.estimate(of, counts, sign=1))


def _levers(question: Question, counts: Counts) -> Iterator[tuple[Any, ...]]:
    """Every lever now, with the ends of its interval where it was counted, and after the change."""
    of: tuple[Callable[[Totals], complex], ...] = (
        lambda totals: question.now(totals).retention,
        lambda totals: question.now(totals).frequency,
        lambda totals: question.now(totals).order_value,
    )
    ends = [model.estimate(each, counts, sign=sign) for each, sign in zip(of, (0, 1, 1), strict=True)]
    low = (max(0.0, ends[0].low), *(end.low for end in ends[1:]))
    high = (min(1.0, ends[0].high), *(end.high for end in ends[1:]))
    unknown = (None,) * (2 + len(OWN))
    now, then = question.now(counts.totals), question.then(counts.totals)
    yield "now", *_stand(now, question.own)
    yield "low", *low, *unknown
    yield "high", *high, *unknown
    known = {"margin": then.margin, "acquisition_cost": then.cost, "word_of_mouth": then.recommended}
    given = {name: None if question.own[name] is None else value for name, value in known.items()}
    yield "then", *_stand(then, given | {"word_of_mouth": then.recommended or given["word_of_mouth"]})


def _stand(state: State, own: Mapping[str, float | None]) -> tuple[Any, ...]:
    counted_levers = (state.retention, state.frequency, state.order_value)
    yearly = state.new * state.spans
    return *(lever.real for lever in counted_levers), state.active.real, yearly.real, *(own[n] for n in OWN)


CHOICES = (
    Option("scenario", tuple(SCENARIOS), "retention"),
    Option("horizon", HORIZONS, 3),
    Option("discount", DISCOUNTS, 10),
)
# Any number within BOUNDS will do for these; None is the file's own value, or not known.
LEVERS = tuple(
    Option(name, (None,), None)
    for name in ("retention", "frequency", "order_value", *OWN, *(f"{name}_now" for name in OWN))
)

METRIC = Metric(
    id="what_if",
    needs=(Need("orders", ("customer", "date", "amount")),),
    unit="money",
    formula=FORMULA,
    compute=what_if,
    better="higher",
    options=(*CHOICES, *LEVERS),
    references=(
        "Berger & Nasr (1998), Customer Lifetime Value: Marketing Models and Applications, Journal of"
        " Interactive Marketing 12(1), case 1",
        "Gupta, Lehmann & Stuart (2004), Valuing customers, Journal of Marketing Research 41(1)",
        "Reichheld & Sasser (1990), Zero defections: quality comes to services, Harvard Business Review"
        " 68(5)",
        "WOMMA (2014), Return on Word of Mouth, https://www.engagementlabs.com/2014-landmark-study/",
        "Agresti & Coull (1998), Approximate is better than “exact” for interval estimation of binomial"
        " proportions, The American Statistician 52(2)",
    ),
)
