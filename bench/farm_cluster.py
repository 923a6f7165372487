"""Ray nodes on this machine for the figures of docs/farm.md, ended with whoever started them.

Not to be run by itself. Processes are found by the port that they were given, so that other
clusters on the machine are left alone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

__all__ = ["Cluster", "cpu_s", "musivid", "ray_nodes", "write_song"]

_RAY = [sys.executable, "-m", "ray.scripts.scripts", "start", "--disable-usage-stats"]
_SMALL = ["--object-store-memory=100000000", "--memory=3000000000"]
_ACTOR = "ray::RayHost"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster that runs here.

    Attributes:
        port: of its first process, by which all of its processes are known.
        cpus: cores that each node says to have.
    """

    port: int
    cpus: int

    @property
    def address(self) -> str:
        """As --farm takes it."""
        return f"127.0.0.1:{self.port}"

    def add_node(self) -> None:
        """Start one more node."""
        _start([f"--address={self.address}", f"--num-cpus={self.cpus}"])

    def nodes(self) -> list[int]:
        """The processes that stand for nodes, the head's first."""
        return sorted(pid for pid, line in self._ours() if "raylet/raylet" in line)

    def actors(self) -> dict[int, str]:
        """Processes that do musivid's work, and what Ray says they are at."""
        nodes = self.nodes()
        found = {pid: line for pid, line in _processes() if line.startswith(_ACTOR)}
        return {pid: line for pid, line in found.items() if _parent(pid) in nodes}

    def end(self) -> None:
        """End all of it."""
        for _ in range(3):
            for pid, _ in self._ours():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.3)

    def _ours(self) -> list[tuple[int, str]]:
        marks = (f":{self.port}", f"port={self.port}", f"port={self.port}")
        return [
            (pid, line)
            for pid, line in _processes()
            if any(mark in line for mark in marks) and ("/ray/" in line or "ray::" in line)
        ]


@contextmanager
def ray_nodes(count: int = 2, *, port: int = 6599, cpus: int = 1) -> Iterator[Cluster]:
    """A head and further nodes, each with so many cores."""
    os.environ.setdefault("RAY_AUTH_MODE", "disabled")
    cluster = Cluster(port, cpus)
    with tempfile.TemporaryDirectory(prefix="mv", ignore_cleanup_errors=True) as folder:
        try:
            _start(
                ["--head", f"--port={port}", f"--num-cpus={cpus}", "--include-dashboard=false",
                 f"--temp-dir={folder}"]
            )  # fmt: skip
            for _ in range(count - 1):
                cluster.add_node()
            yield cluster
        finally:
            cluster.end()


def musivid(*arguments: str | Path) -> list[str]:
    """The command line of a program that is started for itself."""
    return [sys.executable, "-m", "musivid", *map(str, arguments)]


def cpu_s(pid: int) -> float:
    """CPU seconds that a process has used; 0: it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def write_song(path: Path, seconds: float) -> Path:
    """Hits over a note, 16 kHz."""
    time_s = np.arange(round(seconds * 16000)) / 16000
    noise = np.random.default_rng(0).standard_normal(len(time_s))
    hits = 0.5 * np.exp(-40 * (time_s % 0.5)) * noise
    sound = np.clip(hits + 0.2 * np.sin(2 * np.pi * 220 * time_s), -1, 1)
    soundfile.write(path, sound.astype(np.float32), 16000, subtype="PCM_16")
    return path


def _start(arguments: list[str]) -> None:
    for attempt in range(3):  # Ray gives up by itself on a busy machine
        done = subprocess.run([*_RAY, *_SMALL, *arguments], capture_output=True, text=True)
        if not done.returncode:
            return
        time.sleep(2.0 * (attempt + 1))
    raise SystemExit(done.stdout + done.stderr)


def _processes() -> list[tuple[int, str]]:
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                found.append((int(folder.name), line.decode(errors="replace")))
    return found


def _parent(pid: int) -> int:
    with suppress(OSError, IndexError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0
