"""Single things in front of a simple ground: flowers, hearts, eyes, animals, people, instruments."""

from __future__ import annotations

import numpy as np

from musivid.pocket.scenes.canvas import Canvas, Colour, hsv, mix, shade
from musivid.pocket.scenes.facts import Scene

__all__ = ["FIGURES", "THINGS"]


def _radius(s: Scene) -> float:
    return 0.2 + 0.18 * s.near


def _spot(c: Canvas) -> tuple[float, float]:
    return c.u(0.42, 0.58), c.u(0.45, 0.58)


def _shape(
    c: Canvas, points: object, x: float, y: float, r: float, colour: Colour, flip: float = 1.0
) -> None:
    """Draw a polygon given in units of r around (x, y)."""
    c.poly(np.asarray(points, float) * (r * flip, r) + (x, y), colour)


def rose(c: Canvas, s: Scene) -> None:
    """One open flower with a stem and leaves."""
    (x, y), r, petal = _spot(c), _radius(s), s.tint(c.rng)
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
    (x, y), r, colour = _spot(c), _radius(s), s.tint(c.rng)
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
        _shape(c, outline * scale, x, y, r * 1.1, shade(colour, 0.75 + 0.13 * k))
    c.ellipse(x - r * 0.5, y - r * 0.5, r * 0.2, r * 0.11, (1, 1, 1), turn=-0.7, alpha=0.6)


def eye(c: Canvas, s: Scene) -> None:
    """A human eye with lashes and a patterned iris."""
    (x, y), r, iris = _spot(c), _radius(s) * 1.25, s.tint(c.rng)
    skin = hsv(0.06, c.u(0.25, 0.5), c.u(0.45, 0.95))
    c.px[:] = np.float32(skin) * (0.82 + 0.25 * c.noise(4, 3)[..., None])
    t = np.linspace(0, np.pi, 30)
    lid = np.concatenate(
        [np.stack([-np.cos(t), -np.sin(t) * 0.52], 1), np.stack([np.cos(t), np.sin(t) * 0.42], 1)]
    )
    _shape(c, lid * 1.06, x, y, r, shade(skin, 0.35))
    _shape(c, lid, x, y, r, (0.97, 0.97, 0.96))
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
    (x, y), r, wing = _spot(c), _radius(s) * 1.1, s.tint(c.rng)
    edge, spot = shade(wing, 0.3), hsv(c.u(), 0.6, 1)
    for side in (-1, 1):
        for dx, dy, rx, ry, turn in ((0.52, -0.36, 0.6, 0.4, 0.55), (0.42, 0.4, 0.44, 0.32, -0.6)):
            for scale, colour in ((1, edge), (0.84, wing), (0.42, mix(wing, spot, 0.7))):
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
    from musivid.pocket.scenes.lands import tree as grow

    light = 0.3 + 0.7 * s.light
    c.under(c.ridge(0.86, 0.1, 1, 2), shade((0.3, 0.5, 0.22), light), 2)
    grow(
        c,
        c.u(0.42, 0.58),
        0.86,
        0.55 + 0.2 * s.near,
        shade(mix((0.2, 0.5, 0.2), s.tint(c.rng), 0.55), light),
        shade((0.3, 0.2, 0.13), light),
    )


def crystal(c: Canvas, s: Scene) -> None:
    """A cluster of cut crystals."""
    x, r, colour = c.u(0.42, 0.58), _radius(s), s.tint(c.rng)
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
        _shape(c, both * (0.55, -1), x, top - 0.1, 0.1, (1, 0.72, 0.2))
        _shape(c, both * (0.3, -0.6), x, top - 0.08, 0.1, (1, 0.97, 0.8))


