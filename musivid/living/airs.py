"""What the air of a look carries, told by its words, and how it comes into another scene."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import numpy as np

from musivid.core.seeds import dice
from musivid.living.canvas import Planes, grid
from musivid.living.light import splat
from musivid.living.moment import Moment
from musivid.living.weather import rain, snow

__all__ = ["Air", "air_of", "lay_air"]

Air = Literal["rain", "snow", "sparks", "drift", "dust"]
Rgb = tuple[float, float, float]

# The first that fits counts; `drift` is what falls slowly: leaves, petals, confetti.
_SIGNS: tuple[tuple[Air, str], ...] = (
    ("snow", r"snow|winter|frozen|ice|icy"),
    ("rain", r"rain|storm|thunder|drizzle"),
    ("sparks", r"fire|flame|ember|burn|volcano|lava|candle|spark|torch"),
    ("drift", r"leaves|autumn|petal|blossom|confetti|feather|flower"),
)
_FLAKES, _SPECKS = 260, 130


def air_of(words: Sequence[str]) -> Air:
    """What the air carries where these words are sung of; dust where they do not say."""
    text = " ".join(words).lower()
    return next((air for air, signs in _SIGNS if re.search(rf"\b(?:{signs})", text)), "dust")


def lay_air(planes: Planes, air: Air, m: Moment, much: float, *, ink: Rgb, seed: int) -> None:
    """Lay what the air carries over a picture.

    Args:
        planes: the picture.
        air: what it is.
        m: the moment.
        much: 0 nothing to 1 a sky full.
        ink: colour of the light that comes.
        seed: what is drawn by lot follows from it.
    """
    if much <= 0.01:
        return
    if air == "rain":
        size = planes.shape[2], planes.shape[1]
        light = np.array(ink, np.float32) * np.float32(0.16) + np.float32(0.05)
        rain(planes, *grid(size), m.time_s, 0.55 * much, 0.10, light)
    elif air == "snow":
        snow(planes, m.time_s, round(_FLAKES * much), 0.55, seed)
    else:
        _specks(planes, air, m, much, ink=ink, seed=seed)


def _specks(planes: Planes, air: Air, m: Moment, much: float, *, ink: Rgb, seed: int) -> None:
    """Sparks rise, leaves and petals sink aside, dust hangs and shines with the notes."""
    height, width = planes.shape[1:]
    u = dice(seed + 41).random((6, _SPECKS))[:, : max(round(_SPECKS * much), 1)]
    near = 0.2 + 0.8 * u[2] ** 2
    pace = {"sparks": -0.16, "drift": 0.055}.get(air, -0.012)
    clock = m.flow if air == "sparks" else m.time_s
    y = (u[1] + clock * pace * (0.4 + near)) % 1.1 - 0.05
    swing = 0.03 * np.sin(m.time_s * (0.5 + 1.5 * u[3]) + u[4] * 40)
    x = (u[0] + swing + (0.02 * m.time_s * near if air == "drift" else 0.0)) % 1.06 - 0.03
    blink = 0.55 + 0.45 * np.sin(m.time_s * (1 + 5 * u[5]) + u[4] * 30)
    level = {"sparks": 0.9, "drift": 0.34}.get(air, 0.12 + 0.5 * m.notes)
    light = level * blink * (0.4 + 0.6 * u[3]) * min(1.0, 2 * much)
    radius = (1.2 + {"sparks": 2.0, "drift": 6.0}.get(air, 4.5) * near**2) * height / 720
    colour = np.array((1.0, 0.42, 0.10) if air == "sparks" else ink)
    rows = np.column_stack([x * width, y * height, radius, light[:, None] * colour])
    splat(planes, rows.astype(np.float32))
