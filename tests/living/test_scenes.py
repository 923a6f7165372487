"""Every scene in every look: drawn at any size, whole, alive, and a function of the frame alone."""

from __future__ import annotations

import functools
import gc
import itertools
import weakref

import numpy as np
import pytest
from living_fixtures import made_music

from musivid.living.canvas import Planes
from musivid.living.developing import develop
from musivid.living.scene import Scene, Section
from musivid.living.scenes import scene_class
from musivid.living.world import read_world

MUSIC = made_music()
SCENES = sorted({look.scene for look in read_world()})
LOOKS = [(look.scene, look.look) for look in read_world()]
each_look = pytest.mark.parametrize(("name", "look"), LOOKS, ids=["/".join(k) for k in LOOKS])
each_scene = pytest.mark.parametrize("name", SCENES)


def made(name: str, look: str, size: tuple[int, int] = (64, 36), first_shot: int = 0) -> Scene:
    scene = scene_class(name)(size, look, seed=3)
    scene.cue(Section.of(2.0, 10.0, MUSIC), first_shot)
    return scene


@functools.cache
def kept(name: str, look: str) -> Scene:
    """The scene of a look, made once; making some takes seconds, and frames are functions of their
    numbers."""
    return made(name, look)


def frame(scene: Scene, number: int) -> np.ndarray:
    planes = scene.paint(MUSIC.at(number))
    return develop(planes, scene.grade, number, scene.added)


@each_look
def test_each_look_is_a_picture_in_each_shot(name: str, look: str) -> None:
    shots = scene_class(name).shots
    for first in range(len(shots)):
        scene = kept(name, look)
        scene.cue(Section.of(2.0, 10.0, MUSIC), first)
        picture: Planes = scene.paint(MUSIC.at(60))
        assert picture.shape == (3, 36, 64) and picture.dtype == np.float32
        assert np.isfinite(picture).all() and picture.min() >= -1e-3
        shown = develop(picture, scene.grade, 60, scene.added)
        assert 4 < shown.mean() < 245, "neither black nor white"
        assert shown.std() > 6, "something is seen"


@each_scene
def test_a_frame_does_not_depend_on_those_before(name: str) -> None:
    look = next(look for scene, look in LOOKS if scene == name)
    one, other = kept(name, look), made(name, look)
    one.cue(Section.of(2.0, 10.0, MUSIC))
    straight = {k: frame(one, k) for k in (60, 61, 100, 180)}
    for k in (180, 61, 100, 60):
        assert np.array_equal(frame(other, k), straight[k]), k
    there, _ = weakref.ref(other), gc.disable()
    del other
    assert there() is None, "a scene that holds itself stays in memory when the film goes on"
    gc.enable()


@each_scene
def test_it_moves(name: str) -> None:
    look = next(look for scene, look in LOOKS if scene == name)
    scene = kept(name, look)
    frames = [frame(scene, k).astype(int) for k in range(120, 126)]
    for before, after in itertools.pairwise(frames):
        assert np.abs(after - before).mean() > 0.05


@each_scene
def test_tall_pictures_are_drawn_as_well(name: str) -> None:
    look = next(look for scene, look in LOOKS if scene == name)
    shown = frame(made(name, look, size=(36, 64)), 90)
    assert shown.shape == (64, 36, 3) and shown.std() > 6


@each_scene
def test_looks_differ_in_light(name: str) -> None:
    looks = [look for scene, look in LOOKS if scene == name]
    means = [frame(kept(name, look), 90).reshape(-1, 3).mean(0) for look in looks]
    assert len(looks) >= 3
    for index, mean in enumerate(means):
        for other in means[index + 1 :]:
            assert np.abs(mean - other).max() > 6


def test_the_world_and_the_scenes_agree() -> None:
    for name in SCENES:
        assert {look for scene, look in LOOKS if scene == name} == set(scene_class(name).looks)
    for look in read_world():
        assert len(look.words) >= 3
        assert 0 <= look.energy <= 1 and 0 <= look.light <= 1
