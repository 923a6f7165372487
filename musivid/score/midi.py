"""Scores into MIDI files and back, with tempo, time signature, key, form and mix."""

from __future__ import annotations

import io
import itertools
from pathlib import Path
from typing import Any

from musivid.analysis.tonality import MODES, TONICS, Key
from musivid.core.errors import InputError
from musivid.core.limits import MIDI
from musivid.core.progress import Reporter
from musivid.core.storage import write_atomic
from musivid.score.midi_mending import mend
from musivid.score.notes import (
    ChordMark,
    CueMark,
    Note,
    Score,
    Section,
    TempoChange,
    TrackNotes,
    without_overlaps,
)

__all__ = ["read_midi", "write_midi"]

_KEY_MARK, _CHORD_MARK, _CUE_MARK, _END_MARK = "key: ", "chord: ", "cue: ", "end"
_MARKS = (_KEY_MARK, _CHORD_MARK, _CUE_MARK)  # of what is no section
_VOLUME, _PAN, _REVERB = 7, 10, 91  # controllers
_CENTRE = 64  # of the pan controller
_DEFAULT_BPM = 120.0  # of a MIDI file that says none, by its standard
# Minor keys that key signatures spell otherwise than `TONICS`.
_MINOR_NAMES = {"Db": "C#m", "Ab": "G#m"}
_LONGEST_BARS = 100_000  # of a file that is believed


def write_midi(score: Score, path: Path) -> None:
    """Write a score as a MIDI file of type 1.

    Sections, chords, cues, the mode and the end of the last bar are markers; volume, pan and reverb
    are controllers. Tracks without notes are left out. Names are written in UTF-8.

    Raises:
        OutputError: the file cannot be written.
    """
    import miditoolkit
    from miditoolkit.midi import containers

    file = miditoolkit.MidiFile(ticks_per_beat=score.ticks_per_beat)
    file.tempo_changes = [containers.TempoChange(score.tempo_bpm, 0)]
    file.tempo_changes += [containers.TempoChange(t.bpm, t.tick) for t in score.tempo_changes]
    signature = (score.beats_per_bar, score.beat_unit)
    file.time_signature_changes = [containers.TimeSignature(*signature, 0)]
    marks = [(s.start_bar * score.ticks_per_bar, s.name) for s in score.sections]
    if score.key is not None:
        file.key_signature_changes = [containers.KeySignature(_signature(score.key), 0)]
        marks.append((0, f"{_KEY_MARK}{score.key}"))
    marks += [(chord.tick, f"{_CHORD_MARK}{chord.name}") for chord in score.chords]
    marks += [(cue.tick, f"{_CUE_MARK}{cue.name}") for cue in score.cues]
    marks.append((score.length_ticks, _END_MARK))
    file.markers = [containers.Marker(_to_bytes(text), tick) for tick, text in marks]
    file.instruments = [_instrument(track) for track in score.tracks if track.notes]
    data = io.BytesIO()
    file.dump(file=data)
    write_atomic(path, data.getvalue())


def read_midi(path: Path, reporter: Reporter | None = None) -> Score:
    """Read a MIDI file; a piece without a time signature is in 4/4, without a tempo at 120.

    Where the time signature changes, bars are counted by the first one; but a shorter bar before it
    is an upbeat, which becomes the end of a whole bar. Notes of no length are left out, and those
    that sound into the next of their pitch are cut; hits of drums need no length.

    Args:
        path: the file.
        reporter: told of what was wrong with it and is mended.

    Raises:
        InputError: missing, damaged, or not a MIDI file.
    """
    import miditoolkit
    import mido

    try:
        MIDI.check(path.stat().st_size / 1e6, str(path))
        mended = mend(path.read_bytes())
        file = miditoolkit.MidiFile(file=io.BytesIO(mended.data), clip=True)
    except (
        *(OSError, EOFError, ValueError, LookupError, TypeError, ArithmeticError, AttributeError),
        mido.KeySignatureError,
    ) as error:
        raise InputError(
            f"{path} cannot be read as MIDI: {str(error) or 'it is cut off'}",
            hint="Give a standard MIDI file (.mid) of type 0 or 1.",
        ) from error
    if file.ticks_per_beat < 1:
        raise InputError(f"{path} counts time in {file.ticks_per_beat} ticks a beat")
    later = _upbeat_ticks(file)
    if later:
        _delay(file, later)
    if reporter:
        upbeat = ("an upbeat became the end of a whole bar",) if later else ()
        for text in (*mended.notes, *upbeat):
            reporter.note(f"{path}: {text}")
    tracks = tuple(_track(instrument) for instrument in file.instruments)
    return _assemble(file, tracks)


