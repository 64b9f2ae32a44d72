"""The four metrics on 1,000,000 order lines: against one Polars group-by of the same lines."""

from __future__ import annotations

import polars as pl

from bench.harness import Claim, compare
from bench.tables import order_lines


def main() -> bool:
    """Print the ratio for all metrics together, each with trend and segments."""
    import loyalty
    from loyalty.dataset import Dataset

    lines = order_lines(1_000_000, 100_000)
    draw = pl.Series(range(100_000))
    answers = pl.DataFrame(
        {
            "customer": lines["customer"].head(100_000),
            "date": lines["date"].head(100_000),
            "recommend": (draw * 7919 % 11).cast(pl.Float64),
            "segment": lines["segment"].head(100_000),
        }
    )
    ready = Dataset.from_frames(orders=lines, responses=answers)

    def metrics() -> None:
        data = Dataset(orders=ready.orders, responses=ready.responses)
        loyalty.nps(data, by="segment")
        loyalty.repurchase(data, by="segment")
        loyalty.order_value(data, by="segment")
        loyalty.upsell(data, by="segment")

    def group_by() -> pl.DataFrame:
        by_customer = lines.lazy().group_by("customer")
        totals = by_customer.agg(
            pl.len(),
            pl.col("amount").sum(),
            pl.col("date").min().alias("first"),
            pl.col("date").max().alias("last"),
        )
        return totals.collect()

    claim = Claim(
        "four metrics with trend and segments on 1,000,000 order lines", "one Polars group-by by customer", 8
    )
    return compare(claim, metrics, group_by, 11)
