"""Answers and the customers who gave them: which answer belongs to which customer of the orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from loyalty.core import Need
from loyalty.queries import keep, rows

if TYPE_CHECKING:
    from loyalty.answer_scales import AnswerScale
    from loyalty.dataset import Dataset

NEEDS = (Need("responses", (("customer", "email"),)), Need("orders", ("customer",)))


def matched_answers(data: Dataset) -> nw.LazyFrame[Any]:
    """The responses, each with the customer of the orders who gave it.

    An answer belongs to the customer of the same name or number; as text, so that ``"007"`` is not ``"7"``.
    Where there is none, to the customer whose e-mail address is the answer's, whatever its case and the
    spaces around it. An address is the column ``email``, or a ``customer`` with an @ in it, on either
    side; one that several customers share is taken for the alphabetically first of them. Only customers
    who bought are looked for.

    Parameters
    ----------
    data
        Needs ``responses`` with ``customer`` or ``email``, and ``orders`` with ``customer``.

    Returns
    -------
    narwhals.LazyFrame
        The responses in any order, with ``customer`` as the orders have it, null where nobody is found, and
        ``matched_by``: ``"customer"``, ``"email"`` or null. Where the tables are on different engines, the
        answers and a row for each customer and address come back to memory.

    Raises
    ------
    LoyaltyError
        If the columns are missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyalty.dataset import Dataset
    >>> lines = {"customer": ["7", "8"], "date": ["2025-01-03"] * 2, "email": ["ann@example.com", None]}
    >>> given = {"recommend": [9, 4, 3], "email": ["Ann@Example.com ", "bob@example.com", None]}
    >>> answers = pd.DataFrame(given).assign(customer=[None, None, "8"])
    >>> data = Dataset.from_frames(orders=pd.DataFrame(lines), responses=answers)
    >>> found = matched_answers(data).collect()
    >>> sorted(zip(found["recommend"], found["customer"], found["matched_by"]))
    [(3.0, '8', 'customer'), (4.0, None, None), (9.0, '7', 'email')]
    """
    data.require(*NEEDS)
    return data.kept("matched answers", None, lambda: _matched(data))


def _matched(data: Dataset) -> nw.LazyFrame[Any]:
    answers, buyers = together(data.table("responses"), data.customers().select("customer"))
    answers = keep(_by_name(answers, buyers))
    unknown = nw.col("customer").is_null() & ~nw.col("_address").is_null()
    if not rows(answers.select(left=unknown.cast(nw.Int64)).select(nw.col("left").sum()))[0]["left"]:
        return answers.drop("_address")
    found = answers.join(_addresses(data, buyers), on="_address", how="left")
    by_email = nw.col("customer").is_null() & ~nw.col("_owner").is_null()
    matched_by = nw.when(by_email).then(nw.lit("email")).otherwise(nw.col("matched_by"))
    customer = nw.when(by_email).then(nw.col("_owner")).otherwise(nw.col("customer"))
    return found.with_columns(matched_by=matched_by, customer=customer).drop("_address", "_owner")


def latest_answers(
    data: Dataset, score: str = "recommend", by: str | None = None, scale: AnswerScale | None = None
) -> nw.LazyFrame[Any]:
    """One row a customer who answered and bought: the latest answer.

    Of several answers on the latest day the worst counts; answers without a day come before all others.

    Parameters
    ----------
    data
        As for :func:`matched_answers`, ``responses`` with `score`.
    score
        The question: ``"recommend"``, ``"rating"`` … Answers without it are passed over.
    by
        A column of the responses, for the segment in which the answer was given.
    scale
        The scale of `score`, where its low end may be the best: answers are turned so that the high end is.

    Returns
    -------
    narwhals.LazyFrame
        ``customer`` as the orders have it, ``score``, ``matched_by`` (see :func:`matched_answers`), where
        there are dates ``day`` and ``month``, and with `by` ``group``.

    Raises
    ------
    LoyaltyError
        If the columns are missing.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyalty.dataset import Dataset
    >>> orders = pd.DataFrame({"customer": ["a", "b"], "date": ["2025-01-03"] * 2})
    >>> days = ["2025-01-04", "2025-02-04", "2025-02-04"]
    >>> answers = pd.DataFrame({"customer": ["a", "a", "z"], "date": days, "recommend": [9, 2, 10]})
    >>> latest_answers(Dataset.from_frames(orders=orders, responses=answers)).collect()["score"].to_list()
    [2.0]
    """
    data.require(Need("responses", (score,)), *NEEDS)
    return data.kept(f"latest {score} {scale or ''}", by, lambda: _latest(data, score, by, scale))


def _latest(data: Dataset, score: str, by: str | None, scale: AnswerScale | None) -> nw.LazyFrame[Any]:
    dated = ["day", "month"] if data.has("responses", "day") else []
    given = matched_answers(data).filter(~nw.col("customer").is_null(), ~nw.col(score).is_null())
    group = {"group": nw.col(by)} if by else {}
    upward = scale.upward(nw.col(score)) if scale else nw.col(score)
    answers = given.select("customer", "matched_by", *dated, score=upward, **group)
    if dated:
        order = nw.col("day").fill_null(0)
        answers = answers.with_columns(order=order).filter(_is("order", nw.Expr.max))
    latest = answers.filter(_is("score", nw.Expr.min))
    return latest.group_by("customer").agg(nw.col("score", "matched_by", *dated, *group).min())


def _is(name: str, best: Any) -> nw.Expr:
    return nw.col(name) == best(nw.col(name)).over("customer")


def together(one: nw.LazyFrame[Any], other: nw.LazyFrame[Any]) -> tuple[nw.LazyFrame[Any], ...]:
    """Two frames that can be joined: on one engine as they are, otherwise in memory."""
    if one.implementation == other.implementation:
        return one, other
    return tuple(frame.collect("polars").lazy("polars") for frame in (one, other))


def _by_name(answers: nw.LazyFrame[Any], buyers: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """The answers with the customer of the same name, ``matched_by`` and the ``address`` of who gave them."""
    names, owner = answers.collect_schema().names(), buyers.collect_schema()["customer"]
    addresses = [_address(role) for role in ("email", "customer") if role in names]
    answers = answers.with_columns(_address=nw.coalesce(*addresses))
    if "customer" not in names:
        nobody = nw.lit(None, dtype=nw.String)
        return answers.with_columns(customer=nobody.cast(owner), matched_by=nobody)
    name = nw.col("customer")
    if answers.collect_schema()["customer"] != owner:
        name = name.cast(nw.String)
    known = buyers.select(_name=name, _owner=nw.col("customer"))
    found = answers.with_columns(_name=name).join(known, on="_name", how="left").drop("customer", "_name")
    matched_by = nw.when(~nw.col("_owner").is_null()).then(nw.lit("customer"))
    return found.with_columns(matched_by=matched_by).rename({"_owner": "customer"})


def _address(role: str) -> nw.Expr:
    """An e-mail address in the form in which two are compared; null for what is none."""
    text = nw.col(role).cast(nw.String)
    return nw.when(text.str.contains("@", literal=True)).then(text.str.strip_chars().str.to_lowercase())


def _addresses(data: Dataset, buyers: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Address to the customer of the orders who owns it."""
    known = [buyers.select("customer", _address=_address("customer"))]
    if data.has("orders", "email"):
        buyers, pairs = together(buyers, data.table("orders").select("customer", "email").unique())
        known.append(pairs.join(buyers, on="customer").select("customer", _address=_address("email")))
    owned = nw.concat(known).filter(~nw.col("_address").is_null())
    return owned.group_by("_address").agg(nw.col("customer").min().alias("_owner"))
