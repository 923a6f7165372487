"""What it costs that networks and x264 take a fixed number of threads, not what the machine has.

    python -m bench.fixed_threads [--pairs 5] [--seconds 20] [--size 640x360] [--preset living]

Films of one song are made by turns, with threads fixed as ever and with both left to torch and
x264. Prints the medians of CPU seconds and wall time, and the shortest of each, which say most on a
busy machine.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.songs import write_song

_FREE = """
import sys
from dataclasses import replace
from musivid import cli
from musivid.core import device
from musivid.media import codecs
device.compute_in = lambda threads: None
free = lambda crf, speed: {"preset": speed, "crf": str(crf)}
codecs.CODECS["h264"] = replace(codecs.CODECS["h264"], options=free)
sys.exit(cli.main())
"""
_FIXED = "import sys; from musivid import cli; sys.exit(cli.main())"


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--size", default="640x360")
    parser.add_argument("--preset", default="living")
    asked = parser.parse_args()
    found: dict[str, list[tuple[float, float]]] = {"fixed": [], "free": []}
    with tempfile.TemporaryDirectory() as folder:
        song = write_song(Path(folder) / "song.wav", asked.seconds)
        options = ["video", str(song), "--preset", asked.preset, "--size", asked.size, "-q", "-f"]
        for turn in range(asked.pairs + 1):
            for name, code in (("fixed", _FIXED), ("free", _FREE)):
                spent = _run(code, [*options, "-o", f"{folder}/{name}{turn}.mp4"])
                found[name] += [spent] if turn else []  # the first compiles, and warms the disk
    print(json.dumps({**vars(asked), **{name: _said(runs) for name, runs in found.items()}}))


def _run(code: str, arguments: list[str]) -> tuple[float, float]:
    """CPU seconds and wall time of a film."""
    before, began_s = _children_s(), time.monotonic()
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    command = [sys.executable, "-c", code, *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return _children_s() - before, time.monotonic() - began_s


def _children_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _said(runs: list[tuple[float, float]]) -> dict[str, float]:
    cpu, wall = zip(*runs, strict=True)
    return {
        "cpu_s": round(statistics.median(cpu), 1),
        "least_cpu_s": round(min(cpu), 1),
        "wall_s": round(statistics.median(wall), 1),
        "least_wall_s": round(min(wall), 1),
    }


if __name__ == "__main__":
    main()
