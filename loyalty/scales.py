"""Conventions for reading a number: stretches with names, and whose names they are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import groupby

from loyalty.bands import Band, published, source
from loyalty.core import Estimate
from loyalty.texts import Message


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch of a scale, from above `low` up to and with `high`; `label` is a key in the texts."""

    low: float
    high: float
    label: str


@dataclass(frozen=True, slots=True)
class Scale:
    """A convention for reading a number; nothing in it was measured.

    Parameters
    ----------
    metric
        Id of the metric.
    measure
        As in :class:`Band`.
    steps
        From the lowest to the highest.
    publisher, year, source_title, source_url
        Whose convention; `publisher` None: the articles that the project started from.
    """

    metric: str
    measure: str
    steps: tuple[Step, ...]
    publisher: str | None = None
    year: int | None = None
    source_title: str = ""
    source_url: str = ""


def _own_scale(metric: str, measure: str, ends: tuple[float, ...], labels: tuple[str, ...]) -> Scale:
    return Scale(metric, measure, tuple(map(Step, ends[:-1], ends[1:], labels)))


PROJECT_SCALES = (
    _own_scale(
        "nps", "nps", (-100, 0, 30, 50, 70, 100), ("very_low", "average", "good_average", "ahead", "leaders")
    ),
    _own_scale("loyalty_index", "index", (0, 40, 75, 100), ("below_average", "average", "above_average")),
)


@cache
def scales(metric: str) -> tuple[Scale, ...]:
    """The conventions for reading a metric, the project's own first.

    Examples
    --------
    >>> [step.high for step in scales("nps")[0].steps]
    [0, 30, 50, 70, 100]
    >>> [scale.publisher for scale in scales("nps")]
    [None, 'Bain & Company', 'CustomerGauge']
    """
    conventions = [band for band in published() if band.trust == "convention" and band.metric == metric]
    by_source = groupby(conventions, key=lambda band: (band.publisher, band.source_url))
    own = tuple(scale for scale in PROJECT_SCALES if scale.metric == metric)
    return own + tuple(_scale(list(rows)) for _, rows in by_source)


def _scale(rows: list[Band]) -> Scale:
    steps = (
        Step(row.low, row.high, row.statistic) for row in rows if row.low is not None and row.high is not None
    )
    first = rows[0]
    return Scale(
        first.metric,
        first.measure,
        tuple(sorted(steps, key=lambda step: step.low)),
        first.publisher,
        first.year,
        first.source_title,
        first.source_url,
    )


def reading(estimate: Estimate, scale: Scale) -> Message | None:
    """What a scale says of the whole interval; None where it says nothing.

    Examples
    --------
    >>> str(reading(Estimate(60, 55, 65, 400), scales("nps")[0]))
    'By this reading the whole interval means: ahead of competitors.'
    >>> str(reading(Estimate(32, 27, 37, 400), scales("nps")[0]))
    'By this reading the interval reaches from “average” to “a good average”.'
    """
    first, last = _step(estimate.low, scale), _step(estimate.high, scale)
    if first is None or last is None:
        return None
    names = [Message(f"scale.{scale.metric}.{step.label}") for step in (first, last)]
    if first == last:
        return Message("scale.one", {"label": names[0]})
    return Message("scale.several", {"first": names[0], "last": names[1]})


def _step(x: float, scale: Scale) -> Step | None:
    """The step that holds a number; between two of them, as 79.5 between 79 and 80, the lower one."""
    held = next((step for step in scale.steps if step.low <= x <= step.high), None)
    below = [step for step in scale.steps if step.high < x]
    above = any(step.low > x for step in scale.steps)
    return held or (below[-1] if below and above else None)


def whose(scale: Scale) -> Message:
    """The line that says whose convention a scale is."""
    if scale.publisher is None:
        return Message("scale.source", {"source": Message("scale.project")})
    return Message("scale.source", {"source": source(scale.publisher, scale.year)})
