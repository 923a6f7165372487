"""A sea of clouds from above: a tile of heaped heights with its baked light, drawn by columns.

Heaps are domes about scattered points at several scales, the small ones on top of the large: the
shape of cauliflower that fair-weather clouds have. The tile repeats, so a flight never ends.
"""

from __future__ import annotations

import cv2
import numpy as np
from numba import float32, int32
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.kernels import fn, kernel
from musivid.living.shade import clamp, expo, mix, whole

__all__ = ["CloudSea", "paint_clouds"]

Array = NDArray[np.float32]

_SIDE = 1024  # texels; a power of two, so that the tile repeats by a mask
_SPAN = 26.0  # picture units a side
_STEPS = 26  # towards the light, when shadows are baked


@fn
def _at(tile, x, y):
    """The tile's value at a place in texels."""
    n = int32(tile.shape[0] - 1)
    ix, iy = whole(x), whole(y)
    u, v = x - float32(ix), y - float32(iy)
    i0, i1, j0, j1 = ix & n, (ix + int32(1)) & n, iy & n, (iy + int32(1)) & n
    return mix(mix(tile[j0, i0], tile[j0, i1], u), mix(tile[j1, i0], tile[j1, i1], u), v)


@kernel
def paint_clouds(out, height, lit, soft, cam, p, lamps):
    """Draw the sea of clouds over a picture that holds the sky.

    Args:
        out: the picture float32 [3, h, w].
        height: float32 [n, n], in picture units.
        lit: how much direct light falls on each place.
        soft: how much of the sky it sees.
        cam: x, y (texels), altitude, heading, horizon (share of the height), focal length
            (heights), texels a unit, thickness of the haze, nearest and farthest distance, heading
            of the light.
        p: [5, 3]: colour of the light, of the sky's light, of the depth, of haze away from the
            light and towards it.
        lamps: float32 [n, 6]: light within the clouds: x, y (texels), radius (texels), RGB.
    """
    _, h, w = out.shape
    x0, y0, z0, head, horizon, focal = cam[0], cam[1], cam[2], cam[3], cam[4] * h, cam[5] * h
    many, thick, near, far, turn = cam[6], cam[7], cam[8], cam[9], cam[10]
    for i in range(w):
        side = (float32(i) + 0.5 - 0.5 * float32(w)) / focal
        dx, dy = np.sin(head) + side * np.cos(head), np.cos(head) - side * np.sin(head)
        away = np.arctan(side) + head - turn
        towards = np.exp(-away * away * 4.0)
        top, z, last = int32(h), near, float32(h + 1)
        lr, lg, lb = float32(0.0), float32(0.0), float32(0.0)
        while z < far and top > 0:
            x, y = x0 + dx * z * many, y0 + dy * z * many
            e = _at(height, x, y)
            s = horizon + (z0 - e) * focal / z
            if s < float32(top):
                a, b = _at(lit, x, y), _at(soft, x, y)
                fog = 1.0 - expo(-min(z * thick * min(z * 0.25, 1.0), 12.0))
                g0, g1, g2 = float32(0.0), float32(0.0), float32(0.0)
                for k in range(len(lamps)):
                    ux, uy = x - lamps[k, 0], y - lamps[k, 1]
                    inv = 1.0 / (1.0 + (ux * ux + uy * uy) / (lamps[k, 2] * lamps[k, 2]))
                    inv = inv * inv * (1.4 - b)
                    g0 += inv * lamps[k, 3]
                    g1 += inv * lamps[k, 4]
                    g2 += inv * lamps[k, 5]
                a *= 0.75 + 0.55 * towards
                c0 = mix(p[2, 0], p[1, 0], b) + a * p[0, 0] + g0
                c1 = mix(p[2, 1], p[1, 1], b) + a * p[0, 1] + g1
                c2 = mix(p[2, 2], p[1, 2], b) + a * p[0, 2] + g2
                c0 = mix(c0, mix(p[3, 0], p[4, 0], towards), fog)
                c1 = mix(c1, mix(p[3, 1], p[4, 1], towards), fog)
                c2 = mix(c2, mix(p[3, 2], p[4, 2], towards), fog)
                first = max(int32(np.ceil(s)), int32(0))
                if last > float32(top):
                    last = float32(top)
                    lr, lg, lb = c0, c1, c2
                inv = 1.0 / max(last - s, 0.001)
                for j in range(top - 1, first - 1, -1):
                    k = clamp((last - float32(j)) * inv)
                    out[0, j, i], out[1, j, i] = mix(lr, c0, k), mix(lg, c1, k)
                    out[2, j, i] = mix(lb, c2, k)
                share = float32(first) - s  # the row above is covered in part
                if first > 0 and share > 0.0:
                    j = first - 1
                    out[0, j, i] = mix(out[0, j, i], c0, share)
                    out[1, j, i] = mix(out[1, j, i], c1, share)
                    out[2, j, i] = mix(out[2, j, i], c2, share)
                top = min(top, first)
                lr, lg, lb, last = c0, c1, c2, s
            else:
                last = float32(h + 1)
            z += z * 0.010 + 0.008


