"""Keys of notes: found from what is written in them."""

from __future__ import annotations

import numpy as np
import pytest

from musivid.analysis.key import degree_weights, key_of_classes
from musivid.analysis.tonality import MODES, Key
from musivid.score.harmony import key_of_notes
from musivid.score.notes import Note, Score, TrackNotes

KEYS = [Key(tonic, mode) for tonic in range(12) for mode in ("major", "minor")]


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_a_piece_that_keeps_to_its_scale_is_in_its_key(key: Key) -> None:
    heard = np.zeros(12)
    for step, length in zip(MODES[key.mode], (4, 1, 3, 2, 4, 2, 1), strict=True):
        heard[(key.tonic + step) % 12] = length
    guess = key_of_classes(heard)
    assert guess.key == key and guess.rival != key
    assert 1 / 24 < guess.confidence <= 1
    notes = tuple(
        Note(0, int(length), 60 + pitch, 90) for pitch, length in enumerate(heard) if length
    )
    drums = TrackNotes("Drums", 0, is_drum=True, notes=(Note(0, 5000, 36 + key.tonic, 90),))
    score = Score((TrackNotes("Piano", 0, notes=notes), drums), 120.0, 1)
    assert key_of_notes(score) == key


def test_what_has_no_key() -> None:
    for heard in (np.zeros(12), np.ones(12)):
        guess = key_of_classes(heard)
        assert (guess.key, guess.confidence, guess.rival) == (None, 0.0, None)
    assert key_of_notes(Score((), 120.0, 1)) is None


def test_certainty_grows_with_what_is_heard() -> None:
    own = np.array(degree_weights(Key(2, "minor")))
    sure, unsure = key_of_classes(own), key_of_classes(own + np.array(degree_weights(Key(8))))
    assert sure.key == Key(2, "minor") and sure.confidence > unsure.confidence
    assert degree_weights(Key(9, "dorian")) == degree_weights(Key(9, "minor"))
