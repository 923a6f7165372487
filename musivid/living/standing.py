"""Where things stand on a cover, by the shape of the picture; and the artwork that stands there."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.living.canvas import Planes
from musivid.living.developing import undeveloped
from musivid.living.moment import Moment
from musivid.living.scene import Zone

__all__ = ["Layout", "Standing", "TextPlace", "lay_cover"]

_WIDE, _TALL = 1.25, 0.80  # aspects from which a picture is wide, below which it is tall
_CORNER = 0.035  # radius of the artwork's corners, of its side
_TILT = 0.015  # how far the artwork turns, of its side
_CLOSE = 1.06  # pixels of the texture beside those of the picture
_SHADOW_LOW, _SHADOW_SOFT = 0.030, 0.040  # in picture heights at full height


@dataclass(frozen=True, slots=True)
class TextPlace:
    """Where the name of the song stands, in picture heights.

    Attributes:
        x: its left edge, or its middle.
        y: its top, or where `hang` says.
        hang: the share of its own height that lies above y.
        middle: whether rows are centred on x.
        room: the greatest width.
        size: of the title's letters (an em).
        margin: of the whole picture, for a mark in the corner.
        corner: whether a mark stands in the right corner; else in the middle at the top.
        mark: the greatest width of a mark.
    """

    x: float
    y: float
    hang: float
    middle: bool
    room: float
    size: float
    margin: float
    corner: bool
    mark: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Where all stands, in picture heights.

    Attributes:
        art: middle x and y, and side, of the artwork.
        spectrum: middle x and y, width and height of the spectrum.
        text: the name.
        zone: where lines of the lyrics stand.
    """

    art: tuple[float, float, float]
    spectrum: tuple[float, float, float, float]
    text: TextPlace
    zone: Zone


def lay_cover(aspect: float, look: str) -> Layout:
    """The layout of a look in a picture of an aspect."""
    margin = min(0.105, 0.075 * aspect)
    if aspect >= _WIDE and look in ("bars", "mountain"):
        return _beside(aspect, look, margin)
    return _below(aspect, look, margin)


def _beside(aspect: float, look: str, margin: float) -> Layout:
    """Wide: the artwork left, the name right of it."""
    bars = look == "bars"
    side = min(0.56 if bars else 0.46, 0.33 * aspect)
    gap = 0.09
    column = min(0.74, aspect - 2 * margin - side - gap)
    left = (aspect - side - gap - column) / 2
    x, y = left + side / 2, 0.49 if bars else 0.385
    start = left + side + gap
    text = TextPlace(
        start, 0.485 if bars else y, 1.0 if bars else 0.5, False, column, 0.092, margin, True, 0.3
    )
    if bars:
        spectrum = start + column / 2, 0.645, column, 0.235
    else:
        spectrum = aspect / 2, 0.84, aspect, 0.44
    return Layout((x, y, side), spectrum, text, Zone("left", 0.28 if bars else 0.30, start=start))


def _below(aspect: float, look: str, margin: float) -> Layout:
    """The artwork in the middle, the name below it."""
    wide, tall = aspect >= _WIDE, aspect < _TALL
    unit = 1.0 if wide else min(1.0, aspect)
    middle = aspect / 2
    room = aspect - 2 * margin
    ems = (0.068 if wide else 0.064 if not tall else 0.098) * unit
    disc = look == "ring"
    if wide:
        side, y, below = (0.40, 0.40, 0.785) if disc else (0.47, 0.385, 0.725)
    elif tall:
        side, y, below = (0.54, 0.38, 0.665) if disc else (0.72, 0.355, 0.60)
    else:
        side, y, below = (0.38, 0.375, 0.745) if disc else (0.50, 0.36, 0.685)
    if look == "bars" and not wide:
        y, below, side = (0.335, 0.585, 0.72) if tall else (0.31, 0.60, 0.46)
    if look == "mountain":
        y, below = (0.335, 0.585) if tall else (0.33, 0.615)
        side = side if tall else 0.46
    side *= unit
    beside = 0.3 * aspect if tall else min(0.3, (aspect - side) / 2 - margin - 0.03)
    text = TextPlace(middle, below, 0.0, True, room, ems, margin, not tall, beside)
    places = {
        "ring": (middle, y, side * 1.15, 0.12 * unit if not tall else 0.13 * unit),
        "bars": (middle, 0.80 if tall else 0.865, room, (0.24 if tall else 0.14) * unit),
        "wave": (middle, 0.80 if tall else y, aspect, 0.18 if tall else 0.42 * unit),
        "mountain": (middle, 0.86 if tall else 0.88, aspect, 0.28),
    }
    return Layout(
        (middle, y, side), places[look], text, Zone("middle", below + 0.014, firm=not wide)
    )


