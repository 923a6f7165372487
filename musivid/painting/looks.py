"""Looks: painted frames redrawn as ink, neon, paper, glass; each frame by itself, without flicker.

A look is made of the frame and of fields (paper, tiles, triangles) that are drawn once from its
seed and lie still, so successive frames differ only where their pictures do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice

__all__ = ["FINISHES", "Finish"]

Frame = NDArray[np.uint8]
Field = NDArray[np.float32]
_Made = TypeVar("_Made")

_REFERENCE_PX = 256  # widths of lines and tiles are meant for a picture of this height
_FILTERED_PX = 350  # from twice this height on, pictures are evened out at a fraction of their size
_TILES, _TRIANGLES = 40, 26  # a side
_DOTS = 64  # of a printer's screen, a side
_INKS = np.array([[0.10, 0.13, 0.36], [0.95, 0.33, 0.28]], np.float32)  # dark blue, coral
_PAPER = np.array([0.97, 0.94, 0.86], np.float32)  # RGB 0..1: warm white
_LUMA = np.array([0.3, 0.59, 0.11], np.float32)  # of RGB, ITU-R BT.601, rounded
_SILVER = np.array([1.0, 0.98, 0.94], np.float32)  # RGB 0..1: a print's white, a little warm


class Finish:
    """Redraws frames of one size in one look: `finish(frame)`."""

    def __init__(self, name: str, size: tuple[int, int], *, strength: float = 1.0, seed: int = 0):
        """Prepare a look of `FINISHES` for frames of `size` (width, height).

        strength: 0 leaves frames as they are, 1 is the whole look.
        """
        self._draw = FINISHES[name]
        self._strength = strength
        self._rng = dice(seed, *name.encode())
        self.width, self.height = size
        self.unit = self.height / _REFERENCE_PX
        self._fold = max(1, self.height // _FILTERED_PX)
        self._fields: dict[str, Any] = {}

    def __call__(self, frame: Frame) -> Frame:
        """The frame uint8 [h, w, 3] in its look."""
        picture = np.divide(frame, 255, dtype=np.float32)
        mixed = np.asarray(np.clip(self._draw(self, picture), 0, 1), np.float32)
        mixed -= picture
        mixed *= self._strength
        mixed += picture
        mixed *= 255
        return np.rint(mixed, out=mixed).astype(np.uint8)

    def blur(self, picture: Field, px: float) -> Field:
        """The picture without what is finer than `px` of a picture 256 high."""
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), max(px * self.unit, 0.3)), np.float32)

    def flat(self, picture: Field, spread: float, times: int = 1) -> Field:
        """The picture in even areas with sharp borders."""

        def even(small: Field) -> Field:
            for _ in range(times):
                evened = cv2.bilateralFilter(small, 7, spread, 5 * self.unit / self._fold)
                small = np.asarray(evened, np.float32)
            return small

        return self._folded(picture, even)

    def strokes(self, picture: Field) -> Field:
        """The picture in blots of its median colours, about seven pixels wide."""
        width = 7 if self._fold == 1 else 3

        def blots(small: Field) -> Field:
            grains = (small * 255).astype(np.uint8)
            return np.asarray(cv2.medianBlur(grains, width), np.float32) / np.float32(255)

        return self._folded(picture, blots)

    def lines(self, picture: Field) -> Field:
        """How much of an edge there is at each place, [h, w], about 0..1."""
        grey = self.blur(_grey(picture), 1.0)
        return np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))

    def noise(self, cells: int) -> Field:
        """A still field [h, w] of smooth noise, 0..1, with about `cells` blots a side."""
        return self._once(f"noise {cells}", lambda: self._noise(cells))

    def grain(self) -> Field:
        """A still field [h, w] of another number 0..1 at each place."""
        return self._once("grain", lambda: self._draw_lots(self.height, self.width))

    def tiles(self) -> NDArray[np.int64]:
        """The number of the square tile that each place belongs to, [h, w]."""
        return self._once("tiles", self._lay_tiles)

    def triangles(self) -> NDArray[np.int64]:
        """The number of the triangle that each place belongs to, [h, w]."""
        return self._once("triangles", self._lay_triangles)

    def mean_of(self, picture: Field, areas: NDArray[np.int64]) -> Field:
        """The picture with each area in its mean colour."""
        flat = areas.ravel()
        share = np.maximum(np.bincount(flat), 1)
        colours = [np.bincount(flat, picture[..., channel].ravel()) / share for channel in range(3)]
        return np.stack(colours, 1).astype(np.float32)[areas]

    def screen(self, degrees: float) -> Field:
        """A printer's screen of dots [h, w], 0..1, turned by an angle."""
        return self._once(f"screen {degrees}", lambda: self._screen(degrees))

    def _folded(self, picture: Field, change: Callable[[Field], Field]) -> Field:
        """The picture changed at a fraction of its size.

        So filters reach as far in large pictures as in small ones, and take little longer.
        """
        if self._fold == 1:
            return np.asarray(change(picture), np.float32)
        size = (max(1, self.width // self._fold), self.height // self._fold)
        small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.float32)
        wide = cv2.resize(change(small), (self.width, self.height), interpolation=cv2.INTER_LINEAR)
        return np.asarray(wide, np.float32)

    def _once(self, name: str, make: Callable[[], _Made]) -> _Made:
        if name not in self._fields:
            self._fields[name] = make()
        made: _Made = self._fields[name]
        return made

    def _draw_lots(self, rows: int, columns: int) -> Field:
        return self._rng.random((rows, columns), dtype=np.float32)

    def _noise(self, cells: int) -> Field:
        columns = max(1, round(cells * self.width / self.height))
        lots = self._draw_lots(cells + 1, columns + 1)
        wide = cv2.resize(lots, (self.width, self.height), interpolation=cv2.INTER_CUBIC)
        return np.clip(wide, 0, 1)

    def _lay_tiles(self) -> NDArray[np.int64]:
        side = self.height / _TILES
        rows = (np.arange(self.height) / side).astype(np.int64)
        columns = (np.arange(self.width) / side).astype(np.int64)
        drawn: NDArray[np.int64] = rows[:, None] * (columns[-1] + 1) + columns[None]
        return drawn

    def _lay_triangles(self) -> NDArray[np.int64]:
        """Triangles between jittered points of a grid that reaches beyond the borders."""
        from scipy.spatial import Delaunay

        side = self.height / _TRIANGLES
        rows, columns = _TRIANGLES + 3, round(self.width / side) + 3
        y, x = np.mgrid[-1 : rows - 1, -1 : columns - 1] * side
        points = np.stack([x.ravel(), y.ravel()], 1)
        points += (self._rng.random(points.shape) - 0.5) * 0.8 * side
        places = np.stack(np.meshgrid(np.arange(self.width), np.arange(self.height)), -1)
        found = Delaunay(points).find_simplex(places.reshape(-1, 2))
        drawn: NDArray[np.int64] = (
            np.maximum(found, 0).reshape(self.height, self.width).astype(np.int64)
        )
        return drawn

    def _screen(self, degrees: float) -> Field:
        y, x = np.mgrid[: self.height, : self.width] * (2 * np.pi * _DOTS / self.height)
        cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        waves = np.cos(x * cosine - y * sine) + np.cos(x * sine + y * cosine)
        drawn: Field = ((waves + 2) / 4).astype(np.float32)
        return drawn


def _grey(p: Field) -> Field:
    """The mean of the colours, [h, w]; what `p.mean(2)` gives, in a sixth of the time."""
    return np.asarray((p[..., 0] + p[..., 1] + p[..., 2]) / np.float32(3), np.float32)


def _ink(f: Finish, p: Field) -> Field:
    grey = np.clip((f.blur(_grey(p), 1.2) - 0.02) * 1.2, 0, 1) ** 0.5
    tone = np.clip(grey + 0.10 * (f.noise(90) - 0.5), 0, 1)
    line = np.clip(f.lines(p) * 2.2 - 0.16, 0, 1)
    sheet = _PAPER * (0.97 + 0.05 * f.noise(120)[..., None])
    wash = 0.10 + 0.90 * tone[..., None]
    drawn: Field = sheet * wash * (1 - 0.85 * line[..., None]) * (0.86 + 0.14 * p)
    return drawn


def _neon(f: Finish, p: Field) -> Field:
    line = np.clip(f.lines(p) * 2.2 - 0.10, 0, 1)[..., None]
    most = np.maximum(np.maximum(p[..., 0], p[..., 1]), p[..., 2])
    hue = p / np.maximum(most, 0.15)[..., None]
    lit = line * hue**2
    halo = f.blur(lit, 4.0)
    keep = 1 - 0.5 * halo
    # In place: pictures of this size cost more to allocate than to multiply.
    drawn = p * 0.16
    drawn += np.multiply(lit, 0.8, out=lit)
    halo *= 0.9
    drawn += np.multiply(halo, keep, out=halo)
    return drawn


def _watercolour(f: Finish, p: Field) -> Field:
    soft = f.flat(p, 0.2)
    pigment = 0.76 + 0.20 * f.noise(5)[..., None]
    washed = 1 - (1 - soft) * pigment
    rim = np.clip(f.lines(soft) - 0.06, 0, 0.5)[..., None]
    drawn: Field = washed * (0.95 + 0.06 * f.noise(110)[..., None]) - 0.35 * rim
    return drawn


def _oil(f: Finish, p: Field) -> Field:
    thick = f.strokes(p)
    relief = cv2.Sobel(f.blur(f.noise(60) + 0.6 * _grey(thick), 0.8), cv2.CV_32F, 1, 1)
    return (thick - 0.5) * 1.12 + 0.5 + 0.35 * relief[..., None]


def _mosaic(f: Finish, p: Field) -> Field:
    areas = f.tiles()
    tiles = f.mean_of(p, areas)
    gap = (np.diff(areas, axis=0, prepend=-1) != 0) | (np.diff(areas, axis=1, prepend=-1) != 0)
    glaze = f._once("glaze", lambda: 0.9 + 0.2 * f._draw_lots(1, int(areas.max()) + 1)[0])
    drawn: Field = (
        tiles * glaze[areas][..., None] * np.where(gap, 0.45, 1.0).astype(np.float32)[..., None]
    )
    return drawn


def _paper(f: Finish, p: Field) -> Field:
    even = f.flat(p, 0.25, times=2)
    grey = np.maximum(_grey(even), 0.02) ** 0.7
    light = np.asarray(np.round(grey * 6) / 6, np.float32)
    sheets = even * ((0.08 + 0.92 * light) / grey**1.43)[..., None]
    fall = np.roll(f.blur(light, 2.0), 2, (0, 1)) - light
    drawn: Field = (
        sheets * (0.96 + 0.06 * f.noise(100)[..., None]) - 0.9 * np.clip(fall, 0, 0.3)[..., None]
    )
    return drawn


def _lowpoly(f: Finish, p: Field) -> Field:
    return (f.mean_of(p, f.triangles()) - 0.5) * 1.1 + 0.5


def _starlight(f: Finish, p: Field) -> Field:
    points = np.clip((_grey(p) ** 0.7 * 0.3 - f.grain()) * 12, 0, 1)[..., None]
    drawn: Field = p * 0.3 + points * (0.35 + 0.65 * p) + f.blur(points * p, 1.2)
    return drawn


def _noir(f: Finish, p: Field) -> Field:
    grey = (p @ _LUMA) ** 0.7
    deep = 1 / (1 + np.exp(-8 * (grey - 0.5)))
    glow = f.blur(np.clip(deep - 0.6, 0, 1), 5.0)
    tone = deep * 0.92 + glow * 0.5 + 0.05 * (f.grain() - 0.5)
    drawn: Field = tone[..., None] * _SILVER
    return drawn


def _print(f: Finish, p: Field) -> Field:
    dark = 1 - np.clip(_grey(p), 0, 1) ** 0.95  # bright skies keep their clouds, seas their sun
    warm = np.clip((p[..., 0] - p[..., 2]) * 1.6 + 0.25, 0, 1) * (1 - 0.5 * dark)
    sheet = np.broadcast_to(_PAPER, p.shape)
    for share, ink, degrees in ((warm, _INKS[1], 15.0), (dark, _INKS[0], 45.0)):
        dots = np.clip((share - f.screen(degrees)) * 4 + 0.5, 0, 1)[..., None]
        sheet = sheet * (1 - dots * (1 - ink))
    return np.asarray(sheet, np.float32)


FINISHES: dict[str, Callable[[Finish, Field], Field]] = {
    "ink": _ink,
    "neon": _neon,
    "watercolour": _watercolour,
    "oil": _oil,
    "mosaic": _mosaic,
    "paper": _paper,
    "lowpoly": _lowpoly,
    "starlight": _starlight,
    "noir": _noir,
    "print": _print,
}
