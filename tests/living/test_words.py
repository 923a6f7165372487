"""Words of lines in time and in order: the file's own times, both directions, letters as typed."""

from __future__ import annotations

import numpy as np
import pytest
from living_fixtures import made_music

from musivid.living.canvas import new_planes
from musivid.living.lettering.layout import (
    in_order,
    letters_typed,
    runs_right_to_left,
    split_words,
    words_at,
)
from musivid.living.lettering.lyrics import LyricsOverlay
from musivid.living.scene import Section
from musivid.living.scenes import scene_class
from musivid.media.lyrics.face import Face, display_fonts

FACE = Face(display_fonts())
MUSIC = made_music()
SIZE = (320, 180)


def overlaid(time_s: float, overlay: LyricsOverlay, ground: float = 0.1) -> np.ndarray:
    """What an overlay lays over an even picture."""
    scene = scene_class("sea")(SIZE, "moon", 0)
    scene.cue(Section.of(0.0, 12.0, MUSIC))
    planes = new_planes(SIZE)
    planes[:] = ground
    moment = MUSIC.at(round(time_s * 25))
    overlay(planes, moment, scene.backdrop(moment))
    return planes - ground


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("one two three", "one two three"),
        ("אחד שתיים שלוש", "שלוש שתיים אחד"),
        ("אני אוהב New York מאוד", "מאוד New York אוהב אני"),
        ("we say שלום עולם again", "we say עולם שלום again"),
        ("مرحبا 2024 سنة", "سنة 2024 مرحبا"),
        ("year 2024 now", "year 2024 now"),
        ("שלום — עולם", "עולם — שלום"),
        ("a — שלום", "a — שלום"),
    ],
)
def test_words_stand_in_the_order_of_readers(text: str, seen: str) -> None:
    words = text.split()
    order = in_order(words, right=runs_right_to_left(text))
    assert sorted(order) == list(range(len(words)))
    assert " ".join(words[index] for index in order) == seen


@pytest.mark.parametrize(
    ("text", "given", "starts"),
    [
        ("Golden sunset", [(1.0, "Golden"), (2.5, "sunset")], [1.0, 2.5]),
        ("one two three", [(1.0, "one two"), (3.0, "three")], [1.0, 2.0, 3.0]),
        ("月光", [(1.0, "月"), (1.5, "光")], [1.0, 1.5]),
        ("Golden sunset", [(1.0, "Golden")], []),
        ("Golden sunset", [], []),
    ],
)
def test_words_keep_the_times_of_their_file(
    text: str, given: list[tuple[float, str]], starts: list[float]
) -> None:
    words = words_at(text, 4.0, given)
    assert [word.start_s for word in words] == starts
    assert [word.text for word in words] == (split_words(text) if starts else [])
    assert all(word.end_s > word.start_s for word in words)


def test_a_word_lights_up_when_its_file_says() -> None:
    lines = [(2.0, 9.0, "golden sunset")]
    known = {2.0: [(2.0, "golden"), (7.0, "sunset")]}
    timed = LyricsOverlay(lines, FACE, SIZE, known=known)
    estimated = LyricsOverlay(lines, FACE, SIZE)
    early = overlaid(6.0, timed)
    assert not np.array_equal(early, overlaid(6.0, estimated))
    assert overlaid(8.0, timed).max() > early.max() * 0.9
    assert np.array_equal(overlaid(2.6, timed, 0.0) > 0.2, overlaid(2.6, estimated, 0.0) > 0.2)


@pytest.mark.parametrize("text", ["golden sunset sinking", "שלום לכולם הלילה", "月光照亮大海"])
def test_letters_come_as_they_are_typed(text: str) -> None:
    overlay = LyricsOverlay([(2.0, 8.0, text)], FACE, SIZE, style="type")
    lit = [int((overlaid(time, overlay, 0.0) > 0.3).sum()) for time in (2.3, 3.5, 5.0, 7.2)]
    assert lit == sorted(lit) and lit[0] < 0.5 * lit[-1], lit
    whole = LyricsOverlay([(2.0, 8.0, text)], FACE, SIZE)
    first, last = overlaid(3.0, overlay, 0.0), overlaid(7.2, whole, 0.0)
    assert first.any() and last.any()
    if text[0] in "ש":
        assert np.flatnonzero((first > 0.5).any((0, 1))).min() > SIZE[0] * 0.1, "from the right"


def test_marks_are_typed_with_their_letters() -> None:
    assert letters_typed("cafe\u0301s", 4 / 6) == 5
    assert letters_typed("abc", 0.0) == 1 and letters_typed("abc", 1.0) == 3


def test_words_on_bright_ground_have_a_deeper_shade() -> None:
    overlay = LyricsOverlay([(2.0, 8.0, "snow upon the mountains")], FACE, SIZE, style="rise")
    kept = [1 + overlaid(2.6, overlay, ground).min() / ground for ground in (0.05, 0.9)]
    dim = [
        float(np.quantile(1 + overlaid(2.6, overlay, ground) / ground, 0.02))
        for ground in (0.05, 0.9)
    ]
    assert dim[1] < dim[0] and kept[1] < 0.45, (dim, kept)
