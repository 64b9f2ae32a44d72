"""Pareto/NBD: how long does a customer stay one?"""

from loyalty.ui import simulator

simulator.purchases("pareto_nbd")
