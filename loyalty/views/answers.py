"""Answers to one question of a survey: their scale, how often each was given, the comments beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from loyalty import limits
from loyalty.answer_scales import AnswerScale, find
from loyalty.core import Table, month_name
from loyalty.errors import LoyaltyError
from loyalty.queries import keep, rows
from loyalty.texts import Message

if TYPE_CHECKING:
    from loyalty.dataset import Dataset

Cell = tuple[str | None, str | None, Counter[float]]


def scale_of(data: Dataset, role: str) -> AnswerScale:
    """The scale on which a question was answered.

    What was found when the file was read; for answers on a database what the header says, or else the
    smallest known scale that holds the answers.

    Parameters
    ----------
    data
        With ``responses`` that have `role`.
    role
        The question: ``"rating"``, ``"again"`` … A recommendation from 0 to 10 needs no finding.

    Raises
    ------
    LoyaltyError
        ``no_answers`` if nobody answered, ``no_known_scale`` if no known scale holds the answers.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyalty.dataset import Dataset
    >>> answers = pd.DataFrame({"rating": [2, 7, 6]})
    >>> str(scale_of(Dataset.from_frames(responses=answers), "rating"))
    '1-7'
    """
    if role == "recommend":
        return AnswerScale(0, 10)
    if scale := AnswerScale.of(data.scales.get(role, "")):
        return scale
    [(_, _, counts)] = counted(data.table("responses"), role) or [(None, None, Counter())]
    if not counts:
        raise data.nothing("responses", "no_answers", role=Message(f"role.{role}"))
    if scale := find(data.header("responses", role), counts):
        return scale
    ends = {"low": f"{min(counts):g}", "high": f"{max(counts):g}"}
    raise LoyaltyError("no_known_scale", column=data.header("responses", role) or role, **ends)


def counted(answers: nw.LazyFrame[Any], role: str, by: str | None = None, dated: bool = False) -> list[Cell]:
    """How often each answer was given, by segment and month, in one query.

    Parameters
    ----------
    answers
        The responses.
    role
        The question; rows without an answer do not count.
    by
        Column of the segment.
    dated
        Whether there is a ``month`` to split by.

    Returns
    -------
    list
        Segment, month as :func:`loyalty.core.month_name` writes it, and the counts; None where there is
        none. Every segment and month comes once.
    """
    given = answers.filter(~nw.col(role).is_null())
    keys = {"answer": role} | ({"group": by} if by else {}) | ({"month": "month"} if dated else {})
    cells = given.select(**{key: nw.col(name) for key, name in keys.items()}).group_by(*keys)
    found: dict[tuple[str | None, int | None], Counter[float]] = {}
    for row in rows(cells.agg(nw.len().alias("answers"))):
        place = row.get("group"), row.get("month")
        found.setdefault(place, Counter())[row["answer"]] += row["answers"]
    return [
        (group, None if month is None else month_name(month), counts)
        for (group, month), counts in found.items()
    ]


def comments(
    answers: nw.LazyFrame[Any], role: str, groups: Sequence[str], group_of: Callable[[float], str | None]
) -> tuple[Table, ...]:
    """Comments by group of the answer beside them, the most frequent first.

    Parameters
    ----------
    answers
        The responses; without a column ``comment`` there is nothing to tell.
    role
        The question; comments beside no answer do not count.
    groups
        The groups there are, from the worst.
    group_of
        The group of an answer; None for an answer that counts in none.

    Returns
    -------
    tuple of Table
        ``comment_counts`` (comments by group) and ``comments`` (each with group, answer and how often it was
        given; at most ``limits.COMMENTS``).
    """
    if "comment" not in answers.collect_schema().names():
        return ()
    written = answers.filter(~nw.col("comment").is_null(), ~nw.col(role).is_null())
    each = keep(written.group_by(role, "comment").agg(nw.len().alias("times")))
    counts = Counter[str | None]()
    for row in rows(each.group_by(role).agg(nw.col("times").sum())):
        counts[group_of(row[role])] += row["times"]
    first = rows(each.sort("times", role, "comment", descending=[True, False, False]).head(limits.COMMENTS))
    listed = ((group_of(row[role]), plain(row[role]), row["comment"], row["times"]) for row in first)
    return (
        Table("comment_counts", ("group", "comments"), tuple((name, counts[name]) for name in groups)),
        Table("comments", ("group", "score", "comment", "times"), tuple(line for line in listed if line[0])),
    )


def plain(answer: float) -> float | int:
    """A whole answer as a whole number.

    >>> plain(4.0), plain(3.5)
    (4, 3.5)
    """
    return int(answer) if answer == int(answer) else answer
