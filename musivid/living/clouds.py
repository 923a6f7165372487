"""Big skies: fields of cloud in a low or high light, lightning, a milky way, falling stars."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes
from musivid.living.figures.body import Body, Ink, draw
from musivid.living.kernels import kernel
from musivid.living.light import splat
from musivid.living.moment import Event, Moment
from musivid.living.shade import clamp, expo, fbm3, fbm4, fbm6, mix, noise, smooth

__all__ = ["bolts", "glows_of", "meteors", "paint_heaven", "paint_milky_way"]


@kernel
def paint_heaven(out, xs, ys, p, place, glows, t):
    """A field of clouds in perspective.

    Args:
        out: the picture float32 [3, h, w].
        xs: places of columns in heights.
        ys: places of rows.
        p: [5, 3]: zenith, low sky, clouds in light, clouds in shade, the light.
        place: horizon, x and y of the light, share of clouds (less is more), drift, size of them,
            strength of the light's halo.
        glows: [n, 3]: x, y, strength of lightning inside the clouds.
        t: clock of what boils in them.
    """
    horizon, sx, sy, cover = place[0], place[1], place[2], place[3]
    drift, size, halo = place[4], place[5], place[6]
    n = len(xs)
    tmp = np.empty((4, n), np.float32)
    body, lit, sun, flash = tmp[0], tmp[1], tmp[2], tmp[3]
    middle = xs[n // 2]
    for j in range(out.shape[1]):
        up = max(horizon - ys[j], 0.0)
        v = 0.30 / (up + 0.11)
        low = expo(-up * 5.0)
        thick = smooth(0.0, 0.10, up)
        for i in range(n):
            x, y = (xs[i] - middle) * v * size * 1.5 + drift, v * 1.7 * size - drift * 0.35
            wx = fbm3(x * 0.8 + 5.0, y * 0.8 + t * 0.02)
            a, b = x + 0.9 * wx, y + 0.7 * wx
            d = fbm6(a, b + t * 0.015)
            bank = cover + 0.20 * (noise(x * 0.33 + 3.0, y * 0.33) - 0.5)
            body[i] = smooth(bank, bank + 0.12, d) * thick
            dx, dy = xs[i] - sx, ys[j] - sy
            # a step towards the light, in the plane of the clouds
            far = 1.0 / (0.25 + abs(dx) + abs(dy))
            d2 = fbm4(a - dx * far * 0.20, b + 0.16 - dy * far * 0.10 + t * 0.015)
            depth = clamp((d - bank) * 3.6)
            lit[i] = clamp(0.72 + (d - d2) * 4.0 - 0.60 * depth)
            q = dx * dx + dy * dy
            sun[i] = halo * (0.22 / (1.0 + q * 14.0) + 0.012 / (q + 0.012))
            flash[i] = 0.0
        for k in range(len(glows)):
            for i in range(n):
                dx, dy = xs[i] - glows[k, 0], (ys[j] - glows[k, 1]) * 1.5
                q = expo(-min((dx * dx + dy * dy) * 14.0, 12.0))
                flash[i] += q * glows[k, 2] * (0.25 + body[i] * lit[i])
        for c in range(3):
            row, high, floor_, bright = out[c, j], p[0, c], p[1, c], p[2, c]
            shade, lamp = p[3, c], p[4, c]
            sky = mix(high, floor_, low)
            for i in range(n):
                cloud = mix(mix(shade, bright, lit[i]), floor_, low * 0.55)
                cloud += lamp * sun[i] * (0.35 + 0.9 * body[i] * (1.0 - body[i]) * 4.0)
                row[i] = mix(sky + lamp * sun[i], cloud, body[i] * 0.97) + bright * flash[i]


@kernel
def paint_milky_way(out, xs, ys, p, turn, t):
    """The band of the milky way over a clear night sky. p: [4, 3]: high, low, glow, core."""
    n = len(xs)
    tmp = np.empty((2, n), np.float32)
    glow, core = tmp[0], tmp[1]
    c, s, middle = np.cos(turn), np.sin(turn), xs[n // 2] + 0.06
    for j in range(out.shape[1]):
        low = smooth(0.10, 0.75, ys[j])
        for i in range(n):
            x, y = xs[i] - middle, ys[j] - 0.30
            u, v = x * c + y * s, y * c - x * s
            bend = fbm3(u * 1.6 + 4.0, v * 3.0) - 0.5
            v = v + 0.16 * bend
            mist = fbm6(u * 3.0 + 9.0, v * 7.0 + 2.0)
            lane = smooth(0.50, 0.66, fbm4(u * 2.2 + 31.0, v * 9.0 + 0.6 * mist))
            band = expo(-min(v * v * 34.0, 12.0))
            slim = expo(-min(v * v * 150.0, 12.0))
            along = 0.45 + 0.55 * expo(-min((u + 0.1) * (u + 0.1) * 2.5, 12.0))
            dust = 1.0 - 0.80 * lane * expo(-min(v * v * 90.0, 12.0))
            glow[i] = band * (0.25 + 1.1 * mist) * dust * along
            core[i] = slim * smooth(0.35, 0.85, mist) * dust * along
        for k in range(3):
            row, high, floor_ = out[k, j], p[0, k], p[1, k]
            sky = mix(high, floor_, low)
            for i in range(n):
                row[i] = sky + p[2, k] * glow[i] + p[3, k] * core[i]


def bolts(
    planes: Planes, m: Moment, sky: tuple[float, float], tint: tuple[float, float, float]
) -> None:
    """Bolts of lightning at strong hits, calm: each fades in a second and lights its own cloud.

    Args:
        planes: the picture; bolts are added.
        m: the moment.
        sky: y of the clouds' foot and of the horizon.
        tint: their light.
    """
    aspect = planes.shape[2] / planes.shape[1]
    for event in _struck(m):
        fade = float(np.exp(-event.age_s * 3.2)) * min(1.0, event.age_s * 14 + 0.25)
        if fade < 0.02:
            continue
        b = Body()
        rng, start = dice(event.key), _strike(event, aspect)
        _branch(b, rng, (start[0], sky[0]), sky[1] - sky[0], 3)
        light = np.array(tint) * fade
        draw(planes, b, (0.0, 0.0), 1.0, Ink(light * 5, edge=0.0, alpha=min(1.0, fade * 1.6)))


def _struck(m: Moment) -> list[Event]:
    """The hits that lightning answers: strong ones, one in three."""
    return [e for e in m.events if e.strength > 0.8 and e.key % 3 == 0 and e.age_s < 1.6][:2]


def glows_of(m: Moment, aspect: float) -> NDArray[np.float32]:
    """Light inside the clouds at a moment, float32 [n, 3] of x, y, strength; n is 4."""
    rows = np.zeros((4, 3), np.float32)
    for row, event in zip(rows, [e for e in m.events if e.strength > 0.45], strict=False):
        x, y = _strike(event, aspect)
        hot = 1.0 if event.strength > 0.8 and event.key % 3 == 0 else 0.45
        rise = min(1.0, event.age_s * 5 + 0.1)
        row[:] = x, y, hot * event.strength * np.exp(-event.age_s * 2.2) * rise
    return rows


def _strike(event: Event, aspect: float) -> tuple[float, float]:
    """Where in the clouds an event is seen."""
    rng = dice(event.key + 5)
    return float(rng.uniform(0.08, 0.58) * aspect), float(rng.uniform(0.12, 0.34))


def _branch(
    b: Body, rng: np.random.Generator, start: tuple[float, float], long: float, deep: int
) -> None:
    """A bolt downwards with thinner ones aside."""
    count = max(int(40 * long / 0.4), 6)
    drift = rng.choice((-1, 1)) * (0.08 if deep > 2 else 0.5)
    x = np.cumsum(rng.normal(drift, 0.75, count + 1))
    x = start[0] + (x - x[0]) * long / count
    y = start[1] + np.linspace(0, long, count + 1)
    thick = 0.0003 + 0.00028 * deep
    b.chain(np.stack([x, y], 1), thick, thick * 0.4, 0.0005)
    if deep < 2:
        return
    for _ in range(deep):
        k = int(rng.integers(1, count // 2 + 1))  # so that none ends below the trunk
        _branch(b, rng, (float(x[k]), float(y[k])), long * rng.uniform(0.2, 0.45), deep - 1)


def meteors(planes: Planes, m: Moment, tint: tuple[float, float, float]) -> None:
    """Strong hits let a star fall."""
    height, width = planes.shape[1:]
    rows = []
    for event in [e for e in m.events if e.strength > 0.8 and e.age_s < 1.3][:3]:
        rng = dice(event.key + 11)
        x, y, way = (
            rng.uniform(0.1, 0.9) * width,
            rng.uniform(0.05, 0.35) * height,
            rng.choice((-1, 1)),
        )
        run = np.linspace(0, 1, 44)
        head = min(event.age_s / 0.7, 1.0)
        at = head - run * 0.28
        light = (1 - run) ** 2.5 * np.exp(-event.age_s * 1.2) * (at > 0) * 0.9 * event.strength
        px, py = x + way * at * 0.5 * height, y + at * 0.26 * height
        radius = (2.4 - 1.4 * run) * height / 720
        rows.append(np.stack([px, py, radius, *(c * light for c in tint)], 1))
    if rows:
        splat(planes, np.concatenate(rows).astype(np.float32))
