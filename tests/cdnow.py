"""Purchases at CDNOW, a tenth of its customers of early 1997: the data on which the models were published.

They come with the package lifetimes, whose modules are not imported: only its files are read.
"""

from __future__ import annotations

from datetime import date
from importlib.metadata import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

START, CUT, END = (date(1997, 1, 1), date(1997, 9, 30), date(1998, 6, 30))  # 39 and 39 weeks


class Log(NamedTuple):
    """One row a purchase; some were for nothing."""

    customer: NDArray[np.int64]
    day: NDArray[np.int64]
    amount: NDArray[np.float64]


def path(name: str) -> Path:
    """One of the files of data."""
    [found] = [file for file in files("lifetimes") or () if file.name == name]
    return Path(str(found.locate()))


def log() -> Log:
    """The sample's purchases, in days as ``date.toordinal()``; customers from 1 to 2357."""
    lines = [line.split() for line in path("CDNOW_sample.txt").read_text().splitlines()]
    days = [date(int(day[:4]), int(day[4:6]), int(day[6:])).toordinal() for _, _, day, _, _ in lines]
    customers, amounts = [int(line[1]) for line in lines], [float(line[4]) for line in lines]
    return Log(np.array(customers), np.array(days), np.array(amounts))


def published(name: str) -> dict[str, NDArray[Any]]:
    """A published summary of the first 39 weeks by column, weeks brought back to days."""
    header, *lines = path(name).read_text().splitlines()
    columns = np.array([line.split(",") for line in lines], float).T
    table = dict(zip(header.split(","), columns, strict=True))
    return {
        key: np.round(7 * each) if key in ("recency", "t_x", "T") else each for key, each in table.items()
    }
