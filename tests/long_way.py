"""RFM worked out the long way: everybody compared with everybody."""

from __future__ import annotations

import pandas as pd

# Recency, then frequency, then segment: the rules, one after the other.
RULES = [
    ("5", "45", "champions"),
    ("34", "45", "loyal"),
    ("45", "23", "potential_loyalists"),
    ("5", "1", "new_customers"),
    ("4", "1", "promising"),
    ("3", "3", "need_attention"),
    ("3", "12", "about_to_sleep"),
    ("12", "34", "at_risk"),
    ("12", "5", "cant_lose"),
    ("12", "12", "hibernating"),
]


def segments(purchases: pd.DataFrame, today: pd.Timestamp, axis: str = "frequency") -> pd.DataFrame:
    """Scores and segment of every customer.

    Parameters
    ----------
    purchases
        One row a purchase: ``customer``, ``day``, ``amount``.
    """
    by = purchases.groupby("customer")
    days = (pd.Timestamp(today).normalize() - by["day"].max()).dt.days
    scores = pd.DataFrame(
        {
            "recency": _scores(-days),
            "frequency": _scores(by.size()),
            "money": _scores(by["amount"].sum().round(4)),
        },
        index=days.index,
    )
    second = scores["frequency"]
    if axis == "both":
        second = ((scores["frequency"] + scores["money"]) / 2 + 0.5).astype(int)
    scores["segment"] = [_segment(str(r), str(f)) for r, f in zip(scores["recency"], second, strict=True)]
    return scores


def _scores(values: pd.Series) -> list[int]:
    return [1 + 5 * int((values < value).sum()) // len(values) for value in values]


def _segment(recency: str, frequency: str) -> str:
    [name] = [name for lately, often, name in RULES if recency in lately and frequency in often]
    return name
