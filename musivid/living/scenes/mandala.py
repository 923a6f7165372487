"""An endless flower: rings of petals grow from the middle, each lit as the spectrum bore it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numba import float32, int32
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes
from musivid.living.kernels import kernel
from musivid.living.light import Grade
from musivid.living.moment import Moment
from musivid.living.scene import Scene, Stand, Zone
from musivid.living.shade import cosine, fbm4, smooth

__all__ = ["Mandala"]

Rgb = tuple[float, float, float]

_RINGS = 11
_TAIL = 14.0  # widths of a line


@kernel
def _petals(out, xs, ys, rings, inks, t, dust, cx, cy):
    """Rings float32 [n, 6]: radius, petals, depth, turn, width, fill; inks [n, 3]."""
    w = len(xs)
    tmp = np.empty((4, w), np.float32)
    d, a, mist, light = tmp[0], tmp[1], tmp[2], tmp[3]
    for j in range(out.shape[1]):
        for i in range(w):
            x, y = xs[i] - cx, ys[j] - cy
            d[i] = np.sqrt(x * x + y * y)
            # An angle by a polynomial: exact enough for petals, and eight pixels at once.
            ax, ay = abs(x), abs(y)
            q = min(ax, ay) / max(max(ax, ay), 1e-6)
            s = q * q
            v = ((-0.0464964749 * s + 0.15931422) * s - 0.327622764) * s * q + q
            v = 1.5707964 - v if ay > ax else v
            v = 3.1415927 - v if x < 0.0 else v
            a[i] = -v if y < 0.0 else v
            n = fbm4(x * 2.2 + t * 0.05, y * 2.2 - t * 0.04)
            mist[i] = n * n * dust / (0.2 + d[i] * 1.6)
        for c in range(3):
            row, ink = out[c, j], inks[0, c]
            for i in range(w):
                row[i] = mist[i] * ink
        for k in range(len(rings)):
            radius, many, deep = rings[k, 0], rings[k, 1], rings[k, 2]
            turn, wide, fill = rings[k, 3], rings[k, 4], rings[k, 5]
            reach = radius * 1.01 + _TAIL * wide  # beyond it a ring gives no light that is seen
            if abs(ys[j] - cy) > reach:
                continue
            i0 = min(
                max(int32((cx - reach) * float32(w) / xs[w - 1]) - int32(2), int32(0)), int32(w)
            )
            i1 = min(int32((cx + reach) * float32(w) / xs[w - 1]) + int32(2), int32(w))
            dk, ak, lit = d[i0:i1], a[i0:i1], light[i0:i1]  # slices count from 0: eight at once
            for i in range(len(dk)):
                p = abs(cosine((ak[i] + turn) * many * 0.5))
                e = dk[i] - radius * (1.0 - deep + deep * (1.6 * p - 0.6 * p * p * p))
                line = wide / (abs(e) + wide)
                inner = smooth(0.0, radius * 0.35, -e) * smooth(radius * 0.9, radius * 0.3, -e)
                vein = smooth(0.985, 1.0, p) * smooth(0.0, 0.02, -e) * smooth(radius * 0.6, 0.0, -e)
                body = fill * inner * (0.4 + 0.6 * p) + vein * fill
                lit[i] = line * line * line * 1.5 + body
            for c in range(3):
                row, ink = out[c, j, i0:i1], inks[k, c]
                for i in range(len(row)):
                    row[i] += ink * lit[i]


class Mandala(Scene):
    """Rings of petals around a middle that the bar moves."""

    shots: ClassVar = ("wide", "near", "aside")
    zones: ClassVar = {"wide": Zone("middle", 0.80), "near": Zone("middle", 0.80)}
    stands: ClassVar = {"wide": Stand(0.5, 0.945, 0.22), "aside": Stand(0.24, 0.94, 0.27)}
    looks: ClassVar[Mapping[str, tuple[Rgb, Rgb, Rgb]]] = {
        "violet": ((0.50, 0.10, 0.95), (0.95, 0.16, 0.55), (0.16, 0.26, 0.95)),
        "lagoon": ((0.03, 0.60, 0.70), (0.08, 0.26, 0.90), (0.95, 0.66, 0.24)),
        "gold": ((1.00, 0.50, 0.10), (0.80, 0.13, 0.06), (1.00, 0.80, 0.42)),
        "rose": ((0.95, 0.22, 0.34), (1.00, 0.52, 0.40), (0.50, 0.10, 0.42)),
    }

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        self.grade = Grade(exposure=1.1, bloom=0.65, shadows=(0.01, 0.0, 0.03), saturation=1.1)
        self._inks = np.array(self.looks[look])
        self.glow = self.looks[look][0]

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now = moment, self.now(moment)
        size = {"wide": 1.0, "near": 1.7, "aside": 1.25}[now.shot] * (1 + 0.12 * now.share)
        across = 0.5 if now.shot != "aside" else 0.64 - 0.05 * now.share
        self.light = self.aspect * across, 0.5
        rings, inks = zip(*(self._ring(m, k, size) for k in range(_RINGS)), strict=True)
        both = np.array(rings, np.float32), np.array(inks, np.float32)
        _petals(self.out, *self.full, *both, m.flow, 0.10 + 0.22 * m.bass, *self.light)
        return self.out

    def _ring(self, m: Moment, index: int, size: float) -> tuple[list[float], NDArray[np.float64]]:
        """One ring and its ink; it is born small, grows and fades."""
        turn = m.flow * 0.30 + index / _RINGS
        life, born = turn % 1.0, int(turn) * _RINGS + index
        rng = dice(born + 1000 * self.seed)
        band = float(m.bands[(born * 7) % 32])
        radius = size * 0.03 * np.exp(life * 3.9) * (1 + 0.05 * m.beat + 0.10 * band)
        petals = float(rng.choice([6, 8, 12, 16]))
        depth = 0.16 + 0.20 * rng.random() + 0.12 * band
        way = 1 if born % 2 else -1
        width = 0.0022 + 0.004 * life + 0.003 * m.hits
        ring = [radius, petals, depth, way * m.flow * 0.16 + born, width, 0.16 + 0.5 * band]
        ink = self._inks[(0, 0, 1, 0, 2)[born % 5]] * rng.uniform(0.75, 1.1, 3)
        fade = min(1.0, life * 5) * (1 - life) ** 0.8
        return ring, ink * fade * (0.30 + 1.5 * band + 0.35 * m.beat)
