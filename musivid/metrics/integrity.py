"""Whether a file is whole: lengths of picture and sound, frames lost or doubled, level."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.media.audio import Track
from musivid.media.frames import VideoInfo

__all__ = ["FileFacts", "FrameClock", "FrameFacts", "LevelFacts", "measure_files", "measure_level"]

_FULL_SCALE = 0.999  # of a sample, -1..1, from which it counts as clipped
_RUN = 3  # samples in a row at full scale: cut off, no lucky peak
_LEAST_STEP = 1e-4  # seconds: frames nearer than this share a time
_LOST_STEPS = 1.5  # frame lengths from one frame to the next that mean a gap
_VARIABLE = 0.1  # share of frames off the usual step that makes a rate variable


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameFacts:
    """How even frames come; fields are the keys of its JSON.

    Attributes:
        frames: how many there are.
        stated_fps: frames a second, as the file says.
        measured_fps: as most of them come; None where all share a time.
        variable_rate: whether many come off the usual step.
        dropped_frames: how many are missing.
        same_time_frames: how many share the time of the one before.
        repeated_frames: how many show the very picture of the one before.
        last_frame_s: when the last one is shown; None without any.
    """

    frames: int
    stated_fps: float
    measured_fps: float | None
    variable_rate: bool
    dropped_frames: int
    same_time_frames: int
    repeated_frames: int
    last_frame_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """How long the parts of a file are; fields are the keys of its JSON.

    Attributes:
        picture_s: length of the picture.
        sound_s: length of the sound.
        sound_delay_ms: how much later than the picture the sound begins.
        ends_apart_s: how much longer the sound is; None without both.
        codec: of the picture; None without one.
        pixel_format: the same.
    """

    picture_s: float | None
    sound_s: float | None
    sound_delay_ms: float | None
    ends_apart_s: float | None = None
    codec: str | None = None
    pixel_format: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelFacts:
    """How loud a sound is; fields are the keys of its JSON.

    Attributes:
        loudness_lufs: by ITU-R BS.1770; None where there is none to measure.
        true_peak_dbtp: in dB of full scale; None in silence.
        clipped_samples: samples in runs at full scale.
        clipped_share: their share of all.
        silent: whether nothing is heard.
        rate_hz: samples a second.
        channels: how many there are.
    """

    loudness_lufs: float | None
    true_peak_dbtp: float | None
    clipped_samples: int
    clipped_share: float
    silent: bool
    rate_hz: int
    channels: int


class FrameClock:
    """Notes when frames are shown, and how many are the same as the one before."""

    def __init__(self) -> None:
        self._times_s: list[float] = []

    def see(self, time_s: float) -> None:
        """Take the time of the next frame."""
        self._times_s.append(time_s)

    def facts(self, stated_fps: float, repeated: int) -> FrameFacts:
        """Return how even the frames come.

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
        return FrameFacts(
            frames=len(times),
            stated_fps=round(stated_fps, 6),
            measured_fps=round(1 / usual, 6) if usual > _LEAST_STEP else None,
            variable_rate=variable,
            # With a variable rate no frame is missing where none comes.
            dropped_frames=0 if variable else int(lost),
            same_time_frames=int((steps < _LEAST_STEP).sum()),
            repeated_frames=repeated,
            last_frame_s=round(float(times[-1]), 4) if len(times) else None,
        )


def measure_files(
    video: VideoInfo | None, picture_s: float | None, sound_s: float | None, delay_s: float
) -> FileFacts:
    """Return how long picture and sound are, and how far they end apart.

    Args:
        video: what the file says of its picture.
        picture_s: how long the picture is.
        sound_s: how long the sound is; None without any.
        delay_s: how much later than the picture the sound begins.
    """
    apart_s = None
    if picture_s is not None and sound_s is not None:
        apart_s = round(sound_s + delay_s - picture_s, 4)
    return FileFacts(
        picture_s=_rounded(picture_s),
        sound_s=_rounded(sound_s),
        sound_delay_ms=round(1000 * delay_s, 3) if video and sound_s else None,
        ends_apart_s=apart_s,
        codec=video.codec if video else None,
        pixel_format=video.pixel_format if video else None,
    )


def measure_level(track: Track) -> LevelFacts:
    """Return loudness (ITU-R BS.1770, EBU R 128), true peak and clipping."""
    from musivid.analysis.loudness import loudness_lufs, true_peak_dbtp

    sound = track.samples[:2]  # the measure's weights of surround channels are not ours to guess
    clipped = sum(_clipped(channel) for channel in sound)
    silent = not bool(np.abs(sound).max(initial=0.0) > 0)
    return LevelFacts(
        loudness_lufs=_finite(loudness_lufs(sound, track.rate_hz)),
        true_peak_dbtp=None if silent else _finite(true_peak_dbtp(sound)),
        clipped_samples=clipped,
        clipped_share=round(clipped / max(1, sound.size), 9),
        silent=silent,
        rate_hz=track.rate_hz,
        channels=len(track.samples),
    )


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
