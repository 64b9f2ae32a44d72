"""How a result is calculated: the formula, the Python, and the tables behind the number."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from numbers import Integral, Real
from typing import Any

from loyalty import limits
from loyalty.core import Result
from loyalty.story.facts import in_unit, number, segment, table_rows, unit_of, value
from loyalty.story.sentences import headline
from loyalty.words import UNKNOWN, Translator, clean


def formula(result: Result, t: Translator) -> tuple[str, str, str]:
    r"""The formula in force as lines of LaTeX: what it gives, in words, and with the file's own numbers.

    Parameters
    ----------
    result
        Its `formula` names its `numbers` in angle brackets.
    t
        The language.

    Examples
    --------
    >>> from loyalty.core import Estimate
    >>> repurchase = {"formula": r"\frac{⟨repeat⟩}{⟨customers⟩}", "numbers": {"repeat": 40, "customers": 80}}
    >>> result = Result("repurchase", Estimate(0.5, 0.4, 0.6, 80), "share", **repurchase)
    >>> print(*formula(result, Translator("en")), sep="\n")
    \text{Repurchase ratio}
    = \frac{\text{customers who bought again}}{\text{all customers}}
    = \frac{\text{40}}{\text{80}} \approx \text{50.0\%}
    """

    def filled(word: Callable[[str], str]) -> str:
        return "= " + re.sub("⟨(.+?)⟩", lambda name: _text(word(name[1])), result.formula)

    own = f"{result.metric}.outcome"
    return (
        _text(t(own if t.has(own) else f"{result.metric}.title")),
        filled(lambda name: t(f"{result.metric}.number.{name}")),
        filled(lambda name: number(result, name, t)) + rf" \approx {_text(headline(result, t))}",
    )


def _text(words: str) -> str:
    named = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\u00a0": " "}
    escaped = "".join(named.get(c, f"\\{c}" if c in "{}$&#%_" else c) for c in words)
    return rf"\text{{{escaped}}}"


def python(
    result: Result,
    source: str | Sequence[str],
    period: tuple[date, date] | None = None,
    roles: Mapping[str, Mapping[str, str | None]] | None = None,
) -> str:
    """The Python that gives a result.

    Parameters
    ----------
    result
        Its metric, its options and what it was broken down by.
    source
        Name of the file, or of several.
    period
        First and last day, where not everything was taken.
    roles
        Table to role to header, where the user has chosen columns.

    Examples
    --------
    >>> from loyalty.core import Estimate
    >>> estimate, options = Estimate(25, 1, 50, 80), {"method": "standard"}
    >>> result = Result("nps", estimate, "points", by="segment", options=options)
    >>> print(python(result, "café.xlsx"))
    import loyalty
    <BLANKLINE>
    data = loyalty.read("café.xlsx")
    result = loyalty.nps(data, by="segment", method="standard")
    print(result.to_pandas())
    """
    given = {"by": result.by, **result.options}
    given = {name: choice for name, choice in given.items() if choice is not None}
    lines = _opening(source, period, roles)
    lines += [f"result = loyalty.{result.metric}({_arguments(given)})", "print(result.to_pandas())"]
    if table_rows(result, "lists"):
        options = "".join(f", {name}={_literal(choice)}" for name, choice in given.items() if name != "by")
        lines += [f'print(loyalty.members("{result.metric}", data{options}))']
    return "\n".join(lines)


def call(
    function: str,
    given: Mapping[str, Any],
    source: str | Sequence[str],
    period: tuple[date, date] | None = None,
    roles: Mapping[str, Mapping[str, str | None]] | None = None,
) -> str:
    """The Python that asks another function of the package.

    Examples
    --------
    >>> print(call("histories", {"unit": "week"}, "café.xlsx"))
    import loyalty
    <BLANKLINE>
    data = loyalty.read("café.xlsx")
    print(loyalty.histories(data, unit="week"))
    """
    return "\n".join([*_opening(source, period, roles), f"print(loyalty.{function}({_arguments(given)}))"])


def _arguments(given: Mapping[str, Any]) -> str:
    return ", ".join(["data", *(f"{name}={_literal(choice)}" for name, choice in given.items())])


def _opening(
    source: str | Sequence[str],
    period: tuple[date, date] | None,
    roles: Mapping[str, Mapping[str, str | None]] | None,
) -> list[str]:
    """The lines that open the file."""
    files = _literal(source if isinstance(source, str) else list(source))
    reading = f"loyalty.read({files}, roles={_literal(roles)})" if roles else f"loyalty.read({files})"
    lines = ["from datetime import date", ""] if period else []
    lines += ["import loyalty", "", f"data = {reading}"]
    if period:
        lines += [f"data = data.between({', '.join(f'date({d.year}, {d.month}, {d.day})' for d in period)})"]
    return lines


def _literal(thing: Any) -> str:
    if isinstance(thing, str):
        return json.dumps(thing, ensure_ascii=False) if thing.isprintable() else repr(thing)
    if isinstance(thing, Mapping):
        return "{" + ", ".join(f"{_literal(key)}: {_literal(item)}" for key, item in thing.items()) + "}"
    return "[" + ", ".join(map(_literal, thing)) + "]" if isinstance(thing, list) else repr(thing)


def table(result: Result, name: str, t: Translator) -> list[dict[str, str | int]]:
    """One of `Result.tables` for reading: headers and codes as words, numbers in the form of the language.

    Counts stay numbers, so that they can be sorted and added, but where some of a column are unknown. A code
    is said by the sentence under ``<metric>.<column>.<code>``, where there is one; codes of a column
    ``list_then`` by those of ``list``.
    """
    found, cell = result.table(name), _cell(result, name, t)
    headers = [_header(result, column, t) for column in found.columns]
    columns = (
        _alike([cell(column, content) for content in contents], t)
        for column, contents in zip(found.columns, zip(*found.rows, strict=True), strict=False)
    )
    return [dict(zip(headers, row, strict=True)) for row in zip(*columns, strict=True)]


def _header(result: Result, column: str, t: Translator) -> str:
    """The metric's own name for a column, where it has one."""
    own = f"{result.metric}.column.{column}"
    return t(own) if t.has(own) else t(f"column.{column}")


