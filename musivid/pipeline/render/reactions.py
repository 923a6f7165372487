"""What the music does to each frame: how far the walk has gone, and what the camera hears."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.sound import Curves
from musivid.core.timeline import Timeline
from musivid.painting.camera import CameraCurves
from musivid.painting.walk import music_drive, span_progress
from musivid.settings.video import VideoPreset

__all__ = ["Motion", "WalkSpan", "key_frames", "lay_motion"]


@dataclass(frozen=True, slots=True)
class WalkSpan:
    """Frames between two keys, and how far the walk has gone in each, float64 [frames], 0..1."""

    frames: range
    progress: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Motion:
    """All paths of a video that depend on its music, made at once.

    Attributes:
        spans: the walk from each key to the next; they cover all frames.
        camera: curves float32 [frames].
        loudness: float32 [frames], 0..1.
    """

    spans: tuple[WalkSpan, ...]
    camera: CameraCurves
    loudness: NDArray[np.float32]


def key_frames(times_s: Sequence[float], timeline: Timeline) -> list[int]:
    """The frame of each key, ascending; the first is 0 and the last the number of frames."""
    inner = [timeline.frame_at(time) for time in times_s[1:-1]]
    return [0, *inner, timeline.frames]


def lay_motion(
    curves: Curves,
    timeline: Timeline,
    keys_at: Sequence[int],
    preset: VideoPreset,
    *,
    lines: Sequence[int] = (),
) -> Motion:
    """Return the paths of a video.

    Args:
        curves: of the song.
        timeline: of the video.
        keys_at: frames of the keys, from `key_frames`.
        preset: how strongly the music moves what.
        lines: numbers of the keys that are pictures of lyric lines.
    """
    times = np.asarray(timeline.times_s())
    onset = curves.peaks_at("onset", times)
    hits = np.sqrt(onset * curves.peaks_at("percussive", times))
    loudness = curves.at("loudness", times)
    drive = music_drive(onset, loudness, preset.react.morph)
    spans = []
    turn = round(preset.keys.line_turn_s * float(timeline.fps))
    for number, (first, end) in enumerate(pairwise(keys_at), 1):
        # The picture of a line must not be seen long before the line is sung.
        begin = max(first, end - turn) if number in lines else first
        positions = np.arange(end - begin) / max(end - begin, 1)
        progress = span_progress(positions, preset.walk, drive[begin:end])
        rest = np.zeros(begin - first)
        spans.append(WalkSpan(range(first, end), np.concatenate([rest, progress])))
    camera = CameraCurves(
        percussive=hits,
        bass=curves.at("bass", times),
        loudness=loudness,
        harmonic=curves.at("harmonic", times),
        brightness=curves.at("brightness", times),
        keys=list(keys_at[:-1]),
    )
    return Motion(tuple(spans), camera, loudness)
