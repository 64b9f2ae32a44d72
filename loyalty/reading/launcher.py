"""First lines of the parsing process: it imports what parsing needs and nothing else.

Arguments: folder of the package, folder of the job, further folders to find libraries in.
"""

import sys
from types import ModuleType


def launch(package: str, folder: str, *path: str) -> int:
    """Parse the job in `folder`; the exit status."""
    sys.path.extend(entry for entry in path if entry not in sys.path)
    loyalty = ModuleType("loyalty")  # the real one imports every metric
    loyalty.__path__ = [package]
    sys.modules["loyalty"] = loyalty

    from loyalty.reading.parser import main

    return main(folder)


if __name__ == "__main__":
    sys.exit(launch(*sys.argv[1:]))
