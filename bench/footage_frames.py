"""A rendered cut against its own timeline, frame by frame: see docs/footage.md.

    python -m bench.footage_frames [--bars 16]

Every frame of the clips has its file and its number written in it as bars; the whole film is made
by the command at four frame rates and decoded, and each of its frames must be the one that its
.otio names: of the clips at other rates, the one that is shown at that moment.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import opentimelineio as otio
import soundfile
from numpy.typing import NDArray

from musivid.media.frames import read_frames
from musivid.media.sink import FrameSink
from musivid.pocket.songs import compose
from musivid.score.synthesis.player import render

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import footage_fixtures as made

Frame = NDArray[np.uint8]

SIZE, CLIP_S, SEED, RATE_HZ = (256, 144), 7, 41_000_003, 44_100
RATES = [Fraction(25), Fraction(24), Fraction(30), Fraction(30000, 1001), Fraction(24000, 1001),
         Fraction(50), Fraction(60)]  # fmt: skip
FILE_BITS, FRAME_BITS = 5, 10
_TALL = 24  # pixels of the bars


def numbered(file: int, fps: Fraction) -> Iterator[Frame]:
    """Frames whose bars say of which file they are, and which of it."""
    width = SIZE[0] // (FILE_BITS + FRAME_BITS)
    way = made.pan(0.02 + 0.02 * (file % 5))
    for number, frame in enumerate(made.shot(900 + file, CLIP_S, way, size=SIZE, fps=float(fps))):  # type: ignore[arg-type]
        code = (file << FRAME_BITS) | number
        for bit in range(FILE_BITS + FRAME_BITS):
            light = 235 if code >> bit & 1 else 20
            frame[SIZE[1] // 2 : SIZE[1] // 2 + _TALL, bit * width : (bit + 1) * width] = light
        yield frame


def read_code(frame: Frame) -> tuple[int, int]:
    """What the bars of a frame say."""
    width = SIZE[0] // (FILE_BITS + FRAME_BITS)
    row = frame[SIZE[1] // 2 + 6 : SIZE[1] // 2 + _TALL - 6].mean((0, 2))
    bits = [
        row[n * width + 4 : (n + 1) * width - 4].mean() > 128 for n in range(FILE_BITS + FRAME_BITS)
    ]
    code = sum(1 << n for n, bit in enumerate(bits) if bit)
    return code >> FRAME_BITS, code & (2**FRAME_BITS - 1)


def named(path: Path, rates: dict[str, Fraction]) -> list[tuple[str, int]]:
    """The file and frame that a timeline names for each frame of its film."""
    timeline = otio.adapters.read_from_file(str(path))
    found = []
    for clip in timeline.video_tracks()[0]:
        name = Path(unquote(clip.media_reference.target_url)).name
        span = clip.trimmed_range()
        fps = Fraction(span.start_time.rate).limit_denominator(1001)
        for number in range(int(span.duration.value)):
            moment = (Fraction(round(span.start_time.value)) + number) / fps
            found.append((name, int((moment + Fraction(1, 10_000)) * rates[name])))
    return found


def main() -> None:
    """Print, for each rate, how many frames of the film are those of its timeline."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bars", type=int, default=16)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        here = Path(place)
        rates: dict[str, Fraction] = {}
        (here / "clips").mkdir()
        for file in range(14):
            rates[name := f"clip {file:02d}.mp4"] = fps = RATES[file % len(RATES)]
            with FrameSink(here / "clips" / name, size=SIZE, fps=fps, crf=18) as sink:
                for frame in numbered(file, fps):
                    sink.write(frame)
        score, _ = compose(SEED, bars=asked.bars)
        soundfile.write(here / "song.wav", render(score, RATE_HZ).T * 0.5, RATE_HZ)
        for fps in ("25", "30000/1001", "24", "60"):
            film = here / f"film{fps.replace('/', '_')}.mp4"
            command = ["-m", "musivid", "video", here / "song.wav",
                       "--footage", here / "clips", "--fps", fps, "--reuse", "-q",
                       "--size", f"{SIZE[0]}x{SIZE[1]}", "-o", film,
                       "--timeline", film.with_suffix(".otio")]  # fmt: skip
            subprocess.run([sys.executable, *map(str, command)], check=True,
                           env=os.environ | {"XDG_CACHE_HOME": place})  # fmt: skip
            want = named(film.with_suffix(".otio"), rates)
            shown = [read_code(frame) for _, frame in read_frames(film)]
            got = [(f"clip {file:02d}.mp4", number) for file, number in shown]
            same = sum(a == b for a, b in zip(got, want, strict=True))
            off = [(n, a, b) for n, (a, b) in enumerate(zip(got, want, strict=True)) if a != b]
            print(
                f"{fps}: {same} of {len(want)} frames are those that the timeline names", *off[:5]
            )


if __name__ == "__main__":
    main()
