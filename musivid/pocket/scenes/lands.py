"""Landscapes: everything with a horizon."""

from __future__ import annotations

import numpy as np

from musivid.pocket.scenes.canvas import Canvas, Colour, hsv, mix, shade
from musivid.pocket.scenes.facts import Scene

__all__ = ["LANDS", "conifer", "tree"]


def _lit(s: Scene, colour: Colour) -> Colour:
    """Return the colour under the light of the scene's time of day."""
    cast = {
        "dawn": (1, 0.9, 0.85),
        "day": (1, 1, 1),
        "sunset": (1, 0.72, 0.55),
        "dusk": (0.8, 0.75, 1),
        "night": (0.65, 0.75, 1.1),
    }[s.time]
    return shade(tuple(a * b for a, b in zip(colour, cast, strict=True)), 0.12 + 0.88 * s.light)


def _far(c: Canvas, s: Scene, horizon: float) -> Colour:
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


def tree(c: Canvas, x: float, base: float, height: float, leaf: Colour, trunk: Colour) -> None:
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


def sea(c: Canvas, s: Scene) -> None:
    """Waves to the horizon, with the light's path on them."""
    h = c.u(0.42, 0.6)
    sky, deep = _far(c, s, h), _lit(s, mix((0.05, 0.3, 0.5), s.tint(c.rng), 0.45))
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
        c.glow(x, h - 0.08, 0.4, light, 0.35)
        c.disc(x, h - 0.08, 0.06, mix(light, (1, 1, 1), 0.5))
        path = np.exp(-(((c.x - x) / (0.05 + 0.16 * depth)) ** 2)) * (waves > 0.45)
        water = water + path[..., None] * np.float32(light) * 0.6
    c.blend(np.clip((c.y - h) * c.size, 0, 1), water.astype(np.float32))


def beach(c: Canvas, s: Scene) -> None:
    """Sand, surf and a leaning palm."""
    sea(c, s)
    sand = _lit(s, (0.93, 0.8, 0.58))
    shore = c.ridge(0.8, 0.08, 2, 3)
    c.under(shore - 0.025, _lit(s, (0.97, 0.98, 1.0)), 3)
    c.under(shore, sand, 2)
    for _ in range(int(c.u(1, 3.4))):
        _palm(c, s, c.u(0.1, 0.9), c.u(0.85, 0.97), c.u(0.4, 0.65))


def _palm(c: Canvas, s: Scene, x: float, base: float, height: float) -> None:
    lean = c.u(-0.35, 0.35) * height
    way = np.linspace(0, 1, 10)
    c.line(np.stack([x + lean * way**2, base - height * way], 1), 0.018, _lit(s, (0.4, 0.28, 0.16)))
    leaf = _lit(s, (0.12, 0.45, 0.18))
    for angle in np.linspace(-0.3, np.pi + 0.3, 8):
        reach = height * c.u(0.35, 0.48)
        out = np.linspace(0, 1, 8)
        px = x + lean + np.cos(angle) * reach * out
        py = base - height - np.sin(angle) * reach * out * 0.6 + reach * 0.7 * out**2
        c.line(np.stack([px, py], 1), 0.016, shade(leaf, c.u(0.7, 1.15)))


def mountains(c: Canvas, s: Scene) -> None:
    """Ranges one behind the other, white tops."""
    far = _far(c, s, 0.6)
    rock = mix((0.34, 0.36, 0.42), s.tint(c.rng), 0.4)
    for k in range(4):
        share = k / 3
        profile = c.ridge(0.55 + 0.15 * k, (0.34 - 0.06 * k) * (0.8 + 0.5 * s.near), 2 + k)
        colour = mix(far, _lit(s, shade(rock, 1.0 - 0.22 * k)), 0.35 + 0.65 * share)
        c.under(profile, colour, 1.5)
        if k < 2 and (s.weather == "snow" or c.u() < 0.75):
            line = profile.min() + 0.12 + 0.05 * c.noise(12, 3)[0]
            top = np.clip((c.y - profile[None]) * c.size, 0, 1) * np.clip(
                (line[None] - c.y) * 60 + c.noise(14, 3) * 2 - 1, 0, 1
            )
            c.blend(top, mix(_lit(s, (0.96, 0.97, 1.0)), far, 0.15))


