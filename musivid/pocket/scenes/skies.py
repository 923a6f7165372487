"""Skies and what stands in them: sun, moon, stars, clouds, aurora, lightning, galaxies."""

from __future__ import annotations

import cv2
import numpy as np

from musivid.pocket.scenes.canvas import Canvas, Colour, hsv, mix, shade
from musivid.pocket.scenes.facts import Scene

__all__ = ["SKIES", "paint_sky"]

_SKY: dict[str, tuple[Colour, Colour]] = {
    "dawn": ((0.36, 0.5, 0.78), (1.0, 0.78, 0.66)),
    "day": ((0.18, 0.46, 0.88), (0.72, 0.88, 0.98)),
    "sunset": ((0.24, 0.14, 0.42), (1.0, 0.5, 0.2)),
    "dusk": ((0.1, 0.1, 0.32), (0.62, 0.36, 0.52)),
    "night": ((0.02, 0.03, 0.14), (0.12, 0.16, 0.36)),
}


def paint_sky(c: Canvas, s: Scene, horizon: float = 0.7) -> None:
    """Fill the canvas with the sky of the scene's time, weather and colour, stars at night."""
    top, bottom = _SKY[s.time]
    tint = s.tint(c.rng)
    share = c.u(0.15, 0.5)
    top, bottom = mix(top, shade(tint, 0.55 * s.light), share), mix(bottom, tint, share * s.light)
    if s.weather in ("rain", "storm", "fog", "snow", "cloudy"):
        grey = {"storm": 0.22, "rain": 0.42, "fog": 0.72, "snow": 0.74, "cloudy": 0.62}[s.weather]
        level = grey * (0.35 + 0.65 * s.light)
        veil = mix((level, level, level * 1.06), tint, 0.15)
        strength = 0.35 if s.weather == "cloudy" else 0.7
        top, bottom = mix(top, shade(veil, 0.75), strength), mix(bottom, veil, strength)
    c.gradient(top, bottom, horizon)
    if s.time in ("night", "dusk") and s.weather == "clear":
        _stars(c, 45 if s.time == "night" else 14, horizon)
    if s.weather in ("cloudy", "storm") or (s.weather == "clear" and c.u() < 0.35):
        _clouds(c, s, horizon, 0.8 if s.weather != "clear" else 0.5)


def _stars(c: Canvas, count: int, bottom: float, colour: Colour = (1, 1, 0.95)) -> None:
    sizes = c.rng.gamma(2.0, 0.001, count) + 0.001
    c.dots(c.scatter(count, 0, bottom), sizes, colour, c.rng.uniform(0.35, 1, count))


def _clouds(c: Canvas, s: Scene, horizon: float, cover: float) -> None:
    cloud = c.noise(3, 5, wide=2)
    mask = np.clip((cloud - (1 - cover * 0.62)) * 3.2, 0, 1) * np.clip(1.1 - c.y / horizon, 0, 1)
    light = {
        "dawn": (1, 0.86, 0.8),
        "day": (1, 1, 1),
        "sunset": (1, 0.66, 0.45),
        "dusk": (0.55, 0.42, 0.6),
        "night": (0.2, 0.22, 0.34),
    }[s.time]
    dark = shade(light, 0.45 if s.weather == "storm" else 0.75)
    relief = np.clip((cv2.GaussianBlur(cloud, (0, 0), c.size * 0.03) - cloud) * 5 + 0.5, 0, 1)
    picture = np.float32(light) + (np.float32(dark) - np.float32(light)) * relief[..., None]
    c.blend(mask, picture)


def sunset(c: Canvas, s: Scene) -> None:
    """A large low sun with a glow and bars of cloud."""
    x, y, r = c.u(0.3, 0.7), c.u(0.42, 0.6), 0.07 + 0.09 * s.near
    c.glow(x, y, 0.55, (1.0, 0.5, 0.2), 0.6)
    c.disc(x, y, r, (1.0, 0.88, 0.62))
    for _ in range(int(c.u(2, 6))):
        cy = y + c.u(-0.25, 0.12)
        c.ellipse(c.u(), cy, c.u(0.15, 0.45), c.u(0.006, 0.02), (0.85, 0.35, 0.35), alpha=0.7)
    _low_land(c, s)


