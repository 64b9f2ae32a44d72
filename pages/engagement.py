"""Customer engagement: do visits lead to purchases?"""

from loyalty import charts
from loyalty.metrics import engagement
from loyalty.ui.notebook import notebook
from loyalty.ui.parts import members, part

notebook(
    engagement.METRIC,
    part("visitors", published=("returning_sessions",)),
    part("hours", charts.hours),
    part("weekend"),
    part("weekdays", charts.weekdays),
    part("sources", charts.sources),
    part("durations", published=("session_duration",)),
    part("spend", published=("engaged_spend", "engaged_visits")),
    members,
)
