"""What the columns of a table can mean: the roles, their types, and which column serves which."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

from loyalty.answer_scales import declared
from loyalty.assignment import best_pairs
from loyalty.errors import LoyaltyError
from loyalty.facts import Facts, is_scaled, suits
from loyalty.synonyms import asks, named, plain


@dataclass(frozen=True, slots=True)
class Role:
    """One meaning a column can have.

    Parameters
    ----------
    name
        Key in ``roles=``, in the frames of a Dataset and under ``role`` in ``texts/*.toml``.
    type
        ``"id"`` (text, zeros kept), ``"text"``, ``"category"`` (text with few values), ``"number"``,
        ``"money"``, ``"score"``, ``"measure"`` (a number, money, percent, or yes and no as 1 and 0),
        ``"date"`` (with or without time), ``"duration"`` (seconds), ``"yes_no"``.
    low, high
        Limits of a score.
    like
        A role whose names this one answers to as well; of another table as ``"orders.date"``.
    """

    name: str
    type: str
    low: float | None = None
    high: float | None = None
    like: str | None = None


def _table(*roles: Role) -> Mapping[str, Role]:
    return MappingProxyType({role.name: role for role in roles})


ROLES: Mapping[str, Mapping[str, Role]] = MappingProxyType(
    {
        "orders": _table(
            Role("customer", "id"),
            Role("date", "date"),
            Role("amount", "money"),
            Role("order", "id"),
            Role("product", "category"),
            Role("category", "category"),
            Role("quantity", "number"),
            Role("price", "money"),
            Role("discount", "money"),
            Role("segment", "category"),
            Role("currency", "category"),
            Role("status", "category"),
            Role("refund", "money"),
            Role("returned", "yes_no"),
            Role("cancelled", "yes_no"),
            Role("line", "id"),
            Role("email", "id"),
            Role("birthday", "date"),
            Role("consent", "yes_no"),
        ),
        "responses": _table(
            Role("recommend", "score", 0, 10),
            Role("recommend_scaled", "score", like="recommend"),
            Role("rating", "score"),
            Role("again", "score"),
            Role("other", "score"),
            Role("customer", "id"),
            Role("date", "date"),
            Role("comment", "text"),
            Role("segment", "category"),
            Role("stage", "category"),
            Role("response", "id"),
            Role("status", "category"),
            Role("finished", "yes_no"),
            Role("email", "id"),
            Role("consent", "yes_no"),
        ),
        "visits": _table(
            Role("visitor", "id", like="customer"),
            Role("time", "date"),
            Role("duration", "duration"),
            Role("source", "category"),
            Role("bought", "yes_no"),
            Role("segment", "category"),
        ),
        "trials": _table(
            Role("group", "category"),
            Role("outcome", "measure"),
            Role("customer", "id", like="visits.visitor"),
            Role("date", "date", like="orders.date"),
            Role("segment", "category"),
        ),
    }
)

TABLES = tuple(ROLES)
MAIN_DATE = {table: "time" if table == "visits" else "date" for table in TABLES}
# Numbers under such names tell rows apart; they measure nothing.
_NAMING = ("customer", "order", "line", "email", "phone", "name")
# LimeSurvey's, blank until the answer is sent off
SENT_OFF = frozenset(["submitdate", "datesubmitted", "datumabgeschickt", "datedesoumission", "提交日期"])
STAND_INS = ("email", "phone", "name")  # what tells customers apart where nothing better does


class Found(NamedTuple):
    """The column that serves a role, and how sure that is (0 to 1)."""

    header: str
    score: float


def rate(table: str, role: str, header: str, facts: Facts | None = None) -> float:
    """How well a column fits a role of a table, by its header and, where given, its cells.

    Returns
    -------
    float
        0 (not at all) to 1.
    """
    like = ROLES[table][role].like if role in ROLES[table] else None
    score = named(table, role, header)
    if like:
        place, _, other = like.rpartition(".")
        score = max(score, 0.95 * named(place or table, other, header))
    return score if facts is None or not score else score * _fit(table, role, facts)


def _fit(table: str, role: str, facts: Facts) -> float:
    """How well the cells suit: 0 never, 1 perfectly."""
    if not facts.filled:
        return 0.0
    declared = ROLES[table].get(role)
    type_ = declared.type if declared else "id"
    return suits(type_, role, facts) * (0.6 + 0.4 * facts.filled)


def assign(
    table: str,
    headers: Sequence[str],
    given: Mapping[str, str | None] | None = None,
    facts: Mapping[str, Facts] | None = None,
) -> dict[str, Found]:
    """The best joint choice of columns for the roles of a table.

    What is given stays; every other column serves one role at most, so that the sum of the scores is the
    largest possible. Where no column names the customer, an e-mail address, a phone number or a name
    stands in; never the order id.

    Raises
    ------
    LoyaltyError
        ``unknown_role`` or ``unknown_column`` for what is given.
    """
    given = given or {}
    _check_given(table, headers, given)
    found = {role: Found(header, 1.0) for role, header in given.items() if header is not None}
    taken = {place.header for place in found.values()}
    free = [header for header in dict.fromkeys(headers) if header not in taken]
    roles = [role for role in ROLES[table] if role not in given]
    seen = facts or {}
    names = {header: plain(header) for header in headers}
    scores = [[_in_context(table, role, h, names, seen.get(h)) for h in free] for role in roles]
    for row, column in enumerate(best_pairs(scores)):
        if column is not None and scores[row][column] >= 0.4:
            found[roles[row]] = Found(free[column], scores[row][column])
    _stand_in(table, free, given, seen, found)
    return found


def _check_given(table: str, headers: Sequence[str], given: Mapping[str, str | None]) -> None:
    for role, header in given.items():
        if role not in ROLES[table]:
            raise LoyaltyError("unknown_role", role=role, choices=", ".join(ROLES[table]))
        if header is not None and header not in headers:
            raise LoyaltyError("unknown_column", column=header, role=role, choices=", ".join(headers))


# Names that mean one thing among these neighbours and another elsewhere: name, neighbours, its role there.
_FINGERPRINTS = (
    ("name", {"lineitemname", "financialstatus"}, "order"),  # Shopify's orders
    ("itemprice", {"amazonorderid"}, "amount"),  # Amazon's price of the whole line
    ("rating", {"npsfeedbackid", "npsfeedbackuid"}, "recommend"),  # Thanx asks 0 to 10
)


def _in_context(table: str, role: str, header: str, names: Mapping[str, str], facts: Facts | None) -> float:
    """The rating of a column among its neighbours."""
    score, name, among = rate(table, role, header, facts), names[header], set(names.values())
    for known, neighbours, meaning in _FINGERPRINTS:
        if name == known and neighbours & among and meaning in ROLES[table]:
            return float(role == meaning)
    if name == "transactionid" and role in ("order", "line"):
        lines = any(named(table, "order", other) > 0.99 for other in names)
        return score if lines == (role == "line") else 0.0  # Etsy's line, else the order
    if name in SENT_OFF and role == "date" and table == "responses":
        return 1.0
    if name == "id" and table == "orders" and role in ("order", "customer"):
        return _of_id(role, score, header, names, facts)
    if table == "trials":
        return score * _of_trial(role, header)
    if role in ("recommend", "recommend_scaled"):
        return _of_recommendation(role, score, header, facts)
    return score


def _of_recommendation(role: str, score: float, header: str, facts: Facts | None) -> float:
    """The Net Promoter Score is defined on 0 to 10; a recommendation on another scale is a question apart."""
    ends = declared(header)
    to_ten = ends in ((0, 10), (1, 10))
    if role == "recommend":
        if to_ten and facts:  # whatever the answers
            return rate("responses", role, header, replace(facts, high=10.0))
        return score if to_ten or not ends else 0.0
    scaled = not to_ten if ends else facts is not None and is_scaled(facts)
    return score if scaled and asks("recommend", header) else 0.0


_PERCENT = re.compile(r"[%％]|percent|prozent|百分比|比例|占比", re.I)


def _of_trial(role: str, header: str) -> float:
    """What may be the arm or a segment is the arm; of “Tip” and “Tip %” the one that grows with no bill."""
    if role == "segment":
        return 0.85
    return 0.97 if role == "outcome" and not _PERCENT.search(header) else 1.0


def _of_id(role: str, score: float, header: str, names: Mapping[str, str], facts: Facts | None) -> float:
    """A bare ``id`` that comes again beside dates is the customer, unless something else is."""
    if facts is None or facts.distinct >= 0.9:
        return score
    others = [other for other in names if other != header]
    if any(named("orders", word, other) for word in ("customer", "product") for other in others):
        return score
    return 0.9 if role == "customer" else 0.0


def may_measure(header: str) -> bool:
    """Whether the numbers of a column can be the outcome of a trial, by its name: not if it names an id."""
    names_rows = any(named("orders", role, header) > 0.8 for role in _NAMING)
    return not names_rows or bool(named("trials", "outcome", header))  # a bill is a number or an amount


def _stand_in(
    table: str,
    free: Sequence[str],
    given: Mapping[str, str | None],
    facts: Mapping[str, Facts],
    found: dict[str, Found],
) -> None:
    person = "visitor" if table == "visits" else "customer"
    if person in found or person in given:
        return
    used = {place.header for role, place in found.items() if role != "email"}
    choices = [
        (rate(table, kind, header, facts.get(header)) - 0.1 * place, header)
        for place, kind in enumerate(STAND_INS)
        for header in free
        if header not in used
    ]
    score, header = max(choices, default=(0.0, ""))
    if score >= 0.5:
        found[person] = Found(header, score / 2)
        if found.get("email", Found("", 0)).header == header:
            del found["email"]


def match(
    table: str, headers: Sequence[str], given: Mapping[str, str | None] | None = None
) -> dict[str, str]:
    """Role to header by the headers alone.

    Parameters
    ----------
    table
        One of :data:`TABLES`.
    headers
        The columns there are.
    given
        Role to header where the choice is made already; None as header keeps a role empty.

    Raises
    ------
    LoyaltyError
        ``unknown_role`` or ``unknown_column`` for what is given.

    Examples
    --------
    >>> match("orders", ["Order ID", "Customer ID", "Order Date", "Net Sales", "Shipping"])
    {'customer': 'Customer ID', 'date': 'Order Date', 'amount': 'Net Sales', 'order': 'Order ID'}
    """
    return {role: place.header for role, place in assign(table, headers, given).items()}
