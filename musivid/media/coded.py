"""Pictures as most encoders take them: luma and halved colours of ITU-R BT.709, range of video."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["pictured"]

_FROM_RED, _FROM_BLUE = 1.5748, 1.8556  # of BT.709: its luma has 0.2126 of red, 0.0722 of blue
_GREEN = (0.1873, 0.4681)  # of blue and red


def pictured(coded: NDArray[np.uint8], height: int) -> NDArray[np.uint8]:
    """A small RGB picture, uint8 [height, width, 3], of a coded frame uint8 [rows * 3 / 2, width].

    Args:
        coded: luma, then blue, then red of each four pixels.
        height: of the picture; it keeps its shape.
    """
    import cv2
    import numpy as np

    rows, width = len(coded) * 2 // 3, coded.shape[1]
    blue, red = coded[rows:].reshape(2, rows // 2, width // 2)
    size = max(1, round(width * height / rows)), height
    y, u, v = (
        cv2.resize(plane, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        for plane in (coded[:rows], blue, red)
    )
    light, cold, warm = (y - 16) / 219, (u - 128) / 224, (v - 128) / 224
    green = light - _GREEN[0] * cold - _GREEN[1] * warm
    rgb = np.stack([light + _FROM_RED * warm, green, light + _FROM_BLUE * cold], 2)
    return np.asarray((rgb.clip(0, 1) * 255).round().astype(np.uint8))
