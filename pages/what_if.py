"""What if: what would it bring if customers stayed, came more often or spent more?"""

from loyalty.charts import claims, worth_curve
from loyalty.metrics import what_if
from loyalty.ui.levers import levers, ltv
from loyalty.ui.notebook import notebook
from loyalty.ui.parts import part
from loyalty.ui.programmes import worked_out

own = (part("claims", claims), ltv, part("curve", worth_curve), worked_out, part("levers"))
notebook(what_if.METRIC, *own, ask=levers)
