"""The Python that draws what a simulator shows, and finds the same."""

from __future__ import annotations

from loyalty.models.rehearsal import Rehearsal
from loyalty.models.renewal_rehearsal import FOLLOWING, RenewalRehearsal
from loyalty.models.spending_rehearsal import SpendingRehearsal
from loyalty.models.terms import Values

PURCHASES = """\
import numpy as np
from loyalty.models import {model}

truth = {truth}
age = np.resize(np.arange({months}, {half}, -1.0), {customers})
drawn = {model}.simulate(truth, age, np.random.default_rng({seed}), horizon={months}.0)
seen = drawn.frequency, drawn.recency, drawn.age

fit = {model}.fit(*seen)
print(fit.state, dict(fit.params))
print({model}.probability_alive(fit, *seen))
print({model}.expected_purchases(fit, {months}.0, *seen).sum(), drawn.future.sum())
"""

SPENDING = """\
import numpy as np
from loyalty.models import gamma_gamma

truth = {truth}
rng = np.random.default_rng({seed})
frequency = rng.geometric(1 / {purchases}, {customers}).astype(float)
drawn = gamma_gamma.simulate(truth, frequency, rng, future=frequency)

fit = gamma_gamma.fit(frequency, drawn.money)
print(fit.state, dict(fit.params))
print(gamma_gamma.expected_money(fit, frequency, drawn.money), drawn.mean)
"""

RENEWALS = """\
import numpy as np
from loyalty.models import shifted_beta_geometric

truth = {truth}
asked = np.full({customers}, {last})
drawn = shifted_beta_geometric.simulate(truth, asked, np.random.default_rng({seed}))
renewals, active = np.minimum(drawn.renewals, {watched}), drawn.renewals >= {watched}

fit = shifted_beta_geometric.fit(renewals, active)
print(fit.state, dict(fit.params))
print(shifted_beta_geometric.survival(fit, {last}), (drawn.renewals >= {last}).mean())
"""


def purchases(shop: Rehearsal) -> str:
    """The Python of a shop of purchases."""
    return PURCHASES.format(
        model=shop.model,
        truth=_exact(shop.truth),
        months=shop.months,
        half=shop.months // 2,
        customers=len(shop.age),
        seed=shop.seed,
    )


def spending(shop: SpendingRehearsal) -> str:
    """The Python of a shop of amounts."""
    return SPENDING.format(
        truth=_exact(shop.truth), purchases=shop.purchases, customers=len(shop.money), seed=shop.seed
    )


def renewals(shop: RenewalRehearsal) -> str:
    """The Python of subscribers."""
    return RENEWALS.format(
        truth=_exact(shop.truth),
        customers=len(shop.lasted),
        last=shop.watched + FOLLOWING,
        watched=shop.watched,
        seed=shop.seed,
    )


def _exact(truth: Values) -> dict[str, float]:
    """The parameters without what rounding adds in their last digits."""
    return {name: float(f"{x:.12g}") for name, x in truth.items()}
