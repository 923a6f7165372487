"""When keyframes stand, and their seeds."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.pipeline.render.keyframes import KeyframeTime, number_scenes, place_keyframes
from musivid.settings.video import KeyframesPreset

SETTINGS = KeyframesPreset(every_s=4.0, min_s=1.5)


def times(*args: object, **kwargs: object) -> list[float]:
    """Times alone."""
    return [keyframe.time_s for keyframe in place_keyframes(*args, **kwargs)]  # type: ignore[arg-type]


@pytest.mark.parametrize("duration_s", [0.05, 1.0, 7.3, 60.0, 601.7])
def test_keyframes_begin_at_the_start_and_end_at_the_end(duration_s: float) -> None:
    found = times(duration_s, SETTINGS)
    assert found[0] == 0 and found[-1] == duration_s
    gaps = np.diff(found)
    assert (gaps > 0).all()
    assert gaps.max() <= 1.5 * SETTINGS.every_s


def test_keyframes_snap_to_downbeats_then_beats() -> None:
    beats = [0.3 + 0.5 * k for k in range(80)]
    keyframes = place_keyframes(40.0, SETTINGS, beats_s=beats, downbeats_s=beats[::4])
    inner = keyframes[1:-1]
    assert {keyframe.why for keyframe in inner} == {"downbeat"}
    assert all(keyframe.time_s in beats[::4] for keyframe in inner)
    keyframes = place_keyframes(40.0, SETTINGS, beats_s=beats)
    assert {keyframe.why for keyframe in keyframes[1:-1]} == {"beat"}


def test_keyframes_keep_their_distance_whatever_is_asked() -> None:
    random = np.random.default_rng(0)
    lines, sections = np.sort(random.random(60)) * 90, np.sort(random.random(20)) * 90
    beats = np.arange(0.2, 90, 0.47)
    found = times(
        90.0, SETTINGS, lines_s=lines, sections_s=sections, beats_s=beats, downbeats_s=beats[::4]
    )
    assert np.diff(found).min() >= SETTINGS.min_s - 1e-6


def test_sections_and_lines_get_keyframes_unless_switched_off() -> None:
    places = {"sections_s": [10.1, 17.0], "lines_s": [5.2, 10.4, 14.9]}
    found = times(20.0, SETTINGS, **places)
    assert {5.2, 10.4, 14.9, 17.0} <= set(found)
    assert 10.1 not in found  # too near to a line
    off = SETTINGS.model_copy(update={"sections": False, "lyrics": False})
    assert times(20.0, off, **places) == times(20.0, off)


def test_turns_of_a_swing_come_first() -> None:
    keyframes = place_keyframes(12.0, SETTINGS, turns_s=[3.0, 6.0], sections_s=[3.5])
    assert [(k.time_s, k.why) for k in keyframes if k.why == "turn"] == [
        (3.0, "turn"),
        (6.0, "turn"),
    ]


def test_scenes_end_after_some_keyframes_and_where_lines_begin() -> None:
    whys = ["start", "beat", "beat", "beat", "line", "beat", "line", "section", "beat", "end"]
    keyframes = [KeyframeTime(float(n), why) for n, why in enumerate(whys)]  # type: ignore[arg-type]
    assert number_scenes(keyframes, 3) == [0, 0, 0, 1, 2, 2, 3, 4, 4, 4]
    assert number_scenes(keyframes, 1) == list(range(10))
