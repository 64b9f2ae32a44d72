"""RFM segments: who buys lately, often and for much?"""

from loyalty import charts
from loyalty.metrics import rfm
from loyalty.ui.notebook import notebook
from loyalty.ui.parts import members, part

notebook(
    rfm.METRIC,
    part("lists"),
    members,
    part("moves", charts.moves),
    part("scores"),
    part("rules"),
)
