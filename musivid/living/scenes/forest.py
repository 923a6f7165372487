"""A forest in mist: layers of firs, light between them, fireflies that notes wake."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import cv2
import numpy as np
from numba import float32, int32
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes, camera, resized
from musivid.living.figures.body import Body, Ink, draw
from musivid.living.flora import firs, grass, shade_with
from musivid.living.kernels import kernel
from musivid.living.light import Grade, shafts, splat
from musivid.living.moment import Moment
from musivid.living.scene import Now, Scene, Stand, ease
from musivid.living.shade import fbm4, mix, smooth

__all__ = ["Forest"]

Rgb = tuple[float, float, float]

# Where each layer stands, how tall its trees are, how many; from far to near.
_LAYERS = (
    (0.74, (0.20, 0.40), 80),
    (0.79, (0.26, 0.50), 60),
    (0.86, (0.34, 0.66), 40),
    (0.96, (0.50, 0.92), 22),
    (1.12, (0.80, 1.70), 14),
)
_DEPTHS = (0.12, 0.22, 0.38, 0.62, 1.0)  # how far each layer moves when the camera does


@dataclass(frozen=True, slots=True)
class _Look:
    """Linear light: what shines, the air, the layers from far to near; which notes' sparks."""

    lamp: Rgb
    air: Rgb
    layers: tuple[Rgb, ...]
    spark: Rgb
    at: tuple[float, float]
    grade: Grade


@kernel
def _woods(out, xs, ys, masks, shifts, p, t, lx, ly):
    """Trees from far to near with mist between them. p: lamp, air, then a colour a layer."""
    layers, h, _ = masks.shape
    w = len(xs)
    tmp = np.empty((2, w), np.float32)
    mist, near = tmp[0], tmp[1]
    for j in range(h):
        y = ys[j]
        low = smooth(0.25, 0.95, y)
        for i in range(w):
            dx, dy = xs[i] - lx, y - ly
            near[i] = 1.0 / (1.0 + (dx * dx + dy * dy) * 10.0)
            mist[i] = fbm4(xs[i] * 1.6 - t * 0.05, y * 3.4 + t * 0.015)
        for c in range(3):
            row, air, lamp = out[c, j], p[1, c], p[0, c]
            for i in range(w):
                n2 = near[i] * near[i]
                disc = smooth(0.9720, 0.9765, near[i]) * 1.6
                row[i] = mix(air, lamp, n2 * (0.62 + 0.5 * mist[i]) + n2 * n2 * 0.5 + disc)
        for q in range(layers):
            i0 = int32(shifts[q])
            u = shifts[q] - float32(i0)
            m0, m1 = masks[q, j, i0 : i0 + w], masks[q, j, i0 + 1 : i0 + 1 + w]
            far = 1.0 - float32(q) / float32(layers - 1)
            veil = far * far * 0.5
            for c in range(3):
                row, own, lamp, air = out[c, j], p[2 + q, c], p[0, c], p[1, c]
                for i in range(w):
                    a = m0[i] * (1.0 - u) + m1[i] * u
                    lit = near[i] * near[i] * far * far * 0.10
                    fog = low * veil * smooth(0.25, 0.75, mist[i])
                    seen = mix(row[i], own + lamp * lit, a)
                    row[i] = seen + (lamp * near[i] * 0.55 + air) * fog * 0.5


