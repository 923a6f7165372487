"""What is near, what stands out and what shines in a picture of somebody's own, without a network.

Depth is guessed: lower is nearer, sharp and striking is nearer, plain and bright above is far. The
guess is drawn to the picture's own edges by a guided filter (K. He, J. Sun, X. Tang, "Guided image
filtering", 2013). What strikes is how far a colour lies from the picture's mean one (R. Achanta et
al., "Frequency-tuned salient region detection", 2009).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.core.easing import smoothstep
from musivid.living.canvas import Planes

__all__ = ["Depth", "fill_frame", "guess_depth"]

Array = NDArray[np.float32]
Picture = NDArray[np.uint8]

_SEEN_PX = 160  # the longer side that is looked at
_LUMA_COUNTS = 0.4  # beside colour, in what strikes
_MOST_CUT = 0.30  # of a picture's side: what else would be cut off stands before a blurred ground
_SOFT_EDGE = 0.05  # of the shorter side of the frame, where the picture ends in its ground
_DIMMED = 0.55  # the ground's light beside the picture's


@dataclass(frozen=True, slots=True)
class Depth:
    """What was found in a picture; places are fractions of its width and height.

    Attributes:
        near: float32 [h, w], 0 far to 1 near, small.
        strange: float32 [h, w], 0..1, how much each part stands out.
        subject: the middle of what stands out most.
        lamp: the brightest place.
        shine: 0..1, how far that place is brighter than the rest.
    """

    near: Array
    strange: Array
    subject: tuple[float, float]
    lamp: tuple[float, float]
    shine: float


def guess_depth(picture: Picture) -> Depth:
    """Guess the depth of a picture uint8 [h, w, 3]."""
    scale = min(1.0, _SEEN_PX / max(picture.shape[:2]))
    size = max(round(picture.shape[1] * scale), 8), max(round(picture.shape[0] * scale), 8)
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    lab = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), np.float32)
    luma = np.asarray(lab[..., 0] / 255, np.float32)
    soft = cv2.GaussianBlur(lab, (0, 0), 1.5)
    away = (soft - lab.mean((0, 1))) * np.array([_LUMA_COUNTS, 1, 1], np.float32)
    strange = _even(_blurred(np.linalg.norm(away, axis=2), size[0] / 30))
    sharp = _even(_blurred(np.abs(cv2.Laplacian(luma, cv2.CV_32F)), size[0] / 24))
    low = np.linspace(0, 1, size[1], dtype=np.float32)[:, None]
    plain = (1 - sharp) * luma * np.clip(1 - 1.6 * low, 0, 1)
    rough = 0.62 * low**1.3 + 0.22 * sharp + 0.26 * strange - 0.3 * plain
    rough = cv2.dilate(rough, np.ones((3, 3), np.uint8))
    near = _even(_guided(luma, rough.astype(np.float32), max(size) // 10, 4e-3))
    near = _blurred(near, max(size) / 80)
    across = np.linspace(-1, 1, size[0], dtype=np.float32)
    middle = np.exp(-1.1 * (across[None] ** 2 + (2 * low - 1.1) ** 2))
    subject = _peak(_blurred((0.15 + strange) * (0.7 + sharp) * middle, size[0] / 12))
    light = _blurred(luma, size[0] / 40)
    lamp = _peak(light)
    shine = float(np.clip((light.max() - np.median(luma)) / 0.55, 0, 1) * light.max())
    return Depth(near, strange, subject, lamp, shine)


def fill_frame(picture: Picture, size: tuple[int, int]) -> Picture:
    """The picture over all of a frame (width, height), never bent: uint8 [height, width, 3].

    It is cut where little is lost, around what stands out; else it stands whole before itself far
    out of focus, with soft edges.
    """
    tall, wide = picture.shape[:2]
    width, height = size
    scale = max(width / wide, height / tall)
    lost = 1 - min(width / wide, height / tall) / scale
    cut = _cut(picture, size, scale)
    if lost <= _MOST_CUT:
        return cut
    whole = min(width / wide, height / tall)
    own = max(round(wide * whole), 1), max(round(tall * whole), 1)
    ground = cv2.GaussianBlur(_resized(cut, (max(width // 8, 2), max(height // 8, 2))), (0, 0), 5)
    ground = _resized(np.asarray(ground, np.uint8), size).astype(np.float32) * _DIMMED
    left, top = (width - own[0]) // 2, (height - own[1]) // 2
    fade = _fade(own, size)
    part = ground[top : top + own[1], left : left + own[0]]
    part += (_resized(picture, own) - part) * fade[: part.shape[0], : part.shape[1], None]
    return np.asarray(np.clip(ground + 0.5, 0, 255), np.uint8)


def _fade(own: tuple[int, int], size: tuple[int, int]) -> Array:
    """How far each pixel of the picture is there: less towards edges that lie in the frame."""
    edge = max(_SOFT_EDGE * min(size), 1.0)

    def ramp(count: int, inside: bool) -> Array:
        if not inside:
            return np.ones(count, np.float32)
        away = np.minimum(np.arange(count), np.arange(count)[::-1])
        return np.asarray(smoothstep(away / edge), np.float32)

    across, down = ramp(own[0], own[0] < size[0] - 1), ramp(own[1], own[1] < size[1] - 1)
    return across[None] * down[:, None]


def _cut(picture: Picture, size: tuple[int, int], scale: float) -> Picture:
    """The frame's own shape cut out around the picture's subject."""
    width, height = size
    own = max(round(picture.shape[1] * scale), width), max(round(picture.shape[0] * scale), height)
    large = _resized(picture, own)
    x, y = guess_depth(picture).subject
    left = int(np.clip(x * own[0] - width / 2, 0, own[0] - width))
    top = int(np.clip(y * own[1] - height / 2, 0, own[1] - height))
    return np.ascontiguousarray(large[top : top + height, left : left + width])


def _resized(picture: Picture, size: tuple[int, int]) -> Picture:
    way = cv2.INTER_AREA if size[0] < picture.shape[1] else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=way), np.uint8)


def _blurred(values: NDArray[Any], sigma_px: float) -> Array:
    return np.asarray(cv2.GaussianBlur(values, (0, 0), max(sigma_px, 0.5)), np.float32)


def _even(values: Array) -> Array:
    """The values drawn over 0..1, whatever stands out farthest."""
    low, high = np.quantile(values, (0.03, 0.97))
    return np.asarray(np.clip((values - low) / max(float(high - low), 1e-4), 0, 1), np.float32)


def _peak(values: Array) -> tuple[float, float]:
    """Where the values are highest, as fractions of width and height."""
    row, column = np.unravel_index(int(np.argmax(values)), values.shape)
    return float(column + 0.5) / values.shape[1], float(row + 0.5) / values.shape[0]


def _guided(guide: Array, values: Array, radius: int, blur: float) -> Array:
    """The values smoothed, with edges where the guide has some."""
    box = (2 * radius + 1, 2 * radius + 1)

    def mean(of: Planes) -> Planes:
        return np.asarray(cv2.blur(of, box), np.float32)

    mean_guide, mean_values = mean(guide), mean(values)
    slope = (mean(guide * values) - mean_guide * mean_values) / (
        mean(guide * guide) - mean_guide**2 + np.float32(blur)
    )
    return mean(slope) * guide + mean(mean_values - slope * mean_guide)
