"""A film made on two Ray nodes over random faults: is it the film of one process?

    python -m bench.farm_faults [--faults 20] [--preset tiny] [--seconds 60] [--seed 0]

A fault is an actor killed (SIGKILL), a node killed and started again, the command itself killed and
given again (with --farm, or for a while without), or an actor that stands still for some seconds.
Prints how many of each there were, whether film and keyframes are the same bytes, and how many
frames of the film are others when it is played.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import tempfile
import time
from collections import Counter
from contextlib import suppress
from itertools import zip_longest
from pathlib import Path

import av

from bench.farm_cluster import Cluster, musivid, ray_nodes, write_song

SMALL = ("--size", "192x192", "--fps", "24", "--set", "output.part_s=0.5", "--force")
KINDS = {"actor": 10, "node": 3, "driver": 4, "slow": 3}  # how likely each is
STILL_S = 8.0
PATIENCE_S = 120.0  # for one more unit


class Film:
    """A film that is being made by a command that may be given again."""

    def __init__(self, command: list[str], farm: list[str], out: Path) -> None:
        self._command, self._farm, self.out = command, farm, out
        self.said = out.parents[1] / "said.txt"
        self.process = self.begin()

    def begin(self, *, alone: bool = False) -> subprocess.Popen[bytes]:
        """Give the command, without the farm where it is to go on alone."""
        command = self._command + ([] if alone else self._farm)
        with self.said.open("ab") as said:
            self.process = subprocess.Popen(command, stdout=said, stderr=said)
        return self.process

    def made(self, *kinds: str) -> int:
        """How many there are, of keyframes and parts if nothing else is said."""
        run = self.out.with_suffix(".musivid")
        return sum(1 for kind in kinds or ("keys", "parts") for _ in (run / kind).glob("[0-9]*"))

    def wait_for(self, count: int, *kinds: str) -> bool:
        """Wait until so much is made; whether the command still runs then."""
        until_s = time.monotonic() + PATIENCE_S
        while self.process.poll() is None and self.made(*kinds) < count:
            if time.monotonic() > until_s:
                print(f"nothing came for {PATIENCE_S:g} s")
                break
            time.sleep(0.05)
        return self.process.poll() is None


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--faults", type=int, default=20)
    parser.add_argument("--preset", default="tiny")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as folder, ray_nodes() as cluster:
        song = write_song(Path(folder) / "song.wav", asked.seconds)
        common = ("video", song, "--preset", asked.preset, *SMALL)
        alone, far = (Path(folder) / name / "film.mp4" for name in ("alone", "far"))
        subprocess.run(musivid(*common, "-o", alone), check=True, stdout=subprocess.DEVNULL)
        began_s = time.monotonic()
        farm = ["--farm", cluster.address, "--farm-cpus", "1"]
        film = Film(musivid(*common, "-o", far), farm, far)
        told: Counter[str] = Counter()
        while told.total() < asked.faults and film.wait_for(film.made() + chance.randint(1, 2)):
            kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
            told[kind] += _do(kind, film, cluster, chance)
        code = film.process.wait()
        if code:
            raise SystemExit(f"{film.said.read_text()}\n{dict(told)}, ended with {code}")
        one, other = _contents(alone), _contents(far)
        differ = sorted(name for name in one | other if one.get(name) != other.get(name))
        print(
            json.dumps(
                {
                    "preset": asked.preset,
                    "faults": dict(told),
                    "units": film.made(),
                    "same": not differ,
                    "differ": differ,
                    "frames": len(frames_of(far)),
                    "frames_differ": _frames_that_differ(alone, far),
                    "wall_s": round(time.monotonic() - began_s),
                }
            )
        )


def _do(kind: str, film: Film, cluster: Cluster, chance: random.Random) -> int:
    """Do a fault; 0: there was nothing to do it to."""
    if kind == "driver":
        _kill(film.process)
        if chance.random() < 0.5:  # one process goes on for a while, and is killed, too
            film.begin(alone=True)
            film.wait_for(film.made() + 2)
            _kill(film.process)
        film.begin()
        return 1
    if kind == "node":
        os.kill(cluster.nodes()[-1], signal.SIGKILL)
        cluster.add_node()
        return 1
    until_s = time.monotonic() + PATIENCE_S
    while not (actors := list(cluster.actors())):  # they take some seconds to start
        if film.process.poll() is not None or time.monotonic() > until_s:
            return 0
        time.sleep(0.1)
    pid = chance.choice(actors)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL if kind == "actor" else signal.SIGSTOP)
        if kind == "slow":
            time.sleep(STILL_S)
            os.kill(pid, signal.SIGCONT)
    return 1


def _kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def frames_of(film: Path) -> list[bytes]:
    """A hash of each frame of a film as it is shown."""
    with av.open(film) as opened:
        pictures = (frame.to_ndarray(format="yuv420p") for frame in opened.decode(video=0))
        return [hashlib.sha256(picture.tobytes()).digest() for picture in pictures]


def _frames_that_differ(one: Path, other: Path) -> int:
    pairs = zip_longest(frames_of(one), frames_of(other))
    return sum(frame != beside for frame, beside in pairs)


def _contents(film: Path) -> dict[str, bytes]:
    """The bytes of a film, its parts and its keyframes."""
    run = film.with_suffix(".musivid")
    files = [film, *run.glob("parts/[0-9]*"), *run.glob("keys/[0-9]*.safetensors")]
    return {path.name: path.read_bytes() for path in files}


if __name__ == "__main__":
    main()
