"""Lyrics as light over a picture: a line stands still in the shot's quiet part, words light up.

One rule of layout holds for a whole film: one size, one margin, one top. The shot chooses only the
side, so a line stands still over its cuts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.living.canvas import Planes
from musivid.living.lettering.layout import (
    Row,
    Word,
    balance,
    in_order,
    is_right_to_left,
    letters_typed,
    parted,
    runs_right_to_left,
    time_words,
    words_at,
)
from musivid.living.moment import Moment
from musivid.living.scene import Backdrop, Zone, ramp
from musivid.media.lyrics.face import Drawn, Face

__all__ = ["LyricsOverlay", "LyricsStyle"]

LyricsStyle = Literal["rise", "karaoke", "punch", "type", "subtitle"]

_SIZE, _LEADING, _SPACE = 0.078, 1.16, 0.27  # of the height, of an em, of an em
_BEFORE_S, _AFTER_S = 0.25, 0.10  # a line is there before and after it is sung
_UNSUNG = 0.78  # how far words to come are laid over the picture
_WAITING, _LIT = 0.74, 1.35  # their light, and that of words that are sung
_SHADE, _DEEPEST = 0.44, 0.82  # of what lies behind words: where it is dark, and where it is bright
_DARK, _BRIGHT = 0.06, 0.30  # linear light between which the shade grows
_UNHURRIED_S = 0.9  # lines that last less come and go faster
_SMALL = 0.55  # letters are made so much smaller before words are parted
_LEAST_PX, _HIGHEST = 5, 0.62  # smallest letters; share of the height that rows should take
_EVEN, _BUSY = 0.03, 0.14  # spread of light between which what lies behind goes out of focus
_FOCUS = 0.22  # of an em
_TYPED = 0.8  # share of a word's time in which its letters come


@dataclass(frozen=True, slots=True)
class _Line:
    words: list[Word]
    rows: list[Row]
    start_s: float
    end_s: float
    px: int
    right: bool


@dataclass(frozen=True, slots=True)
class _Placed:
    """A word where it stands: left and top of its mask in pixels."""

    word: Word
    drawn: Drawn
    x: float
    y: float


class LyricsOverlay:
    """Draws the line of the moment over a picture."""

    def __init__(
        self,
        lines: Sequence[tuple[float, float, str]],
        face: Face,
        size: tuple[int, int],
        *,
        style: LyricsStyle = "rise",
        onsets_s: NDArray[np.float64] | None = None,
        known: Mapping[float, Sequence[tuple[float, str]]] | None = None,
    ) -> None:
        """Time and break all lines.

        Args:
            lines: start, end and text of each, ascending.
            face: draws words.
            size: (width, height) of the picture.
            style: rise: the whole line stands, words light up; karaoke: light runs through it;
                punch: one word at a time, large; type: letters come as on a typewriter; subtitle:
                plain, at the bottom.
            onsets_s: what begins in the music, for the times of words.
            known: when each word begins, and the word, by the starts of the lines that say so.
        """
        self._face, self._size, self._style = face, size, style
        onsets = np.empty(0) if onsets_s is None else onsets_s
        self._known = known or {}
        self._lines = [self._lay(*line, onsets) for line in lines if line[2].strip()]

    def __call__(self, planes: Planes, moment: Moment, backdrop: Backdrop) -> None:
        """Draw what is sung at the moment."""
        for line in self._lines:
            if line.start_s - _BEFORE_S <= moment.time_s < line.end_s + _AFTER_S:
                if self._style == "punch":
                    self._punch(planes, moment, line)
                else:
                    self._block(planes, moment, line, backdrop)

    def _lay(self, start_s: float, end_s: float, text: str, onsets_s: NDArray[np.float64]) -> _Line:
        words = words_at(text, end_s, self._known.get(start_s, ())) or time_words(
            text, start_s, end_s, onsets_s
        )
        width, height = self._size
        px = max(8, int(min(height, width) * _SIZE))
        most = width * 0.40 if width > 1.2 * height else width - 2 * self._margin()
        if self._style == "subtitle":
            px, most = max(8, int(px * 0.72)), width * 0.8
        px, words, rows = self._fitted(words, px, most)
        return _Line(words, rows, start_s, end_s, px, runs_right_to_left(text))

    def _fitted(
        self, words: list[Word], wanted: int, most: float
    ) -> tuple[int, list[Word], list[Row]]:
        """The size, words and rows of a line that stays in the picture.

        Letters are made smaller until it does; where that is not enough, words are parted, and
        rows for which there is no room at all are cut.
        """
        width, height = self._size
        widest, px = width - 2 * self._margin(), wanted
        while True:
            widths = [self._face.draw(word.text, px).advance for word in words]
            rows = balance(words, widths, _SPACE * px, min(most, widest))
            tall = self._tall(len(rows), px)
            roomy = _HIGHEST if px > _SMALL * wanted else 1.0
            fits = max(widths, default=0.0) <= widest
            if fits and tall <= roomy * (height - 2 * self._margin()):
                return px, words, rows
            if px <= _LEAST_PX:
                room = int((height - 2 * self._margin()) / (px * _LEADING))
                return px, words, rows[: max(room, 1)]
            px = max(_LEAST_PX, int(px * 0.92))
            if px <= _SMALL * wanted:
                words = parted(words, lambda text: self._face.draw(text, px).advance, widest)  # noqa: B023

    def _tall(self, rows: int, px: int) -> float:
        """Height of so many rows in pixels."""
        return px * (1.3 + _LEADING * (rows - 1))

    def _margin(self) -> float:
        width, height = self._size
        return min(0.105 * height, 0.075 * width)

    def _placed(self, line: _Line, zone: Zone) -> list[list[_Placed]]:
        """All words of a line where they stand, row by row."""
        width, height = self._size
        top = zone.top * height
        middle = zone.align == "middle" or self._style == "subtitle"
        if self._style == "subtitle" or (
            zone.top > 0.5 and not zone.firm
        ):  # rows grow upwards from the bottom
            top = height * 0.91 - (len(line.rows) - 1) * line.px * _LEADING - line.px * 0.36
        side, tall = self._margin(), self._tall(len(line.rows), line.px)
        top = max(min(top, height - side - tall + line.px * 0.45), side)
        placed = []
        block = max((row.width for row in line.rows), default=0.0)
        for index, row in enumerate(line.rows):
            left = side if zone.start is None else zone.start * height
            x = (width - row.width) / 2 if middle else left
            if line.right and not middle:  # rows that run from the right begin under one another
                x += block - row.width
            if zone.align == "right" and not middle:
                x = width - side - row.width
            x = max(min(x, width - side - row.width), min(side, (width - row.width) / 2))
            y = top + line.px * (0.36 + _LEADING * index)
            words = line.words[row.first : row.last]
            here = []
            order = in_order([word.text for word in words], right=line.right)
            for place, following in zip_longest(order, order[1:]):
                word = words[place]
                drawn = self._face.draw(word.text, line.px)
                here.append(_Placed(word, drawn, x + drawn.left, y + drawn.top))
                # Of neighbours from the right the one that is said first stands behind the space.
                said = words[place if following is None else min(place, following)]
                x += drawn.advance + (_SPACE * line.px if said.space else 0.0)
            placed.append(here)
        return placed

    def _block(self, planes: Planes, m: Moment, line: _Line, backdrop: Backdrop) -> None:
        rows = self._placed(line, backdrop.zone)
        pace = min(1.0, (line.end_s - line.start_s) / _UNHURRIED_S)  # short lines come at once
        come = _ease((m.time_s - line.start_s + 0.04) / (0.25 * pace))
        shown = come * (1 - _ease((m.time_s - line.end_s + 0.36 * pace) / (0.28 * pace)))
        if shown < 0.004:
            return
        words = [word for row in rows for word in row]
        _shade(planes, words, line.px, shown)
        light = _accent(backdrop)
        for placed in words:
            if self._style == "type":
                self._type(planes, m, placed, px=line.px, shown=shown, light=light)
            elif self._style == "karaoke":
                self._run(planes, m, placed, px=line.px, shown=shown, light=light)
            else:
                self._light(planes, m, placed, px=line.px, shown=shown, light=light)

    def _light(
        self,
        planes: Planes,
        m: Moment,
        placed: _Placed,
        *,
        px: int,
        shown: float,
        light: tuple[float, float, float],
    ) -> None:
        """A word that lights up as it is sung."""
        word = placed.word
        lit = _ease((m.time_s - word.start_s + 0.10) / 0.30)
        now = min(max((m.time_s - word.start_s + 0.06) / 0.10, 0.0), 1.0)
        now *= min(max((word.end_s + 0.30 - m.time_s) / 0.45, 0.0), 1.0)
        if self._style == "subtitle":
            lit, now = 1.0, 0.0
        white = (_WAITING + (_LIT - _WAITING) * lit) * (1 - 0.55 * now)
        colour = [white + part * (0.75 + 0.25 * m.beat) * now for part in light]
        alpha = shown * (_UNSUNG + (1 - _UNSUNG) * lit)
        mask = placed.drawn.mask
        _put(planes, mask, placed.x, placed.y, colour=colour, alpha=alpha, shadow=px * 0.075)

    def _type(
        self,
        planes: Planes,
        m: Moment,
        placed: _Placed,
        *,
        px: int,
        shown: float,
        light: tuple[float, float, float],
    ) -> None:
        """A word whose letters come one by one, with a caret behind the last."""
        word = placed.word
        length = max(word.end_s - word.start_s, 0.05) * _TYPED
        done = (m.time_s - word.start_s + 0.02) / length
        if done <= 0:
            return
        count = letters_typed(word.text, min(done, 1.0))
        drawn = self._face.draw(word.text[:count], px)
        pen, base = placed.x - placed.drawn.left, placed.y - placed.drawn.top
        from_right = is_right_to_left(word.text)
        x = pen + (placed.drawn.advance - drawn.advance if from_right else 0.0)
        put = partial(_put, planes, alpha=shown)
        put(drawn.mask, x + drawn.left, base + drawn.top, colour=(1.35,) * 3, shadow=px * 0.075)
        if m.time_s < word.end_s + 0.05:
            bar = np.ones((max(int(px * 0.86), 2), max(int(px * 0.07), 1)), np.float32)
            edge = x - px * 0.12 if from_right else x + drawn.advance + px * 0.05
            glow = 1.0 if done < 1 else 0.35 + 0.65 * m.beat
            put(bar, edge, base - px * 0.72, colour=[glow * part for part in light])

    def _run(
        self,
        planes: Planes,
        m: Moment,
        placed: _Placed,
        *,
        px: int,
        shown: float,
        light: tuple[float, float, float],
    ) -> None:
        """A word through which light runs."""
        word, mask = placed.word, placed.drawn.mask
        length = max(word.end_s - word.start_s, 0.05)
        done = min(max((m.time_s - word.start_s) / length, 0.0), 1.0)
        put = partial(_put, planes, x=placed.x, y=placed.y)
        put(mask, colour=(0.62, 0.64, 0.70), alpha=shown * 0.85, shadow=px * 0.085)
        across = np.arange(mask.shape[1])
        edge = np.clip((done * mask.shape[1] - across) / (px * 0.08) + 0.5, 0, 1)
        if is_right_to_left(word.text):
            edge = edge[::-1]
        put(mask * edge.astype(np.float32), colour=[1.5 * part for part in light], alpha=shown)

    def _punch(self, planes: Planes, m: Moment, line: _Line) -> None:
        """One word at a time in the middle; beats push it."""
        width, height = self._size
        for word in line.words:
            if not word.start_s - 0.02 <= m.time_s < word.end_s + 0.02:
                continue
            px = int(min(height, width * 1.15) * 0.25)
            drawn = self._face.draw(word.text.strip(".,!?;:").upper() or word.text, px)
            age = m.time_s - word.start_s + 0.02
            grow = min(1.0, width * 0.80 / max(drawn.advance, 1))
            grow *= 1 + 0.10 * float(np.exp(-age * 9)) + 0.02 * m.beat + 0.03 * min(age, 1.0)
            way = cv2.INTER_AREA if grow < 1 else cv2.INTER_LINEAR
            big = np.asarray(
                cv2.resize(drawn.mask, None, fx=grow, fy=grow, interpolation=way), np.float32
            )
            x, y = (width - big.shape[1]) / 2, (height - big.shape[0]) / 2
            white, shown = (1.7, 1.7, 1.7), min(1.0, age * 14)
            _put(planes, big, x, y, colour=white, alpha=shown, shadow=px * 0.05)


def _accent(backdrop: Backdrop) -> tuple[float, float, float]:
    """The colour of the word that is sung: the scene's light, made bright."""
    r, g, b = backdrop.glow
    top = max(r, g, b, 1e-3)
    return 0.5 + 1.5 * r / top, 0.5 + 1.5 * g / top, 0.5 + 1.5 * b / top


