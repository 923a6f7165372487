"""A picture of any shape in the film's shape: cut where little is to see, or before itself."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["cover_size", "fills", "framed", "moved_photo"]

Frame = NDArray[np.uint8]

_LEAST_KEPT = 0.45  # share of a picture that must stay when it fills the frame
_BEFORE = 0.62  # share of a picture of quite another shape that stands before itself
_TOWARDS = 0.8  # how far the middle goes to where there is most to see
_SMALL = 24  # a blurred ground is made as many times smaller
_GROUND_LIGHT = 0.45  # of the picture's own
_PHOTO_ZOOM = 0.10  # how far a photo is approached, or left
_PHOTO_DRIFT = 0.5  # how far its middle goes to where there is most to see


def fills(shape: tuple[int, int], size: tuple[int, int]) -> bool:
    """Whether a picture of a shape fills a frame without losing too much: (width, height) each."""
    wide, tall = shape[0] / shape[1], size[0] / size[1]
    return min(wide / tall, tall / wide) >= _LEAST_KEPT


def cover_size(shape: tuple[int, int], size: tuple[int, int]) -> tuple[int, int]:
    """At which size (width, height) a picture is wanted to stand in a frame."""
    shares = size[0] / shape[0], size[1] / shape[1]
    if not fills(shape, size):
        scale = min(shares) / _BEFORE
        return max(2, round(shape[0] * scale)), max(2, round(shape[1] * scale))
    width, height = (max(2, round(side * max(shares))) for side in shape)
    return max(width, size[0]), max(height, size[1])


def framed(picture: Frame, size: tuple[int, int], at: tuple[float, float]) -> Frame:
    """A picture of `cover_size` in its frame, uint8 [h, w, 3].

    Args:
        picture: uint8 [h, w, 3].
        size: (width, height).
        at: where there is most to see, in shares.
    """
    width, height = size
    tall, wide = picture.shape[:2]
    if (wide, tall) == size:
        return picture
    left, top = _begin(wide, width, at[0]), _begin(tall, height, at[1])
    part = picture[top : top + height, left : left + width]
    if part.shape == (height, width, 3):
        return np.ascontiguousarray(part)
    frame = _ground(picture, size)
    tall, wide = part.shape[:2]
    left, top = (width - wide) // 2, (height - tall) // 2
    frame[top : top + tall, left : left + wide] = part
    return frame


def moved_photo(
    picture: Frame, size: tuple[int, int], at: tuple[float, float], share: float, *, inward: bool
) -> Frame:
    """A photo as it is approached or left, uint8 [h, w, 3].

    Args:
        picture: uint8 [h, w, 3], larger than the frame by a fifth or so.
        size: (width, height) of the frame.
        at: where there is most to see, in shares.
        share: how far its time is, 0..1.
        inward: whether it is approached.
    """
    tall, wide = picture.shape[:2]
    near = share if inward else 1 - share
    # As exponents, so that it comes nearer evenly to the eye.
    zoom = (1 + _PHOTO_ZOOM) ** near * max(size[0] / wide, size[1] / tall)
    seen_x, seen_y = size[0] / zoom, size[1] / zoom
    middle_x = _middle(wide, seen_x, at[0], near)
    middle_y = _middle(tall, seen_y, at[1], near)
    matrix = np.array(
        [[zoom, 0, size[0] / 2 - zoom * middle_x], [0, zoom, size[1] / 2 - zoom * middle_y]],
        np.float32,
    )
    moved: Any = cv2.warpAffine(
        picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    return np.asarray(moved, np.uint8)


def _middle(whole: int, seen: float, at: float, near: float) -> float:
    """The middle of what is seen of a side, within the picture."""
    wanted = whole * (0.5 + _PHOTO_DRIFT * near * (at - 0.5))
    return min(max(wanted, seen / 2), whole - seen / 2)


def _begin(whole: int, seen: int, at: float) -> int:
    middle = whole * (0.5 + _TOWARDS * (at - 0.5))
    return int(max(0, min(round(middle - seen / 2), whole - seen)))


def _ground(picture: Frame, size: tuple[int, int]) -> Frame:
    """The picture out of focus and dim, over the whole frame."""
    width, height = size
    small = max(4, width // _SMALL), max(4, height // _SMALL)
    tall, wide = picture.shape[:2]
    scale = max(small[0] / wide, small[1] / tall)
    less = max(small[0], round(wide * scale)), max(small[1], round(tall * scale))
    shrunk = np.asarray(cv2.resize(picture, less, interpolation=cv2.INTER_AREA), np.uint8)
    left, top = (less[0] - small[0]) // 2, (less[1] - small[1]) // 2
    inner = shrunk[top : top + small[1], left : left + small[0]]
    soft = cv2.GaussianBlur(inner, (0, 0), 1.6)
    large = cv2.resize(soft, size, interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.convertScaleAbs(large, alpha=_GROUND_LIGHT), np.uint8)
