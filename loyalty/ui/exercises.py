"""What can be set in the simulators, and what a class may try first."""

from __future__ import annotations

from collections.abc import Mapping

RATES = (0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 4, 8)  # purchases a month
ALIKE = (0.1, 0.15, 0.25, 0.5, 1, 2, 4, 10, 30)
SHARES = (0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8)
ALIKE_LEAVING = (0.2, 0.5, 1, 2, 3, 5, 10, 30, 100)
CUSTOMERS = (30, 100, 300, 1000, 3000, 5000)
MONTHS = (3, 6, 9, 12, 24, 36)
PURCHASES = (1, 1.5, 2, 4, 10)  # repeat purchases of a customer, on average
TERMS = (2, 3, 4, 6, 8, 12)  # renewals watched
MEANS = (5, 10, 20, 30, 50, 100, 300)  # money
STEADY = (0.5, 1, 2, 4, 8, 20)
ALIKE_SPENDING = (1.5, 2.2, 2.5, 3, 4, 6, 10, 30)

_BUYING = {"rate": RATES, "alike": ALIKE, "leaving": SHARES, "alike_leaving": ALIKE_LEAVING}

# model -> what can be set -> its choices
KNOBS: Mapping[str, Mapping[str, tuple[float, ...]]] = {
    "bg_nbd": _BUYING,
    "mbg_nbd": _BUYING,
    "pareto_nbd": _BUYING,
    "gamma_gamma": {"mean": MEANS, "steady": STEADY, "alike": ALIKE_SPENDING},
    "shifted_beta_geometric": {"leaving": SHARES, "alike_leaving": ALIKE_LEAVING},
}

_WATCHED = {"customers": CUSTOMERS, "months": MONTHS}

# model -> how much is drawn -> its choices
EXTENT: Mapping[str, Mapping[str, tuple[float, ...]]] = {
    "bg_nbd": _WATCHED,
    "mbg_nbd": _WATCHED,
    "pareto_nbd": _WATCHED | {"customers": CUSTOMERS[:-1]},  # whose likelihood takes longest
    "gamma_gamma": {"customers": CUSTOMERS, "purchases": PURCHASES},
    "shifted_beta_geometric": {"customers": CUSTOMERS, "terms": TERMS},
}

# model -> exercise -> what it sets, then how much is drawn and which draw; the first is what a visitor finds
_SET: Mapping[str, Mapping[str, tuple[float, ...]]] = {
    "bg_nbd": {
        "shop": (0.25, 0.25, 0.25, 3, 1000, 9, 3),
        "cafe": (4, 1, 0.05, 2, 300, 6, 1),
        "faithful": (0.5, 1, 0, 3, 3000, 24, 3),
        "few": (0.5, 0.5, 0.25, 3, 30, 12, 4),
        "rare": (0.1, 0.5, 0.5, 2, 3000, 12, 1),
    },
    "mbg_nbd": {
        "tourists": (0.5, 1, 0.5, 1, 1000, 12, 4),
        "shop": (0.5, 0.5, 0.3, 3, 1000, 9, 1),
        "alike": (1, 2, 0.2, 100, 1000, 12, 6),
        "few": (0.5, 0.5, 0.3, 3, 100, 6, 1),
    },
    "pareto_nbd": {
        "shop": (0.25, 0.5, 0.25, 0.5, 1000, 9, 4),
        "cafe": (4, 1, 0.1, 1, 300, 6, 1),
        "faithful": (0.5, 1, 0, 1, 3000, 24, 1),
        "short": (0.25, 0.5, 0.05, 1, 1000, 3, 1),
    },
    "gamma_gamma": {
        "shop": (30, 2, 4, 1000, 2, 62),
        "cafe": (5, 8, 6, 300, 10, 1),
        "alike": (30, 1, 30, 1000, 2, 1),
        "uneven": (100, 1, 1.5, 30, 1.5, 1),
    },
    "shifted_beta_geometric": {
        "regular": (0.4, 2, 1000, 4, 1),
        "high_end": (0.15, 5, 1000, 4, 1),
        "same": (0.2, 100, 1000, 4, 1),
        "early": (0.3, 1, 300, 2, 1),
    },
}

# model -> exercise -> what can be set -> to what
EXERCISES: Mapping[str, Mapping[str, Mapping[str, float]]] = {
    model: {
        name: dict(zip((*KNOBS[model], *EXTENT[model], "seed"), values, strict=True))
        for name, values in exercises.items()
    }
    for model, exercises in _SET.items()
}
