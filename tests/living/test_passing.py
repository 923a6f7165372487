"""Films that pass from scene to scene: light and air of the one to come, in any order of frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from living_fixtures import made_music

from musivid.living.airs import air_of
from musivid.living.film import LivingFilm, made_scene
from musivid.living.hues import between, measure_hues, shift_hues
from musivid.living.passing import Way, even_ways, lay_passage, passing_scenes
from musivid.living.plan import Place
from musivid.living.scene import Scene

MUSIC = made_music()
SIZE = (64, 36)
PLACES = [
    Place(0.0, 4.0, "sea", "sunset"),
    Place(4.0, 8.0, "city", "rain", cut="iris"),
    Place(8.0, 12.0, "sea", "sunset", cut="iris", shot="low"),
]


def eased(share: float) -> float:
    return share


def passing(places: list[Place]) -> LivingFilm:
    passage = lay_passage(MUSIC.timeline, places, even_ways(places, eased))
    make = passing_scenes(places, passage, made_scene)
    return LivingFilm(MUSIC, places, SIZE, seed=2, pulse=0.0, make=make)


def alone(places: list[Place]) -> LivingFilm:
    def still(place: Place, size: tuple[int, int], seed: int) -> Scene:
        scene = made_scene(place, size, seed)
        scene.travels = False  # type: ignore[misc]
        return scene

    return LivingFilm(MUSIC, places, SIZE, seed=2, pulse=0.0, make=still)


def test_frames_are_the_same_in_any_order() -> None:
    straight = {k: passing(PLACES).frame(k) for k in (20, 84, 101, 120, 190, 240)}
    mixed = passing(PLACES)
    for k in (240, 101, 20, 190, 84, 120, 101):
        assert np.array_equal(mixed.frame(k), straight[k]), k


def test_a_scene_is_itself_in_its_middle_and_like_the_other_at_the_border() -> None:
    own, plain = passing(PLACES), alone(PLACES)
    assert np.array_equal(own.frame(0), plain.frame(0)), "before any way begins"

    def mean(film: LivingFilm, frame: int) -> np.ndarray:
        return np.asarray(film.frame(frame).reshape(-1, 3).mean(0))

    city = mean(plain, 150)
    near = np.abs(mean(own, 87) - city).sum()
    assert near < 0.75 * np.abs(mean(plain, 87) - city).sum()


def test_looks_of_one_scene_meet_in_a_picture_between() -> None:
    places = [Place(0.0, 6.0, "sea", "sunset"), Place(6.0, 12.0, "sea", "moon", cut="iris")]
    own, plain = passing(places), alone(places)
    at = 138  # a fifth of a second before the iris opens

    def warmth(frame: np.ndarray) -> float:
        red, _, blue = frame.reshape(-1, 3).mean(0)
        return float(red - blue)

    sun, moon = warmth(plain.frame(at)), warmth(plain.frame(160))
    assert moon + 8 < warmth(own.frame(at)) < sun - 8


def test_how_near_a_border_is_follows_the_way() -> None:
    way = Way(2.0, 6.0, lambda t: (t - 2) / 4)
    passage = lay_passage(MUSIC.timeline, PLACES, {0: way})
    assert passage.at(1.0) == (0.0, -1)
    for time_s, near in ((3.0, 0.5), (4.0, 1.0), (5.0, 0.5)):
        amount, before = passage.at(time_s)
        assert amount == pytest.approx(near) and before == 0, "on both sides"


def test_no_way_leads_over_a_plain_cut() -> None:
    places = [*PLACES[:1], Place(4.0, 12.0, "city", "rain", cut="cut")]
    assert not even_ways(places, eased)
    ways = even_ways(PLACES, eased)
    assert (ways[0].start_s, ways[0].end_s) == (2.0, 6.0)
    assert ways[0].share(4.0) == pytest.approx(0.5)


def test_light_is_drawn_towards_another_by_its_parts() -> None:
    red = np.zeros((3, 8, 12), np.float32)
    red[0] = np.linspace(0.05, 0.8, 12)
    blue = red[::-1].copy()
    own, other = measure_hues(red), measure_hues(blue)
    shifted = red.copy()
    shift_hues(shifted, own, other, 0.0)
    assert np.array_equal(shifted, red)
    shift_hues(shifted, own, other, 1.0)
    assert shifted[0].mean() < 0.5 * red[0].mean()


def test_records_are_mixed_field_by_field() -> None:
    @dataclass(frozen=True)
    class Look:
        colour: tuple[float, float]
        count: int
        wet: bool
        name: str

    a, b = Look((0.0, 1.0), 10, False, "a"), Look((1.0, 0.0), 21, True, "b")
    assert between(a, b, 0.25) == Look((0.25, 0.75), 13, False, "a")
    assert between(a, b, 0.5) == Look((0.5, 0.5), 16, True, "b")


def test_what_the_air_carries_is_told_by_words() -> None:
    assert air_of(["a cold wood", "white with snow"]) == "snow"
    assert air_of(["rainy streets"]) == "rain"
    assert air_of(["burning logs"]) == "sparks"
    assert air_of(["falling leaves in october"]) == "drift"
    assert air_of(["the train at night"]) == "dust", "no rain in a train"
