"""What the samples promise: their right answers, and which of them a metric says first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SAMPLE_DATA = Path(__file__).parents[1] / "sample_data"
ANSWERS: dict[str, Any] = json.loads((SAMPLE_DATA / "answers.json").read_text(encoding="utf-8"))
# Metric: its unit, and the parts of answers.json that hold its value and what it rests on. What only a model
# can say is promised in none; that it rests on every customer is.
PROMISED: dict[str, tuple[str, tuple[str, ...] | None, tuple[str, ...]]] = {
    "nps": ("points", ("nps", "standard", "value"), ("nps", "standard", "n")),
    "satisfaction": ("share", ("satisfaction", "value"), ("satisfaction", "n")),
    "loyalty_index": ("score", ("loyalty_index", "value"), ("loyalty_index", "n")),
    "repurchase": ("share", ("repurchase", "any_time", "value"), ("repurchase", "any_time", "customers")),
    "order_value": ("money", ("order_value", "value"), ("totals", "orders", "purchases")),
    "upsell": ("ratio", ("upsell", "value"), ("totals", "orders", "customers")),
    "engagement": ("share", ("engagement", "value"), ("engagement", "visits")),
    "journey": ("share", ("journey", "value"), ("journey", "customers")),
    "cohorts": ("share", ("cohorts", "value"), ("cohorts", "customers")),
    "rfm": ("share", ("rfm", "value"), ("rfm", "customers")),
    "top_customers": ("share", ("top_customers", "value"), ("top_customers", "customers")),
    "clv": ("money", None, ("histories", "customers")),
    "forecast": ("count", None, ("histories", "customers")),
    "loyal_new": ("ratio", ("loyal_new", "value"), ("loyal_new", "customers")),
    "what_if": ("money", ("what_if", "value"), ("what_if", "customers")),
    "say_do": ("share", ("say_do", "value"), ("say_do", "customers")),
    "experiment": ("number", ("experiment", "value"), ("experiment", "n")),
    "actions": ("share", ("actions", "value"), ("actions", "customers")),
}
CURRENCY = {"cafe_messy.xlsx": "GBP", "tea_zh_messy.xlsx": "CNY"}  # the tidy files name none


def promised(file: str, *path: str) -> Any:
    """One of the answers of a file, None where it has none."""
    part: Any = ANSWERS[file]
    for name in path:
        part = part.get(name) if part else None
    return part
