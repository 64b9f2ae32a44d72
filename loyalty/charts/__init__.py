"""Pictures of a result: a few shapes that all metrics share.

Every shape takes a Result, the Translator and whether the theme is dark, and gives an Altair chart, or None
where the result holds nothing of it. Only totals go into a chart. Its ``description`` is the takeaway in one
sentence, for those who cannot see it. Altair is imported when the first chart is drawn, because it is slow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from loyalty.charts.bullet import bullet
from loyalty.charts.cohorts import cohort_revenue, cohorts, retention
from loyalty.charts.divergent import divergent
from loyalty.charts.estimates import groups
from loyalty.charts.forecasts import conditional, outlook, tracking
from loyalty.charts.levers import claims, effects, worth_curve
from loyalty.charts.lists import lists
from loyalty.charts.lorenz import lorenz
from loyalty.charts.months import months, sparkline, trend
from loyalty.charts.panels import attitudes, discounts, staying
from loyalty.charts.picture import drawing, png, svg
from loyalty.charts.products import kinds, leads
from loyalty.charts.quadrants import quadrants
from loyalty.charts.questions import questions
from loyalty.charts.segments import moves, segments
from loyalty.charts.shares import comment_counts, distribution
from loyalty.charts.sides import portions, sides, ways
from loyalty.charts.stages import stages, voices
from loyalty.charts.steps import steps
from loyalty.charts.style import Chart
from loyalty.charts.trials import arms, differences
from loyalty.charts.visitors import sources, spectrum
from loyalty.charts.week import hours, weekdays
from loyalty.charts.worth import subscribers, value_bins, value_curve
from loyalty.core import Result
from loyalty.words import Translator

Picture = Callable[[Result, Translator, bool], Chart | None]

# metric -> its own pictures, the first one the most telling
PICTURES: Mapping[str, tuple[Picture, ...]] = {
    "nps": (distribution, comment_counts),
    "satisfaction": (distribution, comment_counts),
    "loyalty_index": (questions,),
    "repurchase": (months,),
    "order_value": (months,),
    "upsell": (kinds, leads),
    "engagement": (spectrum, hours, weekdays, sources),
    "journey": (stages, steps, voices),
    "cohorts": (cohorts, retention, cohort_revenue),
    "rfm": (segments, moves),
    "top_customers": (lorenz,),
    "clv": (value_curve, value_bins),
    "forecast": (outlook, tracking, conditional),
    "loyal_new": (sides, ways, portions),
    "what_if": (effects, claims, worth_curve),
    "say_do": (quadrants, attitudes, staying, discounts),
    "experiment": (differences, arms),
    "actions": (lists,),
}
BREAKDOWNS: Mapping[str, Picture] = {"nps": divergent, "experiment": arms}  # other metrics: groups

__all__ = [
    "BREAKDOWNS",
    "PICTURES",
    "Picture",
    "arms",
    "attitudes",
    "breakdown",
    "bullet",
    "claims",
    "cohort_revenue",
    "cohorts",
    "comment_counts",
    "conditional",
    "differences",
    "discounts",
    "distribution",
    "divergent",
    "drawing",
    "effects",
    "groups",
    "hours",
    "kinds",
    "leads",
    "lists",
    "lorenz",
    "months",
    "moves",
    "outlook",
    "png",
    "portions",
    "quadrants",
    "questions",
    "retention",
    "segments",
    "sides",
    "sources",
    "sparkline",
    "spectrum",
    "stages",
    "staying",
    "steps",
    "subscribers",
    "svg",
    "tracking",
    "trend",
    "value_bins",
    "value_curve",
    "voices",
    "ways",
    "weekdays",
    "worth_curve",
]


def breakdown(result: Result, t: Translator, dark: bool = False) -> Chart | None:
    """The groups of a result in the shape that fits its metric; None where there are none."""
    return BREAKDOWNS.get(result.metric, groups)(result, t, dark)
