"""Retention: do new customers stay?"""

from loyalty import charts
from loyalty.metrics import cohorts
from loyalty.ui.notebook import notebook
from loyalty.ui.parts import part

notebook(
    cohorts.METRIC,
    part("curve", charts.retention),
    part("revenue", charts.cohort_revenue),
)
