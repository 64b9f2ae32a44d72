"""What to know of fitted models: how they ended, and their parameters by letters and in plain terms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from loyalty.core import Estimate, Table
from loyalty.texts import Message
from loyalty.views.fits import PURCHASE_MODELS
from loyalty.views.histories import MONTH

if TYPE_CHECKING:
    from loyalty.models.fitting import Fit

TIMES = ("alpha", "beta")  # parameters of purchase models that are times
NAMES = ("rate", "leaving", "mean")  # terms, see loyalty.models.terms
UNKNOWN = 1e3  # times its value, from which the end of its interval says that nothing is known of a term
ENDS = {"": "value", "_low": "low", "_high": "high"}


def monthly(fit: Fit) -> Fit:
    """A fit of purchases to days, as if to months; other fits stay as they are."""
    if fit.model not in PURCHASE_MODELS:
        return fit
    params, errors = (
        {name: x / MONTH if name in TIMES else x for name, x in each.items()} for each in (fit.params, fit.se)
    )
    return replace(fit, params=params, se=errors)


def terms(fits: Sequence[Fit]) -> dict[str, float]:
    """The parameters in terms that can be pictured, with their intervals, where they mean something.

    Returns
    -------
    dict
        ``rate`` (purchases a month of a customer), ``leaving`` (share who leave at a chance to; by
        Pareto/NBD the rate a month at which they leave) and ``mean`` (money of a purchase), each
        also with ``_low`` and ``_high``.
    """
    from loyalty.models.terms import estimates

    shown = (estimates(monthly(fit)) for fit in fits if fit.shown)
    told = ({name: term for name, term in each.items() if name in NAMES} for each in shown)
    known = {name: term for each in told if all(map(_known, each.values())) for name, term in each.items()}
    return {f"{name}{end}": getattr(term, of) for name, term in known.items() for end, of in ENDS.items()}


def _known(term: Estimate) -> bool:
    """Whether the data say of what size a term is: not where a mean is hardly one, or a rate next to none."""
    return term.high < UNKNOWN * term.value


def reservations(fits: Iterable[Fit | None]) -> Iterator[Message]:
    """How the fits ended, where that is not the usual way, and how many customers were taken for average."""
    for fit in fits:
        if fit and fit.state != "ok":
            subject = "money" if fit.model == "gamma_gamma" else "purchases"
            yield Message(f"models.note.{subject}", {"state": fit.message})
        if fit and fit.excluded.get("no_money"):
            yield Message("models.note.no_money", {"customers": fit.excluded["no_money"]})


def units() -> dict[str, str]:
    """Units of the terms, and of the columns of `table`."""
    terms = {"rate": "number", "leaving": "share", "mean": "money"}
    columns = dict.fromkeys(("estimate", "error", "estimate_low", "estimate_high"), "number")
    return columns | {f"{name}{end}": unit for name, unit in terms.items() for end in ENDS}


def table(fits: Sequence[Fit]) -> Table | None:
    """The parameters by their letters, times in months; None where none of them means anything."""
    from loyalty.models.terms import letters

    lines = tuple(
        (fit.model, name, f"{fit.model}.parameter.{name}", each.value, fit.se[name], each.low, each.high)
        for fit in map(monthly, fits)
        if fit.shown
        for name, each in letters(fit).items()
    )
    columns = ("model", "parameter", "meaning", "estimate", "error", "estimate_low", "estimate_high")
    return Table("parameters", columns, lines) if lines else None