def clock(c: Canvas, s: Scene) -> None:
    """A clock face."""
    (x, y), r, rim = _spot(c), _radius(s) * 1.1, s.tint(c.rng)
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
        x, y = _spot(c) if k == 0 else (c.u(0.1, 0.9), c.u(0.15, 0.6))
        r = _radius(s) * (0.8 if k == 0 else c.u(0.2, 0.4))
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
    from musivid.pocket.scenes.lands import sea

    sea(c, s)
    x, y, r = c.u(0.42, 0.58), 0.66, _radius(s)
    hull, sail = (
        shade((0.4, 0.25, 0.15), 0.4 + 0.6 * s.light),
        mix((0.96, 0.94, 0.88), s.tint(c.rng), 0.45),
    )
    c.line([(x, y), (x, y - r * 1.8)], 0.014, hull)
    _shape(
        c, [(0.06, -1.75), (0.06, -0.2), (0.95, -0.25)], x, y, r, shade(sail, 0.4 + 0.6 * s.light)
    )
    _shape(
        c,
        [(-0.06, -1.55), (-0.06, -0.2), (-0.75, -0.25)],
        x,
        y,
        r,
        shade(sail, 0.3 + 0.55 * s.light),
    )
    _shape(c, [(-1, -0.1), (1.1, -0.1), (0.75, 0.35), (-0.7, 0.35)], x, y, r, hull)


