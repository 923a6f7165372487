"""BMT tokens to learn from: their vocabulary, and songs of MIDI files, piano rolls, arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from musivid.core.paths import expanded
from musivid.core.progress import Reporter
from musivid.score.bmt.arrays import read_arrays
from musivid.score.bmt.dataset import prepare
from musivid.score.bmt.grammar import EMOTIONS
from musivid.score.bmt.tokens import COLUMNS, to_tokens
from musivid.score.bmt.vocabulary import (
    PUBLISHED_VOCABULARY,
    Event,
    Vocabulary,
    read_vocabulary,
    vocabulary_beside,
)
from musivid.score.corpus import Dropped, Song
from musivid.score.corpus_tokens import BmtTokens

__all__ = ["OWN", "choose_vocabulary", "songs_of_arrays", "songs_of_notes"]

OWN = "own"
"""The vocabulary of the values that occur, as the published scripts make one."""
_MOODS = {number: name for name, number in EMOTIONS.items()}


def choose_vocabulary(
    wanted: str | None, notes: Sequence[Path], arrays: Sequence[Path], reporter: Reporter
) -> Vocabulary:
    """Return what the numbers of tokens shall mean.

    Args:
        wanted: a file, `own`, or None: that beside the arrays, else the published one.
        notes: MIDI files and piano rolls to learn from; for `own` all are read, and kept in the
            cache.
        arrays: published data sets to learn from.
        reporter: told of each file that is read.

    Raises:
        InputError: the file cannot be read or is not a vocabulary.
    """
    if wanted == OWN:
        reporter.stage("reading", total=len(notes), unit="files")
        return Vocabulary.of(_events(notes, reporter))
    if wanted is not None:
        return read_vocabulary(expanded(wanted))
    beside = next(filter(None, map(vocabulary_beside, arrays)), None)
    return read_vocabulary(beside) if beside else PUBLISHED_VOCABULARY


def songs_of_notes(path: Path, tokens: BmtTokens, least_notes: int) -> Iterator[Song | Dropped]:
    """The one song of a MIDI file or piano roll, or why it can't be used."""
    song = prepare(path)
    if song.dropped:
        yield Dropped(str(path), song.dropped)
    elif sum(event.type == "Note" for event in song.events) < least_notes:
        yield Dropped(str(path), "too few notes")
    else:
        rows = to_tokens(song.events, tokens.vocabulary)
        yield Song(str(path), rows, _MOODS.get(song.emotion, ""))


def songs_of_arrays(path: Path, tokens: BmtTokens) -> Iterator[Song | Dropped]:
    """The clips of a published data set.

    Raises:
        InputError: the file is damaged or of another layout.
    """
    for clip in read_arrays(path):
        name = f"{path}#{clip.name}"
        odd = ((clip.tokens < 0) | (clip.tokens >= tokens.vocabulary.sizes)).any(0)
        if odd.any():
            field = COLUMNS[int(np.argmax(odd))]
            yield Dropped(name, f"broken tokens: {field} is beyond the vocabulary")
        else:
            yield Song(name, clip.tokens, _MOODS.get(clip.emotion, ""))


def _events(notes: Sequence[Path], reporter: Reporter) -> Iterator[Event]:
    for path in notes:
        yield from prepare(path).events
        reporter.advance()
