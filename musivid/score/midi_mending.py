"""Makes readable what people's MIDI files get wrong: impossible events, notes that never end.

`score/midi.py` calls it before it reads. The formats are those of the Standard MIDI Files 1.0
specification (MIDI Manufacturers Association, 1996).
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Mended", "mend"]

# Status bytes, and types of meta events.
_META, _SYSEX, _SYSEX_MORE = 0xFF, 0xF0, 0xF7
_TEMPO, _TIME, _KEY, _IGNORED = 0x51, 0x58, 0x59, 0x7F
_SHARPS = (-7, 7)  # of a key signature, from seven flats on
_MOST_HALVINGS = 6  # of a time signature's unit: a 64th
_DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}  # after each status
_DRUMS = 9  # the channel whose notes need no length
_HIT = 4  # part of a beat that a hit without length is given


@dataclass(frozen=True, slots=True)
class Mended:
    """A file that can be read.

    Attributes:
        data: its bytes.
        notes: what was wrong, in words.
    """

    data: bytes
    notes: tuple[str, ...]


def mend(data: bytes) -> Mended:
    """Return a file without what no reader can use; sound files come back as they are.

    Raises:
        Exception: as mido does, on what is no MIDI file.
    """
    mended = bytearray(data)
    said = [_set_aside(mended, at, kind) for at, kind in _impossible(data)]
    rewritten, ends = _end_notes(bytes(mended))
    return Mended(rewritten, tuple(f"{text}: {n}" for text, n in (Counter(said) + ends).items()))


def _impossible(data: bytes) -> Iterator[tuple[int, int]]:
    """Places of meta events that say what cannot be, and their kinds."""
    for start, stop in _tracks(data):
        for at, kind, value in _metas(data, start, stop):
            if not _is_possible(kind, value):
                yield at, kind


def _set_aside(data: bytearray, at: int, kind: int) -> str:
    """Make a meta event one that is passed over, and say what it was."""
    data[at + 1] = _IGNORED
    names = {_TEMPO: "impossible tempi", _TIME: "impossible time signatures"}
    return f"{names.get(kind, 'impossible key signatures')} ignored"


def _is_possible(kind: int, value: bytes) -> bool:
    if kind == _TEMPO:
        return len(value) == 3 and any(value)
    if kind == _TIME:
        return len(value) == 4 and value[0] > 0 and value[1] <= _MOST_HALVINGS
    if kind == _KEY:
        sharps = int.from_bytes(value[:1], signed=True)
        return len(value) == 2 and _SHARPS[0] <= sharps <= _SHARPS[1] and value[1] <= 1
    return True


def _tracks(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the events of each track begin and end."""
    at = data.find(b"MTrk")
    while 0 <= at <= len(data) - 8:
        start = at + 8
        stop = min(len(data), start + int.from_bytes(data[at + 4 : start]))
        yield start, stop
        at = data.find(b"MTrk", stop)


def _metas(data: bytes, start: int, stop: int) -> Iterator[tuple[int, int, bytes]]:
    """Place, kind and value of each meta event of a track, as far as it can be followed."""
    at, status = start, 0
    while at < stop:
        _, at = _number(data, at, stop)
        if at >= stop:
            return
        if data[at] >= 0x80:
            status = data[at]
            at += 1
        if status == _META:
            place = at - 1
            kind = data[at] if at < stop else 0
            size, at = _number(data, at + 1, stop)
            yield place, kind, data[at : at + size]
            at += size
        elif status in (_SYSEX, _SYSEX_MORE):
            size, at = _number(data, at, stop)
            at += size
        elif (count := _DATA_BYTES.get(status & 0xF0)) is not None:
            at += count
        else:
            return


def _number(data: bytes, at: int, stop: int) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    value = 0
    while at < stop:
        value = value << 7 | data[at] & 0x7F
        at += 1
        if data[at - 1] < 0x80:
            break
    return value, at


def _end_notes(data: bytes) -> tuple[bytes, Counter[str]]:
    """The file with an end for each note, and how many lacked one."""
    import mido

    file = mido.MidiFile(file=io.BytesIO(data), clip=True)
    hit = max(1, file.ticks_per_beat // _HIT)
    counts: Counter[str] = Counter()
    tracks = [_ended(_timed(track), hit, counts) for track in file.tracks]
    if not counts:
        return data, counts
    for track, events in zip(file.tracks, tracks, strict=True):
        track[:] = _in_deltas(events)
    written = io.BytesIO()
    file.save(file=written)
    return written.getvalue(), counts


def _timed(track: Sequence[Any]) -> list[tuple[int, Any]]:
    """Messages with their times from the start, in ticks."""
    now, events = 0, []
    for message in track:
        now += message.time
        events.append((now, message))
    return events


def _ended(events: list[tuple[int, Any]], hit: int, counts: Counter[str]) -> list[tuple[int, Any]]:
    """The events of a track in which each note has an end, and each hit of drums a length.

    A note without end sounds until the next of its pitch, or the end of the track.
    """
    import mido

    found = events
    for (channel, pitch), (starts, ends) in _by_pitch(events).items():
        why = _fault(starts, ends, is_drum=channel == _DRUMS)
        if not why:
            continue
        last = max(events[-1][0], starts[-1] + hit)
        counts[why] += 1
        mended = []
        for start, following in zip(starts, [*starts[1:], last + hit], strict=True):
            usual = start + hit if channel == _DRUMS else last
            mended.append(min(next((end for end in ends if end > start), usual), following))
        found = [event for event in found if not _is_end(event[1], channel, pitch)]
        found += [(t, mido.Message("note_off", channel=channel, note=pitch)) for t in mended]
    return found


def _by_pitch(
    events: list[tuple[int, Any]],
) -> dict[tuple[int, int], tuple[list[int], list[int]]]:
    """When notes begin and end, by channel and pitch."""
    found: dict[tuple[int, int], tuple[list[int], list[int]]] = {}
    for time, message in events:
        if message.type in ("note_on", "note_off"):
            starts, ends = found.setdefault((message.channel, message.note), ([], []))
            is_start = message.type == "note_on" and message.velocity > 0
            (starts if is_start else ends).append(time)
    return {key: times for key, times in found.items() if times[0]}


def _fault(starts: list[int], ends: list[int], *, is_drum: bool) -> str:
    """What is wrong with the notes of one pitch; empty where nothing is."""
    if len(ends) < len(starts):
        return "pitches with notes without end, which are ended"
    # The first end ends the first note.
    if is_drum and any(start == end for start, end in zip(starts, ends, strict=False)):
        return "drums with hits of no length, which are kept"
    return ""


def _is_end(message: Any, channel: int, pitch: int) -> bool:
    if message.type == "note_off" or (message.type == "note_on" and not message.velocity):
        return bool(message.channel == channel and message.note == pitch)
    return False


def _in_deltas(events: list[tuple[int, Any]]) -> list[Any]:
    """Messages in order, each with its time after the one before; ends before beginnings."""
    closing = [e for e in events if e[1].type == "end_of_track"]
    rest = sorted((e for e in events if e[1].type != "end_of_track"), key=_order)
    last = max((time for time, _ in events), default=0)
    found, now = [], 0
    for time, message in [*rest, *((last, message) for _, message in closing[:1])]:
        found.append(message.copy(time=time - now))
        now = time
    return found


def _order(event: tuple[int, Any]) -> tuple[int, int]:
    time, message = event
    is_on = message.type == "note_on" and message.velocity > 0
    return time, int(is_on)
