"""A picture of one's own as a scene: fitted unbent, deep, alive, a function of the frame alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from living_fixtures import made_music

from musivid.core.seeds import dice
from musivid.living.casting import cast_film, has_room, shows_somebody
from musivid.living.depth import fill_frame, guess_depth
from musivid.living.developing import develop
from musivid.living.forecast import weather_in
from musivid.living.plan import Place
from musivid.living.scene import Section
from musivid.living.scenes.picture import Picture
from musivid.living.staging import stage_figure
from musivid.living.weather import Weather

MUSIC = made_music()
SIZE = (96, 54)


def landscape(width: int = 192, height: int = 108) -> np.ndarray:
    """A pale sky, dark rough ground, and a red disc that stands out at a third of the width."""
    picture = np.empty((height, width, 3), np.uint8)
    picture[:] = (200, 215, 235)
    ground = dice(1).integers(20, 90, (height - height * 6 // 10, width, 1))
    picture[height * 6 // 10 :] = ground
    cv2.circle(picture, (width // 3, height * 6 // 10), height // 6, (220, 30, 20), -1)
    return picture


def scene(shot: int = 0, picture: np.ndarray | None = None, weather: Weather = "") -> Picture:
    made = Picture(SIZE, "1", 3, landscape() if picture is None else picture, weather=weather)
    made.cue(Section.of(2.0, 11.0, MUSIC), shot)
    return made


def frame(own: Picture, number: int) -> np.ndarray:
    planes = own.paint(MUSIC.at(number))
    return develop(planes, own.grade, number, own.added)


def test_what_is_low_is_near_and_what_stands_out_is_the_subject() -> None:
    depth = guess_depth(landscape())
    rows = depth.near.mean(1)
    assert rows[-5:].mean() > rows[:5].mean() + 0.4
    x, y = depth.subject
    assert abs(x - 1 / 3) < 0.12 and abs(y - 0.6) < 0.2
    assert depth.lamp[1] < 0.6, "the sky is the brightest"


def test_a_like_shape_is_cut_and_another_stands_whole_before_its_blur() -> None:
    assert fill_frame(landscape(200, 130), SIZE).shape == (54, 96, 3)
    tall = np.zeros((160, 60, 3), np.uint8)
    cv2.circle(tall, (30, 80), 20, (255, 255, 255), -1)
    filled = fill_frame(tall, SIZE)
    disc = filled[..., 0] > 128
    columns, rows = np.flatnonzero(disc.any(0)), np.flatnonzero(disc.any(1))
    wide, high = np.ptp(columns) + 1, np.ptp(rows) + 1
    assert abs(wide - high) <= 2, "a disc stays a disc"
    assert abs(wide - 40 * 54 / 160) <= 3, "and the whole height is seen"


def test_a_frame_does_not_depend_on_those_before() -> None:
    one, other = scene(), scene()
    straight = {k: frame(one, k) for k in (60, 61, 140, 220)}
    for k in (220, 61, 140, 60):
        assert np.array_equal(frame(other, k), straight[k]), k


@pytest.mark.parametrize("shot", range(3))
def test_it_is_the_picture_and_it_moves(shot: int) -> None:
    own = scene(shot)
    first, second = frame(own, 55).astype(int), frame(own, 75).astype(int)
    assert np.abs(first - second).mean() > 1
    redness = first[..., 0] - first[..., 1]
    assert redness.max() > 60, "the disc is seen"


def test_the_near_shot_is_nearer() -> None:
    def red(own: Picture) -> int:
        shown = frame(own, 60).astype(int)
        return int((shown[..., 0] - shown[..., 1] > 60).sum())

    assert red(scene(1)) > 1.5 * red(scene(0))


def test_near_things_pass_before_far_ones() -> None:
    """While the camera travels the ground goes farther than the sky."""
    striped = landscape()
    striped[:, ::16] = 255
    own = scene(2, striped)
    own.cue(Section.of(0.0, 2.0, MUSIC), 2)
    maps = [own._looked(own._view(m, own.now(m)))[1][0] for m in (MUSIC.at(2), MUSIC.at(45))]
    moved = np.abs(maps[1] - maps[0]).mean(1)
    assert abs(moved[-2] - moved[1]) > 0.01


def test_a_figure_stands_on_a_bank_where_less_is_to_be_seen() -> None:
    for shot, name in enumerate(Picture.shots):
        own, moment = scene(shot), MUSIC.at(60)
        own.figure = "walker stands"
        before = own.paint(moment).copy()
        stage_figure(own.out, own, moment)
        changed = np.abs(own.out - before).max(0) > 0.004
        if name == "near":
            assert not changed.any()
            continue
        assert changed[-3:].mean() > 0.75, "earth at the foot"
        columns = np.flatnonzero(changed[36:48].sum(0) >= 4)
        assert len(columns) and columns.min() > SIZE[0] / 2, "the disc is on the left"
        assert not changed[: SIZE[1] // 2].any()


def test_nobody_stands_before_pictures_of_the_users_own() -> None:
    film = [Place(4.0 * k, 4.0 * k + 4, "picture", str(k + 1), "a horse runs") for k in range(3)]
    assert [place.figure for place in cast_film(film, 0.3, 1)] == ["", "", ""]
    cast = cast_film(film, 0.3, 1, pictures={"2"})
    assert [place.figure.split(" ")[0] for place in cast] == ["", "horse", ""]
    assert has_room("picture", "walker") and not has_room("picture", "boat")
    assert shows_somebody("a woman on a beach") and not shows_somebody("a lone tree")


@pytest.mark.parametrize("weather", ["rain", "snow"])
def test_weather_falls_more_where_the_music_is_loud(weather: Weather) -> None:
    wet, dry = scene(weather=weather), scene()
    fallen = [
        float((wet.paint(MUSIC.at(k)) - dry.paint(MUSIC.at(k))).sum(0).mean()) for k in (55, 270)
    ]
    assert 0 < fallen[0] < fallen[1]
    once, again = frame(wet, 90), frame(scene(weather=weather), 90)
    assert np.array_equal(once, again) and not np.array_equal(once, frame(dry, 90))


@pytest.mark.parametrize(
    ("text", "falls"),
    [
        ("Rain on the harbour at night", "rain"), ("a storm over the sea", "rain"),
        ("drizzle, pouring rain", "rain"), ("Regen in der Stadt", "rain"),
        ("a village in winter", "snow"), ("blizzard", "snow"), ("it never stops snowing", "snow"),
        ("no rain tonight", ""), ("a calm sea without storm", ""), ("kein Regen", ""),
        ("light pours through the trees", ""), ("golden rain falls from the sky", ""),
        ("rain on my window", ""), ("white as snow", ""), ("after the rain, a rainbow", ""),
        ("mellow hip hop", ""),
    ],
)  # fmt: skip
def test_weather_that_a_caption_speaks_of(text: str, falls: str) -> None:
    assert weather_in(text) == falls
