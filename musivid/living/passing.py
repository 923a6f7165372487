"""A film that passes from scene to scene: each takes on the light and the air of the one to come.

Near a border the picture is drawn towards the other's colours, what its air carries comes in, and
where both are looks of one scene their records are mixed; then the light of one opens into the
other, and what is left of the first drains away. Any frame can be made on its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from musivid.core.timeline import Timeline
from musivid.living.airs import Air, air_of, lay_air
from musivid.living.canvas import Planes
from musivid.living.film import MakeScene
from musivid.living.hues import Hues, between, measure_hues, shift_hues
from musivid.living.light import Grade, mixed_grade
from musivid.living.moment import Moment, Music
from musivid.living.plan import Place
from musivid.living.scene import Scene, Section, Stand, Zone, ease
from musivid.living.world import find_looks

__all__ = ["Lean", "Passage", "Way", "even_ways", "lay_passage", "passing_scenes"]

_TONED, _GRADED = 0.88, 0.7  # how far light and grade have gone at the border
_AIRY = 0.75  # how full the air is there
_KEPT = 4  # scenes in memory: those of a border, and of the next
_STILL_S = 8.0  # the section in which a look is measured


@dataclass(frozen=True, slots=True)
class Way:
    """The way from one place to the next.

    Attributes:
        start_s: where it begins; the first scene is itself until then.
        end_s: where it ends; the second is itself from then on.
        share: how far it has gone at a second of the film, 0 to 1; it is half way at the border.
    """

    start_s: float
    end_s: float
    share: Callable[[float], float]


@dataclass(frozen=True, slots=True, eq=False)
class Lean:
    """Light that a place has throughout, beside its own.

    Attributes:
        hues: its colours.
        glow: colour of what shines.
        amount: 0 nothing to 1 all of it.
    """

    hues: Hues
    glow: tuple[float, float, float]
    amount: float


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """How near each frame is to a border.

    Attributes:
        fps: frames a second.
        amount: float32 [frames], 0 far from any to 1 at one.
        before: int32 [frames], number of the place before that border; -1: none is near.
    """

    fps: float
    amount: NDArray[np.float32]
    before: NDArray[np.int32]

    def at(self, time_s: float) -> tuple[float, int]:
        """How near a second is to a border, and the place before that; -1: none is near."""
        frame = min(max(round(time_s * self.fps), 0), len(self.amount) - 1)
        return float(self.amount[frame]), int(self.before[frame])


def even_ways(places: Sequence[Place], eased: Callable[[float], float]) -> dict[int, Way]:
    """Ways from the middle of a place to the middle of the next, where no plain cut parts them.

    Args:
        places: they cover the film.
        eased: share of a way by the time that has passed, both 0 to 1; half way in half the time.
    """
    ways = {}
    for number, (here, there) in enumerate(itertools.pairwise(places)):
        if there.cut in ("cut", "push"):
            continue
        reach = min(here.end_s - here.start_s, there.end_s - there.start_s) / 2
        first_s, last_s = there.start_s - reach, there.start_s + reach

        def share(time_s: float, first_s: float = first_s, reach: float = reach) -> float:
            return eased(min(max((time_s - first_s) / (2 * reach), 0.0), 1.0))

        ways[number] = Way(first_s, last_s, share)
    return ways


def lay_passage(timeline: Timeline, places: Sequence[Place], ways: Mapping[int, Way]) -> Passage:
    """How near each frame is to a border.

    Args:
        timeline: the film's clock.
        places: they cover the film.
        ways: by the number of the place that each leads from.
    """
    amount = np.zeros(timeline.frames, np.float32)
    before = np.full(timeline.frames, -1, np.int32)
    fps = float(timeline.fps)
    for number, way in ways.items():
        border_s = places[number + 1].start_s
        for frame in range(max(int(way.start_s * fps), 0), min(int(way.end_s * fps) + 1,
                                                               timeline.frames)):  # fmt: skip
            time_s = timeline.time_s(frame)
            share = min(max(way.share(time_s), 0.0), 1.0)
            near = min(2 * share if time_s < border_s else 2 * (1 - share), 1.0)
            if near > amount[frame]:
                amount[frame], before[frame] = near, number
    return Passage(fps, amount, before)


@dataclass(frozen=True, slots=True)
class _Measured:
    """What others need to know of a look."""

    hues: Hues
    grade: Grade
    glow: tuple[float, float, float]
    air: Air
    record: Any


def passing_scenes(
    places: Sequence[Place],
    passage: Passage,
    make: MakeScene,
    leans: Mapping[int, Lean] | None = None,
) -> MakeScene:
    """What makes the scenes of a film that passes.

    Args:
        places: of the film.
        passage: how near each frame is to a border.
        make: makes a scene as it is on its own.
        leans: light that places have besides, by their number.
    """
    return _Troupe(places, passage, make, leans or {}).passing


class _Troupe:
    """Scenes that are needed soon, each made once however often the film goes there."""

    def __init__(
        self,
        places: Sequence[Place],
        passage: Passage,
        make: MakeScene,
        leans: Mapping[int, Lean],
    ) -> None:
        self.leans = leans
        self.places, self.passage, self._make = list(places), passage, make
        self._numbers = {place: number for number, place in enumerate(self.places)}
        self._scenes: dict[tuple[str, str, int], Scene] = {}
        self._measured: dict[tuple[str, str, int], _Measured] = {}

    def passing(self, place: Place, size: tuple[int, int], seed: int) -> Scene:
        """The scene of a place, which takes on what is beside it."""
        return _Passing(self, self._numbers[place], size, seed - place.variant)

    def scene(self, number: int, size: tuple[int, int], seed: int) -> Scene:
        """The scene of a place as it is on its own; it may have another place's section."""
        place = self.places[number]
        key = place.scene, place.look, place.variant
        scene = self._scenes.pop(key, None)
        if scene is None:
            scene = self._make(place, size, seed + place.variant)
            while len(self._scenes) >= _KEPT:
                del self._scenes[next(iter(self._scenes))]
        self._scenes[key] = scene
        return scene

    def measured(
        self, number: int, size: tuple[int, int], seed: int, music: Music | None
    ) -> _Measured:
        """What a place's look is like, at one and the same moment of music."""
        place = self.places[number]
        key = place.scene, place.look, place.variant
        if key not in self._measured:
            scene = self.scene(number, size, seed)
            empty: NDArray[np.float64] = np.empty(0)
            scene.acts, scene.figure = (), ""
            scene.cue(Section(0.0, _STILL_S, empty, empty, music=music))
            planes = scene.paint(_still())
            words = find_looks(f"{place.scene}/{place.look}")[0].words
            self._measured[key] = _Measured(
                measure_hues(planes), scene.grade, scene.glow, air_of(words), _record(scene)
            )
        return self._measured[key]