def _ease(x: float) -> float:
    x = min(max(x, 0.0), 1.0)
    return 1 - (1 - x) ** 3


def _shade(planes: Planes, words: Sequence[_Placed], px: int, shown: float) -> None:
    """Dim what lies behind the words, softly, so that they read over anything."""
    _, height, width = planes.shape
    small = np.zeros((height // 8 + 1, width // 8 + 1), np.float32)
    for placed in words:
        tall, wide = placed.drawn.mask.shape
        edges = (placed.x - px * 0.3, placed.x + wide + px * 0.3, placed.y - px * 0.15,
                 placed.y + tall + px * 0.15)  # fmt: skip
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


def _put(
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
        _put(planes, under, *at, colour=(0.008, 0.006, 0.012), alpha=alpha * 0.72)
    _, height, width = planes.shape
    left, top = int(np.floor(x)), int(np.floor(y))
    shift = np.array([[1, 0, x - left], [0, 1, y - top]], np.float32)
    moved = cv2.warpAffine(mask, shift, (mask.shape[1] + 1, mask.shape[0] + 1))
    x0, y0 = max(left, 0), max(top, 0)
    x1, y1 = min(left + moved.shape[1], width), min(top + moved.shape[0], height)
    if x1 <= x0 or y1 <= y0:
        return
    cover = moved[y0 - top : y1 - top, x0 - left : x1 - left] * np.float32(alpha)
    for channel, value in enumerate(colour):
        region = planes[channel, y0:y1, x0:x1]
        region += (np.float32(value) - region) * cover
