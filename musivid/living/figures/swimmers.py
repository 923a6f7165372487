"""What swims: fish of a shoal, a whale, a turtle, jellyfish of light, and kelp that sways."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes
from musivid.living.figures.body import Body, smooth_line
from musivid.living.sprites import Colour, Points, shape

__all__ = ["coral", "fish", "jellyfish", "kelp", "turtle", "whale"]

_WHALE = [
    (0.500, 0.020), (0.470, -0.030), (0.380, -0.070), (0.250, -0.092), (0.080, -0.100),
    (-0.060, -0.088), (-0.110, -0.099), (-0.138, -0.097), (-0.165, -0.072), (-0.290, -0.046),
    (-0.420, -0.022), (-0.475, -0.034), (-0.560, -0.066), (-0.600, -0.068), (-0.550, -0.026),
    (-0.585, 0.002), (-0.560, 0.008), (-0.470, 0.004), (-0.400, 0.010), (-0.250, 0.034),
    (-0.060, 0.076), (0.140, 0.102), (0.320, 0.092), (0.430, 0.062),
]  # fmt: skip
_SHELL = [
    (-0.300, 0.020), (-0.270, -0.060), (-0.160, -0.130), (0.000, -0.155), (0.160, -0.125),
    (0.270, -0.050), (0.300, 0.010), (0.200, 0.055), (0.000, 0.080), (-0.200, 0.060),
]  # fmt: skip


def fish(
    planes: Planes, at: tuple[float, float], long: float, way: tuple[float, float, float],
    inks: tuple[Colour, Colour],
) -> None:  # fmt: skip
    """A small fish.

    Args:
        planes: the picture.
        at: its middle.
        long: its length, in picture heights.
        way: cosine and sine of its heading, and how its tail is bent, -1..1.
        inks: its back and its side.
    """
    c, s, bend = way
    flip = 1.0 if c >= 0 else -1.0  # its back stays up
    turn = np.array([[c, s], [-s * flip, c * flip]])
    tail = 0.10 * bend
    body = np.array([(0.50, 0.00), (0.30, -0.115), (0.05, -0.150), (-0.20, -0.075),
                     (-0.34, -0.020 + tail * 0.6), (-0.52, -0.14 + tail), (-0.46, tail),
                     (-0.52, 0.14 + tail), (-0.34, 0.020 + tail * 0.6), (-0.20, 0.080),
                     (0.05, 0.140), (0.30, 0.100)])  # fmt: skip
    shape(planes, [body @ turn * long + at], inks[1])
    back = np.array([(0.48, -0.02), (0.30, -0.115), (0.05, -0.150), (-0.20, -0.075),
                     (-0.34, -0.01), (-0.1, -0.02), (0.2, -0.03)])  # fmt: skip
    shape(planes, [back @ turn * long + at], inks[0])


def whale(phase: float, glide: float = 0.0) -> Body:
    """A whale from the side, length 1, that looks to the right; its tail beats with `phase`."""

    def bent(points: NDArray[np.float64]) -> NDArray[np.float64]:
        back = np.clip(0.25 - points[:, 0], 0, 1)
        lift = 0.16 * back**2 * np.sin(phase - 3.0 * back) + 0.02 * np.sin(phase + 1.2)
        return np.asarray(points + np.stack([0 * lift, lift], 1))

    b = Body().outline(bent(np.array(_WHALE)), 0.012)
    swing = 0.5 * np.sin(phase * 0.5 + 0.6) + glide
    tip = np.array((0.20 - 0.16 * np.cos(0.3 * swing), 0.075 + 0.20 * np.cos(0.8 * swing)))
    tx, ty = float(tip[0]), float(tip[1])
    middle = (tx + 0.235) / 2 + 0.020, (ty + 0.09) / 2 + 0.01
    fin = [
        (0.245, 0.060),
        (0.175, 0.070),
        (tx - 0.012, ty - 0.01),
        (tx + 0.012, ty + 0.012),
        middle,
    ]
    b.outline(fin, 0.010)
    belly = np.array([(0.480, 0.030), (0.300, 0.030), (0.050, 0.030), (-0.150, 0.030),
                      (-0.060, 0.068), (0.140, 0.092), (0.320, 0.082), (0.420, 0.056)])  # fmt: skip
    b.parts["belly"] = Body().outline(bent(belly), 0.012)
    grooves = b.parts["grooves"] = Body()
    for k in range(5):
        x = np.linspace(0.455 - 0.015 * k, 0.10, 7)
        line = np.stack([x, 0.034 + 0.0105 * k + 0.03 * (0.45 - x) ** 2], 1)
        grooves.chain(bent(line), 0.0013, 0.0008, 0.0005)
    grooves.limb(bent(np.array([(0.415, 0.012)]))[0], bent(np.array([(0.420, 0.012)]))[0], 0.0055)
    return b


def turtle(phase: float) -> Body:
    """A turtle from the side, length about 0.8, that flies to the right."""
    b, down = Body().outline(_SHELL, 0.02), float(np.sin(phase))
    b.limb((0.28, -0.005), (0.35, -0.030), 0.042, 0.040, 0.02)
    b.limb((0.36, -0.035), (0.415, -0.030), 0.050, 0.038, 0.02)
    b.limb((0.42, -0.020), (0.440, -0.012), 0.026, 0.018, 0.015)
    for side, late in ((1, 0.0), (-1, 0.5)):
        beat = float(np.sin(phase - late))
        tip = (0.020 + 0.05 * beat - 0.03 * (side < 0), 0.09 + side * 0.02 + 0.26 * beat)
        tx, ty = tip
        inner = (0.13 + tx) / 2 - 0.03, (0.05 + ty) / 2
        outer = (0.24 + tx) / 2 + 0.045, (0.02 + ty) / 2
        flipper = [(0.240, 0.005), (0.150, 0.040), inner, (tx - 0.012, ty), (tx + 0.02, ty), outer]
        b.outline(flipper, 0.012)
        if side > 0:
            b.parts["fin"] = Body().outline(flipper, 0.012)
    kick = 0.03 * down
    b.outline([(-0.22, 0.030), (-0.30, 0.05 + kick), (-0.40, 0.115 + kick), (-0.375, 0.05 + kick),
               (-0.29, 0.0)], 0.012)  # fmt: skip
    b.limb((-0.29, 0.02), (-0.345, 0.030), 0.018, 0.004, 0.01)
    b.parts["plates"] = _plates()
    b.parts["under"] = Body().outline(
        [(-0.27, 0.030), (0.0, 0.052), (0.26, 0.020), (0.18, 0.056), (0.0, 0.080), (-0.19, 0.062)],
        0.006,
    )
    return b


def _plates() -> Body:
    """The seams between the plates of a turtle's shell."""
    b = Body()
    for k in range(5):
        x = -0.22 + 0.11 * k
        seam = [(x * 0.9, -0.145 + 1.3 * x * x), (x - 0.01, -0.075), (x * 1.03, -0.02)]
        b.chain(seam, 0.004, 0.004, 0.001)
    b.chain([(-0.265, -0.045), (-0.14, -0.078), (0.0, -0.088), (0.14, -0.076), (0.265, -0.042)],
            0.004, 0.004, 0.001)  # fmt: skip
    return b.chain([(-0.28, 0.015), (-0.14, -0.008), (0.0, -0.014), (0.14, -0.008), (0.28, 0.010)],
                   0.004, 0.004, 0.001)  # fmt: skip


