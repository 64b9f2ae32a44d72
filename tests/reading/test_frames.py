"""Frames in memory: the same values, whatever library holds them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from loyalty.reading import sheet_of_frame

ZONED = pd.Timestamp("2025-03-01 12:30", tz="Asia/Shanghai")
NOON = dt.datetime(2025, 3, 1, 12, 30)
DAY = dt.datetime(2025, 3, 1)
TABLE: dict[str, list[Any]] = {
    "customer": ["00123", None, "C3"],
    "amount": [4.5, None, 3.0],
    "quantity": [1, 2, 3],
    "date": [NOON, None, NOON],
    "again": [True, False, True],
}
EXPECTED = {
    "customer": ("text", ["00123", None, "C3"]),
    "amount": ("number", [4.5, None, 3.0]),
    "quantity": ("number", [1.0, 2.0, 3.0]),
    "date": ("moment", [NOON, None, NOON]),
    "again": ("text", ["TRUE", "FALSE", "TRUE"]),
}


def read(frame: Any) -> dict[str, dict[str, list[Any]]]:
    sheet, headers = sheet_of_frame(frame, "shop")
    assert sheet.name == "shop"
    columns = {}
    for header, column in zip(headers, sheet.columns, strict=True):
        found = {kind: getattr(column, kind) for kind in ("text", "number", "moment")}
        columns[header] = {kind: series.to_list() for kind, series in found.items() if series is not None}
        assert all(len(series) == sheet.height for series in found.values() if series is not None)
    return columns


def column(values: Any) -> dict[str, list[Any]]:
    return read(pd.DataFrame({"x": values}))["x"]


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(TABLE),
        pd.DataFrame(TABLE, dtype=object),
        pd.DataFrame(TABLE).convert_dtypes(),
        pd.DataFrame(TABLE).convert_dtypes(dtype_backend="pyarrow"),
        pl.DataFrame(TABLE),
        pl.LazyFrame(TABLE),
        pa.table(TABLE),
        nw.from_native(pd.DataFrame(TABLE)),
        nw.from_native(pl.DataFrame(TABLE)),
    ],
    ids=["pandas", "objects", "nullable", "arrow", "polars", "lazy", "pyarrow", "nw-pandas", "nw-polars"],
)
def test_every_library(frame: Any) -> None:
    assert read(frame) == {header: {kind: values} for header, (kind, values) in EXPECTED.items()}


@pytest.mark.parametrize(
    ("values", "kinds"),
    [
        (["a", 1, 2.5, NOON, None], {"text": ["a", *[None] * 4], "number": [None, 1.0, 2.5, None, None],
                                     "moment": [None, None, None, NOON, None]}),
        (pd.Series([dt.date(2025, 3, 1), None], dtype=object), {"moment": [DAY, None]}),
        ([Decimal("1.25"), None], {"number": [1.25, None]}),
        (pd.Series([np.int64(3), np.float64(2.5), np.bool_(True)], dtype=object),
         {"number": [3.0, 2.5, None], "text": [None, None, "TRUE"]}),
        (pd.Series([ZONED, pd.NaT]), {"moment": [NOON, None]}),
        (pd.Series([ZONED, pd.NA], dtype=object), {"moment": [NOON, None]}),
        (pd.Categorical(["new", None, "old"]), {"text": ["new", None, "old"]}),
        (pd.Categorical([9, None, 10]), {"number": [9.0, None, 10.0]}),
        (pd.array([True, None], dtype="boolean"), {"text": ["TRUE", None]}),
        (pd.array([1, None], dtype="Int64"), {"number": [1.0, None]}),
        (pd.period_range("2025-03", periods=1, freq="M"), {"moment": [DAY]}),
        (pd.Series([dt.time(8, 5), dt.timedelta(hours=30)]), {"text": ["08:05:00", "30:00:00"]}),
        (pd.to_timedelta([90], unit="min"), {"text": ["1:30:00"]}),
        ([None, None], {}),
    ],
)  # fmt: skip
def test_columns_of_pandas(values: Any, kinds: dict[str, list[Any]]) -> None:
    assert column(values) == kinds


def test_polars_types() -> None:
    frame = pl.DataFrame(
        {
            "day": [dt.date(2025, 3, 1)],
            "zoned": pl.Series([NOON]).dt.replace_time_zone("Europe/Berlin"),
            "kind": pl.Series(["new"], dtype=pl.Categorical),
            "money": [Decimal("4.50")],
            "tags": [["a", "b"]],
        }
    )
    assert read(frame) == {
        "day": {"moment": [DAY]},
        "zoned": {"moment": [NOON]},
        "kind": {"text": ["new"]},
        "money": {"number": [4.5]},
        "tags": {"text": ["['a', 'b']"]},
    }


def test_a_named_index_becomes_columns() -> None:
    by_customer = pd.DataFrame(TABLE).groupby(["customer", "again"])[["amount"]].sum()
    assert list(read(by_customer)) == ["customer", "again", "amount"]
    assert list(read(pd.DataFrame(TABLE))) == list(TABLE)


def test_headers_in_several_rows_are_joined() -> None:
    frame = pd.DataFrame([[1.0]], columns=pd.MultiIndex.from_tuples([("amount", "sum")]))
    assert list(read(frame)) == ["amount sum"]


def test_what_is_no_frame() -> None:
    with pytest.raises(TypeError, match="list"):
        sheet_of_frame([1, 2])


@pytest.mark.parametrize("dtype", [pl.Int8, pl.UInt8, pl.Int16, pl.Int32, pl.UInt32, pl.Int64, pl.UInt64])
def test_whole_numbers_may_be_of_any_width(dtype):
    column = sheet_of_frame(pl.DataFrame({"n": pl.Series([7, 100, None], dtype=dtype)}), "orders")[0].columns[
        0
    ]
    assert column.number is not None
    assert column.number.to_list() == [7, 100, None]
