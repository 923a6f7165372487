"""The published `metadata.json` of CMT and BMT: a film's visual beats and motion, bar by bar."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from musivid.analysis.motion import Motion
from musivid.core.errors import InputError
from musivid.core.plain_json import parse_json
from musivid.media.containers import check_file

__all__ = [
    "Metadata",
    "VisualBeat",
    "motion_of_metadata",
    "published_metadata",
    "read_metadata_json",
]

_FPS = 25.0  # of the curves that stand for a film of which only bars are known
_BPM = (20.0, 400.0)  # tempi that are believed
_MOST_S = 24 * 3600.0  # lengths that are believed
_TICKS = 4  # a beat


@dataclass(frozen=True, slots=True)
class VisualBeat:
    """A visual beat; fields are the keys of the published file.

    Attributes:
        start_time: in seconds.
        bar: in which it lies.
        tick: its sixteenth in the bar.
        weight: how strong it is, 0..1.
    """

    start_time: float
    bar: int
    tick: int
    weight: float

    @classmethod
    def at(cls, time_s: float, weight: float, tempo_bpm: float) -> VisualBeat:
        """The visual beat of a moment, on bars of a tempo."""
        bar, tick = divmod(round(time_s / 60 * tempo_bpm * _TICKS), 4 * _TICKS)
        return cls(time_s, bar, tick, weight)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a film; fields are the keys of the published file.

    Attributes:
        duration: of the film, in seconds.
        tempo: on whose bars all is counted, in beats per minute.
        vbeats: its visual beats.
        flow_magnitude_per_bar: mean speed of what moves in each bar, in pixels a frame.
    """

    duration: float
    tempo: float
    vbeats: tuple[VisualBeat, ...]
    flow_magnitude_per_bar: tuple[float, ...]


def published_metadata(motion: Motion, tempo_bpm: float) -> Metadata:
    """Return what the published `video2metadata.py` writes.

    Args:
        motion: of the film; with its speed, motion is counted as published.
        tempo_bpm: on whose bars visual beats and motion are counted.
    """
    bar_s = 240 / tempo_bpm
    bars = max(1, int(np.ceil(motion.duration_s / bar_s - 1e-6)))
    places = np.round(np.minimum(np.arange(bars + 1) * bar_s, motion.duration_s) * motion.fps)
    speed = motion.speed if len(motion.speed) else motion.flow
    flows = (float(speed[int(a) : max(int(b), int(a) + 1)].mean()) for a, b in pairwise(places))
    beats = (
        VisualBeat.at(float(time_s), float(weight), tempo_bpm)
        for time_s, weight in zip(motion.beats_s, motion.beat_weights, strict=True)
    )
    return Metadata(motion.duration_s, tempo_bpm, tuple(beats), tuple(flows))


def read_metadata_json(path: Path) -> Metadata:
    """Return a checked `metadata.json`.

    Raises:
        InputError: missing, no JSON, or without what is needed; the message says what.
    """
    check_file(path, "a metadata.json")
    try:
        facts = parse_json(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise _wrong(path, f"is not JSON: {error}") from None
    if not isinstance(facts, dict):
        raise _wrong(path, "holds no table")
    try:
        duration = _number(facts["duration"], 0.0, _MOST_S)
        tempo = _number(facts["tempo"], *_BPM)
        beats = tuple(
            VisualBeat.at(
                _number(beat["start_time"], 0.0, _MOST_S),
                _number(beat["weight"], -10.0, 10.0),
                tempo,
            )
            for beat in facts["vbeats"]
        )
        flows = facts.get("flow_magnitude_per_bar") or []
        return Metadata(duration, tempo, beats, tuple(_number(flow, 0.0, 1e6) for flow in flows))
    except KeyError as error:
        raise _wrong(path, f"lacks {error}") from None
    except (TypeError, ValueError) as error:
        raise _wrong(path, f"has a wrong value: {error}") from None


def motion_of_metadata(facts: Metadata, duration_s: float) -> Motion:
    """Return the motion of a film of which only its metadata is known; it has no cuts."""
    frames = max(1, round(duration_s * _FPS))
    times_s = np.arange(frames) / _FPS
    flows = np.asarray(facts.flow_magnitude_per_bar or (0.0,), np.float64)
    bars = np.minimum((times_s * facts.tempo / 240).astype(np.int64), len(flows) - 1)
    beats = sorted((beat.start_time, beat.weight) for beat in facts.vbeats)
    beats = [beat for beat in beats if beat[0] < duration_s]
    nothing = np.zeros(frames)
    return Motion(
        fps=_FPS,
        times_s=times_s,
        flow=flows[bars],
        speed=flows[bars],
        impact=nothing,
        brightness=np.full(frames, 0.5),
        change=nothing,
        cuts_s=np.zeros(0),
        beats_s=np.array([time for time, _ in beats], np.float64),
        beat_weights=np.clip([weight for _, weight in beats], 0.0, 1.0),
        tempo_bpm=facts.tempo,
    )


def _number(value: Any, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise ValueError(f"{value!r} is not a number of {low:g} to {high:g}")
    return float(value)


def _wrong(path: Path, problem: str) -> InputError:
    return InputError(
        f"{path} {problem}",
        hint="Give a metadata.json as CMT or BMT writes it, with duration, tempo and vbeats.",
    )