def jellyfish(
    at: tuple[float, float], wide: float, squeeze: float, time_s: float, ink: NDArray[np.float64]
) -> NDArray[np.float32]:
    """A jellyfish of light as lines for `streaks`, places in picture heights.

    Args:
        at: the top of its bell.
        wide: half width of the open bell.
        squeeze: 0 open, 1 drawn together.
        time_s: clock of its arms.
        ink: linear light float64 [2, 3] of the bell and of the arms.
    """
    rows: list[NDArray[np.float64]] = []
    v = np.linspace(0, 1, 15)
    edge = np.sin(v * np.pi * 0.5) ** 0.75 * (1 - 0.34 * squeeze * v**1.5)
    deep = (1.02 + 0.34 * squeeze) * (1 - np.cos(v * np.pi * 0.53)) * 0.82
    for k in range(49):
        side = np.sin(np.pi * (k / 48 - 0.5))
        x, y = at[0] + wide * side * edge, at[1] + wide * deep
        light = (0.05 + 0.30 * abs(side) ** 6) * (0.55 + 0.45 * np.cos(5 * v) ** 2)
        light = light * (1 + 0.8 * (k % 6 == 0))
        rows.append(_line(x, y, light[:, None] * ink[0], 3.2))
    turn = np.linspace(0, 2 * np.pi, 41)
    for part, much in ((1.0, 0.55), (0.45, 0.16)):
        n = part * 14
        wide_at = wide * float(np.interp(n, np.arange(15), edge))
        low = at[1] + wide * float(np.interp(n, np.arange(15), deep))
        frill = 1 + 0.03 * np.sin(12 * turn) * (part == 1.0)
        x, y = at[0] + wide_at * np.cos(turn) * frill, low + wide_at * 0.16 * np.sin(turn)
        rows.append(_line(x, y, np.full((41, 1), much) * ink[0], 1.5))
    low, rim = at[1] + wide * deep[-1], wide * edge[-1]
    u = np.linspace(0, 1, 26)
    for k in range(19):
        side = (k / 18 - 0.5) * 2
        inner = k % 3 == 0
        long = wide * (2.0 if inner else 3.4 + 1.1 * np.sin(2.7 * k))
        sway = (
            np.sin(time_s * 1.3 - 3.2 * u + 0.7 * k) * 0.22
            + np.sin(2.1 * time_s - 7 * u + k) * 0.06
        )
        x = at[0] + rim * side * (0.45 if inner else 0.95) * (1 - 0.25 * u) + wide * sway * u
        if inner:
            x = x + wide * 0.07 * np.sin(26 * u + 3 * k - 3 * time_s) * (1 - u)
        y = low + long * u * (1 + 0.10 * squeeze)
        light = (1 - u) ** 1.3 * (0.65 if inner else 0.34)
        rows.append(_line(x, y, light[:, None] * ink[1], 2.4 if inner else 1.0))
    return np.concatenate(rows).astype(np.float32)


