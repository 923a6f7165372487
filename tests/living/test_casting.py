"""Who goes through a film, and how it stands in its scenes."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from living_fixtures import made_music

from musivid.living.canvas import new_planes
from musivid.living.casting import (
    ACCENTS,
    cast_film,
    choose_accent,
    choose_protagonist,
    figure_of,
    figures_in,
    has_room,
)
from musivid.living.figures.body import Body, Ink, draw
from musivid.living.figures.cast import FIGURES, POSES, Clock
from musivid.living.figures.clock import street_clock
from musivid.living.film import LivingFilm
from musivid.living.plan import Act, Place
from musivid.living.scene import Section
from musivid.living.scenes import scene_class

MUSIC = made_music()
SIZE = (128, 72)
each_figure = pytest.mark.parametrize("name", sorted(FIGURES))


def test_there_are_many_figures_and_all_have_words() -> None:
    from musivid.living.casting import _words

    assert len(FIGURES) >= 24
    assert set(_words().values()) == set(FIGURES)
    for figure in FIGURES.values():
        assert set(figure.poses) <= set(POSES)


@each_figure
def test_each_figure_is_drawn_in_each_pose_and_moves(name: str) -> None:
    figure = FIGURES[name]
    for pose, make in figure.poses.items():
        shown = []
        for k in range(3):
            body = make(Clock(1.0 + 0.31 * k, 0.4 + 0.17 * k, breath=0.5 * k - 0.5, beat=0.3 * k))
            planes = new_planes((160, 160))
            planes[:] = 0.5
            draw(planes, body, (0.5, 0.7), 0.4 / max(1.0, figure.wide), Ink((0.0, 0.0, 0.0)))
            shown.append(planes[0] < 0.25)
            assert 0.004 < shown[-1].mean() < 0.5, pose
            for part in (*figure.accents, *figure.lamps, *figure.glints):
                assert part in body.parts or pose in ("walks", "stands", "sits"), (name, part)
        still = {"bicycle", "car", "clock", "guitar", "piano", "train"}
        moved = max((a ^ b).sum() for a, b in itertools.combinations(shown, 2))
        assert name in still or moved > 0


@each_figure
def test_each_accent_is_a_part_of_some_pose(name: str) -> None:
    figure = FIGURES[name]
    parts: set[str] = set()
    for make in figure.poses.values():
        body: Body = make(Clock(1.0, 0.3))
        parts |= body.parts.keys()
    assert set(figure.accents) | set(figure.lamps) | set(figure.glints) <= parts


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("you and I, we ride horses", ["couple", "horse"]),
        ("a whale sings to the ship", ["whale", "boat"]),
        ("Ein Schmetterling und die Katze", ["butterfly", "cat"]),
        ("我们一起看鲸", ["couple", "whale"]),
        ("oh baby, the sun rose in my heart", []),
        ("nothing here", []),
    ],
)
def test_lines_name_figures(line: str, names: list[str]) -> None:
    assert figures_in(line) == names


def test_the_protagonist_is_whom_the_words_are_about() -> None:
    assert choose_protagonist(["we run", "you and us", "she waits"], 0.5, 0) == "couple"
    assert choose_protagonist(["she dances", "her eyes"], 0.5, 0) == "woman"
    assert choose_protagonist(["my horse and I", "ride on, horse"], 0.5, 0) == "horse"
    assert choose_protagonist(["I am here"], 0.5, 3) in ("walker", "woman")
    assert choose_protagonist(["I am here"], 0.5, 3, ["couple"]) == "couple"
    by_seed = {choose_protagonist([], 0.2, seed) for seed in range(12)}
    assert len(by_seed) >= 3, "another seed, another film"


def test_one_colour_a_film() -> None:
    assert choose_accent(4) == choose_accent(4)
    assert {choose_accent(seed) for seed in range(30)} == set(ACCENTS.values())


def places(*scenes: str, line: str = "") -> list[Place]:
    looks = {name: next(iter(scene_class(name).looks)) for name in scenes}
    return [Place(4.0 * k, 4.0 * k + 4, name, looks[name], line) for k, name in enumerate(scenes)]


def test_one_figure_goes_through_the_film_in_varied_actions() -> None:
    cast = cast_film(places("sea", "forest", "liquid", "city", "aurora", "sea"), 0.3, 1)
    names = [place.figure.split()[0] for place in cast if place.figure]
    assert len(set(names)) == 1 and len(names) == 5, "one, wherever there is ground"
    assert cast[2].figure == ""
    poses = [place.figure.split()[1] for place in cast if place.figure]
    if len(FIGURES[names[0]].poses) > 1:
        assert len(set(poses)) > 1
    assert cast == cast_film(places("sea", "forest", "liquid", "city", "aurora", "sea"), 0.3, 1)


def test_a_line_brings_in_what_it_names_where_there_is_room() -> None:
    (place,) = cast_film(places("sea", line="the whale sings"), 0.3, 1)
    assert place.figure == "whale floats"
    (place,) = cast_film(places("clouds", line="the whale sings"), 0.3, 1)
    assert "whale" not in place.figure
    assert has_room("clouds", "eagle") and not has_room("clouds", "walker")


def test_without_words_verses_walk_and_choruses_do_not() -> None:
    film = places("sea", "forest", "city", "aurora", "sea")
    film[2] = replace(film[2], acts=(Act("open", 8.0, 11.0),))
    seed = next(s for s in range(20) if choose_protagonist([], 0.2, s) == "couple")
    cast = cast_film(film, 0.2, seed)
    assert cast[0].figure.endswith("walks") and not cast[2].figure.endswith("walks")
    assert cast[-1].figure.endswith("stands")


def test_who_dances_in_the_words_dances() -> None:
    (plain,) = places("sea", line="we dance, you and us, together")
    dancing = replace(plain, acts=(Act("dance", 1.0, 4.0),))
    first, last = cast_film([dancing, dancing], 0.3, 1)
    assert first.figure == "couple dances"
    assert last.figure == "couple stands", "so does the last image"


@pytest.mark.parametrize(
    ("scene", "look", "figure"),
    [
        ("sea", "sunset", "walker walks"), ("sea", "moon", "boat floats"),
        ("forest", "autumn", "deer stands"), ("city", "blue", "cat sits"),
        ("sea", "dawn", "couple walks"), ("sea", "storm", "balloon flies"),
    ],
)  # fmt: skip
def test_a_figure_is_seen_and_frames_are_functions_of_their_number(
    scene: str, look: str, figure: str
) -> None:
    def film(who: str) -> LivingFilm:
        return LivingFilm(MUSIC, [Place(0.0, 12.0, scene, look, figure=who)], SIZE, seed=2)

    own, empty = film(figure), film("")
    straight = [own.frame(k) for k in range(50, 54)]
    assert np.abs(straight[0].astype(int) - empty.frame(50)).max() > 25
    again = film(figure)
    for k in (53, 50):
        assert np.array_equal(again.frame(k), straight[k - 50])


def test_the_last_image_is_drawn_back_and_dims_without_going_out() -> None:
    shown = [Place(0.0, 6.0, "sea", "dawn"), Place(6.0, 12.0, "sea", "moon")]
    ends = LivingFilm(MUSIC, shown, SIZE, seed=2, closes=True)
    plain = LivingFilm(MUSIC, shown, SIZE, seed=2)
    assert np.array_equal(ends.frame(20), plain.frame(20))
    last, bright = ends.frame(299), plain.frame(299)
    assert 0.25 * bright.mean() < last.mean() < 0.85 * bright.mean()
    assert not np.array_equal(ends.frame(200), plain.frame(200)), "it is drawn back from"


@pytest.mark.parametrize("shot", ["wide", "low", "far"])
@pytest.mark.parametrize("end_s", [2.0, 5.0, 12.0])
def test_a_film_ends_on_a_shot_in_which_somebody_stands(shot: str, end_s: float) -> None:
    scene = scene_class("sea")((64, 36), "moon", 1)
    scene.cue(Section.of(0.0, end_s, MUSIC), scene.shots.index(shot))
    scene.close()
    moments = [MUSIC.at(number) for number in range(int(end_s * 25))]
    seen = [scene.now(moment).shot for moment in moments]
    assert scene.stands[seen[-1]].ground
    assert [scene.now(moments[-1]).share > 0.9, scene.now(moments[0]).share < 0.1] == [True, True]


@pytest.mark.parametrize(
    ("subjects", "shows", "name"),
    [
        (["ship", "sea"], ("moon",), "boat"),
        (["sea", "ship"], ("sea", "moon"), None),
        (["grid", "angel"], (), "angel"),
        ([], (), None),
    ],
)
def test_a_subject_that_is_not_shown_comes_as_a_figure(
    subjects: list[str], shows: tuple[str, ...], name: str | None
) -> None:
    assert figure_of(subjects, shows) == name


def test_what_a_line_means_comes_into_its_place() -> None:
    places = [Place(0.0, 9.0, "city", "dawn", "wings of grace")]
    cast = cast_film(places, 0.4, 0, {"wings of grace": ["angel"]})
    assert cast[0].figure.startswith("angel")


def test_the_hands_of_a_clock_go_round() -> None:
    first, later, round_ = (street_clock(t).parts["hands"].cones for t in (0.0, 10.0, 40.0 * 12))
    assert first[1] != later[1] and first[0] != later[0]
    assert np.allclose(first, round_)


def test_who_is_said_not_to_be_there_does_not_come() -> None:
    assert figures_in("there is no angel on the hill with my horse") == ["horse"]
