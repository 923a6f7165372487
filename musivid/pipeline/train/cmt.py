"""CMT tokens to learn from: the songs of MIDI files, piano rolls and published data sets."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from musivid.analysis.key import key_of_classes
from musivid.core.errors import InputError
from musivid.core.progress import Reporter
from musivid.nets.compound.files import CMT_SCHEMA
from musivid.score.cmt.arrays import read_npz
from musivid.score.cmt.initial_tokens import key_class
from musivid.score.cmt.tokens import BAR, COLUMNS, encode
from musivid.score.corpus import Dropped, Song
from musivid.score.notes import Score
from musivid.score.pianoroll import read_score

__all__ = ["songs_of_data_set", "songs_of_notes"]

_DRUMS, _OCTAVE = 1, 12  # class of the instrument; semitones
_BEAT, _PITCH, _DURATION, _INSTRUMENT = (
    COLUMNS.index(name) for name in ("beat", "pitch", "duration", "instrument")
)
_SURE = 0.3  # a key that is less likely than this is not said


def songs_of_notes(
    path: Path, genre: str, least_notes: int, reporter: Reporter
) -> Iterator[Song | Dropped]:
    """The one song of a MIDI file or piano roll, without small tracks; or why it can't be used."""
    name = str(path)
    try:
        score = read_score(path, reporter)
        if (score.beats_per_bar, score.beat_unit) != (4, 4):
            yield Dropped(name, f"not in 4/4: {score.beats_per_bar}/{score.beat_unit}")
            return
        score = _without_small_tracks(score, least_notes)
        if not score.tracks:
            yield Dropped(name, "too few notes")
            return
        rows = encode(score)
    except InputError as error:
        yield Dropped(name, f"unreadable: {error.problem}")
        return
    # Key signatures are often missing, and often C major by default: the notes know better.
    known = key_class(score.key) if score.key and str(score.key) != "C major" else 0
    yield Song(name, rows, genre, known or _found_key(rows))


def songs_of_data_set(path: Path) -> Iterator[Song | Dropped]:
    """The songs of a published data set.

    Raises:
        InputError: the file is damaged or of another layout.
    """
    for song in read_npz(path):
        name, rows = f"{path}#{song.name}", song.rows
        if (fault := _fault(rows)) is not None:
            yield Dropped(name, f"broken tokens: {fault}")
        else:
            yield Song(name, rows, song.genre.lower(), _found_key(rows))


def _fault(rows: NDArray[Any]) -> str | None:
    """What is wrong with tokens that came from elsewhere, if anything is."""
    for column, field in enumerate(CMT_SCHEMA.fields):
        values = rows[:, column]
        most = np.iinfo(np.int16).max if field.role == "position" else field.classes - 1
        if values.min() < 0 or values.max() > most:
            return f"{field.name} goes from {values.min()} to {values.max()}"
    return None if rows[0, _BEAT] == BAR else "they don't begin with a bar"


def _without_small_tracks(score: Score, least: int) -> Score:
    tracks = tuple(track for track in score.tracks if len(track.notes) >= least)
    return dataclasses.replace(score, tracks=tracks)


def _found_key(rows: NDArray[np.int64]) -> int:
    """The class of the key that the notes are in; 0 where that is not clear."""
    notes = rows[(rows[:, _PITCH] > 0) & (rows[:, _INSTRUMENT] != _DRUMS)]
    heard = np.zeros(_OCTAVE)
    np.add.at(heard, (notes[:, _PITCH] - 1) % _OCTAVE, np.maximum(notes[:, _DURATION] - 1, 0.5))
    guess = key_of_classes(heard)
    return key_class(guess.key) if guess.confidence >= _SURE else 0
