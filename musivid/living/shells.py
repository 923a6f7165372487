"""Fireworks: shells that rise and burst, each star a function of its age (drag and gravity).

A star with drag k that starts at speed v has gone v (1 - exp(-k t)) / k, and falls towards its
terminal speed; no state is kept, so any moment can be drawn on its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from musivid.core.seeds import dice
from musivid.living.canvas import Planes
from musivid.living.light import splat, streaks

__all__ = ["KINDS", "RISE_S", "Shell", "draw_burst", "flash", "rocket"]

Array = NDArray[np.float64]
Rgb = tuple[float, float, float]

RISE_S = 1.15  # from the ground to the burst
_HOT = (1.0, 0.92, 0.78)
_THINNEST = 0.85  # half width of a line, in pixels


@dataclass(frozen=True, slots=True)
class _Kind:
    """Stars, drag (1/s), terminal speed (heights/s), life and tail (s), samples of a tail."""

    stars: int
    drag: float
    fall: float
    life_s: float
    tail_s: float
    samples: int
    thick: float = 1.0


KINDS: dict[str, _Kind] = {
    "peony": _Kind(190, 2.6, 0.050, 2.2, 0.13, 4),
    "chrysanthemum": _Kind(110, 2.4, 0.060, 2.5, 0.60, 9),
    "willow": _Kind(90, 1.7, 0.085, 3.9, 1.25, 13, 0.9),
    "ring": _Kind(64, 2.8, 0.045, 1.9, 0.12, 4),
    "palm": _Kind(17, 2.1, 0.080, 2.7, 0.85, 12, 1.7),
    "glitter": _Kind(170, 2.4, 0.055, 3.2, 0.05, 2, 0.9),
}


@dataclass(frozen=True, slots=True)
class Shell:
    """One shell.

    Attributes:
        age_s: since it burst; negative while it rises.
        at: where it bursts, in picture heights.
        reach: how far its stars fly, in heights.
        kind: one of `KINDS`.
        inks: colours of its stars and of its core.
        key: its chances.
    """

    age_s: float
    at: tuple[float, float]
    reach: float
    kind: str
    inks: tuple[Rgb, Rgb]
    key: int


def _ways(shell: Shell, kind: _Kind) -> tuple[Array, Array]:
    """Where its stars fly, float64 [n, 2] in reaches, and which are of the core."""
    rng = dice(shell.key)
    ways = rng.standard_normal((kind.stars, 3))
    if shell.kind == "ring":
        turn = np.linspace(0, 2 * np.pi, kind.stars, endpoint=False)
        a, b = rng.uniform(0, np.pi), rng.uniform(0.35, 0.9)
        x, y = np.cos(turn), b * np.sin(turn)
        return np.stack([x * np.cos(a) - y * np.sin(a), x * np.sin(a) + y * np.cos(a)], 1), turn * 0
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    ways *= rng.uniform(0.93, 1.04, (kind.stars, 1))
    core = np.zeros(kind.stars)
    if shell.kind in ("peony", "glitter"):
        core[: kind.stars // 3] = 1
        ways[: kind.stars // 3] *= 0.48
    if shell.kind == "palm":
        ways[:, 1] = -abs(ways[:, 1]) * 0.6 - 0.25
    return ways[:, :2], core


def draw_burst(planes: Planes, shell: Shell) -> None:
    """Add the stars of a shell with their tails to a picture."""
    kind, height = KINDS[shell.kind], planes.shape[1]
    if not 0 <= shell.age_s < kind.life_s:
        return
    ways, core = _ways(shell, kind)
    back = np.arange(kind.samples) / kind.samples
    ages = np.maximum(shell.age_s - kind.tail_s * back, 0)
    gone = 1 - np.exp(-kind.drag * ages)
    x = (shell.at[0] + shell.reach * ways[:, :1] * gone) * height
    drop = kind.fall * (ages - gone / kind.drag)
    y = (shell.at[1] + shell.reach * ways[:, 1:] * gone + drop) * height
    colours = _colours(shell, kind, core)
    thin = 1.5 * kind.thick * (1 - 0.4 * back[1:]) * height / 720
    wide = np.maximum(thin, _THINNEST)
    light = 3.2 * (1 - back[1:]) ** 1.6 * thin / wide  # small pictures are no brighter
    tails = (colours[:, None] * light[None, :, None]).reshape(-1, 3)
    ends = [x[:, :-1], y[:, :-1], x[:, 1:], y[:, 1:], np.broadcast_to(wide, x[:, 1:].shape)]
    rows = np.concatenate([np.stack(ends, -1).reshape(-1, 5), tails], 1)
    streaks(planes, rows.astype(np.float32))
    true = 2.9 * kind.thick * height / 720
    size = np.full(kind.stars, max(true, 1.1))
    heads_light = colours * (6.0 * min(true / 1.1, 1.0) ** 2)
    heads = np.concatenate([np.stack([x[:, 0], y[:, 0], size], 1), heads_light], 1)
    splat(planes, heads.astype(np.float32))


def _colours(shell: Shell, kind: _Kind, core: Array) -> Array:
    """Light of each star, float64 [n, 3]: white-hot first, then its own; some twinkle late."""
    age = shell.age_s
    left, hot = 1 - age / kind.life_s, np.exp(-age * 6)
    inks = np.array(shell.inks)[core.astype(int)]
    if shell.kind in ("willow", "palm"):  # gold cools to red
        inks = inks * (1, 0.50 + 0.50 * left, 0.35 + 0.65 * left)
    colours = (inks * (1 - hot) + np.array(_HOT) * hot) * (
        left**0.75 * (1 + 1.2 * np.exp(-age * 8))
    )
    if shell.kind in ("glitter", "willow"):
        phase = dice(shell.key + 1).random((kind.stars, 1))
        blink = 0.5 + 0.5 * np.sin(age * (16 + 18 * phase) + 60 * phase)
        late = np.clip(age / kind.life_s * 2.2 - 0.5, 0, 1)
        colours = colours * (1 - late * (1 - 2.0 * blink**3))
    return np.asarray(colours)


def rocket(shell: Shell, ground: float, height: int) -> NDArray[np.float32]:
    """Spots of a shell that rises from the ground, with the sparks that it leaves."""
    if not -RISE_S <= shell.age_s < 0:
        return np.zeros((0, 6), np.float32)
    rng, back = dice(shell.key + 2), np.arange(26) / 26
    share = np.clip((shell.age_s + RISE_S - 0.32 * back) / RISE_S, 0, 1)
    up = 1 - (1 - share) ** 1.7
    foot = shell.at[0] + rng.uniform(-0.08, 0.08)
    x = foot + (shell.at[0] - foot) * up + rng.normal(0, 0.0016, 26) * back
    y = ground + (shell.at[1] - ground) * up + 0.02 * back**2
    light = 0.9 * (1 - back) ** 1.8 * (share > 0)
    rows = [x * height, y * height, np.full(26, 1.35 * max(height / 720, 0.75)),
            light, light * 0.62, light * 0.30]  # fmt: skip
    return np.stack(rows, 1).astype(np.float32)


def flash(shell: Shell) -> Array:
    """The light that a shell throws on smoke, clouds and water, RGB."""
    age = shell.age_s
    if age < 0:
        return np.zeros(3)
    fade = np.exp(-age * 2.4) * (1 - np.exp(-age * 30))
    hot = np.exp(-age * 7)
    ink = np.array(shell.inks[0]) * (1 - hot) + np.array(_HOT) * hot
    return np.asarray(ink * fade * shell.reach / 0.3)
