"""How a sheet is to be read: where its header is and what its columns mean. The user may change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from loyalty.texts import Message


@dataclass(frozen=True, slots=True)
class Plan:
    """What was recognised in one sheet, or what the user chose instead.

    Parameters
    ----------
    sheet
        Index in ``Workbook.sheets``.
    header
        First and last header row, counted from 0 in the sheet; None when the sheet has no header row.
    headers
        One name a column, unique within the sheet; ``"Column 3"`` where the sheet names none.
    tables
        Table (``"orders"``, ``"responses"``, ``"visits"``, ``"trials"``) to role to header. A sheet may
        serve two tables at once; empty when it serves none.
    reason
        Why it serves none.
    day_first
        How 03/04/2025 is read; None: decided by the values.
    decimal_comma
        How 1.234 and 1,234 are read; None: decided by the values.
    copies
        Exact copies of a row: ``"auto"`` leaves them out where the row carries an id meant to be unique,
        ``"keep"``, ``"drop"``.
    """

    sheet: int
    header: tuple[int, int] | None
    headers: tuple[str, ...]
    tables: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reason: Message | None = None
    day_first: bool | None = None
    decimal_comma: bool | None = None
    copies: str = "auto"
