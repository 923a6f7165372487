"""What a verb of the line lets happen, over the picture of any scene.

An action has up to three sides: it changes the light (`Tone`), it puts something into the air, it
moves the camera. Each is a function of the moment alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from musivid.living import flights
from musivid.living.canvas import Planes
from musivid.living.moment import Moment
from musivid.living.plan import Act
from musivid.living.scene import Scene, ease, jitter, ramp
from musivid.living.tone import Tone, crack, frost, lay_tone

__all__ = ["ACTS", "Move", "perform"]

Rgb = tuple[float, float, float]

_COME_S, _GO_S = 0.45, 0.7
_NEAR_END_S = 0.05
_COLD, _WARM, _DEEP = (0.74, 0.90, 1.16), (1.14, 0.98, 0.80), (0.42, 0.86, 1.02)


@dataclass(slots=True)
class Move:
    """How actions move the camera: each adds its part.

    Attributes:
        zoom: 1 is all of the picture.
        shift: aside and down, in picture heights.
        turn: in radians.
    """

    zoom: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)
    turn: float = 0.0

    def add(self, zoom: float = 1.0, x: float = 0.0, y: float = 0.0, turn: float = 0.0) -> None:
        """Add another movement."""
        self.zoom *= zoom
        self.shift = self.shift[0] + x, self.shift[1] + y
        self.turn += turn

    def covering(self, aspect: float) -> float:
        """The zoom with which no movement shows what lies beyond the picture's border."""
        x, y = aspect / 2 + abs(self.shift[0]), 0.5 + abs(self.shift[1])
        along, across = float(np.cos(self.turn)), abs(float(np.sin(self.turn)))
        across_x, across_y = x * along + y * across, x * across + y * along
        return max(self.zoom, across_x / (aspect / 2), across_y / 0.5)


@dataclass(frozen=True)  # without slots: what is measured is kept
class _Stage:
    """An action at a moment.

    Attributes:
        planes: the picture.
        scene: whose it is.
        m: the moment.
        age_s: seconds since the action began.
        share: how far it is, 0..1, with level ends.
        level: how strong it is: it comes and goes.
        seed: its own chances.
        tone: the light, to be changed.
        move: the camera, to be moved.
    """

    planes: Planes
    scene: Scene
    m: Moment
    age_s: float
    share: float
    level: float
    seed: int
    tone: Tone
    move: Move

    @cached_property
    def air(self) -> flights.Air:
        """What things in the air need to know."""
        return flights.Air(self.planes, self.scene, self.m, self.age_s, self.level, self.seed)

    def glow(self, much: float, radius: float = 0.30, warm: Rgb = (1.0, 1.0, 1.0)) -> None:
        """Let light open where the scene has it."""
        top = max(max(self.scene.glow), 0.2)
        self.tone.radius = radius
        self.tone.glow = tuple(  # type: ignore[assignment]
            old + much * part / top * tint
            for old, part, tint in zip(self.tone.glow, self.scene.glow, warm, strict=True)
        )


def _mixed(tint: Rgb, level: float) -> Rgb:
    r, g, b = (1 + (part - 1) * level for part in tint)
    return r, g, b


def _sink(s: _Stage) -> None:
    x, y = s.tone.at
    s.tone.at = x, y + 0.34 * s.share
    s.glow(0.22 * s.level * (1 - 0.8 * s.share), 0.16, (1.0, 0.72, 0.55))
    s.tone.times(1 - 0.42 * s.share * s.level, _mixed((1.02, 0.94, 1.02), s.level))
    s.tone.top = max(s.tone.top, 0.72 * s.share * s.level)
    s.move.add(y=-0.022 * s.share * s.level, zoom=1 + 0.02 * s.share)


def _rise(s: _Stage) -> None:
    s.tone.low = tuple(c * s.level for c in (0.10, 0.045, 0.014))  # type: ignore[assignment]
    s.move.add(y=0.03 * (s.share - 0.3) * s.level, zoom=1 + 0.03 * s.level)


def _fly(s: _Stage) -> None:
    s.move.add(y=0.05 * s.share * s.level, zoom=1 + 0.06 * s.level * s.share)


