"""Letters laid on a picture or a layer, and what lies behind them dimmed.

Planes are those of a picture in linear light, or the four of a layer: colours times alpha, and
alpha, all as they are shown, for editors lay layers over pictures as they are shown.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.living.canvas import Planes
from musivid.living.scene import ramp

__all__ = ["is_layer", "layer_planes", "put_mask", "shade", "straight"]

_SHADE, _DEEPEST = 0.44, 0.82  # of what lies behind words: where it is dark, and where it is bright
_DARK, _BRIGHT = 0.06, 0.30  # linear light between which the shade grows
_EVEN, _BUSY = 0.03, 0.14  # spread of light between which what lies behind goes out of focus
_FOCUS = 0.22  # of an em
_LAYER = 4  # planes of a layer
_GAMMA = 2.2  # of light as it is shown
_SPREAD = 8  # colours are carried on beyond letters at so much of the size
_CARRIED = 4.0  # pixels of that size
_WHITE = 1e-3  # weight of white, where no letter is near


def layer_planes(size: tuple[int, int]) -> Planes:
    """A layer on which nothing stands yet, float32 [4, height, width], for a (width, height)."""
    return np.zeros((_LAYER, size[1], size[0]), np.float32)


def is_layer(planes: Planes) -> bool:
    """Whether planes are those of a layer."""
    return len(planes) == _LAYER


def straight(planes: Planes) -> NDArray[np.uint8]:
    """A layer as pictures have it: uint8 [height, width, 4], RGB and straight alpha.

    Where nothing stands, the colours of the letters nearby go on: whoever makes such a picture
    smaller or codes it mixes them in, and black would show as a dark edge.
    """
    _, height, width = planes.shape
    out = np.full((height, width, _LAYER), 255, np.uint8)
    out[..., 3] = 0
    rows = np.flatnonzero(planes[3].max(1) > 0)
    if not len(rows):
        return out
    pad = 6 * _SPREAD
    top, last = max(int(rows[0]) - pad, 0), min(int(rows[-1]) + pad + 1, height)
    part = planes[:, top:last]
    size = max(width // _SPREAD, 1), max((last - top) // _SPREAD, 1)
    small = np.stack([cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in part])
    soft = np.stack([cv2.GaussianBlur(plane, (0, 0), _CARRIED) for plane in small]) + _WHITE
    near = [cv2.resize(plane / soft[3], (width, last - top)) for plane in soft[:3]]
    alpha = np.rint(part[3] * 255)
    for channel, carried in enumerate(near):
        own = part[channel] / np.maximum(part[3], 1e-6)
        shown = np.where(alpha > 0, own, carried)
        out[top:last, :, channel] = np.rint(np.clip(shown, 0, 1) * 255)
    out[top:last, :, 3] = alpha
    return out


def shade(
    planes: Planes, boxes: Sequence[tuple[float, float, int, int]], px: int, shown: float
) -> None:
    """Dim what lies behind words, softly, so that they read over anything.

    Args:
        planes: a picture; what lies behind a layer is not known.
        boxes: left, top, width and height of each word in pixels.
        px: size of the letters.
        shown: how far they are there, 0..1.
    """
    if is_layer(planes):
        return
    _, height, width = planes.shape
    small = np.zeros((height // 8 + 1, width // 8 + 1), np.float32)
    for left, above, wide, tall in boxes:
        edges = (left - px * 0.3, left + wide + px * 0.3, above - px * 0.15,
                 above + tall + px * 0.15)  # fmt: skip
        x0, x1, y0, y1 = (int(max(edge, 0) / 8) for edge in edges)
        small[y0 : y1 + 1, x0 : x1 + 1] = shown
    soft = np.asarray(cv2.GaussianBlur(small, (0, 0), max(px / 8 * 0.8, 0.5)), np.float32)
    rows, columns = (np.flatnonzero(soft.max(axis) > 0.004) for axis in (1, 0))
    if not len(rows):
        return
    top, left = int(rows[0]), int(columns[0])
    part = soft[top : rows[-1] + 1, left : columns[-1] + 1]
    region = planes[:, top * 8 :, left * 8 :][:, : part.shape[0] * 8, : part.shape[1] * 8]
    large = cv2.resize(part, (part.shape[1] * 8, part.shape[0] * 8))
    large = large[: region.shape[1], : region.shape[2]]
    mean, spread = _light_behind(region, part)
    calm = ramp(_EVEN, _BUSY, spread)
    keep = 1 - large * (_SHADE + (_DEEPEST - _SHADE) * max(ramp(_DARK, _BRIGHT, mean), 0.6 * calm))
    for plane in region:
        if calm:  # what competes with letters goes out of focus
            plane += (_blurred(plane, px) - plane) * (large * np.float32(calm))
        plane *= keep


def _light_behind(region: NDArray[np.float32], weight: NDArray[np.float32]) -> tuple[float, float]:
    """Mean and spread of the light behind words; weight is of an eighth of the size."""
    seen = region[:, ::8, ::8][:, : weight.shape[0], : weight.shape[1]]
    weight = weight[: seen.shape[1], : seen.shape[2]]
    light = np.minimum(0.2126 * seen[0] + 0.7152 * seen[1] + 0.0722 * seen[2], 1.0)
    total = max(float(weight.sum()), 1e-6)
    mean = float((light * weight).sum() / total)
    return mean, float(np.sqrt((weight * (light - mean) ** 2).sum() / total))


def _blurred(plane: NDArray[np.float32], px: int) -> NDArray[np.float32]:
    """A part of the picture out of focus, for letters of a size."""
    height, width = plane.shape
    small = cv2.resize(plane, (max(width // 4, 1), max(height // 4, 1)),
                       interpolation=cv2.INTER_AREA)  # fmt: skip
    soft = cv2.GaussianBlur(small, (0, 0), max(px * _FOCUS / 4, 0.5))
    return np.asarray(cv2.resize(soft, (width, height)), np.float32)


def put_mask(
    planes: Planes,
    mask: NDArray[np.float32],
    x: float,
    y: float,
    *,
    colour: Sequence[float],
    alpha: float,
    shadow: float = 0.0,
) -> None:
    """Lay light of a colour where the mask is; x, y: its left top in pixels, fractions allowed.

    `shadow` is the width in pixels of a soft dark edge, so that light words read on light pictures.
    """
    if shadow:
        pad = int(3 * shadow) + 1
        wide = cv2.copyMakeBorder(mask, pad, pad, pad, pad, cv2.BORDER_CONSTANT)
        dark = np.minimum(cv2.GaussianBlur(wide, (0, 0), shadow) * np.float32(1.5), 1)
        at = x - pad, y - pad + 0.25 * shadow
        under = np.asarray(dark, np.float32)
        put_mask(planes, under, *at, colour=(0.008, 0.006, 0.012), alpha=alpha * 0.72)
    _, height, width = planes.shape
    left, top = int(np.floor(x)), int(np.floor(y))
    shift = np.array([[1, 0, x - left], [0, 1, y - top]], np.float32)
    moved = cv2.warpAffine(mask, shift, (mask.shape[1] + 1, mask.shape[0] + 1))
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + moved.shape[1], width), min(top + moved.shape[0], height)
    if x1 <= x0 or y1 <= y0:
        return
    cover = moved[y0 - top : y1 - top, x0 - left : x1 - left] * np.float32(alpha)
    if is_layer(planes):  # the last is alpha itself
        colour = [min(max(part, 0.0), 1.0) ** (1 / _GAMMA) for part in colour] + [1.0]
    for channel, value in enumerate(colour):
        region = planes[channel, y0:y1, x0:x1]
        region += (np.float32(value) - region) * cover
