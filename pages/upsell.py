"""Upsell ratio: do customers buy more than one kind of product?"""

from loyalty import charts
from loyalty.metrics import upsell
from loyalty.ui.notebook import notebook
from loyalty.ui.parts import part

notebook(upsell.METRIC, part("leads", charts.leads))
