"""MBG/NBD: what of those who bought once and never came back?"""

from loyalty.ui import purchase_simulator

purchase_simulator.page("mbg_nbd")
