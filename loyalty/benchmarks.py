"""How a number stands in its industry: which published figure it is held against, and what may be said."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from loyalty.bands import Band, metric_name, named, notes, published, read_own, source, to_csv
from loyalty.core import Estimate, Result
from loyalty.scales import Scale, Step, reading, scales, whose
from loyalty.texts import Message

if TYPE_CHECKING:
    from loyalty.words import Translator

# Whoever wants benchmarks finds all of them here.
__all__ = [
    "CROSS_INDUSTRY",
    "Band",
    "Placement",
    "Scale",
    "Step",
    "band_for",
    "bands",
    "caption",
    "choices",
    "comparable",
    "default_band",
    "industries",
    "measure_of",
    "metric_name",
    "missing",
    "named",
    "notes",
    "place",
    "potential",
    "read_own",
    "reading",
    "scales",
    "to_csv",
    "verdict",
    "whose",
]

CROSS_INDUSTRY = "cross_industry"

# One publisher a metric speaks by default, the others when chosen: figures of different publishers are not
# comparable with one another. In order of preference.
DEFAULT_PUBLISHERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "nps": ("Survicate", "Satmetrix", "ClearlyRated", "IHRSA / The Retention People"),
        "satisfaction": ("BrightLocal",),
        "repurchase": ("Metrilo",),
        "order_value": ("Oberlo (Dynamic Yield data)",),
    }
)

CAUTIONS = MappingProxyType({"second_hand": "second_hand", "old": "old", "old_one_method": "old"})  # by note


@dataclass(frozen=True, slots=True)
class Definition:
    """Under which options a metric computes what a published measure measures."""

    measure: str
    options: Mapping[str, Any] = field(default_factory=dict)


# The published measures that a metric computes, each under some of its options.
DEFINITIONS: Mapping[str, tuple[Definition, ...]] = MappingProxyType(
    {
        "nps": (Definition("nps", {"method": "standard"}),),
        "satisfaction": (
            Definition("top_two", {"measure": "top_two", "scale": "1-5"}),
            Definition("stars", {"measure": "mean", "scale": "1-5"}),
        ),
        "repurchase": (Definition("any_time", {"kind": "orders", "window": None}),),
        "order_value": (Definition("order"),),
    }
)

# What a file may write for a currency; signs that several countries share stand for none of them.
CODES = MappingProxyType({"US$": "USD", "€": "EUR", "£": "GBP", "元": "CNY", "CN¥": "CNY", "RMB": "CNY"})

# Signs that may or may not stand for a currency of the published figures.
SHARED_SIGNS = MappingProxyType({"USD": "$"})


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an estimate stands beside a band.

    Parameters
    ----------
    position
        ``"below"``, ``"within"``, ``"above"`` (the whole interval), or ``"unclear"``.
    needed
        How many more observations would settle an unclear position if the value stayed as it is; None when
        it is clear, or when the value sits on an edge and no number would.
    """

    position: str
    needed: int | None = None


def bands(metric: str | None = None) -> tuple[Band, ...]:
    """Every published figure, of one metric or of all; conventions are in :func:`scales`.

    Examples
    --------
    >>> [band.typical for band in bands("repurchase") if band.industry == "coffee"]
    [0.3]
    """
    return tuple(band for band in published() if band.trust != "convention" and metric in (None, band.metric))


@cache
def industries() -> tuple[str, ...]:
    """Codes of the industries that have a figure; names are in the texts under ``industry``.

    Examples
    --------
    >>> industries()[:3]
    ('cross_industry', 'accounting', 'aerospace_defence')
    """
    codes = {band.industry for band in bands()} - {CROSS_INDUSTRY}
    return CROSS_INDUSTRY, *sorted(codes)


def comparable(band: Band, result: Result) -> bool:
    """Whether a figure measures what the result measures, in its unit and its money.

    A figure of the user's own that names no measure is taken at the user's word.
    """
    if band.metric != result.metric or band.unit != result.unit:
        return False
    if band.unit == "money" and _code(band.currency) != _code(result.currency):
        return False
    return not band.measure or _defined_alike(band, result)


