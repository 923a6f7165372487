"""Words on a film: split by script, timed, balanced, inside the frame, lit as they are sung."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from living_fixtures import made_music

from musivid.living.canvas import new_planes
from musivid.living.lettering.layout import Word, balance, is_right_to_left, split_words, time_words
from musivid.living.lettering.lyrics import LyricsOverlay
from musivid.living.scene import Backdrop, Section, Zone
from musivid.living.scenes import scene_class
from musivid.media.lyrics.face import Face, display_fonts

FACE = Face(display_fonts())
MUSIC = made_music()


def words(text: str) -> list[Word]:
    return time_words(text, 0.0, 4.0, np.empty(0))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("golden sunset", ["golden", "sunset"]),
        ("月光,海", ["月", "光,", "海"]),
        ("love 爱 you", ["love", "爱", "you"]),
        ("  one  ", ["one"]),
    ],
)
def test_lines_split_by_their_script(text: str, parts: list[str]) -> None:
    assert split_words(text) == parts


def test_words_follow_one_another_and_meet_onsets() -> None:
    timed = time_words("one two three four", 1.0, 5.0, np.array([2.05, 3.1]))
    free = time_words("one two three four", 1.0, 5.0, np.empty(0))
    share = 4 * 0.86 / 19.8  # sung seconds for 1.2 and a letter of a word; 19.8 are all four
    starts = 1 + share * np.cumsum([0, 4.2, 4.2, 6.2])
    assert [word.start_s for word in free] == pytest.approx(starts)
    assert free[-1].end_s == pytest.approx(1 + 4 * 0.86)
    timed = time_words("one two three four", 1.0, 5.0, np.array([1.84, 3.6]))
    assert [word.start_s for word in timed] == pytest.approx([1, 1.84, starts[2], 3.6])
    assert [word.end_s for word in timed[:-1]] == [word.start_s for word in timed[1:]]


def test_rows_are_balanced_and_do_not_end_on_an_article() -> None:
    line = words("when the night is over we will find the way")
    widths = [10.0 * len(word.text) for word in line]
    rows = balance(line, widths, 10.0, 230.0)
    assert rows[0].first == 0 and rows[-1].last == len(line)
    assert all(a.last == b.first for a, b in itertools.pairwise(rows))
    assert max(row.width for row in rows) <= 230
    assert max(r.width for r in rows) - min(r.width for r in rows) < 110
    assert all(line[row.last - 1].text not in ("the", "is", "we") for row in rows[:-1])


def test_a_word_that_fits_nowhere_has_a_row_of_its_own() -> None:
    line = words("a supercalifragilistic b")
    rows = balance(line, [10.0, 400.0, 10.0], 5.0, 100.0)
    assert [(row.first, row.last) for row in rows] == [(0, 1), (1, 2), (2, 3)]


def test_scripts_have_a_direction() -> None:
    assert is_right_to_left("مرحبا") and is_right_to_left("שלום")
    assert not is_right_to_left("hello") and not is_right_to_left("月")


def test_letters_that_no_font_has_are_told() -> None:
    assert FACE.missing("Hello, мир مرحبا") == ""
    assert "\U0001f9ec" in FACE.missing("a \U0001f9ec b")


def test_marks_are_told_with_the_letters_that_they_stand_on() -> None:
    assert FACE.missing("\u0e23\u0e31 a\u0308") == "\u0e23"  # DejaVu and Outfit lack Thai
    assert FACE.missing("\U0001f469\u200d\U0001f467") == "\U0001f469\U0001f467"


def test_words_that_touch_are_never_over_one_another_and_do_not_blink() -> None:
    size, words = (160, 90), [(1.0, "wave,"), (2.0, "tide")]
    both, last = new_planes(size), new_planes(size)
    moment = next(m for m in map(MUSIC.at, range(200)) if 2.0 <= m.time_s < 2.02)
    backdrop = Backdrop(Zone(), (1.0, 0.6, 0.3))
    for planes, line in ((both, (1.0, 3.0, "wave, tide")), (last, (2.0, 3.0, "tide"))):
        known = {1.0: words, 2.0: words[1:]}
        LyricsOverlay([line], FACE, size, style="punch", known=known)(planes, moment, backdrop)
    assert last.max() > 0.3 and not both[last == 0].any()
    assert both.max() > 1.5, "no blink where one follows the other"


def test_words_are_drawn_with_weight() -> None:
    drawn = FACE.draw("Wave", 40)
    assert drawn.mask.max() == 1 and drawn.mask.shape[0] < 60
    assert drawn.advance == pytest.approx(drawn.mask.shape[1], abs=12) and drawn.top < 0


def test_what_competes_with_words_goes_out_of_focus() -> None:
    size, moment = (320, 180), MUSIC.at(60)
    overlay = LyricsOverlay([(1.0, 5.0, "words in the night")], FACE, size)
    backdrop = Backdrop(Zone(), (1.0, 0.6, 0.3))
    windows = new_planes(size)
    windows[:, ::6, ::6] = windows[:, 1::6, ::6] = 1.5  # lit, on the dark
    plain = np.full_like(windows, windows.mean())
    before = windows.copy()
    overlay(windows, moment, backdrop)
    overlay(plain, moment, backdrop)
    block = (slice(None), slice(14, 28), slice(20, 100))
    peak = np.percentile(np.abs(windows - plain)[block], 98)
    assert peak < 0.15 * before.max(), "dimmed alone it would be a third"
    assert np.array_equal(windows[:, 120:], before[:, 120:]), "nothing else is touched"


@pytest.mark.parametrize("style", ["rise", "karaoke", "punch", "type", "subtitle"])
@pytest.mark.parametrize("size", [(320, 180), (180, 320)])
def test_lines_light_up_and_stay_inside(style: str, size: tuple[int, int]) -> None:
    long = "Supercalifragilisticexpialidocious words that never end in the night"
    scene = scene_class("sea")(size, "moon", 1)
    scene.cue(Section.of(0.0, 12.0, MUSIC))
    overlay = LyricsOverlay([(1.0, 5.0, long)], FACE, size, style=style)  # type: ignore[arg-type]
    before, during = new_planes(size), new_planes(size)
    overlay(before, MUSIC.at(5), scene.backdrop(MUSIC.at(5)))
    overlay(during, MUSIC.at(60), scene.backdrop(MUSIC.at(60)))
    assert before.max() == 0 and during.max() > 0.5
    margin = max(1, round(min(size) * 0.02))
    border = during.copy()
    border[:, margin:-margin, margin:-margin] = 0
    assert border.max() < 0.3, "no letter touches the border"
