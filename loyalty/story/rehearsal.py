"""What a rehearsal shows: the parameters beside the truth, what followed, how good a guess was."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from loyalty.core import Estimate
from loyalty.models import terms
from loyalty.models.fitting import Fit
from loyalty.models.rehearsal import Life, Outcome, guessed
from loyalty.models.renewal_rehearsal import Term
from loyalty.models.spending_rehearsal import Purse, Tenth
from loyalty.texts import Message
from loyalty.words import UNKNOWN, Translator

SIGNS = {"alpha": "α", "beta": "β"}  # letters that are written out in Python
RISE = 0.075  # of the share who renew, from the first renewal to the last; less is called level
CLOSE = 0.05  # a forecast nearer than this to what came is called close


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


def held(fit: Fit, truth: Mapping[str, float]) -> Message:
    """How many of the intervals hold the truth."""
    if not fit.shown:
        return Message("simulator.held.unknown")
    estimates, known = terms.estimates(fit), terms.TERMS[fit.model]
    inside = sum(e.low <= known[name].of(truth) <= e.high for name, e in estimates.items())
    which = "all" if inside == len(known) else "some"
    return Message(f"simulator.held.{which}", {"inside": inside, "all": len(known)})


def drawn(estimates: Sequence[Estimate], truth: float, draws: int) -> Message:
    """How many intervals of many draws hold the truth, and how many draws gave none."""
    inside = sum(each.low <= truth <= each.high for each in estimates)
    holes = {"inside": inside, "shown": len(estimates), "draws": draws, "none": draws - len(estimates)}
    return Message(f"simulator.draws.{'all' if len(estimates) == draws else 'some'}", holes)


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


# What is spent


def purse(people: Sequence[Purse], chosen: int | None, t: Translator) -> Message:
    """A guess at who truly spends most, by number, beside the model's and that of the means so far."""
    best = max(people, key=lambda each: each.true)
    by = {
        "model": max(people, key=lambda each: each.expected),
        "naive": max(people, key=lambda each: each.observed),
    }
    holes = {
        "best": best.number + 1,
        "true": t.money(best.true),
        "model": by["model"].number + 1,
        "naive": by["naive"].number + 1,
    }
    if chosen is None:
        return Message("simulator.purse.none", holes)
    return Message(
        f"simulator.purse.{'right' if chosen == best.number else 'wrong'}", {"mine": chosen + 1, **holes}
    )


def tenth(top: Tenth, t: Translator) -> Message:
    """What became of the tenth of customers with the highest means so far."""
    holes = {name: t.money(getattr(top, name)) for name in ("observed", "actual", "expected")}
    nearer = abs(top.expected - top.actual) < abs(top.observed - top.actual)
    return Message(f"simulator.tenth.{'nearer' if nearer else 'farther'}", holes)


# Who renews


def renewing(terms: Sequence[Term], mine: int, t: Translator) -> Message:
    """A guess at how many of 100 are there at the end, beside the model's and that of an unchanging loss."""
    last = terms[-1]
    shares = {name: t.percent(getattr(last, name)) for name in ("actual", "expected", "low", "high", "naive")}
    error = {"mine": abs(mine / 100 - last.actual), "model": abs(last.expected - last.actual)}
    which = "ahead" if error["mine"] < error["model"] else "behind"
    return Message(f"simulator.renewing.{which}", {"renewals": last.renewals, "mine": mine, **shares})


def rising(terms: Sequence[Term]) -> Message:
    """Whether the share who renew rises, by the model."""
    rise = terms[-1].expected_retained - terms[1].expected_retained
    return Message(f"simulator.renewing.{'rises' if rise > RISE else 'level'}")
