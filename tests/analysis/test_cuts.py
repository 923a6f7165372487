"""Shot cuts: new and lasting, dark or between alike pictures; flash, whip and grain are none."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np

from musivid.analysis.cuts import CutFinder, is_sudden
from musivid.analysis.flow import FlowMeter

FPS = 25.0
SIZE = (160, 90)


def texture(seed: int, low: int = 40, high: int = 215) -> np.ndarray:
    """A smooth random picture, larger than the frames: uint8 [180, 320, 3]."""
    noise = np.random.default_rng(seed).random((16, 28, 3))
    big = cv2.resize(noise, (320, 180), interpolation=cv2.INTER_CUBIC)
    return (low + np.clip(big, 0, 1) * (high - low)).astype(np.uint8)


def shot(
    picture: np.ndarray, count: int, speed: float = 0.6, start: float = 0.0
) -> list[np.ndarray]:
    """Frames of a camera that pans over a picture."""
    places = (round(start + speed * k) for k in range(count))
    return [picture[40:130, x : x + SIZE[0]] for x in places]


def found(frames: Iterable[np.ndarray]) -> list[int]:
    meter, finder = FlowMeter(SIZE, FPS), CutFinder(FPS)
    for frame in frames:
        step = meter.see(np.ascontiguousarray(frame))
        finder.see(meter.grey, step.novelty)
    return finder.find().tolist()


def test_one_step_is_sudden_by_both_or_by_clear_novelty() -> None:
    assert is_sudden(0.031, 0.21) and is_sudden(0.121, 0.0)
    assert not is_sudden(0.029, 0.9) and not is_sudden(0.119, 0.19)


def test_cuts_are_found_dark_dense_and_between_pictures_that_are_alike() -> None:
    plain = [*shot(texture(0), 30), *shot(texture(1), 12), *shot(texture(2), 30)]
    assert found(plain) == [30, 42]
    dark = [*shot(texture(0, 8, 30), 30), *shot(texture(1, 8, 30), 30)]
    assert found(dark) == [30]
    near = cv2.resize(texture(0)[30:120, 60:220], (320, 180))
    assert found([*shot(texture(0), 30), *shot(near, 30)]) == [30]


def test_a_flash_is_no_cut_and_hides_none() -> None:
    frames = [*shot(texture(0), 40), *shot(texture(1), 40)]
    for k in (20, 21, 60):
        frames[k] = (255 - (255 - frames[k].astype(np.float32)) * 0.2).astype(np.uint8)
    assert found(frames) == [40]
    # What is shown for a fifth of a second only comes and goes.
    short = [*shot(texture(0), 30), *shot(texture(1), 4), *shot(texture(0), 30, start=20)]
    assert found(short) == []


def test_grain_and_a_camera_that_whips_are_no_cuts() -> None:
    rng = np.random.default_rng(0)
    grainy = [
        np.clip(f + 9 * rng.standard_normal((90, 160, 1)), 0, 255).astype(np.uint8)
        for f in [*shot(texture(0), 30), *shot(texture(1), 30)]
    ]
    assert found(grainy) == [30]
    whip = [cv2.blur(frame, (31, 1)) for frame in shot(texture(0), 6, speed=22.0)]
    turned = [*shot(texture(0), 30, speed=0.0), *whip, *shot(texture(0), 30, 0.0, start=132.0)]
    assert found(turned) == []


def test_a_thing_that_jumps_is_no_cut() -> None:
    frames = [np.full((90, 160, 3), 60, np.uint8) for _ in range(60)]
    for k, frame in enumerate(frames):
        left = 20 if k < 30 else 100
        frame[30:60, left : left + 30] = 220
    assert found(frames) == []


def test_what_is_held_is_as_good_as_seen() -> None:
    finder, meter = CutFinder(FPS), FlowMeter(SIZE, FPS)
    for seed in (0, 1, 2):
        step = meter.see(np.ascontiguousarray(shot(texture(seed), 1)[0]))
        finder.see(meter.grey, step.novelty)
        for _ in range(19):
            finder.hold()
    assert finder.find().tolist() == [20, 40]
    assert CutFinder(FPS).find().tolist() == []
