"""What to do next: which advice fits a result."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from loyalty import limits
from loyalty.core import Result
from loyalty.story.sentences import (
    NAME_CHARACTERS,
    change_holes,
    differ,
    group_holes,
    holes,
    small,
    value,
    verdict,
)
from loyalty.texts import Message
from loyalty.words import Translator, clean

ADVICES = 5  # at once; nobody does more
GOOD_SCORE, FINE_SCORE = 30, 50  # NPS; ends of the reading scale in benchmarks.py
FEW_RETURN, MANY_RETURN = 0.4, 0.6  # shares; Croll & Yoskovitz (2013), Lean Analytics
MUCH_RETURNED = 0.05  # of the revenue
SKEWED = 1.25  # mean over median


def advice(result: Result, t: Translator) -> tuple[Message, ...]:
    """What to do next, the most specific first; at most five."""
    facts = holes(result, t) | change_holes(result, t) | group_holes(result, t) | _own_holes(result, t)
    fitting = [id for id, holds in ADVICE[result.metric] if holds(result)]
    return tuple(Message(f"{result.metric}.advice.{id}", facts) for id in fitting[:ADVICES])


def _own_holes(result: Result, t: Translator) -> dict[str, str]:
    """What only the advice of one metric names."""
    if counts := _rows(result, "comment_counts"):
        return {"low_comments": t.count(counts[0][1]), "comments": t.count(sum(row[1] for row in counts))}
    if lead := _lead(result):
        names = {"start": clean(lead[0], NAME_CHARACTERS), "kind": clean(lead[1], NAME_CHARACTERS)}
        return {**names, "lead_share": t.percent(lead[4], digits=0)}
    if result.metric == "order_value" and (last := _last_month(result)):
        return {
            "last_month": t.month(last["month"]),
            "last_mean": value(result, last["mean"], t),
            "last_median": value(result, last["median"], t),
        }
    return {}


def _rows(result: Result, name: str) -> tuple[tuple[Any, ...], ...]:
    return next((table.rows for table in result.tables if table.name == name), ())


def _lead(result: Result) -> tuple[Any, ...] | None:
    """The pair of products with the highest share among enough customers."""
    return next((row for row in _rows(result, "leads") if row[3] >= limits.SMALL_SAMPLE), None)


def _last_month(result: Result) -> dict[str, Any] | None:
    rows = _rows(result, "months")
    return dict(zip(result.table("months").columns, rows[-1], strict=True)) if rows else None


def _score(result: Result) -> float:
    """The score by the standard method, whichever is in force, because the reading scale is made for it."""
    return next(row[1] for row in _rows(result, "methods") if row[0] == "standard")


def _enough(result: Result) -> bool:
    return not small(result.overall)


def _few(result: Result) -> bool:
    return small(result.overall)


def _fell(result: Result) -> bool:
    return result.change is not None and verdict(result.change) == "down"


def _skewed(result: Result) -> bool:
    last = _last_month(result)
    return _enough(result) and last is not None and last["mean"] > SKEWED * last["median"]


def _returned(result: Result) -> bool:
    return (
        bool(_rows(result, "months"))
        and result.numbers["returned"] > MUCH_RETURNED * result.numbers["revenue"]
    )


def _always(_: Result) -> bool:
    return True


Rule = tuple[str, Callable[[Result], bool]]

# metric -> advice and when it fits, the most specific first
ADVICE: Mapping[str, Sequence[Rule]] = {
    "nps": (
        ("more_answers", _few),
        ("weakest", differ),
        ("look_back", _fell),
        ("call_back", lambda r: _enough(r) and _score(r) <= GOOD_SCORE),
        ("read_comments", lambda r: any(row[1] for row in _rows(r, "comment_counts"))),
        ("ask_ten", lambda r: not any(row[1] for row in _rows(r, "comment_counts"))),
        ("passives", lambda r: _enough(r) and 0 < _score(r) <= FINE_SCORE),
        ("refer", lambda r: _enough(r) and _score(r) > 0),
        ("reward", lambda r: _enough(r) and _score(r) > GOOD_SCORE),
        ("ask_again", _always),
    ),
    "repurchase": (
        ("more_customers", _few),
        ("weakest", differ),
        ("look_back", _fell),
        ("renew", lambda r: r.options["kind"] == "subscription"),
        ("second_purchase", lambda r: _enough(r) and r.overall.value < FEW_RETURN),
        ("win_back", lambda r: r.options["kind"] == "orders" and r.overall.value <= MANY_RETURN),
        ("reward", lambda r: _enough(r) and r.overall.value >= FEW_RETURN),
        ("refer", lambda r: _enough(r) and r.overall.value > MANY_RETURN),
        ("personal", _always),
    ),
    "order_value": (
        ("more_purchases", _few),
        ("median", _skewed),
        ("returns", _returned),
        ("look_back", _fell),
        ("strongest", differ),
        ("threshold", _enough),
        ("bundle", _always),
        ("frequency", _always),
    ),
    "upsell": (
        ("more_customers", _few),
        ("lead", lambda r: _lead(r) is not None),
        ("weakest", differ),
        ("look_back", _fell),
        ("one_kind", lambda r: r.numbers["one"] > 0),
        ("try_out", _always),
        ("counter", _always),
        ("reward", lambda r: _enough(r) and r.numbers["several"] >= r.numbers["one"]),
    ),
}
