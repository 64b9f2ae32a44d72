"""The scorecard of a spreadsheet in a terminal: ``python -m loyalty FILE``."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from unicodedata import east_asian_width

from loyalty import story
from loyalty.core import Result
from loyalty.dataset import Dataset, read
from loyalty.errors import LoyaltyError, Note
from loyalty.members import members
from loyalty.scorecard import Card, scorecard
from loyalty.texts import LANGUAGES
from loyalty.words import Translator, pick

TEXTS = 2  # columns of the table before its numbers


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the scorecard of the files named.

    Returns
    -------
    int
        0, or 2 when a file cannot be used, or not be broken down as asked.
    """
    chosen = _parser().parse_args(arguments)
    t = Translator(pick(chosen.lang, None, os.environ.get("LC_ALL") or os.environ.get("LANG")))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        data = read(chosen.file)
        cards = scorecard(data, chosen.by)
    except LoyaltyError as error:
        print(" · ".join(part for part in t.error(error) if part), file=sys.stderr)
        return 2
    if chosen.json:
        print(json.dumps(as_json(data, cards, t), ensure_ascii=False, indent=2, allow_nan=False))
    else:
        print(as_table(data, cards, t))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m loyalty", description="Print how loyal the customers in a spreadsheet are."
    )
    parser.add_argument(
        "file",
        nargs="+",
        metavar="FILE",
        help="xlsx, xlsm, xls, xlsb, ods, csv, tsv or txt; several are read as one",
    )
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument("--lang", choices=LANGUAGES, help="language of names and sentences")
    parser.add_argument("--by", metavar="COLUMN", help="break down by a column, such as segment")
    return parser


def as_json(data: Dataset, cards: Sequence[Card], t: Translator) -> dict[str, Any]:
    """The scorecard with everything that was found, as JSON knows it."""
    return {
        "name": data.name,
        "currency": data.currency,
        "roles": {table: dict(roles) for table, roles in data.roles.items()},
        "measures": {table: list(names) for table, names in data.measures.items()},
        "metrics": {
            card.metric.id: {"title": t(f"{card.metric.id}.title"), **card.result.to_dict()}
            for card in cards
            if card.result
        },
        "members": {
            card.metric.id: _members(card.metric.id, data)
            for card in cards
            if card.result and card.metric.members and _sorted(card.result)
        },
        "missing": {
            card.metric.id: dict(zip(("what", "where", "fix"), t.error(card.error), strict=True))
            for card in cards
            if card.error
        },
        "notes": [
            {"kind": note.kind, "count": note.count, "note": _note(note, t), "rows": note.where.rows}
            for note in data.notes
        ],
    }


def _sorted(result: Result) -> bool:
    """Whether customers are told apart: visits may have none."""
    return any(table.name == "lists" for table in result.tables)


def _members(metric: str, data: Dataset) -> dict[str, list[dict[str, Any]]]:
    """The customers of each list of a metric."""
    return {
        str(name): json.loads(rows.drop(columns="list").to_json(orient="records"))
        for name, rows in members(metric, data).groupby("list", sort=False)
    }


def as_table(data: Dataset, cards: Sequence[Card], t: Translator) -> str:
    """The scorecard as a table, and below it what is missing and what was repaired or left out."""
    head = [t(f"command.{name}") for name in ("metric", "what", "value", "interval", "n")]
    rows = (row for card in cards if card.result for row in _rows(card, card.result, t))
    lines = [data.name, "", *_columns([head, *rows])]
    for card in cards:
        if card.error:
            what, _, fix = t.error(card.error)
            title = t(f"{card.metric.id}.title")
            lines += ["", t("command.missing", metric=title, what=what, fix=fix)]
    for kind in dict.fromkeys(note.kind for note in data.notes):
        lines += ["", t(f"command.notes.{kind}")]
        lines += [f"  - {_note(note, t)}" for note in data.notes if note.kind == kind]
    return "\n".join(lines)


def _rows(card: Card, result: Result, t: Translator) -> Iterator[list[str]]:
    """A line for the metric, and below it one for each group."""
    yield [t(f"{card.metric.id}.title"), t(f"{card.metric.id}.card"), *_numbers(result, t)]
    for group in result.groups:
        yield ["", str(group.group), *_numbers(replace(result, overall=group), t)]


def _numbers(result: Result, t: Translator) -> list[str]:
    value, unit, currency = result.overall, result.unit, result.currency
    return [
        story.headline(result, t),
        t.interval(unit, value.low, value.high, currency),
        t.count(value.n),
    ]


def _note(note: Note, t: Translator) -> str:
    return " · ".join([t.say(note.message), *(t.say(part) for part in note.where.messages())])


def _columns(table: Sequence[Sequence[str]]) -> list[str]:
    """Lines of a table whose first columns are text and whose others are numbers."""
    widths = [max(_width(row[place]) for row in table) for place in range(len(table[0]))]
    lines = []
    for row in table:
        cells = (
            cell + " " * (width - _width(cell)) if place < TEXTS else " " * (width - _width(cell)) + cell
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("   ".join(cells).rstrip())
    return [lines[0], "   ".join("─" * width for width in widths), *lines[1:]]


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _run() -> int:
    """As :func:`main`; whoever reads the output may stop before its end, as ``head`` does."""
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


if __name__ == "__main__":
    sys.exit(_run())