class Standing:
    """The artwork as it stands before the ground: turned a little, closer on beats."""

    def __init__(
        self,
        artwork: NDArray[np.uint8],
        size: tuple[int, int],
        layout: Layout,
        *,
        disc: bool,
    ) -> None:
        """Make the texture: linear light and a cover with soft edges.

        Args:
            artwork: uint8 [h, w, 3].
            size: (width, height) of the picture.
            layout: where it stands.
            disc: cut round; else with round corners.
        """
        self._size, self._layout, self._disc = size, layout, disc
        tall, wide = artwork.shape[:2]
        if disc or max(tall, wide) < 1.15 * min(tall, wide):
            edge = min(tall, wide)
            top, left = (tall - edge) // 2, (wide - edge) // 2
            artwork = artwork[top : top + edge, left : left + edge]
            tall = wide = edge
        side = layout.art[2] * size[1] * _CLOSE
        scale = side / max(tall, wide)
        at = max(round(wide * scale), 2), max(round(tall * scale), 2)
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        self._light = undeveloped(np.asarray(cv2.resize(artwork, at, interpolation=way), np.uint8))
        self._cover = _edges(at, disc)

    def shadow(self, small: tuple[int, int]) -> NDArray[np.float32]:
        """The soft shadow on the ground at a size, float32 [h, w], 0..1."""
        x, y, _ = self._layout.art
        scale = small[1] / self._size[1]
        tall, wide = self._cover.shape
        at = max(round(wide * scale / _CLOSE), 1), max(round(tall * scale / _CLOSE), 1)
        mask = cv2.resize(self._cover, at, interpolation=cv2.INTER_AREA)
        plane = np.zeros((small[1], small[0]), np.float32)
        side = self._layout.art[2]
        left = round(x * small[1] - at[0] / 2)
        top = round((y + _SHADOW_LOW * side * 2) * small[1] - at[1] / 2)
        left, top = max(left, 0), max(top, 0)
        room = plane[top : top + at[1], left : left + at[0]]
        room[:] = mask[: room.shape[0], : room.shape[1]]
        sigma = max(_SHADOW_SOFT * side * 2 * small[1], 0.5)
        wide_one = cv2.GaussianBlur(plane, (0, 0), sigma)
        return np.asarray(np.minimum(wide_one * 1.15, 1), np.float32)

    def draw(self, planes: Planes, m: Moment, turn: tuple[float, float]) -> None:
        """Draw it at a moment; `turn` is how far it is turned, -1..1 across and down."""
        x, y, _ = self._layout.art
        height = self._size[1]
        tall, wide = self._cover.shape
        grow = (1 + 0.018 * m.beat + 0.020 * m.bass) / _CLOSE
        half = np.array([wide, tall]) * grow / 2
        middle = np.array([x, y]) * height + np.array(turn) * 0.004 * height
        signs = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], np.float32)
        # The side that turns away is shorter, as in perspective.
        near = 1 + _TILT * (signs[:, :1] * turn[0] + signs[:, 1:] * turn[1])
        corners = (middle + signs * half * near).astype(np.float32)
        low = np.maximum(np.floor(corners.min(0)).astype(int) - 1, 0)
        high = np.minimum(np.ceil(corners.max(0)).astype(int) + 2, (planes.shape[2], height))
        source = (np.array([wide, tall], np.float32) * (signs + 1) / 2).astype(np.float32)
        matrix = cv2.getPerspectiveTransform(source - 0.5, (corners - low - 0.5).astype(np.float32))
        room = int(high[0] - low[0]), int(high[1] - low[1])
        cover = cv2.warpPerspective(self._cover, matrix, room)
        sheen = _sheen(room, turn, m)
        for plane, light in zip(planes, self._light, strict=True):
            region = plane[low[1] : high[1], low[0] : high[0]]
            seen = cv2.warpPerspective(light, matrix, room, borderMode=cv2.BORDER_REPLICATE)
            region += (seen * sheen - region) * cover


def _edges(size: tuple[int, int], disc: bool) -> NDArray[np.float32]:
    """How much of each pixel is covered: a disc, or a rectangle with round corners."""
    wide, tall = size
    radius = min(wide, tall) * (0.5 if disc else _CORNER)
    x = np.abs(np.arange(wide) + 0.5 - wide / 2) - (wide / 2 - radius - 1)
    y = np.abs(np.arange(tall) + 0.5 - tall / 2) - (tall / 2 - radius - 1)
    away = np.hypot(np.maximum(x, 0)[None], np.maximum(y, 0)[:, None])
    return np.asarray(np.clip(radius - away + 0.5, 0, 1), np.float32)


def _sheen(size: tuple[int, int], turn: tuple[float, float], m: Moment) -> NDArray[np.float32]:
    """Light that runs over the artwork as it turns, and lifts it with the bass."""
    u = (np.arange(32) + 0.5) / 32
    at = 0.5 + 0.55 * turn[0] + 0.25 * turn[1]
    band = np.exp(-(((u[None] + 0.45 * u[:, None]) / 1.45 - at) ** 2) / 0.03)
    light = 0.97 + 0.05 * m.bass + 0.11 * band
    return np.asarray(cv2.resize(light.astype(np.float32), size), np.float32)
