# /// script
# requires-python = ">=3.11"
# dependencies = ["lifelines==0.30.3"]
# ///
"""Write lifelines.json beside this file: what lifelines finds in some histories.

It asks for an older pandas than ours, so it is run by hand, in an environment of its own; CONTRIBUTING.md
says how. A history is a list of days watched, whether it happened at the end of them, and to how many.
"""

import json
import math
import random
from collections import Counter
from importlib.metadata import version
from pathlib import Path

Spells = list[tuple[int, bool, int]]

# Remission in weeks, 21 patients each: Freireich et al. (1963), Blood 21
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def written(times: str) -> Spells:
    """Spells from times, a plus behind those that were cut off."""
    return [(int(time.rstrip("+")), not time.endswith("+"), 1) for time in times.split()]


def drawn(seed: int, n: int, scale: float, longest: int) -> Spells:
    """Days until it happens, on average `scale`, watched for at most `longest`; alike ones counted."""
    chance = random.Random(seed)
    pairs = ((int(chance.expovariate(1 / scale)), chance.randint(0, longest)) for _ in range(n))
    counts = Counter((min(event, end), event <= end) for event, end in pairs)
    return [(days, happened, n) for (days, happened), n in sorted(counts.items())]


HISTORIES: dict[str, Spells] = {
    "the treated": written(TREATED),
    "the placebo": written(PLACEBO),
    "many ties": drawn(1, 2000, 20, 40),
    "many at once": [(0, True, 7), (0, False, 2), (1, True, 3), (4, False, 9), (9, True, 1), (12, False, 6)],
    "mostly cut off": drawn(2, 500, 3000, 365),
    "first customers of a year": drawn(3, 860, 200, 420),
    "one event among thousands": [(3, False, 1500), (30, True, 1), (31, False, 4000)],
    "the last one watched passes": [(2, True, 3), (5, False, 4), (8, True, 1)],
    "exactly half": [(2, True, 1), (5, True, 1), (7, False, 2)],
    "half stay half": [(4, True, 6), (9, False, 6)],
    "everyone": [(0, True, 40), (1, True, 60), (3, True, 25), (10, True, 1)],
    "everyone at once": [(6, True, 30)],
    "nobody": [(1, False, 3), (8, False, 5)],
    "one who did": [(5, True, 1)],
    "one who did not": [(5, False, 1)],
}


def found(spells: Spells) -> dict:
    """Survival with its interval day by day, and the median with its interval; null where not reached."""
    from lifelines import KaplanMeierFitter
    from lifelines.utils import median_survival_times

    each = [(days, happened) for days, happened, n in spells for _ in range(n)]
    fitted = KaplanMeierFitter(alpha=0.05).fit(*zip(*each, strict=True))
    interval = fitted.confidence_interval_survival_function_
    ends = median_survival_times(interval)
    medians = [fitted.median_survival_time_, *ends.iloc[0]]
    return {
        "spells": spells,
        "days": [int(day) for day in fitted.survival_function_.index],
        "survival": fitted.survival_function_.iloc[:, 0].tolist(),
        "low": interval.iloc[:, 0].tolist(),
        "high": interval.iloc[:, 1].tolist(),
        "median": [int(day) if math.isfinite(day) else None for day in medians],
    }


def main() -> None:
    """Write the file."""
    made = {"lifelines": version("lifelines")}
    rows = (json.dumps(made | {"history": name} | found(spells)) for name, spells in HISTORIES.items())
    text = "[\n" + ",\n".join(rows) + "\n]\n"
    Path(__file__).with_name("lifelines.json").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