class CloudSea:
    """A tile of clouds.

    Attributes:
        height: float32 [n, n], picture units.
        lit: direct light.
        soft: light of the sky.
        many: texels a picture unit.
    """

    def __init__(self, seed: int, tall: float, cover: float, sun: tuple[float, float]) -> None:
        """Heap them up and light them.

        Args:
            seed: which clouds.
            tall: picture units of the highest.
            cover: 0 scattered heaps, 1 a closed deck.
            sun: heading (radians, 0 ahead) and height (rise on a unit) of the light.
        """
        self.many = _SIDE / _SPAN
        even = _heaps(seed, cover)
        self.height: Array = (even * tall).astype(np.float32)
        self.lit = self._shadowed(sun)
        wide = _blurred(even, 14)
        hollow = np.clip(0.48 + 4.6 * (even - wide) + 0.95 * (even - 0.50), 0, 1)
        self.soft: Array = hollow.astype(np.float32)

    def _shadowed(self, sun: tuple[float, float]) -> Array:
        """Direct light 0..1 with soft shadows; thin tops let it through."""
        h, (turn, rise) = self.height, sun
        way = np.array([np.sin(turn), np.cos(turn)])
        gx = (np.roll(h, -1, 1) - np.roll(h, 1, 1)) * 0.5 * self.many
        gy = (np.roll(h, -1, 0) - np.roll(h, 1, 0)) * 0.5 * self.many
        facing = (-gx * way[0] - gy * way[1] + rise) / np.sqrt(
            (1 + gx * gx + gy * gy) * (1 + rise * rise)
        )
        over = np.zeros_like(h)
        far = 1.5
        for _ in range(_STEPS):
            dx, dy = np.round(way * far).astype(int).tolist()
            over = np.maximum(over, np.roll(h, (-dy, -dx), (0, 1)) - h - rise * far / self.many)
            far *= 1.17
        through = np.exp(-over * 7.0)
        rim = np.clip((h - _blurred(h, 5)) * 7.0, 0, 1)
        return np.asarray((0.30 + 0.70 * np.clip(0.25 + facing, 0, 1)) * through + 0.35 * rim,
                          np.float32)  # fmt: skip


def _blurred(tile: Array, sigma: float) -> Array:
    """A tile blurred, its borders joined."""
    pad = int(sigma * 4)
    wide = np.pad(tile, pad, mode="wrap")
    return np.asarray(cv2.GaussianBlur(wide, (0, 0), sigma)[pad:-pad, pad:-pad], np.float32)


def _domes(rng: np.random.Generator, cells: int) -> Array:
    """Domes 0..1 about points, one in each cell of a grid on the tile."""
    cell = _SIDE / cells
    j, i = np.mgrid[:cells, :cells]
    at = (np.stack([j, i]) + rng.uniform(0.05, 0.95, (2, cells, cells))) * cell
    at = at.astype(int) % _SIDE
    mask = np.ones((_SIDE, _SIDE), np.uint8)
    mask[at[0], at[1]] = 0
    pad = int(cell * 2)
    far = cv2.distanceTransform(np.pad(mask, pad, mode="wrap"), cv2.DIST_L2, 5)
    share = np.asarray(far[pad:-pad, pad:-pad], np.float32) / np.float32(cell * 0.80)
    return np.asarray(np.sqrt(np.clip(1 - share**2, 0, 1)), np.float32)


def _heaps(seed: int, cover: float) -> Array:
    """Heights of the tile, 0..1."""
    rng = dice(seed + 19)
    low = _blurred(rng.standard_normal((_SIDE, _SIDE), np.float32), 46)
    low = 0.5 + 0.33 * low / low.std()
    low = np.clip(low + 0.35 * (cover - 0.5), 0.05, 1.1)
    total = np.asarray(low * 0.8, np.float32)
    for cells, part in ((9, 0.34), (21, 0.24), (47, 0.15), (101, 0.085), (211, 0.045)):
        room = np.clip(total * 1.3 - 0.1, 0.12, 1.0)
        total = np.asarray(total + part * _domes(rng, cells) * room, np.float32)
    total = _blurred(total, 0.8)
    return np.asarray(np.clip((total - total.min()) / (total.max() - total.min()), 0, 1))
