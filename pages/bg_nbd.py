"""BG/NBD: who is still a customer, and who has quietly left?"""

from loyalty.ui import purchase_simulator

purchase_simulator.page("bg_nbd")
