"""Marks written for editors and read back, in every form at every rate: see docs/editors.md.

    python -m bench.markers [--marks 200]

Nine rates, drop frame and not, from label 0, from an hour, and over midnight. Names are in six
writings and hold what formats take for their own signs. OpenTimelineIO's own library reads .otio
beside ours.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from fractions import Fraction
from pathlib import Path

from musivid.interchange.writing import OUTPUTS, written

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from written_marks import RATES, STARTS, by_library, compared, made_edit


def main() -> None:
    """Print what came back otherwise than it went, by format."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--marks", type=int, default=200)
    asked = parser.parse_args()
    edits = [made_edit(rate, start, asked.marks) for rate in RATES for start in STARTS]
    with tempfile.TemporaryDirectory() as folder:
        for output in (each for each in OUTPUTS if each.name != "rpp"):
            found = [compared(edit, output, Path(folder)) for edit in edits]
            print(
                f"{output.name:14} {len(edits) * asked.marks} marks:"
                f" {sum(one.off for one in found)} off by more than half a frame"
                f" (most {max(one.most for one in found):.3f}),"
                f" {sum(one.lost for one in found)} lost,"
                f" {sum(len(one.renamed) for one in found)} renamed in silence,"
                f" {max(one.told for one in found)} told"
            )
    otio = next(each for each in OUTPUTS if each.name == "otio")
    off = 0
    for edit in edits:
        back = by_library(written(edit, otio, Path()).data)
        most = 1 / (2 * edit.rate.fps) + Fraction(1, 10**9)
        pairs = zip(edit.marks, back, strict=True)
        off += sum(abs(t - m.time) > most or n != m.name for m, (t, n) in pairs)
    print(f"opentimelineio {len(edits) * asked.marks} marks: {off} otherwise")


if __name__ == "__main__":
    main()
