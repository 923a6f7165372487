"""What a scene is: exact facts that say what is in a picture, and how to draw lots for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from musivid.pocket.scenes.canvas import Colour, hsv

__all__ = ["COLOURS", "LIGHT", "MIXED_STYLES", "STYLES", "TIMES", "WEATHERS", "Scene"]

# name: (hue in turns, saturation, value)
COLOURS: dict[str, tuple[float, float, float]] = {
    "red": (0.99, 0.85, 0.85),
    "orange": (0.07, 0.9, 0.95),
    "golden": (0.12, 0.75, 0.95),
    "yellow": (0.16, 0.8, 0.98),
    "green": (0.34, 0.7, 0.65),
    "teal": (0.48, 0.7, 0.7),
    "blue": (0.6, 0.75, 0.85),
    "violet": (0.75, 0.65, 0.8),
    "pink": (0.92, 0.5, 0.95),
    "white": (0.6, 0.05, 0.97),
    "silver": (0.6, 0.1, 0.65),
    "brown": (0.07, 0.6, 0.5),
}
TIMES = ("dawn", "day", "sunset", "dusk", "night")
# How much light there is at each time, 0..1.
LIGHT = {"dawn": 0.85, "day": 1.0, "sunset": 0.75, "dusk": 0.5, "night": 0.4}
WEATHERS = ("clear", "cloudy", "rain", "snow", "fog", "storm")
STYLES = ("plain", "ink", "neon", "watercolour", "mosaic", "paper", "starlight", "oil")
MIXED_STYLES = (*STYLES, "lowpoly")


@dataclass(frozen=True, slots=True)
class Scene:
    """The facts of one picture.

    Attributes:
        family: what it shows first of all: a key of `families.FAMILIES`.
        extra: a second thing in it: another family's name, or empty.
        colour: the leading colour: a key of `COLOURS`.
        time: time of day, one of `TIMES`.
        weather: one of `WEATHERS`.
        style: one of `MIXED_STYLES`.
        near: how large the subject is, 0 (far) to 1 (close).
        seed: of everything that the facts leave open.
        union: how the second belongs to the first: it lies behind (empty, or `behind` for a land
            behind a land), stands `over` it, lies `beside` it, or is what it is made `of`.
    """

    family: str
    extra: str = ""
    colour: str = "blue"
    time: str = "day"
    weather: str = "clear"
    style: str = "plain"
    near: float = 0.5
    seed: int = 0
    union: str = ""

    @property
    def light(self) -> float:
        """How much light there is, 0..1."""
        return LIGHT[self.time] * (0.75 if self.weather in ("rain", "storm", "fog") else 1.0)

    def tint(self, rng: np.random.Generator, spread: float = 0.03) -> Colour:
        """Return the leading colour, a little varied."""
        hue, saturation, value = COLOURS[self.colour]
        jitter = rng.normal(size=3)
        return hsv(
            hue + spread * 0.5 * jitter[0], saturation + 0.08 * jitter[1], value + 0.08 * jitter[2]
        )