class _Passing(Scene):
    """A scene that takes on light and air of the one before or after it."""

    travels: ClassVar = False  # one place opens into the next, so both stand still

    def __init__(self, troupe: _Troupe, number: int, size: tuple[int, int], seed: int) -> None:
        # What a scene draws on is the inner one's; none of it is made twice.
        self._troupe, self._number, self._own_seed = troupe, number, seed
        self.size, self.seed, self.look = size, seed, troupe.places[number].look
        self.aspect = size[0] / size[1]
        self.acts, self.acted = (), set()
        self.figure, self.last, self.accent = "", False, None
        self._first_shot = 0
        self._inner = self._own()
        self.fit, self.shots = self._inner.fit, self._inner.shots  # type: ignore[misc]
        self.full = self._inner.full
        self._follow()

    def _own(self) -> Scene:
        return self._troupe.scene(self._number, self.size, self._own_seed)

    def _follow(self) -> None:
        inner = self._inner
        self.light, self.glow, self.grade = inner.light, inner.glow, inner.grade
        self.added = inner.added

    def cue(self, section: Section, first_shot: int = 0) -> None:
        """See `Scene`."""
        super().cue(section, first_shot)
        self._first_shot = first_shot

    def stand(self, moment: Moment) -> Stand | None:
        """See `Scene`."""
        self._called()
        return self._inner.stand(moment)

    def zone(self, moment: Moment) -> Zone:
        """See `Scene`."""
        self._called()
        return self._inner.zone(moment)

    def _called(self) -> None:
        """Have the scene, with this place's section and what happens in it."""
        inner = self._inner = self._own()
        inner.acts, inner.acted = self.acts, self.acted
        inner.figure, inner.last, inner.accent = self.figure, self.last, self.accent
        if self._inner.section is not self.section:
            self._inner.cue(self.section, self._first_shot)

    def paint(self, moment: Moment) -> Planes:
        """See `Scene`."""
        if self._number in self._troupe.leans:  # measured before it paints, into the same planes
            self._troupe.measured(self._number, self.size, self._own_seed, self.section.music)
        amount, before = self._troupe.passage.at(moment.time_s)
        if amount <= 0 or self._number not in (before, before + 1):
            self._called()
            planes = self._inner.paint(moment)
            self._follow()
            return self._leant(planes, moment)
        other = before + 1 if self._number == before else before
        measured, music = self._troupe.measured, self.section.music
        own = measured(self._number, self.size, self._own_seed, music)
        there = measured(other, self.size, self._own_seed, music)
        self._called()
        places = self._troupe.places
        alike = places[other].scene == places[self._number].scene and own.record is not None
        if alike:
            self._inner._look = between(own.record, there.record, amount / 2)  # type: ignore[attr-defined]
        planes = self._inner.paint(moment)
        if alike:
            self._inner._look = own.record  # type: ignore[attr-defined]
        self._follow()
        self.grade = mixed_grade(self.grade, there.grade, _GRADED * amount)
        self.glow = _mixed(self.glow, there.glow, 0.5 * amount)
        if not alike:
            shift_hues(planes, own.hues, there.hues, _TONED * ease(amount))
        if there.air != own.air:
            much = _AIRY * amount**1.6
            lay_air(planes, there.air, moment, much, ink=there.glow, seed=self._own_seed + other)
        return self._leant(planes, moment)

    def _leant(self, planes: Planes, moment: Moment) -> Planes:
        """The picture in the light that this place has besides; from one place's to the next's."""
        leans, music = self._troupe.leans, self.section.music
        amount, before = self._troupe.passage.at(moment.time_s)
        here = leans.get(self._number)
        if here is None:
            return planes
        other = before + 1 if self._number == before else before
        level = here.amount * (1.0 if other in leans or amount <= 0 else 1 - 0.5 * amount)
        own = self._troupe.measured(self._number, self.size, self._own_seed, music)
        shift_hues(planes, own.hues, here.hues, level)
        self.glow = _mixed(self.glow, here.glow, level)
        return planes


def _mixed(
    a: tuple[float, float, float], b: tuple[float, float, float], share: float
) -> tuple[float, float, float]:
    r, g, u = (p + (q - p) * share for p, q in zip(a, b, strict=True))
    return r, g, u


def _record(scene: Scene) -> Any:
    """The record of a scene's look, where it has one that can be mixed; else None."""
    record = getattr(scene, "_look", None)
    return record if is_dataclass(record) and fields(record) else None


def _still() -> Moment:
    """A moment of even music, at which looks are compared."""
    return Moment(
        time_s=_STILL_S / 2, flow=20.0, swell=20.0, bass=0.4, loud=0.5, bright=0.5, hits=0.2,
        notes=0.5, beat=0.0, bar=0.0, phase=0.5, bands=np.full(32, 0.4, np.float32), events=(),
    )  # fmt: skip
