"""Pareto/NBD: how long does a customer stay one?"""

from loyalty.ui import purchase_simulator

purchase_simulator.page("pareto_nbd")