def car(c: Canvas, s: Scene) -> None:
    """A car seen from the side, on a street."""
    c.under(np.full(c.size, 0.72, np.float32), shade((0.3, 0.3, 0.33), 0.3 + 0.7 * s.light), 2)
    x, y, r, paint = c.u(0.45, 0.55), 0.66, _radius(s) * 1.3, s.tint(c.rng)
    _shape(
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
    _shape(
        c,
        [(-0.42, -0.16), (-0.24, -0.42), (0.02, -0.42), (0.02, -0.16)],
        x,
        y,
        r,
        (0.7, 0.85, 0.95),
    )
    _shape(
        c, [(0.08, -0.16), (0.08, -0.42), (0.3, -0.42), (0.48, -0.16)], x, y, r, (0.7, 0.85, 0.95)
    )
    for dx in (-0.58, 0.6):
        c.disc(x + dx * r, y + 0.2 * r, r * 0.22, (0.07, 0.07, 0.08))
        c.disc(x + dx * r, y + 0.2 * r, r * 0.1, (0.75, 0.75, 0.78))
    c.glow(x + r, y, 0.12, (1, 0.95, 0.6), 0.5 + 0.5 * (s.light < 0.6))


def guitar(c: Canvas, s: Scene) -> None:
    """A guitar."""
    (x, y), r, body = _spot(c), _radius(s) * 0.9, mix(s.tint(c.rng), (0.6, 0.35, 0.15), 0.4)
    lean = c.u(-0.5, 0.5)
    way, side = np.array([np.sin(lean), -np.cos(lean)]), np.array([np.cos(lean), np.sin(lean)])
    at = lambda u, v: np.array([x, y + r * 0.5]) + (way * u + side * v) * r  # noqa: E731
    for scale, colour in ((1.07, shade(body, 0.4)), (1.0, body)):
        c.disc(*at(0, 0), r * 0.78 * scale, colour)
        c.disc(*at(0.85, 0), r * 0.56 * scale, colour)
    c.disc(*at(0.45, 0), r * 0.23, (0.1, 0.06, 0.05))
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
    x, y, r, shell = c.u(0.45, 0.55), 0.6, _radius(s), s.tint(c.rng)
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


def umbrella(c: Canvas, s: Scene) -> None:
    """An open umbrella."""
    (x, y), r, cloth = _spot(c), _radius(s) * 1.2, s.tint(c.rng)
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


def _body(
    c: Canvas, x: float, foot: float, h: float, pose: tuple[float, ...], colour: Colour, dress: bool
) -> None:
    """Draw one person; `pose` holds the angles of arms and legs in radians from straight down."""
    joint = lambda p, a, d: (p[0] + np.sin(a) * d * h, p[1] + np.cos(a) * d * h)  # noqa: E731
    hip, neck = (x, foot - 0.48 * h), (x + np.sin(pose[4]) * 0.1 * h, foot - 0.82 * h)
    for angle, bend in ((pose[0], 0.5), (pose[1], -0.4)):
        elbow = joint(neck, angle, 0.18)
        c.line([neck, elbow, joint(elbow, angle + bend, 0.18)], 0.045 * h, colour)
    for angle, bend in ((pose[2], -0.3), (pose[3], -0.2)):
        knee = joint(hip, angle, 0.25)
        c.line([hip, knee, joint(knee, angle + bend, 0.25)], 0.06 * h, colour)
    c.line([hip, neck], 0.11 * h, colour)
    if dress:
        c.poly(
            [(neck[0], neck[1]), (x - 0.24 * h, foot - 0.24 * h), (x + 0.24 * h, foot - 0.26 * h)],
            colour,
        )
    c.disc(neck[0] + np.sin(pose[4]) * 0.06 * h, neck[1] - 0.1 * h, 0.075 * h, colour)


def dancer(c: Canvas, s: Scene) -> None:
    """A dancing person in silhouette, before a coloured light."""
    colour = s.tint(c.rng)
    c.glow(0.5, 0.5, 0.55, colour, 0.7)
    c.under(np.full(c.size, 0.88, np.float32), shade(colour, 0.2), 3)
    pose = (c.u(1.2, 3.0), -c.u(1.2, 3.0), c.u(-0.2, 1.3), -c.u(0.0, 0.5), c.u(-0.5, 0.5))
    _body(c, c.u(0.42, 0.58), 0.9, 0.55 + 0.25 * s.near, pose, (0.03, 0.02, 0.05), c.u() < 0.5)


def couple(c: Canvas, s: Scene) -> None:
    """Two people hand in hand."""
    c.under(c.ridge(0.9, 0.05, 2), shade(mix((0.1, 0.1, 0.12), s.tint(c.rng), 0.2), 0.6), 2)
    h, dark = 0.42 + 0.2 * s.near, (0.04, 0.03, 0.06)
    for x, side, dress in ((0.5 - 0.16 * h, 1, False), (0.5 + 0.16 * h, -1, True)):
        pose = (side * 0.45, -side * 0.2, 0.12, -0.12, side * 0.15)
        _body(c, x, 0.92, h * (0.92 if dress else 1), pose, dark, dress)


def crowd(c: Canvas, s: Scene) -> None:
    """A crowd with raised arms before stage lights."""
    colour = s.tint(c.rng)
    c.gradient((0.03, 0.02, 0.07), shade(colour, 0.45))
    for x in c.rng.uniform(0.1, 0.9, 5):
        lean = c.u(-0.4, 0.4)
        c.poly(
            [(x, -0.02), (x + lean - 0.12, 0.85), (x + lean + 0.12, 0.85)],
            mix(hsv(c.u(), 0.7, 1), colour, 0.6),
            0.35,
        )
    c.glow(0.5, 0.7, 0.6, colour, 0.5)
    for row in range(3):
        for x in c.rng.random(9):
            pose = (c.u(2.2, 3.3), -c.u(2.2, 3.3), 0.1, -0.1, c.u(-0.2, 0.2))
            _body(c, x, 1.06 + 0.09 * row, 0.34, pose, shade(colour, 0.16 - 0.05 * row), False)


def birds(c: Canvas, s: Scene) -> None:
    """A flock of birds in the sky."""
    dark = shade(mix((0.08, 0.08, 0.1), s.tint(c.rng), 0.15), 0.8)
    for x, y in c.scatter(int(c.u(6, 16)), 0.1, 0.75):
        r = c.u(0.025, 0.06) * (0.7 + 0.8 * s.near)
        lift = c.u(0.3, 0.9)
        c.poly(
            [
                (x - r, y - r * lift),
                (x - r * 0.4, y - r * lift * 0.85),
                (x, y),
                (x + r * 0.4, y - r * lift * 0.85),
                (x + r, y - r * lift),
                (x + r * 0.3, y - r * lift * 0.4),
                (x, y + r * 0.3),
                (x - r * 0.3, y - r * lift * 0.4),
            ],
            dark,
        )


def fish(c: Canvas, s: Scene) -> None:
    """One large fish under water."""
    c.gradient((0.1, 0.5, 0.7), (0.02, 0.12, 0.3))
    (x, y), r, skin = _spot(c), _radius(s) * 1.15, s.tint(c.rng)
    flip = 1 if c.u() < 0.5 else -1
    _shape(c, [(-0.75, 0), (-1.35, -0.5), (-1.2, 0), (-1.35, 0.5)], x, y, r, shade(skin, 0.7), flip)
    _shape(c, [(-0.4, -0.4), (0.1, -0.85), (0.4, -0.38)], x, y, r, shade(skin, 0.75), flip)
    c.ellipse(x, y, r, r * 0.5, skin)
    for k in (-0.35, 0.0, 0.35):
        c.ellipse(
            x + k * r * flip, y, r * 0.07, r * (0.42 - abs(k) * 0.25), mix(skin, (1, 1, 1), 0.7)
        )
    c.disc(x + 0.65 * r * flip, y - 0.1 * r, r * 0.09, (1, 1, 1))
    c.disc(x + 0.67 * r * flip, y - 0.1 * r, r * 0.05, (0, 0, 0))
    c.dots(c.scatter(16), c.rng.uniform(0.006, 0.016, 16), (0.8, 0.95, 1), np.full(16, 0.6))


def whale(c: Canvas, s: Scene) -> None:
    """A whale swimming in deep blue."""
    c.gradient((0.08, 0.36, 0.58), (0.01, 0.06, 0.18))
    (x, y), r = _spot(c), _radius(s) * 1.2
    skin, flip = mix((0.16, 0.22, 0.34), s.tint(c.rng), 0.35), (1 if c.u() < 0.5 else -1)
    _shape(
        c,
        [(-0.7, 0.0), (-1.2, -0.12), (-1.5, -0.5), (-1.25, -0.42), (-1.1, -0.6), (-1.05, -0.25)],
        x,
        y,
        r,
        skin,
        flip,
    )
    c.ellipse(x, y, r, r * 0.42, skin)
    c.ellipse(x + 0.1 * r * flip, y + 0.17 * r, r * 0.82, r * 0.22, mix(skin, (0.9, 0.95, 1), 0.45))
    _shape(c, [(0.3, 0.2), (0.05, 0.75), (-0.1, 0.2)], x, y, r, shade(skin, 0.8), flip)
    c.disc(x + 0.72 * r * flip, y - 0.02 * r, r * 0.035, (0.95, 0.95, 0.95))
    c.px += (
        np.clip(np.sin(c.x * 26 - 6 * c.y + 3 * c.noise(3, 2)), 0, 1)
        * np.clip(0.7 - c.y, 0, 1)
        * 0.25
    )[..., None]


def cat(c: Canvas, s: Scene) -> None:
    """A sitting cat seen from behind, or its face."""
    (x, y), r, fur = _spot(c), _radius(s), mix(s.tint(c.rng), (0.12, 0.1, 0.1), 0.45)
    for side in (-1, 1):
        _shape(c, [(0.3, -0.6), (0.85, -1.25), (0.95, -0.2)], x, y, r, fur, side)
        _shape(c, [(0.48, -0.65), (0.8, -1.05), (0.85, -0.4)], x, y, r, (0.85, 0.55, 0.55), side)
    c.ellipse(x, y, r, r * 0.86, fur)
    glow = hsv(c.u(0.12, 0.4), 0.75, 0.95)
    for side in (-1, 1):
        c.ellipse(x + side * r * 0.4, y - r * 0.1, r * 0.21, r * 0.19, glow)
        c.ellipse(x + side * r * 0.4, y - r * 0.1, r * 0.06, r * 0.17, (0.02, 0.02, 0.02))
        for k in (-0.1, 0.02, 0.14):
            c.line(
                [(x + side * r * 0.3, y + r * 0.35), (x + side * r * 1.15, y + r * (0.3 + k * 2))],
                0.005,
                (0.9, 0.9, 0.9),
            )
    _shape(c, [(-0.12, 0.2), (0.12, 0.2), (0, 0.35)], x, y, r, (0.9, 0.5, 0.55))


def horse(c: Canvas, s: Scene) -> None:
    """A running horse in silhouette."""
    c.under(
        c.ridge(0.84, 0.05, 2),
        shade(mix((0.35, 0.32, 0.2), s.tint(c.rng), 0.3), 0.25 + 0.6 * s.light),
        2,
    )
    x, y, r, flip = 0.5, 0.6, _radius(s) * 1.1, (1 if c.u() < 0.5 else -1)
    coat = shade(mix((0.12, 0.08, 0.07), s.tint(c.rng), 0.2), 0.8)
    c.ellipse(x, y, r * 0.72, r * 0.33, coat)
    _shape(
        c,
        [(0.35, -0.1), (0.75, -0.85), (1.15, -0.62), (1.22, -0.45), (0.92, -0.5), (0.68, 0.15)],
        x,
        y,
        r,
        coat,
        flip,
    )
    _shape(c, [(0.72, -0.85), (0.76, -1.02), (0.83, -0.82)], x, y, r, coat, flip)
    _shape(
        c, [(0.3, -0.25), (0.45, -0.75), (0.75, -0.9), (0.6, -0.4)], x, y, r, shade(coat, 0.5), flip
    )
    _shape(
        c, [(-0.6, -0.2), (-1.25, -0.3), (-1.3, 0.1), (-0.65, 0.0)], x, y, r, shade(coat, 0.5), flip
    )
    swing = c.u(0.3, 0.6)
    for dx, out in ((0.5, swing), (0.38, -0.2), (-0.45, -swing), (-0.55, 0.1)):
        c.line(
            [
                (x + flip * dx * r, y + 0.15 * r),
                (x + flip * (dx + out * 0.7) * r, y + 0.55 * r),
                (x + flip * (dx + out) * r, y + 0.95 * r),
            ],
            0.12 * r,
            coat,
        )


def angel(c: Canvas, s: Scene) -> None:
    """A figure with spread wings in light."""
    colour = mix(s.tint(c.rng), (1, 1, 1), 0.5)
    c.glow(0.5, 0.42, 0.5, colour, 0.8)
    for side in (-1, 1):
        for k in range(9):
            a = 0.35 + 0.2 * k
            reach = 0.36 - 0.012 * k
            c.ellipse(
                0.5 + side * np.cos(a - 0.8) * reach * 0.55,
                0.45 - np.sin(a - 0.8 + 0.35) * reach * 0.6 + 0.06,
                reach * 0.5,
                0.045,
                shade((0.98, 0.97, 0.95), 1 - 0.04 * k),
                turn=-side * (a - 0.6),
            )
    _body(c, 0.5, 0.92, 0.58, (0.4, -0.4, 0.06, -0.06, 0.0), (0.16, 0.13, 0.2), True)


THINGS = {
    f.__name__: f
    for f in (
        rose,
        heart,
        eye,
        butterfly,
        tree,
        crystal,
        candle,
        clock,
        balloon,
        ship,
        car,
        guitar,
        piano,
        drum,
        umbrella,
    )
}
FIGURES = {f.__name__: f for f in (dancer, couple, crowd, birds, fish, whale, cat, horse, angel)}
