"""Which sample answers which metric."""

from __future__ import annotations

from functools import cache

from loyalty import METRICS
from loyalty.ui import state


@cache
def opened(id: str, condition: str = "tidy") -> state.Opened:
    """The first sample whose data hold what the page `id` needs; the first of all for other pages."""
    needs = next((metric.needs for metric in METRICS if metric.id == id), ())
    for business in state.SAMPLES:
        now = state.sample(business, condition)
        if now.data and not now.data.missing(*needs):
            return now
    raise LookupError(f"no sample answers {id}")
