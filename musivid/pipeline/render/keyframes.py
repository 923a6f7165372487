"""When keyframes are painted, and which of them share a scene."""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from musivid.settings.video import KeyframesPreset

__all__ = ["KeyframeTime", "number_scenes", "place_keyframes"]

_CLOSE = 0.5  # a gap is filled when it is longer than every_s by this share


@dataclass(frozen=True, slots=True)
class KeyframeTime:
    """A moment at which a keyframe stands, and what put it there."""

    time_s: float
    why: Literal["start", "section", "line", "turn", "downbeat", "beat", "clock", "end"]


def place_keyframes(
    duration_s: float,
    settings: KeyframesPreset,
    *,
    sections_s: Sequence[float] = (),
    lines_s: Sequence[float] = (),
    turns_s: Sequence[float] = (),
    downbeats_s: Sequence[float] = (),
    beats_s: Sequence[float] = (),
) -> list[KeyframeTime]:
    """Return the moments of keyframes, ascending: the first at 0, the last at the end.

    Turns of a swing come first, then lyric lines, then section borders, each where it is `min_s`
    from all that stand already; gaps are then shared out evenly, each moment moved to the nearest
    downbeat, or beat, that is free.

    Args:
        duration_s: seconds of the song.
        settings: wanted distances.
        sections_s: section borders.
        lines_s: when pictures of lyric lines should stand.
        turns_s: where the target of an interpolation turns.
        downbeats_s: first beats of bars.
        beats_s: all beats.
    """
    least = min(settings.min_s, settings.every_s, max(duration_s, 1e-3))
    keyframes: list[tuple[float, str]] = [(0.0, "start"), (duration_s, "end")]
    wanted = [(turns_s, "turn")]
    wanted += [(lines_s, "line")] if settings.lyrics else []
    wanted += [(sections_s, "section")] if settings.sections else []
    for times, why in wanted:
        for time in times:
            if _is_free(keyframes, time, least):
                insort(keyframes, (float(time), why))
    for (start, _), (end, _) in zip(list(keyframes), list(keyframes)[1:], strict=False):
        parts = int((end - start) / settings.every_s + _CLOSE)
        for part in range(1, parts):
            ideal = start + (end - start) * part / parts
            insort(keyframes, _snap(keyframes, ideal, least, downbeats_s, beats_s))
    return [KeyframeTime(time, why) for time, why in keyframes]  # type: ignore[arg-type]


def _is_free(keyframes: Sequence[tuple[float, str]], time_s: float, least_s: float) -> bool:
    """Whether the moment is far enough from all keyframes."""
    return all(abs(time_s - keyframe) >= least_s - 1e-9 for keyframe, _ in keyframes)


def _snap(
    keyframes: Sequence[tuple[float, str]],
    ideal_s: float,
    least_s: float,
    downbeats_s: Sequence[float],
    beats_s: Sequence[float],
) -> tuple[float, str]:
    """The nearest free downbeat, else beat, within `least_s` of the ideal moment, else itself."""
    for times, why in ((downbeats_s, "downbeat"), (beats_s, "beat")):
        near = sorted((abs(time - ideal_s), float(time)) for time in times)
        for distance, time in near[:4]:
            if distance <= least_s and _is_free(keyframes, time, least_s):
                return time, why
    return ideal_s, "clock"


def number_scenes(keyframes: Sequence[KeyframeTime], per_scene: int) -> list[int]:
    """Return the scene of each keyframe, counted from 0.

    Keyframes of one scene are dreamt from one seed, so that a picture grows into the next. A scene
    ends after `per_scene` keyframes, and where a section or a line begins.
    """
    scenes: list[int] = []
    length = 0
    for keyframe in keyframes:
        if not scenes:
            scenes.append(0)
        elif length >= per_scene or keyframe.why in ("section", "line"):
            scenes.append(scenes[-1] + 1)
            length = 0
        else:
            scenes.append(scenes[-1])
        length += 1
    return scenes
