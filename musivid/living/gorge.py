"""A gorge: cliffs drawn once, water that falls and foams, spray, rocks and trees in side light."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numba import float32
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes
from musivid.living.kernels import kernel
from musivid.living.shade import clamp, expo, fbm3, fbm4, mix, noise, sine, smooth
from musivid.living.terrain import Terrain

__all__ = ["Fall", "Layer", "add_boulder", "add_trees", "lay", "paint_cliff", "paint_fall",
           "paint_foam", "paint_spray", "rock_face"]  # fmt: skip

Array = NDArray[np.float32]
Rgb = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Fall:
    """Where water falls, in picture heights.

    Attributes:
        x: its middle.
        lip: y where it begins.
        base: y where it meets the pool.
        wide: half its width at the lip.
        foot: half its width at the base.
    """

    x: float
    lip: float
    base: float
    wide: float
    foot: float

    @property
    def row(self) -> Array:
        """As kernels take it."""
        return np.array([self.x, self.lip, self.base, self.wide, self.foot], np.float32)


def _scaled(colour: Rgb, by: Rgb) -> Rgb:
    return colour[0] * by[0], colour[1] * by[1], colour[2] * by[2]


def rock_face(size: tuple[int, int], middle: float, rock: Sequence[Rgb], seed: int) -> Array:
    """Rock on both sides of a gap, lit from the gap: float32 [3, h, w].

    It is a map of mountains seen from above: crags, gullies and the shadows that they cast.

    Args:
        size: (width, height).
        middle: x of the gap, in picture heights.
        rock: rock in light, rock in shade, moss.
        seed: which rock.
    """
    sun, sky = (_scaled(rock[k], (2.2, 2.2, 2.2)) for k in (0, 1))
    stone = (0.5, 0.5, 0.5)
    bright = rock[0]
    moss = _scaled(rock[2], (0.55 / bright[0], 0.55 / bright[1], 0.55 / bright[2]))
    land = Terrain(
        760, seed, palette=(stone, stone, moss, sun, sky), sun=(-0.62, -0.62, 0.42), snow=0.66,
        tall=1.5, span=6.0, rough=0.55, ridged=0.6, cells=5.0,
    )  # fmt: skip
    width, height = size
    ys, xs = (np.mgrid[:height, :width].astype(np.float32) + 0.5) / height
    off = np.abs(xs - middle)
    scale = land.n * 0.46
    rows = ys * scale * 0.62 + np.where(xs < middle, 0.50 * land.n, 0.03 * land.n)
    columns = off * scale + 2
    return np.stack(
        [cv2.remap(plane, columns, rows.astype(np.float32), cv2.INTER_LINEAR,
                   borderMode=cv2.BORDER_REFLECT) for plane in land.colour]
    )  # fmt: skip


@kernel
def paint_cliff(out, xs, ys, face, p, fall, seed):
    """Walls of rock around a fall, higher towards the sides.

    Args:
        out: float32 [4, h, w], light and cover, filled here.
        xs: places of columns in heights.
        ys: places of rows.
        face: [3, h, w], the rock.
        p: [5, 3]: rock in light, rock in shade, moss in light, mist, air.
        fall: x, lip, base, half width, half width at the foot.
        seed: which rock.
    """
    n = len(xs)
    tmp = np.empty((5, n), np.float32)
    top, moss, fog, on, dim = tmp[0], tmp[1], tmp[2], tmp[3], tmp[4]
    fx, lip, base, wide = fall[0], fall[1], fall[2], fall[3]
    px = float32(out.shape[1])
    for i in range(n):
        off = abs(xs[i] - fx)
        rise = 0.30 * smooth(wide, wide + 0.95, off) + 0.03 * smooth(wide * 0.8, wide * 1.6, off)
        rough = fbm4(xs[i] * 3.1 + seed, 2.0 + seed) - 0.45
        top[i] = lip - rise - 0.16 * rough * smooth(wide * 0.9, wide + 0.25, off)
    for j in range(out.shape[1]):
        y = ys[j]
        for i in range(n):
            off = (xs[i] - fx) / (wide * 2.2)
            bend = fbm3(xs[i] * 4.1, y * 4.1 + seed)
            dim[i] = 1.0 - 0.50 * expo(-min(off * off, 12.0))
            dim[i] *= 1.0 - 0.5 * smooth(0.3, 1.3, abs(xs[i] - fx))
            moss[i] = 0.8 * smooth(0.05, 0.0, y - top[i] - 0.05 * bend)
            dx = (xs[i] - fx) / (wide * 3.2)
            rise = smooth(base - 0.34, base, y)
            fog[i] = expo(-min(dx * dx, 12.0)) * (0.05 + 0.62 * rise * bend)
            on[i] = clamp((y - top[i]) * px)
        for c in range(3):
            row, green, mist, air = out[c, j], p[2, c], p[3, c], p[4, c]
            stone = face[c, j]
            for i in range(n):
                own = mix(stone[i] * dim[i], green * 0.6, moss[i])
                row[i] = mix(own + air, mist, fog[i])
        for i in range(n):
            out[3, j, i] = on[i]


@kernel
def paint_fall(out, xs, ys, fall, p, t, much, j0, j1):
    """Falling water: strands that quicken as they fall.

    Args:
        out: the picture float32 [3, h, w].
        xs: places of columns in heights.
        ys: places of rows.
        fall: x, lip, base, half width, half width at the foot.
        p: [2, 3]: water in light, water in shade.
        t: clock of the water.
        much: how full it is, about 1.
        j0: first row.
        j1: row after the last.
    """
    fx, lip, base, wide, foot = fall[0], fall[1], fall[2], fall[3], fall[4]
    n = len(xs)
    tmp = np.empty((2, n), np.float32)
    cover, tone = tmp[0], tmp[1]
    long = (base - lip) * 2.4
    for j in range(j0, j1):
        v = (ys[j] - lip) / (base - lip)
        q = np.sqrt(max(v, 0.0) + 0.03) * long
        half = mix(wide, foot, np.sqrt(max(v, 0.0))) * (1.0 + 0.10 * smooth(0.32, 0.38, v))
        mid = fx + 0.10 * wide * sine(v * 4.0 + 1.0)
        start = smooth(-0.015, 0.02, v)
        for i in range(n):
            u = (xs[i] - mid) / half
            a = noise(u * 3.1 + 5.0, q * 2.6 - t * 2.3)
            b = noise(u * 8.7 + 11.0, q * 4.1 - t * 3.6)
            c = noise(u * 23.0 + 3.0, q * 6.0 - t * 5.2)
            e = noise(u * 61.0, q * 9.0 - t * 7.4)
            s = 0.38 * a + 0.30 * b + 0.20 * c + 0.12 * e
            edge = abs(u) + 0.34 * (b - 0.5) + 0.16 * (c - 0.5)
            body = smooth(1.0, 0.62, edge)
            rope = smooth(0.20, 0.62, s + 0.22 * much - 0.10 * smooth(0.0, 0.25, v))
            cover[i] = body * rope * start * 0.94
            tone[i] = clamp(0.10 + 1.35 * (s - 0.20) + 0.35 * (c - 0.5) + 0.25 * v)
        for k in range(3):
            row, bright, dark = out[k, j], p[0, k], p[1, k]
            for i in range(n):
                row[i] = mix(row[i], mix(dark, bright, tone[i]), cover[i])


@kernel
def paint_spray(out, xs, ys, fall, t, much):
    """How thick the spray is, float32 [h, w] at any size: it boils up where the water falls."""
    fx, base, foot = fall[0], fall[2], fall[4]
    for j in range(out.shape[0]):
        up = (base + 0.02 - ys[j]) / (0.10 + 0.9 * foot)
        high = expo(-min(max(up, 0.0) * 1.7, 12.0)) * smooth(-0.75, -0.05, up)
        for i in range(len(xs)):
            dx = (xs[i] - fx - 0.10 * up * foot) / (foot * (1.45 + 0.5 * max(up, 0.0)))
            b = fbm3(xs[i] * 3.0 - t * 0.10, ys[j] * 3.0 + t * 0.30)
            f = fbm4(xs[i] * 7.0 + b * 1.3, ys[j] * 7.0 + t * 0.85 + b)
            out[j, i] = clamp(expo(-min(dx * dx, 12.0)) * high * (0.15 + 1.5 * f * f * 1.6) * much)


@kernel
def paint_foam(out, xs, ys, place, fall, stones, p, t, j0):
    """Foam on the river that comes towards us from the pool, and about stones.

    Args:
        out: the picture float32 [3, h, w].
        xs: places of columns in heights.
        ys: places of rows.
        place: y of the water's far edge, how white the water is.
        fall: x, lip, base, half width, half width at the foot.
        stones: [n, 3]: x, y of the water line, half width.
        p: [3]: foam.
        t: clock of the water.
        j0: first row.
    """
    n = len(xs)
    white = np.empty(n, np.float32)
    middle = fall[0]
    for j in range(j0, out.shape[1]):
        d = max(ys[j] - place[0], 0.002)
        z = 0.30 / (d + 0.03)
        near = expo(-min(d * 10.0, 12.0))
        for i in range(n):
            wx = (xs[i] - middle) * z
            run = z * 3.6 + t * 1.15
            bend = noise(wx * 0.8 + 2.0, run * 0.4) - 0.5
            a = fbm3(wx * 3.0 + bend, run)
            b = fbm3(wx * 9.0 + 2.0 * bend + 7.0, run * 2.3 + t * 0.4)
            lace = smooth(0.16, 0.02, abs(b * 2.0 - 1.0))
            e = (xs[i] - middle) / fall[4]
            pool = expo(-min(e * e * 0.333, 12.0))
            k = smooth(0.66 - 0.34 * near * pool, 0.95 - 0.25 * near, a + 0.25 * b) * place[1]
            white[i] = k * (0.25 + 0.55 * lace + 0.45 * b) + near * pool * 0.5 * (0.3 + b)
        for q in range(len(stones)):
            dy = (ys[j] - stones[q, 1]) * 3.4
            r = stones[q, 2]
            if abs(dy) < 2.4 * r:
                for i in range(n):
                    dx = xs[i] - stones[q, 0]
                    e = np.sqrt(dx * dx + dy * dy) / r - 1.0
                    ring = expo(-min(e * e * 26.0, 12.0)) * smooth(-0.3, 0.4, dy / r + 0.4)
                    white[i] += 0.75 * ring * noise(dx / r * 5.0 + 3.0, dy / r * 4.0 - t * 2.0)
        for c in range(3):
            row, froth = out[c, j], p[c]
            for i in range(n):
                row[i] = mix(row[i], froth, clamp(white[i]))


def add_boulder(
    image: Array, at: tuple[float, float, float, float], colours: tuple[Rgb, Rgb, Rgb],
    light: tuple[float, float], seed: int,
) -> None:  # fmt: skip
    """A boulder, drawn once into float32 [4, h, w] of light (times cover) and cover.

    Args:
        image: the picture of all.
        at: middle x, y of its foot, half width and height, in picture heights.
        colours: stone in light, stone in shade, moss.
        light: direction to the light, x and y.
        seed: which.
    """
    height = image.shape[1]
    x, y, wide, high = at
    x0, x1 = (int(np.clip((x + s * 1.25 * wide) * height, 0, image.shape[2])) for s in (-1, 1))
    y0, y1 = (int(np.clip(v * height, 0, height)) for v in (y - 1.25 * high, y + 0.16 * high))
    if x1 - x0 < 3 or y1 - y0 < 3:
        return
    v, u = np.mgrid[y0:y1, x0:x1].astype(np.float32) + 0.5
    u, v = (u / height - x) / wide, (v / height - y) / high + 0.15
    rng = dice(seed + 300)
    bumps = np.zeros_like(u)
    for octave in range(5):
        k = 1.6 * 1.9**octave
        turn = rng.uniform(0, np.pi)
        a, b = k * (u * np.cos(turn) + v * np.sin(turn)), k * (v * np.cos(turn) - u * np.sin(turn))
        bumps += np.abs(np.sin(a * 2 + rng.uniform(0, 6)) + np.sin(b * 2.3 + a + 1)) * 0.55**octave
    bumps = cv2.GaussianBlur(bumps, (0, 0), max(0.5, height / 1400)) * 0.22
    r = np.sqrt(u * u + np.minimum(v, 0) ** 2) + 0.30 * (bumps - 0.35)
    z = np.sqrt(np.clip(1.0 - r * r, 0, 1)) + 0.55 * bumps
    scale = wide * height / 9
    gy, gx = np.gradient(z * scale)
    inv = 1 / np.sqrt(gx * gx + gy * gy + 1)
    lit = np.clip((-gx * light[0] - gy * light[1] + 0.25) * inv, 0, 1.3)
    up = np.clip(gy * inv, 0, 1)
    stone = np.array(colours[1])[:, None, None] + np.array(colours[0])[:, None, None] * lit
    stone = stone * (0.55 + 0.6 * bumps / max(float(bumps.max()), 1e-3))
    mossy = np.clip((up - 0.45) * 3, 0, 1) * 0.75
    stone = stone + (np.array(colours[2])[:, None, None] * (0.3 + lit) - stone) * mossy
    wet = np.clip((v - 0.02) * 12, 0, 1)
    stone = stone * (1 - 0.65 * wet)
    cover = np.clip((1.0 - r) * wide * height * 0.6, 0, 1) * (v < 0.15)
    part = image[:, y0:y1, x0:x1]
    part[:3] += (stone * cover - part[:3] * cover).astype(np.float32)
    part[3] += ((1 - part[3]) * cover).astype(np.float32)


def add_trees(
    image: Array, feet: list[tuple[float, float, float]], colours: list[tuple[Rgb, Rgb]], seed: int,
) -> None:  # fmt: skip
    """Trees into float32 [4, h, w]: firs where one pair of colours is given, else crowns.

    Args:
        image: the picture of all.
        feet: x, y and height of each, in picture heights.
        colours: shade and light of each kind.
        seed: which.
    """
    height, width = image.shape[1:]
    rng, big = dice(seed + 500), 2
    cover = np.zeros((height * big, width * big), np.uint8)
    tone = np.zeros_like(cover)
    kind = np.zeros_like(cover)
    for x, y, tall in feet:
        which = int(rng.integers(len(colours)))
        count = 286 if len(colours) > 1 else 150
        for k in range(count):
            v = k / count
            if len(colours) > 1:  # a round crown: clusters of leaves, each lit from above
                angle, far = 2.4 * (k // 26), np.sqrt((k // 26 + 0.5) / 11)
                dx, dy = rng.normal(0, 0.075, 2)
                px = x + tall * (0.30 * far * np.cos(angle) + dx)
                py = y - tall * (0.56 + 0.34 * far * np.sin(angle) - dy)
                r = tall * rng.uniform(0.012, 0.026)
                shine = 0.42 - 2.6 * dy + 0.30 * far * np.sin(angle)
            else:  # a fir: tufts that narrow to the top
                side = rng.uniform(-1, 1)
                px = x + side * 0.20 * tall * (1 - v) ** 0.9
                py = y - tall * (0.06 + 0.94 * v) + 0.05 * tall * abs(side) * (1 - v)
                r = tall * (0.014 + 0.026 * (1 - v))
                shine = 0.30 + 0.30 * rng.random() + 0.22 * side
            centre = round(px * height * big * 16), round(py * height * big * 16)
            axes = round(r * height * big * 16 * 1.25), max(round(r * height * big * 10), 12)
            value = int(np.clip(shine + rng.normal(0, 0.13), 0.05, 1) * 255)
            for mask, v8 in ((cover, 255), (tone, value), (kind, which * 40)):
                cv2.ellipse(mask, centre, axes, 8 * np.sin(k), 0, 360, v8, -1, cv2.LINE_AA, 4)
    size = width, height
    a, s = (cv2.resize(p, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
            for p in (cover, tone))  # fmt: skip
    near = cv2.resize(kind, size, interpolation=cv2.INTER_NEAREST) // 40
    s = s / np.maximum(a, 0.05)
    dark, bright = (np.array([pair[q] for pair in colours], np.float32)[near] for q in (0, 1))
    own = (dark + (bright - dark) * np.clip(s, 0, 1)[..., None]).transpose(2, 0, 1)
    image[:3] += (own - image[:3]) * a
    image[3] += (1 - image[3]) * a


@dataclass(frozen=True, slots=True)
class Layer:
    """What was drawn once and is laid over pictures.

    Attributes:
        image: float32 [4, h, w], light (times cover) and cover, of those rows that show something.
        first: which row of the picture is its first.
    """

    image: Array
    first: int

    @classmethod
    def of(cls, image: Array) -> Layer:
        """A layer of a whole picture float32 [4, h, w]."""
        rows = np.flatnonzero(image[3].any(1))
        first, end = (int(rows[0]), int(rows[-1]) + 1) if len(rows) else (0, 0)
        return cls(image[:, first:end].copy(), first)


@kernel
def _lay(out, image, first):
    for c in range(3):
        for j in range(image.shape[1]):
            row, light, cover = out[c, first + j], image[c, j], image[3, j]
            for i in range(len(cover)):
                row[i] = row[i] * (1.0 - cover[i]) + light[i]


def lay(out: Planes, layer: Layer) -> None:
    """Lay a layer over a picture."""
    _lay(out, layer.image, layer.first)
