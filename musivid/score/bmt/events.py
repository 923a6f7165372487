"""A score as the events of BMT tokens: notes on a grid of 16ths, chords, tempi, and progress.

Times are in ticks of 480 a beat, bars in 4/4. Fidelity to the published scripts, faults included,
is asked for with `published`; otherwise the last bar is never lost and no note has no length.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from musivid.core.errors import InputError
from musivid.score.bmt.chords import find_chords
from musivid.score.bmt.vocabulary import CONTINUED, Event
from musivid.score.notes import Note, Score, without_overlaps

__all__ = ["GRID", "events_of"]

GRID = 120
"""Ticks of a 16th."""
_BEAT, _BAR = 4 * GRID, 16 * GRID  # ticks
_SLOWEST, _FASTEST, _TEMPO_STEP = 32, 224, 3  # beats a minute, as published
_CHORD_STRENGTH = 3  # of the rhythm token that announces a chord, as published
_LAST_PROGRESS = 99  # percent, as published


@dataclass(frozen=True, slots=True)
class _Piece:
    """A quantised piece: what begins on each position of the grid."""

    notes: dict[int, list[Note]]
    chords: dict[int, str]
    tempi: dict[int, int]
    bars: int


class _Clock:
    """When ticks sound, by a piece's own tempi."""

    def __init__(self, tempi: dict[int, int]) -> None:
        self._ticks = sorted(tempi)
        self._bpm = [tempi[tick] for tick in self._ticks]
        spans = zip(itertools.pairwise(self._ticks), self._bpm, strict=False)
        lengths = ((end - start) / (8 * bpm) for (start, end), bpm in spans)
        self._seconds = [0.0, *itertools.accumulate(lengths)]

    def seconds(self, tick: int) -> float:
        """Seconds from the start of the piece."""
        at = bisect.bisect_right(self._ticks, tick) - 1
        return self._seconds[at] + (tick - self._ticks[at]) / (8 * self._bpm[at])


def events_of(
    score: Score,
    *,
    emotion: int = 0,
    chords: Sequence[str] | None = None,
    published: bool = False,
) -> list[Event]:
    """The events of a score, in the order of the published tokens, the last one the end.

    Args:
        score: a piece in 4/4; whole bars before its first note are left out.
        emotion: 1 happy, 2 angry, 3 sad, 4 calm; 0 where it isn't known.
        chords: one a beat from the first tick on; None finds them.
        published: as the published scripts: the first track alone, in any metre, with all that
            overlaps, and a last note on a bar line is lost with its bar. Otherwise all tracks but
            drums are read.

    Raises:
        InputError: no notes, or another metre than 4/4.
    """
    if not published and (score.beats_per_bar, score.beat_unit) != (4, 4):
        raise InputError(
            f"a piece in {score.beats_per_bar}/{score.beat_unit} has no tokens: bars must be 4/4",
            hint="Leave it out, or write it in 4/4.",
        )
    found = find_chords(score) if chords is None else chords
    piece = _quantise(score, found, published)
    return list(_events(piece, emotion))


