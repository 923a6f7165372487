"""The speed of a picture as CMT measures it, for which its thresholds of density were made.

Farnebäck's flow between neighbouring frames of 360 lines, the mean of |dx| and |dy| over the whole
picture: pixels a frame, of whatever rate the film has (wzk1015/video-bgm-generation,
`optical_flow.py`). `flow.py` measures faster and alike for all sizes and rates; its numbers are of
another unit and another scale.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.analysis.kept import kept_file, read_kept, write_kept
from musivid.core.progress import Reporter, Silent
from musivid.media.containers import Damage
from musivid.media.frames import probe_video, read_frames
from musivid.media.packets import scan_packets

__all__ = ["SpeedCurve", "read_speed", "speed_of"]

_LINES = 360  # to which the published scripts have films scaled by hand
_CACHE_VERSION = 1  # rises when the same film gives other numbers

SpeedCurve = tuple[NDArray[np.float64], NDArray[np.float64]]
"""When each frame but the first is shown, in seconds, and how far its picture has moved."""


def read_speed(
    path: Path, *, reporter: Reporter | None = None, cache: Path | None = None
) -> SpeedCurve:
    """Return how fast the picture of a film moves, in pixels a frame.

    Args:
        path: any video that ffmpeg can read.
        reporter: told of the progress.
        cache: a folder in which the result is kept under the hash of the file's content.

    Raises:
        InputError: not there, a folder, empty, not media, or without moving picture.
    """
    told = reporter or Silent()
    kept = kept_file(cache, "speed", _CACHE_VERSION, path) if cache else None
    if kept and (known := read_kept(kept)):
        return known["times_s"], known["speeds"]
    width, height = probe_video(path).size
    size = (max(2, 2 * round(width * _LINES / height / 2)), _LINES)
    told.stage("measure speed", total=scan_packets(path).count, unit="frames")
    found = speed_of(read_frames(path, size, damage=Damage()), told)
    if kept:
        write_kept(kept, {"times_s": found[0], "speeds": found[1]})
    return found


def speed_of(
    frames: Iterable[tuple[float, NDArray[np.uint8]]], reporter: Reporter | None = None
) -> SpeedCurve:
    """Return how fast frames move.

    Args:
        frames: when each is shown, in seconds, and uint8 [360, width, 3], RGB.
        reporter: told of each.
    """
    told, before = reporter or Silent(), None
    times_s, speeds = [], []
    for time_s, frame in frames:
        grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8)
        if before is not None:
            field = cv2.calcOpticalFlowFarneback(
                before,
                grey,
                None,  # type: ignore[call-overload]
                pyr_scale=0.5,
                levels=3,
                winsize=15,
                iterations=3,
                poly_n=5,
                poly_sigma=1.2,
                flags=0,
            )
            times_s.append(time_s)
            speeds.append(float(np.abs(field).mean()))
        before = grey
        told.advance()
    return np.array(times_s), np.array(speeds)
