"""Experiment: did what was tried make a difference?"""

from loyalty.metrics import experiment
from loyalty.ui.notebook import notebook
from loyalty.ui.parts import part

notebook(experiment.METRIC, part("differences"), part("published"), part("groups"))