def forest(c: Canvas, s: Scene) -> None:
    """Firs in rows, darker in front."""
    far = _far(c, s, 0.55)
    green = mix((0.1, 0.34, 0.16), s.tint(c.rng), 0.22)
    c.under(c.ridge(0.62, 0.1, 3), mix(far, _lit(s, green), 0.5), 1.5)
    for k in range(4):
        base, colour = (
            0.66 + 0.12 * k,
            mix(far, _lit(s, shade(green, 1.1 - 0.22 * k)), 0.5 + 0.17 * k),
        )
        c.under(c.ridge(base + 0.02, 0.03, 4), shade(colour, 0.9), 1.5)
        for x in np.sort(c.rng.random(13 - 2 * k)):
            conifer(c, x, base + 0.03, c.u(0.16, 0.26) + 0.07 * k, shade(colour, c.u(0.85, 1.12)))


def autumn(c: Canvas, s: Scene) -> None:
    """Leafy trees in warm colours, leaves falling."""
    c.under(c.ridge(0.72, 0.08, 3), _lit(s, (0.5, 0.36, 0.16)), 2)
    for k, x in enumerate(np.sort(c.rng.random(6))):
        leaf = hsv(c.u(0.0, 0.13), 0.85, 0.85)
        tree(c, x, 0.74 + 0.035 * k, c.u(0.4, 0.6), _lit(s, leaf), _lit(s, (0.3, 0.2, 0.14)))
    for x, y in c.scatter(36, 0.3, 1):
        c.ellipse(x, y, 0.012, 0.007, _lit(s, hsv(c.u(0, 0.13), 0.9, 0.95)), turn=c.u(0, 3))


def city(c: Canvas, s: Scene) -> None:
    """A skyline with lit windows."""
    wall = mix((0.2, 0.21, 0.28), s.tint(c.rng), 0.25)
    lamp = mix((1.0, 0.85, 0.5), s.tint(c.rng), 0.2)
    far = _far(c, s, 0.65)
    for row in range(3):
        colour = mix(far, _lit(s, shade(wall, 1.15 - 0.3 * row)), 0.45 + 0.27 * row)
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


