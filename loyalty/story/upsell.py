"""The story of the upsell ratio."""

from __future__ import annotations

import math
from typing import Any

from loyalty import limits
from loyalty.core import Result
from loyalty.story.facts import NAME_CHARACTERS, differ, table_rows
from loyalty.story.rules import Story, always, enough, fell, few
from loyalty.words import Translator, clean


def variant(result: Result) -> str:
    """Ratio, share, or that nobody bought one kind only; of categories or of products."""
    form = result.options["measure"] if math.isfinite(result.overall.value) else "all"
    return f"{form}_{result.options['kind']}"


def holes(result: Result, t: Translator) -> dict[str, str]:
    """The ratio in customers."""
    return {"per_hundred": t.count(100 * result.numbers["ratio"])}


def advice_holes(result: Result, t: Translator) -> dict[str, Any]:
    """The pair of products with the highest share."""
    pair = lead(result)
    if pair is None:
        return {}
    names = {"start": clean(pair[0], NAME_CHARACTERS), "kind": clean(pair[1], NAME_CHARACTERS)}
    return {**names, "lead_share": t.percent(pair[4], digits=0)}


def lead(result: Result) -> tuple[Any, ...] | None:
    """The pair of products with the highest share among enough customers."""
    return next((row for row in table_rows(result, "leads") if row[3] >= limits.SMALL_SAMPLE), None)


STORY = Story(
    variant=variant,
    holes=holes,
    advice_holes=advice_holes,
    advice=(
        ("more_customers", few),
        ("lead", lambda r: lead(r) is not None),
        ("weakest", differ),
        ("look_back", fell),
        ("one_kind", lambda r: r.numbers["one"] > 0),
        ("try_out", always),
        ("counter", always),
        ("reward", lambda r: enough(r) and r.numbers["several"] >= r.numbers["one"]),
    ),
)
