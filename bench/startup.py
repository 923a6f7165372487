"""CPU seconds that the smallest job of each command takes, beside those of `import torch` alone.

    python bench/startup.py [--times 3] [--root CHECKOUT] [NAME ...]

Each job is a process of its own, start to end, on one thread: nearly all of it is imports and the
reading of weights. Of several runs the least counts. `--root` measures another checkout, such as an
older commit. Linux and macOS only.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
SONG = HERE / "examples" / "song.mp3"
SMALL = ("--size", "128x128", "--fps", "10")
JOBS = {
    "video, the plan": ("video", "SONG", "--dry-run"),
    "video, 1 s": ("video", "SONG", "--to", "1", *SMALL),
    "visualize, 1 s": ("visualize", "SONG", "--to", "1", *SMALL),
    "caption": ("caption", "SONG"),
    "bgm infer, 4 s": ("bgm", "infer", "CLIP", "--preset", "tiny", "--candidates", "1"),
}


def write_clip(path: Path) -> Path:
    """Four seconds of picture with a cut."""
    import numpy as np

    sys.path.insert(0, str(HERE))
    from fractions import Fraction

    from musivid.media.sink import FrameSink

    with FrameSink(path, size=(64, 48), fps=Fraction(10)) as sink:
        for k in range(40):
            sink.write(np.full((48, 64, 3), 40 if k < 20 else 200, np.uint8))
    return path


def cpu_s(command: list[str], folder: Path) -> float:
    """CPU seconds of a process and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True
    )
    if done.returncode:
        raise SystemExit(done.stderr.decode())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measure(job: tuple[str, ...], root: Path, clip: Path) -> float:
    """CPU seconds of a job done by the program in `root`."""
    words = [{"SONG": str(SONG), "CLIP": str(clip)}.get(word, word) for word in job]
    with tempfile.TemporaryDirectory() as folder:
        if job[0] != "caption":
            words += ["-o", str(Path(folder) / "out.mp4")]
        return cpu_s([sys.executable, "-m", "musivid", *words], root)


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(JOBS))
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--root", type=Path, default=HERE)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clip = write_clip(Path(folder) / "clip.mp4")
        bare = [sys.executable, "-c", "import torch"]
        # In turns, so that the load of other programs weighs on all alike.
        found: dict[str, list[float]] = {"import torch": []}
        for _ in range(asked.times):
            found["import torch"].append(cpu_s(bare, asked.root))
            for name in asked.names or JOBS:
                found.setdefault(name, []).append(measure(JOBS[name], asked.root, clip))
    torch_s = min(found["import torch"])
    for name, times in found.items():
        print(f"{name:18} {min(times):6.2f} s CPU  {min(times) / torch_s:5.2f} x import torch")


if __name__ == "__main__":
    main()
