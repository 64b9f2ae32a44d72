"""Top customers: how much of the revenue comes from the most profitable ones?"""

from loyalty.metrics import top_customers
from loyalty.ui.notebook import notebook
from loyalty.ui.parts import members, part

notebook(top_customers.METRIC, part("tops"), members)
