"""What the columns of a table can mean: the roles, their types, and which tables have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Role:
    """One meaning a column can have.

    Parameters
    ----------
    name
        Key in ``roles=``, in the frames of a Dataset and under ``role`` in ``texts/*.toml``.
    type
        ``"id"`` (text, zeros kept), ``"text"``, ``"category"`` (text with few values), ``"number"``,
        ``"money"``, ``"score"``, ``"date"`` (with or without time), ``"duration"`` (seconds), ``"yes_no"``.
    low, high
        Limits of a score.
    """

    name: str
    type: str
    low: float | None = None
    high: float | None = None


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
            Role("email", "id"),
            Role("birthday", "date"),
            Role("consent", "yes_no"),
        ),
        "responses": _table(
            Role("recommend", "score", 0, 10),
            Role("rating", "score"),
            Role("again", "score"),
            Role("other", "score"),
            Role("customer", "id"),
            Role("date", "date"),
            Role("comment", "text"),
            Role("segment", "category"),
            Role("stage", "category"),
            Role("email", "id"),
            Role("consent", "yes_no"),
        ),
        "visits": _table(
            Role("visitor", "id"),
            Role("time", "date"),
            Role("duration", "duration"),
            Role("source", "category"),
            Role("bought", "yes_no"),
            Role("segment", "category"),
        ),
    }
)

TABLES = tuple(ROLES)
