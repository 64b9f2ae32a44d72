"""Average order value: how much do customers spend in one purchase?"""

from loyalty.metrics import order_value
from loyalty.ui.notebook import notebook

notebook(order_value.METRIC)
