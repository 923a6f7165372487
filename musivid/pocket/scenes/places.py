"""What people have built: cities, roads, villages, castles."""

from __future__ import annotations

import numpy as np

from musivid.pocket.scenes.canvas import Canvas, Colour, hsv, mix, shade
from musivid.pocket.scenes.facts import Scene
from musivid.pocket.scenes.lands import far_light, lit

__all__ = ["PLACES"]


def _windows(c: Canvas, s: Scene, x: float, top: float, w: float, lamp: Colour) -> None:
    lit = 0.65 if s.time in ("night", "dusk", "sunset") else 0.25
    step = 0.03
    for wy in np.arange(top + 0.02, 0.97, step * 1.15):
        for wx in np.arange(x + 0.012, x + w - 0.015, step * 0.85):
            if c.rng.random() < lit:
                a, b = int(wx * c.size), int(wy * c.size)
                d = max(int(0.012 * c.size), 1)
                c.px[b : b + d + d // 2, max(a, 0) : a + d] = shade(lamp, c.u(0.6, 1.05))


def city(c: Canvas, s: Scene) -> None:
    """A skyline with lit windows."""
    wall = mix((0.2, 0.21, 0.28), s.tint(c.rng), 0.25)
    lamp = mix((1.0, 0.85, 0.5), s.tint(c.rng), 0.2)
    far = far_light(c, s, 0.65)
    for row in range(3):
        colour = mix(far, lit(s, shade(wall, 1.15 - 0.3 * row)), 0.45 + 0.27 * row)
        x = -0.05
        while x < 1.02:
            w, top = c.u(0.06, 0.14), c.u(0.2, 0.5) + 0.13 * row - 0.06 * s.near
            c.poly(
                [(x, top), (x + w, top), (x + w, 1.02), (x, 1.02)], shade(colour, c.u(0.85, 1.15))
            )
            if c.u() < 0.25:
                c.line([(x + w / 2, top), (x + w / 2, top - 0.08)], 0.006, colour)
            if row:
                _windows(c, s, x, top, w, lamp)
            x += w + c.u(0, 0.02)
    if s.time in ("night", "dusk"):
        c.px += (np.exp(-((1 - c.y) / 0.3)) * 0.16)[..., None] * np.float32(lamp)


def road(c: Canvas, s: Scene) -> None:
    """A road to the horizon."""
    h = c.u(0.45, 0.58)
    c.under(np.full(c.size, h, np.float32), lit(s, mix((0.35, 0.5, 0.25), s.tint(c.rng), 0.4)), 2)
    x = c.u(0.35, 0.65)
    c.poly([(x - 0.01, h), (x + 0.01, h), (0.95, 1.02), (0.05, 1.02)], lit(s, (0.24, 0.24, 0.27)))
    for k in np.linspace(0, 1, 8) ** 2:
        y, half = h + (1 - h) * k, 0.002 + 0.015 * k
        mid = x + (0.5 - x) * k
        c.poly(
            [
                (mid - half, y),
                (mid + half, y),
                (mid + half * 1.3, y + 0.06 * k + 0.004),
                (mid - half * 1.3, y + 0.06 * k + 0.004),
            ],
            lit(s, (0.95, 0.85, 0.4)),
        )


def village(c: Canvas, s: Scene) -> None:
    """Houses with pitched roofs and warm windows."""
    c.under(c.ridge(0.62, 0.08, 2), lit(s, (0.34, 0.46, 0.26)), 2)
    for k in range(5):
        x, base, w = 0.1 + 0.2 * k + c.u(-0.05, 0.05), c.u(0.72, 0.92), c.u(0.1, 0.17)
        wall = lit(s, mix((0.86, 0.8, 0.7), s.tint(c.rng), 0.35))
        c.poly(
            [(x - w / 2, base - w), (x + w / 2, base - w), (x + w / 2, base), (x - w / 2, base)],
            wall,
        )
        c.poly(
            [(x - w * 0.62, base - w), (x, base - w * 1.65), (x + w * 0.62, base - w)],
            lit(s, hsv(c.u(0, 0.08), 0.65, 0.6)),
        )
        lamp = (
            (1, 0.85, 0.4) if s.time in ("night", "dusk", "sunset") else lit(s, (0.3, 0.35, 0.45))
        )
        for dx in (-0.25, 0.22):
            a, b = x + dx * w, base - w * 0.62
            c.poly(
                [
                    (a - w * 0.1, b - w * 0.13),
                    (a + w * 0.1, b - w * 0.13),
                    (a + w * 0.1, b + w * 0.13),
                    (a - w * 0.1, b + w * 0.13),
                ],
                lamp,
            )


def castle(c: Canvas, s: Scene) -> None:
    """Towers and battlements on a hill."""
    c.under(c.ridge(0.85, 0.2, 1, 2), lit(s, (0.26, 0.4, 0.24)), 2)
    stone = lit(s, mix((0.56, 0.55, 0.56), s.tint(c.rng), 0.25))
    for x, w, top in ((0.5, 0.36, 0.5), (0.3, 0.1, 0.36), (0.7, 0.1, 0.38), (0.5, 0.12, 0.26)):
        tone = shade(stone, c.u(0.85, 1.1))
        c.poly([(x - w / 2, top), (x + w / 2, top), (x + w / 2, 0.8), (x - w / 2, 0.8)], tone)
        if w < 0.2:
            c.poly(
                [(x - w * 0.65, top), (x, top - 0.17), (x + w * 0.65, top)], lit(s, s.tint(c.rng))
            )
        for wx in np.arange(x - w / 2, x + w / 2 - 0.01, 0.045):
            c.poly(
                [(wx, top - 0.025), (wx + 0.022, top - 0.025), (wx + 0.022, top), (wx, top)], tone
            )
        c.ellipse(
            x, top + 0.1, 0.014, 0.03, (1, 0.85, 0.45) if s.light < 0.8 else shade(stone, 0.3)
        )


PLACES = {f.__name__: f for f in (city, road, village, castle)}
