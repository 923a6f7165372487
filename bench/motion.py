"""Whether the picture moves with the music: `musivid video` on a song, measured in its frames.

    python bench/motion.py [SONG] [--preset dream] [--size 256x256] [--seconds 40] [--video MP4]

z: the correlation of picture change (mean absolute difference of successive grey frames) with the
song's onset envelope, against 200 circular shifts of one second or more. flicker: the mean change
of frames away from onsets over that of frames at onsets. Both with cuts and without.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from musivid.analysis.sound import analyse
from musivid.media.audio import load_track
from musivid.media.frames import probe_video, read_frames

SHIFTS, REACH_S, STRONG = 200, 0.08, 0.5
EXAMPLE = Path(__file__).parents[1] / "examples" / "song.mp3"


def changes(path: Path) -> tuple[np.ndarray, float]:
    """Mean absolute difference of each frame [n] to the one before (the first: 0), and the rate."""
    before, found = None, []
    for _, frame in read_frames(path):
        grey = frame[::2, ::2].mean(2)
        found.append(0.0 if before is None else float(np.abs(grey - before).mean()))
        before = grey
    return np.array(found), float(probe_video(path).fps)


def correlation_z(change: np.ndarray, onsets: np.ndarray, fps: float) -> tuple[float, float]:
    """Correlation, and how far it stands above those of shifted songs in standard deviations."""
    rng = np.random.default_rng(0)
    shifts = rng.integers(round(fps), len(change) - round(fps), SHIFTS)
    chance = [np.corrcoef(change, np.roll(onsets, shift))[0, 1] for shift in shifts]
    value = float(np.corrcoef(change, onsets)[0, 1])
    return value, (value - float(np.mean(chance))) / float(np.std(chance))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("song", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--preset", default="dream")
    parser.add_argument("--size", default="256x256")
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--video", type=Path, help="measure this one instead of making one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        video = options.video or Path(folder) / "clip.mp4"
        if options.video is None:
            subprocess.run(
                [sys.executable, "-m", "musivid", "video", str(options.song), "-o", str(video),
                 "--preset", options.preset, "--size", options.size, "--offline", "--quiet",
                 "--to", str(options.seconds)],
                check=True, stdout=subprocess.DEVNULL,
            )  # fmt: skip
        change, fps = changes(video)
    track = load_track(options.song, end_s=len(change) / fps)
    facts = analyse(track.mono(22050), 22050)
    onsets = facts.curves.peaks_at("onset", np.arange(len(change)) / fps)
    value, z = correlation_z(change, onsets, fps)
    # A song that repeats itself is much like its own shifts: no picture could stand higher.
    _, most = correlation_z(onsets, onsets, fps)
    strong = np.flatnonzero(onsets > STRONG)
    near = np.zeros(len(change), bool)
    for frame in strong:
        near[max(0, frame - 1) : frame + 1 + round(REACH_S * fps)] = True
    print(f"{options.song.name}, preset {options.preset}, {len(change)} frames at {fps:g} fps")
    print(f"change with onsets: correlation {value:.3f}, z {z:.1f} (bar 4; the "
          f"onsets themselves would have {most:.1f})")  # fmt: skip
    print(f"flicker: {change[~near].mean() / change[near].mean():.2f} (bar 0.5); frames at onsets "
          f"{near.mean():.0%}; change a frame {change.mean():.2f} of 255, "
          f"still {np.mean(change < 0.05):.0%}")  # fmt: skip


if __name__ == "__main__":
    main()
