"""Lists to act on: whom should you write to, and why?"""

from loyalty.metrics import actions
from loyalty.ui.notebook import notebook
from loyalty.ui.parts import members

notebook(actions.METRIC, members)
