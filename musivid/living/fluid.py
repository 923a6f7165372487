"""Water that is stirred: a coarse field of speeds that carries itself and stays without sources.

Stable fluids (J. Stam, 1999) with vorticity confinement (R. Fedkiw and others, 2001), on a few
thousand cells: speeds are carried along by themselves, pushed, and freed of sources by a pressure
that a fixed number of sweeps finds.
"""

from __future__ import annotations

import numpy as np
from numba import float32, int32

from musivid.living.kernels import kernel
from musivid.living.shade import mix

__all__ = ["stir"]

_SWEEPS = 22


@kernel
def stir(speed, push, spare, keep, curl):
    """Carry a field of speeds on by one step.

    Args:
        speed: float32 [2, h, w], across and down, cells a step; changed in place.
        push: float32 [2, h, w]: what is added.
        spare: float32 [4, h, w], room to work in.
        keep: share of the speed that stays.
        curl: how much whirls that the grid smears are strengthened again.
    """
    _, h, w = speed.shape
    u, v = spare[0], spare[1]
    for j in range(h):
        for i in range(w):
            x = min(max(float32(i) - speed[0, j, i], 0.0), float32(w) - 1.01)
            y = min(max(float32(j) - speed[1, j, i], 0.0), float32(h) - 1.01)
            ix, iy = int32(x), int32(y)
            a, b = x - float32(ix), y - float32(iy)
            top = mix(speed[0, iy, ix], speed[0, iy, ix + 1], a)
            low = mix(speed[0, iy + 1, ix], speed[0, iy + 1, ix + 1], a)
            u[j, i] = mix(top, low, b) * keep + push[0, j, i]
            top = mix(speed[1, iy, ix], speed[1, iy, ix + 1], a)
            low = mix(speed[1, iy + 1, ix], speed[1, iy + 1, ix + 1], a)
            v[j, i] = mix(top, low, b) * keep + push[1, j, i]
    whirl, p = spare[2], spare[3]
    for j in range(1, h - 1):
        for i in range(1, w - 1):
            whirl[j, i] = (v[j, i + 1] - v[j, i - 1] - u[j + 1, i] + u[j - 1, i]) * 0.5
    for j in range(2, h - 2):
        for i in range(2, w - 2):
            gx = abs(whirl[j, i + 1]) - abs(whirl[j, i - 1])
            gy = abs(whirl[j + 1, i]) - abs(whirl[j - 1, i])
            inv = curl * whirl[j, i] / (np.sqrt(gx * gx + gy * gy) + 1e-4)
            u[j, i] += gy * inv
            v[j, i] -= gx * inv
    for i in range(w):
        v[0, i] = v[h - 1, i] = 0.0
    for j in range(h):
        u[j, 0] = u[j, w - 1] = 0.0
    for j in range(h):
        for i in range(w):
            whirl[j, i] = p[j, i] = 0.0
    for j in range(1, h - 1):
        for i in range(1, w - 1):
            whirl[j, i] = (u[j, i + 1] - u[j, i - 1] + v[j + 1, i] - v[j - 1, i]) * 0.5
    for _ in range(_SWEEPS):
        for j in range(1, h - 1):
            for i in range(1, w - 1):
                around = p[j, i - 1] + p[j, i + 1] + p[j - 1, i] + p[j + 1, i]
                p[j, i] += 1.6 * ((around - whirl[j, i]) * 0.25 - p[j, i])
        for j in range(h):
            p[j, 0], p[j, w - 1] = p[j, 1], p[j, w - 2]
        for i in range(w):
            p[0, i], p[h - 1, i] = p[1, i], p[h - 2, i]
    for j in range(1, h - 1):
        for i in range(1, w - 1):
            speed[0, j, i] = u[j, i] - (p[j, i + 1] - p[j, i - 1]) * 0.5
            speed[1, j, i] = v[j, i] - (p[j + 1, i] - p[j - 1, i]) * 0.5
