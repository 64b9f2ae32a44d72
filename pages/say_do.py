"""Attitude and behaviour: do the customers who speak well of you also come back?"""

from loyalty import charts
from loyalty.metrics import say_do
from loyalty.ui.notebook import notebook
from loyalty.ui.parts import members, part

notebook(
    say_do.METRIC,
    part("matched"),
    part("attitudes", charts.attitudes),
    part("staying", charts.staying),
    part("discounts", charts.discounts),
    members,
)
