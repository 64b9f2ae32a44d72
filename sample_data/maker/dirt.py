"""What real spreadsheets do to clean values; every repair or row to leave out is counted as it is made."""

from collections import Counter
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from maker.records import Line
from maker.sheets import Row, Sheet

MONTHS = """
    January February March April May June July August September October November December
""".split()  # noqa: SIM905


@dataclass(slots=True)
class Dirt:
    """The mess of one table: cells a reader must repair, rows it must leave out, each with its reason."""

    rng: Random
    repaired: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    def counts(self) -> dict[str, dict[str, int]]:
        return {
            "left_out": dict(sorted(self.left_out.items())),
            "repaired": dict(sorted(self.repaired.items())),
        }

    def repair(self, reason: str, cell: Any) -> Any:
        self.repaired[reason] += 1
        return cell

    def pick(self, *choices: tuple[float, str]) -> str:
        weights, names = zip(*choices, strict=True)
        return self.rng.choices(names, weights)[0]

    def spelling(self, name: str) -> str:
        """A segment in another case or with stray spaces, now and then."""
        if self.rng.random() > 0.12:
            return name
        variants = (name.lower(), name.upper(), f"{name} ", f" {name}", name.replace(" ", "  "))
        return self.repair("segment_spelling", self.rng.choice([each for each in variants if each != name]))

    def wrapped(self, id: str) -> str:
        """An id as some exports protect it from Excel."""
        return self.repair("wrapped_ids", f'="{id}"') if id and self.rng.random() < 0.2 else id

    def score(self, value: int | None) -> Any:
        if value is None:
            return self.repair("cannot_answer", "don't know") if self.rng.random() < 0.5 else None
        return self.repair("numbers_as_text", str(value)) if self.rng.random() < 0.15 else value

    def pounds(self, cents: int) -> Any:
        """A number; or text with sign, thousands separator, or brackets for a negative."""
        style = self.pick((5, "number"), (4, "sign"), (1, "plain"))
        if style == "number":
            return cents / 100
        self.repaired["money_as_text"] += 1
        text = f"{abs(cents) / 100:,.2f}"
        if style == "plain":
            return text if cents >= 0 else f"-{text}"
        return f"£{text}" if cents >= 0 else f"(£{text})"

    def day(self, day: date) -> Any:
        """A date cell, 2024-05-31, 31/05/2024 (the day first) or 31 May 2024."""
        style = self.pick((11, "cell"), (3, "iso"), (4, "slash"), (2, "words"))
        if style == "cell":
            return day
        text = {
            "iso": day.isoformat(),
            "slash": f"{day:%d/%m/%Y}",
            "words": f"{day.day} {MONTHS[day.month - 1]} {day.year}",
        }
        return self.repair("dates_as_text", text[style])

    def copies(self, rows: list[Row], n: int) -> list[Row]:
        """The rows with n of them standing there twice, the copy a few rows further down."""
        found, self.left_out["duplicates"] = list(rows), n
        for at in sorted(self.rng.sample(range(len(rows)), n), reverse=True):
            found.insert(min(at + self.rng.randrange(1, 4), len(found)), rows[at])
        return found

    def gaps(self, rows: list[Row], n: int) -> list[Row]:
        """The rows with n blank lines between them."""
        found, self.left_out["blank_rows"] = list(rows), self.left_out["blank_rows"] + n
        for at in sorted(self.rng.sample(range(1, len(rows)), n), reverse=True):
            found.insert(at, [])
        return found


@dataclass(slots=True)
class Made:
    """A messy file: its sheets (one for a CSV), the tables in it, and the mess of each table.

    `asked`: its orders say who agreed to be written to.
    """

    name: str
    sheets: list[Sheet]
    tables: tuple[str, ...]
    mess: dict[str, Any]
    encoding: str = ""
    delimiter: str = ","
    asked: bool = True


def comma(cents: int, thousands: str = ".") -> str:
    """1.240,50 as in Germany."""
    return f"{cents / 100:,.2f}".translate(str.maketrans({",": thousands, ".": ","}))


def month_of(moment: datetime) -> tuple[int, int]:
    return moment.year, moment.month


def extra(dirt: Dirt, lines: list[Line], n: int, prefix: str) -> list[Line]:
    """Further orders of known customers, well within the dates of the file."""
    known = [line for line in lines if line.customer and line.cents > 0]
    found = []
    for index, line in enumerate(dirt.rng.sample(known[50:-50], n)):
        made = copy(line)
        made.order, made.time = f"{prefix}{index + 1:02d}", line.time + timedelta(minutes=3)
        found.append(made)
    return found


def spread(rng: Random, n: int, parts: int) -> list[int]:
    """n things over so many parts."""
    where = [rng.randrange(parts) for _ in range(n)]
    return [where.count(part) for part in range(parts)]


def twice(dirt: Dirt, rows: list[Row], n: int) -> list[Row]:
    before = dirt.left_out["duplicates"]
    found = dirt.copies(rows, n)
    dirt.left_out["duplicates"] = before + n
    return found