def _line(
    x: NDArray[np.float64], y: NDArray[np.float64], light: NDArray[np.float64], thick: float
) -> NDArray[np.float64]:
    ends = np.stack([x[:-1], y[:-1], x[1:], y[1:], np.full(len(x) - 1, thick)], 1)
    return np.concatenate([ends, light[:-1]], 1)


def kelp(
    planes: Planes,
    foot: tuple[float, float],
    tall: float,
    ink: Colour,
    *,
    time_s: float,
    seed: float,
) -> None:
    """A stalk of kelp with its leaves; the swell bends it."""
    u = np.linspace(0, 1, 22)
    bend = 0.16 * np.sin(time_s * 0.8 + seed) * u**1.5 + 0.05 * np.sin(time_s * 1.3 - 5 * u + seed)
    x, y = foot[0] + tall * bend * (0.4 + 0.6 * u), foot[1] - tall * u
    half = 0.0065 * tall * (1.2 - u)
    stalk = np.concatenate([np.stack([x - half, y], 1), np.stack([x + half, y], 1)[::-1]])
    leaf: Points = smooth_line(
        [(0, 0), (0.22, -0.075), (0.55, -0.085), (1.0, 0.03), (0.6, 0.045), (0.25, 0.055)], 3
    )
    parts = [stalk]
    for k in range(40):
        at, side = 0.06 + 0.94 * k / 40, 1 if k % 2 else -1
        px, py = float(np.interp(at, u, x)), foot[1] - tall * at
        droop = 0.55 + 0.28 * np.sin(3.1 * k + seed) + 0.25 * np.sin(time_s * 1.1 - 7 * at + seed)
        long = tall * (0.20 - 0.11 * at) * (0.75 + 0.35 * np.sin(5.3 * k + seed))
        c, s = side * np.cos(droop), -np.sin(droop)
        turn = np.array([[c, s], [-s * side, c * side]]) * long
        parts.append(leaf @ turn + (px, py))
    shape(planes, parts, ink)


def coral(seed: int, forks: int = 4) -> tuple[Points, ...]:
    """Branches of a coral that fork so often, as outlines about its foot; height about 1."""
    rng, parts = dice(seed), []

    def grow(foot: Points, way: float, long: float, thick: float, left: int) -> None:
        ahead = np.array((np.sin(way), -np.cos(way)))
        across = np.array((np.cos(way), np.sin(way)))
        end, less = foot + long * ahead, thick * 0.80
        parts.append(np.array([foot - across * thick, end - across * less, end + ahead * less,
                               end + across * less, foot + across * thick]))  # fmt: skip
        if left:
            for k in range(int(rng.integers(2, 4))):
                turn = way + (k - 0.8) * 0.55 + rng.normal(0, 0.22)
                grow(end, turn, long * rng.uniform(0.66, 0.86), less, left - 1)

    for k in range(3):
        foot = np.array((0.05 * (k - 1), 0.02))
        grow(foot, 0.5 * (k - 1) + rng.normal(0, 0.1), 0.26, 0.030, forks)
    return tuple(parts)