def _defined_alike(band: Band, result: Result) -> bool:
    return band.measure == measure_of(result)


def measure_of(result: Result) -> str | None:
    """The published measure that a result is, as it is defined here; None where nobody publishes it.

    Examples
    --------
    >>> standard = Result("nps", Estimate(30, 10, 48, 60), "points", options={"method": "standard"})
    >>> measure_of(standard)
    'nps'
    """
    for definition in DEFINITIONS.get(result.metric, ()):
        if all(result.options.get(name) == value for name, value in definition.options.items()):
            return definition.measure
    return None


def _code(currency: str | None) -> str | None:
    return CODES.get(currency, currency) if currency else None


def choices(result: Result, industry: str | None, own: Iterable[Band] = ()) -> tuple[Band, ...]:
    """All figures a result may be held against, the default one first; those of low trust last.

    Where :func:`band_for` knows none, the first is merely the newest.
    """
    wanted = (industry, CROSS_INDUSTRY)
    found = [
        band
        for band in (*own, *bands(result.metric))
        if band.industry in wanted and band.edges and comparable(band, result)
    ]
    default = band_for(result, industry, own)

    def rank(band: Band) -> tuple[bool, bool, int, int]:
        return band != default, band.trust == "low", wanted.index(band.industry), -(band.year or 0)

    return tuple(sorted(found, key=rank))


def band_for(result: Result, industry: str | None, own: Iterable[Band] = ()) -> Band | None:
    """The figure a result is held against unless the user chooses another; None where none is comparable.

    Own figures come before published ones, the industry before the figure for all, the default publishers
    in their order, the newest first.
    """
    mine = [band for band in own if comparable(band, result)]
    others = [band for band in bands(result.metric) if comparable(band, result)]
    return _preferred(mine, others, industry)


def default_band(metric: str, industry: str | None, own: Iterable[Band] = ()) -> Band | None:
    """As :func:`band_for`, for a metric in its default definition and whatever money.

    Examples
    --------
    >>> default_band("nps", "retail").typical, default_band("nps", "breweries").industry
    (55.0, 'cross_industry')
    """
    measures = ("", *(definition.measure for definition in DEFINITIONS.get(metric, ())[:1]))
    mine = [band for band in own if band.metric == metric and band.measure in measures]
    return _preferred(mine, [band for band in bands(metric) if band.measure in measures], industry)


def _preferred(own: list[Band], others: list[Band], industry: str | None) -> Band | None:
    trusted = [band for band in others if _publisher_rank(band) is not None]
    for figures in (own, trusted):
        for code in (industry, CROSS_INDUSTRY):
            fitting = [band for band in figures if band.industry == code and _may_be_default(band)]
            if fitting:
                return min(fitting, key=lambda band: (_publisher_rank(band) or 0, -(band.year or 0)))
    return None


def _may_be_default(band: Band) -> bool:
    return band.edges is not None and band.trust not in ("low", "convention")


def _publisher_rank(band: Band) -> int | None:
    publishers = DEFAULT_PUBLISHERS.get(band.metric, ())
    return publishers.index(band.publisher) if band.publisher in publishers else None


def missing(result: Result, industry: str | None) -> Message:
    """Why there is no figure to hold a result against."""
    known = {definition.measure for definition in DEFINITIONS.get(result.metric, ())}
    measured = [band for band in bands(result.metric) if band.measure in known]
    if not measured:
        return Message("band.missing.published")
    if not any(_defined_alike(band, result) for band in measured):
        return Message("band.missing.definition")
    if not any(comparable(band, result) for band in measured):
        return _other_money(measured[0].currency, result.currency)
    return Message("band.missing.industry", {"industry": named("industry", industry or CROSS_INDUSTRY)})


def _other_money(published: str | None, own: str | None) -> Message:
    if not own:
        return Message("band.missing.currency_unnamed", {"currency": published})
    kind = "currency_sign" if own == SHARED_SIGNS.get(published or "") else "currency"
    return Message(f"band.missing.{kind}", {"currency": published, "own": _code(own)})


