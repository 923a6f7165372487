"""Shot cuts: where a picture is new, stays new, and neither motion nor light explains it.

What is left of a difference when motion is made good is measured by the contrast of the pictures,
so that dark ones and ones that are alike count; grain is what is left between all frames around. A
flash comes back to what was shown before it; a whip goes on for some frames.
"""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.analysis.soft_cuts import SoftCutFinder

__all__ = ["CutFinder", "is_sudden"]

Floats = NDArray[np.float64]
Frame = NDArray[np.uint8]

# One step that stops flow from being believed.
_LEAST_NOVELTY, _LEAST_RECOLOURING, _CLEAR_NOVELTY = 0.03, 0.2, 0.12

_NEW = 0.2  # novelty of a cut at least, as a share of the contrast
_LEAST_CONTRAST = 0.01  # of pictures that are nearly even
_CLEAR, _WIDE = 0.15, 0.3  # share of the contrast that a place changes by, and of the places
_OVER_AROUND = 2.4  # how far a cut stands out of the frames around it
_AROUND_S = 0.4  # to either side that a cut stands out of
_FLASH_S = 0.28  # longest flash: shots that are shorter come and go
_BACK = 0.5  # of the change: nearer to what was before is what was before
_WHIP_S = 0.16  # to either side in which a camera that whips moves on
_OVER_WHIP = 2.0  # how far a cut stands out of what changes there
_LEAST_SHOT_S = 0.2  # shorter shots are flashes
_SMALL = (32, 18)  # width and height of the pictures that are kept


def is_sudden(novelty: float, recolouring: float) -> bool:
    """Return whether one step alone is so sudden that the motion in it means nothing."""
    enough = novelty > _LEAST_NOVELTY and recolouring > _LEAST_RECOLOURING
    return enough or novelty > _CLEAR_NOVELTY


class CutFinder:
    """Sees the frames of a film in order; keeps small pictures of a second, and three numbers each.

    Args:
        fps: frames a second.
    """

    def __init__(self, fps: float) -> None:
        self._fps = fps
        self._flash = max(1, round(_FLASH_S * fps))
        self._whip = round(_WHIP_S * fps)
        self._reach = max(self._flash, self._whip)
        self._small: deque[NDArray[np.float32]] = deque(maxlen=2 * self._reach + 2)
        self._soft = SoftCutFinder(fps)
        # Novelty and contrast of every frame, and whether it is one of a cut by its neighbours.
        self._novelty: list[float] = []
        self._contrast: list[float] = []
        self._lasts: list[bool] = []

    def see(self, grey: Frame, novelty: float) -> None:
        """Take the next frame.

        Args:
            grey: uint8 [h, w], its luma.
            novelty: what of its difference to the frame before is left when motion is made good.
        """
        small = cv2.resize(grey, _SMALL, interpolation=cv2.INTER_AREA).astype(np.float32)
        self._take(small, novelty, float(cv2.meanStdDev(grey)[1][0, 0]) / 255)

    def hold(self) -> None:
        """Take the frame before once more."""
        self._take(self._small[-1], 0.0, self._contrast[-1])

    def find(self) -> NDArray[np.int64]:
        """Return the first frames of new shots, ascending."""
        novelty, contrast = np.array(self._novelty), np.array(self._contrast)
        for place in range(max(0, len(novelty) - self._reach), len(novelty)):
            self._lasts.append(self._stays(place))
        lower = np.minimum(contrast[1:], contrast[:-1]) + _LEAST_CONTRAST
        around = max(2, round(_AROUND_S * self._fps))
        found: list[int] = []
        for frame in np.flatnonzero(self._lasts):
            low, high = max(1, frame - around), frame + around + 1
            near = np.concatenate([novelty[low:frame], novelty[frame + 1 : high]])
            # A second cut near by must not hide this one: the median is blind to a few.
            calm = float(np.median(near)) if len(near) else 0.0
            is_new = novelty[frame] - calm >= _NEW * lower[frame - 1]
            is_near = found and (frame - found[-1]) / self._fps < _LEAST_SHOT_S
            if is_new and novelty[frame] >= _OVER_AROUND * calm and not is_near:
                found.append(int(frame))
        del self._lasts[-min(self._reach, len(novelty)) :]
        return np.array(found, np.int64)

    def find_soft(self, cuts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the middles of fades through black, dissolves and wipes, ascending.

        Args:
            cuts: from `find`.
        """
        return self._soft.find(cuts)

    def _take(self, small: NDArray[np.float32], novelty: float, contrast: float) -> None:
        self._small.append(small)
        self._soft.see(small)
        self._novelty.append(novelty)
        self._contrast.append(contrast)
        place = len(self._novelty) - 1 - self._reach
        if place >= 0:
            self._lasts.append(self._stays(place))

    def _stays(self, frame: int) -> bool:
        """Whether a frame whose neighbours are known is new, and what follows it is."""
        if frame == 0:
            return False
        lower = min(self._contrast[frame - 1 : frame + 1]) + _LEAST_CONTRAST
        if self._novelty[frame] < _NEW * lower:
            return False
        first = len(self._novelty) - len(self._small)  # frame of the first small picture
        place = frame - first
        before = list(self._small)[max(0, place - self._flash) : place]
        after = list(self._small)[place : place + self._flash + 1]
        change = _difference(before[-1], after[0])
        # A thing that jumps leaves most of the picture as it was.
        if (np.abs(after[0] - before[-1]) >= _CLEAR * lower * 255).mean() < _WIDE:
            return False
        nearest = min(_difference(a, b) for a in before for b in after)
        return nearest >= _BACK * change and change >= _OVER_WHIP * self._going_on(place)

    def _going_on(self, place: int) -> float:
        """How much changes from frame to frame beside a place, on the side where more does."""
        small = list(self._small)
        earlier = range(max(1, place - self._whip), place)
        later = range(place + 1, min(len(small), place + 1 + self._whip))
        sides = [[_difference(small[k - 1], small[k]) for k in side] for side in (earlier, later)]
        return max(float(np.median(side)) if side else 0.0 for side in sides)


def _difference(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    return float(np.abs(a - b).mean())
