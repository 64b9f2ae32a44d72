"""Measure a task against a named reference in the same run, and print the ratio."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """What is measured, against what, and what the ratio must be.

    Parameters
    ----------
    name
        What is measured.
    reference
        Against what.
    limit
        Largest ratio of the task's time, or whatever is measured, to the reference's.
    unit, scale
        How the two figures are printed.
    """

    name: str
    reference: str
    limit: float
    unit: str = "ms"
    scale: float = 1000.0


def seconds(task: Callable[[], object]) -> float:
    """Wall time of one run."""
    gc.collect()
    start = time.perf_counter()
    task()
    return time.perf_counter() - start


def compare(
    claim: Claim, task: Callable[[], object], reference: Callable[[], object], rounds: int = 5
) -> bool:
    """Run both in turns, print the median of the ratios of neighbouring runs, and say if the claim holds.

    Neighbouring runs share whatever else the machine is doing, so the ratio is steadier than the times.
    """
    task(), reference()  # first runs load libraries and files
    return turns(claim, [(seconds(task), seconds(reference)) for _ in range(rounds)])


def turns(claim: Claim, pairs: Sequence[tuple[float, float]]) -> bool:
    """Print the median of the ratios of times that were taken in turns, and say if the claim holds."""
    ratio = statistics.median(mine / other for mine, other in pairs)
    return report(claim, ratio, min(mine for mine, _ in pairs), min(other for _, other in pairs))


def report(claim: Claim, ratio: float, mine: float, other: float) -> bool:
    """Print one claim with its ratio; the two figures stand beside it for orientation only."""
    holds = ratio <= claim.limit
    verdict = "holds" if holds else "DOES NOT HOLD"
    times = f"{ratio:.{2 if claim.limit >= 0.5 else 4}f}"
    faster = f" ({1 / ratio:.1f} times faster)" if ratio < 1 and claim.unit == "ms" else ""
    print(
        f"{claim.name}\n  {times} × {claim.reference}{faster}; at most {claim.limit:.3g}: {verdict}"
        f"  [{mine * claim.scale:,.0f} {claim.unit}, {other * claim.scale:,.0f} {claim.unit}]",
        flush=True,
    )
    return holds
