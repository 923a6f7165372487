"""What styles and cuts cost: CPU milliseconds for one frame, beside what it shows.

    python bench/redrawing.py [--size 1280x720] [--frames 5]

Styles redraw a finished frame, cuts make one picture of two that are drawn. The best of some frames
each, on one thread; of a cut, its dearest moment. Fields that are drawn once are drawn before.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

from musivid.core.seeds import dice
from musivid.living.cuts import CUTS, Seam
from musivid.painting.looks import FINISHES, Finish

SEAM = Seam(leaving=(1.1, 0.4), coming=(0.7, 0.5), glow=(1.0, 0.6, 0.3), seed=7)
MOMENTS = np.linspace(0.02, 0.98, 13)


def blots(size: tuple[int, int], seed: int) -> np.ndarray:
    """A smooth picture of chance, float32 [h, w, 3], 0..1."""
    small = dice(seed).random((9, 16, 3), dtype=np.float32)
    return np.clip(cv2.resize(small, size, interpolation=cv2.INTER_CUBIC), 0, 1)


def cpu_ms(change: Callable[..., Any], *pictures: np.ndarray) -> float:
    """CPU milliseconds of a call; it may write into the pictures, which are copies."""
    copies = [picture.copy() for picture in pictures]
    before = time.thread_time()
    change(*copies)
    return (time.thread_time() - before) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--frames", type=int, default=5)
    options = parser.parse_args()
    width, height = (int(side) for side in options.size.split("x"))
    cv2.setNumThreads(1)
    old, new = (blots((width, height), seed) for seed in (0, 1))
    frame = (old * 255).astype(np.uint8)
    for name in sorted(FINISHES):
        finish = Finish(name, (width, height))
        finish(frame)
        best = min(cpu_ms(finish, frame) for _ in range(options.frames))
        print(f"style {name:12s} {best:6.1f} ms")
    planes = [np.ascontiguousarray(picture.transpose(2, 0, 1)) for picture in (old, new)]
    for name, cut in sorted(CUTS.items()):
        worst = max(
            min(
                cpu_ms(lambda a, b, s=float(share), c=cut: c(a, b, s, SEAM), *planes)
                for _ in range(options.frames)
            )
            for share in MOMENTS
        )
        print(f"cut   {name:12s} {worst:6.1f} ms")


if __name__ == "__main__":
    main()
