"""How long an answer takes when 200 people answer, 20 files come in and a film is made beside.

    python bench/studio_load.py [--people 200] [--pause 10] [--uploads 20]

A study of 6 trials is served as participants know it (`musivid study serve`, SQLite). First ten
people answer one after the other: the idle time of an answer. Then all answer at once, each after a
pause of about `--pause` seconds as somebody who listens (a third to five thirds of that), and one
answer in ten is sent twice; meanwhile a studio renders a film and takes `--uploads` songs at once.
Counts answers in the database afterwards, and prints percentiles. Linux only.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from musivid.media.sink import FrameSink
from musivid.media.soundtrack import Sound

ROOT = Path(__file__).resolve().parents[1]
TRIALS = 6
IDLE_S = 3.0  # after which a line is opened anew; servers close it after five
STUDY = """
title: Load
consent: {en: I agree.}
systems: {one: one, two: two}
trials: 6
checks: {training: 0, instructed: 0, gold: 0, repeat: 0}
"""


def write_study(folder: Path) -> Path:
    """A study of two systems and six clips of a second."""
    tone = folder / "tone.wav"
    for place, system in enumerate(("one", "two")):
        (folder / system).mkdir()
        for clip in range(6):
            hz = 220 * (1 + place) * (1 + clip / 7)
            soundfile.write(tone, 0.2 * np.sin(2 * np.pi * hz * np.arange(44_100) / 44_100), 44_100)
            film = folder / system / f"clip{clip}.mp4"
            sound = Sound(tone, 0.0, 1.0)
            with FrameSink(film, size=(64, 48), fps=Fraction(10), sound=sound) as sink:
                for frame in range(10):
                    sink.write(np.full((48, 64, 3), 20 * clip + 10 * frame, np.uint8))
    path = folder / "study.yaml"
    path.write_text(STUDY)
    return path


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Line:
    """One browser's line to a server, kept open while it is used."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._held: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._used_s = 0.0

    async def ask(
        self, method: str, path: str, body: bytes = b"", kind: str = "application/json"
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of an answer."""
        if self._held is None or time.monotonic() - self._used_s > IDLE_S:
            if self._held is not None:
                self._held[1].close()
            self._held = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._held
        host = f"127.0.0.1:{self._port}"
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        await writer.drain()
        status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines if line)}
        length = int(headers.get("content-length", 0))
        text = await reader.readexactly(length)
        self._used_s = time.monotonic()
        return int(status.split()[1]), headers, text

    async def json(self, method: str, path: str, body: Any = None) -> Any:
        """The same in JSON."""
        data = b"" if body is None else json.dumps(body).encode()
        status, _, text = await self.ask(method, path, data)
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {text[:200]!r}")
        return json.loads(text)


async def begun(port: int) -> tuple[Line, str]:
    """Somebody who takes part: their line, and where their pages are."""
    line = Line(port)
    form = b"agree=yes&language=en&role=amateur"
    status, headers, _ = await line.ask("POST", "/begin", form, "application/x-www-form-urlencoded")
    if status != 303:
        raise RuntimeError(f"nobody is taken in: {status}")
    return line, headers["location"]


async def answered(line: Line, home: str, pause_s: float, luck: random.Random) -> list[float]:
    """Answer all trials; seconds that each answer took."""
    took = []
    for _ in range(TRIALS):
        await asyncio.sleep(pause_s * luck.uniform(1 / 3, 5 / 3))
        trial = (await line.json("GET", f"{home}/now"))["trial"]
        values = [{one["name"]: 3 for one in trial["questions"]} for _ in trial["sounds"]]
        sent = {"position": trial["position"], "values": values, "events": [[5, "play", "0.00"]]}
        for _ in range(2 if luck.random() < 0.1 else 1):
            began_s = time.perf_counter()
            await line.json("POST", f"{home}/answer", sent)
            took.append(time.perf_counter() - began_s)
    return took


async def uploaded(port: int, song: bytes, number: int) -> float:
    """Seconds until a studio knows a song of its own."""
    began_s = time.perf_counter()
    path = f"/api/inputs?kind=song&name=song{number}.wav"
    status, _, text = await Line(port).ask("POST", path, song, "application/octet-stream")
    if status != 200:
        raise RuntimeError(f"upload: {status} {text[:200]!r}")
    return time.perf_counter() - began_s


async def film_begun(port: int) -> None:
    """Let a studio make a film, and wait until it is at work."""
    line = Line(port)
    song = (ROOT / "examples" / "song.mp3").read_bytes()
    _, _, text = await line.ask("POST", "/api/inputs?kind=song&name=song.mp3", song)
    asked = {"song": json.loads(text)["id"], "preset": "living"}
    job = (await line.json("POST", "/api/films", asked))["id"]
    while (await line.json("GET", f"/api/jobs/{job}"))["stage"] != "render":
        await asyncio.sleep(0.5)


async def answers(port: int) -> None:
    """Wait until a server answers."""
    while True:
        try:
            await Line(port).ask("GET", "/")
            return
        except (OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(0.2)


def percentile(seconds: Sequence[float], share: float) -> str:
    return f"{1000 * float(np.quantile(seconds, share)):.0f} ms"


async def measure(study: int, studio: int, options: argparse.Namespace) -> int:
    """Answer idly and under load; how many answers there must be."""
    luck = random.Random(0)
    await answers(study)
    await answers(studio)
    alone = []
    for _ in range(10):
        alone += await answered(*await begun(study), 0.2, luck)
    print(f"alone: p50 {percentile(alone, 0.5)}, p95 {percentile(alone, 0.95)}", flush=True)
    await film_begun(studio)
    people = [await begun(study) for _ in range(options.people)]
    rate, noise = 44_100, np.random.default_rng(0)
    songs = []
    for number in range(options.uploads):
        path = Path(options.folder) / f"{number}.wav"
        soundfile.write(path, noise.normal(0, 0.1, (30 * rate, 2)), rate)
        songs.append(path.read_bytes())

    async def burst() -> list[float]:
        await asyncio.sleep(options.pause)
        work = (uploaded(studio, song, number) for number, song in enumerate(songs))
        return list(await asyncio.gather(*work))

    each = [answered(*person, options.pause, random.Random(n)) for n, person in enumerate(people)]
    began_s = time.perf_counter()
    *took, uploads = await asyncio.gather(*each, burst())
    span_s = time.perf_counter() - began_s
    under = [seconds for one in took for seconds in one]
    print(f"{options.people} people, {len(under)} answers in {span_s:.0f} s beside a render and "
          f"{len(songs)} uploads of {len(songs[0]) / 1e6:.0f} MB: p50 {percentile(under, 0.5)}, "
          f"p95 {percentile(under, 0.95)}, longest {percentile(under, 1)}")  # fmt: skip
    print(f"uploads: p50 {percentile(uploads, 0.5)}, longest {percentile(uploads, 1)}")
    ratio = float(np.quantile(under, 0.95) / np.quantile(alone, 0.95))
    print(f"p95 under load is {ratio:.1f} times the idle p95")
    return (10 + options.people) * TRIALS


def counted(database: Path, wanted: int) -> bool:
    """Whether each trial has its answer, and each question of it one."""
    with sqlite3.connect(database) as connection:
        trials = connection.execute("SELECT count(answered_s) FROM trial").fetchone()[0]
        rows = connection.execute("SELECT count(*) FROM answer").fetchone()[0]
        keys = "SELECT DISTINCT code, position, system, question FROM answer"
        distinct = connection.execute(f"SELECT count(*) FROM ({keys})").fetchone()[0]
    print(f"{trials} of {wanted} trials are answered, {rows} rows, {rows - distinct} twice")
    return bool(trials == wanted and rows == distinct == 3 * wanted)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--pause", type=float, default=10.0, help="seconds that a trial is heard")
    parser.add_argument("--uploads", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        options.folder = folder
        path = write_study(Path(folder))
        study, studio = free_port(), free_port()
        musivid = [sys.executable, "-m", "musivid"]
        data = str(Path(folder) / "studio")
        programs = [
            subprocess.Popen([*musivid, *words], stderr=subprocess.DEVNULL, stdout=-3, cwd=ROOT)
            for words in (
                ["study", "serve", str(path), "--port", str(study)],
                ["studio", "--port", str(studio), "--data", data, "--device", "cpu"],
            )
        ]
        try:
            wanted = asyncio.run(measure(study, studio, options))
        finally:
            for program in programs:
                program.terminate()
            for program in programs:
                program.wait(60)
        well = counted(path.with_suffix(".study") / "answers.sqlite", wanted)
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    return not well


if __name__ == "__main__":
    sys.exit(main())
