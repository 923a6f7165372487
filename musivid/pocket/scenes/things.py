"""Single things in front of a simple ground."""

from __future__ import annotations

import numpy as np

from musivid.pocket.scenes.canvas import Canvas, Colour, hsv, mix, shade
from musivid.pocket.scenes.facts import Scene
from musivid.pocket.scenes.lands import leafy
from musivid.pocket.scenes.waters import sea

__all__ = ["THINGS", "radius", "shape", "spot"]


def radius(s: Scene) -> float:
    """How large the subject is: share of the picture."""
    return 0.2 + 0.18 * s.near


def spot(c: Canvas) -> tuple[float, float]:
    """Where the subject stands: near the middle."""
    return c.u(0.42, 0.58), c.u(0.45, 0.58)


def shape(
    c: Canvas, points: object, x: float, y: float, r: float, colour: Colour, flip: float = 1.0
) -> None:
    """Draw a polygon given in units of r around (x, y)."""
    c.poly(np.asarray(points, float) * (r * flip, r) + (x, y), colour)


def rose(c: Canvas, s: Scene) -> None:
    """One open flower with a stem and leaves."""
    (x, y), r, petal = spot(c), radius(s), s.tint(c.rng)
    green = (0.16, 0.42, 0.18)
    c.line([(x, y), (x + 0.03, y + r), (x, 1.02)], 0.03, green)
    for side in (-1, 1):
        c.ellipse(
            x + side * r * 0.5, y + r * 1.5, r * 0.45, r * 0.16, shade(green, 1.2), turn=-side * 0.5
        )
    start, n = c.u(0, 6), int(c.u(6, 9))
    for ring, reach in enumerate((1.0, 0.74, 0.5, 0.28)):
        for k in range(n - ring):
            a = start + ring * 0.5 + 2 * np.pi * k / (n - ring)
            c.ellipse(
                x + np.cos(a) * r * reach * 0.55,
                y + np.sin(a) * r * reach * 0.55,
                r * reach * 0.5,
                r * reach * 0.36,
                shade(petal, 0.72 + 0.12 * ring + 0.1 * np.sin(a * 2)),
                turn=a,
            )
    c.disc(x, y, r * 0.1, (1, 0.82, 0.3))


def heart(c: Canvas, s: Scene) -> None:
    """A heart with a shine."""
    (x, y), r, colour = spot(c), radius(s), s.tint(c.rng)
    t = np.linspace(0, 2 * np.pi, 60)
    outline = np.stack(
        [
            np.sin(t) ** 3,
            -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)) / 16,
        ],
        1,
    )
    c.glow(x, y, r * 2.2, colour, 0.3)
    for k, scale in enumerate((1.0, 0.9, 0.76, 0.6)):
        shape(c, outline * scale, x, y, r * 1.1, shade(colour, 0.75 + 0.13 * k))
    c.ellipse(x - r * 0.5, y - r * 0.5, r * 0.2, r * 0.11, (1, 1, 1), turn=-0.7, alpha=0.6)


def eye(c: Canvas, s: Scene) -> None:
    """A human eye with lashes and a patterned iris."""
    (x, y), r, iris = spot(c), radius(s) * 1.25, s.tint(c.rng)
    skin = hsv(0.06, c.u(0.25, 0.5), c.u(0.45, 0.95))
    c.px[:] = np.float32(skin) * (0.82 + 0.25 * c.noise(4, 3)[..., None])
    t = np.linspace(0, np.pi, 30)
    lid = np.concatenate(
        [np.stack([-np.cos(t), -np.sin(t) * 0.52], 1), np.stack([np.cos(t), np.sin(t) * 0.42], 1)]
    )
    shape(c, lid * 1.06, x, y, r, shade(skin, 0.35))
    shape(c, lid, x, y, r, (0.97, 0.97, 0.96))
    away, angle = np.hypot(c.x - x, c.y - y) / (r * 0.46), np.arctan2(c.y - y, c.x - x)
    fibre = 0.7 + 0.3 * np.sin(angle * 40 + 5 * c.noise(8, 2))
    inside = np.clip((1 - away) * r * c.size * 0.5, 0, 1)
    c.blend(inside, np.float32(iris) * (fibre * (1.15 - 0.5 * away))[..., None])
    c.disc(x, y, r * 0.2, (0.02, 0.02, 0.03))
    c.disc(x - r * 0.12, y - r * 0.14, r * 0.075, (1, 1, 1))
    for k in np.linspace(0.35, np.pi - 0.35, 13):
        a, b = (
            (x - np.cos(k) * r, y - np.sin(k) * r * 0.54),
            (x - np.cos(k) * r * 1.22, y - np.sin(k) * r * 0.86),
        )
        c.line([a, b], 0.009, (0.08, 0.05, 0.05))


