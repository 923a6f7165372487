"""Seas, rivers and what stands by them."""

from __future__ import annotations

import numpy as np

from musivid.pocket.scenes.canvas import Canvas, hsv, mix, shade
from musivid.pocket.scenes.facts import Scene
from musivid.pocket.scenes.lands import far_light, lit, mountains

__all__ = ["WATERS"]


def _palm(c: Canvas, s: Scene, x: float, base: float, height: float) -> None:
    lean = c.u(-0.35, 0.35) * height
    way = np.linspace(0, 1, 10)
    c.line(np.stack([x + lean * way**2, base - height * way], 1), 0.018, lit(s, (0.4, 0.28, 0.16)))
    leaf = lit(s, (0.12, 0.45, 0.18))
    for angle in np.linspace(-0.3, np.pi + 0.3, 8):
        reach = height * c.u(0.35, 0.48)
        out = np.linspace(0, 1, 8)
        px = x + lean + np.cos(angle) * reach * out
        py = base - height - np.sin(angle) * reach * out * 0.6 + reach * 0.7 * out**2
        c.line(np.stack([px, py], 1), 0.016, shade(leaf, c.u(0.7, 1.15)))


def sea(c: Canvas, s: Scene) -> None:
    """Waves to the horizon, with the light's path on them."""
    h = c.u(0.42, 0.6)
    sky, deep = far_light(c, s, h), lit(s, mix((0.05, 0.3, 0.5), s.tint(c.rng), 0.45))
    depth = np.clip((c.y - h) / (1 - h), 0, 1)
    waves = (
        np.sin(
            np.maximum(c.y - h + 0.03, 0.01) ** -0.7 * 22 * c.u(0.8, 1.3) * (0.3 + h)
            + 5 * c.noise(5, 3, wide=1)
        )
        * 0.5
        + 0.5
    )
    water = (
        np.float32(mix(deep, sky, 0.45)) * (1 - depth[..., None])
        + np.float32(deep) * depth[..., None]
    )
    water = water * (0.72 + 0.5 * waves[..., None])
    if s.time in ("sunset", "dawn", "night"):
        x = c.u(0.3, 0.7)
        light = (1, 0.95, 0.85) if s.time == "night" else (1, 0.75, 0.4)
        if s.union != "over":  # else something shines above it already
            c.glow(x, h - 0.08, 0.4, light, 0.35)
            c.disc(x, h - 0.08, 0.06, mix(light, (1, 1, 1), 0.5))
        path = np.exp(-(((c.x - x) / (0.05 + 0.16 * depth)) ** 2)) * (waves > 0.45)
        water = water + path[..., None] * np.float32(light) * 0.6
    c.blend(np.clip((c.y - h) * c.size, 0, 1), water.astype(np.float32))


def beach(c: Canvas, s: Scene) -> None:
    """Sand, surf and a leaning palm."""
    sea(c, s)
    sand = lit(s, (0.93, 0.8, 0.58))
    shore = c.ridge(0.8, 0.08, 2, 3)
    c.under(shore - 0.025, lit(s, (0.97, 0.98, 1.0)), 3)
    c.under(shore, sand, 2)
    for _ in range(int(c.u(1, 3.4))):
        _palm(c, s, c.u(0.1, 0.9), c.u(0.85, 0.97), c.u(0.4, 0.65))


def lighthouse(c: Canvas, s: Scene) -> None:
    """A striped tower with its beam, by the sea."""
    sea(c, s)
    x, base, top = c.u(0.3, 0.7), 0.82, 0.3 - 0.06 * s.near
    if s.light < 0.9:
        for side in (-1, 1):
            c.poly([(x, top), (x + side, top - 0.14), (x + side, top + 0.14)], (1, 0.95, 0.7), 0.4)
    for k in range(6):
        a, b = top + (base - top) * k / 6, top + (base - top) * (k + 1) / 6
        wa, wb = 0.035 + 0.035 * k / 6, 0.035 + 0.035 * (k + 1) / 6
        c.poly(
            [(x - wa, a), (x + wa, a), (x + wb, b), (x - wb, b)],
            lit(s, s.tint(c.rng, 0) if k % 2 else (0.96, 0.95, 0.92)),
        )
    c.disc(x, top - 0.01, 0.04, (1, 0.95, 0.65))
    c.poly([(x - 0.05, top - 0.03), (x, top - 0.1), (x + 0.05, top - 0.03)], (0.3, 0.12, 0.1))
    c.under(
        np.minimum(1.05, 0.8 + 2.2 * (np.linspace(0, 1, c.size) - x) ** 2).astype(np.float32),
        lit(s, (0.3, 0.29, 0.28)),
        2,
    )


