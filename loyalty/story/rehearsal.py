"""What a rehearsal shows: the parameters beside the truth, what followed, and the Python of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from loyalty.core import Estimate
from loyalty.models import terms
from loyalty.models.fitting import Fit
from loyalty.models.rehearsal import Life, Outcome, Rehearsal, guessed
from loyalty.texts import Message
from loyalty.words import UNKNOWN, Translator

SIGNS = {"alpha": "α", "beta": "β"}  # letters that are written out in Python
CLOSE = 0.05  # a forecast nearer than this to what came is called close

CODE = """\
import numpy as np
from loyalty.models import {model}

truth = {truth}
age = np.resize(np.arange({months}, {half}, -1.0), {customers})
drawn = {model}.simulate(truth, age, np.random.default_rng({seed}), horizon={months}.0)
seen = drawn.frequency, drawn.recency, drawn.age

fit = {model}.fit(*seen)
print(fit.state, dict(fit.params))
print({model}.probability_alive(fit, *seen))
print({model}.expected_purchases(fit, {months}.0, *seen).sum(), drawn.future.sum())
"""


def letters(params: Mapping[str, float], t: Translator) -> str:
    """Parameters by the letters of the literature.

    Examples
    --------
    >>> letters({"r": 0.25, "alpha": 1.0}, Translator("en"))
    'r = 0.25, α = 1'
    """
    return t("simulator.comma").join(f"{SIGNS.get(name, name)} = {t.number(x)}" for name, x in params.items())


def found(fit: Fit, truth: Mapping[str, float] | None, t: Translator) -> list[dict[str, str]]:
    """A model's terms as a table: the truth where it is known, what the model found, the interval.

    Parameters
    ----------
    fit
        What the model found.
    truth
        The parameters that customers were drawn from; None for those of a file.
    t
        The language.
    """
    estimates = terms.estimates(fit) if fit.shown else {}
    rows = []
    for name, term in terms.TERMS[fit.model].items():
        row = {t("simulator.column.term"): t(f"{fit.model}.term.{name}")}
        if truth is not None:
            row[t("simulator.column.true")] = _value(term.unit, term.of(truth), t)
        estimate = estimates.get(name)
        row[t("simulator.column.found")] = _value(term.unit, estimate.value, t) if estimate else UNKNOWN
        row[t("simulator.column.interval")] = _interval(term.unit, estimate, t) if estimate else UNKNOWN
        rows.append(row)
    return rows


def _interval(unit: str, estimate: Estimate, t: Translator) -> str:
    low, high = (_value(unit, end, t) for end in (estimate.low, estimate.high))
    return t("format.interval", low=low, high=high)


def _value(unit: str, x: float, t: Translator) -> str:
    if x >= 1000 and unit != "share":
        return t("simulator.over", number=t.count(1000))
    return t.percent(x) if unit == "share" else t.number(x)


def held(shop: Rehearsal) -> Message:
    """How many of the intervals hold the truth."""
    if not shop.fit.shown:
        return Message("simulator.held.unknown")
    estimates, known = terms.estimates(shop.fit), terms.TERMS[shop.model]
    inside = sum(e.low <= known[name].of(shop.truth) <= e.high for name, e in estimates.items())
    which = "all" if inside == len(known) else "some"
    return Message(f"simulator.held.{which}", {"inside": inside, "all": len(known)})


def outcome(found: Outcome, months: int, t: Translator) -> Message:
    """What followed, beside the model's forecast and the naive one."""
    numbers = {name: t.count(getattr(found, name)) for name in ("actual", "expected", "naive", "low", "high")}
    if not found.actual:
        return Message("simulator.outcome.nothing", {"months": months, **numbers})
    model, naive = (x / found.actual - 1 for x in (found.expected, found.naive))
    which = "close" if abs(model) <= CLOSE else "better" if abs(model) < abs(naive) else "worse"
    errors = {"error": t.relative(model), "naive_error": t.relative(naive)}
    return Message(f"simulator.outcome.{which}", {"months": months, **numbers, **errors})


def told(found: Outcome) -> Message:
    """How well the model tells who has left."""
    return Message("simulator.told", {"left": found.left, "told": found.told, "right": found.right})


def guess(people: Sequence[Life], gone: Collection[int]) -> Message:
    """A guess at who has left, by number, beside the model's."""
    model = {life.number for life in people if life.likely < 0.5}
    holes = {"mine": guessed(people, gone), "model": guessed(people, model), "all": len(people)}
    mine, other = holes["mine"], holes["model"]
    which = "none" if not gone else "ahead" if mine > other else "behind" if mine < other else "even"
    return Message(f"simulator.guess.{which}", holes)


def code(shop: Rehearsal) -> str:
    """The Python that draws the same customers and finds the same."""
    truth = {name: round(x, 12) for name, x in shop.truth.items()}
    return CODE.format(
        model=shop.model,
        truth=truth,
        months=shop.months,
        half=shop.months // 2,
        customers=len(shop.age),
        seed=shop.seed,
    )
