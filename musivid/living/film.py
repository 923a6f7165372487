"""A film of living scenes: any frame by its number, from a plan of places on the song's clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musivid.living.canvas import Planes, camera
from musivid.living.cuts import CUTS, Seam, cut_length_s
from musivid.living.light import Grade, develop, mixed_grade
from musivid.living.moment import Moment, Music
from musivid.living.plan import Place
from musivid.living.scene import Scene, Section
from musivid.living.scenes import scene_class

__all__ = ["LivingFilm", "MakeScene", "Overlay"]

Frame = NDArray[np.uint8]
MakeScene = Callable[[Place, tuple[int, int], int], Scene]
Overlay = Callable[[Planes, Moment, Scene], None]

_PULSE_ZOOM, _BEAT_ZOOM = 0.022, 0.010
_PULSE_LIGHT, _BEAT_LIGHT = 0.12, 0.04  # a flash is a tenth of the greatest luminance and more
_PULSE_FALL_S = 0.12
_SPARE = 0.006  # the picture is always a little closer, so that no pulse shows its border
_HELD = 2  # scenes in memory: both sides of a cut


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
        """
        self._music, self._places, self._size = music, list(places), size
        self._seed, self._pulse, self._overlay = seed, pulse, overlay
        self._make = make or _made_scene
        self._scenes: dict[int, Scene] = {}

    def frames(self, first: int = 0) -> Iterator[Frame]:
        """Frames uint8 [h, w, 3] from `first` on."""
        for number in range(first, self._music.timeline.frames):
            yield self.frame(number)

    def frame(self, number: int, *, words: bool = True) -> Frame:
        """A frame uint8 [h, w, 3], with or without what is laid over the picture."""
        moment = self._music.at(number)
        planes, scene, grade, added = self._picture(moment)
        planes = self._pulsed(planes, moment)
        if words and self._overlay is not None:
            self._overlay(planes, moment, scene)
        return develop(planes, grade, number, added)

    def state(self) -> dict[str, Any]:
        """Nothing: a frame is a function of its number."""
        return {}

    def load_state(self, tensors: dict[str, Any]) -> None:
        """Do nothing."""

    def _picture(self, moment: Moment) -> tuple[Planes, Scene, Grade, Planes | None]:
        """The picture of a moment, whose scene it mainly is, its grade and its added light."""
        index, share = self._where(moment.time_s)
        scene = self._scene(index)
        if share is None:
            return scene.paint(moment), scene, scene.grade, scene.added
        old = self._scene(index - 1)
        place = self._places[index]
        if place.cut == "cut":  # only one side is seen at a time
            shown = old if share < 0.5 else scene
            return self._cut(place, shown, shown, moment, share), shown, shown.grade, shown.added
        planes = self._cut(place, old, scene, moment, share)
        # Scenes set their grade while they paint, so it is asked for afterwards.
        grade = mixed_grade(old.grade, scene.grade, share)
        added = _mixed_light(old.added, scene.added, share)
        return planes, old if share < 0.5 else scene, grade, added

    def _cut(self, place: Place, old: Scene, new: Scene, moment: Moment, share: float) -> Planes:
        before = old.paint(moment)
        after = before if new is old else new.paint(moment)
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
            scene = self._make(place, self._size, self._seed + place.variant)
            section = Section.of(place.start_s, place.end_s, self._music, held=place.held)
            scene.cue(section, place.first_shot)
            while len(self._scenes) >= _HELD:
                del self._scenes[next(iter(self._scenes))]
            self._scenes[index] = scene
        return self._scenes[index]

    def _pulsed(self, planes: Planes, moment: Moment) -> Planes:
        """The picture pushed closer and lit by what begins in the music."""
        hit = max(
            (e.strength * np.exp(-e.age_s / _PULSE_FALL_S) for e in moment.events if e.age_s < 0.6),
            default=0.0,
        )
        zoom = 1 + _SPARE + self._pulse * (_PULSE_ZOOM * hit + _BEAT_ZOOM * moment.beat)
        light = 1 + self._pulse * (_PULSE_LIGHT * hit + _BEAT_LIGHT * moment.beat)
        moved = camera(planes, float(zoom))
        moved *= np.float32(light)
        return moved


def _made_scene(place: Place, size: tuple[int, int], seed: int) -> Scene:
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
