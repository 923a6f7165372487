"""Looks: every one is another picture, quiet where the frame is, and free at strength 0."""

from __future__ import annotations

from typing import get_args

import cv2
import numpy as np
import pytest

from musivid.core.errors import PresetError
from musivid.painting.looks import FINISHES, Finish
from musivid.settings.presets import load_preset
from musivid.settings.video import StylePreset, VideoPreset

SIZE = (96, 64)


@pytest.fixture(scope="module")
def frame() -> np.ndarray:
    """A sun over a sea, uint8 [64, 96, 3]."""
    y, x = np.mgrid[: SIZE[1], : SIZE[0]] / SIZE[1]
    sun = (np.hypot(x - 0.7, y - 0.35) < 0.15)[..., None]
    sea = (y > 0.6)[..., None]
    picture = np.where(sea, [20, 60, 120], np.where(sun, [255, 220, 120], [220, 120, 60]))
    return (picture * (0.7 + 0.3 * y[..., None])).astype(np.uint8)


@pytest.mark.parametrize("name", FINISHES)
def test_each_look_redraws_the_frame(name: str, frame: np.ndarray) -> None:
    drawn = Finish(name, SIZE)(frame)
    assert drawn.shape == frame.shape and drawn.dtype == np.uint8
    assert np.abs(drawn.astype(int) - frame).mean() > 3
    assert 20 < drawn.mean() < 235 and drawn.std() > 20


@pytest.mark.parametrize("name", FINISHES)
def test_looks_lie_still_and_follow_their_seed(name: str, frame: np.ndarray) -> None:
    finish = Finish(name, SIZE, seed=3)
    first = finish(frame)
    assert np.array_equal(finish(frame), first)
    assert np.array_equal(Finish(name, SIZE, seed=3)(frame), first)
    brighter = finish(np.clip(frame.astype(int) + 2, 0, 255).astype(np.uint8))
    # Two levels of light move no look by more than some of its grains and steps.
    assert np.abs(brighter.astype(int) - first).mean() < 12


def test_strength_mixes(frame: np.ndarray) -> None:
    whole = Finish("neon", SIZE)(frame).astype(int)
    half = Finish("neon", SIZE, strength=0.5)(frame).astype(int)
    assert np.abs(half * 2 - whole - frame).max() <= 2
    assert np.array_equal(Finish("neon", SIZE, strength=0.0)(frame), frame)


def test_looks_differ_from_each_other(frame: np.ndarray) -> None:
    drawn = [Finish(name, SIZE)(frame).astype(float) for name in FINISHES]
    for number, one in enumerate(drawn):
        assert min(np.abs(one - other).mean() for other in drawn[number + 1 :] or [one + 9]) > 4


def test_the_preset_knows_all_looks_and_names_the_nearest() -> None:
    preset = load_preset("video", "pocket")
    assert isinstance(preset, VideoPreset)
    assert len(preset.styles) >= 8
    assert {style.finish for style in preset.styles.values()} == set(FINISHES)
    assert set(get_args(StylePreset.model_fields["finish"].annotation)) == set(FINISHES)
    assert preset.drawn is None and preset.meant is preset.guidance
    with pytest.raises(PresetError, match="style 'neno' is not among styles; nearest: neon"):
        load_preset("video", "pocket", ["style=neno"])


def test_a_style_says_what_it_wants_in_words() -> None:
    changes = ["style=mine", "styles.mine={finish: oil, prompt: old oil, weight: 0.7}"]
    preset = load_preset("interpolate", "pocket", changes)
    assert isinstance(preset, VideoPreset) and preset.drawn is not None
    assert preset.drawn.finish == "oil"
    assert [(p.text, p.weight) for p in preset.meant.style] == [("old oil", 0.7)]
    assert not preset.guidance.style


