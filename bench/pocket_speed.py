"""How long `musivid video` takes for a second of video, start-up apart.

    python bench/pocket_speed.py [SONG] [--preset dream] [--size 256x256] [--seconds 60]

The program is run as a user runs it, in a process of its own, twice: once on the song, once on its
first second, which costs the start-up (imports, loading of models) and next to nothing else. Both
wall time and CPU time (the program's, and that of the ffmpeg that it starts) are told.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from songs import write_song


def run(command: list[str]) -> tuple[float, float]:
    """Run a command; its wall and CPU seconds, with those of its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("song", nargs="?", type=Path)
    parser.add_argument("--preset", default="dream")
    parser.add_argument("--size", default="256x256")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--start", type=float, default=1.0, help="seconds that stand for start-up")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        song = options.song or write_song(Path(folder) / "song.wav", options.seconds)
        times = {}
        for name, length in (("start", options.start), ("whole", options.seconds)):
            out = str(Path(folder) / f"{name}.mp4")
            times[name] = run(
                [sys.executable, "-m", "musivid", "video", str(song), "-o", out, "--offline",
                 "--preset", options.preset, "--size", options.size, "--to", str(length)]
            )  # fmt: skip
    length = options.seconds - options.start
    print(f"preset {options.preset}, {options.size}, {options.seconds:g} s of song, "
          f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")  # fmt: skip
    for index, kind in enumerate(("wall", "CPU")):
        start, whole = times["start"][index], times["whole"][index]
        print(f"{kind:>4}: {(whole - start) / length:.3f} s per second of video; "
              f"start-up {start:.1f} s, whole run {whole:.1f} s")  # fmt: skip


if __name__ == "__main__":
    main()
