"""One picture becomes another by moving: what is alike in both goes from its place to the other.

Dense optical flow (G. Farneback, "Two-Frame Motion Estimation Based on Polynomial Expansion", 2003,
as OpenCV has it) says where each part of one picture lies in the other. Both pictures are moved
towards each other along it and blended, so that edges which match stay sharp half-way, where a
cross-fade shows both.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from musivid.painting.blend import blend_pictures

__all__ = ["Morph"]

Picture = NDArray[np.uint8]
Field = NDArray[np.float32]

_SEEN_PX = 256  # longest side at which motion is looked for: large forms decide, not grain
_LEVELS, _WINDOW, _ROUNDS, _REACH, _SIGMA = 5, 21, 6, 7, 1.5  # as OpenCV's samples for large motion
_SOFT = 0.02  # of the longest side: how far neighbours share their motion, so that nothing tears
_FAR = 0.15  # of the longest side: pictures without likeness must not throw their parts about


class Morph:
    """The ways of all parts between two pictures; frames of it can be asked for in any order."""

    def __init__(self, first: Picture, second: Picture) -> None:
        """Find the ways; pictures are uint8 [h, w, 3] of one size."""
        self._first, self._second = first, second
        small = _luma(first), _luma(second)
        self._there = _motion(*small, first.shape)
        self._back = _motion(*small[::-1], first.shape)

    def at(self, gone: float, share: float | Field | None = None) -> Picture:
        """A picture uint8 [h, w, 3] on the way.

        Args:
            gone: how far parts have moved, 0..1.
            share: of the second picture, for all or for each place, 0..1; None: as `gone`.
        """
        moved = _moved(self._first, self._there, gone), _moved(self._second, self._back, 1 - gone)
        return blend_pictures(*moved, gone if share is None else share)


def _luma(picture: Picture) -> NDArray[np.uint8]:
    import cv2

    high, wide = picture.shape[:2]
    scale = min(1.0, _SEEN_PX / max(high, wide))
    size = max(round(wide * scale), 16), max(round(high * scale), 16)
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def _motion(first: NDArray[np.uint8], second: NDArray[np.uint8], shape: tuple[int, ...]) -> Field:
    """Where each pixel of the first goes, float32 [h, w, 2] in pixels of pictures of `shape`."""
    import cv2

    flow: Any = np.zeros((*first.shape, 2), np.float32)
    flow = cv2.calcOpticalFlowFarneback(
        first, second, flow, 0.5, _LEVELS, _WINDOW, _ROUNDS, _REACH, _SIGMA,
        cv2.OPTFLOW_FARNEBACK_GAUSSIAN,
    )  # fmt: skip
    longest = max(first.shape)
    flow = cv2.GaussianBlur(flow, (0, 0), _SOFT * longest)
    far = _FAR * longest
    length = np.hypot(flow[..., 0], flow[..., 1])[..., None]
    flow *= far * np.tanh(length / far) / np.maximum(length, 1e-6)
    flow *= np.array([shape[1] / first.shape[1], shape[0] / first.shape[0]], np.float32)
    return np.asarray(cv2.resize(flow, shape[1::-1], interpolation=cv2.INTER_LINEAR), np.float32)


def _moved(picture: Picture, motion: Field, gone: float) -> Picture:
    """The picture whose parts went a share of their way.

    What is seen at a place is looked for where the motion there says that it came from: with
    motion as soft as this that is as good as moving each part forward.
    """
    import cv2

    if gone <= 0:
        return picture
    high, wide = motion.shape[:2]
    y, x = np.mgrid[:high, :wide].astype(np.float32)
    x -= np.float32(gone) * motion[..., 0]
    y -= np.float32(gone) * motion[..., 1]
    seen: Any = cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(seen, np.uint8)
