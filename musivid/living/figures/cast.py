"""All figures by name: where each is at home, how tall it is, what it does, what is coloured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from musivid.living.figures import beasts, crafts, emblems
from musivid.living.figures.animals import cat
from musivid.living.figures.body import Body
from musivid.living.figures.clock import street_clock
from musivid.living.figures.deer import stag
from musivid.living.figures.people import alone, pair
from musivid.living.figures.sitting import seated
from musivid.living.figures.things import timber
from musivid.living.figures.umbrella import in_the_rain, umbrella
from musivid.living.figures.walking import STRIDE, couple, walker
from musivid.living.sprites import wings

__all__ = ["FIGURES", "POSES", "Clock", "Figure"]

Home = Literal["ground", "air", "water"]
POSES = ("walks", "stands", "sits", "dances", "drives", "flies", "floats")
"""What figures do, as plans say it."""


@dataclass(frozen=True, slots=True)
class Clock:
    """What moves a figure.

    Attributes:
        time_s: seconds in the film.
        phase: of the stride: a heel strikes at each half.
        wind: 0..1.
        breath: -1..1.
        beat: 1 on each beat, falling off.
    """

    time_s: float
    phase: float
    wind: float = 0.4
    breath: float = 0.0
    beat: float = 0.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure.

    Attributes:
        home: where it is.
        tall: its height; a grown person is 1.
        wide: of its contact shadow, in its own heights.
        poses: what it can do, and its body then.
        accents: parts in the film's colour.
        lamps: parts that shine.
        glints: parts a little lighter than the body.
        steps: heights that it goes in a stride.
        dives: what is below the water is not seen.
        plain: share of the light that it gives back where no part says another one.
    """

    home: Home
    tall: float
    poses: dict[str, Callable[[Clock], Body]]
    accents: tuple[str, ...] = ()
    lamps: tuple[str, ...] = ()
    glints: tuple[str, ...] = ()
    wide: float = 0.16
    steps: float = STRIDE
    dives: bool = False
    plain: tuple[float, float, float] = (0.055, 0.050, 0.060)


def _couple(c: Clock) -> Body:
    return couple(c.phase, c.time_s, c.wind).add(Body(), (-0.16, 0.0))


def _swinging(c: Clock) -> Body:
    """Two who sway to the beat."""
    return pair(c.time_s, c.wind, 0.5 + 0.5 * float(np.sin(np.pi * c.phase)), c.breath)


def _sheltered(c: Clock) -> Body:
    b, top = in_the_rain(c.time_s, c.breath), umbrella(0.04 * float(np.sin(c.time_s * 1.1)))
    b.add(top)
    b.add(top.parts["shaft"])
    b.parts["umbrella"] = Body().add(umbrella(0.04 * float(np.sin(c.time_s * 1.1))))
    return b


def _player(c: Clock) -> Body:
    strum = float(np.sin(4 * np.pi * c.phase))
    b = Body().add(timber(0.40, 0.114, 6), (-0.02, 0.0))
    return b.add(seated(c.time_s, "hat", breath=c.breath, strum=strum, lean=10))


def _dreamer(c: Clock) -> Body:
    b = Body().add(timber(0.40, 0.114, 4), (-0.02, 0.0))
    woman = seated(c.time_s, "ponytail", breath=c.breath, reach=0.1, lean=8)
    woman.parts["dress"] = woman.parts.pop("coat").add(woman.parts.pop("sleeve"))
    return b.add(woman)


def _flock(c: Clock) -> Body:
    """Birds in a loose wedge."""
    b = Body()
    for k in range(11):
        side, back = (k + 1) // 2, (-1) ** k
        x = -0.30 * side + 0.05 * float(np.sin(c.time_s * 0.7 + k))
        y = 0.15 * side * back + 0.04 * float(np.sin(c.time_s * 1.1 + k * 2))
        flap = float(np.sin(c.time_s * (7.5 + 0.3 * k) + k * 1.7))
        b.outline(wings(flap) * 0.145 + (x + 0.5, y), 0.004, rounded=2)
    return b


def _cat(c: Clock) -> Body:
    look = float(np.sin(c.time_s * 0.5))
    b = cat(c.time_s, look=look, ear=c.beat, breath=c.breath)
    b.parts["ribbon"] = Body().limb((-0.085, -0.640), (0.085, -0.640), 0.026, 0.026, 0.01)
    return b


def _surfaced(time_s: float) -> Body:
    """A whale whose back and tail are over the water."""
    return Body().add(beasts.whale(time_s), (0.0, 0.045))


