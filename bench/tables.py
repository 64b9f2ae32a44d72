"""Made-up order lines of a shop, the same in every run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

KINDS = ("coffee", "tea", "cake", "sandwich", "beans", "cup")
STAGES = ("first purchase", "repeat contact", "loyalty")
SOURCES = ("search", "direct", "newsletter", "friends", "maps", "advertisement")


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


def shop(lines: int, answers: int, visits: int) -> dict[str, pl.DataFrame]:
    """Orders, answers and visits of one shop, the customers mostly the same in all three."""
    orders = order_lines(lines, lines // 10)
    draw = np.random.default_rng(20250102)
    discount = np.where(draw.random(lines) < 0.2, np.round(draw.gamma(2.0, 0.5, lines), 2), 0.0)
    return {
        "orders": orders.with_columns(discount=discount),
        "responses": _answers(orders, answers, draw),
        "visits": _visits(orders, visits, draw),
    }


def _answers(orders: pl.DataFrame, count: int, draw: np.random.Generator) -> pl.DataFrame:
    """Answers some days after an order; most without a comment, some without a customer or an answer."""
    asked = orders[draw.integers(0, orders.height, count)]
    mood = draw.normal(0.75, 0.25, count)

    def scores(low: int, high: int) -> pl.Series:
        marks = np.clip(np.round(low + (high - low) * (mood + draw.normal(0, 0.15, count))), low, high)
        return pl.Series(np.where(draw.random(count) < 0.05, np.nan, marks), nan_to_null=True)

    def some(names: pl.Series | list[str], share: float) -> pl.Series:
        kept = draw.random(count) < share
        return pl.Series([name if keep else None for name, keep in zip(names, kept, strict=True)])

    return pl.DataFrame(
        {
            "recommend": scores(0, 10),
            "rating": scores(1, 5),
            "again": scores(1, 5),
            "other": scores(1, 5),
            "customer": some(asked["customer"], 0.9),
            "date": asked["date"].to_numpy() + draw.integers(0, 30, count).astype("timedelta64[D]"),
            "segment": asked["segment"],
            "stage": [STAGES[number] for number in draw.integers(0, len(STAGES), count)],
            "comment": some([f"about the {KINDS[n % 6]}, {n}" for n in draw.integers(0, 5000, count)], 0.3),
        }
    )


def _visits(orders: pl.DataFrame, count: int, draw: np.random.Generator) -> pl.DataFrame:
    """Visits in the order of time; half of them by customers, one in ten by nobody known."""
    customers = orders["customer"].unique(maintain_order=True)
    kind, number = pl.Series(draw.random(count)), (len(customers) * draw.random(count) ** 2).astype(int)
    minutes = np.sort(draw.integers(0, 730 * 24 * 60, count)).astype("timedelta64[m]")
    seconds = np.round(draw.lognormal(4.0, 1.0, count))
    return pl.DataFrame(
        {
            "visitor": pl.select(
                pl.when(kind < 0.1)
                .then(None)
                .when(kind < 0.6)
                .then(customers[number])
                .otherwise(pl.Series(number).cast(pl.String).str.zfill(6))
            ).to_series(),
            "time": np.datetime64("2023-01-01T00:00", "us") + minutes,
            "duration": pl.Series(np.where(draw.random(count) < 0.05, np.nan, seconds), nan_to_null=True),
            "source": [SOURCES[number] for number in draw.integers(0, len(SOURCES), count)],
            "bought": draw.random(count) < 0.12,
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