def _burn(s: _Stage) -> None:
    flick = 0.86 + 0.14 * float(np.sin(s.m.time_s * 11.0) * np.sin(s.m.time_s * 6.1))
    fire = s.level * flick * (0.75 + 0.25 * s.m.loud + 0.2 * s.m.beat)
    s.tone.low = 0.50 * fire, 0.125 * fire, 0.020 * fire
    s.tone.times(1 - 0.16 * s.level, _mixed((1.12, 0.90, 0.72), s.level))


def _lean(s: _Stage) -> None:
    way = 1 if s.seed % 2 else -1
    lean = ramp(0, 1, min(s.share * 1.8, 1.0)) * s.level
    s.move.add(turn=way * 0.085 * lean, zoom=1 + 0.05 * lean, x=way * 0.02 * lean)


def _sway(s: _Stage) -> None:
    wave = float(np.sin(2 * np.pi * s.scene.stride(s.m.time_s, 4.0)))
    s.move.add(turn=0.034 * wave * s.level, x=0.022 * wave * s.level)


def _run(s: _Stage) -> None:
    step = 2 * np.pi * s.scene.stride(s.m.time_s, 1.0)
    bob, side = abs(float(np.sin(step / 2))), float(np.sin(step / 2))
    s.move.add(1 + 0.16 * s.share * s.level, 0.010 * side * s.level, 0.020 * bob * s.level,
               0.008 * side * s.level)  # fmt: skip


def _dance(s: _Stage) -> None:
    wave = float(np.sin(np.pi * s.scene.stride(s.m.time_s, 1.0)))
    s.move.add(1 + 0.016 * s.m.beat * s.level, 0.016 * wave * s.level, 0.0, 0.018 * wave * s.level)
    s.tone.saturation *= 1 + 0.16 * s.level
    s.tone.at = s.tone.at[0] + 0.16 * wave * s.level, s.tone.at[1]
    s.glow(0.16 * s.level * (0.5 + 0.5 * s.m.beat), 0.22)


def _fade(s: _Stage) -> None:
    gone = s.share**0.6 * s.level
    s.tone.saturation *= 1 - 0.92 * gone
    s.tone.times(1 - 0.46 * gone, _mixed((0.97, 1.0, 1.05), gone))
    s.tone.rim = max(s.tone.rim, 0.45 * gone)


def _break(s: _Stage) -> None:
    x, y = jitter(s.m.time_s * 21, 3.0)
    shock = float(np.exp(-s.age_s * 2.6))
    s.move.add(1 + 0.035 * shock, 0.011 * x * shock, 0.011 * y * shock, 0.010 * x * shock)
    s.tone.times(1 - 0.22 * s.level)


def _open(s: _Stage) -> None:
    # A bright picture is opened less, so that it does not drown in light.
    much = s.share**0.7 * s.level * min(max(1.25 - 3.2 * s.air.luma, 0.16), 1.0)
    s.glow(0.55 * much, 0.16 + 0.30 * s.share)
    s.tone.times(1 + 0.34 * much, _mixed((1.05, 1.0, 0.94), much))
    s.tone.saturation *= 1 + 0.12 * much


def _glow(s: _Stage) -> None:
    pulse = 0.72 + 0.28 * s.scene.breath(s.m)
    s.glow(0.34 * s.level * pulse, 0.24, (1.0, 0.86, 0.66))
    s.tone.times(1 + 0.06 * s.level, _mixed(_WARM, 0.6 * s.level))


def _wet(s: _Stage) -> None:
    s.tone.times(1 - 0.26 * s.level, _mixed((0.84, 0.94, 1.06), s.level))
    s.tone.saturation *= 1 - 0.22 * s.level


def _cold(s: _Stage) -> None:
    s.tone.times(1 - 0.04 * s.level, _mixed(_COLD, s.level))
    s.tone.saturation *= 1 - 0.34 * s.level


def _snowy(s: _Stage) -> None:
    s.tone.times(1 - 0.24 * s.level, _mixed((0.90, 0.97, 1.06), s.level))
    s.tone.saturation *= 1 - 0.30 * s.level


