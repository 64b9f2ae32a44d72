"""Gamma-Gamma: what does a customer really spend?"""

from loyalty.ui import spending_simulator

spending_simulator.page()
