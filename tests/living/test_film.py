"""A film of scenes: frames in any order, cuts between places, words over them."""

from __future__ import annotations

import numpy as np
import pytest
from living_fixtures import made_music

from musivid.living.canvas import Planes
from musivid.living.cuts import CUTS, Seam
from musivid.living.film import LivingFilm
from musivid.living.moment import Moment
from musivid.living.plan import Place, lay_places
from musivid.living.scene import Scene

MUSIC = made_music()
PLACES = [
    Place(0.0, 4.0, "sea", "sunset"),
    Place(4.0, 8.0, "forest", "mist", cut="iris"),
    Place(8.0, 12.0, "nebula", "rose", cut="cut"),
]
SIZE = (64, 36)


def film(**options: object) -> LivingFilm:
    return LivingFilm(MUSIC, PLACES, SIZE, seed=2, **options)  # type: ignore[arg-type]


def test_frames_are_the_same_in_any_order() -> None:
    straight = {k: film().frame(k) for k in (0, 98, 101, 199, 201, 290)}
    mixed = film()
    for k in (290, 101, 0, 201, 98, 199, 101):
        assert np.array_equal(mixed.frame(k), straight[k]), k


def test_it_has_as_many_frames_as_its_clock() -> None:
    later = list(film().frames(290))
    assert len(later) == MUSIC.timeline.frames - 290
    assert np.array_equal(later[0], film().frame(290))
    assert film().state() == {}


def test_a_cut_shows_both_sides_at_its_middle() -> None:
    own = film()
    before, middle, after = (own.frame(k).astype(int) for k in (85, 100, 115))
    assert np.abs(middle - before).mean() > 5 and np.abs(middle - after).mean() > 5


def test_the_pulse_pushes_the_picture_on_beats() -> None:
    still, pulsed = film(pulse=0.0), film(pulse=1.0)
    on = np.abs(pulsed.frame(50).astype(int) - still.frame(50)).mean()  # on a beat
    off = np.abs(pulsed.frame(60).astype(int) - still.frame(60)).mean()
    assert on > off > 0


def test_an_overlay_is_drawn_before_the_film_is_developed() -> None:
    def lamp(planes: Planes, moment: Moment, scene: Scene) -> None:
        planes[:, :6, :6] = 8.0

    assert film(overlay=lamp).frame(30)[2, 2].min() > 230
    assert film().frame(30)[2, 2].max() < 230


def test_a_scene_that_returns_opens_with_its_next_shot() -> None:
    choices = [("sea", "moon", ""), ("city", "rain", ""), ("sea", "dawn", "")]
    places = lay_places([0.0, 4.0, 8.0, 12.0], choices, ["cut", "cut", "iris"])
    assert [place.first_shot for place in places] == [0, 0, 1]
    assert places[2].shot == "low"
    assert places[-1].end_s == 12.0 and places[2].cut == "iris"
    opened = lay_places([0.0, 4.0, 8.0, 12.0], choices, ["cut"] * 3, [False, False, True])
    assert opened[2].shot == "wide" and [act.name for act in opened[2].acts] == ["open"]


def test_within_a_cut_a_frame_does_not_depend_on_those_before() -> None:
    """A fire sets its grade by its shot; the cut's noise is one from its begin to its end."""
    places = [
        Place(0.0, 4.0, "fire", "camp"),
        Place(4.0, 12.0, "fire", "dusk", cut="ember", shot="flames"),
    ]
    own = LivingFilm(MUSIC, places, SIZE)
    straight = [own.frame(k) for k in range(84, 117)]
    for k in (96, 100, 108):
        assert np.array_equal(LivingFilm(MUSIC, places, SIZE).frame(k), straight[k - 84]), k


def test_a_cut_keeps_its_chances(monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = []

    def seen(a: Planes, b: Planes, share: float, seam: Seam) -> Planes:
        seeds.append(seam.seed)
        return a

    monkeypatch.setitem(CUTS, "iris", seen)
    places = [Place(0.0, 4.5, "sea", "sunset"), Place(4.5, 12.0, "forest", "mist", cut="iris")]
    own = LivingFilm(MUSIC, places, SIZE)
    for k in range(102, 124):  # around second 4.5
        own.frame(k)
    assert len(seeds) > 15 and len(set(seeds)) == 1
