"""What each style costs: CPU milliseconds that redrawing one frame takes.

    python bench/styles.py [--size 1280x720] [--frames 5]

The best of some frames each, fields that are drawn once apart, on one thread.
"""

from __future__ import annotations

import argparse
import time

import cv2
import numpy as np

from musivid.core.seeds import dice
from musivid.painting.looks import FINISHES, Finish


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--frames", type=int, default=5)
    options = parser.parse_args()
    width, height = (int(side) for side in options.size.split("x"))
    cv2.setNumThreads(1)
    blots = dice(0).integers(0, 255, (45, 80, 3), dtype=np.uint8)
    frame = np.asarray(cv2.resize(blots, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
    for name in sorted(FINISHES):
        finish = Finish(name, (width, height))
        finish(frame)
        print(f"{name:12s} {min(cpu_ms(finish, frame) for _ in range(options.frames)):6.1f} ms")


def cpu_ms(finish: Finish, frame: np.ndarray) -> float:
    before = time.process_time()
    finish(frame)
    return (time.process_time() - before) * 1000


if __name__ == "__main__":
    main()
