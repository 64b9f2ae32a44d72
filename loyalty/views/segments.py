"""Scores of recency, frequency and money, and the segments that they make: in Python and in the engine."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import narwhals.stable.v2 as nw

from loyalty.queries import keep
from loyalty.stats import Z

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Score = TypeVar("Score", nw.Expr, "NDArray[np.int64]")

AXES = ("frequency", "both")
SCORES = range(1, 6)
DECIMALS = 6  # to which sums of money are told apart: what is beyond comes from adding up

# Segment to its scores of recency and of frequency: every pair of scores is in exactly one.
SEGMENTS: dict[str, tuple[range, range]] = {
    "champions": (range(5, 6), range(4, 6)),
    "loyal": (range(3, 5), range(4, 6)),
    "potential_loyalists": (range(4, 6), range(2, 4)),
    "new_customers": (range(5, 6), range(1, 2)),
    "promising": (range(4, 5), range(1, 2)),
    "need_attention": (range(3, 4), range(3, 4)),
    "about_to_sleep": (range(3, 4), range(1, 3)),
    "cant_lose": (range(1, 3), range(5, 6)),
    "at_risk": (range(1, 3), range(3, 5)),
    "hibernating": (range(1, 3), range(1, 3)),
}
PLACES = {10 * r + f: name for name, (recency, often) in SEGMENTS.items() for r in recency for f in often}
GOOD = ("champions", "loyal")


def cells(customers: nw.LazyFrame[Any]) -> nw.DataFrame[Any]:
    """Customers with the same last day and number of purchases counted together, and brought to memory.

    Parameters
    ----------
    customers
        One row a customer: ``last``, ``purchases``; where they count ``amount``, ``money`` and ``group``.

    Returns
    -------
    narwhals.DataFrame
        On Polars, with ``n`` customers a row and the sum of their ``amount``: as many rows as there are days
        times different numbers of purchases (scores of money, groups), and never more than customers.
    """
    there = customers.collect_schema().names()
    keys = [name for name in ("last", "purchases", "money", "group") if name in there]
    amount = [nw.col("amount").sum()] if "amount" in there else []
    return customers.group_by(*keys).agg(nw.len().alias("n"), *amount).collect("polars")


def fifths(counts: Mapping[int, int], side: int = 0) -> dict[int, int]:
    """The score of every value from 1 to 5: 1 + ⌊5 · share of those with a smaller value⌋.

    Parameters
    ----------
    counts
        Value to how many have it.
    side
        Where many have the same value, one customer more or less may raise or lower the score of all of them.
        −1 gives them the lower, 1 the higher of the two scores that a sample of this size leaves open: the
        share of smaller values is within its 95 % error of the step between them.

    Examples
    --------
    Half of them bought once, so that nobody can have a score of 2. With 60 % below 4, and only ten people, a
    score of 3 is as likely as one of 4:

    >>> fifths({1: 5, 2: 1, 4: 3, 9: 1})
    {1: 1, 2: 3, 4: 4, 9: 5}
    >>> fifths({1: 5, 2: 1, 4: 3, 9: 1}, side=-1)
    {1: 1, 2: 2, 4: 3, 9: 4}
    """
    n, worse = sum(counts.values()), 0
    scores: dict[int, int] = {}
    for value, count in sorted(counts.items()):
        scores[value] = 1 + 5 * worse // n
        worse += count
    return _moved(scores, counts, side) if side else scores


def _moved(scores: Mapping[int, int], counts: Mapping[int, int], side: int) -> dict[int, int]:
    """The scores with the values beside a step on its other side, where the step may lie there."""
    n, worse, values = sum(counts.values()), 0, list(scores)
    moved: dict[int, int] = {}
    for place, value in enumerate(values):
        score, beside = scores[value], place + side
        step = (score - 1 if side < 0 else score) / 5
        at_step = not 0 <= beside < len(values) or scores[values[beside]] != score
        near = 0 < step < 1 and abs(worse / n - step) <= Z * math.sqrt(step * (1 - step) / n)
        moved[value] = score + side if at_step and near else score
        worse += counts[value]
    return moved


@dataclass(frozen=True, slots=True)
class Scores:
    """What a last day and a number of purchases score among certain customers."""

    last: Mapping[int, int]
    purchases: Mapping[int, int]

    @classmethod
    def of(cls, cells: nw.DataFrame[Any]) -> tuple[Scores, Scores, Scores]:
        """Scores among these customers, and the lowest and highest that a sample like this leaves open."""
        counts = [_counts(cells, name) for name in ("last", "purchases")]
        now, least, most = (cls(*(fifths(count, side) for count in counts)) for side in (0, -1, 1))
        return now, least, most

    def place(self, axis: str) -> nw.Expr:
        """The two scores of customers as one number, recency in the tens."""
        return 10 * _steps("last", self.last) + _second(_steps("purchases", self.purchases), axis)

    def of_cells(self, cells: nw.DataFrame[Any], axis: str) -> NDArray[np.int64]:
        """The same of cells that have no other values than those that were scored."""
        often = _looked_up(cells["purchases"], self.purchases)
        if axis == "both":
            often = _together(often, cells["money"].to_numpy())
        return 10 * _looked_up(cells["last"], self.last) + often


def _counts(cells: nw.DataFrame[Any], name: str) -> dict[int, int]:
    import numpy as np

    values, where = np.unique(cells[name].to_numpy(), return_inverse=True)
    counts = np.bincount(where, cells["n"].to_numpy(), len(values))
    return dict(zip(values.tolist(), counts.astype(int).tolist(), strict=True))


def _looked_up(values: nw.Series[Any], scores: Mapping[int, int]) -> NDArray[np.int64]:
    """The scores of values; those scored are in ascending order."""
    import numpy as np

    place = np.searchsorted(np.fromiter(scores, np.int64), values.to_numpy())
    return np.fromiter(scores.values(), np.int64)[place]


def _steps(name: str, scores: Mapping[int, int]) -> nw.Expr:
    """Scores of known values in the engine: one more for every step that a value is above."""
    below = min(scores) - 1
    steps = (max((v for v, score in scores.items() if score <= step), default=below) for step in SCORES[:-1])
    return sum(((nw.col(name) > step).cast(nw.Int64) for step in steps), nw.lit(1))


def _second(often: nw.Expr, axis: str) -> nw.Expr:
    return often if axis == "frequency" else _together(often, nw.col("money"))


def _together(often: Score, money: Score) -> Score:
    """The mean of two scores, a half counting as a whole."""
    return (often + money + 1) // 2


def with_money(customers: nw.LazyFrame[Any], axis: str) -> nw.LazyFrame[Any]:
    """Customers with the score of their ``amount`` as ``money``, where it counts."""
    if axis == "frequency":
        return customers
    return keep(customers.with_columns(nw.col("amount").round(DECIMALS)).with_columns(money=_rank("amount")))


def _rank(name: str) -> nw.Expr:
    """The score of a column in the engine."""
    worse = nw.col(name).rank("min").cast(nw.Int64) - 1
    return 1 + 5 * worse // nw.len().cast(nw.Int64)


def scored(customers: nw.LazyFrame[Any], axis: str) -> nw.LazyFrame[Any]:
    """Customers with their scores of recency, frequency and money, and with their segment as ``list``."""
    rounded = customers.with_columns(nw.col("amount").round(DECIMALS))
    ranked = rounded.with_columns(
        recency_score=_rank("last"), frequency_score=_rank("purchases"), money=_rank("amount")
    )
    placed = ranked.with_columns(often=_second(nw.col("frequency_score"), axis))
    return placed.with_columns(list=_name(), money_score=nw.col("money")).drop("often", "money")


def _name() -> nw.Expr:
    """The segment by ``recency_score`` and ``often``."""
    *others, (rest, _) = SEGMENTS.items()
    named: nw.Expr = nw.lit(rest)
    for name, (recency, often) in others:
        lately = nw.col("recency_score").is_between(recency[0], recency[-1])
        inside = lately & nw.col("often").is_between(often[0], often[-1])
        named = nw.when(inside).then(nw.lit(name)).otherwise(named)
    return named


def reach(scores: Sequence[int]) -> str:
    """From the least to the greatest of several scores.

    >>> reach(range(4, 6)), reach(range(1, 2))
    ('4–5', '1')
    """
    return f"{scores[0]}–{scores[-1]}" if len(scores) > 1 else str(scores[0])
