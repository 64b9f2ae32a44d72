"""The story of customer lifetime value."""

from __future__ import annotations

from typing import Any

from loyalty.core import Result
from loyalty.story.facts import differ, in_unit, number, record, table_rows
from loyalty.story.rules import Story, always, enough, few
from loyalty.texts import Message
from loyalty.views.choice import choose
from loyalty.views.comparison import NAIVE
from loyalty.words import Translator

MISSED = 0.2  # of what came, by which a forecast may be wrong before one is warned
GONE = 0.67  # share of the customers who are likely to be there still, below which many have left
HARDLY = 0.005  # of the subscribers: so few leave that it is no matter when
MUCH = 0.5  # of the value with the fifth that is worth most


def kind(result: Result) -> str:
    """A shop or a subscription."""
    return str(result.options["kind"])


def shop(result: Result) -> bool:
    """Whether customers come when they like."""
    return kind(result) == "orders"


def models(result: Result) -> list[dict[str, Any]]:
    """The models and the naive forecast; none for subscriptions."""
    if not table_rows(result, "models"):
        return []
    table = result.table("models")
    return [record(table, row) for row in table.rows]


def answering(result: Result) -> dict[str, Any] | None:
    """The row of the model that answers."""
    return next((row for row in models(result) if row["chosen"]), None)


def why(result: Result) -> str:
    """Why this model answers, see :class:`loyalty.views.fits.Fitted`."""
    if result.options["model"]:
        return "asked"
    rows = [row for row in models(result) if row["loglik"] is not None]
    return choose({row["model"]: (row["state"], row["loglik"]) for row in rows})[1]


def choice(result: Result, t: Translator) -> Message | None:
    """Which model answers and why, what it would have forecast, and what it says of those who came once."""
    row = answering(result)
    if row is None:
        return None
    name = Message(f"models.{row['model']}.name")
    parts = {"choice": Message(f"clv.choice.{why(result)}", {"model": name}), "check": check(result, t)}
    return Message(f"clv.once.{'bg_nbd' if row['model'] == 'bg_nbd' else 'other'}", parts)


def check(result: Result, t: Translator) -> Message:
    """What the model and the naive forecast would have expected of the time held back, and what came."""
    row, naive = answering(result), next(row for row in models(result) if row["model"] == NAIVE)
    if row is None or "held_back" not in result.numbers:
        return Message("clv.check.none")
    held_back = in_unit(result, "days", result.numbers["held_back"], t)
    if row["bias"] is None or naive["bias"] is None:
        return Message("clv.check.nothing", {"held_back": held_back})
    holes = {
        "model": Message(f"models.{row['model']}.name"),
        "held_back": held_back,
        "expected": t.count(row["expected"]),
        "actual": t.count(row["actual"]),
        "bias": t.relative(row["bias"]),
        "naive": t.count(naive["expected"]),
        "naive_bias": t.relative(naive["bias"]),
    }
    return Message("clv.check.held_back", holes)


def found(result: Result, t: Translator) -> Message | None:
    """The parameters in terms that can be pictured; None where they mean nothing."""
    numbers = {name: number(result, name, t) for name in result.numbers}
    of_purchases = _model_terms(result, numbers)
    of_money = Message("clv.terms.money", numbers) if "mean" in numbers else None
    if of_purchases and of_money:
        return Message("clv.terms.both", {"purchases": of_purchases, "money": of_money})
    return of_purchases or of_money


def _model_terms(result: Result, numbers: dict[str, str]) -> Message | None:
    if "leaving" not in numbers:
        return None
    row = answering(result)
    return Message(f"clv.terms.{row['model'] if row else 'shifted_beta_geometric'}", numbers)


def renewed(result: Result, t: Translator) -> Message | None:
    """How many renew once, and are there after the last renewal that was seen."""
    rows = [record(result.table("retention"), row) for row in table_rows(result, "retention")]
    seen = [row for row in rows if row["observed"] is not None]
    if not seen:
        return None
    first, last = seen[0], seen[-1]
    if first is last:
        return Message("clv.renewed.once", {"first": t.percent(first["modelled"])})
    holes = {
        "first": t.percent(first["modelled"]),
        "number": t.count(last["renewal_number"]),
        "share": t.percent(last["modelled"]),
    }
    return Message("clv.renewed.plain", holes)


def some_leave(result: Result) -> bool:
    """Whether subscribers leave at their first renewal by the model, where it is shown."""
    rows = table_rows(result, "retention")
    return not rows or record(result.table("retention"), rows[0])["modelled"] < 1 - HARDLY


def spread(result: Result, t: Translator) -> Message:
    """Below what half of the customers are, and how much lies with the upper fifth."""
    holes = {name: number(result, name, t) for name in ("median", "top_share")}
    return Message("clv.spread.plain", holes)


def missed(result: Result) -> bool:
    """Whether the forecast of the time held back was far off."""
    row = answering(result)
    return row is not None and row["bias"] is not None and abs(row["bias"]) > MISSED


def holes(result: Result, t: Translator) -> dict[str, Any]:
    """How later money counts."""
    discount = result.options["discount"]
    if not discount:
        return {"worth_today": Message("clv.worth_today.plain")}
    return {"worth_today": Message("clv.worth_today.discounted", {"discount": discount})}


def advice_holes(result: Result, t: Translator) -> dict[str, Any]:
    """Which part of what came the model would have expected."""
    row = answering(result)
    known = row is not None and row["bias"] is not None
    return {"miss": t.percent(1 + row["bias"], 0)} if row and known else {}


STORY = Story(
    variant=kind,
    holes=holes,
    advice_holes=advice_holes,
    parts={"models": choice, "parameters": found, "retention": renewed, "distribution": spread},
    advice=(
        ("more_customers", few),
        ("check", missed),
        ("strongest", differ),
        ("renew", lambda r: not shop(r)),
        ("first_renewal", lambda r: not shop(r) and some_leave(r)),
        ("win_back", lambda r: shop(r) and enough(r) and r.numbers["still_share"] < GONE),
        ("few_carry", lambda r: enough(r) and r.numbers["top_share"] > MUCH),
        ("budget", always),
        ("again", always),
    ),
)
