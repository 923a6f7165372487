"""Abstract fields for pure music: fire, smoke, waves, spirals, mandalas, marble, tunnels."""

from __future__ import annotations

import numpy as np

from musivid.pocket.scenes.canvas import Canvas, Colour, hsv, mix, shade
from musivid.pocket.scenes.facts import COLOURS, Scene

__all__ = ["FIELDS"]


def _pair(c: Canvas, s: Scene) -> tuple[Colour, Colour]:
    """The leading colour and a companion: a neighbour, the opposite, or a dark of its own."""
    hue, saturation, value = COLOURS[s.colour]
    lot = c.u()
    if lot < 0.4:
        return s.tint(c.rng), shade(s.tint(c.rng), 0.15)
    turn = 0.5 if lot < 0.6 else 0.12
    return s.tint(c.rng), hsv(hue + turn, max(saturation, 0.3), value * 0.8)


def _ramp(c: Canvas, s: Scene, value: np.ndarray) -> None:
    a, b = _pair(c, s)
    value = np.clip(value, 0, 1)[..., None]
    c.px[:] = np.float32(b) + (np.float32(a) - np.float32(b)) * value
    c.px += np.float32(0.55) * np.clip(value - 0.75, 0, 1)


def _polar(c: Canvas) -> tuple[np.ndarray, np.ndarray]:
    x, y = c.u(0.45, 0.55), c.u(0.45, 0.55)
    return np.hypot(c.x - x, c.y - y), np.arctan2(c.y - y, c.x - x)


def fire(c: Canvas, s: Scene) -> None:
    """Flames that rise from below."""
    heat = c.noise(5, 5) * 0.95 + np.clip(c.y * 1.7 - 0.75, -1, 1) * 0.75
    tongues = c.noise(6, 4, wide=1)
    heat = np.clip(heat * (0.65 + 0.5 * tongues), 0, 1.2)
    tint = mix((1, 0.35, 0.03), s.tint(c.rng), 0.12)
    c.px[:] = (0.03, 0.01, 0.01)
    for level, colour in (
        (0.22, shade(tint, 0.55)),
        (0.4, tint),
        (0.6, (1, 0.65, 0.12)),
        (0.85, (1, 0.95, 0.65)),
    ):
        c.blend(np.clip((heat - level) * 5, 0, 1), colour)
    c.dots(c.scatter(26, 0, 0.8), c.rng.uniform(0.002, 0.006, 26), (1, 0.6, 0.2))


def smoke(c: Canvas, s: Scene) -> None:
    """Coloured smoke in the dark."""
    c.px[:] = (0.03, 0.03, 0.05)
    for colour in _pair(c, s):
        warp = c.noise(3, 3)
        curl = np.sin((c.x + warp * 0.9) * c.u(5, 9) + c.noise(3, 4) * 6) * 0.5 + 0.5
        c.blend(np.clip(curl * c.noise(2, 4) * 1.5 - 0.25, 0, 1), mix(colour, (1, 1, 1), 0.15))


def waves(c: Canvas, s: Scene) -> None:
    """Flowing parallel lines."""
    a = c.u(0, np.pi)
    along = c.x * np.cos(a) + c.y * np.sin(a)
    _ramp(c, s, np.sin(along * c.u(18, 42) + 7 * c.noise(2, 3)) * 0.5 + 0.5)


def spiral(c: Canvas, s: Scene) -> None:
    """A spiral."""
    away, angle = _polar(c)
    _ramp(c, s, np.sin(angle * int(c.u(1, 5)) + np.log(away + 0.02) * c.u(6, 12)) * 0.7 + 0.5)


def mandala(c: Canvas, s: Scene) -> None:
    """A round ornament with many-fold symmetry."""
    away, angle = _polar(c)
    n = int(c.u(5, 13))
    petals = np.cos(angle * n)
    value = np.sin(away * c.u(30, 50) + petals * c.u(1, 3)) * 0.5 + 0.5
    _ramp(c, s, value * np.clip(1.3 - away * 1.8, 0, 1))
    third = hsv(c.u(), 0.6, 0.95)
    c.blend(np.clip(np.cos(away * c.u(20, 36) - petals * 2) * 4 - 2.6, 0, 1), third)


def marble(c: Canvas, s: Scene) -> None:
    """Veined marble or poured ink."""
    _ramp(c, s, 1 - abs(np.sin((c.x + c.y) * 4 + 9 * c.noise(2, 6))) ** 0.5)


