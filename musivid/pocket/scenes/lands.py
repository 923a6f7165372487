"""Landscapes: mountains, woods, deserts, fields."""

from __future__ import annotations

import numpy as np

from musivid.pocket.scenes.canvas import Canvas, Colour, hsv, mix, shade
from musivid.pocket.scenes.facts import Scene

__all__ = ["LANDS", "conifer", "far_light", "leafy", "lit"]


def lit(s: Scene, colour: Colour) -> Colour:
    """Return the colour under the light of the scene's time of day."""
    cast = {
        "dawn": (1, 0.9, 0.85),
        "day": (1, 1, 1),
        "sunset": (1, 0.72, 0.55),
        "dusk": (0.8, 0.75, 1),
        "night": (0.65, 0.75, 1.1),
    }[s.time]
    return shade(tuple(a * b for a, b in zip(colour, cast, strict=True)), 0.12 + 0.88 * s.light)


def far_light(c: Canvas, s: Scene, horizon: float) -> Colour:
    """The sky's colour at the horizon, into which far things fade."""
    row = min(int(horizon * c.size) - 1, c.size - 1)
    return tuple(float(v) for v in c.px[row].mean(0))  # type: ignore[return-value]


def conifer(c: Canvas, x: float, base: float, height: float, colour: Colour) -> None:
    """One fir tree."""
    for k in range(4):
        top, low = base - height * (1 - k * 0.18), base - height * (0.62 - k * 0.2)
        half = height * (0.1 + 0.055 * k)
        c.poly([(x, top), (x - half, low), (x + half, low)], shade(colour, 1 - 0.05 * k))
    c.poly(
        [
            (x - height * 0.03, base - height * 0.05),
            (x + height * 0.03, base - height * 0.05),
            (x + height * 0.03, base),
            (x - height * 0.03, base),
        ],
        shade(colour, 0.5),
    )


def leafy(c: Canvas, x: float, base: float, height: float, leaf: Colour, trunk: Colour) -> None:
    """One leafy tree."""
    w = height * 0.05
    c.poly(
        [
            (x - w, base),
            (x - w * 0.5, base - height * 0.6),
            (x + w * 0.5, base - height * 0.6),
            (x + w, base),
        ],
        trunk,
    )
    for _ in range(4):
        c.line(
            [
                (x, base - height * c.u(0.3, 0.5)),
                (x + c.u(-0.25, 0.25) * height, base - height * c.u(0.6, 0.8)),
            ],
            w * 0.5,
            trunk,
        )
    for k in range(14):
        a, d = c.u(0, 6.3), c.u(0, 0.27) * height
        c.disc(
            x + d * np.cos(a),
            base - height * 0.72 + d * 0.8 * np.sin(a),
            height * c.u(0.07, 0.15),
            shade(leaf, c.u(0.75, 1.2) - 0.01 * k),
            0.9,
        )


def mountains(c: Canvas, s: Scene) -> None:
    """Ranges one behind the other, white tops."""
    far = far_light(c, s, 0.6)
    rock = mix((0.34, 0.36, 0.42), s.tint(c.rng), 0.4)
    for k in range(4):
        share = k / 3
        profile = c.ridge(0.55 + 0.15 * k, (0.34 - 0.06 * k) * (0.8 + 0.5 * s.near), 2 + k)
        colour = mix(far, lit(s, shade(rock, 1.0 - 0.22 * k)), 0.35 + 0.65 * share)
        c.under(profile, colour, 1.5)
        if k < 2 and (s.weather == "snow" or c.u() < 0.75):
            line = profile.min() + 0.12 + 0.05 * c.noise(12, 3)[0]
            top = np.clip((c.y - profile[None]) * c.size, 0, 1) * np.clip(
                (line[None] - c.y) * 60 + c.noise(14, 3) * 2 - 1, 0, 1
            )
            c.blend(top, mix(lit(s, (0.96, 0.97, 1.0)), far, 0.15))


def forest(c: Canvas, s: Scene) -> None:
    """Firs in rows, darker in front."""
    far = far_light(c, s, 0.55)
    green = mix((0.1, 0.34, 0.16), s.tint(c.rng), 0.22)
    c.under(c.ridge(0.62, 0.1, 3), mix(far, lit(s, green), 0.5), 1.5)
    for k in range(4):
        base, colour = (
            0.66 + 0.12 * k,
            mix(far, lit(s, shade(green, 1.1 - 0.22 * k)), 0.5 + 0.17 * k),
        )
        c.under(c.ridge(base + 0.02, 0.03, 4), shade(colour, 0.9), 1.5)
        for x in np.sort(c.rng.random(13 - 2 * k)):
            conifer(c, x, base + 0.03, c.u(0.16, 0.26) + 0.07 * k, shade(colour, c.u(0.85, 1.12)))