def _alike(contents: list[str | int], t: Translator) -> list[str | int]:
    """Cells of one type, as a table on the screen needs them."""
    if not any(isinstance(content, str) for content in contents):
        return contents
    return [content if isinstance(content, str) else t.count(content) for content in contents]


def _cell(result: Result, table_name: str, t: Translator) -> Callable[[str, Any], str | int]:
    def cell(column: str, content: Any) -> str | int:
        if content is None:
            return UNKNOWN
        if column == "group":
            own = table_name == "groups"
            return segment(content, t, 80) if own else t(f"column.{content}")
        if column == "method":
            return t(f"{result.metric}.option.method.{content}")
        if column in ("month", "cohort", "wave"):
            return t.month(content)
        if column in ("value", "low", "high"):
            return value(result, content, t)
        return _code(result, column, content, t) or plain_cell(result, column, content, t)

    return cell


def _code(result: Result, column: str, content: Any, t: Translator) -> str | None:
    """The sentence of a code, in ``list_then`` as in ``list``; None where it is none."""
    if not isinstance(content, (str, bool)):
        return None
    own = (f"{result.metric}.{name}.{content}" for name in (column, column.partition("_")[0]))
    ids = (*own, *({"model": [f"models.{content}.name"], "meaning": [f"models.{content}"]}.get(column, ())))
    return next((t(id) for id in ids if t.has(id)), None)


def cells(result: Result, columns: Sequence[str], row: Sequence[Any], t: Translator) -> list[str | int]:
    """A row of a list of customers for reading: codes as words, numbers in the form of the language."""
    cell = _cell(result, "", t)
    return [cell(*pair) for pair in zip(columns, row, strict=True)]


def reason(result: Result, name: str, columns: Sequence[str], row: Sequence[Any], t: Translator) -> str:
    """Why a customer stands on a list, in one sentence."""
    id, cell = f"{result.metric}.reason.{name}", _cell(result, "", t)
    named = t.holes(id)
    cells = {
        column: cell(column, content) for column, content in zip(columns, row, strict=True) if column in named
    }
    return t(id, **dict.fromkeys(named, UNKNOWN) | cells)


def plain_cell(result: Result, column: str, content: Any, t: Translator) -> str | int:
    """A cell of a table by the unit of its column: a number, a day, or the user's own words."""
    unit = unit_of(result, column)
    if unit == "date":
        return t.date(date.fromisoformat(content))
    if isinstance(content, Real) and unit:
        return in_unit(result, unit, float(content), t)
    if isinstance(content, Integral):
        return int(content)
    return (
        t.number(float(content)) if isinstance(content, Real) else clean(str(content), limits.TEXT_CHARACTERS)
    )
