"""Made-up order lines of a shop, the same in every run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

KINDS = ("coffee", "tea", "cake", "sandwich", "beans", "cup")


def order_lines(count: int, customers: int) -> pl.DataFrame:
    """Lines in the order of time, some three and a half an order, over two years; few buy much."""
    draw = np.random.default_rng(20250101)
    orders = np.sort(draw.integers(0, max(1, count * 2 // 7), count))
    weight = draw.gamma(0.8, 1.0, customers)
    buyer = draw.choice(customers, orders[-1] + 1, p=weight / weight.sum())[orders]
    minutes = (orders * (730 * 24 * 60 // (orders[-1] + 1))).astype("timedelta64[m]")
    return pl.DataFrame(
        {
            "order": [f"A{order:07d}" for order in orders],
            "date": np.datetime64("2023-01-01T08:00", "us") + minutes,
            "customer": [f"C{number:06d}" for number in buyer],
            "product": [f"{KINDS[number % 6]} {number:02d}" for number in draw.integers(0, 60, count)],
            "category": [KINDS[number] for number in draw.integers(0, 6, count)],
            "quantity": draw.integers(1, 5, count).astype(float),
            "amount": np.round(draw.gamma(2.0, 9.0, count) + 0.5, 2),
            "segment": [f"branch {number % 5}" for number in buyer],
        }
    )


def write_workbook(path: Path, count: int) -> None:
    """An xlsx of `count` rows and ten columns, texts, dates and numbers as a till writes them."""
    import xlsxwriter

    lines = order_lines(count, count // 10)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet, day = book.add_worksheet("Orders"), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        headers = ("Order ID", "Order Date", "Customer ID", "Product", "Category", "Quantity", "Amount")
        sheet.write_row(0, 0, (*headers, "Branch", "Discount", "Note"))
        for row, line in enumerate(lines.iter_rows(), start=1):
            order, moment, *cells = line
            sheet.write_string(row, 0, order)
            sheet.write_datetime(row, 1, moment, day)
            for column, cell in enumerate(cells, start=2):
                sheet.write(row, column, cell)
            sheet.write_number(row, 8, row % 7 * 0.5)
            sheet.write_string(row, 9, f"delivered {row % 97}")
