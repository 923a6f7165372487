"""A film of living scenes: any frame by its number, from a plan of places on the song's clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musivid.core.ahead import ahead
from musivid.core.seeds import dice
from musivid.living.acts import Move, perform
from musivid.living.canvas import Planes, camera
from musivid.living.cuts import CUTS, Seam, cut_length_s
from musivid.living.developing import develop, develop_coded
from musivid.living.light import Grade, mixed_grade
from musivid.living.moment import Moment, Music
from musivid.living.plan import Place
from musivid.living.scene import Backdrop, Scene, Section, ramp
from musivid.living.scenes import scene_class
from musivid.living.staging import stage_figure

__all__ = ["LivingFilm", "MakeScene", "Overlay", "made_scene"]

Frame = NDArray[np.uint8]
MakeScene = Callable[[Place, tuple[int, int], int], Scene]
Overlay = Callable[[Planes, Moment, Backdrop], None]

_PULSE_ZOOM, _BEAT_ZOOM = 0.022, 0.010
_PULSE_LIGHT, _BEAT_LIGHT = 0.12, 0.04  # a flash is a tenth of the greatest luminance and more
_PULSE_FALL_S = 0.10
_MOST_PUSH = 1.6  # hits that push at once, as single ones of full strength
_SPARE = 0.006  # the picture is always a little closer, so that no pulse shows its border
_TRAVEL, _WIDEN = 0.05, 0.07  # heights that a verse travels in a shot; how far a chorus opens
_PULL = 0.09  # zoom from which the last place is drawn back
_END_S, _END_DARK = 2.4, 0.45  # how long and how far the light goes down at the end
_HELD = 2  # scenes in memory: both sides of a cut


@dataclass(frozen=True, slots=True)
class _Exposed:
    """A picture that was painted, and what it takes to develop it."""

    number: int
    moment: Moment
    planes: Planes
    grade: Grade
    added: Planes | None
    backdrop: Backdrop


class LivingFilm:
    """Frames of a film, in any order."""

    def __init__(
        self,
        music: Music,
        places: Sequence[Place],
        size: tuple[int, int],
        *,
        seed: int = 0,
        pulse: float = 1.0,
        overlay: Overlay | None = None,
        make: MakeScene | None = None,
        accent: tuple[float, float, float] | None = None,
        closes: bool = False,
    ) -> None:
        """Keep the plan; scenes are made when their place comes.

        Args:
            music: the song on the film's clock.
            places: what is shown when; they cover the film.
            size: (width, height) in pixels.
            seed: all chances follow from it.
            pulse: how far beats and hits push the camera and lift the light; 0: not at all.
            overlay: draws light over the picture before it is developed, such as lyrics.
            make: makes the scene of a place at a size with a seed; None: by the scene's name.
            closes: the last place is drawn back from, and its light goes down at its end.
            accent: the one colour of the film's figures, linear light; None: each scene's own.
        """
        self._music, self._places, self._size = music, list(places), size
        self._seed, self._pulse, self._overlay = seed, pulse, overlay
        self._make = make or made_scene
        self._accent, self._closes = accent, closes
        self._scenes: dict[int, Scene] = {}

    def frames(self, first: int = 0) -> Iterator[Frame]:
        """Frames uint8 [h, w, 3] from `first` on."""
        for exposed in self._ahead(first):
            yield self._develop(exposed)

    def coded_frames(self, first: int = 0) -> Iterator[Frame]:
        """The same as encoders take them, uint8 [h * 3 / 2, w]: see `develop_coded`."""
        for exposed in self._ahead(first):
            yield self._develop(exposed, coded=True)

    def frame(self, number: int, *, words: bool = True) -> Frame:
        """A frame uint8 [h, w, 3], with or without what is laid over the picture."""
        return self._develop(self._expose(number), words=words)

    def _ahead(self, first: int) -> Iterator[_Exposed]:
        """Pictures from `first` on; the next is painted while one is developed and encoded."""
        return ahead(self._expose(n) for n in range(first, self._music.timeline.frames))

    def _expose(self, number: int) -> _Exposed:
        moment = self._music.at(number)
        planes, scene, grade, added, move = self._picture(moment)
        lit = self._pulsed(planes, moment, move)
        return _Exposed(number, moment, lit, grade, added, scene.backdrop(moment))

    def _develop(self, exposed: _Exposed, *, words: bool = True, coded: bool = False) -> Frame:
        planes, moment = exposed.planes, exposed.moment
        if words and self._overlay is not None:
            self._overlay(planes, moment, exposed.backdrop)
        way = develop_coded if coded else develop
        return way(planes, exposed.grade, exposed.number, exposed.added)

    def state(self) -> dict[str, Any]:
        """Nothing: a frame is a function of its number."""
        return {}

    def load_state(self, tensors: dict[str, Any]) -> None:
        """Do nothing."""

    def _picture(self, moment: Moment) -> tuple[Planes, Scene, Grade, Planes | None, Move]:
        """The picture of a moment, whose scene it mainly is, its grade, added light and move."""
        index, share = self._where(moment.time_s)
        scene, still = self._scene(index), Move()
        if share is None:
            planes, move = _painted(scene, moment)
            return planes, scene, scene.grade, scene.added, move
        old = self._scene(index - 1)
        place = self._places[index]
        if place.cut == "cut":  # only one side is seen at a time
            shown = old if share < 0.5 else scene
            planes = self._cut(place, shown, shown, moment, share)
            return planes, shown, shown.grade, shown.added, still
        planes = self._cut(place, old, scene, moment, share)
        # Scenes set their grade while they paint, so it is asked for afterwards.
        grade = mixed_grade(old.grade, scene.grade, share)
        added = _mixed_light(old.added, scene.added, share)
        return planes, old if share < 0.5 else scene, grade, added, still

    def _cut(self, place: Place, old: Scene, new: Scene, moment: Moment, share: float) -> Planes:
        before = _moved(*_painted(old, moment))
        after = before if new is old else _moved(*_painted(new, moment))
        seam = Seam(old.light, new.light, old.glow, self._seed * 13 + round(place.start_s))
        return CUTS[place.cut](before, after, share, seam)

    def _where(self, time_s: float) -> tuple[int, float | None]:
        """The place of a moment, and how far the cut into it is; None: there is no cut now."""
        for index in range(len(self._places) - 1, 0, -1):
            place = self._places[index]
            half = min(cut_length_s(place.cut) / 2, (place.end_s - place.start_s) / 3)
            if time_s >= place.start_s + half:
                return index, None
            if time_s > place.start_s - half:
                return index, (time_s - place.start_s) / (2 * half) + 0.5
        return 0, None

    def _scene(self, index: int) -> Scene:
        """The scene of a place; made on first use, and let go when two others were needed."""
        if index not in self._scenes:
            place = self._places[index]
            while len(self._scenes) >= _HELD:
                del self._scenes[next(iter(self._scenes))]
            scene = self._make(place, self._size, self._seed + place.variant)
            scene.last = self._closes and index == len(self._places) - 1 > 0
            scene.acts, scene.figure, scene.accent = place.acts, place.figure, self._accent
            section = Section.of(place.start_s, place.end_s, self._music, held=place.held)
            scene.cue(section, place.first_shot)
            if scene.last:
                scene.close()
            self._scenes[index] = scene
        return self._scenes[index]

    def _pulsed(self, planes: Planes, moment: Moment, move: Move) -> Planes:
        """The picture pushed closer and lit by what begins in the music."""
        hits = [
            e.strength * np.exp(-e.age_s / _PULSE_FALL_S) for e in moment.events if e.age_s < 0.6
        ]
        # Each hit pushes anew, also one that is weaker than the one before; light has its limit.
        hit, push = max(hits, default=0.0), min(sum(hits), _MOST_PUSH)
        zoom = 1 + _SPARE + self._pulse * (_PULSE_ZOOM * push + _BEAT_ZOOM * moment.beat)
        light = self._ending(moment.time_s) + self._pulse * (
            _PULSE_LIGHT * hit + _BEAT_LIGHT * moment.beat
        )
        return camera(
            planes,
            float(zoom) * move.covering(self._size[0] / self._size[1]),
            move.shift,
            turn=move.turn,
            light=float(light),
        )

    def _ending(self, time_s: float) -> float:
        """The light of the film, which goes down with its last seconds, never out."""
        end_s = self._music.timeline.duration_s
        if not self._closes or end_s < 4 * _END_S:
            return 1.0
        return 1 - _END_DARK * ramp(end_s - _END_S, end_s, time_s)


def _painted(scene: Scene, moment: Moment) -> tuple[Planes, Move]:
    """The picture of a scene in which actions happen, and how they move the camera."""
    scene.acted.clear()
    planes = scene.paint(moment)
    stage_figure(planes, scene, moment)
    move = perform(planes, scene, moment)
    if scene.travels:
        _travel(scene, moment, move)
    if scene.last:
        move.add(1 + _PULL * (1 - scene.now(moment).act))
    return planes, move


def _travel(scene: Scene, moment: Moment, move: Move) -> None:
    """Verses travel to one side, choruses open wide."""
    now = scene.now(moment)
    first_s = scene.section.start_s + 0.05
    if any(act.name == "open" and act.start_s <= first_s for act in scene.acts):
        move.add(1 + _WIDEN * (1 - now.act) ** 2)
    else:
        way = 1 if dice(scene.seed + 37 + round(moment.time_s - now.age_s)).random() < 0.5 else -1
        move.add(x=way * _TRAVEL * now.move)


def _moved(planes: Planes, move: Move) -> Planes:
    if move == Move():
        return planes
    zoom = move.covering(planes.shape[2] / planes.shape[1])
    return camera(planes, zoom, move.shift, turn=move.turn)


def made_scene(place: Place, size: tuple[int, int], seed: int) -> Scene:
    """The scene of a place, by its name."""
    return scene_class(place.scene)(size, place.look, seed)


def _mixed_light(a: Planes | None, b: Planes | None, share: float) -> Planes | None:
    if a is None and b is None:
        return None
    parts = []
    if a is not None:
        parts.append(a * np.float32(1 - share))
    if b is not None:
        parts.append(b * np.float32(share))
    return parts[0] if len(parts) == 1 else parts[0] + parts[1]
