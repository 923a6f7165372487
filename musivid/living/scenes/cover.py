"""A song's own artwork in depth and light, with its spectrum as ring, bars, wave or mountain.

The ground is the artwork far out of focus, which drifts and breathes with the bass; the artwork
stands before it, turns a little and comes closer on beats. Colours of the spectrum are the
picture's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.core.easing import smoothstep
from musivid.core.seeds import dice
from musivid.living.canvas import Planes, camera, enlarge, grid, new_planes
from musivid.living.developing import undeveloped
from musivid.living.lettering.title import TitleBlock
from musivid.living.light import Grade, splat
from musivid.living.moment import Moment
from musivid.living.scene import Scene, Zone, jitter
from musivid.living.sleeve import Rgb, Sleeve, accents, composed_artwork
from musivid.living.spectra import draw_bars, draw_ring, laid_levels, paint_ribbons, paint_ridges
from musivid.living.standing import Layout, Standing, lay_cover

__all__ = ["Cover"]

Array = NDArray[np.float32]

_GROUND_LIGHT = 0.050  # mean linear light of the ground
_GROUND_ROOM = 1.25  # the ground is larger than the picture, to drift
_DUST = 26
_HIT, _SPARKS, _SPARK_S = 0.35, 7, 2.4  # a hit sends sparks for so long
_RIBBONS = ((2.3, 0.9, 0.0), (3.1, -0.7, 1.9), (4.7, 1.3, 4.0), (1.7, -1.1, 5.2))
_RIDGES = ((2.6, 0.86, 0.30), (3.4, 0.66, 0.50), (4.6, 0.46, 0.90))  # cells, height, light


class Cover(Scene):
    """One picture for a whole song; `looks` are the forms of its spectrum."""

    travels: ClassVar = False
    looks: ClassVar[Mapping[str, str]] = {
        "ring": "rays around a disc",
        "bars": "rounded bars, lows in the middle",
        "wave": "ribbons behind the artwork",
        "mountain": "ridges along the foot",
    }

    def __init__(
        self, size: tuple[int, int], look: str, seed: int, sleeve: Sleeve | None = None
    ) -> None:
        """See `Scene`; without a sleeve, or without artwork in it, a picture is composed."""
        super().__init__(size, look, seed)
        self._sleeve = sleeve or Sleeve()
        artwork = self._sleeve.artwork
        if artwork is None:
            artwork = composed_artwork(seed)
        self.colours: tuple[Rgb, Rgb] = accents(artwork)
        self.glow = self.colours[0]
        self.grade = Grade(bloom=0.34, saturation=1.0, vignette=0.30, grain=0.007)
        self._layout: Layout = lay_cover(self.aspect, look)
        self.light = self._layout.art[0], self._layout.art[1]
        self._art = Standing(artwork, size, self._layout, disc=look == "ring")
        quarter = max(size[0] // 4, 4), max(size[1] // 4, 4)
        self._quarter, self._ground = new_planes(quarter), _ground(artwork, quarter)
        xs, ys = grid(quarter)
        near = (xs[None] - self.light[0]) ** 2 + (ys[:, None] - self.light[1]) ** 2
        self._halo = np.exp(-near / 0.16).astype(np.float32)
        self._shadow = self._art.shadow(quarter)
        self._title = TitleBlock(self._sleeve, size, self._layout.text, self.colours[0])
        self._dust = dice(seed + 5).random((6, _DUST))
        self._peaks = dice(seed + 9).random((len(_RIDGES), 3, 64))

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m = moment
        self._paint_ground(m)
        self._paint_dust(m)
        if self.look in ("wave", "mountain"):
            self._spectrum(m)
        self._sparks(m)
        if self.look in ("ring", "bars"):
            self._spectrum(m)
        self._art.draw(self.out, m, jitter(m.time_s * 0.55, self.seed % 7))
        self._title.draw(self.out, self._spoken(m.time_s))
        return self.out

    def zone(self, moment: Moment) -> Zone:
        """See `Scene`: lines stand where the name stands, which gives way."""
        return self._layout.zone

    def _spoken(self, time_s: float) -> float:
        """How much of the name is shown, 0..1: none while a line is sung."""
        gap = min(
            (max(start - time_s, time_s - end) for start, end in self._sleeve.sung_s), default=9.0
        )
        return float(np.clip((gap - 0.3) / 0.4, 0, 1))

    def _paint_ground(self, m: Moment) -> None:
        sway = jitter(m.time_s * 0.22, 1.3)
        zoom = 1.05 + 0.03 * float(np.sin(m.time_s * 0.13)) - 0.012 * m.beat
        moved = camera(self._ground, zoom, (0.05 * sway[0], 0.04 * sway[1]))
        height, width = self._quarter.shape[1:]
        top, left = (moved.shape[1] - height) // 2, (moved.shape[2] - width) // 2
        light = (0.72 + 0.16 * m.loud) + (0.30 + 0.75 * m.bass + 0.25 * m.beat) * self._halo
        glow = (0.012 + 0.05 * m.bass + 0.02 * m.beat) * self._halo
        for into, plane, lamp in zip(self._quarter, moved, self.colours[0], strict=True):
            into[:] = plane[top : top + height, left : left + width] * light + glow * lamp
            into *= 1 - np.float32(0.62) * self._shadow
        enlarge(self._quarter, self.out)

    def _paint_dust(self, m: Moment) -> None:
        """Specks out of focus that drift before the ground."""
        height = self.size[1]
        x, y, deep, pace, phase, tint = self._dust
        near = 0.25 + 0.75 * deep**2
        down = (y - m.flow * 0.018 * (0.4 + pace) * near) % 1.1 - 0.05
        across = (x + 0.02 * np.sin(m.time_s * (0.2 + 0.3 * pace) + phase * 40)) % 1.0
        twinkle = 0.55 + 0.45 * np.sin(m.time_s * (0.5 + pace) + phase * 20)
        light = 0.10 * twinkle * (0.5 + 0.8 * m.notes) / (0.5 + near)
        radius = (2.0 + 9.0 * near**2) * height / 720
        inks = np.where(tint[:, None] < 0.6, self.colours[0], self.colours[1]) * light[:, None]
        spots = np.column_stack([across * self.size[0], down * height, radius, inks])
        splat(self.out, spots.astype(np.float32))

    def _sparks(self, m: Moment) -> None:
        """Hits throw sparks out from behind the artwork; they slow down and go out."""
        hits = [e for e in m.events if e.strength > _HIT and e.age_s < _SPARK_S]
        if not hits:
            return
        height, (x, y, side) = self.size[1], self._layout.art
        rows = []
        for event in hits:
            rng = dice(event.key)
            angle = rng.uniform(0, 2 * np.pi, _SPARKS)
            far = side * 0.5 + (0.10 + 0.26 * rng.random(_SPARKS) * (0.5 + event.strength)) * (
                1 - np.exp(-event.age_s * 1.5)
            )
            px = (x + far * np.sin(angle)) * height
            py = (y - far * np.cos(angle) - 0.02 * event.age_s**2) * height
            left = (1 - event.age_s / _SPARK_S) ** 1.5 * min(1.0, event.age_s * 12)
            light = left * event.strength * rng.uniform(0.5, 1.6, _SPARKS)
            ink = self.colours[int(event.pitch > 0.5)]
            radius = rng.uniform(1.2, 3.6, _SPARKS) * height / 720
            rows.append(np.column_stack([px, py, radius, *(light * c for c in ink)]))
        splat(self.out, np.concatenate(rows).astype(np.float32))

    def _spectrum(self, m: Moment) -> None:
        x, y, wide, tall = self._layout.spectrum
        if self.look == "ring":
            grown = 1 + 0.02 * m.beat + 0.02 * m.bass
            draw_ring(self.out, m.bands, (x, y), (wide / 2 * grown, tall), self.colours)
        elif self.look == "bars":
            draw_bars(self.out, m.bands, (x, y, wide, tall), 9, self.colours)
        elif self.look == "wave":
            self._wave(m, y, tall)
        else:
            self._mountain(m, y, tall)

    def _columns(self, m: Moment) -> Array:
        """Level of each column, float32 [w]: lows in the middle, the same on both sides."""
        levels = laid_levels(m.bands, 16)
        both = np.concatenate([levels[::-1], levels]).astype(np.float32)[None]
        even = cv2.GaussianBlur(both, (0, 0), 1.1, borderType=cv2.BORDER_REPLICATE)
        return np.asarray(
            cv2.resize(even, (self.size[0], 1), interpolation=cv2.INTER_CUBIC)[0], np.float32
        )

    def _wave(self, m: Moment, y: float, tall: float) -> None:
        levels = np.maximum(self._columns(m), 0)
        across = (np.arange(self.size[0]) + 0.5) / self.size[0]
        ends = np.sin(np.pi * across) ** 0.8
        curves, inks = [], []
        for index, (often, pace, phase) in enumerate(_RIBBONS):
            turn = across * often * 2 * np.pi * max(1.0, self.aspect / 1.3) + m.flow * pace + phase
            swing = (0.10 + 0.9 * levels) * ends * (1 - 0.14 * index)
            curves.append(y + tall / 2 * swing * np.sin(turn))
            light = (0.85 - 0.13 * index) * (0.55 + 0.5 * m.loud + 0.25 * m.beat)
            inks.append([light * c for c in self.colours[index % 2]])
        lines = np.array(curves, np.float32)
        slope = np.gradient(lines, 1 / self.size[1], axis=1)
        first = max(int((y - tall * 0.62) * self.size[1]), 0)
        rows = self.full[1][first : int((y + tall * 0.62) * self.size[1])]
        flat = (1 / np.sqrt(1 + slope**2)).astype(np.float32)
        paint_ribbons(self.out, rows, lines, flat, np.array(inks, np.float32), 0.0026, first)

    def _mountain(self, m: Moment, y: float, tall: float) -> None:
        levels = np.maximum(self._columns(m), 0)
        across = (np.arange(self.size[0]) + 0.5) / self.size[1] - self.aspect / 2
        tops, inks, deep = [], [], []
        for index, (often, high, light) in enumerate(_RIDGES):
            line = self._skyline(across * often + m.flow * 0.012 * (1 + index), index)
            rise = high * (0.30 + 0.30 * line + (0.28 + 0.75 * line) * levels)
            tops.append(y + tall * (0.5 + 0.10 * index - rise))
            lit = light * (0.7 + 0.35 * m.loud + 0.2 * m.beat)
            inks.append([lit * c for c in self.colours[1 if index == 0 else 0]])
            deep.append([(0.030, 0.012, 0.003)[index] * (0.25 + c) for c in self.colours[0]])
        first = max(int((y - tall * 0.9) * self.size[1]), 0)
        p = np.array(tops, np.float32), np.array(inks, np.float32), np.array(deep, np.float32)
        pixel = 1.2 / self.size[1]
        paint_ridges(self.out, self.full[1][first:], *p, 0.0042, pixel, first)

    def _skyline(self, x: NDArray[np.float64], index: int) -> NDArray[np.float64]:
        """Peaks and saddles 0..1 along a ridge: three octaves of creases."""
        total, weight = np.zeros(len(x)), 0.62
        for octave in range(3):
            heights = self._peaks[index, octave]
            at = x * 2.1**octave
            cell = np.floor(at).astype(int)
            u = smoothstep(at - cell)
            a, b = heights[cell % len(heights)], heights[(cell + 1) % len(heights)]
            total += weight * (1 - np.abs(2 * (a + (b - a) * u) - 1))
            weight *= 0.42
        return np.minimum(total, 1.0)


def _ground(artwork: NDArray[np.uint8], quarter: tuple[int, int]) -> Planes:
    """The artwork far out of focus, larger than the picture, at a quarter of its size."""
    size = round(quarter[0] * _GROUND_ROOM), round(quarter[1] * _GROUND_ROOM)
    tall, wide = artwork.shape[:2]
    scale = max(size[0] / wide, size[1] / tall)
    at = max(round(wide * scale), size[0]), max(round(tall * scale), size[1])
    whole = np.asarray(cv2.resize(artwork, at, interpolation=cv2.INTER_AREA), np.uint8)
    top, left = (at[1] - size[1]) // 2, (at[0] - size[0]) // 2
    light = undeveloped(whole[top : top + size[1], left : left + size[0]])
    blur = 0.075 * min(quarter)
    planes = np.stack([cv2.GaussianBlur(plane, (0, 0), max(blur, 0.6)) for plane in light])
    mean = float(planes.mean())
    return np.asarray(planes * min(_GROUND_LIGHT / max(mean, 1e-3), 2.0), np.float32)
