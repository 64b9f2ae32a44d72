"""A published figure with its passport, and the CSV form in which figures are kept and exchanged."""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, astuple, dataclass
from functools import cache
from importlib.resources import files

from loyalty import limits
from loyalty.errors import LoyaltyError, Where
from loyalty.texts import LANGUAGES, Message, sentences

COLUMNS = (
    "metric",
    "measure",
    "industry",
    "region",
    "low",
    "typical",
    "high",
    "unit",
    "statistic",
    "year",
    "publisher",
    "source_title",
    "source_url",
    "trust",
    "note",
)
REQUIRED = ("metric", "industry", "low", "typical", "high", "unit", "publisher")
FIGURES = ("low", "typical", "high")
UNITS = ("points", "percent", "ratio", "score", "stars", "seconds", "number")
TRUST = ("high", "medium", "low", "convention", "own")
FORMULA_STARTS = tuple("=+-@|%\t＝＋－＠")  # what a spreadsheet program would take for a formula


@dataclass(frozen=True, slots=True)
class Band:
    """What is known of a metric in one industry: a line (`typical`), an area (`low` to `high`), or both.

    Parameters
    ----------
    metric
        Id of the metric.
    measure
        What exactly was measured (key under ``benchmarks.measure`` in the texts); empty when the user
        vouches that it is what the metric computes.
    industry, region
        Keys under ``industry`` and ``region`` in the texts, or the user's own words.
    low, typical, high
        In `unit`; None where the source gives none. What they are differs by row and is said by `statistic`.
    unit
        As in :class:`loyalty.core.Result`, or ``"score"``, ``"stars"``, ``"seconds"``, ``"number"``.
    currency
        ISO code or sign where the unit is ``"money"``.
    statistic
        Key under ``benchmarks.statistic``, or the user's own words.
    year
        None where the page carries none.
    publisher, source_title, source_url
        Where the figure was read.
    trust
        ``"high"``, ``"medium"``, ``"low"``, ``"convention"`` (a way of reading, nothing measured) or
        ``"own"`` (the user's).
    note
        Parts separated by ``;``: keys under ``benchmarks.note``, with ``=`` before a name or a number of
        theirs, or the user's own words.
    """

    metric: str
    measure: str
    industry: str
    region: str
    low: float | None
    typical: float | None
    high: float | None
    unit: str
    currency: str | None
    statistic: str
    year: int | None
    publisher: str
    source_title: str
    source_url: str
    trust: str
    note: str

    @property
    def key(self) -> str:
        """A short name that stays the same from run to run, for links and choices."""
        return hashlib.sha256(repr(astuple(self)).encode()).hexdigest()[:10]

    @property
    def edges(self) -> tuple[float, float] | None:
        """Both ends of the area, or the line twice; None when neither is known."""
        if self.low is not None and self.high is not None:
            return self.low, self.high
        return None if self.typical is None else (self.typical, self.typical)

    @property
    def is_line(self) -> bool:
        """Whether there is only `typical` to compare with."""
        return self.low is None or self.high is None


def named(section: str, code: str) -> Message:
    """The name of a code in every language, or a user's own words as they are.

    Examples
    --------
    >>> str(named("industry", "coffee")), str(named("industry", "Bike rental"))
    ('Coffee', 'Bike rental')
    """
    id = f"{section}.{code}"
    return Message(id) if id in sentences("en") else _as_written(code)


def _as_written(text: str) -> Message:
    return Message("benchmarks.as_written", {"text": text})


def metric_name(metric: str) -> Message | None:
    """The title of a metric, or the name of one that has only benchmarks so far; None for any other word.

    Examples
    --------
    >>> str(metric_name("clv")), metric_name("luck")
    ('Customer lifetime value', None)
    """
    ids = (f"{metric}.title", f"benchmarks.metric.{metric}")
    return next((Message(id) for id in ids if id in sentences("en")), None)


def source(publisher: str, year: int | None) -> Message:
    """Publisher and year, or that the page carries none.

    Examples
    --------
    >>> str(source("Metrilo", None))
    'Metrilo, undated'
    """
    if year is None:
        return Message("band.undated", {"publisher": publisher})
    return Message("band.dated", {"publisher": publisher, "year": str(year)})


