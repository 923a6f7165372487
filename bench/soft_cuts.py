"""Soft transitions that are found, and false ones in minutes without any: see docs/benchmarks.md.

    python -m bench.soft_cuts [--films 10] [--minutes 10]

Each film has six transitions of 0.4 to 2 s (a fade through black, a dissolve, a wipe from one of
four sides or from the middle) between shots whose camera pans, zooms, sways or stands. One counts
within a quarter of its length, or a quarter of a second, from its middle, and once.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator

from bench.cuts import FPS, SIZE, Frame
from bench.made_minutes import KINDS, minute_frames, soft_film, soft_frames
from musivid.analysis.motion import Motion, MotionMeter

EACH = 6


def look(frames: Iterator[Frame]) -> Motion:
    """What `musivid` sees in frames."""
    meter = MotionMeter(float(FPS), SIZE)
    for frame in frames:
        meter.see(frame)
    return meter.finish()


def main() -> None:
    """Print what is found, by kind, and what is found where nothing is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--films", type=int, default=10)
    parser.add_argument("--minutes", type=int, default=10)
    asked = parser.parse_args()
    made, hits, more, cuts = Counter[str](), Counter[str](), 0, 0
    for number in range(asked.films):
        film = soft_film(100 + number, EACH, number)
        motion = look(soft_frames(film))
        left, cuts = list(motion.soft_cuts_s * FPS), cuts + len(motion.cuts_s)
        for middle, length, kind in zip(film.middles, film.lengths, film.kinds, strict=True):
            near = [f for f in left if abs(f - middle) <= max(FPS / 4, length / 4)]
            made[kind] += 1
            hits[kind] += bool(near)
            left = [f for f in left if f not in near[:1]]
        more += len(left)
    for kind in made:
        print(f"{kind:9s} {hits[kind]:3d} of {made[kind]:3d}")
    print(f"all       {hits.total():3d} of {made.total():3d}; {more} more, {cuts} taken for cuts")
    false = Counter[str]()
    for number in range(asked.minutes):
        kind = KINDS[number % len(KINDS)]
        false[kind] += len(look(minute_frames(kind, number)).soft_cuts_s)
    print(f"false ones in {asked.minutes} minutes: {false.total()} {dict(false)}")


if __name__ == "__main__":
    main()
