"""A workbook as it came: sheets of columns whose cells are not yet interpreted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.errors import Note

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """The cells of one column, each in the series of its own kind.

    Parameters
    ----------
    text, number, moment
        Polars series (String, Float64, Datetime) as long as the sheet is high, null where the cell is
        empty or of another kind; None where the column has no cell of the kind. A cell is in one at most.
    """

    text: pl.Series | None = None
    number: pl.Series | None = None
    moment: pl.Series | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One sheet, or one text file.

    Parameters
    ----------
    file, name
        As the user calls them; for display only.
    columns
        From left to right.
    height
        Number of rows, title rows and blank lines included.
    first_row
        What the spreadsheet program calls the first of these rows.
    hidden
        Hidden in the workbook.
    notes
        What the reader of the file had to do (encoding guessed, cells with Excel errors …).
    """

    file: str
    name: str
    columns: tuple[Column, ...]
    height: int
    first_row: int = 1
    hidden: bool = False
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Workbook:
    """One or several files that were opened together.

    Parameters
    ----------
    sheets
        In the order of the files and of their tabs.
    digest
        sha256 of the bytes, in hexadecimal.
    notes
        What concerns a whole file (macros ignored, a sheet that could not be read …).
    """

    sheets: tuple[Sheet, ...]
    digest: str
    notes: tuple[Note, ...] = ()
