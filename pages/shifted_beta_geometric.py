"""Shifted beta-geometric: who will renew, and for how long?"""

from loyalty.ui import renewal_simulator

renewal_simulator.page()
