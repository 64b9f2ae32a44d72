"""Customer lifetime value as textbooks have it: three formulas for a piece of paper, and their average."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Real
from typing import Any

from loyalty.errors import LoyaltyError
from loyalty.texts import Message

WEEKS = 52  # a year
MOST = 1e12  # money

# The highest value of each input that has one of its own; all are 0 or more.
HIGHEST = {"margin": 1.0, "retention": 1.0, "years": 100.0, "visits": 1000.0, "discount": 10.0}


@dataclass(frozen=True, slots=True)
class TextbookValue:
    """What a customer is worth by each formula, in the money of the inputs.

    Parameters
    ----------
    simple
        Revenue: weekly spend for so many years.
    custom
        Profit: spend of a visit, visits and margin for so many years.
    traditional
        Profit, with customers leaving every year and later money discounted.
    average
        Mean of the three, as the infographic takes it: of one revenue and two profits.
    """

    simple: float
    custom: float
    traditional: float
    average: float


def textbook_clv(
    *,
    spend: float,
    visits: float,
    margin: float,
    years: float,
    discount: float,
    retention: float,
    weekly: float | None = None,
    lifetime_margin: float | None = None,
) -> TextbookValue:
    """Customer lifetime value by the three formulas of the coffee-shop infographic, and their average.

    Parameters
    ----------
    spend
        What a customer pays in one visit (s).
    visits
        How often a customer comes a week (c).
    margin
        Share of the revenue that is profit, from 0 to 1 (p).
    years
        How many years a customer stays (t).
    discount
        By how much money a year later is worth less, 0.1 for 10 % (i).
    retention
        Share of customers who stay from one year to the next, from 0 to 1 (r).
    weekly
        What a customer spends a week (a); None: `spend` times `visits`.
    lifetime_margin
        Profit from a customer over the whole time (m); None: `margin` of 52 · a · t.

    Returns
    -------
    TextbookValue
        In the money of `spend`.

    Raises
    ------
    LoyaltyError
        ``textbook_input`` if a number is missing, negative or too large, ``textbook_forever`` if nobody
        leaves and money keeps its value, so that the traditional formula has no end.

    Notes
    -----
    simple = 52·a·t, custom = t·(52·s·c·p), traditional = m·r / (1 + i − r). No number is uncertain here and
    every customer is the same: for customers as they are, ask :func:`loyalty.clv`. There is no interval,
    since the inputs have none. The traditional formula counts the profit of a whole life once for every
    year that a customer stays, so it overstates; it is kept as it is printed.

    References
    ----------
    KISSmetrics (2011), *How To Calculate Lifetime Value*, infographic on a chain of coffee shops.

    Examples
    --------
    The worked example of the infographic:

    >>> found = textbook_clv(
    ...     spend=5.90, visits=4.2, margin=0.213, years=20, discount=0.10, retention=0.75, weekly=24.30
    ... )
    >>> round(found.simple), round(found.custom, 2), round(found.average)
    (25272, 5489.27, 14099)
    """
    _check({"spend": spend, "visits": visits, "margin": margin, "years": years})
    weekly = spend * visits if weekly is None else weekly
    _check({"weekly": weekly, "lifetime_margin": lifetime_margin or 0.0})
    _check({"discount": discount, "retention": retention})
    if 1 + discount <= retention:
        raise LoyaltyError("textbook_forever")
    simple = WEEKS * weekly * years
    profit = margin * simple if lifetime_margin is None else lifetime_margin
    custom = years * WEEKS * spend * visits * margin
    traditional = profit * retention / (1 + discount - retention)
    return TextbookValue(simple, custom, traditional, (simple + custom + traditional) / 3)


def _check(given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        highest = HIGHEST.get(name, MOST)
        if not (isinstance(value, Real) and 0 <= float(value) <= highest):
            field = Message(f"textbook.input.{name}")
            raise LoyaltyError("textbook_input", name=field, value=value, highest=f"{highest:,.0f}")
