"""Online Retail, a year of a British wholesaler (UCI Machine Learning Repository, 2015).

The file lies outside the project, in a folder ``data`` beside the one that LOYALTY_CORPUS names.
"""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

PATH = Path(os.environ.get("LOYALTY_CORPUS", "nowhere")).parent / "data" / "online_retail.parquet"
needed = pytest.mark.skipif(not PATH.exists(), reason="LOYALTY_CORPUS has no folder of data beside it")


def lines() -> pl.DataFrame:
    """One row a line of an invoice, with its columns as they are published."""
    return pl.read_parquet(PATH)