def _quantise(score: Score, chords: Sequence[str], published: bool) -> _Piece:
    scale = _BEAT / score.ticks_per_beat
    notes = _played(score, published)
    if not notes:
        raise InputError("the piece has no notes")
    cut = _on_grid(notes[0].start * scale) // _BAR * _BAR
    quantised = [_quantised(note, scale, cut, published) for note in notes]
    placed: dict[int, list[Note]] = {}
    # Published: what shares a place of the grid keeps the order in which it was played.
    ordered = quantised if published else sorted(without_overlaps(quantised), key=_by_pitch)
    for note in ordered:
        placed.setdefault(note.start, []).append(note)
    last = notes[-1].start * scale
    bars = -int(-last // _BAR) - cut // _BAR if published else max(placed) // _BAR + 1
    if bars < 1:
        raise InputError("the piece has a single onset, so it has no bars")
    tempi = [(0, score.tempo_bpm), *((t.tick, t.bpm) for t in score.tempo_changes)]
    return _Piece(
        placed,
        _chords_at(chords, cut),
        {max(_on_grid(t * scale) - cut, 0): _bin(bpm, _SLOWEST, _FASTEST, _TEMPO_STEP)
         for t, bpm in tempi},
        bars,
    )  # fmt: skip


def _quantised(note: Note, scale: float, cut: int, published: bool) -> Note:
    length = _on_grid(min(note.duration * scale, _BAR))
    return Note(
        start=_on_grid(note.start * scale) - cut,
        duration=length if published else max(length, GRID),
        pitch=note.pitch,
        velocity=max(_bin(note.velocity, 0, 128, 2), 40),
    )


def _played(score: Score, published: bool) -> list[Note]:
    """The notes that are read: by onset, of one onset the highest first where published."""
    if published:
        return sorted(score.tracks[0].notes, key=_by_pitch)
    tracks = (track for track in score.tracks if not track.is_drum)
    return list(without_overlaps(note for track in tracks for note in track.notes))


def _by_pitch(note: Note) -> tuple[int, int]:
    """Ascending by onset, of one onset the highest first."""
    return note.start, -note.pitch


def _chords_at(chords: Sequence[str], cut: int) -> dict[int, str]:
    """Where the chord changes, without its bass; what is before the piece begins it."""
    found: dict[int, str] = {}
    before = ""
    for beat, name in enumerate(chords):
        if name != before:
            found[max(beat * _BEAT - cut, 0)] = name.rpartition("_")[0]
        before = name
    return found


def _events(piece: _Piece, emotion: int) -> Iterator[Event]:
    clock = _Clock(piece.tempi)
    whole = clock.seconds(piece.bars * _BAR)

    def reached(tick: int) -> int:
        return min(int(100 * clock.seconds(tick) / whole), _LAST_PROGRESS)

    yield Event(type="Emotion", emotion=emotion)
    for bar in range(piece.bars):
        first = bar * _BAR
        progress = reached(first)
        yield Event(type="Metrical", beat="Bar", p_time=progress)
        places = [tick for tick in range(first, first + _BAR, GRID) if _begins(piece, tick)]
        if places:
            density = sum((tick in piece.chords) + (tick in piece.notes) for tick in places)
            yield Event(type="Rhythm", density=density, p_time=progress)
        for tick in places:
            yield from _place(piece, tick, reached(tick))
    # The closing bar is as far as the last position of the grid, which was looked at, empty or not.
    yield Event(type="Metrical", beat="Bar", p_time=reached(piece.bars * _BAR - GRID))
    yield Event()


def _place(piece: _Piece, tick: int, progress: int) -> Iterator[Event]:
    """The events of one position: chord, beat, then notes."""
    chord, bpm, notes = piece.chords.get(tick), piece.tempi.get(tick), piece.notes.get(tick, [])
    if chord:
        yield Event(type="Rhythm", strength=_CHORD_STRENGTH, p_time=progress)
    yield Event(
        type="Metrical",
        beat=f"Beat_{tick % _BAR // GRID}",
        tempo=f"Tempo_{bpm}" if bpm else CONTINUED,
        chord=chord or CONTINUED,
        p_time=progress,
    )
    if notes:
        yield Event(type="Rhythm", strength=len(notes), p_time=progress)
    for note in notes:
        yield Event(
            type="Note",
            pitch=f"Note_Pitch_{note.pitch}",
            duration=f"Note_Duration_{note.duration}",
            velocity=f"Note_Velocity_{note.velocity}",
            p_time=progress,
        )


def _begins(piece: _Piece, tick: int) -> bool:
    return tick in piece.notes or tick in piece.chords or tick in piece.tempi


def _on_grid(tick: float) -> int:
    """The nearest 16th; halves go to the even one."""
    return round(tick / GRID) * GRID


def _bin(value: float, low: int, high: int, step: int) -> int:
    """The nearest of low, low + step ... high; a tie goes to the lower."""
    bins = range(low, high + 1, step)
    above = min(bisect.bisect_left(bins, value), len(bins) - 1)
    below = max(above - 1, 0)
    return bins[below] if value - bins[below] <= bins[above] - value else bins[above]
