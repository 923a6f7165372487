"""When key pictures stand, and their seeds."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.pipeline.render.keyframes import KeyTime, number_scenes, place_keys
from musivid.settings.video import KeysPreset

SETTINGS = KeysPreset(every_s=4.0, min_s=1.5)


def times(*args: object, **kwargs: object) -> list[float]:
    """Times alone."""
    return [key.time_s for key in place_keys(*args, **kwargs)]  # type: ignore[arg-type]


@pytest.mark.parametrize("duration_s", [0.05, 1.0, 7.3, 60.0, 601.7])
def test_keys_begin_at_the_start_and_end_at_the_end(duration_s: float) -> None:
    found = times(duration_s, SETTINGS)
    assert found[0] == 0 and found[-1] == duration_s
    gaps = np.diff(found)
    assert (gaps > 0).all()
    assert gaps.max() <= 1.5 * SETTINGS.every_s


def test_keys_snap_to_downbeats_then_beats() -> None:
    beats = [0.3 + 0.5 * k for k in range(80)]
    keys = place_keys(40.0, SETTINGS, beats_s=beats, downbeats_s=beats[::4])
    inner = keys[1:-1]
    assert {key.why for key in inner} == {"downbeat"}
    assert all(key.time_s in beats[::4] for key in inner)
    keys = place_keys(40.0, SETTINGS, beats_s=beats)
    assert {key.why for key in keys[1:-1]} == {"beat"}


def test_keys_keep_their_distance_whatever_is_asked() -> None:
    random = np.random.default_rng(0)
    lines, sections = np.sort(random.random(60)) * 90, np.sort(random.random(20)) * 90
    beats = np.arange(0.2, 90, 0.47)
    found = times(
        90.0, SETTINGS, lines_s=lines, sections_s=sections, beats_s=beats, downbeats_s=beats[::4]
    )
    assert np.diff(found).min() >= SETTINGS.min_s - 1e-6


def test_sections_and_lines_get_keys_unless_switched_off() -> None:
    places = {"sections_s": [10.1, 17.0], "lines_s": [5.2, 10.4, 14.9]}
    found = times(20.0, SETTINGS, **places)
    assert {5.2, 10.4, 14.9, 17.0} <= set(found)
    assert 10.1 not in found  # too near to a line
    off = SETTINGS.model_copy(update={"sections": False, "lyrics": False})
    assert times(20.0, off, **places) == times(20.0, off)


def test_turns_of_a_swing_come_first() -> None:
    keys = place_keys(12.0, SETTINGS, turns_s=[3.0, 6.0], sections_s=[3.5])
    assert [(k.time_s, k.why) for k in keys if k.why == "turn"] == [(3.0, "turn"), (6.0, "turn")]


def test_scenes_end_after_some_keys_and_where_lines_begin() -> None:
    whys = ["start", "beat", "beat", "beat", "line", "beat", "line", "section", "beat", "end"]
    keys = [KeyTime(float(n), why) for n, why in enumerate(whys)]  # type: ignore[arg-type]
    assert number_scenes(keys, 3) == [0, 0, 0, 1, 2, 2, 3, 4, 4, 4]
    assert number_scenes(keys, 1) == list(range(10))
