"""Scores as tokens of the Controllable Music Transformer (CMT), and back.

A bar token opens each bar, a beat token each group of notes that one instrument begins on one tick
(a 16th), and a note token is each note; a token of zeros ends the piece. Columns are those of the
model, `COLUMNS`; every class is one above its value, and 0 says nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from musivid.core.errors import InputError
from musivid.score.notes import TICKS_PER_BEAT, Note, Score, TrackNotes, without_overlaps

__all__ = [
    "BAR",
    "BAR_TICKS",
    "COLUMNS",
    "END",
    "INSTRUMENTS",
    "METRICAL",
    "NOTE",
    "PROGRAMS",
    "PUBLISHED_PROGRAMS",
    "decode",
    "encode",
    "instrument_of",
]

COLUMNS = (
    "beat", "type", "density", "pitch", "duration", "instrument", "strength", "p_beat", "i_beat",
)  # fmt: skip
END, METRICAL, NOTE = 0, 1, 2  # classes of the type
BAR = 17  # class of the beat that is a whole bar; 1..16 are the ticks of one
BAR_TICKS = 16  # sixteenths
INSTRUMENTS = ("", "Drums", "Piano", "Guitar", "Bass", "Strings")  # by class

PROGRAMS = {"Drums": 0, "Piano": 0, "Guitar": 25, "Bass": 33, "Strings": 48}
"""General MIDI programs that sound well together; that of the drums is the kit."""
PUBLISHED_PROGRAMS = {"Drums": 114, "Piano": 0, "Guitar": 24, "Bass": 33, "Strings": 41}
"""General MIDI programs, counted from 0, that the published CMT writes."""

_MAX_DURATION = 16  # ticks
_MAX_STRENGTH = 19  # last class, as published
_MAX_PROGRESS = 101  # last class: percent and one, as published
_FEW_NOTES = 20  # the published tokeniser drops tracks of no more
_TICK = TICKS_PER_BEAT // 4  # ticks of a 16th
_SHORTEST = _TICK // 4  # of a note of no ticks: it rounds back to none
_VELOCITY = 80  # that the published writer gives each note
# One note on the grid: onset, ticks, pitch, class of instrument.
_Event = tuple[int, int, int, int]


def encode(score: Score, *, published: bool = False) -> NDArray[np.int64]:
    """The tokens of a score: int64 [n, 9], the last one the end.

    Tracks are told apart by name, then by program (`instrument_of`). Notes are moved to the nearest
    16th and held for a bar at most; what else a score says (velocity, tempo, key) has no tokens.

    Args:
        score: a piece in 4/4.
        published: as the published tokeniser does it: the grid is laid over any metre, tracks of
            20 notes or fewer are left out, groups on one tick stand in the order of the tracks, and
            a piece that ends on a bar line has one more bar, which is empty.

    Raises:
        InputError: no notes, or another metre than 4/4.
    """
    if not published and (score.beats_per_bar, score.beat_unit) != (4, 4):
        raise InputError(
            f"a piece in {score.beats_per_bar}/{score.beat_unit} has no tokens: bars must be 4/4",
            hint="Leave it out, or write it in 4/4.",
        )
    events = _events(score, published)
    if not events:
        raise InputError("the piece has no notes")
    if published:
        length = _file_length(score)
        bars = length // BAR_TICKS + 1  # ceil((length + 1) / 16)
    else:
        bars = max(score.bars, events[-1][0] // BAR_TICKS + 1)
        length = bars * BAR_TICKS
    tokens = [token for bar in _bars(events, bars) for token in _bar_tokens(*bar)]
    rows = np.array([*tokens, (0,) * len(COLUMNS)], np.int64)
    progress = (rows[:-1, 8] / max(length, 1) * 100).astype(np.int64)
    rows[:-1, 7] = np.minimum(progress + 1, _MAX_PROGRESS)
    return rows


def decode(
    rows: NDArray[np.integer],
    *,
    tempo_bpm: float,
    programs: Mapping[str, int] = PROGRAMS,
    velocity: int = _VELOCITY,
) -> Score:
    """The score of tokens in the model's columns, up to the first end or the last row.

    A note without pitch, duration or instrument is left out; a note before the first bar is in it.

    Args:
        rows: integers [n, 7 or more].
        tempo_bpm: quarter notes a minute.
        programs: General MIDI program of each name of `INSTRUMENTS`.
        velocity: of every note.
    """
    found: dict[int, list[Note]] = {index: [] for index in range(1, len(INSTRUMENTS))}
    bar, tick = -1, 0
    for beat, kind, _, pitch, duration, instrument in rows[:, :6].tolist():
        if kind == END:
            break
        if kind == METRICAL and beat == BAR:
            bar, tick = bar + 1, 0
        elif kind == METRICAL:
            tick = max(beat - 1, 0)
        elif pitch and duration and instrument:
            start = (max(bar, 0) * BAR_TICKS + tick) * _TICK
            ticks = (duration - 1) * _TICK or _SHORTEST
            found[instrument].append(Note(start, ticks, pitch - 1, velocity))
    last = max((note.start for notes in found.values() for note in notes), default=0)
    return Score(
        tracks=tuple(
            TrackNotes(name, programs[name], name == "Drums", without_overlaps(found[index]))
            for index, name in enumerate(INSTRUMENTS)
            if index and found[index]
        ),
        tempo_bpm=tempo_bpm,
        bars=max(bar + 1, last // (BAR_TICKS * _TICK) + 1),
    )


def instrument_of(track: TrackNotes) -> int:
    """The class of the instrument that a track is played by: by its name, else by its program.

    Other programs than those of pianos, guitars and basses are strings, as in the five-track form
    of the data that CMT was trained on.
    """
    name = track.name.strip().capitalize()
    if track.is_drum or name in INSTRUMENTS[1:]:
        return 1 if track.is_drum else INSTRUMENTS.index(name)
    return {0: 2, 3: 3, 4: 4}.get(track.program // 8, 5)


def _events(score: Score, published: bool) -> list[_Event]:
    """Notes on the grid, by onset; those of one onset by instrument, or in the tracks' order."""
    few = _FEW_NOTES if published else 0
    events = [
        (start, min(end - start, _MAX_DURATION), pitch, instrument_of(track))
        for track in score.tracks
        if len(track.notes) > few
        for start, end, pitch in _on_grid(track.notes, score.ticks_per_beat)
    ]
    if published:
        return sorted(events, key=lambda event: event[0])
    return sorted(_playable(events), key=lambda e: (e[0], e[3], e[2]))


