"""Living things: people in silhouette, animals, an angel."""

from __future__ import annotations

import numpy as np

from musivid.pocket.scenes.canvas import Canvas, Colour, hsv, mix, shade
from musivid.pocket.scenes.facts import Scene
from musivid.pocket.scenes.things import radius, shape, spot

__all__ = ["FIGURES"]


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
    (x, y), r, skin = spot(c), radius(s) * 1.15, s.tint(c.rng)
    flip = 1 if c.u() < 0.5 else -1
    shape(c, [(-0.75, 0), (-1.35, -0.5), (-1.2, 0), (-1.35, 0.5)], x, y, r, shade(skin, 0.7), flip)
    shape(c, [(-0.4, -0.4), (0.1, -0.85), (0.4, -0.38)], x, y, r, shade(skin, 0.75), flip)
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
    (x, y), r = spot(c), radius(s) * 1.2
    skin, flip = mix((0.16, 0.22, 0.34), s.tint(c.rng), 0.35), (1 if c.u() < 0.5 else -1)
    shape(
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
    shape(c, [(0.3, 0.2), (0.05, 0.75), (-0.1, 0.2)], x, y, r, shade(skin, 0.8), flip)
    c.disc(x + 0.72 * r * flip, y - 0.02 * r, r * 0.035, (0.95, 0.95, 0.95))
    c.px += (
        np.clip(np.sin(c.x * 26 - 6 * c.y + 3 * c.noise(3, 2)), 0, 1)
        * np.clip(0.7 - c.y, 0, 1)
        * 0.25
    )[..., None]


def cat(c: Canvas, s: Scene) -> None:
    """A sitting cat seen from behind, or its face."""
    (x, y), r, fur = spot(c), radius(s), mix(s.tint(c.rng), (0.12, 0.1, 0.1), 0.45)
    for side in (-1, 1):
        shape(c, [(0.3, -0.6), (0.85, -1.25), (0.95, -0.2)], x, y, r, fur, side)
        shape(c, [(0.48, -0.65), (0.8, -1.05), (0.85, -0.4)], x, y, r, (0.85, 0.55, 0.55), side)
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
    shape(c, [(-0.12, 0.2), (0.12, 0.2), (0, 0.35)], x, y, r, (0.9, 0.5, 0.55))


def horse(c: Canvas, s: Scene) -> None:
    """A running horse in silhouette."""
    c.under(
        c.ridge(0.84, 0.05, 2),
        shade(mix((0.35, 0.32, 0.2), s.tint(c.rng), 0.3), 0.25 + 0.6 * s.light),
        2,
    )
    x, y, r, flip = 0.5, 0.6, radius(s) * 1.1, (1 if c.u() < 0.5 else -1)
    coat = shade(mix((0.12, 0.08, 0.07), s.tint(c.rng), 0.2), 0.8)
    c.ellipse(x, y, r * 0.72, r * 0.33, coat)
    shape(
        c,
        [(0.35, -0.1), (0.75, -0.85), (1.15, -0.62), (1.22, -0.45), (0.92, -0.5), (0.68, 0.15)],
        x,
        y,
        r,
        coat,
        flip,
    )
    shape(c, [(0.72, -0.85), (0.76, -1.02), (0.83, -0.82)], x, y, r, coat, flip)
    shape(
        c, [(0.3, -0.25), (0.45, -0.75), (0.75, -0.9), (0.6, -0.4)], x, y, r, shade(coat, 0.5), flip
    )
    shape(
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


FIGURES = {f.__name__: f for f in (dancer, couple, crowd, birds, fish, whale, cat, horse, angel)}