def _upbeat_ticks(file: Any) -> int:
    """How many ticks are missing in a first bar that is shorter than those of the main metre."""
    signatures = sorted(file.time_signature_changes, key=lambda s: s.time)
    if len(signatures) < 2:
        return 0
    first, main = signatures[:2]
    lengths = [file.ticks_per_beat * 4 * s.numerator // s.denominator for s in (first, main)]
    is_one_bar = first.time == 0 and 0 < main.time <= lengths[0] < lengths[1]
    return lengths[1] - main.time if is_one_bar else 0


def _delay(file: Any, ticks: int) -> None:
    """Move all that is in a file to later, and let its second metre hold from the beginning."""
    del file.time_signature_changes[file.time_signature_changes.index(_earliest(file))]
    _earliest(file).time = 0
    for note in (note for instrument in file.instruments for note in instrument.notes):
        note.start, note.end = note.start + ticks, note.end + ticks
    for event in (*file.tempo_changes, *file.markers):
        event.time += ticks if event.time else 0
    file.max_tick += ticks


def _earliest(file: Any) -> Any:
    return min(file.time_signature_changes, key=lambda s: s.time)


def _assemble(file: Any, tracks: tuple[TrackNotes, ...]) -> Score:
    first = min(file.time_signature_changes, key=lambda s: s.time, default=None)
    beats, unit = (first.numerator, first.denominator) if first else (4, 4)
    per_bar = max(file.ticks_per_beat * 4 * beats // unit, 1)
    marks = sorted((mark.time, _from_bytes(mark.text)) for mark in file.markers)
    last = max((note.end for track in tracks for note in track.notes), default=0)
    ends = [tick for tick, text in marks if text == _END_MARK and tick + per_bar > last]
    bars = min(max(-(-max([last, *ends[:1]]) // per_bar), 1), _LONGEST_BARS)
    tempi = _tempi(file)
    return Score(
        tracks=tracks,
        tempo_bpm=tempi[0].bpm,
        bars=bars,
        beats_per_bar=beats,
        beat_unit=unit,
        key=_key(file, marks),
        ticks_per_beat=file.ticks_per_beat,
        sections=_sections(marks, per_bar, bars),
        tempo_changes=tuple(tempi[1:]),
        chords=tuple(
            ChordMark(tick, text.removeprefix(_CHORD_MARK))
            for tick, text in marks
            if text.startswith(_CHORD_MARK)
        ),
        cues=tuple(
            CueMark(tick, text.removeprefix(_CUE_MARK))
            for tick, text in marks
            if text.startswith(_CUE_MARK)
        ),
    )


def _instrument(track: TrackNotes) -> Any:
    from miditoolkit.midi import containers

    instrument = containers.Instrument(track.program, track.is_drum, _to_bytes(track.name))
    instrument.control_changes = [
        containers.ControlChange(_VOLUME, round(track.volume * 127), 0),
        containers.ControlChange(_PAN, _CENTRE + round(63 * track.pan), 0),
        containers.ControlChange(_REVERB, round(track.reverb * 127), 0),
    ]
    instrument.notes = [
        containers.Note(note.velocity, note.pitch, note.start, note.end) for note in track.notes
    ]
    return instrument


def _track(instrument: Any) -> TrackNotes:
    notes = (
        Note(note.start, note.end - note.start, note.pitch, note.velocity)
        for note in instrument.notes
        if note.end > note.start and note.velocity > 0
    )
    first: dict[int, int] = {}
    for change in instrument.control_changes:
        first.setdefault(change.number, change.value)
    return TrackNotes(
        name=_from_bytes(instrument.name).strip(),
        program=int(instrument.program),
        is_drum=bool(instrument.is_drum),
        notes=without_overlaps(notes),
        volume=round(first.get(_VOLUME, 102) / 127, 2),
        pan=max(round((first.get(_PAN, _CENTRE) - _CENTRE) / 63, 2), -1.0),
        reverb=round(first.get(_REVERB, 25) / 127, 2),
    )


def _to_bytes(text: str) -> str:
    """Text as the library takes it: one character for each of its bytes in UTF-8."""
    return text.encode("utf-8", "replace").decode("latin-1")


def _from_bytes(text: str) -> str:
    """Text of a file, which says nothing of its encoding: UTF-8 if it is that, else Latin-1."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _tempi(file: Any) -> list[TempoChange]:
    """Return the tempo at the start and what it changes to, repeats left out."""
    found: list[TempoChange] = []
    for change in sorted(file.tempo_changes, key=lambda c: c.time):
        # Files hold whole microseconds a beat; what was 112 comes back as 112.
        bpm = round(float(change.tempo), 3)
        if found and found[-1].tick == change.time:
            found[-1] = TempoChange(change.time, bpm)
        elif not found or found[-1].bpm != bpm:
            found.append(TempoChange(change.time, bpm))
    if not found or found[0].tick > 0:
        found.insert(0, TempoChange(0, _DEFAULT_BPM))
    return found


def _signature(key: Key) -> str:
    """Return the name of the key signature that has the same or nearest notes."""
    if key.mode in ("minor", "harmonic minor"):
        return _MINOR_NAMES.get(key.tonic_name, f"{key.tonic_name}m")
    return next(
        name
        for tonic, name in enumerate(TONICS)
        if Key(tonic, "major").pitch_classes == key.pitch_classes
    )


def _key(file: Any, marks: list[tuple[int, str]]) -> Key | None:
    for _, text in marks:
        tonic, _, mode = text.removeprefix(_KEY_MARK).partition(" ")
        if text.startswith(_KEY_MARK) and tonic in TONICS and mode in MODES:
            return Key(TONICS.index(tonic), mode)
    for change in file.key_signature_changes:
        minor, tonic_class = divmod(change.key_number, 12)
        return Key(tonic_class, "minor" if minor else "major")
    return None


def _sections(marks: list[tuple[int, str]], per_bar: int, bars: int) -> tuple[Section, ...]:
    starts = [
        (tick // per_bar, text.strip())
        for tick, text in marks
        if text.strip() and text != _END_MARK and not text.startswith(_MARKS)
    ]
    starts = [(bar, name) for bar, name in starts if bar < bars]
    following = itertools.pairwise([*starts, (bars, "")])
    return tuple(Section(name, bar, end - bar) for (bar, name), (end, _) in following if end > bar)
