"""What every scene is: a size, a look, shots that change on downbeats, and a picture a moment.

A scene is one file in `scenes/` that reads like a shader. It is cued once with its section of the
film; then `paint` gives the planes of any moment, in any order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from musivid.core.easing import smoothstep
from musivid.living.canvas import Planes, grid, new_planes
from musivid.living.light import Grade
from musivid.living.moment import Moment, Music
from musivid.living.plan import Act

__all__ = ["Backdrop", "Now", "Scene", "Section", "Stand", "Zone", "ease", "jitter", "ramp"]

_ONE_SHOT_S, _TWO_SHOTS_S = 2.4, 7.0  # sections shorter than this have one or two shots
_LEAST_SHOT_S = 1.2
_MOST_BARS = 8  # a shot holds no longer
_USUAL_BEAT_S = 0.5  # where a song has no pulse


@dataclass(frozen=True, slots=True)
class Section:
    """The stretch of film that a scene has, and where the music beats in it.

    Attributes:
        start_s: where it begins.
        end_s: where it ends.
        beats_s: all beats of the song.
        bars_s: all first beats of bars.
        held: whether it is one shot, however long.
        music: the song, for scenes that remember what went by.
    """

    start_s: float
    end_s: float
    beats_s: NDArray[np.float64]
    bars_s: NDArray[np.float64]
    held: bool = False
    music: Music | None = None

    @classmethod
    def of(cls, start_s: float, end_s: float, music: Music, *, held: bool = False) -> Section:
        """A section of a song."""
        return cls(start_s, end_s, music.beats_s, music.bars_s, held, music)

    @property
    def beat_s(self) -> float:
        """Seconds from one beat to the next, in the middle of all."""
        return float(np.median(np.diff(self.beats_s))) if len(self.beats_s) > 2 else _USUAL_BEAT_S

    def turns_s(self) -> list[float]:
        """Where its shots begin: on downbeats near even parts, else on beats."""
        count = self._shots()
        turns = [self.start_s]
        for index in range(1, count):
            wanted = self.start_s + (self.end_s - self.start_s) * index / count
            turns.append(self._nearest(wanted, turns[-1]))
        return turns

    def _shots(self) -> int:
        span = self.end_s - self.start_s
        if self.held or span < _ONE_SHOT_S:
            return 1
        if span < _TWO_SHOTS_S:
            return 2
        return max(3, int(np.ceil(span / (_MOST_BARS * 4 * self.beat_s))))

    def _nearest(self, wanted: float, after: float) -> float:
        for moments in (self.bars_s, self.beats_s):
            inside = moments[(moments > after + _LEAST_SHOT_S) & (moments < self.end_s - 0.8)]
            if len(inside):
                return float(inside[np.argmin(np.abs(inside - wanted))])
        return wanted


@dataclass(frozen=True, slots=True)
class Now:
    """Where a moment lies in its section.

    Attributes:
        shot: name of the shot.
        share: how far the shot is, 0..1.
        act: how far the section is, 0..1: the sun sinks, the trees lean.
        age_s: seconds since the shot began.
        section_s: seconds since the section began.
    """

    shot: str
    share: float
    act: float
    age_s: float
    section_s: float

    @property
    def move(self) -> float:
        """An even run through the shot, -0.5..0.5, for moves of the camera."""
        return self.share - 0.5


@dataclass(frozen=True, slots=True)
class Zone:
    """Where words may stand.

    Attributes:
        align: left, right or middle.
        top: at which height, 0..1; in the lower half rows grow upwards from the foot instead.
        firm: rows begin at `top` in the lower half as well.
        start: where left rows begin, in picture heights; None: at the margin.
    """

    align: str = "left"
    top: float = 0.115
    firm: bool = False
    start: float | None = None


@dataclass(frozen=True, slots=True)
class Stand:
    """Where the film's figure may stand in a shot, and what it stands on.

    Attributes:
        x: share of the width.
        y: share of the height: its feet.
        tall: a grown person there, in picture heights.
        bank: a dark bank of earth is drawn under it; else it stands on the scene's own ground.
        wet: how much the ground mirrors, 0..1.
        follow: the camera goes along with it, so it walks where it is.
        water: share of the height at which boats float; None: there is no water.
        ground: whether anybody can stand; else there is room in the air alone.
        away: the way leads from the viewer, so nobody walks across it.
    """

    x: float = 0.30
    y: float = 0.93
    tall: float = 0.20
    bank: bool = True
    wet: float = 0.0
    follow: bool = False
    water: float | None = None
    ground: bool = True
    away: bool = False


@dataclass(frozen=True, slots=True)
class Backdrop:
    """What words stand before: where there is room for them, and the colour of the light."""

    zone: Zone
    glow: tuple[float, float, float]


class Scene:
    """Base of all scenes; `looks` holds what differs from look to look."""

    shots: ClassVar[tuple[str, ...]] = ("wide",)
    looks: ClassVar[Mapping[str, Any]] = {}
    zones: ClassVar[Mapping[str, Zone]] = {}
    stands: ClassVar[Mapping[str, Stand]] = {}
    starry: ClassVar[bool] = False  # what falls in it are stars, however light it is
    travels: ClassVar[bool] = True  # the film's camera may travel over it
    people: ClassVar[str] = ""  # the figure of its own that a film may follow, as `couple`
    closing: ClassVar[str] = ""  # the shot that a film ends on; empty: one where somebody stands

    def __init__(self, size: tuple[int, int], look: str, seed: int) -> None:
        """Make what all frames share.

        Args:
            size: (width, height) in pixels.
            look: one of `looks`.
            seed: what is drawn by lot follows from it.
        """
        self.size, self.look, self.seed = size, look, seed
        self.half = max(size[0] // 2, 2), max(size[1] // 2, 2)
        self.aspect = size[0] / size[1]
        # Figures are smaller where the picture is narrow.
        self.fit = min(1.0, 0.25 + 0.75 * self.aspect / 1.6)
        self.full, self.mid = grid(size), grid(self.half)
        self.out, self.small = new_planes(size), new_planes(self.half)
        self.grade = Grade()
        self.light: tuple[float, float] = (self.aspect / 2, 0.45)
        self.glow: tuple[float, float, float] = (1.0, 0.6, 0.3)
        self.added: Planes | None = None
        self.acts: tuple[Act, ...] = ()
        self.figure, self.last = "", False
        self.accent: tuple[float, float, float] | None = None
        self.acted: set[str] = set()
        self.section = Section(0.0, 1e9, np.empty(0), np.empty(0))
        self._turns = [0.0]
        self._pattern = list(self.shots[:1])

    def cue(self, section: Section, first_shot: int = 0) -> None:
        """Take the section of the film that this scene has, and the shot that it opens with."""
        self.section = section
        self._turns = section.turns_s()
        shots = self.shots
        self._pattern = [shots[(first_shot + k) % len(shots)] for k in range(len(self._turns))]

    def close(self) -> None:
        """End on the closing shot: what a film leaves in mind has somebody in it."""
        standing = (shot for shot, stand in self.stands.items() if stand.ground)
        shot = self.closing or next(standing, self.shots[0])
        if self.section.held or self._pattern[-1] == shot:
            return
        if len(self._pattern) > 1 and self._pattern[-2] == shot:  # it simply stays
            del self._turns[-1], self._pattern[-1]
        else:
            self._pattern[-1] = shot

    def paint(self, moment: Moment) -> Planes:
        """The picture of a moment: linear light float32 [3, h, w]; valid until the next call."""
        raise NotImplementedError

    def now(self, moment: Moment) -> Now:
        """Where a moment lies in the section."""
        time_s = moment.time_s
        last = len(self._turns) - 1
        index = int(np.clip(np.searchsorted(self._turns, time_s + 0.02, "right") - 1, 0, last))
        start = self._turns[index]
        end = self._turns[index + 1] if index < last else self.section.end_s
        share = float(np.clip((time_s - start) / max(end - start, 0.1), 0, 1.2))
        whole = (time_s - self.section.start_s) / max(
            self.section.end_s - self.section.start_s, 0.1
        )
        return Now(
            shot=self._pattern[index],
            share=share,
            act=float(np.clip(whole, 0, 1)),
            age_s=time_s - start,
            section_s=time_s - self.section.start_s,
        )

    def act(self, moment: Moment, name: str) -> float:
        """How far an action has come that the words ask for, 0..1; 0 where nobody asks.

        A scene that asks for an action acts it out in its own way: the general one stays out.
        """
        self.acted.add(name)
        for act in self.acts:
            if act.name == name:
                return ramp(act.start_s, act.end_s, moment.time_s)
        return 0.0

    def shot_start_s(self, moment: Moment) -> float:
        """When the shot of a moment began."""
        return moment.time_s - self.now(moment).age_s

    def stride(self, time_s: float, beats: float = 2.0) -> float:
        """Phase of a walk, so that a heel strikes on each beat."""
        found, beat_s = self.section.beats_s, self.section.beat_s
        if len(found) < 2:
            return time_s / (beat_s * beats)
        if time_s < found[0]:
            return float((time_s - found[0]) / beat_s / beats)
        return float(np.interp(time_s, found, np.arange(len(found))) / beats)

    def breath(self, moment: Moment) -> float:
        """A slow breath of four beats, -1..1."""
        return float(np.sin(2 * np.pi * moment.time_s / (self.section.beat_s * 4)))

    def stand(self, moment: Moment) -> Stand | None:
        """Where the film's figure stands in the shot of a moment; None: nowhere."""
        return self.stands.get(self.now(moment).shot)

    def accented(self, colour: Sequence[float]) -> NDArray[np.float64]:
        """A colour of what stands out, as light as it is, in the hue of the film's accent."""
        own = np.asarray(colour, np.float64)
        if self.accent is None:
            return own
        weights = np.array((0.30, 0.59, 0.11))
        accent = np.array(self.accent)
        return accent * float(own @ weights) / float(accent @ weights)

    def carried(self, most: int) -> tuple[int, int]:
        """The size at which a scene carries on what it remembers, `most` rows and half at most."""
        rows = min(most, self.half[1])
        return max(round(rows * self.aspect), 4), rows

    def backdrop(self, moment: Moment) -> Backdrop:
        """What words stand before at a moment."""
        return Backdrop(self.zone(moment), self.glow)

    def zone(self, moment: Moment) -> Zone:
        """Where words may stand in the shot of a moment."""
        return self.zones.get(self.now(moment).shot, Zone())


def ease(x: float) -> float:
    """Smoothstep of any one number, as a plain one."""
    return smoothstep(float(x))


def ramp(a: float, b: float, x: float) -> float:
    """0 at a, 1 at b, with level ends; a may lie above b."""
    return ease((x - a) / (b - a))


def jitter(time_s: float, seed: float = 0.0) -> tuple[float, float]:
    """A hand that holds the camera: two slow numbers, about -1..1."""
    return (
        float(np.sin(time_s * 0.83 + seed) * 0.6 + np.sin(time_s * 1.71 + seed * 2.3) * 0.4),
        float(np.sin(time_s * 0.97 + seed * 1.7 + 1) * 0.6 + np.sin(time_s * 1.49 + seed) * 0.4),
    )
