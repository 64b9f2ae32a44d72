"""Repurchase ratio: how many customers come back?"""

from loyalty.metrics import repurchase
from loyalty.ui.notebook import notebook

notebook(repurchase.METRIC)
