"""Grass that grows: strips of blades from far to near over rolling ground, bent by running wind."""

from __future__ import annotations

import cv2
import numpy as np
from numba import float32, int32
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.kernels import fn, kernel
from musivid.living.shade import clamp, expo, mix, noise, smooth, whole

__all__ = ["blades", "ground_line", "halvings", "lay_turf", "settle", "strips"]

Bytes = NDArray[np.uint8]

_WIDE, _HIGH = 2048, 160  # of the texture of blades


def blades(seed: int, flowers: float) -> Bytes:
    """A strip of grass that joins at its ends: uint8 [160, 2048, 3] of cover, tone, flowers.

    Args:
        seed: which blades.
        flowers: how many there are, 0 none to 1.
    """
    rng = dice(seed + 60)
    cover, tone, bloom = (np.zeros((_HIGH, _WIDE), np.uint8) for _ in range(3))
    u = np.linspace(0, 1, 7)
    for _ in range(1100):
        x, high = rng.uniform(0, _WIDE), _HIGH * (0.30 + 0.62 * rng.random() ** 1.6)
        lean, half = rng.normal(0, 0.30) * high, rng.uniform(0.7, 1.9) * (1 - u**1.5) + 0.35
        line = np.stack([x + lean * u**1.8, _HIGH + 4 - high * u], 1)
        side = np.stack([half, 0 * half], 1)
        points = np.concatenate([line + side, (line - side)[::-1]])
        shade = int(rng.integers(90, 255))
        for shift in (-_WIDE, 0, _WIDE):
            drawn = [np.round((points + np.array((shift, 0))) * 16).astype(np.int32)]
            cv2.fillPoly(cover, drawn, 255, cv2.LINE_AA, 4)
            cv2.fillPoly(tone, drawn, shade, cv2.LINE_AA, 4)
    for _ in range(round(70 * flowers)):
        x, y, r = rng.uniform(20, _WIDE - 20), rng.uniform(8, 60), rng.uniform(2.5, 5.5)
        stalk = np.array([(x, y), (x + rng.normal(0, 6), _HIGH)])
        cv2.polylines(cover, [np.round(stalk * 16).astype(np.int32)], False, 255, 2, cv2.LINE_AA, 4)
        for k in range(5):  # petals of a cup, the nearer ones darker
            at = x + r * 0.62 * np.cos(k * 1.26 + x), y + r * 0.30 * np.sin(k * 1.26 + x)
            centre, axes = (round(at[0] * 16), round(at[1] * 16)), (round(r * 9), round(r * 11))
            turn, shade = float(rng.uniform(-35, 35)), int(rng.integers(70, 255))
            for mask, value in ((cover, 255), (bloom, 255), (tone, shade)):
                cv2.ellipse(mask, centre, axes, turn, 0, 360, value, -1, cv2.LINE_AA, 4)
    return np.ascontiguousarray(np.stack([cover, tone, bloom]))


def halvings(texture: Bytes, count: int) -> Bytes:
    """The texture and beside it its halvings: far grass is read from small ones; [3, a, 2 b]."""
    out = np.zeros((3, texture.shape[1], texture.shape[2] * 2), np.uint8)
    at = 0
    for _ in range(count):
        out[:, : texture.shape[1], at : at + texture.shape[2]] = texture
        at += texture.shape[2]
        half = texture.shape[2] // 2, texture.shape[1] // 2
        texture = np.stack([cv2.resize(p, half, interpolation=cv2.INTER_AREA) for p in texture])
    return out


def strips(ahead: float, near: float, far: float, count: int) -> NDArray[np.float32]:
    """Where strips stand, float32 [n, 3] of distance, number, share in sight; nearest first.

    They keep their number as the eye goes `ahead` (in ratios of distance), so grass stays grass.
    """
    step = np.log(far / near) / count
    first = np.floor(ahead / step)
    k = np.arange(count + 1)
    distance = near * np.exp((k + 1 - (ahead / step - first)) * step)
    seen = np.clip((distance / near - 1) / (np.exp(step) - 1), 0, 1)
    return np.stack([distance, k + first, seen], 1).astype(np.float32)


