"""Actions over scenes: each is seen in any of them, a function of the frame, without a flash."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from living_fixtures import made_music

from musivid.living.acts import ACTS, Move, perform
from musivid.living.film import LivingFilm
from musivid.living.plan import Act, Place
from musivid.living.scenes import scene_class

MUSIC = made_music()
SIZE = (96, 54)
OVER = (("city", "blue"), ("retro", "sunset"), ("sea", "dawn"))
AGES_S = (1.4, 3.2)
each_action = pytest.mark.parametrize("name", sorted(ACTS))


def film(name: str, scene: str, look: str, end_s: float = 8.0) -> LivingFilm:
    acts = (Act(name, 2.0, end_s),) if name else ()
    return LivingFilm(MUSIC, [Place(0.0, 12.0, scene, look, acts=acts)], SIZE, seed=2, pulse=0.0)


@pytest.fixture(scope="module")
def still() -> dict[tuple[str, float], np.ndarray]:
    """The scenes without any action."""
    made = {scene: film("", scene, look) for scene, look in OVER}
    return {
        (scene, age): own.frame(round((2 + age) * 25)).astype(int)
        for scene, own in made.items()
        for age in (-0.5, *AGES_S)
    }


@each_action
def test_each_action_is_seen_over_any_scene(
    name: str, still: dict[tuple[str, float], np.ndarray]
) -> None:
    for scene, look in OVER:
        own = film(name, scene, look)
        assert np.array_equal(own.frame(round(1.5 * 25)), still[scene, -0.5]), "not before its word"
        seen = [
            np.abs(own.frame(round((2 + age) * 25)).astype(int) - still[scene, age]).mean()
            for age in AGES_S
        ]
        assert max(seen) > 2.0, (scene, seen)


@each_action
def test_frames_are_the_same_in_any_order_and_do_not_jump(name: str) -> None:
    first = film(name, "sea", "moon")
    straight = [first.frame(k) for k in range(48, 66)]  # from before the word on
    own = film(name, "sea", "moon")
    for k in (64, 51):
        assert np.array_equal(own.frame(k), straight[k - 48])
    plain = film("", "sea", "moon")
    light = [float(a.mean() - plain.frame(k).mean()) for k, a in enumerate(straight, 48)]
    assert max(abs(b - a) for a, b in itertools.pairwise(light)) < 8, "no flash"


def test_an_action_that_ends_within_its_place_goes_and_leaves_nothing() -> None:
    own, plain = film("fade", "city", "dawn", 5.0), film("", "city", "dawn")
    assert np.array_equal(own.frame(126), plain.frame(126))
    assert np.abs(own.frame(110).astype(int) - plain.frame(110)).mean() > 4


def test_a_scene_with_a_way_of_its_own_keeps_the_general_one_out() -> None:
    scene = scene_class("sea")(SIZE, "sunset", 1)
    scene.acts = (Act("sink", 0.0, 4.0),)
    moment = MUSIC.at(50)
    assert scene.act(moment, "sink") == pytest.approx(0.5)
    planes = scene.paint(moment).copy()
    painted = planes.copy()
    assert perform(planes, scene, moment) == Move()
    assert np.array_equal(planes, painted)
    scene.acted.clear()
    assert perform(planes, scene, moment) != Move()


def test_the_sun_sinks_into_the_sea_when_it_is_sung() -> None:
    heights = []
    for acts in ((), (Act("sink", 0.0, 4.0),)):
        scene = scene_class("sea")(SIZE, "sunset", 1)
        scene.acts = acts
        scene.paint(MUSIC.at(90))
        heights.append(scene.light[1])
    assert heights[1] > heights[0] + 0.1


def test_no_movement_shows_the_border() -> None:
    for move in (Move(1.0, (0.02, -0.03), 0.1), Move(1.2, (0.0, 0.05), -0.16)):
        zoom, (x, y), turn = move.covering(16 / 9), move.shift, move.turn
        along, across = zoom * np.cos(turn), zoom * np.sin(turn)
        back = np.linalg.inv(np.array([[along, -across], [across, along]]))
        for corner in itertools.product((-8 / 9, 8 / 9), (-0.5, 0.5)):
            seen = back @ (np.array(corner) - (x, y))
            assert abs(seen[0]) <= 8 / 9 + 1e-6 and abs(seen[1]) <= 0.5 + 1e-6
