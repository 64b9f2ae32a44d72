"""What can be set in the simulators, and what a class may try first."""

from __future__ import annotations

from collections.abc import Mapping

RATES = (0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 4, 8)  # purchases a month
ALIKE = (0.1, 0.15, 0.25, 0.5, 1, 2, 4, 10, 30)
SHARES = (0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8)
ALIKE_LEAVING = (0.2, 0.5, 1, 2, 3, 5, 10, 30, 100)
CUSTOMERS = (30, 100, 300, 1000, 3000, 5000)
MONTHS = (3, 6, 9, 12, 24, 36)
EXTENT = ("customers", "months", "seed")

_BUYING = {"rate": RATES, "alike": ALIKE, "leaving": SHARES, "alike_leaving": ALIKE_LEAVING}

# model -> what can be set -> its choices
KNOBS: Mapping[str, Mapping[str, tuple[float, ...]]] = {
    "bg_nbd": _BUYING,
    "mbg_nbd": _BUYING,
    "pareto_nbd": _BUYING,
}

# model -> exercise -> what it sets, then customers, months and draw; the first is what a visitor finds
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
}

# model -> exercise -> what can be set -> to what
EXERCISES: Mapping[str, Mapping[str, Mapping[str, float]]] = {
    model: {
        name: dict(zip((*KNOBS[model], *EXTENT), values, strict=True))
        for name, values in exercises.items()
    }
    for model, exercises in _SET.items()
}