def sun(c: Canvas, s: Scene) -> None:
    """A bright sun with rays."""
    x, y, r = c.u(0.3, 0.7), c.u(0.25, 0.5), 0.08 + 0.1 * s.near
    angle = np.arctan2(c.y - y, c.x - x)
    n = int(c.u(8, 18))
    rays = np.clip(np.sin(angle * n + c.u(0, 6)) * 0.5 + 0.5, 0, 1) ** 2
    away = np.hypot(c.x - x, c.y - y)
    c.blend(rays * np.clip(1 - away / 0.8, 0, 1) * 0.45, (1, 0.93, 0.6))
    c.glow(x, y, 0.5, (1, 0.85, 0.45), 0.8)
    c.disc(x, y, r, (1, 0.95, 0.7))
    _low_land(c, s)


def moon(c: Canvas, s: Scene) -> None:
    """A full or crescent moon with its maria, in a glow."""
    x, y, r = c.u(0.3, 0.7), c.u(0.22, 0.48), 0.09 + 0.14 * s.near
    behind = c.px.copy()
    c.glow(x, y, r * 3.5, mix((0.8, 0.85, 1.0), s.tint(c.rng), 0.4), 0.55)
    c.disc(x, y, r, (0.96, 0.95, 0.88))
    for _ in range(7):
        a, d = c.u(0, 6.3), r * c.u(0, 0.7)
        c.disc(x + d * np.cos(a), y + d * np.sin(a), r * c.u(0.08, 0.24), (0.8, 0.8, 0.76), 0.7)
    if c.u() < 0.4:
        cover = np.hypot(c.x - x - r * 0.5, c.y - y + r * 0.12) < r * 0.95
        c.blend(cv2.GaussianBlur(cover.astype(np.float32), (0, 0), 0.6), behind)
    _low_land(c, s)


def stars(c: Canvas, s: Scene) -> None:
    """A sky full of stars with a milky band."""
    c.gradient((0.01, 0.01, 0.06), mix((0.05, 0.06, 0.16), s.tint(c.rng), 0.25))
    slope, mid = c.u(-0.8, 0.8), c.u(0.25, 0.6)
    band = np.exp(-(((c.y - mid - slope * (c.x - 0.5)) / 0.16) ** 2)) * c.noise(4, 5)
    c.blend(np.clip(band * 0.6, 0, 1), mix((0.75, 0.75, 0.95), s.tint(c.rng), 0.5))
    _stars(c, 140, 1.0)
    for x, y in c.scatter(6, 0.05, 0.8):
        c.glow(x, y, 0.03, (1, 1, 1), 0.9)
    if c.u() < 0.5:
        _low_land(c, s)


def galaxy(c: Canvas, s: Scene) -> None:
    """A spiral galaxy, or a nebula of two colours."""
    hue = s.tint(c.rng)
    c.px[:] = (0.01, 0.01, 0.04)
    if c.u() < 0.5:
        dx, dy = c.x - c.u(0.4, 0.6), (c.y - c.u(0.4, 0.6)) * c.u(1.2, 2.2)
        away, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
        arms = np.sin(angle * 2 - np.log(away + 0.02) * c.u(4, 6)) * 0.5 + 0.5
        light = np.clip(arms * np.exp(-away * 4.2) * 1.8 * (0.5 + c.noise(8, 4)), 0, 1)
        c.blend(light, mix(hue, (1, 1, 1), 0.25))
        c.px += (np.exp(-((away / 0.07) ** 2)))[..., None] * np.float32((1, 0.92, 0.75))
    else:
        for colour in (hue, hsv(c.u(), 0.7, 0.8)):
            cloud = c.noise(3, 6)
            c.blend(np.clip((cloud - 0.42) * 2.2, 0, 1) ** 1.5 * 0.9, colour)
        c.px *= (0.4 + c.noise(5, 5))[..., None]
    _stars(c, 70, 1.0)