# Of the frame above: mean colours of sky and sea, spread, steps down and across, of 255.
LOOKS = {
    "ink": (165.2, 153.2, 136.0, 117.1, 116.1, 110.0, 34.1, 11.2, 7.5),
    "neon": (40.7, 24.0, 10.8, 5.8, 13.2, 30.0, 38.5, 8.4, 2.2),
    "watercolour": (181.4, 119.0, 77.1, 49.8, 81.2, 128.3, 46.1, 5.6, 3.1),
    "oil": (179.2, 96.9, 46.3, 20.7, 51.0, 110.4, 69.0, 44.2, 42.9),
    "mosaic": (91.9, 52.7, 26.6, 9.6, 29.3, 58.8, 35.0, 16.2, 15.6),
    "paper": (225.0, 127.8, 64.0, 26.3, 84.9, 173.5, 68.7, 5.1, 2.6),
    "lowpoly": (179.4, 97.5, 42.9, 9.6, 49.5, 109.9, 58.4, 2.6, 1.5),
    "starlight": (78.9, 56.2, 34.6, 14.5, 30.7, 52.6, 59.6, 36.1, 35.2),
    "noir": (157.8, 154.6, 148.3, 46.2, 45.3, 43.4, 58.0, 6.7, 4.6),
    "print": (112.6, 56.1, 60.2, 70.2, 72.5, 105.9, 71.5, 68.4, 68.8),
}


@pytest.mark.parametrize("name", FINISHES)
def test_each_look_stays_what_it_is(name: str, frame: np.ndarray) -> None:
    drawn = Finish(name, SIZE)(frame).astype(float)
    steps = (np.abs(np.diff(drawn, axis=axis)).mean() for axis in (0, 1))
    sky, sea = drawn[:38].mean((0, 1)), drawn[39:].mean((0, 1))
    np.testing.assert_allclose([*sky, *sea, drawn.std(), *steps], LOOKS[name], atol=0.15)


# The mean of each quarter of the frame, the spread and the mean step from place to place.
KEPT = {
    "ink": (150.38, 149.94, 119.85, 120.18, 34.11, 7.44),
    "neon": (26.30, 23.38, 22.74, 22.19, 38.54, 2.15),
    "watercolour": (128.28, 121.17, 92.67, 94.33, 46.67, 3.00),
    "oil": (108.05, 104.52, 72.32, 72.24, 68.87, 42.21),
    "mosaic": (57.65, 55.86, 38.76, 38.94, 35.07, 15.60),
    "paper": (141.33, 137.93, 103.73, 103.74, 68.67, 2.65),
    "lowpoly": (107.33, 103.55, 68.27, 68.21, 58.38, 1.64),
    "starlight": (61.33, 55.18, 38.01, 38.79, 61.37, 36.95),
    "noir": (153.51, 147.58, 72.00, 72.31, 57.97, 4.58),
    "print": (77.07, 74.86, 81.82, 81.91, 71.48, 68.85),
}


@pytest.mark.parametrize("name", FINISHES)
def test_a_look_stays_what_it_is(name: str, frame: np.ndarray) -> None:
    drawn = Finish(name, SIZE, seed=3)(frame).astype(float)
    quarters = (drawn[:32, :48], drawn[:32, 48:], drawn[32:, :48], drawn[32:, 48:])
    found = [
        *(part.mean() for part in quarters),
        drawn.std(),
        np.abs(np.diff(drawn, axis=1)).mean(),
    ]
    assert found == pytest.approx(KEPT[name], abs=0.05)


@pytest.mark.parametrize("name", ["oil", "paper", "watercolour"])
def test_large_pictures_are_evened_out_as_small_ones_are(name: str, frame: np.ndarray) -> None:
    large = cv2.resize(frame, (1080, 720), interpolation=cv2.INTER_NEAREST)
    drawn = Finish(name, (1080, 720))(large).astype(float)
    small = Finish(name, SIZE)(frame).astype(float)
    sky, sea = drawn[:400].mean((0, 1)), drawn[440:].mean((0, 1))
    assert np.abs(sky - small[:36].mean((0, 1))).max() < 18
    assert np.abs(sea - small[39:].mean((0, 1))).max() < 18
