"""Chords for a piece: degrees of its scale, phrases that answer each other, and the way home."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.analysis.key import degree_weights
from musivid.analysis.tonality import Key
from musivid.score.harmony import key_of_notes, plan_harmony
from musivid.score.notes import Note, Score, TrackNotes

MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)


@pytest.mark.parametrize(
    ("mode", "scale", "phrases"),
    [
        ("major", MAJOR, {(0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 5, 4), (5, 3, 0, 4), (0, 2, 3, 4),
                          (3, 0, 4, 5)}),
        ("minor", MINOR, {(0, 5, 3, 4), (0, 3, 5, 4), (0, 6, 5, 4), (0, 3, 0, 4), (0, 5, 0, 4),
                          (0, 0, 3, 4)}),
    ],
)  # fmt: skip
def test_phrases_go_a_a_b_a(
    mode: str, scale: tuple[int, ...], phrases: set[tuple[int, ...]]
) -> None:
    seen = set()
    for seed in range(60):
        plan = plan_harmony(Key(2, mode), 16, 200, np.random.default_rng(seed))
        degrees = tuple(scale.index((chord.root - 2) % 12) for chord in plan.chords)
        first, again, answer, last = (degrees[k : k + 4] for k in range(0, 16, 4))
        assert first == again == last != answer
        seen |= {first, answer}
        for degree, chord in zip(degrees, plan.chords, strict=True):
            wanted = tuple((2 + scale[(degree + k) % 7]) % 12 for k in (0, 2, 4))
            assert chord.pitch_classes == wanted
    assert seen == phrases


def test_the_end_is_a_cadence_and_the_tonic() -> None:
    plan = plan_harmony(Key(0, "major"), 4, 56, np.random.default_rng(0))
    assert plan.final.pitch_classes == (0, 4, 7) and plan.cadence.pitch_classes == (7, 11, 2)
    assert [plan.at(tick) for tick in (0, 15)] == [plan.chords[0]] * 2
    assert [plan.at(tick) for tick in (16, 47)] == [plan.chords[1], plan.chords[2]]
    assert [plan.at(tick) for tick in (48, 55, 56, 90)] == [plan.cadence] * 2 + [plan.final] * 2
    longer = plan_harmony(Key(0, "major"), 2, 900, np.random.default_rng(0))
    assert longer.at(400) == longer.chords[-1]


def test_weights_are_those_of_temperley() -> None:
    assert degree_weights(Key(0, "major")) == (5, 2, 3.5, 2, 4.5, 4, 2, 4.5, 2, 3.5, 1.5, 4)
    assert degree_weights(Key(0, "minor")) == (5, 2, 3.5, 4.5, 2, 4, 2, 4.5, 3.5, 2, 1.5, 4)
    assert degree_weights(Key(9, "minor"))[9] == 5.0 and degree_weights(Key(9, "minor"))[0] == 4.5


def test_the_key_of_notes_goes_by_length_and_without_drums() -> None:
    def score(*notes: tuple[int, int], drums: int = 42) -> Score:
        played = tuple(Note(0, length, pitch, 80) for pitch, length in notes)
        drum = TrackNotes("Drums", 0, True, (Note(0, 99_999, drums, 80),))
        return Score((TrackNotes("Piano", 0, False, played), drum), 120.0, bars=1)

    scale = [(60 + step, 100) for step in MAJOR]
    assert key_of_notes(score(*scale, (60, 400), (67, 200))) == Key(0, "major")
    assert key_of_notes(score(*scale, (69, 400), (64, 200))) == Key(9, "minor")
    assert key_of_notes(score()) is None
