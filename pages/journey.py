"""Customer journey: how far do customers come, from the first purchase to loyalty?"""

from loyalty import charts
from loyalty.metrics import journey
from loyalty.ui.notebook import notebook
from loyalty.ui.parts import members, part

notebook(
    journey.METRIC,
    part("steps", charts.steps),
    part("voices", charts.voices),
    part("comments", height=320),
    members,
)
