"""Scenes that are two at once: a moon over a city, a forest by the sea, a heart of flames.

A painter draws one family on a canvas; here two of them share a picture. `draw_mix` draws by lot
which ones and how, in whichever light and weather suit both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import cv2
import numpy as np

from musivid.pocket.scenes.canvas import Canvas
from musivid.pocket.scenes.facts import COLOURS, MIXED_STYLES, TIMES, WEATHERS, Scene

__all__ = ["SUBSTANCES", "draw_mix", "paint_beside", "paint_made_of", "paint_over"]

Paint = Callable[[Canvas, Scene], None]

# What things can be made of, and from which height on its picture is that alone.
SUBSTANCES = {
    "fire": 0.25,
    "sea": 0.62,
    "stars": 0.0,
    "galaxy": 0.0,
    "smoke": 0.0,
    "shards": 0.0,
    "meadow": 0.62,
    "clouds": 0.0,
    "aurora": 0.0,
    "marble": 0.0,
    "bubbles": 0.0,
    "autumn": 0.3,
}
_SHINING = {"fire", "stars", "galaxy", "aurora"}
_OVER = [
    "moon",
    "sun",
    "stars",
    "galaxy",
    "aurora",
    "lightning",
    "rainbow",
    "planet",
    "fireworks",
    "comet",
    "sunset",
]
_UNDER = [
    "sea",
    "beach",
    "mountains",
    "forest",
    "autumn",
    "city",
    "desert",
    "snowfield",
    "meadow",
    "waterfall",
    "volcano",
    "road",
    "village",
    "castle",
    "lighthouse",
    "bridge",
    "river",
]
_LEFT = [
    "forest",
    "autumn",
    "meadow",
    "snowfield",
    "village",
    "road",
    "desert",
    "mountains",
    "waterfall",
    "castle",
    "city",
]
_RIGHT = ["sea", "beach", "river", "mountains", "city", "village", "volcano", "desert", "forest"]
# These rise so high that they are seen behind what lies before them.
_TALL = ["mountains", "volcano", "city", "castle"]
_BEFORE = ["sea", "beach", "river", "road", "meadow", "desert", "snowfield", "village", "bridge"]
_TIME_OF = {"sunset": "sunset", "sun": "day", "rainbow": "day"}
_LIFT = 0.17  # how far what stands in the sky is raised over a land
_KINDS, _SHARES = ("over", "beside", "behind", "of"), (0.34, 0.16, 0.15, 0.35)


def draw_mix(seed: int, things: list[str]) -> Scene:
    """Draw by lot the facts of a scene of two families; `things` can be made of substances."""
    rng = np.random.default_rng((seed, 3))
    kind = str(rng.choice(_KINDS, p=_SHARES))
    family, extra = _pair(kind, things, rng)
    time = str(rng.choice(TIMES))
    if kind == "over":
        time = _TIME_OF.get(extra, "night")
    elif kind == "of" and extra in _SHINING:
        time = "night"
    weather = str(rng.choice(WEATHERS, p=(0.5, 0.06, 0.12, 0.18, 0.07, 0.07)))
    if kind == "of" or extra in ("stars", "galaxy"):
        weather = "clear"
    style = str(rng.choice(MIXED_STYLES)) if rng.random() < 0.2 else "plain"
    colour, near = str(rng.choice(list(COLOURS))), float(rng.random())
    return Scene(family, extra, colour, time, weather, style, near, seed, kind)


def _pair(kind: str, things: list[str], rng: np.random.Generator) -> tuple[str, str]:
    firsts, seconds = {
        "over": (_UNDER, _OVER),
        "beside": (_LEFT, _RIGHT),
        "behind": (_BEFORE, _TALL),
        "of": (things, list(SUBSTANCES)),
    }[kind]
    while True:
        first, second = str(rng.choice(firsts)), str(rng.choice(seconds))
        if first != second:
            return first, second


def paint_over(c: Canvas, s: Scene, land: Paint, above: Paint) -> None:
    """Raise what stands in the sky, and paint the land before it, with snow on it if it snows."""
    above(c, replace(s, family=s.extra, extra="", union=""))
    rows = int(_LIFT * c.size)
    c.px = np.concatenate([c.px[rows:], np.repeat(c.px[-1:], rows, 0)])
    sky = c.px.copy()
    land(c, s)
    if s.weather == "snow":
        _lay_snow(c, sky)


def _lay_snow(c: Canvas, sky: np.ndarray) -> None:
    """Lay snow on the upper edges of all that was painted over `sky`."""
    solid = (np.abs(c.px - sky).max(2) > 0.04).astype(np.float32)
    rim = np.clip(solid - np.roll(solid, int(0.02 * c.size), 0), 0, 1)
    rim[: int(0.02 * c.size)] = 0
    c.blend(cv2.GaussianBlur(rim, (0, 0), c.size / 256) * 0.9, (0.93, 0.95, 1.0))
    low = np.clip((c.y - 0.8) * 4, 0, 0.75)
    c.blend(low * (0.6 + 0.4 * c.noise(6, 3)), (0.86, 0.89, 0.97))


def paint_beside(c: Canvas, s: Scene, left: Paint, right: Paint) -> None:
    """Paint two lands under one sky, each on its side; which is where is drawn by lot."""
    sky = c.px.copy()
    left(c, replace(s, extra="", union=""))
    first, c.px = c.px, sky
    right(c, replace(s, family=s.extra, extra="", union=""))
    border = c.u(0.42, 0.58) + c.u(-0.25, 0.25) * (c.y - 0.5) + 0.14 * (c.noise(3, 3) - 0.5)
    share = np.clip((c.x - border) / 0.05 + 0.5, 0, 1)
    if c.u() < 0.5:
        share = share[:, ::-1]
    c.px = first + (c.px - first) * share[..., None]


def paint_made_of(c: Canvas, s: Scene, thing: Paint, substance: Paint) -> None:
    """Paint a thing in the stuff of another family, keeping the thing's own light and dark."""
    alpha, relief = _cut_out(c, s, thing)
    stuff = _stuff(c, s, substance)
    if s.extra in _SHINING:
        halo = cv2.GaussianBlur(alpha, (0, 0), 0.05 * c.size)
        c.px += (halo * 0.55)[..., None] * stuff.reshape(-1, 3).mean(0)
    c.blend(alpha, stuff * relief[..., None])


