"""What flies by itself or with people: a balloon, an aeroplane, wings of birds in a wedge."""

from __future__ import annotations

import numpy as np

from musivid.living.canvas import Planes
from musivid.living.light import splat
from musivid.living.sprites import Colour, Points, shape

__all__ = ["aeroplane", "balloon", "wedge"]

Place = tuple[float, float]

_GORES = 9  # stripes of a balloon


def _envelope(steps: int = 22) -> tuple[Points, Points]:
    """Half widths and heights of a balloon of width 1, from the top to its mouth."""
    v = np.linspace(0, 1, steps)
    wide = np.where(v < 0.42, np.sqrt(np.clip(1 - ((v - 0.42) / 0.42) ** 2, 0, 1)), 0)
    cone = 1 - np.clip((v - 0.42) / 0.58, 0, 1) ** 1.7 * 0.86
    return 0.5 * np.where(v < 0.42, wide, cone), v * 1.18


def balloon(
    planes: Planes,
    at: Place,
    wide: float,
    inks: tuple[Colour, Colour],
    *,
    lamp: Place,
    fire: float,
    dark: Colour,
) -> None:
    """A hot-air balloon.

    Args:
        planes: the picture.
        at: the middle of its envelope.
        wide: its width, in picture heights.
        inks: colours of its stripes, as lit.
        lamp: direction of the light, x and y of unit length.
        fire: how bright the burner is, 0..1.
        dark: what lies in shadow.
    """
    half, down = _envelope()
    x, y = at[0], at[1] - 0.55 * wide
    turns = np.linspace(-np.pi / 2, np.pi / 2, _GORES + 1)
    for k in range(_GORES):
        a, b = np.sin(turns[k]), np.sin(turns[k + 1])
        left = np.stack([x + half * a * wide, y + down * wide], 1)
        right = np.stack([x + half * b * wide, y + down * wide], 1)
        middle = (turns[k] + turns[k + 1]) / 2
        for v0, v1 in ((0, 6), (5, 11), (10, 16), (15, 22)):
            up = 0.85 - 0.55 * v0 / 10
            facing = np.sin(middle) * lamp[0] * 0.8 - up * lamp[1] * 0.6
            light = 0.16 + 0.84 * float(np.clip(0.35 + 0.75 * facing, 0, 1))
            within = fire * (0.25 + 0.75 * v0 / 16) * (0.6 + 0.4 * np.cos(middle))
            ink = np.array(inks[k % 2])
            colour = np.array(dark) * 0.6 + ink * light + ink * (1.3, 0.85, 0.5) * within * 1.5
            shape(planes, [np.concatenate([left[v0:v1], right[v0:v1][::-1]])], colour)
    foot, basket = y + down[-1] * wide, 0.085 * wide
    low = foot + 0.17 * wide
    thin = max(0.004 * wide, 0.0006)
    for side in (-1, 1):
        a, b = x + side * half[-1] * wide, x + side * basket
        rope = [(a - thin, foot), (a + thin, foot), (b + thin, low), (b - thin, low)]
        shape(planes, [np.array(rope)], dark)
    end, less = low + 0.12 * wide, basket * 0.85
    wicker = [(x - basket, low), (x + basket, low), (x + less, end), (x - less, end)]
    shape(planes, [np.array(wicker)], dark)
    if fire > 0.02:
        height = planes.shape[1]
        rows = [[x * height, (foot + 0.05 * wide) * height, 0.10 * wide * height + 1,
                 3.2 * fire, 1.7 * fire, 0.6 * fire],
                [x * height, (foot - 0.1 * wide) * height, 0.5 * wide * height + 1,
                 0.30 * fire, 0.15 * fire, 0.05 * fire]]  # fmt: skip
        splat(planes, np.array(rows, np.float32))


def aeroplane(planes: Planes, at: Place, long: float, dark: Colour, rim: Colour) -> None:
    """An airliner from the side, that flies to the right and climbs a little."""
    c, s = np.cos(0.05), np.sin(0.05)
    turn = np.array([[c, -s], [s, c]])
    body = [(-0.50, -0.012), (-0.36, -0.036), (0.30, -0.040), (0.43, -0.026), (0.50, 0.004),
            (0.42, 0.026), (0.20, 0.034), (-0.25, 0.030), (-0.44, 0.008)]  # fmt: skip
    tail = [(-0.49, -0.02), (-0.535, -0.165), (-0.485, -0.165), (-0.37, -0.034)]
    wing = [(0.10, 0.008), (-0.16, 0.150), (-0.215, 0.150), (-0.075, 0.012)]
    far = [(0.05, -0.03), (-0.10, -0.085), (-0.13, -0.085), (-0.06, -0.03)]
    engine = [(0.03, 0.060), (-0.06, 0.056), (-0.06, 0.082), (0.03, 0.086)]
    small = [(-0.40, -0.01), (-0.53, 0.035), (-0.56, 0.035), (-0.47, -0.008)]
    for lift, ink in ((0.006, rim), (0.0, dark)):
        for part in (far, body, tail, wing, engine, small):
            points = np.array(part) @ turn * long + np.array((at[0], at[1] - lift * long))
            shape(planes, [points], ink)


def wedge(
    planes: Planes, at: Place, size: float, beat: float, dark: Colour, *, count: int = 9
) -> None:
    """Birds that fly in a wedge to the right; wings go with the clock `beat`, each a bit later."""
    for k in range(count):
        side, step = (-1 if k % 2 else 1), (k + 1) // 2
        x = at[0] - step * size * 1.9 - 0.2 * size * np.sin(1.7 * k)
        y = at[1] + side * step * size * 0.75 + 0.16 * size * np.sin(2.3 * k + beat)
        flap = float(np.sin(np.pi * beat - 0.55 * step + side * 0.3))
        up, bend = -0.62 * flap, -0.12 - 0.22 * flap
        wings = [
            (0.42, 0.02), (0.10, -0.055), (-0.02, bend - 0.05), (-0.20, up), (-0.24, up + 0.03),
            (-0.14, bend + 0.05), (-0.12, 0.0), (-0.34, 0.06), (-0.10, 0.06), (0.16, 0.05),
        ]  # fmt: skip
        other = [
            (0.14, -0.02), (0.06, bend * 0.7), (-0.06, up * 0.72), (-0.10, up * 0.72 + 0.02),
            (-0.04, bend * 0.6 + 0.04), (-0.04, 0.0),
        ]  # fmt: skip
        for part in (other, wings):
            shape(planes, [np.array(part) * size + np.array((x, y))], dark)
