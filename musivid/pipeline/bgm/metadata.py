"""The published `metadata.json` of CMT and BMT: a film's visual beats and motion, bar by bar."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from musivid.analysis.motion import Motion
from musivid.core.errors import InputError
from musivid.media.containers import check_file

__all__ = ["motion_of_metadata", "published_metadata", "read_metadata_json"]

_FPS = 25.0  # of the curves that stand for a film of which only bars are known
_BPM = (20.0, 400.0)  # tempi that are believed
_MOST_S = 24 * 3600.0  # lengths that are believed
_TICKS = 4  # a beat


def published_metadata(motion: Motion, tempo_bpm: float) -> dict[str, Any]:
    """Return what the published `video2metadata.py` writes, in JSON types.

    Args:
        motion: of the film.
        tempo_bpm: on whose bars visual beats and motion are counted.
    """
    bar_s = 240 / tempo_bpm
    bars = max(1, int(np.ceil(motion.duration_s / bar_s - 1e-6)))
    places = np.round(np.minimum(np.arange(bars + 1) * bar_s, motion.duration_s) * motion.fps)
    flows = [
        float(motion.flow[int(a) : max(int(b), int(a) + 1)].mean()) for a, b in pairwise(places)
    ]
    beats = []
    for time_s, weight in zip(motion.beats_s, motion.beat_weights, strict=True):
        bar, tick = divmod(round(float(time_s) / 60 * tempo_bpm * _TICKS), 4 * _TICKS)
        beats.append(
            {"start_time": float(time_s), "bar": bar, "tick": tick, "weight": float(weight)}
        )
    return {
        "duration": motion.duration_s,
        "tempo": tempo_bpm,
        "vbeats": beats,
        "flow_magnitude_per_bar": flows,
    }


def read_metadata_json(path: Path) -> dict[str, Any]:
    """Return a checked `metadata.json`: duration, tempo, vbeats, flow_magnitude_per_bar.

    Raises:
        InputError: missing, no JSON, or without what is needed; the message says what.
    """
    check_file(path, "a metadata.json")
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise _wrong(path, f"is not JSON: {error}") from None
    if not isinstance(facts, dict):
        raise _wrong(path, "holds no table")
    try:
        checked = {
            "duration": _number(facts["duration"], 0.0, _MOST_S),
            "tempo": _number(facts["tempo"], *_BPM),
            "vbeats": [
                {
                    "start_time": _number(beat["start_time"], 0.0, _MOST_S),
                    "weight": _number(beat["weight"], -10.0, 10.0),
                }
                for beat in facts["vbeats"]
            ],
            "flow_magnitude_per_bar": [
                _number(flow, 0.0, 1e6) for flow in facts.get("flow_magnitude_per_bar") or []
            ],
        }
    except KeyError as error:
        raise _wrong(path, f"lacks {error}") from None
    except (TypeError, ValueError) as error:
        raise _wrong(path, f"has a wrong value: {error}") from None
    return checked


def motion_of_metadata(facts: dict[str, Any], duration_s: float) -> Motion:
    """Return the motion of a film of which only its metadata is known; it has no cuts."""
    frames = max(1, round(duration_s * _FPS))
    times_s = np.arange(frames) / _FPS
    flows = np.asarray(facts["flow_magnitude_per_bar"] or [0.0], np.float64)
    bars = np.minimum((times_s * facts["tempo"] / 240).astype(np.int64), len(flows) - 1)
    beats = sorted((beat["start_time"], beat["weight"]) for beat in facts["vbeats"])
    beats = [beat for beat in beats if beat[0] < duration_s]
    nothing = np.zeros(frames)
    return Motion(
        fps=_FPS,
        times_s=times_s,
        flow=flows[bars],
        impact=nothing,
        brightness=np.full(frames, 0.5),
        change=nothing,
        cuts_s=np.zeros(0),
        beats_s=np.array([time for time, _ in beats], np.float64),
        beat_weights=np.clip([weight for _, weight in beats], 0.0, 1.0),
        tempo_bpm=facts["tempo"],
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
