"""What the sources claim that loyalty brings, and what is asked of the levers of a business."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from loyalty.models import levers
from loyalty.models.levers import Counts, Moves, State, Totals

# What the sources claim, as a change of a lever. Retention: told of sales; Reichheld & Sasser (1990), whom it
# goes back to, wrote of profits. Recommendations: WOMMA (2014). Visits, engaged: Gallup (2014), see
# benchmarks.csv. The others: of engaged customers, in articles that name no study; cross-selling is taken as
# every order being so much larger, which is the most that it can mean.
SCENARIOS: Mapping[str, Moves] = {
    "retention": Moves(points=0.05),
    "cross_selling": Moves(order_value=1.22),
    "volume": Moves(frequency=1.5),
    "order_size": Moves(order_value=1.05),
    "order_size_most": Moves(order_value=1.5),
    "visits": Moves(frequency=1.44),
    "engaged": Moves(order_value=1.37),
    "word_of_mouth": Moves(recommended=0.13),
}
CLAIMED = {"retention": 0.25}  # more sales, where a source says so
ROUNDING = 1e-9
OWN = ("margin", "acquisition_cost", "word_of_mouth")  # what no file of orders says


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the levers.

    Parameters
    ----------
    own
        What the user says of the business, by the names of :data:`OWN`; None where nothing is said.
    spans
        How many of the spans that were counted make a year.
    horizon
        For how many years a customer is looked at.
    rate
        What money loses in a year, as a share.
    moves
        What is done to the levers.
    """

    own: Mapping[str, float | None]
    spans: int
    horizon: int
    rate: float
    moves: Moves = field(default_factory=Moves)

    def now(self, totals: Totals) -> State:
        """The levers today."""
        margin, cost, recommended = (self.own[name] for name in OWN)
        return levers.today(totals, self.spans, 1.0 if margin is None else margin, cost, recommended or 0.0)

    def then(self, totals: Totals) -> State:
        """The levers after the change."""
        return levers.moved(self.now(totals), self.moves)

    def full(self, totals: Totals) -> bool:
        """Whether retention would have to rise beyond 100 %."""
        return self.now(totals).retention.real + self.moves.points > 1 + ROUNDING

    def sign(self, totals: Totals) -> int:
        """1 where all that moves is for the better, -1 where all is for the worse, else 0."""
        now, then = self.now(totals), self.then(totals)
        names = ("retention", "frequency", "order_value", "margin", "recommended")
        steps = [complex(getattr(then, name) - getattr(now, name)).real for name in names]
        steps.append((now.cost or 0.0) - (then.cost or 0.0))
        ways = {math.copysign(1, step) for step in steps if abs(step) > ROUNDING}
        return int(ways.pop()) if len(ways) == 1 else 0

    def worth(self, state: State) -> complex:
        """What a customer brings from now on."""
        return levers.worth(state, self.horizon, self.rate)

    def moved(self, scenario: Moves, wanted: Mapping[str, float | None], counts: Counts) -> Question:
        """The same question with levers moved, as steps from where they stand today.

        Parameters
        ----------
        scenario
            Where nothing is wanted.
        wanted
            What levers shall become: retention, frequency, order_value or of :data:`OWN`; None: as the
            scenario says. Recommendations are never fewer than today for a scenario's sake.
        counts
            From which today's values come.
        """
        now = self.now(counts.totals)

        def factor(name: str, otherwise: float) -> float:
            value = wanted.get(name)
            return otherwise if value is None else value / getattr(now, name).real

        retention, recommended = wanted.get("retention"), wanted.get("word_of_mouth")
        moves = Moves(
            points=scenario.points if retention is None else retention - now.retention.real,
            frequency=factor("frequency", scenario.frequency),
            order_value=factor("order_value", scenario.order_value),
            recommended=max(now.recommended, scenario.recommended or 0.0)
            if recommended is None
            else recommended,
            margin=wanted.get("margin"),
            cost=wanted.get("acquisition_cost"),
        )
        return replace(self, moves=moves)
