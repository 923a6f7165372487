"""Trees, grass and palms as masks and outlines: drawn once, lit by whatever stands behind them."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes
from musivid.living.sprites import Colour, Points, shape

__all__ = ["firs", "grass", "palm", "shade_with"]

Mask = NDArray[np.float32]

_SHIFT = 4


def shade_with(planes: Planes, mask: Mask, dark: Colour, top: int = 0) -> None:
    """Lay a dark colour over a picture where the mask is, from row `top` down."""
    for channel, value in enumerate(dark):
        region = planes[channel, top : top + mask.shape[0]]
        region += (np.float32(value) - region) * mask


def firs(
    size: tuple[int, int],
    seed: int,
    *,
    base: float = 1.02,
    tall: tuple[float, float] = (0.1, 0.3),
    spread: Literal["sides", "even"] = "sides",
    count: int = 26,
) -> Mask:
    """A mask float32 [h, w] of fir trees.

    Args:
        size: (width, height) of the picture.
        seed: which trees.
        base: where they stand, in heights.
        tall: least and most height.
        spread: sides: higher towards the sides; even.
        count: how many.
    """
    rng = dice(seed + 77)
    width, height = size
    aspect = width / height
    mask = np.zeros((height * 3 // 2, width * 3 // 2), np.uint8)
    scale = height * 1.5
    for x in np.sort(rng.random(count) * aspect * 1.1 - 0.05 * aspect).tolist():
        side = abs(x / aspect - 0.5) * 2
        reach = rng.uniform(*tall) * ((0.15 + side**2) if spread == "sides" else 1.0)
        points = _fir(rng, x, base, float(reach))
        cv2.fillPoly(mask, [np.round(points * scale * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    drawn = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
    return drawn.astype(np.float32) / np.float32(255)


def _fir(rng: np.random.Generator, x: float, base: float, height: float) -> Points:
    """The outline of one fir: tiers of branches of uneven reach."""
    wide, tiers = height * rng.uniform(0.15, 0.21), int(np.clip(height * 70, 12, 40))
    lean, drop = rng.normal(0, 0.012), height / tiers
    left: list[tuple[float, float]] = []
    right: list[tuple[float, float]] = []
    for tier in range(1, tiers + 1):
        share = tier / tiers
        reach = wide * (0.04 + 0.96 * share**0.9)
        y = base - height + height * share * 0.97
        for side, way in ((left, -1), (right, 1)):
            r, mid = reach * rng.uniform(0.45, 1.0), x + lean * (1 - share)
            side += [
                (mid + way * r * 0.42, y - drop * 0.55),
                (mid + way * r, y + drop * rng.uniform(0.1, 0.55)),
                (mid + way * r * 0.5, y + drop * 0.1),
            ]
    foot = [(x + wide * 0.08, base), (x - wide * 0.08, base)]
    return np.array([(x + lean, base - height * 1.015), *right, *foot, *left[::-1]])


def grass(size: tuple[int, int], seed: int, tall: float = 0.2, count: int = 420) -> Mask:
    """A mask float32 [rows, w] of grass and ferns along the bottom."""
    rng = dice(seed + 5)
    width, height = size
    rows = int(height * (tall + 0.08))
    mask = np.zeros((rows * 2, width * 2), np.uint8)
    share = np.linspace(0, 1, 9)
    for _ in range(count):
        x, lean = rng.random() * width / height, rng.normal(0, 0.35)
        reach = tall * rng.uniform(0.25, 1.0) ** 1.5
        along = x + lean * reach * share**2, rows / height - reach * share
        half = 0.0035 * (1 - share) * rng.uniform(0.6, 1.6) + 0.0004
        points = _ribbon(*along, half)
        cv2.fillPoly(mask, [np.round(points * height * 32).astype(np.int32)], 255, cv2.LINE_AA, 4)
    drawn = cv2.resize(mask, (width, rows), interpolation=cv2.INTER_AREA)
    return drawn.astype(np.float32) / np.float32(255)


def _ribbon(x: Points, y: Points, half: Points) -> Points:
    """The outline of a line with half its width at each point."""
    there, back = np.stack([x - half, y], 1), np.stack([x + half, y], 1)[::-1]
    return np.concatenate([there, back])


def palm(
    planes: Planes,
    foot: tuple[float, float],
    height: float,
    *,
    lean: float,
    dark: Colour,
    rim: Colour,
) -> None:
    """A palm tree, dark, with an edge that is lit."""
    share = np.linspace(0, 1, 16)
    x, y = foot[0] + lean * share**2, foot[1] - height * share
    trunk = _ribbon(x, y, 0.012 * (1 - 0.5 * share) * (1 + 0.12 * np.sin(share * 60)))
    top = float(x[-1]), float(y[-1])
    angles = np.linspace(-0.35, np.pi + 0.35, 11)
    leaves = [_leaf(top, height, float(angle), k) for k, angle in enumerate(angles)]
    edge = (0.0022 * (1 if lean > 0 else -1), -0.0022)
    for points in (trunk, *leaves):
        shape(planes, [points + edge], rim)
    for points in (trunk, *leaves):
        shape(planes, [points], dark)


def _leaf(top: tuple[float, float], height: float, angle: float, number: int) -> Points:
    """One leaf: a toothed arc that hangs."""
    u = np.linspace(0, 1, 18)
    reach = height * (0.42 + 0.06 * np.sin(number * 5.1))
    x = top[0] + np.cos(angle) * reach * u
    y = top[1] - np.sin(angle) * reach * u * 0.62 + reach * 0.62 * u**2.1
    tooth = np.where(np.arange(18) % 2 == 0, 1.0, 0.35)
    wide = 0.06 * np.sin(np.pi * np.clip(u * 0.92 + 0.08, 0, 1)) * tooth * height
    upper, lower = np.stack([x, y - wide * 0.35], 1), np.stack([x, y + wide], 1)[::-1]
    return np.concatenate([upper, lower])