def autumn(c: Canvas, s: Scene) -> None:
    """Leafy trees in warm colours, leaves falling."""
    c.under(c.ridge(0.72, 0.08, 3), lit(s, (0.5, 0.36, 0.16)), 2)
    for k, x in enumerate(np.sort(c.rng.random(6))):
        leaf = hsv(c.u(0.0, 0.13), 0.85, 0.85)
        leafy(c, x, 0.74 + 0.035 * k, c.u(0.4, 0.6), lit(s, leaf), lit(s, (0.3, 0.2, 0.14)))
    for x, y in c.scatter(36, 0.3, 1):
        c.ellipse(x, y, 0.012, 0.007, lit(s, hsv(c.u(0, 0.13), 0.9, 0.95)), turn=c.u(0, 3))


def desert(c: Canvas, s: Scene) -> None:
    """Dunes with lit and shadowed sides."""
    sand = mix((0.93, 0.7, 0.4), s.tint(c.rng), 0.25)
    for k in range(4):
        profile = c.ridge(0.6 + 0.13 * k, 0.16, 1 + k // 2, 2)
        slope = np.gradient(profile) * c.size
        side = np.clip(0.5 + slope * 1.2, 0, 1)[None, :, None]
        ripple = 0.94 + 0.06 * np.sin(c.y * 60 + c.x * 18 + 6 * c.noise(3, 2))[..., None]
        bright = np.float32(lit(s, shade(sand, 1.1 - 0.1 * k)))
        dark = np.float32(lit(s, shade(sand, 0.6 - 0.06 * k)))
        c.under(profile, ((bright * (1 - side) + dark * side) * ripple).astype(np.float32), 1.5)


def snowfield(c: Canvas, s: Scene) -> None:
    """White hills with a few firs, snow in the air."""
    for k in range(3):
        tone = lit(s, shade(mix((0.95, 0.97, 1.0), s.tint(c.rng), 0.08), 0.9 + 0.06 * k))
        c.under(c.ridge(0.62 + 0.15 * k, 0.12, 2, 3), tone, 3)
        for _ in range(int(c.u(1, 4))):
            conifer(c, c.u(), 0.68 + 0.15 * k, c.u(0.1, 0.2), lit(s, (0.25, 0.38, 0.38)))
    count = 80
    c.dots(
        c.scatter(count),
        c.rng.uniform(0.003, 0.011, count),
        (1, 1, 1),
        c.rng.uniform(0.5, 1, count),
    )


def meadow(c: Canvas, s: Scene) -> None:
    """A field of flowers."""
    grass = lit(s, (0.3, 0.58, 0.22))
    c.under(c.ridge(0.5, 0.06, 2), shade(grass, 0.9), 2)
    c.blend(np.clip((c.y - 0.5) * 4, 0, 1) * c.noise(24, 2) * 0.5, shade(grass, 0.55))
    petal = s.tint(c.rng)
    for x, y in sorted(c.scatter(70, 0.52, 1.02), key=lambda p: p[1]):
        size = 0.006 + 0.05 * (y - 0.5) ** 1.2
        colour = lit(s, petal if c.u() < 0.75 else hsv(c.u(), 0.6, 1))
        c.line([(x, y), (x, y + size * 2.4)], 0.005, shade(grass, 0.6))
        for a in np.linspace(0, 2 * np.pi, 5, endpoint=False) + c.u(0, 1):
            c.disc(x + size * 0.75 * np.cos(a), y + size * 0.6 * np.sin(a), size * 0.55, colour)
        c.disc(x, y, size * 0.4, lit(s, (1, 0.85, 0.25)))


def volcano(c: Canvas, s: Scene) -> None:
    """A cone with lava and a plume of ash."""
    x = c.u(0.4, 0.6)
    plume = np.exp(
        -(((c.x - x - 0.15 * (0.4 - c.y)) / (0.08 + 0.35 * np.clip(0.42 - c.y, 0, 1))) ** 2)
    )
    c.blend(np.clip(plume * (c.y < 0.42) * c.noise(5, 4) * 1.5, 0, 1), (0.2, 0.17, 0.18))
    c.glow(x, 0.4, 0.3, (1.0, 0.35, 0.08), 0.9)
    c.poly(
        [(x - 0.07, 0.4), (x + 0.07, 0.4), (x + 0.55, 0.95), (x - 0.55, 0.95)],
        lit(s, mix((0.25, 0.18, 0.17), s.tint(c.rng), 0.15)),
    )
    for _ in range(5):
        way = np.linspace(0, 1, 9)
        drift = c.u(-0.4, 0.4)
        c.line(
            np.stack([x + drift * way + 0.02 * c.rng.normal(size=9), 0.4 + 0.5 * way], 1),
            0.016,
            (1.0, 0.42, 0.08),
            0.9,
        )
    c.under(c.ridge(0.95, 0.06, 4), (0.08, 0.06, 0.07), 1.5)


LANDS = {f.__name__: f for f in (mountains, forest, autumn, desert, snowfield, meadow, volcano)}
