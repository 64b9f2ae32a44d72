"""Forecast: what will your customers buy in the next months?"""

from loyalty.charts import conditional, tracking
from loyalty.metrics import forecast
from loyalty.ui.notebook import notebook
from loyalty.ui.parts import part

notebook(
    forecast.METRIC,
    part("holdout"),
    part("tracking", tracking),
    part("conditional", conditional),
)
