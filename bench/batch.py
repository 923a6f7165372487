"""A folder of 200 mixed songs with their words, 12 of them broken: what does a batch make of it?

    python bench/batch.py [--songs 200] [--command caption|video]

Sounds are those of the tests' table of odd songs. The batch runs once to its end, and once more
where it is killed half-way (SIGKILL) and the same command is given again with --skip-existing.
Told are results, failures by name, the exit status and seconds of each.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from odd_song_rows import ODD_SONGS

_BROKEN = 12
_WORDED = 3  # one song in so many has words
_WORDS = {".lrc": "[00:00.30]we sing\n", ".srt": "1\n00:00:00,300 --> 00:00:00,700\nwe sing\n",
          ".vtt": "WEBVTT\n\n00:00.300 --> 00:00.700\nwe sing\n"}  # fmt: skip
_COMMANDS = {
    "caption": ("caption", "{folder}", "-o", "{out}/", "--format", "srt"),
    "video": ("video", "{folder}", "--lyrics", "{folder}", "-o", "{out}/", "--preset", "tiny",
              "--size", "64x64", "--fps", "5"),
}  # fmt: skip
_ENDS = {"caption": ".srt", "video": ".mp4"}


def make_folder(folder: Path, count: int, broken: int = _BROKEN) -> set[str]:
    """Write songs of all kinds with words beside every third; returns broken ones' names."""
    from musivid.media.kinds import MEDIA

    able = [odd for odd in ODD_SONGS if Path(odd.name).suffix in MEDIA]
    # Captions want a second of sound, which what is cut off or a hair shorter does not have.
    lasting = [odd for odd in able if odd.lasts_s >= 1 and odd.kind != "cut off"]
    whole = [odd for odd in lasting if not odd.fault and Path(odd.name).suffix != ".wma"]
    faulty = [odd for odd in able if odd.fault]
    faults = {(k + 1) * count // (broken + 1) for k in range(broken)}
    names = set()
    for number in range(count):
        chosen = faulty if number in faults else whole
        odd = chosen[number % len(chosen)]
        song = folder / f"{number:03d}{Path(odd.name).suffix}"
        work = folder.parent / "one"
        work.mkdir(exist_ok=True)
        made = work / song.name
        odd.make(made)
        made.rename(song)
        for left in work.iterdir():
            left.unlink()
        if number in faults:
            names.add(song.name)
        elif number % _WORDED == 0:
            suffix = list(_WORDS)[number // _WORDED % len(_WORDS)]
            song.with_suffix(suffix).write_text(_WORDS[suffix])
    return names


def run_batch(
    folder: Path, out: Path, command: str, *, kill_at: int | None = None
) -> dict[str, Any]:
    """One call; killed when `kill_at` results are there."""
    words = [word.format(folder=folder, out=out) for word in _COMMANDS[command]]
    extra = ["--skip-existing"] if out.exists() else []
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "musivid", *words, *extra, "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    if kill_at is not None:
        while process.poll() is None and _count(out, command) < kill_at:
            time.sleep(0.05)
        process.kill()
    said = process.communicate()[0]
    told = json.loads(said) if said.strip() else {"results": [], "failed": []}
    return {
        "exit": process.returncode,
        "results": _count(out, command),
        "failed": sorted(Path(entry["input"]).name for entry in told["failed"]),
        "seconds": round(time.monotonic() - began, 1),
    }


def _count(out: Path, command: str) -> int:
    return sum(1 for path in out.glob(f"*{_ENDS[command]}")) if out.is_dir() else 0


def measure(count: int, command: str, broken: int = _BROKEN) -> dict[str, Any]:
    """Both runs of one folder."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "songs"
        folder.mkdir()
        names = make_folder(folder, count, broken)
        straight = run_batch(folder, Path(place) / "straight", command)
        killed = run_batch(folder, Path(place) / "again", command, kill_at=count // 2)
        again = run_batch(folder, Path(place) / "again", command)
        return {"broken": sorted(names), "straight": straight, "killed": killed, "again": again}


def main() -> None:
    """Print what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--songs", type=int, default=200)
    parser.add_argument("--command", choices=sorted(_COMMANDS), default="caption")
    asked = parser.parse_args()
    found = measure(asked.songs, asked.command)
    print(json.dumps(found, indent=1))
    for run in ("straight", "again"):
        right = found[run]["exit"] == 4 and found[run]["failed"] == found["broken"]
        print(run, "right" if right and found[run]["results"] == asked.songs - _BROKEN else "WRONG")


if __name__ == "__main__":
    main()