def notes(band: Band) -> tuple[Message, ...]:
    """What the reader of a figure has to know, one message each.

    Examples
    --------
    >>> [str(note) for note in notes(published()[1])][::2]
    ['source label: manufacturing (B2B 66, B2C 62)', 'vendor customer data, 599 companies / 5.4M responses']
    """
    messages = []
    for part in filter(None, map(str.strip, band.note.split(";"))):
        code, _, value = part.partition("=")
        known = f"benchmarks.note.{code}" in sentences("en")
        messages.append(Message(f"benchmarks.note.{code}", {"value": value}) if known else _as_written(part))
    return tuple(messages)


def read_own(source: bytes | str | Iterable[Mapping[str, object]]) -> tuple[Band, ...]:
    r"""The user's own figures, from a CSV file or from the rows of an editor.

    Parameters
    ----------
    source
        CSV with the header :data:`COLUMNS`, of which :data:`REQUIRED` must be there, in UTF-8 or GB18030; or
        one mapping a row. Shares are written in percent, amounts of money carry their currency as unit.
        Industries are named in any language of the app, or in words of one's own.

    Returns
    -------
    tuple of Band
        Without a `measure` of its own, a figure counts as measured the way the metric computes; without
        `trust` it is ``"own"``.

    Raises
    ------
    LoyaltyError
        The first thing that is wrong, with all the rows concerned (the first of them numbered as a
        spreadsheet program does, rows of an editor from 1).

    Examples
    --------
    >>> text = "metric,industry,low,typical,high,unit,publisher\nnps,Coffee,,50,,points,Own survey"
    >>> [band] = read_own(text)
    >>> band.industry, band.typical, band.trust
    ('coffee', 50.0, 'own')
    """
    if isinstance(source, (bytes, str)):
        table, first_row = _csv_rows(source), 2
    else:
        table, first_row = [{key: _text(row.get(key)) for key in COLUMNS} for row in source], 1
    numbered = [(number, row) for number, row in enumerate(table, first_row) if any(row.values())]
    if not numbered:
        raise LoyaltyError("own_figures_empty")
    for id, column, wrong in _CHECKS:
        _refuse(id, column, [(number, row[column]) for number, row in numbered if wrong(row)])
    return tuple(_band({**row, "trust": row["trust"] or "own"}) for _, row in numbered)


