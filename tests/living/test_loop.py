"""Bars that go round: chosen where it is loud, whole, and joined without a jump."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from living_fixtures import made_facts, made_music

from musivid.core.errors import InputError
from musivid.living.film import LivingFilm
from musivid.living.loop import Loop, LoopedFilm, choose_loop, held_place
from musivid.living.plan import Place
from musivid.living.scene import Section
from musivid.living.scenes import scene_class

FPS = Fraction(25)
SIZE = (54, 96)


@pytest.mark.parametrize("duration_s", [12.0, 60.0])
def test_a_loop_is_of_whole_bars_where_the_song_is_loud(duration_s: float) -> None:
    loop = choose_loop(made_facts(duration_s), FPS)
    bar = 50  # two seconds
    assert loop.first % bar == 0 and loop.frames % bar == 0
    assert 75 <= loop.frames <= 200
    assert loop.first >= duration_s * 25 / 3, "it grows louder towards the end"
    assert 0 < loop.fade <= min(loop.first, loop.frames // 3)


def test_a_loop_needs_no_pulse_but_time() -> None:
    silent = replace(made_facts(8.0), beats_s=np.empty(0), downbeats_s=np.empty(0), beats_per_bar=0)
    loop = choose_loop(silent, FPS)
    assert 75 <= loop.frames <= 200 and loop.first >= loop.fade
    with pytest.raises(InputError, match=r"3\.9 s of song"):
        choose_loop(made_facts(3.0), FPS)


@pytest.mark.parametrize(("scene", "look"), [("sea", "moon"), ("mandala", "")])
def test_the_end_joins_the_beginning_as_frames_join_within(scene: str, look: str) -> None:
    look = look or next(iter(scene_class(scene).looks))
    loop = Loop(100, 80, 20)
    place = held_place([Place(0.0, 12.0, scene, look)], loop, FPS)
    film = LivingFilm(made_music(), [place], SIZE, pulse=0.0)
    frames = np.stack(list(LoopedFilm(film, loop).frames())).astype(int)
    assert len(frames) == 80
    assert np.array_equal(frames[0], film.frame(100)), "it begins as the song does there"
    jump = np.abs(frames[-1] - frames[0]).mean()
    natural = np.abs(film.frame(99).astype(int) - film.frame(100)).mean()
    hard = np.abs(film.frame(179).astype(int) - film.frame(100)).mean()
    assert jump <= 1.2 * natural + 1
    assert natural < hard, "cut off it would jump"
    again = LoopedFilm(film, loop)
    assert np.array_equal(next(again.frames(75)), frames[75]), "any part can be made alone"


def test_a_held_place_stays_in_its_shot() -> None:
    music = made_music()
    loop = Loop(100, 80, 20)
    places = [Place(0.0, 5.0, "sea", "moon"), Place(5.0, 12.0, "camp", "dusk", shot="")]
    place = held_place(places, loop, FPS)
    assert place.scene == "camp" and place.held
    section = Section.of(place.start_s, place.end_s, music, held=True)
    assert section.turns_s() == [place.start_s]
    assert len(Section.of(0.0, 12.0, music).turns_s()) > 1
