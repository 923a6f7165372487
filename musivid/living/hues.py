"""The colours of a picture's light, and a picture drawn towards those of another one.

Light is told in thirds: what the dark, the middle and the bright parts are like. Shifted is linear
light, each part towards its like, so that a night warms before a fire is seen.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.living.canvas import Planes, resized
from musivid.living.kernels import kernel
from musivid.living.shade import clamp, mix

__all__ = ["Hues", "between", "measure_hues", "shift_hues"]

Array = NDArray[np.float32]
Look = TypeVar("Look")

_SMALL_PX = 96
_PARTS = ((0.0, 0.34), (0.34, 0.80), (0.80, 1.0))  # of all pixels, the darkest first
_LEAST, _MOST = 0.24, 3.0  # times its light that a part is changed at most
_DARK = 2e-3  # light below which colours say nothing


@dataclass(frozen=True, slots=True, eq=False)
class Hues:
    """The light of a picture.

    Attributes:
        parts: float32 [3, 3]: mean linear RGB of its dark, middle and bright parts.
        at: float32 [3]: roots of their luminances, ascending.
    """

    parts: Array
    at: Array


def measure_hues(planes: Planes) -> Hues:
    """The light of a picture float32 [3, h, w]."""
    height, width = planes.shape[1:]
    scale = min(1.0, _SMALL_PX / max(width, height))
    size = max(round(width * scale), 2), max(round(height * scale), 2)
    small = np.clip(resized(planes, size, cv2.INTER_AREA), 0, 4).reshape(3, -1)
    luma = _luma(small)
    order = np.argsort(luma, kind="stable")
    count = len(order)
    parts = np.stack(
        [small[:, order[int(a * count) : max(int(b * count), int(a * count) + 1)]].mean(1)
         for a, b in _PARTS]
    )  # fmt: skip
    return Hues(parts.astype(np.float32), np.sqrt(_luma(parts.T) + 1e-5).astype(np.float32))


def _luma(rgb: NDArray[Any]) -> Array:
    return np.asarray(0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2], np.float32)


@kernel
def _shift(planes, gains, dark, middle, bright):
    """gains: float32 [3 parts, 3 channels]; the others: roots of the parts' luminances."""
    low, high = 1.0 / (middle - dark), 1.0 / (bright - middle)
    r0, g0, b0 = gains[0, 0], gains[0, 1], gains[0, 2]
    r1, g1, b1 = gains[1, 0], gains[1, 1], gains[1, 2]
    r2, g2, b2 = gains[2, 0], gains[2, 1], gains[2, 2]
    for j in range(planes.shape[1]):
        r, g, b = planes[0, j], planes[1, j], planes[2, j]
        for i in range(len(r)):
            root = np.sqrt(max(0.2126 * r[i] + 0.7152 * g[i] + 0.0722 * b[i], 0.0))
            s, t = clamp((root - dark) * low), clamp((root - middle) * high)
            r[i] *= mix(mix(r0, r1, s), r2, t)
            g[i] *= mix(mix(g0, g1, s), g2, t)
            b[i] *= mix(mix(b0, b1, s), b2, t)


def shift_hues(planes: Planes, own: Hues, other: Hues, amount: float) -> None:
    """Draw the light of a picture towards another's, 0 not at all to 1 whole; in place."""
    if amount <= 0:
        return
    ratio = (other.parts + _DARK) / (own.parts + _DARK)
    gains = np.exp(amount * np.log(np.clip(ratio, _LEAST, _MOST))).astype(np.float32)
    dark, middle, bright = own.at.tolist()
    middle = max(middle, dark + 0.02)
    _shift(planes, gains, dark, middle, max(bright, middle + 0.02))


def between(a: Look, b: Look, share: float) -> Look:
    """A record on the way from a to b: numbers go along, all else changes at the middle."""
    if not is_dataclass(a) or isinstance(a, type):
        raise TypeError(f"{a!r} is no record")
    names = [field.name for field in fields(a)]
    mixed: Any = {name: _between(getattr(a, name), getattr(b, name), share) for name in names}
    return replace(a, **mixed)


def _between(a: Any, b: Any, share: float) -> Any:
    if isinstance(a, bool) or isinstance(b, bool) or type(a) is not type(b):
        if isinstance(a, int | float) and isinstance(b, int | float) and not isinstance(a, bool):
            return a + (b - a) * share
        return a if share < 0.5 else b
    if isinstance(a, int):
        return round(a + (b - a) * share)
    if isinstance(a, float):
        return a + (b - a) * share
    if isinstance(a, tuple) and len(a) == len(b):
        return tuple(_between(p, q, share) for p, q in zip(a, b, strict=True))
    if is_dataclass(a):
        return between(a, b, share)
    return a if share < 0.5 else b