def shards(c: Canvas, s: Scene) -> None:
    """Stained glass: cells with dark borders."""
    points = c.scatter(int(c.u(14, 40)))
    stack = (c.x[..., None] - points[:, 0].astype(np.float32)) ** 2 + (
        c.y[..., None] - points[:, 1].astype(np.float32)
    ) ** 2
    two = np.partition(stack, 1, axis=-1)[..., :2]
    owner = stack.argmin(-1)
    a, b = _pair(c, s)
    table = np.float32([shade(mix(a, b, c.u(0, 0.8)), c.u(0.6, 1.3)) for _ in points])
    c.px[:] = table[owner]
    c.px *= np.clip((np.sqrt(two[..., 1]) - np.sqrt(two[..., 0])) * 60, 0.05, 1)[..., None]


def bubbles(c: Canvas, s: Scene) -> None:
    """Overlapping soft circles of light."""
    a, b = _pair(c, s)
    c.gradient(shade(b, 0.5), shade(a, 0.3))
    for x, y in c.scatter(int(c.u(12, 30))):
        colour, r = mix(mix(a, b, c.u()), (1, 1, 1), c.u(0, 0.4)), c.u(0.03, 0.14)
        c.disc(x, y, r, colour, c.u(0.2, 0.6))
        c.disc(x - r * 0.3, y - r * 0.3, r * 0.2, (1, 1, 1), 0.4)


def tunnel(c: Canvas, s: Scene) -> None:
    """A tunnel of rings or squares into the distance."""
    away, angle = _polar(c)
    if c.u() < 0.5:
        away = np.maximum(abs(c.x - 0.5), abs(c.y - 0.5))
    depth = 0.35 / (away + 0.03)
    value = (np.sin(depth * c.u(5, 9)) > 0) * 0.6 + (np.sin(angle * 8 + depth) > 0) * 0.4
    _ramp(c, s, value * np.clip(away * 2.6, 0, 1))


def rays(c: Canvas, s: Scene) -> None:
    """Beams of light from one point."""
    away, angle = _polar(c)
    beams = np.sin(angle * int(c.u(7, 16)) + c.u(0, 6)) * 0.5 + 0.5
    _ramp(c, s, beams**2 * (0.35 + 0.65 * np.exp(-away * 2)) + np.exp(-((away / 0.13) ** 2)))


def grid(c: Canvas, s: Scene) -> None:
    """A glowing grid to the horizon under a low sun."""
    a, b = _pair(c, s)
    c.gradient((0.03, 0.01, 0.1), shade(a, 0.6), 0.55)
    c.disc(0.5, 0.45, 0.2, mix(a, (1, 0.75, 0.4), 0.4))
    for k in range(5):
        y = 0.42 + 0.045 * k
        c.poly(
            [(0.25, y), (0.75, y), (0.75, y + 0.008 + 0.004 * k), (0.25, y + 0.008 + 0.004 * k)],
            (0.05, 0.02, 0.12),
        )
    c.under(np.full(c.size, 0.58, np.float32), (0.03, 0.01, 0.08), 1)
    for k in np.linspace(-3, 4, 22):
        c.line([(0.5 + (k - 0.5) * 0.12, 0.58), (k * 1.2 - 0.1, 1.02)], 0.005, mix(a, b, 0.2))
    for k in np.linspace(0, 1, 9) ** 2:
        c.line([(0, 0.58 + 0.44 * k), (1, 0.58 + 0.44 * k)], 0.005, a)


def confetti(c: Canvas, s: Scene) -> None:
    """Bright scraps in the air."""
    a, b = _pair(c, s)
    c.gradient(shade(b, 0.5), shade(a, 0.7))
    for x, y in c.scatter(90):
        r, turn = c.u(0.01, 0.03), c.u(0, 3)
        cos, sin = r * np.cos(turn), r * np.sin(turn)
        c.poly(
            [
                (x - cos, y - sin),
                (x + sin * 0.5, y - cos * 0.5),
                (x + cos, y + sin),
                (x - sin * 0.5, y + cos * 0.5),
            ],
            mix(hsv(c.u(), 0.75, 1), a, 0.35),
        )


FIELDS = {
    f.__name__: f
    for f in (
        fire,
        smoke,
        waves,
        spiral,
        mandala,
        marble,
        shards,
        bubbles,
        tunnel,
        rays,
        grid,
        confetti,
    )
}
