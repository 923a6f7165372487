"""How fast `musivid visualize` renders, and what thrifty decoding saves.

    python bench/visualize.py [--song song.mp3] [--seconds 30] [--threads 2] [--frames 250]

`walk` renders one section of 250 frames between two painted pictures twice, in float32 from the
same latents: each frame decoded on its own, as the published visualiser does it, and as musivid
does it. `video` makes a whole video with the pocket preset at 512x512 and 25 fps, and counts wall
time and processor time after the keyframes: pictures on the way, frames, encoding, joining.
`memory` is the greatest that the process held; give --seconds 600 to see that it does not grow.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
import wave
from pathlib import Path

import numpy as np
import torch

from musivid.core.progress import Silent
from musivid.core.run import load_tensors
from musivid.painting.between import cell_shares, slerp
from musivid.painting.painter import to_frames
from musivid.painting.sparse_walk import sparse_walk
from musivid.painting.walk import wipe_field
from musivid.pipeline.visualize.job import VisualizeJob, check_visualize
from musivid.pipeline.visualize.make import make_visual
from musivid.settings.presets import load_preset
from musivid.weights.session import Session

RATE_HZ = 44_100
WIPE = 0.6


class Stages(Silent):
    """Notes when each stage begins, and what the process has used by then."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, float, float]] = []

    def stage(self, name: str, total: int | None = None, unit: str = "") -> None:
        """Note the stage."""
        self.begun.append((name, time.perf_counter(), cpu_s()))

    def after(self, name: str) -> tuple[float, float]:
        """Wall and processor seconds since the stage that follows `name`."""
        names = [begun for begun, _, _ in self.begun]
        place = min(names.index(name) + 1, len(names) - 1)
        return (
            time.perf_counter() - self.begun[place][1],
            cpu_s() - self.begun[place][2],
        )


def cpu_s() -> float:
    """Processor seconds of this process and its children so far."""
    own, children = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def make_song(path: Path, seconds: float) -> Path:
    """A beat over slow chords, with a change every eight seconds."""
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    dice = np.random.default_rng(0)
    pitch = 110 * 2 ** (np.array([0, 5, 7, 3])[(time_s // 8).astype(int) % 4] / 12)
    tone = sum(np.sin(2 * np.pi * pitch * ratio * time_s) for ratio in (1, 1.5, 2)) / 3
    hits = dice.standard_normal(len(time_s)) * np.exp(-30 * (time_s % 0.5))
    samples = (0.25 * tone + 0.3 * hits).clip(-1, 1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    return path


def bench_video(song: Path, seconds: float, out: Path) -> list[torch.Tensor]:
    """Make a video, print its figures, and return the latents of its first two keyframes."""
    stages = Stages()
    preset = load_preset("visualize", "dream")
    job = VisualizeJob(song, out, preset, end_s=seconds)
    made = make_visual(check_visualize(job), Session("cpu"), reporter=stages)
    wall, used = stages.after("paint keyframes")
    print(
        f"video: {made.duration_s:.1f} s, {made.pictures} pictures, {made.frames} frames; after "
        f"keyframes {wall / made.duration_s:.2f} s wall and {used / made.duration_s:.2f} s of "
        f"processor per second of video"
    )
    keys = sorted((made.folder / "keys").glob("*.safetensors"))[:2]
    return [load_tensors(key)["latent"] for key in keys]


def bench_walk(pair: list[torch.Tensor], count: int) -> None:
    """Compare the two ways of decoding a section."""
    painter = Session("cpu", "float32").painter("pocket-painter")
    progress = np.linspace(0, 1, count)
    field = wipe_field(1, *pair[0].shape[-2:])

    def alone() -> list[np.ndarray]:
        frames = []
        for share in progress:
            spread = cell_shares(torch.tensor([share]).float(), field=field, wipe=WIPE)
            with torch.inference_mode():
                frames.append(to_frames(painter.decode(slerp(*pair, spread)))[0])
        return frames

    def thrifty() -> list[np.ndarray]:
        return list(sparse_walk(painter, *pair, progress, wipe=WIPE, field=field))

    alone_s, one = timed(alone)
    painter.to(memory_format=torch.channels_last)  # as a studio has it
    thrifty_s, ours = timed(thrifty)
    apart = max(int(np.abs(a.astype(int) - b).max()) for a, b in zip(one, ours, strict=True))
    side = one[0].shape[:2]
    print(
        f"walk: {count} frames of {side[1]}x{side[0]}; one at a time {1e3 * alone_s / count:.1f} "
        f"ms a frame, batched and thrifty {1e3 * thrifty_s / count:.1f} ms: "
        f"{alone_s / thrifty_s:.1f}x; frames differ by at most {apart} levels"
    )


def timed(work: object) -> tuple[float, list[np.ndarray]]:
    """Processor seconds of the quicker of two runs, and what came out."""
    best, made = float("inf"), []
    for _ in range(2):
        start = time.process_time()
        made = work()  # type: ignore[operator]
        best = min(best, time.process_time() - start)
    return best, made


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--song", type=Path, help="default: a song made on the spot")
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--frames", type=int, default=250)
    asked = parser.parse_args()
    torch.set_num_threads(asked.threads)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        song = asked.song or make_song(place / "song.wav", asked.seconds)
        pair = bench_video(song, asked.seconds, place / "clip.mp4")
        print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB at most")
        bench_walk(pair, asked.frames)


if __name__ == "__main__":
    main()
