"""Mountains to fly over: a lit map of heights, drawn column by column from near to far.

Heights are eroded noise: octaves count less where it is steep already (I. Quilez,
"Elevated", 2009).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import float32, int32
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.kernels import fn, kernel
from musivid.living.shade import clamp, fbm3, fbm4, hash2, mix, smooth, whole

__all__ = ["Terrain", "fly"]

Rgb = tuple[float, float, float]


@fn
def _slope_noise(x, y):
    """Noise 0..1 and its two derivatives."""
    ix, iy = whole(x), whole(y)
    fx, fy = x - float32(ix), y - float32(iy)
    u, v = (
        fx * fx * fx * (fx * (fx * 6.0 - 15.0) + 10.0),
        fy * fy * fy * (fy * (fy * 6.0 - 15.0) + 10.0),
    )
    du, dv = 30.0 * fx * fx * (fx - 1.0) * (fx - 1.0), 30.0 * fy * fy * (fy - 1.0) * (fy - 1.0)
    jx, jy = int32(ix + int32(1)), int32(iy + int32(1))
    a, b, c, d = hash2(ix, iy), hash2(jx, iy), hash2(ix, jy), hash2(jx, jy)
    k = a - b - c + d
    return a + (b - a) * u + (c - a) * v + k * u * v, du * (b - a + k * v), dv * (c - a + k * u)


@kernel
def _heights(out, scale, ox, oy, rough, ridged):
    """Eroded hills: octaves count less where it is steep already (I. Quilez, elevated terrain)."""
    n = out.shape[0]
    for j in range(n):
        row = out[j]
        for i in range(n):
            x, y = float32(i) * scale + ox, float32(j) * scale + oy
            s, a, dx, dy = float32(0.0), float32(1.0), float32(0.0), float32(0.0)
            for _ in range(9):
                v, gx, gy = _slope_noise(x, y)
                dx += gx * a * rough
                dy += gy * a * rough
                e = 1.0 - abs(2.0 * v - 1.0)
                w = mix(v, e * e, ridged)
                s += a * w / (1.0 + dx * dx + dy * dy)
                a *= 0.46
                x, y = 1.6 * x + 1.2 * y + 3.7, -1.2 * x + 1.6 * y + 1.9
            row[i] = s


@kernel
def _light(out, height, sun, p, tall, snow, texel):
    """Colour of each place. p: rock, snow, green, sun light, sky light (linear colours)."""
    n = height.shape[0]
    sx, sy, sz = sun[0], sun[1], sun[2]
    flat = np.sqrt(sx * sx + sy * sy)
    for j in range(n):
        for i in range(n):
            i0, i1, j0, j1 = max(i - 1, 0), min(i + 1, n - 1), max(j - 1, 0), min(j + 1, n - 1)
            gx, gy = (
                (height[j, i1] - height[j, i0]) * 0.5 * tall / texel,
                (height[j1, i] - height[j0, i]) * 0.5 * tall / texel,
            )
            inv = 1.0 / np.sqrt(1.0 + gx * gx + gy * gy)
            lit = max((-gx * sx - gy * sy + sz) * inv, 0.0)
            h0, dark, step, x, y = (
                height[j, i] * tall,
                float32(1.0),
                float32(1.5),
                float32(i),
                float32(j),
            )
            for _ in range(40):  # what lies between here and the sun
                x += sx / flat * step
                y += sy / flat * step
                h0 += sz / flat * step * texel
                xi, yi = int32(x), int32(y)
                if xi < 0 or yi < 0 or xi >= n or yi >= n:
                    break
                dark = min(dark, 1.0 - clamp((height[yi, xi] * tall - h0) * 5.0))
                step *= 1.06
            lit *= dark
            around = (height[j0, i] + height[j1, i] + height[j, i0] + height[j, i1]) * 0.25
            hollow = clamp(1.0 - (around - height[j, i]) * 60.0)
            grit = fbm4(float32(i) * 0.11, float32(j) * 0.11)
            cover = smooth(snow - 0.10, snow + 0.10, height[j, i] + (grit - 0.5) * 0.25) * smooth(
                0.52, 0.72, inv + (grit - 0.5) * 0.3
            )
            grass = smooth(snow - 0.1, snow - 0.38, height[j, i] + (grit - 0.5) * 0.3) * smooth(
                0.45, 0.75, inv
            )
            for c in range(3):
                base = mix(p[0, c] * (0.55 + 0.9 * grit), p[2, c] * (0.4 + 1.2 * grit), grass)
                base = mix(base, p[1, c], cover)
                out[c, j, i] = base * (lit * p[3, c] + hollow * (0.55 + 0.45 * inv) * p[4, c])


@fn
def _mirror(i, n):
    """Index into a map that is mirrored at its ends."""
    i = i % (2 * n - 2)
    return i if i < n else 2 * n - 2 - i


@fn
def _at(grid_, x, y, n):
    ix, iy = whole(x), whole(y)
    u, v = x - float32(ix), y - float32(iy)
    i0, i1, j0, j1 = _mirror(ix, n), _mirror(ix + 1, n), _mirror(iy, n), _mirror(iy + 1, n)
    a, b = mix(grid_[j0, i0], grid_[j0, i1], u), mix(grid_[j1, i0], grid_[j1, i1], u)
    return mix(a, b, v)


@kernel
def fly(out, height, colour, cam, haze, p, tall, texel):
    """Draw the map over a picture that holds the sky.

    cam: x, y (texels), altitude, heading, horizon (0..1 of the height), focal length (heights).
    p: fog colour, fog colour towards the sun, mist colour. haze: thickness, mist height, mist
    thickness, sun heading, farthest distance, push of the near, mist clock.
    """
    _, h, w = out.shape
    n = height.shape[0]
    x0, y0, z0, head, horizon, focal = cam[0], cam[1], cam[2], cam[3], cam[4] * h, cam[5] * h
    thick, mist_h, mist, sun_head, far = haze[0], haze[1], haze[2], haze[3], haze[4]
    for i in range(w):
        side = (float32(i) + 0.5 - 0.5 * float32(w)) / focal
        dx, dy = np.sin(head) + side * np.cos(head), np.cos(head) - side * np.sin(head)
        turn = np.arctan(side) + head - sun_head
        towards = np.exp(-turn * turn * 3.0)
        f0, f1, f2 = (
            mix(p[0, 0], p[1, 0], towards),
            mix(p[0, 1], p[1, 1], towards),
            mix(p[0, 2], p[1, 2], towards),
        )
        top, z, dz = int32(h), haze[5], float32(0.02)
        pa, pr, pg, pb = float32(0.0), float32(0.0), float32(0.0), float32(0.0)
        lr, lg, lb, last = float32(0.0), float32(0.0), float32(0.0), float32(h)
        while z < far and top > 0:
            x, y = x0 + dx * z / texel, y0 + dy * z / texel
            e = _at(height, x, y, n) * tall
            s = horizon + (z0 - e) * focal / z
            if s < top:
                c0, c1, c2 = (
                    _at(colour[0], x, y, n),
                    _at(colour[1], x, y, n),
                    _at(colour[2], x, y, n),
                )
                low = np.exp(-max(e - mist_h, 0.0) * 7.0) * mist * (1.0 - np.exp(-z * 0.28))
                low = min(low * (0.5 + fbm3(x * 0.02 + haze[6], y * 0.02)), 1.0)
                fog = 1.0 - np.exp(-z * thick * min(z * 0.4, 1.0))
                c0, c1, c2 = mix(c0, p[2, 0], low), mix(c1, p[2, 1], low), mix(c2, p[2, 2], low)
                c0, c1, c2 = mix(c0, f0, fog), mix(c1, f1, fog), mix(c2, f2, fog)
                first = max(int32(np.ceil(s)), int32(0))
                if last > top:
                    last = float32(top)
                    lr, lg, lb = c0, c1, c2
                inv = 1.0 / max(last - s, 0.001)
                for j in range(top - 1, first - 1, -1):
                    k = min((last - float32(j)) * inv, 1.0)
                    k0, k1, k2 = mix(lr, c0, k), mix(lg, c1, k), mix(lb, c2, k)
                    if pa > 0.0:
                        k0, k1, k2 = mix(k0, pr, pa), mix(k1, pg, pa), mix(k2, pb, pa)
                        pa = float32(0.0)
                    out[0, j, i], out[1, j, i], out[2, j, i] = k0, k1, k2
                if first < top:
                    top = first
                    pa = float32(0.0)
                share = float32(top) - s
                if top > 0 and share > pa:
                    pa, pr, pg, pb = min(share, 1.0), c0, c1, c2
                lr, lg, lb, last = c0, c1, c2, s
            else:
                last = float32(h + 1)
            z += dz
            dz = z * 0.009 + 0.005
        if pa > 0.0 and top > 0:
            j = top - 1
            out[0, j, i], out[1, j, i], out[2, j, i] = (
                mix(out[0, j, i], pr, pa),
                mix(out[1, j, i], pg, pa),
                mix(out[2, j, i], pb, pa),
            )


class Terrain:
    """A map, its heights and its baked light.

    Attributes:
        n: texels a side.
        height: float32 [n, n], 0..1.
        colour: float32 [3, n, n], linear light.
        tall: picture units of height 1.
        texel: picture units of a texel.
    """

    def __init__(
        self,
        n: int,
        seed: int,
        *,
        palette: Sequence[Rgb],
        sun: Rgb,
        tall: float,
        snow: float,
        span: float,
        rough: float = 0.9,
        ridged: float = 0.35,
        cells: float = 7.0,
    ) -> None:
        """Raise the ground and light it.

        Args:
            n: texels a side.
            seed: which land.
            palette: colours of rock, snow, green, sun light and sky light.
            sun: where the light comes from: x, y, up.
            tall: picture units of height 1.
            snow: height above which snow lies, 0..1.
            span: picture units a side.
            rough: how much steepness calms the octaves.
            ridged: 0 round hills, 1 sharp ridges.
            cells: cells of the first octave a side.
        """
        rng = dice(seed)
        self.n, self.tall, self.texel = n, tall, span / n
        raw = np.zeros((n, n), np.float32)
        place = float(rng.uniform(0, 500)), float(rng.uniform(0, 500))
        _heights(raw, cells / n, *place, rough, ridged)
        low, high = np.quantile(raw, 0.01), raw.max()
        self.height: NDArray[np.float32] = np.clip((raw - low) / (high - low), 0, 1).astype(
            np.float32
        )
        direction = (np.array(sun) / np.linalg.norm(sun)).astype(np.float32)
        self.colour = np.zeros((3, n, n), np.float32)
        colours = np.array(palette, np.float32)
        _light(self.colour, self.height, direction, colours, tall, snow, self.texel)

    def clear_way(self, row: float, wide: float = 0.12, deep: float = 0.2) -> tuple[float, float]:
        """Where, in texels across, the ground ahead of a row is lowest, and its height there."""
        half, ahead = int(self.n * wide / 2), slice(int(row), int(row + self.n * deep))
        columns = np.linspace(self.n * 0.25, self.n * 0.75, 24).astype(int)
        tops = [float(self.height[ahead, x - half : x + half].max()) for x in columns]
        best = int(np.argmin(tops))
        return float(columns[best]), tops[best] * self.tall
