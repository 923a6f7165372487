"""How long somebody waits for the picture of a row that they changed, for each kind of scene.

    python bench/studio_previews.py [--wait 60]

The real program plans a song; after `--wait` seconds, in which its worker draws every scene once
for itself, a row is changed to one scene after the other, and the time is taken until its picture
can be shown. Linux only.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from studio_kills import Program, planned, until, whole_plan

WISH = {"preset": "living", "end": 20.0}


def drawn(studio: Program, sheet: str, row: str) -> Any:
    """The row, once it has its picture."""
    rows = studio.ask("GET", f"/api/plans/{sheet}")["rows"]
    return next((one for one in rows if one["id"] == row and one["picture"]), None)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--wait", type=float, default=60.0, help="seconds before the first change")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        studio = Program(Path(folder))
        sheet = planned(studio, WISH)
        plan = until(lambda: whole_plan(studio, sheet))
        time.sleep(options.wait)
        row, took = plan["rows"][0], {}
        for scene, known in studio.ask("GET", "/api/choices")["scenes"].items():
            given = {"scene": scene, "look": known["looks"][-1], "shot": known["shots"][-1]}
            began_s = time.perf_counter()
            studio.ask("PATCH", f"/api/plans/{sheet}/rows/{row['id']}", given)
            until(lambda: drawn(studio, sheet, row["id"]))
            took[scene] = time.perf_counter() - began_s
            print(f"{scene:11} {took[scene]:.2f} s", flush=True)
        studio.close()
    longest = max(took, key=lambda name: took[name])
    print(f"{len(took)} scenes: half within {sorted(took.values())[len(took) // 2]:.2f} s, "
          f"the longest {longest} {took[longest]:.2f} s")  # fmt: skip
    return took[longest] > 2.0


if __name__ == "__main__":
    sys.exit(main())
