"""MBG/NBD: what of those who bought once and never came back?"""

from loyalty.ui import simulator

simulator.purchases("mbg_nbd")
