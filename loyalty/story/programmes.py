"""What is said of a loyalty programme that was worked out."""

from __future__ import annotations

import math

from loyalty.texts import Message
from loyalty.views.programmes import WITHIN, Outlook
from loyalty.words import Translator

ENOUGH = 2  # customers: of one alone nothing follows for others


def sentences(found: Outlook, uplift: float, currency: str | None, t: Translator) -> tuple[Message, ...]:
    """What the programme costs, what it takes to pay, and what the expected uplift would bring.

    Nothing of that is known where nobody, or one customer alone, would be in it.
    """
    if not found.members.value:
        return (Message("what_if.programme.told.nobody"),)
    if found.members.n < ENOUGH:
        return (Message("what_if.programme.told.one"),)
    return _cost(found, currency, t), _break_even(found, t), _payback(found, uplift, currency, t)


def _cost(found: Outlook, currency: str | None, t: Translator) -> Message:
    kind = "cost_running" if found.programme.running else "cost"
    return Message(
        f"what_if.programme.told.{kind}",
        {
            "members": t.count(found.members.value),
            "spend": t.money(found.spend.value, currency),
            "interval": t.interval("money", found.spend.low, found.spend.high, currency),
            "given": t.money(found.given.value, currency),
            "cost": t.money(found.cost.value, currency),
        },
    )


def _break_even(found: Outlook, t: Translator) -> Message:
    if math.isinf(found.break_even.value):
        return Message("what_if.programme.told.never")
    names = {"break_even": found.break_even.value, "needed": found.needed.value}
    ends = {"low": found.needed.low, "high": found.needed.high}
    told = {name: t.percent(share) for name, share in (names | ends).items()}
    sure = "break_even" if told["low"] != told["high"] else "break_even_sure"
    kind = "break_even_fixed" if found.programme.fixed else sure
    return Message(f"what_if.programme.told.{kind}", {**told, "years": str(WITHIN)})


def _payback(found: Outlook, uplift: float, currency: str | None, t: Translator) -> Message:
    gain, months = found.gain, found.payback.value
    told = {
        "uplift": t.percent(uplift),
        "gain": t.money(abs(gain.value), currency),
        "low": t.signed("money", gain.low, currency),
        "high": t.signed("money", gain.high, currency),
        "months": t.number(months, digits=1),
    }
    nothing = t.money(0, currency)
    if all(t.money(abs(end), currency) == nothing for end in (gain.value, gain.low, gain.high)):
        return Message("what_if.programme.told.even", told)
    if gain.value <= 0:
        return Message("what_if.programme.told.loses", told)
    return Message(f"what_if.programme.told.{'gains' if found.programme.fixed else 'gains_at_once'}", told)
