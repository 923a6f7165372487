"""How much memory `musivid bgm infer` takes for longer and longer films: see docs/benchmarks.md.

    python -m bench.bgm_memory [--minutes 10 20] [--keep-audio] [--stems]

Films of 320x180 at 10 fps are made with ffmpeg: patches that move, others every three
seconds, and a sine as their sound. What counts is the most resident memory that the system has seen
of the program itself (ffmpeg's apart), and how much more of it each further minute takes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

from musivid.media.ffmpeg import ffmpeg_path

SIZE, FPS, CUT_S = (320, 180), 10, 3


def make_film(path: Path, minutes: float) -> None:
    """Write a film that cuts every three seconds and moves in between."""
    import cv2
    import numpy as np

    width, height = SIZE
    command = [str(ffmpeg_path()), "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24",
               "-s", f"{width}x{height}", "-r", str(FPS), "-i", "-",
               "-f", "lavfi", "-i", "sine=frequency=220:sample_rate=44100", "-shortest",
               "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
               "-c:a", "aac", "-b:a", "64k", str(path)]  # fmt: skip
    rng = np.random.default_rng(5)
    with subprocess.Popen(command, stdin=subprocess.PIPE) as coder:
        assert coder.stdin is not None
        for number in range(round(60 * FPS * minutes)):
            if number % (CUT_S * FPS) == 0:
                coarse = rng.integers(0, 255, (6, 10, 3), dtype=np.uint8)
                shot = cv2.resize(coarse, SIZE, interpolation=cv2.INTER_CUBIC)
            coder.stdin.write(np.roll(shot, 3 * (number % 20), axis=1).tobytes())
    if coder.returncode:
        sys.exit(f"ffmpeg ended with {coder.returncode}")


def peak_mb(film: Path, out: Path, flags: list[str]) -> tuple[float, float]:
    """Most resident memory of the whole command in MB, and its CPU seconds."""
    command = [sys.executable, "-m", "musivid", "bgm", "infer", str(film), "-o", str(out),
               "--offline", "-q", *flags]  # fmt: skip
    process = subprocess.Popen(command)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"bgm infer ended with {os.waitstatus_to_exitcode(status)}")
    return used.ru_maxrss * 1024 / 1e6, used.ru_utime + used.ru_stime


def main() -> None:
    """Print the peak of each film and the slope between them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--minutes", type=float, nargs="+", default=[10.0, 20.0])
    parser.add_argument("--keep-audio", action="store_true")
    parser.add_argument("--stems", action="store_true")
    asked = parser.parse_args()
    flags = ["--keep-audio"] * asked.keep_audio + ["--stems"] * asked.stems
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for minutes in asked.minutes:
            film = Path(folder) / f"{minutes:g}.mp4"
            make_film(film, minutes)
            peak, cpu_s = peak_mb(film, Path(folder) / f"scored {minutes:g}.mp4", flags)
            found.append((minutes, peak))
            print(f"{minutes:g} min: {peak:.0f} MB at most, {cpu_s:.0f} CPU s", flush=True)
    for (short, low), (long, high) in pairwise(found):
        print(f"{short:g} to {long:g} min: {(high - low) / (long - short):+.1f} MB a minute")


if __name__ == "__main__":
    main()
