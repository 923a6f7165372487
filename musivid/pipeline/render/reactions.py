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

__all__ = ["Reactions", "WalkSpan", "keyframe_numbers", "lay_reactions"]


@dataclass(frozen=True, slots=True)
class WalkSpan:
    """Frames between two keyframes, and how far the walk is in each, float64 [frames], 0..1."""

    frames: range
    progress: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reactions:
    """All paths of a video that depend on its music, made at once.

    Attributes:
        spans: the walk from each keyframe to the next; they cover all frames.
        camera: curves float32 [frames].
        loudness: float32 [frames], 0..1.
    """

    spans: tuple[WalkSpan, ...]
    camera: CameraCurves
    loudness: NDArray[np.float32]


def keyframe_numbers(times_s: Sequence[float], timeline: Timeline) -> list[int]:
    """The frame of each keyframe, ascending; the first is 0 and the last the number of frames."""
    inner = [timeline.frame_at(time) for time in times_s[1:-1]]
    return [0, *inner, timeline.frames]


def lay_reactions(
    curves: Curves,
    timeline: Timeline,
    keyframes_at: Sequence[int],
    preset: VideoPreset,
    *,
    lines: Sequence[int] = (),
) -> Reactions:
    """Return the paths of a video.

    Args:
        curves: of the song.
        timeline: of the video.
        keyframes_at: frames of the keyframes, from `keyframe_numbers`.
        preset: how strongly the music moves what.
        lines: numbers of the keyframes that are pictures of lyric lines.
    """
    times = np.asarray(timeline.times_s())
    onset = curves.peaks_at("onset", times)
    hits = np.sqrt(onset * curves.peaks_at("percussive", times))
    loudness = curves.at("loudness", times)
    drive = music_drive(onset, loudness, preset.react.morph)
    spans = []
    turn = round(preset.keys.line_turn_s * float(timeline.fps))
    for number, (first, end) in enumerate(pairwise(keyframes_at), 1):
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
        keyframes=list(keyframes_at[:-1]),
    )
    return Reactions(tuple(spans), camera, loudness)
