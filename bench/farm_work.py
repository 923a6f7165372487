"""CPU seconds of a film made on two Ray nodes beside those of one process, beyond start-up.

    python -m bench.farm_work [--preset dream] [--seconds 60] [--short 8] [--size 192x192]

Both are done for a short song, too, and only what the long one takes more is compared: so what it
takes to start a process, load models and compile kernels cancels out. Of the cluster only musivid's
own actors are counted; what they used is read from /proc ten times a second until they end.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import tempfile
import time
from pathlib import Path

from bench.farm_cluster import Cluster, cpu_s, musivid, ray_nodes, write_song


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="dream")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--short", type=float, default=8.0)
    parser.add_argument("--size", default="192x192")
    parser.add_argument("--fps", default="12")
    asked = parser.parse_args()
    found: dict[str, list[list[float]]] = {"alone": [], "farm": []}
    walls: dict[str, list[float]] = {"alone": [], "farm": []}
    digests = []
    with tempfile.TemporaryDirectory() as folder, ray_nodes() as cluster:
        for seconds in (asked.short, asked.seconds):
            song = write_song(Path(folder) / f"{seconds:g}.wav", seconds)
            options = ("--preset", asked.preset, "--size", asked.size, "--fps", asked.fps, "-q")
            for name in ("alone", "farm"):
                out = Path(folder) / f"{name}{seconds:g}.mp4"
                farm = ("--farm", cluster.address, "--farm-cpus", "1") if name == "farm" else ()
                began_s = time.monotonic()
                command = musivid("video", song, "-o", out, *options, *farm)
                found[name].append(_cpu_of(command, cluster))
                walls[name].append(time.monotonic() - began_s)
                digests.append(out.read_bytes())
    alone, far = (round(sum(long) - sum(short), 1) for short, long in found.values())
    print(
        json.dumps(
            {
                "preset": asked.preset,
                "same": digests[0] == digests[1] and digests[2] == digests[3],
                "cpu_s": found,
                "beyond_start": {"alone": alone, "farm": far, "ratio": round(far / alone, 3)},
                "wall_s": {name: [round(one) for one in both] for name, both in walls.items()},
            }
        )
    )


def _cpu_of(command: list[str], cluster: Cluster) -> list[float]:
    """CPU seconds of a command with its children, and of each actor that works for it."""
    before = _children_s()
    used: dict[int, float] = {}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ)
    while process.poll() is None:
        for pid in cluster.actors():
            used[pid] = max(used.get(pid, 0.0), _with_children_s(pid))
        time.sleep(0.1)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return [round(one, 1) for one in (_children_s() - before, *used.values())]


def _children_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _with_children_s(pid: int) -> float:
    """CPU seconds of a process, of the encoders that it has ended, and of those that it has."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        own = sum(int(field) for field in fields[11:15]) / os.sysconf("SC_CLK_TCK")
        threads = Path(f"/proc/{pid}/task").iterdir()
        now = [child for one in threads for child in (one / "children").read_text().split()]
    except OSError:
        return 0.0
    return own + sum(cpu_s(int(child)) for child in now)


if __name__ == "__main__":
    main()
