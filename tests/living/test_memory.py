"""What scenes remember: the same planes in any order, no seam at the points of the grid."""

from __future__ import annotations

import numpy as np
import pytest
from living_fixtures import made_music

from musivid.living.canvas import Planes, new_planes
from musivid.living.developing import develop
from musivid.living.memory import Memory, carry
from musivid.living.moment import Moment
from musivid.living.scene import Scene, Section
from musivid.living.scenes import scene_class

MUSIC = made_music()
SPAN_S = 2.0  # 50 frames


def fade(planes: Planes, m: Moment, pace: float) -> None:
    """A light that fades to a tenth in a second, and is fed by hits."""
    planes *= np.float32(0.912**pace)
    planes += np.float32(m.hits + 0.1 * np.sin(m.flow))


def memory() -> Memory:
    return Memory((1, 2, 3), SPAN_S)


def planes(of: Memory, frame: int) -> Planes:
    return of.at(MUSIC, MUSIC.at(frame), fade).copy()


@pytest.mark.parametrize("first", [0, 1, 49, 50, 51, 99, 100, 130])
def test_cold_equals_carried_on(first: int) -> None:
    going = memory()
    for k in range(first):
        planes(going, k)
    assert np.array_equal(planes(going, first), planes(memory(), first))


def test_any_order_gives_the_same() -> None:
    here, there = memory(), memory()
    straight = {k: planes(here, k) for k in (20, 60, 61, 105, 160)}
    for k in (160, 61, 20, 105, 60):
        assert np.array_equal(planes(there, k), straight[k]), k


def test_runs_pass_to_each_other_without_a_seam() -> None:
    own = memory()
    values = np.array([planes(own, k)[0, 0, 0] for k in range(40, 160)])
    replay = np.zeros((1, 2, 3), np.float32)
    whole = []
    for k in range(160):
        fade(replay, MUSIC.at(k), 1.0)
        whole.append(replay[0, 0, 0])
    assert np.allclose(values, whole[40:], atol=0.12 * max(whole))


def test_the_first_frame_has_a_past() -> None:
    assert planes(memory(), 0).max() > 1.5 * (MUSIC.at(0).hits + 0.1)


def test_without_music_there_is_one_step() -> None:
    once = np.zeros((1, 2, 3), np.float32)
    fade(once, MUSIC.at(30), 1.0)
    assert np.array_equal(memory().at(None, MUSIC.at(30), fade), once)


def test_planes_are_carried_from_where_they_come() -> None:
    old, out = new_planes((8, 6), 2), new_planes((8, 6), 2)
    old[0, 2, 3] = 1.0
    push = np.zeros((2, 6, 8), np.float32)
    push[0] = 2.0  # each place looks two to the right
    carry(out, old, push, 0.5, 0.0)
    assert out[0, 2, 1] == pytest.approx(0.5) and out.sum() == pytest.approx(0.5)
    carry(out, old - 1, push, 1.0, 0.0)
    assert out.min() == 0


@pytest.mark.parametrize("name", ["ink", "liquid", "threads", "tunnel"])
def test_scenes_that_remember_are_functions_of_the_frame(name: str) -> None:
    def made() -> Scene:
        kind = scene_class(name)
        scene = kind((64, 36), next(iter(kind.looks)), seed=3)
        scene.cue(Section.of(2.0, 10.0, MUSIC))
        return scene

    def frame(scene: Scene, k: int) -> np.ndarray:
        return develop(scene.paint(MUSIC.at(k)), scene.grade, k, scene.added)

    going = made()
    for k in range(120, 130):
        warm = frame(going, k)
    assert np.array_equal(warm, frame(made(), 129))
