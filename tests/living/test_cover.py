"""Covers: four looks of a song's artwork in any shape, their colours, names and marks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from living_fixtures import made_music

from musivid.living.developing import develop, undeveloped
from musivid.living.lettering.lyrics import LyricsOverlay
from musivid.living.scene import Section
from musivid.living.scenes.cover import Cover
from musivid.living.sleeve import Sleeve, accents, composed_artwork
from musivid.living.standing import lay_cover
from musivid.living.world import find_looks, read_world
from musivid.media.lyrics.face import Face, display_fonts

MUSIC = made_music()
LOOKS = ("ring", "bars", "wave", "mountain")
SHAPES = ((160, 90), (90, 160), (120, 120), (240, 60), (50, 200))
each_look = pytest.mark.parametrize("look", LOOKS)


def artwork() -> np.ndarray:
    picture = np.zeros((100, 100, 3), np.uint8)
    picture[:50], picture[50:] = (240, 60, 20), (20, 70, 230)
    return picture


def sleeve(**changes: object) -> Sleeve:
    wanted = {"artwork": artwork(), "title": "Neon Coast", "artist": "Mira Vale"}
    return Sleeve(**{**wanted, **changes})  # type: ignore[arg-type]


def frame(
    look: str, number: int = 60, size: tuple[int, int] = (160, 90), **changes: object
) -> np.ndarray:
    scene = Cover(size, look, 3, sleeve(**changes))
    scene.cue(Section.of(0.0, 12.0, MUSIC))
    return shown(scene, number)


def shown(scene: Cover, number: int) -> np.ndarray:
    return develop(scene.paint(MUSIC.at(number)), scene.grade, number, scene.added).astype(int)


@each_look
@pytest.mark.parametrize("size", SHAPES, ids=str)
def test_each_look_is_a_picture_in_each_shape(look: str, size: tuple[int, int]) -> None:
    seen = frame(look, size=size)
    assert seen.shape == (size[1], size[0], 3)
    assert 4 < seen.mean() < 200 and seen.std() > 12


@each_look
def test_a_frame_does_not_depend_on_those_before_and_it_moves(look: str) -> None:
    one, other = Cover((160, 90), look, 3, sleeve()), Cover((160, 90), look, 3, sleeve())
    straight = {k: shown(one, k) for k in (60, 61, 62, 180)}
    for k in (180, 62, 60, 61):
        assert np.array_equal(shown(other, k), straight[k]), k
    for a, b in itertools.pairwise((60, 61, 62)):
        assert np.abs(straight[a] - straight[b]).mean() > 0.05


@each_look
def test_the_spectrum_moves_what_stands_for_it(look: str) -> None:
    scene = Cover((160, 90), look, 3, sleeve())
    m = MUSIC.at(60)
    from dataclasses import replace

    flat, full = (replace(m, bands=np.full(32, v, np.float32), events=()) for v in (0.0, 1.0))
    low, high = scene.paint(flat).copy(), scene.paint(full).copy()
    x, y, wide, tall = lay_cover(160 / 90, look).spectrum
    rows = np.flatnonzero(np.abs(high - low).max(axis=(0, 2)) > 0.05) / 90
    assert len(rows) > 4
    reach = tall + (wide / 2 if look == "ring" else 0)
    assert rows.min() > y - reach - 0.05 and rows.max() < max(y + reach + 0.05, 1.0)
    middle = (
        np.abs(high - low)[:, :, : int(x * 90)].sum(),
        np.abs(high - low)[:, :, int(x * 90) :].sum(),
    )
    assert middle[0] > 0 and middle[1] > 0


def test_the_artwork_is_shown_in_its_own_colours() -> None:
    x, y, side = lay_cover(320 / 180, "bars").art
    seen = frame("bars", size=(320, 180))
    for down, wanted in ((-0.2, (240, 60, 20)), (0.2, (20, 70, 230))):
        at = int((y + down * side) * 180), int(x * 180)
        patch = seen[at[0] - 4 : at[0] + 4, at[1] - 4 : at[1] + 4].mean((0, 1))
        assert np.abs(patch - wanted).max() < 40, patch


def test_what_is_undeveloped_is_developed_to_the_same() -> None:
    grey = np.repeat(np.arange(0, 256, 5, dtype=np.uint8), 3).reshape(1, -1, 3)
    light = undeveloped(grey)
    a = light * (2.51 * light + 0.03) / (light * (2.43 * light + 0.59) + 0.14)
    back = np.sqrt(a) * (1.06 - 0.06 * np.sqrt(a))
    assert np.allclose(back[0, 0], grey[0, :, 0] / 255 * 0.9, atol=1e-4)


def test_accents_are_the_bright_colours_of_the_picture() -> None:
    first, second = accents(artwork())
    warm, cold = (first, second) if first[0] > first[2] else (second, first)
    assert warm[0] > 2 * warm[2] and cold[2] > 1.5 * cold[0]
    for colour in (first, second, *accents(np.full((9, 9, 3), 30, np.uint8))):
        assert np.dot(colour, (0.2126, 0.7152, 0.0722)) > 0.25
    grey = accents(np.full((9, 9, 3), 120, np.uint8))[0]
    assert max(grey) - min(grey) < 0.05


@each_look
@pytest.mark.parametrize("size", SHAPES[:3], ids=str)
def test_names_are_seen_within_the_margins(look: str, size: tuple[int, int]) -> None:
    long = "An Uncommonly Long Title That Nobody Could Ever Sing In One Breath"
    names = {"title": long, "artist": long}
    with_name, without = (
        frame(look, size=size, **names),
        frame(look, size=size, title="", artist=""),
    )
    bright = with_name.min(2) - without.min(2) > 40
    columns, rows = np.flatnonzero(bright.any(0)), np.flatnonzero(bright.any(1))
    margin = 0.85 * min(0.105, 0.075 * size[0] / size[1]) * size[1]
    assert len(rows) and columns[0] >= margin and columns[-1] < size[0] - margin
    assert rows[0] >= margin * 0.7 and rows[-1] < size[1] - margin * 0.4


def test_the_name_gives_way_to_what_is_sung() -> None:
    sung = frame("ring", sung_s=((2.0, 4.0),))
    assert np.array_equal(sung, frame("ring", title="", artist=""))
    assert np.array_equal(frame("ring", sung_s=((6.0, 8.0),)), frame("ring"))


@pytest.mark.parametrize(("look", "size"), [("bars", (90, 160)), ("wave", (90, 160)),
                                            ("bars", (120, 120)), ("bars", (160, 90))])  # fmt: skip
def test_lines_stand_clear_of_artwork_and_spectrum(look: str, size: tuple[int, int]) -> None:
    scene = Cover(size, look, 3, sleeve())
    lines = LyricsOverlay([(0.0, 9.0, "night city")], Face(display_fonts()), size)
    dark = np.zeros((3, size[1], size[0]), np.float32)
    lines(dark, MUSIC.at(60), scene.backdrop(MUSIC.at(60)))
    rows, columns = (np.flatnonzero((dark.max(0) > 0.4).any(k)) / size[1] for k in (1, 0))
    layout = lay_cover(size[0] / size[1], look)
    x, y, side = layout.art
    assert rows.min() > y + side / 2 or columns.min() > x + side / 2
    assert rows.max() < layout.spectrum[1] - layout.spectrum[3] / 2


def test_a_mark_stands_in_its_corner_with_its_alpha() -> None:
    logo = np.zeros((20, 40, 4), np.uint8)
    logo[:, :20] = 255
    change = np.abs(frame("bars", logo=logo, size=(320, 180)) - frame("bars", size=(320, 180))).max(
        2
    )
    rows, columns = np.nonzero(change > 30)
    assert len(rows) and rows.max() < 60 and columns.min() > 200
    right = 320 - 0.105 * 180
    assert columns.max() < right - 5, "the transparent half is not seen"


def test_without_artwork_one_is_composed_by_seed() -> None:
    assert np.array_equal(composed_artwork(5), composed_artwork(5))
    assert not np.array_equal(composed_artwork(5), composed_artwork(6))
    assert composed_artwork(5).std() > 20
    assert frame("ring", artwork=None).std() > 12


def test_covers_are_found_by_name_and_never_by_choice() -> None:
    assert [look.name for look in find_looks("cover")] == [f"cover/{look}" for look in LOOKS]
    assert set(Cover.looks) == set(LOOKS)
    assert [look.look for look in find_looks("cover/wave")] == ["wave"]
    assert "cover" not in {look.scene for look in (*read_world(), *find_looks(None))}
