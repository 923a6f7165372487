"""How the music colours frames: which way each curve turns them, and that nothing flashes."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest

from musivid.painting.colour import colour_matrices, gain_path
from musivid.settings.video import ReactPreset

FPS = 25.0
SILENT = np.zeros(100)


@pytest.mark.parametrize("fps", [24, 60])
@pytest.mark.parametrize("rate_hz", [2, 4, 6, 12, None])
def test_light_never_flashes_more_than_three_times_a_second(
    fps: int, rate_hz: float | None
) -> None:
    time_s = np.arange(fps * 20) / fps
    if rate_hz is None:
        beat = np.random.default_rng(0).random(len(time_s))
    else:
        beat = (time_s * rate_hz % 1 < 0.5).astype(float)
    gain = gain_path(beat, beat, fps, strength=4.0)
    light = np.minimum(gain / gain.max(), 1) ** 2.2
    assert light.max() - light.min() > 0.005  # the music is seen
    assert _most_flashes_in_a_second(light, fps) <= 3


def _most_flashes_in_a_second(light: np.ndarray, fps: int) -> int:
    """Pairs of opposite changes of a tenth of the greatest luminance, in the worst second."""
    turns, low, high, rising = [], light[0], light[0], None
    for frame, value in enumerate(light):
        low, high = min(low, value), max(high, value)
        if rising is not True and value >= low + 0.1:
            turns.append(frame)
            rising, high = True, value
        elif rising is not False and value <= high - 0.1:
            turns.append(frame)
            rising, low = False, value
    changes = np.array(turns)
    return max((int(((changes >= t) & (changes < t + fps)).sum()) // 2 for t in changes), default=0)


def matrix(**given: float) -> np.ndarray:
    """The matrix [3, 3] that music of one steady kind comes to; curves not given are at rest."""
    at_rest = {"loudness": 0.5, "percussive": 0.0, "harmonic": 0.4, "brightness": 0.5}
    curves = {name: np.full(100, given.get(name, rest)) for name, rest in at_rest.items()}
    react = ReactPreset(brightness=1.0, saturation=1.0, hue=1.0)
    return colour_matrices(**curves, fps=FPS, react=react)[-1]


def test_music_at_rest_leaves_colours_alone() -> None:
    np.testing.assert_allclose(matrix(), np.eye(3), atol=1e-6)


@pytest.mark.parametrize(("sound", "degrees"), [(1.0, 30.0), (0.75, 15.0), (0.25, -15.0)])
def test_bright_sound_turns_red_to_yellow_and_dark_sound_to_blue(
    sound: float, degrees: float
) -> None:
    # The same turn by SVG's hueRotate, as its definition writes it out.
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    rotated = np.array([
        [0.213 + cos * 0.787 - sin * 0.213, 0.715 - cos * 0.715 - sin * 0.715,
         0.072 - cos * 0.072 + sin * 0.928],
        [0.213 - cos * 0.213 + sin * 0.143, 0.715 + cos * 0.285 + sin * 0.140,
         0.072 - cos * 0.072 - sin * 0.283],
        [0.213 - cos * 0.213 - sin * 0.787, 0.715 - cos * 0.715 + sin * 0.715,
         0.072 + cos * 0.928 + sin * 0.072],
    ])  # fmt: skip
    np.testing.assert_allclose(matrix(brightness=sound), rotated, atol=1e-5)
    red, green, blue = matrix(brightness=sound) @ [0.8, 0.2, 0.2]
    hue = (colorsys.rgb_to_hsv(red, green, blue)[0] + 0.5) % 1 - 0.5
    assert (hue > 0.02) == (sound > 0.5) and (hue < -0.02) == (sound < 0.5)


def test_held_notes_deepen_colours_and_their_absence_pales_them() -> None:
    def spread(harmonic: float) -> float:
        return float(np.ptp(matrix(harmonic=harmonic) @ [0.8, 0.4, 0.3]))

    # By 0.6 of the way from 0.4 up and down.
    assert spread(1.0) == pytest.approx(spread(0.4) * 1.36, rel=1e-5)
    assert spread(0.0) == pytest.approx(spread(0.4) * 0.76, rel=1e-5)


def test_loud_and_struck_is_lighter() -> None:
    steady = gain_path(np.full(100, 0.5), SILENT, FPS, 1.0)
    np.testing.assert_allclose(steady, 1.0)
    loud = gain_path(np.full(500, 1.0), np.zeros(500), FPS, 1.0)
    assert loud[-1] == pytest.approx(1.15)
    assert gain_path(np.zeros(500), np.zeros(500), FPS, 1.0)[-1] == pytest.approx(0.85)
    assert gain_path(np.zeros(500), np.zeros(500), FPS, 4.0)[-1] == pytest.approx(0.7)  # no darker
    struck = gain_path(np.full(100, 0.5), np.r_[0.0, np.ones(99)], FPS, 1.0)
    assert struck[-1] == pytest.approx(1.02) and struck[1] > 1.015
    assert gain_path(np.full(100, 0.5), np.ones(100), FPS, 4.0)[-1] == pytest.approx(1.03)


def test_light_and_colours_change_slowly() -> None:
    jump = np.r_[np.zeros(50), np.ones(200)]
    assert np.diff(gain_path(jump, np.zeros(250), FPS, 4.0)).max() <= 0.09 / FPS + 1e-9
    rest = np.full(250, 0.5)
    react = ReactPreset(brightness=0, saturation=4, hue=4)
    pale, turned = (
        colour_matrices(
            loudness=rest, percussive=0 * rest, fps=FPS, react=react, harmonic=h, brightness=b
        )
        for h, b in ((jump, rest), (np.full(250, 0.4), jump))
    )
    spreads = np.ptp(pale @ [0.8, 0.4, 0.3], axis=1) / 0.5
    assert spreads.max() == pytest.approx(1.9, rel=1e-4) and spreads.min() == pytest.approx(
        0.3, rel=1e-4
    )
    assert np.diff(spreads).max() <= 0.6 / FPS + 1e-5
    turn = np.degrees(np.arccos(np.clip((np.trace(turned, axis1=1, axis2=2) - 1) / 2, -1, 1)))
    assert np.abs(np.diff(turn)).max() <= 45.0 / FPS + 0.1
