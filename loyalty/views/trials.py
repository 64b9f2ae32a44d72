"""Observations of a trial: which group is the control, and the sums that a comparison takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from loyalty.core import BLANK, REST, by_group
from loyalty.queries import keep, rows
from loyalty.stats.effects import Shared

if TYPE_CHECKING:
    from loyalty.dataset import Dataset
    from loyalty.stats import RatioSums

# What a control is called, the surest first.
CONTROLS = (
    r"\bcontrol|\bkontroll?|\btémoin|\bcontrole?\b|контрол|对照|控制组",
    r"\bbase ?line|\bplacebo\b|\bas usual|\bbusiness as|\bstatus quo|基线|基准|安慰剂|照常",
    r"^(none|nothing|no|not|without|never|kein\w*|nicht|ohne|sans|sin|sem|non?e?|без|нет|无|没|未|不)\b"
    r"|^(无|没|未|不)",
    r"^(usual|standard|original|normal|old|current|before|pre|vorher|alt|avant|ancien|antes|actual|atual|до|旧|原|现有|之前)",
    r"^(a|0|false|off)$|^(group|version|variant|gruppe|groupe|grupo|组|版本) ?a$|^a ?组$|^a ?版",
)


def observations(data: Dataset, outcome: str, by: str) -> nw.LazyFrame[Any]:
    """Rows that belong to a group of the trial and have the outcome.

    Parameters
    ----------
    data
        Needs ``trials`` with ``group``.
    outcome
        The column compared.
    by
        The column that the arms are in.

    Returns
    -------
    narwhals.LazyFrame
        ``x`` the outcome, ``y`` one, ``group`` the arm (null where `by` is), ``customer`` and ``month`` where
        they are there.
    """
    known = ~nw.col("group").is_null() & ~nw.col(outcome).is_null()
    kept = [name for name in ("customer", "month") if data.has("trials", name)]
    columns = {"x": nw.col(outcome).cast(nw.Float64), "y": nw.lit(1.0), "group": nw.col(by)}
    return keep(data.table("trials").filter(known).select(*kept, **columns))


def arms(data: Dataset, by: str) -> tuple[str, ...]:
    """The groups that a trial may be compared with, the largest first."""
    known = data.table("trials").filter(~nw.col("group").is_null()).select(arm=nw.col(by))
    counted = rows(known.group_by("arm").agg(nw.len().alias("n")))
    sizes = by_group(((row["arm"], row["n"]) for row in counted), float)
    return tuple(name for name in sizes if name not in (BLANK, REST))


def control_of(sizes: Mapping[str, float]) -> tuple[str | None, bool]:
    """The arm that is called a control, and that it is; else the largest.

    Examples
    --------
    >>> control_of({"Two mints": 80, "No mint": 70}), control_of({"Red": 80, "Blue": 90})
    (('No mint', True), ('Blue', False))
    """
    ordered = sorted(sizes, key=lambda name: (-sizes[name], name))
    for pattern in CONTROLS:
        for name in ordered:
            if re.search(pattern, name.strip().casefold()):
                return name, True
    return (ordered[0] if ordered else None), False


def shared(seen: nw.LazyFrame[Any], control: str, sums: Mapping[str, RatioSums]) -> dict[str, Shared]:
    """Customers who are in the control and in another arm, by arm.

    Parameters
    ----------
    seen
        As from :func:`observations`.
    control
        Its name.
    sums
        What each arm adds up to.
    """
    if "customer" not in seen.collect_schema().names():
        return {}
    known = seen.filter(~nw.col("customer").is_null())
    each = known.group_by("customer", "group").agg(nw.col("x", "y").sum())
    usual = each.filter(nw.col("group") == control).select("customer", x0="x", y0="y")
    both = each.filter(nw.col("group") != control).join(usual, on="customer")
    products = {f"{one}_{other}": nw.col(one) * nw.col(other) for one in ("x", "y") for other in ("x0", "y0")}
    totals = [nw.len().alias("customers"), *(nw.col(name).sum() for name in products)]
    found = rows(both.with_columns(**products).group_by("group").agg(*totals))
    usual_mean = sums[control].x / sums[control].y
    return {
        row["group"]: Shared(row["customers"], _product(row, sums[row["group"]], usual_mean))
        for row in found
        if row["group"] in sums
    }


def _product(row: Mapping[str, Any], arm: RatioSums, usual: float) -> float:
    """Sum over customers of what they have beyond the mean of the arm times that beyond the control's."""
    mean = arm.x / arm.y
    return row["x_x0"] - usual * row["x_y0"] - mean * row["y_x0"] + mean * usual * row["y_y0"]


def side_by_side(seen: nw.LazyFrame[Any], control: str, arm: str) -> nw.LazyFrame[Any]:
    """One row a customer: sum and number of the outcomes in the arm, ``x`` and ``y``, and in the control.

    A row without a customer stands for a customer of its own.
    """
    columns = {
        f"{name}{end}": nw.when(nw.col("group") == group).then(nw.col(name)).otherwise(0.0)
        for end, group in (("", arm), ("0", control))
        for name in ("x", "y")
    }
    names = list(columns)
    pair = seen.filter(nw.col("group").is_in([arm, control])).with_columns(**columns)
    if "customer" not in pair.collect_schema().names():
        return pair.select(*names)
    nobody = nw.col("customer").is_null()
    people = pair.filter(~nobody).group_by("customer").agg(nw.col(*names).sum())
    return nw.concat([pair.filter(nobody).select(*names), people.select(*names)])
