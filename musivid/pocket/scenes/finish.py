"""What lies over a finished picture: rain, snow, fog, and the style it is drawn in."""

from __future__ import annotations

import cv2
import numpy as np

from musivid.pocket.scenes.canvas import Canvas, mix, shade
from musivid.pocket.scenes.facts import Scene

__all__ = ["lay_style", "lay_weather"]


def lay_weather(c: Canvas, s: Scene) -> None:
    """Lay rain, snow, fog or storm over the picture."""
    if s.weather in ("rain", "storm"):
        slant = c.u(-0.06, 0.06) * (2 if s.weather == "storm" else 1)
        layer = np.zeros((c.size, c.size), np.uint8)
        for x, y in c.scatter(80 if s.weather == "rain" else 130):
            length = c.u(0.04, 0.1)
            at = c._fixed([(x, y), (x + slant * length * 10, y + length)])
            cv2.polylines(layer, [at], False, int(c.u(90, 200)), 1, cv2.LINE_AA, 4)
        c.blend(layer.astype(np.float32) / 255 * 0.75, (0.82, 0.88, 0.98))
    if s.weather == "snow":
        c.dots(
            c.scatter(75), c.rng.uniform(0.003, 0.011, 75), (1, 1, 1), c.rng.uniform(0.45, 1, 75)
        )
    if s.weather == "fog":
        level = 0.35 + 0.5 * s.light
        c.blend(np.clip(0.2 + 0.6 * c.noise(2, 4, wide=2), 0, 0.72), (level, level, level * 1.04))


def lay_style(c: Canvas, s: Scene) -> None:
    """Redraw the picture in the scene's style."""
    c.px = np.clip(c.px, 0, 1)
    if s.style != "plain":
        _STYLES[s.style](c, s)
    c.px = np.clip(c.px, 0, 1)


def _edges(c: Canvas) -> np.ndarray:
    grey = cv2.GaussianBlur(c.px.mean(2), (0, 0), c.size / 256)
    return np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))


def _ink(c: Canvas, s: Scene) -> None:
    grey = np.clip((c.px.mean(2) - 0.12) * 1.3, 0, 1)
    tone = np.round(cv2.GaussianBlur(grey, (0, 0), c.size / 180) * 4) / 4
    line = np.clip(_edges(c) * 3 - 0.25, 0, 1)
    paper = np.float32(mix((0.96, 0.93, 0.86), s.tint(c.rng), 0.12))
    c.px = paper * (0.12 + 0.88 * tone[..., None]) * (1 - 0.85 * line[..., None])


def _neon(c: Canvas, s: Scene) -> None:
    line = np.clip(_edges(c) * 2.4 - 0.15, 0, 1)[..., None]
    hue = c.px / np.maximum(c.px.max(2, keepdims=True), 0.15)
    light = np.float32(s.tint(c.rng)) * 0.45 + hue * 0.55
    halo = cv2.GaussianBlur((line * light).astype(np.float32), (0, 0), c.size * 0.02)
    c.px = c.px * 0.12 + line * light + halo * 0.8


def _watercolour(c: Canvas, s: Scene) -> None:
    soft = cv2.bilateralFilter(c.px.astype(np.float32), 7, 0.18, c.size * 0.02)
    paper = 0.9 + 0.13 * c.noise(48, 2)
    pale = 1 - (1 - soft) * (0.55 + 0.35 * c.noise(4, 4)[..., None])
    c.px = pale * paper[..., None] - 0.25 * np.clip(_edges(c) - 0.1, 0, 1)[..., None]


def _mosaic(c: Canvas, s: Scene) -> None:
    n = int(c.u(14, 22))
    tiles = cv2.resize(
        cv2.resize(c.px, (n, n), interpolation=cv2.INTER_AREA),
        (c.size, c.size),
        interpolation=cv2.INTER_NEAREST,
    )
    far = np.maximum(abs((c.x * n) % 1 - 0.5), abs((c.y * n) % 1 - 0.5))
    bump = 0.92 + 0.16 * cv2.resize(
        c.rng.random((n, n), dtype=np.float32), (c.size, c.size), interpolation=cv2.INTER_NEAREST
    )
    c.px = (
        tiles
        * bump[..., None]
        * np.where(far > 0.5 - 0.6 * n / c.size, 0.55, 1.0).astype(np.float32)[..., None]
    )


def _paper(c: Canvas, s: Scene) -> None:
    smooth = cv2.bilateralFilter(c.px.astype(np.float32), 9, 0.25, c.size * 0.03)
    flat = np.round(smooth * 5) / 5
    shadow = np.roll(cv2.GaussianBlur(flat.mean(2), (0, 0), c.size / 100), 2, (0, 1)) - flat.mean(2)
    c.px = flat * (0.96 + 0.07 * c.noise(64, 1)[..., None]) - np.clip(shadow, 0, 0.3)[..., None]


def _starlight(c: Canvas, s: Scene) -> None:
    grain = c.rng.random((c.size, c.size), dtype=np.float32)
    light = c.px.mean(2)
    points = (grain < light * 0.3).astype(np.float32)
    halo = cv2.GaussianBlur(points, (0, 0), c.size / 200)
    c.px = c.px * 0.28 + (points * 0.5 + halo * 0.9)[..., None] * (0.35 + 0.65 * c.px) * shade(
        (1, 1, 1), 1
    )


def _oil(c: Canvas, s: Scene) -> None:
    small = cv2.medianBlur((c.px * 255).astype(np.uint8), 5).astype(np.float32) / 255
    stroke = c.noise(40, 2) - 0.5
    relief = cv2.Sobel(cv2.GaussianBlur(stroke, (0, 0), 1), cv2.CV_32F, 1, 1)
    c.px = (
        np.clip((small - 0.5) * 1.15 + 0.5, 0, 1)
        + 0.5 * relief[..., None]
        + 0.08 * stroke[..., None]
    )


def _lowpoly(c: Canvas, s: Scene) -> None:
    """One colour in each triangle of a shaken grid."""
    n = int(c.u(14, 22))
    steps = np.arange(-1, n + 2)
    corners = np.stack(np.meshgrid(steps, steps), 2) + c.rng.uniform(-0.35, 0.35, (n + 3, n + 3, 2))
    corners = (corners * c.size / n).astype(np.int32)
    labels = np.zeros((c.size, c.size), np.int32)
    for row in range(n + 2):
        for column in range(n + 2):
            a, b = corners[row, column : column + 2]
            d, e = corners[row + 1, column : column + 2]
            label = 2 * (row * (n + 2) + column) + 1
            cv2.fillPoly(labels, [np.stack([a, b, e])], label)
            cv2.fillPoly(labels, [np.stack([a, e, d])], label + 1)
    flat = labels.ravel()
    size = np.maximum(np.bincount(flat), 1)
    means = [np.bincount(flat, c.px[..., k].ravel()) / size for k in range(3)]
    c.px = np.stack(means, 1)[labels].astype(np.float32)


_STYLES = {
    "ink": _ink,
    "neon": _neon,
    "watercolour": _watercolour,
    "mosaic": _mosaic,
    "paper": _paper,
    "starlight": _starlight,
    "oil": _oil,
    "lowpoly": _lowpoly,
}
