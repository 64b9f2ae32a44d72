"""Loyal against new: how many times as much is a loyal customer worth as a new one?"""

from loyalty.charts import portions, ways
from loyalty.metrics import loyal_new
from loyalty.ui.notebook import notebook
from loyalty.ui.parts import part

notebook(loyal_new.METRIC, part("ways", ways), part("shares", portions))
