"""Reading a 100,000 × 10 workbook: against pandas with openpyxl, and against calamine alone."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.harness import Claim, compare
from bench.tables import write_workbook


def main() -> bool:
    """Print both ratios; everything is included: child process, types, matching, notes."""
    import pandas as pd
    from python_calamine import CalamineWorkbook

    import loyalty

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.xlsx"
        write_workbook(path, 100_000)

        def bare() -> object:
            return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()

        fast = compare(
            Claim("read a 100,000 × 10 xlsx", "bare calamine", 3.5), lambda: loyalty.read(path), bare, 5
        )
        faster = compare(
            Claim("read a 100,000 × 10 xlsx", "pandas with openpyxl", 1 / 4),
            lambda: loyalty.read(path),
            lambda: pd.read_excel(path, engine="openpyxl"),
            2,
        )
        return fast and faster
