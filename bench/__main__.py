"""``python -m bench [NAME …]``: every figure is a ratio to a reference measured in the same run."""

from __future__ import annotations

import importlib
import sys

NAMES = ("reading", "metrics", "scorecard", "start", "rerun", "models")


def main(names: list[str]) -> int:
    """Run the benchmarks named, or all; 1 when a claim does not hold."""
    unknown = set(names) - set(NAMES)
    if unknown:
        print(f"No benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}.")
        return 2
    outcomes = [importlib.import_module(f"bench.{name}").main() for name in names or NAMES]
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
