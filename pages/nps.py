"""Net Promoter Score: would customers recommend us?"""

from loyalty.metrics import nps
from loyalty.ui import own
from loyalty.ui.notebook import notebook

notebook(nps.METRIC, own.methods, own.comments)
