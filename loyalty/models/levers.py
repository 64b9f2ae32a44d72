"""What moves the worth of customers: retention, purchases, order value, margin, recommendations.

Everything follows from six sums over customers, counted in two spans of time of equal length, so that one
change of a lever is a few multiplications, and its interval a few more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement

from loyalty.core import Estimate
from loyalty.stats import Z, t_quantile

TOTALS = ("before", "kept", "active", "purchases", "revenue", "new")
PAIRS = tuple(combinations_with_replacement(range(len(TOTALS)), 2))
FARTHEST = 50.0  # that an end of an interval lies from its value, in logarithms: more is endless
STEP = 1e-20  # of the complex-step derivative: no rounding, however small

Totals = Sequence[complex]


@dataclass(frozen=True, slots=True)
class Counts:
    """What customers did in two spans of time, the last one and the one before; two of them add up.

    Parameters
    ----------
    customers
        All who are known.
    seen
        Those who bought in one of the two spans.
    totals
        Sums over customers, as :data:`TOTALS` names them: bought in the span before, bought in both, bought
        in the last one (1 or 0 each), purchases and money in the last one, began in the last one (1 or 0).
    products
        Sums over customers of the products of each two of these, as :data:`PAIRS` numbers them.
    """

    customers: int
    seen: int
    totals: tuple[float, ...]
    products: tuple[float, ...]

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.customers + other.customers,
            self.seen + other.seen,
            tuple(map(sum, zip(self.totals, other.totals, strict=True))),
            tuple(map(sum, zip(self.products, other.products, strict=True))),
        )

    @property
    def enough(self) -> bool:
        """Whether anybody bought in each of the two spans."""
        return self.totals[0] > 0 and self.totals[2] > 0


@dataclass(frozen=True, slots=True)
class State:
    """A business as its levers stand.

    Parameters
    ----------
    retention
        Share of the customers of a span who buy again in the next one.
    frequency
        Purchases in a span of a customer who buys in it.
    order_value
        Money of one purchase.
    active
        Customers who bought in the last span.
    arrivals
        How many of these had not bought in the span before: new ones, and those who came after a pause.
    new
        How many of them were new.
    spans
        How many spans make a year.
    margin
        Share of the money that is left after what was sold is paid for; 1 where it is not known.
    cost
        Money that winning one customer takes, those who come by recommendation apart; None: not known.
    recommended
        Share of the new customers who come by recommendation and cost nothing; 0 where it is not known.
    """

    retention: complex
    frequency: complex
    order_value: complex
    active: complex
    arrivals: complex
    new: complex
    spans: int
    margin: float = 1.0
    cost: float | None = None
    recommended: float = 0.0

    @property
    def spend(self) -> complex:
        """Money, after the margin, of a customer who buys, in a year."""
        return self.margin * self.frequency * self.order_value * self.spans

    @property
    def brought(self) -> complex:
        """New customers in a year by recommendation, for each customer."""
        return self.recommended * self.new * self.spans / self.active


@dataclass(frozen=True, slots=True)
class Moves:
    """What is done to the levers; nothing where none is named.

    Parameters
    ----------
    points
        Added to the retention, as a share; the sum goes no further than from 0 to 1.
    frequency, order_value
        Factors.
    recommended
        What the share of recommended new customers becomes: they come on top of the others.
    margin, cost
        What these become.
    """

    points: float = 0.0
    frequency: float = 1.0
    order_value: float = 1.0
    recommended: float | None = None
    margin: float | None = None
    cost: float | None = None


def today(
    totals: Totals, spans: int, margin: float = 1.0, cost: float | None = None, recommended: float = 0.0
) -> State:
    """The levers as they stand, from what was counted.

    Examples
    --------
    Of 10 customers of the year before 6 came again; 8 customers made 20 purchases for 400 last year:

    >>> now = today((10, 6, 8, 20, 400, 2), spans=1)
    >>> now.retention, now.frequency, now.order_value, now.arrivals
    (0.6, 2.5, 20.0, 2)
    """
    before, kept, active, purchases, revenue, new = totals
    levers = kept / before, purchases / active, revenue / purchases
    return State(*levers, active, active - kept, new, spans, margin, cost, recommended)


def moved(now: State, moves: Moves) -> State:
    """The levers after a change."""
    recommended = now.recommended if moves.recommended is None else moves.recommended
    new = now.new * (1 - now.recommended) / (1 - recommended)
    return replace(
        now,
        retention=_within(now.retention + moves.points),
        frequency=now.frequency * moves.frequency,
        order_value=now.order_value * moves.order_value,
        new=new,
        arrivals=now.arrivals + new - now.new,
        recommended=recommended,
        margin=now.margin if moves.margin is None else moves.margin,
        cost=now.cost if moves.cost is None else moves.cost,
    )


def _within(share: complex) -> complex:
    return share if 0 <= share.real <= 1 else float(share.real > 0)


def years(state: State, horizon: int, rate: float) -> complex:
    """How many years a customer goes on buying within a horizon, later ones counted for less.

    Parameters
    ----------
    state
        Its retention is taken to be the same all the time.
    horizon
        Years; in the first span of them the customer buys for sure.
    rate
        What money loses in a year.

    Examples
    --------
    >>> years(today((10, 5, 8, 20, 400, 2), spans=1), horizon=3, rate=0.0)
    1.75
    """
    kept = state.retention / (1 + rate) ** (1 / state.spans)
    return sum((kept**span for span in range(1, horizon * state.spans)), 1.0 + 0 * kept) / state.spans


def worth(state: State, horizon: int, rate: float) -> complex:
    """What a customer who buys brings from now on: customer lifetime value, recommendations included.

    The spend of a year times the years the customer stays; where recommendations are known, also what the
    customers bring who are won by them, each worth as much, but for whom these would bring in turn.

    Parameters
    ----------
    state, horizon, rate
        As for :func:`years`.

    References
    ----------
    Berger & Nasr (1998), *Customer lifetime value: marketing models and applications*, Journal of
    Interactive Marketing 12(1), case 1; Gupta, Lehmann & Stuart (2004), *Valuing customers*, Journal of
    Marketing Research 41(1).

    Examples
    --------
    >>> worth(today((10, 5, 8, 20, 400, 2), spans=1), horizon=3, rate=0.0)  # 50 a year for 1.75 years
    87.5
    """
    stay = years(state, horizon, rate)
    return state.spend * stay * (1 + state.brought * stay)


def elasticity(state: State, horizon: int, rate: float) -> complex:
    """By how many percent the worth of a customer rises with one percent more retention.

    Examples
    --------
    A hundredth more than 1/2 makes 1 + 1/2 + 1/4 by (1/2 + 2/4) / 100 larger:

    >>> elasticity(today((10, 5, 8, 20, 400, 2), spans=1), horizon=3, rate=0.0)
    0.5714285714285714
    """
    kept = state.retention / (1 + rate) ** (1 / state.spans)
    stay, spans = years(state, horizon, rate), range(1, horizon * state.spans)
    growth = sum((span * kept**span for span in spans), 0 * kept) / state.spans / stay
    return growth * (1 + 2 * state.brought * stay) / (1 + state.brought * stay)


def revenue(state: State) -> complex:
    """Money of the next year, if retention and arrivals are as in the state.

    Examples
    --------
    4 of the 8 customers stay and 3 come, each for 50:

    >>> revenue(today((10, 5, 8, 20, 400, 2), spans=1))
    350.0
    """
    active, seen = state.active, 0.0 + 0 * state.active
    for _ in range(state.spans):
        active = state.retention * active + state.arrivals
        seen += active
    return seen * state.frequency * state.order_value


def profit(state: State) -> complex:
    """What is left of it after the margin, and after what winning customers costs, where that is known."""
    won = (1 - state.recommended) * state.new * state.spans
    return state.margin * revenue(state) - (state.cost or 0.0) * won


def estimate(
    of: Callable[[Totals], complex], counts: Counts, group: str | None = None, sign: int = 0
) -> Estimate:
    """A number made of the totals, with its interval: customers are the sample.

    Parameters
    ----------
    of
        Made of powers, products, quotients and sums of the totals.
    counts
        What was counted.
    group
        Name of the segment or period.
    sign
        1 of a number that is above zero by nature, -1 of one below: then the interval is taken on the scale
        of logarithms, on which sums of uneven amounts spread evenly.

    Returns
    -------
    Estimate
        ``n`` is the number of known customers.

    Notes
    -----
    The delta method by customer, all totals at once, since the same customers stand behind each; derivatives
    by a complex step (Squire & Trapp 1998). Who is a customer at all is left to chance, too, so totals of
    money are as uncertain as those of customers who come by themselves. The uncertainty of the retention is
    that of Agresti & Coull (1998), or a segment of which everybody stayed would be taken for certain.

    In simulation it holds the truth in 93 to 97 of 100 cases; with fewer than some 200 customers, of whom a
    few spend most, in about 90.
    """
    value = of(counts.totals).real
    if counts.seen < 2:
        return Estimate(value, -math.inf, math.inf, counts.customers, group)
    slopes = [_slope(of, counts.totals, place) for place in range(len(TOTALS))]
    squares = sum(
        (1 if i == j else 2) * slopes[i] * slopes[j] * product
        for (i, j), product in zip(PAIRS, counts.products, strict=True)
    )
    variance = max(0.0, squares) * counts.seen / (counts.seen - 1) + slopes[1] ** 2 * _unsure(counts)
    half = t_quantile(counts.seen - 1) * math.sqrt(variance)
    low, high = value - half, value + half
    if sign * value > 0:
        low, high = sorted(value * math.exp(way * min(half / abs(value), FARTHEST)) for way in (-1, 1))
    return Estimate(value, low, high, counts.customers, group)


def _slope(of: Callable[[Totals], complex], totals: Sequence[float], place: int) -> float:
    step = STEP * max(abs(totals[place]), 1.0)
    moved_one = [complex(x, step if at == place else 0.0) for at, x in enumerate(totals)]
    return of(moved_one).imag / step


def _unsure(counts: Counts) -> float:
    """By how much the variance of the number kept is larger than the share of those kept suggests."""
    before, kept, *_ = counts.totals
    more = Z * Z
    share, wide = kept / before, (kept + more / 2) / (before + more)
    return max(0.0, before**2 * wide * (1 - wide) / (before + more) - before * share * (1 - share))
