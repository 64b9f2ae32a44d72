"""What sentences are made of: names of groups, numbers in their units, changes, differences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from loyalty import limits
from loyalty.core import BLANK, REST, Change, Estimate, Result, Table
from loyalty.texts import Message
from loyalty.words import Translator, clean

REAL = 0.05  # groups differ when their p-value is below: the other side of the 95 % interval
NAME_CHARACTERS = 40  # of a segment or product in a sentence

# Units that numbers and columns of these names have in every metric; others are counts, unless the Result
# says otherwise.
UNITS: Mapping[str, str] = {
    "revenue": "money",
    "returned": "money",
    "mean": "money",
    "median": "money",
    "quartile_1": "money",
    "quartile_3": "money",
    "share": "share",
    "ratio": "ratio",
    "p": "p",
}


def small(estimate: Estimate) -> bool:
    """Whether an estimate rests on so few observations that the range comes first and no verdict follows."""
    return estimate.n < limits.SMALL_SAMPLE


def segment(name: str | None, t: Translator, limit: int = NAME_CHARACTERS) -> str:
    """What to call a group: its own name, cut to `limit`, or words for the blank one and for the rest.

    Examples
    --------
    >>> segment("", Translator("en")), segment("*", Translator("en")), segment("Old Town", Translator("en"))
    ('(blank)', 'All others', 'Old Town')
    """
    if name in (None, BLANK):
        return t("story.blank")
    return t("story.rest") if name == REST else clean(str(name), limit)


def by_name(result: Result, t: Translator) -> str:
    """What the groups are split by: the user's own header, or else the name of the role."""
    by = result.by or ""
    if result.header in (None, by) and t.has(f"role.{by}"):
        return t(f"role.{by}")
    return clean(result.header or by, NAME_CHARACTERS)


def value(result: Result, x: float, t: Translator) -> str:
    """A number in the unit and the money of a result."""
    return t.value(result.unit, x, result.currency)


def unit_of(result: Result, name: str) -> str | None:
    """The unit of one of the numbers or columns of a result; None for a count."""
    return result.units.get(name) or UNITS.get(name)


def in_unit(result: Result, unit: str | None, x: float, t: Translator) -> str:
    """A number as it is written in sentences, formulas and tables.

    Examples
    --------
    >>> result, t = Result("journey", Estimate(0.5, 0.4, 0.6, 80), "share"), Translator("en")
    >>> in_unit(result, None, 1200, t), in_unit(result, "days", 30, t), in_unit(result, "p", 0.0004, t)
    ('1,200', '30 days', '< 0.001')
    """
    if unit is None:
        return t.count(x)
    if unit == "days":
        return _days(x, t)
    if unit == "p":
        return f"< {t.number(0.001, digits=3)}" if x < 0.001 else t.number(x, digits=3)
    if unit in ("difference", "signed"):
        return getattr(t, unit)(result.unit, x, result.currency)
    return t.relative(x) if unit == "relative" else t.value(unit, x, result.currency)


def _days(x: float, t: Translator) -> str:
    number = t.count(x)
    return (
        t("format.day" if number == t.count(1) else "format.days", number=number)
        if math.isfinite(x)
        else number
    )


def number(result: Result, name: str, t: Translator) -> str:
    """One of `Result.numbers` as it is written in sentences and formulas."""
    return in_unit(result, unit_of(result, name), result.numbers[name], t)


def table_rows(result: Result, name: str) -> tuple[tuple[Any, ...], ...]:
    """The rows of one of the tables of a result; none where there is no such table."""
    return next((table.rows for table in result.tables if table.name == name), ())


def record(table: Table, row: tuple[Any, ...]) -> dict[str, Any]:
    """A row of a table as column to value."""
    return dict(zip(table.columns, row, strict=True))


def estimates(result: Result, table: str, measure: str, basis: str = "customers") -> dict[str, Estimate]:
    """The rows of a table as estimates, by their first cell; none where it has no such measure.

    Parameters
    ----------
    result
        What holds the table.
    table
        Its name.
    measure
        Column of the value; its interval is in ``<measure>_low`` and ``<measure>_high``.
    basis
        Column of what the estimates rest on.
    """
    found = next((each for each in result.tables if each.name == table), None)
    if found is None or measure not in found.columns:
        return {}
    lines = [record(found, row) for row in found.rows]
    low, high, name = f"{measure}_low", f"{measure}_high", found.columns[0]
    known = (Estimate(line[measure], line[low], line[high], line[basis], line[name]) for line in lines)
    return {str(each.group): each for each in known}


def verdict(last: Change) -> str:
    """``"up"`` or ``"down"`` where the change is real, ``"none"`` where it may be chance, or ``"small"``."""
    if small(last.before) or small(last.after):
        return "small"
    if not last.real:
        return "none"
    return "up" if last.difference > 0 else "down"


def change_holes(result: Result, t: Translator) -> dict[str, str]:
    """What sentences on the last change may name; nothing where there is none."""
    last = result.change
    if last is None:
        return {}
    return {
        "before_month": t.month(last.before.group or ""),
        "after_month": t.month(last.after.group or ""),
        "before": value(result, last.before.value, t),
        "after": value(result, last.after.value, t),
        "n_before": t.count(last.before.n),
        "n_after": t.count(last.after.n),
        **apart(result, result.unit, last.low, last.high, t),
    }


def apart(result: Result, unit: str, low: float, high: float, t: Translator) -> dict[str, str]:
    """The ends of the interval of a difference, for sentences that name the low one first.

    Examples
    --------
    >>> result = Result("nps", Estimate(33, 25, 41, 412), "points")
    >>> apart(result, "share", -0.075, 0.257, Translator("en"))
    {'low': '−7.5', 'high': '+25.7 percentage points'}
    """
    return {"low": t.signed(unit, low, result.currency), "high": t.difference(unit, high, result.currency)}


def differ(result: Result) -> bool:
    """Whether the groups differ by more than chance, and there are two that may be named."""
    return result.groups_differ is not None and result.groups_differ < REAL and len(large_groups(result)) > 1


def large_groups(result: Result) -> list[Estimate]:
    """The groups that may be named as the highest or the lowest, from highest to lowest."""
    named = [group for group in result.groups if group.group not in (None, BLANK, REST)]
    known = [group for group in named if not small(group) and not math.isnan(group.value)]
    return sorted(known, key=lambda group: -group.value)


def group_holes(result: Result, t: Translator) -> dict[str, Any]:
    """What sentences on the groups may name; nothing where there are not two to be named."""
    large = large_groups(result)
    if len(large) < 2 or result.groups_differ is None:
        return {}
    top, bottom = large[0], large[-1]
    return {
        "by": by_name(result, t),
        "top": segment(top.group, t),
        "top_value": value(result, top.value, t),
        "bottom": segment(bottom.group, t),
        "bottom_value": value(result, bottom.value, t),
        "p": p_value(result.groups_differ, t),
    }


def p_value(p: float, t: Translator) -> Message:
    """A p-value as sentences name it: “p = 0.012”, or “p < 0.001”."""
    return Message("story.p_below" if p < 0.001 else "story.p", {"p": t.number(max(p, 0.001), digits=3)})
