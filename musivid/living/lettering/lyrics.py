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
from musivid.living.lettering.laying import is_layer, put_mask, shade
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
from musivid.living.scene import Backdrop, Zone
from musivid.media.lyrics.face import Drawn, Face

__all__ = ["LyricsOverlay", "LyricsStyle"]

LyricsStyle = Literal["rise", "karaoke", "punch", "type", "subtitle"]

_SIZE, _LEADING, _SPACE = 0.078, 1.16, 0.27  # of the height, of an em, of an em
_BEFORE_S, _AFTER_S = 0.25, 0.10  # a line is there before and after it is sung
_UNSUNG = 0.92  # how far words to come are laid over the picture
_WAITING, _LIT = 0.74, 1.35  # their light, and that of words that are sung
_UNHURRIED_S = 0.9  # lines that last less come and go faster
_SMALL = 0.55  # letters are made so much smaller before words are parted
_LEAST_PX, _HIGHEST = 5, 0.62  # smallest letters; share of the height that rows should take
_STOPS = ".,!?;:，。、！？；：…"  # that a word which stands alone does without
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
        edge: float = 1.0,
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
            edge: factor on how wide the soft dark edge of letters is; 0: none.
        """
        self._edge = edge
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
        boxes = [(p.x, p.y, *p.drawn.mask.shape[::-1]) for p in words]
        shade(planes, boxes, line.px, shown)
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
        put_mask(
            planes,
            mask,
            placed.x,
            placed.y,
            colour=colour,
            alpha=alpha,
            shadow=self._edge * px * 0.075,
        )

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
        put = partial(put_mask, planes, alpha=shown)
        put(
            drawn.mask,
            x + drawn.left,
            base + drawn.top,
            colour=(1.35,) * 3,
            shadow=self._edge * px * 0.075,
        )
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
        put = partial(put_mask, planes, x=placed.x, y=placed.y)
        across = np.arange(mask.shape[1])
        edge = np.clip((done * mask.shape[1] - across) / (px * 0.08) + 0.5, 0, 1)
        if is_right_to_left(word.text):
            edge = edge[::-1]
        sung = mask * edge.astype(np.float32)
        # On a layer the outlines of what is sung would show the other colour below.
        waiting = mask - sung if is_layer(planes) and not self._edge else mask
        put(waiting, colour=(0.62, 0.64, 0.70), alpha=shown * 0.85, shadow=self._edge * px * 0.085)
        put(sung, colour=[1.5 * part for part in light], alpha=shown)

    def _punch(self, planes: Planes, m: Moment, line: _Line) -> None:
        """One word at a time in the middle; beats push it."""
        width, height = self._size
        near = enumerate(line.words)
        now = [(n, w) for n, w in near if w.start_s - 0.02 <= m.time_s < w.end_s + 0.02]
        for number, word in now[-1:]:  # never two over one another
            px = int(min(height, width * 1.15) * 0.25)
            drawn = self._face.draw(word.text.strip(_STOPS).upper() or word.text, px)
            age = m.time_s - word.start_s + 0.02
            grow = min(1.0, width * 0.80 / max(drawn.advance, 1))
            grow *= 1 + 0.10 * float(np.exp(-age * 9)) + 0.02 * m.beat + 0.03 * min(age, 1.0)
            way = cv2.INTER_AREA if grow < 1 else cv2.INTER_LINEAR
            big = np.asarray(
                cv2.resize(drawn.mask, None, fx=grow, fy=grow, interpolation=way), np.float32
            )
            x, y = (width - big.shape[1]) / 2, (height - big.shape[0]) / 2
            touches = number > 0 and line.words[number - 1].end_s > word.start_s - 0.04
            # Where one follows the other at once, a word that faded in would be a blink.
            white, shown = (1.7, 1.7, 1.7), 1.0 if touches else min(1.0, age * 14)
            put_mask(planes, big, x, y, colour=white, alpha=shown, shadow=self._edge * px * 0.05)


def _accent(backdrop: Backdrop) -> tuple[float, float, float]:
    """The colour of the word that is sung: the scene's light, made bright."""
    r, g, b = backdrop.glow
    top = max(r, g, b, 1e-3)
    return 0.5 + 1.5 * r / top, 0.5 + 1.5 * g / top, 0.5 + 1.5 * b / top


def _ease(x: float) -> float:
    x = min(max(x, 0.0), 1.0)
    return 1 - (1 - x) ** 3
