"""A contact sheet: small pictures in rows, with the time, the place and the words under each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.media.lyrics.face import Face, display_fonts

__all__ = ["Thumb", "contact_sheet"]

Frame = NDArray[np.uint8]

_PAPER, _INK, _FAINT = 17, (235, 235, 240), (140, 140, 150)
_AREA = 320 * 180  # of a thumbnail, in pixels
_WIDE = 1400  # of a sheet at most
_GAP = 16
_LETTER, _ROW = 15, 22  # size of letters, and from row to row
_HEADING = 24


@dataclass(frozen=True, slots=True)
class Thumb:
    """A picture of a sheet.

    Attributes:
        frame: uint8 [h, w, 3].
        name: what stands under it, bright.
        line: what stands under that, faint; what is too long is cut.
    """

    frame: Frame
    name: str
    line: str = ""


def contact_sheet(thumbs: Sequence[Thumb], heading: str) -> Frame:
    """All thumbs, which are of one shape, in rows under a heading: uint8 [h, w, 3]."""
    height, width = thumbs[0].frame.shape[:2]
    scale = (_AREA / (height * width)) ** 0.5
    wide, tall = max(round(width * scale), 120), max(round(height * scale), 16)
    columns = max(1, min(len(thumbs), (_WIDE - _GAP) // (wide + _GAP)))
    rows = -(-len(thumbs) // columns)
    step = tall + 2 * _ROW + _GAP
    top = _GAP + _HEADING + _GAP
    size = top + rows * step, _GAP + columns * (wide + _GAP)
    sheet = np.full((*size, 3), _PAPER, np.uint8)
    bold, plain = Face(display_fonts(), 600.0), Face(display_fonts(), 400.0)
    room = sheet.shape[1] - 2 * _GAP
    _write(sheet, bold, heading, (_GAP, _GAP + _HEADING - 4), px=_HEADING, colour=_INK, room=room)
    for index, thumb in enumerate(thumbs):
        x = _GAP + index % columns * (wide + _GAP)
        y = top + index // columns * step
        small = cv2.resize(thumb.frame, (wide, tall), interpolation=cv2.INTER_AREA)
        sheet[y : y + tall, x : x + wide] = small
        base = y + tall + _ROW - 4
        _write(sheet, bold, thumb.name, (x, base), px=_LETTER, colour=_INK, room=wide)
        _write(sheet, plain, thumb.line, (x, base + _ROW - 2), px=_LETTER, colour=_FAINT, room=wide)
    return sheet


def _write(
    sheet: Frame,
    face: Face,
    text: str,
    at: tuple[int, int],
    *,
    px: int,
    colour: tuple[int, int, int],
    room: int,
) -> None:
    """Write a row whose base line begins at a point, no wider than there is room."""
    if not text:
        return
    shown = text
    while face.draw(shown, px).advance > room and len(text) > 1:
        text = text[:-1].rstrip()
        shown = text + "…"
    drawn = face.draw(shown, px)
    x, y = at[0] + drawn.left, at[1] + drawn.top
    x0, y0 = max(x, 0), max(y, 0)
    region = sheet[y0 : y + drawn.mask.shape[0], x0 : x + drawn.mask.shape[1]]
    mask = drawn.mask[y0 - y :, x0 - x :][: region.shape[0], : region.shape[1], None]
    region[:] = np.rint(region + (np.array(colour, np.float32) - region) * mask).astype(np.uint8)