class Forest(Scene):
    """Firs to the horizon; the camera goes past them, the light grows through the section."""

    shots: ClassVar = ("wide", "travel", "near")
    stands: ClassVar = {
        "wide": Stand(0.36, 0.935, 0.22, bank=False),
        "travel": Stand(0.42, 0.940, 0.25, bank=False, follow=True),
        "near": Stand(0.40, 0.985, 0.36, bank=False, away=True),
    }
    looks: ClassVar[Mapping[str, _Look]] = {
        "mist": _Look(
            (0.95, 0.72, 0.34), (0.030, 0.085, 0.10),
            ((0.040, 0.105, 0.115), (0.022, 0.062, 0.070), (0.010, 0.032, 0.037),
             (0.004, 0.013, 0.016), (0.001, 0.004, 0.005)),
            (1.0, 0.85, 0.22), (0.60, 0.30),
            Grade(exposure=1.1, bloom=0.6, shadows=(0.0, 0.012, 0.02), lights=(1.0, 0.99, 0.93),
                  saturation=1.12, vignette=0.45),
        ),
        "autumn": _Look(
            (1.25, 0.60, 0.20), (0.20, 0.085, 0.040),
            ((0.26, 0.105, 0.040), (0.17, 0.058, 0.022), (0.085, 0.026, 0.012),
             (0.032, 0.010, 0.006), (0.008, 0.003, 0.002)),
            (1.0, 0.55, 0.14), (0.42, 0.34),
            Grade(exposure=1.05, bloom=0.55, shadows=(0.014, 0.004, 0.012),
                  lights=(1.0, 0.97, 0.90), saturation=1.12, vignette=0.4),
        ),
        "moonlit": _Look(
            (0.50, 0.62, 0.85), (0.010, 0.020, 0.046),
            ((0.018, 0.034, 0.068), (0.010, 0.020, 0.044), (0.005, 0.011, 0.026),
             (0.002, 0.005, 0.013), (0.0006, 0.0015, 0.004)),
            (0.45, 0.80, 1.0), (0.66, 0.22),
            Grade(exposure=1.15, bloom=0.55, shadows=(0.0, 0.006, 0.026), saturation=1.05,
                  vignette=0.5),
        ),
        "winter": _Look(
            (0.95, 0.74, 0.62), (0.34, 0.40, 0.50),
            ((0.33, 0.38, 0.47), (0.21, 0.25, 0.33), (0.11, 0.14, 0.20),
             (0.045, 0.060, 0.090), (0.012, 0.017, 0.028)),
            (1.0, 0.98, 0.95), (0.55, 0.36),
            Grade(exposure=0.95, bloom=0.45, shadows=(0.0, 0.006, 0.02), saturation=1.0,
                  vignette=0.3),
        ),
    }  # fmt: skip

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """See `Scene`."""
        super().__init__(size, look, seed)
        self._look = self.looks[look]
        self.grade, self.glow = self._look.grade, self._look.lamp
        wide = int(size[0] * 1.3), size[1]
        self._masks = np.stack([_layer(wide, seed, k) for k in range(len(_LAYERS))])
        self._grass = grass(wide, seed)
        self._flies = dice(seed).random((60, 6)).T
        self._boughs = _boughs(seed)

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        m, now, look = moment, self.now(moment), self._look
        colours = np.array([look.lamp, look.air, *look.layers], np.float32)
        colours[0] *= (0.75 + 0.35 * m.notes + 0.25 * m.bass) * (0.85 + 0.3 * ease(now.act))
        spare = self._masks.shape[2] - self.size[0] - 2
        move = {"wide": 0.3, "travel": 0.95, "near": 0.15}[now.shot] * now.move
        pan = np.clip(0.5 + (move + 0.05 * np.sin(m.flow * 0.07)) * np.array(_DEPTHS), 0, 1)
        shift = (spare * pan).astype(np.float32)
        self.light = self.aspect * look.at[0], look.at[1]
        _woods(self.out, *self.full, self._masks, shift, colours, m.flow, *self.light)
        self.added = self._rays(m)
        first = int(shift[-1])
        blades = self._grass[:, first : first + self.size[0]]
        shade_with(self.out, blades, look.layers[-1], self.size[1] - blades.shape[0])
        self._fireflies(m)
        return self._framed(m, now)

    def _framed(self, m: Moment, now: Now) -> Planes:
        """The shot: all of it, lower between the trunks, or close to the light under boughs."""
        if now.shot == "wide":
            return self.out
        zoom, at = 1.22 + 0.06 * now.share, (0.5, 0.92)
        if now.shot == "near":
            zoom, at = 1.62 + 0.12 * now.share, (self._look.at[0] - 0.06, 0.62)
        seen = camera(self.out, zoom, at=at)
        x, y = (p - q for p, q in zip(self.light, (at[0] * self.aspect, at[1]), strict=True))
        self.light = at[0] * self.aspect + x * zoom, at[1] + y * zoom
        if self.added is not None:
            self.added = camera(self.added, zoom, at=at)
        if now.shot == "near":
            way = 1 if self._look.at[0] > 0.5 else -1  # they hang on the side away from the light
            sway = 0.012 * float(np.sin(m.flow * 0.9)) + 0.03 * now.move
            place = self.aspect * (0.5 - 0.5 * way) - way * 0.06 + sway, 1.0 - 0.012 * m.beat
            soft = 5.0 * self.size[1] / 720
            ink = Ink(self._look.layers[-1], edge=0.0, soft_px=soft, coarse=3)
            draw(seen, self._boughs, place, 1.0, ink, flip=way)
        return seen

    def _rays(self, m: Moment) -> Planes:
        """Light between the trees, at a quarter of the size."""
        width, height = self.size
        small = resized(self.out, (width // 8, height // 8), cv2.INTER_AREA)
        rays = shafts(np.maximum(small - np.float32(0.34), 0), self.light, 0.55)
        strength = np.float32(0.16 + 0.22 * m.bass + 0.16 * m.bar)
        return resized(rays, (width // 4, height // 4)) * strength

    def _fireflies(self, m: Moment) -> None:
        """Sparks over the ground; each note wakes a few."""
        width, height = self.size
        a, b, c, d, e, f = self._flies
        x = a + 0.035 * np.sin(m.flow * (0.3 + c) + d * 40) + 0.02 * np.sin(m.flow * 1.3 + e * 30)
        y = 0.50 + 0.46 * b + 0.035 * np.sin(m.flow * (0.4 + e) + f * 50)
        glow = 0.10 * np.clip(np.sin(m.time_s * (0.8 + c) + d * 60), 0, 1) ** 3
        for event in m.events:
            woken = [(event.key * (q + 3) // 7) % len(a) for q in range(3)]
            rise = min(1.0, event.age_s * 12 + 0.2)
            glow[woken] += event.strength * np.exp(-event.age_s * 1.5) * rise
        rgb = np.array(self._look.spark)[:, None] * np.minimum(glow, 1.6) * 3.2
        near = (0.6 + 1.6 * b**2) * height / 720
        for radius, share in ((3.2, 1.0), (26.0, 0.07)):
            rows = np.stack([x * width, y * height, radius * near, *(rgb * share)], 1)
            splat(self.out, rows.astype(np.float32))


def _boughs(seed: int) -> Body:
    """Fir boughs that hang into the picture from its upper corner, at (0, -1)."""
    b, rng = Body(), dice(seed + 3)
    for start, long, fall in ((-1.04, 0.78, 0.22), (-0.86, 0.60, 0.34), (-0.62, 0.36, 0.40)):
        u = np.linspace(0, 1, 22)
        line = np.stack([-0.1 + long * u, start + fall * u**1.5 + 0.01 * np.sin(9 * u)], 1)
        b.chain(line[::3], 0.012, 0.004, 0.004)
        for k, (x, y) in enumerate(line[2:]):
            reach = (0.15 - 0.09 * u[k]) * (0.8 + 0.4 * float(rng.random()))
            for way in (-1.0, 1.0):
                tip = x + 0.55 * reach, y + (0.25 + way * 0.55) * reach
                b.limb((x, y), tip, 0.011, 0.003, 0.006)
    return b


def _layer(size: tuple[int, int], seed: int, index: int) -> NDArray[np.float32]:
    """The trees of a layer and the ground under them."""
    base, tall, count = _LAYERS[index]
    nearest = index == len(_LAYERS) - 1
    trees = firs(
        size, seed * 9 + index, base=base, tall=tall,
        spread="sides" if nearest else "even", count=count,
    )  # fmt: skip
    down = (np.arange(size[1])[:, None] + 0.5) / size[1] - base
    roll = 0.03 * np.sin(np.arange(size[0])[None] / size[1] * 8 + index * 2) / (5 - index * 0.7)
    ground = np.clip((down + roll) * 90, 0, 1).astype(np.float32)
    return np.maximum(trees, ground)
