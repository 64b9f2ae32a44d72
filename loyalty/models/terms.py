"""The parameters of the models in terms that can be pictured: how often, how alike, how many leave.

The literature's letters are good for formulas; nobody can say whether an α of 4.4 is much. Each model has as
many terms as parameters, and the one can be had from the other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from loyalty.core import Estimate
from loyalty.models.fitting import Fit

STEP = 1e-5  # of a log-parameter, to either side
LARGEST = 709.0  # logarithm of about the largest number there is
ALWAYS = 1e-6  # least share that leaves: with none at all, there is no beta distribution to draw from

Values = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Term:
    """One of the terms of a model.

    Parameters
    ----------
    of
        Finds it from the parameters.
    unit
        ``"number"``, ``"share"`` or ``"money"``; the interval of a share stays within 0 and 1.
    formula
        How it is found, as LaTeX in the literature's letters.
    """

    of: Callable[[Values], float]
    unit: str
    formula: str

    def link(self, params: Values) -> float:
        """The term on the scale on which its error is even."""
        value = self.of(params)
        if self.unit == "share":
            return math.log(value / (1 - value))
        return math.log(value) if value > 0 else -LARGEST  # a mean that is just about none

    def back(self, linked: float) -> float:
        """A term from its link; infinite where no number is as large."""
        return (1 + math.tanh(linked / 2)) / 2 if self.unit == "share" else _exp(linked)


def _exp(x: float) -> float:
    return math.exp(x) if x < LARGEST else math.inf


RATE = Term(lambda p: p["r"] / p["alpha"], "number", r"r / \alpha")
ALIKE = Term(lambda p: p["r"], "number", "r")
LEAVING = Term(lambda p: p["a"] / (p["a"] + p["b"]), "share", "a / (a + b)")
ALIKE_LEAVING = Term(lambda p: p["a"] + p["b"], "number", "a + b")

_BETA_GEOMETRIC = {"rate": RATE, "alike": ALIKE, "leaving": LEAVING, "alike_leaving": ALIKE_LEAVING}

# model -> its terms, in the order in which they are asked for; rates are in the unit of time of the fit
TERMS: Mapping[str, Mapping[str, Term]] = {
    "bg_nbd": _BETA_GEOMETRIC,
    "mbg_nbd": _BETA_GEOMETRIC,
    "pareto_nbd": {
        "rate": RATE,
        "alike": ALIKE,
        "leaving": Term(lambda p: p["s"] / p["beta"], "number", r"s / \beta"),
        "alike_leaving": Term(lambda p: p["s"], "number", "s"),
    },
    "gamma_gamma": {
        "mean": Term(lambda p: p["p"] * p["v"] / (p["q"] - 1), "money", "p v / (q - 1)"),
        "steady": Term(lambda p: p["p"], "number", "p"),
        "alike": Term(lambda p: p["q"], "number", "q"),
    },
    "shifted_beta_geometric": {
        "leaving": Term(
            lambda p: p["alpha"] / (p["alpha"] + p["beta"]), "share", r"\alpha / (\alpha + \beta)"
        ),
        "alike_leaving": Term(lambda p: p["alpha"] + p["beta"], "number", r"\alpha + \beta"),
    },
}


def params(model: str, terms: Values) -> dict[str, float]:
    """The parameters that have these terms.

    Parameters
    ----------
    model
        One of :data:`TERMS`.
    terms
        Its terms by name, all above zero; a share of 0 that leaves is taken as one in a million.

    Examples
    --------
    >>> params("bg_nbd", {"rate": 0.5, "alike": 2, "leaving": 0.25, "alike_leaving": 4})
    {'r': 2, 'alpha': 4.0, 'a': 1.0, 'b': 3.0}
    >>> params("gamma_gamma", {"mean": 30, "steady": 2, "alike": 4})
    {'p': 2, 'q': 4, 'v': 45.0}
    """
    if model == "gamma_gamma":
        p, q = terms["steady"], terms["alike"]
        return {"p": p, "q": q, "v": terms["mean"] * (q - 1) / p}
    leaving, alike = max(terms["leaving"], ALWAYS), terms["alike_leaving"]
    if model == "shifted_beta_geometric":
        return {"alpha": leaving * alike, "beta": (1 - leaving) * alike}
    buying = {"r": terms["alike"], "alpha": terms["alike"] / terms["rate"]}
    if model == "pareto_nbd":
        return buying | {"s": alike, "beta": alike / leaving}
    return buying | {"a": leaving * alike, "b": (1 - leaving) * alike}


def estimates(fit: Fit, confidence: float = 0.95) -> dict[str, Estimate]:
    """The terms of a fit with their intervals, by the delta method on the scale of their links.

    Parameters
    ----------
    fit
        Of one of :data:`TERMS`, with parameters that mean something (``fit.shown``).
    confidence
        Of the intervals.

    Returns
    -------
    dict of str to Estimate

    Examples
    --------
    >>> from loyalty.models import bg_nbd
    >>> frequency, recency = [0, 0, 0, 1, 1, 2, 2, 3, 8, 9], [0, 0, 0, 3, 20, 9, 30, 12, 35, 38]
    >>> fit = bg_nbd.fit(frequency * 20, recency * 20, 39)
    >>> found = estimates(fit)["leaving"]
    >>> 0 < found.low < found.value < found.high < 1
    True
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    return {name: _estimate(fit, term, z) for name, term in TERMS[fit.model].items()}


def _estimate(fit: Fit, term: Term, z: float) -> Estimate:
    slopes = np.array([_slope(fit.params, term, name) for name in fit.params])
    half = z * math.sqrt(float((slopes[:, None] * fit.covariance * slopes).sum()))
    middle = term.link(fit.params)
    return Estimate(term.of(fit.params), term.back(middle - half), term.back(middle + half), fit.n)


def _slope(params: Values, term: Term, name: str) -> float:
    """By how much a term's link rises with the logarithm of a parameter."""
    ends = ({**params, name: params[name] * math.exp(sign * STEP)} for sign in (1, -1))
    high, low = map(term.link, ends)
    return (high - low) / (2 * STEP)


def letters(fit: Fit, confidence: float = 0.95) -> dict[str, Estimate]:
    """The parameters by their letters, with intervals on the scale of their logarithms.

    Parameters
    ----------
    fit, confidence
        As in :func:`estimates`.

    Returns
    -------
    dict of str to Estimate
    """
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    errors = np.sqrt(np.diag(fit.covariance))
    return {
        name: Estimate(value, value * _exp(-z * error), value * _exp(z * error), fit.n)
        for (name, value), error in zip(fit.params.items(), errors, strict=True)
    }