def aurora(c: Canvas, s: Scene) -> None:
    """Curtains of light over dark hills."""
    c.gradient((0.01, 0.02, 0.08), (0.04, 0.1, 0.18))
    _stars(c, 40, 0.6)
    for colour in (s.tint(c.rng), mix(s.tint(c.rng), (0.2, 1.0, 0.6), 0.5)):
        profile = c.ridge(c.u(0.45, 0.6), c.u(0.15, 0.3), 3, 3)
        rise = profile[None, :] - c.y
        curtain = np.where(rise > 0, np.exp(-rise / c.u(0.12, 0.25)), np.exp(rise / 0.02))
        rays = 0.55 + 0.45 * c.noise(14, 2, wide=1)[c.size // 2][None, :]
        c.px += (curtain * rays)[..., None] * np.float32(shade(colour, 0.9))
    _low_land(c, s, dark=True)


def lightning(c: Canvas, s: Scene) -> None:
    """Forked lightning under a storm cloud."""
    c.gradient((0.06, 0.06, 0.12), mix((0.25, 0.24, 0.36), s.tint(c.rng), 0.3))
    cloud = c.noise(3, 5, wide=2)
    c.blend(np.clip(1.5 - c.y * 2.6, 0, 1) * cloud, (0.36, 0.36, 0.45))
    for _ in range(int(c.u(1, 3.5))):
        x, y, points = c.u(0.2, 0.8), c.u(0.08, 0.2), []
        while y < 0.86:
            points.append((x, y))
            x, y = x + c.u(-0.07, 0.07), y + c.u(0.03, 0.09)
        c.glow(points[0][0], 0.3, 0.4, (0.6, 0.6, 1.0), 0.35)
        c.line(points, 0.022, (0.7, 0.7, 1.0), 0.45)
        c.line(points, 0.009, (1, 1, 1))
        start = int(c.u(2, max(3, len(points) - 3)))
        c.line(
            [points[min(start, len(points) - 1)]]
            + [
                (
                    points[min(start, len(points) - 1)][0] + k * c.u(0.02, 0.06),
                    points[min(start, len(points) - 1)][1] + k * 0.05,
                )
                for k in range(1, 5)
            ],
            0.005,
            (0.9, 0.9, 1),
        )
    _low_land(c, s, dark=True)


def rainbow(c: Canvas, s: Scene) -> None:
    """A rainbow over green hills."""
    x, y, r = c.u(0.3, 0.7), c.u(0.8, 1.0), c.u(0.5, 0.7)
    away = np.hypot(c.x - x, c.y - y)
    width = 0.1 + 0.06 * s.near
    share = np.clip((r - away) / width, 0, 1)
    bow = np.stack([np.clip(1.5 - abs(4 * share - k), 0, 1) for k in (0.6, 2.0, 3.4)], -1)
    inside = np.clip((r - away) * 80, 0, 1) * np.clip((away - r + width) * 80, 0, 1)
    c.blend(inside * 0.75, bow.astype(np.float32))
    c.under(c.ridge(0.85, 0.12, 3), shade((0.3, 0.6, 0.28), s.light), 1.5)


def clouds(c: Canvas, s: Scene) -> None:
    """Heaped clouds that fill the sky."""
    _clouds(c, s, 1.3, 1.25)
    light = {"night": (0.3, 0.32, 0.45), "sunset": (1, 0.72, 0.55)}.get(s.time, (1, 1, 1))
    for _ in range(3):
        x, y = c.u(), c.u(0.3, 0.9)
        for _ in range(9):
            c.ellipse(
                x + c.u(-0.2, 0.2),
                y + c.u(-0.04, 0.05),
                c.u(0.06, 0.14),
                c.u(0.05, 0.09),
                shade(light, c.u(0.86, 1)),
                alpha=0.55,
            )


def planet(c: Canvas, s: Scene) -> None:
    """A banded planet, often ringed, among stars."""
    c.px[:] = (0.01, 0.01, 0.05)
    _stars(c, 60, 1.0)
    x, y, r = c.u(0.35, 0.65), c.u(0.35, 0.65), 0.14 + 0.16 * s.near
    hue, tilt = s.tint(c.rng), c.u(-0.6, 0.6)
    bands = np.sin((c.y - y + tilt * (c.x - x)) * c.u(30, 70) + 2 * c.noise(4, 3)) * 0.5 + 0.5
    away = np.hypot(c.x - x, c.y - y)
    lit = np.clip(0.95 - ((c.x - x) * 0.7 + (c.y - y) * 0.7) / r, 0.08, 1.15)
    ball = (np.float32(hue) * (0.65 + 0.35 * bands[..., None])) * lit[..., None]
    c.glow(x, y, r * 2, hue, 0.25)
    c.blend(np.clip((r - away) * c.size, 0, 1), ball)
    if c.u() < 0.6:
        angle = np.linspace(0.12, np.pi * 2 - 0.12, 80) - np.pi / 2
        for k in (1.45, 1.6, 1.75):
            ring = np.stack([np.cos(angle) * r * k, np.sin(angle) * r * k * 0.28], 1)
            turned = ring @ np.array([[1, tilt], [-tilt, 1]]) + (x, y)
            c.line(turned, 0.009, shade(mix(hue, (1, 1, 1), 0.5), 0.9), 0.8)


def fireworks(c: Canvas, s: Scene) -> None:
    """Bursts of sparks over a dark skyline."""
    c.gradient((0.01, 0.01, 0.06), (0.08, 0.07, 0.18))
    for k in range(int(c.u(2, 5))):
        x, y, r = c.u(0.2, 0.8), c.u(0.15, 0.55), c.u(0.12, 0.26)
        colour = s.tint(c.rng) if k == 0 else hsv(c.u(), 0.75, 1)
        c.glow(x, y, r * 1.2, colour, 0.35)
        for angle in np.linspace(0, 2 * np.pi, int(c.u(16, 30)), endpoint=False):
            way = np.linspace(0.25, 1, 6)[:, None] * r
            points = np.hstack([x + way * np.cos(angle), y + way * np.sin(angle) + way**2 * 0.8])
            c.line(points, 0.006, colour, 0.85)
            x_end, y_end = points[-1]
            c.disc(x_end, y_end, 0.008, mix(colour, (1, 1, 1), 0.6))
    _low_land(c, s, dark=True)


def comet(c: Canvas, s: Scene) -> None:
    """A shooting star with a long tail."""
    c.gradient((0.01, 0.02, 0.09), (0.06, 0.08, 0.2))
    _stars(c, 60, 1.0)
    x, y, angle = c.u(0.25, 0.5), c.u(0.45, 0.7), c.u(-0.9, -0.35)
    colour = mix(s.tint(c.rng), (1, 1, 1), 0.45)
    for k in np.linspace(1, 0, 40):
        c.disc(
            x + np.cos(angle) * k * 0.55,
            y + np.sin(angle) * k * 0.55,
            0.025 * (1 - k) ** 1.3 + 0.002,
            colour,
            0.35,
        )
    c.glow(x, y, 0.1, colour, 0.9)
    c.disc(x, y, 0.028, (1, 1, 1))
    _low_land(c, s, dark=True)


def _low_land(c: Canvas, s: Scene, *, dark: bool = False) -> None:
    """Hills at the foot of a sky picture, so that it has an up and a down."""
    light = 0.16 if dark else 0.22 + 0.5 * s.light * (s.time != "sunset")
    ground = shade(mix((0.2, 0.3, 0.25), s.tint(c.rng), 0.25), light)
    c.under(c.ridge(0.9, c.u(0.05, 0.16), 3), shade(ground, 1.25), 1.5)
    c.under(c.ridge(1.0, c.u(0.05, 0.12), 4), shade(ground, 0.7), 1.5)


SKIES = {
    f.__name__: f
    for f in (
        sunset,
        sun,
        moon,
        stars,
        galaxy,
        aurora,
        lightning,
        rainbow,
        clouds,
        planet,
        fireworks,
        comet,
    )
}
