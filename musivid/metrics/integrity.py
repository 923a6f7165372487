"""Whether a file is whole: lengths of picture and sound, frames lost or doubled, level."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musivid.media.audio import Track
from musivid.media.frames import VideoInfo

__all__ = ["FrameClock", "measure_files", "measure_level"]

_FULL_SCALE = 0.999  # of a sample, -1..1, from which it counts as clipped
_RUN = 3  # samples in a row at full scale: cut off, no lucky peak
_LEAST_STEP = 1e-4  # seconds: frames nearer than this share a time
_LOST_STEPS = 1.5  # frame lengths from one frame to the next that mean a gap
_VARIABLE = 0.1  # share of frames off the usual step that makes a rate variable


class FrameClock:
    """Notes when frames are shown, and how many are the same as the one before."""

    def __init__(self) -> None:
        self._times_s: list[float] = []

    def see(self, time_s: float) -> None:
        """Take the time of the next frame."""
        self._times_s.append(time_s)

    def facts(self, stated_fps: float, repeated: int) -> dict[str, Any]:
        """Return how even the frames come, in JSON types.

        Args:
            stated_fps: what the file says.
            repeated: frames that show the very picture of the one before.
        """
        times = np.array(self._times_s)
        steps = np.diff(times)
        usual = float(np.median(steps)) if len(steps) else 0.0
        off = np.abs(steps - usual) > 0.1 * usual + 1e-3
        lost = np.round(steps[steps > _LOST_STEPS * usual] / usual - 1).sum() if usual else 0
        variable = bool(len(steps) and off.mean() > _VARIABLE)
        return {
            "frames": len(times),
            "stated_fps": round(stated_fps, 6),
            "measured_fps": round(1 / usual, 6) if usual > _LEAST_STEP else None,
            "variable_rate": variable,
            # With a variable rate no frame is missing where none comes.
            "dropped_frames": 0 if variable else int(lost),
            "same_time_frames": int((steps < _LEAST_STEP).sum()),
            "repeated_frames": repeated,
            "last_frame_s": round(float(times[-1]), 4) if len(times) else None,
        }


def measure_files(
    video: VideoInfo | None, picture_s: float | None, sound_s: float | None, delay_s: float
) -> dict[str, Any]:
    """Return how long picture and sound are, and how far they end apart.

    Args:
        video: what the file says of its picture.
        picture_s: how long the picture is.
        sound_s: how long the sound is; None without any.
        delay_s: how much later than the picture the sound begins.
    """
    facts: dict[str, Any] = {
        "picture_s": _rounded(picture_s),
        "sound_s": _rounded(sound_s),
        "sound_delay_ms": round(1000 * delay_s, 3) if video and sound_s else None,
    }
    if picture_s is not None and sound_s is not None:
        facts["ends_apart_s"] = round(sound_s + delay_s - picture_s, 4)
    if video:
        facts |= {"codec": video.codec, "pixel_format": video.pixel_format}
    return facts


def measure_level(track: Track) -> dict[str, Any]:
    """Return loudness (ITU-R BS.1770, EBU R 128), true peak and clipping, in JSON types."""
    from musivid.analysis.loudness import loudness_lufs, true_peak_dbtp

    sound = track.samples[:2]  # the measure's weights of surround channels are not ours to guess
    clipped = sum(_clipped(channel) for channel in sound)
    silent = not bool(np.abs(sound).max(initial=0.0) > 0)
    return {
        "loudness_lufs": _finite(loudness_lufs(sound, track.rate_hz)),
        "true_peak_dbtp": None if silent else _finite(true_peak_dbtp(sound)),
        "clipped_samples": clipped,
        "clipped_share": round(clipped / max(1, sound.size), 9),
        "silent": silent,
        "rate_hz": track.rate_hz,
        "channels": len(track.samples),
    }


def _clipped(channel: NDArray[np.float32]) -> int:
    """Samples in runs of at least three at full scale."""
    full = np.flatnonzero(np.abs(channel) >= _FULL_SCALE)
    if not len(full):
        return 0
    runs: Sequence[NDArray[np.int64]] = np.split(full, np.flatnonzero(np.diff(full) > 1) + 1)
    return sum(len(run) for run in runs if len(run) >= _RUN)


def _finite(value: float) -> float | None:
    return round(float(value), 2) if math.isfinite(value) else None


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 4)
