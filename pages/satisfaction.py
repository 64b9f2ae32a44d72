"""Service rating: how satisfied are customers?"""

from loyalty import charts
from loyalty.metrics import satisfaction
from loyalty.ui.notebook import notebook
from loyalty.ui.parts import part

notebook(
    satisfaction.METRIC,
    part("levels"),
    part("comments", charts.comment_counts, shown=True, height=320),
)