def place(estimate: Estimate, band: Band) -> Placement:
    """Where the whole interval of an estimate stands.

    Parameters
    ----------
    estimate
        In the unit of `band`.
    band
        Where only `typical` is known, it is a line: an interval that takes it in is unclear.

    Returns
    -------
    Placement
        `needed` assumes that the value stays and each arm of the interval shrinks with the square root of
        the number of observations.

    Examples
    --------
    >>> place(Estimate(60, 55, 65, 400), default_band("nps", "coffee"))
    Placement(position='above', needed=None)
    >>> place(Estimate(47, 37, 57, 400), default_band("nps", "coffee"))  # arms of 10 must fall below 5
    Placement(position='unclear', needed=1201)
    """
    if band.edges is None or math.isnan(estimate.value):
        return Placement("unclear")
    low, high = band.edges
    if estimate.high < low:
        return Placement("below")
    if estimate.low > high:
        return Placement("above")
    if not band.is_line and low <= estimate.low and estimate.high <= high:
        return Placement("within")
    return Placement("unclear", _needed(estimate, low, high))


def _needed(estimate: Estimate, low: float, high: float) -> int | None:
    value, down, up = estimate.value, estimate.value - estimate.low, estimate.high - estimate.value
    if value > high:
        tasks = [(down, value - high)]
    elif value < low:
        tasks = [(up, low - value)]
    else:
        tasks = [(down, value - low), (up, high - value)]
    if any(distance == 0 or not math.isfinite(arm) for arm, distance in tasks):
        return None
    return max(
        1, math.floor(estimate.n * max((arm / distance) ** 2 for arm, distance in tasks)) + 1 - estimate.n
    )


def verdict(estimate: Estimate, band: Band, t: Translator) -> Message:
    """The sentence that says where an estimate stands, and by whose figure.

    Examples
    --------
    >>> from loyalty.words import Translator
    >>> str(verdict(Estimate(60, 55, 65, 400), default_band("nps", "coffee"), Translator("en")))
    'Your whole interval, 55 to 65, lies above the Cross-industry figure of 42 (Survicate, 2025).'
    """
    placement = place(estimate, band)
    position = placement.position
    low, high = band.edges or (math.nan, math.nan)
    if position == "unclear" and placement.needed is None:
        position = "edge" if estimate.value in (low, high) else "unknown"
    return Message(
        f"band.{position}.{'line' if band.is_line else 'area'}",
        {
            "value": t.value(band.unit, estimate.value, band.currency),
            "interval": t.interval(band.unit, estimate.low, estimate.high, band.currency),
            "industry": named("industry", band.industry),
            "typical": t.value(band.unit, low, band.currency),
            "range": t.interval(band.unit, low, high, band.currency),
            "source": source(band.publisher, band.year),
            "observations": Message(f"band.observations.{band.metric}"),
            "needed": placement.needed,
        },
    )


def potential(estimate: Estimate, band: Band, t: Translator) -> Message | None:
    """The upper end of a band, where the estimate is not yet beyond it: what is possible."""
    if band.high is None or estimate.low > band.high:
        return None
    return Message("band.potential", {"high": t.value(band.unit, band.high, band.currency)})


def caption(band: Band) -> Message:
    """What stands beside every band: statistic, publisher, year, region and whether to be careful with it.

    Examples
    --------
    >>> str(caption(default_band("nps", "coffee")))
    'median · Survicate, 2025 · Not stated · read second-hand'
    """
    parts = {
        "statistic": named("benchmarks.statistic", band.statistic or "not_stated"),
        "source": source(band.publisher, band.year),
        "region": named("region", band.region or "not_stated"),
    }
    for code in CAUTIONS.keys() & band.note.split("; "):
        return Message("band.caution", parts | {"caution": Message(f"band.{CAUTIONS[code]}")})
    return Message("band.caption", parts)
