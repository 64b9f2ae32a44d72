"""Customer lifetime value: what are your customers worth from now on?"""

from loyalty import charts
from loyalty.metrics import clv
from loyalty.ui.notebook import notebook
from loyalty.ui.parts import members, part
from loyalty.ui.textbook import behind, on_paper

notebook(
    clv.METRIC,
    part("distribution", charts.value_bins, published=("three_years",)),
    part("retention", charts.subscribers),
    part("models"),
    part("parameters"),
    behind,
    members,
    on_paper,
)