def _blow(s: _Stage) -> None:
    gust = 0.6 + 0.4 * float(np.sin(s.m.time_s * 2.3))
    s.move.add(turn=-0.016 * gust * s.level, x=0.016 * gust * s.level, zoom=1 + 0.02 * s.level)


def _sleep(s: _Stage) -> None:
    s.tone.top = max(s.tone.top, 0.85 * s.share * s.level)
    s.tone.foot = max(s.tone.foot, 0.80 * s.share * s.level)
    s.tone.times(1 - 0.30 * s.share * s.level, _mixed((0.80, 0.88, 1.10), s.share * s.level))
    s.move.add(1 + 0.05 * s.share * s.level)


def _shake(s: _Stage) -> None:
    x, y = jitter(s.m.time_s * 17, 1.0)
    much = s.level * (0.45 + 0.55 * s.m.beat)
    s.move.add(1.012, 0.0190 * x * much, 0.0160 * y * much, 0.014 * y * much)


def _bloom(s: _Stage) -> None:
    s.glow(0.30 * s.level * s.share, 0.20 + 0.16 * s.share, (1.0, 0.72, 0.80))
    s.tone.times(1 + 0.10 * s.level, _mixed((1.08, 0.98, 1.0), s.level))
    s.tone.saturation *= 1 + 0.20 * s.level


def _turn(s: _Stage) -> None:
    way = 1 if s.seed % 2 else -1
    s.move.add(1 + 0.05 * s.level, turn=way * 0.16 * (s.share - 0.25) * s.level)


def _burst(s: _Stage) -> None:
    swell = float(ramp(0, 0.45, s.age_s) * np.exp(-max(s.age_s - 0.45, 0) * 1.1))
    s.glow(0.70 * swell * s.level, 0.14 + 0.20 * min(s.age_s, 1.2), (1.0, 0.85, 0.65))
    x, y = jitter(s.m.time_s * 17, 1.0)
    s.move.add(1 + 0.04 * swell, 0.006 * x * swell, 0.006 * y * swell)


def _drown(s: _Stage) -> None:
    much = ease(min(s.share * 1.7, 1.0)) * s.level
    s.tone.times(1 - 0.34 * much, _mixed(_DEEP, much))
    s.tone.saturation *= 1 - 0.25 * much
    s.tone.foot = max(s.tone.foot, 0.75 * much)
    wave = float(np.sin(s.m.time_s * 1.1))
    s.move.add(1 + 0.05 * much, 0.012 * wave * much, -0.03 * much, 0.014 * wave * much)


def _light(s: _Stage) -> None:
    s.tone.low = tuple(c * s.level * s.share for c in (0.16, 0.070, 0.020))  # type: ignore[assignment]
    s.tone.times(1 - 0.10 * s.level, _mixed((1.06, 0.98, 0.88), s.level))


def _leave(s: _Stage) -> None:
    s.move.add(1 + 0.20 * (1 - s.share) * ease(s.age_s / 0.9))
    s.tone.saturation *= 1 - 0.45 * s.share * s.level
    s.tone.rim = max(s.tone.rim, 0.75 * s.share * s.level)


def _return(s: _Stage) -> None:
    s.move.add(1 + 0.17 * s.share * s.level)
    s.glow(0.26 * s.share * s.level, 0.30, (1.0, 0.84, 0.62))
    s.tone.times(1 + 0.06 * s.share, _mixed(_WARM, s.share * s.level))


def _close(s: _Stage) -> None:
    s.tone.rim = max(s.tone.rim, 0.94 * s.share**0.8 * s.level)
    s.tone.times(1 - 0.22 * s.share * s.level)
    s.move.add(1 + 0.06 * s.share * s.level)


def _grow(s: _Stage) -> None:
    s.move.add(1 + 0.22 * s.share * s.level)
    s.tone.saturation *= 1 + 0.22 * s.share * s.level
    s.glow(0.20 * s.share * s.level, 0.24)


def _frozen(s: _Stage) -> None:
    light = s.air.lit(np.array((0.80, 0.94, 1.10)), 3.2) + np.array((0.06, 0.075, 0.095))
    frost(s.planes, ease(min(s.age_s / 2.6, 1.0)), s.level, light.astype(np.float32), s.seed % 7)


