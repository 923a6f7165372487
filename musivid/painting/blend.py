"""One picture becomes another without any model: blended, place by place, or seen on the move."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["blend_pictures", "view_picture"]

Picture = NDArray[np.uint8]


def blend_pictures(first: Picture, second: Picture, share: float | NDArray[np.float32]) -> Picture:
    """The picture uint8 [h, w, 3] a share of the way from first to second, pixel by pixel."""
    import cv2

    if isinstance(share, float):
        return np.asarray(cv2.addWeighted(first, 1 - share, second, share, 0), np.uint8)
    return np.asarray(cv2.blendLinear(first, second, 1 - share, share), np.uint8)


def view_picture(
    picture: Picture, size: tuple[int, int], zoom: float, gone: float, angle: float
) -> Picture:
    """What a slow camera sees of a picture: uint8 [height, width, 3].

    Args:
        picture: uint8 [h, w, 3], of the frame's shape.
        size: (width, height) of the frame.
        zoom: how far it goes in: share of the picture.
        gone: 0..1; at 0 all of it is seen, at 1 it is nearest.
        angle: in which direction it looks while it goes in.
    """
    import cv2

    scale = 1 / (1 + zoom * gone)
    width, height = picture.shape[1] * scale, picture.shape[0] * scale
    left = (picture.shape[1] - width) / 2 * (1 + math.cos(angle))
    top = (picture.shape[0] - height) / 2 * (1 + math.sin(angle))
    x, y = width / size[0], height / size[1]
    matrix = np.array([[x, 0, left + (x - 1) / 2], [0, y, top + (y - 1) / 2]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen: Any = cv2.warpAffine(picture, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(seen, np.uint8)