def butterfly(c: Canvas, s: Scene) -> None:
    """A butterfly with open wings."""
    (x, y), r, wing = spot(c), radius(s) * 1.1, s.tint(c.rng)
    edge, patch = shade(wing, 0.3), hsv(c.u(), 0.6, 1)
    for side in (-1, 1):
        for dx, dy, rx, ry, turn in ((0.52, -0.36, 0.6, 0.4, 0.55), (0.42, 0.4, 0.44, 0.32, -0.6)):
            for scale, colour in ((1, edge), (0.84, wing), (0.42, mix(wing, patch, 0.7))):
                c.ellipse(
                    x + side * dx * r,
                    y + dy * r,
                    rx * r * scale,
                    ry * r * scale,
                    colour,
                    turn=-side * turn,
                )
    c.ellipse(x, y, r * 0.07, r * 0.5, (0.1, 0.08, 0.08))
    for side in (-1, 1):
        c.line([(x, y - r * 0.4), (x + side * r * 0.25, y - r * 0.85)], 0.008, (0.1, 0.08, 0.08))


def tree(c: Canvas, s: Scene) -> None:
    """One great tree on a hill."""
    light = 0.3 + 0.7 * s.light
    c.under(c.ridge(0.86, 0.1, 1, 2), shade((0.3, 0.5, 0.22), light), 2)
    leafy(
        c,
        c.u(0.42, 0.58),
        0.86,
        0.55 + 0.2 * s.near,
        shade(mix((0.2, 0.5, 0.2), s.tint(c.rng), 0.55), light),
        shade((0.3, 0.2, 0.13), light),
    )


def crystal(c: Canvas, s: Scene) -> None:
    """A cluster of cut crystals."""
    x, r, colour = c.u(0.42, 0.58), radius(s), s.tint(c.rng)
    c.glow(x, 0.5, 0.5, colour, 0.35)
    for a in (*c.rng.uniform(-0.9, 0.9, 6), 0.0):
        tall, half = r * c.u(1.5, 2.5) * (1 - 0.35 * abs(a)), r * c.u(0.16, 0.28)
        way, side = np.array([np.sin(a), -np.cos(a)]), np.array([np.cos(a), np.sin(a)])
        foot = np.array([x, 0.86])
        left, right = foot - side * half, foot + side * half
        up_l, up_r, tip = left + way * tall * 0.75, right + way * tall * 0.75, foot + way * tall
        mid = foot + way * tall * 0.66
        c.poly([left, foot, mid, up_l], shade(colour, c.u(0.75, 0.95)))
        c.poly([foot, right, up_r, mid], shade(colour, c.u(0.45, 0.65)))
        c.poly([up_l, mid, tip], mix(colour, (1, 1, 1), 0.55))
        c.poly([mid, up_r, tip], mix(colour, (1, 1, 1), 0.2))


def candle(c: Canvas, s: Scene) -> None:
    """Burning candles in the dark."""
    c.gradient((0.04, 0.02, 0.03), (0.14, 0.07, 0.05))
    for k in range(int(c.u(1, 4))):
        x, top = 0.5 + (k - 0.5) * 0.22 * (k > 0) + c.u(-0.05, 0.05), c.u(0.45, 0.62)
        wax = mix((0.95, 0.88, 0.75), s.tint(c.rng), 0.5)
        c.poly([(x - 0.06, top), (x + 0.06, top), (x + 0.065, 1), (x - 0.065, 1)], shade(wax, 0.65))
        c.glow(x, top - 0.1, 0.42, (1.0, 0.55, 0.18), 0.75)
        t = np.linspace(0, np.pi, 20)
        flame = np.stack([np.sin(t) * (1 - t / np.pi) ** 0.6, -np.cos(t)], 1)
        both = np.concatenate([flame, (flame * (-1, 1))[::-1]])
        shape(c, both * (0.55, -1), x, top - 0.1, 0.1, (1, 0.72, 0.2))
        shape(c, both * (0.3, -0.6), x, top - 0.08, 0.1, (1, 0.97, 0.8))


def clock(c: Canvas, s: Scene) -> None:
    """A clock face."""
    (x, y), r, rim = spot(c), radius(s) * 1.1, s.tint(c.rng)
    c.disc(x, y, r * 1.12, shade(rim, 0.7))
    c.disc(x, y, r, (0.96, 0.94, 0.88))
    for k in range(12):
        a = k * np.pi / 6
        c.line(
            [
                (x + np.sin(a) * r * 0.82, y - np.cos(a) * r * 0.82),
                (x + np.sin(a) * r * 0.93, y - np.cos(a) * r * 0.93),
            ],
            0.014,
            (0.1, 0.1, 0.12),
        )
    for length, width in ((0.5, 0.024), (0.75, 0.014)):
        a = c.u(0, 2 * np.pi)
        c.line(
            [(x, y), (x + np.sin(a) * r * length, y - np.cos(a) * r * length)],
            width,
            (0.1, 0.1, 0.12),
        )
    c.disc(x, y, r * 0.06, rim)


