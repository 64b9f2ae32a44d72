"""Understand customer loyalty from a spreadsheet."""

from loyalty.dataset import Dataset, read
from loyalty.errors import LoyaltyError
from loyalty.members import histories, members
from loyalty.metrics import METRICS
from loyalty.metrics.actions import actions
from loyalty.metrics.clv import clv
from loyalty.metrics.cohorts import cohorts
from loyalty.metrics.engagement import engagement
from loyalty.metrics.experiment import experiment
from loyalty.metrics.forecast import forecast
from loyalty.metrics.journey import journey
from loyalty.metrics.loyal_new import loyal_new
from loyalty.metrics.loyalty_index import loyalty_index
from loyalty.metrics.nps import nps
from loyalty.metrics.order_value import order_value
from loyalty.metrics.repurchase import repurchase
from loyalty.metrics.rfm import rfm
from loyalty.metrics.satisfaction import satisfaction
from loyalty.metrics.say_do import say_do
from loyalty.metrics.top_customers import top_customers
from loyalty.metrics.upsell import upsell
from loyalty.metrics.what_if import what_if
from loyalty.models.textbook import textbook_clv
from loyalty.views.programmes import programme

__all__ = [
    "METRICS",
    "Dataset",
    "LoyaltyError",
    "actions",
    "clv",
    "cohorts",
    "engagement",
    "experiment",
    "forecast",
    "histories",
    "journey",
    "loyal_new",
    "loyalty_index",
    "members",
    "nps",
    "order_value",
    "programme",
    "read",
    "repurchase",
    "rfm",
    "satisfaction",
    "say_do",
    "textbook_clv",
    "top_customers",
    "upsell",
    "what_if",
]
__version__ = "0.1.0"
