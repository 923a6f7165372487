"""Kill `musivid video` at random moments: are the frames the same, and how much work is lost?

    python bench/resume.py [--kills 20] [--seconds 30] [--preset tiny]

Each run is killed with SIGKILL once, at a moment drawn evenly over the length of an uninterrupted
run's work (start-up apart), and then finished by the same command. Lost is what the killed and the
finishing run spend together beyond one uninterrupted run, their start-ups apart, in CPU time.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

from songs import write_song

_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def digest(path: Path) -> str:
    """A hash of all decoded frames."""
    from musivid.media.frames import read_frames

    state = hashlib.sha256()
    for _, frame in read_frames(path):
        state.update(frame.tobytes())
    return state.hexdigest()


def _at_work(said: IO[str]) -> bool:
    """Whether a stage behind the start-up has been announced."""
    text = os.pread(said.fileno(), 1 << 20, 0).decode()
    return any(line.startswith(("hear", "paint", "render", "join")) for line in text.splitlines())


def _is_done(folder: str, run: int) -> bool:
    """Whether a run had said its last word, and was killed while Python was leaving."""
    manifest = Path(folder) / f"{run}.musivid" / "manifest.json"
    return manifest.is_file() and json.loads(manifest.read_text())["finished"]


class Run:
    """One run of the program, and the CPU time that its work takes after the start-up."""

    def __init__(self, command: list[str]) -> None:
        self.worked = 0.0
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115 - it lives as long as the run
        self.process = subprocess.Popen(command, stderr=self._said, stdout=subprocess.DEVNULL)
        # The first stage that works is announced when imports and models are loaded.
        while self.process.poll() is None and not _at_work(self._said):
            time.sleep(0.01)
        self._start = self._cpu()

    def wait(self, limit_s: float | None = None) -> bool:
        """Whether it works to its end; it is killed when its work has taken `limit_s`."""
        while self.process.poll() is None:
            self.worked = max(self.worked, self._cpu() - self._start)
            if limit_s is not None and self.worked >= limit_s:
                self.process.send_signal(signal.SIGKILL)
                self.process.wait()
                return False
            time.sleep(0.005)
        if self.process.returncode:
            self._said.seek(0)
            sys.exit(f"{self._said.read()}\nthe run failed with {self.process.returncode}")
        return True

    def _cpu(self) -> float:
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return 0.0
        return sum(int(fields[index]) for index in (11, 12, 13, 14)) * _TICK_S


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--preset", default="tiny")
    parser.add_argument("--set", action="append", default=[])
    options = parser.parse_args()
    dice = random.Random(0)
    with tempfile.TemporaryDirectory() as folder:
        song = write_song(Path(folder) / "song.wav", options.seconds)

        def command(name: str) -> list[str]:
            changes = [part for change in options.set for part in ("--set", change)]
            return [sys.executable, "-m", "musivid", "video", str(song), "--offline", *changes,
                    "--preset", options.preset, "-o", str(Path(folder) / name)]  # fmt: skip

        wholes: list[float] = []
        for name in ("first.mp4", "whole.mp4"):  # the first one fills the disk's cache
            uninterrupted = Run(command(name))
            uninterrupted.wait()
            wholes.append(uninterrupted.worked)
        work, wanted = min(wholes), digest(Path(folder) / "whole.mp4")
        lost: list[float] = []
        same = run = 0
        while len(lost) < options.kills:
            run += 1
            killed = Run(command(f"{run}.mp4"))
            if killed.wait(dice.random() * 0.95 * work) or _is_done(folder, run):
                continue  # it was faster than the one that was measured
            again = Run(command(f"{run}.mp4"))
            again.wait()
            same += digest(Path(folder) / f"{run}.mp4") == wanted
            lost.append((killed.worked + again.worked) / work - 1)
    print(f"preset {options.preset}, {options.seconds:g} s, {options.kills} kills: "
          f"{same} with identical frames")  # fmt: skip
    print(f"work lost: mean {100 * sum(lost) / len(lost):.1f} %, most {100 * max(lost):.1f} % "
          f"of {work:.1f} CPU s")  # fmt: skip


if __name__ == "__main__":
    main()