def balloon(c: Canvas, s: Scene) -> None:
    """Hot-air balloons in the sky."""
    for k in range(int(c.u(1, 4))):
        x, y = spot(c) if k == 0 else (c.u(0.1, 0.9), c.u(0.15, 0.6))
        r = radius(s) * (0.8 if k == 0 else c.u(0.2, 0.4))
        base = s.tint(c.rng) if k == 0 else hsv(c.u(), 0.7, 0.9)
        for j, share in enumerate((1.0, 0.72, 0.44, 0.16)):
            c.ellipse(
                x, y - r * 0.2, r * share, r, base if j % 2 == 0 else mix(base, (1, 1, 1), 0.75)
            )
        c.poly(
            [(x - r * 0.6, y + r * 0.55), (x + r * 0.6, y + r * 0.55), (x, y + r * 1.3)],
            shade(base, 0.8),
        )
        c.poly(
            [
                (x - r * 0.15, y + r * 1.2),
                (x + r * 0.15, y + r * 1.2),
                (x + r * 0.12, y + r * 1.5),
                (x - r * 0.12, y + r * 1.5),
            ],
            (0.4, 0.26, 0.15),
        )


def ship(c: Canvas, s: Scene) -> None:
    """A sailing ship on the sea."""
    sea(c, s)
    x, y, r = c.u(0.42, 0.58), 0.66, radius(s)
    hull, sail = (
        shade((0.4, 0.25, 0.15), 0.4 + 0.6 * s.light),
        mix((0.96, 0.94, 0.88), s.tint(c.rng), 0.45),
    )
    c.line([(x, y), (x, y - r * 1.8)], 0.014, hull)
    shape(
        c, [(0.06, -1.75), (0.06, -0.2), (0.95, -0.25)], x, y, r, shade(sail, 0.4 + 0.6 * s.light)
    )
    shape(
        c,
        [(-0.06, -1.55), (-0.06, -0.2), (-0.75, -0.25)],
        x,
        y,
        r,
        shade(sail, 0.3 + 0.55 * s.light),
    )
    shape(c, [(-1, -0.1), (1.1, -0.1), (0.75, 0.35), (-0.7, 0.35)], x, y, r, hull)


def car(c: Canvas, s: Scene) -> None:
    """A car seen from the side, on a street."""
    c.under(np.full(c.size, 0.72, np.float32), shade((0.3, 0.3, 0.33), 0.3 + 0.7 * s.light), 2)
    x, y, r, paint = c.u(0.45, 0.55), 0.66, radius(s) * 1.3, s.tint(c.rng)
    shape(
        c,
        [
            (-1, 0.2),
            (-0.95, -0.1),
            (-0.55, -0.18),
            (-0.3, -0.5),
            (0.35, -0.5),
            (0.62, -0.16),
            (1, -0.06),
            (1.02, 0.2),
        ],
        x,
        y,
        r,
        shade(paint, 0.45 + 0.55 * s.light),
    )
    shape(
        c,
        [(-0.42, -0.16), (-0.24, -0.42), (0.02, -0.42), (0.02, -0.16)],
        x,
        y,
        r,
        (0.7, 0.85, 0.95),
    )
    shape(
        c, [(0.08, -0.16), (0.08, -0.42), (0.3, -0.42), (0.48, -0.16)], x, y, r, (0.7, 0.85, 0.95)
    )
    for dx in (-0.58, 0.6):
        c.disc(x + dx * r, y + 0.2 * r, r * 0.22, (0.07, 0.07, 0.08))
        c.disc(x + dx * r, y + 0.2 * r, r * 0.1, (0.75, 0.75, 0.78))
    c.glow(x + r, y, 0.12, (1, 0.95, 0.6), 0.5 + 0.5 * (s.light < 0.6))


def umbrella(c: Canvas, s: Scene) -> None:
    """An open umbrella."""
    (x, y), r, cloth = spot(c), radius(s) * 1.2, s.tint(c.rng)
    t = np.linspace(np.pi, 2 * np.pi, 30)
    c.line(
        [(x, y), (x, y + r * 1.1), (x + r * 0.1, y + r * 1.2), (x + r * 0.2, y + r * 1.1)],
        0.016,
        (0.15, 0.1, 0.1),
    )
    c.poly(np.stack([x + r * np.cos(t), y + r * 0.8 * np.sin(t)], 1), cloth)
    for k, share in enumerate((0.66, 0.33)):
        c.poly(
            np.stack([x + r * share * np.cos(t), y + r * 0.8 * np.sin(t)], 1),
            shade(cloth, 0.8 + 0.35 * k),
        )


