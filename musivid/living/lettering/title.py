"""The name of a song on its cover: title large, artist small, and a mark; measured to fit."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.living.canvas import Planes
from musivid.living.developing import undeveloped
from musivid.living.sleeve import Rgb, Sleeve
from musivid.living.standing import TextPlace
from musivid.media.lyrics.face import Drawn, Face, display_fonts

__all__ = ["TitleBlock"]

Mask = NDArray[np.float32]

_ARTIST = 0.50  # size of the artist beside the title
_LEADING, _GAP = 1.10, 0.62  # from row to row, and from title to artist, in ems of the title
_ONE_ROW = 0.78  # a title that would be smaller than this in one row takes two
_TWO_ROWS = 0.82  # size of two rows beside that of one
_LEAST = 0.45  # a title is made no smaller than this; what is too long is cut
_FOOT = 0.7  # of the margin: no name stands lower
_LOGO = 0.085  # height of a mark, of the shorter side


class TitleBlock:
    """Title, artist and mark, laid out once."""

    def __init__(
        self, sleeve: Sleeve, size: tuple[int, int], place: TextPlace, accent: Rgb
    ) -> None:
        """Measure and draw.

        Args:
            sleeve: what is said, and the mark.
            size: (width, height) of the picture.
            place: where.
            accent: light of the artwork's main colour, which tints the artist.
        """
        self._marks: list[tuple[Mask, tuple[int, int], Planes]] = []
        self._words: list[tuple[Mask, tuple[int, int], Rgb]] = []
        self._shadow: tuple[Mask, tuple[int, int]] | None = None
        self._lay(sleeve, size, place, accent)
        if sleeve.logo is not None:
            self._mark(sleeve.logo, size, place)

    def draw(self, planes: Planes, shown: float) -> None:
        """Lay the name over a picture, as far as it is shown (0..1), and the mark."""
        if shown > 0.004:
            if self._shadow is not None:
                _lay(planes, *self._shadow, (0.004, 0.004, 0.006), 0.55 * shown)
            for mask, at, colour in self._words:
                _lay(planes, mask, at, colour, shown)
        for mask, at, light in self._marks:
            _lay(planes, mask, at, light, 0.92)

    def _lay(self, sleeve: Sleeve, size: tuple[int, int], place: TextPlace, accent: Rgb) -> None:
        height = size[1]
        bold, plain = Face(display_fonts(), 700.0), Face(display_fonts(), 400.0)
        wanted, room = place.size * height, place.room * height
        rows, px = _fitted(bold, sleeve.title, wanted, room)
        tinted = 0.62 + 0.20 * accent[0], 0.62 + 0.20 * accent[1], 0.62 + 0.20 * accent[2]
        laid = [(bold.draw(row, px), index * px * _LEADING, (1.12, 1.12, 1.12))
                for index, row in enumerate(rows)]  # fmt: skip
        after = (len(rows) - 1) * px * _LEADING if rows else 0.0
        base = after
        if sleeve.artist:
            small_rows, small = _fitted(plain, sleeve.artist, wanted * _ARTIST, room, most=1)
            base = after + wanted * (_GAP + 0.22) if rows else 0.0
            laid.append((plain.draw(small_rows[0], small), base, tinted))
        if not laid:
            return
        rise = (px if rows else wanted * _ARTIST) * 0.72  # from the first base line to its top
        top = place.y * height - place.hang * (base + rise) + rise
        top = min(top, height * (1 - _FOOT * place.margin) - base)
        for drawn, down, colour in laid:
            wide = drawn.mask.shape[1]
            x = place.x * height - (wide / 2 if place.middle else 0)
            self._words.append((drawn.mask, (round(x), round(top + down + drawn.top)), colour))
        self._shade(size, wanted)

    def _shade(self, size: tuple[int, int], px: float) -> None:
        """A soft dark behind all words, so that they read on light grounds."""
        whole = np.zeros((size[1], size[0]), np.float32)
        for mask, (x, y), _ in self._words:
            x0, y0 = max(x, 0), max(y, 0)
            room = whole[y0 : y + mask.shape[0], x0 : x + mask.shape[1]]
            np.maximum(room, mask[y0 - y :, x0 - x :][: room.shape[0], : room.shape[1]], out=room)
        near = cv2.GaussianBlur(whole, (0, 0), max(px * 0.05, 0.5))
        wide = cv2.GaussianBlur(whole, (0, 0), max(px * 0.30, 0.5))
        dark = np.minimum(0.8 * near + 1.6 * wide, 1).astype(np.float32)
        rows, columns = np.flatnonzero(dark.max(1) > 0.01), np.flatnonzero(dark.max(0) > 0.01)
        if not len(rows):
            return
        y0, y1, x0, x1 = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
        self._shadow = dark[y0:y1, x0:x1].copy(), (x0, y0)

    def _mark(self, logo: NDArray[np.uint8], size: tuple[int, int], place: TextPlace) -> None:
        """A mark in the corner or at the top, as high as a title, no wider than there is room."""
        width, height = size
        tall = min(_LOGO * min(width, height), place.mark * height * logo.shape[0] / logo.shape[1])
        at = max(round(tall * logo.shape[1] / logo.shape[0]), 1), max(round(tall), 1)
        small = np.asarray(cv2.resize(logo, at, interpolation=cv2.INTER_AREA), np.uint8)
        margin = place.margin * height
        x = width - margin - at[0] if place.corner else (width - at[0]) / 2
        y = margin * 0.75 if place.corner else max(margin, 0.055 * height)
        mask = small[..., 3].astype(np.float32) / np.float32(255)
        light = undeveloped(np.ascontiguousarray(small[..., :3]))
        self._marks.append((mask, (round(x), round(y)), light))


def _fitted(
    face: Face, text: str, wanted: float, room: float, most: int = 2
) -> tuple[list[str], int]:
    """Rows of a text and the size in pixels at which they fit a width."""
    if not text:
        return [], max(6, round(wanted))
    best = [text]
    share = _fit(face, best, wanted, room)
    words = text.split()
    if share < _ONE_ROW and most > 1 and len(words) > 1:
        splits = [[" ".join(words[:k]), " ".join(words[k:])] for k in range(1, len(words))]
        best = max(splits, key=lambda rows: _fit(face, rows, wanted, room))
        share = min(_fit(face, best, wanted, room), _TWO_ROWS)
    px = max(6, int(wanted * max(min(share, 1.0), _LEAST)))
    return [_cut(face, row, px, room) for row in best], px


def _fit(face: Face, rows: Sequence[str], wanted: float, room: float) -> float:
    """Size at which rows fill the room, beside the one that is wanted."""
    px = max(6, round(wanted))
    return room / max(max(_width(face.draw(row, px)) for row in rows), 1)


def _cut(face: Face, row: str, px: int, room: float) -> str:
    """A row that is too long at its least size, with an ellipsis."""
    if _width(face.draw(row, px)) <= room * 1.02:
        return row
    while len(row) > 1 and _width(face.draw(row + "…", px)) > room:
        row = row[:-1].rstrip()
    return row + "…"


def _width(drawn: Drawn) -> int:
    return int(drawn.mask.shape[1])


def _lay(
    planes: Planes, mask: Mask, at: tuple[int, int], colour: Rgb | Planes, alpha: float
) -> None:
    """Lay a colour, or planes of light as large as the mask, where the mask is."""
    _, height, width = planes.shape
    x0, y0 = max(at[0], 0), max(at[1], 0)
    x1, y1 = min(at[0] + mask.shape[1], width), min(at[1] + mask.shape[0], height)
    if x1 <= x0 or y1 <= y0:
        return
    cut = slice(y0 - at[1], y1 - at[1]), slice(x0 - at[0], x1 - at[0])
    cover = mask[cut] * np.float32(alpha)
    for plane, value in zip(planes, colour, strict=True):
        region = plane[y0:y1, x0:x1]
        light = value[cut] if isinstance(value, np.ndarray) else np.float32(value)
        region += (light - region) * cover
