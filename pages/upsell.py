"""Upsell ratio: do customers buy more than one kind of product?"""

from loyalty.metrics import upsell
from loyalty.ui import own
from loyalty.ui.notebook import notebook

notebook(upsell.METRIC, own.leads)
