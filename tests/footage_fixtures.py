"""Made footage: a camera over painted ground, with the faults and twins that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.media.sink import FrameSink

Frame = NDArray[np.uint8]
Way = Callable[[float], tuple[float, float, float]]

FPS = 25


def ground(seed: int, side: int = 640) -> Frame:
    """A painted ground of shapes of all sizes, uint8 [side, side, 3]."""
    dice = np.random.default_rng(seed)
    base = dice.integers(40, 200, 3)
    made = np.full((side, side, 3), base, np.uint8)
    for size in (90, 45, 22, 11, 5):
        for _ in range(round(9000 / size)):
            x, y = dice.integers(0, side, 2).tolist()
            colour = np.clip(base + dice.integers(-90, 91, 3), 0, 255).tolist()
            if dice.random() < 0.5:
                cv2.circle(made, (x, y), size // 2, colour, -1)
            else:
                corner = x + int(dice.integers(3, size + 3)), y + int(dice.integers(3, size + 3))
                cv2.rectangle(made, (x, y), corner, colour, -1)
    return made


def pan(speed: float, down: float = 0.0) -> Way:
    """A camera that goes right and down, in shares of its picture a second."""
    return lambda t: (speed * t, down * t, 1.0)


def shaking(t: float) -> tuple[float, float, float]:
    """A camera in an unquiet hand."""
    dice = np.random.default_rng(round(t * 1000))
    return float(dice.uniform(-0.12, 0.12)), float(dice.uniform(-0.12, 0.12)), 1.0


def shot(
    seed: int,
    seconds: float,
    way: Way | None = None,
    *,
    size: tuple[int, int] = (192, 108),
    fps: int = FPS,
    change: Callable[[Frame, float], Frame] | None = None,
    begin_s: float = 0.0,
) -> Iterator[Frame]:
    """Frames of one shot, uint8 [h, w, 3].

    Args:
        seed: of the ground.
        seconds: how long it is.
        way: of the camera; None: it stands.
        size: width and height.
        fps: frames a second.
        change: what is done to each frame at its second.
        begin_s: where on its way it begins.
    """
    painted, width = ground(seed), size[0]
    for number in range(round(seconds * fps)):
        t = begin_s + number / fps
        x, y, zoom = (way or pan(0.0))(t)
        seen = 192 / zoom  # of the ground, whatever the size of the picture
        scale = width / seen
        left, top = 220 + 192 * x, 220 + 108 * y
        matrix = np.array([[scale, 0, -scale * left], [0, scale, -scale * top]], np.float32)
        frame = np.asarray(
            cv2.warpAffine(painted, matrix, size, flags=cv2.INTER_LINEAR,
                           borderMode=cv2.BORDER_REFLECT), np.uint8)  # fmt: skip
        yield frame if change is None else change(frame, t - begin_s)


def write_clip(
    path: Path, *shots: Iterator[Frame], size: tuple[int, int] = (192, 108), fps: int = FPS
) -> Path:
    """A video of some shots, one after the other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with FrameSink(path, size=size, fps=Fraction(fps), crf=20, speed="ultrafast") as sink:
        for frames in shots:
            for frame in frames:
                sink.write(frame)
    return path


def black_until(second: float) -> Callable[[Frame, float], Frame]:
    """Nothing is seen before a second."""
    return lambda frame, t: np.zeros_like(frame) if t < second - 1e-6 else frame


def blurred_from(second: float) -> Callable[[Frame, float], Frame]:
    """Out of focus from a second on."""

    def change(frame: Frame, t: float) -> Frame:
        return frame if t < second else np.asarray(cv2.GaussianBlur(frame, (0, 0), 5), np.uint8)

    return change
