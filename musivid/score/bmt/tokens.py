"""Scores as tokens of the BM-Transformer (BMT), and back.

A token of the emotion opens the piece, a bar token each bar. Rhythm tokens say how much comes: the
density of a bar, the strength of a chord or of a group of notes. A beat token holds tempo and chord
of a position, a note token is each note; a token of zeros ends the piece.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from musivid.score.bmt.chords import NO_CHORD, musical_name
from musivid.score.bmt.events import GRID, events_of
from musivid.score.bmt.vocabulary import (
    CONTINUED,
    FAMILIES,
    PUBLISHED_VOCABULARY,
    Event,
    Vocabulary,
)
from musivid.score.notes import ChordMark, Note, Score, TempoChange, TrackNotes, without_overlaps

__all__ = ["COLUMNS", "chords_in", "decode", "encode", "to_tokens"]

COLUMNS = FAMILIES
_BAR = 16 * GRID  # ticks
_SHORTEST = 60  # ticks of a note that has none, as published
_DEFAULT_BPM = 119.0  # of tokens that say no tempo: 120 as the vocabulary has it


def encode(
    score: Score,
    *,
    emotion: int = 0,
    vocabulary: Vocabulary = PUBLISHED_VOCABULARY,
    chords: Sequence[str] | None = None,
    published: bool = False,
) -> NDArray[np.int64]:
    """The tokens of a score: int64 [n, 11], the last one the end; see `bmt_events.events_of`.

    Values that the vocabulary lacks become its nearest.
    """
    events = events_of(score, emotion=emotion, chords=chords, published=published)
    return to_tokens(events, vocabulary)


def to_tokens(events: Iterable[Event], vocabulary: Vocabulary) -> NDArray[np.int64]:
    """The numbers int64 [n, 11] of events."""
    return np.array([vocabulary.to_tokens(event) for event in events], np.int64)


def decode(
    tokens: NDArray[np.integer],
    *,
    vocabulary: Vocabulary = PUBLISHED_VOCABULARY,
    tempo_bpm: float | None = None,
    program: int = 0,
) -> Score:
    """The score of tokens, one track called piano, up to the first end or the last token.

    A note that lacks pitch, length or velocity is left out; chords are told as they change.

    Args:
        tokens: integers [n, 11].
        vocabulary: that the tokens are numbers of.
        tempo_bpm: of the whole piece; None takes tempi from the tokens.
        program: General MIDI program of the track.
    """
    notes: list[Note] = []
    tempi: list[TempoChange] = []
    bar, place = -1, 0
    for event in _events_in(tokens, vocabulary):
        if event.type == "Metrical" and event.beat == "Bar":
            bar, place = bar + 1, max(bar + 1, 0) * _BAR
        elif event.type == "Metrical" and event.beat:
            place = max(bar, 0) * _BAR + _number(event.beat) * GRID
            if event.tempo not in (0, CONTINUED):
                tempi.append(TempoChange(place, float(_number(event.tempo))))
        elif event.type == "Note" and event.pitch and event.duration and event.velocity:
            length = _number(event.duration) or _SHORTEST
            notes.append(Note(place, length, _number(event.pitch), _number(event.velocity)))
    played = without_overlaps(notes)
    last = max((note.start for note in played), default=0)
    changes = _changes(tempi) if tempo_bpm is None else [TempoChange(0, tempo_bpm)]
    ends = bar >= 1 and last < bar * _BAR  # the bar token before the end opens no bar
    return Score(
        tracks=(TrackNotes("piano", program, False, played),),
        tempo_bpm=changes[0].bpm,
        bars=max(bar + (not ends), last // _BAR + 1),
        tempo_changes=tuple(changes[1:]),
        chords=tuple(
            ChordMark(tick, musical_name(name))
            for tick, name in chords_in(tokens, vocabulary)
            if not NO_CHORD.startswith(name)
        ),
    )


def chords_in(
    tokens: NDArray[np.integer], vocabulary: Vocabulary = PUBLISHED_VOCABULARY
) -> list[tuple[int, str]]:
    """Tick and name (`C#_m7`, `N_N` for none) of each chord in tokens, ascending."""
    found: list[tuple[int, str]] = []
    bar = -1
    for event in _events_in(tokens, vocabulary):
        if event.type == "Metrical" and event.beat == "Bar":
            bar += 1
        elif event.type == "Metrical" and event.beat and event.chord not in (0, CONTINUED):
            tick = max(bar, 0) * _BAR + _number(event.beat) * GRID
            found.append((tick, str(event.chord)))
    return found


def _events_in(tokens: NDArray[np.integer], vocabulary: Vocabulary) -> Iterable[Event]:
    events = (vocabulary.to_event(token) for token in tokens.tolist())
    return itertools.takewhile(lambda event: event.type != "EOS", events)


def _changes(tempi: list[TempoChange]) -> list[TempoChange]:
    """Tempi from the start on, repeats left out; the first one holds from tick 0."""
    found = [TempoChange(0, tempi[0].bpm if tempi else _DEFAULT_BPM)]
    for change in sorted(tempi, key=lambda c: c.tick):
        if change.bpm != found[-1].bpm:
            found.append(change)
    return found


def _number(value: int | str) -> int:
    return int(str(value).rpartition("_")[2])