def _windows(c: Canvas, s: Scene, x: float, top: float, w: float, lamp: Colour) -> None:
    lit = 0.65 if s.time in ("night", "dusk", "sunset") else 0.25
    step = 0.03
    for wy in np.arange(top + 0.02, 0.97, step * 1.15):
        for wx in np.arange(x + 0.012, x + w - 0.015, step * 0.85):
            if c.rng.random() < lit:
                a, b = int(wx * c.size), int(wy * c.size)
                d = max(int(0.012 * c.size), 1)
                c.px[b : b + d + d // 2, max(a, 0) : a + d] = shade(lamp, c.u(0.6, 1.05))


def desert(c: Canvas, s: Scene) -> None:
    """Dunes with lit and shadowed sides."""
    sand = mix((0.93, 0.7, 0.4), s.tint(c.rng), 0.25)
    for k in range(4):
        profile = c.ridge(0.6 + 0.13 * k, 0.16, 1 + k // 2, 2)
        slope = np.gradient(profile) * c.size
        side = np.clip(0.5 + slope * 1.2, 0, 1)[None, :, None]
        ripple = 0.94 + 0.06 * np.sin((c.y * 60 + c.x * 18 + 6 * c.noise(3, 2)))[..., None]
        lit = np.float32(_lit(s, shade(sand, 1.1 - 0.1 * k)))
        dark = np.float32(_lit(s, shade(sand, 0.6 - 0.06 * k)))
        c.under(profile, ((lit * (1 - side) + dark * side) * ripple).astype(np.float32), 1.5)


def snowfield(c: Canvas, s: Scene) -> None:
    """White hills with a few firs, snow in the air."""
    for k in range(3):
        tone = _lit(s, shade(mix((0.95, 0.97, 1.0), s.tint(c.rng), 0.08), 0.9 + 0.06 * k))
        c.under(c.ridge(0.62 + 0.15 * k, 0.12, 2, 3), tone, 3)
        for _ in range(int(c.u(1, 4))):
            conifer(c, c.u(), 0.68 + 0.15 * k, c.u(0.1, 0.2), _lit(s, (0.25, 0.38, 0.38)))
    count = 80
    c.dots(
        c.scatter(count),
        c.rng.uniform(0.003, 0.011, count),
        (1, 1, 1),
        c.rng.uniform(0.5, 1, count),
    )


def meadow(c: Canvas, s: Scene) -> None:
    """A field of flowers."""
    grass = _lit(s, (0.3, 0.58, 0.22))
    c.under(c.ridge(0.5, 0.06, 2), shade(grass, 0.9), 2)
    c.blend(np.clip((c.y - 0.5) * 4, 0, 1) * c.noise(24, 2) * 0.5, shade(grass, 0.55))
    petal = s.tint(c.rng)
    for x, y in sorted(c.scatter(70, 0.52, 1.02), key=lambda p: p[1]):
        size = 0.006 + 0.05 * (y - 0.5) ** 1.2
        colour = _lit(s, petal if c.u() < 0.75 else hsv(c.u(), 0.6, 1))
        c.line([(x, y), (x, y + size * 2.4)], 0.005, shade(grass, 0.6))
        for a in np.linspace(0, 2 * np.pi, 5, endpoint=False) + c.u(0, 1):
            c.disc(x + size * 0.75 * np.cos(a), y + size * 0.6 * np.sin(a), size * 0.55, colour)
        c.disc(x, y, size * 0.4, _lit(s, (1, 0.85, 0.25)))


def waterfall(c: Canvas, s: Scene) -> None:
    """Water falling between dark rocks into mist."""
    rock = _lit(s, mix((0.3, 0.32, 0.3), s.tint(c.rng), 0.2))
    x, half = c.u(0.4, 0.6), 0.08 + 0.08 * s.near
    texture = c.noise(8, 4)
    c.under(c.ridge(0.32, 0.15, 4), np.float32(rock) * (0.6 + 0.7 * texture[..., None]), 1.5)
    streaks = c.noise(32, 2)[c.size // 3][None, :] * 0.45 + 0.55
    fall = np.clip((half + 0.02 * texture - abs(c.x - x)) * 40, 0, 1) * np.clip(
        (c.y - 0.24) * 40, 0, 1
    )
    c.blend(fall, np.float32(_lit(s, (0.88, 0.95, 1.0))) * streaks[..., None])
    c.under(np.full(c.size, 0.84, np.float32), _lit(s, (0.25, 0.5, 0.6)), 3)
    c.blend(
        np.exp(-(((c.y - 0.84) / 0.07) ** 2) - ((c.x - x) / 0.3) ** 2) * 0.8,
        _lit(s, (0.95, 0.97, 1)),
    )


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
        _lit(s, mix((0.25, 0.18, 0.17), s.tint(c.rng), 0.15)),
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


def road(c: Canvas, s: Scene) -> None:
    """A road to the horizon."""
    h = c.u(0.45, 0.58)
    c.under(np.full(c.size, h, np.float32), _lit(s, mix((0.35, 0.5, 0.25), s.tint(c.rng), 0.4)), 2)
    x = c.u(0.35, 0.65)
    c.poly([(x - 0.01, h), (x + 0.01, h), (0.95, 1.02), (0.05, 1.02)], _lit(s, (0.24, 0.24, 0.27)))
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
            _lit(s, (0.95, 0.85, 0.4)),
        )


def village(c: Canvas, s: Scene) -> None:
    """Houses with pitched roofs and warm windows."""
    c.under(c.ridge(0.62, 0.08, 2), _lit(s, (0.34, 0.46, 0.26)), 2)
    for k in range(5):
        x, base, w = 0.1 + 0.2 * k + c.u(-0.05, 0.05), c.u(0.72, 0.92), c.u(0.1, 0.17)
        wall = _lit(s, mix((0.86, 0.8, 0.7), s.tint(c.rng), 0.35))
        c.poly(
            [(x - w / 2, base - w), (x + w / 2, base - w), (x + w / 2, base), (x - w / 2, base)],
            wall,
        )
        c.poly(
            [(x - w * 0.62, base - w), (x, base - w * 1.65), (x + w * 0.62, base - w)],
            _lit(s, hsv(c.u(0, 0.08), 0.65, 0.6)),
        )
        lamp = (
            (1, 0.85, 0.4) if s.time in ("night", "dusk", "sunset") else _lit(s, (0.3, 0.35, 0.45))
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
    c.under(c.ridge(0.85, 0.2, 1, 2), _lit(s, (0.26, 0.4, 0.24)), 2)
    stone = _lit(s, mix((0.56, 0.55, 0.56), s.tint(c.rng), 0.25))
    for x, w, top in ((0.5, 0.36, 0.5), (0.3, 0.1, 0.36), (0.7, 0.1, 0.38), (0.5, 0.12, 0.26)):
        tone = shade(stone, c.u(0.85, 1.1))
        c.poly([(x - w / 2, top), (x + w / 2, top), (x + w / 2, 0.8), (x - w / 2, 0.8)], tone)
        if w < 0.2:
            c.poly(
                [(x - w * 0.65, top), (x, top - 0.17), (x + w * 0.65, top)], _lit(s, s.tint(c.rng))
            )
        for wx in np.arange(x - w / 2, x + w / 2 - 0.01, 0.045):
            c.poly(
                [(wx, top - 0.025), (wx + 0.022, top - 0.025), (wx + 0.022, top), (wx, top)], tone
            )
        c.ellipse(
            x, top + 0.1, 0.014, 0.03, (1, 0.85, 0.45) if s.light < 0.8 else shade(stone, 0.3)
        )


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
            _lit(s, s.tint(c.rng, 0) if k % 2 else (0.96, 0.95, 0.92)),
        )
    c.disc(x, top - 0.01, 0.04, (1, 0.95, 0.65))
    c.poly([(x - 0.05, top - 0.03), (x, top - 0.1), (x + 0.05, top - 0.03)], (0.3, 0.12, 0.1))
    c.under(
        np.minimum(1.05, 0.8 + 2.2 * (np.linspace(0, 1, c.size) - x) ** 2).astype(np.float32),
        _lit(s, (0.3, 0.29, 0.28)),
        2,
    )


def bridge(c: Canvas, s: Scene) -> None:
    """A suspension bridge over water."""
    sea(c, s)
    deck, colour = 0.62, _lit(s, mix(s.tint(c.rng), (0.5, 0.2, 0.15), 0.4))
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
    c.under(c.ridge(0.68, 0.04, 3), _lit(s, (0.3, 0.5, 0.24)), 2)
    way = np.linspace(0, 1, 30)
    mid = 0.5 + 0.22 * np.sin(way * c.u(4, 7) + c.u(0, 6)) * (0.3 + way)
    half = 0.012 + 0.2 * way**1.6
    y = 0.66 + 0.38 * way
    banks = np.concatenate([np.stack([mid - half, y], 1), np.stack([mid + half, y], 1)[::-1]])
    c.poly(banks, _lit(s, mix((0.35, 0.62, 0.8), s.tint(c.rng), 0.3)))
    c.line(np.stack([mid, y], 1)[8:], 0.008, _lit(s, (0.8, 0.92, 1)), 0.5)


LANDS = {
    f.__name__: f
    for f in (
        sea,
        beach,
        mountains,
        forest,
        autumn,
        city,
        desert,
        snowfield,
        meadow,
        waterfall,
        volcano,
        road,
        village,
        castle,
        lighthouse,
        bridge,
        underwater,
        river,
    )
}