def _playable(events: list[_Event]) -> Iterator[_Event]:
    """Notes of which no instrument plays a pitch twice at once."""
    for instrument in sorted({event[3] for event in events}):
        notes = (Note(*event[:3], _VELOCITY) for event in events if event[3] == instrument)
        for note in without_overlaps(notes):
            yield (note.start, note.duration, note.pitch, instrument)


def _on_grid(notes: Sequence[Note], per_beat: int) -> Iterable[tuple[int, int, int]]:
    """Onset and end in 16ths, halves to even, and pitch of each note."""
    if not notes:
        return []
    spans = np.array([(note.start, note.end) for note in notes], np.float64)
    ticks = np.rint(spans * 4 / per_beat).astype(np.int64).tolist()
    return [(start, end, n.pitch) for (start, end), n in zip(ticks, notes, strict=True)]


def _file_length(score: Score) -> int:
    """Where the last note or other event of a score is, in 16ths."""
    ends = [note.end for track in score.tracks for note in track.notes]
    ends += [change.tick for change in score.tempo_changes]
    ends += [section.start_bar * score.ticks_per_bar for section in score.sections]
    return round(max(ends) * 4 / score.ticks_per_beat)


def _bars(events: list[_Event], bars: int) -> Iterator[tuple[int, list[_Event]]]:
    """Each bar and its notes; bars without any too."""
    filled = {bar: list(notes) for bar, notes in itertools.groupby(events, _bar_of)}
    yield from ((bar, filled.get(bar, [])) for bar in range(bars))


def _bar_of(event: _Event) -> int:
    return event[0] // BAR_TICKS


def _bar_tokens(bar: int, notes: list[_Event]) -> Iterator[tuple[int, ...]]:
    """The tokens of one bar, progress apart."""
    onsets = sorted({note[0] for note in notes})
    first = bar * BAR_TICKS
    yield (BAR, METRICAL, len(onsets) + 1, 0, 0, 0, 0, 0, first)
    later = {onset: len(onsets) - index - 1 for index, onset in enumerate(onsets)}
    for (onset, instrument), group in itertools.groupby(notes, lambda note: (note[0], note[3])):
        members = list(group)
        strength = min(len(members), _MAX_STRENGTH)
        beat = onset - first + 1
        yield (beat, METRICAL, later[onset] + 1, 0, 0, instrument, strength, 0, onset)
        for _, duration, pitch, _ in members:
            yield (0, NOTE, 0, pitch + 1, duration + 1, instrument, 0, 0, onset)
