"""BG/NBD: who is still a customer, and who has quietly left?"""

from loyalty.ui import simulator

simulator.purchases("bg_nbd")