def _stag(c: Clock) -> Body:
    """A stag that looks up and grazes."""
    graze = float(np.clip(1.6 * np.sin(c.time_s * 0.45 + 0.6) - 0.5, 0, 1))
    return stag(c.time_s, graze=graze, ear=c.beat, breath=c.breath)


def _walks(woman: bool) -> Callable[[Clock], Body]:
    return lambda c: walker(c.phase, c.time_s, woman=woman, wind=c.wind)


def _stands(woman: bool) -> Callable[[Clock], Body]:
    return lambda c: alone(c.time_s, c.wind, c.breath, woman=woman)


def _still(make: Callable[[float], Body], pose: str) -> dict[str, Callable[[Clock], Body]]:
    return {pose: lambda c: make(c.time_s)}


FIGURES: dict[str, Figure] = {
    "couple": Figure("ground", 1.0, {"walks": _couple, "stands": _swinging, "dances": _swinging},
                     ("dress",), wide=0.30),
    "walker": Figure("ground", 1.0, {"walks": _walks(False), "stands": _stands(False)}, ("scarf",)),
    "woman": Figure("ground", 0.95, {"walks": _walks(True), "stands": _stands(True),
                                     "sits": _dreamer}, ("dress",)),
    "child": Figure("ground", 0.80, {"stands": lambda c: emblems.child(c.time_s, c.wind)},
                    ("balloon",)),
    "dancer": Figure("ground", 0.98, {"dances": lambda c: emblems.dancer(c.phase / 2, c.time_s)},
                     ("skirt",), wide=0.10),
    "umbrella": Figure("ground", 1.0, {"stands": _sheltered}, ("umbrella",)),
    "player": Figure("ground", 1.0, {"sits": _player}, ("guitar",), wide=0.30),
    "angel": Figure("ground", 1.05, {"stands": lambda c: emblems.angel(c.time_s, c.breath)},
                    lamps=("halo",), wide=0.24),
    "cat": Figure("ground", 0.42, {"sits": _cat}, ("ribbon",), wide=0.28),
    "horse": Figure("ground", 1.35, {"walks": lambda c: beasts.horse(c.time_s, c.phase),
                                     "stands": lambda c: beasts.horse(c.time_s)}, ("blanket",),
                    wide=0.42, steps=0.80, plain=(0.150, 0.075, 0.038)),
    "deer": Figure("ground", 0.92, {"stands": _stag}, wide=0.32, plain=(0.200, 0.110, 0.055)),
    "eagle": Figure("air", 0.42, _still(beasts.eagle, "flies"), plain=(0.11, 0.075, 0.05)),
    "birds": Figure("air", 0.42, {"flies": _flock}),
    "butterfly": Figure("air", 0.34, _still(beasts.butterfly, "flies"), ("wings",),
                        glints=("veins",)),
    "balloon": Figure("air", 1.10, _still(crafts.balloon, "flies"), ("stripes",),
                      plain=(0.66, 0.56, 0.42)),
    "heart": Figure("air", 0.50, {"flies": lambda c: emblems.heart(c.time_s, c.beat)},
                    ("heart",)),
    "whale": Figure("water", 1.70, _still(_surfaced, "floats"), dives=True),
    "swan": Figure("water", 0.50, _still(beasts.swan, "floats"), ("beak",),
                   plain=(0.80, 0.80, 0.82)),
    "boat": Figure("water", 1.20, _still(crafts.sailboat, "floats"), ("sail",)),
    "car": Figure("ground", 0.56, _still(crafts.car, "drives"), ("tail",), ("lamp",),
                  ("glass", "rims"), wide=1.40, steps=1.3),
    "train": Figure("ground", 0.92, _still(crafts.train, "drives"), (), ("windows",), ("rods",),
                    wide=1.70, steps=1.0),
    "bicycle": Figure("ground", 0.62, _still(crafts.bicycle, "stands"), ("basket",), wide=0.80),
    "guitar": Figure("ground", 0.62, _still(crafts.guitar, "stands"), (), (), ("hole", "strings")),
    "clock": Figure("ground", 1.90, _still(street_clock, "stands"), lamps=("dial",),
                    glints=("hands",), wide=0.10),
    "piano": Figure("ground", 0.95, _still(crafts.piano, "stands"), (), ("keys",), wide=0.75),
    "tree": Figure("ground", 2.20, _still(emblems.tree, "stands"), wide=0.14),
    "flower": Figure("ground", 0.60, _still(emblems.flower, "stands"), ("petals",),
                     wide=0.10),
}  # fmt: skip
"""Figures by name."""