def ground_line(xs: NDArray[np.float32], z: float, number: float, roll: float
                ) -> NDArray[np.float32]:  # fmt: skip
    """How high the ground stands at a distance, in units of the eye's height."""
    w = (xs - xs[len(xs) // 2]) * z
    wave = np.sin(w * 0.55 + 1.7 + 0.31 * np.sin(number * 0.05))
    wave = wave + 0.5 * np.sin(w * 1.3 + number * 0.045) + 0.8 * np.sin(number * 0.085 + w * 0.2)
    return np.asarray(roll * wave, np.float32)


@fn
def _wrapped(u, count):
    """The whole number at or below u, within 0..count - 1."""
    q = whole(u) % int32(count)
    return q if q >= int32(0) else int32(q + int32(count))


@kernel
def lay_turf(own, before, xs, rows, lines, texture, p, place, t):
    """Strips of grass, nearest first: what is covered is not drawn again.

    Args:
        own: float32 [4, h, w]: light so far and the share that is still free.
        before: float32 [h, w]: share that nearer things leave free.
        xs: places of columns in heights.
        rows: [n, 4]: distance, number, share in sight, halvings of the texture; nearest first.
        lines: [n, w]: y of the foot of each strip, in heights.
        texture: [3, a, b] of cover, tone, flowers, halved again and again from left to right.
        p: [6, 3]: tips in light, tips in shade, roots, haze, flowers, the light.
        place: horizon, height of the grass at distance 1, x of the light, wind, haze at distance 1,
            strength of the light.
        t: clock of the wind.
    """
    high1, sx, wind, thick, lamp = place[1], place[2], place[3], place[4], place[5]
    h, n = own.shape[1], len(xs)
    px = float32(h)
    tmp = np.empty((4, n), np.float32)
    wave, ray, bend, start = tmp[0], tmp[1], tmp[2], tmp[3]
    done = np.zeros(h, np.uint8)
    middle = xs[n // 2]
    for k in range(len(rows)):
        z, number, seen, level = rows[k, 0], rows[k, 1], rows[k, 2], int32(rows[k, 3])
        line, high, tall = lines[k], high1 / z, z / high1
        a, b, left_edge = int32(texture.shape[1]), int32(texture.shape[2] // 2), int32(0)
        for _ in range(level):
            left_edge, a, b = left_edge + b, a // int32(2), b // int32(2)
        scale = float32(a) / high1
        haze = 1.0 - expo(-min(z * thick, 12.0))
        shift = 97.3 * number
        for i in range(n):
            wx = (xs[i] - middle) * z
            g = noise(wx * 1.3 - t * 1.5, number * 0.13 + t * 0.22)
            g2 = noise(wx * 4.1 - t * 2.6 + 7.0, number * 0.37)
            bend[i] = (0.75 * g + 0.25 * g2) * wind * 0.30 * float32(a)
            patch = noise(wx * 0.5 + 3.0, number * 0.045)
            wave[i] = clamp(1.15 * smooth(0.34, 0.84, g) * wind + 0.60 * (patch - 0.40))
            gx = (xs[i] - sx) / (0.30 + 0.5 / z)
            ray[i] = lamp * (0.35 + 0.65 * expo(-min(gx * gx, 12.0)))
            start[i] = wx * scale + shift
        j0 = min(max(int32((line.min() - high) * px), int32(0)), int32(h))
        j1 = min(int32((line.max() + high * 0.3) * px) + int32(2), int32(h))
        for j in range(j0, j1):
            if done[j] > 0:
                continue
            y = (float32(j) + 0.5) / px
            left, ahead, room = own[3, j], before[j], float32(0.0)
            for i in range(n):
                free = left[i] * ahead[i]
                room = max(room, free)
                v = (line[i] - y) * tall
                if free < 0.04 or v > 1.0 or v < -0.3:
                    continue
                u = start[i] - bend[i] * max(v, 0.0) * v
                q, foot = left_edge + _wrapped(u, b), max(v, 0.0)
                r = min(int32((1.0 - foot) * float32(a - 1)), int32(a - 1))
                cover = float32(texture[0, r, q]) * 0.003921569 if v > 0.0 else float32(1.0)
                if cover < 0.01:
                    continue
                s = float32(texture[1, r, q]) * 0.003921569
                f = float32(texture[2, r, q]) * 0.003921569
                share = left[i] * cover * seen
                left[i] -= share
                # tips are lit, more where the light shines through them from behind
                back = foot * foot * (0.35 + 0.9 * s) * ray[i] * (0.35 + 0.65 * wave[i])
                glow = (0.45 + 0.55 * s) * (0.5 + 0.7 * ray[i])
                tone, up = 0.45 + 0.75 * s, min(foot * 1.7, 1.0)
                for c in range(3):
                    green = mix(p[1, c], p[0, c], wave[i]) * tone
                    green = mix(p[2, c], green, up) + p[5, c] * back
                    green = mix(mix(green, p[4, c] * glow, f), p[3, c], haze)
                    own[c, j, i] += green * share
            if room < 0.04:
                done[j] = 1


@kernel
def settle(out, own, j0):
    """Lay what `lay_turf` drew over a picture, from row j0 down."""
    for j in range(j0, out.shape[1]):
        left = own[3, j]
        for c in range(3):
            row, mine = out[c, j], own[c, j]
            for i in range(len(row)):
                row[i] = row[i] * left[i] + mine[i]
