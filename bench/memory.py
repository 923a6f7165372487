"""How much memory `musivid video` holds while a long song is rendered.

    python bench/memory.py [--minutes 10] [--preset tiny] [--size 1280x720]

The resident memory of the program is read every half second while it renders; what counts is how
much it grows after the first minute of video, and the highest that the system has seen of it.
Processes that it starts, as the one that plans films of scenes, are not counted in.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from songs import write_song


def resident_mb(pid: int) -> float:
    """Resident memory of a process in MB; 0 when it has gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def highest_mb(pid: int) -> float:
    """Most resident memory that a process has had, in MB; 0 when it has gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmHWM"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--preset", default="tiny")
    parser.add_argument("--size", help="of the film; left out, as the preset has it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        song = write_song(Path(folder) / "song.wav", 60 * options.minutes)
        command = [sys.executable, "-m", "musivid", "video", str(song), "--preset", options.preset,
                   "-o", str(Path(folder) / "clip.mp4"), "--offline"]  # fmt: skip
        command += ["--size", options.size] if options.size else []
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        said: list[str] = []
        reader = threading.Thread(target=lambda: said.extend(iter(process.stderr.readline, "")))
        reader.start()
        samples: list[tuple[float, float]] = []  # (share of the frames rendered, MB)
        highest = 0.0
        while process.poll() is None:
            highest = max(highest, highest_mb(process.pid))
            rendered = [line for line in said if line.startswith("render:") and "%" in line]
            share = float(rendered[-1].split()[1]) / 100 if rendered else 0.0
            if any(line.startswith("render") for line in said):
                samples.append((share, resident_mb(process.pid)))
            time.sleep(0.5)
        reader.join()
    if process.returncode:
        sys.exit("".join(said[-5:]))
    samples = [(share, held) for share, held in samples if held]
    after_first_minute = [held for share, held in samples if share >= 1 / options.minutes]
    print(f"preset {options.preset}, {options.minutes:g} min: {samples[0][1]:.0f} MB as rendering "
          f"begins, {max(highest, *(held for _, held in samples)):.0f} MB at most")  # fmt: skip
    growth = max(after_first_minute) - after_first_minute[0]
    print(f"growth after the first minute: {growth:+.1f} MB")


if __name__ == "__main__":
    main()
