"""Music as data: notes, tracks and scores on one tick clock.

The composer writes scores, `midi.py` reads and writes them as files, `synthesis.py` makes them
sound. Nothing here knows about sound or files.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from musivid.analysis.tonality import Key

__all__ = [
    "TICKS_PER_BEAT",
    "ChordMark",
    "CueMark",
    "Note",
    "Score",
    "Section",
    "TempoChange",
    "TrackNotes",
    "without_overlaps",
]

TICKS_PER_BEAT = 480  # of a quarter note; divides by 2, 3 and 5


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """One note.

    Attributes:
        start: ticks from the start of the score.
        duration: ticks, at least 1.
        pitch: MIDI pitch 0..127, 60 is middle C; on a drum track the drum's number.
        velocity: 1..127.
    """

    start: int
    duration: int
    pitch: int
    velocity: int

    @property
    def end(self) -> int:
        """The tick at which it stops."""
        return self.start + self.duration


@dataclass(frozen=True, slots=True)
class TrackNotes:
    """What one player plays, and how loud and from where.

    Attributes:
        name: role, such as Drums, Piano, Guitar, Bass, Strings or Lead.
        program: General MIDI program 0..127; the kit on a drum track.
        is_drum: whether pitches are drums.
        notes: ascending.
        volume: gain in the mix, 0..1.
        pan: -1 (left) to 1 (right).
        reverb: how much of it is sent to the room, 0..1.
    """

    name: str
    program: int
    is_drum: bool = False
    notes: tuple[Note, ...] = ()
    volume: float = 0.8
    pan: float = 0.0
    reverb: float = 0.2


@dataclass(frozen=True, slots=True)
class Section:
    """A segment of whole bars with a name: verse, chorus, drop."""

    name: str
    start_bar: int
    bars: int


@dataclass(frozen=True, slots=True)
class ChordMark:
    """From `tick` on, the chord `name`, as musicians write it: `Am7`, `C/E`."""

    tick: int
    name: str


@dataclass(frozen=True, slots=True)
class CueMark:
    """At `tick` something happens that has a name: a moment of a film."""

    tick: int
    name: str


@dataclass(frozen=True, slots=True)
class TempoChange:
    """From `tick` on, `bpm` quarter notes a minute."""

    tick: int
    bpm: float


@dataclass(frozen=True, slots=True)
class Score:
    """A piece of music.

    Attributes:
        tracks: the players.
        tempo_bpm: quarter notes a minute at the start.
        bars: how many whole bars it lasts.
        beats_per_bar: upper number of the time signature.
        beat_unit: lower number of it.
        key: None where it is not known.
        ticks_per_beat: ticks of a quarter note.
        sections: the form, ascending; may be empty.
        tempo_changes: changes after the start, ascending; empty for a constant tempo.
        chords: where they change, ascending; empty where nobody says.
        cues: moments with names, ascending; empty where nobody named any.
    """

    tracks: tuple[TrackNotes, ...]
    tempo_bpm: float
    bars: int
    beats_per_bar: int = 4
    beat_unit: int = 4
    key: Key | None = None
    ticks_per_beat: int = TICKS_PER_BEAT
    sections: tuple[Section, ...] = ()
    tempo_changes: tuple[TempoChange, ...] = ()
    chords: tuple[ChordMark, ...] = ()
    cues: tuple[CueMark, ...] = ()

    @property
    def ticks_per_bar(self) -> int:
        """Ticks of one bar."""
        return self.ticks_per_beat * 4 * self.beats_per_bar // self.beat_unit

    @property
    def length_ticks(self) -> int:
        """The tick at which the last bar ends."""
        return self.bars * self.ticks_per_bar

    @property
    def duration_s(self) -> float:
        """Seconds until the last bar ends."""
        return self.time_s(self.length_ticks)

    def time_s(self, tick: float) -> float:
        """Return when `tick` sounds, in seconds from the start."""
        seconds, since, bpm = 0.0, 0, self.tempo_bpm
        for change in self.tempo_changes:
            if change.tick >= tick:
                break
            seconds += self._seconds(change.tick - since, bpm)
            since, bpm = change.tick, change.bpm
        return seconds + self._seconds(tick - since, bpm)

    def times_s(self, ticks: Sequence[int]) -> NDArray[np.float64]:
        """Return when each of many ticks sounds, in their order; `time_s` for all at once."""
        import numpy as np

        marks = np.array([0, *(change.tick for change in self.tempo_changes)])
        beat_s = 60 / np.array([self.tempo_bpm, *(change.bpm for change in self.tempo_changes)])
        beats = np.diff(marks) / self.ticks_per_beat
        reached = np.concatenate([[0.0], np.cumsum(beats * beat_s[:-1])])
        wanted = np.asarray(ticks, np.float64)
        place = np.maximum(np.searchsorted(marks, wanted) - 1, 0)
        since = (wanted - marks[place]) / self.ticks_per_beat
        seconds: NDArray[np.float64] = reached[place] + since * beat_s[place]
        return seconds

    def tick_at(self, time_s: float) -> int:
        """Return the tick nearest to `time_s` seconds from the start."""
        since, bpm = 0, self.tempo_bpm
        for change in self.tempo_changes:
            span = self._seconds(change.tick - since, bpm)
            if span >= time_s:
                break
            time_s -= span
            since, bpm = change.tick, change.bpm
        return since + round(time_s * bpm / 60 * self.ticks_per_beat)

    def track(self, name: str) -> TrackNotes:
        """Return the track called `name`.

        Raises:
            KeyError: there is none.
        """
        for track in self.tracks:
            if track.name == name:
                return track
        raise KeyError(name)

    def _seconds(self, ticks: float, bpm: float) -> float:
        return ticks / self.ticks_per_beat * 60 / bpm


def without_overlaps(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Return the notes in order, each ended before the same pitch begins again.

    Of notes that begin together on one pitch, the loudest and then the longest is kept.
    """
    first: dict[tuple[int, int], Note] = {}
    for note in sorted(notes, key=lambda n: (n.pitch, n.start, -n.velocity, -n.duration)):
        first.setdefault((note.pitch, note.start), note)
    kept = list(first.values())
    for index, (note, after) in enumerate(itertools.pairwise(kept)):
        if after.pitch == note.pitch and after.start < note.end:
            kept[index] = Note(note.start, after.start - note.start, note.pitch, note.velocity)
    return tuple(sorted(kept))
