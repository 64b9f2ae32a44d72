"""The story of attitude and behaviour."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty.core import Change, Estimate, Result
from loyalty.stats import difference
from loyalty.story.facts import apart, differ, estimates, p_value, record, table_rows, verdict
from loyalty.story.rules import Story, always, enough, fell, few
from loyalty.texts import Message
from loyalty.words import Translator

TYPES = ("true", "latent", "spurious", "none")
UNMATCHED = 0.1  # share of the answers from which asking for the customer is worth while
OFTENER = 1.2  # times as many purchases: from there those who answer are customers of another kind
SIDES = {"up": "more", "down": "less", "none": "none", "small": "small"}


def matched_share(result: Result) -> float:
    """The share of the answers that found their customer."""
    return result.numbers["matched"] / result.numbers["answers"]


def holes(result: Result, t: Translator) -> dict[str, str]:
    """The shares of the four types, and the answers that found nobody."""
    shares = {f"{name}_share": result.numbers[name] / result.numbers["customers"] for name in TYPES}
    unmatched = t.count(result.numbers["answers"] - result.numbers["matched"])
    return {**{name: t.percent(share) for name, share in shares.items()}, "unmatched": unmatched}


def advice_holes(result: Result, t: Translator) -> dict[str, str]:
    """The share of repeat orders with a discount."""
    orders = estimates(result, "discounts", "share", "purchases")
    return {"repeat_share": t.percent(orders["repeat"].value)} if orders else {}


def matched(result: Result, t: Translator) -> Message:
    """Who could be matched and how, and how those who answered differ from the others."""
    numbers, lists = result.numbers, result.table("lists")
    purchases = sum(record(lists, row)["purchases"] for row in lists.rows)
    each, each_buyer = purchases / numbers["customers"], numbers["buyers_purchases"] / numbers["buyers"]
    return Message(
        "say_do.matched.more" if each > OFTENER * each_buyer else "say_do.matched.all",
        {
            **_found({row[0]: row[1] for row in table_rows(result, "matched")}, t),
            "customers": t.count(numbers["customers"]),
            "answered_share": t.percent(numbers["customers"] / numbers["buyers"]),
            "buyers": t.count(numbers["buyers"]),
            "each": t.number(each, digits=1),
            "each_buyer": t.number(each_buyer, digits=1),
        },
    )


def _found(answers: Mapping[str, int], t: Translator) -> dict[str, Message]:
    """How many answers found their customer and how, and how many did not."""
    ways = [way for way in ("customer", "email") if answers[way]]
    counts = {f"by_{way}": t.count(answers[way]) for way in ways}
    unmatched = {"unmatched": t.count(answers["nobody"])}
    return {
        "how": Message(f"say_do.matched.how_{ways[0] if len(ways) == 1 else 'both'}", counts),
        "rest": Message(f"say_do.matched.rest_{'some' if answers['nobody'] else 'none'}", unmatched),
    }


def attitudes(result: Result, t: Translator) -> Message | None:
    """Whether those who think best of us come back more often and bring more than those who think worst."""
    again = _ends(result, estimates(result, "attitudes", "share"))
    if again is None:
        return None
    told = _compared(result, "again", again, t)
    spend = _ends(result, estimates(result, "attitudes", "spend"))
    if spend is None or verdict(again) == "small":
        return told
    both = Message("say_do.attitudes.both", {"again": told, "spend": _compared(result, "spend", spend, t)})
    worth = _ends(result, estimates(result, "attitudes", "worth"))
    return _expected(result, both, worth, t) if worth else both


def _expected(result: Result, told: Message, change: Change, t: Translator) -> Message:
    """What those who think best of us and those who think worst are expected to bring from now on."""
    ends = {"top": change.after, "bottom": change.before}
    values = {f"{end}_worth": t.money(e.value, result.currency) for end, e in ends.items()}
    return Message("say_do.attitudes.worth", {"told": told, **_named(ends, t), **values})


def _compared(result: Result, measure: str, change: Change, t: Translator) -> Message:
    unit = "share" if measure == "again" else "money"
    name = "share" if measure == "again" else "spend"
    ends = {"top": change.after, "bottom": change.before}
    return Message(
        f"say_do.attitudes.{measure}_{SIDES[verdict(change)]}",
        {
            **_named(ends, t),
            **{f"{end}_{name}": t.value(unit, e.value, result.currency) for end, e in ends.items()},
            **_gap(result, unit, change, t),
        },
    )


def _named(ends: Mapping[str, Estimate], t: Translator) -> dict[str, str]:
    names = {end: t(f"say_do.of.{e.group}") for end, e in ends.items()}
    return {**names, **{f"n_{end}": t.count(e.n) for end, e in ends.items()}}


def _gap(result: Result, unit: str, change: Change, t: Translator) -> dict[str, str]:
    return apart(result, unit, change.low, change.high, t)


def staying(result: Result, t: Translator) -> Message | None:
    """Whether satisfaction goes with staying here: soon after the answer, and over all purchases."""
    told, correlation = _stayed(result, t), _correlation(result, t)
    if correlation is None:
        return told
    return Message("say_do.staying.both", {"stayed": told, "correlation": correlation})


def stayed(result: Result) -> Change | None:
    """The difference in staying between those who think best of us and those who think worst."""
    return _ends(result, estimates(result, "staying", "share"))


def _stayed(result: Result, t: Translator) -> Message:
    change, stay = stayed(result), t.count(result.numbers["stay"])
    if change is None:
        names = {end: t(f"say_do.of.{name}") for end, name in _groups(result).items()}
        return Message("say_do.staying.stayed_alone", {**names, "stay": stay})
    ends = {"top": change.after, "bottom": change.before}
    return Message(
        f"say_do.staying.stayed_{SIDES[verdict(change)]}",
        {
            **_named(ends, t),
            **{f"{end}_share": t.percent(e.value) for end, e in ends.items()},
            **_gap(result, "share", change, t),
            "stay": stay,
            "p": p_value(result.numbers.get("difference_p", 1.0), t),
        },
    )


def _correlation(result: Result, t: Translator) -> Message | None:
    numbers = result.numbers
    if "correlation" not in numbers or few(result):
        return None
    low, high = numbers["correlation_low"], numbers["correlation_high"]
    side = "more" if low > 0 else "less" if high < 0 else "none"
    ends = {"r": numbers["correlation"], "low": low, "high": high}
    return Message(
        f"say_do.staying.correlation_{side}",
        {
            **{name: t.number(x, digits=2) for name, x in ends.items()},
            "customers": t.count(numbers["customers"]),
            "p": p_value(numbers["correlation_p"], t),
        },
    )


def discounts(result: Result, t: Translator) -> Message | None:
    """Whether repeat orders are bought with a discount more often than first ones."""
    change = discounted(result)
    if change is None:
        return None
    return Message(
        f"say_do.discounts.{SIDES[verdict(change)]}",
        {
            "first_share": t.percent(change.before.value),
            "repeat_share": t.percent(change.after.value),
            "first_orders": t.count(change.before.n),
            "repeat_orders": t.count(change.after.n),
            **_gap(result, "share", change, t),
        },
    )


def discounted(result: Result) -> Change | None:
    """How much more often repeat orders have a discount than first ones; None where there are none."""
    orders = estimates(result, "discounts", "share", "purchases")
    if not all(orders.get(name) and orders[name].n for name in ("first", "repeat")):
        return None
    return difference(orders["first"], orders["repeat"])


def _groups(result: Result) -> dict[str, str]:
    if result.options["attitude"] == "rating":
        return {"top": "satisfied", "bottom": "dissatisfied"}
    return {"top": "promoters", "bottom": "detractors"}


def _ends(result: Result, groups: Mapping[str, Estimate]) -> Change | None:
    """From those who think worst of us to those who think best; None where one of them is missing."""
    names = _groups(result)
    if not set(names.values()) <= set(groups):
        return None
    return difference(groups[names["bottom"]], groups[names["top"]])


def _is(change: Change | None, side: str) -> bool:
    return change is not None and verdict(change) == side


STORY = Story(
    variant=lambda result: result.options["attitude"],
    holes=holes,
    advice_holes=advice_holes,
    parts={"matched": matched, "attitudes": attitudes, "staying": staying, "discounts": discounts},
    advice=(
        ("more_answers", few),
        ("match", lambda r: matched_share(r) < 1 - UNMATCHED),
        ("weakest", differ),
        ("look_back", fell),
        ("spurious", lambda r: enough(r) and r.numbers["spurious"] > 0),
        ("latent", lambda r: enough(r) and r.numbers["latent"] > 0),
        ("points", lambda r: _is(discounted(r), "up")),
        ("watch", lambda r: _is(stayed(r), "none") or _is(stayed(r), "down")),
        ("true_loyal", lambda r: r.numbers["true"] > 0),
        ("ask_after", always),
    ),
)
