"""Light over a whole picture: darker, paler, warmer, a glow that opens, a veil, frost, cracks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numba import float32
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes, grid
from musivid.living.kernels import kernel
from musivid.living.shade import clamp, expo, fbm4, mix, ridge5, smooth

__all__ = ["Tone", "crack", "frost", "lay_tone"]

Rgb = tuple[float, float, float]
_BRANCHES = 13  # cracks from the light


@dataclass(slots=True)
class Tone:
    """How the light of a picture is changed; each action adds its part.

    Attributes:
        gain: times the light.
        saturation: 1 leaves colours.
        tint: times red, green, blue.
        top: how dark the top is made, 0..1.
        foot: how dark the foot is made.
        rim: how dark it is away from `at`.
        at: where the glow stands and the rim closes to, in picture heights.
        radius: of the glow.
        glow: light that is added there.
        low: light that is added from below.
    """

    gain: float = 1.0
    saturation: float = 1.0
    tint: Rgb = (1.0, 1.0, 1.0)
    top: float = 0.0
    foot: float = 0.0
    rim: float = 0.0
    at: tuple[float, float] = (0.0, 0.0)
    radius: float = 0.3
    glow: Rgb = (0.0, 0.0, 0.0)
    low: Rgb = (0.0, 0.0, 0.0)

    def times(self, gain: float, tint: Rgb = (1.0, 1.0, 1.0)) -> None:
        """Make all darker or brighter, and tint it."""
        r, g, b = self.tint
        self.gain *= gain
        self.tint = r * tint[0], g * tint[1], b * tint[2]


@kernel
def _tone(planes, xs, ys, p):
    """p: gain, saturation, tint rgb, top, foot, rim, x, y, radius, glow rgb, low rgb."""
    sat, tr, tg, tb = p[1], p[2] * p[0], p[3] * p[0], p[4] * p[0]
    top, foot, rim, cx, cy, inv = p[5], p[6], p[7], p[8], p[9], 1.0 / (p[10] * p[10])
    gr, gg, gb, lr, lg, lb = p[11], p[12], p[13], p[14], p[15], p[16]
    for j in range(planes.shape[1]):
        r, g, b = planes[0, j], planes[1, j], planes[2, j]
        y = ys[j]
        dy = (y - cy) * (y - cy)
        veil = (1.0 - top * smooth(0.85, 0.05, y)) * (1.0 - foot * smooth(0.35, 1.0, y))
        low = smooth(0.52, 1.10, y)
        low = low * low
        for i in range(len(xs)):
            d = (xs[i] - cx) * (xs[i] - cx) + dy
            near = expo(-min(d * inv, 12.0)) + 0.30 * expo(-min(d * inv * 0.12, 12.0))
            keep = veil * (1.0 - rim * smooth(0.02, 0.75, d))
            luma = 0.30 * r[i] + 0.59 * g[i] + 0.11 * b[i]
            near *= 0.30 + 0.70 * min(luma * 3.0, 1.0)  # what is dark before it stays dark
            r[i] = mix(luma, r[i], sat) * tr * keep + gr * near + lr * low
            g[i] = mix(luma, g[i], sat) * tg * keep + gg * near + lg * low
            b[i] = mix(luma, b[i], sat) * tb * keep + gb * near + lb * low


def lay_tone(planes: Planes, tone: Tone) -> None:
    """Change the light of a picture."""
    if tone == Tone(at=tone.at):
        return
    numbers = [tone.gain, tone.saturation, *tone.tint, tone.top, tone.foot, tone.rim, *tone.at,
               tone.radius, *tone.glow, *tone.low]  # fmt: skip
    xs, ys = grid((planes.shape[2], planes.shape[1]))
    _tone(planes, xs, ys, np.array(numbers, np.float32))


@kernel
def _grow_frost(late, fine, xs, ys, aspect, seed):
    """How late frost reaches each place, 0 at the edge to 1, and its needles, 0..1."""
    for j in range(late.shape[0]):
        y = ys[j]
        for i in range(late.shape[1]):
            x = xs[i]
            edge = min(min(x, aspect - x), min(y, 1.0 - y))
            warp = fbm4(x * 2.3 + seed, y * 2.3) - 0.5
            needle = ridge5(x * 15.0 + warp * 2.0 + y * 6.0, y * 15.0 - warp * 1.6 + seed)
            fern = ridge5(x * 47.0 - y * 19.0, y * 52.0 + x * 23.0 + warp * 4.0)
            late[j, i] = edge * 2.1 + 0.30 * (0.6 - needle) + 0.35 * warp
            fine[j, i] = clamp(0.15 + 1.35 * needle * (0.45 + fern))


@lru_cache(maxsize=2)
def _frost(size: tuple[int, int], seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    late, fine = np.empty((2, size[1], size[0]), np.float32)
    _grow_frost(late, fine, *grid(size), size[0] / size[1], float(seed % 53))
    return late, fine


@kernel
def _lay_frost(planes, late, fine, reach, level, rgb):
    for j in range(planes.shape[1]):
        r, g, b, when, needles = planes[0, j], planes[1, j], planes[2, j], late[j], fine[j]
        for i in range(len(when)):
            d = reach - when[i]
            ice = smooth(-0.06, 0.55, d)
            cover = level * ice * (0.30 + 0.70 * needles[i])
            shine = 0.62 + 1.1 * needles[i] * needles[i]
            r[i] += (rgb[0] * shine - r[i]) * cover
            g[i] += (rgb[1] * shine - g[i]) * cover
            b[i] += (rgb[2] * shine - b[i]) * cover


def frost(
    planes: Planes, reach: float, level: float, light: NDArray[np.float32], seed: int
) -> None:
    """Frost at the edges of a picture.

    Args:
        planes: the picture.
        reach: how far it has grown, 0..1.
        level: how much it covers.
        light: float32 [3], its colour.
        seed: another one grows otherwise.
    """
    late, fine = _frost((planes.shape[2], planes.shape[1]), seed)
    _lay_frost(planes, late, fine, -0.10 + 0.62 * reach, level, light)


@lru_cache(maxsize=4)
def _branches(seed: int) -> list[NDArray[np.float64]]:
    """Cracks of glass around the origin, float64 [n, 3]: x, y, how late; in picture heights.

    They run outwards, nearly straight, and arcs join neighbours.
    """
    rng = dice(seed)
    turns = (np.arange(_BRANCHES) + rng.uniform(-0.35, 0.35, _BRANCHES)) * 2 * np.pi / _BRANCHES
    steps = rng.uniform(0.035, 0.075, 26) * np.linspace(1, 3, 26)
    reach = np.concatenate([[0.0], np.cumsum(steps)])
    found = []
    for k in range(_BRANCHES):
        bend = np.cumsum(rng.normal(0, 0.030, len(reach)))
        x, y = reach * np.cos(turns[k] + bend), reach * np.sin(turns[k] + bend)
        found.append(np.stack([x, y, reach], 1)[: int(rng.integers(12, 26))])
    for k in range(_BRANCHES):
        one, other = found[k], found[(k + 1) % _BRANCHES]
        for at in rng.choice(np.arange(1, 11), 3, replace=False):
            off = int(min(at + rng.integers(0, 2), len(other) - 1))
            if at < len(one):
                middle = (one[at] + other[off]) / 2 * (0.90, 0.90, 1.02)
                found.append(np.stack([one[at], middle, other[off]]))
    return found


@kernel
def _add(planes, mask, rgb):
    """Add light where the mask is; below it the picture is a little darker."""
    for c in range(3):
        light = rgb[c] * 0.00392157
        for j in range(planes.shape[1]):
            row, cover, above = planes[c, j], mask[j], mask[max(j - 2, 0)]
            for i in range(len(row)):
                dark = 1.0 - 0.0022 * float32(above[i])
                row[i] = row[i] * dark + light * float32(cover[i])


def crack(
    planes: Planes, at: tuple[float, float], grown: float, light: NDArray[np.float32], seed: int
) -> None:
    """Cracks of light that run from a place through the picture.

    Args:
        planes: the picture.
        at: where they begin, in picture heights.
        grown: how far they have run, in picture heights.
        light: float32 [3], their light.
        seed: another one breaks otherwise.
    """
    height = planes.shape[1]
    mask = np.zeros(planes.shape[1:], np.uint8)
    for line in _branches(seed):
        seen = line[line[:, 2] <= grown]
        if len(seen) < 2:
            continue
        points = np.round((seen[:, :2] + at) * height * 16).astype(np.int32)
        for k in range(len(points) - 1):
            near = max(1.0 - float(seen[k, 2]), 0.0)
            wide = max(1, round((0.6 + 1.6 * near) * height / 720))
            ends = tuple(points[k].tolist()), tuple(points[k + 1].tolist())
            cv2.line(mask, *ends, 70 + round(185 * near**0.7), wide, cv2.LINE_AA, 4)
    _add(planes, mask, light)
