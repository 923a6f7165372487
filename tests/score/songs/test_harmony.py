"""Chords of a phrase: long bars have two, and phrases come home."""

from __future__ import annotations

import pytest

from musivid.score.metre import METRES
from musivid.score.songs.form import Form, Phrase
from musivid.score.songs.harmony import _phrase_words, _Words
from musivid.score.songs.progressions import Family
from musivid.score.tempo_map import steady_map

OWN, MORE = {"A": "I vi IV V"}, {"A": "I ii IV V"}
FAMILY = Family(opens=(OWN["A"],), contrasts=("IV V IV V",), close="ii+V I", lead="IV+V")


def form(unit: int, strike: int = 999) -> Form:
    return Form(steady_map(30.0, 60), METRES["4/4"], strike, unit, (), {})


def words(*, loops: bool = False, short: bool = False) -> _Words:
    return _Words(OWN, MORE, FAMILY, loops, short)


@pytest.mark.parametrize(
    ("bars", "unit", "is_still", "wanted"),
    [
        (4, 4, False, ["I", "vi", "IV", "V"]),
        (2, 2, False, ["I+vi", "IV+V"]),
        (8, 8, False, ["I", "vi", "IV", "V", "I", "ii", "IV", "V"]),
        (2, 2, True, ["I", "V"]),
        (1, 2, False, ["I"]),
        (6, 4, False, ["I", "vi", "IV", "V", "I", "V"]),
    ],
)
def test_long_bars_have_two_chords_where_there_is_room(
    bars: int, unit: int, is_still: bool, wanted: list[str]
) -> None:
    phrase = Phrase(0, bars, "A")
    assert _phrase_words(phrase, form(unit), words(), is_still=is_still) == wanted


@pytest.mark.parametrize(
    ("bars", "unit", "short", "is_still", "wanted"),
    [
        (4, 4, False, False, ["I", "vi", "ii+V", "I"]),
        (4, 4, True, False, ["I", "vi", "IV", "V+I"]),
        (2, 2, False, False, ["I+vi", "V+I"]),
        (2, 2, False, True, ["I", "I"]),
        (1, 2, False, True, ["I"]),
    ],
)
def test_a_phrase_that_closes_ends_on_the_tonic(
    bars: int, unit: int, short: bool, is_still: bool, wanted: list[str]
) -> None:
    phrase = Phrase(0, bars, "A", closes=True)
    found = _phrase_words(phrase, form(unit), words(short=short), is_still=is_still)
    assert found == wanted
    looped = _phrase_words(phrase, form(unit), words(loops=True), is_still=True)
    assert looped[-1] == ("V" if bars > 1 else "I")


def test_before_the_last_chord_on_a_bar_its_dominant_is_heard() -> None:
    phrase = Phrase(0, 4, "A", is_last=True)
    assert _phrase_words(phrase, form(4, 64), words(), is_still=False)[-1] == "IV+V"
    assert _phrase_words(phrase, form(4, 72), words(), is_still=False)[-1] == "V"
