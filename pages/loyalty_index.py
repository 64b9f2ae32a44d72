"""Customer Loyalty Index: how loyal do customers say they are?"""

from loyalty.metrics import loyalty_index
from loyalty.ui.notebook import notebook
from loyalty.ui.parts import part

notebook(loyalty_index.METRIC, part("questions"), part("waves"))
