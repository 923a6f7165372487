"""Light in haze: beams of lamps, and the floor of a stage under them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from musivid.living.kernels import kernel
from musivid.living.shade import clamp, expo, fbm3, smooth

__all__ = ["beam", "paint_beams", "paint_deck"]


def beam(
    at: tuple[float, float],
    to: tuple[float, float],
    shape: tuple[float, float, float],
    ink: NDArray[np.float64],
) -> list[float]:
    """A beam as a row for `paint_beams`.

    Args:
        at: the lamp, in picture heights.
        to: a place that it looks at.
        shape: half width at the lamp, how much wider in a height, how far it reaches.
        ink: its linear light.
    """
    way = np.array(to) - at
    way = way / np.hypot(*way)
    wide, spread, reach = shape
    return [*at, *way.tolist(), wide, spread, *ink.tolist(), reach]


@kernel
def paint_beams(out, xs, ys, beams, t, thick):
    """Add beams float32 [n, 10]: x, y, direction, width at the lamp, spread, colour, reach."""
    w = len(xs)
    tmp = np.empty((4, w), np.float32)
    haze, r, g, b = tmp[0], tmp[1], tmp[2], tmp[3]
    for j in range(out.shape[1]):
        y = ys[j]
        for i in range(w):
            haze[i] = 0.35 + thick * fbm3(xs[i] * 2.6 + t * 0.10, y * 3.4 - t * 0.06)
            r[i], g[i], b[i] = 0.0, 0.0, 0.0
        for k in range(len(beams)):
            x0, dy = beams[k, 0], y - beams[k, 1]
            ux, uy, wide, spread = beams[k, 2], beams[k, 3], beams[k, 4], beams[k, 5]
            far = 1.0 / beams[k, 9]
            cr, cg, cb = beams[k, 6], beams[k, 7], beams[k, 8]
            for i in range(w):
                dx = xs[i] - x0
                along = dx * ux + dy * uy
                size = wide + spread * max(along, 0.0)
                s = (dx * uy - dy * ux) / size
                v = max(1.0 - s * s, 0.0)
                fall = max(1.0 - along * far, 0.0)
                v = v * v * fall * fall * wide / size
                v = v if along > 0.0 else 0.0
                r[i] += v * cr
                g[i] += v * cg
                b[i] += v * cb
        ro, go, bo = out[0, j], out[1, j], out[2, j]
        for i in range(w):
            ro[i] += r[i] * haze[i]
            go[i] += g[i] * haze[i]
            bo[i] += b[i] * haze[i]


@kernel
def paint_deck(out, xs, ys, floor, edge, p, lamp, light):
    """The floor of a stage shines under its lamp, its front is dark; p: dark, light of the lamp."""
    for j in range(out.shape[1]):
        y = ys[j]
        if y < floor:
            continue
        v = (y - floor) / (edge - floor)
        top = smooth(1.0, 0.97, v)
        line = expo(-min(abs(v - 1.0) * 30.0, 12.0))
        for i in range(len(xs)):
            d = (xs[i] - lamp) * 1.5
            pool = light / (1.0 + d * d * 4.0)
            s = top * (0.20 + 0.8 * v) * pool + line * 0.35 * pool
            for c in range(3):
                out[c, j, i] = p[0, c] * clamp(1.4 - v * 0.25) + p[1, c] * s
