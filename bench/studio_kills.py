"""Kill the studio's server and workers (-9) while they plan and while they render.

    python bench/studio_kills.py [PRESET ...] [--seconds 6] [--size 256x256]

For each preset (living and dream, if left out) a film is made undisturbed through the real program,
and again while server and workers are killed in the middle of planning, in the first stage of the
film, and twice while it is rendered. Nobody asks for anything after a kill but that the studio is
opened again. Prints whether the films are equal to the byte. Linux only.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 400.0  # for each thing that is waited for


class Program:
    """The studio as a program, and what a page would ask of it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.open()

    def open(self) -> None:
        """Start it, and wait until it answers."""
        words = ["studio", "--port", str(self.port), "--device", "cpu", "--data", str(self.data)]
        command = [sys.executable, "-m", "musivid", *words]
        self.process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
        until(lambda: self.ask("GET", "/api/jobs") is not None)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """What the studio answers; None: nothing."""
        address = f"http://127.0.0.1:{self.port}"
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(address + path, data, method=method)
        request.add_header("Origin", address)
        if data is not None and data is not body:
            request.add_header("Content-Type", "application/json")
        with contextlib.suppress(ConnectionError, urllib.error.URLError):
            return json.load(urllib.request.urlopen(request, timeout=60))
        return None

    def kill(self) -> int:
        """Kill the server and all its workers at once; how many processes that were."""
        server = self.process.pid
        listed = Path(f"/proc/{server}/task").glob("*/children")
        workers = " ".join(path.read_text() for path in listed).split()
        for process in [server, *map(int, workers)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self.process.wait()
        return 1 + len(workers)

    def close(self) -> None:
        """Close it as its user does."""
        self.process.terminate()
        self.process.wait(60)


def until(holds: Callable[[], Any]) -> Any:
    """What something gives once it gives anything."""
    end_s = time.monotonic() + PATIENCE_S
    while not (found := holds()):
        if time.monotonic() > end_s:
            raise TimeoutError("nothing came of it")
        time.sleep(0.02)
    return found


def planned(studio: Program, wish: dict[str, Any]) -> str:
    """Ask for a plan; its name."""
    song = (ROOT / "examples" / "song.mp3").read_bytes()
    lyrics = (ROOT / "examples" / "lyrics.lrc").read_bytes()
    asked = {
        "song": studio.ask("POST", "/api/inputs?kind=song&name=song.mp3", song)["id"],
        "lyrics": studio.ask("POST", "/api/inputs?kind=lyrics&name=lyrics.lrc", lyrics)["id"],
        **wish,
    }
    return str(studio.ask("POST", "/api/plans", asked)["id"])


def whole_plan(studio: Program, sheet: str) -> Any:
    """A plan that is through, with all its pictures."""
    found = studio.ask("GET", f"/api/plans/{sheet}")
    if not found or not found["facts"]:
        return None
    return found if not found["editable"] or all(row["picture"] for row in found["rows"]) else None


def over(studio: Program, job: str) -> Any:
    """A job that is over."""
    found = studio.ask("GET", f"/api/jobs/{job}")
    return found if found and found["state"] in ("done", "failed", "stopped") else None


def film_of(studio: Program, job: str) -> bytes:
    """The film that came of a job."""
    found = until(lambda: over(studio, job))
    if found["state"] != "done":
        raise RuntimeError(f"{found['state']}: {found['problem']}")
    return (studio.data / "jobs" / job / "film.mp4").read_bytes()


def is_at(studio: Program, job: str, share: float) -> bool:
    """Whether a job is within its longest stage, at a share of it."""
    found = studio.ask("GET", f"/api/jobs/{job}")
    if found["state"] in ("done", "failed", "stopped"):
        raise RuntimeError(f"{found['state']} before it was killed: use more --seconds")
    total = found["total"] or 0
    return found["stage"] in ("render", "paint", "draw") and found["done"] >= share * total > 0


def undisturbed(folder: Path, wish: dict[str, Any]) -> tuple[bytes, float]:
    """A film that nobody disturbs, and seconds from the wish to it."""
    studio = Program(folder)
    began_s = time.monotonic()
    sheet = planned(studio, wish)
    until(lambda: whole_plan(studio, sheet))
    film = film_of(studio, studio.ask("POST", f"/api/plans/{sheet}/film", {})["id"])
    took_s = time.monotonic() - began_s
    studio.close()
    return film, took_s


def disturbed(folder: Path, wish: dict[str, Any]) -> bytes:
    """The same where all processes are killed four times."""
    studio = Program(folder)
    sheet = planned(studio, wish)
    time.sleep(3.0)  # within the planning: networks load, or the song is heard
    again(studio, "while the film is planned")
    until(lambda: whole_plan(studio, sheet))
    job = studio.ask("POST", f"/api/plans/{sheet}/film", {})["id"]
    until(lambda: studio.ask("GET", f"/api/jobs/{job}")["stage"])
    again(studio, "while the film's own plan is made")
    for share in (0.25, 0.6):
        until(lambda share=share: is_at(studio, job, share))  # type: ignore[misc]
        again(studio, f"at {share:.0%} of a stage")
    film = film_of(studio, job)
    studio.close()
    return film


def again(studio: Program, when: str) -> None:
    """Kill all, and open the studio again."""
    killed = studio.kill()
    print(f"  {killed} processes killed {when}", flush=True)
    studio.open()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("presets", nargs="*", default=["living", "dream"])
    parser.add_argument("--seconds", type=float, default=6.0, help="of the film")
    parser.add_argument("--size", default="256x256", help="of the film")
    options = parser.parse_args()
    unequal = 0
    for preset in options.presets:
        wish = {"preset": preset, "settings": {"output.size": options.size},
                "end": options.seconds}  # fmt: skip
        print(preset, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            left, took_s = undisturbed(Path(folder), wish)
            killed = disturbed(Path(folder), wish)
        same = left == killed
        unequal += not same
        print(f"  undisturbed in {took_s:.0f} s, sha256 {hashlib.sha256(left).hexdigest()[:16]}")
        print(f"  films are {'equal to the byte' if same else 'UNEQUAL'}", flush=True)
    return unequal


if __name__ == "__main__":
    sys.exit(main())
