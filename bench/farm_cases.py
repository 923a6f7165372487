"""What a farm does in each case that docs/farm.md tells of, on two Ray nodes of this machine.

    python -m bench.farm_cases [--preset tiny] [late memory stop]

late: an actor stands still for good; its unit is given out once more. memory: units that need more
memory than Ray lets two of them have at once, one of which is too large for any machine. stop:
Ctrl-C, then SIGTERM, each leaving what there is; the command is killed, given again with the farm,
killed, and given again without. Prints what was seen of each.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.farm_cluster import Cluster, musivid, ray_nodes, write_song
from bench.farm_faults import SMALL, Film, frames_of
from musivid.core.progress import Reporter, Silent
from musivid.core.stopping import StopFlag

_PORTION = 1 << 20
_WHOLE_BYTES = 3_000_000_000  # what a unit of memory's case takes
_HELD_S = 6.0


class Eater:
    """Takes as much memory as it is told to, for some seconds."""

    def facts(self) -> Mapping[str, str]:
        """Nothing that matters."""
        return {}

    def do(self, payload: float, reporter: Reporter) -> int:
        """Hold so many times the usual."""
        count = round(payload * _WHOLE_BYTES / _PORTION)
        held = []
        for _ in range(count):
            held.append(bytearray(os.urandom(1024) * 1024))
            time.sleep(_HELD_S / 4 / count)  # Ray looks four times a second
        time.sleep(_HELD_S)
        return len(held)


class _Heard(Silent):
    """What people are told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def note(self, message: str) -> None:
        """Keep it."""
        self.said.append(message)

    warn = note


def main() -> None:
    """Print a JSON object a case."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", default=["late", "memory", "stop"])
    parser.add_argument("--preset", default="tiny")
    parser.add_argument("--seconds", type=float, default=20.0)
    asked = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # shells let it be ignored
    for case in asked.cases:
        found = _memory() if case == "memory" else _film(case, asked.preset, asked.seconds)
        print(json.dumps({"case": case, **found}), flush=True)


def _film(case: str, preset: str, seconds: float) -> dict[str, Any]:
    """A film with one of the cases, beside that of one process."""
    with tempfile.TemporaryDirectory() as folder, ray_nodes() as cluster:
        song = write_song(Path(folder) / "song.wav", seconds)
        common = ("video", song, "--preset", preset, *SMALL)
        alone, far = (Path(folder) / name / "film.mp4" for name in ("alone", "far"))
        subprocess.run(musivid(*common, "-o", alone), check=True, capture_output=True)
        farm = ["--farm", cluster.address, "--farm-cpus", "1"]
        film = Film(musivid(*common, "-o", far), farm, far)
        seen = _late(film, cluster) if case == "late" else _stop(film)
        seen["exit_code"] = film.process.wait()
        seen["same"] = frames_of(alone) == frames_of(far)
        seen["said"] = [line for line in film.said.read_text().splitlines() if _tells(line)]
    return seen


def _tells(line: str) -> bool:
    return any(word in line for word in ("late", "lost", "stopped", "so far", "again", "memory"))


def _late(film: Film, cluster: Cluster) -> dict[str, Any]:
    film.wait_for(film.made() + 5)
    while not (actors := list(cluster.actors())):
        time.sleep(0.1)
    os.kill(actors[0], signal.SIGSTOP)
    return {"stopped_for_good": cluster.actors().get(actors[0], "").strip()}


def _stop(film: Film) -> dict[str, Any]:
    seen: dict[str, Any] = {}
    so_far = film.out.with_suffix(".musivid") / "so_far.mp4"
    for number in (signal.SIGINT, signal.SIGTERM):
        film.wait_for(film.made("parts") + 3, "parts")
        film.process.send_signal(number)
        code = film.process.wait()
        frames = len(frames_of(so_far)) if so_far.is_file() else 0
        seen[signal.Signals(number).name] = {"exit_code": code, "frames_so_far": frames}
        film.begin()
    for alone in (False, True):
        film.wait_for(film.made() + 3)
        film.process.kill()
        film.process.wait()
        seen["killed, then alone" if alone else "killed, then the farm"] = film.made()
        film.begin(alone=alone)
    return seen


def _memory() -> dict[str, Any]:
    from musivid.farm.cluster import Cluster as Actors
    from musivid.farm.cluster import Footprint, join_cluster, leave_cluster
    from musivid.farm.foreman import Task, work_off
    from musivid.farm.units import Crew, Unit

    rows = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    total, free = (1024 * int(rows[name].split()[0]) for name in ("MemTotal", "MemAvailable"))
    limit = (total - free + 1.6 * _WHOLE_BYTES) / total
    limits = {"RAY_memory_usage_threshold": f"{limit:.3f}", "RAY_memory_monitor_refresh_ms": "100"}
    os.environ |= limits
    sizes = {"one": 1.0, "two": 1.0, "three": 1.0, "too large": 4.0}
    kept, heard = {}, _Heard()
    with ray_nodes(1, cpus=2) as cluster:
        join_cluster(cluster.address, "", heard)
        task = Task(
            lambda unit, lacking: sizes[unit.name],
            lambda unit, result: kept.update({unit.name: result}),
        )
        with Actors(Crew(Eater), Footprint(1.0)) as actors:
            faults = work_off(
                [Unit(name) for name in sizes], actors, task, stop=StopFlag(), reporter=heard
            )
        leave_cluster()
    told = {name: [fault.kind, str(fault.error)] for name, fault in faults.items()}
    return {"done": sorted(kept), "failed": told, "said": heard.said}


if __name__ == "__main__":
    main()
