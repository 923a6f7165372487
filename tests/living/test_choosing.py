"""Which look shows a line, and what a film's plan looks like."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from living_fixtures import made_facts, made_spectrum

from musivid.living.casting import figure_of, has_room
from musivid.living.choosing import Chooser, Wish
from musivid.living.cuts import CUTS
from musivid.living.directing import Heard, direct
from musivid.living.subjects import read_subjects
from musivid.living.world import read_world
from musivid.nets.pocket import load_pocket_perceptor
from musivid.weights.names import find_model


@pytest.fixture(scope="module")
def chooser() -> Chooser:
    return Chooser(load_pocket_perceptor(find_model("pocket-perceptor", "perceptor").file).eval())


@pytest.mark.parametrize(
    ("line", "scenes"),
    [
        ("Golden sunset sinking in the sea", {"sea"}),
        ("City towers, a thousand lights at night", {"city"}),
        ("Snow upon the mountains, high and white", {"peaks"}),
        ("Fire, fire, burning in the dark", {"fire"}),
        ("Lost in space, drifting past the moons of Saturn", {"nebula"}),
        ("The storm is coming, waves crash on the deck", {"sea"}),
        ("Drive all night on the highway, eighties dreams", {"retro"}),
        ("leaves are falling", {"forest"}),
        ("El mar y la luna", {"sea"}),
        ("她在月光下的海边", {"sea"}),
    ],
)
def test_lines_find_their_scene(chooser: Chooser, line: str, scenes: set[str]) -> None:
    best = chooser.looks[int(chooser.by_line(line).argmax())]
    assert best.scene in scenes, best.name


def test_what_is_denied_is_not_shown(chooser: Chooser) -> None:
    best = chooser.looks[int(chooser.by_line("there is no fire in my heart").argmax())]
    assert best.scene != "fire"


@pytest.mark.parametrize("line", ["qwertz asdfgh yxcvbn", "ζωή μου όμορφη"])
def test_where_no_word_is_understood_the_sound_chooses(chooser: Chooser, line: str) -> None:
    sounds = chooser._embed(["waves of the sea", "a fire in the dark"])
    plan = [Wish(line, sound, 0.3, 0.5) for sound in sounds]
    alone = [Wish("", sound, 0.3, 0.5) for sound in sounds]
    assert chooser.choose(plan, 0) == chooser.choose(alone, 0)
    assert chooser.subjects_of(line) == []


def wishes(count: int, energy: float = 0.5) -> list[Wish]:
    return [Wish("", None, energy, 0.5) for _ in range(count)]


def test_scenes_change_and_another_seed_is_another_film(chooser: Chooser) -> None:
    looks = chooser.choose(wishes(12), seed=1)
    scenes = [look.scene for look in looks]
    assert all(a != b for a, b in itertools.pairwise(scenes))
    assert len(set(scenes)) >= 6
    assert [look.name for look in chooser.choose(wishes(12), 1)] == [look.name for look in looks]
    assert [look.name for look in chooser.choose(wishes(12), 2)] != [look.name for look in looks]


def test_wild_music_goes_to_wilder_places(chooser: Chooser) -> None:
    calm, wild = ([k.energy for k in chooser.choose(wishes(8, e), 0)] for e in (0.1, 0.9))
    assert np.mean(wild) > np.mean(calm) + 0.3


def test_what_returns_brings_its_scene_back_in_another_look(chooser: Chooser) -> None:
    plan = wishes(5)
    plan[4] = Wish("", None, 0.5, 0.5, same_as=1)
    looks = chooser.choose(plan, 0)
    assert looks[4].scene == looks[1].scene and looks[4].look != looks[1].look


def heard(duration_s: float = 40.0, sections: tuple[float, ...] = (0.0, 16.0)) -> Heard:
    spectrum = made_spectrum(duration_s)
    times = np.arange(1.0, duration_s, 2.0)
    sounds = np.random.default_rng(0).standard_normal((len(times), 128)).astype(np.float32)
    sounds /= np.linalg.norm(sounds, axis=1, keepdims=True)
    facts = made_facts(duration_s, sections)
    return Heard(facts, spectrum.mel, spectrum.hop_s, times, sounds)


def _dim(chooser: Chooser) -> int:
    return chooser._words.shape[1]


def test_a_plan_covers_the_song_on_its_bars(chooser: Chooser) -> None:
    song = heard()
    song = Heard(song.facts, song.mel, song.hop_s, np.empty(0), np.empty((0, _dim(chooser)), "f4"))
    places = direct(song, [], chooser, 0)
    assert places[0].start_s == 0 and places[-1].end_s == song.facts.duration_s
    for before, after in itertools.pairwise(places):
        assert before.end_s == after.start_s
        assert after.start_s in song.facts.downbeats_s
    assert max(place.end_s - place.start_s for place in places) <= 20
    assert {place.cut for place in places} <= set(CUTS)


def test_an_instrumental_end_returns_to_the_first_place(chooser: Chooser) -> None:
    song = heard(64.0)
    song = Heard(song.facts, song.mel, song.hop_s, np.empty(0), np.empty((0, _dim(chooser)), "f4"))
    places = direct(song, [], chooser, 0)
    assert len(places) >= 4
    assert places[-1].scene == places[0].scene and places[-1].look != places[0].look


def test_lines_begin_places_that_show_them(chooser: Chooser) -> None:
    song = heard()
    song = Heard(song.facts, song.mel, song.hop_s, np.empty(0), np.empty((0, _dim(chooser)), "f4"))
    lines = [(8.1, 12.0, "the sun sinks into the ocean"), (12.2, 16.0, "fire in the dark"),
             (24.0, 28.0, "the sun sinks into the ocean")]  # fmt: skip
    places = direct(song, lines, chooser, 0)
    shown = {place.line: place for place in places if place.line}
    assert shown["fire in the dark"].scene == "fire"
    assert shown["fire in the dark"].start_s == pytest.approx(12.0)
    suns = [place for place in places if place.line == "the sun sinks into the ocean"]
    assert len(suns) == 2 and {place.scene for place in suns} == {"sea"}
    assert suns[0].look != suns[1].look


def test_looks_show_subjects_that_have_a_name() -> None:
    subjects = read_subjects()
    for look in read_world():
        assert {*look.shows, *look.suits} <= set(subjects), look.name
        assert look.shows, f"{look.name}: what is seen in it?"


@pytest.mark.parametrize(
    ("line", "subject"),
    [("the ocean is wide", "sea"), ("una guitarra en la noche", "guitar"), ("城堡", "castle")],
)
def test_lines_are_near_to_what_they_name(chooser: Chooser, line: str, subject: str) -> None:
    near = chooser._subjects.nearness(chooser._embed([line]))[0]
    assert near[chooser._subjects.names.index(subject)] >= np.sort(near)[-3]


def test_the_first_of_what_a_look_shows_tells_most(chooser: Chooser) -> None:
    subjects = chooser._subjects
    near = np.zeros(len(subjects.names), np.float32)
    near[subjects.names.index("sea")] = 3.0
    assert subjects.of_shown(near, ("sea", "moon")) > subjects.of_shown(near, ("moon", "sea")) > 2
    assert subjects.of_shown(near, ()) == 0


def test_a_sound_calls_up_what_shows_or_suits_its_subject(chooser: Chooser) -> None:
    subjects = chooser._subjects
    near = np.zeros(len(subjects.names), np.float32)
    near[subjects.names.index("smoke")] = 3.0
    assert subjects.of_heard(near, ("sea",), ("smoke",)) == 3.0
    assert subjects.of_heard(near, ("smoke", "sea"), ()) == 3.0
    assert subjects.of_heard(near, ("sea",), ("moon",)) == 0.0


def test_a_song_that_sounds_of_the_sea_goes_there(chooser: Chooser) -> None:
    sound = chooser._embed(["waves of the sea"])[0]
    looks = chooser.choose([Wish("", sound, 0.3, 0.5) for _ in range(4)], 0)
    assert looks[0].scene in ("sea", "shore", "lighthouse")
    assert {look.scene for look in looks} & {"sea", "shore"}


def test_a_story_opens_somewhere(chooser: Chooser) -> None:
    patterns = {"mandala", "liquid", "ink", "threads", "tunnel"}
    for seed in range(8):
        looks = chooser.choose([Wish("", None, 0.6, 0.5, opens=True)], seed)
        assert looks[0].scene not in patterns


def test_a_colour_that_is_named_is_shown(chooser: Chooser) -> None:
    line = "Dark green forest leaning over me"
    wish = Wish(line, None, 0.6, 0.5)
    assert {chooser.choose([wish], seed)[0].name for seed in range(4)} <= {
        "forest/mist",
        "wood/morning",
    }


def test_songs_of_one_seed_go_other_ways() -> None:
    net = load_pocket_perceptor(find_model("pocket-perceptor", "perceptor").file).eval()
    films = [[k.name for k in Chooser(net, song=n).choose(wishes(6), 0)] for n in (0, 1, 1)]
    assert films[0] != films[1] == films[2]


def test_a_look_in_another_colour_than_the_named_one_gives_way(chooser: Chooser) -> None:
    names = [look.name for look in chooser.looks]
    scores = chooser.by_line("stars in the blue night")
    assert scores[names.index("nebula/ice")] > scores[names.index("nebula/ember")] + 1


@pytest.mark.parametrize(("line", "scene"), [("turtle", "deep"), ("embers", "fire")])
def test_what_looks_say_is_known_in_other_forms(chooser: Chooser, line: str, scene: str) -> None:
    best = chooser.looks[int(chooser.by_line(line).argmax())]
    assert chooser.understands(line) and best.scene == scene


def test_a_horse_runs_where_there_is_room(chooser: Chooser) -> None:
    best = chooser.looks[int(chooser.by_line("wild horses running").argmax())]
    assert has_room(best.scene, "horse")


@pytest.mark.parametrize("line", ["rainbow", "arcoíris", "a bow of seven colours"])
def test_a_rainbow_is_shown(chooser: Chooser, line: str) -> None:
    assert chooser.looks[int(chooser.by_line(line).argmax())].name == "meadow/rainbow"


def test_a_clock_comes_into_the_picture_of_passing_hours(chooser: Chooser) -> None:
    line = "der Zeiger der Uhr dreht sich"
    look = chooser.looks[int(chooser.by_line(line).argmax())]
    assert figure_of(chooser.subjects_of(line), look.shows) == "clock"
    assert has_room(look.scene, "clock")
