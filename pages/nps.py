"""Net Promoter Score: would customers recommend us?"""

from loyalty import charts
from loyalty.metrics import nps
from loyalty.ui.notebook import notebook
from loyalty.ui.parts import part

notebook(
    nps.METRIC,
    part("methods"),
    part("comments", charts.comment_counts, shown=True, height=320),
)
