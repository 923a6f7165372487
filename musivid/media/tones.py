"""HDR pictures as a plain screen shows them: PQ and HLG light brought into BT.709, as eyes expect.

A grey card and all that is darker than a sheet of paper keep their brightness as ITU-R BT.2408 has
it (26 cd/m² are 42.5 % of a plain signal); what is brighter rolls off towards white.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from av import VideoFrame
    from numpy.typing import NDArray

__all__ = ["Transfer", "hdr_transfer", "tone_mapped"]

Transfer = Literal["pq", "hlg"]
"""How light is coded: SMPTE ST 2084, or ARIB STD-B67 (both in ITU-R BT.2100)."""

_TRANSFERS: dict[int, Transfer] = {16: "pq", 18: "hlg"}  # by their numbers in ISO/IEC 23091-2
_DISTANT = 9  # primaries of BT.2020 there
_WHITE = 203.0  # cd/m² of paper in diffuse light, BT.2408
_PEAK = 1000.0  # cd/m² of the screen that HLG is made for, and of most that PQ is made on
_KNEE = 0.5  # of white: darker light stays as it is
_GAMMA = 2.4  # of a plain screen, BT.1886
_SYSTEM_GAMMA = 1.2  # of HLG at that peak, BT.2100
_CODES = 4096  # entries of a table; codes of 12 bit are finer than any film's
_ROWS = 64  # that are reckoned at a time, so that they stay near the processor
_LUMA = ((0.2627, 0.6780, 0.0593),)  # BT.2020
_TO_709 = ((1.6605, -0.5876, -0.0728), (-0.1246, 1.1329, -0.0083), (-0.0182, -0.1006, 1.1187))
"""Linear light of BT.2020's primaries in those of BT.709, ITU-R BT.2407."""


def hdr_transfer(frame: VideoFrame) -> Transfer | None:
    """How a frame codes light; None for plain ones."""
    return _TRANSFERS.get(int(frame.color_trc or 0))


def tone_mapped(
    codes: NDArray[np.uint16], transfer: Transfer, primaries: int = _DISTANT
) -> NDArray[np.uint8]:
    """What a plain screen shows.

    Args:
        codes: uint16 [height, width, 3], RGB as coded, over the whole range.
        transfer: how light is coded.
        primaries: what the colours are of, by their number in ISO/IEC 23091-2.

    Returns:
        uint8 [height, width, 3], RGB of BT.709.
    """
    import numpy as np

    shown = np.empty(codes.shape, np.uint8)
    for top in range(0, len(codes), _ROWS):
        shown[top : top + _ROWS] = _rows(codes[top : top + _ROWS], transfer, primaries)
    return shown


def _rows(codes: NDArray[np.uint16], transfer: Transfer, primaries: int) -> NDArray[np.uint8]:
    import cv2
    import numpy as np

    light: Any = _light(transfer)[codes >> 4]
    if transfer == "hlg":
        luma: Any = cv2.transform(light, np.array(_LUMA, np.float32))
        light *= luma.reshape(*luma.shape[:2], 1) ** (_SYSTEM_GAMMA - 1) * (_PEAK / _WHITE)
    if primaries == _DISTANT:
        light = cv2.transform(light, np.array(_TO_709, np.float32))
    most = np.maximum(light.max(axis=2), 1e-6)
    light *= (_rolled(most) / most)[..., None]
    np.clip(light, 0.0, 1.0, out=light)
    np.sqrt(light, out=light)  # so that dark codes get their share of the table
    found: NDArray[np.uint8] = _signal()[(light * (_CODES - 1) + 0.5).astype(np.uint16)]
    return found


def _rolled(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Light, 1 for white, below 1: as it is up to the knee, and white at the peak."""
    import numpy as np

    over = np.minimum(np.maximum(light - _KNEE, 0), _PEAK / _WHITE - _KNEE) / (1 - _KNEE)
    most = (_PEAK / _WHITE - _KNEE) / (1 - _KNEE)
    bent = over * (1 + over / most**2) / (1 + over)  # Reinhard's curve: 1 at the peak, slope 1 at 0
    rolled: NDArray[np.float32] = np.minimum(light, _KNEE) + (1 - _KNEE) * bent
    return rolled


@functools.cache
def _light(transfer: Transfer) -> NDArray[np.float32]:
    """Linear light by code: of the screen with 1 for white (PQ), or of the scene, 0..1 (HLG)."""
    import numpy as np

    signal = np.arange(_CODES) / (_CODES - 1)
    if transfer == "pq":
        power = signal ** (32 / 2523)
        base = np.maximum(power - 0.8359375, 0) / (18.8515625 - 18.6875 * power)
        return (base ** (16384 / 2610) * (10_000 / _WHITE)).astype(np.float32)
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    bright = (np.exp((signal - c) / a) + b) / 12
    return np.where(signal <= 0.5, signal**2 / 3, bright).astype(np.float32)


@functools.cache
def _signal() -> NDArray[np.uint8]:
    """The plain signal by the root of light."""
    import numpy as np

    root = np.arange(_CODES) / (_CODES - 1)
    return np.rint(255 * root ** (2 / _GAMMA)).astype(np.uint8)
