"""Chords by their numerals, and how voices go from one to the next."""

from __future__ import annotations

import itertools

import pytest

from musivid.analysis.tonality import Key
from musivid.score.metre import METRES
from musivid.score.songs.progressions import FAMILIES
from musivid.score.songs.theory import Seat, chord_at, home_chord, read_bar, read_chord, voicing

C_MAJOR, A_MINOR = Key.named("C major"), Key.named("A minor")


@pytest.mark.parametrize(
    ("token", "key", "name", "classes"),
    [
        ("I", C_MAJOR, "C", (0, 4, 7)),
        ("vi7", C_MAJOR, "Am7", (9, 0, 4, 7)),
        ("V/3", C_MAJOR, "G/B", (7, 11, 2)),
        ("bVII", C_MAJOR, "Bb", (10, 2, 5)),
        ("II7", C_MAJOR, "D7", (2, 6, 9, 0)),
        ("Vsus4", C_MAJOR, "Gsus4", (7, 0, 2)),
        ("V7", A_MINOR, "E7", (4, 8, 11, 2)),
        ("iio7", A_MINOR, "Bm7b5", (11, 2, 5, 9)),
        ("iv", A_MINOR, "Dm", (2, 5, 9)),
    ],
)
def test_numerals_are_chords(token: str, key: Key, name: str, classes: tuple[int, ...]) -> None:
    chord = read_chord(token, key)
    assert (chord.name, chord.pitch_classes) == (name, classes)
    assert set(classes) <= {(key.tonic + step) % 12 for step in chord.scale}


def test_the_dominant_in_minor_is_sung_with_its_leading_note() -> None:
    assert read_chord("V7", A_MINOR).scale[5:] == (9, 11)
    assert home_chord(A_MINOR).scale[5:] == (8, 10)
    with pytest.raises(ValueError, match="not a chord"):
        read_chord("H", C_MAJOR)


def test_a_bar_has_its_second_chord_in_the_middle_or_on_three() -> None:
    bars = {name: read_bar("ii+V", C_MAJOR, metre) for name, metre in METRES.items()}
    found = {name: [at for at, _ in bar] for name, bar in bars.items()}
    assert found == {"4/4": [0, 8], "3/4": [0, 8], "6/8": [0, 6]}
    four = bars["4/4"]
    assert [chord_at(four, step).name for step in (0, 7, 8)] == ["Dm", "Dm", "G"]


@pytest.mark.parametrize("name", FAMILIES)
def test_progressions_can_be_read_and_contrast_ends_on_a_dominant(name: str) -> None:
    for family, key in zip(FAMILIES[name], (C_MAJOR, A_MINOR), strict=True):
        texts = (*family.opens, *family.contrasts, family.close, family.lead)
        bars = [read_bar(word, key, METRES["4/4"]) for text in texts for word in text.split()]
        assert bars
        assert all(len(text.split()) == 4 for text in (*family.opens, *family.contrasts))
        home = home_chord(key).pitch_classes[0]
        assert all(read_bar(t.split()[-1], key, METRES["4/4"])[-1][1].pitch_classes[0] != home
                   for t in family.contrasts)  # fmt: skip


def test_voices_move_little_and_stay_below_the_tune() -> None:
    chords = [read_chord(token, C_MAJOR) for token in ("I", "vi", "IV", "V", "I")]
    before, placed = None, []
    for chord in chords:
        before = voicing(chord, Seat(60, 65), before)
        placed.append(before)
        assert {p % 12 for p in before} == set(chord.pitch_classes) and before[-1] <= 65
    for one, other in itertools.pairwise(placed):
        assert sum(abs(a - b) for a, b in zip(one, other, strict=True)) <= 7
