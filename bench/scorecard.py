"""The scorecard of a large shop: its time against one group-by, its memory against the tables'.

The claims are made for the metrics that count; what those that fit models take besides is printed.
"""

from __future__ import annotations

import gc
import pickle
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import polars as pl
import psutil

from bench.harness import Claim, compare, report, seconds
from bench.tables import shop
from loyalty.columns import ROLES
from loyalty.core import Metric
from loyalty.dataset import Dataset
from loyalty.metrics import METRICS
from loyalty.queries import lazy
from loyalty.scorecard import scorecard

LINES, ANSWERS, VISITS = 1_000_000, 100_000, 1_000_000
ROOT = Path(__file__).parents[1]
TABLES = ("orders", "responses", "visits")
COUNTING = tuple(metric for metric in METRICS if not metric.modelled)
MEASURE = "from bench.scorecard import grown, {}; import sys; print(grown(sys.argv[1], {}))"


def main() -> bool:
    """Print the two ratios, and what each metric takes of the time."""
    tables = shop(LINES, ANSWERS, VISITS)
    roles = {table: {role: role for role in ROLES[table] if role in tables[table]} for table in TABLES}
    ready = Dataset.from_frames(**tables, roles=roles)
    held = [time_claim(ready, tables["orders"]), memory_claim(ready, tables)]
    detail(ready)
    return all(held)


def time_claim(ready: Dataset, orders: pl.DataFrame) -> bool:
    """Compare the scorecard of a Dataset that has not been asked anything yet with the group-by."""

    def group_by() -> pl.DataFrame:
        totals = orders.lazy().group_by("customer")
        first, last = pl.col("date").min().alias("first"), pl.col("date").max().alias("last")
        return totals.agg(pl.len(), pl.col("amount").sum(), first, last).collect()

    name = f"the scorecard on {LINES:,} order lines, {ANSWERS:,} answers and {VISITS:,} visits"
    claim = Claim(name, "one Polars group-by of the orders by customer", 17)
    held = compare(claim, lambda: scorecard(replace(ready), metrics=COUNTING), group_by, 11)
    print(f"  with the metrics that fit models {1000 * seconds(lambda: scorecard(replace(ready))):,.0f} ms")
    return held


def detail(ready: Dataset) -> None:
    """Print the time of each metric as the scorecard meets it, and once more on the frames then kept."""
    print("  milliseconds a metric: in the scorecard, and with the frames that metrics share at hand")
    data = replace(ready)
    for card in scorecard(replace(ready)):
        if card.error:
            print(f"  {card.metric.id:>16}  not computed: {card.error}")
            continue
        compute = partial(card.metric.compute, data)
        print(f"  {card.metric.id:>16} {1000 * seconds(compute):8.1f} {1000 * fastest(compute):8.1f}")


def fastest(task: Callable[[], object]) -> float:
    """The shortest of some runs."""
    return min(seconds(task) for _ in range(5))


def memory_claim(ready: Dataset, tables: dict[str, pl.DataFrame]) -> bool:
    """Compare what a process of its own needs beyond the data with the size of the tables handed in."""
    with tempfile.TemporaryDirectory() as folder:
        for table in TABLES:
            ready.table(table).collect("polars").to_native().write_parquet(Path(folder) / table)
        settings = {"roles": ready.roles, "groupings": ready.groupings}
        (Path(folder) / "settings").write_bytes(pickle.dumps(settings))
        grew, grew_most = (_grown(folder, metrics) for metrics in ("COUNTING", "METRICS"))
    size = sum(frame.estimated_size() for frame in tables.values())
    name = "memory that the scorecard takes beyond the data, at its peak, in a process of its own"
    claim = Claim(name, "the tables handed in", 2, unit="MB", scale=1e-6)
    held = report(claim, grew / size, grew, size)
    print(f"  with the metrics that fit models {grew_most / size:.2f} ×")
    return held


def _grown(folder: str, metrics: str) -> int:
    command = [sys.executable, "-c", MEASURE.format(metrics, metrics), folder]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return int(done.stdout)


def grown(folder: str, metrics: Sequence[Metric]) -> int:
    """Bytes by which the resident memory of this process grows at most while the scorecard is computed.

    Sampled every millisecond from beside; the data are in memory before, and so are the libraries, which a
    small scorecard has loaded.
    """
    settings = pickle.loads((Path(folder) / "settings").read_bytes())
    frames = {table: pl.read_parquet(Path(folder) / table) for table in TABLES}
    few = {table: lazy(frame.head(100)) for table, frame in frames.items()}
    scorecard(Dataset(**few, **settings), metrics=metrics)
    data = Dataset(**{table: lazy(frame) for table, frame in frames.items()}, **settings)
    gc.collect()
    process, done = psutil.Process(), threading.Event()
    before = peak = process.memory_info().rss

    def watch() -> None:
        nonlocal peak
        while not done.is_set():
            peak = max(peak, process.memory_info().rss)
            time.sleep(0.001)

    watcher = threading.Thread(target=watch)
    watcher.start()
    scorecard(data, metrics=metrics)
    done.set()
    watcher.join()
    return peak - before
