"""Scorecard: every metric on one screen."""

from loyalty.ui import cards, cells, state

t = state.translator()
cells.heading(t, "scorecard")
data = state.data()
if data:
    cards.cards(t, data)
else:
    cells.nothing(t)