def guitar(c: Canvas, s: Scene) -> None:
    """A guitar."""
    (x, y), r, body = spot(c), radius(s) * 0.9, mix(s.tint(c.rng), (0.6, 0.35, 0.15), 0.4)
    lean = c.u(-0.5, 0.5)
    way, side = np.array([np.sin(lean), -np.cos(lean)]), np.array([np.cos(lean), np.sin(lean)])
    at = lambda u, v: np.array([x, y + r * 0.5]) + (way * u + side * v) * r  # noqa: E731
    parts = [(0.0, 0.78 * k, colour) for k, colour in ((1.07, shade(body, 0.4)), (1.0, body))]
    parts += [(0.85, 0.56 * k, colour) for k, colour in ((1.07, shade(body, 0.4)), (1.0, body))]
    parts.sort(key=lambda part: part[2] == body)
    for along, size, colour in [*parts, (0.45, 0.23, (0.1, 0.06, 0.05))]:
        px, py = at(along, 0)
        c.disc(px, py, r * size, colour)
    c.poly([at(0.4, -0.1), at(0.4, 0.1), at(2.5, 0.08), at(2.5, -0.08)], (0.25, 0.15, 0.09))
    c.poly([at(2.45, -0.14), at(2.45, 0.14), at(2.9, 0.18), at(2.9, -0.18)], shade(body, 0.5))
    for v in (-0.05, 0.0, 0.05):
        c.line([at(-0.35, v), at(2.6, v)], 0.004, (0.95, 0.92, 0.85))
    c.poly([at(-0.4, -0.22), at(-0.4, 0.22), at(-0.3, 0.22), at(-0.3, -0.22)], (0.15, 0.09, 0.06))


def piano(c: Canvas, s: Scene) -> None:
    """Piano keys in perspective."""
    c.gradient(shade(s.tint(c.rng), 0.25), shade(s.tint(c.rng), 0.6))
    top, bottom, n = c.u(0.3, 0.42), c.u(0.82, 0.95), int(c.u(8, 13))
    spread = c.u(1.0, 1.4)
    edge = lambda k, y: 0.5 + (k / n - 0.5) * (1 + (spread - 1) * (y - top) / (bottom - top))  # noqa: E731
    c.poly([(0, top - 0.05), (1, top - 0.05), (1, top), (0, top)], (0.05, 0.04, 0.05))
    for k in range(-2, n + 2):
        c.poly(
            [
                (edge(k, top), top),
                (edge(k + 0.94, top), top),
                (edge(k + 0.94, bottom), bottom),
                (edge(k, bottom), bottom),
            ],
            (0.95, 0.94, 0.9),
        )
        if k % 7 in (0, 1, 3, 4, 5):
            low = top + (bottom - top) * 0.62
            c.poly(
                [
                    (edge(k + 0.68, top), top),
                    (edge(k + 1.25, top), top),
                    (edge(k + 1.25, low), low),
                    (edge(k + 0.68, low), low),
                ],
                (0.06, 0.06, 0.07),
            )


def drum(c: Canvas, s: Scene) -> None:
    """A drum with sticks and cymbals."""
    x, y, r, shell = c.u(0.45, 0.55), 0.6, radius(s), s.tint(c.rng)
    c.poly(
        [(x - r, y - r * 0.1), (x + r, y - r * 0.1), (x + r, y + r * 0.8), (x - r, y + r * 0.8)],
        shell,
    )
    c.ellipse(x, y + r * 0.8, r, r * 0.3, shade(shell, 0.7))
    c.ellipse(x, y - r * 0.1, r * 1.03, r * 0.33, (0.75, 0.75, 0.78))
    c.ellipse(x, y - r * 0.1, r * 0.95, r * 0.28, (0.96, 0.95, 0.9))
    for side in (-1, 1):
        c.line(
            [(x + side * r * 0.1, y - r * 0.1), (x + side * r * 1.1, y - r * 0.9)],
            0.02,
            (0.8, 0.6, 0.35),
        )
        c.ellipse(
            x + side * r * 1.3, y - r * 1.1, r * 0.6, r * 0.1, (0.9, 0.75, 0.3), turn=side * 0.25
        )
        c.line([(x + side * r * 1.3, y - r * 1.1), (x + side * r * 1.3, 1)], 0.01, (0.5, 0.5, 0.52))


# fmt: off
THINGS = {f.__name__: f for f in (
    rose, heart, eye, butterfly, tree, crystal, candle, clock, balloon, ship, car, guitar, piano,
    drum, umbrella,
)}
