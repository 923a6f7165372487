"""Footage of many clips: memory, time, and how soon known ones are there; see docs/footage.md.

    python -m bench.footage_many [--clips 200] [--size 1280x720] [--seconds 5]

Ten made clips are copied under as many names as are asked for, each with a title of its own, so
that each is looked through. Each figure is that of a process of its own.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path

import av

from musivid.footage.faults import grade
from musivid.footage.looking import clips_in, look_through
from musivid.footage.pool import pool_of

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import footage_fixtures as made

ORIGINALS = 10


def copy_titled(source: Path, target: Path, title: str) -> None:
    """The same pictures in another file."""
    with av.open(str(source)) as old, av.open(str(target), "w") as new:
        stream = old.streams.video[0]
        copied = new.add_stream_from_template(stream)
        new.metadata["title"] = title
        for packet in old.demux(stream):
            if packet.dts is not None:
                packet.stream = copied
                new.mux(packet)


def make_clips(folder: Path, clips: int, size: tuple[int, int], seconds: float) -> None:
    """So many clips, of which each tenth shows the same."""
    numbers = count()
    for n in range(min(ORIGINALS, clips)):
        original = folder.parent / f"{n}.mp4"
        made.write_clip(original, made.shot(n, seconds, made.pan(0.02 * n), size=size), size=size)
        for _ in range(n, clips, ORIGINALS):
            name = f"clip {next(numbers):03d}"
            copy_titled(original, folder / f"{name}.mp4", name)


def look(folder: Path, cache: Path) -> None:
    """Look through a folder, and say what that took."""
    began = time.perf_counter()
    looked = look_through(clips_in(folder), cache=cache)
    pool = pool_of(grade(looked.seen))
    wall_s, cpu_s = time.perf_counter() - began, time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(pool.files)} clips, {looked.kept} known: {wall_s:.2f} s, "
          f"{cpu_s:.1f} CPU s in all, {peak:.0f} MB at most")  # fmt: skip


def main() -> None:
    """Print the figures for a tenth of the clips and for all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=200)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--look", type=Path, nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.look:
        look(*asked.look)
        return
    width, height = (int(side) for side in asked.size.split("x"))
    with tempfile.TemporaryDirectory() as place:
        folder, few = Path(place) / "clips", Path(place) / "few"
        folder.mkdir()
        few.mkdir()
        make_clips(folder, asked.clips, (width, height), asked.seconds)
        for path in sorted(folder.iterdir())[::ORIGINALS]:
            shutil.copy(path, few)
        for which, cache in ((few, "few"), (folder, "all"), (folder, "all")):
            subprocess.run([sys.executable, "-m", "bench.footage_many", "--look", which,
                            Path(place) / "cache" / cache], check=True)  # fmt: skip


if __name__ == "__main__":
    main()