def _cracked(s: _Stage) -> None:
    top = max(max(s.scene.glow), 0.2)
    glow = np.array(s.scene.glow) / top * 0.6 + 0.4
    light = (s.level * (0.35 + 1.1 * float(np.exp(-s.age_s * 0.8))) * glow).astype(np.float32)
    at = s.scene.light[0], min(max(s.scene.light[1], 0.25), 0.7)
    crack(s.planes, at, 0.10 + 1.5 * (1 - float(np.exp(-s.age_s * 2.4))), light, s.seed % 5)


@dataclass(frozen=True, slots=True)
class _Deed:
    """The sides of an action: on the light and the camera, and over the picture."""

    change: Callable[[_Stage], None] | None = None
    paint: tuple[Callable[[flights.Air], None], ...] = ()
    lay: Callable[[_Stage], None] | None = None


ACTS: dict[str, _Deed] = {
    "sink": _Deed(_sink),
    "rise": _Deed(_rise, (flights.lanterns_rise,)),
    "fall": _Deed(None, (flights.falling,)),
    "fly": _Deed(_fly, (flights.birds_cross,)),
    "burn": _Deed(_burn, (flights.embers_rise,)),
    "lean": _Deed(_lean),
    "run": _Deed(_run, (flights.streaks,)),
    "dance": _Deed(_dance, (flights.lights_dance,)),
    "fade": _Deed(_fade),
    "break": _Deed(_break, lay=_cracked),
    "wake": _Deed(_open, (flights.motes,)),
    "shine": _Deed(_open, (flights.motes,)),
    "glow": _Deed(_glow, (flights.fireflies,)),
    "rain": _Deed(_wet, (flights.rain_falls,)),
    "snow": _Deed(_snowy, (flights.snow_falls,)),
    "freeze": _Deed(_cold, lay=_frozen),
    "blow": _Deed(_blow, (flights.leaves_blow,)),
    "sleep": _Deed(_sleep),
    "cry": _Deed(_wet, (flights.drops_fall,)),
    "shake": _Deed(_shake),
    "bloom": _Deed(_bloom, (flights.petals_open,)),
    "turn": _Deed(_turn),
    "burst": _Deed(_burst, (flights.sparks_burst,)),
    "drown": _Deed(_drown, (flights.bubbles_rise,)),
    "sway": _Deed(_sway),
    "light": _Deed(_light, (flights.candles_light,)),
    "leave": _Deed(_leave),
    "return": _Deed(_return),
    "open": _Deed(_open),
    "close": _Deed(_close),
    "grow": _Deed(_grow, (flights.motes,)),
}
"""What happens, by the names of `verbs.yaml`."""


def perform(planes: Planes, scene: Scene, moment: Moment) -> Move:
    """Let the actions of a scene happen on its picture; how they move the camera.

    Actions that the scene acted out itself while it painted are left to it.
    """
    tone, move = Tone(at=scene.light), Move()
    stages = [
        (ACTS[act.name], _stage(planes, scene, moment, act, (tone, move)))
        for act in scene.acts
        if act.name not in scene.acted and act.start_s <= moment.time_s < act.end_s
    ]
    for deed, stage in stages:
        if deed.change is not None:
            deed.change(stage)
    lay_tone(planes, tone)
    for deed, stage in stages:
        for paint in deed.paint:
            paint(stage.air)
        if deed.lay is not None:
            deed.lay(stage)
    return move


def _stage(
    planes: Planes, scene: Scene, moment: Moment, act: Act, changed: tuple[Tone, Move]
) -> _Stage:
    age = moment.time_s - act.start_s
    level = ramp(0.0, _COME_S, age)
    if act.end_s < scene.section.end_s - _NEAR_END_S:  # else the cut ends it
        level *= ramp(0.0, _GO_S, act.end_s - moment.time_s)
    share = ramp(act.start_s, act.end_s, moment.time_s)
    seed = scene.seed * 7 + round(act.start_s * 10)
    return _Stage(planes, scene, moment, age, share, level, seed, *changed)
