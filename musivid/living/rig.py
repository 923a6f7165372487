"""What hangs and stands on a stage: truss, bulbs, loudspeakers, a desk; sparks and confetti."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes
from musivid.living.light import splat
from musivid.living.moment import Event, Moment
from musivid.living.sprites import Colour, Points, shape
from musivid.living.stars import spots

__all__ = ["View", "bulbs", "confetti", "desk", "fountains", "loudspeakers", "truss"]

_BULBS, _PAPERS = 22, 150


@dataclass(frozen=True, slots=True)
class View:
    """Where places of a stage lie in the picture; x is 0 in its middle.

    Attributes:
        zoom: how much closer than life.
        x: of the stage in the middle of the picture.
        y: likewise.
        aspect: of the picture.
    """

    zoom: float
    x: float
    y: float
    aspect: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A place of the stage in the picture."""
        return (x - self.x) * self.zoom + self.aspect / 2, (y - self.y) * self.zoom + 0.5

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Points:
        """A rectangle of the stage in the picture."""
        a, b = self.at(x0, y0), self.at(x1, y1)
        return np.array([a, (b[0], a[1]), b, (a[0], b[1])])


def truss(planes: Planes, view: View, y: float, dark: Colour) -> None:
    """A lattice across the stage, and the towers that carry it."""
    for up in (0.045, 0.008):
        shape(planes, [view.box(-0.93, y - up, 0.93, y - up + 0.006)], dark)
    step, thin = 1.86 / 32, 0.0016 * view.zoom
    for k in range(32):
        x = -0.93 + step * k
        a = view.at(x, y - (0.043 if k % 2 else 0.006))
        b = view.at(x + step, y - (0.006 if k % 2 else 0.043))
        shape(planes, [np.array([a, b, (b[0] + thin, b[1]), (a[0] + thin, a[1])])], dark)
    for side in (-1, 1):
        shape(planes, [view.box(side * 0.93, y - 0.06, side * 0.965, 0.62)], dark)


def bulbs(planes: Planes, view: View, m: Moment, inks: tuple[Colour, Colour], seed: int) -> None:
    """Bulbs that hang on wires, each lit by a band of the spectrum; inks: wire, light."""
    u, height = dice(seed + 3).random((3, _BULBS)), planes.shape[1]
    for k in range(_BULBS):
        x, y = view.at(-1.0 + 2.0 * (k + u[0, k]) / _BULBS, 0.06 + 0.26 * u[1, k])
        thin = 0.0009 * view.zoom
        wire = np.array([(x - thin, -0.01), (x + thin, -0.01), (x + thin, y), (x - thin, y)])
        shape(planes, [wire], inks[0])
        ink = np.array(inks[1]) * (0.5 + 0.9 * m.bands[(k * 5) % 32])
        at, size = (x * height, y * height), (3.2 + 2.2 * u[2, k]) * view.zoom * height / 720
        rows = [[*at, size, *(ink * 2.0)], [*at, size * 7, *(ink * 0.07)]]
        splat(planes, np.array(rows, np.float32))


def loudspeakers(planes: Planes, view: View, dark: Colour) -> None:
    """Two stacks of loudspeakers."""
    for side in (-1, 1):
        for k in range(3):
            y = 0.40 + 0.07 * k
            shape(planes, [view.box(side * 0.70, y, side * 0.80, y + 0.065)], dark)


def desk(
    planes: Planes,
    view: View,
    foot: float,
    bands: NDArray[np.float32],
    inks: tuple[Colour, Colour],
) -> None:
    """Rows of light in the front of a mixing desk: a column for a band; inks: low, high."""
    for k in range(15):
        band = float(bands[abs(k - 7) * 3])
        for row in range(6):
            x, y = -0.105 + 0.015 * k, foot - 0.0165 * row
            lit = 0.05 + 0.75 * float(np.clip(band * 6 - row, 0, 1))
            place = view.box(x - 0.0055, y - 0.006, x + 0.0055, y + 0.006)
            shape(planes, [place], np.array(inks[row // 3]) * lit)


def fountains(planes: Planes, view: View, event: Event, at: tuple[float, float]) -> None:
    """Cold sparks that a hit throws up on both sides of the stage for a second and a half."""
    rng, height = dice(event.key), planes.shape[1]
    for side in (-1, 1):
        age = event.age_s - rng.uniform(0.0, 0.6, 160)
        speed, aside = rng.uniform(0.55, 0.95, 160), rng.normal(0, 0.10, 160)
        x = side * at[0] + aside * speed * age
        y = at[1] - speed * age + 0.62 * age**2
        light = np.where((age > 0) & (age < 0.9), 2.2 * (1 - age / 0.9).clip(0) ** 1.3, 0)
        px = ((x - view.x) * view.zoom + view.aspect / 2) * height
        py = ((y - view.y) * view.zoom + 0.5) * height
        splat(planes, spots(px, py, 1.6 * view.zoom * height / 720, (1.0, 0.75, 0.42), light))


def confetti(
    planes: Planes, m: Moment, much: float, inks: tuple[Colour, Colour, Colour], seed: int
) -> None:
    """Slips of paper that fall and turn; `much` 0..1 of them."""
    u, aspect = dice(seed + 17).random((6, _PAPERS)), planes.shape[2] / planes.shape[1]
    for k in range(int(much * _PAPERS)):
        near = 0.4 + 0.6 * u[2, k]
        fall = (u[1, k] + m.time_s * (0.05 + 0.07 * near)) % 1.0
        x = (u[0, k] + 0.02 * np.sin(m.time_s * (1 + u[3, k]) + 40 * u[4, k])) * aspect
        spin = m.time_s * (2 + 4 * u[3, k]) + 40 * u[4, k]
        flat = abs(float(np.cos(m.time_s * 5 * u[5, k] + k)))
        a, b = 0.0055 * near, 0.0032 * near * (0.25 + 0.75 * flat)
        c, s = np.cos(spin), np.sin(spin)
        points = np.array([(-a, -b), (a, -b), (a, b), (-a, b)]) @ np.array([[c, s], [-s, c]])
        ink = np.array(inks[k % 3]) * (0.25 + 0.9 * flat)
        shape(planes, [points + np.array((x, fall * 0.95 - 0.05))], ink, 0.9)
