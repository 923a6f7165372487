"""CPU seconds of a film made on two Ray nodes beside those of one process, beyond start-up.

    python -m bench.farm_work [--preset dream] [--seconds 60] [--short 8] [--size 192x192]

Both are done at the same time, for on a machine that others use the same work takes up to half as
much again. Both are done for a short song, too, and only what the long one takes more is compared:
so what it takes to start a process, load models and compile kernels cancels out. Of the cluster
only musivid's own actors are counted; what all used is read from /proc ten times a second.
"""

from __future__ import annotations

import argparse
import json
import os
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
    same = True
    with tempfile.TemporaryDirectory() as folder, ray_nodes() as cluster:
        for seconds in (asked.short, asked.seconds):
            song = write_song(Path(folder) / f"{seconds:g}.wav", seconds)
            options = ("--preset", asked.preset, "--size", asked.size, "--fps", asked.fps, "-q")
            films = {name: Path(folder) / f"{name}{seconds:g}.mp4" for name in found}
            commands = {name: musivid("video", song, "-o", films[name], *options) for name in found}
            commands["farm"] += ["--farm", cluster.address, "--farm-cpus", "1"]
            for name, spent in _cpu_of(commands, cluster).items():
                found[name].append(spent)
            same &= films["alone"].read_bytes() == films["farm"].read_bytes()
    alone, far = (round(sum(long) - sum(short), 1) for short, long in found.values())
    ratio = {"alone": alone, "farm": far, "ratio": round(far / alone, 3)}
    print(json.dumps({**vars(asked), "same": same, "cpu_s": found, "beyond_start": ratio}))


def _cpu_of(commands: dict[str, list[str]], cluster: Cluster) -> dict[str, list[float]]:
    """CPU seconds of each command with its children, and with the farm's those of all actors."""
    running = {
        name: subprocess.Popen(command, stdout=subprocess.DEVNULL)
        for name, command in commands.items()
    }
    used: dict[int, float] = {}
    while any(process.poll() is None for process in running.values()):
        pids = {process.pid for process in running.values() if process.poll() is None}
        for pid in pids | set(cluster.actors()):
            used[pid] = max(used.get(pid, 0.0), _with_children_s(pid))
        time.sleep(0.1)
    if any(process.returncode for process in running.values()):
        raise SystemExit(f"{commands} ended with {[p.returncode for p in running.values()]}")
    alone = running["alone"].pid
    rest = [round(spent, 1) for pid, spent in used.items() if pid != alone]
    return {"alone": [round(used[alone], 1)], "farm": rest}


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