def _cut_out(c: Canvas, s: Scene, thing: Paint) -> tuple[np.ndarray, np.ndarray]:
    """Where a thing is opaque, and how light it is there, both float [size, size].

    It is painted on black and on white: the difference is what shines through (triangulation
    matting, Smith and Blinn 1996, doi 10.1145/237170.237263).
    """
    plain, dice = replace(s, extra="", union=""), int(c.rng.integers(2**32))
    on = [Canvas(c.size, np.random.default_rng(dice)) for _ in range(2)]
    on[1].px += 1
    for canvas in on:
        thing(canvas, plain)
    alpha = np.clip(1 - np.abs(on[1].px - on[0].px).mean(2), 0, 1)
    alpha *= alpha > 0.25
    light = on[0].px.mean(2) / np.maximum(alpha, 0.1)
    inside = light[alpha > 0.5]
    most = float(np.quantile(inside, 0.9)) if inside.size else 1.0
    return alpha, np.clip(0.5 + 0.65 * light / max(most, 1e-3), 0.4, 1.35)


def _stuff(c: Canvas, s: Scene, substance: Paint) -> np.ndarray:
    """A picture [size, size, 3] of a substance alone."""
    stuff = Canvas(c.size, np.random.default_rng(int(c.rng.integers(2**32))))
    stuff.px += np.float32((0.35, 0.5, 0.75))
    substance(stuff, replace(s, family=s.extra, extra="", union=""))
    part = stuff.px[int(SUBSTANCES[s.extra] * c.size) :]
    return np.clip(cv2.resize(part, (c.size, c.size), interpolation=cv2.INTER_AREA), 0, 1)