def bridge(c: Canvas, s: Scene) -> None:
    """A suspension bridge over water."""
    sea(c, s)
    deck, colour = 0.62, lit(s, mix(s.tint(c.rng), (0.5, 0.2, 0.15), 0.4))
    for a, b in ((-0.35, 0.22), (0.22, 0.78), (0.78, 1.35)):
        way = np.linspace(0, 1, 24)
        y = 0.3 + (deck - 0.33) * (4 * way * (1 - way))
        c.line(np.stack([a + (b - a) * way, y], 1), 0.01, colour)
        for k in range(2, 22, 2):
            c.line([(a + (b - a) * way[k], y[k]), (a + (b - a) * way[k], deck)], 0.004, colour)
    for x in (0.22, 0.78):
        c.poly(
            [(x - 0.02, 0.26), (x + 0.02, 0.26), (x + 0.025, 0.86), (x - 0.025, 0.86)],
            shade(colour, 0.85),
        )
    c.poly([(0, deck), (1, deck), (1, deck + 0.03), (0, deck + 0.03)], shade(colour, 0.7))


def underwater(c: Canvas, s: Scene) -> None:
    """Blue depth with light rays, weeds, bubbles and fish."""
    hue = mix((0.05, 0.45, 0.65), s.tint(c.rng), 0.35)
    c.gradient(mix(hue, (0.7, 1, 1), 0.35), shade(hue, 0.25))
    rays = np.clip(np.sin((c.x - 0.35 * c.y) * c.u(20, 34) + 3 * c.noise(3, 2)), 0, 1) * np.clip(
        1 - c.y, 0, 1
    )
    c.px += (rays * 0.22)[..., None]
    c.under(c.ridge(0.95, 0.1, 3), shade((0.7, 0.62, 0.42), 0.4), 3)
    for x in c.rng.random(9):
        way = np.linspace(0, 1, 12)
        c.line(
            np.stack([x + 0.03 * np.sin(way * 7 + c.u(0, 6)), 0.98 - c.u(0.15, 0.35) * way], 1),
            0.016,
            hsv(c.u(0.25, 0.5), 0.7, 0.4),
        )
    for x, y in c.scatter(8, 0.25, 0.8):
        size, way = c.u(0.02, 0.05), 1 if c.u() < 0.5 else -1
        colour = hsv(c.u(), 0.7, 0.9)
        c.ellipse(x, y, size, size * 0.5, colour)
        c.poly(
            [
                (x - way * size * 0.8, y),
                (x - way * size * 1.6, y - size * 0.5),
                (x - way * size * 1.6, y + size * 0.5),
            ],
            shade(colour, 0.8),
        )
    c.dots(c.scatter(30), c.rng.uniform(0.004, 0.012, 30), (0.85, 1, 1), np.full(30, 0.6))


def river(c: Canvas, s: Scene) -> None:
    """A river that winds through green land."""
    mountains(c, s)
    c.under(c.ridge(0.68, 0.04, 3), lit(s, (0.3, 0.5, 0.24)), 2)
    way = np.linspace(0, 1, 30)
    mid = 0.5 + 0.22 * np.sin(way * c.u(4, 7) + c.u(0, 6)) * (0.3 + way)
    half = 0.012 + 0.2 * way**1.6
    y = 0.66 + 0.38 * way
    banks = np.concatenate([np.stack([mid - half, y], 1), np.stack([mid + half, y], 1)[::-1]])
    c.poly(banks, lit(s, mix((0.35, 0.62, 0.8), s.tint(c.rng), 0.3)))
    c.line(np.stack([mid, y], 1)[8:], 0.008, lit(s, (0.8, 0.92, 1)), 0.5)


def waterfall(c: Canvas, s: Scene) -> None:
    """Water falling between dark rocks into mist."""
    rock = lit(s, mix((0.3, 0.32, 0.3), s.tint(c.rng), 0.2))
    x, half = c.u(0.4, 0.6), 0.08 + 0.08 * s.near
    texture = c.noise(8, 4)
    c.under(c.ridge(0.32, 0.15, 4), np.float32(rock) * (0.6 + 0.7 * texture[..., None]), 1.5)
    streaks = c.noise(32, 2)[c.size // 3][None, :] * 0.45 + 0.55
    fall = np.clip((half + 0.02 * texture - abs(c.x - x)) * 40, 0, 1) * np.clip(
        (c.y - 0.24) * 40, 0, 1
    )
    c.blend(fall, np.float32(lit(s, (0.88, 0.95, 1.0))) * streaks[..., None])
    c.under(np.full(c.size, 0.84, np.float32), lit(s, (0.25, 0.5, 0.6)), 3)
    c.blend(
        np.exp(-(((c.y - 0.84) / 0.07) ** 2) - ((c.x - x) / 0.3) ** 2) * 0.8,
        lit(s, (0.95, 0.97, 1)),
    )


WATERS = {f.__name__: f for f in (sea, beach, lighthouse, bridge, underwater, river, waterfall)}
