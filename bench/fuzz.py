"""Give each parser changed files for minutes: `python bench/fuzz.py --minutes 10 [NAME ...]`.

Prints how many inputs each was given, and stops at the first that makes one fail.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import warnings
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "tests")]

from hostile.fuzz import drive  # noqa: E402
from hostile.parsers import PARSERS  # noqa: E402

_ROUND = 2000  # inputs between two looks at the clock


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("names", nargs="*", default=list(PARSERS), help=", ".join(PARSERS))
    options.add_argument("--minutes", type=float, default=0.2, help="for each parser")
    options.add_argument("--seed", type=int, default=0, help="of the first round")
    asked = options.parse_args()
    warnings.simplefilter("ignore")
    for name in asked.names:
        count, number, began_s = 0, asked.seed, time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            while time.monotonic() - began_s < 60 * asked.minutes:
                count += drive(PARSERS[name], Path(folder), _ROUND, number=number)
                number += 1
        print(f"{name}: {count} inputs in {time.monotonic() - began_s:.0f} s", flush=True)


if __name__ == "__main__":
    main()
