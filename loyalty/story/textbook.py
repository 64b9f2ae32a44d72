"""The textbook formulas of customer lifetime value with numbers in them, and the Python that gives them."""

from __future__ import annotations

from collections.abc import Mapping

from loyalty.models.textbook import WEEKS
from loyalty.words import Translator

FORMULAS = ("simple", "custom", "traditional")
# The worked example of the infographic, a and m as it rounds them.
INFOGRAPHIC: Mapping[str, float] = {
    "spend": 5.90,
    "visits": 4.2,
    "margin": 0.213,
    "years": 20.0,
    "discount": 0.10,
    "retention": 0.75,
    "weekly": 24.30,
    "lifetime_margin": 5382.94,
}
LETTERS = {
    "spend": "s",
    "visits": "c",
    "margin": "p",
    "years": "t",
    "discount": "i",
    "retention": "r",
    "weekly": "a",
    "lifetime_margin": "m",
}
FILLED = {
    "simple": r"52 \cdot {a} \cdot {t}",
    "simple_product": r"52 \cdot ({s} \cdot {c}) \cdot {t}",  # rounded, a would not give what comes out
    "custom": r"{t} \cdot (52 \cdot {s} \cdot {c} \cdot {p})",
    "traditional": r"\frac{{{m} \cdot {r}}}{{1 + {i} - {r}}}",
}


def whole(given: Mapping[str, float]) -> dict[str, float]:
    """The inputs with what follows from them: the spend of a week, and the profit of the whole time."""
    weekly = given.get("weekly", given["spend"] * given["visits"])
    profit = given["margin"] * WEEKS * weekly * given["years"]
    return {"weekly": weekly, "lifetime_margin": profit, **given}


def filled(formula: str, given: Mapping[str, float], value: float, t: Translator) -> str:
    r"""A formula with numbers in it and below it what comes out, as lines of LaTeX.

    Examples
    --------
    >>> print(filled("simple", INFOGRAPHIC, 25272.0, Translator("en")))
    52 \cdot \text{24.30} \cdot \text{20} \\ = \text{25,272.00}
    """
    numbers = {LETTERS[name]: rf"\text{{{_number(name, x, t)}}}" for name, x in whole(given).items()}
    form = "simple_product" if formula == "simple" and "weekly" not in given else formula
    return rf"{FILLED[form].format(**numbers)} \\ = \text{{{t.number(value, 2)}}}"


def _number(name: str, number: float, t: Translator) -> str:
    """Money with two decimals, everything else with three digits that count."""
    if name in ("spend", "weekly", "lifetime_margin"):
        return t.number(number, 2)
    return t.number(number, len(f"{number:.3g}".partition(".")[2]))


def python(given: Mapping[str, float]) -> str:
    """The Python that gives the same.

    Examples
    --------
    >>> print(python({"spend": 5.9, "visits": 4.2}))
    import loyalty
    <BLANKLINE>
    print(loyalty.textbook_clv(spend=5.9, visits=4.2))
    """
    arguments = ", ".join(f"{name}={number!r}" for name, number in given.items())
    return f"import loyalty\n\nprint(loyalty.textbook_clv({arguments}))"
