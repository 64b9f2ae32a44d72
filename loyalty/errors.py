"""The one error a user may meet: what happened, where, and one thing to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from loyalty.texts import Message, say


@dataclass(frozen=True, slots=True)
class Where:
    """The place in a stranger's file that an error or a note speaks of.

    Rows are counted as the spreadsheet program counts them, from 1; at most the first ones are kept.
    """

    file: str | None = None
    sheet: str | None = None
    column: str | None = None
    rows: tuple[int, ...] = ()
    value: str | None = None

    def messages(self) -> tuple[Message, ...]:
        """The parts that are known, from file to value.

        Examples
        --------
        >>> [str(part) for part in Where(sheet="Survey", rows=(14, 88)).messages()]
        ['sheet “Survey”', 'rows 14, 88']
        >>> [str(part) for part in Where(rows=(14,)).messages()]
        ['row 14']
        """
        parts = []
        if self.file:
            parts.append(Message("where.file", {"file": self.file}))
        if self.sheet:
            parts.append(Message("where.sheet", {"sheet": self.sheet}))
        if self.column:
            parts.append(Message("where.column", {"column": self.column}))
        if self.rows:
            id = "where.row" if len(self.rows) == 1 else "where.rows"
            parts.append(Message(id, {"rows": ", ".join(map(str, self.rows))}))
        if self.value is not None:
            parts.append(Message("where.first", {"value": self.value}))
        return tuple(parts)


class LoyaltyError(Exception):
    """Something is wrong with the data or the question, and the user can mend it.

    Parameters
    ----------
    id
        The section under ``error`` in ``texts/*.toml`` that holds ``what`` and ``fix``.
    where
        The place concerned, if there is one.
    holes
        Values for the holes of the sentences.

    Examples
    --------
    >>> error = LoyaltyError("missing_columns", Where(sheet="Sheet1"), metric="nps", columns="recommend")
    >>> error.id
    'missing_columns'
    """

    def __init__(self, id: str, where: Where | None = None, /, **holes: Any) -> None:
        super().__init__(id, where, holes)
        self.id = id
        self.place = where or Where()
        self.holes = holes

    @property
    def what(self) -> Message:
        """What happened, in the user's own names and counts."""
        return Message(f"error.{self.id}.what", self.holes)

    @property
    def where(self) -> tuple[Message, ...]:
        """The place concerned, from file to first value; empty when there is none."""
        return self.place.messages()

    @property
    def fix(self) -> Message:
        """One thing to do."""
        return Message(f"error.{self.id}.fix", self.holes)

    def in_language(self, language: str) -> str:
        """The whole error as one line: what · where · fix."""
        return " · ".join(say(part, language) for part in (self.what, *self.where, self.fix))

    def __str__(self) -> str:
        return self.in_language("en")

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (self.id, self.place, self.holes)


def _rebuild(id: str, where: Where, holes: dict[str, Any]) -> LoyaltyError:
    return LoyaltyError(id, where, **holes)


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was done to the user's data, said with a count, a reason and the first rows.

    Parameters
    ----------
    kind
        ``"repaired"``: values were mended or read in a stated way; ``"left_out"``: rows or values do not
        take part; ``"seen"``: worth knowing, nothing was changed.
    message
        What and why.
    count
        How many cells or rows are concerned.
    where
        Sheet, column and the first rows concerned.
    """

    kind: str
    message: Message
    count: int
    where: Where = Where()