def to_csv(bands: Iterable[Band]) -> bytes:
    """Figures as a CSV that spreadsheet programs open and :func:`read_own` reads.

    Examples
    --------
    >>> header, row = to_csv(published()[:1]).decode("utf-8-sig").splitlines()
    >>> row.split(",")[:6]
    ['nps', 'nps', 'cross_industry', 'not_stated', '', '42']
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for band in bands:
        cells = _cells(band)
        writer.writerow([cells[column] for column in COLUMNS])
    return text.getvalue().encode("utf-8-sig")


@cache
def published() -> tuple[Band, ...]:
    """Every row of ``benchmarks.csv``, conventions included."""
    text = files("loyalty").joinpath("benchmarks.csv").read_text(encoding="utf-8")
    return tuple(map(_band, _csv_rows(text)))


def _csv_rows(source: bytes | str) -> list[dict[str, str]]:
    lines = _decoded(source).splitlines(keepends=True)
    first = lines[0] if lines else ""
    delimiter = max(",;\t", key=first.count)
    header, *table = list(csv.reader(lines, delimiter=delimiter)) or [[]]
    header = [name.strip().lower() for name in header]
    missing = [name for name in REQUIRED if name not in header]
    if missing:
        raise LoyaltyError("own_figures_columns", columns=", ".join(missing))
    extra = [(row, cells[-1]) for row, cells in enumerate(table, 2) if len(cells) > len(header)]
    _refuse("own_figures_cells", None, extra)
    empty = dict.fromkeys(COLUMNS, "")
    return [
        {**empty, **{name: _plain(cell) for name, cell in zip(header, cells, strict=False)}}
        for cells in table
    ]


def _decoded(source: bytes | str) -> str:
    if isinstance(source, str):
        return source.removeprefix("\ufeff")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return source.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise LoyaltyError("own_figures_encoding")


def _plain(cell: str) -> str:
    """Take back the apostrophe that :func:`to_csv` puts before what looks like a formula."""
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA_STARTS) else cell


def _text(value: object) -> str:
    if value is None or value != value:  # NaN is what an editor leaves in an empty cell
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value).strip()


def _refuse(id: str, column: str | None, found: list[tuple[int, str]]) -> None:
    if found:
        numbers = tuple(number for number, _ in found)
        place = Where(column=column, rows=numbers[: limits.EXAMPLE_ROWS], value=found[0][1] or None)
        raise LoyaltyError(id, place, count=len(found))


def _number(text: str) -> float | None:
    return float(text.rstrip(" %")) if text else None


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(_number(text) or 0)
    except ValueError:
        return False


def _is_currency(unit: str) -> bool:
    from babel.numbers import is_currency

    return is_currency(unit) or (0 < len(unit) <= 3 and not unit.isascii()) or unit in {"$", "US$"}


def _falls(row: Mapping[str, str]) -> bool:
    figures = [number for column in FIGURES if (number := _number(row[column])) is not None]
    return figures != sorted(figures)


_CHECKS: tuple[tuple[str, str, Callable[[Mapping[str, str]], bool]], ...] = (
    ("own_figures_metric", "metric", lambda row: metric_name(row["metric"]) is None),
    ("own_figures_industry", "industry", lambda row: not row["industry"]),
    ("own_figures_unit", "unit", lambda row: row["unit"] not in UNITS and not _is_currency(row["unit"])),
    ("own_figures_number", "low", lambda row: not _is_number(row["low"])),
    ("own_figures_number", "typical", lambda row: not _is_number(row["typical"])),
    ("own_figures_number", "high", lambda row: not _is_number(row["high"])),
    ("own_figures_none", "typical", lambda row: not any(row[column] for column in FIGURES)),
    ("own_figures_order", "low", _falls),
    ("own_figures_publisher", "publisher", lambda row: not row["publisher"]),
    ("own_figures_year", "year", lambda row: not re.fullmatch(r"((19|20)\d\d)?", row["year"])),
    ("own_figures_trust", "trust", lambda row: row["trust"] not in ("", *TRUST)),
)


def _band(row: Mapping[str, str]) -> Band:
    unit = {"percent": "share"}.get(row["unit"], row["unit"] if row["unit"] in UNITS else "money")
    low, typical, high = (_figure(row[name], unit) for name in FIGURES)
    return Band(
        metric=row["metric"],
        measure=row["measure"],
        industry=_industry(row["industry"]),
        region=row["region"],
        low=low,
        typical=typical,
        high=high,
        unit=unit,
        currency=row["unit"] if unit == "money" else None,
        statistic=row["statistic"],
        year=int(row["year"]) if row["year"] else None,
        publisher=row["publisher"],
        source_title=row["source_title"],
        source_url=row["source_url"],
        trust=row["trust"],
        note=row["note"],
    )


def _figure(text: str, unit: str) -> float | None:
    number = _number(text)
    return number / 100 if number is not None and unit == "share" else number


def _industry(words: str) -> str:
    return _industries().get(words.casefold(), words)


@cache
def _industries() -> dict[str, str]:
    """Codes under themselves and under their names in every language."""
    names: dict[str, str] = {}
    for language in LANGUAGES:
        for id, name in sentences(language).items():
            if id.startswith("industry."):
                code = id.removeprefix("industry.")
                names |= {code: code, name.casefold(): code}
    return names


def _cells(band: Band) -> dict[str, str]:
    cells = {name: "" if value is None else str(value) for name, value in asdict(band).items()}
    for name in FIGURES:
        figure = getattr(band, name)
        if figure is not None:
            cells[name] = f"{figure * 100 if band.unit == 'share' else figure:.10g}"
    cells["unit"] = band.currency or {"share": "percent"}.get(band.unit, band.unit)
    risky = (name for name in COLUMNS if name not in FIGURES and cells[name].startswith(FORMULA_STARTS))
    return cells | {name: f"'{cells[name]}" for name in risky}
